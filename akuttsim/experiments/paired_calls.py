"""Recorded and simulated times of the same calls, pair by pair: by hour, urgency and area.

Only calls that came to a stage in both are compared, so that what a log lacks is never counted as
zero, and other calls on one side never pass for a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from akuttsim.calllog.logged_calls import UNKNOWN, CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.config.schema.values import URGENCIES
from akuttsim.records import Flags, Floats
from akuttsim.statistics.intervals import t_interval
from akuttsim.units import MINUTE_S

FEWEST_PAIRS = 5
"""Of fewer pairs than these no median and no 90th percentile is told."""

TimesByStage = Mapping[str, Floats]
"""Seconds from the call to each stage, shape (calls,); NaN where it did not come or is unknown."""


class PairedTimes(NamedTuple):
    """How soon after the call a stage came, recorded and simulated on the same calls; minutes.

    Means over replications; `low` and `high` are the 95 % interval of the mean difference, which
    tells how far what was drawn may move it.

    Attributes:
        stage: Which stage.
        by: `all`, `hour`, `urgency` or `area`.
        group: Which hour, urgency or area.
        calls: Pairs, in the mean of the replications.
        recorded_only: Calls that came so far in the log alone.
        simulated_only: Calls that came so far in the simulation alone, where the log tells of the
            stage at all.
        recorded_mean, recorded_median, recorded_p90: As recorded.
        simulated_mean, simulated_median, simulated_p90: As simulated.
        difference: Simulated less recorded, in the mean.
        low, high: Its interval.
        gap: The median of how far a call's two times lie apart, either way.
    """

    stage: str
    by: str
    group: str
    calls: float
    recorded_only: float
    simulated_only: float
    recorded_mean: float
    simulated_mean: float
    recorded_median: float
    simulated_median: float
    recorded_p90: float
    simulated_p90: float
    difference: float
    low: float
    high: float
    gap: float


def paired_times(
    log: CallLog, recorded: TimesByStage, runs: Iterable[TimesByStage]
) -> list[PairedTimes]:
    """Return each stage that the log tells of, for all calls and by hour, urgency and area.

    Args:
        log: The calls, whose hours, urgencies and places are the groups.
        recorded: What the log tells.
        runs: What each replication made of the same calls; gone through once.
    """
    known = [name for name, seconds in recorded.items() if (~np.isnan(seconds)).any()]
    cells = [(name, by, group, mine) for name in known for by, group, mine in _groups(log)]
    of_runs = [
        [_pair_figures(recorded[name][mine], run[name][mine]) for name, _, _, mine in cells]
        for run in runs
    ]
    rows = (
        _paired_row((name, by, group), figures)
        for (name, by, group, _), figures in zip(cells, zip(*of_runs, strict=True), strict=True)
    )
    return [row for row in rows if row is not None]


def _groups(log: CallLog) -> Iterator[tuple[str, str, Flags]]:
    """Yield all calls, those of each hour, of each urgency as judged, and of each area told."""
    yield "all", "all", np.ones(len(log), dtype=bool)
    _, hour = local_parts(log.time_s, log.time_zone)
    for code in range(24):
        yield "hour", f"{code:02d}", hour == code
    for code, name in enumerate(URGENCIES):
        yield "urgency", name, log.urgency == code
    for code in np.unique(log.place[log.place != UNKNOWN]).tolist():
        if code < len(log.places):
            yield "area", log.places[code], log.place == code


_Figures = tuple[float, ...]


def _pair_figures(recorded: Floats, simulated: Floats) -> _Figures:
    """Return pairs, calls of one side alone; mean, median, 90th percentile and gap in minutes."""
    here, there = ~np.isnan(recorded), ~np.isnan(simulated)
    both = here & there
    counts = (float(both.sum()), float((here & ~there).sum()), float((there & ~here).sum()))
    if not both.any():
        return (*counts, *[np.nan] * 7)
    a, b = recorded[both] / MINUTE_S, simulated[both] / MINUTE_S
    spread = [np.nan] * 4
    if len(a) >= FEWEST_PAIRS:
        spread = [float(np.quantile(side, q)) for q in (0.5, 0.9) for side in (a, b)]
    gap = float(np.median(np.abs(b - a)))
    return (*counts, float(a.mean()), float(b.mean()), *spread, gap)


def _paired_row(key: tuple[str, str, str], figures: Sequence[_Figures]) -> PairedTimes | None:
    """Return the means over replications; None where no replication has a pair."""
    table = np.array(figures)
    paired = table[table[:, 0] > 0]
    if not len(paired):
        return None
    counts, means = table[:, :3].mean(axis=0), paired[:, 3:].mean(axis=0)
    difference = t_interval(paired[:, 4] - paired[:, 3])
    minutes = (*map(float, counts), *map(float, means[:6]), *difference, float(means[6]))
    return PairedTimes._make([*key, *minutes])
