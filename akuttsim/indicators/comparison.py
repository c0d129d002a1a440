"""From indicators of many runs to means, paired differences and verdicts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from akuttsim.config.schema.experiment import IndicatorTarget
from akuttsim.indicators.measured_run import Mask
from akuttsim.indicators.person_values import PairedSheet
from akuttsim.indicators.registry import OF_WHO_COMES, indicator_directions
from akuttsim.records import Floats, Key, Sheet
from akuttsim.statistics.intervals import (
    CONFIDENCE,
    RELATIVE_ROUNDING,
    Interval,
    cut_at_zero,
    difference_verdict,
    share_interval,
    t_intervals,
    target_verdict,
)
from akuttsim.statistics.run_length import more_for_difference, more_for_target
from akuttsim.statistics.verdicts import PEOPLE_COLUMNS, VERDICT_AS_PEOPLE_CHOOSE, Verdict

CASE_COLUMNS = ["case", "organisation"]
INDICATOR_COLUMNS = ["indicator", "group_by", "group"]
INTERVAL_COLUMNS = ["mean", "ci_low", "ci_high", "unit"]
SUMMARY_COLUMNS = [
    *CASE_COLUMNS,
    *INDICATOR_COLUMNS,
    *INTERVAL_COLUMNS,
    "target",
    "verdict",
    "more_runs",
]
DIFFERENCE_COLUMNS = [
    *CASE_COLUMNS,
    "against",
    *INDICATOR_COLUMNS,
    *INTERVAL_COLUMNS,
    "margin",
    "verdict",
    "more_runs",
    *PEOPLE_COLUMNS,
]


@dataclass(frozen=True)
class DifferenceRules:
    """How differences are judged.

    Attributes:
        margins: By indicator, in its unit: the smallest difference for the whole region that
            matters; with none any difference does, as in results of an older version.
        margins_place: The same for a municipality, an hour or any other group; `margins` where an
            indicator has none of its own.
        confidence: Level of each interval; higher where several organisations are held against the
            base at once (Bonferroni).
    """

    margins: Mapping[str, float]
    margins_place: Mapping[str, float] = field(default_factory=dict)
    confidence: float = CONFIDENCE

    def margin_of(self, key: Key) -> float:
        """Return the smallest difference that matters of an indicator's whole or group."""
        of_region = self.margins.get(key[0], 0.0)
        return of_region if key[1] == "all" else self.margins_place.get(key[0], of_region)


def summarise_indicators(
    sheet: Sheet, targets: Sequence[IndicatorTarget], wanted: WantedIndicators = None
) -> pd.DataFrame:
    """Return each indicator's mean over replications with its 95 % interval and verdict.

    Args:
        sheet: An organisation's indicators in one case, keys by replications.
        targets: Official targets; an indicator without one has no verdict.
        wanted: Only these; all of them where None.

    Returns:
        A table with `SUMMARY_COLUMNS`, its rows in the order of the sheet. `more_runs` is how many
        more replications would give a verdict where there is none yet; empty where no number would.
    """
    goals = {target.indicator: target for target in targets}
    rows = []
    intervals = _intervals_of_wanted(sheet.keys, sheet.values, CONFIDENCE, wanted)
    for row, key, interval in intervals:
        unit = sheet.units[key[0]]
        interval = (
            share_interval(sheet.values[row], sheet.counts[row])
            if unit == "share"
            else cut_at_zero(interval)
        )
        goal = _target_verdict(interval, goals.get(key[0]), sheet.values[row])
        rows.append((sheet.case, sheet.organisation, *key, *interval, unit, *goal))
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)


def paired_differences(
    sheet: Sheet,
    base: Sheet,
    judging: DifferenceRules,
    wanted: WantedIndicators = None,
    same: PairedSheet | None = None,
) -> pd.DataFrame:
    """Return an organisation's paired difference from the base, replication by replication.

    The same patients met both, so that the interval is that of the mean of the differences.

    Args:
        sheet: The organisation's indicators, keys by replications.
        base: Those of the base in the same case.
        judging: Margins, and the level of each interval.
        wanted: As in `summarise_indicators`.
        same: Indicators of the people who got that care in both; of others everybody counts.

    Returns:
        A table with `DIFFERENCE_COLUMNS`, in the order of the base. `before` and `after` are the
        means that the difference is of; `people`, `gained` and `lost` how many a replication got
        that care in both, only in the organisation and only in the base. Excluded are groups that
        only one of the two has (a clinic of its own) and, for indicators of the same people, groups
        that are not of people (rooms, clinics, crews).
    """
    pairing = pair_sheets(sheet, base, same)
    good = indicator_directions()
    rows = []
    for row, key, interval in _intervals_of_wanted(
        pairing.keys, pairing.differences, judging.confidence, wanted
    ):
        margin, more = judging.margin_of(key), None
        verdict = difference_verdict(interval, good[key[0]], margin)
        if verdict == Verdict.CANNOT_TELL:
            more = more_for_difference(pairing.differences[row], margin, judging.confidence)
        against = base.organisation if base.organisation != sheet.organisation else base.case
        judged = (margin or None, verdict, more or None)
        of = (sheet.case, sheet.organisation, against)
        rows.append((*of, *key, *interval, base.units[key[0]], *judged, *pairing.people[row]))
    return pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)


def confirm_improvements(
    table: pd.DataFrame, first: str, differing: Sequence[str], again: pd.DataFrame | None
) -> pd.DataFrame:
    """Return differences in which "better" holds both as people choose and with all made to come.

    Care that is far away looks better when fewer come. So an improvement of the first case is
    held against a second run in which distance keeps nobody away; indicators of who comes at all
    need none, since they would be the same by construction.

    Args:
        table: Differences of all cases, as people choose.
        first: The case that has the second run.
        differing: Organisations that other people come to than to the base.
        again: Differences of the second run; None where there is none.

    Returns:
        The table with "better" turned into `FEWER_CAME` where the second run does not confirm it,
        and into "cannot tell" where that run is missing. The verdicts as people choose, which are
        of the same kind in all cases, stand in the column `VERDICT_AS_PEOPLE_CHOOSE`.
    """
    second_verdicts = (
        dict(zip(_organisation_keys(again), again.verdict, strict=True))
        if again is not None
        else {}
    )
    twice = {name for name, *_ in second_verdicts}
    verdicts = table.verdict.to_numpy(dtype=object, copy=True)
    keys, of_first = _organisation_keys(table), table.case == first
    needs_second = (
        of_first & ~table.indicator.isin(OF_WHO_COMES) & table.organisation.isin(differing)
    )
    for at in np.flatnonzero((needs_second & (table.verdict == Verdict.BETTER)).to_numpy()):
        if second_verdicts.get(keys[at]) != Verdict.BETTER:
            verdicts[at] = Verdict.FEWER_CAME if keys[at][0] in twice else Verdict.CANNOT_TELL
    confirmed = table.assign(verdict=verdicts)
    confirmed[VERDICT_AS_PEOPLE_CHOOSE] = table.verdict
    return confirmed


def _organisation_keys(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return organisation, indicator, group_by and group of each row."""
    return list(table[["organisation", *INDICATOR_COLUMNS]].itertuples(index=False, name=None))


def _target_verdict(
    interval: Interval, target: IndicatorTarget | None, values: Floats
) -> tuple[float | None, str, int | None]:
    """Return the target, the verdict, and how many more replications would give one."""
    if target is None:
        return None, "", None
    verdict = target_verdict(interval, target.side, target.value)
    if verdict != Verdict.CANNOT_TELL:
        return target.value, verdict, None
    return target.value, verdict, more_for_target(values, target.value) or None


WantedIndicators = frozenset[str | Key] | None
"""Indicators to tell of, for all and by municipality, and single keys; or None for everything."""

_GROUPINGS_OF_WANTED = frozenset({"all", "municipality", "gap"})


class PairedValues(NamedTuple):
    """What two sheets have in common, key by key.

    Attributes:
        keys: Indicator, group_by and group of each row.
        differences: Of each key in each replication that both have (after minus before).
        people: `PEOPLE_COLUMNS` of each key, in the mean over replications.
    """

    keys: tuple[Key, ...]
    differences: Floats
    people: list[tuple[float, ...]]


def pair_sheets(sheet: Sheet, base: Sheet, same: PairedSheet | None) -> PairedValues:
    """Return the keys that both have, with the differences of the replications that both have.

    A difference that rounding alone may have made is nought.

    Args:
        sheet: An organisation's indicators, keys by replications.
        base: Those of the base in the same case.
        same: Indicators of the people who got that care in both; None for everybody's.
    """
    mine = {key: row for row, key in enumerate(sheet.keys)}
    both = [(key, row, mine[key]) for row, key in enumerate(base.keys) if key in mine]
    place = {number: column for column, number in enumerate(sheet.replications)}
    columns = [(c, place[r]) for c, r in enumerate(base.replications) if r in place]
    after = sheet.values[np.ix_([m for _, _, m in both], [m for _, m in columns])]
    before = base.values[np.ix_([b for _, b, _ in both], [b for b, _ in columns])]
    counts = np.full((len(both), 3, len(columns)), np.nan)
    keys = [key for key, _, _ in both]
    if same is not None:
        numbers = [base.replications[column] for column, _ in columns]
        is_comparable = _fill_in_same_people(keys, numbers, same, (before, after, counts))
        keys = [key for key, comparable in zip(keys, is_comparable, strict=True) if comparable]
        after, before, counts = after[is_comparable], before[is_comparable], counts[is_comparable]
    differences = after - before
    differences[
        np.abs(differences) <= RELATIVE_ROUNDING * np.maximum(np.abs(after), np.abs(before))
    ] = 0.0
    known = np.asarray((~np.isnan(differences)).sum(axis=1) > 0)
    levels = np.stack([before, after], axis=1)
    levels[np.broadcast_to(np.isnan(differences)[:, None], levels.shape)] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of nothing is NaN, as it should
        people = np.nanmean(np.concatenate([levels[known], counts[known]], axis=1), axis=2)
    known_keys = tuple(key for key, is_known in zip(keys, known, strict=True) if is_known)
    return PairedValues(known_keys, differences[known], [tuple(row) for row in people.tolist()])


def _fill_in_same_people(
    keys: Sequence[Key],
    replications: Sequence[int],
    same: PairedSheet,
    into: tuple[Floats, Floats, Floats],
) -> Mask:
    """Fill in before, after and counts of the same people; return the keys that are kept."""
    row_of = {key: row for row, key in enumerate(same.keys)}
    of_people = {key[0] for key in same.keys}
    column_of = {number: column for column, number in enumerate(same.replications)}
    columns = [column_of.get(number, -1) for number in replications]
    before, after, counts = into
    rows = np.array([row_of.get(key, -1) for key in keys], dtype=np.intp)
    filled, missing = rows >= 0, np.full((len(same.keys), 1), np.nan)
    into_tables = (before, after, counts[:, 0], counts[:, 1], counts[:, 2])
    tables = (same.before, same.after, same.people, same.gained, same.lost)
    for target, table in zip(into_tables, tables, strict=True):
        target[filled] = np.hstack([table, missing])[:, columns][rows[filled]]
    return filled | np.array([key[0] not in of_people for key in keys], dtype=np.bool_)


def _intervals_of_wanted(
    keys: Sequence[Key], values: np.ndarray, confidence: float, wanted: WantedIndicators
) -> Iterator[tuple[int, Key, Interval]]:
    """Yield the row, key and interval of each indicator that is wanted."""
    intervals = t_intervals(values, confidence)
    for row, (key, interval) in enumerate(zip(keys, intervals, strict=True)):
        if wanted is None or is_wanted(key, wanted):
            yield row, key, interval


def is_wanted(key: Key, wanted: frozenset[str | Key]) -> bool:
    """Tell whether an indicator's whole or group is one of those that are wanted."""
    return key in wanted or (key[1] in _GROUPINGS_OF_WANTED and key[0] in wanted)
