"""Wards, escorts, ways out of the region and languages that are named and are not there."""

from __future__ import annotations

import pytest

from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.errors import InputError

ESCORT = "escorts.midwife-grong"
LVS = "control_rooms.legevaktsentral-namdal"


@pytest.mark.parametrize(
    ("setting", "key", "what"),
    [
        ("births.wards=[namsoss]", "births.wards.0", "no hospital 'namsoss'"),
        (f"{ESCORT}.base=grongg", f"{ESCORT}.base", "no place 'grongg'"),
        (
            f"{LVS}.operators.night.speaks=[southern-samii]",
            f"{LVS}.operators.night.speaks.0",
            "no language 'southern-samii' under demand.languages",
        ),
    ],
)
def test_what_an_organisation_names_is_told_at_its_key(setting: str, key: str, what: str) -> None:
    organisation = load_organisation("namdal-midwives-on-call", (setting,))
    with pytest.raises(InputError) as raised:
        check_organisation(organisation, load_region("namdal-languages"))
    assert [problem.key for problem in raised.value.problems] == [key]
    assert what in raised.value.problems[0].what


@pytest.mark.parametrize(
    ("name", "setting", "key"),
    [
        ("namdal-journeys", "demand.births.way_out.leaves_at=eldaa",
         "demand.births.way_out.leaves_at"),
        ("namdal-languages", "demand.languages.southern-sami.municipalities=[royrvikk]",
         "demand.languages.southern-sami.municipalities.0"),
    ],
)  # fmt: skip
def test_what_a_region_names_is_told_at_its_key(name: str, setting: str, key: str) -> None:
    with pytest.raises(InputError) as raised:
        check_region(load_region(name, (setting,)))
    assert [problem.key for problem in raised.value.problems] == [key]
