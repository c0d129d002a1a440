"""What must hold in every run, whatever the organisation: nobody lost, nobody in two places."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
import small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akuttsim.chain.run import Run
from akuttsim.records import (
    AMBULANCE,
    CALL_OUT,
    CLINIC,
    CONFERENCE,
    CONSULTATION,
    DISPATCH,
    KINDS,
    LOST,
    MISSION,
    NURSE,
    PHONE,
    RETURN,
    TALK,
    VIDEO,
    VISIT,
    Patients,
    Record,
)

STATIONS = ("hospital", "centre", "upper", "island", "quay")
SHIFTS = (
    [("00:00-24:00", "station")],
    [("08:00-16:00", "station"), ("16:00-08:00", "home")],
    [("07:00-12:00", "station"), ("12:20-19:00", "station"), ("19:00-23:30", "home")],
    [("20:00-06:00", "home")],
)


@st.composite
def organisations(draw: Any) -> small.Changes:
    """Return changes that make a random small organisation with somebody for everybody."""
    extra = st.integers(1, 2)
    room = {"always": small.staff(1), **_broken_shift(draw(st.integers(0, 2)))}
    amk = {"always": small.staff(1), **_broken_shift(draw(st.integers(0, 1)))}
    video = None
    if draw(st.booleans()):
        share = {"value": draw(st.sampled_from([0.2, 1.0])), **small.MADE_UP}
        constant = {"constant": 3.0, "lognormal": None, **small.MADE_UP}
        video = {"share": share, "extra_min": constant}
    opens = draw(st.sampled_from(["15:30", "12:10"]))
    crews = {
        f"crew-{n}": small.crew(draw(st.sampled_from(STATIONS)), *draw(st.sampled_from(SHIFTS)))
        for n in range(draw(st.integers(0, 3)))
    }
    gone: dict[str, Any] = dict.fromkeys(("town-1", "town-2", "upper-1"))
    day = {"hours": f"08:00-{opens}", "days": "daily"}
    night = {"hours": f"{opens}-08:00", "days": "daily"}
    doctors, nurses = draw(extra), draw(extra)
    return {
        "control_rooms": {
            "lvs": {
                "operators": {"evening": None, **room},
                "video": video,
                "menu_s": {"value": draw(st.sampled_from([0.0, 15.0]))},
            },
            "amk": {"operators": {"day": None, **amk}},
        },
        "doctors": {
            "gps": {"on_duty": {"office-hours": {**day, "on_duty": draw(extra)}}},
            "duty-doctor": {
                "on_duty": {
                    "weekend": None,
                    "weekday": {**night, "on_duty": doctors},
                    "satellite": small.staff(1, "08:00-16:00"),
                },
                "home_visits": draw(st.booleans()),
            },
        },
        "clinics": {
            "gp-office": {"open": {"office-hours": day}},
            "legevakt": {
                "open": {"weekend": None, "weekday": night},
                "nurses": {"weekend": None, "weekday": {**night, "on_duty": nurses}},
            },
            **({"satellite": satellite()} if draw(st.booleans()) else {}),
        },
        "ambulances": {**gone, "always": small.crew("hospital", SHIFTS[0][0]), **crews},
    }


def _broken_shift(on_duty: int) -> dict[str, Any]:
    """Return two staffings that one person takes with a gap shorter than many a call."""
    if not on_duty:
        return {}
    return {
        "morning": small.staff(on_duty, "08:00-12:00"),
        "afternoon": small.staff(on_duty, "12:02-20:00"),
    }


def satellite() -> dict[str, Any]:
    municipalities = ["upper", "island"]
    return {
        "title": "Satellite",
        "kind": "satellite",
        "place": "upper",
        "doctors": "duty-doctor",
        "open": {
            "all": {"days": "daily", "hours": "09:00-21:00", "municipalities": municipalities}
        },
        "nurses": {"all": small.staff(1, "09:00-21:00")},
    }


REGIONS = [
    small.region({"demand": {"contacts_per_person_year": {"value": contacts}}})
    for contacts in (0.6, 1.6)
]


def run(
    changes: small.Changes, seed: int, region: int
) -> tuple[small.World, Patients, Record, Counter[int]]:
    """Return a run and how often each patient's course was ended."""
    ended: Counter[int] = Counter()
    ends = Run.ends

    def counting(self: Run, call: Any, outcome: int) -> None:
        ended[call.patient] += 1
        ends(self, call, outcome)

    world = small.world(small.organisation(changes), REGIONS[region])
    patients = world.sample(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "ends", counting)
        record = world.meets(patients)
    return world, patients, record, ended


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(organisations(), st.integers(0, 5), st.integers(0, 1))
def test_nothing_is_lost_in_any_small_organisation(
    changes: small.Changes, seed: int, region: int
) -> None:
    world, patients, record, ended = run(changes, seed, region)
    everybody_ends_exactly_once(patients, record, ended)
    calls_are_answered_or_given_up(patients, record)
    units_are_in_one_place(record)
    work_begins_on_duty(record)
    operators_take_what_was_answered(world, record)
    times_are_in_order(patients, record)
    work_takes_the_time_drawn(world, patients, record)
    missions_match_courses(record)
    nurse_and_doctor_meet_at_the_satellite(record)


@pytest.mark.parametrize("organisation", ["namdal-today", "namdal-satellites"])
def test_nothing_is_lost_in_namdal(organisation: str) -> None:
    from akuttsim.scenario.load import load_organisation, load_region

    world = small.world(load_organisation(organisation).value, load_region("namdal").value)
    patients = world.sample(11)
    record = world.meets(patients)
    assert not np.isnan(record.courses.ended_s).any()
    calls_are_answered_or_given_up(patients, record)
    units_are_in_one_place(record)
    work_begins_on_duty(record)
    operators_take_what_was_answered(world, record)
    times_are_in_order(patients, record)
    missions_match_courses(record)
    nurse_and_doctor_meet_at_the_satellite(record)


def everybody_ends_exactly_once(patients: Patients, record: Record, ended: Counter[int]) -> None:
    assert ended == Counter(range(len(patients)))
    assert not np.isnan(record.courses.ended_s).any()
    assert (record.courses.ended_s >= patients.time_s).all()
    assert (record.courses.ended_s < record.end_s).all()
    assert (record.courses.outcome > 0).all()


def calls_are_answered_or_given_up(patients: Patients, record: Record) -> None:
    calls = record.calls
    answered, left = ~np.isnan(calls.answered_s), ~np.isnan(calls.left_s)
    assert not (answered & left).any()
    assert (calls.answered_s[answered] >= calls.rang_s[answered]).all()
    assert (calls.left_s[left] >= calls.rang_s[left]).all()
    assert (calls.rang_s >= patients.time_s[calls.patient]).all()
    ringing = ~answered & ~left
    assert np.isnan(record.courses.ended_s[calls.patient[ringing]]).all()
    lost = record.courses.outcome == LOST
    assert not np.isin(calls.patient[answered], np.flatnonzero(lost)).any()


def units_are_in_one_place(record: Record) -> None:
    work = record.activities
    assert (work.start_s >= 0).all() and (work.end_s <= record.end_s).all()
    assert (work.end_s >= work.start_s).all()
    order = np.lexsort((work.end_s, work.start_s, work.unit))
    unit, start, end = work.unit[order], work.start_s[order], work.end_s[order]
    next_of_same = unit[1:] == unit[:-1]
    overlaps = next_of_same & (start[1:] < end[:-1])
    assert not overlaps.any(), [
        (record.units[unit[i]].name, start[i], end[i], start[i + 1], end[i + 1])
        for i in np.flatnonzero(overlaps)[:3]
    ]


def _is_on_duty(spans: tuple[tuple[float, float], ...], at: float) -> bool:
    return any(start <= at <= end for start, end in spans)


def work_begins_on_duty(record: Record) -> None:
    """Work begins on duty; or after the shift, while nobody of the team has come on."""
    work = record.activities
    for index, unit in enumerate(record.units):
        mine = (work.unit == index) & (work.kind != RETURN)
        late = [t for t in work.start_s[mine].tolist() if not _is_on_duty(unit.on_duty, t)]
        assert not late or unit.role != "crew", (unit.name, late[:3])
        mates = [other for other in record.units if (other.role, other.team) == unit[1:3]]
        for t in late:
            assert any(end <= t for _, end in unit.on_duty), (unit.name, t)
            on_duty = [m.name for m in mates if any(s < t < e for s, e in m.on_duty)]
            assert not on_duty, (unit.name, t, on_duty)


def operators_take_what_was_answered(world: small.World, record: Record) -> None:
    rooms = list(world.plan.organisation.control_rooms)
    calls, work = record.calls, record.activities
    is_phone = np.isin(work.kind, [TALK, CONFERENCE])
    of_team = np.array([unit.team for unit in record.units])[work.unit]
    for number, room in enumerate(rooms):
        mine = (calls.room == number) & ~np.isnan(calls.answered_s)
        theirs = is_phone & (of_team == room)
        answered = sorted(zip(calls.patient[mine], calls.answered_s[mine], strict=True))
        taken = sorted(zip(work.patient[theirs], work.start_s[theirs], strict=True))
        assert answered == taken


def times_are_in_order(patients: Patients, record: Record) -> None:
    courses = record.courses
    chains = (
        ("notified_s", "requested_s", "alerted_s", "rolling_s", "on_scene_s", "left_scene_s"),
        ("left_scene_s", "at_hospital_s", "free_s"),
        ("left_scene_s", "free_s"),
        ("left_home_s", "at_clinic_s", "doctor_s", "ended_s"),
        ("doctor_asked_s", "doctor_s", "ended_s"),
        ("nurse_s", "doctor_s"),
    )
    for chain in chains:
        for before, after in itertools.pairwise(chain):
            one, other = getattr(courses, before), getattr(courses, after)
            both = ~np.isnan(one) & ~np.isnan(other)
            assert (one[both] <= other[both]).all(), (before, after)
    sent = courses.crew >= 0
    assert np.array_equal(sent, ~np.isnan(courses.alerted_s))
    assert np.array_equal(sent, ~np.isnan(courses.free_s))
    seen = courses.outcome == CLINIC
    assert (courses.clinic[seen] >= 0).all() and not np.isnan(courses.at_clinic_s[seen]).any()
    assert (courses.crew[courses.outcome == AMBULANCE] >= 0).all()


def work_takes_the_time_drawn(world: small.World, patients: Patients, record: Record) -> None:
    """Each kind of work takes as long as was drawn for that patient, to the last bit."""
    work = record.activities
    drawn = {
        DISPATCH: patients.dispatch_s,
        CONSULTATION: patients.consultation_s,
        PHONE: patients.doctor_phone_s,
        VIDEO: patients.satellite_video_s,
    }
    for kind, column in drawn.items():
        mine = work.kind == kind
        took = work.end_s[mine] - work.start_s[mine]
        assert np.array_equal(took, column[work.patient[mine]]), KINDS[kind]
    for kind, column in ((VISIT, patients.home_visit_s), (CALL_OUT, patients.doctor_on_scene_s)):
        mine = work.kind == kind
        assert (work.end_s[mine] - work.start_s[mine] >= column[work.patient[mine]]).all()
    at_clinic = {"gp-office", "legevakt"}
    teams = np.array([unit.team in at_clinic for unit in record.units])[work.unit]
    nursed = (work.kind == NURSE) & teams
    took = work.end_s[nursed] - work.start_s[nursed]
    assert np.array_equal(took, patients.nurse_s[work.patient[nursed]])


def missions_match_courses(record: Record) -> None:
    """Each first mission of a patient is a stretch of its crew's work, from alarm until free."""
    work, courses = record.activities, record.courses
    first = len(record.units) - sum(unit.role == "crew" for unit in record.units)
    missions = work.kind == MISSION
    logged = set(
        zip(
            (work.unit[missions] - first).tolist(),
            work.start_s[missions].tolist(),
            work.end_s[missions].tolist(),
            work.patient[missions].tolist(),
            strict=True,
        )
    )
    sent = np.flatnonzero(courses.crew >= 0)
    columns = (courses.crew, courses.alerted_s, courses.free_s)
    expected = {(*(column[p].item() for column in columns), int(p)) for p in sent}
    assert expected <= logged


def nurse_and_doctor_meet_at_the_satellite(record: Record) -> None:
    work = record.activities
    nursed = {
        (int(work.patient[i]), work.end_s[i].item()): work.start_s[i].item()
        for i in np.flatnonzero(work.kind == NURSE)
    }
    for i in np.flatnonzero(work.kind == VIDEO):
        key = (int(work.patient[i]), work.end_s[i].item())
        assert nursed[key] <= work.start_s[i]
