"""Setting up what comes beside the ambulance, and what can be full, from a plan."""

from __future__ import annotations

import math

from akuttsim.chain.clock import Clock
from akuttsim.chain.places import Places
from akuttsim.chain.plan import Plan
from akuttsim.chain.service import AcuteBeds, Responders, Support
from akuttsim.chain.straight import Straight
from akuttsim.config.schema.fleet import Support as SupportConfig
from akuttsim.config.schema.values import Number
from akuttsim.units import HOUR_S, MINUTE_S

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
        straight=None if config.speed_kmh is None else _straight(plan, config),
        conveys=0.0 if config.conveys is None else config.conveys.value,
    )


def _straight(plan: Plan, config: SupportConfig) -> Straight:
    """Return the ways of what flies or sails, which has a speed.

    A boat goes only between its base, the places that it reaches, and hospitals.
    """
    assert config.speed_kmh is not None
    places = list(plan.region.places.values())
    allowed = frozenset(range(len(places)))
    if config.reaches:
        hospitals = (each.place for each in plan.region.hospitals.values())
        named = (config.base, *config.reaches, *hospitals)
        allowed = frozenset(plan.place_index[name] for name in named)
    return Straight(places, HOUR_S / config.speed_kmh.value, allowed)


def responders(plan: Plan) -> list[Responders]:
    """Return the groups of first responders."""
    return [
        Responders(
            plan.place_index[group.place],
            group.max_drive_min.value * MINUTE_S,
            group.reaction_min.expected() * MINUTE_S,
            _at_least_s(group.ahead_min),
            _at_least_s(group.ambulance_later_than_min),
        )
        for group in plan.organisation.first_responders.values()
    ]


def _at_least_s(minutes: Number | None) -> float:
    """Return a limit in seconds that something must be above; without one everything is."""
    return -math.inf if minutes is None else minutes.value * MINUTE_S


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
