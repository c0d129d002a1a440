"""The fleet: crews on duty, who is sent, and who waits for one."""

from __future__ import annotations

from bisect import insort

from simpy.events import Event

from akuttsim.chain.clock import Clock
from akuttsim.chain.crews_and_missions import AMBULANCE_KIND, TRANSPORT_KIND, Mission, VehicleCrew
from akuttsim.chain.dispatch_policy import DispatchRules, soonest_rendezvous
from akuttsim.chain.dispatch_rules import crews_for_posts, quickest_crew
from akuttsim.chain.movement import Movement
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.run_plan import Plan
from akuttsim.records import GREEN, NURSE, RED, RETURN, STAND_BY, TRANSPORT
from akuttsim.roads.road_network import Mode


class Fleet:
    """All crews; knows who is free, and keeps missions waiting by urgency, then time."""

    def __init__(self, clock: Clock, recorder: Recorder, plan: Plan) -> None:
        """Make the fleet with every crew off duty."""
        self.crews = _make_crews(plan)
        self.rules = DispatchRules(plan)
        self.movement = Movement(clock, recorder, plan)
        self.waiting_since_s = 0.0
        self._clock = clock
        self._recorder = recorder
        self._free: list[VehicleCrew] = []
        self._free_transport: list[VehicleCrew] = []
        self._free_neighbours: list[VehicleCrew] = []
        self._queue: list[tuple[int, int, Mission]] = []
        self._asked = 0
        self._are_posted = False

    # who is sent

    def find(self, mission: Mission) -> VehicleCrew | None:
        """Take the crew for a mission: the one expected first of those that may go, or None."""
        crew = self._choose(mission)
        if crew is None:
            return None
        if crew.mission is not None:
            self._calls_off(crew)
            return self._sent(crew, mission)
        self._takes(crew, mission)
        self._moves_up()
        return crew

    def _choose(self, mission: Mission) -> VehicleCrew | None:
        if self._free_transport and (mission.kind == TRANSPORT or mission.urgency == GREEN):
            return self._first(self._free_transport, mission)[1]
        expected_s, crew = self._first(self._free, mission)
        if mission.urgency == RED:
            return self._for_red(mission, expected_s, crew)
        cover = self.rules.cover
        if crew is None or cover is None or mission.may_leave_uncovered:
            return crew
        others = (each.place for each in self._free if each is not crew)
        return crew if cover.is_kept_by(others) else None

    def _first(
        self, crews: list[VehicleCrew], mission: Mission
    ) -> tuple[float, VehicleCrew | None]:
        """Return the crew that is expected first at a mission's place, and in how many seconds."""
        if not crews:
            return float("inf"), None
        expected = self.movement.expected_s(crews, mission.place, mission.urgency)
        first = quickest_crew(expected)
        return expected[first], crews[first]

    def _for_red(
        self, mission: Mission, expected_s: float, crew: VehicleCrew | None
    ) -> VehicleCrew | None:
        """Return the free crew, one on its way to somebody less urgent, or a neighbour's."""
        if self.rules.may_call_off:
            gain_s, busy = self.rules.red_gains_s, self._less_urgent()
            sooner_s, other = self._first(busy, mission)
            if other is not None and sooner_s + (gain_s or 0.0) <= expected_s:
                expected_s, crew = sooner_s, other
        for neighbour in self._free_neighbours:
            available, quicker_s = self.rules.neighbours[neighbour.index]
            if mission.u_neighbour < available:
                sooner_s, _ = self._first([neighbour], mission)
                if sooner_s + quicker_s <= expected_s:
                    expected_s, crew = sooner_s, neighbour
        return crew

    def _less_urgent(self) -> list[VehicleCrew]:
        """Return the crews that red may take: on their way, or with a satellite's patient."""
        on_their_way = self.rules.red_gains_s is not None
        return [
            crew
            for crew in self.crews
            if crew.may_be_called_off
            and crew.mission is not None
            and (on_their_way or crew.mission.kind == NURSE)
        ]

    def soonest_s(self, mission: Mission) -> float:
        """Return in how many seconds an ambulance that is free now is expected, or infinity."""
        return self._first(self._free, mission)[0] + self.movement.local_s(mission)

    def meeting(
        self, start: tuple[int, float], hospital: int, mode: Mode
    ) -> tuple[VehicleCrew, int, float] | None:
        """Return who could meet a long drive to hospital, where, and when both are there."""
        longer_s = self.rules.half_way_longer_s
        if longer_s is None:
            return None
        route = self.movement.long_drive(start, hospital, mode, longer_s)
        if route is None:
            return None
        others = [crew for crew in self._free if not crew.at_home]
        return soonest_rendezvous(
            route, [(each, self.movement.reach(each, mode)) for each in others]
        )

    def sends_to_meet(self, crew: VehicleCrew, mission: Mission) -> None:
        """Send a free crew to take over a patient on the way."""
        self._takes(crew, mission)
        self.movement.meets(crew, mission)
        self._moves_up()

    # who waits

    def wait(self, mission: Mission) -> Event:
        """Queue a mission; yields the crew that takes it, or None when it is over."""
        mission.waiting = self._clock.event()
        if not self._queue:
            self.waiting_since_s = self._clock._now
        self._asked += 1
        insort(self._queue, (mission.priority, self._asked, mission))
        if self.rules.cover is not None and mission.urgency != RED:
            longest_s = self.rules.cover.waits_at_most_s(mission.urgency)
            self._clock.later(longest_s, lambda _: self._no_longer_held(mission))
        return mission.waiting

    def _no_longer_held(self, mission: Mission) -> None:
        mission.may_leave_uncovered = True
        self._serves()
        self._moves_up()

    def waiting(self) -> int:
        """Return how many missions wait for a crew; somebody has since `waiting_since_s`."""
        return len(self._queue)

    def _serves(self) -> None:
        """Give free crews to missions that wait, the most urgent first."""
        for entry in self._queue.copy():
            if not (self._free or self._free_transport or self._free_neighbours):
                break
            mission = entry[2]
            crew = self._choose(mission)
            if crew is not None and crew.mission is None:
                self._queue.remove(entry)
                self._takes(crew, mission)
                assert mission.waiting is not None
                waiting, mission.waiting = mission.waiting, None
                waiting.succeed(crew)

    # called off, and under way

    def is_over(self, mission: Mission) -> None:
        """Note that nobody need come any more: a crew on its way turns back."""
        mission.is_over = True
        if mission.waiting is not None:
            self._queue = [entry for entry in self._queue if entry[2] is not mission]
            waiting, mission.waiting = mission.waiting, None
            waiting.succeed(None)
        elif mission.crew is not None and mission.crew.arrival is not None:
            crew = mission.crew
            self._calls_off(crew)
            crew.mission = None
            self._is_free(crew)

    def _calls_off(self, crew: VehicleCrew) -> None:
        """Turn a crew on its way: its stretch of mission is logged, and its wait ends."""
        assert crew.arrival is not None and crew.mission is not None
        self._worked(crew, crew.mission.patient)
        self.movement.ends_trip(crew, self._clock._now, False)
        self._clock.call_off(crew.arrival)
        crew.arrival, crew.mission.crew = None, None

    def _takes(self, crew: VehicleCrew, mission: Mission) -> None:
        """Send a free crew: it is free no longer, and leaves from where it is."""
        self._list_of(crew).remove(crew)
        self.movement.leaves(crew)
        self._sent(crew, mission)

    def _sent(self, crew: VehicleCrew, mission: Mission) -> VehicleCrew:
        crew.since_s = self._clock._now
        crew.mission, mission.crew = mission, crew
        return crew

    def sets_out(self, crew: VehicleCrew, mobilisation_s: float, drive_s: float) -> Event:
        """Send a crew to its patient; yields None there, or False when it is called off."""
        arrival = self._clock.wait(mobilisation_s + drive_s)
        may_turn = self.rules.may_call_off
        assert crew.mission is not None
        self.movement.sets_out(crew, crew.mission, mobilisation_s, may_turn)
        if may_turn:
            crew.arrival = arrival
        return arrival

    def stays_for(self, crew: VehicleCrew, mission: Mission) -> bool:
        """Keep a free crew at its station for a satellite's patient; tell whether it was there."""
        now = self._clock._now
        if crew not in self._free or crew.at_home or not crew.is_standing(now):
            return False
        if crew.place != crew.station:
            return False
        self._takes(crew, mission)
        self._moves_up()
        return True

    def comes_back(self, crew: VehicleCrew) -> None:
        """Let a free crew leave its post for patients who wait at the satellite that it staffs."""
        if crew in self._free and crew.place != crew.station:
            self._goes_home(crew)
            self._moves_up()

    def cares_until(self, crew: VehicleCrew, seconds: float) -> Event:
        """Let a crew care for a satellite's patient; yields early when it is called away."""
        crew.arrival = self._clock.wait(seconds)
        return crew.arrival

    def arrives(self, crew: VehicleCrew) -> None:
        """Note that a crew stands at its patient: it can no longer be called off."""
        if crew.trip is not None:
            self.movement.ends_trip(crew, self._clock._now, True)
        crew.arrival, crew.route = None, None

    # free again

    def release(self, crew: VehicleCrew, place: int, patient: int, local_km: float = 0.0) -> None:
        """End a mission at a place: take the next one waiting, or drive to station or post."""
        self._worked(crew, patient)
        crew.place, crew.route, crew.mission = place, None, None
        crew.local_km, crew.local_out_s = local_km, 0.0
        self._is_free(crew)

    def _worked(self, crew: VehicleCrew, patient: int) -> None:
        assert crew.mission is not None
        now = self._clock._now
        self._recorder.did(crew.unit, crew.mission.kind, crew.since_s, now, patient)
        crew.worked_s += now - crew.since_s

    def _is_free(self, crew: VehicleCrew) -> None:
        """Take the next mission that waits; else drive to station or post."""
        if crew.is_available:
            self._list_of(crew).append(crew)
            if self._queue:
                self._serves()
            self._relieves(crew)
        if crew.mission is None:
            self._goes_home(crew)
        self._moves_up()

    def _relieves(self, crew: VehicleCrew) -> None:
        """Let a crew that becomes free take over from one that has farther to a red patient."""
        gain_s = self.rules.red_gains_s
        if gain_s is None or crew.mission is not None or crew.kind != AMBULANCE_KIND:
            return
        for other in self.crews:
            mission = other.mission
            if mission is None or mission.urgency != RED or other.arrival is None:
                continue
            if self.movement.is_near(other):
                continue
            sooner_s, later_s = self.movement.expected_s((crew, other), mission.place, RED)
            if sooner_s + gain_s <= later_s:
                self._calls_off(other)
                self._takes(crew, mission)
                other.mission = None
                self._is_free(other)
                return

    def _goes_home(self, crew: VehicleCrew) -> None:
        """Send a crew without mission to its station."""
        self.movement.drives_to(crew, crew.station, RETURN)
        self._may_receive(crew)

    def _may_receive(self, crew: VehicleCrew) -> None:
        """Tell a crew that staffs a satellite when it is back at its station."""
        receives = crew.receives
        if receives is not None:
            back_in_s = self.movement.back_in_s(crew)
            self._clock.later(back_in_s, lambda _: receives())

    def _list_of(self, crew: VehicleCrew) -> list[VehicleCrew]:
        """Return the free crews of the same kind."""
        if crew.kind == AMBULANCE_KIND:
            return self._free
        return self._free_transport if crew.kind == TRANSPORT_KIND else self._free_neighbours

    def _moves_up(self) -> None:
        """Send free crews to the posts that matter most when so many are free; others go home.

        Who is awaited by a satellite's patients is none of them.
        """
        if not self.rules.posts:
            return
        movable = [crew for crew in self._free if not (crew.at_home or crew.is_awaited)]
        posts = self.rules.posts.get(len(movable), ())
        if not posts and not self._are_posted:
            return
        self._are_posted = bool(posts)
        seconds = [self.movement.seconds_to(movable, post) for post in posts]
        sent = dict(zip(crews_for_posts(seconds), posts, strict=False))
        for position, crew in enumerate(movable):
            if position in sent:
                self.movement.drives_to(crew, sent[position], STAND_BY)
            elif crew.place != crew.station:
                self._goes_home(crew)

    # duty

    def shift(self, crew: VehicleCrew, on_duty: bool, at_home: bool) -> None:
        """Begin, change or end a crew's duty; a mission or a drive home is finished."""
        began = on_duty and not crew.on_duty
        crew.on_duty, crew.at_home = on_duty, at_home
        if not on_duty:
            self._stops(crew)
        elif began:
            self._starts(crew)
        elif crew in self._list_of(crew):
            self._stays(crew)

    def _stays(self, crew: VehicleCrew) -> None:
        """Let a free crew go on with another kind of duty: home duty is at the station."""
        if crew.place != crew.station:
            self.movement.drives_to(crew, crew.station, RETURN)
        self._moves_up()
        self._may_receive(crew)

    def rests(self, crew: VehicleCrew, resting: bool) -> None:
        """Begin or end a crew's rest; a mission in hand is finished first."""
        crew.resting = resting
        if resting:
            self._stops(crew)
        else:
            self._starts(crew)

    def _stops(self, crew: VehicleCrew) -> None:
        free = self._list_of(crew)
        if crew in free:
            free.remove(crew)
            self.movement.drives_to(crew, crew.station, RETURN)
            self._moves_up()

    def _starts(self, crew: VehicleCrew) -> None:
        free = self._list_of(crew)
        if crew.mission is None and crew.is_available and crew not in free:
            free.append(crew)
            if self._queue:
                self._serves()
            self._relieves(crew)
            self._moves_up()
            self._may_receive(crew)

    def finish(self, end_s: float) -> None:
        """Log the drives under way or never looked at again, up to the end of the run."""
        for crew in self.crews:
            if crew.mission is None:
                self.movement.logs_drive(crew, end_s)
            else:
                self.movement.ends_trip(crew, end_s, False)


def _make_crews(plan: Plan) -> list[VehicleCrew]:
    first_unit = plan.first_vehicle
    return [
        VehicleCrew(index, first_unit + index, plan.place_index[crew.station], crew.kind)
        for index, crew in enumerate(plan.organisation.ambulances.values())
    ]
