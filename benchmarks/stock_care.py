"""Care in the stock SimPy chain: doctors, clinics, ambulances."""

from __future__ import annotations

from math import isnan

from akuttsim.chain.patient_view import HOME, LEGEVAKT
from akuttsim.records import (
    AMBULANCE,
    BUSY,
    CALL_OUT,
    CLINIC,
    CONSULTATION,
    DECLINED,
    DISPATCH,
    DOCTOR_PHONE,
    GREEN,
    HOME_VISIT,
    MISSION,
    NURSE,
    OUTSIDE,
    PHONE,
    RED,
    TOO_FAR,
    TRANSPORT,
    TRANSPORTED,
    VIDEO,
    VISIT,
    WENT_OUT,
    YELLOW,
)
from benchmarks.stock_parts import Ambulance, Steps, Team
from benchmarks.stock_run import Caller, StockRun


class StockCare(StockRun):
    """Each step of care as a SimPy process or a part of one."""

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
        clinic = self.nearest_clinic(caller, preparation_s, with_doctor=False)
        drive_s = self.drive_s(caller.place, self.places[clinic])
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
        self.note("left_clinic_s", caller)
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
        self.note("left_clinic_s", caller)
        if not self.table.sent_on[caller.patient]:
            self.ends(caller, CLINIC)
            return
        caller.place = self.places[clinic]
        onward = self.nearest_clinic(caller, 0.0, with_doctor=True)
        drive_s = self.drive_s(caller.place, self.places[onward])
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
        self.helped(caller)
        yield self.take("on_scene_s", caller)
        self.note("left_scene_s", caller)
        to = self.table.conveyed[caller.patient]
        if to == HOME:
            self.ends(caller, AMBULANCE)
            self.frees(caller, crew, caller.place)
        elif to == LEGEVAKT:
            yield from self.to_legevakt(caller, crew)
        else:
            yield from self.to_hospital(caller, crew)

    def helped(self, caller: Caller) -> None:
        if isnan(self.log["first_help_s"][caller.patient]):
            self.note("first_help_s", caller)

    def planned_transport(self, caller: Caller) -> Steps:
        """Ordered beforehand: behind everybody who waits for an ambulance, and no hurry."""
        self.note("requested_s", caller)
        crew = yield from self.ambulances.nearest(GREEN, caller.place, goes_last=True)
        drive_s = self.ambulances.drive_s(crew, GREEN, caller.place)
        yield self.env.timeout(self.mobilisation_s(caller, crew))
        yield self.env.timeout(drive_s)
        self.note("crew", caller, crew.index)
        self.note("on_scene_s", caller)
        yield self.take("on_scene_s", caller)
        to = self.table.transport_to[caller.patient]
        if to < 0:
            to = self.hospital(caller.place)
            yield self.take("away_s", caller)
        else:
            yield self.env.timeout(self.drive_s(caller.place, to))
            yield self.take("hospital_handover_s", caller)
        self.ends(caller, TRANSPORTED)
        self.note("free_s", caller)
        self.ambulances.done(crew, to, TRANSPORT, caller.patient)

    def mobilisation_s(self, caller: Caller, crew: Ambulance) -> float:
        names = ("station_s", "night_extra_s", "home_extra_s")
        parts = tuple(self.seconds[name](caller.patient) for name in names)
        return self.ambulances.mobilisation_s(crew, parts)

    def frees(self, caller: Caller, crew: Ambulance, place: int) -> None:
        self.note("free_s", caller)
        self.ambulances.done(crew, place, MISSION, caller.patient)

    def to_legevakt(self, caller: Caller, crew: Ambulance) -> Steps:
        clinic = self.nearest_clinic(caller, 0.0, with_doctor=True)
        place = self.places[clinic]
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
        self.note("handover_began_s", caller)
        self.ends(caller, AMBULANCE)
        yield self.take("hospital_handover_s", caller)
        self.frees(caller, crew, hospital)

    def admitted(self, caller: Caller, clinic: str) -> Steps:
        """Some must on to hospital by ambulance, where that is another place."""
        patient, place = caller.patient, self.places[clinic]
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
        refusal = self.refusal(caller, doctors.call_outs, drive_s)
        if not refusal and team.is_busy():
            refusal = BUSY
        self.note("doctor_call_out", caller, refusal or WENT_OUT)
        if refusal:
            return
        doctor = team.ask(caller.urgency)
        yield doctor
        yield self.env.timeout(drive_s)
        self.note("doctor_on_scene_s", caller)
        self.helped(caller)
        yield self.take("doctor_on_scene_s", caller)
        yield self.env.timeout(drive_s)
        team.done(doctor, CALL_OUT, caller.patient)

    def refusal(self, caller: Caller, goes_out: bool, drive_s: float) -> int:
        limit_s = self.plan.organisation.call_outs.max_drive_min.value * 60
        if not goes_out or drive_s > limit_s:
            return TOO_FAR
        return 0 if self.table.doctor_goes[caller.patient] else DECLINED
