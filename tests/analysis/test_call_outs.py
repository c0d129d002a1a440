from __future__ import annotations

import numpy as np
import pytest

from akuttsim.indicators import first_help
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.records import (
    BUSY,
    DECLINED,
    GREEN,
    LEFT_PATIENT,
    NOT_ALERTED,
    TOO_FAR,
    WENT_OUT,
    YELLOW,
)
from tests import small

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


def test_those_left_wait_for_the_rest_and_who_waits_still_is_left_out() -> None:
    found = seen(4, interrupted=[1, 2, 0, 1], interrupted_s=[600.0, 1800.0, np.nan, np.nan],
                 judged=[GREEN, YELLOW, GREEN, GREEN])  # fmt: skip
    assert small.values(first_help.left_patient_wait_min(found))["all"] == (20.0, 2)
    by_urgency = small.values(first_help.left_patient_wait_min(found), "urgency")
    assert by_urgency["green"] == (10.0, 1) and by_urgency["yellow"] == (30.0, 1)


@pytest.mark.parametrize("name", ["doctor_went_out", "doctor_was_busy", "doctor_left_patient",
                                  "left_patient_wait_min"])  # fmt: skip
def test_nobody_is_told_of_where_nothing_happened(name: str) -> None:
    small.tells_of_nobody(getattr(first_help, name), small.world())
