"""Values with their interval, as sentences have them."""

from __future__ import annotations

import math

import pytest

from akuttsim.report.context import Catalogue, Estimate, ResultsView, Words


@pytest.fixture
def words(results):
    return Words(Catalogue("en"), ResultsView(results))


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (-71.0, -67.5, "[\u221271.0 to \u221267.5]"),
        (-69.25, -69.25 + 1e-13, "[in every replication]"),
        (math.nan, math.nan, ""),
    ],
)
def test_what_is_alike_in_all_replications_has_no_interval(words, low, high, told):
    hours = Estimate(-69.25, low, high, "h per week", "differs")
    assert words.change(hours) == f"\u221269.2\u00a0h a week {told}".strip()
    assert words.level(hours) == words.change(hours)
