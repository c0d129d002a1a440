"""Import a roster spreadsheet as the operators of a control room: day, from, to, number on duty."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from pydantic import ValidationError

from akuttsim.config.loader import load_organisation
from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.config.variant_writer import (
    ProposedVariant,
    config_reference,
    config_yaml,
    titled,
)
from akuttsim.errors import InputError, Problem, did_you_mean, option_error, quote_value
from akuttsim.regionbuilder.places_and_facilities import identifier_of
from akuttsim.tables import CellRow, TableRules, date_of_cell, open_table, parse_number
from akuttsim.texts import LANGUAGES, in_words, joined_texts, message, said_by

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
    "days": ("day", "days", "dag", "dager", "ukedag", "ukedager"),
    "from": ("from", "fra", "start"),
    "to": ("to", "til", "end", "slutt"),
    "on_duty": (
        "on duty", "on_duty", "number", "number on duty", "antall", "antall på vakt", "bemanning",
    ),
}  # fmt: skip
HOURS_HEADS = ("tid", "klokkeslett", "vakt", "vakttid", "tidsrom", "fra-til", "hours", "time")
"""Heads of one column with both times, as 08:00-15:30, where there is none of from and to."""

HEADING_ROWS = 20
"""So far down the heading is looked for: titles may stand above it."""

_ONE_DAY = (
    ("mon", "man", "mandag", "mandager", "monday"),
    ("tue", "tir", "tirs", "tirsdag", "tirsdager", "tuesday"),
    ("wed", "ons", "onsdag", "onsdager", "wednesday"),
    ("thu", "tor", "tors", "torsdag", "torsdager", "thursday"),
    ("fri", "fre", "fredag", "fredager", "friday"),
    ("sat", "lør", "lørdag", "lørdager", "saturday"),
    ("sun", "søn", "søndag", "søndager", "sunday"),
)
"""The word of a config for each day of the week, and other words for it."""

WEEKDAY_NUMBERS = {word: k for k, words in enumerate(_ONE_DAY) for word in words}
SEVERAL_DAYS = {
    "daily": range(7), "daglig": range(7), "alle": range(7), "alle dager": range(7),
    "hver dag": range(7), "every day": range(7),
    "weekdays": range(5), "hverdag": range(5), "hverdager": range(5), "ukedager": range(5),
    "virkedager": range(5),
    "weekends": range(5, 7), "weekend": range(5, 7), "helg": range(5, 7), "helger": range(5, 7),
    "helgen": range(5, 7),
}  # fmt: skip
"""Words for several days of the week, as numbers from Monday, 0."""

HOLIDAY_WORDS = ("holidays", "helligdag", "helligdager")
WHOLE_SETS = {tuple(range(7)): "daily", tuple(range(5)): "weekdays", (5, 6): "weekends"}

_POINT = re.compile(r"\.(?=[\s,;/-]|$)")
_BETWEEN_DAYS = re.compile(r"\s*(?:[,;/+&]|\bog\b|\band\b)\s*|\s+")
_TO_DAY = re.compile(r"\s*(?:[-–—]|\btil\b|\bto\b)\s*")

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

    One row a shift: days, from, to (or both times in one column), number on duty, under a heading
    in Norwegian or English, which may have titles above it; other columns are ignored, as are rows
    without any of these.

    Args:
        path: A workbook (.xlsx) or a CSV file.
        sheet: The sheet of a workbook; None for the first.

    Returns:
        The part `operators:` of a control room as YAML in UTF-8, and its shifts by name.

    Raises:
        InputError: With every row that is wrong, or one line for a file that cannot be read.
    """
    rows, columns = _rows_below_heading(path, sheet)
    operators: dict[str, StaffingEntry] = {}
    problems: list[Problem] = []
    for number, cells in rows:
        picked: dict[str, object] = {
            name: cells[k] if k < len(cells) else None for name, k in columns.items()
        }
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
            cause = first.get("ctx", {}).get("error")
            what = (
                f"{'.'.join(map(str, first['loc']))}: {said_by(cause) if cause else first['msg']}"
            )
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


def roster_variant(
    path: Path, operators: Mapping[str, StaffingEntry], room: str, extends: str, out: Path
) -> bytes:
    """Return a variant of an organisation in which a room has the roster of a file, as YAML.

    Args:
        path: The file of the roster.
        operators: Its shifts, as `operators_yaml` returns them.
        room: The control room, which keeps nothing of its own roster or of another room's.
        extends: The organisation: a shipped name or a path.
        out: Where the variant will lie, which also names it.

    Raises:
        InputError: There is no such organisation, or it has no such room.
    """
    base = load_organisation(extends).value
    rooms = base.control_rooms
    if room not in rooms:
        near = did_you_mean(room, rooms) or message("configs.keys.one_of", known=", ".join(rooms))
        raise option_error("--room", message("configs.names.no_room", name=room, near=near))
    old = [
        f"control_rooms.{room}.{key}"
        for key in ("operators", "operators_of", "keeps_free")
        if getattr(rooms[room], key)
    ]
    title = rooms[room].title.model_dump()

    def in_both(key: str) -> dict[str, str]:
        return {
            lang: in_words(message(key, file=path.name, room=title[lang]), lang)
            for lang in LANGUAGES
        }

    variant = ProposedVariant(
        config_reference("organisation", extends, out.parent),
        {"organisation": identifier_of(out.stem)},
        titled(base.title, **in_both("files.roster.variant_title")),
        "own-roster",
        in_both("files.roster.variant_why"),
        {"control_rooms": {room: {"operators": dict(operators)}}},
        old,
    )
    return config_yaml(variant.as_config(), kind="organisation")


def _row_problem(path: Path, row: int, what: str) -> Problem:
    return Problem(str(path), row, "", what)


def _rows_below_heading(path: Path, sheet: str | None) -> tuple[list[CellRow], dict[str, int]]:
    """Return the rows below the heading, and the position of each column by our name.

    Titles may stand above the heading. Raises InputError, of the row most like one, where none is.
    """
    table = open_table(path, str(path), ROSTER_RULES, sheet=sheet)
    likeliest: tuple[int, int, SheetCells] = (0, 1, ())
    for delimiter in dict.fromkeys((table.heading_delimiter(), *table.delimiters())):
        rows = list(table.cell_rows(delimiter))
        for k, (number, cells) in enumerate(rows[:HEADING_ROWS]):
            found = {name: _columns_headed(cells, name) for name in _heads_of(cells)}
            if all(len(places) == 1 for places in found.values()):
                return rows[k + 1 :], {name: places[0] for name, places in found.items()}
            headed = sum(map(bool, found.values()))
            if headed > likeliest[0] or not likeliest[2]:
                likeliest = (headed, number, cells)
    raise _heading_error(path, *likeliest[1:])


def _heads_of(heading: SheetCells) -> dict[str, tuple[str, ...]]:
    """Return the words for each column: one of both times stands for from and to."""
    words = {name: known for name, known in HEADS.items() if name not in ("from", "to")}
    has_times = any(_columns_headed(heading, name) for name in ("from", "to"))
    if has_times or not _columns_headed(heading, "hours"):
        return HEADS
    return {**words, "hours": HOURS_HEADS}


def _columns_headed(heading: SheetCells, name: str) -> list[int]:
    """Return where a column of a name stands; `kl.` and other points do not count."""
    words = [str(cell or "").casefold().replace(".", " ") for cell in heading]
    words = [" ".join(word.removesuffix(" kl ").removesuffix(" kl").split()) for word in words]
    known = HEADS.get(name, HOURS_HEADS)
    return [k for k, word in enumerate(words) if word in known]


def _heading_error(path: Path, row: int, heading: SheetCells) -> InputError:
    """Return what a heading lacks, or has twice."""
    problems = []
    for name, known in _heads_of(heading).items():
        places = _columns_headed(heading, name)
        if len(places) != 1:
            how = "files.roster.two_headed" if places else "files.roster.none_headed"
            words_known = joined_texts(known, message("commands.conjunction.or"))
            problems.append(_row_problem(path, row, message(how, known=words_known)))
    return InputError(problems)


def _staffing_of_row(path: Path, row: int, cells: dict[str, object]) -> tuple[str, StaffingEntry]:
    """Return the name and content of a shift. Raises ValueError with what is wrong.

    Days are a word of a config, or a date as 2026-12-24.
    """
    for name, cell in cells.items():
        if isinstance(cell, str) and cell.startswith("="):
            raise ValueError(message("files.roster.formula", name=name))
    date = date_of_cell(cells["days"])
    days = _days_of_text(cells["days"]) if date is None else date.isoformat()
    hours = _hours_of_shift(*_times_of_row(cells))
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


def _days_of_text(cell: object) -> str:
    """Return the days of a config for words as `Mandag-fredag` or `lør, søn`. Raises ValueError."""
    text = _POINT.sub("", " ".join(str(cell or "").casefold().split()))
    joined = _TO_DAY.sub("-", text)
    days: set[int] = set()
    others: list[str] = []
    for part in [joined] if joined in SEVERAL_DAYS else _BETWEEN_DAYS.split(joined):
        first, _, last = part.partition("-")
        date = date_of_cell(part)
        if part in SEVERAL_DAYS:
            days.update(SEVERAL_DAYS[part])
        elif first in WEEKDAY_NUMBERS and (last or first) in WEEKDAY_NUMBERS:
            start, end = WEEKDAY_NUMBERS[first], WEEKDAY_NUMBERS[last or first]
            days.update((start + k) % 7 for k in range((end - start) % 7 + 1))
        elif part in HOLIDAY_WORDS or date is not None:
            others.append("holidays" if date is None else date.isoformat())
        else:
            raise ValueError(message("files.roster.no_days", cell=quote_value(cell)))
    return _days_in_config(tuple(sorted(days)), others)


def _days_in_config(days: tuple[int, ...], others: Sequence[str]) -> str:
    """Return days of the week, with holidays and dates, as a config writes them."""
    whole = WHOLE_SETS.get(days)
    words = [whole] if whole else [_ONE_DAY[day][0] for day in days]
    has_holidays = whole in ("daily", "weekends")
    added = [word for word in others if not (word == "holidays" and has_holidays)]
    return " ".join(dict.fromkeys([*words, *added]))


def _times_of_row(cells: Mapping[str, object]) -> tuple[object, object]:
    """Return from and to of a row: two cells, or the two times of one. Raises ValueError."""
    if "hours" not in cells:
        return cells["from"], cells["to"]
    times = _TO_DAY.split(str(cells["hours"] or "").strip().casefold())
    if len(times) != 2:
        raise ValueError(message("files.roster.no_hours", cell=quote_value(cells["hours"])))
    return times[0], times[1]


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
    """Return the minutes after midnight of a text as 7:30, 07.30, 7,30, 0730 or 7.

    Raises ValueError for what is no time of day.
    """
    found = _TIME.fullmatch(str(cell or "").strip().casefold().removeprefix("kl").strip(" ."))
    if found is None:
        raise ValueError(message("files.roster.no_time", cell=quote_value(cell)))
    return int(found["hour"]) * 60 + int(found["minutes"] or 0)


_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.,]?(?P<minutes>[0-5][0-9])(?:[:.]00)?)?")
"""Both minutes are written: 7,5 may be half past seven, or five past."""


def _number_on_duty(cell: object) -> int:
    """Return how many are on duty. Raises ValueError for what is no whole number."""
    if isinstance(cell, str):  # a CSV file has nothing but text
        number = parse_number(cell)
        cell = cell if number is None else number
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell != int(cell):
        raise ValueError(message("files.roster.no_count", cell=quote_value(cell)))
    if cell < 1:
        raise ValueError(message("files.roster.nobody", cell=quote_value(cell)))
    return int(cell)
