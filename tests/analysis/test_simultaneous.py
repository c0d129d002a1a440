"""Collisions on hand-made work."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.indicators import workload
from akuttsim.records import BUSY, CONSULTATION, LINE_116117, PHONE, VISIT, WENT_OUT, Unit
from tests import small

WORLD = small.world()
WEEK = 168 / 167
ALWAYS = ((0.0, WORLD.plan.end_s),)
UNITS = (
    Unit("d", "doctor", "duty-doctor", ALWAYS),
    Unit("e", "doctor", "duty-doctor", ALWAYS),
    Unit("g", "doctor", "gps", ALWAYS),
    Unit("n", "nurse", "legevakt", ALWAYS),
)
ONE, OTHER, GP, NURSE = range(4)


def collided(
    asked: list[float], *rows: tuple[int, int, float, float, int], call_outs: object = 0
) -> dict[str, dict[str, int]]:
    """Return the counts of collisions by grouping; times are hours of the first day."""
    did = small.activities(*((u, k, small.at(s), small.at(e), p) for u, k, s, e, p in rows))
    asked_s = np.array([small.at(hour) for hour in asked])
    course = small.courses(len(asked), doctor_asked_s=asked_s, doctor_call_out=call_outs)
    people = small.people([small.at(9)] * len(asked))
    seen = small.seen(WORLD, people, course, did=did, units=UNITS)
    found = list(workload.doctor_collisions_a_week(seen))
    assert all(row.value == pytest.approx(row.n * WEEK) for row in found)
    groups = ("all", "asked_for", "team", "doing")
    return {
        name: {group: n for group, (_, n) in small.values(found, name).items() if n}
        for name in groups
    }


def test_asked_for_while_both_doctors_are_busy() -> None:
    """Patient 2 asks at 12:30 while one is at a visit until 14 and the other sees somebody."""
    found = collided(
        [12, 12, 12.5],
        (ONE, VISIT, 12, 14, 0),
        (OTHER, CONSULTATION, 12, 13, 1),
        (OTHER, PHONE, 13, 13.2, 2),
        (GP, CONSULTATION, 12, 12.6, 1),
    )
    assert found == {
        "all": {"all": 1},
        "asked_for": {"phone": 1},
        "team": {"duty-doctor": 1},
        "doing": {"consultation": 1},
    }


def test_no_collision_when_nobody_is_on_duty_or_somebody_comes_at_once() -> None:
    """Patient 1 waits for a shift to begin; patient 0's nurse is no doctor."""
    found = collided(
        [12, 14], (ONE, CONSULTATION, 12, 13, 0), (NURSE, CONSULTATION, 13, 20, 0),
        (ONE, CONSULTATION, 15, 16, 1),
    )  # fmt: skip
    assert found["all"] == {}


def test_what_was_done_before_the_doctor_was_asked_for_is_no_wait() -> None:
    """Seen on video at 10, then asked for again at 12 and seen at 13."""
    found = collided(
        [12, 12], (ONE, PHONE, 10, 11, 0), (ONE, CONSULTATION, 11, 13, 1),
        (ONE, VISIT, 13, 14, 0),
    )  # fmt: skip
    assert found["asked_for"] == {"home_visit": 1}


def test_busy_call_outs_are_collisions() -> None:
    found = collided([np.nan] * 3, call_outs=[BUSY, WENT_OUT, BUSY])
    assert found["all"] == {"all": 2} and found["asked_for"] == {"call_out": 2}
    assert found["doing"] == {}


def test_nobody_asked() -> None:
    assert collided([])["all"] == {}


def test_calls_that_found_nobody_free() -> None:
    """At 116117 one answered at once, one after a minute, one given up; one at 113 left out."""
    noon, nan = small.at(12), np.nan
    calls = small.calls(
        (0, 0, LINE_116117, noon, noon, nan),
        (1, 0, LINE_116117, noon, noon + 60, nan),
        (2, 0, LINE_116117, noon + 3600, nan, noon + 3660),
        (3, 1, LINE_116117, noon, noon + 60, nan),
    )
    seen = small.seen(WORLD, small.people([noon] * 4), small.courses(4), calls)
    found = list(workload.calls_found_all_busy_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(2 * WEEK), 2)
    assert {h: n for h, (_, n) in small.values(found, "hour").items() if n} == {"12": 1, "13": 1}
    assert small.values(found, "room")["lvs"][1] == 2


def test_calls_of_neighbours_that_found_nobody_free_are_left_out() -> None:
    noon, nan = small.at(12), np.nan
    calls = small.calls(*((n, 0, LINE_116117, noon, noon + 60, nan) for n in range(2)))
    people = small.people([noon] * 2, place=[0, -1], outside=[-1, 0])
    seen = small.seen(WORLD, people, small.courses(2), calls)
    assert small.values(workload.calls_found_all_busy_a_week(seen))["all"][1] == 1
