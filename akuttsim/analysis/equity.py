"""Equity: the municipality that fares worst, the one that fares best, and the gap between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from akuttsim.analysis.observed import Row


def with_gap(rows: Iterable[Row], high: str = "worst", low: str = "best") -> Iterator[Row]:
    """Yield an indicator's rows, then the highest and lowest municipality and the gap between them.

    Municipalities where nothing was measured are left out. `n` is that of the municipality, and of
    both for the gap. Where patients are few, highest and lowest are partly chance.
    """
    every = list(rows)
    yield from every
    known = [row for row in every if row.group_by == "municipality" and not math.isnan(row.value)]
    known.sort(key=lambda row: row.value)
    indicator, unit = every[0].indicator, every[0].unit
    if not known:
        yield from (Row(indicator, "gap", each, math.nan, unit, 0) for each in (high, low, "gap"))
        return
    least, most = known[0], known[-1]
    yield Row(indicator, "gap", high, most.value, unit, most.n)
    yield Row(indicator, "gap", low, least.value, unit, least.n)
    yield Row(indicator, "gap", "gap", most.value - least.value, unit, most.n + least.n)
