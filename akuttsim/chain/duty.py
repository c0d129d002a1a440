"""Duty: when each crew's shift begins, changes to or from home duty, and ends."""

from __future__ import annotations

from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.crews import Crew
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.plan import Plan

Duty = tuple[float, Crew, bool, bool]
"""A time, a crew, whether it is on duty from then, and whether that is home duty."""


def duties(plan: Plan, fleet: Fleet) -> list[Duty]:
    """Return when each crew's duty begins, changes or ends, in order of time."""
    changes: list[Duty] = []
    for crew, spans in zip(fleet.crews, plan.crews.values(), strict=True):
        for number, ((start, end), at_home) in enumerate(spans):
            changes.append((start, crew, True, at_home))
            goes_on = number + 1 < len(spans) and spans[number + 1][0][0] == end
            if not goes_on:
                changes.append((end, crew, False, False))
    return sorted(changes, key=lambda duty: (duty[0], not duty[2], duty[1].index))


def shifts(clock: Clock, fleet: Fleet, duties: list[Duty]) -> Pathway:
    """Bring crews on and off duty, in order of time."""
    for at, crew, on_duty, at_home in duties:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        fleet.shift(crew, on_duty, at_home)
