"""The doctor who drives out, by hand: odds of going, reaction, turning back, leaving a patient."""

from __future__ import annotations

from functools import cache
from math import exp, log
from typing import Any

import numpy as np
import pytest

from akuttsim.chain.dispatch_rules import CallOutOdds, call_out_chance, least_grave_work, log_odds
from akuttsim.records import (
    BUSY,
    CALL_OUT,
    CONSULTATION,
    DECLINED,
    GREEN,
    LEFT_PATIENT,
    PHONE,
    RED,
    TOO_FAR,
    VISIT,
    WENT_OUT,
    YELLOW,
    Record,
)
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    START,
    crew,
    fleet,
    in_need,
    incident,
    meets,
    number,
    takes,
    times,
    work,
)

ODDS = CallOutOdds(log_odds(0.5), half_hour_farther=-0.5, others_wait=-0.6, response_car=0.72)
TOWN = crew("hospital")
ALERTED = {"u_doctor_alerted": 0.0, "u_doctor_goes": 0.0, "doctor_on_scene_s": 600.0}


def log_odd(value: float) -> Any:
    return {"value": value, **small.MADE_UP}


def rule(**changes: Any) -> Any:
    """Return call-outs of half of the red, of which half go when near; they leave green, yellow."""
    odds = {"offset": log_odd(0.0), "half_hour_farther": log_odd(-0.5),
            "others_wait": log_odd(-0.6), "response_car": log_odd(0.72)}  # fmt: skip
    usual = {"goes": number(0.5), "max_drive_min": None, "odds": odds,
             "leaves_for_red": ["yellow", "green"]}  # fmt: skip
    return {"call_outs": {**usual, **changes}}


def goes(**changes: Any) -> small.World:
    return fleet(TOWN, **rule(**changes))


def red(place: int = CENTRE, after_s: float = 0.0, **columns: Any) -> Any:
    return incident(place, after_s, **{**ALERTED, **columns})


def became(record: Record) -> list[int]:
    return record.courses.doctor_call_out.tolist()


# -- how likely ------------------------------------------------------------------------------------


def test_the_odds_are_those_given_when_near_and_nobody_waits() -> None:
    assert call_out_chance(ODDS, 900.0, False, False) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("drive_min", "others_wait", "car", "log_odds_then"),
    [(45, False, False, -0.5), (75, False, False, -1.0), (15, True, False, -0.6),
     (15, False, True, 0.72), (45, True, True, -0.38), (0, False, False, 0.25)],
)  # fmt: skip
def test_circumstances_add_to_the_log_odds(
    drive_min: float, others_wait: bool, car: bool, log_odds_then: float
) -> None:
    chance = call_out_chance(ODDS, drive_min * 60, others_wait, car)
    assert log(chance / (1 - chance)) == pytest.approx(log_odds_then)


def test_nothing_forbids_going() -> None:
    assert call_out_chance(ODDS, 3 * 3600.0, True, False) > 0.02


def test_the_least_grave_is_left_and_of_equals_whose_work_lasts_longest() -> None:
    assert least_grave_work([(YELLOW, 500.0), (GREEN, 100.0), (GREEN, 300.0)], 0.0) == 2
    assert least_grave_work([(YELLOW, 500.0), (GREEN, 100.0)], 100.0) == 0
    assert least_grave_work([(GREEN, 100.0), (GREEN, 100.0)], 0.0) == 0
    assert least_grave_work([], 0.0) is None


def drive_chance(world: small.World, start: str, end: str) -> float:
    drive_s = world.drive_s(start, end)
    return 1 / (1 + exp(0.5 * (drive_s - 900) / 1800))


@pytest.mark.parametrize("place", ["centre", "upper"])
def test_a_doctor_goes_whose_uniform_lies_below_the_chance_at_that_distance(place: str) -> None:
    world = goes()
    chance, at = drive_chance(world, "hospital", place), world.plan.place_index[place]
    for u, answer in ((chance - 1e-6, WENT_OUT), (chance + 1e-6, DECLINED)):
        assert became(meets(world, red(at, u_doctor_goes=u))) == [answer]


def test_whoever_has_a_patient_goes_less_often_and_is_not_forbidden_to() -> None:
    """Odds 1 to 1 near and idle; the drive to centre is 90 s, so that exp(0.225 - 0.6) is left."""
    busy = in_need("clinic", consultation_s=6000.0)
    odds = exp(0.5 * (900 - 90) / 1800 - 0.6)
    chance = odds / (1 + odds)
    for u, answer in ((chance - 1e-6, LEFT_PATIENT), (chance + 1e-6, DECLINED)):
        assert became(meets(goes(), busy, red(after_s=100.0, u_doctor_goes=u)))[1] == answer


def test_the_old_rule_is_left_where_there_are_no_odds() -> None:
    old = rule(odds=None, max_drive_min=number(1), leaves_for_red=[])
    assert became(meets(fleet(TOWN, **old), red())) == [TOO_FAR]
    old = rule(odds=None, max_drive_min=number(10), leaves_for_red=[])
    busy = in_need("clinic", consultation_s=600.0)
    assert became(meets(fleet(TOWN, **old), busy, red(after_s=9.0)))[1] == BUSY


# -- on the way ------------------------------------------------------------------------------------


REACTION = {"day_min": takes(4), "night_min": takes(9)}


def test_reaction_then_drive_there_then_home() -> None:
    record = meets(goes(reaction=REACTION), red())
    assert times(record.courses.doctor_on_scene_s) == [240 + 90]
    assert work(record, CALL_OUT) == [("duty-doctor", 0, 240 + 90 + 600 + 90, 0)]


def test_reaction_is_longer_at_night() -> None:
    """START is noon; eleven and a half hours later it is night."""
    late_s = 11.5 * 3600
    record = meets(goes(reaction=REACTION), red(after_s=late_s))
    assert times(record.courses.doctor_on_scene_s) == [late_s + 540 + 90]


def test_a_response_car_drives_there_with_blue_light_and_home_without() -> None:
    team = {"doctors": {"duty-doctor": {"response_car": True}}}
    record = meets(fleet(TOWN, **rule(), **team), red())
    assert times(record.courses.doctor_on_scene_s) == [72]
    assert work(record, CALL_OUT) == [("duty-doctor", 0, 72 + 600 + 90, 0)]


def test_the_doctor_turns_when_the_patient_is_taken_away() -> None:
    """The crew is at cross after 90 + 1.5 * 600 - ... s and leaves; the doctor is not there yet."""
    late = {"reaction": {"day_min": takes(20), "night_min": takes(20)}, "turns_back": True}
    record = meets(goes(**late), red(CROSS, on_scene_s=900.0, u_mobilisation=0.5))
    left_s = times(record.courses.left_scene_s)[0]
    assert left_s is not None and 1200 < left_s < 1200 + 900
    assert times(record.courses.doctor_on_scene_s) == [None]
    [(_, start, end, _)] = work(record, CALL_OUT)
    assert (start, end) == (0, pytest.approx(left_s + (left_s - 1200), abs=1e-3))
    stays = meets(goes(**{**late, "turns_back": False}), red(CROSS, on_scene_s=900.0))
    assert times(stays.courses.doctor_on_scene_s) == [1200 + 990]


def test_a_doctor_called_off_before_leaving_has_nowhere_to_drive() -> None:
    late = {"reaction": {"day_min": takes(60), "night_min": takes(60)}, "turns_back": True}
    record = meets(goes(**late), red(HOSPITAL))
    left_s = times(record.courses.left_scene_s)[0]
    assert work(record, CALL_OUT) == [("duty-doctor", 0, left_s, 0)]
    assert became(record) == [WENT_OUT]


# -- leaving a patient -----------------------------------------------------------------------------


def of(urgency: int) -> dict[str, Any]:
    return {"urgency": urgency, "u_need": {RED: 0.95, YELLOW: 0.5, GREEN: 0.3}[urgency]}


def test_a_consultation_is_left_for_red_and_goes_on_afterwards() -> None:
    """Left after 1,000 of 3,000 s; away for 90 + 600 + 90 s; the rest is done then."""
    patient = in_need("clinic", consultation_s=3000.0)
    record = meets(goes(), patient, red(after_s=1000.0))
    assert work(record, CONSULTATION) == [
        ("duty-doctor", 0, 1000, 0), ("duty-doctor", 1780, 3780, 0)]  # fmt: skip
    assert work(record, CALL_OUT) == [("duty-doctor", 1000, 1780, 1)]
    assert record.courses.interrupted.tolist() == [1, 0]
    assert record.courses.interrupted_s.tolist()[0] == 780
    assert became(record) == [0, LEFT_PATIENT]
    assert times(record.courses.doctor_s) == [0, None]
    assert times(record.courses.left_clinic_s) == [3780, None]


def test_a_colleague_who_is_free_goes_on_at_once() -> None:
    two = {"doctors": {"duty-doctor": {"on_duty": {"always": {"on_duty": 2}}}}}
    people = [in_need("clinic", n, consultation_s=s) for n, s in ((0.0, 3000.0), (1.0, 999.0))]
    record = meets(fleet(TOWN, **rule(), **two), *people, red(after_s=900.0))
    done = [row for row in work(record, CONSULTATION) if row[3] == 0]
    assert done == [("duty-doctor", 0, 900, 0), ("duty-doctor", 1000, 3100, 0)]
    assert record.courses.interrupted_s.tolist()[0] == 100


def test_who_was_left_comes_before_others_as_grave_and_after_the_graver() -> None:
    left = in_need("clinic", consultation_s=1000.0)
    green = in_need("clinic", 10.0, consultation_s=50.0)
    yellow = in_need("clinic", 700.0, consultation_s=60.0, urgency=YELLOW, u_need=0.5)
    record = meets(goes(), left, green, red(after_s=600.0), yellow)
    order = [row[3] for row in work(record, CONSULTATION)]
    assert order == [0, 3, 0, 1]


@pytest.mark.parametrize("leaves", [[], ["yellow"]])
def test_only_patients_of_the_urgencies_named_are_left(leaves: list[str]) -> None:
    record = meets(goes(leaves_for_red=leaves), in_need("clinic", consultation_s=3000.0),
                   red(after_s=1000.0))  # fmt: skip
    assert became(record) == [0, BUSY]
    assert work(record, CONSULTATION) == [("duty-doctor", 0, 3000, 0)]


def test_a_call_is_left_too() -> None:
    call = in_need("doctor_phone", doctor_phone_s=600.0)
    record = meets(goes(), call, red(after_s=100.0))
    assert work(record, PHONE) == [("duty-doctor", 0, 100, 0), ("duty-doctor", 880, 1380, 0)]


def test_a_doctor_at_a_red_incident_stays() -> None:
    record = meets(goes(), red(), red(after_s=200.0))
    assert became(record) == [WENT_OUT, BUSY]


def test_a_doctor_on_the_drive_home_is_taken_and_nobody_was_left() -> None:
    """From cross the home drive begins at 990 + 600 s; 90 s of it later the doctor turns."""
    record = meets(goes(), red(CROSS), red(CROSS, 1680.0))
    assert became(record) == [WENT_OUT, WENT_OUT]
    assert record.courses.interrupted.tolist() == [0, 0]
    assert times(record.courses.doctor_on_scene_s) == [990, 1680 + 90]


def test_a_home_visit_is_left_and_begins_again_with_what_is_left() -> None:
    """With the patient at centre from 90 s; left at 400, so that 290 of 600 s are left."""
    visit = in_need("home_visit", home_visit_s=600.0, place=CENTRE)
    record = meets(goes(), visit, red(after_s=400.0))
    assert times(record.courses.doctor_on_scene_s) == [None, 400]
    free_s = 400 + 600 + 90
    assert work(record, VISIT) == [
        ("duty-doctor", 0, 400, 0), ("duty-doctor", free_s, free_s + 90 + 290 + 90, 0)]  # fmt: skip
    assert times(record.courses.doctor_s) == [90, None]
    assert times(record.courses.ended_s)[0] == free_s + 90 + 290


def test_a_doctor_on_the_way_to_a_visit_goes_from_the_road() -> None:
    """Half a minute out of 90 s from the hospital; a red patient at the hospital is 30 s back."""
    visit = in_need("home_visit", home_visit_s=600.0, place=CENTRE)
    record = meets(goes(), visit, red(HOSPITAL, 30.0))
    assert times(record.courses.doctor_on_scene_s) == [None, 60]
    assert times(record.courses.doctor_s) == [60 + 600 + 90, None]
    assert record.courses.interrupted.tolist() == [1, 0]


def test_nobody_interrupted_nothing_changes_and_no_event_is_added() -> None:
    """Same people, no red: with and without leaving, the record is the same to the last bit."""
    visits = [in_need("home_visit", 3000.0 * n, home_visit_s=600.0, place=CENTRE) for n in range(3)]
    seen = [in_need("clinic", 500.0 * n, consultation_s=400.0) for n in range(9)]
    people = small.concatenated(*visits, *seen)
    on, off = (goes(leaves_for_red=each).meets(people) for each in (["yellow", "green"], []))
    assert small.same(on.courses, off.courses) and small.same(on.activities, off.activities)
    assert on.events == off.events


def test_a_back_up_is_not_told_twice_that_the_doctor_is_out() -> None:
    back_up = {"on_call": {"always": small.staff(1)}, "comes_after_min": number(5),
               "when_all_are_out": True}  # fmt: skip
    team = {"doctors": {"duty-doctor": {"back_up": back_up}}}
    visit = in_need("home_visit", home_visit_s=600.0, place=CENTRE)
    record = meets(fleet(TOWN, **rule(), **team), visit, red(after_s=200.0),
                   in_need("clinic", 9000.0, consultation_s=60.0))  # fmt: skip
    assert len(work(record, VISIT)) == 2
    assert record.courses.outcome.tolist()[0] == 4


# -- the drives ------------------------------------------------------------------------------------


def drives_of_doctor(record: Record) -> list[tuple[int, int, float, float, bool]]:
    """Return from where to where, from when to when, and whether it came there."""
    trips, doctor = record.trips, [unit.role for unit in record.units].index("doctor")
    mine = np.flatnonzero(trips.unit == doctor)
    return [
        (int(trips.origin[n]), int(trips.destination[n]),
         *[round(float(at) - START, 3) for at in (trips.departed_s[n], trips.arrived_s[n])],
         bool(trips.completed[n]))
        for n in mine
    ]  # fmt: skip


def test_the_drives_of_a_doctor_called_from_the_road() -> None:
    """Half a minute towards centre, back to the hospital, and then out once more and home."""
    visit = in_need("home_visit", home_visit_s=600.0, place=CENTRE)
    record = meets(goes(), visit, red(HOSPITAL, 30.0))
    assert drives_of_doctor(record) == [
        (HOSPITAL, CENTRE, 0, 30, False), (CENTRE, HOSPITAL, 30, 60, True),
        (HOSPITAL, HOSPITAL, 660, 660, True),
        (HOSPITAL, CENTRE, 660, 750, True), (CENTRE, HOSPITAL, 1350, 1440, True),
    ]  # fmt: skip
    trips = record.trips
    [turned] = np.flatnonzero(trips.stretch_done > 0)
    assert trips.stretch_done[turned] == pytest.approx(60 / 90), "60 of 90 s lie behind, going back"


def test_a_doctor_who_turns_drives_as_far_back_as_out() -> None:
    late = {"reaction": {"day_min": takes(20), "night_min": takes(20)}, "turns_back": True}
    record = meets(goes(**late), red(CROSS, on_scene_s=900.0, u_mobilisation=0.5))
    (_, _, out_s, turned_s, there), (_, home, back_s, home_s, is_home) = drives_of_doctor(record)
    assert (out_s, there, home, is_home) == (1200, False, HOSPITAL, True)
    assert back_s == turned_s and home_s - back_s == pytest.approx(turned_s - out_s, abs=1e-3)


def test_who_turns_again_before_a_place_has_behind_what_both_drives_left_behind() -> None:
    """500 of 900 s from centre to cross when called back; the crew is done 262 s later.

    The crew rolls at 590 + 90, drives 72 s, treats for 100 s and leaves at 852. From cross then
    lie behind 400 s not driven and 262 s driven, of 900; 238 s and 90 s are left to the hospital.
    """
    visit = in_need("home_visit", home_visit_s=600.0, place=CROSS)
    called_back = red(CENTRE, 590.0, on_scene_s=100.0)
    record = meets(fleet(TOWN, **rule(turns_back=True)), visit, called_back)
    assert times(record.courses.left_scene_s) == [None, 852]
    assert times(record.courses.doctor_on_scene_s) == [None, None]
    assert drives_of_doctor(record)[:3] == [
        (HOSPITAL, CROSS, 0, 590, False), (CROSS, CENTRE, 590, 852, False),
        (CROSS, HOSPITAL, 852, 1180, True),
    ]  # fmt: skip
    doctor = record.trips.unit == [unit.role for unit in record.units].index("doctor")
    done = record.trips.stretch_done[doctor][:3].tolist()
    assert done == pytest.approx([0, 400 / 900, (400 + 262) / 900])


# -- the same people ---------------------------------------------------------------------------


@cache
def weeks(**changes: Any) -> tuple[Any, Record]:
    """The small district's week with doctors by odds, and what became of its people."""
    of = small.organisation(rule(**dict(changes)))
    world = small.world(of)
    people = world.sample(7)
    return people, world.meets(people)


def test_leaving_patients_lets_more_doctors_go_to_the_same_red_and_nobody_is_lost() -> None:
    """Better because they go: as many are alerted, fewer find the doctor busy; those left wait."""
    _, stays = weeks(leaves_for_red=())
    _, leaves = weeks(leaves_for_red=("yellow", "green"))
    one, other = stays.courses.doctor_call_out, leaves.courses.doctor_call_out
    assert ((one > 0) == (other > 0)).all(), "the same are alerted"
    assert (other == BUSY).sum() < (one == BUSY).sum()
    assert (other == LEFT_PATIENT).sum() == leaves.courses.interrupted.sum() > 0
    assert np.nansum(leaves.courses.interrupted_s) > 0 == np.nansum(stays.courses.interrupted_s)


def test_farther_and_busier_doctors_go_less_and_a_response_car_makes_them_go_more() -> None:
    """Each on its own, over the same uniforms."""
    draws = [n / 200 for n in range(200)]
    for harder, easier in (
        ((2700.0, False, False), (900.0, False, False)),
        ((900.0, True, False), (900.0, False, False)),
        ((900.0, False, False), (900.0, False, True)),
    ):
        go, also = (call_out_chance(ODDS, *each) for each in (harder, easier))
        assert sum(u < go for u in draws) < sum(u < also for u in draws)
