"""Import official statistics: people by municipality and age, and published answer times.

Statistics Norway's population becomes a region's table of municipalities; tables such as
Helsedirektoratet's CSV files become targets. Both are delimited text with a heading somewhere near
the top.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from akuttsim.config.loader import Loaded, load_figure_mapping
from akuttsim.config.region_tables import AGE_COLUMNS, age_group
from akuttsim.config.schema.experiment import FigureMapping, MappedFigure
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.indicators.registry import indicator_directions
from akuttsim.messages import message
from akuttsim.tables import TableRules, open_table, parse_number
from akuttsim.untrusted_files import unusable_file

MAX_COLUMNS = 300
STATISTICS_RULES = TableRules(
    most_bytes=200_000_000,
    most_rows=1_000_000,
    most_columns=MAX_COLUMNS,
    words={"rows": "files.columns.rows"},
)
MOST_ABOVE = 20
"""Lines of titles and notes that may stand above the heading."""


@dataclass(frozen=True)
class DelimitedTable:
    """A heading, and the rows below it with the line in which each begins."""

    file: str
    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    title: str = ""

    def place(self, name: str) -> int:
        """Return where a column stands. Raises InputError where there is none, or two."""
        wanted = name.casefold()
        found = [k for k, each in enumerate(self.heading) if each.casefold() == wanted]
        if len(found) == 1:
            return found[0]
        what = message("files.columns.two") if found else message("files.columns.none")
        hint = "" if found else did_you_mean(name, self.heading)
        raise InputError([Problem(self.file, 0, quote_value(name), what + hint)])

    def problem(self, line: int, column: str, what: str) -> Problem:
        """Return a problem in a row."""
        return Problem(self.file, line, column, what)


def read_delimited_table(
    path: Path, is_heading: Callable[[Sequence[str]], bool], encoding: str | None = None
) -> DelimitedTable:
    """Read delimited text; the heading is the first line near the top that looks like one.

    What stands above it is its title. Rows without a cell for each column, such as notes below the
    table, end it. Raises InputError for a file that is none, too large, or has no such heading.
    """
    table = open_table(path, str(path), STATISTICS_RULES, encoding)
    for sign in table.delimiters():
        lines = [(line, tuple(map(str.strip, cells))) for line, cells in table.rows(sign)]
        for at, (_, cells) in enumerate(lines[:MOST_ABOVE]):
            heading = _without_empty_end(cells)
            if len(heading) <= MAX_COLUMNS and is_heading(heading):
                title = " ".join(cell for _, above in lines[:at] for cell in above if cell)
                return DelimitedTable(
                    str(path), heading, _lines_of_width(lines[at + 1 :], len(heading)), title
                )
    raise unusable_file(str(path), message("files.columns.no_heading"))


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _lines_of_width(
    lines: Sequence[tuple[int, tuple[str, ...]]], width: int
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return the rows up to the first that has not a cell for each column of the heading."""
    rows = []
    for line, cells in lines:
        if len(cells) < width or any(cells[width:]):
            break
        rows.append((line, cells[:width]))
    return tuple(rows)


REGION = ("region", "kommune", "municipality")
AGE = ("alder", "age")
SEX = ("kjønn", "sex")
YEAR = ("år", "year", "tid", "time")
CONTENTS = ("statistikkvariabel", "contents")
BOTH = ("begge kjønn", "both sexes", "i alt", "total")
ALL_AGES = ("alle aldre", "all ages", "alder i alt", "i alt", "total", "sum")
NO_PEOPLE = ("", ".", "..", ":", "-")
"""How the tables say that there is no number."""

_CODED = re.compile(r"(?:K[-_])?(\d{4})[\s.:]+(\S.*)")
_FOUR_DIGITS = re.compile(r"(?:19|20)\d\d")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "á": "a", "š": "s", "ŋ": "n", "ö": "o"})


@dataclass(frozen=True)
class MunicipalPopulation:
    """People by age of each municipality (number, name), in the order of `AGE_GROUPS`."""

    year: str
    municipalities: dict[tuple[str, str], list[int]]


def read_municipal_population(path: Path, year: str | None = None) -> MunicipalPopulation:
    """Read an export of a table such as 07459. Raises InputError with every row that is wrong.

    CSV with semicolon, comma or tab, with or without a title above; years as columns or as rows.
    Rows of all ages are left out, and of both sexes those of each are, so that nobody counts twice.
    """
    rows = read_delimited_table(path, _is_heading)
    year, value = _value_column(rows, year)
    kept = _rows_of_year(rows, year)
    problems: list[Problem] = []
    found: dict[tuple[str, str], list[int]] = {}
    for line, cells in kept:
        try:
            _people_in_cell(rows, (line, cells), value, found)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    there = {name: ages for name, ages in found.items() if sum(ages)}
    if not there:
        raise InputError([rows.problem(0, "", message("files.population.nobody"))])
    return MunicipalPopulation(year, there)


def _is_heading(cells: Sequence[str]) -> bool:
    return _column_among(cells, REGION) is not None and _column_among(cells, AGE) is not None


def _column_among(cells: Sequence[str], names: Sequence[str]) -> str | None:
    return next((cell for cell in cells if cell.casefold() in names), None)


def _value_column(rows: DelimitedTable, year: str | None) -> tuple[str, int]:
    """Return the year, and the column with the people of it."""
    known = (*REGION, *AGE, *SEX, *YEAR, *CONTENTS)
    columns = [k for k, name in enumerate(rows.heading) if name.casefold() not in known]
    in_rows = _column_among(rows.heading, YEAR)
    if in_rows is not None:
        place = rows.place(in_rows)
        years = sorted({cells[place] for _, cells in rows.rows})
    else:
        years = [found[0] for k in columns if (found := _FOUR_DIGITS.findall(rows.heading[k]))]
    chosen = _choose_year(rows, years, year)
    if in_rows is None:
        columns = [k for k in columns if chosen in rows.heading[k]]
    if len(columns) != 1:
        what = message("files.population.columns", n_columns=len(columns), chosen=chosen)
        raise InputError([rows.problem(0, "", what)])
    return chosen, columns[0]


def _choose_year(rows: DelimitedTable, years: Sequence[str], year: str | None) -> str:
    if year is None and len(set(years)) == 1:
        return years[0]
    if year in years:
        assert year is not None
        return year
    told = ", ".join(dict.fromkeys(years)) or "none"
    what = (
        message("files.population.say_which")
        if year is None
        else message("files.population.no_year", year=year)
    )
    raise InputError([rows.problem(0, "", message("files.population.years", what=what, told=told))])


def _rows_of_year(rows: DelimitedTable, year: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows of the year; where both sexes have rows of their own, only these."""
    kept = list(rows.rows)
    in_rows, sex = _column_among(rows.heading, YEAR), _column_among(rows.heading, SEX)
    if in_rows is not None:
        place = rows.place(in_rows)
        kept = [row for row in kept if row[1][place] == year]
    if sex is not None:
        place = rows.place(sex)
        both = [row for row in kept if row[1][place].casefold() in BOTH]
        kept = both or kept
    age = rows.place(_column_among(rows.heading, AGE) or "")
    return [row for row in kept if row[1][age].casefold() not in ALL_AGES]


def _people_in_cell(
    rows: DelimitedTable,
    row: tuple[int, tuple[str, ...]],
    value: int,
    found: dict[tuple[str, str], list[int]],
) -> None:
    """Add the people of a row to its municipality. Raises InputError."""
    line, cells = row
    where = cells[rows.place(_column_among(rows.heading, REGION) or "")]
    age = cells[rows.place(_column_among(rows.heading, AGE) or "")]
    coded, group = _CODED.fullmatch(where), age_group(age)
    if cells[value] in NO_PEOPLE:
        return
    people = parse_number(cells[value])
    if coded is None:
        what = message("files.population.no_municipality", where=where)
        raise InputError([rows.problem(line, "region", what)])
    if group is None:
        what = message("files.population.no_age", age=age, age_groups=", ".join(AGE_GROUPS))
        raise InputError([rows.problem(line, "age", what)])
    if people is None or people < 0 or people != int(people):
        raise InputError(
            [
                rows.problem(
                    line, "people", message("files.population.no_number", cells=cells[value])
                )
            ]
        )
    ages = found.setdefault((coded[1], coded[2].split(" - ")[0].strip()), [0] * len(AGE_GROUPS))
    ages[group] += int(people)


def municipality_people_table(people: MunicipalPopulation) -> pd.DataFrame:
    """Return a region's table of municipalities; the largest settlement is left to fill in."""
    rows = [
        (municipality_identifier(name), number, name, "", *ages)
        for (number, name), ages in sorted(people.municipalities.items())
    ]
    heads = ["municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS]
    return pd.DataFrame(rows, columns=heads)


def municipality_identifier(name: str) -> str:
    """Return a name as an identifier: Nærøysund as naeroysund."""
    plain = name.casefold().translate(_LETTERS)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


HEAD = """\
# Written by akuttsim import helsedir from {file}. A calibration builds on it by `extends:`.
"""


def targets_yaml(path: Path, mapping: str) -> tuple[str, dict[str, Any]]:
    """Return the targets of a published table as YAML, and as they are.

    Raises InputError with every figure that is not found, found twice, or no number.
    """
    loaded = load_figure_mapping(mapping)
    problems = _unknown_indicators(loaded)
    if problems:
        raise InputError(problems)
    told = loaded.value
    wanted = {name.casefold() for name in told.columns()}
    rows = read_delimited_table(
        path,
        lambda cells: len(wanted & {cell.casefold() for cell in cells}) > len(wanted) / 2,
        told.encoding,
    )
    found: dict[str, Any] = {}
    for name, figure in told.figures.items():
        try:
            found[name] = _target_of_figure(rows, told, figure)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    text = yaml.safe_dump({"targets": found}, sort_keys=False, allow_unicode=True, width=110)
    return HEAD.format(file=path.name) + text, found


def _unknown_indicators(loaded: Loaded[FigureMapping]) -> list[Problem]:
    known = indicator_directions()
    return [
        loaded.problem(
            f"figures.{name}.indicator",
            message("experiments.indicator.near", near=did_you_mean(it, known)),
        )
        for name, each in loaded.value.figures.items()
        if (it := each.indicator) not in known
    ]


def _target_of_figure(
    rows: DelimitedTable, mapping: FigureMapping, figure: MappedFigure
) -> dict[str, Any]:
    line, cells = _row_of_figure(rows, figure)
    value = _number_of_figure(rows, line, cells, figure.column) * figure.times
    where = ", ".join(figure.where.values())
    target: dict[str, Any] = {
        "indicator": figure.indicator,
        "group_by": figure.group_by,
        "group": figure.group,
        "value": _six_digits(value),
        **_target_width(rows, (line, cells), figure, value),
        "source": f"{mapping.source}: {where}; {figure.column} (line {line})",
        "grade": "A",
    }
    if figure.title is not None:
        target = {"title": figure.title.model_dump(), **target}
    return {**target, "held_back": True} if figure.held_back else target


def _target_width(
    rows: DelimitedTable, row: tuple[int, tuple[str, ...]], figure: MappedFigure, value: float
) -> dict[str, float]:
    """Return a tolerance as told, or the standard error of a share of so many cases."""
    if figure.counted is None:
        assert figure.tolerance is not None
        return {"tolerance": figure.tolerance}
    line, cells = row
    cases = _number_of_figure(rows, line, cells, figure.counted)
    if not 0 < value < 1 or cases <= 0:
        what = message("files.figures.no_error")
        raise InputError(
            [
                rows.problem(
                    line, figure.counted, message("files.figures.write_tolerance", what=what)
                )
            ]
        )
    return {"standard_error": _six_digits((value * (1 - value) / cases) ** 0.5)}


def _row_of_figure(rows: DelimitedTable, figure: MappedFigure) -> tuple[int, tuple[str, ...]]:
    """Return the one row that has the words."""
    words = [(rows.place(column), word) for column, word in figure.where.items()]
    found = [row for row in rows.rows if all(row[1][place] == word for place, word in words)]
    if len(found) == 1:
        return found[0]
    told = ", ".join(f"{column} = {word}" for column, word in figure.where.items())
    what = message("files.figures.rows", n_found=len(found), told=told)
    raise InputError([rows.problem(found[1][0] if found else 0, "", what)])


def _number_of_figure(
    rows: DelimitedTable, line: int, cells: tuple[str, ...], column: str
) -> float:
    cell = cells[rows.place(column)]
    found = parse_number(cell)
    if found is None:
        raise InputError(
            [rows.problem(line, column, message("files.figures.no_number", cell=cell[:40]))]
        )
    return found


def _six_digits(value: float) -> float:
    return float(f"{value:.6g}")
