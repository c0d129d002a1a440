"""The fleet of a run, and what its organisation's dispatch may do: who goes to whom, and when.

Preparedness: how many people would have a crew in reach if one more were sent. Rendezvous: where a
crew from the hospital's side takes a patient over soonest. Besides these: calling off, neighbours'
crews, stand-by posts. The crew itself is chosen by a rule of `akuttsim.crew_choice`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from akuttsim.chain.clock_and_queues import Clock, Pathway, PriorityQueue, Waiting
from akuttsim.chain.crews import (
    AMBULANCE_KIND,
    TRANSPORT_KIND,
    FreeCrews,
    Mission,
    Movement,
    VehicleCrew,
)
from akuttsim.chain.dispatch_rules import crews_for_posts
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.run_plan import Plan
from akuttsim.config.schema.fleet import Crew, PreparednessLimits
from akuttsim.config.schema.region import place_populations
from akuttsim.crew_choice import (
    CREW_RULES,
    DEFAULT_TIE_ORDER,
    TIE_ORDERS,
    CrewRule,
    TieOrder,
    quickest,
)
from akuttsim.records import (
    GREEN,
    NURSE,
    RED,
    RETURN,
    STAND_BY,
    TRANSPORT,
    YELLOW,
    Condition,
    Mode,
)
from akuttsim.roads.travel import Route
from akuttsim.units import MINUTE_S, tick


class PreparednessRule:
    """The rule that yellow and green wait while too few people would have a crew in reach."""

    def __init__(self, plan: Plan, rule: PreparednessLimits) -> None:
        """Weigh each place by its people; reach is by noon of an ordinary day, with blue light."""
        people = np.array([sum(ages) for ages in place_populations(plan.region).values()])
        self._share_of_people = people / max(people.sum(), 1)
        self._least_share = rule.least_share.value
        self._within_s = rule.within_min.value * MINUTE_S
        self._seconds = plan.travel.seconds["blue"][plan.travel.noon]
        self._longest_s = (
            rule.yellow_waits_at_most_min.value * MINUTE_S,
            rule.green_waits_at_most_min.value * MINUTE_S,
        )
        self._in_reach: dict[int, NDArray[np.bool_]] = {}
        self._kept: dict[frozenset[int], bool] = {}

    def waits_at_most_s(self, urgency: int) -> float:
        """Return how long a mission may be held for the sake of cover, in seconds."""
        return self._longest_s[0 if urgency == YELLOW else 1]

    def is_kept_by(self, places: Iterable[int]) -> bool:
        """Tell whether crews standing at these places have enough people in reach."""
        standing = frozenset(places)
        enough = self._kept.get(standing)
        if enough is None:
            covered = self._covered_share(standing)
            enough = self._kept[standing] = covered >= self._least_share
        return enough

    def _covered_share(self, places: frozenset[int]) -> float:
        """Return the share of people within reach of some places."""
        covered = np.zeros(len(self._share_of_people), dtype=np.bool_)
        for place in places:
            covered |= self._reach(place)
        return float(self._share_of_people @ covered)

    def _reach(self, place: int) -> NDArray[np.bool_]:
        """Return which places a crew at a place reaches in time."""
        if place not in self._in_reach:
            self._in_reach[place] = self._seconds[place] <= self._within_s
        return self._in_reach[place]


def soonest_rendezvous(
    route: Route, others: Iterable[tuple[VehicleCrew, Callable[[int], float]]]
) -> tuple[VehicleCrew, int, float] | None:
    """Return which crew meets the drive, at which place on the way, and when both are there.

    The crew comes from the hospital's side: it could itself be at the hospital before the patient.
    Whoever is there first waits.

    Args:
        route: The drive with the patient aboard.
        others: Free crews, each with the seconds that it needs to a place.

    Returns:
        Crew, place and in how many seconds both are there; None if nobody could be there before the
        patient is at the hospital.
    """
    best: tuple[VehicleCrew, int, float] | None = None
    soonest_s = route.duration_s
    for crew, seconds_to in others:
        if seconds_to(route.places[-1]) >= route.duration_s:
            continue
        for place, ours_s in zip(route.places[1:-1], route.reached_s[1:-1], strict=True):
            if ours_s >= soonest_s:
                break
            both_s = max(ours_s, seconds_to(place))
            if both_s < soonest_s:
                best, soonest_s = (crew, place, both_s), both_s
    return best


@dataclass(frozen=True, slots=True)
class SecondCrewRule:
    """Share and causes (codes; empty for all) of red with a second crew, and within how long.

    `skilled` are the crews of which the second must be, and the first not; None where all may.
    """

    share: float
    causes: frozenset[int]
    within_s: float
    skilled: frozenset[int] | None = None

    def is_sent_after(self, first: VehicleCrew) -> bool:
        """Tell whether the first crew leaves something to be sent a second for."""
        return self.skilled is None or first.index not in self.skilled


def _crews_with(ambulances: Mapping[str, Crew], skill: str | None) -> frozenset[int] | None:
    """Return the positions of the crews that have a skill; None where none is asked for."""
    if skill is None:
        return None
    return frozenset(n for n, crew in enumerate(ambulances.values()) if skill in crew.skills)


class DispatchRules:
    """What the dispatcher may do.

    Attributes:
        choose_crew: The rule by which one of the free crews goes (key `dispatch.rule`).
        tie_order: What free crews are ordered by, so that of those equally near the first goes
            (`dispatch.equally_near`); None where they stand in order of who became free first.
        red_gains_s: How many seconds sooner a crew on its way to somebody less urgent must be for
            red to take it (`dispatch.red_takes_over_min`); None where it is never taken.
        cover: Preparedness that yellow and green wait for (`dispatch.cover`); None where they do
            not.
        neighbours: By crew, how often it is available (0-1) and how much sooner it must be, in
            seconds; of use for neighbours' crews.
        posts: Places where crews wait, by how many are free (`dispatch.stand_by`).
        vehicle_later_s: How much later than an ambulance a transport vehicle may be expected and
            still go before it (`dispatch.transport_later_min`); None for however late.
        half_way_longer_s: Drives to hospital longer than this are met half-way
            (`dispatch.half_way`); None for never.
        half_way_handover_s: How long the handover on the way takes.
        second_crew: To whom a second crew is sent (`dispatch.second_crew`); None for nobody.
        may_call_off: Whether a crew on its way can ever be called off.
    """

    def __init__(self, plan: Plan) -> None:
        """Read the rules of a plan's organisation."""
        organisation = plan.organisation
        rules = organisation.dispatch
        gain_min = rules.red_takes_over_min
        self.choose_crew = CREW_RULES[rules.rule]
        is_usual = rules.equally_near == DEFAULT_TIE_ORDER
        self.tie_order: TieOrder | None = None if is_usual else TIE_ORDERS[rules.equally_near]
        self.red_gains_s = None if gain_min is None else gain_min.value * MINUTE_S
        later_min = rules.transport_later_min
        self.vehicle_later_s = None if later_min is None else later_min.value * MINUTE_S
        self.cover = None if rules.cover is None else PreparednessRule(plan, rules.cover)
        self.posts = {
            level.free: tuple(plan.place_index[place] for place in level.at)
            for level in rules.stand_by
        }
        self.neighbours = [
            (
                crew.available.value if crew.available is not None else 0.0,
                crew.quicker_by_min.value * MINUTE_S if crew.quicker_by_min is not None else 0.0,
            )
            for crew in organisation.ambulances.values()
        ]
        half_way = rules.half_way
        longer_min = None if half_way is None else half_way.longer_than_min.value
        self.half_way_longer_s = None if longer_min is None else longer_min * MINUTE_S
        handover_min = 0.0 if half_way is None else half_way.handover_min.value
        self.half_way_handover_s = tick(handover_min * MINUTE_S)
        second = rules.second_crew
        self.second_crew = (
            None
            if second is None
            else SecondCrewRule(
                second.share.value,
                frozenset(Condition[name.upper()].value for name in second.causes),
                second.within_min.value * MINUTE_S,
                _crews_with(organisation.ambulances, second.skill),
            )
        )
        receive = any(clinic.nurses_of_crew for clinic in organisation.clinics.values())
        others_end_it = bool(organisation.supports) or second is not None
        self.may_call_off = self.red_gains_s is not None or others_end_it or receive


class MissionWaiting(Waiting):
    """A mission's wait for a crew: ends with the crew, or with None when nobody need come."""

    def __init__(self, clock: Clock, mission: Mission) -> None:
        """Make a wait that stands in no queue yet."""
        super().__init__(clock)
        self.mission = mission


class Fleet:
    """All crews: who is free, who is sent, and the queue of missions that wait for one.

    Attributes:
        crews: All crews, in the order of the organisation.
        missions: Missions that wait for a crew, by urgency, then time; transports last.
        rules: What the dispatcher may do.
        movement: Where each crew is, and how soon it can be somewhere.
    """

    def __init__(self, clock: Clock, recorder: Recorder, plan: Plan) -> None:
        """Make the fleet with every crew off duty."""
        self.crews = [
            VehicleCrew(
                index, plan.first_vehicle + index, plan.place_index[crew.station], crew.kind
            )
            for index, crew in enumerate(plan.organisation.ambulances.values())
        ]
        self.rules = DispatchRules(plan)
        self.movement = Movement(clock, recorder, plan)
        self.missions: PriorityQueue[MissionWaiting] = PriorityQueue(clock)
        self._clock = clock
        self._recorder = recorder
        self._free = FreeCrews()
        self._on_way: set[VehicleCrew] = set()
        self._free_transport: list[VehicleCrew] = []
        self._free_neighbours: list[VehicleCrew] = []
        self._are_posted = False

    # who is sent

    def take_crew(self, mission: Mission) -> VehicleCrew | None:
        """Take the crew for a mission: the one expected first of those that may go, or None."""
        crew = self._choose(mission)
        if crew is None:
            return None
        if crew.mission is not None:
            self._call_off(crew)
            return self._assign(crew, mission)
        self._send(crew, mission)
        self._fill_posts()
        return crew

    def take_second_crew(self, mission: Mission) -> VehicleCrew | None:
        """Take one more crew for a patient who has one: free, near enough, and to be spared."""
        rule, cover = self.rules.second_crew, self.rules.cover
        assert rule is not None
        if rule.skilled is None:
            expected_s, crew = self._pick_free(self.rules.choose_crew, mission)
        else:
            able = [each for each in self._free if each.index in rule.skilled]
            expected_s, crew = self._pick(self.rules.choose_crew, able, mission)
        if crew is None or expected_s > rule.within_s:
            return None
        if cover and not cover.is_kept_by(each.place for each in self._free if each is not crew):
            return None
        self._send(crew, mission)
        self._fill_posts()
        return crew

    def _choose(self, mission: Mission) -> VehicleCrew | None:
        """Return the crew to send to a mission now, or None: it waits."""
        if self._free_transport and (mission.kind == TRANSPORT or mission.urgency == GREEN):
            vehicle = self._choose_transport_vehicle(mission)
            if vehicle is not None:
                return vehicle
        expected_s, crew = self._pick_free(self.rules.choose_crew, mission)
        if mission.urgency == RED:
            return self._choose_for_red(mission, expected_s, crew)
        return crew if crew is not None and self._is_to_be_spared(crew, mission) else None

    def _choose_transport_vehicle(self, mission: Mission) -> VehicleCrew | None:
        """Return the free transport vehicle that goes, or None: a free ambulance is so much sooner.

        The ambulance must be one that cover can spare.
        """
        vehicle_s, vehicle = self._pick(self.rules.choose_crew, self._free_transport, mission)
        later_s = self.rules.vehicle_later_s
        if later_s is None:
            return vehicle
        sooner_s, crew = self._pick_free(self.rules.choose_crew, mission)
        is_outrun = crew is not None and sooner_s + later_s < vehicle_s
        return None if is_outrun and crew and self._is_to_be_spared(crew, mission) else vehicle

    def _is_to_be_spared(self, crew: VehicleCrew, mission: Mission) -> bool:
        """Tell whether a free crew may go to somebody not red: the others cover enough people."""
        cover = self.rules.cover
        if cover is None or mission.may_leave_uncovered:
            return True
        return cover.is_kept_by(other.place for other in self._free if other is not crew)

    def _pick_free(self, rule: CrewRule, mission: Mission) -> tuple[float, VehicleCrew | None]:
        """Return the free crew that a rule picks, and in how many seconds it is expected there."""
        if rule is quickest and self.rules.tie_order is None and self.movement.counts_from_road:
            return self.movement.soonest(self._free, mission.place, mission.urgency)
        return self._pick(rule, list(self._free), mission)

    def _pick(
        self, rule: CrewRule, crews: list[VehicleCrew], mission: Mission
    ) -> tuple[float, VehicleCrew | None]:
        """Return the crew that a rule picks, and in how many seconds it is expected there."""
        if not crews:
            return float("inf"), None
        if self.rules.tie_order is not None:
            crews = sorted(crews, key=self.rules.tie_order)
        expected = self.movement.expected_s(crews, mission.place, mission.urgency)
        picked = rule(expected, crews)
        return expected[picked], crews[picked]

    def _choose_for_red(
        self, mission: Mission, expected_s: float, crew: VehicleCrew | None
    ) -> VehicleCrew | None:
        """Return the free crew, one on its way to somebody less urgent, or a neighbour's."""
        if self.rules.may_call_off:
            gain_s, busy = self.rules.red_gains_s, self._less_urgent()
            sooner_s, other = self._pick(quickest, busy, mission)
            if other is not None and sooner_s + (gain_s or 0.0) <= expected_s:
                expected_s, crew = sooner_s, other
        for neighbour in self._free_neighbours:
            available, quicker_s = self.rules.neighbours[neighbour.index]
            if mission.u_neighbour < available:
                sooner_s, _ = self._pick(quickest, [neighbour], mission)
                if sooner_s + quicker_s <= expected_s:
                    expected_s, crew = sooner_s, neighbour
        return crew

    def _less_urgent(self) -> list[VehicleCrew]:
        """Return the crews that red may take: on their way, or with a satellite's patient."""
        on_their_way = self.rules.red_gains_s is not None
        return [
            crew
            for crew in self._under_way()
            if crew.may_be_called_off
            and crew.mission is not None
            and (on_their_way or crew.mission.kind == NURSE)
        ]

    def _under_way(self) -> list[VehicleCrew]:
        """Return the crews whose wait for an arrival may be called off, in their order."""
        return sorted(self._on_way, key=lambda crew: crew.index)

    def soonest_s(self, mission: Mission) -> float:
        """Return in how many seconds an ambulance that is free now is expected, or infinity."""
        return self._pick_free(quickest, mission)[0] + self.movement.local_s(mission)

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
            route, [(other, self.movement.reach(other, mode)) for other in others]
        )

    def send_to_meet(self, crew: VehicleCrew, mission: Mission) -> None:
        """Send a free crew to take over a patient on the way."""
        self._send(crew, mission)
        self.movement.begin_drive_to_meet(crew, mission)
        self._fill_posts()

    # who waits

    def acquire(self, mission: Mission) -> Pathway:
        """Return the crew of a mission, when one may go; None if it is completed before.

        That is a crew which has taken the mission over already, or which may go now, or for which
        the mission waits by urgency.
        """
        return mission.crew or self.take_crew(mission) or (yield self.wait(mission))

    def wait(self, mission: Mission) -> Waiting:
        """Queue a mission; yields the crew that takes it, or None when it is completed."""
        mission.waiting = waiting = MissionWaiting(self._clock, mission)
        self.missions.join(waiting, mission.priority)
        if self.rules.cover is not None and mission.urgency != RED:
            longest_s = self.rules.cover.waits_at_most_s(mission.urgency)
            self._clock.later(longest_s, self._stop_holding, mission)
        return waiting

    def raise_urgency(self, mission: Mission, urgency: int) -> None:
        """Let a mission go before less urgent ones that wait for a crew, as if asked for now."""
        mission.urgency = urgency
        waiting = mission.waiting
        if waiting is None:
            return
        crew = self.take_crew(mission)
        if crew is not None:
            mission.waiting = None
            waiting.end_with(crew)
            return
        assert isinstance(waiting, MissionWaiting)
        [(queue, place)] = waiting.entries
        queue.remove(place)
        waiting.entries.clear()
        self.missions.join(waiting, mission.priority)

    def _stop_holding(self, mission: Mission) -> None:
        """Hold a mission no longer for preparedness: it has waited its longest."""
        mission.may_leave_uncovered = True
        self._serve_those_waiting()
        self._fill_posts()

    def _serve_those_waiting(self) -> None:
        """Give free crews to missions that wait, the most urgent first."""
        for waiting in self.missions:
            if not (self._free or self._free_transport or self._free_neighbours):
                break
            mission = waiting.mission
            crew = self._choose(mission)
            if crew is not None and crew.mission is None:
                self._send(crew, mission)
                mission.waiting = None
                waiting.end_with(crew)

    # called off, and under way

    def complete_mission(self, mission: Mission) -> None:
        """Note that nobody need come any more: a crew on its way turns back."""
        mission.completed = True
        if mission.waiting is not None:
            waiting, mission.waiting = mission.waiting, None
            waiting.cancel()
        elif mission.crew is not None and mission.crew.arrival is not None:
            crew = mission.crew
            self._call_off(crew)
            crew.mission = None
            self._make_available(crew)

    def _call_off(self, crew: VehicleCrew) -> None:
        """Turn a crew on its way: its stretch of mission is logged, and its wait ends."""
        assert crew.arrival is not None and crew.mission is not None
        self._log_work(crew, crew.mission.patient)
        self.movement.end_trip(crew, self._clock._now, False)
        self._clock.call_off(crew.arrival)
        crew.arrival, crew.mission.crew = None, None
        self._on_way.discard(crew)

    def _send(self, crew: VehicleCrew, mission: Mission) -> None:
        """Send a free crew: it is free no longer, and leaves from where it is."""
        self._free_of_kind(crew).remove(crew)
        self.movement.leave(crew)
        self._assign(crew, mission)

    def _assign(self, crew: VehicleCrew, mission: Mission) -> VehicleCrew:
        """Give a mission its crew, which is at work from now on."""
        crew.since_s = self._clock._now
        crew.mission, mission.crew = mission, crew
        return crew

    def begin_drive(self, crew: VehicleCrew, mobilisation_s: float, drive_s: float) -> Event:
        """Send a crew to its patient; yields None there, or False when it is called off."""
        arrival = self._clock.wait(mobilisation_s + drive_s)
        may_turn = self.rules.may_call_off
        assert crew.mission is not None
        self.movement.begin_drive(crew, crew.mission, mobilisation_s, may_turn)
        if may_turn:
            crew.arrival = arrival
            self._on_way.add(crew)
        return arrival

    def keep_at_station(self, crew: VehicleCrew, mission: Mission) -> bool:
        """Keep a free crew at its station for a satellite's patient; tell whether it was there."""
        now = self._clock._now
        if crew not in self._free or crew.at_home or not crew.is_standing(now):
            return False
        if crew.place != crew.station:
            return False
        self._send(crew, mission)
        self._fill_posts()
        return True

    def call_back_from_post(self, crew: VehicleCrew) -> None:
        """Let a free crew leave its post for patients who wait at the satellite that it staffs."""
        if crew in self._free and crew.place != crew.station:
            self._send_home(crew)
            self._fill_posts()

    def care_until(self, crew: VehicleCrew, seconds: float) -> Event:
        """Let a crew care for a satellite's patient; yields early when it is called away."""
        crew.arrival = self._clock.wait(seconds)
        self._on_way.add(crew)
        return crew.arrival

    def note_arrival(self, crew: VehicleCrew) -> None:
        """Note that a crew stands at its patient: it can no longer be called off."""
        if crew.trip is not None:
            self.movement.end_trip(crew, self._clock._now, True)
        crew.arrival, crew.route = None, None
        self._on_way.discard(crew)

    # free again

    def release(self, crew: VehicleCrew, place: int, patient: int, local_km: float = 0.0) -> None:
        """End a mission at a place: take the next one waiting, or drive to station or post."""
        self._log_work(crew, patient)
        crew.place, crew.route, crew.mission = place, None, None
        crew.local_km, crew.local_out_s = local_km, 0.0
        self._make_available(crew)

    def _log_work(self, crew: VehicleCrew, patient: int) -> None:
        """Log what a crew has done for a patient until now."""
        assert crew.mission is not None
        now = self._clock._now
        self._recorder.log_activity(crew.unit, crew.mission.kind, crew.since_s, now, patient)
        crew.worked_s += now - crew.since_s

    def _make_available(self, crew: VehicleCrew) -> None:
        """Take the next mission that waits; else drive to station or post."""
        if crew.is_available:
            self._free_of_kind(crew).append(crew)
            if self.missions.line:
                self._serve_those_waiting()
            self._let_take_over(crew)
        if crew.mission is None:
            self._send_home(crew)
        self._fill_posts()

    def _let_take_over(self, crew: VehicleCrew) -> None:
        """Let a crew that becomes free take over from one that has farther to a red patient."""
        gain_s = self.rules.red_gains_s
        if gain_s is None or crew.mission is not None or crew.kind != AMBULANCE_KIND:
            return
        for other in self._under_way():
            mission = other.mission
            if mission is None or mission.urgency != RED or other.arrival is None:
                continue
            if mission.completed:
                continue
            if self.movement.is_near(other):
                continue
            sooner_s, later_s = self.movement.expected_s((crew, other), mission.place, RED)
            if sooner_s + gain_s <= later_s:
                self._call_off(other)
                self._send(crew, mission)
                other.mission = None
                self._make_available(other)
                return

    def _send_home(self, crew: VehicleCrew) -> None:
        """Send a crew without mission to its station."""
        self._drive(crew, crew.station, RETURN)
        self._receive_when_back(crew)

    def _drive(self, crew: VehicleCrew, place: int, kind: int) -> None:
        """Set a crew without mission on its way to a place."""
        self.movement.drive_to(crew, place, kind)
        self._free.note_drive(crew)

    def _receive_when_back(self, crew: VehicleCrew) -> None:
        """Tell a crew that staffs a satellite when it is back at its station."""
        receives = crew.on_back_at_station
        if receives is not None:
            back_in_s = self.movement.back_in_s(crew)
            self._clock.later(back_in_s, receives)

    def _free_of_kind(self, crew: VehicleCrew) -> FreeCrews | list[VehicleCrew]:
        """Return the free crews of the same kind."""
        if crew.kind == AMBULANCE_KIND:
            return self._free
        return self._free_transport if crew.kind == TRANSPORT_KIND else self._free_neighbours

    def _fill_posts(self) -> None:
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
                self._drive(crew, sent[position], STAND_BY)
            elif crew.place != crew.station:
                self._send_home(crew)

    # duty

    def change_duty(self, crew: VehicleCrew, on_duty: bool, at_home: bool) -> None:
        """Begin, change or end a crew's duty; a mission or a drive home is finished."""
        began = on_duty and not crew.on_duty
        crew.on_duty, crew.at_home = on_duty, at_home
        if not on_duty:
            self._take_off_duty(crew)
        elif began:
            self._put_on_duty(crew)
        elif crew in self._free_of_kind(crew):
            self._change_kind_of_duty(crew)

    def _change_kind_of_duty(self, crew: VehicleCrew) -> None:
        """Let a free crew go on with another kind of duty: home duty is at the station."""
        if crew.place != crew.station:
            self._drive(crew, crew.station, RETURN)
        self._fill_posts()
        self._receive_when_back(crew)

    def set_rest(self, crew: VehicleCrew, resting: bool) -> None:
        """Begin or end a crew's rest; a mission in hand is finished first."""
        crew.resting = resting
        if resting:
            self._take_off_duty(crew)
        else:
            self._put_on_duty(crew)

    def _take_off_duty(self, crew: VehicleCrew) -> None:
        """Let a free crew go off duty, and home; one on a mission is not free before its end."""
        free = self._free_of_kind(crew)
        if crew in free:
            free.remove(crew)
            self._drive(crew, crew.station, RETURN)
            self._fill_posts()

    def _put_on_duty(self, crew: VehicleCrew) -> None:
        """Let a crew come on duty: it takes who waits, takes over for red, or goes to a post."""
        free = self._free_of_kind(crew)
        if crew.mission is None and crew.is_available and crew not in free:
            free.append(crew)
            if self.missions.line:
                self._serve_those_waiting()
            self._let_take_over(crew)
            self._fill_posts()
            self._receive_when_back(crew)

    def finish(self, end_s: float) -> None:
        """Log the drives under way or never looked at again, up to the end of the run."""
        for crew in self.crews:
            if crew.mission is None:
                self.movement.log_drive(crew, end_s)
            else:
                self.movement.end_trip(crew, end_s, False)


class CrewNurse:
    """A crew that receives patients at its own station, when it is there and free.

    While some wait it stands at no post.

    Attributes:
        crew: The crew, which belongs to the fleet.
        patients: Those who wait for it at the satellite, by urgency, then time.
    """

    __slots__ = ("_fleet", "crew", "patients")

    def __init__(self, clock: Clock, fleet: Fleet, crew: VehicleCrew) -> None:
        """Let a crew of the fleet receive; it is told whenever it is back at its station."""
        self.crew = crew
        self.patients: PriorityQueue[MissionWaiting] = PriorityQueue(clock)
        self._fleet = fleet
        crew.on_back_at_station = self.receive_next

    def acquire(self, mission: Mission, priority: int) -> Pathway:
        """Take the crew if it is there and free, or wait for it; from a post it comes back."""
        if not self._fleet.keep_at_station(self.crew, mission):
            waiting = MissionWaiting(self.patients.clock, mission)
            self.patients.join(waiting, priority)
            self.crew.is_awaited = True
            self._fleet.call_back_from_post(self.crew)
            yield waiting

    def receive_next(self) -> None:
        """Take the next who waits, if the crew is there and free."""
        line = self.patients.line
        if line and self._fleet.keep_at_station(self.crew, line[0][2].mission):
            line[0][2].end_with(self.crew)
            self.crew.is_awaited = bool(line)
