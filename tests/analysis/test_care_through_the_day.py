"""Hours with the same answer are one block; what is in reach follows the one definition."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import pytest

from akuttsim.indicators.care_through_the_day import (
    NONE_OPEN,
    STRIP_NEEDS,
    CareBlock,
    ClinicInBlock,
    Nearest,
    care_blocks,
    care_through_the_day,
    largest_settlements,
    strip_days,
)
from tests.small import organisation, people, world

TOWN, VALLEY = Nearest(0, 2700), Nearest(1, 0)
DOCTOR = STRIP_NEEDS.index("doctor")


def run_of(changes=None, base="today"):
    small = world(organisation(changes or {}, base))
    nobody = people([])
    return small, small.observed(nobody, small.meets(nobody))


def told(run, municipality, day=0):
    """Return the blocks of a day as hours and the nearest clinic for each need, by name."""
    names = [*run.organisation.clinics, None]
    return [
        (block.start_min / 60, block.end_min / 60, *(names[near.clinic] for near in block.nearest))
        for block in care_through_the_day(run)[municipality].days[day]
    ]


def whole(near):
    return ClinicInBlock(near.clinic, near.drive_s, near.drive_s)


def drives_to_town(*minutes):
    """Return the blocks of half hours in which all needs are met in town, so far away."""
    blocks = care_blocks([(Nearest(0, 60 * each),) * 3 for each in minutes], first_min=0)
    return [
        (block.start_min, block.nearest[0].shortest_s // 60, block.nearest[0].longest_s // 60)
        for block in blocks
    ]


def test_half_hours_with_the_same_answer_are_one_block():
    near, far = (VALLEY,) * 3, (TOWN,) * 3
    assert care_blocks([far, far, near, far], first_min=0) == (
        CareBlock(0, 60, (whole(TOWN),) * 3),
        CareBlock(60, 90, (whole(VALLEY),) * 3),
        CareBlock(90, 120, (whole(TOWN),) * 3),
    )


def test_drives_that_differ_little_are_one_block_with_both_ends():
    assert drives_to_town(45, 52, 59) == [(0, 45, 59)]


def test_hours_of_waiting_for_the_first_ferry_are_one_block_apart_from_the_crossings():
    assert drives_to_town(111, 125, 338, 278, 218, 125) == [
        (0, 111, 125),
        (60, 218, 338),
        (150, 125, 125),
    ]


def test_a_new_limit_begins_a_block_though_the_nearest_is_the_same():
    """A satellite is nearest all along; who is yellow is seen there in the second half hour."""
    slots = [(VALLEY, TOWN, TOWN), (VALLEY, VALLEY, TOWN), (VALLEY, VALLEY, NONE_OPEN)]
    assert [block.nearest for block in care_blocks(slots)] == [
        tuple(map(whole, slot)) for slot in slots
    ]


def test_a_clinic_closed_at_night_sends_people_farther():
    _, run = run_of()
    assert told(run, "upper") == [
        (8, 15.5, "gp-office", "gp-office", "gp-office"),
        (15.5, 32, "legevakt", "legevakt", "legevakt"),
    ]
    assert told(run, "upper", day=1) == [(8, 32, "legevakt", "legevakt", "legevakt")]


def test_a_satellite_takes_only_green():
    _, run = run_of(base="satellite")
    assert told(run, "upper") == [
        (8, 15.5, "gp-office", "gp-office", "gp-office"),
        (15.5, 16, "legevakt", "legevakt", "legevakt"),
        (16, 22, "satellite", "legevakt", "legevakt"),
        (22, 32, "legevakt", "legevakt", "legevakt"),
    ]


def test_a_satellite_that_takes_yellow_too_sees_them_but_is_no_doctor():
    _, run = run_of({"clinics": {"satellite": {"takes": ["yellow", "green"]}}}, "satellite")
    assert told(run, "upper")[2] == (16, 22, "satellite", "satellite", "legevakt")


def test_where_the_ferry_rests_the_drive_is_longer_and_stands_apart():
    small, run = run_of()
    blocks = care_through_the_day(run)["island"].days[1]
    assert {near.clinic for block in blocks for near in block.nearest} == {1}
    by_night = next(block for block in blocks if block.start_min <= 26 * 60 < block.end_min)
    by_day = next(block for block in blocks if block.start_min <= 12 * 60 < block.end_min)
    assert by_night.nearest[DOCTOR].longest_s > by_day.nearest[DOCTOR].longest_s + 3600
    assert by_day.nearest[DOCTOR].shortest_s == pytest.approx(
        small.drive_s("island", "hospital"), abs=0.5
    )


def test_with_nothing_open_there_is_nowhere_to_go():
    changes = {"clinics": {"legevakt": {"open": {"weekend": None}, "nurses": {"weekend": None}}}}
    _, run = run_of(changes)
    assert told(run, "town", day=1) == [(8, 32, None, None, None)]


def test_a_clinic_serves_only_its_own_municipalities():
    hours = {"office-hours": {"municipalities": ["town"]}}
    _, run = run_of({"clinics": {"gp-office": {"open": hours}}})
    assert told(run, "town")[0][2:] == ("gp-office",) * 3
    assert told(run, "island")[0][2:] == (None,) * 3


def test_every_day_is_told_whole_from_eight_to_eight():
    _, run = run_of(base="satellite")
    for care in care_through_the_day(run).values():
        for day in care.days:
            assert (day[0].start_min, day[-1].end_min) == (480, 1920)
            pairs = pairwise(day)
            assert all(one.end_min == other.start_min for one, other in pairs)


def test_the_largest_settlement_stands_for_a_municipality():
    def place(municipality, *counts):
        return SimpleNamespace(municipality=municipality, people=counts)

    places = {
        "hamlet": place("a", 5, 5),
        "village": place("a", 9, 2),
        "pass": place("b", 0),
        "twin": place("a", 11, 0),
    }
    assert largest_settlements(places) == {"a": "village"}


def test_days_are_an_ordinary_one_and_a_weekend_that_is_no_holiday():
    _, run = run_of()
    assert strip_days(run) == (date(2026, 3, 24), date(2026, 3, 28), date(2026, 3, 29))
