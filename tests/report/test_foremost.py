from __future__ import annotations

from akuttsim.report.context import ResultsView
from akuttsim.report.figure_data import models_like_base, most_different_models


def test_all_models_are_drawn_where_there_is_room(results):
    assert most_different_models(ResultsView(results), "travel_to_care_min", most=3) == [
        "today",
        "one",
        "two",
    ]


def test_the_base_is_drawn_with_the_model_that_differs_most(results):
    chosen = ResultsView(results)
    assert most_different_models(chosen, "travel_to_care_min", most=2) == ["today", "two"]
    assert most_different_models(chosen, "ring_to_doctor_min", most=2) == ["today", "one"]


def test_a_difference_that_is_not_clear_does_not_count(results):
    rows = results.differences["organisation"] == "two"
    results.differences.loc[rows, "verdict"] = "cannot tell"
    assert most_different_models(ResultsView(results), "travel_to_care_min", most=2) == [
        "today",
        "one",
    ]


def test_models_that_are_as_the_base_in_every_run(results):
    chosen = ResultsView(results)
    assert models_like_base(chosen, "answered_116117_within_120_s", "all") == ["one", "two"]
    assert models_like_base(chosen, "travel_to_care_min", "all") == []
    assert models_like_base(chosen, "no_such_indicator", "all") == []
