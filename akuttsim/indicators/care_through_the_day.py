"""Where the sick of each municipality meet a doctor, through a weekday, a Saturday and a Sunday.

Seen from the largest settlement of each municipality: the nearest clinic or satellite that is open
and sees the need, by the one definition of care in reach (`config.schema.clinic`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

import numpy as np

from akuttsim.config.schema.calendar import public_holidays
from akuttsim.config.schema.clinic import Need
from akuttsim.config.schema.geography import Place
from akuttsim.indicators.access_to_care import (
    AccessByHour,
    CareJourneys,
    access_by_hour,
    ordinary_day,
)
from akuttsim.indicators.measured_run import MeasuredRun, opening_spans

SLOT_MIN = 30
"""Minutes between two looks at what is open: clinics open and close on the half hour."""

FIRST_MIN = 8 * 60
"""A day is told from here to the same time of the next, so that its night is whole."""

SLOTS_A_DAY = 24 * 60 // SLOT_MIN

STRIP_NEEDS: tuple[Need, ...] = ("green", "yellow", "doctor")
"""What is looked for: to be seen without hurry, with some, and by a doctor on site."""

STRIP_DAYS = ("weekday", "saturday", "sunday")

_SAME_DRIVE_S = 15 * 60
_SAME_DRIVE_SHARE = 0.25
"""Drives to one clinic that exceed the quickest of the day by no more (the larger) are one."""


class Nearest(NamedTuple):
    """The nearest that sees a need.

    Attributes:
        clinic: Its position among the organisation's clinics and satellites; -1 for none open.
        drive_s: Ordinary drive to it, whole seconds, ferry and all; -1 for none.
    """

    clinic: int
    drive_s: int


NONE_OPEN = Nearest(-1, -1)

CareNow = tuple[Nearest, ...]
"""The nearest at one moment for each of `STRIP_NEEDS`."""


class ClinicInBlock(NamedTuple):
    """The nearest that sees a need through some hours.

    Attributes:
        clinic: Its position among the organisation's clinics and satellites; -1 for none open.
        shortest_s: The quickest drive of these hours, seconds; -1 for none.
        longest_s: The slowest; much longer where a ferry is waited for.
    """

    clinic: int
    shortest_s: int
    longest_s: int


class CareBlock(NamedTuple):
    """Hours on end with the same answer.

    Attributes:
        start_min: Minutes since the day's midnight, from `FIRST_MIN` on.
        end_min: The same; beyond 24 hours on the next day.
        nearest: For each of `STRIP_NEEDS`.
    """

    start_min: int
    end_min: int
    nearest: tuple[ClinicInBlock, ...]


class MunicipalityCare(NamedTuple):
    """The days of a municipality, as its largest settlement has them; written as JSON lists.

    Attributes:
        place: The position of the settlement among the places of the region.
        days: The blocks of each of `STRIP_DAYS`.
    """

    place: int
    days: tuple[tuple[CareBlock, ...], ...]


class CareOnMap(AccessByHour):
    """What the page draws of an organisation's reach: by hour, and through the day.

    Attributes:
        through_the_day: By municipality, in the order of the region.
    """

    through_the_day: dict[str, MunicipalityCare]


def care_on_map(run: MeasuredRun) -> CareOnMap:
    """Return how far care is from each place, and where municipalities meet it through a day."""
    return CareOnMap(**access_by_hour(run), through_the_day=care_through_the_day(run))


def care_through_the_day(run: MeasuredRun) -> dict[str, MunicipalityCare]:
    """Return for each municipality with people where they are seen, half hour by half hour."""
    settlements = largest_settlements(run.region.places)
    by_day = [_moments_of_day(run, day) for day in strip_days(run)]
    care = {  # most half hours are like others: the same roads, and the same doors open
        moment: care_now(_journeys_at(run, moment), settlements.values())
        for moment in dict.fromkeys(moment for moments in by_day for moment in moments)
    }
    days = [[care[moment] for moment in moments] for moments in by_day]
    return {
        municipality: MunicipalityCare(
            run.region.place_ids.index(place),
            tuple(care_blocks([now[place] for now in day]) for day in days),
        )
        for municipality, place in settlements.items()
    }


def largest_settlements(places: Mapping[str, Place]) -> dict[str, str]:
    """Return the place with most people of each municipality that has any, the first of equals."""
    largest: dict[str, str] = {}
    for name, place in places.items():
        known = largest.get(place.municipality)
        if sum(place.people) > (sum(places[known].people) if known else 0):
            largest[place.municipality] = name
    return largest


def care_now(journeys: CareJourneys, settlements: Iterable[str]) -> dict[str, CareNow]:
    """Return the nearest that sees each of `STRIP_NEEDS`, from each of some places."""
    return {
        place: tuple(_nearest(journeys, need, place) for need in STRIP_NEEDS)
        for place in settlements
    }


def _nearest(journeys: CareJourneys, need: Need, place: str) -> Nearest:
    found = journeys.nearest(need, place)
    if found is None:
        return NONE_OPEN
    name, drive_s = found
    return Nearest(list(journeys.clinics).index(name), round(drive_s))


def care_blocks(slots: Sequence[CareNow], first_min: int = FIRST_MIN) -> tuple[CareBlock, ...]:
    """Return half hours on end with the same answer as one block each.

    The same clinics, and as near as ever in the day, or farther: where a ferry stops for the night
    a new block begins, and the hours in which people wait for its first crossing are one.

    Args:
        slots: What is nearest in each half hour.
        first_min: The time of the first, minutes since midnight.
    """
    quickest_s: dict[int, int] = {}
    for clinic, drive_s in (near for slot in slots for near in slot):
        quickest_s[clinic] = min(drive_s, quickest_s.get(clinic, drive_s))

    def answer(slot: CareNow) -> list[tuple[int, bool]]:
        return [(near.clinic, is_slow(near.drive_s, quickest_s[near.clinic])) for near in slot]

    blocks, start = [], first_min
    for _, alike in groupby(slots, key=answer):
        run = list(alike)
        end = start + SLOT_MIN * len(run)
        blocks.append(CareBlock(start, end, tuple(_range(one) for one in zip(*run, strict=True))))
        start = end
    return tuple(blocks)


def is_slow(drive_s: float, quickest_s: float) -> bool:
    """Tell whether a drive takes so much more than the quickest of a day that it is told apart."""
    return drive_s > quickest_s + max(_SAME_DRIVE_S, _SAME_DRIVE_SHARE * quickest_s)


def _range(through: Sequence[Nearest]) -> ClinicInBlock:
    drives = [near.drive_s for near in through]
    return ClinicInBlock(through[0].clinic, min(drives), max(drives))


def strip_days(run: MeasuredRun) -> tuple[date, date, date]:
    """Return the ordinary day, and a Saturday and a Sunday of the measured span.

    The first that are no public holidays; the first of all where every one is.
    """
    calendar = run.region.calendar.calendar()
    first, last = (calendar.local(moment).date().toordinal() for moment in run.record.measured)
    days = [date.fromordinal(day) for day in range(first, max(last, first + 7))]
    saturday, sunday = (
        min(
            (day for day in days if day.weekday() == weekday),
            key=lambda day: (day in public_holidays(day.year), day),
        )
        for weekday in (5, 6)
    )
    return ordinary_day(run), saturday, sunday


class _Moment(NamedTuple):
    """What the way to care hangs on at a moment: the roads' condition, and what runs (by `id`)."""

    condition: int
    running: frozenset[int]


def _moments_of_day(run: MeasuredRun, day: date) -> list[_Moment]:
    """Return what holds at each half hour of a day, from `FIRST_MIN` on."""
    calendar = run.region.calendar.calendar()
    times = [calendar.seconds(day, FIRST_MIN + SLOT_MIN * slot) for slot in range(SLOTS_A_DAY)]
    conditions = run.travel.conditions([_whole_hour(calendar.local(time)) for time in times])
    spans = {
        id(service): opening_spans(run, [service])
        for clinic in run.organisation.clinics.values()
        for service in clinic.open.values()
    }
    return [
        _Moment(
            condition,
            frozenset(
                service
                for service, open_in in spans.items()
                if any(start <= time < end for start, end in open_in)
            ),
        )
        for time, condition in zip(times, conditions, strict=True)
    ]


def _journeys_at(run: MeasuredRun, moment: _Moment) -> CareJourneys:
    """Return the journeys to care at a moment."""
    return CareJourneys(
        run.region,
        run.organisation.clinics,
        lambda service: id(service) in moment.running,
        lambda place: np.asarray(run.travel.to("car", moment.condition, place)),
    )


def _whole_hour(local: datetime) -> datetime:
    return local.replace(minute=0, second=0, microsecond=0)
