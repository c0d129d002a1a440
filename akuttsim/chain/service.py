"""The service of one run: control rooms, clinics, doctors, supports and beds, with their queues."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from akuttsim.chain.clock_and_queues import Clock, LimitedPlaces, Pathway, PriorityQueue, Waiting
from akuttsim.chain.crews import Mission, VehicleCrew
from akuttsim.chain.staff_queues import OnCallDoctors, Spot, StaffMember, StaffQueue, Team
from akuttsim.config.schema.control_room import Interpreting
from akuttsim.records import CONFERENCE, NURSE_OUT
from akuttsim.roads.travel import StraightLineTimes
from akuttsim.units import tick


@dataclass(slots=True)
class OverflowRoom:
    """Where a room's callers are offered too: at once if many wait, or after so many seconds."""

    to: ControlRoomState
    after_s: float | None
    queue_longer_than: int | None

    def offer(self, clock: Clock, waiting: Waiting, priority: int, ahead: int) -> None:
        """Offer somebody who has just joined a queue of `ahead` others to the neighbour."""

        def offer() -> None:
            if not (waiting.triggered or self.to.is_down):
                self.to.operators.offer(waiting, priority)

        if self.queue_longer_than is not None and ahead >= self.queue_longer_than:
            offer()
        elif self.after_s is not None:
            clock.later(self.after_s, offer)


class CallerHolding:
    """Operators of one team who wait with a caller for another room's answer.

    Each lets go when somebody waits whom this operator may serve: the caller then waits alone. Two
    rooms must never wait for each other, also where a team answers for several rooms.
    """

    __slots__ = ("_held",)

    def __init__(self) -> None:
        """Begin with nobody who holds a caller."""
        self._held: list[tuple[StaffMember, int]] = []

    def hold(self, operator: StaffMember, patient: int) -> None:
        """Hold a caller, unless somebody waits already."""
        pair = (operator, patient)
        self._held.append(pair)
        if any(queue.waiting for queue in operator.queues if queue.on_growth is not None):
            self._let_go(pair)

    def release(self, operator: StaffMember, patient: int) -> bool:
        """Hold no longer; tell whether the operator was still there."""
        pair = (operator, patient)
        was_present = pair in self._held
        if was_present:
            self._held.remove(pair)
        return was_present

    def let_go_for(self, queue: StaffQueue) -> None:
        """Take those who have held longest, until nobody waits in a queue."""
        for pair in [holder for holder in self._held if queue in holder[0].queues]:
            if queue.waiting:
                self._let_go(pair)

    def _let_go(self, pair: tuple[StaffMember, int]) -> None:
        self._held.remove(pair)
        operator, patient = pair
        operator.finish(CONFERENCE, patient)


@dataclass(slots=True)
class ControlRoomState:
    """A control room: the queue before its operators, and that of missions to dispatch.

    Attributes:
        index: Position among the organisation's control rooms.
        number: The number that it answers: "116117", "113" or "alarm".
        menu_s: Seconds of recorded message before it rings.
        operators: The queue of callers.
        dispatching: The queue of missions to dispatch.
        callback_longer_than: How many may wait before a caller is offered to be rung up; None for
            never.
        doctors: Doctors present in the room.
        other_tasks: The queue of what is done last, beside calls.
        overflow: Where callers are offered too when many wait.
        back_up: The room that answers while this one `is_down`.
        holding: Those of its team who hold a caller for another room.
        interpreting: What is done with callers of another language; None for nothing.
        speaking: By the callers' code for a language, the queue of those who wait for somebody of
            the team who speaks it.
    """

    index: int
    number: str
    menu_s: float
    operators: StaffQueue
    dispatching: StaffQueue
    callback_longer_than: int | None
    doctors: DoctorsOnDuty | None = None
    other_tasks: StaffQueue | None = None
    overflow: OverflowRoom | None = None
    back_up: ControlRoomState | None = None
    is_down: bool = False
    holding: CallerHolding = field(default_factory=CallerHolding)
    interpreting: Interpreting | None = None
    speaking: dict[int, StaffQueue] = field(default_factory=dict)

    def in_service(self) -> ControlRoomState:
        """Return the room that takes this room's calls now."""
        return self.back_up if self.is_down and self.back_up is not None else self

    def go_down(self) -> None:
        """Stop answering; all who wait are offered to the back-up."""
        self.is_down = True
        assert self.back_up is not None
        self.operators.move_all_to(self.back_up.operators)


@dataclass(slots=True)
class AcuteTeamRule:
    """When the doctors of a team go out to red with a nurse (akutteam), and how they come back.

    Attributes:
        nurses: The queue of the clinic's nurses, of whom one goes too; None for the doctor alone.
        nurses_place: Index of the place where these are.
        nurses_stay: How many of those on duty stay behind in any case.
        rides_together: Whether the nurse rides with the doctor.
        alerted: Share of red incidents in reach to which the team is alerted.
        causes: Conditions to which it is, as codes; empty for all red.
        farthest_s: The longest drive in seconds.
        rides_along: Share of those taken to hospital with whom the doctor rides along.
        lift_after_s: Seconds until a doctor who rode along has a lift back.
        closes_clinic: Whether patients are sent elsewhere while no doctor is left.
        nurses_out: How many nurses are out; `teams_out` how many teams.
    """

    nurses: StaffQueue | None
    nurses_place: int
    nurses_stay: int
    rides_together: bool
    alerted: float
    causes: frozenset[int]
    farthest_s: float
    rides_along: float
    lift_after_s: float
    closes_clinic: bool
    nurses_out: int = 0
    teams_out: int = 0

    def take_nurse(self) -> StaffMember | None:
        """Take a nurse who is free and need not stay behind, or None."""
        nurses = self.nurses
        if nurses is None or nurses.on_duty - self.nurses_out <= self.nurses_stay:
            return None
        nurse = nurses.take_free()
        self.nurses_out += nurse is not None
        return nurse

    def release_nurse(self, nurse: StaffMember, patient: int) -> None:
        """Let a nurse be back at the clinic."""
        self.nurses_out -= 1
        nurse.finish(NURSE_OUT, patient)


@dataclass(slots=True)
class TrainingRule:
    """How often doctors in training ask the doctor on call, and who they are.

    Attributes:
        asks: Share of red, yellow and green patients about whom they ask.
        comes: Share of these to whom the doctor on call comes in.
        units: The rows of those in training in the table of units.
    """

    asks: tuple[float, float, float]
    comes: float
    units: frozenset[int]


@dataclass(slots=True)
class DoctorsOnDuty:
    """The doctors of a team, based at a place, and the queue of all who ask for one.

    `are_called_early`: on home duty they are called when a patient is sent, not at the door.
    `index` is the team's position in the organisation; `out` how many have left the clinic.
    """

    queue: StaffQueue
    place: int
    home_visits: bool
    call_outs: bool
    back_up: OnCallDoctors | None
    response_car: bool = False
    are_called_early: bool = False
    index: int = 0
    acute_team: AcuteTeamRule | None = None
    training: TrainingRule | None = None
    out: int = 0

    @property
    def has_closed(self) -> bool:
        """Tell whether nobody is sent there: the acute team is out, and no doctor is left."""
        team = self.acute_team
        if team is None or not (team.closes_clinic and team.teams_out):
            return False
        return self.out >= self.queue.on_duty

    def go_home(self) -> None:
        """Let those on home duty leave a clinic in which nobody is left."""
        for person in self.queue.team.people:
            person.at_home = person.home_duty

    def drive_out(self, doctor: StaffMember) -> None:
        """Note that one of them leaves the clinic."""
        self.out += 1
        if self.back_up is not None:
            self.back_up.note_departure(doctor)

    def come_back(self, doctor: StaffMember) -> None:
        """Note that one of them is back."""
        self.out -= 1
        if self.back_up is not None:
            self.back_up.note_return(doctor)


@dataclass(slots=True)
class NurseCallOutRule:
    """How often and how far a satellite's nurse goes out to red incidents."""

    share: float
    max_drive_s: float


@dataclass(slots=True)
class ResponderGroup:
    """First responders of a place: how much later the ambulance must be expected, and how late."""

    place: int
    max_drive_s: float
    expected_reaction_s: float
    ahead_s: float
    ambulance_later_than_s: float


@dataclass(slots=True)
class SupportUnit:
    """A support (helicopter, boat, single responder) at its base or out.

    Attributes:
        index: Position among the organisation's supports; `unit` the row in the table of units.
        base: Index of the place of its base.
        duty_starts: When its shifts begin, in seconds of the run; `duty_ends` when they end.
        needs_weather: Whether it flies.
        sent: Share of red, yellow and green missions that it is asked for.
        expected_reaction_s: Seconds until it is on the way, as the dispatcher reckons.
        farthest_s: Longest way in seconds that it goes.
        straight: The ways of what flies or sails; None for what drives by road.
        conveys: Share of its patients that it takes along.
        is_out: Whether it is on a mission.
    """

    index: int
    unit: int
    base: int
    duty_starts: Sequence[float]
    duty_ends: Sequence[float]
    needs_weather: bool
    sent: tuple[float, float, float]
    expected_reaction_s: float
    farthest_s: float
    straight: StraightLineTimes | None
    conveys: float
    is_out: bool = False

    def is_on_duty(self, now: float) -> bool:
        """Tell whether it may set out now."""
        shift = bisect_right(self.duty_starts, now) - 1
        return shift >= 0 and now < self.duty_ends[shift]


@dataclass(slots=True)
class EscortUnit:
    """Somebody on call who rides along on long journeys.

    Attributes:
        index: Position among the organisation's escorts.
        unit: Row in the table of units.
        base: Index of the place where the escort waits.
        line: Whom the escort goes with: `LINE_BIRTH` or `LINE_PSYCHIATRY`.
        duty_starts: When each duty begins; `duty_ends` when it ends.
        farthest_s: The longest drive to a patient.
        is_out: Whether the escort is away.
    """

    index: int
    unit: int
    base: int
    line: int
    duty_starts: Sequence[float]
    duty_ends: Sequence[float]
    farthest_s: float
    is_out: bool = False

    def may_be_asked(self, line: int, now: float) -> bool:
        """Tell whether the escort goes with such journeys, is on duty, and is not away."""
        duty = bisect_right(self.duty_starts, now) - 1
        on_duty = duty >= 0 and now < self.duty_ends[duty]
        return on_duty and self.line == line and not self.is_out


@dataclass(slots=True)
class AcuteBedUnit:
    """Municipal acute beds: whose, and which share, by urgency, may lie there.

    `takes` is of those admitted from a clinic, `by_ambulance` of those on their way to hospital.
    """

    index: int
    place: int
    municipalities: frozenset[int]
    takes: tuple[float, float, float]
    by_ambulance: tuple[float, float, float]
    beds: LimitedPlaces


@dataclass(slots=True)
class HomeNursingTeam:
    """Home nursing on duty together: who waits for it, and where its people are.

    Attributes:
        index: Position among the organisation's teams of home nursing.
        place: Index of the place of its base.
        alarms: The queue of alarms, which goes first.
        planned: The queue of planned visits and of the nursing home.
        passes_on_after_s: Seconds that an alarm waits for somebody to set out.
        stops: Where those are who are not at the base, by unit: the home they came to last.
    """

    index: int
    place: int
    alarms: StaffQueue
    planned: StaffQueue
    passes_on_after_s: float
    stops: dict[int, Spot] = field(default_factory=dict)

    def put_back(self, person: StaffMember) -> None:
        """Let somebody stay free who was taken a moment ago, before others who are."""
        person.at_work = False
        person.team.idle.appendleft(person)


@dataclass(slots=True)
class BedNursingRule:
    """How often a nurse looks in on who is observed, for how long, and on how many at most."""

    every_s: float
    look_s: float
    beds_per_nurse: int | None


class StationCrew(Protocol):
    """A crew that receives patients at its station, a satellite: the fleet's `CrewNurse`."""

    @property
    def crew(self) -> VehicleCrew:
        """The crew, which belongs to the fleet."""

    @property
    def patients(self) -> PriorityQueue[Any]:
        """Those who wait for it."""

    def acquire(self, mission: Mission, priority: int) -> Pathway:
        """Take the crew if it is there and free, or wait for it."""


@dataclass(slots=True)
class CareSite:
    """A clinic: a GP office, a legevakt, or a satellite whose doctor is on video.

    Attributes:
        index: Position among the organisation's clinics.
        place: Index of the place where it stands.
        is_satellite: Whether no doctor is on site.
        nurses: The queue for a nurse; None where there are none.
        doctors: The doctors who see its patients.
        takes: The urgencies that are seen there.
        door_triage: Whether a nurse judges everybody who comes in.
        tests: Whether tests are taken there.
        free_beds: Beds left for observation.
        bed_nursing: What those in them need of the nurses, if anything; `in_bed` how many they are.
        books: The urgencies that get a time.
        slot_s: Seconds between the times of one doctor.
        sends_on: Whether patients whom no doctor has seen are sent on at closing time.
        call_out: How the nurse goes out to red incidents; None for never.
        crew: The ambulance crew that staffs a satellite between missions, if one does.
        booked: The times taken, in order, in seconds of the run.
    """

    index: int
    place: int
    is_satellite: bool
    nurses: StaffQueue | None
    doctors: DoctorsOnDuty
    takes: frozenset[int]
    door_triage: bool
    tests: bool
    free_beds: int
    books: frozenset[int]
    slot_s: float
    sends_on: bool
    call_out: NurseCallOutRule | None = None
    crew: StationCrew | None = None
    booked: list[float] = field(default_factory=list)
    bed_nursing: BedNursingRule | None = None
    in_bed: int = 0

    def has_free_bed(self) -> bool:
        """Tell whether a bed is free, and nurses enough for one more in bed."""
        rule = self.bed_nursing
        if rule is None or rule.beds_per_nurse is None or self.nurses is None:
            return self.free_beds > 0
        return self.free_beds > 0 and self.in_bed < rule.beds_per_nurse * self.nurses.on_duty

    def patient_enters(self) -> None:
        """Note a patient inside, for whom the staff will stay."""
        self.doctors.queue.expect_one_more()
        if self.nurses is not None:
            self.nurses.expect_one_more()

    def patient_leaves(self) -> None:
        """Note that a patient has left."""
        self.doctors.queue.expect_one_less()
        if not self.doctors.queue.expected:
            self.doctors.go_home()
        if self.nurses is not None:
            self.nurses.expect_one_less()

    def book_time(self, earliest_s: float, closes_s: float) -> float:
        """Return the first time that is left in the book; if none is before closing, the earliest.

        A doctor takes a patient every `slot_s`.
        """
        interval_s = tick(self.slot_s / max(1, self.doctors.queue.on_duty))
        time_s = earliest_s
        position = bisect_right(self.booked, earliest_s - interval_s)
        while position < len(self.booked) and time_s < closes_s:
            booked_s = self.booked[position]
            if booked_s - time_s >= interval_s:
                break
            time_s = booked_s + interval_s
            position += 1
        if time_s >= closes_s:
            return earliest_s
        self.booked.insert(position, time_s)
        return time_s


@dataclass(slots=True)
class RunService:
    """Everybody who may be asked for help.

    Attributes:
        teams: Staff teams by role and name.
        rooms: Control rooms in the order of the organisation.
        sites: Clinics in the order of the organisation.
        teams_of_doctors: Doctor teams in the order of the organisation.
        serving: By municipality, the clinics that are ever open for it.
        outside: By number, the room that answers for each neighbour district; None for nobody.
        e_consulting: The doctors on screen, if there are any.
        supports: Helicopters, boats and single responders.
        escorts: Who rides along on long journeys.
        responders: Groups of first responders.
        acute_beds: Municipal acute beds.
        doors: Places at the emergency department's door of each hospital that has few, by place.
        alerts_others: Whether anybody but doctor and ambulance is ever alerted.
        has_acute_teams: Whether any doctors go out to red as an acute team.
        home_nursing: Teams of home nursing, in the order of the organisation.
        home_nursing_by_place: Those that visit each place; empty where home nursing is not people.
    """

    teams: dict[tuple[str, str], Team]
    rooms: list[ControlRoomState]
    sites: list[CareSite]
    teams_of_doctors: list[Team]
    serving: list[list[CareSite]]
    outside: dict[str, list[ControlRoomState | None]]
    e_consulting: DoctorsOnDuty | None
    supports: list[SupportUnit]
    escorts: list[EscortUnit]
    responders: list[ResponderGroup]
    acute_beds: list[AcuteBedUnit]
    doors: dict[int, LimitedPlaces]
    alerts_others: bool
    has_acute_teams: bool = False
    home_nursing: list[HomeNursingTeam] = field(default_factory=list)
    home_nursing_by_place: dict[int, list[HomeNursingTeam]] = field(default_factory=dict)

    def answered_by(self, operator: StaffMember, rung: ControlRoomState) -> ControlRoomState:
        """Return the room in which an operator has answered a call that rang in another."""
        if rung.operators in operator.queues:
            return rung
        others = (room for room in self.rooms if room.number == rung.number)
        return next(room for room in others if room.operators in operator.queues)
