from __future__ import annotations

from akuttsim.report.foremost import alike, foremost
from akuttsim.report.selection import Selection


def test_all_models_are_drawn_where_there_is_room(results):
    assert foremost(Selection(results), "travel_to_care_min", most=3) == ["today", "one", "two"]


def test_the_base_is_drawn_with_the_model_that_differs_most(results):
    chosen = Selection(results)
    assert foremost(chosen, "travel_to_care_min", most=2) == ["today", "two"]
    assert foremost(chosen, "ring_to_doctor_min", most=2) == ["today", "one"]


def test_a_difference_that_is_not_clear_does_not_count(results):
    rows = results.differences["organisation"] == "two"
    results.differences.loc[rows, "verdict"] = "cannot tell"
    assert foremost(Selection(results), "travel_to_care_min", most=2) == ["today", "one"]


def test_models_that_are_as_the_base_in_every_run(results):
    chosen = Selection(results)
    assert alike(chosen, "answered_116117_within_120_s", "all") == ["one", "two"]
    assert alike(chosen, "travel_to_care_min", "all") == []
    assert alike(chosen, "no_such_indicator", "all") == []
