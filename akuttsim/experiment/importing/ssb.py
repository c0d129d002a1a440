"""Statistics Norway's population by municipality and age, as a region's table of municipalities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from akuttsim.errors import InputError, Problem
from akuttsim.experiment.importing.table import Rows, number, read_rows
from akuttsim.scenario.ages import age_group
from akuttsim.scenario.fields import AGE_GROUPS
from akuttsim.scenario.tables import AGE_COLUMNS

REGION = ("region", "kommune", "municipality")
AGE = ("alder", "age")
SEX = ("kjønn", "sex")
YEAR = ("år", "year", "tid", "time")
CONTENTS = ("statistikkvariabel", "contents")
BOTH = ("begge kjønn", "both sexes", "i alt", "total")
ALL_AGES = ("alle aldre", "all ages", "alder i alt", "i alt", "total", "sum")
NONE = ("", ".", "..", ":", "-")
"""How the tables say that there is no number."""

_CODED = re.compile(r"(?:K[-_])?(\d{4})[\s.:]+(\S.*)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "á": "a", "š": "s", "ŋ": "n", "ö": "o"})


@dataclass(frozen=True)
class People:
    """People by age of each municipality (number, name), in the order of `AGE_GROUPS`."""

    year: str
    municipalities: dict[tuple[str, str], list[int]]


def read_people(path: Path, year: str | None = None) -> People:
    """Read an export of a table such as 07459. Raises InputError with every row that is wrong.

    CSV with semicolon, comma or tab, with or without a title above; years as columns or as rows.
    Rows of all ages are left out, and of both sexes those of each are, so that nobody counts twice.
    """
    rows = read_rows(path, _is_heading)
    year, value = _value_column(rows, year)
    kept = _kept(rows, year)
    problems: list[Problem] = []
    found: dict[tuple[str, str], list[int]] = {}
    for line, cells in kept:
        try:
            _count(rows, (line, cells), value, found)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    there = {name: ages for name, ages in found.items() if sum(ages)}
    if not there:
        raise InputError([rows.problem(0, "", "has nobody in it; is it the right table and year")])
    return People(year, there)


def _is_heading(cells: Sequence[str]) -> bool:
    return _column(cells, REGION) is not None and _column(cells, AGE) is not None


def _column(cells: Sequence[str], names: Sequence[str]) -> str | None:
    return next((cell for cell in cells if cell.casefold() in names), None)


def _value_column(rows: Rows, year: str | None) -> tuple[str, int]:
    """Return the year, and the column with the people of it."""
    known = (*REGION, *AGE, *SEX, *YEAR, *CONTENTS)
    columns = [k for k, name in enumerate(rows.heading) if name.casefold() not in known]
    in_rows = _column(rows.heading, YEAR)
    if in_rows is not None:
        place = rows.place(in_rows)
        years = sorted({cells[place] for _, cells in rows.rows})
    else:
        years = [found[0] for k in columns if (found := _YEAR.findall(rows.heading[k]))]
    chosen = _one_year(rows, years, year)
    if in_rows is None:
        columns = [k for k in columns if chosen in rows.heading[k]]
    if len(columns) != 1:
        what = f"{len(columns)} columns may be the people of {chosen}; export only persons"
        raise InputError([rows.problem(0, "", what)])
    return chosen, columns[0]


def _one_year(rows: Rows, years: Sequence[str], year: str | None) -> str:
    if year is None and len(set(years)) == 1:
        return years[0]
    if year in years:
        assert year is not None
        return year
    told = ", ".join(dict.fromkeys(years)) or "none"
    what = "say which with --year" if year is None else f"there is no {year}"
    raise InputError([rows.problem(0, "", f"{what}; the years here are {told}")])


def _kept(rows: Rows, year: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows of the year; where both sexes have rows of their own, only these."""
    kept = list(rows.rows)
    in_rows, sex = _column(rows.heading, YEAR), _column(rows.heading, SEX)
    if in_rows is not None:
        place = rows.place(in_rows)
        kept = [row for row in kept if row[1][place] == year]
    if sex is not None:
        place = rows.place(sex)
        both = [row for row in kept if row[1][place].casefold() in BOTH]
        kept = both or kept
    age = rows.place(_column(rows.heading, AGE) or "")
    return [row for row in kept if row[1][age].casefold() not in ALL_AGES]


def _count(
    rows: Rows,
    row: tuple[int, tuple[str, ...]],
    value: int,
    found: dict[tuple[str, str], list[int]],
) -> None:
    """Add the people of a row to its municipality. Raises InputError."""
    line, cells = row
    where = cells[rows.place(_column(rows.heading, REGION) or "")]
    age = cells[rows.place(_column(rows.heading, AGE) or "")]
    coded, group = _CODED.fullmatch(where), age_group(age)
    if cells[value] in NONE:
        return
    people = number(cells[value])
    if coded is None:
        what = f"{where!r} has no municipality number; export with codes and texts (5007 Namsos)"
        raise InputError([rows.problem(line, "region", what)])
    if group is None:
        what = f"{age!r} is no age within one of {', '.join(AGE_GROUPS)}; export single years"
        raise InputError([rows.problem(line, "age", what)])
    if people is None or people < 0 or people != int(people):
        raise InputError([rows.problem(line, "people", f"{cells[value]!r} is no number of people")])
    ages = found.setdefault((coded[1], coded[2].split(" - ")[0].strip()), [0] * len(AGE_GROUPS))
    ages[group] += int(people)


def municipalities(people: People) -> pd.DataFrame:
    """Return a region's table of municipalities; the largest settlement is left to fill in."""
    rows = [
        (slug(name), number, name, "", *ages)
        for (number, name), ages in sorted(people.municipalities.items())
    ]
    heads = ["municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS]
    return pd.DataFrame(rows, columns=heads)


def slug(name: str) -> str:
    """Return a name as an identifier: Nærøysund as naeroysund."""
    plain = name.casefold().translate(_LETTERS)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
