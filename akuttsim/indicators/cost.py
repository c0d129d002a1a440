"""Indicators of staffing and cost: staffed hours, doctors needed, kroner a year, and who pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.costs import Costs, HourPrices, JourneyPrices, PaidBy, Payers
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import municipality_populations
from akuttsim.config.schema.roster import Period, Staffing
from akuttsim.indicators.declaration import indicator
from akuttsim.indicators.driving import TRAVELLERS, km_by_traveller, traveller_of_trips, trip_km
from akuttsim.indicators.duty import doctors_in_rotation
from akuttsim.indicators.first_help import is_reached_by_responder
from akuttsim.indicators.measured_run import (
    BACK_UP_DOCTOR,
    ESCORT,
    HOME_NURSE,
    GroupValue,
    Mask,
    MeasuredRun,
    Spans,
    is_one_of,
    opening_span_rows,
    seconds_within,
    team_of_unit,
    total_seconds,
    uncovered_spans,
)
from akuttsim.indicators.shifts import BEYOND_OWN_HOURS, LOCUM, NOBODY, hours_of_shifts
from akuttsim.indicators.utilisation import is_contact, is_examined_by_doctor
from akuttsim.records import HOME_VISIT, Floats
from akuttsim.units import HOUR_S, WEEKS_A_YEAR

CREW_AT_HOME = "crew_at_home"
"""Hours of a crew on home duty (hjemmevakt), which are not those at the station."""

DOCTOR_AT_HOME = "doctor_at_home"
"""Hours of doctors on home duty, at work or not, which are not those on site."""

ROLES_ON_DUTY = ("operator", "dispatcher", "nurse", "doctor", "crew", "transport_vehicle")

ROLES_ON_CALL = (CREW_AT_HOME, DOCTOR_AT_HOME, BACK_UP_DOCTOR)

StaffedHours = dict[tuple[str, str], float]
"""Hours a week by role and team; a vehicle is a team of its own."""

MIDWIFE, PSYCHIATRIC_ESCORT = "midwife", "psychiatric_escort"

BESIDE_THE_CHAIN = (HOME_NURSE, MIDWIFE, PSYCHIATRIC_ESCORT)
"""People whose hours are told as a cost only where they have a price."""

PRICED_STAFF = tuple(HourPrices.model_fields)

COST_PARTS = (
    *(part for part in PRICED_STAFF if part not in BESIDE_THE_CHAIN),
    "training", "first_responders", "vehicles", "clinics", "kilometres",
)  # fmt: skip

PRICED_NIGHT = Period(days="daily", hours="23:00-08:00")
"""When a doctor on site has the pay of the night (SFS 2305 § 9.1)."""

PAYERS = ("municipality", "hospital_trust", "state", "patient")

SERVICES = (
    "room_116117",
    "room_113",
    "response_centre",
    "legevakt",
    "ambulances",
    "air_and_boat",
    "first_responders",
)

STATE_FEES, PATIENT_FEES, PATIENT_JOURNEYS = "state_fees", "patient_fees", "patient_journeys"

PAID_PARTS = (*SERVICES, STATE_FEES, PATIENT_FEES, PATIENT_JOURNEYS)

ROOM_OF_NUMBER = {"116117": "room_116117", "113": "room_113", "alarm": "response_centre"}

SERVICE_OF_TRAVELLER = {
    "crews": "ambulances",
    "transport_vehicles": "transports",
    "single_responder": "air_and_boat",
    "doctors": "legevakt",
    "nurses": "legevakt",
}
"""Whose kilometres belong to which service; those of patients and neighbours cost it nothing.

First responders are paid by the call-out.
"""


class PricedItem(NamedTuple):
    """What has a price: its part of the cost, the service that it is of, and kroner a year."""

    part: str
    service: str
    nok_a_year: float


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
    office hours and shifts that stand empty included, back-up doctors' hours on call left out.
    Denominator: hours that one doctor works a week, holidays and courses taken off
    (`costs.hours_per_doctor_week`); without it there are no rows. An hour on home duty counts as
    one on site. A team in rotation needs those
    who take turns at its posts instead (`rotation_doctors`), however many its hours. Unit: doctors,
    full time. By team.
    Source: akuttsim's own definition.
    """
    costs = run.organisation.costs
    if costs is None or costs.hours_per_doctor_week is None:
        return
    a_doctor = costs.hours_per_doctor_week.value
    needed: dict[str, float] = {}
    for (role, team), hours in rostered_hours_by_team(run).items():
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
    those of helicopters, boats, single responders, home nursing and who rides along that have a
    price, the training of operators
    who answer two numbers, first responders at a price a group and a patient of
    `responders_came_a_week`, vehicles and clinics at a price a year, and the kilometres of
    ambulances, transport vehicles, single responders, doctors and nurses of `km_driven_a_week`; the
    measured span is scaled to a year.
    Where shifts may stand empty, hours of locums and of overtime on a shift of another cost so much
    more as `costs.locum_factor` and `costs.overtime_factor` tell.
    Left out: work after a shift, patients' own journeys, neighbours' ambulances, vehicles and first
    responders without a price, first responders who turn out in vain, and management. Without
    `costs` there are no rows. Unit: Norwegian kroner a year. By part.
    Source: akuttsim's own definition.
    """
    costs = run.organisation.costs
    if costs is None:
        return
    parts = dict.fromkeys(COST_PARTS, 0.0)
    for item in priced_items(run, costs):
        parts[item.part] = parts.get(item.part, 0.0) + item.nok_a_year
    km = km_by_traveller(run)
    service_km = sum(value for who, (value, _) in km.items() if who in SERVICE_OF_TRAVELLER)
    parts["kilometres"] = service_km / run.weeks * WEEKS_A_YEAR * costs.km_nok.value
    for group_by, group, value in [("all", "all", sum(parts.values())),
                                   *(("part", *item) for item in parts.items())]:  # fmt: skip
        yield GroupValue(group_by, group, value, len(run.record.units))


def priced_items(run: MeasuredRun, costs: Costs) -> Iterator[PricedItem]:
    """Yield all that has a price but the kilometres: people, training, vehicles, clinics."""
    rooms = run.organisation.control_rooms
    for role, team, hours in priced_hours(run, costs):
        kroner = hours * WEEKS_A_YEAR * getattr(costs.hour_nok, role).value
        yield PricedItem(role, _service_of_people(role, team, rooms), kroner)
    yield from _beside_the_chain(run, costs)
    for kind, kroner in support_costs(run, costs):
        yield PricedItem(kind, "air_and_boat", kroner)
    yield PricedItem("first_responders", "first_responders", first_responder_cost(run, costs))
    for room in rooms.values():
        if room.cross_training is not None:
            kroner = room.cross_training.year_nok.value
            yield PricedItem("training", ROOM_OF_NUMBER[room.number], kroner)
    for kind, kroner in vehicle_prices(run.organisation, costs):
        service = {"ambulance": "ambulances", "transport": "transports"}.get(kind, "air_and_boat")
        yield PricedItem("vehicles", service, kroner)
    for clinic in run.organisation.clinics.values():
        kroner = getattr(costs.clinic_year_nok, clinic.kind).value
        yield PricedItem("clinics", "legevakt", kroner)


def _service_of_people(role: str, team: str, rooms: Mapping[str, ControlRoom]) -> str:
    """Return the service that people of a role in a team belong to."""
    if role in ("operator", "dispatcher"):
        return ROOM_OF_NUMBER[rooms[team].number]
    if role == "transport_vehicle":
        return "transports"
    return "ambulances" if role in ("crew", "crew_at_home") else "legevakt"


def _beside_the_chain(run: MeasuredRun, costs: Costs) -> Iterator[PricedItem]:
    """Yield home nursing and who rides along, by the hour on duty, where they have a price."""
    for unit, duty in zip(run.record.units, run.duty, strict=True):
        part, service = HOME_NURSE, "home_nursing"
        if unit.role == ESCORT:
            part = MIDWIFE if unit.team == "births" else PSYCHIATRIC_ESCORT
            service = "escorts"
        elif unit.role != HOME_NURSE:
            continue
        price = getattr(costs.hour_nok, part)
        if price is not None:
            hours = seconds_within(duty, run.record.measured) / HOUR_S / run.weeks
            yield PricedItem(part, service, hours * WEEKS_A_YEAR * price.value)


def priced_hours(run: MeasuredRun, costs: Costs) -> Iterator[tuple[str, str, float]]:
    """Yield the role whose price they have, the team, and hours a week."""
    clinics = run.organisation.clinics.values()
    for (role, team), hours in staffed_hours_by_team(run).items():
        kinds = {clinic.kind for clinic in clinics if clinic.doctors == team}
        if role == "doctor" and kinds == {"gp_office"}:
            yield "gp", team, hours
        elif role == "doctor" and costs.hour_nok.doctor_night is not None:
            rows = run.organisation.doctors[team].on_duty.values()
            on_site = [row for row in rows if row.duty == "on_site"]
            by_day = weekly_hours_of_staffings(run, on_site, opening_span_rows(run, [PRICED_NIGHT]))
            by_day -= _empty_by_day_h(run, team)
            yield "doctor", team, by_day
            yield "doctor_night", team, hours - by_day
        elif role in ("operator", "dispatcher"):
            share = run.organisation.control_rooms[team].cost_share
            yield role, team, hours * (1.0 if share is None else share.value)
        else:
            yield role, team, hours
    yield from _paid_above_the_hour(run, costs)


def _paid_above_the_hour(run: MeasuredRun, costs: Costs) -> Iterator[tuple[str, str, float]]:
    """Yield what overtime and locums cost above an ordinary hour, as hours at that price."""
    shifts = run.record.shifts
    if shifts is None:
        return
    for codes, factor in (
        (BEYOND_OWN_HOURS, costs.overtime_factor),
        ((LOCUM,), costs.locum_factor),
    ):
        if factor is not None:
            taken = _hours_of_shifts_by_team(run, is_one_of(shifts.taken_by, codes))
            for (role, team), hours in taken.items():
                if role in ("operator", "dispatcher"):
                    share = run.organisation.control_rooms[team].cost_share
                    hours *= 1.0 if share is None else share.value
                if role in PRICED_STAFF:
                    yield role, team, hours * (factor.value - 1.0)


def _empty_by_day_h(run: MeasuredRun, team: str) -> float:
    """Return the hours a week outside the priced night of a team's empty shifts on site."""
    shifts, span = run.record.shifts, run.record.measured
    if shifts is None:
        return 0.0
    night, seconds = opening_span_rows(run, [PRICED_NIGHT]), 0.0
    for row in np.flatnonzero((shifts.taken_by == NOBODY) & ~shifts.at_home).tolist():
        if run.record.units[shifts.unit[row]][1:3] == ("doctor", team):
            shift = np.array([[shifts.start_s[row], shifts.end_s[row]]])
            seconds += total_seconds(uncovered_spans(span, uncovered_spans(span, shift), night))
    return seconds / HOUR_S / run.weeks


def rostered_hours_by_team(run: MeasuredRun) -> StaffedHours:
    """Return the hours a week of each role and team by the rosters, empty shifts included."""
    hours, shifts = staffed_hours_by_team(run), run.record.shifts
    if shifts is not None:
        for key, more in _hours_of_shifts_by_team(run, shifts.taken_by == NOBODY).items():
            hours[key] = hours.get(key, 0.0) + more
    return hours


def _hours_of_shifts_by_team(run: MeasuredRun, mine: Mask) -> StaffedHours:
    """Return the hours a week of some shifts, by role and team."""
    shifts, hours = run.record.shifts, StaffedHours()
    if shifts is None:
        return hours
    hours_of = hours_of_shifts(run, shifts)
    for row in np.flatnonzero(mine).tolist():
        unit = run.record.units[shifts.unit[row]]
        team = team_of_unit(unit)
        role = ROLE_AT_HOME.get(unit.role, unit.role) if shifts.at_home[row] else unit.role
        hours[role, team] = hours.get((role, team), 0.0) + float(hours_of[row]) / run.weeks
    return hours


ROLE_AT_HOME = {"crew": CREW_AT_HOME, "doctor": DOCTOR_AT_HOME}
"""The role under which hours on home duty are told, by the role on site."""


def staffed_hours_by_team(run: MeasuredRun) -> StaffedHours:
    """Return the hours a week of each role and team."""
    span, shifts = run.record.measured, run.record.shifts
    empty = {} if shifts is None else _hours_of_shifts_by_team(run, shifts.taken_by == NOBODY)
    hours: StaffedHours = {}
    for unit, duty in zip(run.record.units, run.duty, strict=True):
        if unit.role not in (*ROLES_ON_DUTY, BACK_UP_DOCTOR):
            continue
        team = team_of_unit(unit)
        key, all_s = (unit.role, team), seconds_within(duty, span)
        at_home_s = _home_duty_s(run, unit.name) if unit.role == "crew" else 0.0
        at_home_s -= empty.get((CREW_AT_HOME, team), 0.0) * HOUR_S * run.weeks
        hours[key] = hours.get(key, 0.0) + (all_s - at_home_s) / HOUR_S / run.weeks
        if at_home_s:
            hours[CREW_AT_HOME, team] = at_home_s / HOUR_S / run.weeks
    for team, doctors in run.organisation.doctors.items():
        at_home = [row for row in doctors.on_duty.values() if row.duty == "home"]
        if at_home:
            at_home_h = weekly_hours_of_staffings(run, at_home)
            at_home_h -= empty.get((DOCTOR_AT_HOME, team), 0.0)
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


def first_responder_cost(run: MeasuredRun, costs: Costs) -> float:
    """Return what groups of first responders with a price cost a year, and their call-outs."""
    prices = costs.first_responders_nok
    if prices is None:
        return 0.0
    came_a_year = is_reached_by_responder(run).sum() / run.weeks * WEEKS_A_YEAR
    groups = len(run.organisation.first_responders)
    return float(groups * prices.group_year.value + came_a_year * prices.call_out.value)


def support_costs(run: MeasuredRun, costs: Costs) -> Iterator[tuple[str, float]]:
    """Yield kind and kroner a year of each helicopter, boat and single responder with a price."""
    for unit, duty in zip(run.record.units, run.duty, strict=True):
        price = getattr(costs.hour_nok, unit.team) if unit.role == "support" else None
        if price is not None:
            hours = seconds_within(duty, run.record.measured) / HOUR_S / run.weeks
            yield unit.team, hours * WEEKS_A_YEAR * price.value


def vehicle_prices(organisation: Organisation, costs: Costs) -> Iterator[tuple[str, float]]:
    """Yield kind and kroner a year of each vehicle that has a price."""
    kinds: list[str] = [
        ambulance.kind
        for ambulance in organisation.ambulances.values()
        if ambulance.kind != "neighbour"
    ]
    kinds += [support.kind for support in organisation.supports.values()]
    for kind in kinds:
        price = getattr(costs.vehicle_year_nok, kind)
        if price is not None:
            yield kind, price.value


@indicator(
    unit="NOK per year", better="neither", by=("all", "payer", "paid_part"), listed={"work": 21}
)
def paid_nok_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kroner a year that municipalities, hospital trust, state and patients pay.

    What it counts: of municipality and hospital trust what `cost_nok_a_year` counts, by who pays
    for each service (`costs.payers.services`); of the state its refunds, and of patients their
    fees, both at a price for each patient whom a doctor examined at a clinic, by video or at home;
    of patients also their own journeys as `patient_journeys_nok_a_year`. What two numbers share
    counts where the people are employed. Left out: what `cost_nok_a_year` leaves out; what a
    municipality gets back from the state as a grant; refunds of journeys; the bill of each
    municipality, for how they share a joint service is not told. Without `costs.payers` there are
    no rows. Unit: Norwegian kroner a year. By payer, and by part: services, fees, journeys.
    Source: akuttsim's own definition.
    """
    parts = kroner_by_part(run)
    if parts:
        by_payer = _by_payer(run, parts)
        yield GroupValue("all", "all", sum(by_payer.values()), len(run.record.units))
        for group_by, values in (("payer", by_payer), ("paid_part", parts)):
            for group, value in values.items():
                yield GroupValue(group_by, group, value, len(run.record.units))


@indicator(unit="NOK per person per year", better="neither", by=("all", "payer"))
def paid_nok_per_person(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kroner a year for each inhabitant, by who pays.

    Numerator: `paid_nok_a_year`, which says what is left out. Denominator: inhabitants of the
    region. Without `costs.payers` there are no rows. Unit: Norwegian kroner a person and year. By
    payer.
    Source: akuttsim's own definition; counterpart of Statistics Norway's legevakt cost a head.
    """
    people = sum(sum(ages) for ages in municipality_populations(run.region).values())
    yield from _divided(run, people)


@indicator(unit="NOK per contact", better="neither", by=("all", "payer"))
def paid_nok_per_contact(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kroner for each contact with the legevakt, by who pays.

    Numerator: `paid_nok_a_year`, with ambulances and 113, which most contacts do not use.
    Denominator: contacts of `contacts_per_1000_a_year` in a year, which says who is left out.
    Without `costs.payers` there are no rows. Unit: Norwegian kroner a contact. By payer.
    Source: akuttsim's own definition.
    """
    yield from _divided(run, int(is_contact(run).sum()) / run.weeks * WEEKS_A_YEAR)


@indicator(unit="h per week", better="neither", by=("all", "municipality"))
def patient_journeys_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week that patients are on the road by their own means, by municipality.

    What it counts: trips that departed in the measured span: to a clinic or satellite, on to
    another or to hospital, and home from a clinic; waits for a ferry count. Left out: those fetched
    by ambulance, the way home from hospital, and whoever drives them. It falls also where fewer
    come. Without `costs.payers.journey` there are no rows. Unit: hours a week. By municipality.
    Source: akuttsim's own definition.
    """
    if _journey_prices(run) is not None:
        hours, _ = _journeys(run)
        yield from _by_municipality(run, hours / run.weeks)


@indicator(unit="NOK per year", better="neither", by=("all", "municipality"), listed={"work": 22})
def patient_journeys_nok_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kroner a year that patients' own journeys are worth, by municipality.

    What it counts: hours of `patient_journeys_h_a_week`, which says who is left out, and the
    kilometres of the same trips, at the prices of `costs.payers.journey`; the measured span is
    scaled to a year. What somebody gets back of it is not taken off. Without these prices there are
    no rows. Unit: Norwegian kroner a year. By municipality.
    Source: akuttsim's own definition.
    """
    prices = _journey_prices(run)
    if prices is not None:
        hours, km = _journeys(run)
        kroner = hours * prices.hour_nok.value + km * prices.km_nok.value
        yield from _by_municipality(run, kroner / run.weeks * WEEKS_A_YEAR)


def kroner_by_part(run: MeasuredRun) -> dict[str, float]:
    """Return kroner a year by `PAID_PARTS`; nothing where who pays is not told."""
    costs, payers = run.organisation.costs, _payers(run)
    if costs is None or payers is None:
        return {}
    parts = dict.fromkeys(PAID_PARTS, 0.0)
    bills = [(item.service, item.nok_a_year) for item in priced_items(run, costs)]
    for who, (km, _) in km_by_traveller(run).items():
        if who in SERVICE_OF_TRAVELLER:
            a_year = km / run.weeks * WEEKS_A_YEAR
            bills.append((SERVICE_OF_TRAVELLER[who], a_year * costs.km_nok.value))
    for service, kroner in bills:
        if service == "transports" and payers.services.transports is None:
            service = "ambulances"
        parts[service] = parts.get(service, 0.0) + kroner
    if payers.consultation_nok is not None:
        seen = is_examined_by_doctor(run) | (run.record.courses.outcome == HOME_VISIT)
        a_year = int((run.residents & seen).sum()) / run.weeks * WEEKS_A_YEAR
        parts[STATE_FEES] = a_year * payers.consultation_nok.state.value
        parts[PATIENT_FEES] = a_year * payers.consultation_nok.patient.value
    journeys = next(iter(patient_journeys_nok_a_year(run)), None)
    parts[PATIENT_JOURNEYS] = journeys.value if journeys is not None else 0.0
    return parts


def _by_payer(run: MeasuredRun, parts: dict[str, float]) -> dict[str, float]:
    payers = _payers(run)
    assert payers is not None
    paid = dict.fromkeys(PAYERS, 0.0)
    for service in SERVICES:
        paid[getattr(payers.services, service).payer] += parts[service]
    ambulances = payers.services.ambulances.payer
    usual = {"transports": ambulances, "home_nursing": "municipality", "escorts": ambulances}
    for service, otherwise in usual.items():
        own: PaidBy | None = getattr(payers.services, service)
        paid[otherwise if own is None else own.payer] += parts.get(service, 0.0)
    paid["state"] += parts[STATE_FEES]
    paid["patient"] += parts[PATIENT_FEES] + parts[PATIENT_JOURNEYS]
    return paid


def _divided(run: MeasuredRun, by: float) -> Iterator[GroupValue]:
    for row in paid_nok_a_year(run):
        if row.group_by != "paid_part":
            value = row.value / by if by else float("nan")
            yield GroupValue(row.group_by, row.group, value, row.n)


def _payers(run: MeasuredRun) -> Payers | None:
    costs = run.organisation.costs
    return costs.payers if costs is not None else None


def _journey_prices(run: MeasuredRun) -> JourneyPrices | None:
    payers = _payers(run)
    return payers.journey if payers is not None else None


def _journeys(run: MeasuredRun) -> tuple[Floats, Floats]:
    """Return hours and kilometres of patients' own trips in the span, by municipality."""
    trips = run.record.trips
    mine = run.measured_trips & (traveller_of_trips(run) == TRAVELLERS.index("patients"))
    of = run.municipality[trips.patient[mine]]
    count = len(run.region.municipality_ids)
    known = (of >= 0) & (of < count)
    h = ((trips.arrived_s - trips.departed_s) / HOUR_S)[mine][known]
    hours = np.bincount(of[known], weights=h, minlength=count).astype(np.float64)
    km = np.bincount(of[known], weights=trip_km(run)[mine][known], minlength=count)
    return hours, km.astype(np.float64)


def _by_municipality(run: MeasuredRun, values: Floats) -> Iterator[GroupValue]:
    yield GroupValue("all", "all", float(values.sum()), len(run.record.trips))
    for name, value in zip(run.region.municipality_ids, values.tolist(), strict=True):
        yield GroupValue("municipality", name, value, len(run.record.trips))
