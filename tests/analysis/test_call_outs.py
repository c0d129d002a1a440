from __future__ import annotations

import numpy as np
import pytest

from akuttsim.indicators import clinic, first_help
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.records import (
    AMBULANCE,
    BUSY,
    CALL_OUT,
    CONSULTATION,
    DECLINED,
    GREEN,
    LEFT_PATIENT,
    NOT_ALERTED,
    RED,
    TEAM_AWAY,
    TEAM_LEFT_PATIENT,
    TEAM_WENT_OUT,
    TOO_FAR,
    VISIT,
    WAY_IN,
    WENT_OUT,
    YELLOW,
)
from tests import small
from tests.chain.by_hand import number

ANSWERS = [NOT_ALERTED, WENT_OUT, LEFT_PATIENT, DECLINED, TOO_FAR, BUSY]


def seen(count: int, **columns: object) -> MeasuredRun:
    patients = small.people([small.at(12)] * count)
    return small.seen(small.world(), patients, small.courses(count, **columns))


def test_of_those_alerted_doctors_go_out_whether_or_not_they_leave_somebody() -> None:
    found = seen(6, doctor_call_out=ANSWERS)
    assert small.values(first_help.doctor_went_out(found))["all"] == (2 / 5, 5)


def test_of_those_willing_some_are_busy() -> None:
    found = seen(6, doctor_call_out=ANSWERS)
    assert small.values(first_help.doctor_was_busy(found))["all"] == (pytest.approx(1 / 3), 3)


def test_of_call_outs_some_left_a_patient() -> None:
    found = seen(6, doctor_call_out=ANSWERS)
    assert small.values(first_help.doctor_left_patient(found))["all"] == (1 / 2, 2)


def test_an_acute_team_counts_with_the_doctors_and_by_itself() -> None:
    """Of five alerts two teams went; with a doctor alone who went, one of three left a patient."""
    answers = [TEAM_AWAY, TEAM_WENT_OUT, TEAM_LEFT_PATIENT, TEAM_AWAY, TEAM_AWAY, WENT_OUT]
    found = seen(6, doctor_call_out=answers, outcome=AMBULANCE)
    assert small.values(first_help.acute_team_alerts_a_week(found))["all"][1] == 5
    assert small.values(first_help.acute_team_went_out(found))["all"] == (2 / 5, 5)
    assert small.values(first_help.doctor_went_out(found))["all"] == (1 / 2, 6)
    assert small.values(first_help.doctor_was_busy(found))["all"] == (1 / 2, 6)
    assert small.values(first_help.doctor_left_patient(found))["all"] == (pytest.approx(1 / 3), 3)


def test_whom_no_doctor_came_to_counts_as_not_within_half_an_hour() -> None:
    """Ten, thirty and forty minutes, nobody, and yellow: the median of three, two of four."""
    at = small.at(12)
    came = [at + 60 * minutes for minutes in (10, 30, 40, np.nan, 5)]
    found = seen(5, judged=[RED] * 4 + [YELLOW], notified_s=at, doctor_on_scene_s=came,
                 outcome=AMBULANCE)  # fmt: skip
    assert small.values(first_help.doctor_on_scene_median_min(found))["all"] == (30, 3)
    assert small.values(first_help.doctor_on_scene_within_30_min(found))["all"] == (1 / 2, 4)


def test_a_clinic_is_without_doctor_while_all_on_duty_are_out_and_it_is_open() -> None:
    """Out 15-17, and the legevakt opens at 15:30; then 20-21, for half of it with a back-up."""
    back_up = {"on_call": {"all": small.staff(1)}, "comes_after_min": number(10),
               "when_all_are_out": True}  # fmt: skip
    world = small.world(small.organisation({"doctors": {"duty-doctor": {"back_up": back_up}}}))
    who = {u.role: n for n, u in enumerate(world.plan.units) if u.team == "duty-doctor"}
    doctor, other, at = who["doctor"], who["back_up_doctor"], small.at
    did = small.activities(
        (doctor, CALL_OUT, at(15), at(17), 0), (doctor, VISIT, at(20), at(21), 0),
        (other, CONSULTATION, at(20.5), at(21), 0), (other, WAY_IN, at(20), at(20.5), 0),
    )  # fmt: skip
    found = small.seen(world, small.people([at(12)]), small.courses(1), did=did)
    hours = small.values(clinic.clinic_without_doctor_h_a_week(found), "clinic")
    assert hours == {"gp-office": (0, 1), "legevakt": (pytest.approx(2 / found.weeks), 1)}


def test_those_left_wait_for_the_rest_and_who_waits_still_is_left_out() -> None:
    found = seen(4, interrupted=[1, 2, 0, 1], interrupted_s=[600.0, 1800.0, np.nan, np.nan],
                 judged=[GREEN, YELLOW, GREEN, GREEN])  # fmt: skip
    assert small.values(first_help.left_patient_wait_min(found))["all"] == (20.0, 2)
    by_urgency = small.values(first_help.left_patient_wait_min(found), "urgency")
    assert by_urgency["green"] == (10.0, 1) and by_urgency["yellow"] == (30.0, 1)


@pytest.mark.parametrize("name", ["doctor_went_out", "doctor_was_busy", "doctor_left_patient",
                                  "left_patient_wait_min", "acute_team_went_out",
                                  "doctor_on_scene_median_min",
                                  "doctor_on_scene_within_30_min"])  # fmt: skip
def test_nobody_is_told_of_where_nothing_happened(name: str) -> None:
    small.tells_of_nobody(getattr(first_help, name), small.world())
