"""A satellite that an ambulance crew staffs between missions."""

from __future__ import annotations

from bisect import insort

from simpy.events import Event

from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.crews import Crew, Mission
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Site
from akuttsim.records import GREEN, NURSE


class CrewNurse:
    """A crew that receives patients at its own station, when it is there and free.

    While some wait it stands at no post. Somebody has waited since `since_s`.
    """

    __slots__ = ("_asked", "_clock", "_fleet", "_queue", "crew", "since_s")

    def __init__(self, clock: Clock, fleet: Fleet, crew: Crew) -> None:
        """Let a crew of the fleet receive; it is told whenever it is back at its station."""
        self.crew = crew
        self.since_s = 0.0
        self._clock = clock
        self._fleet = fleet
        self._queue: list[tuple[int, int, Mission, Event]] = []
        self._asked = 0
        crew.receives = self.receives

    def takes(self, mission: Mission) -> bool:
        """Take a patient at once, if the crew is there and free; tell whether it was."""
        return self._fleet.stays_for(self.crew, mission)

    def wait(self, mission: Mission, urgency: int, event: Event) -> Event:
        """Wait for the crew, by urgency, then by who came first; from a post it comes back."""
        if not self._queue:
            self.since_s = self._clock._now
        self._asked += 1
        insort(self._queue, (urgency, self._asked, mission, event))
        self.crew.is_awaited = True
        self._fleet.comes_back(self.crew)
        return event

    @property
    def waiting(self) -> int:
        """Return how many wait for the crew."""
        return len(self._queue)

    def receives(self) -> None:
        """Take the next who waits, if the crew is there and free."""
        if self._queue and self.takes(self._queue[0][2]):
            event = self._queue.pop(0)[3]
            self.crew.is_awaited = bool(self._queue)
            event.succeed()


def satellites_staffed(run: Run) -> None:
    """Give the satellites that crews staff their crew."""
    names = list(run.plan.organisation.ambulances)
    for site, clinic in zip(run.service.sites, run.plan.organisation.clinics.values(), strict=True):
        if clinic.nurses_of_crew is not None:
            crew = run.fleet.crews[names.index(clinic.nurses_of_crew)]
            site.crew = CrewNurse(run.clock, run.fleet, crew)


def examined_by_crew(run: Run, call: Call, site: Site) -> Pathway:
    """Be examined between missions: called away, the crew goes on when it is back."""
    assert site.crew is not None
    left_s = run.cases.satellite_nurse_s[call.patient]
    called_away = True
    while called_away is not None:
        mission = Mission(call.patient, site.place, GREEN, kind=NURSE)
        if not site.crew.takes(mission):
            yield site.crew.wait(mission, call.urgency, run.clock.event())
        began_s = run.clock._now
        if left_s == run.cases.satellite_nurse_s[call.patient]:
            run.recorder.nurse_s[call.patient] = began_s
        called_away = yield run.fleet.cares_until(site.crew.crew, left_s)
        left_s -= run.clock._now - began_s
    run.fleet.arrives(site.crew.crew)
