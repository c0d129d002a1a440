"""What can be said at once, before anything is simulated: reach on the map, and answers by hour.

Reach is exact for crews that are all free and clinics that are open. Answers by hour are those of
a queue in a steady state, hour by hour, with tasks and breaks between calls, which is near and not
right: the page marks them as estimates, and the simulation decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from math import exp, inf
from typing import Literal, NamedTuple

import numpy as np

from akuttsim.app.week import SLOTS_AN_HOUR, on_duty_by_slot
from akuttsim.chain.pathways.operators import shift_breaks
from akuttsim.chain.run_plan import Seat, roster_seats
from akuttsim.config.schema.calendar import Calendar, is_free_day, parse_hours
from akuttsim.config.schema.control_room import Breaks
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region, place_populations
from akuttsim.config.schema.roster import Period, unroll
from akuttsim.experiments.expected_load import WEEKS, calls_of_room, tasks_of_room
from akuttsim.indicators.access_to_care import CareJourneys
from akuttsim.indicators.calls import WITHIN_116117_S
from akuttsim.patients.urgency import expected_clinic_visits
from akuttsim.records import RED, Floats
from akuttsim.roads.travel import Travel
from akuttsim.theory.work_between_calls import SharedRoom
from akuttsim.units import HOUR_S, MINUTE_S

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


def estimate_answers(region: Region, organisation: Organisation) -> AnsweredByHour | None:
    """Return the share of 116117 answered in time by hour; None where nobody answers 116117.

    A steady queue for each hour with its mean rate, who is on duty and not on a break, the tasks
    that they do between calls, and the mean patience. The operators of another room are those that
    its own callers leave free, beyond those that are kept free for them; what they are trained for
    makes talks longer. Some hang up while somebody picks up.
    """
    rooms = organisation.control_rooms
    name = next((each for each, room in rooms.items() if room.number == "116117"), None)
    if name is None:
        return None
    room = rooms[name]
    owner = room.operators_of or name
    week = _work_of_week(region, organisation, name)
    pick_up_s = room.pick_up_s.expected() if room.pick_up_s is not None else 0.0
    within = WITHIN_116117_S - pick_up_s
    patience = region.patience.green_min.expected() * MINUTE_S
    again = region.patience.rings_again.green
    on_duty = _on_duty(organisation, owner)
    load = _load_of_owner(region, organisation, name)
    kept = room.keeps_free.value if room.keeps_free is not None else 0
    breaks = _breaks_of_week(region, organisation, owner)
    keeps = room.other_tasks.keeps_free.value if room.other_tasks is not None else 0
    keeps = max(keeps - kept, 0)  # who is kept free for the other number is left by tasks too
    share = []
    for (calls, call_s, tasks, task_s), operators, away, of_owner in zip(
        week.tolist(), on_duty.tolist(), breaks.tolist(), load.tolist(), strict=True
    ):
        hour = _Hour(calls, call_s, tasks, task_s, within, patience, again, keeps)
        free = round(operators, 2) - kept
        answered = _answered_beside(hour, free, tuple(away), round(of_owner, 2))
        share.append(answered * exp(-pick_up_s / patience))
    if not week[:, 0].any():
        return None  # nobody rings 116117: the calls come from a log
    mean = float(np.average(share, weights=week[:, 0]))
    return AnsweredByHour(owner, [round(each, 4) for each in share], mean)


def rules_unknown_to_estimate(organisation: Organisation) -> list[str]:
    """Return what a 116117 room does that no steady queue knows, by the names of the keys.

    Calls that go to a neighbour room, callers who are rung up, a doctor in the room, operators who
    may not all answer, and more than one room: the simulation may differ much then.
    """
    rooms = [room for room in organisation.control_rooms.values() if room.number == "116117"]
    owners = [organisation.control_rooms.get(room.operators_of or "", room) for room in rooms]
    found = {
        "overflow": any(room.overflow is not None for room in rooms),
        "callback": any(room.callback is not None for room in rooms),
        "doctor": any(room.doctor is not None for room in rooms),
        "down": any(room.down for room in rooms),
        "answers": any(row.answers for room in owners for row in room.operators.values()),
        "rooms": len(rooms) > 1,
    }
    return [name for name, is_so in found.items() if is_so]


class _Hour(NamedTuple):
    """What a steady hour is like: calls and tasks an hour, and seconds."""

    calls_per_h: float
    handling_s: float
    tasks_per_h: float
    task_s: float
    within_s: float
    patience_s: float
    ring_again: float
    keeps_free: int


def _on_duty(organisation: Organisation, owner: str) -> Floats:
    """Return how many a room has on duty in each hour of the week."""
    rows = [each.model_dump() for each in organisation.control_rooms[owner].operators.values()]
    slots = np.array(on_duty_by_slot(rows), dtype=float)
    mean: Floats = slots.reshape(-1, SLOTS_AN_HOUR).mean(axis=1)
    return mean


def _load_of_owner(region: Region, organisation: Organisation, name: str) -> Floats:
    """Return how many of a room's operators its own callers keep busy, in each hour of the week.

    Nought where the room that is asked about has operators of its own.
    """
    owner = organisation.control_rooms[name].operators_of
    if owner is None:
        return np.zeros(168)
    work = _work_of_week(region, organisation, owner)
    load: Floats = (work[:, 0] * work[:, 1] + work[:, 2] * work[:, 3]) / HOUR_S
    return load


MOST_BUSY = 12
"""So many operators may be kept busy by another room's callers at most."""


def _answered_beside(hour: _Hour, free: float, on_break: tuple[float, ...], load: float) -> float:
    """Return the share answered in time by those whom another room's callers leave free.

    Those callers go first, so that how many they keep busy does not hang on the calls that are
    asked about: Poisson, for nearly all of them are answered at once.

    Args:
        hour: What the hour is like.
        free: How many there are for these calls when no other caller keeps one busy.
        on_break: How often nobody, one, two ... of them are on a break.
        load: How many the other room's callers keep busy on average; nought where there is none.
    """
    share, chance = 0.0, exp(-load)
    for busy in range(MOST_BUSY if load else 1):
        share += chance * _answered_between_breaks(hour, free - busy, on_break)
        chance *= load / (busy + 1)
    return share


def _answered_between_breaks(hour: _Hour, on_duty: float, on_break: tuple[float, ...]) -> float:
    """Return the share answered in time, mixed over how many are on duty and on a break."""
    least = int(max(on_duty, 0.0))
    shares = []
    for operators in (least, least + 1):
        at_tasks = operators - min(hour.keeps_free, max(operators - 1, 0))
        shares.append(
            sum(
                often * _answered(hour, operators - away, at_tasks - away)
                for away, often in enumerate(on_break)
                if often
            )
        )
    return float(np.interp(on_duty, (least, least + 1), shares))


@lru_cache(maxsize=5000)
def _answered(hour: _Hour, operators: int, at_tasks: int) -> float:
    """Return the share of calls answered in time in a steady hour."""
    if operators <= 0 or hour.within_s <= 0:
        return 0.0
    if hour.calls_per_h <= 0:
        return 1.0
    room = SharedRoom(
        operators=operators,
        at_tasks=max(at_tasks, 0),
        calls_per_h=hour.calls_per_h,
        handling_s=hour.handling_s,
        patience_s=hour.patience_s,
        tasks_per_h=hour.tasks_per_h,
        task_s=hour.task_s,
        ring_again=hour.ring_again,
    )
    return room.answered_within(hour.within_s)


_known_weeks: dict[tuple[int, str, str], tuple[Region, Floats]] = {}
"""Weeks that were worked out, by region (whose identity is its own while it is held), and room."""

MOST_WEEKS = 100
"""So many rooms' weeks are remembered at most."""


def _work_of_week(region: Region, organisation: Organisation, name: str) -> Floats:
    """Return a room's expected work in each hour of an ordinary week, shape (168, 4).

    Calls an hour, mean seconds of a call, tasks an hour, and mean seconds of a task.
    """
    room = organisation.control_rooms[name]
    key = (id(region), name, room.model_dump_json(exclude={"operators", "title", "video"}))
    if key not in _known_weeks:
        if len(_known_weeks) > MOST_WEEKS:
            _known_weeks.clear()
        hours = region.calendar.calendar().hours(WEEKS_LOOKED_AT * 7 * 24)
        calls, tasks = calls_of_room(room, region, hours), tasks_of_room(room, region, hours)
        per_hour = _mean_of_week(calls.per_hour, hours).round(1)
        tasks_per_hour = _mean_of_week(tasks.per_hour, hours)
        at_tasks_s = _mean_of_week(tasks.at_work, hours) * HOUR_S
        task_s = np.divide(at_tasks_s, tasks_per_hour, np.ones(168), where=tasks_per_hour > 0)
        trained = room.cross_training
        talk_s = calls.handling_s * (1.0 if trained is None else trained.talk_factor.value)
        columns = [per_hour, np.full(168, talk_s), tasks_per_hour, task_s]
        _known_weeks[key] = (region, np.stack(columns, axis=1).round(3))
    return _known_weeks[key][1]


def _mean_of_week(values: Floats, hours: list[datetime]) -> Floats:
    """Return the mean of each hour of the week over ordinary days."""
    place = np.array([24 * each.weekday() + each.hour for each in hours])
    ordinary = np.array([_is_ordinary(each.date(), each.weekday()) for each in hours])
    sums = np.bincount(place[ordinary], values[ordinary], minlength=168)
    means: Floats = sums / np.bincount(place[ordinary], minlength=168)
    return means


MOST_ON_BREAK = 3
"""So many of a room's operators are on a break at once at most, as the estimate has it."""


def _breaks_of_week(region: Region, organisation: Organisation, owner: str) -> Floats:
    """Return how often so many of a room's operators are on a break, in each hour of the week.

    Those whose shifts are the same have their breaks at the same time, as far as enough are left
    for the phone; the others go when these are back. Shape (168, MOST_ON_BREAK + 1): the share of
    the hour with nobody, one, two ... away.
    """
    room = organisation.control_rooms[owner]
    if room.other_tasks is None or room.other_tasks.breaks is None:
        return np.eye(1, MOST_ON_BREAK + 1).repeat(168, axis=0)
    days = WEEKS * 7  # breaks of a post that is always manned drift over the hours of the day
    hours = region.calendar.calendar().hours(days * 24)
    seats = roster_seats(("operator", owner), room.operators, region, days)
    keeps = room.other_tasks.keeps_free.value
    away_s = np.zeros((len(hours), MOST_ON_BREAK + 1))
    for start, end, away in _times_on_break(seats, room.other_tasks.breaks, keeps):
        for hour in range(int(start // HOUR_S), min(int(end // HOUR_S) + 1, len(hours))):
            inside = min(end, (hour + 1) * HOUR_S) - max(start, hour * HOUR_S)
            away_s[hour, min(away, MOST_ON_BREAK)] += inside
    shares = [_mean_of_week(of_number / HOUR_S, hours).round(2) for of_number in away_s.T[1:]]
    nobody = np.maximum(1.0 - sum(shares), 0.0)
    return np.stack([nobody, *shares], axis=1)


def _times_on_break(
    seats: Sequence[Seat], rule: Breaks, keeps: int
) -> Iterator[tuple[float, float, int]]:
    """Yield from when to when, in seconds, how many are on a break, where anybody is.

    Args:
        seats: The posts of the room's operators.
        rule: Their breaks.
        keeps: How many must be left for the phone where there are more.
    """
    starts, stops = (sorted(span[n] for seat in seats for span in seat.spans) for n in (0, 1))
    ends: list[float] = []
    changes: list[tuple[float, int]] = []
    for rest in sorted(shift_breaks(tuple(seats), rule), key=lambda each: each.time_s):
        on_duty = bisect_right(starts, rest.time_s) - bisect_right(stops, rest.time_s)
        most = max(on_duty - min(keeps, on_duty - 1), 1)
        ends = [end for end in ends if end > rest.time_s]
        begins = rest.time_s if len(ends) < most else sorted(ends)[-most]
        ends.append(begins + rest.takes_s)
        changes += [(begins, 1), (begins + rest.takes_s, -1)]
    away = 0
    for (start, step), (end, _) in pairwise(sorted(changes)):
        away += step
        if away and end > start:
            yield start, end, away
