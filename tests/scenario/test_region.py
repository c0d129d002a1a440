from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from akuttsim.config.loader import load_region
from akuttsim.config.schema.geography import DENSE_TETTSTED, Municipality

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

WRONG = [
    ("misjudged.hard_under.value=0.5", "misjudged",
     "hard_share times hard_under (or hard_over) must not exceed under (or over)"),
    ("misjudged.over.value=0.01", "misjudged", "must not exceed under (or over)"),
    ("demand.hours_116117.weekday=[1,2,3]", "demand.hours_116117.weekday", "24"),
    ("demand.quarter_factor.values=[1,1,1]", "demand.quarter_factor.values", "4"),
    ("demand.hours_116117.flatten=1.1", "demand.hours_116117.flatten", "at most 1 (got 1.1)"),
    ("care.needs.yellow.clinic=0.7", "care.needs.yellow", "must sum to 1"),
    ("care.needs_113.red.advice=0.2", "care.needs_113.red", "must sum to 1"),
    ("urgency.night.red=0.3", "urgency.night", "red, yellow and green must sum to 1"),
    ("urgency.by_age={}", "urgency", "by_age must have exactly the age groups"),
    ("driving.blue_light_town.value=0", "driving.blue_light_town.value", "at least 1 (got 0)"),
    ("roads.0.kmh=130", "roads.0.kmh", "at most 120 (got 130)"),
    ("ferries.0.departures=0", "ferries.0.departures", "at least 1 (got 0)"),
    ("ferries.0.first='6:30'", "ferries.0.first", "(got '6:30')"),
    ("places.grong.lat=640.5", "places.grong.lat", "at most 90"),
    ("places.grong.kind=town", "places.grong.kind", "'settlement', 'junction', 'quay'"),
    ("municipalities.grong.number='504'", "municipalities.grong.number", "(got '504')"),
    ("municipalities.grong.people.0=-1", "municipalities.grong.people.0", "at least 0 (got -1)"),
    ("hospitals={}", "hospitals", "must not be empty"),
    ("outside.innherred-stjordal.people=0", "outside.innherred-stjordal.people", "greater than 0"),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "key", "gist"), WRONG)
def test_a_wrong_value_is_one_line(namdal: Copy, assignment: str, key: str, gist: str) -> None:
    [found] = namdal.region_problems(assignment)
    assert found.key == key
    assert gist in found.what


def test_a_municipality_is_dense_above_ten_thousand() -> None:
    """The official rule of tettbygd and grisgrendt counts the largest tettsted."""
    people = dict.fromkeys(range(9), 1).keys()
    for tettsted, dense in ((DENSE_TETTSTED, False), (DENSE_TETTSTED + 1, True)):
        municipality = Municipality(
            number="0301", name="X", largest_tettsted=tettsted, people=tuple(people)
        )
        assert municipality.is_dense is dense


def test_a_number_of_four_digits_may_lose_its_zero_in_yaml() -> None:
    values = {"number": 301, "name": "Oslo", "largest_tettsted": 1, "people": [0] * 9}
    assert Municipality.model_validate(values).number == "0301"


def test_the_region_answers_for_its_parts() -> None:
    region = load_region("namdal").value
    assert region.place_ids[:2] == ("namsos", "namsos-sykehus")
    assert region.municipality_ids[0] == "namsos"
    assert region.people() == 37_659
    assert region.calendar.calendar().start == date(2026, 1, 5)
    assert region.calendar.calendar().day(0).weekday() == 0
