from __future__ import annotations

import pytest
from scipy.stats import poisson

from akuttsim.theory.staffing_levels import (
    SHIFT_BANDS,
    chance_of_contacts,
    contacts_in_shift,
    contacts_per_h,
    night_contacts_per_inhabitant,
    smallest_catchment,
)


def test_published_catchment_of_raknes_morken_and_hunskaar() -> None:
    # Tidsskr Nor Legeforen 2017;137:1785-9: 29,134 inhabitants, 10 contacts in half of all nights
    assert smallest_catchment() == 29_134
    assert night_contacts_per_inhabitant() * 10_000 == pytest.approx(3.3, abs=0.05)
    mean = contacts_in_shift(29_134, "night")
    assert poisson.sf(9, mean) == pytest.approx(0.5, abs=1e-9)


def test_chance_is_poisson() -> None:
    mean = contacts_in_shift(50_000, "evening")
    assert chance_of_contacts(50_000, "evening", 30) == pytest.approx(poisson.sf(29, mean))
    people = smallest_catchment(5, 0.9, "day")
    assert chance_of_contacts(people, "day", 5) >= 0.9 > chance_of_contacts(people - 1, "day", 5)


def test_bands_cover_the_day() -> None:
    assert sum(band.hours for band in SHIFT_BANDS.values()) == 24
    assert sum(band.share for band in SHIFT_BANDS.values()) == pytest.approx(1, abs=0.01)


def test_calls_per_hour() -> None:
    assert contacts_per_h(29_134, "night") == pytest.approx(9.6687 / 9, abs=1e-4)
    assert contacts_per_h(29_134, "night", 1.6) == pytest.approx(1.6 * 9.6687 / 9, abs=1e-4)
    assert contacts_per_h(29_134, "evening") > 3 * contacts_per_h(29_134, "night")
