"""Queues that grow without bound: somebody has waited in them for days without a break."""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.chain.run import Run
from akuttsim.records import Overload
from akuttsim.units import DAY_S

LONGEST_RUSH_S = DAY_S
"""A queue that has not been empty for a day, a night included, does not recover by itself."""


def overloads(run: Run) -> Iterator[Overload]:
    """Yield the queues of people and crews that have not been empty for the last day and more."""
    now = run.clock._now
    for (role, team), people in run.service.teams.items():
        stuck = [
            each for each in people.queues if each.waiting and now - each.since_s > LONGEST_RUSH_S
        ]
        if stuck:
            waiting = sum(queue.waiting for queue in stuck)
            yield Overload(role, team, min(queue.since_s for queue in stuck), waiting)
    for name, site in zip(run.plan.organisation.clinics, run.service.sites, strict=True):
        staffed = site.crew
        if staffed and staffed.waiting and now - staffed.since_s > LONGEST_RUSH_S:
            yield Overload("nurse", name, staffed.since_s, staffed.waiting)
    missions = run.fleet.waiting()
    if missions and now - run.fleet.waiting_since_s > LONGEST_RUSH_S:
        yield Overload("crew", "", run.fleet.waiting_since_s, missions)
