"""What a call log has to fit a region to: durations, waits, and days with their calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from akuttsim.analysis.fitted_arrivals import Days
from akuttsim.calllog.logged_calls import UNKNOWN, CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.experiment.understood import demand
from akuttsim.patients.call_rates import is_free, relative_rates
from akuttsim.records import LINE_113, LINE_116117, Codes, Flags, Floats

BASE_DAY = datetime(1970, 1, 1)
NUMBERS = ("116117", "113")

MOST_ASKED = 0.9
"""So many of those who hung up must have an urgency before patience is fitted to each."""

BEFORE_FIRST = 5.0
"""A first or last day is only part of one where so many more calls would have been expected."""


def durations(log: CallLog) -> Iterator[tuple[str, Floats]]:
    """Yield each duration of the region that the log's times tell, in seconds, by its key."""
    talk, told = log.talk_s, ~np.isnan(log.talk_s)
    to_113, has_urgency = log.line == LINE_113, log.urgency != UNKNOWN
    if has_urgency.any():
        yield "care.talk_s", talk[told & ~to_113 & has_urgency]
        yield "care.other_call_s", talk[told & ~to_113 & ~has_urgency]
    else:
        yield "care.talk_s", talk[told & ~to_113]
        yield "care.other_call_s", talk[told & ~to_113]
    yield "care.talk_113_s", talk[told & to_113]
    on_scene = log.stage("left") - log.stage("on_scene")
    for code, name in enumerate(URGENCIES):
        yield f"care.on_scene_min.{name}", _known(on_scene[log.urgency == code])
    yield "care.hospital_handover_min", _known(log.stage("free") - log.stage("at_hospital"))


def _known(seconds: Floats) -> Floats:
    return seconds[~np.isnan(seconds)]


def mobilisations(log: CallLog) -> Floats:
    """Return how long each crew took from alert to rolling, seconds."""
    return _known(log.stage("rolling") - log.stage("alerted"))


@dataclass(frozen=True, eq=False)
class Waits:
    """How long each caller to 116117 waited of whom a log tells, who left then, and the urgency."""

    wait_s: Floats
    left: Flags
    urgency: Codes

    @property
    def share_with_urgency(self) -> float:
        """Return of how many of those who left the log has the urgency, as a share."""
        gone = self.urgency[self.left]
        return float(np.mean(gone != UNKNOWN)) if len(gone) else 0.0


def waits(log: CallLog) -> Waits:
    """Return the waits of a log's callers to 116117."""
    wait = np.where(log.hung_up, log.gave_up_s, log.wait_s)
    public = ~np.isnan(wait) & (log.line == LINE_116117)
    return Waits(wait[public], log.hung_up[public], log.urgency[public])


def own_calls(log: CallLog, region: Region, number: str) -> Flags:
    """Return which calls to 116117 (with health personnel's line), or to 113, are the district's.

    None to 113 where they cannot be told from neighbours': a room that answers 113 for neighbours
    too has their calls in its log.
    """
    first_outside = len(region.places) + len(region.municipalities)
    outside = log.place >= first_outside
    mine: Flags = ~outside & ((log.line == LINE_113) == (number == "113"))
    if number == "113" and region.outside and not outside.any():
        return np.zeros(len(log), dtype=bool)
    return mine


def days_of(log: CallLog, mine: Flags, region: Region, to_113: bool) -> Days:
    """Return the whole days of a log with the calls of one number, and what the region expects.

    Left out are a first or last day of which the log has only part, and days that it lacks.
    """
    day, hour = local_parts(log.time_s[mine], log.time_zone)
    first, last = int(day.min()), int(day.max())
    counts = np.zeros((last - first + 1, 24), dtype=np.int64)
    np.add.at(counts, (day - first, hour), 1)
    dates = [BASE_DAY + timedelta(days=number) for number in range(first, last + 1)]
    hours = [date + timedelta(hours=h) for date in dates for h in range(24)]
    per_hour = _per_hour(region, to_113)
    expected = relative_rates(region, hours, to_113).reshape(-1, 24) * per_hour
    free = np.array([is_free(date.date()) for date in dates])
    whole = _whole_days(counts, expected)
    return Days(counts[whole], expected[whole], free[whole])


def _per_hour(region: Region, to_113: bool) -> float:
    expected = demand(region)
    a_day = expected.calls_113 if to_113 else expected.contacts + expected.other_calls
    return a_day / 24


def _whole_days(counts: Any, expected: Floats) -> Flags:
    """Return which days the log has whole: not those it lacks, or a first or last in part."""
    scaled = expected * counts.sum() / expected.sum()
    whole: Flags = (counts.sum(axis=1) > 0) | (scaled.sum(axis=1) <= BEFORE_FIRST)
    filled = [np.flatnonzero(counts[k]) for k in (0, -1)]
    whole[0] &= scaled[0, : filled[0][0]].sum() <= BEFORE_FIRST
    whole[-1] &= scaled[-1, filled[1][-1] + 1 :].sum() <= BEFORE_FIRST
    return whole
