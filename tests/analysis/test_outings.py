from __future__ import annotations

import pytest
from small import organisation, support, world

from akuttsim.analysis.outings import outing_legs, outings
from akuttsim.analysis.tracks import DRIVES_HOME, DRIVES_OUT, ON_SCENE, WITH_PATIENT, roads_of
from akuttsim.records import CALL_OUT, SUPPORT, VISIT


def trips(changes, kind):
    small = world(organisation(changes))
    patients = small.sample()
    seen = small.observed(patients, small.meets(patients))
    roads = roads_of(seen)
    found = [each for each in outings(seen, (0.0, seen.record.end_s)) if each.kind == kind]
    return seen, [(each, outing_legs(seen, roads, each)) for each in found]


@pytest.mark.parametrize("kind", [VISIT, CALL_OUT])
def test_the_doctor_is_with_the_patient_when_the_record_says(kind):
    seen, found = trips({}, kind)
    course, drawn = seen.record.courses, seen.patients
    came_s = course.doctor_s if kind == VISIT else course.doctor_on_scene_s
    stay_s = drawn.home_visit_s if kind == VISIT else drawn.doctor_on_scene_s
    assert found
    for each, legs in found:
        there = next(leg for leg in legs if leg.stage == ON_SCENE)
        assert there.start_s == pytest.approx(came_s[each.patient], abs=1e-3)
        assert there.end_s - there.start_s == pytest.approx(stay_s[each.patient], abs=1e-3)
        assert legs[0].start_s == each.start_s and legs[-1].end_s == each.end_s
        out, home = legs[0], legs[-1]
        if out.stage == DRIVES_OUT and home.stage == DRIVES_HOME:
            assert home.places == out.places[::-1]


@pytest.mark.parametrize("kind", ["helicopter", "single_responder"])
def test_a_support_flies_straight_or_drives_and_is_there_when_the_record_says(kind):
    seen, found = trips({"supports": {"other": support(kind, "hospital")}}, SUPPORT)
    course = seen.record.courses
    assert found
    for each, legs in found:
        assert legs[-1].end_s == pytest.approx(each.end_s, abs=1.0)
        there = [leg for leg in legs if leg.stage == ON_SCENE]
        for leg in there:
            assert leg.start_s == course.support_s[each.patient]
        if kind == "helicopter":
            assert all(len(leg.places) <= 2 for leg in legs)
    conveyed = [leg for _, legs in found for leg in legs if leg.stage == WITH_PATIENT]
    assert all(leg.end_s == course.at_hospital_s[leg.patient] for leg in conveyed)
    assert bool(conveyed) == (kind == "helicopter")
