"""What the report says is left out: what some model has is not among it."""

from __future__ import annotations

import pytest

from akuttsim.report.sections.method_and_limits import LIMITS, model_limits

ALWAYS = {"outcome", "cost", "hospital", "tables"}
MAY_GO = {"walk_in", "clinic", "alarm", "habit", "planned", "journeys", "home_nursing",
          "empty_shifts", "taken_over", "air", "responders", "neighbours", "weather",
          "events"}  # fmt: skip
PLAIN = ({"demand": {}}, [{"clinics": {"c": {"care": []}}}])
"""A region and organisations without anything optional."""


def with_demand(**demand):
    return {"demand": demand}, PLAIN[1]


def with_roads(**driving):
    return {"demand": {}, "driving": driving}, PLAIN[1]


def with_second(**organisation):
    return PLAIN[0], [{"clinics": {}}, {"clinics": {}, **organisation}]


def test_nothing_extra_leaves_all_of_it_out():
    assert set(model_limits(*PLAIN)) == ALWAYS | MAY_GO


@pytest.mark.parametrize(
    ("configs", "gone", "instead"),
    [
        (with_demand(safety_alarms={"needs": 1}), "alarm", set()),
        (with_demand(safety_alarms=None), None, set()),
        (with_demand(distance_decay={"red_per_km": 1}), "habit", {"beyond_distance"}),
        (with_second(walk_ins={"share": 1}), "walk_in", set()),
        (with_second(clinics={"d": {"care": ["tests"]}}), "clinic", set()),
        (with_demand(planned_transports={"from_hospital": 1}), "planned", set()),
        (with_demand(births={"by_ambulance": 1}), "journeys", set()),
        (with_second(home_nursing={"teams": {}, "falls": 1}), "home_nursing", set()),
        (with_second(filling={"crews": {"sick": 1}}), "empty_shifts", set()),
        (with_demand(incidents={"bus": {"patients": 9}}), "events", set()),
        (with_roads(conditions={"winter": {"speed": 0.9}}), "weather", set()),
        (with_roads(conditions={}), None, set()),
        (with_second(supports={"heli": {"kind": "helicopter"}}), "air", set()),
        (with_second(first_responders={"village": {"place": "p"}}), "responders", set()),
        (with_second(ambulances={"n": {"kind": "neighbour"}}), "neighbours", set()),
        (with_second(ambulances={"n": {"kind": "ambulance"}}), None, set()),
        (with_second(dispatch={"red_takes_over_min": {"value": 5}}), "taken_over", set()),
        (with_second(dispatch={"red_takes_over_min": None}), None, set()),
    ],
)
def test_what_some_model_has_is_no_limit(configs, gone, instead):
    assert set(model_limits(*configs)) == (set(model_limits(*PLAIN)) - {gone}) | instead


def test_limits_keep_their_order():
    found = model_limits(*PLAIN)
    assert found == [limit for limit in LIMITS if limit in found]
