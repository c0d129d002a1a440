"""Indicators of the rosters: staffed hours, each counted once, and how many doctors they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from akuttsim.analysis.doctor import BACK_UP_DOCTOR
from akuttsim.analysis.load import VEHICLES
from akuttsim.analysis.observed import Observed, Row
from akuttsim.analysis.rosters import open_for
from akuttsim.analysis.rotation import doctors_in_rotation
from akuttsim.analysis.spans import Spans, left_of, seconds, seconds_within
from akuttsim.config.schema.roster import Span, Staffing
from akuttsim.units import HOUR_S

AT_HOME = "crew_at_home"
"""Hours of a crew on home duty (hjemmevakt), which are not those at the station."""

DOCTOR_AT_HOME = "doctor_at_home"
"""Hours of doctors on home duty, at work or not, which are not those on site."""

ON_DUTY = ("operator", "dispatcher", "nurse", "doctor", "crew", "transport_vehicle")
ON_CALL = (AT_HOME, DOCTOR_AT_HOME, BACK_UP_DOCTOR)

Hours = dict[tuple[str, str], float]
"""Hours a week by role and team; a vehicle is a team of its own."""


def staffed_hours_a_week(seen: Observed) -> Iterator[Row]:
    """Hours of duty in a mean week by the rosters, every staffed hour once.

    What it counts: each person's hours on duty within the measured span, whatever they do: an
    operator who receives at a clinic too counts in the room, a satellite staffed by a crew not at
    all. A crew counts as one, two people. `all` and the roles on duty leave out hours on call at
    home: of crews (crew_at_home) and doctors (doctor_at_home) on home duty, also while they work,
    and of back-up doctors, which have rows of their own.
    Neighbours' ambulances, helicopters, boats and single responders are left out. Overtime is not
    in it. Unit: hours a week. By role, and by role and team.
    Source: akuttsim's own definition.
    """
    hours = staffed_hours(seen)
    totals = {role: 0.0 for role in (*ON_DUTY, *ON_CALL)}
    for (role, _), value in hours.items():
        totals[role] += value
    everyone = sum(totals[role] for role in ON_DUTY)
    groups = [("all", "all", everyone), *(("role", *each) for each in totals.items())]
    groups += [("team", f"{role} {team}", value) for (role, team), value in hours.items()]
    for group_by, group, value in groups:
        n = sum(group_by == "all" or group in (key[0], " ".join(key)) for key in hours)
        yield Row("staffed_hours_a_week", group_by, group, value, "h per week", n)


def doctors_needed(seen: Observed) -> Iterator[Row]:
    """Doctors needed in the rosters for their staffed hours.

    Numerator: hours on duty of doctors in a mean week, on site and on home duty, GPs on duty in
    office hours included and back-up doctors' hours on call left out. Denominator: hours that one
    doctor works a week, holidays and courses taken off (`costs.hours_per_doctor_week`); without it
    there are no rows. An hour on home duty counts as one on site. A team in rotation needs those
    who take turns at its posts instead (`rotation_doctors`), however many its hours. Unit: doctors,
    full time. By team.
    Source: akuttsim's own definition.
    """
    costs = seen.organisation.costs
    if costs is None or costs.hours_per_doctor_week is None:
        return
    a_doctor = costs.hours_per_doctor_week.value
    needed: dict[str, float] = {}
    for (role, team), hours in staffed_hours(seen).items():
        if role in ("doctor", DOCTOR_AT_HOME):
            needed[team] = needed.get(team, 0.0) + hours / a_doctor
    needed |= doctors_in_rotation(seen)
    groups = [("all", "all", sum(needed.values())), *(("team", *each) for each in needed.items())]
    for group_by, group, value in groups:
        yield Row("doctors_needed", group_by, group, value, "doctors", len(needed))


def staffed_hours(seen: Observed) -> Hours:
    """Return the hours a week of each role and team."""
    span = seen.record.measured
    hours: Hours = {}
    for unit, duty in zip(seen.record.units, seen.duty, strict=True):
        if unit.role not in (*ON_DUTY, BACK_UP_DOCTOR):
            continue
        team = unit.name if unit.role in VEHICLES else unit.team
        key, all_s = (unit.role, team), seconds_within(duty, span)
        at_home_s = _at_home_s(seen, unit.name) if unit.role == "crew" else 0.0
        hours[key] = hours.get(key, 0.0) + (all_s - at_home_s) / HOUR_S / seen.weeks
        if at_home_s:
            hours[AT_HOME, team] = at_home_s / HOUR_S / seen.weeks
    for team, doctors in seen.organisation.doctors.items():
        at_home = [row for row in doctors.on_duty.values() if row.duty == "home"]
        if at_home:
            at_home_h = hours_of(seen, at_home)
            hours["doctor", team] -= at_home_h
            hours[DOCTOR_AT_HOME, team] = at_home_h
    return hours


def hours_of(seen: Observed, rows: Iterable[Staffing], *cut: Spans) -> float:
    """Return the hours a week of staffings, each person's, outside the spans that are cut out."""
    span, total_s = seen.record.measured, 0.0
    for row in rows:
        on_duty = left_of(span, left_of(span, open_for(seen, [row])))
        total_s += row.on_duty * (seconds(on_duty) - _shared_s(span, on_duty, cut))
    return total_s / HOUR_S / seen.weeks


def _shared_s(span: Span, spans: Spans, cut: Sequence[Spans]) -> float:
    """Return how much of some spans within a span the others cover."""
    left = left_of(span, left_of(span, spans), *cut)
    return seconds(spans) - seconds(left)


def _at_home_s(seen: Observed, crew: str) -> float:
    """Return how long a crew is on home duty and not at the station in the measured span."""
    span, shifts = seen.record.measured, seen.organisation.ambulances[crew].shifts
    home = open_for(seen, [each for each in shifts if each.duty == "home"])
    if not len(home):
        return 0.0
    station = open_for(seen, [each for each in shifts if each.duty == "station"])
    return seconds(left_of(span, left_of(span, home), station))
