"""The optional sections of a region's demand: without them everybody is drawn as before."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from akuttsim.config.loader import load_region
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import Patients
from tests.patients.changed import SECTIONS, only, patients, sampled

SMALL = Path(__file__).parents[1] / "data" / "small" / "region.yaml"
LATER = ("same_incident", "alarm_talk_s", "alarm_handover_s", "home_nursing_s", "away_s",
         "birth_after_s", "escort_after_s", "language", "psychiatric", "u_alarm")  # fmt: skip
NOT_NOUGHT = {"flyable": True, "transport_to": -1}
BEFORE = Patients.columns()[: Patients.columns().index("u_alarm")]
DIGEST = "dcc90a68a74490e2"
"""Of the columns before there were sections, in whole milliseconds."""


def test_a_region_without_sections_has_the_people_it_always_had() -> None:
    some = sample_patients(load_region(str(SMALL)).value, 14, 1, 0)
    made = hashlib.sha256()
    for name in sorted(set(BEFORE) - {*LATER, *NOT_NOUGHT}):
        column = getattr(some, name)
        if column.dtype.kind == "f":
            column = np.rint(column * 1000).astype(np.int64)
        made.update(name.encode())
        made.update(np.ascontiguousarray(column.astype("<i8")).tobytes())
    assert made.hexdigest()[:16] == DIGEST


@pytest.mark.parametrize("name", LATER[:-1])
def test_without_sections_the_later_columns_are_nought(name: str) -> None:
    assert not getattr(patients(days=30), name).any()


@pytest.mark.parametrize("name", NOT_NOUGHT)
def test_without_sections_everybody_can_be_flown_and_nobody_is_transported(name: str) -> None:
    assert (getattr(patients(days=30), name) == NOT_NOUGHT[name]).all()


@pytest.mark.parametrize("section", sorted(set(SECTIONS) - {"without_gp"}))
def test_each_section_changes_who_rings(section: str) -> None:
    """But for people without a GP: there are as many in Namdal as in the country."""
    assert len(sampled(*only(section), days=30)) != len(patients(days=30))


def test_as_many_without_a_gp_as_in_the_country_are_the_same_people() -> None:
    some, plain = sampled(*only("without_gp"), days=30), patients(days=30)
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(some, name), getattr(plain, name))
