"""What the report says is left out: what some model has is not among it."""

from __future__ import annotations

import pytest

from akuttsim.report.limits import LIMITS, limits

ALWAYS = {"outcome", "cost", "planned", "air", "weather", "hospital", "tables"}
PLAIN = {"region": {"demand": {}}, "organisations": {"a": {"clinics": {"c": {"care": []}}}}}


def with_demand(**demand):
    return {**PLAIN, "region": {"demand": demand}}


def with_second(**organisation):
    return {**PLAIN, "organisations": {"a": {"clinics": {}}, "b": {"clinics": {}, **organisation}}}


def test_nothing_extra_leaves_all_of_it_out():
    assert set(limits(PLAIN)) == ALWAYS | {"walk_in", "clinic", "alarm", "habit"}


@pytest.mark.parametrize(
    ("manifest", "gone", "instead"),
    [
        (with_demand(safety_alarms={"needs": 1}), "alarm", set()),
        (with_demand(safety_alarms=None), None, set()),
        (with_demand(distance_decay={"red_per_km": 1}), "habit", {"beyond_distance"}),
        (with_second(walk_ins={"share": 1}), "walk_in", set()),
        (with_second(clinics={"d": {"care": ["tests"]}}), "clinic", set()),
    ],
)
def test_what_some_model_has_is_no_limit(manifest, gone, instead):
    assert set(limits(manifest)) == (set(limits(PLAIN)) - {gone}) | instead


def test_limits_keep_their_order():
    found = limits(PLAIN)
    assert found == [each for each in LIMITS if each in found]
