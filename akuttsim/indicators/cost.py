"""Indicators of staffing and cost: staffed hours, doctors needed, kroner a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from akuttsim.config.schema.costs import Costs, HourPrices
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import Period, Staffing
from akuttsim.indicators.declaration import indicator
from akuttsim.indicators.driving import km_by_traveller
from akuttsim.indicators.duty import doctors_in_rotation
from akuttsim.indicators.first_help import is_reached_by_responder
from akuttsim.indicators.measured_run import (
    BACK_UP_DOCTOR,
    VEHICLE_ROLES,
    GroupValue,
    MeasuredRun,
    Spans,
    opening_span_rows,
    seconds_within,
    total_seconds,
    uncovered_spans,
)
from akuttsim.units import HOUR_S, WEEKS_A_YEAR

CREW_AT_HOME = "crew_at_home"
"""Hours of a crew on home duty (hjemmevakt), which are not those at the station."""

DOCTOR_AT_HOME = "doctor_at_home"
"""Hours of doctors on home duty, at work or not, which are not those on site."""

ROLES_ON_DUTY = ("operator", "dispatcher", "nurse", "doctor", "crew", "transport_vehicle")

ROLES_ON_CALL = (CREW_AT_HOME, DOCTOR_AT_HOME, BACK_UP_DOCTOR)

StaffedHours = dict[tuple[str, str], float]
"""Hours a week by role and team; a vehicle is a team of its own."""

PRICED_STAFF = tuple(HourPrices.model_fields)

COST_PARTS = (*PRICED_STAFF, "training", "first_responders", "vehicles", "clinics", "kilometres")

PRICED_NIGHT = Period(days="daily", hours="23:00-08:00")
"""When a doctor on site has the pay of the night (SFS 2305 § 9.1)."""

PAID_BY_OTHERS = ("patients", "neighbour_crews", "first_responders")
"""Whose kilometres cost this organisation nothing (first responders are paid by the call-out)."""


@indicator(
    unit="h per week",
    better="neither",
    by=("all", "role", "team"),
    listed={"work": 10},
    after="stand_by_h_a_week",
)
def staffed_hours_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
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
    hours = staffed_hours_by_team(run)
    totals = {role: 0.0 for role in (*ROLES_ON_DUTY, *ROLES_ON_CALL)}
    for (role, _), value in hours.items():
        totals[role] += value
    everyone = sum(totals[role] for role in ROLES_ON_DUTY)
    groups = [("all", "all", everyone), *(("role", *item) for item in totals.items())]
    groups += [("team", f"{role} {team}", value) for (role, team), value in hours.items()]
    for group_by, group, value in groups:
        n = sum(group_by == "all" or group in (key[0], " ".join(key)) for key in hours)
        yield GroupValue(group_by, group, value, n)


@indicator(unit="doctors", better="lower", by=("all", "team"), listed={"people": 90, "work": 30})
def doctors_needed(run: MeasuredRun) -> Iterator[GroupValue]:
    """Doctors needed in the rosters for their staffed hours.

    Numerator: hours on duty of doctors in a mean week, on site and on home duty, GPs on duty in
    office hours included and back-up doctors' hours on call left out. Denominator: hours that one
    doctor works a week, holidays and courses taken off (`costs.hours_per_doctor_week`); without it
    there are no rows. An hour on home duty counts as one on site. A team in rotation needs those
    who take turns at its posts instead (`rotation_doctors`), however many its hours. Unit: doctors,
    full time. By team.
    Source: akuttsim's own definition.
    """
    costs = run.organisation.costs
    if costs is None or costs.hours_per_doctor_week is None:
        return
    a_doctor = costs.hours_per_doctor_week.value
    needed: dict[str, float] = {}
    for (role, team), hours in staffed_hours_by_team(run).items():
        if role in ("doctor", DOCTOR_AT_HOME):
            needed[team] = needed.get(team, 0.0) + hours / a_doctor
    needed |= doctors_in_rotation(run)
    groups = [("all", "all", sum(needed.values())), *(("team", *item) for item in needed.items())]
    for group_by, group, value in groups:
        yield GroupValue(group_by, group, value, len(needed))


@indicator(unit="NOK per year", better="lower", by=("all", "part"), listed={"work": 20})
def cost_nok_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kroner a year that an organisation costs with the unit prices of its `costs`.

    What it counts: staffed hours of `staffed_hours_a_week` times the price of an hour (of a control
    room that other districts pay for too, this district's share; hours on call and on home duty at
    their own, those of doctors on site from 23 to 8 too if they have one),
    those of helicopters, boats and single responders that have a price, the training of operators
    who answer two numbers, first responders at a price a group and a patient of
    `responders_came_a_week`, vehicles and clinics at a price a year, and the kilometres of
    ambulances, transport vehicles, single responders, doctors and nurses of `km_driven_a_week`; the
    measured span is scaled to a year.
    Left out: overtime, patients' own journeys, neighbours' ambulances, vehicles and first
    responders without a price, first responders who turn out in vain, and management. Without
    `costs` there are no rows. Unit: Norwegian kroner a year. By part.
    Source: akuttsim's own definition.
    """
    costs = run.organisation.costs
    if costs is None:
        return
    parts = dict.fromkeys(COST_PARTS, 0.0)
    for role, hours in _priced_hours(run, costs):
        parts[role] += hours * WEEKS_A_YEAR * getattr(costs.hour_nok, role).value
    for unit, duty in zip(run.record.units, run.duty, strict=True):
        price = getattr(costs.hour_nok, unit.team) if unit.role == "support" else None
        if price is not None:
            hours = seconds_within(duty, run.record.measured) / HOUR_S / run.weeks
            parts[unit.team] += hours * WEEKS_A_YEAR * price.value
    parts["first_responders"] = _first_responder_cost(run, costs)
    trained = [room.cross_training for room in run.organisation.control_rooms.values()]
    parts["training"] = float(sum(one.year_nok.value for one in trained if one is not None))
    parts["vehicles"] = _vehicle_cost(run.organisation, costs)
    clinics = run.organisation.clinics.values()
    parts["clinics"] = sum(getattr(costs.clinic_year_nok, clinic.kind).value for clinic in clinics)
    km = km_by_traveller(run)
    service_km = sum(value for who, (value, _) in km.items() if who not in PAID_BY_OTHERS)
    parts["kilometres"] = service_km / run.weeks * WEEKS_A_YEAR * costs.km_nok.value
    for group_by, group, value in [("all", "all", sum(parts.values())),
                                   *(("part", *item) for item in parts.items())]:  # fmt: skip
        yield GroupValue(group_by, group, value, len(run.record.units))


def _priced_hours(run: MeasuredRun, costs: Costs) -> Iterator[tuple[str, float]]:
    """Yield hours a week by the role whose price they have."""
    clinics = run.organisation.clinics.values()
    for (role, team), hours in staffed_hours_by_team(run).items():
        kinds = {clinic.kind for clinic in clinics if clinic.doctors == team}
        if role == "doctor" and kinds == {"gp_office"}:
            yield "gp", hours
        elif role == "doctor" and costs.hour_nok.doctor_night is not None:
            rows = run.organisation.doctors[team].on_duty.values()
            on_site = [row for row in rows if row.duty == "on_site"]
            by_day = weekly_hours_of_staffings(run, on_site, opening_span_rows(run, [PRICED_NIGHT]))
            yield "doctor", by_day
            yield "doctor_night", hours - by_day
        elif role in ("operator", "dispatcher"):
            share = run.organisation.control_rooms[team].cost_share
            yield role, hours * (1.0 if share is None else share.value)
        else:
            yield role, hours


def staffed_hours_by_team(run: MeasuredRun) -> StaffedHours:
    """Return the hours a week of each role and team."""
    span = run.record.measured
    hours: StaffedHours = {}
    for unit, duty in zip(run.record.units, run.duty, strict=True):
        if unit.role not in (*ROLES_ON_DUTY, BACK_UP_DOCTOR):
            continue
        team = unit.name if unit.role in VEHICLE_ROLES else unit.team
        key, all_s = (unit.role, team), seconds_within(duty, span)
        at_home_s = _home_duty_s(run, unit.name) if unit.role == "crew" else 0.0
        hours[key] = hours.get(key, 0.0) + (all_s - at_home_s) / HOUR_S / run.weeks
        if at_home_s:
            hours[CREW_AT_HOME, team] = at_home_s / HOUR_S / run.weeks
    for team, doctors in run.organisation.doctors.items():
        at_home = [row for row in doctors.on_duty.values() if row.duty == "home"]
        if at_home:
            at_home_h = weekly_hours_of_staffings(run, at_home)
            hours["doctor", team] -= at_home_h
            hours[DOCTOR_AT_HOME, team] = at_home_h
    return hours


def _home_duty_s(run: MeasuredRun, crew: str) -> float:
    """Return how long a crew is on home duty and not at the station in the measured span."""
    span, shifts = run.record.measured, run.organisation.ambulances[crew].shifts
    home = opening_span_rows(run, [shift for shift in shifts if shift.duty == "home"])
    if not len(home):
        return 0.0
    station = opening_span_rows(run, [shift for shift in shifts if shift.duty == "station"])
    return total_seconds(uncovered_spans(span, uncovered_spans(span, home), station))


def weekly_hours_of_staffings(run: MeasuredRun, rows: Iterable[Staffing], *cut: Spans) -> float:
    """Return the hours a week of staffings, each person's, outside the spans that are cut out."""
    span, total_s = run.record.measured, 0.0
    for row in rows:
        on_duty = uncovered_spans(span, uncovered_spans(span, opening_span_rows(run, [row])))
        outside = uncovered_spans(span, uncovered_spans(span, on_duty), *cut)
        overlap_s = total_seconds(on_duty) - total_seconds(outside)
        total_s += row.on_duty * (total_seconds(on_duty) - overlap_s)
    return total_s / HOUR_S / run.weeks


def _first_responder_cost(run: MeasuredRun, costs: Costs) -> float:
    """Return what groups of first responders with a price cost a year, and their call-outs."""
    prices = costs.first_responders_nok
    if prices is None:
        return 0.0
    came_a_year = is_reached_by_responder(run).sum() / run.weeks * WEEKS_A_YEAR
    groups = len(run.organisation.first_responders)
    return float(groups * prices.group_year.value + came_a_year * prices.call_out.value)


def _vehicle_cost(organisation: Organisation, costs: Costs) -> float:
    """Return what all vehicles with a price cost a year."""
    kinds: list[str] = [
        ambulance.kind
        for ambulance in organisation.ambulances.values()
        if ambulance.kind != "neighbour"
    ]
    kinds += [support.kind for support in organisation.supports.values()]
    prices = [getattr(costs.vehicle_year_nok, kind) for kind in kinds]
    return float(sum(price.value for price in prices if price is not None))
