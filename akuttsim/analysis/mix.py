"""Indicators of the contacts themselves: when they come, how urgent, and what a nurse settles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.groupings import by_municipality
from akuttsim.analysis.observed import Grouping, Mask, Observed, Row, rows, share
from akuttsim.analysis.use import is_contact
from akuttsim.patients.urgency import DAY_STARTS, EVENING_STARTS, NIGHT_STARTS
from akuttsim.records import ADVICE, LOST, RED, UNFINISHED
from akuttsim.units import HOUR_S

TIMES_OF_DAY = ("day", "evening", "night")
"""The Watchtowers' time bands: day 8-15:30, evening 15:30-23, night 23-8."""


def night_share(seen: Observed) -> Iterator[Row]:
    """Share of the contacts with the legevakt that come at night, 23 to 8.

    Numerator: contacts that began to ring (or set out, or wrote) between 23 and 8, local time.
    Denominator: contacts of `contacts_per_1000_a_year`, which says who is left out. Unit: share of
    1. By municipality.
    Source: counterpart of BMC HSR 2009;9:123, table 3.
    """
    mask = is_contact(seen)
    at_night = (_time_of_day(seen, mask) == TIMES_OF_DAY.index("night")).astype(np.float64)
    yield from rows("night_share", "share", at_night, share, [by_municipality(seen, mask)])


def nurse_alone_share(seen: Observed) -> Iterator[Row]:
    """Share of the contacts with the legevakt that a nurse settles alone, with advice.

    Numerator: contacts that end with advice, on the phone or at the door. Denominator: contacts of
    `contacts_per_1000_a_year`. Left out: those who hung up, and those not finished when the run
    ended. Unit: share of 1. By time of day: day 8-15:30, evening 15:30-23, night 23-8.
    Source: counterpart of BMC HSR 2009;9:123, table 3.
    """
    outcome = seen.record.courses.outcome
    mask = is_contact(seen) & (outcome != LOST) & (outcome != UNFINISHED)
    alone = (outcome[mask] == ADVICE).astype(np.float64)
    yield from rows("nurse_alone_share", "share", alone, share, [_by_time_of_day(seen, mask)])


def red_share(seen: Observed) -> Iterator[Row]:
    """Share of the contacts with the legevakt that are judged red.

    Numerator: contacts judged red by who answered (or at the clinic's door). Denominator: contacts
    of `contacts_per_1000_a_year` that somebody judged; those who hung up are left out. Unit: share
    of 1. By time of day: day 8-15:30, evening 15:30-23, night 23-8.
    Source: counterpart of BMC HSR 2009;9:123, table 3.
    """
    judged = seen.record.courses.judged
    mask = is_contact(seen) & (judged >= 0)
    red = (judged[mask] == RED).astype(np.float64)
    yield from rows("red_share", "share", red, share, [_by_time_of_day(seen, mask)])


def _by_time_of_day(seen: Observed, mask: Mask) -> Grouping:
    return Grouping("time_of_day", _time_of_day(seen, mask), TIMES_OF_DAY)


def _time_of_day(seen: Observed, mask: Mask) -> np.ndarray:
    time_s = seen.patients.time_s[mask]
    clock = seen.hour(time_s) + (time_s % HOUR_S) / HOUR_S
    is_day = (clock >= DAY_STARTS) & (clock < EVENING_STARTS)
    is_evening = (clock >= EVENING_STARTS) & (clock < NIGHT_STARTS)
    return np.select([is_day, is_evening], [0, 1], 2)
