"""Rosters as they are filled: shifts that lack their own person, and who takes them.

A plan with every shift filled becomes that of a replication, in which some are empty: a seat or
vehicle is off duty then, and a satellite that has no nurse is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from akuttsim.chain.run_plan import (
    AFTER_DAYS,
    Plan,
    Seat,
    clinic_openings,
    seats_and_posts,
    team_rosters,
    unit_table,
)
from akuttsim.config.schema.roster import Span, Staffing, cut_out, merge_spans, unroll_shifts
from akuttsim.config.schema.roster_filling import RosterFilling, StaffGaps
from akuttsim.patients.shift_uniforms import ShiftUniforms
from akuttsim.records import RosteredShifts, ShiftTaken
from akuttsim.units import HOUR_S

STAFF_OF_ROLE = {
    "operator": "operators",
    "dispatcher": "operators",
    "nurse": "nurses",
    "doctor": "doctors",
    "crew": "crews",
    "transport_vehicle": "crews",
    "home_nurse": "home_nurses",
}
"""Which kind of staff the people of a role are; others always come."""


class RosteredShift(NamedTuple):
    """A shift as it stands in a roster.

    Attributes:
        name: Which shift it is: team, row, person and beginning, whatever else is rostered.
        key: Role and name of the team; of vehicles the role "crew" and the vehicle.
        unit: Its seat or vehicle, a row in the table of units.
        seat: The seat's position in its team; 0 for a vehicle.
        span: From when to when.
        gaps: How such shifts are filled.
        at_home: Whether it is home duty.
    """

    name: str
    key: tuple[str, str]
    unit: int
    seat: int
    span: Span
    gaps: StaffGaps
    at_home: bool


def rostered_shifts(plan: Plan) -> list[RosteredShift]:
    """Return the shifts of rosters that are not always filled; none where every shift is."""
    filling = plan.organisation.filling
    if filling is None:
        return []
    return [*_shifts_of_teams(plan, filling), *_shifts_of_crews(plan, filling)]


def _gaps_of_role(filling: RosterFilling, role: str) -> StaffGaps | None:
    gaps: StaffGaps | None = getattr(filling, STAFF_OF_ROLE.get(role, ""), None)
    return gaps


def _shifts_of_teams(plan: Plan, filling: RosterFilling) -> Iterator[RosteredShift]:
    """Yield the shifts of people, in the order of the units."""
    calendar, days = plan.region.calendar.calendar(), plan.days + AFTER_DAYS
    rosters, first = team_rosters(plan.organisation), 0
    for key, seats in plan.teams.items():
        gaps = _gaps_of_role(filling, key[0])
        if gaps is not None:
            longest_s = gaps.shift_at_most_h.value * HOUR_S
            for row, number, seat in seats_and_posts(rosters[key], plan.region, days)[1]:
                staffing: Staffing = rosters[key][row]
                for span in unroll_shifts(staffing, calendar, days, longest_s):
                    name = f"{'/'.join(key)} {row} {number} {span[0]:.0f}"
                    at_home = seats[seat].at_home
                    yield RosteredShift(name, key, first + seat, seat, span, gaps, at_home)
        first += len(seats)


def _shifts_of_crews(plan: Plan, filling: RosterFilling) -> Iterator[RosteredShift]:
    """Yield the shifts of ambulances and transport vehicles; neighbours' are always there."""
    calendar, days = plan.region.calendar.calendar(), plan.days + AFTER_DAYS
    for unit, (name, crew) in enumerate(plan.organisation.ambulances.items(), plan.first_vehicle):
        gaps = _gaps_of_role(filling, plan.units[unit].role)
        if gaps is not None:
            longest_s = gaps.shift_at_most_h.value * HOUR_S
            for shift in crew.shifts:
                for span in unroll_shifts(shift, calendar, days, longest_s):
                    who = f"crew/{name} {span[0]:.0f}"
                    at_home = shift.duty == "home"
                    yield RosteredShift(who, ("crew", name), unit, 0, span, gaps, at_home)


def fill_rosters(plan: Plan, shifts: Sequence[RosteredShift], uniforms: ShiftUniforms) -> Plan:
    """Return the plan of a replication, in which some shifts are empty.

    Args:
        plan: The plan with every shift filled.
        shifts: Its shifts (`rostered_shifts`).
        uniforms: What decides of each.
    """
    columns = zip(*(column.tolist() for column in uniforms), strict=True)
    taken = [taken_by(shift.gaps, *u) for shift, u in zip(shifts, columns, strict=True)]
    _order_in(plan, shifts, taken)
    empty: dict[int, list[Span]] = {}
    for shift, by in zip(shifts, taken, strict=True):
        if by == ShiftTaken.NOBODY:
            empty.setdefault(shift.unit, []).append(shift.span)
    return replace(_with_empty_shifts(plan, empty), shifts=_as_table(shifts, taken))


def taken_by(gaps: StaffGaps, u_vacant: float, u_sick: float, u_taken: float) -> ShiftTaken:
    """Return who takes a shift: its own person, a locum, a colleague or nobody.

    Args:
        gaps: How such shifts are filled.
        u_vacant: Below the share of vacant posts nobody has it.
        u_sick: Below the share that is sick whoever has it does not come.
        u_taken: The lowest are taken by locums, the next by colleagues.
    """
    if u_vacant < gaps.vacant.share.value:
        missing = gaps.vacant
    elif u_sick < gaps.sick.share.value:
        missing = gaps.sick
    else:
        return ShiftTaken.OWN
    locum = missing.locum.value
    if u_taken < locum:
        return ShiftTaken.LOCUM
    if u_taken < locum + (1 - locum) * missing.overtime.value:
        return ShiftTaken.OVERTIME
    return ShiftTaken.NOBODY


def _order_in(plan: Plan, shifts: Sequence[RosteredShift], taken: list[ShiftTaken]) -> None:
    """Let colleagues be ordered in, in order of time, where nobody else would be on duty.

    Not where something closes instead: vehicles, and the nurses of a satellite.
    """
    clinics = plan.organisation.clinics
    empty: dict[tuple[str, str], dict[int, list[Span]]] = {}
    gaps = [n for n, by in enumerate(taken) if by == ShiftTaken.NOBODY]
    for number in gaps:
        shift = shifts[number]
        empty.setdefault(shift.key, {}).setdefault(shift.unit, []).append(shift.span)
    for number in sorted(gaps, key=lambda n: (shifts[n].span, shifts[n].unit)):
        shift = shifts[number]
        role, team = shift.key
        if role == "crew" or (role == "nurse" and clinics[team].kind == "satellite"):
            continue
        seats, holes = plan.teams[shift.key], empty[shift.key]
        others = merge_spans(
            span
            for unit, seat in enumerate(seats, shift.unit - shift.seat)
            if stands_in(seat, seats[shift.seat])
            for span in cut_out(seat.spans, holes.get(unit, ()))
        )
        if cut_out([shift.span], others):
            taken[number] = ShiftTaken.ORDERED
            holes[shift.unit].remove(shift.span)


def stands_in(other: Seat, mine: Seat) -> bool:
    """Tell whether whoever sits on another seat may do all that is done on mine."""
    if other.answers is None or mine.answers is None:
        return other.answers is None
    return set(mine.answers) <= set(other.answers)


def _with_empty_shifts(plan: Plan, empty: dict[int, list[Span]]) -> Plan:
    """Return the plan in which units are off duty in some spans, and what closes for it."""
    teams, first = {}, 0
    for key, seats in plan.teams.items():
        teams[key] = tuple(
            _emptied(seat, empty[row]) if row in empty else seat
            for row, seat in enumerate(seats, first)
        )
        first += len(seats)
    crews = {
        name: _cut_shifts(shifts, empty.get(unit, ()))
        for unit, (name, shifts) in enumerate(plan.crews.items(), first)
    }
    closed = {
        index: spans
        for index, name in enumerate(plan.organisation.clinics)
        if (spans := _closed_spans(plan, name, teams, crews))
    }
    openings = plan.openings
    if closed:
        days = plan.days + AFTER_DAYS
        openings = clinic_openings(plan.region, plan.organisation, days, closed)
    units = unit_table(teams, crews, plan.supports, plan.escorts, plan.organisation)
    return replace(plan, teams=teams, crews=crews, openings=openings, units=units)


def _emptied(seat: Seat, empty: Sequence[Span]) -> Seat:
    spans = tuple(cut_out(seat.spans, empty))
    return replace(seat, spans=spans, unit=seat.unit._replace(on_duty=spans))


def _cut_shifts(
    shifts: tuple[tuple[Span, bool], ...], empty: Sequence[Span]
) -> tuple[tuple[Span, bool], ...]:
    """Return a vehicle's shifts without those that are empty."""
    if not empty:
        return shifts
    return tuple((left, at_home) for span, at_home in shifts for left in cut_out([span], empty))


def _closed_spans(
    plan: Plan,
    clinic: str,
    teams: dict[tuple[str, str], tuple[Seat, ...]],
    crews: dict[str, tuple[tuple[Span, bool], ...]],
) -> list[Span]:
    """Return when a satellite is closed, since a nurse or crew that should be there is not."""
    site = plan.organisation.clinics[clinic]
    if site.kind != "satellite":
        return []
    if site.nurses_of_crew is not None:
        planned = [span for span, _ in plan.crews[site.nurses_of_crew]]
        there = [span for span, _ in crews[site.nurses_of_crew]]
    else:
        key = ("nurse", clinic)
        planned = [span for seat in plan.teams.get(key, ()) for span in seat.spans]
        there = [span for seat in teams.get(key, ()) for span in seat.spans]
    return cut_out(merge_spans(planned), merge_spans(there))


def _as_table(shifts: Sequence[RosteredShift], taken: Sequence[ShiftTaken]) -> RosteredShifts:
    return RosteredShifts(
        unit=np.array([shift.unit for shift in shifts], dtype=np.int32),
        start_s=np.array([shift.span[0] for shift in shifts], dtype=np.float64),
        end_s=np.array([shift.span[1] for shift in shifts], dtype=np.float64),
        taken_by=np.array(taken, dtype=np.int8),
        at_home=np.array([shift.at_home for shift in shifts], dtype=np.bool_),
    )
