"""The plan of a run: all that region and organisation fix beforehand, unrolled to seconds.

Rosters become seats with spans, opening hours of clinics and control rooms become tables by time
and municipality, and the local drive, how far people live from the place that stands for the
neighbourhood, gets its speeds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import daylight_hours, parse_hours
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.fleet import Crew
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import (
    GOES_FIRST,
    Period,
    Span,
    Staffing,
    cut_out,
    merge_spans,
    shared_spans,
    unroll,
)
from akuttsim.config.schema.values import Count
from akuttsim.records import DueVisits, Floats, Mode, Patients, RosteredShifts, Unit
from akuttsim.roads.travel import Travel
from akuttsim.units import DAY_S, HOUR_S, TICKS_PER_S

OpeningTable = dict[int, tuple[int, ...]]
"""The clinics (or rooms) that are open for each municipality."""

ALWAYS = None
"""Open at all hours."""


class Opening(NamedTuple):
    """A clinic or room, open for some municipalities in a period, or always.

    Attributes:
        which: Its index in the order of the organisation.
        municipalities: For whom.
        period: Days and hours; `ALWAYS` for all.
    """

    which: int
    municipalities: tuple[str, ...]
    period: Period | None


@dataclass(frozen=True)
class Openings:
    """Who is open for whom at any time.

    Attributes:
        bounds: Times at which something changes, in seconds of the run; the first is 0.
        open_between: What is open from each of them to the next, by municipality.
        always: What holds at all hours; None if it changes.
    """

    bounds: tuple[float, ...]
    open_between: tuple[OpeningTable, ...]
    always: OpeningTable | None
    _closings: dict[int, list[float]] = field(default_factory=dict, repr=False)

    def at(self, time_s: float, municipality: int) -> tuple[int, ...]:
        """Return what is open for a municipality at a time, by index, in the organisation's order.

        Args:
            time_s: Seconds of the run.
            municipality: Index of the municipality.
        """
        if self.always is not None:
            return self.always.get(municipality, ())
        return self.open_between[bisect_right(self.bounds, time_s) - 1].get(municipality, ())

    def opens_s(self, time_s: float, municipality: int, clinic: int) -> float:
        """Return when a clinic is next open for a municipality: now, later, or never (infinite).

        Args:
            time_s: Seconds of the run.
            municipality: Index of the municipality.
            clinic: Index of the clinic.
        """
        first = bisect_right(self.bounds, time_s) - 1
        for bound_s, table in zip(self.bounds[first:], self.open_between[first:], strict=True):
            if clinic in table.get(municipality, ()):
                return max(time_s, bound_s)
        return inf

    def closes_s(self, time_s: float, clinic: int) -> float:
        """Return when a clinic closes next for everybody it serves, or infinity."""
        closings = self._closings.get(clinic)
        if closings is None:
            closings = self._closings[clinic] = self._closings_of(clinic)
        return closings[bisect_right(closings, time_s)]

    def _closings_of(self, clinic: int) -> list[float]:
        """Return when a clinic closes, in order, then never."""
        is_open = [any(clinic in clinics for clinics in t.values()) for t in self.open_between]
        steps = zip(self.bounds[1:], is_open, is_open[1:], strict=False)
        return [*(at for at, before, after in steps if before and not after), inf]

    @cached_property
    def _distinct(self) -> tuple[list[OpeningTable], NDArray[np.intp]]:
        """Return the different tables, and which of them holds between which boundaries."""
        position: dict[int, int] = {}
        tables: list[OpeningTable] = []
        for table in self.open_between:
            if id(table) not in position:
                position[id(table)] = len(tables)
                tables.append(table)
        return tables, np.array([position[id(table)] for table in self.open_between])

    def table_at(self, time_s: Floats) -> tuple[list[OpeningTable], NDArray[np.intp]]:
        """Return the different tables, and which of them holds at each time."""
        tables, of_span = self._distinct
        return tables, of_span[np.searchsorted(self.bounds, time_s, side="right") - 1]

    def first_at(self, time_s: Floats, municipality: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the first that is open at each time for each municipality; -1 for none.

        Args:
            time_s: Seconds of the run, one a patient.
            municipality: Index of each patient's municipality; -1 for a neighbour's.
        """
        tables, table = self.table_at(time_s)
        count = int(municipality.max(initial=-1)) + 1
        rows = [[opening.get(m, (-1,))[0] for m in range(count)] + [-1] for opening in tables]
        first_open: NDArray[np.intp] = np.array(rows, dtype=np.intp)[table, municipality]
        return first_open


ClosedSpans = Mapping[int, Sequence[Span]]
"""When a clinic is closed for all, by its index, whatever its hours say."""


def unroll_openings(
    region: Region, opened: Iterable[Opening], days: int, closed: ClosedSpans = MappingProxyType({})
) -> Openings:
    """Return who is open for whom, from all changes of opening in order of time."""
    changes = _opening_changes(region, opened, days, closed)
    counts: dict[tuple[int, int], int] = {}
    bounds, between = [0.0], [OpeningTable()]
    known: dict[frozenset[tuple[int, int]], OpeningTable] = {}
    for at, step, index, served in sorted(changes):
        for municipality in served:
            key = (municipality, index)
            counts[key] = counts.get(key, 0) + step
        active = frozenset(key for key, count in counts.items() if count > 0)
        table = known.setdefault(active, _opening_table(active))
        if at > bounds[-1]:
            bounds.append(at)
            between.append(table)
        else:
            between[-1] = table
    always = between[0] if len(bounds) == 1 else None
    return Openings(tuple(bounds), tuple(between), always)


OpeningChange = tuple[float, int, int, tuple[int, ...]]
"""A time, one more or one less, a clinic or room, and the municipalities for which."""


def _opening_changes(
    region: Region, opened: Iterable[Opening], days: int, closed: ClosedSpans
) -> list[OpeningChange]:
    """Return every opening and closing, each with whom it is for."""
    number = {name: index for index, name in enumerate(region.municipalities)}
    calendar = region.calendar.calendar()
    changes: list[OpeningChange] = []
    for index, municipalities, period in opened:
        served = tuple(number[name] for name in municipalities)
        if period is ALWAYS:
            changes.append((0.0, 1, index, served))
            continue
        spans = unroll(period, calendar, days)
        if index in closed:
            spans = cut_out(spans, closed[index])
        for start, end in spans:
            changes += [(start, 1, index, served), (end, -1, index, served)]
    return changes


def _opening_table(active: frozenset[tuple[int, int]]) -> OpeningTable:
    """Return what is open for each municipality, in the order of the organisation."""
    table: dict[int, list[int]] = {}
    for municipality, index in sorted(active):
        table.setdefault(municipality, []).append(index)
    return {municipality: tuple(indices) for municipality, indices in table.items()}


COOLDOWN_DAYS = 1
"""Callers go on ringing this long after the measured weeks: the last ones meet the usual load."""

AFTER_DAYS = 2
"""Rosters go on this long after the last caller, so that work in hand is finished."""


@dataclass(frozen=True)
class Seat:
    """One post of a roster: the spans in which somebody sits there, and what they may do.

    Attributes:
        unit: The row in the table of units.
        spans: When the post is manned, in seconds of the run.
        answers: What whoever sits there may do; None for everything that the team does.
        at_home: Whether it is a doctor's home duty.
        speaks: Languages that whoever sits there speaks beside Norwegian.
        in_training: Whether it is a doctor in training, who asks the one on call.
    """

    unit: Unit
    spans: tuple[Span, ...]
    answers: tuple[str, ...] | None = None
    at_home: bool = False
    speaks: tuple[str, ...] = ()
    in_training: bool = False

    def may_do(self, work: Work) -> bool:
        """Tell whether whoever sits there may do a kind of the team's work."""
        if work.kind == SPEAK:
            return work.training in self.speaks
        return self.answers is None or work.training in self.answers


SPEAK = "speak"
"""The kind of work that is to talk with callers in another language."""


class Work(NamedTuple):
    """One kind of work that a team does.

    Attributes:
        kind: `dispatch`, `speak`, `answer`, `receive` (at a clinic), `other_task`, `alarm_visit`,
            `planned_visit` or `care`.
        of: The room or clinic whose work it is.
        training: What those who may do it have; of `speak` the language.
        keeps_free: How many people must be left for the work before it.
    """

    kind: str
    of: str
    training: str
    keeps_free: int = 0


@dataclass(frozen=True)
class Plan:
    """A region, an organisation and their travel times, ready for any number of replications.

    Attributes:
        region: The region.
        organisation: The organisation.
        travel: Travel times between all places, by mode and condition.
        days: Days in which people ring: warm-up, measured weeks and a day after them.
        measured: Begin and end of what indicators look at, in seconds of the run.
        teams: Seats of each team by role and name: ("operator", room), ("dispatcher", room),
            ("nurse", clinic), ("doctor", team), ("back_up_doctor", team), ("home_nurse", team).
        works: What each team does, in the order in which it goes first.
        crews: By ambulance, its spans on duty, each with whether it is home duty.
        supports: By support, the spans in which it may set out.
        escorts: By escort, the spans in which it may be asked.
        openings: Which clinics are open, by municipality and time.
        answering: By number, which rooms answer it, by municipality and time.
        outside: By number, the room that answers it for each neighbour district; -1 for none.
        down: By room, when it does not answer.
        condition_of_hour: The condition of the roads in each hour of the run.
        is_night_hour: Whether mobilisation takes as long as at night, in each hour of the run.
        municipality_of_place: The municipality of each place.
        units: The table of units: people in the order of `teams`, then crews, supports, escorts.
        shifts: What became of the shifts of one replication; None where all are always filled.
    """

    region: Region
    organisation: Organisation
    travel: Travel
    days: int
    measured: Span
    teams: dict[tuple[str, str], tuple[Seat, ...]]
    works: dict[tuple[str, str], tuple[Work, ...]]
    crews: dict[str, tuple[tuple[Span, bool], ...]]
    supports: dict[str, tuple[Span, ...]]
    escorts: dict[str, tuple[Span, ...]]
    openings: Openings
    answering: dict[str, Openings]
    outside: dict[str, tuple[int, ...]]
    down: dict[str, tuple[Span, ...]]
    condition_of_hour: tuple[int, ...]
    is_night_hour: tuple[bool, ...]
    municipality_of_place: tuple[int, ...]
    units: tuple[Unit, ...] = field(default=())
    shifts: RosteredShifts | None = None

    @property
    def first_vehicle(self) -> int:
        """Return the row of the first vehicle in the table of units: crews, then supports."""
        return sum(len(seats) for seats in self.teams.values())

    @property
    def end_s(self) -> float:
        """Return when the run ends, whatever is left."""
        return (self.days + AFTER_DAYS) * DAY_S

    @property
    def neighbours(self) -> tuple[str, ...]:
        """Return the neighbour districts for which a room answers 116117."""
        rooms = zip(self.region.outside, self.outside["116117"], strict=True)
        return tuple(district for district, room in rooms if room >= 0)

    def municipalities(self, patients: Patients) -> NDArray[np.intp]:
        """Return each patient's municipality; -1 for a neighbour district's."""
        return np.append(np.array(self.municipality_of_place), -1)[patients.place]

    @cached_property
    def place_index(self) -> dict[str, int]:
        """Return the index of each place."""
        return {name: index for index, name in enumerate(self.region.places)}


def make_plan(
    region: Region, organisation: Organisation, travel: Travel, weeks: int, warmup_days: int
) -> Plan:
    """Return the plan of a run: everything that no patient changes, unrolled to seconds.

    Args:
        region: The region.
        organisation: The organisation, which has passed its checks in this region.
        travel: The region's travel times.
        weeks: Weeks that are measured.
        warmup_days: Days before them.
    """
    days = warmup_days + 7 * weeks + COOLDOWN_DAYS
    calendar = region.calendar.calendar()
    first, last = calendar.day(warmup_days), calendar.day(warmup_days + 7 * weeks)
    teams = {
        key: roster_seats(key, roster, region, days + AFTER_DAYS)
        for key, roster in team_rosters(organisation).items()
    }
    crews = {
        name: _crew_shifts(crew, region, days) for name, crew in organisation.ambulances.items()
    }
    supports = _support_spans(region, organisation, days + AFTER_DAYS)
    escorts = _escort_spans(region, organisation, days + AFTER_DAYS)
    hours = calendar.hours((days + AFTER_DAYS + 1) * 24)
    night = _night_hours(organisation)
    municipality = {name: index for index, name in enumerate(region.municipalities)}
    return Plan(
        region=region,
        organisation=organisation,
        travel=travel,
        days=days,
        measured=(calendar.seconds(first, 0), calendar.seconds(last, 0)),
        teams=teams,
        works=team_works(organisation),
        crews=crews,
        openings=clinic_openings(region, organisation, days + AFTER_DAYS),
        answering={n: _room_openings(region, organisation, n, days + AFTER_DAYS) for n in NUMBERS},
        outside={number: _rooms_for_neighbours(region, organisation, number) for number in NUMBERS},
        down=_room_outages(region, organisation, days + AFTER_DAYS),
        condition_of_hour=travel.conditions(hours),
        is_night_hour=tuple(hour.hour in night for hour in hours),
        municipality_of_place=tuple(municipality[p.municipality] for p in region.places.values()),
        supports=supports,
        escorts=escorts,
        units=unit_table(teams, crews, supports, escorts, organisation),
    )


NUMBERS = tuple(work for work in GOES_FIRST if work != "clinic")
"""What control rooms answer, in the order in which cross-trained operators take it."""


def team_works(organisation: Organisation) -> dict[tuple[str, str], tuple[Work, ...]]:
    """Return what each team does, in the order in which it goes first.

    Operators: missions to dispatch (where nobody else does), 113, safety alarms, 116117, then
    patients at the door of a clinic, and last what a room has to do beside calls. Home nursing:
    alarms, then planned visits.
    """
    done: dict[tuple[str, str], list[Work]] = {}
    rooms = organisation.control_rooms
    for number in NUMBERS:
        for name, room in rooms.items():
            if room.number == number:
                team = ("operator", room.operators_of or name)
                done.setdefault(team, []).extend(_room_works(name, room, rooms[team[1]]))
    for name, clinic in organisation.clinics.items():
        if clinic.nurses_of is not None:
            host = rooms[clinic.nurses_of].operators_of or clinic.nurses_of
            work = Work("receive", name, "clinic", _count_or_zero(clinic.keeps_free))
            done["operator", host].append(work)
    for name, room in rooms.items():
        if room.other_tasks is not None:
            free = room.other_tasks.keeps_free.value
            team = ("operator", room.operators_of or name)
            done[team].append(Work("other_task", name, room.number, free))
    single = {
        (role, team): (
            (Work("alarm_visit", team, "care"), Work("planned_visit", team, "care"))
            if role == "home_nurse"
            else (Work("care", team, "care"),)
        )
        for role, team in team_rosters(organisation)
    }
    return single | {key: tuple(mine) for key, mine in done.items()}


def _room_works(name: str, room: ControlRoom, host: ControlRoom) -> list[Work]:
    """Return what a room's operators, its own or its host's, do: missions too, if nobody else."""
    answers = Work("answer", name, room.number, _count_or_zero(room.keeps_free))
    if room.interpreting is not None:
        spoken = dict.fromkeys(each for row in host.operators.values() for each in row.speaks)
        return [*(Work(SPEAK, name, language) for language in spoken), answers]
    if room.number == "113" and not room.dispatchers:
        return [Work("dispatch", name, room.number), answers]
    return [answers]


def _count_or_zero(count: Count | None) -> int:
    """Return a count; 0 for none."""
    return count.value if count is not None else 0


def team_rosters(organisation: Organisation) -> dict[tuple[str, str], Mapping[str, Staffing]]:
    """Return the roster of every team that has one, in the order of the units."""
    rosters: dict[tuple[str, str], Mapping[str, Staffing]] = {}
    for name, room in organisation.control_rooms.items():
        rosters["operator", name] = room.operators
        rosters["dispatcher", name] = room.dispatchers
    for name, clinic in organisation.clinics.items():
        rosters["nurse", name] = clinic.nurses
    for name, team in organisation.doctors.items():
        rosters["doctor", name] = team.on_duty
    for name, team in organisation.doctors.items():
        if team.back_up is not None:
            rosters["back_up_doctor", name] = team.back_up.on_call
    if organisation.home_nursing is not None:
        for name, carers in organisation.home_nursing.teams.items():
            rosters["home_nurse", name] = carers.on_duty
    return {key: roster for key, roster in rosters.items() if roster}


def roster_seats(
    key: tuple[str, str], staffings: Mapping[str, Staffing], region: Region, days: int
) -> tuple[Seat, ...]:
    """Return one seat for each person on duty.

    Staffings that follow each other share seats, if the people may do the same.

    Args:
        key: Role and name of the team.
        staffings: Its roster, by name of the row.
        region: Whose calendar it is.
        days: From the first day of the run.
    """
    seats, _ = seats_and_posts(staffings, region, days)
    role, team = key
    return tuple(
        Seat(Unit(f"{team}/{role}-{number}", role, team, spans), spans, *same)
        for number, (same, spans) in enumerate(seats, start=1)
    )


class RosterPost(NamedTuple):
    """One person of a row of a roster, and where this one sits among the seats of the team."""

    row: str
    number: int
    seat: int


SameWork = tuple[tuple[str, ...] | None, bool, tuple[str, ...], bool]
"""What seats that rows share have in common: what they answer, home duty, languages, training."""


def seats_and_posts(
    staffings: Mapping[str, Staffing], region: Region, days: int
) -> tuple[list[tuple[SameWork, tuple[Span, ...]]], list[RosterPost]]:
    """Return a roster's seats, with when each is manned, and whose hours lie on which of them.

    Args:
        staffings: The roster, by name of the row.
        region: Whose calendar it is.
        days: From the first day of the run.
    """
    calendar = region.calendar.calendar()
    seats: dict[SameWork, list[list[Span]]] = {}
    placed: list[tuple[str, int, SameWork, int]] = []
    for row, staffing in staffings.items():
        at_home = getattr(staffing, "duty", "on_site") == "home"
        trains, speaks = getattr(staffing, "in_training", False), getattr(staffing, "speaks", ())
        same = (getattr(staffing, "answers", None), at_home, speaks, trains)
        mine = seats.setdefault(same, [])
        spans = unroll(staffing, calendar, days)
        seat_number = -1
        for number in range(staffing.on_duty):
            seat_number = _place_on_seat(mine, spans, after=seat_number)
            placed.append((row, number, same, seat_number))
    first, count = {}, 0
    for same, group in seats.items():
        first[same], count = count, count + len(group)
    return (
        [(same, tuple(spans)) for same, group in seats.items() for spans in group],
        [RosterPost(row, number, first[same] + seat) for row, number, same, seat in placed],
    )


def _place_on_seat(seats: list[list[Span]], spans: list[Span], after: int) -> int:
    """Put spans on the first seat after one that is free in all of them, or on a new; return it."""
    for number, seat in enumerate(seats[after + 1 :], start=after + 1):
        together = merge_spans([*seat, *spans])
        if sum(end - start for start, end in together) == sum(
            end - start for start, end in [*seat, *spans]
        ):
            seat[:] = together
            return number
    seats.append(list(spans))
    return len(seats) - 1


def _crew_shifts(crew: Crew, region: Region, days: int) -> tuple[tuple[Span, bool], ...]:
    """Return a crew's spans in order, each with whether it is home duty."""
    calendar = region.calendar.calendar()
    spans = [
        (span, shift.duty == "home")
        for shift in crew.shifts
        for span in unroll(shift, calendar, days + AFTER_DAYS)
    ]
    return tuple(sorted(spans))


def unit_table(
    teams: dict[tuple[str, str], tuple[Seat, ...]],
    crews: dict[str, tuple[tuple[Span, bool], ...]],
    supports: dict[str, tuple[Span, ...]],
    escorts: dict[str, tuple[Span, ...]],
    organisation: Organisation,
) -> tuple[Unit, ...]:
    """Return the units: people team by team, then vehicles, supports and escorts."""
    people = [seat.unit for seats in teams.values() for seat in seats]
    vehicles = [
        Unit(
            name,
            ROLE_OF_KIND[organisation.ambulances[name].kind],
            organisation.ambulances[name].station,
            tuple(merge_spans(s for s, _ in spans)),
        )
        for name, spans in crews.items()
    ]
    support_units = [
        Unit(name, "support", organisation.supports[name].kind, spans)
        for name, spans in supports.items()
    ]
    riders = [
        Unit(name, "escort", organisation.escorts[name].goes_with, spans)
        for name, spans in escorts.items()
    ]
    return tuple(people + vehicles + support_units + riders)


ROLE_OF_KIND = {
    "ambulance": "crew",
    "transport": "transport_vehicle",
    "neighbour": "neighbour_crew",
}
"""The role of a vehicle's unit, by its kind."""


def _support_spans(
    region: Region, organisation: Organisation, days: int
) -> dict[str, tuple[Span, ...]]:
    """Return when each support is on duty; by daylight only where it flies by day alone."""
    calendar = region.calendar.calendar()
    spans = {}
    for name, support in organisation.supports.items():
        mine = merge_spans(
            s for period in support.on_duty.values() for s in unroll(period, calendar, days)
        )
        if support.daylight_only:
            base = region.places[support.base]
            mine = list(shared_spans(mine, daylight_hours(base.lat, base.lon, calendar, days)))
        spans[name] = tuple(mine)
    return spans


def _escort_spans(
    region: Region, organisation: Organisation, days: int
) -> dict[str, tuple[Span, ...]]:
    """Return when each escort may be asked."""
    calendar = region.calendar.calendar()
    return {
        name: tuple(
            merge_spans(
                s for period in each.on_duty.values() for s in unroll(period, calendar, days)
            )
        )
        for name, each in organisation.escorts.items()
    }


def clinic_openings(
    region: Region,
    organisation: Organisation,
    days: int,
    closed: ClosedSpans = MappingProxyType({}),
) -> Openings:
    """Return which clinics are open for whom at any time.

    Args:
        region: The region, whose calendar it is.
        organisation: The organisation, whose clinics have hours.
        days: From the first day of the run.
        closed: When clinics are closed all the same.
    """
    opened = [
        Opening(index, service.municipalities, service)
        for index, clinic in enumerate(organisation.clinics.values())
        for service in clinic.open.values()
    ]
    return unroll_openings(region, opened, days, closed)


def _room_openings(region: Region, organisation: Organisation, number: str, days: int) -> Openings:
    """Return which room answers a number for whom at any time."""
    opened = []
    for index, room in enumerate(organisation.control_rooms.values()):
        if room.number == number:
            opened.append(Opening(index, room.municipalities, ALWAYS))
            opened += [
                Opening(index, period.municipalities, period) for period in room.by_hour.values()
            ]
    return unroll_openings(region, opened, days)


def _rooms_for_neighbours(
    region: Region, organisation: Organisation, number: str
) -> tuple[int, ...]:
    """Return the room that answers a number for each neighbour district; -1 for none."""
    answered = {
        district: index
        for index, room in enumerate(organisation.control_rooms.values())
        if room.number == number
        for district in room.outside
    }
    return tuple(answered.get(district, -1) for district in region.outside)


def _room_outages(
    region: Region, organisation: Organisation, days: int
) -> dict[str, tuple[Span, ...]]:
    """Return when each room that is ever down does not answer."""
    calendar = region.calendar.calendar()
    return {
        name: tuple(
            merge_spans(s for period in room.down.values() for s in unroll(period, calendar, days))
        )
        for name, room in organisation.control_rooms.items()
        if room.down
    }


def _night_hours(organisation: Organisation) -> frozenset[int]:
    """Return the hours of the day that begin within the night hours of mobilisation."""
    start, end = parse_hours(organisation.mobilisation.night_hours)
    first, last = -(-start // 60), -(-end // 60)
    return frozenset(hour % 24 for hour in range(first, last))


class LocalRoads:
    """How long the roads about places take, by how one drives and the condition of the roads."""

    __slots__ = ("_kmh", "_per_km_s", "_travel")

    def __init__(self, plan: Plan) -> None:
        """Take the speed of a region's local roads; without a local drive none is ever driven."""
        local = plan.region.local_drive
        self._kmh = 0.0 if local is None else local.kmh.value
        self._travel = plan.travel
        self._per_km_s: dict[tuple[Mode, int], float] = {}

    def seconds(self, km: float, mode: Mode, condition: int) -> float:
        """Return the seconds, in whole ticks, that so many kilometres take."""
        if not km:
            return 0.0
        per_km_s = self._per_km_s.get((mode, condition))
        if per_km_s is None:
            factor = self._travel.speed_factor(mode, condition, self._kmh)
            per_km_s = self._per_km_s[mode, condition] = HOUR_S / (self._kmh * factor)
        return round(km * per_km_s * TICKS_PER_S) / TICKS_PER_S


def local_distance_km(plan: Plan, people: Patients | DueVisits) -> Floats:
    """Return how far by road each home is from its place; 0 where the region says nothing.

    Args:
        plan: The plan, whose region says how far homes lie from places.
        people: Patients, of whom neighbours' distance is 0, or planned visits.

    Returns:
        Kilometres, one for each row.
    """
    local, km = plan.region.local_drive, np.zeros(len(people))
    if local is None:
        return km
    built_up = [place.built_up in ("yes", "town") for place in plan.region.places.values()]
    is_built_up = np.array([*built_up, False])[people.place]
    for mask, distribution in (
        (is_built_up, local.built_up_km),
        (~is_built_up, local.elsewhere_km),
    ):
        km[mask] = distribution.quantile(people.u_local_drive[mask])
    km[people.place < 0] = 0.0
    return km
