"""Meeting half-way: where a crew from the hospital's side takes a patient over soonest."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from akuttsim.chain.crews import Crew
from akuttsim.roads.travel import Route


def soonest_meeting(
    route: Route, others: Iterable[tuple[Crew, Callable[[int], float]]]
) -> tuple[Crew, int, float] | None:
    """Return which crew meets the drive, at which place on the way, and when both are there.

    Each other crew comes with the seconds that it needs to a place. It comes from the hospital's
    side: it could itself be at the hospital before the patient. Whoever is there first waits. None
    if nobody could be there before the patient is at the hospital.
    """
    best: tuple[Crew, int, float] | None = None
    soonest_s = route.duration_s
    for crew, seconds_to in others:
        if seconds_to(route.places[-1]) >= route.duration_s:
            continue
        for place, ours_s in zip(route.places[1:-1], route.reached_s[1:-1], strict=True):
            both_s = max(ours_s, seconds_to(place))
            if both_s < soonest_s:
                best, soonest_s = (crew, place, both_s), both_s
    return best
