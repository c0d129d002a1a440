"""Unit prices of an organisation: each with a source, in kroner, nothing forgotten."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from akuttsim.config.loader import load_organisation
from akuttsim.config.schema.costs import Costs
from tests import small


def test_prices_are_optional_and_inherited() -> None:
    assert small.organisation().costs is None
    base = load_organisation("namdal-today").value.costs
    assert base is not None and base.hour_nok.nurse.value > 0
    assert load_organisation("namdal-satellites").value.costs == base
    assert load_organisation("sunnfjord-satellites").value.costs is not None


def test_a_role_without_price_is_refused() -> None:
    base = load_organisation("namdal-today").value.costs
    assert base is not None
    whole = base.model_dump(mode="json")
    assert Costs.model_validate(whole) == base
    del whole["hour_nok"]["nurse"]
    with pytest.raises(ValidationError, match=r"hour_nok\.nurse"):
        Costs.model_validate(whole)
