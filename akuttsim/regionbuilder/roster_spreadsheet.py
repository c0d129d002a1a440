"""Import a roster spreadsheet as the operators of a control room: day, from, to, number on duty."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from pydantic import ValidationError

from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.config.variant_writer import config_yaml
from akuttsim.errors import InputError, Problem, quote_value
from akuttsim.tables import TableRules, date_of_cell, open_table, parse_number
from akuttsim.texts import joined_texts, message, said_by

ROSTER_RULES = TableRules(
    most_bytes=200_000_000,
    most_rows=2_000,
    most_columns=50,
    words={
        "missing": "files.roster.missing",
        "not_a_file": "files.roster.missing",
        "too_large": "files.roster.too_large",
        "rows": "files.roster.rows",
    },
)

HEADS = {
    "days": ("day", "days", "dag", "dager", "ukedag"),
    "from": ("from", "fra", "start"),
    "to": ("to", "til", "end", "slutt"),
    "on_duty": ("on duty", "on_duty", "number", "number on duty", "antall", "antall på vakt"),
}
DAYS = {
    "daglig": "daily", "alle": "daily", "alle dager": "daily", "every day": "daily",
    "hverdag": "weekdays", "hverdager": "weekdays", "man-fre": "weekdays", "mon-fri": "weekdays",
    "helg": "weekends", "helger": "weekends", "helligdager": "holidays",
    "mandag": "mon", "tirsdag": "tue", "onsdag": "wed", "torsdag": "thu",
    "fredag": "fri", "lørdag": "sat", "søndag": "sun",
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu",
    "friday": "fri", "saturday": "sat", "sunday": "sun",
}  # fmt: skip
"""Words for days beside those of a config."""

_WITH_SECONDS = re.compile(r"\d{1,2}:\d\d:00")

SheetCells = Sequence[object]


class StaffingEntry(TypedDict):
    """A shift of a control room's operators, as a config writes it.

    Attributes:
        days: Days of the week, a word such as `weekdays`, or a date as 2026-12-24.
        hours: From and to, as 07:30-15:00; local time.
        on_duty: How many are on duty.
        grade: How sure the number is.
        source: The file and its row.
    """

    days: str
    hours: str
    on_duty: int
    grade: str
    source: str


def operators_yaml(path: Path, sheet: str | None = None) -> tuple[bytes, dict[str, StaffingEntry]]:
    """Read a roster as the operators of a control room.

    One row a shift: days, from, to, number on duty, under a heading in Norwegian or English; other
    columns are ignored, as are rows without any of the four.

    Args:
        path: A workbook (.xlsx) or a CSV file.
        sheet: The sheet of a workbook; None for the first.

    Returns:
        The part `operators:` of a control room as YAML in UTF-8, and its shifts by name.

    Raises:
        InputError: With every row that is wrong, or one line for a file that cannot be read.
    """
    table = open_table(path, str(path), ROSTER_RULES, sheet=sheet)
    rows = table.cell_rows(table.heading_delimiter())
    number, heading = next(rows, (1, ()))
    columns = _heading_columns(path, number, heading)
    operators: dict[str, StaffingEntry] = {}
    problems: list[Problem] = []
    for number, cells in rows:
        picked = {name: cells[k] if k < len(cells) else None for name, k in columns.items()}
        if all(cell in (None, "") for cell in picked.values()):
            continue
        try:
            name, content = _staffing_of_row(path, number, picked)
            if name in operators:
                problems.append(
                    _row_problem(path, number, message("files.roster.twice", name=name))
                )
            operators[name] = content
        except ValidationError as error:  # of a schema: the first with its key, on one line
            first = error.errors()[0]
            what = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            problems.append(_row_problem(path, number, what))
        except ValueError as error:
            problems.append(_row_problem(path, number, said_by(error)))
    if not operators and not problems:
        problems.append(_row_problem(path, 0, message("files.roster.no_row")))
    if problems:
        raise InputError(problems)
    head = (
        f"# Written by akuttsim import roster from {path.name}: the operators of a control room.\n"
    )
    return config_yaml({"operators": operators}, head=head), operators


def _row_problem(path: Path, row: int, what: str) -> Problem:
    return Problem(str(path), row, "", what)


def _heading_columns(path: Path, row: int, heading: SheetCells) -> dict[str, int]:
    """Return the position of each column by our name. Raises InputError where one is missing."""
    words = [str(cell or "").strip().casefold() for cell in heading]
    columns, problems = {}, []
    for name, known in HEADS.items():
        places = [k for k, word in enumerate(words) if word in known]
        if len(places) == 1:
            columns[name] = places[0]
        else:
            how = "files.roster.two_headed" if places else "files.roster.none_headed"
            words_known = joined_texts(known, message("commands.conjunction.or"))
            problems.append(_row_problem(path, row, message(how, known=words_known)))
    if problems:
        raise InputError(problems)
    return columns


def _staffing_of_row(path: Path, row: int, cells: dict[str, object]) -> tuple[str, StaffingEntry]:
    """Return the name and content of a shift. Raises ValueError with what is wrong.

    Days are a word of a config, or a date as 2026-12-24.
    """
    for name, cell in cells.items():
        if isinstance(cell, str) and cell.startswith("="):
            raise ValueError(message("files.roster.formula", name=name))
    date, word = date_of_cell(cells["days"]), str(cells["days"] or "").strip().casefold()
    days = DAYS.get(word, word) if date is None else date.isoformat()
    hours = _hours_of_shift(cells["from"], cells["to"])
    content: StaffingEntry = {
        "days": days,
        "hours": hours,
        "on_duty": _number_on_duty(cells["on_duty"]),
        "grade": "A",
        "source": f"Roster {path.name}, row {row}",
    }
    OperatorStaffing.model_validate(content)
    name = f"{days}-{hours}".replace(":", "").replace(" ", "-").lower()
    return name, content


DAY_MIN = 24 * 60
_EXCEL_DAY_0 = datetime.datetime(1899, 12, 31)
"""Times without a date count from here in a workbook: 25:00 is one o'clock of the day after."""


def _hours_of_shift(start_cell: object, end_cell: object) -> str:
    """Return the hours of a shift as HH:MM-HH:MM; an end before the start is on the next day.

    Raises:
        ValueError: What is no time of day, and a shift of more than 24 hours.
    """
    is_fraction = any(_is_part_of_day(cell) for cell in (start_cell, end_cell))
    start, end = (_minute_of_cell(cell, is_fraction) for cell in (start_cell, end_cell))
    long_min = end - start
    if _is_dated(start_cell) and _is_dated(end_cell):
        assert isinstance(start_cell, datetime.datetime)
        assert isinstance(end_cell, datetime.datetime)
        long_min = round((end_cell - start_cell).total_seconds() / 60)
        if long_min <= 0:
            raise ValueError(message("files.roster.ends_before", cell=quote_value(end_cell)))
    if long_min > DAY_MIN:
        raise ValueError(message("files.roster.too_long", hours=long_min / 60))
    if start > DAY_MIN:
        raise ValueError(message("files.roster.no_time", cell=quote_value(start_cell)))
    end = end if end <= DAY_MIN else end - DAY_MIN
    return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (start, end))


def _is_part_of_day(cell: object) -> bool:
    """Tell whether a cell is a part of a day that is no whole number, as 0.25 for six o'clock."""
    return isinstance(cell, float) and 0 < cell < 1


def _is_dated(cell: object) -> bool:
    """Tell whether a cell has a date too, and not only a time of day."""
    return isinstance(cell, datetime.datetime) and cell.year > _EXCEL_DAY_0.year + 1


def _minute_of_cell(cell: object, is_fraction: bool) -> int:
    """Return a time as minutes after midnight: from a time, a number, or text such as 7:30.

    Args:
        cell: The cell. A whole number is an hour.
        is_fraction: The row has parts of days, of which 1 is the whole day.

    Raises:
        ValueError: What is no time of day.
    """
    match cell:
        case datetime.datetime() if not _is_dated(cell):
            return round((cell - _EXCEL_DAY_0).total_seconds() / 60)
        case datetime.datetime() | datetime.time():
            return cell.hour * 60 + cell.minute
        case datetime.timedelta():
            return round(cell.total_seconds() / 60)
        case int() | float() if not isinstance(cell, bool):
            if 0 <= cell <= 1 and (is_fraction or cell != int(cell)):
                return round(cell * DAY_MIN)
            if cell != int(cell):
                raise ValueError(message("files.roster.no_time", cell=quote_value(cell)))
            return int(cell) * 60
    return _minute_of_text(cell)


def _minute_of_text(cell: object) -> int:
    """Return the minutes after midnight of a text as 7:30, 07.30 or 7. Raises ValueError."""
    text = str(cell or "").strip().replace(".", ":")
    hour, sign, minutes = (text[:-3] if _WITH_SECONDS.fullmatch(text) else text).partition(":")
    is_time = hour.isdecimal() and len(hour) <= 2 and (not sign or _MINUTES.fullmatch(minutes))
    if not is_time:
        raise ValueError(message("files.roster.no_time", cell=quote_value(cell)))
    return int(hour) * 60 + int(minutes or 0)


_MINUTES = re.compile(r"[0-5]?\d")


def _number_on_duty(cell: object) -> int:
    """Return how many are on duty. Raises ValueError for what is no whole number."""
    if isinstance(cell, str):  # a CSV file has nothing but text
        number = parse_number(cell)
        cell = cell if number is None else number
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell != int(cell):
        raise ValueError(message("files.roster.no_count", cell=quote_value(cell)))
    return int(cell)
