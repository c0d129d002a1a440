"""Cover: how many people would have a crew in reach if one more were sent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain.plan import Plan
from akuttsim.config.schema.fleet import PreparednessLimits
from akuttsim.config.schema.region import place_populations
from akuttsim.records import YELLOW
from akuttsim.units import MINUTE_S


class CoverRule:
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
        kept = self._kept.get(standing)
        if kept is None:
            covered = self._covered_share(standing)
            kept = self._kept[standing] = covered >= self._least_share
        return kept

    def _covered_share(self, places: frozenset[int]) -> float:
        covered = np.zeros(len(self._share_of_people), dtype=np.bool_)
        for place in places:
            covered |= self._reach(place)
        return float(self._share_of_people @ covered)

    def _reach(self, place: int) -> NDArray[np.bool_]:
        if place not in self._in_reach:
            self._in_reach[place] = self._seconds[place] <= self._within_s
        return self._in_reach[place]
