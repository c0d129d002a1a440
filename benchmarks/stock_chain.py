"""The chain of care written the usual way, with stock SimPy: an oracle, and a yardstick for speed.

One `PriorityResource` a team, `request | timeout` for patience, an ordinary process for whatever
runs beside something else. Shares with `akuttsim.chain` only its inputs: the plan (rosters
unrolled, opening hours) and the table of cases. With constant staff it must give the same times to
the last bit; at shift ends it is simplified (see `Team`).
"""

from __future__ import annotations

from math import inf, isnan, nan

from akuttsim.chain.patient_view import GIVES_UP, RINGS_113
from akuttsim.patients.alarms_and_transports import (
    ALARM_CLOSED_THERE,
    ALARM_TO_113,
    ALARM_TO_HOME_NURSING,
)
from akuttsim.records import (
    ADVICE,
    ALARM,
    ALARM_CLOSED,
    AMBULANCE,
    CLINIC,
    CONFERENCE,
    DOCTOR_PHONE,
    HOME_NURSING,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    LINE_TRANSPORT,
    LOST,
    SAME_INCIDENT,
    TALK,
    TO_116117,
    UNFINISHED,
)
from akuttsim.units import tick
from benchmarks.stock_care import StockCare
from benchmarks.stock_parts import Steps
from benchmarks.stock_run import Caller


class StockChain(StockCare):
    """From ringing to finished care."""

    def run(self) -> StockChain:
        self.env.process(self.people_ring())
        self.env.run(until=self.plan.end_s)
        for patient in self.table.present:
            if isnan(self.log["ended_s"][patient]):
                self.log["outcome"][patient] = UNFINISHED
        return self

    def people_ring(self) -> Steps:
        begins = {
            LINE_113: self.rings_113,
            LINE_ALARM: self.presses_alarm,
            LINE_TRANSPORT: self.planned_transport,
        }
        for patient in self.table.present:
            yield self.env.timeout(self.table.time_s[patient] - self.env.now)
            caller = Caller(self.table, patient)
            self.env.process(begins.get(caller.line, self.rings_116117)(caller))

    def presses_alarm(self, caller: Caller) -> Steps:
        """The response centre closes the alarm, sends home nursing, or hands the user over."""
        centre, patient = self.room(caller, "alarm"), caller.patient
        operator = yield from self.answered(caller, centre)
        yield self.take("alarm_talk_s", caller)
        way = self.table.alarm_way[patient]
        if way == ALARM_CLOSED_THERE:
            self.teams["operator", centre].done(operator, ALARM, patient)
            self.ends(caller, ALARM_CLOSED)
        elif way == ALARM_TO_HOME_NURSING:
            yield self.take("alarm_handover_s", caller)
            self.teams["operator", centre].done(operator, ALARM, patient)
            yield self.take("home_nursing_s", caller)
            self.ends(caller, HOME_NURSING)
        else:
            yield from self.alarm_goes_on(caller, centre, operator, way == ALARM_TO_113)

    def alarm_goes_on(self, caller: Caller, centre: str, operator, to_113: bool) -> Steps:
        self.teams["operator", centre].turns(operator, ALARM, caller.patient)
        room = self.room(caller, "113" if to_113 else "116117")
        if to_113:
            self.note("notified_s", caller)
        colleague = yield from self.hands_over_to(
            caller, centre, operator, room, "alarm_handover_s"
        )
        if to_113:
            yield from self.taken_by_113(caller, room, colleague)
        else:
            yield from self.nurse_talks(caller, room, colleague)

    def answered(
        self, caller: Caller, room: str, patience_s: float | None = None, found=lambda: None
    ) -> Steps:
        operators = self.teams["operator", room]
        index = list(self.plan.organisation.control_rooms).index(room)
        row = [caller.patient, index, caller.line, -1, False, self.env.now, nan, nan, nan]
        caller.ring = len(self.calls)
        self.calls.append(row)
        request = operators.ask(caller.priority)
        if self.holding[room] and not request.triggered:
            self.lets_go(room)
        if patience_s is None:
            yield request
        else:
            yield request | self.env.timeout(patience_s)
        if request.triggered:
            found()
            row[6] = self.env.now
            return (yield from self.picks_up(caller, room, patience_s, request))
        request.cancel()
        row[8] = self.env.now
        return None

    def picks_up(self, caller: Caller, room: str, patience_s: float | None, request) -> Steps:
        """The operator reaches for the phone; the caller may leave before."""
        row, index = self.calls[caller.ring], list(self.plan.organisation.control_rooms).index(room)
        if self.table.optional.pick_up_s[index]:
            pick_up_s = self.table.optional.pick_up_s[index][caller.patient]
            stays_s = inf if patience_s is None else row[5] + patience_s - self.env.now
            yield self.env.timeout(max(0.0, min(pick_up_s, stays_s)))
            if stays_s < pick_up_s:
                self.teams["operator", room].done(request, TALK, caller.patient)
                row[8] = self.env.now
                return None
        row[3], row[7] = index, self.env.now
        return request

    def rung_back(self, caller: Caller, room: str) -> Steps:
        """113 rings back who hung up, after all who ring."""
        row, index = self.calls[caller.ring], list(self.plan.organisation.control_rooms).index(room)
        if not self.table.optional.ring_back_s[index]:
            return None
        caller.priority = 2
        request = self.teams["operator", room].ask(2)
        yield request
        row[6] = self.env.now
        yield self.env.timeout(self.table.optional.ring_back_s[index][caller.patient])
        if not self.table.optional.rung_back[index][caller.patient]:
            self.teams["operator", room].done(request, TALK, caller.patient)
            return None
        row[3], row[4], row[7] = index, True, self.env.now
        return request

    def lets_go(self, room: str) -> None:
        """An operator who holds a caller for another room is needed: the caller waits alone."""
        request, patient = self.holding[room].pop(0)
        self.teams["operator", room].done(request, CONFERENCE, patient)

    def rings_116117(self, caller: Caller) -> Steps:
        room = self.room(caller, "116117")
        menu_s = self.plan.organisation.control_rooms[room].menu_s.value
        for attempt in range(3):
            patience_s = self.seconds[f"patience_{attempt}_s"](caller.patient)
            heard_s = 0.0
            if menu_s and caller.line == LINE_116117:
                heard_s = yield from self.hears_menu(caller, menu_s, patience_s)
            request = None
            if heard_s is not None:
                request = yield from self.answered(caller, room, patience_s - heard_s)
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

    def hears_menu(self, caller: Caller, menu_s: float, patience_s: float) -> Steps:
        """Hear the message; what it counts against patience, or None after hanging up in it."""
        counts = self.table.menu_counts
        if patience_s >= counts * menu_s:
            yield self.env.timeout(menu_s)
            return counts * menu_s
        yield self.env.timeout(tick(patience_s / counts))
        self.log["left_in_menu"][caller.patient] += 1
        return None

    def nurse_talks(self, caller: Caller, room: str, request) -> Steps:
        caller.urgency = self.table.judged[caller.patient]
        self.note("judged", caller, caller.urgency)
        self.note("video", caller, self.table.video[caller.patient])
        self.note("video_moved", caller, self.table.video_moved[caller.patient])
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
        if kind == CONFERENCE:
            yield self.take("rest_of_talk_s", caller)
        yield self.take("after_call_s", caller)
        self.teams["operator", room].done(request, kind, caller.patient)

    def conference(self, caller: Caller, room: str, request) -> Steps:
        amk = self.room(caller, "113")
        caller.priority, caller.line = 0, LINE_HEALTH
        self.note("notified_s", caller)
        taker = yield from self.answered(caller, amk)
        yield self.take("conference_s", caller)
        self.env.process(self.after_call(caller, room, request, CONFERENCE))
        self.env.process(self.ambulance(caller, amk))
        yield self.take("interview_113_s", caller)
        self.teams["operator", amk].done(taker, TALK, caller.patient)

    def rings_113(self, caller: Caller) -> Steps:
        amk = self.room(caller, "113")
        caller.line, caller.priority = LINE_113, 1
        self.note("notified_s", caller)
        patience_s = self.seconds["patience_113_s"](caller.patient)
        taker = yield from self.answered(caller, amk, patience_s)
        if taker is None:
            taker = yield from self.rung_back(caller, amk)
        if taker is None:
            self.ends(caller, LOST)
            return
        yield from self.taken_by_113(caller, amk, taker)

    def taken_by_113(self, caller: Caller, amk: str, taker) -> Steps:
        caller.urgency = self.table.judged_113[caller.patient]
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
        way = self.table.way_113[caller.patient]
        if way != TO_116117 or caller.municipality < 0:
            self.teams["operator", amk].done(taker, TALK, caller.patient)
            self.ends(caller, SAME_INCIDENT if way == SAME_INCIDENT else ADVICE)
            return
        room = self.room(caller, "116117")
        nurse = yield from self.hands_over_to(caller, amk, taker, room, "conference_s")
        yield from self.nurse_talks(caller, room, nurse)

    def hands_over_to(self, caller: Caller, by: str, holder, room: str, takes: str) -> Steps:
        """Hold the caller until another room answers, unless needed meanwhile; then confer."""
        caller.priority, caller.line = 0, LINE_HEALTH
        held = (holder, caller.patient)
        self.holding[by].append(held)
        if self.teams["operator", by].resource.queue:
            self.lets_go(by)
        stays = []

        def found() -> None:
            """Who picks up is on the way: the holder is not called off any more."""
            if held in self.holding[by]:
                self.holding[by].remove(held)
                stays.append(held)

        colleague = yield from self.answered(caller, room, None, found)
        if stays:
            yield self.take(takes, caller)
            self.teams["operator", by].done(holder, CONFERENCE, caller.patient)
        return colleague
