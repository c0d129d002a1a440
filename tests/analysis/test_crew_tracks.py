from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from small import MADE_UP, organisation, world

from akuttsim.analysis.crew_tracks import crew_legs
from akuttsim.analysis.legs import vehicles
from akuttsim.analysis.tracks import (
    AWAY,
    DRIVES_OUT,
    HANDS_OVER,
    MOBILISES,
    ON_SCENE,
    STAGES,
    WITH_PATIENT,
    roads_of,
)

CALLED_OFF = {"dispatch": {"red_takes_over_min": {"value": 2, **MADE_UP}}}
RULES = {"plain": {}, "called off": CALLED_OFF}


@cache
def tracks(rule):
    """Return a week of the small district with the legs of every crew."""
    small = world(organisation(RULES[rule]))
    patients = small.sample()
    seen = small.observed(patients, small.meets(patients))
    roads = roads_of(seen)
    legs = {
        unit: crew_legs(seen, roads, unit, int(vehicle), 0.0)
        for unit, vehicle in enumerate(vehicles(seen))
        if vehicle >= 0
    }
    return seen, legs


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


def met(legs, seen):
    """Yield each drive that came to its patient, with the vehicle."""
    course = seen.record.courses
    for unit, mine in legs.items():
        for leg in mine:
            if leg.stage == DRIVES_OUT and leg.end_s == course.on_scene_s[leg.patient]:
                yield unit, leg


def mobilised_for_another(mine, patient, now):
    """Tell whether a crew was taken while it got ready for somebody else, and then went on."""
    others = (leg for leg in mine if leg.stage == MOBILISES and leg.patient != patient)
    return any(leg.end_s == now for leg in others)


@pytest.mark.parametrize("rule", RULES)
def test_every_crew_rolls_and_arrives_when_the_record_says(rule):
    seen, legs = tracks(rule)
    course, found = seen.record.courses, list(met(legs, seen))
    assert len(found) > 50
    for unit, leg in found:
        assert leg.passed_s[-1] == pytest.approx(leg.end_s, abs=1e-3)
        assert leg.places[-1] == seen.patients.place[leg.patient]
        rolls_s = course.rolling_s[leg.patient]
        if not np.isnan(rolls_s) and not mobilised_for_another(legs[unit], leg.patient, rolls_s):
            assert leg.start_s == pytest.approx(rolls_s, abs=1e-3)


@pytest.mark.parametrize("rule", RULES)
def test_patients_are_at_hospital_when_the_record_says(rule):
    seen, legs = tracks(rule)
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


@pytest.mark.parametrize("rule", RULES)
def test_nobody_leaps(rule):
    _, legs = tracks(rule)
    for mine in legs.values():
        for leg, then in pairwise(mine):
            assert then.start_s >= leg.end_s - 1e-6
            if AWAY not in (leg.stage, then.stage):
                assert position(leg, leg.end_s) == position(then, then.start_s)


def test_stages_come_in_their_order():
    _, legs = tracks("plain")
    follows = {
        (STAGES[a.stage], STAGES[b.stage]) for mine in legs.values() for a, b in pairwise(mine)
    }
    assert ("mobilises", "drives_out") in follows
    assert ("drives_out", "on_scene") in follows
    assert ("with_patient", "hands_over") in follows
    assert ("with_patient", "drives_out") not in follows
    spans = [leg for mine in legs.values() for leg in mine if leg.stage in (ON_SCENE, HANDS_OVER)]
    assert all(len(leg.places) == 1 for leg in spans)


def test_a_crew_taken_for_somebody_graver_turns_on_the_road():
    seen, legs = tracks("called off")
    course = seen.record.courses
    assert course.taken_over.sum() > 0
    turned = [
        then
        for mine in legs.values()
        for leg, then in pairwise(mine)
        if leg.stage == then.stage == DRIVES_OUT and leg.patient != then.patient
    ]
    assert turned
    assert any(leg.passed_s[0] < leg.start_s for leg in turned)


def test_a_mobilising_crew_stands_at_its_station():
    seen, legs = tracks("plain")
    ids = seen.region.place_ids
    for crew, (unit, mine) in zip(seen.organisation.ambulances.values(), legs.items(), strict=True):
        assert seen.record.units[unit].name in seen.organisation.ambulances
        stood = {leg.places for leg in mine if leg.stage == MOBILISES}
        assert stood <= {(ids.index(crew.station),)}
