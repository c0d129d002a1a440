"""At the clinic by hand: triage at the door, tests, observation, and being sent on at closing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    CLINIC,
    CONSULTATION,
    DOOR_TRIAGE,
    GREEN,
    NURSE,
    RED,
    RESULT,
    YELLOW,
    Patients,
)
from tests import small
from tests.chain.by_hand import (
    MIN,
    UPPER,
    in_need,
    meets,
    person,
    shares,
    sourced,
    takes,
    times,
    work,
    world,
)

SOME = shares(0.5, 0.5, 0.5)
CARE: dict[str, Any] = {
    "door_triage": {"triage_min": takes(2)},
    "tests": {"share": SOME, "wait_min": takes(30), "result_min": takes(3)},
    "observation": {"share": SOME, "stay_min": takes(120), "result_min": takes(4)},
}
DOES, DOES_NOT = 0.4, 0.6


def legevakt(*care: str, beds: int | None = None, **parts: Any) -> small.World:
    """Return the district whose legevakt does some of what may be done."""
    clinic: dict[str, Any] = {"care": list(care), **parts}
    if beds is not None:
        clinic["observation_beds"] = sourced(value=beds)
    return world(clinic_care={name: CARE[name] for name in care}, clinics={"legevakt": clinic})


def comes(after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a green patient who comes at once: five minutes of nurse, ten of doctor."""
    usual = {"nurse_s": 5 * MIN, "consultation_s": 10 * MIN}
    return in_need("clinic", after_s, **{**usual, **columns})


def test_the_nurse_judges_at_the_door_before_other_work_in_order_of_arrival() -> None:
    """Three at once: each is judged first, and those who wait then by how urgent it truly is."""
    truly_yellow = {"urgency": YELLOW, "u_misjudged": 0.0, "u_need": 0.3}
    people = [comes(), comes(1.0), comes(2.0, **truly_yellow)]
    record = meets(legevakt("door_triage"), *people)
    assert record.courses.judged.tolist() == [GREEN] * 3, "as judged on the phone"
    assert work(record, DOOR_TRIAGE) == [
        ("legevakt", 0, 120, 0),
        ("legevakt", 120, 240, 1),
        ("legevakt", 240, 360, 2),
    ]
    assert [row[3] for row in work(record, NURSE)] == [0, 2, 1]
    assert times(record.courses.nurse_s) == [360, 960, 660]
    assert times(record.courses.at_clinic_s) == [0, 1, 2]


def test_the_judgement_of_the_phone_moves_nobody_ahead_at_the_door() -> None:
    yellow = {"urgency": YELLOW, "u_need": 0.5}
    record = meets(legevakt("door_triage"), comes(), comes(1.0), comes(2.0, **yellow))
    assert record.courses.judged.tolist() == [GREEN, GREEN, YELLOW]
    assert [row[3] for row in work(record, DOOR_TRIAGE)] == [0, 1, 2]


def test_without_triage_at_the_door_the_judgement_of_the_phone_stands() -> None:
    truly_yellow = {"urgency": YELLOW, "u_misjudged": 0.0, "u_need": 0.3}
    record = meets(legevakt(), comes(), comes(1.0), comes(2.0, **truly_yellow))
    assert [row[3] for row in work(record, NURSE)] == [0, 1, 2]


def test_no_triage_at_the_door_without_nurses() -> None:
    clinic = {"care": ["door_triage"], "nurses": {"always": None}}
    of = {"clinic_care": {"door_triage": CARE["door_triage"]}, "clinics": {"legevakt": clinic}}
    record = meets(world(**of), comes())
    assert work(record, DOOR_TRIAGE, NURSE) == []
    assert times(record.courses.doctor_s) == [0]


def test_the_doctor_sees_who_is_tested_once_more() -> None:
    """Nurse to 300, doctor to 900, tests to 2700, result to 2880; others see the doctor between."""
    record = meets(legevakt("tests"), comes(u_tested=DOES), comes(300.0, u_tested=DOES_NOT))
    assert work(record, CONSULTATION, RESULT) == [
        ("duty-doctor", 300, 900, 0),
        ("duty-doctor", 900, 1500, 1),
        ("duty-doctor", 2700, 2880, 0),
    ]
    assert times(record.courses.left_clinic_s) == [2880, 1500]
    assert record.courses.outcome.tolist() == [CLINIC] * 2


def test_results_wait_for_the_doctor_as_others_do() -> None:
    record = meets(legevakt("tests"), comes(u_tested=DOES), comes(2000.0, consultation_s=1000.0))
    assert work(record, RESULT) == [("duty-doctor", 3300, 3480, 0)]


def test_observation_keeps_the_patient_in_a_bed_and_the_doctor_free() -> None:
    record = meets(legevakt("observation", beds=1), comes(u_observed=DOES), comes(300.0))
    assert record.courses.bed_s[0] == 7200 and np.isnan(record.courses.bed_s[1])
    assert times(record.courses.left_clinic_s) == [8340, 1500]
    assert work(record, RESULT) == [("duty-doctor", 8100, 8340, 0)]


def test_with_no_bed_free_the_patient_goes_on_without() -> None:
    """The first is in bed from 900 to 8340: who is ready at 1500 goes home, at 9100 gets it."""
    people = [comes(after_s, u_observed=DOES) for after_s in (0.0, 600.0, 8200.0)]
    record = meets(legevakt("observation", beds=1), *people)
    stays = record.courses.bed_s.tolist()
    assert stays[0] == stays[2] == 7200 and np.isnan(stays[1])
    assert times(record.courses.left_clinic_s) == [8340, 1500, 16540]


def test_the_bed_is_taken_until_the_doctor_has_come() -> None:
    """The first waits in bed from 8100 to 8400 for a doctor who is with the second."""
    people = [comes(after_s, u_observed=DOES) for after_s in (0.0, 7500.0)]
    record = meets(legevakt("observation", beds=1), *people)
    assert times(record.courses.left_clinic_s) == [8640, 8400]
    assert record.courses.bed_s[0] == 7200 and np.isnan(record.courses.bed_s[1])


def test_two_beds_hold_two() -> None:
    people = [comes(after_s, u_observed=DOES) for after_s in (0.0, 600.0, 1200.0)]
    record = meets(legevakt("observation", beds=2), *people)
    assert (~np.isnan(record.courses.bed_s)).tolist() == [True, True, False]


def looked_in_on(**rule: Any) -> small.World:
    """Return the legevakt with two beds, whose nurse looks in every half hour for six minutes."""
    nursing = {"every_min": sourced(value=30), "look_min": sourced(value=6), **rule}
    seen = {"observation": {**CARE["observation"], "nursing": nursing}}
    clinic = {"care": ["observation"], "observation_beds": sourced(value=2)}
    return world(clinic_care=seen, clinics={"legevakt": clinic})


def test_a_nurse_looks_in_on_who_is_in_bed_and_others_wait_for_her() -> None:
    """In bed from 900 to 8100: looked in on at 2700, 4860 and 7020; who comes at 2800 waits."""
    record = meets(looked_in_on(), comes(u_observed=DOES), comes(2800.0))
    looks = [row for row in work(record, NURSE) if row[3] == 0][1:]
    assert looks == [("legevakt", 2700, 3060, 0), ("legevakt", 4860, 5220, 0),
                     ("legevakt", 7020, 7380, 0)]  # fmt: skip
    assert times(record.courses.nurse_s)[1] == 3060
    assert record.courses.bed_s[0] == 7200, "the bed is taken no longer for it"


def test_no_more_are_in_bed_than_the_nurses_on_duty_are_enough_for() -> None:
    people = [comes(after_s, u_observed=DOES) for after_s in (0.0, 600.0)]
    for per_nurse, in_bed in ((1, [True, False]), (2, [True, True])):
        record = meets(looked_in_on(beds_per_nurse=sourced(value=per_nurse)), *people)
        assert (~np.isnan(record.courses.bed_s)).tolist() == in_bed


def test_tests_come_before_observation_and_the_doctor_after_each() -> None:
    both = comes(u_tested=DOES, u_observed=DOES)
    record = meets(legevakt("tests", "observation", beds=1), both)
    assert work(record, RESULT) == [
        ("duty-doctor", 2700, 2880, 0),
        ("duty-doctor", 2880 + 7200, 2880 + 7200 + 240, 0),
    ]


@pytest.mark.parametrize("urgency", [RED, YELLOW, GREEN])
def test_the_share_is_that_of_the_true_urgency(urgency: int) -> None:
    only = [float(level == urgency) for level in (RED, YELLOW, GREEN)]
    tests = {**CARE["tests"], "share": shares(*only)}
    clinic = {"care": ["tests"]}
    arrives = person(is_contact=True, urgency=YELLOW, u_need=0.5, consultation_s=60.0, u_tested=0.5)
    record = meets(world(clinic_care={"tests": tests}, clinics={"legevakt": clinic}), arrives)
    assert len(work(record, RESULT)) == (urgency == YELLOW)


def closes_at_two(at_closing: str) -> small.World:
    """Return a clinic in the valley open until 14:00 that closes so, and the legevakt always."""
    valley = {
        "title": "Valley",
        "kind": "legevakt",
        "place": "upper",
        "doctors": "valley-doctor",
        "open": {"day": {"days": "daily", "hours": "08:00-14:00", "municipalities": ["upper"]}},
        "at_closing": at_closing,
    }
    team = {
        "title": "Valley",
        "place": "upper",
        "home_visits": False,
        "call_outs": False,
        "on_duty": {"day": small.staff(1, "08:00-14:00")},
    }
    return world(doctors={"valley-doctor": team}, clinics={"valley": valley})


def in_the_valley(after_s: float) -> Patients:
    seconds = {"consultation_s": 3600.0, "nurse_s": 300.0}
    return in_need("clinic", after_s, place=UPPER, **seconds)


CLOSES_S = 2 * 3600.0


def test_who_has_not_been_seen_at_closing_time_is_sent_on() -> None:
    """The first is in with the doctor and is finished; the second drives on and is received."""
    at = closes_at_two("sends_on")
    record = meets(at, in_the_valley(CLOSES_S - 1800.0), in_the_valley(CLOSES_S - 900.0))
    drive_s = at.drive_s("upper", "hospital", hour=14)
    assert drive_s > 0
    assert work(record, CONSULTATION) == [
        ("valley-doctor", 5400, 9000, 0),
        ("duty-doctor", *(round(7200 + drive_s + 300 + n, 3) for n in (0, 3600)), 1),
    ]
    names = list(at.plan.organisation.clinics)
    assert [names[index] for index in record.courses.clinic] == ["valley", "legevakt"]
    assert record.courses.travel_s.tolist() == [0, drive_s]
    assert times(record.courses.at_clinic_s)[1] == round(7200 + drive_s, 3)
    assert record.courses.outcome.tolist() == [CLINIC] * 2


def test_a_clinic_whose_staff_stay_sees_everybody_inside() -> None:
    at = closes_at_two("stays")
    record = meets(at, in_the_valley(CLOSES_S - 1800.0), in_the_valley(CLOSES_S - 900.0))
    assert work(record, CONSULTATION) == [
        ("valley-doctor", 5400, 9000, 0),
        ("valley-doctor", 9000, 12600, 1),
    ]
    assert record.courses.travel_s.tolist() == [0, 0]


def test_who_is_called_in_before_closing_is_not_sent_on() -> None:
    at = closes_at_two("sends_on")
    first = in_need("clinic", CLOSES_S - 1800.0, place=UPPER, consultation_s=1799.0)
    record = meets(at, first, in_the_valley(CLOSES_S - 900.0))
    assert work(record, CONSULTATION)[1] == ("valley-doctor", 7199, 10799, 1)
