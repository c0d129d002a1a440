"""The chain as a bare heap loop: what the same work costs without processes or SimPy. A yardstick.

An event is a time and the method that follows; people are counted, not known by name. Reduced:
the nearest clinic is that open now, a crew that is free counts as at its station, a doctor's
call-out is one event, no satellites, 113 never lets a held caller go, who has found an operator
stays until the phone is picked up, nobody is rung back, and only times are logged.
Everything else is there: menu, picking up, priorities, patience and redial, after-call work,
conference, dispatch, nearest crew, conveyance, handover, nurse then doctor, home visits, rosters,
safety alarms through a response centre, planned transports.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import nan

from akuttsim.chain.patient_view import HOME, LEGEVAKT, RINGS_113, RINGS_AGAIN, PatientView
from akuttsim.chain.run_plan import Plan
from akuttsim.patients.alarms_and_transports import (
    ALARM_TO_113,
    ALARM_TO_116117,
    ALARM_TO_HOME_NURSING,
)
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CLINIC,
    DOCTOR_PHONE,
    GREEN,
    LINE_113,
    LINE_ALARM,
    LINE_TRANSPORT,
    RED,
    TO_116117,
    YELLOW,
)
from akuttsim.units import HOUR_S
from benchmarks.stock_parts import changes

Step = Callable[[int, float], None]


class Team:
    __slots__ = ("free", "queue")

    def __init__(self) -> None:
        self.free = 0
        self.queue: list[tuple[int, int, Step, int]] = []


class HeapLoop:
    """One run; `answered_s`, `doctor_s` and `on_scene_s` are what it leaves."""

    def __init__(self, plan: Plan, table: PatientView) -> None:
        self.plan, self.table = plan, table
        self.to, self.condition = plan.travel.to, plan.condition_of_hour
        self.now, self.number = 0.0, 0
        self.heap: list[tuple[float, int, Step, int, float]] = []
        people = len(table.time_s)
        self.ticket, self.attempt = [0] * people, [0] * people
        self.place, self.clinic = list(table.place), [0] * people
        self.answered_s, self.doctor_s, self.on_scene_s = ([nan] * people for _ in range(3))
        self.rosters: list[tuple[float, Step, int, int]] = []
        self._set_up_staff()
        self._set_up_crews()
        self.rosters.sort(key=lambda change: change[0])

    def _set_up_staff(self) -> None:
        plan, organisation = self.plan, self.plan.organisation
        teams = {key: Team() for key in plan.teams}
        self.teams = list(teams.values())
        for index, seats in enumerate(plan.teams.values()):
            on_duty = 0
            for at, people in changes(seats):
                self.rosters.append((at, self.shift, index, max(people, 1) - on_duty))
                on_duty = max(people, 1)
        rooms = organisation.control_rooms.items()
        (self.lvs,) = [teams["operator", name] for name, room in rooms if room.number == "116117"]
        ((self.amk, self.dispatch),) = [
            (teams["operator", name], teams["dispatcher", name])
            for name, room in rooms
            if room.number == "113"
        ]
        self.centre = next(
            (teams["operator", name] for name, room in rooms if room.number == "alarm"), Team()
        )
        self.menu_s = max(room.menu_s.value for _, room in rooms)
        nothing = [0.0] * len(self.table.time_s)
        of_room = zip(rooms, self.table.optional.pick_up_s, strict=True)
        self.pick_up_s = {room.number: seconds or nothing for (_, room), seconds in of_room}
        clinics = organisation.clinics.items()
        self.nurses = [teams.get(("nurse", name)) for name, _ in clinics]
        self.doctors = [teams["doctor", clinic.doctors] for _, clinic in clinics]
        self.clinic_place = [plan.place_index[clinic.place] for _, clinic in clinics]

    def _set_up_crews(self) -> None:
        plan = self.plan
        crews = plan.organisation.ambulances.values()
        self.station = [plan.place_index[crew.station] for crew in crews]
        self.hospitals = [plan.place_index[each.place] for each in plan.region.hospitals.values()]
        self.on_duty = [False] * len(self.station)
        self.free: list[int] = []
        self.missions: list[tuple[int, int, Step, int]] = []
        for crew, spans in enumerate(plan.crews.values()):
            for (start, end), _ in spans:
                self.rosters.append((end, self.crew_off, crew, 0))
                self.rosters.append((start, self.crew_on, crew, 0))

    # -- the loop ----------------------------------------------------------------------------

    def run(self) -> HeapLoop:
        heap, end_s = self.heap, self.plan.end_s
        self.at(self.rosters[0][0], self.roster, 0, 0.0)
        self.at(self.table.time_s[self.table.present[0]], self.rings, 0, 0.0)
        while heap and heap[0][0] < end_s:
            self.now, _, step, patient, extra = heappop(heap)
            step(patient, extra)
        return self

    def at(self, time_s: float, step: Step, patient: int, extra: float) -> None:
        self.number += 1
        heappush(self.heap, (time_s, self.number, step, patient, extra))

    def later(self, delay_s: float, step: Step, patient: int, extra: float = 0.0) -> None:
        self.number += 1
        heappush(self.heap, (self.now + delay_s, self.number, step, patient, extra))

    def ask(self, team: Team, priority: int, begins: Step, patient: int) -> bool:
        """Begin work now, or wait for somebody; tell whether it began."""
        if team.free > 0:
            team.free -= 1
            begins(patient, 0.0)
            return True
        self.number += 1
        self.ticket[patient] = self.number
        heappush(team.queue, (priority, self.number, begins, patient))
        return False

    def release(self, team: Team) -> None:
        team.free += 1
        while team.free > 0 and team.queue:
            _, ticket, begins, patient = heappop(team.queue)
            if self.ticket[patient] == ticket:
                team.free -= 1
                self.ticket[patient] = 0
                begins(patient, 0.0)

    def roster(self, index: int, _: float) -> None:
        """Let all changes of one time happen; the next time is the next event."""
        at = self.rosters[index][0]
        while index < len(self.rosters):
            time_s, change, whom, step = self.rosters[index]
            if time_s > at:
                self.at(time_s, self.roster, index, 0.0)
                return
            change(whom, step)
            index += 1

    def shift(self, team: int, step: float) -> None:
        self.teams[team].free += int(step) - 1
        self.release(self.teams[team])

    # -- on the phone ------------------------------------------------------------------------

    def rings(self, position: int, _: float) -> None:
        table, present = self.table, self.table.present
        patient = present[position]
        if position + 1 < len(present):
            self.at(table.time_s[present[position + 1]], self.rings, position + 1, 0.0)
        if table.line[patient] == LINE_113:
            self.rings_113(patient)
        elif table.line[patient] == LINE_ALARM:
            self.ask(self.centre, 1, self.alarm_answered, patient)
        elif table.line[patient] == LINE_TRANSPORT:
            self.send(GREEN + 1, self.transports, patient)
        elif table.line[patient] == 0:
            self.hears_menu(patient, 0.0)
        else:
            self.after_menu(patient, 0.0)

    def hears_menu(self, patient: int, _: float) -> None:
        counts = self.table.menu_counts * self.menu_s
        patience_s = self.table.patience_s[self.attempt[patient]][patient]
        if patience_s < counts:
            self.later(patience_s / self.table.menu_counts, self.hangs_up, patient)
        else:
            self.later(self.menu_s, self.after_menu, patient, counts)

    def after_menu(self, patient: int, counts: float) -> None:
        if not self.ask(self.lvs, self.table.priority[patient], self.nurse_talks, patient):
            patience_s = self.table.patience_s[self.attempt[patient]][patient] - counts
            self.later(patience_s, self.loses_patience, patient, self.ticket[patient])

    def loses_patience(self, patient: int, ticket: float) -> None:
        if self.ticket[patient] == ticket:
            self.ticket[patient] = 0
            self.hangs_up(patient, 0.0)

    def hangs_up(self, patient: int, _: float) -> None:
        step = self.table.after_hanging_up[self.attempt[patient]][patient]
        if step == RINGS_113:
            self.rings_113(patient)
        elif step == RINGS_AGAIN:
            self.attempt[patient] += 1
            self.later(self.table.again_after_s[patient], self.hears_menu, patient)

    def nurse_talks(self, patient: int, _: float) -> None:
        pick_up_s = self.pick_up_s["116117"][patient]
        self.answered_s[patient] = self.now + pick_up_s
        self.later(pick_up_s + self.table.talk_s[patient], self.talked, patient)

    def talked(self, patient: int, _: float) -> None:
        table, way = self.table, self.table.way[patient]
        if way == AMBULANCE:
            self.ask(self.amk, 0, self.confers, patient)
            return
        self.later(table.after_call_s[patient], self.nurse_free, patient)
        if way == DOCTOR_PHONE:
            self.clinic[patient] = self.open_clinic(patient)
            doctors = self.doctors[self.clinic[patient]]
            self.ask(doctors, table.judged[patient], self.doctor_rings, patient)
        elif way == CLINIC:
            self.to_clinic(patient)
        elif way != ADVICE:
            self.home_visit(patient)

    def nurse_free(self, patient: int, _: float) -> None:
        self.release(self.lvs)

    def confers(self, patient: int, _: float) -> None:
        pick_up_s = self.pick_up_s["113"][patient]
        self.later(pick_up_s + self.table.conference_s[patient], self.conferred, patient)

    def conferred(self, patient: int, _: float) -> None:
        rest_s = self.table.rest_of_talk_s[patient] + self.table.after_call_s[patient]
        self.later(rest_s, self.nurse_free, patient)
        self.later(self.table.interview_113_s[patient], self.taker_free, patient)
        self.ask(self.dispatch, self.urgency(patient), self.dispatches, patient)

    def rings_113(self, patient: int) -> None:
        if not self.ask(self.amk, 1, self.taker_talks, patient):
            patience_s = self.table.patience_113_s[patient]
            self.later(patience_s, self.gives_up_113, patient, self.ticket[patient])

    def gives_up_113(self, patient: int, ticket: float) -> None:
        if self.ticket[patient] == ticket:
            self.ticket[patient] = 0

    def taker_talks(self, patient: int, _: float) -> None:
        pick_up_s = self.pick_up_s["113"][patient]
        self.answered_s[patient] = self.now + pick_up_s
        if self.table.way_113[patient] == AMBULANCE:
            self.later(pick_up_s + self.table.interview_113_s[patient], self.interviewed, patient)
        else:
            self.later(pick_up_s + self.table.talk_113_s[patient], self.talked_113, patient)

    def interviewed(self, patient: int, _: float) -> None:
        rest_s = self.table.talk_113_s[patient] - self.table.interview_113_s[patient]
        self.ask(self.dispatch, self.urgency(patient), self.dispatches, patient)
        if rest_s > 0:
            self.later(rest_s, self.taker_free, patient)
        else:
            self.release(self.amk)

    def taker_free(self, patient: int, _: float) -> None:
        self.release(self.amk)

    def talked_113(self, patient: int, _: float) -> None:
        if self.table.way_113[patient] != TO_116117 or self.table.municipality[patient] < 0:
            self.release(self.amk)
        else:
            self.ask(self.lvs, 0, self.hands_over, patient)

    def hands_over(self, patient: int, _: float) -> None:
        pick_up_s = self.pick_up_s["116117"][patient]
        self.later(pick_up_s + self.table.conference_s[patient], self.handed_over, patient)

    def handed_over(self, patient: int, _: float) -> None:
        self.release(self.amk)
        self.answered_s[patient] = self.now - self.table.conference_s[patient]
        self.later(self.table.talk_s[patient], self.talked, patient)

    def alarm_answered(self, patient: int, _: float) -> None:
        self.answered_s[patient] = self.now
        self.later(self.table.alarm_talk_s[patient], self.alarm_told, patient)

    def alarm_told(self, patient: int, _: float) -> None:
        way, handover_s = self.table.alarm_way[patient], self.table.alarm_handover_s[patient]
        if way == ALARM_TO_113:
            self.ask(self.amk, 0, self.taker_talks, patient)
        elif way == ALARM_TO_116117:
            self.ask(self.lvs, 0, self.nurse_talks, patient)
        elif way != ALARM_TO_HOME_NURSING:
            handover_s = 0.0
        self.later(handover_s, self.alarm_passed_on, patient)

    def alarm_passed_on(self, patient: int, _: float) -> None:
        self.release(self.centre)

    # -- clinics and doctors -----------------------------------------------------------------

    def urgency(self, patient: int) -> int:
        table = self.table
        of_113 = table.line[patient] == LINE_113 or (
            table.line[patient] == LINE_ALARM and table.alarm_way[patient] == ALARM_TO_113
        )
        return table.judged_113[patient] if of_113 else table.judged[patient]

    def drive_s(self, start: int, end: int, mode: str = "car") -> float:
        return self.to(mode, self.condition[int(self.now // HOUR_S)], end)[start]

    def open_clinic(self, patient: int) -> int:
        is_open = self.plan.openings.at(self.now, self.table.municipality[patient])
        if len(is_open) == 1:
            return is_open[0]
        place, places = self.place[patient], self.clinic_place
        return min(is_open, key=lambda clinic: self.drive_s(place, places[clinic]))

    def to_clinic(self, patient: int) -> None:
        clinic = self.clinic[patient] = self.open_clinic(patient)
        drive_s = self.drive_s(self.place[patient], self.clinic_place[clinic])
        self.later(self.table.preparation_s[patient] + drive_s, self.at_clinic, patient)

    def at_clinic(self, patient: int, _: float) -> None:
        nurses = self.nurses[self.clinic[patient]]
        if nurses is None:
            self.asks_doctor(patient)
        else:
            self.ask(nurses, self.urgency(patient), self.nurse_receives, patient)

    def nurse_receives(self, patient: int, _: float) -> None:
        self.later(self.table.nurse_s[patient], self.received, patient)

    def received(self, patient: int, _: float) -> None:
        self.release(self.nurses[self.clinic[patient]])
        self.asks_doctor(patient)

    def asks_doctor(self, patient: int) -> None:
        doctors = self.doctors[self.clinic[patient]]
        self.ask(doctors, self.urgency(patient), self.doctor_sees, patient)

    def doctor_sees(self, patient: int, _: float) -> None:
        self.doctor_s[patient] = self.now
        self.later(self.table.consultation_s[patient], self.seen, patient)

    def seen(self, patient: int, _: float) -> None:
        self.release(self.doctors[self.clinic[patient]])
        place = self.clinic_place[self.clinic[patient]]
        by_ambulance = self.table.admitted[patient] and self.table.by_ambulance[patient]
        if by_ambulance and self.hospital(place) != place:
            self.place[patient] = place
            self.send(max(self.urgency(patient), YELLOW), self.fetched, patient)

    def doctor_rings(self, patient: int, _: float) -> None:
        self.doctor_s[patient] = self.now
        self.later(self.table.doctor_phone_s[patient], self.doctor_free, patient)

    def doctor_free(self, patient: int, clinic: float) -> None:
        self.release(self.doctors[self.clinic[patient]])

    def home_visit(self, patient: int) -> None:
        clinic = self.clinic[patient] = self.open_clinic(patient)
        limit_s = self.plan.organisation.home_visits.max_drive_min.value * 60
        if self.drive_s(self.clinic_place[clinic], self.place[patient]) > limit_s:
            self.to_clinic(patient)
        else:
            self.ask(self.doctors[clinic], self.urgency(patient), self.doctor_leaves, patient)

    def doctor_leaves(self, patient: int, _: float) -> None:
        drive_s = self.drive_s(self.clinic_place[self.clinic[patient]], self.place[patient])
        self.later(drive_s, self.doctor_at_home, patient, drive_s)

    def doctor_at_home(self, patient: int, drive_s: float) -> None:
        self.doctor_s[patient] = self.now
        self.later(self.table.home_visit_s[patient], self.visited, patient, drive_s)

    def visited(self, patient: int, drive_s: float) -> None:
        self.later(drive_s, self.doctor_free, patient)

    # -- ambulances --------------------------------------------------------------------------

    def dispatches(self, patient: int, _: float) -> None:
        self.later(self.table.dispatch_s[patient], self.dispatched, patient)

    def dispatched(self, patient: int, _: float) -> None:
        self.release(self.dispatch)
        if self.table.municipality[patient] < 0:
            return
        urgency, table = self.urgency(patient), self.table
        if urgency == RED and table.doctor_alerted[patient] and table.doctor_goes[patient]:
            self.call_out(patient)
        self.send(urgency, self.on_the_way, patient)

    def call_out(self, patient: int) -> None:
        clinic = self.open_clinic(patient)
        drive_s = self.drive_s(self.clinic_place[clinic], self.place[patient])
        limit_s = self.plan.organisation.call_outs.max_drive_min.value * 60
        if drive_s <= limit_s and self.doctors[clinic].free > 0:
            self.doctors[clinic].free -= 1
            away_s = 2 * drive_s + self.table.doctor_on_scene_s[patient]
            self.later(away_s, self.back_from_call_out, clinic)

    def back_from_call_out(self, clinic: int, _: float) -> None:
        self.release(self.doctors[clinic])

    def send(self, urgency: int, goes: Step, patient: int) -> None:
        """Send the nearest free crew, or let the mission wait by urgency."""
        if not self.free:
            self.number += 1
            heappush(self.missions, (urgency, self.number, goes, patient))
            return
        mode = "blue" if urgency == RED else "car"
        condition = self.condition[int(self.now // HOUR_S)]
        times = self.to(mode, condition, self.place[patient])
        drives = [times[self.station[crew]] for crew in self.free]
        goes(patient, self.free.pop(drives.index(min(drives))))

    def out_s(self, patient: int, crew: int) -> float:
        mode = "blue" if self.urgency(patient) == RED else "car"
        drive_s = self.drive_s(self.station[crew], self.place[patient], mode)
        return self.table.station_s[patient] + drive_s

    def on_the_way(self, patient: int, crew: float) -> None:
        self.later(self.out_s(patient, int(crew)), self.on_scene, patient, crew)

    def on_scene(self, patient: int, crew: float) -> None:
        self.on_scene_s[patient] = self.now
        self.later(self.table.on_scene_s[patient], self.leaves_scene, patient, crew)

    def leaves_scene(self, patient: int, crew: float) -> None:
        to, place = self.table.conveyed[patient], self.place[patient]
        if to == HOME:
            self.crew_free(patient, crew)
        elif to == LEGEVAKT:
            clinic = self.clinic[patient] = self.open_clinic(patient)
            drive_s = self.drive_s(place, self.clinic_place[clinic])
            self.later(drive_s, self.at_legevakt, patient, crew)
        else:
            mode = "blue" if self.urgency(patient) == RED else "car"
            drive_s = self.drive_s(place, self.hospital(place), mode)
            self.later(drive_s, self.at_hospital, patient, crew)

    def hospital(self, place: int) -> int:
        return min(self.hospitals, key=lambda hospital: self.drive_s(place, hospital))

    def at_legevakt(self, patient: int, crew: float) -> None:
        self.later(self.table.legevakt_handover_s[patient], self.crew_free, patient, crew)
        self.at_clinic(patient, 0.0)

    def at_hospital(self, patient: int, crew: float) -> None:
        self.later(self.table.hospital_handover_s[patient], self.crew_free, patient, crew)

    def fetched(self, patient: int, crew: float) -> None:
        ready_s = self.out_s(patient, int(crew)) + self.table.legevakt_handover_s[patient]
        self.later(ready_s, self.leaves_clinic, patient, crew)

    def transports(self, patient: int, crew: float) -> None:
        """Planned: there, aboard, and away or to its place, all in one."""
        place, to = self.place[patient], self.table.transport_to[patient]
        away_s = self.table.away_s[patient]
        if to >= 0:
            away_s = self.drive_s(place, to) + self.table.hospital_handover_s[patient]
        busy_s = self.out_s(patient, int(crew)) + self.table.on_scene_s[patient] + away_s
        self.later(busy_s, self.crew_free, patient, crew)

    def leaves_clinic(self, patient: int, crew: float) -> None:
        drive_s = self.drive_s(self.place[patient], self.hospital(self.place[patient]))
        handover_s = self.table.hospital_handover_s[patient]
        self.later(drive_s + handover_s, self.crew_free, patient, crew)

    def crew_free(self, patient: int, crew: float) -> None:
        if self.on_duty[int(crew)]:
            self.offer(int(crew))

    def offer(self, crew: int) -> None:
        if self.missions:
            _, _, goes, patient = heappop(self.missions)
            goes(patient, crew)
        else:
            self.free.append(crew)

    def crew_on(self, crew: int, _: float) -> None:
        self.on_duty[crew] = True
        if crew not in self.free:
            self.offer(crew)

    def crew_off(self, crew: int, _: float) -> None:
        self.on_duty[crew] = False
        if crew in self.free:
            self.free.remove(crew)
