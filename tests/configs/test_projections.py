"""The shipped projections, held against published totals kept here apart from the tables."""

from __future__ import annotations

import pytest

from akuttsim.config.loader import load_region
from akuttsim.config.schema.geography import Projection
from akuttsim.config.schema.region import people_by_age, projection_rows

# Statistics Norway table 12882, main alternative of 2020, as Namsos kommune printed it
NAMSOS = {2020: 15230, 2025: 14925, 2030: 14862, 2035: 14818, 2040: 14775}
# tables 10211 and 12882, as Helsedirektoratet printed them: all, then 50-66, 67-79, 80-89 and 90+
COUNTRY = {2020: (5_367_580, 1_125_449, 596_710, 185_480, 45_230),
           2040: (5_841_616, 1_205_854, 819_398, 384_167, 108_241)}  # fmt: skip


def rows(region: str, name: str) -> dict[int, Projection]:
    return {row.year: row for row in projection_rows(load_region(region).value, name)}


def test_namsos_is_as_published_and_the_rest_is_graded_as_assumed() -> None:
    found = rows("namdal", "namsos")
    assert {year: sum(found[year].people) for year in NAMSOS} == NAMSOS
    assert {year for year, row in found.items() if row.grade == "C"} == set(found) - set(NAMSOS)


def test_the_country_is_as_published_and_the_rest_is_graded_as_assumed() -> None:
    found = rows("namdal", "national")
    for year, (everyone, *older) in COUNTRY.items():
        assert sum(found[year].people) == everyone
        assert list(found[year].people[5:]) == older
    assert {year for year, row in found.items() if row.grade == "C"} == set(found) - set(COUNTRY)


def test_both_regions_have_the_same_country() -> None:
    told = [[(row.year, row.people, row.source) for row in rows(region, "national").values()]
            for region in ("namdal", "sunnfjord")]  # fmt: skip
    assert told[0] == told[1]


@pytest.mark.parametrize("name", ["namdal-2040", "sunnfjord-2040"])
def test_in_2040_there_are_half_as_many_again_of_the_oldest_and_fewer_pupils(name: str) -> None:
    future, base = load_region(name).value, load_region(name, ["year=null"]).value
    now, then = people_by_age(base), people_by_age(future)
    assert future.year == 2040 and base.year is None
    assert sum(then[7:]) > 1.5 * sum(now[7:])
    assert sum(then[1:3]) < 0.95 * sum(now[1:3])
