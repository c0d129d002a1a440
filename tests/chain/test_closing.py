"""Closing time by hand: who is inside is finished, the staff stay, and nobody goes astray."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    CLINIC,
    CONSULTATION,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_HEALTH,
    NURSE,
    RED,
    VIDEO,
    VISIT,
    Patients,
    Record,
)
from tests import small
from tests.chain.by_hand import open_for, satellite

NEEDS_CLINIC = 0.5  # green: a clinic visit (0.237 to 0.811 after ambulance and home visit)
MIN = 60.0


def by_hour(gp_until: str = "15:30", legevakt: str = "15:30-08:00", **rest: Any) -> small.World:
    """Return the district with one GP from 08:00 and a legevakt with nurse and doctor else."""
    day = {"days": "daily", "hours": f"08:00-{gp_until}"}
    duty = {"days": "daily", "hours": legevakt}
    change = {
        "doctors": {
            "gps": {"on_duty": {"office-hours": {**day, "on_duty": 1}}},
            "duty-doctor": {"on_duty": {"weekday": {**duty, "on_duty": 1}, "weekend": None}},
        },
        "clinics": {
            "gp-office": {"open": {"office-hours": day}},
            "legevakt": {
                "open": {"weekday": duty, "weekend": None},
                "nurses": {"weekday": {**duty, "on_duty": 1}, "weekend": None},
            },
        },
        **rest,
    }
    return small.world(small.organisation(change))


def callers(world: small.World, *wanted: tuple[float, str, dict[str, Any]]) -> Patients:
    """Return patients whom a colleague rings about, so that no menu delays them."""
    usual = {
        "line": LINE_HEALTH,
        "is_contact": True,
        "u_need": NEEDS_CLINIC,
        "consultation_s": 20 * MIN,
    }
    tables = [
        small.people([time], **{**usual, "place": world.plan.place_index[place], **special})
        for time, place, special in wanted
    ]
    return small.concatenated(*tables)


def work(record: Record, kind: int) -> list[tuple[str, float, float, int]]:
    """Return who did this kind of work, from when to when in hours of day 1, and for whom."""
    activities = record.activities
    mine = np.flatnonzero(activities.kind == kind)
    return [
        (
            record.units[activities.unit[i]].team,
            round(activities.start_s[i] / 3600 - 24, 4),
            round(activities.end_s[i] / 3600 - 24, 4),
            int(activities.patient[i]),
        )
        for i in mine[np.argsort(activities.start_s[mine], kind="stable")]
    ]


def clinics(world: small.World, record: Record) -> list[str]:
    names = list(world.plan.organisation.clinics)
    return [names[index] if index >= 0 else "" for index in record.courses.clinic]


def test_patients_inside_at_closing_time_are_finished_by_who_is_there() -> None:
    world = by_hour()
    times = (small.at(15.25), small.at(15.3), small.at(15.35))
    record = world.meets(callers(world, *((time, "centre", {}) for time in times)))
    done = work(record, CONSULTATION)
    assert [row[0] for row in done] == ["gps"] * 3
    ends = [15.25 + n / 3 for n in (1, 2, 3)]
    assert [row[2] for row in done] == pytest.approx(ends, abs=1e-3)


def test_whoever_arrives_after_closing_goes_to_the_next_clinic() -> None:
    world = by_hour()
    before = (small.at(15.4), "centre", {})
    after = (small.at(15.45), "centre", {"preparation_s": 10 * MIN})
    record = world.meets(callers(world, before, after))
    assert clinics(world, record) == ["gp-office", "legevakt"]


def test_the_doctor_who_stayed_goes_when_the_last_patient_has_gone() -> None:
    """At 15:40 the GP's last patient leaves; who asks for a doctor then gets the duty doctor."""
    world = by_hour()
    last = (small.at(15.4), "centre", {"consultation_s": 15 * MIN})
    visit = (small.at(15.7), "centre", {"u_need": 0.01, "home_visit_s": 30 * MIN})
    record = world.meets(callers(world, last, visit))
    assert record.courses.outcome.tolist() == [CLINIC, HOME_VISIT]
    assert [row[0] for row in work(record, VISIT)] == ["duty-doctor"]
    for unit in (u for u in record.units if u.team == "gps"):
        assert all(end - start == 7.5 * 3600 for start, end in unit.on_duty)


def test_nurse_and_doctor_stay_for_a_patient_who_is_still_with_the_nurse() -> None:
    world = by_hour(gp_until="24:00", legevakt="01:00-08:00")
    caller = (small.at(7.9), "centre", {"nurse_s": 20 * MIN, "consultation_s": 20 * MIN})
    record = world.meets(callers(world, caller))
    assert work(record, NURSE)[0][0] == "legevakt"
    assert work(record, CONSULTATION)[0][0] == "duty-doctor"
    assert record.courses.doctor_s[0] == small.at(7.9) + 90 + 20 * MIN, "a doctor was still there"


def test_whoever_comes_on_takes_over_from_who_stayed() -> None:
    """The evening's doctor goes at 22:00 after the patient in hand; the night's sees the rest."""
    shifts = {
        "weekend": None,
        "weekday": small.staff(1, "15:30-22:00"),
        "night": small.staff(1, "21:00-08:00"),
    }
    world = small.world(small.organisation({"doctors": {"duty-doctor": {"on_duty": shifts}}}))
    wanted = [(small.at(20.9 + 0.02 * n), "centre", {}) for n in range(12)]
    record = world.meets(callers(world, *wanted))
    assert len(work(record, CONSULTATION)) == 12
    doctors = [unit for unit in record.units if unit.team == "duty-doctor"]
    assert len(doctors) == 2
    for index, unit in enumerate(record.units):
        mine = (record.activities.unit == index) & (record.activities.kind == CONSULTATION)
        for start in record.activities.start_s[mine].tolist():
            assert any(begin <= start <= end for begin, end in unit.on_duty), unit.name


def test_nobody_is_sent_to_a_door_that_is_closed_all_day() -> None:
    """At 07:50 the legevakt is open but 45 minutes away, the valley's GP opens at 08:00.

    Neither is open on arrival; the patient waits ten minutes for the GP, not until the evening.
    """
    valley = {"place": "upper"}
    change = {"clinics": {"gp-office": valley}, "doctors": {"gps": valley}}
    world = small.world(small.organisation(change))
    record = world.meets(callers(world, (small.at(7 + 50 / 60), "upper", {})))
    assert clinics(world, record) == ["gp-office"]
    assert record.courses.doctor_s[0] == small.at(8)


@pytest.mark.parametrize("hour", [14.7, 15.0, 15.2])
def test_an_ambulance_brings_nobody_to_a_closed_clinic(hour: float) -> None:
    """The valley's patient arrives after the GP has closed: the legevakt takes over."""
    world = by_hour()
    incident = {
        "line": LINE_113, "urgency": RED, "u_need_113": 0.0, "u_conveyed": 0.1,
        "on_scene_s": 10 * MIN, "u_mobilisation": 0.5,
    }  # fmt: skip
    record = world.meets(callers(world, (small.at(hour), "upper", incident)))
    assert record.courses.outcome.tolist() == [CLINIC]
    assert clinics(world, record) == ["legevakt" if hour > 14.6 else "gp-office"]
    assert record.courses.doctor_s[0] < small.at(hour + 1.5)


EVENING = "16:00-22:00"


def with_satellite() -> small.World:
    """Return the small organisation with a satellite that is open in the evening."""
    opened = {"open": open_for("upper", hours=EVENING)}
    site = satellite(**opened, nurses={"all": small.staff(1, EVENING)})
    return small.world(small.organisation({"clinics": {"satellite": site}}))


VISITOR = {
    "satellite_nurse_s": 30 * MIN,
    "satellite_video_s": 10 * MIN,
    "u_satellite_doctor": 0.1,
    "urgency": GREEN,
}


def test_the_satellites_nurse_stays_while_the_doctor_is_on_video() -> None:
    world = with_satellite()
    busy = (small.at(18), "centre", {"consultation_s": 60 * MIN})
    record = world.meets(callers(world, busy, (small.at(18), "upper", VISITOR)))
    assert clinics(world, record)[1] == "satellite"
    (video,) = work(record, VIDEO)
    nursed = next(row for row in work(record, NURSE) if row[3] == 1)
    assert nursed[0] == "satellite" and video[0] == "duty-doctor"
    assert (nursed[1], nursed[2]) == (18.0, video[2])
    doctor_was_free = next(row[2] for row in work(record, CONSULTATION) if row[3] == 0)
    assert video[1] == pytest.approx(doctor_was_free)


def test_the_satellites_nurse_finishes_whoever_came_before_closing() -> None:
    world = with_satellite()
    visitors = [(small.at(21.8 + 0.05 * n), "upper", VISITOR) for n in range(3)]
    record = world.meets(callers(world, *visitors))
    assert clinics(world, record) == ["satellite"] * 3
    assert [row[2] for row in work(record, NURSE)] == pytest.approx(
        [21.8 + n * 40 / 60 for n in (1, 2, 3)], abs=1e-3
    )


def test_a_satellite_takes_no_red_and_sends_some_on() -> None:
    world = with_satellite()
    sent_on = {**VISITOR, "u_sent_on": 0.01}
    record = world.meets(callers(world, (small.at(18), "upper", sent_on)))
    assert clinics(world, record) == ["legevakt"]
    both_ways = world.drive_s("upper", "hospital", hour=18)
    assert record.courses.travel_s[0] == both_ways
    assert record.courses.at_clinic_s[0] == small.at(18) + 40 * MIN + both_ways


def test_too_far_for_a_home_visit_the_patient_is_asked_to_come() -> None:
    visit = {"u_need": 0.01, "home_visit_s": 30 * MIN}
    near = {"home_visits": {"max_drive_min": {"value": 40}}}
    for world, outcome in ((by_hour(), HOME_VISIT), (by_hour(**near), CLINIC)):
        record = world.meets(callers(world, (small.at(12), "upper", visit)))
        assert record.courses.outcome.tolist() == [outcome]


def test_the_doctor_is_served_by_urgency() -> None:
    """While the doctor is busy, green, yellow and green come: yellow is seen first."""
    world = by_hour()
    yellow = {"urgency": 1, "u_need": NEEDS_CLINIC}
    wanted = [(small.at(10), {}), (small.at(10.05), {}), (small.at(10.1), yellow),
              (small.at(10.15), {})]  # fmt: skip
    record = world.meets(callers(world, *((time, "centre", more) for time, more in wanted)))
    assert [row[3] for row in work(record, CONSULTATION)] == [0, 2, 1, 3]
