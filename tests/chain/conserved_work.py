"""What must hold of the work in every run: one place at a time, on duty, as long as drawn."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from akuttsim.chain.filled_rosters import rostered_shifts
from akuttsim.chain.run_plan import Seat
from akuttsim.config.schema.roster import Span, merge_spans
from akuttsim.records import (
    ALARM,
    AS_PASSENGER,
    CALL_OUT,
    CONFERENCE,
    CONSULTATION,
    DISPATCH,
    DOCTOR_CONFERENCE,
    DOOR_TRIAGE,
    E_CONSULT,
    HOME_NURSING,
    KINDS,
    LEFT_PATIENT,
    NURSE,
    NURSE_OUT,
    PHONE,
    RESULT,
    RETURN,
    REVIEW,
    TALK,
    TEAM_LEFT_PATIENT,
    TEAM_WENT_OUT,
    TRIPLE_ALERT,
    VIDEO,
    VISIT,
    WAY_IN,
    WITH_PATIENT,
    ShiftTaken,
)
from akuttsim.units import MINUTE_S
from tests.chain.conserved import Met, Work, rings

ON_THE_PHONE = (TALK, CONFERENCE, ALARM, TRIPLE_ALERT)


def units_are_in_one_place(met: Met) -> None:
    for each in met.work:
        assert 0 <= each.start_s <= each.end_s <= met.record.end_s
    for one, following in itertools.pairwise(met.work):
        same = one.unit == following.unit
        name = met.record.units[one.unit].name
        assert not same or following.start_s >= one.end_s, (name, one, following)


def is_on_duty(spans: tuple[Span, ...], at: float) -> bool:
    return any(start <= at <= end for start, end in spans)


def goes_on(met: Met) -> Iterator[tuple[Work, bool]]:
    """Yield all work, and whether it is more of the same unit's for the same patient."""
    before = None
    for each in met.work:
        yield each, before == (each.unit, each.patient, each.start_s)
        before = each.unit, each.patient, each.end_s


def answered_number(met: Met) -> dict[tuple[int, float], str]:
    """Return the number of the room that took each call, by patient and time.

    An operator may have been reaching for the phone when the caller hung up. Who hung up on 113 may
    be rung back: at a time that no call tells (-1).
    """
    calls = met.record.calls
    reached = {
        (each.patient, each.found_s): met.rooms[each.room][1].number
        for each in rings(met)
        if each.answered_by < 0 and not np.isnan(each.found_s)
    }
    hung_up = np.flatnonzero(~np.isnan(calls.left_s))
    at_113 = [row for row in hung_up if met.rooms[calls.room[row]][1].number == "113"]
    return (
        reached
        | {(int(calls.patient[row]), -1.0): "113" for row in at_113}
        | {
            (each.patient, each.found_s): met.rooms[each.answered_by][1].number
            for each in rings(met)
            if each.answered_by >= 0
        }
    )


def work_begins_on_duty(met: Met) -> None:
    """Work begins on duty, or after the shift for whom nobody on duty may serve.

    Crews drive home, and colleagues go on with the patient in hand. A back-up has hours of its own.
    """
    numbers, units = answered_number(met), met.record.units
    for each, more in goes_on(met):
        unit = units[each.unit]
        is_late = each.kind != RETURN and not is_on_duty(unit.on_duty, each.start_s)
        if not is_late or more or unit.role == "back_up_doctor":
            continue
        assert unit.role != "crew", (unit.name, each)
        assert any(end <= each.start_s for _, end in unit.on_duty), (unit.name, each)
        work = training(unit.role, each, numbers)
        able = [
            seat.unit.name
            for seat in met.world.plan.teams[unit.role, unit.team]
            if may(seat, work) and any(s < each.start_s < e for s, e in seat.spans)
        ]
        assert not able, (unit.name, each, able)


def empty_shifts_are_nobodys(met: Met) -> None:
    """A shift that nobody took is off duty, and the others are on; only what may closes for it."""
    shifts, organisation = met.record.shifts, met.world.plan.organisation
    if shifts is None:
        assert not rostered_shifts(met.world.plan)
        return
    rows = zip(shifts.unit.tolist(), shifts.start_s.tolist(), shifts.end_s.tolist(), strict=True)
    for (row, start_s, end_s), by in zip(rows, shifts.taken_by.tolist(), strict=True):
        unit = met.record.units[row]
        on_duty_s = sum(max(0.0, min(b, end_s) - max(a, start_s)) for a, b in unit.on_duty)
        assert on_duty_s == (0.0 if by == ShiftTaken.NOBODY else end_s - start_s), (unit, start_s)
        if by != ShiftTaken.NOBODY or unit.role == "crew":
            continue
        is_satellite = unit.role == "nurse" and organisation.clinics[unit.team].kind == "satellite"
        seats = met.world.plan.teams[unit.role, unit.team]
        others = merge_spans(span for seat in seats for span in seat.spans)
        assert is_satellite or any(a <= start_s and end_s <= b for a, b in others), unit


def training(role: str, work: Work, numbers: dict[tuple[int, float], str]) -> str:
    """Return what one must be able to do for some work."""
    if role != "operator":
        return "care"
    if work.kind in (NURSE, DOOR_TRIAGE):
        return "clinic"
    if work.kind == DISPATCH:
        return "113"
    hung_up = numbers.get((work.patient, -1.0), "116117")
    return numbers.get((work.patient, work.start_s), hung_up)


def may(seat: Seat, work: str) -> bool:
    return work == "care" or seat.answers is None or work in seat.answers


def everybody_is_trained(met: Met) -> None:
    numbers, plan = answered_number(met), met.world.plan
    seats = {seat.unit.name: seat for team in plan.teams.values() for seat in team}
    for each, more in goes_on(met):
        unit = met.record.units[each.unit]
        if unit.role == "operator" and not more:
            assert may(seats[unit.name], training(unit.role, each, numbers)), (unit.name, each)


def back_ups_come_when_woken(met: Met) -> None:
    """Woken only in hours on call, there after the time it takes, and at work until quiet.

    Who stands in for doctors who are out may be idle meanwhile, and so may the last one inside.
    Advice to doctors in training is given from home; who was asked on call may come in after it.
    """
    teams = met.world.plan.organisation.doctors
    mine: dict[int, list[Work]] = {}
    talks = {(w.unit, w.end_s): w.start_s for w in met.work if w.kind == PHONE}
    for each in met.work:
        of_role = met.record.units[each.unit].role == "back_up_doctor"
        if of_role and (each.kind != PHONE or is_awake(mine.get(each.unit), each)):
            mine.setdefault(each.unit, []).append(each)
    for index, work in mine.items():
        unit = met.record.units[index]
        rule = teams[unit.team].back_up
        assert rule is not None and work[0].kind == WAY_IN
        for each in (w for w in work if w.kind == WAY_IN):
            asked_s = talks.get((index, each.start_s), each.start_s)
            assert is_on_duty(unit.on_duty, asked_s), (unit.name, each)
            assert each.end_s - each.start_s == rule.comes_after_min.value * MINUTE_S
        seats = met.world.plan.teams["doctor", unit.team]
        for one, following in itertools.pairwise(work):
            if following.kind != WAY_IN and following.start_s > one.end_s:
                regulars = any(s < one.end_s < e for seat in seats for s, e in seat.spans)
                assert rule.when_all_are_out or not regulars, (unit.name, one, following)


def is_awake(before: list[Work] | None, work: Work) -> bool:
    """Tell whether a doctor on call who speaks on the phone goes on from other work."""
    return bool(before) and before is not None and before[-1].end_s == work.start_s


def no_rooms_wait_for_each_other(met: Met) -> None:
    """Operators for whom a queue only grows are at work, not on the line with each other.

    Work is logged when it ends. One of two may have to be kept free, so less than half is asked.
    """
    last_s = met.patients.time_s[-1].item()
    for each in (o for o in met.record.overloads if o.role == "operator"):
        mine = {i for i, u in enumerate(met.record.units) if u[1:3] == (each.role, each.team)}
        work = [(w.start_s, w.end_s) for w in met.work if w.unit in mine]
        shifts = [span for i in mine for span in met.record.units[i].on_duty]
        assert between(work, each.since_s, last_s) > 0.4 * between(shifts, each.since_s, last_s), (
            each
        )


def between(spans: list[Span], first_s: float, last_s: float) -> float:
    """Return how many seconds of the spans lie between two times."""
    return sum(max(0.0, min(end, last_s) - max(start, first_s)) for start, end in spans)


def operators_take_what_was_answered(met: Met) -> None:
    """Each call that was answered is an operator's work from then, in a team of that room.

    Whoever holds a caller may be offered that very caller, and goes on then.
    """
    teams = [room.operators_of or name for name, room in met.rooms]
    work = [(each, more) for each, more in goes_on(met) if each.kind in ON_THE_PHONE]
    took = {(w.patient, w.start_s, met.record.units[w.unit].team) for w, _ in work}
    calls = met.record.calls
    again = set(calls.patient[met.rings_back].tolist())
    again |= set(np.flatnonzero(met.patients.language).tolist())  # who may be passed on
    new = [(w.patient, w.start_s) for w, more in work if not more and w.patient not in again]
    assert len(new) == len(set(new)), "two operators took the same call"
    answered = [ring for ring in rings(met) if not np.isnan(ring.found_s)]
    assert set(new) <= {(ring.patient, ring.found_s) for ring in answered}
    for ring in (each for each in answered if each.answered_by >= 0):
        key = ring.patient, ring.found_s, teams[ring.answered_by]
        assert key in took or met.record.overloads, ring


INTERRUPTIBLE = (CONSULTATION, RESULT, PHONE, VIDEO, REVIEW, E_CONSULT)


def work_in_pieces(met: Met) -> dict[tuple[int, int], list[Work]]:
    """Return the pieces of what doctors may leave, by patient and kind, of those who were left."""
    pieces: dict[tuple[int, int], list[Work]] = {}
    talks = Counter((w.patient, w.start_s, w.end_s) for w in met.work if w.kind == PHONE)
    for patient in np.flatnonzero(met.record.courses.interrupted).tolist():
        for each in met.of_patient.get(patient, []):
            is_advice = each.kind == PHONE and talks[patient, each.start_s, each.end_s] > 1
            if each.kind in INTERRUPTIBLE and not is_advice:
                pieces.setdefault((patient, each.kind), []).append(each)
    return pieces


def interrupted_work_is_done_in_the_end(met: Met) -> None:
    """The pieces of all that a left patient got make up what was drawn, for whoever got it whole.

    Who asks again may get the same twice. No more is lost than what an unfinished patient still
    waits for, and nobody waits untold.
    """
    courses, drawn = met.record.courses, durations(met)
    for (patient, kind), pieces in work_in_pieces(met).items():
        took_s = sum(piece.end_s - piece.start_s for piece in pieces)
        could = {column[patient] for column in drawn[kind]}
        twice = not np.isnan(courses.again_s[patient])
        sums = could | {a + b for a in could for b in could if twice or a != b}
        ended = not np.isnan(courses.ended_s[patient])
        assert (took_s in sums) if ended else took_s <= max(sums), (KINDS[kind], pieces)
    left = courses.interrupted > 0
    assert not (np.isnan(courses.interrupted_s) & left & ~np.isnan(courses.ended_s)).any()
    assert not (~np.isnan(courses.interrupted_s) & ~left).any()
    for_red = np.isin(courses.doctor_call_out, (LEFT_PATIENT, TEAM_LEFT_PATIENT))
    assert for_red.sum() == courses.interrupted.sum()


def doctors_at_home_come_in(met: Met) -> None:
    """On home duty a doctor is at the clinic no sooner than it takes to come in, and then works.

    A way in is for a patient, who is seen next unless a red alarm takes the doctor.
    """
    plan = met.world.plan
    seats = [seat for team in plan.teams.values() for seat in team]
    at_home = {number for number, seat in enumerate(seats) if seat.at_home}
    inside: dict[int, bool] = {}
    for one, after in itertools.pairwise([*met.work, met.work[0]] if met.work else []):
        unit = met.record.units[one.unit]
        if one.kind != WAY_IN or unit.role != "doctor":
            continue
        assert one.unit in at_home, (unit.name, one)
        team = plan.organisation.doctors[unit.team]
        index = list(plan.organisation.doctors).index(unit.team)
        assert team.home_duty is not None
        assert one.end_s - one.start_s <= met.table.optional.comes_in_s[index][one.patient]
        goes_on_with = (after.unit, after.patient, after.start_s)
        is_seen = goes_on_with == (one.unit, one.patient, one.end_s)
        assert is_seen or after.kind == CALL_OUT or one.end_s == one.start_s, (one, after)
        inside[one.unit] = True
    came_in = {each.unit for each in met.work if each.kind == CONSULTATION}
    for unit in came_in & at_home:
        name = met.record.units[unit].team
        index = list(plan.organisation.doctors).index(name)
        if min(met.table.optional.comes_in_s[index]) > 0:
            assert inside.get(unit), "who is at home sees nobody at the clinic without coming in"


def work_takes_the_time_drawn(met: Met) -> None:
    """Each kind of work takes as long as was drawn for that patient, to the last bit.

    What was interrupted is left to `interrupted_work_is_done_in_the_end`.
    """
    table = met.table
    columns, in_pieces = durations(met), work_in_pieces(met)
    for each in met.work:
        took_s, unit = each.end_s - each.start_s, met.record.units[each.unit]
        if (each.patient, each.kind) in in_pieces or unit.role == "home_nurse":
            continue
        if each.kind in columns:
            drawn = [column[each.patient] for column in columns[each.kind]]
            assert took_s in drawn and took_s > 0, (KINDS[each.kind], each)
        elif each.kind in (VISIT, CALL_OUT):
            least = {VISIT: table.home_visit_s, CALL_OUT: table.doctor_on_scene_s}[each.kind]
            may_stop = met.world.plan.organisation.call_outs.leaves_for_red
            may_stop = may_stop or met.world.plan.organisation.call_outs.turns_back
            may_stop = may_stop or went_as_team(met, each.patient)
            assert may_stop or took_s >= least[each.patient]
        elif each.kind == NURSE and unit.role != "crew" and is_received(met, unit.team):
            assert took_s in (table.nurse_s[each.patient], looks_in_s(met))


def looks_in_s(met: Met) -> float | None:
    """Return how long a nurse looks in on who is observed; None where nobody does."""
    observation = met.world.plan.organisation.clinic_care.observation
    if observation is None or observation.nursing is None:
        return None
    return observation.nursing.look_min.value * MINUTE_S


def went_as_team(met: Met, patient: int) -> bool:
    return int(met.record.courses.doctor_call_out[patient]) in (TEAM_WENT_OUT, TEAM_LEFT_PATIENT)


def acute_teams_help_and_come_back(met: Met) -> None:
    """Whoever went out drives or rides from place to place without a gap, and ends at the base.

    Who helps does so as long as was drawn and until a crew is there or the patient has gone; who
    rides along leaves the hospital after the hand-over.
    """
    courses, trips, plan = met.record.courses, met.record.trips, met.world.plan
    bases = {name: plan.place_index[team.place] for name, team in plan.organisation.doctors.items()}
    bases |= {name: plan.place_index[c.place] for name, c in plan.organisation.clinics.items()}
    for each in (w for w in met.work if w.kind in (CALL_OUT, NURSE_OUT)):
        if not went_as_team(met, each.patient):
            continue
        mine = (trips.unit == each.unit) & (trips.patient == each.patient)
        mine &= (trips.departed_s >= each.start_s) & (trips.arrived_s <= each.end_s)
        rows = np.flatnonzero(mine)
        if not len(rows):
            assert np.isnan(courses.doctor_on_scene_s[each.patient]), "turned before it left"
            continue
        assert trips.destination[rows[-1]] == bases[met.record.units[each.unit].team]
        assert trips.arrived_s[rows[-1]] == each.end_s
        for before, after in itertools.pairwise(rows.tolist()):
            assert not trips.completed[before] or trips.destination[before] == trips.origin[after]
            assert trips.departed_s[after] >= trips.arrived_s[before]
        if each.kind == CALL_OUT and not np.isnan(courses.doctor_on_scene_s[each.patient]):
            helped_until(met, each, rows[-1])


def helped_until(met: Met, work: Work, last: int) -> None:
    """Hold a doctor of a team, who stood at the patient, to when the last trip set out."""
    courses, trips, patient = met.record.courses, met.record.trips, work.patient
    left_s = trips.departed_s[last]
    rode = (trips.unit == work.unit) & (trips.patient == patient) & (trips.kind == WITH_PATIENT)
    if rode.any():
        assert trips.mode[rode].tolist() == [AS_PASSENGER] * int(rode.sum())
        handed_over_s = courses.handover_began_s[patient] + met.table.hospital_handover_s[patient]
        assert left_s >= handed_over_s and trips.origin[last] == trips.destination[rode][-1]
        return
    helped_s = left_s - courses.doctor_on_scene_s[patient]
    gone = left_s == courses.left_scene_s[patient]
    assert gone or helped_s >= met.table.doctor_on_scene_s[patient] - 1e-6
    assert gone or left_s >= np.nanmin([courses.on_scene_s[patient], courses.left_scene_s[patient]])


def home_nurses_go_from_home_to_home(met: Met) -> None:
    """Who is out drives from where the last visit was, without a gap, and back to the base.

    Alarms end with help or are passed on, and each visit takes as long as was drawn.
    """
    nursing, courses = met.world.plan.organisation.home_nursing, met.record.courses
    if nursing is None:
        assert met.record.planned_visits is None
        return
    helped = [w for w in met.work if w.kind == NURSE_OUT and is_home_nurse(met, w)]
    came_s = courses.nurse_on_scene_s
    for each in helped:
        stayed_s = each.end_s - came_s[each.patient]
        assert stayed_s == pytest.approx(met.table.optional.home_help_s[each.patient], abs=1e-6)
    in_time = {each.patient for each in helped}
    over = (courses.outcome == HOME_NURSING) & ~np.isnan(came_s)
    assert set(np.flatnonzero(over).tolist()) == in_time
    visits = met.record.planned_visits
    assert visits is not None and not (visits.at_door_s < visits.due_s).any()
    assert met.record.overloads or not np.isnan(visits.left_s).any()
    done = ~np.isnan(visits.left_s)
    assert done.sum() == sum(w.kind == VISIT and is_home_nurse(met, w) for w in met.work)
    trips, bases = met.record.trips, met.world.plan.place_index
    for unit, (_, role, team, _) in enumerate(met.record.units):
        rows = np.flatnonzero(trips.unit == unit) if role == "home_nurse" else np.array([], int)
        at, free_s = bases[nursing.teams[team].place] if len(rows) else -1, 0.0
        for row in rows.tolist():
            assert trips.departed_s[row] >= free_s
            assert at in (trips.origin[row], None)
            at = trips.destination[row] if trips.completed[row] else None
            free_s = trips.arrived_s[row]


def is_home_nurse(met: Met, work: Work) -> bool:
    return met.record.units[work.unit].role == "home_nurse"


def is_received(met: Met, team: str) -> bool:
    """Tell whether nurses of a team receive patients, rather than stay with them at a satellite."""
    clinic = met.world.plan.organisation.clinics.get(team)
    return clinic is None or clinic.kind != "satellite"


def crews_examine_as_long_as_drawn(met: Met) -> None:
    """A crew at a satellite it staffs: in pieces, and longer only while a doctor is due."""
    courses, table = met.record.courses, met.table
    took_s: dict[int, float] = {}
    for each in met.work:
        if each.kind == NURSE and met.record.units[each.unit].role == "crew":
            took_s[each.patient] = took_s.get(each.patient, 0.0) + each.end_s - each.start_s
    for patient, seconds in took_s.items():
        drawn_s, ended = table.satellite_nurse_s[patient], ~np.isnan(courses.ended_s[patient])
        if not table.satellite_doctor[patient]:
            assert seconds == drawn_s if ended else seconds <= drawn_s
        else:
            assert seconds >= drawn_s or not ended


def durations(met: Met) -> dict[int, list[list[float]]]:
    """Return the columns that tell how long each kind of work may take."""
    choices, table = met.table.optional, met.table
    return {
        DISPATCH: [table.dispatch_s],
        CONSULTATION: [table.consultation_s],
        PHONE: [table.doctor_phone_s, *(each for each in choices.training_talk_s if len(each))],
        VIDEO: [table.satellite_video_s, choices.crew_video_s, choices.nursing_home_video_s],
        REVIEW: [choices.review_s],
        DOCTOR_CONFERENCE: [choices.doctor_conference_s],
        TRIPLE_ALERT: [choices.triple_alert_s],
        E_CONSULT: [choices.e_consultation_s],
        DOOR_TRIAGE: [choices.door_triage_s],
        RESULT: [choices.result_s, choices.observed_result_s],
    }
