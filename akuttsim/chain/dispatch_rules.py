"""Choices, small pure functions: who goes to a post, which doctor goes out.

The crew that is sent to a patient is chosen in `akuttsim.crew_choice`. Here stand the nearest crew
to each post, whether an alerted doctor goes out, and whom a doctor leaves for red; each from what
is known at the time. What an organisation has switched on stands in `fleet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from akuttsim.config.schema.organisation import CallOuts
from akuttsim.records import RED, Mode
from akuttsim.units import MINUTE_S


def ambulance_driving_mode(urgency: int) -> Mode:
    """Return how an ambulance drives: red with blue light, the rest as ordinary traffic."""
    return "blue" if urgency == RED else "car"


def crews_for_posts(seconds: Sequence[Sequence[float]]) -> list[int]:
    """Return which crew goes to each post, the nearest that is left, posts in order.

    `seconds[post][crew]`; with fewer crews than posts the last posts stay empty.
    """
    sent: list[int] = []
    for times in seconds:
        remaining = [crew for crew in range(len(times)) if crew not in sent]
        if remaining:
            sent.append(min(remaining, key=times.__getitem__))
    return sent


NEAR_S = 15 * MINUTE_S
"""The drive for which the odds of going are given."""

HALF_HOUR_S = 30 * MINUTE_S


class CallOutOdds(NamedTuple):
    """Log-odds of going out when near and nobody waits, and what circumstances add to them."""

    near: float
    half_hour_farther: float
    others_wait: float
    response_car: float


def call_out_odds(rule: CallOuts) -> CallOutOdds | None:
    """Return the odds of an organisation's call-outs, or None where going hangs on nothing."""
    odds = rule.odds
    if odds is None:
        return None
    near = log_odds(rule.goes.value) + odds.offset.value
    others = (odds.half_hour_farther, odds.others_wait, odds.response_car)
    return CallOutOdds(near, *(other.value for other in others))


def log_odds(share: float) -> float:
    """Return the logarithm of the odds of a share between 0 and 1, both left out."""
    return log(share / (1 - share))


def call_out_chance(
    odds: CallOutOdds, drive_s: float, others_wait: bool, response_car: bool
) -> float:
    """Return the chance that an alerted doctor goes out.

    The log-odds fall with the drive by the same for each half hour, and by more where somebody
    waits; nothing forbids going.
    """
    total = odds.near + odds.half_hour_farther * (drive_s - NEAR_S) / HALF_HOUR_S
    total += odds.others_wait * others_wait + odds.response_car * response_car
    return 1 / (1 + exp(-total))


def least_grave_work(tasks: Iterable[tuple[int, float]], now: float) -> int | None:
    """Return the position of the work to leave for red, of (urgency, when it ends); None for none.

    The least grave, and of equals the one that would last longest; what ends now is not left.
    """
    last = [(urgency, end, -n) for n, (urgency, end) in enumerate(tasks) if end > now]
    return -max(last)[2] if last else None
