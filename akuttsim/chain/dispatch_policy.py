"""What an organisation's dispatch may do: preparedness, rendezvous, calling off, neighbours, posts.

Preparedness: how many people would have a crew in reach if one more were sent. Rendezvous: where a
crew from the hospital's side takes a patient over soonest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain.crews_and_missions import VehicleCrew
from akuttsim.chain.run_plan import Plan
from akuttsim.config.schema.fleet import PreparednessLimits
from akuttsim.config.schema.region import place_populations
from akuttsim.crew_choice import CREW_RULES
from akuttsim.records import YELLOW
from akuttsim.roads.travel import Route
from akuttsim.units import MINUTE_S, tick


class PreparednessRule:
    """The rule that yellow and green wait while too few people would have a crew in reach."""

    def __init__(self, plan: Plan, rule: PreparednessLimits) -> None:
        """Weigh each place by its people; reach is by noon of an ordinary day, with blue light."""
        people = np.array([sum(ages) for ages in place_populations(plan.region).values()])
        self._share_of_people = people / max(people.sum(), 1)
        self._least_share = rule.least_share.value
        self._within_s = rule.within_min.value * MINUTE_S
        self._seconds = plan.travel.seconds["blue"][plan.travel.noon]
        self._longest_s = (
            rule.yellow_waits_at_most_min.value * MINUTE_S,
            rule.green_waits_at_most_min.value * MINUTE_S,
        )
        self._in_reach: dict[int, NDArray[np.bool_]] = {}
        self._kept: dict[frozenset[int], bool] = {}

    def waits_at_most_s(self, urgency: int) -> float:
        """Return how long a mission may be held for the sake of cover, in seconds."""
        return self._longest_s[0 if urgency == YELLOW else 1]

    def is_kept_by(self, places: Iterable[int]) -> bool:
        """Tell whether crews standing at these places have enough people in reach."""
        standing = frozenset(places)
        enough = self._kept.get(standing)
        if enough is None:
            covered = self._covered_share(standing)
            enough = self._kept[standing] = covered >= self._least_share
        return enough

    def _covered_share(self, places: frozenset[int]) -> float:
        covered = np.zeros(len(self._share_of_people), dtype=np.bool_)
        for place in places:
            covered |= self._reach(place)
        return float(self._share_of_people @ covered)

    def _reach(self, place: int) -> NDArray[np.bool_]:
        if place not in self._in_reach:
            self._in_reach[place] = self._seconds[place] <= self._within_s
        return self._in_reach[place]


def soonest_rendezvous(
    route: Route, others: Iterable[tuple[VehicleCrew, Callable[[int], float]]]
) -> tuple[VehicleCrew, int, float] | None:
    """Return which crew meets the drive, at which place on the way, and when both are there.

    Each other crew comes with the seconds that it needs to a place. It comes from the hospital's
    side: it could itself be at the hospital before the patient. Whoever is there first waits. None
    if nobody could be there before the patient is at the hospital.
    """
    best: tuple[VehicleCrew, int, float] | None = None
    soonest_s = route.duration_s
    for crew, seconds_to in others:
        if seconds_to(route.places[-1]) >= route.duration_s:
            continue
        for place, ours_s in zip(route.places[1:-1], route.reached_s[1:-1], strict=True):
            both_s = max(ours_s, seconds_to(place))
            if both_s < soonest_s:
                best, soonest_s = (crew, place, both_s), both_s
    return best


class DispatchRules:
    """What the dispatcher may do.

    Attributes:
        choose_crew: The rule by which one of the free crews goes.
        red_gains_s: How much sooner a crew on its way to somebody less urgent must be for red to
            take it; None where it is never taken.
        cover: Preparedness that yellow and green wait for; None where they do not.
        neighbours: By crew, how often it is available (0-1) and how much sooner it must be, in
            seconds; of use for neighbours' crews.
        posts: Places where crews wait, by how many are free.
        half_way_longer_s: Drives to hospital longer than this are met half-way; None for never.
        half_way_handover_s: How long the handover on the way takes.
        may_call_off: Whether a crew on its way can ever be called off.
    """

    def __init__(self, plan: Plan) -> None:
        """Read the rules of a plan's organisation."""
        organisation = plan.organisation
        rules = organisation.dispatch
        gain_min = rules.red_takes_over_min
        self.choose_crew = CREW_RULES[rules.rule]
        self.red_gains_s = None if gain_min is None else gain_min.value * MINUTE_S
        self.cover = None if rules.cover is None else PreparednessRule(plan, rules.cover)
        self.posts = {
            level.free: tuple(plan.place_index[place] for place in level.at)
            for level in rules.stand_by
        }
        self.neighbours = [
            (
                crew.available.value if crew.available is not None else 0.0,
                crew.quicker_by_min.value * MINUTE_S if crew.quicker_by_min is not None else 0.0,
            )
            for crew in organisation.ambulances.values()
        ]
        half_way = rules.half_way
        longer_min = None if half_way is None else half_way.longer_than_min.value
        self.half_way_longer_s = None if longer_min is None else longer_min * MINUTE_S
        handover_min = 0.0 if half_way is None else half_way.handover_min.value
        self.half_way_handover_s = tick(handover_min * MINUTE_S)
        receive = any(clinic.nurses_of_crew for clinic in organisation.clinics.values())
        self.may_call_off = self.red_gains_s is not None or bool(organisation.supports) or receive
