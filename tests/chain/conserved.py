"""What must hold of every run, whatever the organisation: each property a function of a `Met`."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from akuttsim.chain.pathways import care_and_transport
from akuttsim.chain.patient_view import PatientView, view_patients
from akuttsim.chain.run_state import Run
from akuttsim.chain.service import CareSite
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.experiments.patient_source import plan_of_run
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CLINIC,
    CONSULTATION,
    JOURNEY,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_TRANSFER,
    LONG_JOURNEYS,
    LOST,
    MISSION,
    NEVER_ASKED,
    NOT_PRESENT,
    NURSE,
    ORDERED_JOURNEYS,
    OUTSIDE,
    PHONE,
    RESULT,
    UNFINISHED,
    VIDEO,
    Patients,
    Record,
)
from tests import small


class Work(NamedTuple):
    """One stretch of a unit's work, as plain numbers."""

    unit: int
    kind: int
    start_s: float
    end_s: float
    patient: int


@dataclass
class Met:
    """A run, and what was overheard: whose course ended, what was booked, who first came when."""

    world: small.World
    patients: Patients
    record: Record
    ended: Counter[int] = field(default_factory=Counter)
    booked: list[float] = field(default_factory=list)
    came: dict[int, float] = field(default_factory=dict)

    @cached_property
    def table(self) -> PatientView:
        return view_patients(self.world.plan, self.patients)

    @cached_property
    def rooms(self) -> list[tuple[str, ControlRoom]]:
        return list(self.world.plan.organisation.control_rooms.items())

    @cached_property
    def rings_back(self) -> NDArray[np.bool_]:
        """Of each call that was given up, whether the caller is rung back.

        By the room that was rung, or by its back-up if it was down when the caller hung up.
        """
        calls = self.record.calls
        does = {name: room.rings_back is not None for name, room in self.rooms}
        given_up = np.zeros(len(calls.room), dtype=np.bool_)
        for row in np.flatnonzero(~np.isnan(calls.left_s)).tolist():
            name, room = self.rooms[calls.room[row]]
            left_s, down = calls.left_s[row], self.world.plan.down.get(name, ())
            if room.back_up is not None and any(start <= left_s < end for start, end in down):
                name = room.back_up
            given_up[row] = does[name]
        return given_up

    @cached_property
    def work(self) -> list[Work]:
        """All work by unit, in order of time."""
        did = self.record.activities
        columns = (did.unit, did.kind, did.start_s, did.end_s, did.patient)
        rows = (Work(*row) for row in zip(*(column.tolist() for column in columns), strict=True))
        return sorted(rows, key=lambda each: (each.unit, each.start_s, each.end_s))

    @cached_property
    def of_patient(self) -> dict[int, list[Work]]:
        """The work for each patient, in order of time."""
        mine: dict[int, list[Work]] = {}
        for each in sorted(self.work, key=lambda each: (each.start_s, each.end_s)):
            mine.setdefault(each.patient, []).append(each)
        return mine


def meets(changes: small.Changes, where: Any, seed: int) -> Met:
    """Let the patients of a region meet an organisation, and overhear what is not recorded."""
    return meets_world(small.world(small.organisation(changes), where), seed)


def meets_world(world: small.World, seed: int) -> Met:
    world = small.World(plan_of_run(world.plan, 1, 0), world.travel)
    patients = world.sample(seed)
    with pytest.MonkeyPatch.context() as patch:
        met = Met(world, patients, None)  # type: ignore[arg-type]
        _overhear(patch, met)
        met.record = world.meets(patients)
    return met


def _overhear(patch: pytest.MonkeyPatch, met: Met) -> None:
    ends, booked, comes_in = Run.close_course, CareSite.book_time, care_and_transport.enter_clinic

    def counting(self: Run, call: Any, outcome: int) -> None:
        met.ended[call.patient] += 1
        ends(self, call, outcome)

    def noting(self: CareSite, earliest_s: float, closes_s: float) -> float:
        met.booked.append(booked(self, earliest_s, closes_s))
        assert met.booked[-1] >= earliest_s, "nobody is asked to come before he can"
        return met.booked[-1]

    def watching(run: Run, call: Any, site: CareSite) -> None:
        met.came.setdefault(call.patient, run.clock._now)
        comes_in(run, call, site)

    patch.setattr(Run, "close_course", counting)
    patch.setattr(CareSite, "book_time", noting)
    patch.setattr(care_and_transport, "enter_clinic", watching)


# -- people ------------------------------------------------------------------------------------


def everybody_present_ends_exactly_once(met: Met) -> None:
    courses = met.record.courses
    present = np.zeros(len(met.patients), dtype=bool)
    present[met.table.present] = True
    assert np.array_equal(~np.isin(courses.outcome, NEVER_ASKED), present)
    unfinished = courses.outcome == UNFINISHED
    assert met.record.overloads or not (unfinished & ~may_wander(met)).any()
    assert met.ended == Counter(np.flatnonzero(present & ~unfinished).tolist())
    assert np.array_equal(np.isnan(courses.ended_s), ~present | unfinished)
    over = ~np.isnan(courses.ended_s)
    assert (courses.ended_s[over] >= met.patients.time_s[over]).all()
    assert (courses.ended_s[over] < met.record.end_s).all()


def may_wander(met: Met) -> np.ndarray:
    """Return who may be sent on from clinic to clinic at closing time, for ever if they are full.

    Such queues are empty each time a clinic closes, so that the record cannot tell the overload.
    """
    sites = met.world.plan.organisation.clinics.values()
    sends_on = any(site.at_closing == "sends_on" for site in sites)
    return sends_on & ~np.isnan(met.record.courses.left_clinic_s)


def nobody_absent_does_anything(met: Met) -> None:
    courses = met.record.courses
    absent = np.flatnonzero(np.isin(courses.outcome, NEVER_ASKED))
    for name, column in vars(courses).items():
        if name in ("outcome", "instead"):
            continue
        blank = -1 if name in ("judged", "clinic", "crew", "support") else 0
        mine = column[absent]
        untouched = np.isnan(mine) if column.dtype.kind == "f" else mine == blank
        assert untouched.all(), name
    assert not np.isin(met.record.calls.patient, absent).any()
    assert not np.isin(met.record.activities.patient, absent).any()


def times_are_in_order(met: Met) -> None:
    courses = met.record.courses
    chains = (
        ("notified_s", "requested_s", "alerted_s", "rolling_s", "on_scene_s", "left_scene_s"),
        ("left_scene_s", "at_hospital_s", "handover_began_s"),
        ("left_scene_s", "free_s"),
        ("left_home_s", "at_clinic_s"),
        ("nurse_s", "left_clinic_s"),
        ("at_clinic_s", "left_clinic_s", "ended_s"),
        ("doctor_asked_s", "doctor_s", "ended_s"),
    )
    over = ~np.isnan(courses.ended_s)
    for chain in chains:
        for before, after in itertools.pairwise(chain):
            one, other = getattr(courses, before), getattr(courses, after)
            both = ~np.isnan(one) & ~np.isnan(other) & over
            late = np.flatnonzero(both & (one > other))
            assert not len(late), (before, after, late[:5])
    examined = np.zeros(len(over), dtype=bool)
    examined[[each.patient for each in met.work if each.kind == CONSULTATION]] = True
    assert (courses.at_clinic_s <= courses.doctor_s)[examined & over].all()
    assert not (courses.nurse_s > courses.doctor_s)[examined & over].any()
    sent = courses.crew >= 0
    alarmed = sent & ~np.isin(met.patients.line, ORDERED_JOURNEYS)
    assert np.array_equal(alarmed, ~np.isnan(courses.alerted_s))
    never = np.isnan(courses.free_s) & ~np.isnan(courses.ended_s)
    assert met.record.overloads or not (sent & never).any()
    seen = courses.outcome == CLINIC
    assert (courses.clinic[seen] >= 0).all() and not np.isnan(courses.at_clinic_s[seen]).any()
    assert (courses.crew[courses.outcome == AMBULANCE] >= 0).all()
    drove = over & ~np.isnan(courses.travel_s) & ~np.isnan(courses.at_clinic_s)
    drove &= ~np.isnan(courses.left_home_s)
    earliest = (courses.left_home_s + courses.travel_s)[drove]
    assert (courses.at_clinic_s[drove] >= earliest - 1e-6).all()


def walk_ins_never_rang(met: Met) -> None:
    walked = np.flatnonzero(met.record.courses.walk_in)
    assert not np.isin(met.record.calls.patient, walked).any()


def who_has_a_booked_time_comes_then(met: Met) -> None:
    """Booked times are met to the second, unless the run ended first; nobody comes before.

    Who gets worse waiting for it leaves it empty, and may be given another.
    """
    courses = met.record.courses
    waited, got_worse = courses.waited_at_home_s, ~np.isnan(courses.worse_waiting_s)
    with_time = np.flatnonzero(~np.isnan(waited))
    assert (waited[with_time] >= 0).all()
    assert len(with_time) <= len(met.booked) <= len(with_time) + got_worse.sum()
    came = sorted(met.came[p] for p in with_time[~got_worse[with_time]].tolist() if p in met.came)
    kept = sorted(each for each in met.booked if each < met.record.end_s)
    if not got_worse.any():
        assert came == pytest.approx(kept, abs=1e-6)
    where = np.abs(np.subtract.outer(came, kept)) <= 1e-6
    assert where.any(axis=1).all()


def beds_are_never_more_than_there_are(met: Met) -> None:
    courses = met.record.courses
    changes: dict[int, list[tuple[float, int]]] = {}
    for patient in np.flatnonzero(~np.isnan(courses.ended_s) & ~np.isnan(courses.bed_s)):
        inside_s = courses.at_clinic_s[patient]
        seen = [
            w
            for w in met.of_patient[int(patient)]
            if w.kind in (CONSULTATION, RESULT) or (w.kind == PHONE and w.start_s >= inside_s)
        ]
        lay = [
            one.end_s
            for one, after in itertools.pairwise(seen)
            if after.start_s >= one.end_s + courses.bed_s[patient] - 1e-6
        ]
        assert lay and (courses.interrupted[patient] or lay[-1] == seen[-2].end_s)
        lay_down = lay[-1]
        stay = changes.setdefault(int(courses.clinic[patient]), [])
        stay += [(lay_down, 1), (courses.left_clinic_s[patient].item(), -1)]
    sites = list(met.world.plan.organisation.clinics.values())
    for index, steps in changes.items():
        beds = sites[index].observation_beds
        assert beds is not None
        taken = itertools.accumulate(step for _, step in sorted(steps))
        assert max(taken) <= beds.value


def neighbours_end_on_the_phone(met: Met) -> None:
    """No clinic, doctor, crew or support of ours ever hears of a neighbour district's people."""
    courses, theirs = met.record.courses, met.patients.outside >= 0
    for name in ("clinic", "crew", "support"):
        assert (getattr(courses, name)[theirs] == -1).all()
    roles = {
        met.record.units[w.unit].role for w in met.work if w.patient >= 0 and theirs[w.patient]
    }
    assert roles <= {"operator", "dispatcher"}
    ways = (NOT_PRESENT, OUTSIDE, ADVICE, LOST, UNFINISHED)
    assert set(courses.outcome[theirs].tolist()) <= set(ways)


# -- calls ------------------------------------------------------------------------------------


def calls_are_answered_or_given_up(met: Met) -> None:
    calls = met.record.calls
    answered, left = ~np.isnan(calls.answered_s), ~np.isnan(calls.left_s)
    back = calls.called_back & met.rings_back
    assert np.array_equal(answered & left, back)
    found = ~np.isnan(calls.found_s)
    assert (found | ~answered).all()
    assert (calls.found_s[found] >= calls.rang_s[found]).all()
    assert (calls.answered_s[answered] >= calls.found_s[answered]).all()
    assert (calls.answered_s[answered] >= calls.rang_s[answered]).all()
    assert (calls.left_s[left] >= calls.rang_s[left]).all()
    assert (calls.rang_s >= met.patients.time_s[calls.patient]).all()
    ringing = ~answered & ~left
    assert np.isnan(met.record.courses.ended_s[calls.patient[ringing]]).all()
    lost = met.record.courses.outcome == LOST
    given_up = answered & lost[calls.patient]
    again_s = met.record.courses.again_s[calls.patient]
    assert (calls.answered_s < again_s)[given_up].all(), "lost though answered, and not again since"
    assert np.array_equal(calls.answered_by >= 0, answered)


class Ring(NamedTuple):
    """One call, as plain numbers; `found_s` is when an operator began with it, or NaN."""

    patient: int
    room: int
    line: int
    answered_by: int
    rang_s: float
    found_s: float


def rings(met: Met) -> Iterator[Ring]:
    calls = met.record.calls
    columns = (calls.patient, calls.room, calls.line, calls.answered_by, calls.rang_s)
    rows = zip(*(each.tolist() for each in (*columns, calls.found_s)), strict=True)
    yield from (Ring(*row) for row in rows)


def the_right_room_rings(met: Met) -> None:
    plan, lines = met.world.plan, {LINE_116117: "116117", LINE_113: "113", LINE_ALARM: "alarm"}
    for ring in rings(met):
        number, home = lines.get(ring.line), met.table.municipality[ring.patient]
        room = met.rooms[ring.room][1]
        if number is not None:
            assert room.number == number
            menu_s = room.menu_s.value if number == "116117" else 0.0
            if home >= 0:
                assert plan.answering[number].at(ring.rang_s - menu_s, home) == (ring.room,)
            else:
                assert plan.outside[number][met.table.outside[ring.patient]] == ring.room
        else:
            assert room.number != "alarm"


def only_rooms_that_could_answer_did(met: Met) -> None:
    """A room itself, a neighbour it overflows to, a back-up; nobody while down."""
    number_of = {name: index for index, (name, _) in enumerate(met.rooms)}
    helpers: dict[int, set[int]] = {}
    for index, (_, room) in enumerate(met.rooms):
        names = [room.overflow.to] if room.overflow else []
        names += [room.back_up] if room.back_up is not None and room.down else []
        helpers[index] = {number_of[name] for name in names}
    for ring in (each for each in rings(met) if each.answered_by >= 0):
        could = {ring.room} | helpers[ring.room]
        could |= {more for each in could for more in helpers[each]}
        assert ring.answered_by in could, ring
        name = met.rooms[ring.answered_by][0]
        down = met.world.plan.down.get(name, ())
        assert not any(start < ring.found_s < end for start, end in down), (name, ring)


# -- missions and satellites --------------------------------------------------------------------


def missions_match_courses(met: Met) -> None:
    """Each first mission of a patient is a stretch of its crew's work, from alarm until free."""
    courses = met.record.courses
    first = met.world.plan.first_vehicle
    logged = {(w.unit - first, *w[2:]) for w in met.work if w.kind == MISSION}
    alone = (courses.taken_over == 0) & ~courses.met_halfway
    sent = np.flatnonzero(alone & ~np.isnan(courses.alerted_s) & ~np.isnan(courses.free_s))
    columns = (courses.crew, courses.alerted_s, courses.free_s)
    expected = {(*(column[p].item() for column in columns), int(p)) for p in sent}
    assert expected <= logged


def long_journeys_are_made_and_come_back(met: Met) -> None:
    """One stretch of the crew that came, until it is free; who rides along is away for all of it.

    An escort goes with one patient at a time, of whom each had at most one, and is at home after.
    """
    courses, lines, first = met.record.courses, met.patients.line, met.world.plan.first_vehicle
    logged = [w for w in met.work if w.kind == JOURNEY]
    done = np.isin(lines, LONG_JOURNEYS) & ~np.isnan(courses.free_s)
    for patient in np.flatnonzero(done).tolist():
        mine = [w for w in logged if w.patient == patient]
        of_crew = [w for w in mine if w.unit == first + courses.crew[patient]]
        assert of_crew[-1].end_s == courses.free_s[patient]
        riders = [w for w in mine if met.record.units[w.unit].role == "escort"]
        assert len(riders) <= 1
        for rider in riders:
            assert met.patients.line[patient] != LINE_TRANSFER
            assert rider.start_s == courses.requested_s[patient] < courses.left_scene_s[patient]
            assert rider.end_s >= courses.at_hospital_s[patient]
        police_s = met.patients.escort_after_s[patient]
        if police_s and not riders:
            assert courses.left_scene_s[patient] >= courses.requested_s[patient] + police_s
    for each in logged:
        assert lines[each.patient] in LONG_JOURNEYS


def nurse_and_doctor_meet_at_the_satellite(met: Met) -> None:
    """Where video is only used there: the nurse is there all the while the doctor is on it."""
    video = met.world.plan.organisation.doctor_video
    if video.from_ambulance is not None or video.from_nursing_home is not None:
        return
    nursed = {(w.patient, w.end_s): w.start_s for w in met.work if w.kind == NURSE}
    last = {w.patient: w for w in met.work if w.kind == VIDEO}
    last |= {w.patient: w for w in sorted(met.work, key=lambda w: w.end_s) if w.kind == VIDEO}
    for each in last.values():
        assert nursed[each.patient, each.end_s] <= each.start_s
