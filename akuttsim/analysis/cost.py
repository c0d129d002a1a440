"""Indicator of cost: kroner a year from rosters, vehicles, clinics and kilometres."""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.analysis.first_help import came_to
from akuttsim.analysis.kilometres import driven_km
from akuttsim.analysis.observed import Observed, Row
from akuttsim.analysis.rosters import open_for
from akuttsim.analysis.spans import seconds_within
from akuttsim.analysis.staffing import hours_of, staffed_hours
from akuttsim.analysis.use import WEEKS_A_YEAR
from akuttsim.config.schema.costs import Costs, HourPrices
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import Period
from akuttsim.units import HOUR_S

STAFF = tuple(HourPrices.model_fields)
PARTS = (*STAFF, "training", "first_responders", "vehicles", "clinics", "kilometres")


def cost_nok_a_year(seen: Observed) -> Iterator[Row]:
    """Kroner a year that an organisation costs with the unit prices of its `costs`.

    What it counts: staffed hours of `staffed_hours_a_week` times the price of an hour (hours on
    call and on home duty at their own, those of doctors on site from 23 to 8 too if they have one),
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
    costs = seen.organisation.costs
    if costs is None:
        return
    parts = dict.fromkeys(PARTS, 0.0)
    for role, hours in _paid_hours(seen, costs):
        parts[role] += hours * WEEKS_A_YEAR * getattr(costs.hour_nok, role).value
    for unit, duty in zip(seen.record.units, seen.duty, strict=True):
        price = getattr(costs.hour_nok, unit.team) if unit.role == "support" else None
        if price is not None:
            hours = seconds_within(duty, seen.record.measured) / HOUR_S / seen.weeks
            parts[unit.team] += hours * WEEKS_A_YEAR * price.value
    parts["first_responders"] = _first_responders(seen, costs)
    parts["training"] = _training(seen.organisation)
    parts["vehicles"] = _vehicles(seen.organisation, costs)
    clinics = seen.organisation.clinics.values()
    parts["clinics"] = sum(getattr(costs.clinic_year_nok, each.kind).value for each in clinics)
    km = driven_km(seen)
    service_km = sum(value for who, (value, _) in km.items() if who not in PAID_BY_OTHERS)
    parts["kilometres"] = service_km / seen.weeks * WEEKS_A_YEAR * costs.km_nok.value
    for group_by, group, value in [("all", "all", sum(parts.values())),
                                   *(("part", *each) for each in parts.items())]:  # fmt: skip
        yield Row("cost_nok_a_year", group_by, group, value, "NOK per year", len(seen.record.units))


NIGHT = Period(days="daily", hours="23:00-08:00")
"""When a doctor on site has the pay of the night (SFS 2305 § 9.1)."""


def _paid_hours(seen: Observed, costs: Costs) -> Iterator[tuple[str, float]]:
    """Yield hours a week by the role whose price they have."""
    for (role, team), hours in staffed_hours(seen).items():
        if role == "doctor" and _is_gp(seen.organisation, team):
            yield "gp", hours
        elif role == "doctor" and costs.hour_nok.doctor_night is not None:
            rows = seen.organisation.doctors[team].on_duty.values()
            on_site = [row for row in rows if row.duty == "on_site"]
            by_day = hours_of(seen, on_site, open_for(seen, [NIGHT]))
            yield "doctor", by_day
            yield "doctor_night", hours - by_day
        else:
            yield role, hours


PAID_BY_OTHERS = ("patients", "neighbour_crews", "first_responders")
"""Whose kilometres cost this organisation nothing (first responders are paid by the call-out)."""


def _is_gp(organisation: Organisation, team: str) -> bool:
    """Tell whether a team of doctors serves GP offices alone."""
    kinds = {each.kind for each in organisation.clinics.values() if each.doctors == team}
    return kinds == {"gp_office"}


def _first_responders(seen: Observed, costs: Costs) -> float:
    """Return what groups of first responders with a price cost a year, and their call-outs."""
    prices = costs.first_responders_nok
    if prices is None:
        return 0.0
    came_a_year = came_to(seen).sum() / seen.weeks * WEEKS_A_YEAR
    groups = len(seen.organisation.first_responders)
    return float(groups * prices.group_year.value + came_a_year * prices.call_out.value)


def _training(organisation: Organisation) -> float:
    """Return what it costs a year that people answer two numbers."""
    trained = [each.cross_training for each in organisation.control_rooms.values()]
    return float(sum(each.year_nok.value for each in trained if each is not None))


def _vehicles(organisation: Organisation, costs: Costs) -> float:
    """Return what all vehicles with a price cost a year."""
    kinds: list[str] = [
        each.kind for each in organisation.ambulances.values() if each.kind != "neighbour"
    ]
    kinds += [each.kind for each in organisation.supports.values()]
    prices = [getattr(costs.vehicle_year_nok, kind) for kind in kinds]
    return float(sum(price.value for price in prices if price is not None))
