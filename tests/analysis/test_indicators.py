"""All indicators together: complete, defined, and directed."""

from __future__ import annotations

import inspect
import math
import re

import pytest
import small
from analysis import prices

from akuttsim.indicators.registry import (
    INDICATORS,
    Indicator,
    indicator_definitions,
    indicator_directions,
    measure_indicators,
)

TURNS = {"weeks_on": 2, "weeks_off": 3, "changes": "mon 08:00", **small.MADE_UP}
WORLD = small.world(
    small.organisation({"costs": prices.COSTS, "doctors": {"duty-doctor": {"rotation": TURNS}}})
)
"""With all that some indicators need to have rows."""


def test_every_indicator_yields_rows_under_its_own_name() -> None:
    patients = WORLD.sample()
    seen = WORLD.observed(patients, WORLD.meets(patients))
    for indicator, _ in INDICATORS:
        names = {row.indicator for row in indicator(seen)}
        assert names == {indicator.__name__}


def test_rows_are_unique_and_say_how_many_they_rest_on() -> None:
    rows = WORLD.measured(WORLD.sample())
    keys = [(row.indicator, row.group_by, row.group) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(row.n >= 0 for row in rows)
    assert all(not math.isnan(row.value) for row in rows if row.n > 100)
    shares = [row.value for row in rows if row.unit == "share" and not math.isnan(row.value)]
    assert all(0 <= value <= 1.5 for value in shares)


def test_the_same_groups_come_back_whoever_rang() -> None:
    """A quiet replication has the same rows as a busy one, so that all can be paired."""
    busy, quiet = WORLD.sample(1), small.people([small.at(12)])
    keys = [
        [(row.indicator, row.group_by, row.group) for row in WORLD.measured(patients)]
        for patients in (busy, quiet)
    ]
    assert keys[0] == keys[1]


def test_nobody_rang_at_all() -> None:
    rows = WORLD.measured(small.people([]))
    assert all(math.isnan(row.value) or row.value >= 0 for row in rows)


@pytest.mark.parametrize("indicator", [each for each, _ in INDICATORS])
def test_every_docstring_is_a_whole_definition(indicator: Indicator) -> None:
    """What is divided by what (or whom it counts), the unit, who is left out, and where from."""
    summary, _, rest = indicator_definitions()[indicator.__name__].partition("\n\n")
    assert summary.endswith(".") and len(summary) <= 100
    assert re.search(r"Numerator: .+ Denominator: |Wh(om|at) it counts: ", rest)
    assert re.search(r"[Ll]eft out|leave out", rest)
    assert re.search(r"Unit: .+ Source: .+\.$", rest)


def test_a_definition_is_the_docstring_word_by_word() -> None:
    for indicator, _ in INDICATORS:
        docstring = inspect.getdoc(indicator) or ""
        assert indicator_definitions()[indicator.__name__].split() == docstring.split()


def test_what_a_definition_refers_to_is_an_indicator() -> None:
    referred = {
        word for text in indicator_definitions().values() for word in re.findall(r"`(\w+)`", text)
    }
    assert referred - {"all", "costs"} <= set(indicator_definitions())


def test_definitions_say_what_is_counted() -> None:
    texts = indicator_definitions()
    assert list(texts) == list(indicator_directions()) == [each.__name__ for each, _ in INDICATORS]
    assert all(len(text) > 40 for text in texts.values())
    seen = WORLD.observed(small.people([]), WORLD.meets(small.people([])))
    assert {row.indicator for row in measure_indicators(seen)} == set(texts)
