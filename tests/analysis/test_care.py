"""Care indicators on hand-made courses."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import care
from akuttsim.records import (
    ACUTE_BED,
    ADVICE,
    CLINIC,
    GREEN,
    LINE_TRANSPORT,
    LINE_VICTIM,
    LOST,
    NOT_PRESENT,
    OUTCOMES,
    TRANSPORTED,
    UNFINISHED,
    YELLOW,
)
from tests import small

WORLD = small.world()
NOON = small.at(12)
MIN = 60.0
WEEK = 168 / 167  # the clocks go forward in the measured week
CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("centre", "upper"))


def visits() -> small.Observed:
    """Two of the town and one of the valley at a clinic; one who hung up; a neighbour."""
    course = small.courses(
        5,
        outcome=[CLINIC, CLINIC, CLINIC, LOST, ADVICE],
        judged=[GREEN, GREEN, YELLOW, -1, GREEN],
        clinic=[0, 1, 1, -1, -1],
        travel_s=[5 * MIN, math.nan, 45 * MIN, math.nan, math.nan],
        at_clinic_s=[NOON + 10 * MIN, NOON + 20 * MIN, NOON + 60 * MIN, math.nan, math.nan],
        doctor_s=[NOON + 40 * MIN, NOON + 30 * MIN, NOON + 65 * MIN, math.nan, math.nan],
    )
    place = [CENTRE, CENTRE, UPPER, CENTRE, -1]
    return small.seen(WORLD, small.people([NOON] * 5, place=place), course)


def test_travel_is_of_those_who_drove_themselves() -> None:
    found = list(care.travel_to_care_min(visits()))
    assert small.values(found)["all"] == (25.0, 2)
    assert small.values(found, "municipality")["upper"] == (45.0, 1)
    assert small.values(found, "clinic")["gp-office"] == (5.0, 1)
    assert small.values(care.travel_to_care_p90_min(visits()))["all"] == (pytest.approx(41.0), 2)


def test_ring_to_doctor_is_from_the_first_ring() -> None:
    found = list(care.ring_to_doctor_min(visits()))
    assert small.values(found)["all"] == (45.0, 3)
    assert small.values(found, "urgency")["yellow"] == (65.0, 1)
    assert list(small.values(found, "urgency")) == ["red", "yellow", "green"]


def test_arrival_to_doctor() -> None:
    median = list(care.arrival_to_doctor_median_min(visits()))
    assert small.values(median)["all"] == (10.0, 3)
    assert small.values(median, "clinic")["legevakt"] == (7.5, 2)
    assert small.values(care.arrival_to_doctor_p90_min(visits()))["all"] == (pytest.approx(26.0), 3)


def test_contacts_end_somewhere_and_neighbours_are_left_out() -> None:
    found = list(care.contacts_a_week(visits()))
    assert small.values(found)["all"] == (pytest.approx(4 * WEEK), 4)
    outcomes = small.values(found, "outcome")
    assert list(outcomes) == [
        n for n in OUTCOMES if n not in ("not_present", "went_without", "transport")
    ]
    assert {name: n for name, (_, n) in outcomes.items() if n} == {"clinic": 3, "lost": 1}


def test_planned_transports_are_no_contacts_but_victims_are() -> None:
    course = small.courses(3, outcome=[TRANSPORTED, UNFINISHED, ACUTE_BED])
    line = [LINE_TRANSPORT, LINE_TRANSPORT, LINE_VICTIM]
    found = list(
        care.contacts_a_week(small.seen(WORLD, small.people([NOON] * 3, line=line), course))
    )
    assert small.values(found)["all"] == (pytest.approx(WEEK), 1)
    outcomes = small.values(found, "outcome")
    assert {name: n for name, (_, n) in outcomes.items() if n} == {"acute_bed": 1}


def test_who_did_not_call_is_no_contact() -> None:
    """One lives too far away to come, one has an alarm that nobody answers."""
    course = small.courses(3, outcome=[NOT_PRESENT, NOT_PRESENT, ADVICE])
    found = list(care.contacts_a_week(small.seen(WORLD, small.people([NOON] * 3), course)))
    assert small.values(found)["all"] == (pytest.approx(WEEK), 1)
    assert "not_present" not in small.values(found, "outcome")


def test_consultations_by_clinic_and_hour_of_arrival() -> None:
    found = list(care.consultations_a_week(visits()))
    assert [n for _, n in small.values(found, "clinic").values()] == [1, 2]
    hours = small.values(found, "hour")
    assert (hours["12"][1], hours["13"][1], len(hours)) == (2, 1, 24)


def test_video_share_is_of_answered_contacts() -> None:
    """Of four callers one is no contact and one was not answered: one of two on video."""
    course = small.courses(4, video=[True, False, False, False])
    patients = small.people([NOON] * 4, is_contact=[True, True, True, False])
    answered = [NOON, NOON, math.nan, NOON]
    calls = small.calls(*((n, 0, 0, NOON, answered[n], math.nan) for n in range(4)))
    seen = small.seen(WORLD, patients, course, calls)
    assert small.values(care.video_share(seen))["all"] == (1 / 2, 2)


def test_video_moves_the_urgency_up_or_down() -> None:
    """Of five video calls one turns out more urgent, two less; voice alone moves nobody."""
    course = small.courses(
        6, video=[True] * 5 + [False], video_moved=[-1, 1, 1, 0, 0, 1], judged=[GREEN] * 6
    )
    found = list(care.video_moved_share(small.seen(WORLD, small.people([NOON] * 6), course)))
    assert small.values(found)["all"] == (3 / 5, 5)
    assert small.values(found, "direction") == {"up": (1 / 5, 5), "down": (2 / 5, 5)}


def test_without_video_nothing_moves() -> None:
    found = care.video_moved_share(small.seen(WORLD, small.people([NOON]), small.courses(1)))
    value, n = small.values(found)["all"]
    assert math.isnan(value) and n == 0
