"""Staff, ambulances and durations for the chain written with stock SimPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from heapq import heappop, heappush
from itertools import count, pairwise

import numpy as np
import simpy

from akuttsim.chain.patient_view import PatientView
from akuttsim.chain.run_plan import Plan, Seat
from akuttsim.records import RED
from akuttsim.units import HOUR_S, tick

Steps = Iterator[simpy.Event]
Seconds = dict[str, Callable[[int], float]]


def as_drawn(table: PatientView) -> Seconds:
    """The durations of each patient, looked up in the table."""
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    columns |= {f"patience_{n}_s": column for n, column in enumerate(columns["patience_s"])}
    return {name: columns[name].__getitem__ for name in columns if name.endswith("_s")}


def drawn_inside(table: PatientView, seed: int) -> Seconds:
    """Durations drawn one by one as the run goes, as is usual; for the timing only.

    Every column becomes a lognormal of the same centre and spread, whatever its shape was.
    """
    rng = np.random.default_rng(seed)
    return {name: _sampler(value.__self__, rng) for name, value in as_drawn(table).items()}


def _sampler(column: list[float], rng: np.random.Generator) -> Callable[[int], float]:
    values = np.array(column, dtype=float).ravel()
    logs = np.log(values[values > 0])
    centre, spread = (float(logs.mean()), float(logs.std())) if len(logs) else (-100.0, 0.0)
    return lambda _: rng.lognormal(centre, spread)


class Team:
    """A staff team as a resource whose capacity follows the roster.

    Simplified at shift ends: SimPy counts those who finish their work against the new shift, and a
    team with nobody on duty keeps one person for what is in hand, however long.
    """

    def __init__(self, env: simpy.Environment, seats: tuple[Seat, ...]) -> None:
        self.resource = simpy.PriorityResource(env, max(len(seats), 1))
        self.log: list[tuple[int, float, float, int]] = []
        self._env = env
        env.process(self._follow(changes(seats)))

    def _follow(self, changes: list[tuple[float, int]]) -> Steps:
        for at, on_duty in changes:
            if at > self._env.now:
                yield self._env.timeout(at - self._env.now)
            self.resource._capacity = max(on_duty, 1)
            self.resource._trigger_put(None)

    def ask(self, priority: int) -> simpy.resources.resource.PriorityRequest:
        return self.resource.request(priority=priority)

    def is_busy(self) -> bool:
        return self.resource.count >= self.resource.capacity

    def done(self, request: simpy.resources.resource.PriorityRequest, kind: int, who: int) -> None:
        self.turns(request, kind, who)
        self.resource.release(request)

    def turns(self, request: simpy.resources.resource.PriorityRequest, kind: int, who: int) -> None:
        """One stretch of work ends and another begins, by the same person."""
        self.log.append((kind, request.usage_since, self._env.now, who))
        request.usage_since = self._env.now


def changes(seats: tuple[Seat, ...]) -> list[tuple[float, int]]:
    """When the number on duty changes, and to what."""
    steps: dict[float, int] = {}
    for seat in seats:
        for start, end in seat.spans:
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
    on_duty, changes = 0, []
    for at in sorted(steps):
        on_duty += steps[at]
        changes.append((at, on_duty))
    return changes


class Ambulance:
    def __init__(self, index: int, station: int) -> None:
        self.index, self.station, self.place = index, station, station
        self.way_home, self.left_s, self.since_s = None, 0.0, 0.0
        self.on_duty = self.at_home = self.on_mission = False


class Ambulances:
    """Free crews in a store; missions that wait have an event each, sorted by urgency."""

    def __init__(self, env: simpy.Environment, plan: Plan) -> None:
        self.env, self.plan, self.travel = env, plan, plan.travel
        self.free = simpy.FilterStore(env)
        self.log: list[tuple[int, float, float, int]] = []
        self._waiting: list[tuple[int, int, simpy.Event]] = []
        self._number = count()
        rule = plan.organisation.mobilisation
        station_s = [each.expected() for each in rule.station_s.each()]
        self._expected_s = station_s, rule.night_extra_s.expected(), rule.home_extra_s.expected()
        for index, (name, spans) in enumerate(plan.crews.items()):
            station = plan.place_index[plan.organisation.ambulances[name].station]
            env.process(self._shifts(Ambulance(index, station), spans))

    def _shifts(self, crew: Ambulance, spans: tuple) -> Steps:
        """Come on duty and go off; a mission is finished first."""
        ends = [(span, at_home, following) for (span, at_home), following in _followed(spans)]
        for (start, end), at_home, goes_on in ends:
            if start > self.env.now:
                yield self.env.timeout(start - self.env.now)
            crew.at_home = at_home
            if not crew.on_duty:
                crew.on_duty = True
                self._offer(crew)
            yield self.env.timeout(end - self.env.now)
            if not goes_on:
                crew.on_duty = False
                if crew in self.free.items:
                    self.free.items.remove(crew)

    def _offer(self, crew: Ambulance) -> None:
        if not crew.on_mission:
            self.free.put(crew)
            if self._waiting:
                heappop(self._waiting)[2].succeed()

    def condition(self) -> int:
        return self.plan.condition_of_hour[int(self.env.now // HOUR_S)]

    def is_night(self) -> bool:
        return self.plan.is_night_hour[int(self.env.now // HOUR_S)]

    def nearest(self, urgency: int, place: int, goes_last: bool = False) -> Steps:
        """Wait, if need be, for a free crew; take the one expected first at the place."""
        if not self.free.items:
            turn = self.env.event()
            heappush(self._waiting, (urgency + goes_last, next(self._number), turn))
            yield turn
        best = min(self.free.items, key=lambda crew: self.expected_s(crew, urgency, place))
        crew = yield self.free.get(lambda each: each is best)
        crew.on_mission, crew.since_s = True, self.env.now
        if self.stands(crew):
            crew.way_home = None
        return crew

    def stands(self, crew: Ambulance) -> bool:
        return crew.way_home is None or self.env.now >= crew.left_s + crew.way_home.duration_s

    def expected_s(self, crew: Ambulance, urgency: int, place: int) -> float:
        drive_s = self.drive_s(crew, urgency, place)
        if not self.stands(crew):
            return drive_s
        station_s, night_s, home_s = self._expected_s
        extra_s = (night_s if self.is_night() else 0.0) + (home_s if crew.at_home else 0.0)
        return drive_s + station_s[urgency] + extra_s

    def drive_s(self, crew: Ambulance, urgency: int, place: int) -> float:
        """From where the crew is: it goes on to the next place, or turns."""
        mode = "blue" if urgency == RED else "car"
        seconds = self.travel.seconds[mode][self.condition()]
        if self.stands(crew):
            return float(seconds[crew.place, place])
        elapsed = self.env.now - crew.left_s
        ways = self.travel.ways_from(crew.way_home, elapsed, self.condition(), mode)
        return tick(min(first + float(seconds[to, place]) for to, first in ways))

    def mobilisation_s(self, crew: Ambulance, parts: tuple[float, float, float]) -> float:
        """Seconds until wheels roll: station, extra at night and from home; none on the road."""
        if crew.way_home is not None or crew.place != crew.station:
            return 0.0
        station_s, night_s, home_s = parts
        return station_s + (night_s if self.is_night() else 0) + (home_s if crew.at_home else 0)

    def done(self, crew: Ambulance, place: int, kind: int, patient: int) -> None:
        """Drive home, unless a mission waits."""
        self.log.append((kind, crew.since_s, self.env.now, patient))
        crew.on_mission, crew.place, crew.way_home = False, place, None
        if not (crew.on_duty and self._waiting) and place != crew.station:
            crew.way_home = self.travel.route(self.condition(), place, crew.station)
            crew.left_s, crew.place = self.env.now, crew.station
        if crew.on_duty:
            self._offer(crew)


def _followed(spans: tuple) -> Iterator[tuple]:
    """Each span, with whether the next one begins where it ends."""
    yield from (((a, a[0][1] == b[0][0])) for a, b in pairwise(spans))
    if spans:
        yield spans[-1], False
