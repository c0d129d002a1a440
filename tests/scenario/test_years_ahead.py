"""People of another year, by hand: the published ones times what the projections change by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.config.schema.region import (
    municipality_populations,
    neighbour_populations,
    people_by_age,
    place_populations,
    projected_people,
    projection_rows,
)
from tests import small
from tests.projections import COUNTRY, UPPER, asked_for

PUBLISHED = {name: place.people for name, place in small.region().places.items()}
FUTURE = small.region(asked_for(2040))


def test_a_place_changes_as_its_municipality_or_else_as_the_country() -> None:
    found = place_populations(FUTURE)
    assert found["centre"] == (800, 700, 300, 1500, 3200, 2600, 3000, 1500, 500)
    assert found["island"] == (20, 25, 10, 40, 120, 130, 180, 90, 50)
    assert found["upper"] == (75, 150, 60, 125, 350, 700, 480, 320, 160)
    assert found["cross"] == (0,) * 9
    assert {name: place.people for name, place in FUTURE.places.items()} == PUBLISHED


def test_municipalities_and_all_are_their_places_added() -> None:
    found = municipality_populations(FUTURE)
    assert found["upper"] == place_populations(FUTURE)["upper"]
    assert people_by_age(FUTURE) == (895, 875, 370, 1665, 3670, 3430, 3660, 1910, 710)


def test_neighbours_change_as_all_ages_of_the_country_together() -> None:
    assert neighbour_populations(FUTURE) == {"neighbour": pytest.approx(8000 * 1500 / 900)}
    assert neighbour_populations(small.region()) == {"neighbour": 8000}


@pytest.mark.parametrize("changes", [{}, asked_for(None), asked_for(2020), asked_for(2030, 2030)])
def test_no_year_and_the_published_year_are_the_published_people(
    changes: small.Changes,
) -> None:
    assert place_populations(small.region(changes)) == PUBLISHED


def test_the_published_people_need_not_be_those_of_a_row() -> None:
    """From half-way to 2040: 75 of 100 children of 2020 are left in 2035, 95 in 2025."""
    found = place_populations(small.region(asked_for(2035, 2025)))["centre"]
    assert found[1] == pytest.approx(1400 * 70 / 95)
    assert found[8] == pytest.approx(100 * 400 / 200)


@given(year=st.integers(2020, 2040))
def test_years_between_are_on_a_straight_line(year: int) -> None:
    upper = projected_people(projection_rows(FUTURE, "upper"), year)
    for found, first, last in zip(upper, UPPER[2020], UPPER[2040], strict=True):
        assert found == pytest.approx(first + (last - first) * (year - 2020) / 20)


@pytest.mark.parametrize("year", sorted(COUNTRY))
def test_a_year_of_the_table_is_its_row(year: int) -> None:
    assert list(projected_people(projection_rows(FUTURE, "town"), year)) == COUNTRY[year]


@pytest.mark.parametrize("year", [2019, 2041])
def test_outside_the_table_nobody_knows(year: int) -> None:
    with pytest.raises(ValueError):
        projected_people(projection_rows(FUTURE, "town"), year)
