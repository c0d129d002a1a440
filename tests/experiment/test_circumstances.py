"""What a region is met by, told a sentence for each."""

from __future__ import annotations

from akuttsim.config.describe_region import event_sentences
from tests import small

TITLE = {"nb": "Navn", "en": "Name"}
FACTOR = {"value": 1.5, "range": [1, 2], "grade": "C", "source": "made up"}
TRAFFIC = {"values": [1.0] * 24, "where": "town", "range": [0.9, 1.1], "grade": "C",
           "source": "made up"}  # fmt: skip


def test_an_ordinary_region_has_nothing_to_tell() -> None:
    assert event_sentences(small.region()) == []


def test_both_numbers_days_and_hours_of_a_surge_are_told() -> None:
    when = {"days": "weekends", "hours": "18:00-24:00"}
    surge = {"title": TITLE, "when": when, "factor_116117": FACTOR, "factor_113": FACTOR}
    assert event_sentences(small.region({"demand": {"surges": {"name": surge}}})) == [
        "Name, all the year, weekends, 18:00-24:00: calls to 116117 x 1.5 and calls to 113 x 1.5"
    ]


def test_traffic_is_told_with_where_it_is() -> None:
    region = small.region({"driving": {"traffic": TRAFFIC}})
    assert event_sentences(region) == [
        "traffic slows driving by the hour on working days (in towns)"
    ]


def test_a_condition_that_changes_nothing_is_told_so() -> None:
    condition = {"title": TITLE, "when": {}}
    assert event_sentences(small.region({"driving": {"conditions": {"name": condition}}})) == [
        "Name, all the year: roads as ever"
    ]
