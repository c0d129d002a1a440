"""Tracks: where everybody was, from the record's trips and what they did between."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from akuttsim.indicators.tracks import (
    AWAY,
    DRIVES_HOME,
    DRIVES_OUT,
    HANDS_OVER,
    MOBILISES,
    ON_SCENE,
    OWN_WAY,
    TRACK_STAGES,
    WITH_PATIENT,
    base_of_unit,
    track_legs,
)
from akuttsim.records import CALL_OUT, VISIT
from tests.small import MADE_UP, organisation, support, world

RULES = {
    "plain": {},
    "called off": {"dispatch": {"red_takes_over_min": {"value": 2, **MADE_UP}}},
    "supports": {
        "supports": {
            "helicopter": support("helicopter", "hospital"),
            "single": support("single_responder", "upper"),
        }
    },
}


@cache
def week(rule):
    """Return a week of the small district with the legs of every unit, in order."""
    small = world(organisation(RULES[rule]))
    patients = small.sample()
    seen = small.observed(patients, small.meets(patients))
    legs = {}
    for leg in sorted(track_legs(seen, (0.0, seen.record.end_s)), key=lambda leg: leg.start_s):
        legs.setdefault(leg.unit, []).append(leg)
    return seen, legs


def units(seen, role):
    return [unit for unit, each in enumerate(seen.record.units) if each.role == role]


def position(leg, time_s):
    """Return between which places, and how far, a leg is at a time."""
    if len(leg.places) == 1:
        return (leg.places[0],)
    at = int(
        np.clip(np.searchsorted(leg.passed_s, time_s, side="right") - 1, 0, len(leg.places) - 1)
    )
    if at == len(leg.places) - 1:
        return (leg.places[at],)
    done = (time_s - leg.passed_s[at]) / (leg.passed_s[at + 1] - leg.passed_s[at])
    if min(done, 1 - done) < 1e-6:
        return (leg.places[at + round(done)],)
    one, other = leg.places[at], leg.places[at + 1]
    return (one, other, round(done, 4)) if one < other else (other, one, round(1 - done, 4))


@pytest.mark.parametrize("rule", RULES)
def test_nobody_leaps_or_is_in_two_places(rule):
    seen, legs = week(rule)
    for unit, mine in legs.items():
        if unit < 0:
            continue
        for leg, then in pairwise(mine):
            assert then.start_s >= leg.end_s - 1e-5
            if AWAY not in (leg.stage, then.stage):
                assert position(leg, leg.end_s) == position(then, then.start_s)
        assert position(mine[0], mine[0].start_s) == (base_of_unit(seen, unit),)


@pytest.mark.parametrize("rule", RULES)
def test_every_crew_rolls_and_arrives_when_the_course_says(rule):
    seen, legs = week(rule)
    course = seen.record.courses
    arrived = [
        leg
        for unit in units(seen, "crew")
        for leg in legs[unit]
        if leg.stage == DRIVES_OUT and leg.end_s == course.on_scene_s[leg.patient]
    ]
    assert len(arrived) > 50
    for leg in arrived:
        assert leg.places[-1] == seen.patients.place[leg.patient]
        assert leg.passed_s[-1] == pytest.approx(leg.end_s, abs=1e-3)
    rolled = [leg for leg in arrived if leg.start_s == course.rolling_s[leg.patient]]
    assert len(rolled) > 0.9 * len(arrived)


@pytest.mark.parametrize("rule", RULES)
def test_patients_are_at_hospital_when_the_course_says(rule):
    seen, legs = week(rule)
    course = seen.record.courses
    conveyed = [
        leg
        for mine in legs.values()
        for leg in mine
        if leg.stage == WITH_PATIENT and leg.start_s == course.left_scene_s[leg.patient]
        if not np.isnan(course.handover_began_s[leg.patient])
    ]
    assert len(conveyed) > 30
    for leg in conveyed:
        assert leg.end_s == pytest.approx(course.at_hospital_s[leg.patient], abs=1e-3)


def test_stages_come_in_their_order():
    seen, legs = week("plain")
    crews = [legs[unit] for unit in units(seen, "crew")]
    follows = {
        (TRACK_STAGES[a.stage], TRACK_STAGES[b.stage]) for mine in crews for a, b in pairwise(mine)
    }
    assert ("mobilises", "drives_out") in follows
    assert ("drives_out", "on_scene") in follows
    assert ("with_patient", "hands_over") in follows
    assert ("with_patient", "drives_out") not in follows
    spans = [leg for mine in crews for leg in mine if leg.stage in (ON_SCENE, HANDS_OVER)]
    assert all(len(leg.places) == 1 for leg in spans)


def test_a_crew_taken_for_somebody_graver_turns_on_the_road():
    seen, legs = week("called off")
    assert seen.record.courses.taken_over.sum() > 0
    turned = [
        then
        for mine in legs.values()
        for leg, then in pairwise(mine)
        if leg.stage == then.stage == DRIVES_OUT and leg.patient != then.patient
    ]
    assert turned
    assert any(leg.passed_s[0] < leg.start_s for leg in turned)


def test_a_mobilising_crew_stands_at_its_station():
    seen, legs = week("plain")
    for unit in units(seen, "crew"):
        stood = {leg.places for leg in legs[unit] if leg.stage == MOBILISES}
        assert stood <= {(base_of_unit(seen, unit),)}


@pytest.mark.parametrize("kind", [VISIT, CALL_OUT])
def test_the_doctor_is_with_the_patient_when_the_course_says(kind):
    seen, legs = week("plain")
    course, did = seen.record.courses, seen.record.activities
    came_s = course.doctor_s if kind == VISIT else course.doctor_on_scene_s
    rows = np.flatnonzero((did.kind == kind) & (did.end_s < seen.record.end_s)).tolist()
    assert rows
    for row in rows:
        start_s, end_s, patient = did.start_s[row], did.end_s[row], did.patient[row]
        mine = [
            leg
            for leg in legs[did.unit[row]]
            if leg.patient == patient and start_s <= leg.start_s <= end_s
        ]
        there = next(leg for leg in mine if leg.stage == ON_SCENE)
        assert there.start_s == pytest.approx(came_s[patient], abs=1e-3)
        assert mine[0].start_s == start_s and mine[-1].end_s == pytest.approx(end_s)
        out, home = mine[0], mine[-1]
        if out.stage == DRIVES_OUT and home.stage == DRIVES_HOME:
            assert home.places == out.places[::-1]


def test_a_support_flies_straight_or_drives_and_is_there_when_the_course_says():
    seen, legs = week("supports")
    course = seen.record.courses
    helicopter, single = units(seen, "support")
    for unit in (helicopter, single):
        there = [leg for leg in legs[unit] if leg.stage == ON_SCENE]
        assert there
        assert all(leg.start_s == course.support_s[leg.patient] for leg in there)
    assert all(len(leg.places) <= 2 for leg in legs[helicopter])
    conveyed = [leg for leg in legs[helicopter] if leg.stage == WITH_PATIENT]
    assert conveyed
    assert all(leg.end_s == course.at_hospital_s[leg.patient] for leg in conveyed)
    assert not any(leg.stage == WITH_PATIENT for leg in legs[single])


def test_patients_drive_to_care_on_their_own():
    seen, legs = week("plain")
    course, ways = seen.record.courses, legs[-1]
    assert {leg.stage for leg in ways} == {OWN_WAY}
    first = {}
    for leg in ways:
        first.setdefault(leg.patient, leg)
    from_home = {p: leg for p, leg in first.items() if leg.start_s == course.left_home_s[p]}
    assert len(from_home) > 0.8 * len(first) > 100, "others live at the clinic and were sent on"
    for patient, leg in from_home.items():
        assert leg.places[0] == seen.patients.place[patient]


def test_only_what_touches_the_span_is_told():
    seen, _ = week("plain")
    start, end = 3 * 86400.0, 3 * 86400.0 + 7200
    found = track_legs(seen, (start, end))
    assert found and all(leg.end_s > start and leg.start_s < end for leg in found)
