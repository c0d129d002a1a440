"""Judges the clauses of a hypothesis by the tables of results, and by nothing else."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from akuttsim.config.schema.experiment import (
    ALL_OTHERS,
    SAME_IN_EVERY_CASE,
    Expectation,
    HypothesisClaim,
)
from akuttsim.statistics.intervals import Interval, difference_verdict
from akuttsim.statistics.verdicts import Direction, Verdict, verdicts_as_people_choose

HOLDS, DOES_NOT_HOLD, CANNOT_TELL = "holds", "does not hold", "cannot tell"
"""What may come out of a claim."""

CLAIM_COLUMNS = [
    "claim", "nb", "en", "outcome", "indicator", "group_by", "group", "organisation", "than",
    "expect", "decided_by", "found", "mean", "ci_low", "ci_high", "unit", "margin",
]  # fmt: skip
"""Columns of `claims.csv`, a row a clause of the hypothesis, in its order; no file without claims.

`claim` counts from 1. `outcome` is `holds`, `does not hold` or `cannot tell`. `organisation`,
`than` and `expect` are as written (`all others` stands for every organisation but the base; of
several each must hold). `decided_by` is the organisation that decided: the first that does not
hold, else the first that cannot be told, else the first. `found` is what was read of it: its
verdict in `differences.csv` (`higher` or `lower` where that is what is expected); with `than` the
one rule on the two intervals against the base, which must lie apart by more than the margin, from
end to end, for `better` or `worse`; with `case` its effect in `effects.csv`; of `met` and `not met`
the verdict in `summary.csv`. `mean` to `margin` are the numbers that it was read from, in `unit`.
All are of the first case, but for what is expected of every case, where `found` names the case that
speaks against it.
"""


class Finding(NamedTuple):
    """What the tables say of one organisation: a word and the numbers that it was read from.

    Attributes:
        found: A verdict, a direction, or whether a target is met.
        mean: The difference or level, in the unit of the indicator.
        low: The lower end of its interval.
        high: The upper end.
        unit: The unit.
        margin: The smallest difference that matters, in the same unit; NaN where there is none.
    """

    found: str
    mean: float = np.nan
    low: float = np.nan
    high: float = np.nan
    unit: str = ""
    margin: float = np.nan


ANSWERS: Mapping[Expectation, tuple[frozenset[str], frozenset[str]]] = {
    "better": (
        frozenset({Verdict.BETTER}),
        frozenset({Verdict.WORSE, Verdict.WITHIN_MARGIN, Verdict.FEWER_CAME}),
    ),
    "worse": (
        frozenset({Verdict.WORSE}),
        frozenset({Verdict.BETTER, Verdict.WITHIN_MARGIN, Verdict.FEWER_CAME}),
    ),
    "no difference": (
        frozenset({Verdict.WITHIN_MARGIN}),
        frozenset({Verdict.BETTER, Verdict.WORSE, Verdict.DIFFERS, Verdict.FEWER_CAME}),
    ),
    "higher": (frozenset({"higher"}), frozenset({"lower", Verdict.WITHIN_MARGIN})),
    "lower": (frozenset({"lower"}), frozenset({"higher", Verdict.WITHIN_MARGIN})),
    "met": (frozenset({Verdict.MET}), frozenset({Verdict.NOT_MET})),
    "not met": (frozenset({Verdict.NOT_MET}), frozenset({Verdict.MET})),
    SAME_IN_EVERY_CASE: (frozenset({SAME_IN_EVERY_CASE}), frozenset({"not in every case"})),
}
"""Which findings say that what is expected holds, and which that it does not; others say neither.
An improvement that is there only because fewer came is no improvement."""


class ClaimTables(NamedTuple):
    """What claims are judged by.

    Attributes:
        summary: Levels, as `summary.csv`.
        differences: Differences from the base in every case, as `differences.csv`.
        effects: Each organisation in a case against itself in the first, as `effects.csv`.
        directions: Which way of each indicator is good.
        cases: All cases, the first first.
        organisations: All organisations, the base first.
    """

    summary: pd.DataFrame
    differences: pd.DataFrame
    effects: pd.DataFrame
    directions: Mapping[str, Direction]
    cases: Sequence[str]
    organisations: Sequence[str]


def judge_claims(claims: Iterable[HypothesisClaim], tables: ClaimTables) -> pd.DataFrame:
    """Return how each claim came out, as `CLAIM_COLUMNS`."""
    rows = []
    for number, claim in enumerate(claims, 1):
        by, outcome, finding = judge_claim(claim, tables)
        rows.append(
            (number, claim.nb, claim.en, outcome, claim.indicator, claim.group_by, claim.group,
             claim.organisation, claim.than or "", claim.expect, by, *finding)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=CLAIM_COLUMNS)


def judge_claim(claim: HypothesisClaim, tables: ClaimTables) -> tuple[str, str, Finding]:
    """Return which organisation decides a claim, how it comes out, and what was found of it.

    A claim about several holds only if it does for each, so that the worst of them decides.

    Args:
        claim: The claim.
        tables: What it is judged by.
    """
    judged = [
        (name, _outcome(claim.expect, finding), finding)
        for name in organisations_of_claim(claim, tables.organisations)
        for finding in [_finding(claim, name, tables)]
    ]
    severity = [DOES_NOT_HOLD, CANNOT_TELL, HOLDS]
    return min(judged, key=lambda one: severity.index(one[1]))


def organisations_of_claim(claim: HypothesisClaim, organisations: Sequence[str]) -> list[str]:
    """Return whom a claim is about; of an effect of a case the base is among all."""
    if claim.organisation != ALL_OTHERS:
        return [claim.organisation]
    first = 0 if claim.case is not None else 1
    return [name for name in organisations[first:] if name != claim.than]


def _outcome(expect: Expectation, finding: Finding) -> str:
    for_it, against_it = ANSWERS[expect]
    if finding.found in for_it:
        return HOLDS
    return DOES_NOT_HOLD if finding.found in against_it else CANNOT_TELL


def _finding(claim: HypothesisClaim, name: str, tables: ClaimTables) -> Finding:
    if claim.expect == SAME_IN_EVERY_CASE:
        return _in_every_case(claim, name, tables)
    if claim.expect in ("met", "not met"):
        return _row(tables.summary, claim, name, tables.cases[0])
    if claim.case is not None:
        own = _row(tables.effects, claim, name, claim.case)
    else:
        own = _row(tables.differences, claim, name, tables.cases[0])
    if claim.than is not None and claim.than != tables.organisations[0]:
        other = _row(tables.differences, claim, claim.than, tables.cases[0])
        own = _held_against(own, other, tables.directions[claim.indicator])
    if claim.expect in ("higher", "lower"):
        as_number = difference_verdict(Interval(*own[1:4]), "higher", _margin(own))
        words = {Verdict.BETTER: "higher", Verdict.WORSE: "lower"}
        return own._replace(found=words.get(as_number, as_number))
    return own


def _held_against(own: Finding, other: Finding, direction: Direction) -> Finding:
    """Return two differences from the base held against each other by the ends of their intervals.

    Whatever the two have in common, the difference between them lies between the nearest and the
    farthest of their ends, at the level of both; so what this says is never too strong.
    """
    between = Interval(own.mean - other.mean, own.low - other.high, own.high - other.low)
    verdict = difference_verdict(between, direction, _margin(own))
    return Finding(verdict, *between, own.unit, own.margin)


def _in_every_case(claim: HypothesisClaim, name: str, tables: ClaimTables) -> Finding:
    """Return whether the verdict of the first case is contradicted in another.

    By the verdicts as people choose, which are of the same kind in all cases. A case that cannot
    tell contradicts nothing.
    """
    table = _about(verdicts_as_people_choose(tables.differences), claim, name)
    first = _row(table, claim, name, tables.cases[0])
    if first.found in ("", Verdict.CANNOT_TELL):
        return first._replace(found=CANNOT_TELL)
    for case in tables.cases[1:]:
        here = _row(table, claim, name, case)
        if here.found not in ("", Verdict.CANNOT_TELL, first.found):
            return here._replace(found="not in every case")
    return first._replace(found=SAME_IN_EVERY_CASE)


def _row(table: pd.DataFrame, claim: HypothesisClaim, name: str, case: str) -> Finding:
    """Return what a table says of an organisation in a case; "" where it says nothing."""
    for row in _rows_of(table, claim, name, case):
        margin = row.get("margin")
        return Finding(
            str(row["verdict"]), float(row["mean"]), float(row["ci_low"]), float(row["ci_high"]),
            str(row["unit"]), np.nan if margin is None else float(margin),
        )  # fmt: skip
    return Finding("")


def _rows_of(
    table: pd.DataFrame, claim: HypothesisClaim, name: str, case: str
) -> Iterator[dict[Hashable, Any]]:
    rows = _about(table, claim, name)
    if len(rows):
        yield from rows[rows["case"] == case].to_dict("records")


def _about(table: pd.DataFrame, claim: HypothesisClaim, name: str) -> pd.DataFrame:
    """Return what a table says of an organisation and what a claim is about, in all cases."""
    wanted = {
        "organisation": name,
        "indicator": claim.indicator,
        "group_by": claim.group_by,
        "group": claim.group,
    }
    if not len(table):
        return table
    return table[np.logical_and.reduce([table[key] == value for key, value in wanted.items()])]


def _margin(finding: Finding) -> float:
    return 0.0 if np.isnan(finding.margin) else finding.margin
