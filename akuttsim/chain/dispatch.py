"""Dispatch rule: which free crew to send, seen from what the dispatcher knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from akuttsim.records import RED
from akuttsim.roads.network import Mode
from akuttsim.roads.travel import Way
from akuttsim.units import tick


def driving_mode(urgency: int) -> Mode:
    """Return how an ambulance drives: red with blue light, the rest as ordinary traffic."""
    return "blue" if urgency == RED else "car"


def quickest(expected_s: Iterable[float]) -> int:
    """Return the position of the smallest expected time; the first of equals."""
    times = list(expected_s)
    return times.index(min(times))


def seconds_by(ways: Iterable[Way], times_to_patient: list[float]) -> float:
    """Return the seconds from a position on the road to the patient, on ahead or turning back.

    In whole ticks, as all durations: a position is a fraction of a stretch, which is not.
    """
    return tick(min(first + times_to_patient[place] for place, first in ways))


def nearest_to_posts(seconds: Sequence[Sequence[float]]) -> list[int]:
    """Return which crew goes to each post, the nearest that is left, posts in order.

    `seconds[post][crew]`; with fewer crews than posts the last posts stay empty.
    """
    sent: list[int] = []
    for times in seconds:
        left = [crew for crew in range(len(times)) if crew not in sent]
        if left:
            sent.append(min(left, key=times.__getitem__))
    return sent
