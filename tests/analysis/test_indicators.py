"""All indicators together: complete, defined, and as they are declared."""

from __future__ import annotations

import inspect
import math
import re
import subprocess
import sys
from functools import cache
from types import ModuleType

import pytest

from akuttsim.indicators.declaration import Indicator, indicator
from akuttsim.indicators.measured_run import GroupValue, IndicatorRow
from akuttsim.indicators.registry import (
    INDICATORS,
    indicator_definitions,
    indicator_directions,
    lay_out,
    measure_indicators,
)
from tests import small
from tests.analysis import prices
from tests.chain.random_organisations import AGES, FLAT
from tests.service_changes import LANGUAGES, filled, spoken

TURNS = {"weeks_on": 2, "weeks_off": 3, "changes": "mon 08:00", **small.MADE_UP}
BACK_UP = {
    "on_call": {"always": small.staff(1)},
    "comes_after_min": {"value": 20, **small.MADE_UP},
    "when_all_are_out": True,
}
HOME_DUTY = {"comes_in_min": {"constant": 10, **small.MADE_UP}, "called": "when_sent"}
AT_HOME = {"doctor_at_home": prices.price(50.0)}
BEDS = {
    "title": "Beds",
    "place": "centre",
    "municipalities": ["town", "upper"],
    "takes": {"red": 0.0, "yellow": 0.2, "green": 0.2, **small.MADE_UP},
    "beds": {"value": 2, **small.MADE_UP},
    "stay_h": {"constant": 48, **small.MADE_UP},
}
VISITS = {
    "per_person_year": {"values": dict.fromkeys(AGES, 1.0), **small.MADE_UP},
    "hours": FLAT,
    "visit_min": {"constant": 20, **small.MADE_UP},
}
NURSING = {
    "teams": {
        "town": {
            "title": "Town",
            "place": "centre",
            "municipalities": ["town"],
            "on_duty": {"always": small.staff(2)},
        }
    },
    "planned": VISITS,
    "alarm_visit_min": {"constant": 20, **small.MADE_UP},
    "passes_on_after_min": {"value": 20, **small.MADE_UP},
}
WORLD = small.world(
    small.organisation(
        {
            **spoken("sami"),
            "home_nursing": NURSING,
            **filled(0.2, 0.3),
            "costs": {
                **prices.COSTS,
                "hour_nok": {**prices.COSTS["hour_nok"], **AT_HOME},
                "payers": prices.PAYERS,
            },
            "doctors": {
                "duty-doctor": {"rotation": TURNS, "back_up": BACK_UP},
                "gps": {"on_duty": {"office-hours": {"duty": "home"}}, "home_duty": HOME_DUTY},
            },
            "supports": {"heli": small.support("helicopter", "hospital")},
            "acute_beds": {"town-beds": BEDS},
        }
    ),
    small.region({"outcomes": small.outcomes(), **LANGUAGES}),
)
"""With all that some indicators need to have rows."""


@cache
def _measured_rows() -> list[IndicatorRow]:
    return WORLD.measured(WORLD.sample())


def test_every_indicator_yields_rows_under_its_own_name() -> None:
    patients = WORLD.sample()
    seen = WORLD.observed(patients, WORLD.meets(patients))
    for each in INDICATORS:
        assert {row.indicator for row in each(seen)} == {each.name}


@pytest.mark.parametrize("declared", INDICATORS, ids=lambda each: each.name)
def test_an_indicator_yields_the_unit_and_the_groups_that_it_declares(declared: Indicator) -> None:
    rows = [row for row in _measured_rows() if row.indicator == declared.name]
    assert {row.unit for row in rows} == {declared.unit}
    assert {row.group_by for row in rows} == {*declared.by}


def test_groups_come_in_the_order_that_is_declared() -> None:
    for declared in INDICATORS:
        groups = [row.group_by for row in _measured_rows() if row.indicator == declared.name]
        assert tuple(dict.fromkeys(groups)) == declared.by, declared.name


def _family(name: str, **after: str) -> ModuleType:
    """Return a module that declares indicators, each of which follows another or none."""
    module = ModuleType(name)
    for each, other in after.items():

        def measure(run: object) -> list[GroupValue]:
            return []

        measure.__name__, measure.__module__ = each, name
        setattr(module, each, indicator(unit="share", better="lower", after=other)(measure))
    return module


def test_indicators_stand_in_the_order_of_their_files_or_where_they_say() -> None:
    """`c` follows `a`, and what is below it in its file follows it."""
    families = (_family("one", a="", b=""), _family("two", c="a", d=""), _family("three", e=""))
    assert "".join(each.name for each in lay_out(families)) == "acdbe"


def test_a_name_is_declared_once_and_follows_one_that_is_known() -> None:
    with pytest.raises(ValueError, match="two indicators are called a"):
        lay_out((_family("one", a=""), _family("two", a="")))
    with pytest.raises(ValueError, match="a follows b, which is not laid out"):
        lay_out((_family("one", a="b", b=""),))


def test_what_the_report_lists_has_an_order() -> None:
    """Two at one place would stand in the order of the results; only rotations do on purpose."""
    for report_list in ("answering", "ambulance", "people", "equity", "work"):
        places = [
            each.listed[report_list]
            for each in INDICATORS
            if report_list in each.listed and not each.name.startswith("rotation_")
        ]
        assert places and len(set(places)) == len(places)


def test_workers_measure_without_the_special_functions_of_scipy() -> None:
    """Every worker process imports the indicators; SciPy's statistics would cost each a second."""
    code = (
        "import sys, akuttsim.indicators.registry;"
        "print([m for m in ('scipy.special', 'scipy.stats', 'pandas') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_rows_are_unique_and_say_how_many_they_rest_on() -> None:
    rows = _measured_rows()
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


def test_every_docstring_is_a_whole_definition() -> None:
    """What is divided by what (or whom it counts), the unit, who is left out, and where from."""
    parts = {each.name: each.definition.partition("\n\n") for each in INDICATORS}
    heads = {name: summary for name, (summary, _, _) in parts.items()}
    assert [name for name, text in heads.items() if not text.endswith(".") or len(text) > 100] == []
    for wanted in (
        r"Numerator: .+ Denominator: |Wh(om|at) it counts: ",
        r"[Ll]eft out|leave out",
        r"Unit: .+ Source: .+\.$",
    ):
        lacking = [name for name, (*_, rest) in parts.items() if not re.search(wanted, rest)]
        assert lacking == [], wanted


UNIT_IN_WORDS = {
    "share": "share of 1",
    "s": "seconds",
    "min": "minutes",
    "h": "hours",
    "h per week": "hours",
    "per day": ".+ a day",
    "per week": ".+ a week|per week",
    "per night": "per night",
    "per 1000 per year": "per 1,000 a year",
    "per 10000 per year": "per 10,000 a year",
    "per 100000 per year": "per 100,000 a year",
    "per million per year": "per million a year",
    "per 10 years": "people in 10 years",
    "days per year": "days a year",
    "per car and day": "missions a day",
    "km": "kilometres a mission",
    "km per week": "kilometres a week",
    "times": "times",
    "nights": "nights",
    "doctors": "doctors",
    "people": "people",
    "ambulances": "ambulances",
    "NOK per year": "Norwegian kroner a year",
    "NOK per person per year": "Norwegian kroner a person and year",
    "NOK per contact": "Norwegian kroner a contact",
}
"""How a definition writes each unit: rows take theirs from the declaration, and prove nothing."""


def test_the_declared_unit_is_that_of_the_definition() -> None:
    said = {
        each.name: (each.unit, " ".join(each.definition.partition("Unit: ")[2].split()))
        for each in INDICATORS
    }
    wrong = {
        name: (unit, text[:40])
        for name, (unit, text) in said.items()
        if not re.match(rf"(?:{UNIT_IN_WORDS[unit]})\b", text.partition(". ")[0])
    }
    assert wrong == {}


def test_a_definition_is_the_docstring_word_by_word() -> None:
    for each in INDICATORS:
        docstring = inspect.getdoc(each) or ""
        assert indicator_definitions()[each.name].split() == docstring.split()


def test_what_a_definition_refers_to_is_an_indicator() -> None:
    referred = {
        word for text in indicator_definitions().values() for word in re.findall(r"`(\w+)`", text)
    }
    assert referred - {"all", "costs"} <= set(indicator_definitions())


def test_definitions_say_what_is_counted() -> None:
    texts = indicator_definitions()
    assert list(texts) == list(indicator_directions()) == [each.name for each in INDICATORS]
    assert all(len(text) > 40 for text in texts.values())
    seen = WORLD.observed(small.people([]), WORLD.meets(small.people([])))
    assert {row.indicator for row in measure_indicators(seen)} == set(texts)
