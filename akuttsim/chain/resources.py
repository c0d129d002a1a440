"""Setting up what comes beside the ambulance, and what can be full, from a plan."""

from __future__ import annotations

import math

from akuttsim.chain.clock import Clock
from akuttsim.chain.places import Places
from akuttsim.chain.plan import Plan
from akuttsim.chain.service import AcuteBeds, Responders, Support
from akuttsim.scenario.fleet import Support as SupportConfig
from akuttsim.scenario.geography import Place
from akuttsim.units import HOUR_S, MINUTE_S, tick

EARTH_KM = 6371.0
FLIES = ("helicopter", "rescue_helicopter")


def alerts_others(plan: Plan) -> bool:
    """Tell whether anybody but doctor and ambulance is ever alerted."""
    organisation = plan.organisation
    nurses = any(clinic.nurse_call_out for clinic in organisation.clinics.values())
    return bool(organisation.supports or organisation.first_responders or nurses)


def supports(plan: Plan) -> list[Support]:
    """Return the supports, each at its base."""
    first_unit = plan.first_vehicle + len(plan.crews)
    return [
        _support(plan, index, first_unit + index, name)
        for index, name in enumerate(plan.organisation.supports)
    ]


def _support(plan: Plan, index: int, unit: int, name: str) -> Support:
    config, spans = plan.organisation.supports[name], plan.supports[name]
    reach = config.reaches_within_min
    return Support(
        index=index,
        unit=unit,
        base=plan.place_index[config.base],
        duty_starts=[start for start, _ in spans],
        duty_ends=[end for _, end in spans],
        needs_weather=config.kind in FLIES,
        sent=config.sent.as_tuple(),
        expected_reaction_s=config.reaction_min.expected() * MINUTE_S,
        farthest_s=math.inf if reach is None else reach.value * MINUTE_S,
        straight_s=None if config.speed_kmh is None else straight_s(plan, config),
        conveys=0.0 if config.conveys is None else config.conveys.value,
    )


def straight_s(plan: Plan, config: SupportConfig) -> list[list[float]]:
    """Return the seconds in a straight line between all places, in whole ticks.

    A boat goes only between its base, the places that it reaches, and hospitals.
    """
    assert config.speed_kmh is not None
    places = plan.region.places
    allowed = set(places)
    if config.reaches:
        hospitals = {each.place for each in plan.region.hospitals.values()}
        allowed = {config.base, *config.reaches, *hospitals}
    per_km_s = HOUR_S / config.speed_kmh.value
    return [
        [
            tick(kilometres(one, other) * per_km_s) if {a, b} <= allowed else math.inf
            for b, other in places.items()
        ]
        for a, one in places.items()
    ]


def kilometres(one: Place, other: Place) -> float:
    """Return the great-circle distance between two places (haversine)."""
    lat, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat_2 - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(chord))


def responders(plan: Plan) -> list[Responders]:
    """Return the groups of first responders."""
    return [
        Responders(plan.place_index[group.place], group.max_drive_min.value * MINUTE_S)
        for group in plan.organisation.first_responders.values()
    ]


def acute_beds(plan: Plan, clock: Clock) -> list[AcuteBeds]:
    """Return the municipal acute beds."""
    municipality = {name: index for index, name in enumerate(plan.region.municipalities)}
    return [
        AcuteBeds(
            index,
            plan.place_index[each.place],
            frozenset(municipality[name] for name in each.municipalities),
            each.takes.as_tuple(),
            Places(clock, each.beds.value),
        )
        for index, each in enumerate(plan.organisation.acute_beds.values())
    ]


def doors(plan: Plan, clock: Clock) -> dict[int, Places]:
    """Return the places at the door of each hospital that has few, by the hospital's place."""
    return {
        plan.place_index[plan.region.hospitals[name].place]: Places(clock, each.places.value)
        for name, each in plan.organisation.handovers.items()
    }
