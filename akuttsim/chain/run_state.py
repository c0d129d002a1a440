"""The state of one run that the pathways share; work that red interrupts; a doctor's drive to red.

A doctor whom red takes from work in hand goes on with it afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from math import inf, nan
from typing import NamedTuple

from simpy.events import Event

from akuttsim.chain.clock_and_queues import Clock, Pathway, Waiting
from akuttsim.chain.crews import Mission, VehicleCrew
from akuttsim.chain.dispatch_rules import call_out_odds, least_grave_work
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.patient_view import PatientView
from akuttsim.chain.recorder import MODE_CODES, Departure, Recorder
from akuttsim.chain.run_plan import Openings, Plan
from akuttsim.chain.service import CareSite, ControlRoomState, DoctorsOnDuty, RunService
from akuttsim.chain.staff_queues import InterruptibleWork, Spot, StaffMember, StaffQueue
from akuttsim.config.schema.values import URGENCIES
from akuttsim.records import (
    AS_PASSENGER,
    BY_CAR,
    CONSULTATION,
    GREEN,
    RED,
    RESULT,
    TO_PATIENT,
    TO_STATION,
    WAY_IN,
    WITH_PATIENT,
    Mode,
)
from akuttsim.roads.travel import Route
from akuttsim.units import DAY_S, HOUR_S, tick


class Way(NamedTuple):
    """A way from place to place, chosen at a time: how, by which condition of the roads, how long.

    `mode` is a position in `TRIP_MODES`; `condition` is -1 off the roads. The first `origin_s` and
    the last `destination_s` of all `seconds` are about a place, from or to a patient's door.
    """

    start: int
    end: int
    mode: int
    condition: int
    seconds: float
    origin_s: float = 0.0
    destination_s: float = 0.0
    origin_km: float = 0.0
    destination_km: float = 0.0

    @property
    def back(self) -> Way:
        """Return the same way back, which takes as long."""
        start, end, mode, condition, seconds, *(origin_s, end_s), origin_km, end_km = self
        return Way(end, start, mode, condition, seconds, end_s, origin_s, end_km, origin_km)


as_way: Callable[[tuple[float, ...]], Way] = partial(tuple.__new__, Way)
"""Makes a way of all its columns, at a third of what naming them costs."""


class TeamWithPatient:
    """What an acute team at a patient waits for: the ambulance's crew, its departure, hand-over.

    Attributes:
        crew_is_there: Whether the crew has come, or nobody need come any more.
        rider: Unit of the doctor who rides in the ambulance; -1 for nobody.
    """

    __slots__ = ("_clock", "_departure", "_for_crew", "_handover", "crew_is_there", "rider")

    def __init__(self, clock: Clock) -> None:
        """Begin with a team that is on its way."""
        self._clock = clock
        self._for_crew: list[Waiting] = []
        self._departure: Waiting | None = None
        self._handover: Waiting | None = None
        self.crew_is_there = False
        self.rider = -1

    def wait_for_crew(self) -> Waiting:
        """Return a wait until a crew has come, or the patient is taken away without."""
        self._for_crew.append(Waiting(self._clock))
        return self._for_crew[-1]

    def wait_to_ride_along(self, doctor: int) -> Waiting:
        """Return a doctor's wait until the patient leaves: True with the crew, else False."""
        self.rider, self._departure = doctor, Waiting(self._clock)
        return self._departure

    def wait_for_handover(self) -> Waiting:
        """Return the rider's wait until the patient is handed over: the hospital's place."""
        self._handover = Waiting(self._clock)
        return self._handover

    def note_crew(self) -> None:
        """Note that a crew stands at the patient, or that nobody need come any more."""
        self.crew_is_there = True
        for wait in self._for_crew:
            wait.end_with(True)
        self._for_crew.clear()

    def note_departure(self, by_ambulance: bool) -> None:
        """Note that the patient leaves the scene, or stays at home; nobody waits for a crew."""
        self.note_crew()
        if not by_ambulance:
            self.rider = -1
        if self._departure is not None:
            self._departure.end_with(by_ambulance)
            self._departure = None

    def note_handover(self, hospital: int) -> None:
        """Note that the patient is handed over: who rode along is free there."""
        self.rider = -1
        if self._handover is not None:
            self._handover.end_with(hospital)
            self._handover = None


class Call:
    """What is known of a caller: who answers, where, and how urgent it is judged to be.

    `place` is where help is needed, `local_km` by road from there to the patient's door; `urgency`
    is as judged, never the truth; `room` is where the call was answered last, and `ring` what was
    logged of it; `picking_up_s` is left until the operator who was found has picked up;
    `doctor_called_s` when a doctor at home was told; `team` is an acute team that is out to the
    patient; `patient` is the row in the tables, by which durations are looked up as they come to
    pass.
    """

    room: ControlRoomState | None = None
    ring: list[float]
    picking_up_s = 0.0
    doctor_called_s = nan
    team: TeamWithPatient | None = None

    def __init__(self, patient: int, patients: PatientView) -> None:
        """Make the call of a patient as first heard."""
        self.patient = patient
        self.line = patients.line[patient]
        self.place = patients.place[patient]
        self.local_km = patients.local_km[patient]
        self.municipality = patients.municipality[patient]
        self.priority = patients.priority[patient]
        self.urgency = patients.judged[patient]

    def move_to(self, place: int) -> None:
        """Note that the patient is at a place now, and no longer at home."""
        self.place, self.local_km = place, 0.0


class Run:
    """One run: its clock, patients, service, fleet, recorder; the journey of who asks again.

    With `calls_alone` nobody is followed to care: what comes after the phone is left out.
    """

    __slots__ = (
        "_condition_of_hour",
        "_seconds_to",
        "_sites_by",
        "answering_113",
        "answering_116117",
        "answering_alarms",
        "calls_alone",
        "clock",
        "comes_in_s",
        "contact_again",
        "ends_in_training",
        "fleet",
        "going_odds",
        "hospitals",
        "left_for_red",
        "openings",
        "optional",
        "patients",
        "plan",
        "recorder",
        "service",
        "wait",
    )

    def __init__(
        self, plan: Plan, clock: Clock, patients: PatientView, recorder: Recorder,
        service: RunService, fleet: Fleet,
    ) -> None:  # fmt: skip
        """Gather the parts of a run."""
        self.plan = plan
        self.clock = clock
        self.wait = clock.wait
        self.patients = patients
        self.optional = patients.optional
        self.recorder = recorder
        self.service = service
        self.fleet = fleet
        self.openings = plan.openings
        self.answering_116117 = plan.answering["116117"]
        self.answering_113 = plan.answering["113"]
        self.answering_alarms = plan.answering["alarm"]
        self._condition_of_hour = plan.condition_of_hour
        self._seconds_to = plan.travel.to
        self._sites_by: dict[tuple[int, int, int], list[tuple[float, int, CareSite]]] = {}
        call_outs = plan.organisation.call_outs
        self.going_odds = call_out_odds(call_outs)
        self.left_for_red = frozenset(
            URGENCIES.index(urgency) for urgency in call_outs.leaves_for_red
        )
        self.contact_again: Callable[[Run, Call], Pathway]
        self.ends_in_training: Callable[[Run, Call, DoctorsOnDuty, StaffMember], Pathway]
        self.calls_alone = False
        teams = zip(service.teams_of_doctors, self.optional.comes_in_s, strict=True)
        self.comes_in_s = {team: column for team, column in teams if column}
        self.hospitals = [
            plan.place_index[urgency.place] for urgency in plan.region.hospitals.values()
        ]

    def room_for(self, call: Call, answering: Openings) -> ControlRoomState:
        """Return the control room that should answer a caller of the region now."""
        always = answering.always
        if always is not None:
            return self.service.rooms[always[call.municipality][0]]
        return self.service.rooms[answering.at(self.clock._now, call.municipality)[0]]

    def room_113(self, call: Call) -> ControlRoomState:
        """Return the AMK-sentral that should answer a caller, or a neighbour district's caller."""
        if call.municipality >= 0:
            return self.room_for(call, self.answering_113)
        room = self.room_outside(call, "113")
        assert room is not None, "neighbours whom nobody answers do not call"
        return room

    def room_116117(self, call: Call) -> ControlRoomState:
        """Return the legevaktsentral that should answer a caller now, or a neighbour's caller."""
        if call.municipality >= 0:
            return self.room_for(call, self.answering_116117)
        room = self.room_outside(call, "116117")
        assert room is not None, "neighbours whom nobody answers do not call"
        return room

    def room_outside(self, call: Call, number: str) -> ControlRoomState | None:
        """Return the room that answers a number for a neighbour district's caller, if any."""
        return self.service.outside[number][self.patients.outside[call.patient]]

    def answers_herself(self, operator: StaffMember, room: ControlRoomState) -> bool:
        """Tell whether an operator may go on with a call that belongs to a room."""
        return room.in_service().operators in operator.queues

    def wait_while_speaking(self, call: Call, seconds: float) -> Event:
        """Wait until the operator has picked up, if that is still to come, and both have spoken."""
        if call.picking_up_s:
            seconds += call.picking_up_s
            call.picking_up_s = 0.0
        return self.wait(seconds)

    def drive_s(self, start: int, end: int, mode: Mode = "car") -> float:
        """Return the seconds of a drive that begins now."""
        condition = self._condition_of_hour[int(self.clock._now // HOUR_S)]
        return self._seconds_to(mode, condition, end)[start]

    def tell_doctor_at_home(self, call: Call, doctors: DoctorsOnDuty) -> None:
        """Tell a doctor on home duty of a patient who is sent, where that is done beforehand."""
        if doctors.are_called_early:
            call.doctor_called_s = self.clock._now

    def note_doctor(self, call: Call) -> None:
        """Note that the doctor has come; only the first since being asked for counts."""
        requested_s, doctor_s = self.recorder.doctor_asked_s, self.recorder.doctor_s
        if not doctor_s[call.patient] >= requested_s[call.patient]:
            doctor_s[call.patient] = self.clock._now

    def condition(self) -> int:
        """Return the condition of the roads now."""
        return self._condition_of_hour[int(self.clock._now // HOUR_S)]

    def way(
        self, start: int, end: int, mode: Mode = "car", origin_km: float = 0.0, end_km: float = 0.0
    ) -> Way:
        """Return the way between two places by road, for one who sets out now.

        With so many kilometres about its origin and its end, from or to a patient's door.
        """
        condition = self._condition_of_hour[int(self.clock._now // HOUR_S)]
        seconds_to = self._seconds_to
        seconds = seconds_to(mode, condition, end)[start]
        if not (origin_km or end_km):
            return as_way((start, end, MODE_CODES[mode], condition, seconds, 0.0, 0.0, 0.0, 0.0))
        local_s = self.fleet.movement.local_roads.seconds
        origin_s = local_s(origin_km, mode, condition) if origin_km else 0.0
        end_s = local_s(end_km, mode, condition) if end_km else 0.0
        seconds += origin_s + end_s
        code = MODE_CODES[mode]
        return as_way((start, end, code, condition, seconds, origin_s, end_s, origin_km, end_km))

    def way_to(self, call: Call, start: int, mode: Mode = "car") -> Way:
        """Return the way by road from a place to where the patient is."""
        return self.way(start, call.place, mode, 0.0, call.local_km)

    def way_from(self, call: Call, end: int, mode: Mode = "car") -> Way:
        """Return the way by road from where the patient is to a place."""
        return self.way(call.place, end, mode, call.local_km)

    def local_s(self, km: float) -> float:
        """Return how long an ordinary drive of so many kilometres about a place takes now."""
        if not km:
            return 0.0
        return self.fleet.movement.local_roads.seconds(km, "car", self.condition())

    def begin_trip(
        self, way: Way, kind: int, unit: int, patient: int, after_s: float = 0.0
    ) -> tuple[Departure, float]:
        """Return the trip of somebody who sets out, now or so much later, and when it is over."""
        trip, over_s = self._trip(way, kind, unit, patient, after_s)
        return Departure._make(trip), over_s

    def _trip(
        self, way: Way, kind: int, unit: int, patient: int, after_s: float
    ) -> tuple[tuple[float, ...], float]:
        """Return the columns of a departure, and when the trip is over."""
        start, end, mode, condition, seconds, origin_s, end_s, origin_km, end_km = way
        leaves_s = self.clock._now + after_s
        over_s = leaves_s + seconds
        trip = (
            unit, kind, patient, start, start, 0.0, end, mode, condition, leaves_s,
            leaves_s + origin_s, over_s - end_s, origin_km, end_km,
        )  # fmt: skip
        return trip, over_s

    def record_drive(
        self, way: Way, kind: int, unit: int, patient: int, after_s: float = 0.0
    ) -> float:
        """Record that somebody sets out, now or so much later, whom nobody can call off.

        Returns how long the way takes.
        """
        trip, over_s = self._trip(way, kind, unit, patient, after_s)
        self.recorder.log_trip(trip, over_s, True)
        return way.seconds

    def clinic_for(self, call: Call, leaves_in_s: float, with_doctor: bool) -> CareSite:
        """Return where a patient should go: the nearest clinic that is open on arrival.

        If all are closed by then or not open yet, it is the one that opens first after arrival.
        """
        leaves_s, serves = self.clock._now + leaves_in_s, call.municipality
        local_s, closed = self.local_s(call.local_km), []
        for drive_s, index, site in self._sites_by_drive(call.place, serves):
            if call.urgency in site.takes and not (with_doctor and site.is_satellite):
                arrives_s = leaves_s + (drive_s + local_s)
                if index in self.openings.at(arrives_s, serves) and not site.doctors.has_closed:
                    return site
                closed.append((arrives_s, drive_s, index))
        opens_s = self.openings.opens_s
        first = min((opens_s(at, serves, index), drive_s, index) for at, drive_s, index in closed)
        return self.service.sites[first[2]]

    def _sites_by_drive(self, place: int, municipality: int) -> list[tuple[float, int, CareSite]]:
        """Return a municipality's clinics, nearest first by the drive from a place now.

        Each with the seconds of the drive and its position; of equally near ones the first comes
        first. Kept from patient to patient.
        """
        condition = self._condition_of_hour[int(self.clock._now // HOUR_S)]
        known = self._sites_by.get((place, municipality, condition))
        if known is None:
            to = self._seconds_to
            known = self._sites_by[place, municipality, condition] = sorted(
                (to("car", condition, site.place)[place], site.index, site)
                for site in self.service.serving[municipality]
            )
        return known

    def is_open_for(self, call: Call) -> bool:
        """Tell whether a clinic with a doctor is open for the caller's municipality now."""
        open_now = self.openings.at(self.clock._now, call.municipality)
        return any(not self.service.sites[index].is_satellite for index in open_now)

    def duty_clinic(self, call: Call) -> CareSite:
        """Return the nearest clinic with a doctor open for the caller's municipality now."""
        sites = self.service.sites
        open_now = self.openings.at(self.clock._now, call.municipality)
        staffed = [sites[index] for index in open_now if not sites[index].is_satellite]
        if len(staffed) == 1:
            return staffed[0]
        return min(staffed, key=lambda site: self.drive_s(call.place, site.place))

    def doctors_for(self, call: Call) -> DoctorsOnDuty:
        """Return the doctors on duty for the caller's municipality now."""
        return self.duty_clinic(call).doctors

    def doctors_on_phone(self, call: Call) -> DoctorsOnDuty:
        """Return who speaks with a caller: the doctor in the control room, or the one on duty."""
        in_room = call.room.doctors if call.room is not None else None
        if in_room is not None and in_room.queue.on_duty:
            return in_room
        return self.doctors_for(call)

    def hospital_for(self, place: int) -> int:
        """Return the place of the hospital with the shortest drive."""
        return min(self.hospitals, key=lambda hospital: self.drive_s(place, hospital))

    def hospital_of(self, call: Call) -> int:
        """Return the place of the hospital that a patient is taken to: the nearest, unless told."""
        told = self.patients.transport_to[call.patient]
        return told if told >= 0 else self.hospital_for(call.place)

    def drive_with_patient(self, call: Call, way: Way, unit: int) -> float:
        """Record that a crew sets out with a patient, and who rides along; return how long."""
        if call.team is not None and call.team.rider >= 0:
            ride = way._replace(mode=AS_PASSENGER)
            self.record_drive(ride, WITH_PATIENT, call.team.rider, call.patient)
        return self.record_drive(way, WITH_PATIENT, unit, call.patient)

    def close_course(self, call: Call, outcome: int) -> None:
        """Close a patient's course."""
        self.recorder.outcome[call.patient] = outcome
        self.recorder.ended_s[call.patient] = self.clock._now

    def note_departure(self, call: Call, mission: Mission, to_hospital: bool) -> None:
        """Note that a patient leaves the scene, or stays at home: others need not come any more.

        A doctor on the way turns, where that is done; one at the patient may ride along with the
        crew to hospital.
        """
        if call.team is not None:
            call.team.note_departure(to_hospital)
        if mission.second is not None:
            self.fleet.complete_mission(mission.second)
        if mission.doctor_on_way is not None:
            wait, mission.doctor_on_way = mission.doctor_on_way, None
            self.clock.call_off(wait)

    def send_home(self, call: Call, outcome: int, worsens_s: float) -> None:
        """Close the course of somebody sent home; who gets worse before the run ends asks again."""
        if self.will_get_worse(worsens_s):
            self.schedule_second_contact(call, worsens_s)
        else:
            self.close_course(call, outcome)

    def will_get_worse(self, worsens_s: float, before_s: float = inf) -> bool:
        """Tell whether somebody gets worse within so many seconds, while people still ring."""
        if not 0 < worsens_s < before_s:
            return False
        return worsens_s < self.plan.days * DAY_S - self.clock._now

    def schedule_second_contact(self, call: Call, worsens_s: float) -> None:
        """Let somebody ask again after so many seconds, who gave up waiting or was sent home."""
        journey = self.contact_again
        self.clock.later(worsens_s, lambda: self.clock.start(journey(self, call)))

    def until_worse_s(self, call: Call) -> float | None:
        """Return in how many seconds somebody gets worse who still waits then; None for never.

        As for those sent home, nobody does after the last caller of the run.
        """
        at_s = self.patients.worse_at_s[call.patient]
        if at_s >= self.plan.days * DAY_S:
            return None
        return max(at_s - self.clock._now, 0.0)

    def note_worse(self, call: Call) -> None:
        """Record that somebody has got worse who waits, and will not once more."""
        self.recorder.worse_waiting_s[call.patient] = self.clock._now
        self.patients.worse_at_s[call.patient] = inf

    def find_out_worse(self, call: Call) -> None:
        """Raise the urgency of somebody who has got worse by a level, if it is found out."""
        self.note_worse(call)
        assert self.patients.second_contact is not None
        call.urgency = self.patients.second_contact.judged(call.patient, call.urgency)
        if call.urgency == RED:
            self.note_recognised_red(call)

    def ring_again_worse(self, call: Call) -> None:
        """Let somebody at home who has got worse ring again: the first wait is given up."""
        self.note_worse(call)
        self.clock.start(self.contact_again(self, call))

    def note_recognised_red(self, call: Call) -> None:
        """Note that somebody takes the patient for red; only the first time counts."""
        recognised_s = self.recorder.recognised_s
        if recognised_s[call.patient] != recognised_s[call.patient]:
            recognised_s[call.patient] = self.clock._now

    def mission_to(self, call: Call) -> Mission:
        """Return the mission to a patient as the dispatcher sees it."""
        u_neighbour = self.optional.u_neighbour[call.patient]
        mission = Mission(call.patient, call.place, call.urgency, u_neighbour)
        mission.local_km = call.local_km
        return mission

    def note_first_help(self, call: Call) -> None:
        """Note that somebody stands at the patient; only the first counts."""
        first_help_s = self.recorder.first_help_s
        if first_help_s[call.patient] != first_help_s[call.patient]:
            first_help_s[call.patient] = self.clock._now

    def release_crew(self, crew: VehicleCrew, at: int, patient: int, local_km: float = 0.0) -> None:
        """Let a crew report free; the first time is the patient's in the record.

        Args:
            crew: Who is free from now.
            at: The place where it stands.
            patient: Whom it has been with.
            local_km: How far by road from the place it stands, if it is at the patient's door.
        """
        free_s = self.recorder.free_s
        if free_s[patient] != free_s[patient]:
            free_s[patient] = self.clock._now
        self.fleet.release(crew, at, patient, local_km)

    def send_crew(self, crew: VehicleCrew) -> tuple[float, Event]:
        """Send a crew to its patient; return how long it mobilises, and the wait for its arrival.

        The wait yields None there, or False when the crew is called off.
        """
        mission, patients = crew.mission, self.patients
        assert mission is not None
        patient = mission.patient
        mobilisation_s = self.fleet.movement.mobilisation_s(
            crew, patients.station_s[patient], patients.night_extra_s[patient],
            patients.home_extra_s[patient],
        )  # fmt: skip
        movement = self.fleet.movement
        drive_s = movement.drive_s(crew, mission.place, mission.urgency)
        drive_s += movement.local_s(mission)
        return mobilisation_s, self.fleet.begin_drive(crew, mobilisation_s, drive_s)


NOBODY_WAITS = GREEN + 1
"""The urgency of a drive home: less than that of any patient."""

AT_THE_CLINIC = (CONSULTATION, RESULT)
"""Work that a doctor on home duty must come in for."""

Trip = tuple[Departure, float]
"""A trip and when it is over."""

TakenDoctor = tuple[StaffMember, InterruptibleWork | None]
"""A doctor who goes out, and the work that is left for it; None for who was free."""


def interruptible_work(
    run: Run, kind: int, call: Call, place: Spot | None = None
) -> InterruptibleWork | None:
    """Return work for a patient, or None if a doctor never leaves somebody of this urgency."""
    if call.urgency not in run.left_for_red:
        return None
    return InterruptibleWork(kind, call.patient, call.urgency, place)


def interruptible_drive_home(run: Run, kind: int, call: Call) -> InterruptibleWork | None:
    """Return the drive home from a patient, or None if no doctor is ever taken from work."""
    return InterruptibleWork(kind, call.patient, NOBODY_WAITS) if run.left_for_red else None


def work_on(
    run: Run, doctor: StaffMember, task: InterruptibleWork | None, seconds: float
) -> Pathway:
    """Work for so many seconds; return None when done, or how many are left if called away.

    Where nobody is ever called away, and where nobody is, this is one wait.
    """
    wait = run.wait(seconds)
    if task is None:
        yield wait
        return None
    task.wait, task.ends_s, doctor.task = wait, run.clock._now + seconds, task
    called_off = yield wait
    if called_off is False:
        return task.ends_s - run.clock._now
    doctor.task = None
    return None


def make_trip(run: Run, doctor: StaffMember, task: InterruptibleWork | None, trip: Trip) -> Pathway:
    """Make a trip; return whether it came to its end, or the doctor was called away."""
    departure, over_s = trip
    if task is not None:
        task.trip = departure
    remaining_s = yield from work_on(run, doctor, task, over_s - run.clock._now)
    log_trip_end(run, departure, remaining_s is None)
    return remaining_s is None


def log_trip_end(run: Run, departure: Departure, completed: bool, passenger: int = -1) -> None:
    """Log a trip, and a passenger's, as ended or cut short now; if wheels never rolled, none."""
    now = run.clock._now
    if completed or now > departure.departed_s:
        trip = departure if completed else departure.cut_at(now, _local_end_s(run, departure))
        run.recorder.log_trip(trip, now, completed)
        if passenger >= 0:
            rides = trip._replace(unit=passenger, mode=AS_PASSENGER)
            run.recorder.log_trip(rides, now, completed)


def _local_end_s(run: Run, trip: Departure) -> float:
    """Return how long the kilometres about a trip's destination take."""
    local_roads = run.fleet.movement.local_roads
    return local_roads.seconds(trip.destination_km, MODE_OF_CODE[trip.mode], trip.condition)


def attend_patient(
    run: Run, call: Call, queue: StaffQueue, doctor: StaffMember, work: tuple[int, float]
) -> Pathway:
    """Work of a kind for so many seconds, in pieces if doctors are called away; return the last.

    At the clinic the patient has met a doctor when the first one is there: after one was called
    away on the way in, that is a colleague.
    """
    kind, remaining_s = work
    while True:
        is_present = True
        if doctor.at_home and kind in AT_THE_CLINIC:
            is_present = yield from come_in_from_home(run, call, doctor)
        if is_present:
            if kind in AT_THE_CLINIC:
                run.note_doctor(call)
                run.note_recognised_red(call)
            rest_s = yield from work_on(
                run, doctor, interruptible_work(run, kind, call), remaining_s
            )
            if rest_s is None:
                return doctor
            remaining_s = rest_s
        doctor = yield from wait_for_next_doctor(run, call, queue)


def come_in_from_home(run: Run, call: Call, doctor: StaffMember) -> Pathway:
    """Let a doctor on home duty come in to a patient; return whether, or called away to red.

    The doctor was told of the patient some time ago, and may be there already.
    """
    patient, now = call.patient, run.clock._now
    comes_in_s = run.comes_in_s[doctor.team][patient]
    remaining_s = max(0.0, call.doctor_called_s + comes_in_s - now)
    if comes_in_s:
        away_s = None
        if remaining_s:
            away_s = yield from work_on(
                run, doctor, interruptible_work(run, WAY_IN, call), remaining_s
            )
        if away_s is not None:
            call.doctor_called_s = run.clock._now
            return False
        doctor.switch_work(WAY_IN, patient)
    doctor.at_home = False
    return True


def wait_for_next_doctor(run: Run, call: Call, queue: StaffQueue) -> Pathway:
    """Wait for whoever is free first to go on with interrupted work; before others as grave."""
    since_s, waited_s = run.clock._now, run.recorder.interrupted_s
    doctor = yield from queue.acquire(call.urgency, resumes=True)
    before_s = waited_s[call.patient]
    waited_s[call.patient] = run.clock._now - since_s + (0.0 if before_s != before_s else before_s)
    return doctor


def call_doctor_away(
    run: Run, doctors: DoctorsOnDuty
) -> tuple[StaffMember, InterruptibleWork] | None:
    """Take a doctor on duty from the least grave work in hand, if any may be left.

    The piece that is done is logged.
    """
    people = [person for person in doctors.queue.team.people if person.task and person.on_duty]
    tasks = [(person.task.urgency, person.task.ends_s) for person in people if person.task]
    chosen = least_grave_work(tasks, run.clock._now)
    if chosen is None:
        return None
    doctor = people[chosen]
    task, doctor.task = doctor.task, None
    assert task is not None and task.wait is not None
    run.clock.call_off(task.wait)
    doctor.switch_work(task.kind, task.patient)
    if task.urgency != NOBODY_WAITS:
        run.recorder.interrupted[task.patient] += 1
    return doctor, task


def doctor_driving_mode(doctors: DoctorsOnDuty) -> Mode:
    """Return how the doctors of a team drive out: with blue light in a response vehicle."""
    return "blue" if doctors.response_car else "car"


def take_doctor_for_call_out(run: Run, doctors: DoctorsOnDuty) -> TakenDoctor | None:
    """Take a doctor who is free, or one whose work may be left for red.

    Args:
        run: The run.
        doctors: The team that was alerted.

    Returns:
        The doctor, and the work that is left (None for who was free); None where nobody may go.
    """
    doctor = doctors.queue.take_free()
    return call_doctor_away(run, doctors) if doctor is None else (doctor, None)


def set_out(
    run: Run,
    call: Call,
    doctors: DoctorsOnDuty,
    taken: TakenDoctor,
    reaction_s: float,
) -> Trip:
    """Return the trip out: after the reaction, or at once by a doctor who is on the road.

    Args:
        run: The run.
        call: A red patient's call.
        doctors: The doctor's team.
        taken: The doctor, and the work that was left, which says where the doctor is.
        reaction_s: Seconds until on the way, for who is not on the road.
    """
    doctor, interrupted = taken
    order, mode = (TO_PATIENT, call.patient), doctor_driving_mode(doctors)
    if interrupted is not None and interrupted.trip is not None:
        return trip_from_road(run, interrupted.trip, order, (call.place, call.local_km), mode)
    if interrupted is None or interrupted.place is None:
        doctors.drive_out(doctor)
        start, start_km = doctors.place, 0.0
    else:
        start, start_km = interrupted.place
    way = run.way(start, call.place, mode, start_km, call.local_km)
    return run.begin_trip(way, TO_PATIENT, doctor.unit, call.patient, reaction_s)


def drive_to_incident(
    run: Run, call: Call, mission: Mission, trip: Trip, turns_back: bool, passenger: int = -1
) -> Pathway:
    """React and drive out.

    Args:
        run: The run.
        call: A red patient's call.
        mission: The ambulance's mission.
        trip: The trip out, with when it is over.
        turns_back: Whether the doctor turns when the patient is taken away.
        passenger: Unit of a nurse in the same vehicle; -1 for nobody.

    Returns:
        Whether the patient is still there.
    """
    departure, over_s = trip
    wait = run.wait(over_s - run.clock._now)
    if turns_back:
        mission.doctor_on_way = wait
    called_off = yield wait
    log_trip_end(run, departure, called_off is not False, passenger)
    if called_off is False:
        return False
    mission.doctor_on_way = None
    run.recorder.doctor_on_scene_s[call.patient] = run.clock._now
    run.note_first_help(call)
    return True


def way_back(run: Run, trip: Trip, doctors: DoctorsOnDuty) -> Way:
    """Return the way home: as out and as long, where that was the whole way without blue light."""
    out, over_s = trip
    if out.mode == BY_CAR and out.origin == out.joins == doctors.place:
        seconds = over_s - out.departed_s
        ends_s = (out.joins_s - out.departed_s, over_s - out.there_s)
        way = Way(out.origin, out.destination, out.mode, out.condition, seconds, *ends_s,
                  out.origin_km, out.destination_km)  # fmt: skip
        return way.back
    return run.way(out.destination, doctors.place, "car", out.destination_km)


def turn_back(run: Run, call: Call, doctors: DoctorsOnDuty, trip: Trip) -> Trip | None:
    """Return the trip home from wherever one has come to; None if one never left the base."""
    departure, base = trip[0], doctors.place
    if run.clock._now > departure.departed_s:
        return trip_from_road(run, departure, (TO_STATION, call.patient), (base, 0.0), "car")
    if departure.origin == base:
        return None
    way = run.way(departure.origin, base, "car", departure.origin_km)
    return run.begin_trip(way, TO_STATION, departure.unit, call.patient)


MODE_OF_CODE: dict[int, Mode] = {code: mode for mode, code in MODE_CODES.items()}


def trip_from_road(run: Run, trip: Departure, order: tuple[int, int], to: Spot, mode: Mode) -> Trip:
    """Return the trip of somebody who turns from another now; the order is its kind and patient.

    On ahead or back, as is quicker; on the way to the place where a trip begun on the road joins
    its own road, on ahead.
    """
    now, condition, travel = run.clock._now, run.condition(), run.plan.travel
    (end, end_km), origin_km = to, 0.0
    times, driven = travel.to(mode, condition, end), trip.cut_at(now, _local_end_s(run, trip))
    if now <= trip.joins_s:
        first, until_s = trip.joins, trip.joins_s - now
        origin, done = trip.origin, _stretch_share_done(trip, now)
        origin_km = trip.origin_km - driven.origin_km
    elif driven.destination_km:
        first, until_s = trip.destination, now - trip.there_s
        origin, done, origin_km = first, 0.0, driven.destination_km
    else:
        route = travel.route(trip.condition, trip.joins, trip.destination, MODE_OF_CODE[trip.mode])
        elapsed_s = now - trip.joins_s
        ways = travel.ways_from(route, elapsed_s, condition, mode)
        first, until_s = min(ways, key=lambda way: way[1] + times[way[0]])
        origin, done = _place_behind(route, elapsed_s, first) if until_s else (first, 0.0)
    joins_s = now + tick(until_s)
    arrival_s = joins_s + times[first]
    departure = Departure(
        trip.unit, *order, origin, first, done, end, MODE_CODES[mode], condition, now, joins_s,
        arrival_s, origin_km, end_km,
    )  # fmt: skip
    return departure, arrival_s + _local_end_s(run, departure)


def _stretch_share_done(trip: Departure, now: float) -> float:
    """Return how much of the stretch to where a trip joins its road lies behind it (0-1)."""
    if trip.joins_s <= trip.departed_s or trip.origin == trip.joins:
        return trip.stretch_done
    part = (now - trip.departed_s) / (trip.joins_s - trip.departed_s)
    return trip.stretch_done + (1 - trip.stretch_done) * part


def _place_behind(route: Route, elapsed_s: float, first: int) -> tuple[int, float]:
    """Return the place behind somebody who goes on to `first`, and how far between it is (0-1)."""
    leg = min(bisect_right(route.reached_s, elapsed_s), len(route.places) - 1) - 1
    start, end = route.places[leg], route.places[leg + 1]
    done = (elapsed_s - route.reached_s[leg]) / (route.reached_s[leg + 1] - route.reached_s[leg])
    if first == end:
        return start, done
    return (end, 1 - done) if first == start else (first, 0.0)
