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
                below = lines[at + 1 :]
                ends = (
                    k for k, (_, row) in enumerate(below) if len(row) < width or any(row[width:])
                )
                rows = tuple((line, row[:width]) for line, row in below[: next(ends, None)])
                return DelimitedTable(str(path), heading, rows, title)
    raise unusable_file(str(path), message("files.columns.no_heading"))


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
    """The people of municipalities in one year.

    Attributes:
        year: As the export writes it.
        municipalities: People by age, in the order of `AGE_GROUPS`, by number and name.
    """

    year: str
    municipalities: dict[tuple[str, str], list[int]]


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
    problems: list[Problem] = []
    people: dict[tuple[str, str], list[int]] = {}
    for line, cells in year_rows:
        try:
            _people_in_cell(rows, (line, cells), value, people)
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
        both = [row for row in year_rows if row[1][place].casefold() in BOTH]
        year_rows = both or year_rows
    age = rows.place(_column_among(rows.heading, AGE) or "")
    return [row for row in year_rows if row[1][age].casefold() not in ALL_AGES]


def _people_in_cell(
    rows: DelimitedTable,
    row: tuple[int, tuple[str, ...]],
    value: int,
    people_by_municipality: dict[tuple[str, str], list[int]],
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
        what = message("files.population.no_number", cells=cells[value])
        raise InputError([rows.problem(line, "people", what)])
    ages = people_by_municipality.setdefault(
        (coded[1], coded[2].split(" - ")[0].strip()), [0] * len(AGE_GROUPS)
    )
    ages[group] += int(people)


def municipality_people_table(people: MunicipalPopulation) -> pd.DataFrame:
    """Return a region's table of municipalities, largest settlements left to fill in.

    Statistics Norway publishes those elsewhere (table 05212).
    """
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
