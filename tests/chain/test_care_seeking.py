"""Who seeks care where: use falls with distance, nobody vanishes, and what they do instead."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from akuttsim.chain.patient_view import view_patients
from akuttsim.chain.triage_and_care_seeking import distance_km
from akuttsim.patients.needs import highest_factor, need_factors, ways_of_contacts
from akuttsim.records import (
    ADVICE,
    ADVICE_INSTEAD,
    ALARM_CLOSED,
    AMBULANCE,
    CAME,
    CLINIC,
    DOCTOR_PHONE,
    DOCTOR_PHONE_INSTEAD,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    NEXT_DAY,
    NEXT_DAY_INSTEAD,
    NOT_PRESENT,
    RANG_113_INSTEAD,
    RED,
    WAITED_TILL_MORNING,
    WENT_WITHOUT,
    WITHOUT,
    WORSE_LATER,
    YELLOW,
    Patients,
)
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    HOSPITAL,
    MIN,
    UPPER,
    number,
    world,
    worsening,
)
from tests.chain.by_hand import times as after_start

PER_KM = {"consultation": 0.0145, "home_visit": 0.01, "red": 0.005, "phone": 0.0}
REFERENCE_KM = 9.0
KM = {HOSPITAL: 0.0, CENTRE: 1.0, UPPER: 61.0}
"""By road to the hospital, where the legevakt is."""

IN_NEED_OF = {
    "consultation": {"u_need": 0.3},
    "home_visit": {"u_need": 0.02},
    "red": {"urgency": RED, "u_need": 0.3},
    "phone": {"u_need": 0.65},
}
INSTEAD = {"doctor_phone": 0.1, "next_day": 0.2, "worse_later": 0.1, "without": 0.1}
U_OF = {WITHOUT: 0.05, WORSE_LATER: 0.15, NEXT_DAY_INSTEAD: 0.3, DOCTOR_PHONE_INSTEAD: 0.45,
        ADVICE_INSTEAD: 0.9}  # fmt: skip
"""A uniform for each thing that people do instead, by the shares above."""
WORSENING = worsening(yellow_h=2, green_h=3, recognised=0.5, on_scene=0.5)
FINDS_OUT, DOES_NOT = 0.0, 0.9
BY_HAND = {"talk_s": 120.0, "preparation_s": 300.0, "consultation_s": 600.0, "nurse_s": 60.0}


def region(satellite: float = 0.0, red_rings_113: float = 1.0, **more: Any) -> Any:
    names = {f"{kind}_per_km": number(PER_KM[kind]) for kind in PER_KM if kind != "phone"}
    instead = {name: number(share) for name, share in INSTEAD.items()}
    instead["red_rings_113"] = number(red_rings_113)
    decay = {**names, "reference_km": number(REFERENCE_KM), "instead": instead, **more}
    decay["satellite_counts"] = number(satellite)
    return small.region({"demand": {"distance_decay": decay}, "worsening": WORSENING})


def contacts(u_present: Any, **columns: Any) -> Patients:
    usual = {"is_contact": True, "urgency": GREEN, "u_present": u_present}
    return small.people([small.at(12)] * len(u_present), **{**usual, **columns})


def come(world: small.World, patients: Patients) -> list[bool]:
    return [code == CAME for code in view_patients(world.plan, patients).instead]


def share_drawn(where: Any, patients: Patients) -> np.ndarray:
    """Return the share of the candidates who fall ill at all, of each patient's need."""
    decay = where.demand.distance_decay
    factors = need_factors(where, decay, patients.urgency, patients.u_need)
    return factors / highest_factor(decay)


@pytest.mark.parametrize("place", KM)
@pytest.mark.parametrize("kind", PER_KM)
def test_the_share_that_comes_falls_by_the_exponential_of_the_distance(
    kind: str, place: int
) -> None:
    """A hair below exp(-rate x km) of those who would come next door comes, a hair above not."""
    where = region()
    share = math.exp(-PER_KM[kind] * KM[place])
    drawn = share_drawn(where, contacts([0.0], **IN_NEED_OF[kind]))[0]
    below, above = share * drawn * 0.9999, share * drawn * 1.0001
    patients = contacts([below, above], place=place, **IN_NEED_OF[kind])
    assert come(world(where), patients) == [True, share == 1]


def test_with_everything_at_the_reference_distance_use_is_as_published() -> None:
    """Of each need: consultations, home visits, the doctor's phone, and advice (the rest)."""
    where, count = region(), 40_000
    rng = np.random.default_rng(1)
    u = {name: rng.random(count) for name in ("u_present", "u_need", "u_beyond_reach")}
    candidates = contacts(**u)
    decay, needs = where.demand.distance_decay, where.care.needs.green
    way = ways_of_contacts(where.care.needs, candidates.urgency, candidates.u_need)
    per_km = np.select(
        [way == CLINIC, way == HOME_VISIT], [PER_KM["consultation"], PER_KM["home_visit"]], 0.0
    )
    drawn, highest = share_drawn(where, candidates), highest_factor(decay)
    ill = candidates.u_present < drawn
    comes = candidates.u_present < drawn * np.exp(-per_km * REFERENCE_KM)
    rings = ill & (comes | (candidates.u_beyond_reach >= INSTEAD["without"]))
    visited = comes & (per_km > 0)
    for use, share in (
        (comes & (way == CLINIC), needs.clinic),
        (comes & (way == HOME_VISIT), needs.home_visit),
        (rings & ~visited, needs.advice + needs.doctor_phone + needs.ambulance),
    ):
        low, high = stats.binom.interval(0.9999, count, share / highest)
        assert low <= use.sum() <= high


def test_consultations_fall_as_published() -> None:
    """Out of 20 000 who would come next door, exp(-0.0145 x 61) do from the valley: 99.9 %."""
    count, where = 20_000, region()
    ill = contacts(np.random.default_rng(1).random(count), place=UPPER, u_need=0.3)
    drawn = share_drawn(where, ill)
    patients = small.changed(ill, u_present=ill.u_present * drawn)
    low, high = stats.binom.interval(0.999, count, math.exp(-0.0145 * 61))
    assert low <= sum(come(world(where), patients)) <= high


@pytest.mark.parametrize("columns", [{"line": LINE_113}, {"is_contact": False}])
def test_calls_to_113_and_calls_that_are_no_contact_do_not_fall(columns: Any) -> None:
    patients = contacts([0.9999], place=UPPER, u_need=0.3, **columns)
    assert come(world(region()), patients) == [True]


def test_without_decay_everybody_comes() -> None:
    assert come(world(), contacts([0.9999], place=UPPER, u_need=0.3)) == [True]


def test_everybody_can_be_made_to_come_whatever_the_distance() -> None:
    at = world(region(everybody_comes=True))
    assert come(at, contacts([0.9999], place=UPPER, u_need=0.3)) == [True]


def test_a_clinic_nearby_brings_those_back_who_did_not_come() -> None:
    """With a legevakt in the valley the same people come as if they lived next door."""
    opens = {"always": {"days": "daily", "hours": "00:00-24:00", "municipalities": ["upper"]}}
    valley = {
        "title": "Valley", "kind": "legevakt", "place": "upper", "doctors": "duty-doctor",
        "open": opens,
    }  # fmt: skip
    u = np.random.default_rng(3).random(2000)
    patients = contacts(u, place=UPPER, u_need=0.3)
    far, near = world(region()), world(region(), clinics={"valley": valley})
    assert sum(come(far, patients)) < sum(come(near, patients)) == 2000
    assert distance_km(far.plan, patients)[0] == 61
    assert distance_km(near.plan, patients)[0] == 0


SATELLITE_COUNTS = (0.0, 0.5, 1.0)


def test_a_satellite_counts_as_care_at_a_share_of_its_own_for_those_it_takes() -> None:
    """It lies in the valley and takes green: of yellow it wins nobody back."""
    satellite, count = small.organisation(base="satellite"), 4000
    ease = np.random.default_rng(4).random(count)
    for share in SATELLITE_COUNTS:
        where = region(satellite=share)
        at = small.world(satellite, where)
        for urgency, nearness in ((GREEN, share), (YELLOW, 0.0)):
            some = contacts(ease, place=UPPER, u_need=0.3, urgency=urgency)
            evening = np.full(count, small.at(18))
            drawn = share_drawn(where, some)
            some = small.changed(some, time_s=evening, u_present=ease * drawn)
            fallen = math.exp(-0.0145 * 61)
            expected = fallen + nearness * (1 - fallen)
            low, high = stats.binom.interval(0.9999, count, min(expected, 1 - 1e-12))
            assert low <= sum(come(at, some)) <= high


def test_distance_is_to_what_is_open_at_the_time() -> None:
    """GPs by day in the centre, the legevakt by night at the hospital, a kilometre further."""
    at = small.world(where=region())
    times = [small.at(12), small.at(20)]
    assert distance_km(at.plan, small.people(times, place=UPPER)).tolist() == [60, 61]


# -- what they do instead -------------------------------------------------------------------------


def far_away(**columns: Any) -> Patients:
    """Return one in the valley who needs a consultation and does not drive so far."""
    return contacts([0.9999], place=UPPER, u_need=0.3, **{**BY_HAND, **columns})


OUTCOME_OF = {
    ADVICE_INSTEAD: ADVICE,
    DOCTOR_PHONE_INSTEAD: DOCTOR_PHONE,
    NEXT_DAY_INSTEAD: NEXT_DAY,
    WITHOUT: WENT_WITHOUT,
}


@pytest.mark.parametrize("instead", OUTCOME_OF)
def test_who_does_not_come_is_in_the_record_with_what_became_of_them(instead: int) -> None:
    record = world(region()).meets(far_away(u_beyond_reach=U_OF[instead]))
    courses = record.courses
    assert courses.outcome.tolist() == [OUTCOME_OF[instead]]
    assert courses.instead.tolist() == [instead]
    assert np.isnan(courses.at_clinic_s).all() and np.isnan(courses.again_s).all()
    rang = [] if instead == WITHOUT else [0]
    assert record.calls.patient.tolist() == rang, "the phone has as much to do as before"


def test_who_gets_worse_later_comes_whatever_the_distance() -> None:
    """By hand: rings at noon, talks 2 min, is worse 3 hours later, talks 2 min, is ready after
    5 min, and drives half an hour; judged green first and yellow then.
    """
    person = far_away(u_beyond_reach=U_OF[WORSE_LATER], u_recognised=FINDS_OUT)
    record = world(region()).meets(person)
    courses = record.courses
    assert courses.instead.tolist() == [WORSE_LATER] and courses.outcome.tolist() == [CLINIC]
    again = 2 * MIN + 3 * 60 * MIN
    assert after_start(record.calls.rang_s) == [0, again]
    assert after_start(courses.again_s) == [again]
    assert courses.judged.tolist() == [YELLOW]
    drive = world().drive_s("upper", "hospital")
    assert after_start(courses.at_clinic_s) == [again + 2 * MIN + 5 * MIN + drive]


def test_what_is_not_found_out_the_second_time_stays_green() -> None:
    person = far_away(u_beyond_reach=U_OF[WORSE_LATER], u_recognised=DOES_NOT)
    courses = world(region()).meets(person).courses
    assert courses.judged.tolist() == [GREEN] and courses.outcome.tolist() == [CLINIC]
    assert not np.isnan(courses.again_s).any()


def test_nobody_asks_again_after_the_last_day() -> None:
    """Who would get worse when nobody rings any more keeps what the first contact gave."""
    at = world(region())
    person = far_away(u_beyond_reach=U_OF[WORSE_LATER])
    late = small.changed(person, time_s=np.array([at.plan.days * 86400.0 - 3600]))
    courses = at.meets(late).courses
    assert courses.outcome.tolist() == [ADVICE] and np.isnan(courses.again_s).all()


def red_far_away(**columns: Any) -> Patients:
    return far_away(urgency=RED, u_need_113=0.0, u_conveyed=0.0, on_scene_s=600.0, **columns)


def test_who_is_red_and_far_away_rings_113() -> None:
    record = world(region()).meets(red_far_away())
    assert record.calls.line.tolist() == [LINE_113]
    assert record.courses.instead.tolist() == [RANG_113_INSTEAD]
    assert record.courses.outcome.tolist() == [AMBULANCE]


def test_or_waits_till_the_morning_and_rings_116117() -> None:
    """It is noon: until eight o'clock it is twenty hours."""
    record = world(region(red_rings_113=0.0)).meets(red_far_away())
    assert after_start(record.calls.rang_s)[0] == 20 * 60 * MIN
    assert record.calls.line[0] == LINE_116117
    assert record.courses.instead.tolist() == [WAITED_TILL_MORNING]
    assert record.courses.outcome.tolist() == [AMBULANCE]


def test_nobody_vanishes_in_a_busy_week() -> None:
    """The same people in two organisations: as many rows, and nobody is outside the model."""
    where = region()
    near, far = small.world(where=where), world(where)
    patients = near.sample(2)
    ours = (patients.place >= 0) & (patients.line != LINE_ALARM)
    for at in (near, far):
        courses = at.meets(patients).courses
        assert (courses.outcome[ours] != NOT_PRESENT).all()
        assert ((courses.outcome == WENT_WITHOUT) == (courses.instead == WITHOUT))[ours].all()


def test_an_alarm_that_no_centre_answers_is_not_pressed_here() -> None:
    courses = world().meets(contacts([0.0, 0.9999], line=LINE_ALARM)).courses
    assert courses.outcome.tolist() == [NOT_PRESENT, NOT_PRESENT] != [ALARM_CLOSED] * 2


# -- judged too low -------------------------------------------------------------------------------


def judged_too_low(**columns: Any) -> Patients:
    """Return one who is truly yellow, and judged green on the phone."""
    usual = {"urgency": YELLOW, "u_misjudged": 0.0, "u_hard": 0.0, "u_worsens": 0.0}
    return contacts([0.0], **{**BY_HAND, **usual, "u_recognised": FINDS_OUT, **columns})


def test_who_is_judged_too_low_and_gets_advice_asks_again() -> None:
    """By hand: advice after 2 minutes, worse 2 hours later, judged yellow now, and told to come."""
    record = world(region()).meets(judged_too_low(u_need=0.8, place=HOSPITAL))
    again = 2 * MIN + 2 * 60 * MIN
    assert after_start(record.courses.again_s) == [again]
    assert record.courses.judged.tolist() == [YELLOW]
    assert record.courses.outcome.tolist() == [CLINIC]
    assert record.courses.instead.tolist() == [CAME]


def test_or_does_not_get_worse() -> None:
    record = world(region()).meets(judged_too_low(u_need=0.8, u_worsens=1.0))
    assert record.courses.outcome.tolist() == [ADVICE]
    assert np.isnan(record.courses.again_s).all()


@pytest.mark.parametrize(("ready_s", "in_time"), [(30 * MIN, True), (90 * MIN, False)])
def test_red_judged_yellow_gets_worse_on_the_way_or_is_seen_in_time(
    ready_s: float, in_time: bool
) -> None:
    """An hour after the talk it is too late to come: 113 is rung, and it is taken for red."""
    person = judged_too_low(
        urgency=RED, u_need=0.5, place=HOSPITAL, preparation_s=ready_s, u_need_113=0.0,
        u_conveyed=0.0, on_scene_s=600.0,
    )  # fmt: skip
    record = world(region()).meets(person)
    courses = record.courses
    seen = [ready_s + 2 * MIN + MIN] if in_time else [62 * MIN]
    assert record.calls.line.tolist() == ([LINE_116117] if in_time else [LINE_116117, LINE_113])
    assert courses.outcome.tolist() == [CLINIC if in_time else AMBULANCE]
    assert courses.judged.tolist() == [YELLOW if in_time else RED]
    recognised = after_start(courses.recognised_s)
    assert recognised == seen


@pytest.mark.parametrize("u", [FINDS_OUT, DOES_NOT])
def test_the_crew_finds_out_on_scene_or_the_hospital_does(u: float) -> None:
    """Judged yellow by 113; taken to hospital with blue light where the crew has found out."""
    person = judged_too_low(
        urgency=RED, line=LINE_113, u_misjudged_113=0.0, u_need_113=0.0, u_conveyed=0.999,
        place=UPPER, on_scene_s=600.0, u_recognised=u,
    )  # fmt: skip
    courses = world(region()).meets(person).courses
    assert courses.judged.tolist() == [YELLOW]
    found_out = courses.recognised_s == (
        courses.on_scene_s if u == FINDS_OUT else courses.at_hospital_s
    )
    assert found_out.all()
    mode = "blue" if u == FINDS_OUT else "car"
    drive_s = world().drive_s("upper", "hospital", mode)
    assert courses.at_hospital_s[0] - courses.left_scene_s[0] == pytest.approx(drive_s)


def test_without_the_section_nobody_gets_worse() -> None:
    plain = small.region()
    assert plain.worsening is None
    courses = world(plain).meets(judged_too_low(u_need=0.8)).courses
    assert courses.outcome.tolist() == [ADVICE] and np.isnan(courses.again_s).all()
