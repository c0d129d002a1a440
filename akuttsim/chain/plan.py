"""The plan of a run: all that region and organisation fix beforehand, unrolled to seconds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import Patients, Unit
from akuttsim.roads.travel import Travel
from akuttsim.scenario.calendar import parse_hours
from akuttsim.scenario.organisation import Clinic, Crew, Organisation
from akuttsim.scenario.region import Region
from akuttsim.scenario.roster import Span, Staffing, joined, unroll
from akuttsim.units import DAY_S

COOLDOWN_DAYS = 1
"""Callers go on ringing this long after the measured weeks: the last ones meet the usual load."""

AFTER_DAYS = 2
"""Rosters go on this long after the last caller, so that work in hand is finished."""


@dataclass(frozen=True)
class Seat:
    """One post of a roster: the spans in which somebody sits there."""

    unit: Unit
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Openings:
    """Who is open for whom at any time: boundaries, and the clinics open between them."""

    bounds: tuple[float, ...]
    open_between: tuple[dict[int, tuple[int, ...]], ...]

    def at(self, time_s: float, municipality: int) -> tuple[int, ...]:
        """Return the clinics open for a municipality at a time."""
        return self.open_between[bisect_right(self.bounds, time_s) - 1].get(municipality, ())

    def opens_s(self, time_s: float, municipality: int, clinic: int) -> float:
        """Return when a clinic is next open for a municipality: now, later, or never (infinite)."""
        first = bisect_right(self.bounds, time_s) - 1
        for bound_s, table in zip(self.bounds[first:], self.open_between[first:], strict=True):
            if clinic in table.get(municipality, ()):
                return max(time_s, bound_s)
        return inf


@dataclass(frozen=True)
class Plan:
    """A region, an organisation and their travel times, ready for any number of replications.

    `teams` has the seats of each team by role and name: ("operator", room), ("dispatcher", room),
    ("nurse", clinic), ("doctor", team). Units are numbered in that order, then the crews.
    """

    region: Region
    organisation: Organisation
    travel: Travel
    days: int
    measured: Span
    teams: dict[tuple[str, str], tuple[Seat, ...]]
    crews: dict[str, tuple[tuple[Span, bool], ...]]
    openings: Openings
    condition_of_hour: tuple[int, ...]
    is_night_hour: tuple[bool, ...]
    municipality_of_place: tuple[int, ...]
    units: tuple[Unit, ...] = field(default=())

    @property
    def end_s(self) -> float:
        """Return when the run ends, whatever is left."""
        return (self.days + AFTER_DAYS) * DAY_S

    def municipalities(self, patients: Patients) -> NDArray[np.intp]:
        """Return each patient's municipality; -1 for a neighbour district's."""
        return np.append(np.array(self.municipality_of_place), -1)[patients.place]

    @cached_property
    def place_index(self) -> dict[str, int]:
        """Return the index of each place."""
        return {name: index for index, name in enumerate(self.region.places)}


def plan(
    region: Region, organisation: Organisation, travel: Travel, weeks: int, warmup_days: int
) -> Plan:
    """Return the plan of a run of so many measured weeks after a warm-up."""
    days = warmup_days + 7 * weeks + COOLDOWN_DAYS
    calendar = region.calendar.calendar()
    first, last = calendar.day(warmup_days), calendar.day(warmup_days + 7 * weeks)
    teams = _teams(region, organisation, days + AFTER_DAYS)
    crews = {name: _shifts(crew, region, days) for name, crew in organisation.ambulances.items()}
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
        crews=crews,
        openings=_openings(region, organisation.clinics.values(), days + AFTER_DAYS),
        condition_of_hour=tuple(travel.condition_of_hour[hour.hour] for hour in hours),
        is_night_hour=tuple(hour.hour in night for hour in hours),
        municipality_of_place=tuple(municipality[p.municipality] for p in region.places.values()),
        units=_units(teams, crews, organisation),
    )


def _teams(
    region: Region, organisation: Organisation, days: int
) -> dict[tuple[str, str], tuple[Seat, ...]]:
    rosters: dict[tuple[str, str], dict[str, Staffing]] = {}
    for name, room in organisation.control_rooms.items():
        rosters["operator", name] = room.operators
        rosters["dispatcher", name] = room.dispatchers
    for name, clinic in organisation.clinics.items():
        rosters["nurse", name] = clinic.nurses
    for name, team in organisation.doctors.items():
        rosters["doctor", name] = team.on_duty
    return {key: _seats(key, roster, region, days) for key, roster in rosters.items() if roster}


def _seats(
    key: tuple[str, str], staffings: dict[str, Staffing], region: Region, days: int
) -> tuple[Seat, ...]:
    """Return one seat for each person on duty; staffings that follow each other share seats."""
    calendar = region.calendar.calendar()
    seats: list[list[Span]] = []
    for staffing in staffings.values():
        spans = unroll(staffing, calendar, days)
        taken = -1
        for _ in range(staffing.on_duty):
            taken = _sit_down(seats, spans, after=taken)
    role, team = key
    return tuple(
        Seat(Unit(f"{team}/{role}-{number}", role, team, tuple(spans)), tuple(spans))
        for number, spans in enumerate(seats, start=1)
    )


def _sit_down(seats: list[list[Span]], spans: list[Span], after: int) -> int:
    """Put spans on the first seat after one that is free in all of them, or on a new; return it."""
    for number, seat in enumerate(seats[after + 1 :], start=after + 1):
        together = joined([*seat, *spans])
        if sum(end - start for start, end in together) == sum(
            end - start for start, end in [*seat, *spans]
        ):
            seat[:] = together
            return number
    seats.append(list(spans))
    return len(seats) - 1


def _shifts(crew: Crew, region: Region, days: int) -> tuple[tuple[Span, bool], ...]:
    """Return a crew's spans in order, each with whether it is home duty."""
    calendar = region.calendar.calendar()
    spans = [
        (span, shift.duty == "home")
        for shift in crew.shifts
        for span in unroll(shift, calendar, days + AFTER_DAYS)
    ]
    return tuple(sorted(spans))


def _units(
    teams: dict[tuple[str, str], tuple[Seat, ...]],
    crews: dict[str, tuple[tuple[Span, bool], ...]],
    organisation: Organisation,
) -> tuple[Unit, ...]:
    people = [seat.unit for seats in teams.values() for seat in seats]
    vehicles = [
        Unit(
            name, "crew", organisation.ambulances[name].station, tuple(joined(s for s, _ in spans))
        )
        for name, spans in crews.items()
    ]
    return tuple(people + vehicles)


def _openings(region: Region, clinics: Iterable[Clinic], days: int) -> Openings:
    """Return who is open for whom, from the changes of all opening hours in order of time."""
    index = {name: number for number, name in enumerate(region.municipalities)}
    changes: list[tuple[float, int, int, tuple[int, ...]]] = []
    calendar = region.calendar.calendar()
    for clinic_index, clinic in enumerate(clinics):
        for service in clinic.open.values():
            served = tuple(index[name] for name in service.municipalities)
            for start, end in unroll(service, calendar, days):
                changes += [(start, 1, clinic_index, served), (end, -1, clinic_index, served)]
    counts: dict[tuple[int, int], int] = {}
    bounds, between = [0.0], [dict[int, tuple[int, ...]]()]
    known: dict[frozenset[tuple[int, int]], dict[int, tuple[int, ...]]] = {}
    for at, step, clinic_index, served in sorted(changes):
        for municipality in served:
            key = (municipality, clinic_index)
            counts[key] = counts.get(key, 0) + step
        active = frozenset(key for key, count in counts.items() if count > 0)
        table = known.setdefault(active, _by_municipality(active))
        if at > bounds[-1]:
            bounds.append(at)
            between.append(table)
        else:
            between[-1] = table
    return Openings(tuple(bounds), tuple(between))


def _by_municipality(active: frozenset[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    table: dict[int, list[int]] = {}
    for municipality, clinic in sorted(active):
        table.setdefault(municipality, []).append(clinic)
    return {municipality: tuple(clinics) for municipality, clinics in table.items()}


def _night_hours(organisation: Organisation) -> frozenset[int]:
    """Return the hours of the day that begin within the night hours of mobilisation."""
    start, end = parse_hours(organisation.mobilisation.night_hours)
    first, last = -(-start // 60), -(-end // 60)
    return frozenset(hour % 24 for hour in range(first, last))
