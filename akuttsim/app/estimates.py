"""What can be said at once, before anything is simulated: reach on the map, and answers by hour.

Reach is exact for crews that are all free and clinics that are open. Answers by hour are those of
a queue in a steady state (Erlang A), hour by hour, which is near and not right: the page marks them
as estimates, and the simulation decides.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import inf
from typing import Literal, NamedTuple

import numpy as np

from akuttsim.app.week import SLOTS_AN_HOUR, on_duty_by_slot
from akuttsim.config.schema.calendar import Calendar, is_free_day, parse_hours
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region, place_populations
from akuttsim.config.schema.roster import Period, unroll
from akuttsim.experiments.expected_load import RoomCalls, calls_of_room
from akuttsim.indicators.access_to_care import CareJourneys
from akuttsim.patients.urgency import expected_clinic_visits
from akuttsim.records import RED, Floats
from akuttsim.roads.travel import Travel
from akuttsim.theory.erlang import answering_figures
from akuttsim.units import MINUTE_S

FIRST_DAY, LAST_DAY = 14, 60
"""Days of the calendar among which an ordinary one is looked for."""

Reach = Literal["care", "ambulance"]

FAR_MIN = (40, 60)
"""Minutes beyond which people are counted."""


class Moment(NamedTuple):
    """An hour of an ordinary week.

    Attributes:
        weekday: Monday 0.
        hour: The hour of the day.
        at: Seconds of the run.
        days: So many days of the calendar hold it.
    """

    weekday: int
    hour: int
    at: float
    days: int


def ordinary_moment(calendar: Calendar, weekday: int, hour: int) -> Moment:
    """Return an hour of the first ordinary such weekday after the second week.

    Args:
        calendar: The region's.
        weekday: Monday 0.
        hour: Of the day, local time.
    """
    days = range(FIRST_DAY, LAST_DAY)
    number = next(n for n in days if _is_ordinary(calendar.day(n), weekday))
    at = calendar.seconds(calendar.day(number), 60 * hour)
    return Moment(weekday, hour, at, number + 2)


def _is_ordinary(day: date, weekday: int) -> bool:
    return day.weekday() == weekday and (weekday >= 5 or not is_free_day(day))


def is_running(period: Period, calendar: Calendar, moment: Moment) -> bool:
    """Tell whether a period holds a moment."""
    return _covered(period.days, period.hours, calendar, moment)


@lru_cache(maxsize=20_000)
def _covered(days: str, hours: str, calendar: Calendar, moment: Moment) -> bool:
    spans = unroll(Period(days=days, hours=hours), calendar, moment.days)
    return any(start <= moment.at < end for start, end in spans)


def minutes_to_care(
    region: Region, organisation: Organisation, travel: Travel, moment: Moment
) -> Floats:
    """Return the expected minutes from each place to care; infinite where none is open.

    By ordinary drive to the nearest clinic or satellite that is open and sees the urgency, in the
    shares of the urgencies, and on to a doctor in the share that a satellite sends on.
    """
    calendar, condition = region.calendar.calendar(), travel.condition_of_hour[moment.hour]
    journeys = CareJourneys(
        region=region,
        clinics=organisation.clinics,
        is_open=lambda service: is_running(service, calendar, moment),
        drive_s=lambda place: np.asarray(travel.to("car", condition, place)),
    )
    minutes: Floats = journeys.mean_s(expected_clinic_visits(region)) / MINUTE_S
    return minutes


def minutes_of_ambulance(
    region: Region, organisation: Organisation, travel: Travel, moment: Moment
) -> Floats:
    """Return the minutes until the nearest crew on duty is at each place; infinite for none.

    Mean mobilisation to a red patient and the drive with blue light, of crews that are all free.
    """
    calendar, condition = region.calendar.calendar(), travel.condition_of_hour[moment.hour]
    soonest = np.full(len(region.places), np.inf)
    blue = travel.seconds["blue"][condition]
    for crew in organisation.ambulances.values():
        for shift in crew.shifts:
            if crew.kind == "ambulance" and is_running(shift, calendar, moment):
                ready_s = _mobilisation_s(organisation, shift.duty == "home", moment.hour)
                drive_s = np.asarray(blue[region.place_ids.index(crew.station)])
                soonest = np.minimum(soonest, ready_s + drive_s)
    return soonest / MINUTE_S


def _mobilisation_s(organisation: Organisation, is_home: bool, hour: int) -> float:
    """Return the mean mobilisation of a crew to a red patient, seconds."""
    rules = organisation.mobilisation
    start, end = parse_hours(rules.night_hours)
    is_night = (60 * hour - start) % 1440 < end - start
    ready_s = rules.station_s.each()[RED].expected()
    ready_s += rules.night_extra_s.expected() if is_night else 0.0
    return ready_s + (rules.home_extra_s.expected() if is_home else 0.0)


MINUTES = {"care": minutes_to_care, "ambulance": minutes_of_ambulance}
"""What reach is of, with how it is found."""


def people_beyond(region: Region, minutes: Floats, limit: float) -> int:
    """Return how many live where it takes more than so many minutes."""
    people = np.array([sum(ages) for ages in place_populations(region).values()])
    return round(float(people[minutes > limit].sum()))


def whole_minutes(minutes: Floats) -> list[float | None]:
    """Return minutes to a tenth, None where they are infinite."""
    return [None if each == inf else round(each, 1) for each in minutes.tolist()]


# --- answers by hour ------------------------------------------------------------------------------

WITHIN_S = 120.0
"""Seconds within which 116117 is to be answered, from the first ring."""

TARGET = 0.8
"""Share of calls to 116117 that are to be answered within that."""

WEEKS_LOOKED_AT = 12
"""Weeks whose ordinary days the rate of each hour is the mean of."""


class AnsweredByHour(NamedTuple):
    """How much of 116117 is answered in time, as a steady queue would.

    Attributes:
        room: The room whose operators answer.
        share: Of the calls of each hour of the week, Monday first.
        mean: Of all calls.
    """

    room: str
    share: list[float]
    mean: float


def answered_by_hour(region: Region, organisation: Organisation) -> AnsweredByHour | None:
    """Return the share of 116117 answered in time by hour; None where nobody answers 116117.

    Erlang A for each hour with its mean rate, who is on duty and the mean patience. The operators
    of another room are those that its own callers do not keep busy and that are not kept free.
    """
    rooms = organisation.control_rooms
    name = next((each for each, room in rooms.items() if room.number == "116117"), None)
    if name is None:
        return None
    room = rooms[name]
    owner = room.operators_of or name
    rows = [staffing.model_dump() for staffing in rooms[owner].operators.values()]
    on_duty = np.array(on_duty_by_slot(rows), dtype=float).reshape(-1, SLOTS_AN_HOUR).mean(axis=1)
    calls = _calls_of_week(region, organisation, name)
    if owner != name:
        others = _calls_of_week(region, organisation, owner)
        on_duty = on_duty - others.per_hour * others.handling_s / 3600
        on_duty = on_duty - (room.keeps_free.value if room.keeps_free else 0)
    within = WITHIN_S - (room.pick_up_s.expected() if room.pick_up_s is not None else 0.0)
    patience = region.patience.green_min.expected() * MINUTE_S
    pairs = zip(calls.per_hour.tolist(), on_duty.tolist(), strict=True)
    share = [
        _answered(round(rate, 4), round(operators, 3), round(calls.handling_s, 1), within, patience)
        for rate, operators in pairs
    ]
    mean = float(np.average(share, weights=calls.per_hour))
    return AnsweredByHour(owner, [round(each, 4) for each in share], mean)


@lru_cache(maxsize=5000)
def _answered(
    calls_per_h: float, operators: float, handling_s: float, within_s: float, patience_s: float
) -> float:
    """Return the share of calls answered in time in a steady hour."""
    if operators <= 0 or within_s <= 0:
        return 0.0
    if calls_per_h <= 0:
        return 1.0
    figures = answering_figures(calls_per_h, handling_s, operators, within_s, patience_s)
    return figures.answered_within


_WEEKS: dict[tuple[int, str, str], RoomCalls] = {}


def _calls_of_week(region: Region, organisation: Organisation, name: str) -> RoomCalls:
    """Return the expected calls of a room in each hour of an ordinary week."""
    room = organisation.control_rooms[name]
    key = (id(region), name, room.model_dump_json(exclude={"operators", "title", "video"}))
    if key not in _WEEKS:
        if len(_WEEKS) > MOST_WEEKS:
            _WEEKS.clear()
        hours = region.calendar.calendar().hours(WEEKS_LOOKED_AT * 7 * 24)
        calls = calls_of_room(room, region, hours)
        place = np.array([24 * each.weekday() + each.hour for each in hours])
        ordinary = np.array([_is_ordinary(each.date(), each.weekday()) for each in hours])
        sums = np.bincount(place[ordinary], calls.per_hour[ordinary], minlength=168)
        _WEEKS[key] = RoomCalls(
            sums / np.bincount(place[ordinary], minlength=168), calls.handling_s
        )
    return _WEEKS[key]


MOST_WEEKS = 100
