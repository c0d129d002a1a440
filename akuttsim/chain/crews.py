"""Vehicle crews, the missions they go on, and their drives on the roads.

A mission is a patient who needs a vehicle, from notification to handing over. `Movement` tells
where vehicles are on the road, how soon they can be somewhere, and which way they take; a drive
takes the time of the roads at its departure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from akuttsim.chain.clock_and_queues import Clock, Delay, Waiting
from akuttsim.chain.dispatch_rules import ambulance_driving_mode
from akuttsim.chain.recorder import MODE_CODES, Departure, Recorder
from akuttsim.chain.run_plan import LocalRoads, Plan
from akuttsim.crew_choice import DEFAULT_RETURN_RULE, RETURN_RULES, Standing
from akuttsim.records import (
    GREEN,
    MISSION,
    RED,
    RETURN,
    TO_ASSIST,
    TO_PATIENT,
    TO_POST,
    TO_RENDEZVOUS,
    TO_STATION,
    TRANSPORT,
    YELLOW,
    Mode,
)
from akuttsim.roads.travel import NextPlace, Route
from akuttsim.units import HOUR_S, tick

AMBULANCE_KIND, TRANSPORT_KIND = "ambulance", "transport"


class Mission:
    """A patient who needs a vehicle: waiting for one, with one on its way, or under care.

    Attributes:
        patient: Row of the patient, who is at `place` and `local_km` by road from there.
        urgency: As judged; a planned transport waits behind everybody else.
        u_neighbour: Uniform that decides whether a neighbour's crew is available.
        kind: Kind of the crew's activity in the record.
        may_leave_uncovered: Whether it has waited so long that preparedness holds it no longer.
        completed: Nobody need come any more: somebody has the patient.
        crew: The crew that is on its way or with the patient.
        waiting: The wait for a crew, while there is one.
        doctor_on_way: The drive of a doctor who turns back if called off.
        assists: Whether it is that of a second crew to the same patient.
        second: The second crew's mission, which is completed with this one.
    """

    __slots__ = (
        "assists",
        "completed",
        "crew",
        "doctor_on_way",
        "kind",
        "local_km",
        "may_leave_uncovered",
        "patient",
        "place",
        "second",
        "u_neighbour",
        "urgency",
        "waiting",
    )  # fmt: skip

    def __init__(
        self, patient: int, place: int, urgency: int, u_neighbour: float = 1.0,
        kind: int = MISSION,
    ) -> None:  # fmt: skip
        """Ask for a vehicle to a place, on a kind of activity."""
        self.patient = patient
        self.place = place
        self.urgency = urgency
        self.u_neighbour = u_neighbour
        self.kind = kind
        self.may_leave_uncovered = False
        self.completed = False
        self.crew: VehicleCrew | None = None
        self.waiting: Waiting | None = None
        self.doctor_on_way: Delay | None = None
        self.assists = False
        self.second: Mission | None = None
        self.local_km = 0.0

    @property
    def priority(self) -> int:
        """Return the place in the queue: by urgency, planned transports last."""
        return GREEN + 1 if self.kind == TRANSPORT else self.urgency


class VehicleCrew:
    """A vehicle with its crew: at its station or a post, on a mission, or driving without patient.

    Attributes:
        index: Position in the fleet; `unit` is the row in the record's table of units.
        station: Its own place; with home duty the crew sleeps there (`at_home`).
        place: Where it stands, or where it is driving to by `route`.
        leaves_s: When it rolls; ahead of now while it mobilises.
        departed_s: When it passes the first place of its route; ahead of now while it mobilises.
        local_km: At a patient's door, how far by road from `place` it stands.
        local_out_s: How long the drive goes on from the end of its route to the patient's door.
        arrival: The wait until it stands at its patient, which may be called off.
        drive_kind: The kind of a drive without mission.
        left: The place that it left on a drive without mission, and how many kilometres from there
            it stood; None after a mission that was called off on the way.
        trip: The drive under way as the record will have it; None where it stands.
        on_back_at_station: Called when a crew that staffs a satellite is free at its station.
        is_awaited: Whether patients wait for it at the satellite that it staffs.
        since_s: When its mission began; `worked_s` how long it was on missions before.
    """

    __slots__ = (
        "arrival",
        "at_home",
        "departed_s",
        "drive_kind",
        "index",
        "is_awaited",
        "kind",
        "leaves_s",
        "left",
        "local_km",
        "local_out_s",
        "mission",
        "on_back_at_station",
        "on_duty",
        "place",
        "resting",
        "route",
        "since_s",
        "station",
        "trip",
        "unit",
        "worked_s",
    )

    def __init__(self, index: int, unit: int, station: int, kind: str = AMBULANCE_KIND) -> None:
        """Make a crew off duty at its station; `index` is its position in the fleet."""
        self.index = index
        self.unit = unit
        self.station = station
        self.kind = kind
        self.on_duty = False
        self.resting = False
        self.at_home = False
        self.place = station
        self.route: Route | None = None
        self.leaves_s = 0.0
        self.departed_s = 0.0
        self.local_km = 0.0
        self.local_out_s = 0.0
        self.drive_kind = RETURN
        self.left: Standing | None = None
        self.trip: Departure | None = None
        self.since_s = 0.0
        self.worked_s = 0.0
        self.mission: Mission | None = None
        self.arrival: Delay | None = None
        self.on_back_at_station: Callable[[], None] | None = None
        self.is_awaited = False

    def is_standing(self, now: float) -> bool:
        """Tell whether a crew without mission stands at its station or post, or is still out."""
        route = self.route
        return route is None or now >= self.departed_s + route.reached_s[-1] + self.local_out_s

    @property
    def is_available(self) -> bool:
        """Tell whether a crew without mission may be given one."""
        return self.on_duty and not self.resting

    @property
    def may_be_called_off(self) -> bool:
        """Tell whether it is on its way to somebody less urgent than red, with nobody aboard."""
        if self.arrival is None or self.mission is None or self.kind != AMBULANCE_KIND:
            return False
        return self.mission.urgency > RED


class FreeCrews:
    """Crews without a mission, in the order in which they became free, by where they stand.

    The quickest is looked for among those who stand place by place, so that it costs little more
    with many crews at each station; only those on the road are looked at one by one.
    """

    __slots__ = ("_became_free", "_count", "_on_road", "_place", "_standing")

    def __init__(self) -> None:
        """Begin with nobody free."""
        self._became_free: dict[VehicleCrew, int] = {}
        self._standing: dict[int, list[VehicleCrew]] = {}
        self._place: dict[VehicleCrew, int] = {}
        self._on_road: list[VehicleCrew] = []
        self._count = 0

    def __len__(self) -> int:
        """Return how many are free."""
        return len(self._became_free)

    def __contains__(self, crew: VehicleCrew) -> bool:
        """Tell whether a crew is free."""
        return crew in self._became_free

    def __iter__(self) -> Iterator[VehicleCrew]:
        """Yield the crews, who has been free longest first."""
        return iter(self._became_free)

    def append(self, crew: VehicleCrew) -> None:
        """Note that a crew is free from now."""
        self._count += 1
        self._became_free[crew] = self._count
        self._on_road.append(crew)

    def remove(self, crew: VehicleCrew) -> None:
        """Note that a crew is free no longer."""
        del self._became_free[crew]
        self._set_out(crew)

    def note_drive(self, crew: VehicleCrew) -> None:
        """Note that a crew, free or not, has been sent on a drive."""
        if crew in self._became_free:
            self._set_out(crew)
            self._on_road.append(crew)

    def _set_out(self, crew: VehicleCrew) -> None:
        """Take a crew from where it stands or from the road."""
        place = self._place.pop(crew, None)
        if place is None:
            self._on_road.remove(crew)
            return
        self._standing[place].remove(crew)
        if not self._standing[place]:
            del self._standing[place]

    def _receive_arrived(self, now: float) -> None:
        """Let those stand who have come to where they drove."""
        on_road = []
        for crew in self._on_road:
            if (crew.route is None or crew.is_standing(now)) and not crew.local_km:
                self._place[crew] = crew.place
                self._standing.setdefault(crew.place, []).append(crew)
            else:
                on_road.append(crew)
        self._on_road = on_road

    def quickest(
        self,
        now: float,
        times: Sequence[float],
        starts_s: tuple[float, float],
        from_road_s: Callable[[VehicleCrew], float],
    ) -> tuple[float, VehicleCrew | None]:
        """Return in how many seconds the first is expected, and who; of equals the longest free.

        Args:
            now: The time, in seconds of the run.
            times: Seconds of the drive from each place.
            starts_s: How long a crew at its station takes to set out, and what home duty adds.
            from_road_s: Returns the seconds of a crew on the road.
        """
        if self._on_road:
            self._receive_arrived(now)
        expected = [(from_road_s(crew), self._became_free[crew], crew) for crew in self._on_road]
        expected += self._expected_standing(times, starts_s)
        if not expected:
            return inf, None
        soonest_s, _, crew = min(expected)
        return soonest_s, crew

    def _expected_standing(
        self, times: Sequence[float], starts_s: tuple[float, float]
    ) -> Iterator[tuple[float, int, VehicleCrew]]:
        """Yield the expected seconds of crews that stand, but of places that are too far away."""
        station_s, home_s = starts_s
        soonest_s = inf
        for place, crews in self._standing.items():
            drive_s = times[place]
            if drive_s > soonest_s:
                continue
            for crew in crews:
                expected_s = drive_s
                if place == crew.station:
                    expected_s += station_s + (home_s if crew.at_home else 0.0)
                if expected_s < soonest_s:
                    soonest_s = expected_s
                yield expected_s, self._became_free[crew], crew


@dataclass(frozen=True)
class ReturningCrew:
    """What a rule may know of a crew on its way back, as `crew_choice.ReturnFacts` says."""

    left: Standing
    goes_to: int
    ahead_or_back: Callable[[], list[NextPlace]]

    @property
    def nearest(self) -> int | None:
        """Return the place that it could be at soonest; None where it cannot turn."""
        ways = self.ahead_or_back()
        is_there = ways[0][1] == 0
        return min(ways, key=lambda way: way[1])[0] if len(ways) > 1 or is_there else None


def seconds_to_patient(ways: Iterable[NextPlace], times_to_patient: Sequence[float]) -> float:
    """Return the seconds from a position on the road to the patient, on ahead or turning back.

    In whole ticks, as all durations: a position is a fraction of a stretch, which is not.
    """
    return tick(min([first + times_to_patient[place] for place, first in ways]))


class Movement:
    """Knows each crew's position and what mobilisation is expected; logs each crew's trips.

    Trips with a patient aboard are logged by the journey that follows the patient.
    """

    def __init__(self, clock: Clock, recorder: Recorder, plan: Plan) -> None:
        """Take the travel times of a plan."""
        self._clock = clock
        self._recorder = recorder
        self._travel = plan.travel
        self._condition_of_hour = plan.condition_of_hour
        self._is_night_hour = plan.is_night_hour
        mobilisation = plan.organisation.mobilisation
        self._expected_s = [duration.expected() for duration in mobilisation.station_s.each()]
        self._expected_night_s = mobilisation.night_extra_s.expected()
        self._expected_home_s = mobilisation.home_extra_s.expected()
        self.local_roads = LocalRoads(plan)
        rule = plan.organisation.dispatch.returning_from
        self._counts_from = None if rule == DEFAULT_RETURN_RULE else RETURN_RULES[rule]

    def expected_s(self, crews: Sequence[VehicleCrew], place: int, urgency: int) -> list[float]:
        """Return in how many seconds each crew is expected at a place, as the dispatcher knows."""
        now, mode = self._clock._now, ambulance_driving_mode(urgency)
        hour = int(now // HOUR_S)
        condition = self._condition_of_hour[hour]
        times = self._travel.to(mode, condition, place)
        night_s = self._expected_night_s if self._is_night_hour[hour] else 0
        station_s = self._expected_s[urgency] + night_s
        home_s = self._expected_home_s

        def from_road_s(crew: VehicleCrew) -> float:
            starts_s = station_s + (home_s if crew.at_home else 0.0)
            ways = self._counted_ways(crew, (condition, mode), starts_s)
            return seconds_to_patient(ways or self.ways(crew, condition, mode), times)

        return [
            times[crew.place]
            + (station_s + (home_s if crew.at_home else 0.0) if crew.place == crew.station else 0.0)
            if (crew.route is None or crew.is_standing(now)) and not crew.local_km
            else from_road_s(crew)
            for crew in crews
        ]

    def soonest(
        self, crews: FreeCrews, place: int, urgency: int
    ) -> tuple[float, VehicleCrew | None]:
        """Return the free crew expected first at a place, and in how many seconds.

        As the least of `expected_s`, where crews on their way back count from the road.
        """
        now, mode = self._clock._now, ambulance_driving_mode(urgency)
        hour = int(now // HOUR_S)
        condition = self._condition_of_hour[hour]
        times = self._travel.to(mode, condition, place)
        night_s = self._expected_night_s if self._is_night_hour[hour] else 0
        starts_s = (self._expected_s[urgency] + night_s, self._expected_home_s)

        def from_road_s(crew: VehicleCrew) -> float:
            return seconds_to_patient(self.ways(crew, condition, mode), times)

        return crews.quickest(now, times, starts_s, from_road_s)

    @property
    def counts_from_road(self) -> bool:
        """Tell whether crews on their way back count from where they are on the road."""
        return self._counts_from is None

    def _counted_ways(
        self, crew: VehicleCrew, drive: tuple[int, Mode], starts_s: float
    ) -> list[NextPlace] | None:
        """Return from where a crew on its way back counts, and in how many seconds it is there.

        At its station it has to set out first. None where it counts from where it is.
        """
        counted = self.counted_place(crew)
        if counted is None:
            return None
        place, km = counted
        if not km:
            return [(place, starts_s if place == crew.station else 0.0)]
        condition, mode = drive
        return [(place, self.local_roads.seconds(km, mode, condition))]

    def counted_place(self, crew: VehicleCrew) -> Standing | None:
        """Return where a crew on its way back counts as standing (`dispatch.returning_from`).

        None where it counts from the road, stands anyway, or is on its way to a patient.
        """
        if self._counts_from is None or crew.route is None or crew.left is None:
            return None
        if crew.drive_kind == MISSION or crew.is_standing(self._clock._now):
            return None
        condition = self._condition()
        facts = ReturningCrew(crew.left, crew.place, lambda: self.ways(crew, condition, "car"))
        return self._counts_from(facts)

    def mobilisation_s(
        self, crew: VehicleCrew, station_s: float, night_extra_s: float, home_extra_s: float
    ) -> float:
        """Return how long until this crew's wheels roll, from what each part takes this time."""
        if crew.route is not None or crew.place != crew.station or crew.local_km:
            return 0.0
        extra = home_extra_s if crew.at_home else 0.0
        return station_s + extra + (night_extra_s if self._is_night() else 0.0)

    def drive_s(self, crew: VehicleCrew, place: int, urgency: int) -> float:
        """Return the seconds of a crew's drive to a place; red goes with blue light."""
        mode, condition = ambulance_driving_mode(urgency), self._condition()
        times = self._travel.to(mode, condition, place)
        if crew.route is None and not crew.local_km:
            return times[crew.place]
        return seconds_to_patient(self.ways(crew, condition, mode), times)

    def seconds_to(self, crews: Iterable[VehicleCrew], place: int) -> list[float]:
        """Return the seconds of each crew's ordinary drive to a place, from where it is."""
        condition = self._condition()
        times = self._travel.to("car", condition, place)
        return [seconds_to_patient(self.ways(crew, condition, "car"), times) for crew in crews]

    def ways(self, crew: VehicleCrew, condition: int, mode: Mode) -> list[NextPlace]:
        """Return where a crew on the road can go on, or from where it is about to leave."""
        if crew.route is None:
            return [(crew.place, self.local_roads.seconds(crew.local_km, mode, condition))]
        elapsed = self._clock._now - crew.departed_s
        if elapsed < 0:
            return [(crew.route.places[0], -elapsed)]
        if crew.local_out_s and elapsed > crew.route.duration_s:
            return [(crew.place, tick(elapsed - crew.route.duration_s))]
        return self._travel.ways_from(crew.route, elapsed, condition, mode)

    def begin_drive(
        self, crew: VehicleCrew, mission: Mission, leaves_in_s: float, may_turn: bool
    ) -> None:
        """Set a crew on its way to a patient, after its mobilisation; its trip begins.

        Only where it may turn on the road need its route be known.
        """
        kind = TO_ASSIST if mission.assists else TO_PATIENT
        mode, trip = (
            ambulance_driving_mode(mission.urgency),
            (kind, mission.patient, mission.local_km),
        )
        if may_turn:
            self._begin_route(crew, trip, mission.place, mode, leaves_in_s)
            crew.drive_kind = MISSION
        else:
            self._begin_trip(crew, trip, mission.place, mode, leaves_in_s)

    def begin_drive_to_meet(self, crew: VehicleCrew, mission: Mission) -> None:
        """Log the trip of a crew that goes to meet another: nobody calls it off."""
        mode = ambulance_driving_mode(mission.urgency)
        stands = crew.route is None and crew.place == crew.station
        leaves_in_s = self._expected_to_start_s(mode) if stands else 0.0
        trip = (TO_RENDEZVOUS, mission.patient, 0.0)
        self._begin_trip(crew, trip, mission.place, mode, leaves_in_s)
        assert crew.trip is not None
        self.end_trip(crew, crew.trip.there_s, True)

    def drive_to(self, crew: VehicleCrew, place: int, kind: int) -> None:
        """Set a crew without mission on its way to a place, from where it is."""
        now = self._clock._now
        if crew.is_standing(now) and crew.route is not None:
            self.log_drive(crew, now)
            crew.route = None
        is_called_off = crew.route is not None and crew.drive_kind == MISSION
        if crew.place != place or is_called_off or crew.local_km:
            self.log_drive(crew, now)
            if is_called_off or crew.route is None:
                crew.left = None if is_called_off else (crew.place, crew.local_km)
            trip = (TO_STATION if kind == RETURN else TO_POST, -1, 0.0)
            self._begin_route(crew, trip, place, "car", 0.0)
            crew.drive_kind = kind

    def _begin_trip(
        self,
        crew: VehicleCrew,
        trip: tuple[int, int, float],
        place: int,
        mode: Mode,
        leaves_in_s: float,
    ) -> tuple[int, float, list[NextPlace]]:
        """Begin a trip; return by which place it goes, in how many seconds, and the choice.

        The trip is its kind, for whom, and how far the patient is from the place.
        """
        now, condition = self._clock._now, self._condition()
        times = self._travel.to(mode, condition, place)
        ways = self.ways(crew, condition, mode)
        first, until_s = ways[0]
        if len(ways) > 1:
            first, until_s = min(ways, key=lambda way: way[1] + times[way[0]])
        until_s = tick(until_s)
        crew.leaves_s = max(now + leaves_in_s, crew.leaves_s)
        origin, done, origin_km = first, 0.0, crew.local_km
        if until_s and crew.route:
            origin, done, origin_km = self._behind(crew, first)
        crew.local_km = 0.0
        joins_s = now + leaves_in_s + until_s
        crew.local_out_s = self.local_roads.seconds(trip[2], mode, condition)
        crew.trip = Departure(
            crew.unit, *trip[:2], origin, first, done, place, MODE_CODES[mode], condition,
            crew.leaves_s, joins_s, joins_s + times[first], origin_km, trip[2],
        )  # fmt: skip
        return first, until_s, ways

    def _behind(self, crew: VehicleCrew, first: int) -> tuple[int, float, float]:
        """Return the place behind a crew that goes on to `first`, and how far between it is (0-1).

        Then how many kilometres it has to drive about a place first. On a ferry, about a place, or
        where it still mobilises, the trip under way tells.
        """
        now, route, trip = self._clock._now, crew.route, crew.trip
        assert route is not None
        elapsed = now - crew.departed_s
        if crew.local_out_s and elapsed > route.duration_s:
            assert trip is not None
            return first, 0.0, trip.cut_at(now, crew.local_out_s).destination_km
        if elapsed >= 0:
            leg = min(bisect_right(route.reached_s, elapsed), len(route.places) - 1) - 1
            start, end = route.places[leg], route.places[leg + 1]
            length = route.reached_s[leg + 1] - route.reached_s[leg]
            done = (elapsed - route.reached_s[leg]) / length
        else:
            assert trip is not None
            if now <= trip.departed_s:
                return trip.origin, trip.stretch_done, trip.origin_km
            start, end = trip.origin, trip.joins
            if start == end:
                driven_km = trip.cut_at(now, crew.local_out_s).origin_km
                return first, 0.0, trip.origin_km - driven_km
            part = (now - trip.departed_s) / (trip.joins_s - trip.departed_s)
            done = trip.stretch_done + (1 - trip.stretch_done) * part
        if first == end:
            return start, done, 0.0
        return (end, 1 - done, 0.0) if first == start else (first, 0.0, 0.0)

    def _begin_route(
        self,
        crew: VehicleCrew,
        trip: tuple[int, int, float],
        place: int,
        mode: Mode,
        leaves_in_s: float,
    ) -> None:
        """Begin a trip along the road to a place, in so many seconds."""
        condition = self._condition()
        first, until_s, ways = self._begin_trip(crew, trip, place, mode, leaves_in_s)
        crew.route = self._travel.route(condition, first, place, mode)
        crew.departed_s = self._clock._now + leaves_in_s + until_s
        crew.place = place
        behind = [way for way, _ in ways if way != first]
        if behind:
            stretch_s = float(self._travel.seconds[mode][condition][behind[0], first])
            self._begin_route_behind(crew, behind[0], stretch_s)

    def _begin_route_behind(self, crew: VehicleCrew, behind: int, stretch_s: float) -> None:
        """Let the route begin at the place behind the crew, so that it may turn once more."""
        assert crew.route is not None
        if stretch_s < inf:
            later = (stretch_s + reached_s for reached_s in crew.route.reached_s)
            places, ferries = (behind, *crew.route.places), (False, *crew.route.on_ferry)
            crew.route = Route(places, (0.0, *later), ferries)
            crew.departed_s -= stretch_s

    def leave(self, crew: VehicleCrew) -> None:
        """Log the drive that a crew is taken from; where it stands is where it goes from.

        So is where it counts as standing (`dispatch.returning_from`).
        """
        now = self._clock._now
        counted = self.counted_place(crew)
        self.log_drive(crew, now)
        if counted is not None:
            crew.place, crew.local_km = counted
            crew.route, crew.leaves_s = None, now
        elif crew.is_standing(now):
            crew.route = None

    def log_drive(self, crew: VehicleCrew, now: float) -> None:
        """Log a drive without patient, as far as it has come."""
        if crew.route is not None and crew.drive_kind != MISSION and now > crew.leaves_s:
            arrival_s = crew.departed_s + crew.route.duration_s
            self._recorder.log_activity(
                crew.unit, crew.drive_kind, crew.leaves_s, min(arrival_s, now), -1
            )
            self.end_trip(crew, min(arrival_s, now), now >= arrival_s)

    def end_trip(self, crew: VehicleCrew, now: float, completed: bool) -> None:
        """Log the trip under way as ended or cut short now; one whose wheels never rolled is none.

        A trip that has been cut short is kept until the next begins: it tells where the crew is.
        """
        trip = crew.trip
        if trip is not None and (completed or now > trip.departed_s):
            if not completed and (trip.origin_km or trip.destination_km):
                trip = trip.cut_at(now, crew.local_out_s)
            self._recorder.log_trip(trip, now, completed)
        if completed:
            crew.trip = None

    def back_in_s(self, crew: VehicleCrew) -> float:
        """Return in how many seconds a crew without mission is where it drives to."""
        if crew.route is None:
            return 0.0
        return max(crew.departed_s + crew.route.duration_s - self._clock._now, 0.0)

    def long_drive(
        self, start: tuple[int, float], hospital: int, mode: Mode, longer_s: float
    ) -> Route | None:
        """Return the way to hospital if it takes longer than so many seconds.

        The start is a place and how far from it by road the patient is.
        """
        condition, (place, local_km) = self._condition(), start
        if self._travel.to(mode, condition, hospital)[place] <= longer_s:
            return None
        route = self._travel.route(condition, place, hospital, mode)
        local_s = self.local_roads.seconds(local_km, mode, condition)
        if not local_s:
            return route
        return Route(route.places, tuple(local_s + s for s in route.reached_s), route.on_ferry)

    def local_s(self, mission: Mission) -> float:
        """Return how long the drive about the place to a patient takes now."""
        if not mission.local_km:
            return 0.0
        mode = ambulance_driving_mode(mission.urgency)
        return self.local_roads.seconds(mission.local_km, mode, self._condition())

    def is_near(self, crew: VehicleCrew) -> bool:
        """Tell whether a crew has come to its patient's place, and looks for the door."""
        if not crew.local_out_s or crew.route is None:
            return False
        return self._clock._now > crew.departed_s + crew.route.duration_s

    def reach(self, crew: VehicleCrew, mode: Mode) -> Callable[[int], float]:
        """Return how many seconds a free crew is expected to need to each place."""
        condition, to = self._condition(), self._travel.to
        ways = self._counted_ways(crew, (condition, mode), self._expected_to_start_s(mode))
        if ways is None and not crew.is_standing(self._clock._now):
            ways = self.ways(crew, condition, mode)
        if ways is not None:
            return lambda place: seconds_to_patient(ways, to(mode, condition, place))
        starts_s = self._expected_to_start_s(mode) if crew.place == crew.station else 0.0
        return lambda place: starts_s + to(mode, condition, place)[crew.place]

    def _expected_to_start_s(self, mode: Mode) -> float:
        """Return the mobilisation expected of a crew at its station."""
        night_s = self._expected_night_s if self._is_night() else 0.0
        return self._expected_s[RED if mode == "blue" else YELLOW] + night_s

    def _condition(self) -> int:
        """Return the condition of the roads now."""
        return self._condition_of_hour[int(self._clock._now // HOUR_S)]

    def _is_night(self) -> bool:
        """Tell whether it is night for mobilisation."""
        return self._is_night_hour[int(self._clock._now // HOUR_S)]
