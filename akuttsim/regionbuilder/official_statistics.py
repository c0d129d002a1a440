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
from typing import TypedDict

import pandas as pd

from akuttsim.config.loader import load_figure_mapping
from akuttsim.config.region_tables import AGE_COLUMNS, age_group
from akuttsim.config.schema.experiment import FigureMapping, MappedFigure
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.config.variant_writer import BilingualText, config_yaml
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.indicators.registry import indicator_directions
from akuttsim.regionbuilder.places_and_facilities import UniqueIdentifiers
from akuttsim.tables import TableRules, filled_width, open_table, parse_number
from akuttsim.texts import message
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
    """The heading of a table, and the rows below it.

    Attributes:
        file: Its name in errors.
        heading: The names of the columns.
        rows: The line in which each row begins, and its cells without blanks round them.
        title: What stands above the heading.
    """

    file: str
    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    title: str = ""

    def place(self, name: str) -> int:
        """Return where a column stands. Raises InputError where there is none, or two."""
        wanted = name.casefold()
        positions = [k for k, column in enumerate(self.heading) if column.casefold() == wanted]
        if len(positions) == 1:
            return positions[0]
        what = message("files.columns.two") if positions else message("files.columns.none")
        hint = "" if positions else did_you_mean(name, self.heading)
        raise InputError([Problem(self.file, 0, quote_value(name), what + hint)])

    def problem(self, line: int, column: str, what: str) -> Problem:
        """Return a problem in a row."""
        return Problem(self.file, line, column, what)


def read_delimited_table(
    path: Path, is_heading: Callable[[Sequence[str]], bool], encoding: str | None = None
) -> DelimitedTable:
    """Read a table whose heading may stand below a title.

    Args:
        path: Delimited text or a workbook, as `akuttsim.tables` reads them.
        is_heading: Tells a heading from other rows; asked of the first `MOST_ABOVE` rows, with each
            sign that may stand between the columns.
        encoding: Of text; None to find it out.

    Returns:
        The table. A row without a cell for each column, such as a note below the table, ends it.

    Raises:
        InputError: A file that is no table, too large, or without such a heading.
    """
    table = open_table(path, str(path), STATISTICS_RULES, encoding)
    for sign in table.delimiters():
        lines = [(line, tuple(map(str.strip, cells))) for line, cells in table.rows(sign)]
        for at, (_, cells) in enumerate(lines[:MOST_ABOVE]):
            heading = cells[: filled_width(cells)]
            width = len(heading)
            if width <= MAX_COLUMNS and is_heading(heading):
                title = " ".join(cell for _, above in lines[:at] for cell in above if cell)
                rows = _rows_below_heading(str(path), lines[at + 1 :], width)
                return DelimitedTable(str(path), heading, rows, title)
    raise unusable_file(str(path), message("files.columns.no_heading"))


def _rows_below_heading(
    file: str, below: list[tuple[int, tuple[str, ...]]], width: int
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return the rows of a table without the notes below it, and without rows of a note alone.

    Raises:
        InputError: A row without a cell for each column, with rows of the table below it: they
            would be lost.
    """
    told = [(line, row) for line, row in below if any(row[:width])]
    is_whole = [len(row) >= width and not any(row[width:]) for _, row in told]
    last = max((k for k, whole in enumerate(is_whole) if whole), default=-1)
    ragged = [
        Problem(file, line, "", message("files.columns.ragged", n_cells=len(row), width=width))
        for (line, row), whole in zip(told[:last], is_whole, strict=False)
        if not whole
    ]
    if ragged:
        raise InputError(ragged[:MOST_ABOVE])
    return tuple((line, row[:width]) for line, row in told[: last + 1])


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
_YEARS = re.compile(r"\s*\((\d{4})?\s*[-–]\s*(\d{4})?\)$")
"""The years of a municipality that is new or no more, as Statistics Norway writes them."""

_FOUR_DIGITS = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class MunicipalPopulation:
    """The people of municipalities in one year.

    Attributes:
        year: As the export writes it.
        municipalities: People by age, in the order of `AGE_GROUPS`, by number and name.
    """

    year: str
    municipalities: dict[tuple[str, str], list[int]]

    def same_names(self) -> list[tuple[str, str]]:
        """Return number and name of the municipalities that share their name with another."""
        names = [name for _, name in self.municipalities]
        return [key for key in sorted(self.municipalities) if names.count(key[1]) > 1]


def read_municipal_population(path: Path, year: str | None = None) -> MunicipalPopulation:
    """Read an export of Statistics Norway's population by municipality and age (table 07459).

    Years may be columns or rows. Rows of all ages are left out, and where there are rows of both
    sexes together only these are read, so that nobody counts twice.

    Args:
        path: The export as CSV or workbook, with or without its title.
        year: The year that is wanted; None where the export has one alone.

    Raises:
        InputError: With every row that is wrong: no municipality number, an age across two of our
            groups, no number of people.
    """
    rows = read_delimited_table(
        path, lambda cells: all(_column_among(cells, names) for names in (REGION, AGE))
    )
    year, value = _value_column(rows, year)
    year_rows = _rows_of_year(rows, year)
    problems: list[Problem] = _repeated_rows(rows, year_rows)
    people: dict[tuple[str, str], list[int]] = {}
    for line, cells in year_rows:
        try:
            _people_in_cell(rows, (line, cells), (year, value), people)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    inhabited = {name: ages for name, ages in people.items() if sum(ages)}
    if not inhabited:
        raise InputError([rows.problem(0, "", message("files.population.nobody"))])
    return MunicipalPopulation(year, inhabited)


def _column_among(cells: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the first cell that is one of some names, without regard to case."""
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
        years = [digits[0] for k in columns if (digits := _FOUR_DIGITS.findall(rows.heading[k]))]
    chosen = _choose_year(rows, years, year)
    if in_rows is None:
        columns = [k for k in columns if chosen in rows.heading[k]]
    if len(columns) != 1:
        what = message("files.population.columns", n_columns=len(columns), chosen=chosen)
        raise InputError([rows.problem(0, "", what)])
    return chosen, columns[0]


def _choose_year(rows: DelimitedTable, years: Sequence[str], year: str | None) -> str:
    """Return the year that is read. Raises InputError where it must be said, or is not there."""
    if year is None and len(set(years)) == 1:
        return years[0]
    if year in years:
        assert year is not None
        return year
    choices = ", ".join(dict.fromkeys(years)) or "none"
    what = (
        message("files.population.say_which")
        if year is None
        else message("files.population.no_year", year=year)
    )
    raise InputError(
        [rows.problem(0, "", message("files.population.years", what=what, told=choices))]
    )


def _rows_of_year(rows: DelimitedTable, year: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows of the year; where both sexes have rows of their own, only these."""
    year_rows = list(rows.rows)
    in_rows, sex = _column_among(rows.heading, YEAR), _column_among(rows.heading, SEX)
    if in_rows is not None:
        place = rows.place(in_rows)
        year_rows = [row for row in year_rows if row[1][place] == year]
    if sex is not None:
        place = rows.place(sex)
        region = rows.place(_column_among(rows.heading, REGION) or "")
        with_both = {row[1][region] for row in year_rows if row[1][place].casefold() in BOTH}
        year_rows = [
            row
            for row in year_rows
            if row[1][region] not in with_both or row[1][place].casefold() in BOTH
        ]
    age = rows.place(_column_among(rows.heading, AGE) or "")
    return [row for row in year_rows if row[1][age].casefold() not in ALL_AGES]


def _repeated_rows(
    rows: DelimitedTable, year_rows: list[tuple[int, tuple[str, ...]]]
) -> list[Problem]:
    """Return a problem for each row that is about the same people as an earlier one.

    It has the same municipality, sex and age, or an age within that of the other row.
    """
    region, age = (rows.place(_column_among(rows.heading, names) or "") for names in (REGION, AGE))
    sex, contents = (_column_among(rows.heading, names) for names in (SEX, CONTENTS))
    counted: dict[tuple[str, str, int], tuple[int, str]] = {}
    problems = []
    for line, cells in year_rows:
        who = cells[region], cells[rows.place(sex)] if sex else ""
        what_is_counted = cells[rows.place(contents)] if contents else ""
        years = _years_of_age(cells[age])
        before = [counted[(*who, year)] for year in years if (*who, year) in counted]
        if before:
            key = "twice" if before[0][1] == what_is_counted else "contents"
            what = message(f"files.population.{key}", line=before[0][0])
            problems.append(rows.problem(line, "", what))
        counted |= {(*who, year): (line, what_is_counted) for year in years}
    return problems[:MOST_ABOVE]


_AGE_YEARS = re.compile(r"\b\d+(?=\b|år)")


def _years_of_age(text: str) -> range:
    """Return the years of an age: 37 of `037 37 år`, 0 to 5 of `0-5`; the first of `90+`."""
    numbers = [int(digits) for digits in _AGE_YEARS.findall(text[:40])][:2]
    return range(numbers[0], min(numbers[-1], 150) + 1) if numbers else range(0)


def _people_in_cell(
    rows: DelimitedTable,
    row: tuple[int, tuple[str, ...]],
    of: tuple[str, int],
    people_by_municipality: dict[tuple[str, str], list[int]],
) -> None:
    """Add the people of a row to its municipality. Raises InputError."""
    (line, cells), (year, value) = row, of
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
        what = message("files.population.no_number", cells=cells[value])
        raise InputError([rows.problem(line, "people", what)])
    name = coded[2].split(" - ")[0].strip()
    years = _YEARS.search(coded[2])
    if people and years and not (years[1] or "0") <= year[:4] <= (years[2] or "9"):
        what = message("files.population.other_years", where=where, people=people, year=year)
        raise InputError([rows.problem(line, "region", what)])
    key = coded[1], _YEARS.sub("", name)
    ages = people_by_municipality.setdefault(key, [0] * len(AGE_GROUPS))
    ages[group] += int(people)


def municipality_people_table(people: MunicipalPopulation) -> pd.DataFrame:
    """Return a region's table of municipalities, largest settlements left to fill in.

    Statistics Norway publishes those elsewhere (table 05212). Of two with one name the second has
    a number in its identifier.
    """
    identifiers = UniqueIdentifiers()
    rows = [
        (identifiers.free(name), number, name, "", *ages)
        for (number, name), ages in sorted(people.municipalities.items())
    ]
    heads = ["municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS]
    return pd.DataFrame(rows, columns=heads)


HEAD = """\
# Written by akuttsim import helsedir from {file}. A calibration builds on it by `extends:`.
"""


class TargetEntry(TypedDict, total=False):
    """A target of a calibration, as a config writes it; see `CalibrationAim` of the schema.

    Attributes:
        title: What people call it; only where the mapping says so.
        indicator: The indicator that is held against the figure.
        group_by: Its grouping.
        group: Its group.
        value: The figure, in the indicator's unit, with six significant digits.
        tolerance: How far from it counts as met, in the same unit; without one:
        standard_error: The standard error of a share of so many cases.
        source: Table, row and column, with the line of the file.
        grade: How sure the figure is.
        held_back: Whether it is left out of the fit, to test it; only where it is.
    """

    title: BilingualText
    indicator: str
    group_by: str
    group: str
    value: float
    tolerance: float
    standard_error: float
    source: str
    grade: str
    held_back: bool


def targets_yaml(path: Path, mapping: str) -> tuple[bytes, dict[str, TargetEntry]]:
    """Return the targets of a published table, such as Helsedirektoratet's answer times.

    Args:
        path: The published table.
        mapping: Path of the mapping: which row and column is which indicator.

    Returns:
        The targets as YAML in UTF-8 for a calibration's `extends:`, and the same by name.

    Raises:
        InputError: With every figure that no row has, several rows have, or that is no number.
    """
    loaded = load_figure_mapping(mapping)
    known = indicator_directions()
    problems = [
        loaded.problem(
            f"figures.{name}.indicator",
            message("experiments.indicator.near", near=did_you_mean(it, known)),
        )
        for name, figure in loaded.value.figures.items()
        if (it := figure.indicator) not in known
    ]
    if problems:
        raise InputError(problems)
    mapping_values = loaded.value
    wanted = {name.casefold() for name in mapping_values.columns()}
    rows = read_delimited_table(
        path,
        lambda cells: len(wanted & {cell.casefold() for cell in cells}) > len(wanted) / 2,
        mapping_values.encoding,
    )
    targets: dict[str, TargetEntry] = {}
    for name, figure in mapping_values.figures.items():
        try:
            targets[name] = _target_of_figure(rows, mapping_values, figure)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return config_yaml({"targets": targets}, head=HEAD.format(file=path.name)), targets


def _target_of_figure(
    rows: DelimitedTable, mapping: FigureMapping, figure: MappedFigure
) -> TargetEntry:
    """Return one target with its value, its width and where it comes from.

    The width is a tolerance as the mapping has it, else the standard error of a share of so many
    cases.

    Raises:
        InputError: No row, or several, is the figure's; a cell that is no number; a standard error
            of what is no share, or of no cases.
    """
    line, cells = _row_of_figure(rows, figure)
    value = _number_of_figure(rows, line, cells, figure.column) * figure.times
    where = ", ".join(figure.where.values())
    target: TargetEntry = {} if figure.title is None else {"title": figure.title.model_dump()}
    target |= {"indicator": figure.indicator, "group_by": figure.group_by, "group": figure.group}
    target["value"] = _six_digits(value)
    if figure.counted is None:
        assert figure.tolerance is not None
        target["tolerance"] = figure.tolerance
    else:
        cases = _number_of_figure(rows, line, cells, figure.counted)
        if not 0 < value < 1 or cases <= 0:
            no_error = message("files.figures.no_error")
            what = message("files.figures.write_tolerance", what=no_error)
            raise InputError([rows.problem(line, figure.counted, what)])
        target["standard_error"] = _six_digits((value * (1 - value) / cases) ** 0.5)
    target["source"] = f"{mapping.source}: {where}; {figure.column} (line {line})"
    target["grade"] = "A"
    if figure.held_back:
        target["held_back"] = True
    return target


def _row_of_figure(rows: DelimitedTable, figure: MappedFigure) -> tuple[int, tuple[str, ...]]:
    """Return the one row that has the words."""
    words = [(rows.place(column), word) for column, word in figure.where.items()]
    matches = [row for row in rows.rows if all(row[1][place] == word for place, word in words)]
    if len(matches) == 1:
        return matches[0]
    condition = ", ".join(f"{column} = {word}" for column, word in figure.where.items())
    what = message("files.figures.rows", n_found=len(matches), told=condition)
    raise InputError([rows.problem(matches[1][0] if matches else 0, "", what)])


def _number_of_figure(
    rows: DelimitedTable, line: int, cells: tuple[str, ...], column: str
) -> float:
    """Return the number in a cell. Raises InputError for what is none."""
    cell = cells[rows.place(column)]
    number = parse_number(cell)
    if number is None:
        what = message("files.figures.no_number", cell=cell[:40])
        raise InputError([rows.problem(line, column, what)])
    return number


def _six_digits(value: float) -> float:
    """Return a value with six significant digits, as YAML shall have it."""
    return float(f"{value:.6g}")
