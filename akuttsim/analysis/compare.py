"""From the indicators of many runs to means, paired differences and verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from akuttsim.analysis.indicators import directions
from akuttsim.analysis.intervals import (
    ALIKE,
    CONFIDENCE,
    Direction,
    Interval,
    comparison,
    not_negative,
    share_interval,
    t_intervals,
    verdict,
)
from akuttsim.analysis.precision import more_for_difference, more_for_target
from akuttsim.records import Floats, Key, Sheet
from akuttsim.scenario.experiment import Target

OF = ["case", "organisation"]
KEYS = ["indicator", "group_by", "group"]
INTERVAL = ["mean", "ci_low", "ci_high", "unit"]
SUMMARY = [*OF, *KEYS, *INTERVAL, "target", "verdict", "more_runs"]
DIFFERENCES = [*OF, "against", *KEYS, *INTERVAL, "margin", "verdict", "more_runs"]


@dataclass(frozen=True)
class Judging:
    """How differences are judged: the margin of each indicator, and the level of each interval."""

    margins: Mapping[str, float]
    confidence: float = CONFIDENCE


def summarise(sheet: Sheet, targets: Sequence[Target], wanted: Wanted = None) -> pd.DataFrame:
    """Return each indicator's mean over replications with its 95 % interval and verdict.

    Columns and order as `SUMMARY`; the rows keep the order of the sheet. Only the indicators
    `wanted`, by who is counted and by municipality, where these are named; else all of them.
    `more_runs` is how many more replications would tell where it cannot be told yet; empty where
    no number would.
    """
    goals = {target.indicator: target for target in targets}
    rows = []
    told = _intervals(sheet.keys, sheet.values, CONFIDENCE, wanted)
    for row, key, interval in told:
        unit = sheet.units[key[0]]
        interval = (
            share_interval(sheet.values[row], sheet.counts[row])
            if unit == "share"
            else not_negative(interval)
        )
        goal = _goal(interval, goals.get(key[0]), sheet.values[row])
        rows.append((sheet.case, sheet.organisation, *key, *interval, unit, *goal))
    return pd.DataFrame(rows, columns=SUMMARY)


def differences(sheet: Sheet, base: Sheet, judging: Judging, wanted: Wanted = None) -> pd.DataFrame:
    """Return an organisation's paired difference from the base, replication by replication.

    The same patients met both, so that the interval is that of the mean of the differences. Groups
    that only one of the two has (a clinic of its own) are left out. Columns as `DIFFERENCES`, in
    the order of the base. `wanted` as in `summarise`.
    """
    keys, values = _paired(sheet, base)
    good = directions()
    rows = []
    for row, key, interval in _intervals(keys, values, judging.confidence, wanted):
        margin = judging.margins.get(key[0])
        told = _said(interval, good[key[0]], margin)
        more = more_for_difference(values[row], margin, judging.confidence) or None
        against = base.organisation if base.organisation != sheet.organisation else base.case
        judged = (margin, told, more if told == OPEN else None)
        of = (sheet.case, sheet.organisation, against)
        rows.append((*of, *key, *interval, base.units[key[0]], *judged))
    return pd.DataFrame(rows, columns=DIFFERENCES)


OPEN = "cannot tell"

THE_SAME = "the same"
"""The verdict on a difference that is exactly nought in every replication."""


def _said(difference: Interval, direction: Direction, margin: float | None) -> str:
    """Return the verdict on a difference, or that two are the same in every replication.

    Only where it is nought in all of at least two has the interval both ends at nought.
    """
    is_nil = difference.low == difference.high == 0.0
    return THE_SAME if is_nil else comparison(difference, direction, margin)


def _goal(
    interval: Interval, target: Target | None, values: Floats
) -> tuple[float | None, str, int | None]:
    """Return the target, the verdict, and how many more replications would give one."""
    if target is None:
        return None, "", None
    told = verdict(interval, target.side, target.value)
    more = more_for_target(values, target.value) or None
    return target.value, told, more if told == OPEN else None


Wanted = frozenset[str] | None
"""Indicators to tell of, or None for all."""

_TOLD = frozenset({"all", "municipality", "gap"})


def _paired(sheet: Sheet, base: Sheet) -> tuple[tuple[Key, ...], np.ndarray]:
    """Return the keys that both have, and the differences of the replications that both have.

    A difference that rounding alone may have made is nought.
    """
    mine = {key: row for row, key in enumerate(sheet.keys)}
    both = [(key, row, mine[key]) for row, key in enumerate(base.keys) if key in mine]
    place = {number: column for column, number in enumerate(sheet.replications)}
    columns = [(c, place[r]) for c, r in enumerate(base.replications) if r in place]
    here = sheet.values[np.ix_([m for _, _, m in both], [m for _, m in columns])]
    there = base.values[np.ix_([b for _, b, _ in both], [b for b, _ in columns])]
    apart = here - there
    apart[np.abs(apart) <= ALIKE * np.maximum(np.abs(here), np.abs(there))] = 0.0
    kept = np.asarray((~np.isnan(apart)).sum(axis=1) > 0)
    keys = tuple(key for (key, _, _), has in zip(both, kept, strict=True) if has)
    return keys, apart[kept]


def _intervals(
    keys: Sequence[Key], values: np.ndarray, confidence: float, wanted: Wanted
) -> Iterator[tuple[int, Key, Interval]]:
    intervals = t_intervals(values, confidence)
    for row, (key, interval) in enumerate(zip(keys, intervals, strict=True)):
        if wanted is None or (key[0] in wanted and key[1] in _TOLD):
            yield row, key, interval
