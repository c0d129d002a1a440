"""Checks of the table of projections, and that it tells of the year a region is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.errors import Problem, did_you_mean
from akuttsim.scenario.fields import AGE_GROUPS
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.region import Region
from akuttsim.scenario.years_ahead import NATIONAL, projected, rows_of

Problems = Iterator[Problem]

EARLIEST, LATEST = 1950, 2100
"""Published people of other years are a slip of the pen."""

AHEAD = 10
"""A calendar may be that of an older log, but those who wrote it beside the year of the people
did not mean so many years between them."""


def people_year(loaded: Loaded[Region]) -> Problems:
    """Yield what is wrong with the year of the published people: 2062 for 2026."""
    year, start = loaded.value.people_year, loaded.value.calendar.start
    if year is None:
        return
    if not EARLIEST <= year <= LATEST:
        what = f"must be the year of the published people, {EARLIEST} to {LATEST} (got {year})"
        yield loaded.problem("people_year", what)
    elif year - int(start[:4]) >= AHEAD and _is_of_the_calendar(loaded):
        what = (
            f"{year} is {year - int(start[:4])} years after the calendar begins ({start}); write "
            "the year of the published people, and a year to come under year"
        )
        yield loaded.problem("people_year", what)


def projections(loaded: Loaded[Region]) -> Problems:
    """Yield what is wrong with the projections and with the year."""
    wrong = [*_rows(loaded)]
    yield from wrong
    if loaded.value.year is not None and not wrong:
        yield from _year(loaded, loaded.value.year)


def _is_of_the_calendar(loaded: Loaded[Region]) -> bool:
    """Tell whether the year of the people was written beside the calendar or after it.

    A region for an old log has a calendar of its own, and the people of the region it builds on.
    """
    written = [loaded.problem(key, "").file for key in ("people_year", "calendar.start")]
    of_people, of_calendar = (
        loaded.files.index(file) if file in loaded.files else len(loaded.files) for file in written
    )
    return of_people >= of_calendar


def _rows(loaded: Loaded[Region]) -> Problems:
    known = {NATIONAL, *loaded.value.municipalities}
    seen = set()
    for index, row in enumerate(loaded.value.projections):
        if row.municipality not in known:
            what = f"no municipality {row.municipality!r} in the table of municipalities"
            hint = did_you_mean(row.municipality, known)
            yield loaded.problem(f"projections.{index}.municipality", what + hint)
        if (row.municipality, row.year) in seen:
            what = f"{row.municipality} in {row.year} stands twice; keep one"
            yield loaded.problem(f"projections.{index}.year", what)
        seen.add((row.municipality, row.year))


def _year(loaded: Loaded[Region], year: int) -> Problems:
    region = loaded.value
    if region.people_year is None:
        what = "needs people_year beside it: the year of the published people"
        yield loaded.problem("year", what)
        return
    own = {row.municipality for row in region.projections} - {NATIONAL}
    needs_country = bool(region.outside) or own != set(region.municipalities)
    for name in [*sorted(own), *([NATIONAL] if needs_country else [])]:
        yield from _covered(loaded, name, (region.people_year, year))
    for name in region.municipalities:
        yield from _someone(loaded, name, (region.people_year, year))


def _covered(loaded: Loaded[Region], name: str, years: tuple[int, int]) -> Problems:
    rows = rows_of(loaded.value, name)
    if not rows:
        what = "needs a table of projections (tables.projections) with rows of national"
        yield loaded.problem("year", what)
        return
    first, last = rows[0].year, rows[-1].year
    for key, year in zip(("people_year", "year"), years, strict=True):
        if not first <= year <= last:
            what = f"{year} is outside the projections of {name}, {first} to {last}; write a "
            yield loaded.problem(key, what + "year within them, or add a row to the table")


def _someone(loaded: Loaded[Region], name: str, years: tuple[int, int]) -> Problems:
    """Whoever is published must be projected too, or there is nothing to take a ratio of."""
    region = loaded.value
    rows = rows_of(region, name)
    if not rows or not rows[0].year <= years[0] <= rows[-1].year:
        return
    now = projected(rows, years[0])
    for age, people, base in zip(AGE_GROUPS, region.municipalities[name].people, now, strict=True):
        if people and not base:
            what = f"{name} has {people} people of {age}, but the projections have 0 in {years[0]}"
            yield loaded.problem("projections", what)
