"""The chain of care written the usual way, with stock SimPy: an oracle, and a yardstick for speed.

One `PriorityResource` a team, `request | timeout` for patience, an ordinary process for whatever
runs beside something else. Shares with `akuttsim.chain` only its inputs: the plan (rosters unrolled,
opening hours) and the table of cases. With constant staff it must give the same times to the last
bit; at shift ends it is simplified (see `Team`).
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import simpy
from stock_parts import Ambulance, Ambulances, Seconds, Steps, Team, as_drawn

from akuttsim.chain.cases import Cases
from akuttsim.chain.plan import Plan
from akuttsim.chain.triage import TO_116117
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    BUSY,
    CALL_OUT,
    CLINIC,
    CONFERENCE,
    CONSULTATION,
    DECLINED,
    DISPATCH,
    DOCTOR_PHONE,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_HEALTH,
    LOST,
    MISSION,
    NOT_PRESENT,
    NURSE,
    OUTSIDE,
    PHONE,
    RED,
    TALK,
    TOO_FAR,
    VIDEO,
    VISIT,
    WENT_OUT,
    YELLOW,
)

GIVES_UP, RINGS_AGAIN, RINGS_113 = 0, 1, 2
TO_HOME, TO_LEGEVAKT = 0, 1
TIMES = (
    "ended_s left_home_s travel_s at_clinic_s nurse_s doctor_s doctor_asked_s notified_s "
    "requested_s alerted_s rolling_s on_scene_s left_scene_s at_hospital_s free_s doctor_on_scene_s"
).split()
CODES = {"outcome": 0, "judged": 0, "video": 0, "doctor_call_out": 0, "clinic": -1, "crew": -1}


class Caller:
    def __init__(self, table: Cases, patient: int) -> None:
        self.patient = patient
        self.line, self.place = table.line[patient], table.place[patient]
        self.municipality = table.municipality[patient]
        self.priority = table.priority[patient]
        self.urgency = table.judged[patient]


class StockChain:
    """One run. `log` has a list for each column of `Courses`; `calls` a row for each ringing."""

    def __init__(
        self, plan: Plan, table: Cases, seconds: Callable[[Cases], Seconds] = as_drawn
    ) -> None:
        self.plan, self.table, self.seconds = plan, table, seconds(table)
        self.env = simpy.Environment()
        self.names = list(plan.organisation.clinics)
        self.teams = {key: Team(self.env, seats) for key, seats in plan.teams.items()}
        self.ambulances = Ambulances(self.env, plan)
        people = len(table.time_s)
        self.log = {name: [nan] * people for name in TIMES}
        self.log |= {name: [first] * people for name, first in CODES.items()}
        self.calls: list[list[float]] = []
        self.env.process(self.people_ring())

    def run(self) -> StockChain:
        self.env.run(until=self.plan.end_s)
        return self

    def events(self) -> int:
        return next(self.env._eid)

    def take(self, name: str, caller: Caller) -> simpy.Timeout:
        """Let the time pass that something takes."""
        return self.env.timeout(self.seconds[name](caller.patient))

    def note(self, name: str, caller: Caller, value: float | None = None) -> None:
        self.log[name][caller.patient] = self.env.now if value is None else value

    def ends(self, caller: Caller, outcome: int) -> None:
        self.note("outcome", caller, outcome)
        self.note("ended_s", caller)

    # -- who answers and where to go ---------------------------------------------------------

    def room(self, caller: Caller, number: str) -> str | None:
        """The control room that answers a number for the caller's municipality or district."""
        for name, room in self.plan.organisation.control_rooms.items():
            if room.number == number and self._answers(room, caller):
                return name
        return None

    def _answers(self, room, caller: Caller) -> bool:
        region = self.plan.region
        if caller.municipality >= 0:
            return list(region.municipalities)[caller.municipality] in room.municipalities
        return list(region.outside)[self.table.outside[caller.patient]] in room.outside

    def drive_s(self, start: int, end: int, mode: str = "car") -> float:
        condition = self.ambulances.condition()
        return float(self.plan.travel.seconds[mode][condition][start, end])

    def clinic_place(self, name: str) -> int:
        return self.plan.place_index[self.plan.organisation.clinics[name].place]

    def nearest_clinic(self, caller: Caller, leaves_in_s: float, satellites: bool) -> str:
        """The nearest clinic open on arrival; else the one on duty now."""
        clinics, options = self.plan.organisation.clinics, []
        for index, name in enumerate(self.names):
            drive_s = self.drive_s(caller.place, self.clinic_place(name))
            arrival_s = self.env.now + leaves_in_s + drive_s
            is_open = index in self.plan.openings.at(arrival_s, caller.municipality)
            if is_open and (satellites or clinics[name].kind != "satellite"):
                options.append((drive_s, index))
        return self.names[min(options)[1]] if options else self.duty_clinic(caller)

    def duty_clinic(self, caller: Caller) -> str:
        clinics = self.plan.organisation.clinics
        is_open = self.plan.openings.at(self.env.now, caller.municipality)
        staffed = [self.names[i] for i in is_open if clinics[self.names[i]].kind != "satellite"]
        return min(staffed, key=lambda name: self.drive_s(caller.place, self.clinic_place(name)))

    def doctors_of(self, clinic: str):
        name = self.plan.organisation.clinics[clinic].doctors
        return self.plan.organisation.doctors[name], self.teams["doctor", name]

    def hospital(self, place: int) -> int:
        index = self.plan.place_index
        places = [index[each.place] for each in self.plan.region.hospitals.values()]
        return min(places, key=lambda hospital: self.drive_s(place, hospital))

    # -- on the phone ------------------------------------------------------------------------

    def people_ring(self) -> Steps:
        for patient, time_s in enumerate(self.table.time_s):
            yield self.env.timeout(time_s - self.env.now)
            caller = Caller(self.table, patient)
            rings = self.rings_113 if caller.line == LINE_113 else self.rings_116117
            self.env.process(rings(caller))

    def answered(self, caller: Caller, room: str, patience_s: float | None = None) -> Steps:
        operators = self.teams["operator", room]
        index = list(self.plan.organisation.control_rooms).index(room)
        row = [caller.patient, index, caller.line, self.env.now, nan, nan]
        self.calls.append(row)
        request = operators.ask(caller.priority)
        if patience_s is None:
            yield request
        else:
            yield request | self.env.timeout(patience_s)
        if request.triggered:
            row[4] = self.env.now
            return request
        request.cancel()
        row[5] = self.env.now
        return None

    def rings_116117(self, caller: Caller) -> Steps:
        room = self.room(caller, "116117")
        menu_s = self.plan.organisation.control_rooms[room].menu_s.value
        for attempt in range(3):
            if menu_s and caller.line == LINE_116117:
                yield self.env.timeout(menu_s)
            patience_s = self.seconds[f"patience_{attempt}_s"](caller.patient)
            request = yield from self.answered(caller, room, patience_s)
            if request is not None:
                yield from self.nurse_talks(caller, room, request)
                return
            step = self.table.after_hanging_up[attempt][caller.patient]
            if step == RINGS_113:
                yield from self.rings_113(caller)
                return
            if step == GIVES_UP:
                break
            yield self.take("again_after_s", caller)
        self.ends(caller, LOST)

    def nurse_talks(self, caller: Caller, room: str, request) -> Steps:
        caller.urgency = self.table.judged[caller.patient]
        self.note("judged", caller, caller.urgency)
        self.note("video", caller, self.table.video[caller.patient])
        yield self.take("talk_s", caller)
        way = self.table.way[caller.patient]
        if way == AMBULANCE:
            yield from self.conference(caller, room, request)
            return
        self.env.process(self.after_call(caller, room, request, TALK))
        if way == ADVICE:
            self.ends(caller, ADVICE)
            return
        onward = {DOCTOR_PHONE: self.phoned, CLINIC: self.to_clinic, HOME_VISIT: self.visited}
        yield from onward[way](caller)

    def after_call(self, caller: Caller, room: str, request, kind: int) -> Steps:
        yield self.take("after_call_s", caller)
        self.teams["operator", room].done(request, kind, caller.patient)

    def conference(self, caller: Caller, room: str, request) -> Steps:
        amk = self.room(caller, "113")
        caller.priority, caller.line = 0, LINE_HEALTH
        taker = yield from self.answered(caller, amk)
        self.note("notified_s", caller)
        yield self.take("conference_s", caller)
        self.env.process(self.after_call(caller, room, request, CONFERENCE))
        self.env.process(self.ambulance(caller, amk))
        yield self.take("interview_113_s", caller)
        self.teams["operator", amk].done(taker, TALK, caller.patient)

    def rings_113(self, caller: Caller) -> Steps:
        amk = self.room(caller, "113")
        if amk is None:
            self.ends(caller, NOT_PRESENT)
            return
        caller.line, caller.urgency = LINE_113, self.table.judged_113[caller.patient]
        self.note("notified_s", caller)
        patience_s = self.seconds["patience_113_s"](caller.patient)
        taker = yield from self.answered(caller, amk, patience_s)
        if taker is None:
            self.ends(caller, LOST)
            return
        self.note("judged", caller, caller.urgency)
        if self.table.way_113[caller.patient] == AMBULANCE:
            yield from self.interview(caller, amk, taker)
        else:
            yield from self.no_ambulance(caller, amk, taker)

    def interview(self, caller: Caller, amk: str, taker) -> Steps:
        interview_s = self.seconds["interview_113_s"](caller.patient)
        rest_s = self.seconds["talk_113_s"](caller.patient) - interview_s
        yield self.env.timeout(interview_s)
        self.env.process(self.ambulance(caller, amk))
        if rest_s > 0:
            yield self.env.timeout(rest_s)
        self.teams["operator", amk].done(taker, TALK, caller.patient)

    def no_ambulance(self, caller: Caller, amk: str, taker) -> Steps:
        yield self.take("talk_113_s", caller)
        to_116117 = self.table.way_113[caller.patient] == TO_116117
        if not to_116117 or caller.municipality < 0:
            self.teams["operator", amk].done(taker, TALK, caller.patient)
            self.ends(caller, ADVICE)
            return
        room = self.room(caller, "116117")
        caller.priority, caller.line = 0, LINE_HEALTH
        nurse = yield from self.answered(caller, room)
        yield self.take("conference_s", caller)
        self.teams["operator", amk].done(taker, CONFERENCE, caller.patient)
        yield from self.nurse_talks(caller, room, nurse)

    # -- care --------------------------------------------------------------------------------

    def phoned(self, caller: Caller) -> Steps:
        _, team = self.doctors_of(self.duty_clinic(caller))
        yield from self.with_doctor(caller, team, "doctor_phone_s", PHONE)
        self.ends(caller, DOCTOR_PHONE)

    def with_doctor(self, caller: Caller, team: Team, what: str, kind: int) -> Steps:
        self.note("doctor_asked_s", caller)
        doctor = team.ask(caller.urgency)
        yield doctor
        self.note("doctor_s", caller)
        yield self.take(what, caller)
        team.done(doctor, kind, caller.patient)

    def to_clinic(self, caller: Caller) -> Steps:
        preparation_s = self.seconds["preparation_s"](caller.patient)
        clinic = self.nearest_clinic(caller, preparation_s, caller.urgency != RED)
        drive_s = self.drive_s(caller.place, self.clinic_place(clinic))
        yield self.env.timeout(preparation_s)
        self.note("left_home_s", caller)
        self.note("travel_s", caller, drive_s)
        yield self.env.timeout(drive_s)
        if self.plan.organisation.clinics[clinic].kind == "satellite":
            yield from self.at_satellite(caller, clinic)
        else:
            yield from self.at_clinic(caller, clinic)

    def arrives(self, caller: Caller, clinic: str) -> None:
        self.note("clinic", caller, self.names.index(clinic))
        self.note("at_clinic_s", caller)

    def at_clinic(self, caller: Caller, clinic: str) -> Steps:
        """A nurse, where there are nurses, then the doctor; perhaps on to hospital."""
        self.arrives(caller, clinic)
        nurses = self.teams.get(("nurse", clinic))
        if nurses is not None:
            nurse = nurses.ask(caller.urgency)
            yield nurse
            self.note("nurse_s", caller)
            yield self.take("nurse_s", caller)
            nurses.done(nurse, NURSE, caller.patient)
        _, doctors = self.doctors_of(clinic)
        yield from self.with_doctor(caller, doctors, "consultation_s", CONSULTATION)
        self.ends(caller, CLINIC)
        yield from self.admitted(caller, clinic)

    def at_satellite(self, caller: Caller, clinic: str) -> Steps:
        """The nurse examines, and stays while the doctor joins on video; some drive on."""
        self.arrives(caller, clinic)
        nurses = self.teams["nurse", clinic]
        nurse = nurses.ask(caller.urgency)
        yield nurse
        self.note("nurse_s", caller)
        yield self.take("satellite_nurse_s", caller)
        if self.table.satellite_doctor[caller.patient]:
            _, doctors = self.doctors_of(clinic)
            yield from self.with_doctor(caller, doctors, "satellite_video_s", VIDEO)
        nurses.done(nurse, NURSE, caller.patient)
        if not self.table.sent_on[caller.patient]:
            self.ends(caller, CLINIC)
            return
        caller.place = self.clinic_place(clinic)
        onward = self.nearest_clinic(caller, 0.0, False)
        drive_s = self.drive_s(caller.place, self.clinic_place(onward))
        self.log["travel_s"][caller.patient] += drive_s
        yield self.env.timeout(drive_s)
        yield from self.at_clinic(caller, onward)

    def visited(self, caller: Caller) -> Steps:
        doctors, team = self.doctors_of(self.duty_clinic(caller))
        drive_s = self.drive_s(self.plan.place_index[doctors.place], caller.place)
        limit_s = self.plan.organisation.home_visits.max_drive_min.value * 60
        if not doctors.home_visits or drive_s > limit_s:
            yield from self.to_clinic(caller)
            return
        self.note("doctor_asked_s", caller)
        doctor = team.ask(caller.urgency)
        yield doctor
        yield self.env.timeout(drive_s)
        self.note("doctor_s", caller)
        yield self.take("home_visit_s", caller)
        self.ends(caller, HOME_VISIT)
        yield self.env.timeout(drive_s)
        team.done(doctor, VISIT, caller.patient)

    # -- ambulances --------------------------------------------------------------------------

    def ambulance(self, caller: Caller, amk: str) -> Steps:
        self.note("requested_s", caller)
        dispatchers = self.teams["dispatcher", amk]
        dispatcher = dispatchers.ask(caller.urgency)
        yield dispatcher
        yield self.take("dispatch_s", caller)
        dispatchers.done(dispatcher, DISPATCH, caller.patient)
        if caller.municipality < 0:
            self.ends(caller, OUTSIDE)
            return
        if caller.urgency == RED and self.table.doctor_alerted[caller.patient]:
            self.env.process(self.call_out(caller))
        crew = yield from self.ambulances.nearest(caller.urgency, caller.place)
        yield from self.mission(caller, crew)

    def mission(self, caller: Caller, crew: Ambulance) -> Steps:
        self.note("crew", caller, crew.index)
        self.note("alerted_s", caller)
        drive_s = self.ambulances.drive_s(crew, caller.urgency, caller.place)
        yield self.env.timeout(self.mobilisation_s(caller, crew))
        self.note("rolling_s", caller)
        yield self.env.timeout(drive_s)
        self.note("on_scene_s", caller)
        yield self.take("on_scene_s", caller)
        self.note("left_scene_s", caller)
        to = self.table.conveyed[caller.patient]
        if to == TO_HOME:
            self.ends(caller, AMBULANCE)
            self.frees(caller, crew, caller.place)
        elif to == TO_LEGEVAKT:
            yield from self.to_legevakt(caller, crew)
        else:
            yield from self.to_hospital(caller, crew)

    def mobilisation_s(self, caller: Caller, crew: Ambulance) -> float:
        names = ("station_s", "night_extra_s", "home_extra_s")
        parts = tuple(self.seconds[name](caller.patient) for name in names)
        return self.ambulances.mobilisation_s(crew, parts)

    def frees(self, caller: Caller, crew: Ambulance, place: int) -> None:
        self.note("free_s", caller)
        self.ambulances.done(crew, place, MISSION, caller.patient)

    def to_legevakt(self, caller: Caller, crew: Ambulance) -> Steps:
        clinic = self.duty_clinic(caller)
        place = self.clinic_place(clinic)
        yield self.env.timeout(self.drive_s(caller.place, place))
        self.env.process(self.hands_over(caller, crew, place))
        yield from self.at_clinic(caller, clinic)

    def hands_over(self, caller: Caller, crew: Ambulance, place: int) -> Steps:
        yield self.take("legevakt_handover_s", caller)
        self.frees(caller, crew, place)

    def to_hospital(self, caller: Caller, crew: Ambulance) -> Steps:
        hospital = self.hospital(caller.place)
        mode = "blue" if caller.urgency == RED else "car"
        yield self.env.timeout(self.drive_s(caller.place, hospital, mode))
        self.note("at_hospital_s", caller)
        self.ends(caller, AMBULANCE)
        yield self.take("hospital_handover_s", caller)
        self.frees(caller, crew, hospital)

    def admitted(self, caller: Caller, clinic: str) -> Steps:
        """Some must on to hospital by ambulance, where that is another place."""
        patient, place = caller.patient, self.clinic_place(clinic)
        by_ambulance = self.table.admitted[patient] and self.table.by_ambulance[patient]
        hospital = self.hospital(place)
        if not by_ambulance or hospital == place:
            return
        caller.place, caller.urgency = place, max(caller.urgency, YELLOW)
        crew = yield from self.ambulances.nearest(caller.urgency, place)
        drive_s = self.ambulances.drive_s(crew, caller.urgency, place)
        yield self.env.timeout(self.mobilisation_s(caller, crew))
        yield self.env.timeout(drive_s)
        yield self.take("legevakt_handover_s", caller)
        yield self.env.timeout(self.drive_s(place, hospital))
        yield self.take("hospital_handover_s", caller)
        self.ambulances.done(crew, hospital, MISSION, patient)

    def call_out(self, caller: Caller) -> Steps:
        doctors, team = self.doctors_of(self.duty_clinic(caller))
        drive_s = self.drive_s(self.plan.place_index[doctors.place], caller.place)
        refusal = self.refusal(caller, doctors.call_outs, drive_s) or (BUSY if team.is_busy() else 0)
        self.note("doctor_call_out", caller, refusal or WENT_OUT)
        if refusal:
            return
        doctor = team.ask(caller.urgency)
        yield doctor
        yield self.env.timeout(drive_s)
        self.note("doctor_on_scene_s", caller)
        yield self.take("doctor_on_scene_s", caller)
        yield self.env.timeout(drive_s)
        team.done(doctor, CALL_OUT, caller.patient)

    def refusal(self, caller: Caller, goes_out: bool, drive_s: float) -> int:
        limit_s = self.plan.organisation.call_outs.max_drive_min.value * 60
        if not goes_out or drive_s > limit_s:
            return TOO_FAR
        return 0 if self.table.doctor_goes[caller.patient] else DECLINED
