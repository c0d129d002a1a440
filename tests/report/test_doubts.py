"""What is left open, in words, where the models are many."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from tests.report.manifests import set_manifest
from tests.report.many_models import with_more
from tests.report.told import answer_lines

SPARSE = "ambulance_within_25_min"
JUDGED_BY = ("travel_to_care_min", "ring_to_doctor_min")


def set_goals(results, verdicts):
    table = results.summary
    rows = (table["indicator"] == SPARSE) & (table["group_by"] == "all")
    for name, verdict in verdicts.items():
        table.loc[rows & (table["organisation"] == name), "verdict"] = verdict


def leave_open(results, indicators_of):
    """Set the differences so that these indicators, and no others, leave it open for each model."""
    table = results.differences
    for name, indicators in indicators_of.items():
        mine = (table["organisation"] == name) & (table["group_by"] == "all")
        columns = ["mean", "ci_low", "ci_high", "verdict"]
        table.loc[mine, columns] = [5.0, 4.0, 6.0, "worse"]
        table.loc[mine & table["indicator"].isin(indicators), columns] = [
            1.0, -9.0, 9.0, "cannot tell"]  # fmt: skip


def test_most_of_many_models_are_told_by_those_that_can_be_told(results):
    found = with_more(results, 5)
    set_goals(found, dict.fromkeys(found.manifest.organisations, "cannot tell"))
    set_goals(found, {"today": "met"})
    assert f"{SPARSE}” is met by all models but Model today" in answer_lines(found, "en")[2]
    set_goals(found, {"today": "cannot tell"})
    assert f"{SPARSE}” is met by all models;" in answer_lines(found, "en")[2]


@pytest.mark.parametrize(("models", "named"), [(4, True), (5, False)])
def test_a_few_models_that_leave_it_open_are_named(results, models, named):
    found = with_more(results, models - 2)
    others = list(found.manifest.organisations)[1:]
    leave_open(found, dict.fromkeys(others, JUDGED_BY))
    third = answer_lines(found, "en")[2]
    assert ("for Model one, Model two, Model more-0 and Model more-1;" in third) == named
    assert ("for all models;" in third) != named


def test_many_sets_of_open_indicators_are_counted_by_indicator(results):
    """Seven models with each non-empty set of three indicators: four leave each of them open."""
    found = with_more(results, 5)
    every = (*JUDGED_BY, SPARSE)
    set_manifest(found, main_indicators=list(every))
    sets = chain.from_iterable(combinations(every, size) for size in (1, 2, 3))
    others = list(found.manifest.organisations)[1:]
    leave_open(found, dict(zip(others, sets, strict=True)))
    third = answer_lines(found, "en")[2]
    assert third.count("differ from Model today") == 1 and third.count("” (4)") == 3
    assert "(in brackets: for how many of the 7 models)" in third


def test_three_long_lists_of_open_indicators_are_counted_too(results):
    """Nine names in three lists are too many to read; eight are told as they are."""
    every = (*JUDGED_BY, SPARSE, "answered_116117_within_120_s")
    found = with_more(results, 1)
    set_manifest(found, main_indicators=list(every))
    others = list(found.manifest.organisations)[1:]
    for lists, is_counted in (((4, 3, 1), False), ((4, 3, 2), True)):
        leave_open(found, {name: every[:many] for name, many in zip(others, lists, strict=True)})
        assert ("in brackets: for how many" in answer_lines(found, "en")[2]) == is_counted
