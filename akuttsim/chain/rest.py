"""Rest after nights: a crew that has worked much at night is off duty for some hours after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.crews import Crew
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.plan import Plan
from akuttsim.config.schema.calendar import parse_hours
from akuttsim.config.schema.fleet import RestRule
from akuttsim.units import HOUR_S

Night = tuple[float, float, float, float]
"""Start and end of a night, how much work makes a rest, and how long that is; in seconds."""


def resting_crews(plan: Plan, fleet: Fleet) -> Iterator[tuple[Crew, list[Night]]]:
    """Yield the crews that rest after nights, each with its nights."""
    for crew, config in zip(fleet.crews, plan.organisation.ambulances.values(), strict=True):
        if config.rest is not None:
            yield crew, _nights(plan, config.rest)


def _nights(plan: Plan, rest: RestRule) -> list[Night]:
    calendar = plan.region.calendar.calendar()
    first, last = parse_hours(rest.night)
    limit_s, rest_s = rest.worked_more_than_h.value * HOUR_S, rest.rests_h.value * HOUR_S
    days = (calendar.start + timedelta(days=offset) for offset in range(plan.days))
    return [
        (calendar.seconds(day, first), calendar.seconds(day, last), limit_s, rest_s) for day in days
    ]


def nights(clock: Clock, fleet: Fleet, crew: Crew, of_crew: list[Night]) -> Pathway:
    """Follow a crew through its nights; work in hand at the end of the night is finished first."""
    for start_s, end_s, limit_s, rest_s in of_crew:
        if start_s < clock._now:
            continue
        yield clock.wait(start_s - clock._now)
        before_s = worked_s(crew, clock._now)
        yield clock.wait(end_s - start_s)
        if worked_s(crew, clock._now) - before_s > limit_s:
            fleet.rests(crew, True)
            yield clock.wait(rest_s)
            fleet.rests(crew, False)


def worked_s(crew: Crew, now: float) -> float:
    """Return how long a crew has been on missions so far, in seconds."""
    return crew.worked_s + (now - crew.since_s if crew.mission is not None else 0.0)
