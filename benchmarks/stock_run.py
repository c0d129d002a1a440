"""The state of a stock SimPy run, and the questions its journeys ask of it."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import simpy

from akuttsim.chain.patient_view import PatientView
from akuttsim.chain.run_plan import Plan
from benchmarks.stock_parts import Ambulances, Seconds, Team, as_drawn

TIMES = (
    "ended_s left_home_s travel_s waited_at_home_s at_clinic_s left_clinic_s bed_s nurse_s "
    "doctor_s doctor_asked_s notified_s requested_s alerted_s rolling_s on_scene_s left_scene_s "
    "at_hospital_s free_s doctor_on_scene_s nurse_on_scene_s responder_s support_s first_help_s "
    "handover_began_s interrupted_s again_s worse_waiting_s understood_s"
).split()
NOUGHTS = (
    "outcome video video_moved walk_in avoided doctor_call_out taken_over met_halfway interrupted "
    "left_in_menu instead understood_by"
).split()
CODES = dict.fromkeys(NOUGHTS, 0) | dict.fromkeys(("judged", "clinic", "crew", "support"), -1)
"""Nobody walks in, has a booked time or is sent two vehicles: what this chain lacks stays blank."""


class Caller:
    def __init__(self, table: PatientView, patient: int) -> None:
        self.patient = patient
        self.line, self.place = table.line[patient], table.place[patient]
        self.municipality = table.municipality[patient]
        self.priority = table.priority[patient]
        self.urgency = table.judged[patient]


class StockRun:
    """One run. `log` has a list for each column of `Courses`; `calls` a row for each ringing."""

    def __init__(
        self, plan: Plan, table: PatientView, seconds: Callable[[PatientView], Seconds] = as_drawn
    ) -> None:
        self.plan, self.table, self.seconds = plan, table, seconds(table)
        self.env = simpy.Environment()
        self.names = list(plan.organisation.clinics)
        index, clinics = plan.place_index, plan.organisation.clinics
        self.places = {name: index[clinic.place] for name, clinic in clinics.items()}
        self.hospitals = [index[each.place] for each in plan.region.hospitals.values()]
        self.rooms = {
            (room.number, home): name
            for name, room in plan.organisation.control_rooms.items()
            for home in (*room.municipalities, *room.outside)
        }
        self.holding: dict[str, list] = {name: [] for name in plan.organisation.control_rooms}
        self.teams = {key: Team(self.env, seats) for key, seats in plan.teams.items()}
        self.ambulances = Ambulances(self.env, plan)
        people = len(table.time_s)
        self.log = {name: [nan] * people for name in TIMES}
        self.log |= {name: [first] * people for name, first in CODES.items()}
        self.calls: list[list[float]] = []

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

    def room(self, caller: Caller, number: str) -> str | None:
        """The control room that answers a number for the caller's municipality or district."""
        region = self.plan.region
        if caller.municipality >= 0:
            home = region.municipality_ids[caller.municipality]
        else:
            home = list(region.outside)[self.table.outside[caller.patient]]
        return self.rooms.get((number, home))

    def drive_s(self, start: int, end: int, mode: str = "car") -> float:
        condition = self.ambulances.condition()
        return float(self.plan.travel.seconds[mode][condition][start, end])

    def nearest_clinic(self, caller: Caller, leaves_in_s: float, with_doctor: bool) -> str:
        """The nearest clinic open on arrival; else the one that opens first after arrival."""
        clinics, openings, options = self.plan.organisation.clinics, self.plan.openings, []
        for index, name in enumerate(self.names):
            clinic, urgency = clinics[name], ("red", "yellow", "green")[caller.urgency]
            takes = urgency in clinic.takes and not with_doctor
            if clinic.kind != "satellite" or takes:
                drive_s = self.drive_s(caller.place, self.places[name])
                options.append((drive_s, self.env.now + leaves_in_s + drive_s, index))
        home = caller.municipality
        nearest = [option for option in options if option[2] in openings.at(option[1], home)]
        if nearest:
            return self.names[min(nearest)[2]]
        return self.names[
            min((openings.opens_s(at, home, i), drive, i) for drive, at, i in options)[2]
        ]

    def duty_clinic(self, caller: Caller) -> str:
        clinics = self.plan.organisation.clinics
        is_open = self.plan.openings.at(self.env.now, caller.municipality)
        staffed = [self.names[i] for i in is_open if clinics[self.names[i]].kind != "satellite"]
        return min(staffed, key=lambda name: self.drive_s(caller.place, self.places[name]))

    def doctors_of(self, clinic: str):
        name = self.plan.organisation.clinics[clinic].doctors
        return self.plan.organisation.doctors[name], self.teams["doctor", name]

    def hospital(self, place: int) -> int:
        return min(self.hospitals, key=lambda hospital: self.drive_s(place, hospital))
