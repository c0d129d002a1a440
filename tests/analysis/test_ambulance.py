"""Ambulance indicators: the official response time, its parts, and the doctor's call-outs."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import ambulance
from akuttsim.records import GREEN, LINE_113, LINE_TRANSPORT, LINE_VICTIM, RED, YELLOW
from tests import small

WORLD = small.world()
NOON = small.at(12)
CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("centre", "upper"))
MIN = 60.0


def incidents(
    *rows: tuple[int, int, float], line: int | list[int] = LINE_113, **columns: object
) -> small.Observed:
    """Return incidents: place, judged urgency, minutes from notified to on scene (NaN: never)."""
    place, judged, minutes = zip(*rows, strict=True)
    count = len(rows)
    course = small.courses(
        count,
        judged=judged,
        notified_s=[NOON] * count,
        on_scene_s=[NOON + m * MIN for m in minutes],
        **columns,
    )
    return small.seen(WORLD, small.people([NOON] * count, place=list(place), line=line), course)


MIXED = (
    (CENTRE, RED, 12.0),
    (CENTRE, RED, 12.1),
    (CENTRE, RED, 24.0),
    (CENTRE, RED, math.nan),  # no time stamp: left out
    (CENTRE, YELLOW, 5.0),  # red only
    (CENTRE, GREEN, 5.0),
    (UPPER, RED, 25.0),
    (UPPER, RED, 25.1),
    (-1, RED, 1.0),  # a neighbour's
)


def test_dense_and_sparse_have_a_rule_of_their_own() -> None:
    """Town (tettsted above 10,000) is held to 12 minutes; valley and island to 25."""
    seen = incidents(*MIXED)
    dense = list(ambulance.ambulance_within_12_min(seen))
    assert small.values(dense)["all"] == (pytest.approx(1 / 3), 3)
    sparse = list(ambulance.ambulance_within_25_min(seen))
    assert small.values(sparse)["all"] == (1 / 2, 2)
    by_municipality = small.values(sparse, "municipality")
    assert list(by_municipality) == ["town", "upper", "island"]
    assert by_municipality["upper"] == (1 / 2, 2)
    assert [by_municipality[name][1] for name in ("town", "island")] == [0, 0]


def test_median_and_p90_are_of_dense_and_sparse_together() -> None:
    seen = incidents(*MIXED)
    assert small.values(ambulance.ambulance_response_median_min(seen))["all"] == (24.0, 5)
    p90 = small.values(ambulance.ambulance_response_p90_min(seen))["all"][0]
    assert p90 == pytest.approx(25.0 + 0.6 * 0.1)


def test_who_rang_outside_the_measured_span_is_left_out() -> None:
    course = small.courses(1, judged=[RED], notified_s=[NOON], on_scene_s=[NOON + 60])
    early = small.people([WORLD.plan.measured[0] - 1], place=CENTRE)
    found = small.values(ambulance.ambulance_within_12_min(small.seen(WORLD, early, course)))
    assert found["all"][1] == 0


def test_parts_sum_to_the_response() -> None:
    """113 rings at 0, a crew is asked for at 60 s, found at 90 s; alarm 200 s, wheels 290 s."""
    course = small.courses(
        1,
        judged=[RED],
        notified_s=[NOON],
        requested_s=[NOON + 60],
        alerted_s=[NOON + 200],
        rolling_s=[NOON + 290],
        on_scene_s=[NOON + 890],
    )
    patients = small.people([NOON], place=CENTRE, dispatch_s=30.0)
    found = small.values(
        ambulance.ambulance_response_parts_min(small.seen(WORLD, patients, course)), "part"
    )
    parts = {name: value * MIN for name, (value, _) in found.items()}
    assert parts == pytest.approx({"call": 90, "waiting": 110, "mobilisation": 90, "driving": 600})


def test_parts_sum_to_the_mean_response_in_a_run() -> None:
    patients = WORLD.sample()
    seen = WORLD.observed(patients, WORLD.meets(patients))
    parts = small.values(ambulance.ambulance_response_parts_min(seen), "part")
    courses = seen.record.courses
    mask = ambulance.measured_red_incidents(seen)
    mean = (courses.on_scene_s - courses.notified_s)[mask].mean() / MIN
    assert sum(value for value, _ in parts.values()) == pytest.approx(mean)
    assert all(value >= 0 for value, _ in parts.values())


def test_missions_a_week_by_crew_and_urgency() -> None:
    seen = incidents(*MIXED, crew=[0, 0, 1, -1, 2, -1, 2, 2, -1])
    found = list(ambulance.missions_a_week(seen))
    assert small.values(found)["all"][1] == 6
    assert [n for _, n in small.values(found, "crew").values()] == [2, 1, 3]
    assert [n for _, n in small.values(found, "urgency").values()] == [5, 1, 0]
    week = 7 * 24 / (7 * 24 - 1)
    assert small.values(found)["all"][0] == pytest.approx(6 * week)


def test_planned_transports_are_no_missions() -> None:
    rows = [(CENTRE, GREEN, 30.0)] * 3
    seen = incidents(*rows, line=[LINE_113, LINE_TRANSPORT, LINE_TRANSPORT], crew=[0, 0, -1])
    assert small.values(ambulance.missions_a_week(seen))["all"][1] == 1


def test_an_incident_counts_by_its_first_patient_but_every_victim_needs_a_mission() -> None:
    rows = [(CENTRE, RED, 10.0), (CENTRE, RED, 30.0), (CENTRE, RED, 40.0)]
    seen = incidents(*rows, line=[LINE_113, LINE_VICTIM, LINE_VICTIM], crew=[0, 1, 2])
    assert small.values(ambulance.ambulance_within_12_min(seen))["all"] == (1.0, 1)
    assert small.values(ambulance.ambulance_response_p90_min(seen))["all"] == (10.0, 1)
    assert small.values(ambulance.missions_a_week(seen))["all"][1] == 3
