"""What can be wrong with a table of projections and with the year asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

TABLE = "namdal/projections.csv"


@pytest.mark.parametrize("year", [2020, 2026, 2033, 2040, 2050])
def test_a_year_of_the_table_is_right(namdal: Copy, year: int) -> None:
    assert namdal.region_problems(f"year={year}") == ()


@pytest.mark.parametrize("year", [2019, 2051])
def test_a_year_outside_the_table_is_an_error_for_each_projection(namdal: Copy, year: int) -> None:
    problems = namdal.region_problems(f"year={year}")
    assert {(problem.file, problem.key) for problem in problems} == {("--set", "year")}
    told = " ".join(problem.what for problem in problems)
    for name in (
        "namsos",
        "hoylandet",
        "grong",
        "lierne",
        "namsskogan",
        "royrvik",
        "osen",
        "national",
    ):
        assert f"{year} is outside the projections of {name}, 2020 to 2050" in told
    assert len(problems) == 8


def test_the_year_of_the_published_people_must_be_in_the_table_too(namdal: Copy) -> None:
    problems = namdal.region_problems("people_year=2010", "year=2040")
    assert {problem.key for problem in problems} == {"people_year"}


def test_a_year_needs_the_year_of_the_published_people(namdal: Copy) -> None:
    (problem,) = namdal.region_problems("people_year=null", "year=2040")
    assert problem.key == "year" and "people_year" in problem.what


def test_a_year_needs_a_table(namdal: Copy) -> None:
    (problem,) = namdal.region_problems("tables.projections=null", "year=2040")
    assert problem.key == "year" and "tables.projections" in problem.what
    assert namdal.region_problems("tables.projections=null") == ()


def test_a_municipality_that_is_not_there(namdal: Copy) -> None:
    line = namdal.edit(TABLE, "\nnamsos,2030,", "\nnamsoss,2030,") + 1
    (problem,) = namdal.region_problems()
    assert (problem.file, problem.line) == (TABLE, line)
    assert "no municipality 'namsoss'" in problem.what and "'namsos'" in problem.what


def test_a_year_that_stands_twice(namdal: Copy) -> None:
    line = namdal.edit(TABLE, "\nnamsos,2030,", "\nnamsos,2035,") + 2
    (problem,) = namdal.region_problems("year=2040")
    assert (problem.line, problem.what) == (line, "namsos in 2035 stands twice; keep one")


def test_people_who_are_there_must_be_projected(namdal: Copy) -> None:
    rows = "".join(f"leka,{year},0,1,1,1,1,1,1,1,1,test,D\n" for year in (2020, 2050))
    path = namdal.folder / TABLE
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    assert namdal.region_problems() == ()
    (problem,) = namdal.region_problems("year=2040")
    assert "leka has 38 people of 0-5, but the projections have 0 in 2026" in problem.what


@pytest.mark.parametrize(
    ("old", "new", "gist"),
    [("national,2020,352000,", "national,2020,-1,", "at least 0"),
     ("national,2020,352000,", "national,year,352000,", "whole number"),
     (",A*\n", ",E\n", "must be")],
)  # fmt: skip
def test_a_bad_cell_is_told_with_its_line(namdal: Copy, old: str, new: str, gist: str) -> None:
    path = namdal.folder / TABLE
    text = path.read_text(encoding="utf-8").replace(",D\n", ",A*\n", 1)
    path.write_text(text, encoding="utf-8")
    line = namdal.edit(TABLE, old, new)
    (problem,) = namdal.region_problems()
    assert (problem.file, problem.line) == (TABLE, line) and gist in problem.what
    assert problem.key in ("age_0_5", "year", "grade")


@pytest.mark.parametrize("year", [2062, 1926, 202, 20260])
def test_a_year_of_the_people_that_is_a_slip_of_the_pen(namdal: Copy, year: int) -> None:
    line = namdal.edit("namdal/region.yaml", "people_year: 2026", f"people_year: {year}")
    (problem,) = namdal.region_problems()
    assert (problem.line, problem.key) == (line, "people_year")
    assert str(year) in problem.what and "the year of the published people" in problem.what


def test_the_people_may_be_younger_than_the_calendar_of_an_old_log(namdal: Copy) -> None:
    """A calendar laid over the region may be older still: it was not written for its people."""
    namdal.edit("namdal/region.yaml", 'start: "2026-01-05"', 'start: "2019-01-07"')
    assert namdal.region_problems() == ()
    assert namdal.region_problems("calendar.start=1999-02-07") == ()
    problems = namdal.region_problems("calendar.start=1999-02-07", "people_year=2026")
    assert [problem.key for problem in problems] == ["people_year"]
