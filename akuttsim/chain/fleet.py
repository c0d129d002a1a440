"""The fleet: ambulance crews on duty, where each is, and who waits for one."""

from __future__ import annotations

from heapq import heappop, heappush

from simpy.events import Event

from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.dispatch import driving_mode, quickest, seconds_by
from akuttsim.chain.plan import Plan
from akuttsim.chain.recorder import Recorder
from akuttsim.records import MISSION, RETURN
from akuttsim.roads.network import Mode
from akuttsim.roads.travel import Route
from akuttsim.units import HOUR_S

Duty = tuple[float, "Crew", bool, bool]
"""A time, a crew, whether it is on duty from then, and whether that is home duty."""


class Crew:
    """An ambulance with its crew: at its station, on a mission, or driving home.

    `place` is where it stands, or where it is driving to by `route`.
    """

    __slots__ = (
        "at_home",
        "departed_s",
        "index",
        "on_duty",
        "on_mission",
        "place",
        "route",
        "since_s",
        "station",
        "unit",
    )

    def __init__(self, index: int, unit: int, station: int) -> None:
        """Make a crew off duty at its station; `index` is its position in the fleet."""
        self.index = index
        self.unit = unit
        self.station = station
        self.on_duty = False
        self.on_mission = False
        self.at_home = False
        self.place = station
        self.route: Route | None = None
        self.departed_s = 0.0
        self.since_s = 0.0

    def is_at_station(self, now: float) -> bool:
        """Tell whether a crew that is not on a mission stands at its station, or is still out."""
        return self.route is None or now >= self.departed_s + self.route.duration_s


class Fleet:
    """All crews; knows who is free, and keeps missions waiting by urgency, then time."""

    def __init__(self, clock: Clock, recorder: Recorder, plan: Plan) -> None:
        """Make the fleet with every crew off duty."""
        first_unit = len(plan.units) - len(plan.crews)
        stations = [crew.station for crew in plan.organisation.ambulances.values()]
        self.crews = [
            Crew(index, first_unit + index, plan.place_index[station])
            for index, station in enumerate(stations)
        ]
        self._free: list[Crew] = []
        self._queue: list[tuple[int, int, Event]] = []
        self._asked = 0
        self.waiting_since_s = 0.0
        self._clock = clock
        self._recorder = recorder
        self._travel = plan.travel
        self._condition_of_hour = plan.condition_of_hour
        self._is_night_hour = plan.is_night_hour
        mobilisation = plan.organisation.mobilisation
        self._expected_s = [each.expected() for each in mobilisation.station_s.each()]
        self._expected_night_s = mobilisation.night_extra_s.expected()
        self._expected_home_s = mobilisation.home_extra_s.expected()

    def find(self, place: int, urgency: int) -> Crew | None:
        """Take the free crew that is expected at a place first, or None if nobody is free."""
        if not self._free:
            return None
        mode, condition = driving_mode(urgency), self._condition()
        times = self._travel.to(mode, condition, place)
        station_s = self._expected_s[urgency] + (self._expected_night_s if self._is_night() else 0)
        expected = [
            times[crew.place] + station_s + (self._expected_home_s if crew.at_home else 0.0)
            if crew.is_at_station(self._clock._now)
            else self._from_the_road(crew, times, condition, mode)
            for crew in self._free
        ]
        return self._take(self._free.pop(quickest(expected)))

    def wait(self, urgency: int) -> Event:
        """Queue a mission; yields the crew that takes it."""
        event = self._clock.event()
        if not self._queue:
            self.waiting_since_s = self._clock._now
        self._asked += 1
        heappush(self._queue, (urgency, self._asked, event))
        return event

    def waiting(self) -> int:
        """Return how many missions wait for a crew; somebody has since `waiting_since_s`."""
        return len(self._queue)

    def _take(self, crew: Crew) -> Crew:
        now = self._clock._now
        crew.since_s = now
        crew.on_mission = True
        self._log_return(crew, now)
        if crew.is_at_station(now):
            crew.route = None
        return crew

    def _log_return(self, crew: Crew, now: float) -> None:
        if crew.route is not None:
            home_at = crew.departed_s + crew.route.duration_s
            self._recorder.did(crew.unit, RETURN, crew.departed_s, min(home_at, now), -1)

    def _from_the_road(self, crew: Crew, times: list[float], condition: int, mode: Mode) -> float:
        """Return the seconds from a crew's position on its way home."""
        assert crew.route is not None
        elapsed = self._clock._now - crew.departed_s
        return seconds_by(self._travel.ways_from(crew.route, elapsed, condition, mode), times)

    def _condition(self) -> int:
        return self._condition_of_hour[int(self._clock._now // HOUR_S)]

    def _is_night(self) -> bool:
        return self._is_night_hour[int(self._clock._now // HOUR_S)]

    def mobilisation_s(
        self, crew: Crew, station_s: float, night_extra_s: float, home_extra_s: float
    ) -> float:
        """Return how long until this crew's wheels roll, from what each part takes this time."""
        if crew.route is not None or crew.place != crew.station:
            return 0.0
        extra = home_extra_s if crew.at_home else 0.0
        return station_s + extra + (night_extra_s if self._is_night() else 0.0)

    def drive_s(self, crew: Crew, place: int, urgency: int) -> float:
        """Return the seconds of a crew's drive to a place; red goes with blue light."""
        mode, condition = driving_mode(urgency), self._condition()
        times = self._travel.to(mode, condition, place)
        if crew.route is None:
            return times[crew.place]
        return self._from_the_road(crew, times, condition, mode)

    def release(self, crew: Crew, place: int, patient: int) -> None:
        """End a mission at a place: take the next one waiting, or drive home."""
        now = self._clock._now
        self._recorder.did(crew.unit, MISSION, crew.since_s, now, patient)
        crew.place, crew.route, crew.on_mission = place, None, False
        if crew.on_duty and self._queue:
            self._hand_over(crew)
        else:
            self._drive_home(crew)
            if crew.on_duty:
                self._free.append(crew)

    def _drive_home(self, crew: Crew) -> None:
        if crew.place != crew.station:
            crew.route = self._travel.route(self._condition(), crew.place, crew.station)
            crew.departed_s = self._clock._now
            crew.place = crew.station

    def _hand_over(self, crew: Crew) -> None:
        event = heappop(self._queue)[2]
        event.succeed(self._take(crew))

    def shift(self, crew: Crew, on_duty: bool, at_home: bool) -> None:
        """Begin, change or end a crew's duty; a mission or a drive home is finished."""
        began = on_duty and not crew.on_duty
        is_free = crew in self._free
        crew.on_duty, crew.at_home = on_duty, at_home
        if not on_duty and is_free:
            self._free.remove(crew)
        if began and not crew.on_mission:
            if self._queue:
                self._hand_over(crew)
            else:
                self._free.append(crew)

    def finish(self, end_s: float) -> None:
        """Log the drives home that nobody interrupted, up to the end of the run."""
        for crew in self.crews:
            if not crew.on_mission:
                self._log_return(crew, end_s)


def shifts(clock: Clock, fleet: Fleet, duties: list[Duty]) -> Pathway:
    """Bring crews on and off duty, in order of time."""
    for at, crew, on_duty, at_home in duties:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        fleet.shift(crew, on_duty, at_home)
