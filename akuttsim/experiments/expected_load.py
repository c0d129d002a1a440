"""Expected calls, people, load of control rooms and drive times, without running anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.geography import GIVEN_TIMES, STRAIGHT_LINES
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import (
    Region,
    municipality_populations,
    people_by_age,
    projection_rows,
)
from akuttsim.config.schema.roster import Period, unroll
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.patients.alarms_and_transports import alarms_per_hour
from akuttsim.patients.call_rates import (
    alarm_users,
    callers_113,
    callers_116117,
    neighbour_calls_113,
    neighbour_calls_116117,
    relative_rates,
)
from akuttsim.records import Floats
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.texts import message
from akuttsim.units import DAY_S, HOUR_S, MINUTE_S

WEEKS = 52
DAYS_A_YEAR = 365.25
BANDS = {
    message("understood.minutes_of.weekday", hour="11"): (2, 11),
    message("understood.minutes_of.weekday", hour="19"): (2, 19),
    message("understood.minutes_of.weekday", hour="02"): (2, 2),
    message("understood.minutes_of.sunday", hour="14"): (6, 14),
}
"""Hours of the week at which drive times are shown: working day, evening, night, weekend."""


@dataclass(frozen=True)
class ExpectedCalls:
    """Expected calls a day of a mean week, where nobody stays away because care is far.

    Attributes:
        people: Inhabitants of the region.
        contacts: Calls to 116117 that need care.
        other_calls: Other calls to 116117.
        calls_113: Calls to 113.
        outside_113: Calls to 113 of all neighbour districts together, whichever room answers for
            them.
        outside_116117: Calls to 116117 of all neighbour districts together.
        alarms: Safety alarms.
    """

    people: int
    contacts: float
    other_calls: float
    calls_113: float
    outside_113: float
    outside_116117: float
    alarms: float


def expected_calls(region: Region) -> ExpectedCalls:
    """Return the expected calls a day, where nobody stays away because care is far."""
    rates, alarms = region.demand, region.demand.safety_alarms
    to_116117 = float(callers_116117(region).sum()) / DAYS_A_YEAR
    to_113 = float(callers_113(region).sum()) / DAYS_A_YEAR
    outside = [_neighbour_calls(district, region) for district in region.outside]
    per_113 = rates.calls_113_per_person_year.value
    users = float(alarm_users(region, alarms).sum()) if alarms else 0.0
    return ExpectedCalls(
        people=round(sum(people_by_age(region))),
        contacts=to_116117 * rates.contacts_per_person_year.value,
        other_calls=to_116117 * rates.other_calls_per_person_year.value,
        calls_113=to_113 * per_113,
        outside_113=sum(each.calls_113 for each in outside),
        outside_116117=sum(each.contacts + each.other_calls for each in outside),
        alarms=users * alarms.alarms_per_user_month.value * 12 / DAYS_A_YEAR if alarms else 0.0,
    )


@dataclass(frozen=True)
class NeighbourCalls:
    """Expected calls a day of a neighbour district's people.

    Attributes:
        contacts: Calls to 116117 that need care.
        other_calls: Other calls to 116117.
        calls_113: Calls to 113.
    """

    contacts: float
    other_calls: float
    calls_113: float


def _neighbour_calls(district: str, region: Region) -> NeighbourCalls:
    """Return the expected calls a day of a neighbour district's people."""
    a_year = (*neighbour_calls_116117(region, district), neighbour_calls_113(region, district))
    return NeighbourCalls(*(float(calls.sum()) / DAYS_A_YEAR for calls in a_year))


@dataclass(frozen=True)
class ExpectedPeople:
    """People of an age group.

    Attributes:
        age: The age group, or the word for all.
        published: As published.
        expected: Expected in the region's year.
    """

    age: str
    published: int
    expected: int


def expected_people(region: Region) -> list[ExpectedPeople]:
    """Return people by age, and all of them, beside those expected in the region's year."""
    published = people_by_age(region.model_copy(update={"year": None}))
    every = zip(AGE_GROUPS, published, people_by_age(region), strict=True)
    rows = [ExpectedPeople(age, round(now), round(then)) for age, now, then in every]
    all_now, all_then = sum(row.published for row in rows), round(sum(people_by_age(region)))
    return [*rows, ExpectedPeople(message("understood.people.all"), all_now, all_then)]


def projections_used(region: Region) -> list[str]:
    """Return one sentence for each projection that the region's year rests on, with its grade.

    Args:
        region: A region with a year.
    """
    own = {row.municipality for row in region.projections} & set(region.municipalities)
    sentences: list[str] = [
        message(
            "understood.people.own_projection", name=name, region=_projection_grades(region, name)
        )
        for name in sorted(own)
    ]
    others = len(region.municipalities) - len(own)
    if others:
        sentences.append(message("understood.people.as_the_country", others=others))
    return sentences


def _projection_grades(region: Region, name: str) -> str:
    """Return the grades of a municipality's rows from the published year to the one asked for."""
    assert region.year is not None and region.people_year is not None
    rows, years = projection_rows(region, name), (region.people_year, region.year)
    first = max(row.year for row in rows if row.year <= min(years))
    last = min(row.year for row in rows if row.year >= max(years))
    grades = sorted({row.grade for row in rows if first <= row.year <= last})
    which = "many" if len(grades) > 1 else "one"
    return message(f"understood.people.grade.{which}", grades=", ".join(grades))


def drives_without_roads(region: Region) -> list[str]:
    """Return what is to be said of a region that has no table of roads; nothing of others.

    Raises InputError where its table of travel times is not whole.
    """
    if region.tables.roads is not None:
        return []
    travel_of_region(region)
    return [STRAIGHT_LINES if region.straight_line is not None else GIVEN_TIMES]


@dataclass(frozen=True)
class RoomLoad:
    """A room's operators over the hours of the day, as means over a year of days.

    Rooms that share operators are one load; `room` and `number` name them all, with ' + ' between.

    Attributes:
        room: The room.
        number: What it answers.
        on_duty: Operators on duty, shape (24,), by local hour.
        at_work: Operators whom calls and other tasks keep at work, shape (24,).
    """

    room: str
    number: str
    on_duty: Floats
    at_work: Floats


def room_loads(region: Region, organisation: Organisation) -> list[RoomLoad]:
    """Return the expected load of each room's operators by hour of the day.

    Overflow and back-up aside, and without breaks and the patients whom operators receive at a
    clinic.

    Args:
        region: How often its people call, and how long talks take.
        organisation: Its rooms and rosters.
    """
    rooms = organisation.control_rooms
    teams = {
        owner: {name: room for name, room in rooms.items() if owner in (name, room.operators_of)}
        for owner in rooms
        if rooms[owner].operators
    }
    hours = region.calendar.calendar().hours(WEEKS * 7 * 24)
    local = np.array([hour.hour for hour in hours])
    loads = []
    for owner, shared in teams.items():
        on_duty, at_work = np.zeros(len(hours)), np.zeros(len(hours))
        for staffing in rooms[owner].operators.values():
            on_duty += _covered_hour_shares(staffing, region, len(hours)) * staffing.on_duty
        for room in shared.values():
            at_work += _operators_at_work(room, region, hours)
        load = RoomLoad(
            room=" + ".join(shared),
            number=" + ".join(dict.fromkeys(room.number for room in shared.values())),
            on_duty=_mean_by_local_hour(on_duty, local),
            at_work=_mean_by_local_hour(at_work, local),
        )
        loads.append(load)
    return loads


def _operators_at_work(room: ControlRoom, region: Region, hours: list[datetime]) -> Floats:
    """Return how many operators a room's own calls and other tasks keep at work, in each hour."""
    alarms = region.demand.safety_alarms
    if room.number == "alarm":
        if alarms is None:
            return np.zeros(len(hours))
        passed_on = 1 - alarms.needs.closed
        each_s = alarms.talk_s.expected() + passed_on * alarms.handover_s.expected()
        served = _share_served(room, region, len(hours))
        return served * (alarms_per_hour(region, alarms, hours) * each_s / HOUR_S)
    _, work_s = _calls_and_work_a_day(room, region, len(hours))
    at_work = relative_rates(region, hours, room.number == "113") * work_s / DAY_S
    return at_work + tasks_of_room(room, region, hours).at_work


@dataclass(frozen=True)
class RoomTasks:
    """What a room's operators have to do beside calls, hour by hour, breaks aside.

    Attributes:
        per_hour: Tasks in each hour.
        at_work: Operators whom they keep at work.
    """

    per_hour: Floats
    at_work: Floats


def tasks_of_room(room: ControlRoom, region: Region, hours: list[datetime]) -> RoomTasks:
    """Return the expected tasks of a room beside its calls.

    Args:
        room: The room.
        region: Its region.
        hours: Local time of each hour.
    """
    per_hour, at_work = np.zeros(len(hours)), np.zeros(len(hours))
    for task in room.other_tasks.tasks.values() if room.other_tasks is not None else ():
        arise = _covered_hour_shares(task, region, len(hours)) * task.per_hour.value
        per_hour += arise
        at_work += arise * task.minutes.expected() / 60
    return RoomTasks(per_hour, at_work)


def _work_seconds_a_day(
    calls: ExpectedCalls | NeighbourCalls, room: ControlRoom, region: Region
) -> float:
    """Return the seconds of operators' work a day with calls to 116117 or 113."""
    care = region.care
    picking_up_s = room.pick_up_s.expected() if room.pick_up_s is not None else 0.0
    if room.number == "113":
        return calls.calls_113 * (picking_up_s + care.talk_113_s.expected())
    after_s = picking_up_s + care.after_call_s.expected()
    contacts_s = calls.contacts * (care.talk_s.expected() + after_s)
    return contacts_s + calls.other_calls * (care.other_call_s.expected() + after_s)


@dataclass(frozen=True)
class RoomCalls:
    """The calls of people that a room is rung by, hour by hour.

    Attributes:
        per_hour: Calls in each hour.
        handling_s: Mean seconds of an operator for each, from picking up until the next.
    """

    per_hour: Floats
    handling_s: float


def calls_of_room(room: ControlRoom, region: Region, hours: list[datetime]) -> RoomCalls:
    """Return the expected calls of a room that answers 116117 or 113, without other tasks.

    Args:
        room: The room; calls from neighbour districts that it answers for are in it.
        region: How often its people call, and how long talks take.
        hours: Local time of each hour.
    """
    calls, work_s = _calls_and_work_a_day(room, region, len(hours))
    rates = relative_rates(region, hours, room.number == "113") / 24
    total = float(calls.sum())
    return RoomCalls(calls * rates, float(work_s.sum()) / total if total else 0.0)


def _calls_and_work_a_day(room: ControlRoom, region: Region, hours: int) -> tuple[Floats, Floats]:
    """Return a room's calls a day and the seconds of work with them, were each hour a whole day."""
    own, served = expected_calls(region), _share_served(room, region, hours)
    outside = [_neighbour_calls(district, region) for district in room.outside]
    calls = served * _calls_a_day(own, room) + sum(_calls_a_day(each, room) for each in outside)
    work_s = served * _work_seconds_a_day(own, room, region)
    return calls, work_s + sum(_work_seconds_a_day(each, room, region) for each in outside)


def _calls_a_day(calls: ExpectedCalls | NeighbourCalls, room: ControlRoom) -> float:
    return calls.calls_113 if room.number == "113" else calls.contacts + calls.other_calls


def _share_served(room: ControlRoom, region: Region, hours: int) -> Floats:
    """Return the share of the people for whom a room answers, in each hour."""
    share = np.full(hours, _population_share(room.municipalities, region))
    for service in room.by_hour.values():
        more = [name for name in service.municipalities if name not in room.municipalities]
        share += _covered_hour_shares(service, region, hours) * _population_share(more, region)
    return share


def _population_share(municipalities: Iterable[str], region: Region) -> float:
    """Return the share of the region's people who live in these municipalities."""
    people = {name: sum(ages) for name, ages in municipality_populations(region).items()}
    return sum(people[name] for name in municipalities) / sum(people.values())


def _covered_hour_shares(period: Period, region: Region, hours: int) -> Floats:
    """Return the share of each elapsed hour that a period covers."""
    edges = np.arange(hours + 1) * HOUR_S
    covered = np.zeros(hours)
    for start, end in unroll(period, region.calendar.calendar(), WEEKS * 7):
        first, last = int(start // HOUR_S), int(-(-end // HOUR_S))
        inside = np.clip(edges[first : last + 1], start, end)
        covered[first:last] += (inside[1:] - inside[:-1]) / HOUR_S
    return covered


def _mean_by_local_hour(values: Floats, local: NDArray[np.int64]) -> Floats:
    """Return the mean of the values of each local hour of the day: 24 of them."""
    means: Floats = np.bincount(local, weights=values, minlength=24) / np.bincount(local)
    return means


@dataclass(frozen=True)
class DriveTimes:
    """Drives of a municipality, in minutes from its largest place.

    Attributes:
        municipality: Its name.
        people: How many live there.
        to_care: To the nearest open clinic as a private car, at the hours of `BANDS`; NaN where
            none is open for its people.
        from_ambulance: From the nearest station with blue light, mobilisation not counted.
    """

    municipality: str
    people: int
    to_care: tuple[float, ...]
    from_ambulance: float


def drive_times(region: Region, organisation: Organisation) -> list[DriveTimes]:
    """Return drive times of each municipality: to the nearest open clinic, from the nearest crew.

    Care at the hours of `BANDS` in an ordinary week; the ambulance with blue light, at noon, from
    the nearest station with a crew of our own at any hour.

    Args:
        region: Its roads and municipalities.
        organisation: Its clinics and stations.
    """
    times, ids = travel_of_region(region), region.place_ids
    crews = organisation.ambulances.values()
    stations = [ids.index(crew.station) for crew in crews if crew.kind == "ambulance"]
    drives = []
    for name in region.municipality_ids:
        largest = ids.index(region.largest_place(name))
        blue = times.to("blue", times.noon, largest)
        drive = DriveTimes(
            municipality=region.municipalities[name].name,
            people=round(sum(municipality_populations(region)[name])),
            to_care=tuple(
                _minutes_to_care(name, largest, band, (region, organisation, times))
                for band in BANDS.values()
            ),
            from_ambulance=min(blue[station] for station in stations) / MINUTE_S,
        )
        drives.append(drive)
    return drives


def _minutes_to_care(
    municipality: str,
    start: int,
    band: tuple[int, int],
    world: tuple[Region, Organisation, Travel],
) -> float:
    """Return the drive from a place to the nearest clinic open for its municipality, minutes.

    Args:
        municipality: The municipality whose people drive.
        start: The row of the place that they start from.
        band: Weekday (0 is Monday) and hour, of the third week of the calendar.
        world: Region, organisation and travel times.

    Returns:
        Minutes by car; NaN where no clinic is open for them then.
    """
    region, organisation, times = world
    weekday, hour = band
    calendar = region.calendar.calendar()
    day = next(d for d in range(14, 21) if calendar.day(d).weekday() == weekday)
    at = calendar.seconds(calendar.day(day), hour * 60)
    condition = times.condition_of_hour[hour]
    minutes = [
        times.to("car", condition, region.place_ids.index(clinic.place))[start] / MINUTE_S
        for clinic in organisation.clinics.values()
        for service in clinic.open.values()
        if municipality in service.municipalities
        and any(first <= at < last for first, last in unroll(service, calendar, 22))
    ]
    return min(minutes, default=float("nan"))
