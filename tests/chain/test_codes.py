"""No code can be forgotten: names follow from the enum, and tables by code are seen complete."""

from __future__ import annotations

from enum import IntEnum

import pytest

from akuttsim.chain.patient_view import Conveyed
from akuttsim.chain.triage_and_care_seeking import WORST_FIRST
from akuttsim.config.schema.care_needs import Conveyance, Needs, Needs113
from akuttsim.config.schema.region import AlarmNeeds, InsteadOfComing
from akuttsim.config.schema.values import URGENCIES, Sourced, Whole
from akuttsim.patients.alarms_and_transports import AlarmWay
from akuttsim.patients.needs import WAYS_BY_NEED, WAYS_BY_NEED_113
from akuttsim.records import Triage, Urgency, code_names, complete_table


class Colour(IntEnum):
    BLUE = 0
    WHITE = 1


class Gap(IntEnum):
    BLUE = 0
    WHITE = 2


def keys(model: type[Whole]) -> set[str]:
    """Return the keys of a config's shares, beside where they are from."""
    return set(model.model_fields) - set(Sourced.model_fields)


def test_names_stand_at_the_number_of_their_code() -> None:
    assert code_names(Colour) == ("blue", "white")
    with pytest.raises(ValueError, match="Gap must number its codes"):
        code_names(Gap)


def test_a_table_that_forgets_a_code_or_knows_another_is_refused() -> None:
    assert complete_table({Colour.BLUE: "b", Colour.WHITE: "w"}, Colour) == {0: "b", 1: "w"}
    assert complete_table({Colour.BLUE: "b"}, Colour, other={Colour.WHITE}) == {0: "b"}
    with pytest.raises(KeyError, match="WHITE"):
        complete_table({Colour.BLUE: "b"}, Colour)
    with pytest.raises(KeyError, match="7"):
        complete_table({Colour.BLUE: "b", Colour.WHITE: "w", 7: "x"}, Colour)


def test_every_outcome_of_triage_has_its_share_in_the_config() -> None:
    assert set(WAYS_BY_NEED) == keys(Needs)
    assert set(WAYS_BY_NEED_113) == keys(Needs113)
    assert set(code_names(AlarmWay)) == keys(AlarmNeeds)
    assert set(code_names(Conveyed)) == keys(Conveyance)
    *worse, _ = WORST_FIRST
    assert {each.name.lower() for each in worse} <= set(InsteadOfComing.model_fields)


def test_triage_is_in_order_from_the_gravest() -> None:
    gravest, *_, lightest = Triage
    assert (gravest, lightest) == (Triage.AMBULANCE, Triage.ADVICE)
    assert code_names(Urgency) == URGENCIES
