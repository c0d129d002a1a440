"""The official indicators on hand-made records where a naive reading gives another number.

The definitions are Helsedirektoratet's. Each test tells the naive number too, worked out from the
same record, so that it is seen to differ.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.indicators import ambulance, calls
from akuttsim.indicators.measured_run import share
from akuttsim.records import (
    GREEN,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    LINE_TRANSPORT,
    RED,
    YELLOW,
)
from tests import small

WORLD = small.world()
NOON = small.at(12)
NEVER = math.nan
LVS, AMK = 0, 1
CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("centre", "upper"))
MIN = 60.0

Call = tuple[int, int, float, float, float]


def rung(*calls: Call, dialled: float = 0.0, **columns: object) -> small.Observed:
    """Return calls (room, line, and seconds from noon: rang, answered, left), each of a patient."""
    rows = [(n, room, line, *(NOON + t for t in s)) for n, (room, line, *s) in enumerate(calls)]
    people = small.people([NOON + dialled] * len(calls), line=[call[1] for call in calls])
    return small.seen(WORLD, people, small.courses(len(calls)), small.calls(*rows, **columns))


def answered_116117(seen: small.Observed) -> tuple[float, int]:
    return small.values(calls.answered_116117_within_120_s(seen))["all"]


def answered_113(seen: small.Observed) -> tuple[float, int]:
    return small.values(calls.answered_113_within_10_s(seen))["all"]


def test_116117_is_of_all_calls_where_113_is_of_the_answered() -> None:
    """Answered at once, late, and never: the same three calls, a third and a half in time."""
    of_116117 = [(LVS, LINE_116117, 0.0, each, left) for each, left in (
        (5.0, NEVER), (300.0, NEVER), (NEVER, 20.0))]  # fmt: skip
    of_113 = [(AMK, LINE_113, *times) for _, _, *times in of_116117]
    assert answered_116117(rung(*of_116117)) == (pytest.approx(1 / 3), 3)
    assert answered_113(rung(*of_113)) == (1 / 2, 2)


def test_116117_does_not_count_menu_and_message() -> None:
    """Dialled a minute before it rang: 120 s of ringing is in time, though 180 s have passed."""
    seen = rung((LVS, LINE_116117, 0.0, 120.0, NEVER), dialled=-60.0)
    since_dialled = seen.record.calls.answered_s - seen.patients.time_s
    assert share((since_dialled <= 120).astype(np.float64)) == 0.0
    assert answered_116117(seen) == (1.0, 1)


def test_menu_and_message_do_not_count_in_a_run_either() -> None:
    """The room's message takes 10 s; who is answered at once has waited 0 s, not 10."""
    patients = small.people([NOON], place=CENTRE, line=LINE_116117, patience_1_s=600.0)
    seen = WORLD.observed(patients, WORLD.meets(patients))
    assert seen.record.calls.rang_s.tolist() == [NOON + 10]
    assert small.values(calls.answer_time_116117_median_s(seen))["all"] == (0.0, 1)


def test_116117_who_hangs_up_in_seconds_is_in_the_denominator_all_the_same() -> None:
    calls = [(LVS, LINE_116117, 0.0, 1.0, NEVER), (LVS, LINE_116117, 0.0, NEVER, 2.0)]
    assert answered_116117(rung(*calls)) == (1 / 2, 2)


def test_116117_rung_by_the_same_person_twice_is_two_calls() -> None:
    """Of people, all were answered; of calls, half."""
    rows = [(0, LVS, LINE_116117, NOON, NEVER, NOON + 60), (0, LVS, LINE_116117, NOON + 300,
            NOON + 301, NEVER)]  # fmt: skip
    seen = small.seen(WORLD, small.people([NOON]), small.courses(1), small.calls(*rows))
    assert answered_116117(seen) == (1 / 2, 2)


def test_116117_overflowed_is_one_call_from_when_it_began_to_ring() -> None:
    """Offered to another room after 110 s and taken there 20 s later: 130 s, at the first room."""
    answered_by = [AMK]
    seen = rung((LVS, LINE_116117, 0.0, 130.0, NEVER), answered_by=answered_by)
    found = list(calls.answered_116117_within_120_s(seen))
    assert small.values(found)["all"] == (0.0, 1)
    assert small.values(found, "room")["lvs"] == (0.0, 1)


def test_116117_rung_back_is_answered_then_not_when_the_caller_hung_up() -> None:
    """Hung up to be rung back: reached after 90 s, reached after 200 s, and not reached."""
    calls = [(LVS, LINE_116117, 0.0, answered, 5.0) for answered in (90.0, 200.0, NEVER)]
    seen = rung(*calls, called_back=[True, True, True])
    assert answered_116117(seen) == (pytest.approx(1 / 3), 3)


def test_113_leaves_out_what_nobody_rang_113_for() -> None:
    """116117's nurse and the response centre ring the room on a line between them, and wait."""
    calls = [
        (AMK, LINE_113, 0.0, 10.0, NEVER),
        (AMK, LINE_HEALTH, 0.0, 60.0, NEVER),
        (AMK, LINE_HEALTH, 0.0, 60.0, NEVER),
        (AMK, LINE_113, 0.0, NEVER, 400.0),  # the longest wait of all, never answered
    ]
    assert answered_113(rung(*calls)) == (1.0, 1)
    assert LINE_ALARM not in [call[1] for call in calls]


def test_113_eleven_seconds_is_late_and_ten_is_in_time() -> None:
    calls = [(AMK, LINE_113, 0.0, each, NEVER) for each in (9.9, 10.0, 10.1, 11.0)]
    assert answered_113(rung(*calls)) == (1 / 2, 4)


def red(count: int = 1, place: int = CENTRE, **columns: object) -> small.Observed:
    """Return red incidents about which 113 was notified at noon."""
    people = {name[2:]: columns.pop(name) for name in list(columns) if name.startswith("p_")}
    usual = {"judged": [RED] * count, "notified_s": [NOON] * count}
    course = small.courses(count, **{**usual, **columns})
    patients = {"place": place, "line": LINE_113, **people}
    return small.seen(WORLD, small.people([NOON] * count, **patients), course)


def within_12(seen: small.Observed) -> tuple[float, int]:
    return small.values(ambulance.ambulance_within_12_min(seen))["all"]


def test_response_ends_with_the_first_car_ambulance_not_with_the_first_helper() -> None:
    """Helicopter, first responder, nurse and doctor after 5 minutes; the ambulance after 13."""
    early = [NOON + 5 * MIN]
    seen = red(
        on_scene_s=[NOON + 13 * MIN],
        support=[0],
        support_s=early,
        responder_s=early,
        nurse_on_scene_s=early,
        doctor_on_scene_s=early,
        first_help_s=early,
    )
    assert within_12(seen) == (0.0, 1)


def test_response_of_an_ambulance_called_off_for_a_helicopter_has_no_time_stamp() -> None:
    seen = red(support=[0], support_s=[NOON + 5 * MIN], first_help_s=[NOON + 5 * MIN], crew=[0])
    assert within_12(seen)[1] == 0


def test_response_starts_when_amk_is_notified_not_when_the_patient_first_rang() -> None:
    """Ten minutes in line at 116117, then 11 minutes from 113 being notified: in time."""
    seen = red(p_time_s=NOON - 10 * MIN, p_line=LINE_116117, on_scene_s=[NOON + 11 * MIN])
    assert (seen.record.courses.on_scene_s - seen.patients.time_s)[0] > 12 * MIN
    assert within_12(seen) == (1.0, 1)


def test_response_starts_before_113_has_answered_or_the_crew_is_alerted() -> None:
    """The crew needs 10 minutes from its alarm, but 113 was notified 13 minutes before."""
    seen = red(alerted_s=[NOON + 3 * MIN], on_scene_s=[NOON + 13 * MIN])
    assert within_12(seen) == (0.0, 1)


def test_response_is_of_what_was_judged_red_whatever_it_was() -> None:
    """Truly red but judged yellow is out; truly green but judged red is in."""
    seen = red(
        3,
        p_urgency=[RED, GREEN, RED],
        judged=[YELLOW, RED, RED],
        on_scene_s=[NOON + 20 * MIN, NOON + 5 * MIN, NOON + 20 * MIN],
    )
    assert within_12(seen) == (1 / 2, 2)


def test_response_leaves_out_who_is_fetched_at_a_clinic_and_planned_transports() -> None:
    """Judged red at the clinic's door, and a transport with a vehicle: 113 was never notified."""
    seen = red(
        2,
        p_line=[LINE_116117, LINE_TRANSPORT],
        notified_s=[NEVER, NEVER],
        on_scene_s=[NEVER, NOON + 5 * MIN],
        clinic=[0, -1],
    )
    assert within_12(seen)[1] == 0


def test_response_goes_by_the_municipality_not_by_the_mean_of_both_goals() -> None:
    """20 minutes: late where a tettsted has more than 10,000 people, in time elsewhere."""
    late, early = red(on_scene_s=[NOON + 20 * MIN]), red(1, UPPER, on_scene_s=[NOON + 20 * MIN])
    assert within_12(late) == (0.0, 1)
    assert within_12(early)[1] == 0
    assert small.values(ambulance.ambulance_within_25_min(early))["all"] == (1.0, 1)


@pytest.mark.parametrize(("people", "is_dense"), [(10_000, False), (10_001, True)])
def test_a_municipality_is_dense_above_10_000_in_one_tettsted(people: int, is_dense: bool) -> None:
    town = WORLD.plan.region.municipalities["town"]
    assert town.model_copy(update={"largest_tettsted": people}).is_dense == is_dense


def built_up(place: str | None) -> small.World:
    """Return the small district by the rule since 2021: one place is a town."""
    places = WORLD.plan.region.place_ids
    column = {each: {"built_up": "town" if each == place else "yes"} for each in places}
    return small.world(where=small.region({"places": column}))


def test_response_goes_by_where_the_incident_lies_since_2021() -> None:
    """20 minutes to both; the upper valley alone lies in a tettsted above 10,000 people."""
    village = WORLD.plan.region.place_ids[UPPER]
    people = small.people([NOON] * 2, place=[CENTRE, UPPER], line=LINE_113)
    course = {"judged": [RED] * 2, "notified_s": [NOON] * 2, "on_scene_s": [NOON + 20 * MIN] * 2}
    seen = small.seen(built_up(village), people, small.courses(2, **course))
    assert small.values(ambulance.ambulance_within_12_min(seen))["all"] == (0.0, 1)
    assert small.values(ambulance.ambulance_within_25_min(seen))["all"] == (1.0, 1)
    by_area = small.values(ambulance.ambulance_response_median_min(seen), "goal_area")
    assert by_area == {"dense": (20.0, 1), "sparse": (20.0, 1)}


def test_every_incident_has_one_goal_whatever_the_rule() -> None:
    for world in (WORLD, built_up(None), built_up(WORLD.plan.region.place_ids[CENTRE])):
        people = small.people([NOON] * 2, place=[CENTRE, UPPER], line=LINE_113)
        course = {"judged": [RED] * 2, "notified_s": [NOON] * 2, "on_scene_s": [NOON + MIN] * 2}
        seen = small.seen(world, people, small.courses(2, **course))
        counted = [
            small.values(each(seen))["all"][1]
            for each in (ambulance.ambulance_within_12_min, ambulance.ambulance_within_25_min)
        ]
        assert sum(counted) == 2


def test_the_older_rule_is_a_choice_and_holds_for_places_that_do_not_say() -> None:
    """20 minutes in the town's centre, which is not built up: late by the older rule only."""
    said = {"places": {"centre": {"built_up": "no"}}}
    older = small.region({**said, "response_goal_areas": "municipality"})
    for region, late in ((small.region(said), 0), (older, 1), (small.region(), 1)):
        world = small.world(where=region)
        people = small.people([NOON], place=[CENTRE], line=LINE_113)
        course = {"judged": [RED], "notified_s": [NOON], "on_scene_s": [NOON + 20 * MIN]}
        seen = small.seen(world, people, small.courses(1, **course))
        assert small.values(ambulance.ambulance_within_12_min(seen))["all"][1] == late
