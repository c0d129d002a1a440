"""Judges the clauses of a hypothesis by the tables of results, and by nothing else."""

from __future__ import annotations

HOLDS, DOES_NOT_HOLD, CANNOT_TELL = "holds", "does not hold", "cannot tell"
"""What may come out of a claim."""

CLAIM_COLUMNS = [
    "claim", "nb", "en", "outcome", "indicator", "group_by", "group", "organisation", "than",
    "expect", "decided_by", "found", "mean", "ci_low", "ci_high", "unit", "margin",
]  # fmt: skip
"""Columns of `claims.csv`, a row a clause of the hypothesis, in its order; empty without claims.

`claim` counts from 1. `outcome` is `holds`, `does not hold` or `cannot tell`. `organisation` and
`than` are as written (`all others` stands for every organisation but the base). `decided_by` is the
organisation that decided: of all others the one that speaks most against the claim. `found` is its
verdict in the table of differences (or, with `than`, on the two intervals against the base; or, of
a level, on the target), and `mean` to `margin` the numbers that it was read from, in `unit`.
"""
