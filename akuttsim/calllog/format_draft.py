"""Drafts the format of a call log from the headings and cells of an export."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from akuttsim.calllog.log_table import LOG_RULES
from akuttsim.calllog.log_words import place_words
from akuttsim.calllog.privacy import PLAIN_LETTERS, Privacy
from akuttsim.calllog.times import looks_like_length, unit_of_heading
from akuttsim.calllog.vocabulary import columns_of_heading, meanings_of_words
from akuttsim.config.schema.log_format import CODED, DURATIONS, POSITION, STAGES
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.errors import InputError, Problem
from akuttsim.tables import parse_number, read_rows
from akuttsim.texts import message

LOOKED_AT = 20_000
"""So many rows are looked at; a year of a small room."""

DATES = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%m/%d/%Y", "%m-%d-%Y")
PATTERNS = tuple(
    f"{day} {clock}"
    for day in DATES
    for clock in ("%H:%M:%S", "%H:%M", "%H.%M.%S", "%H.%M", "%I:%M:%S %p", "%I:%M %p")
)
"""Ways to write a date and a time, a day before a month first."""

CLOCKS = ("%H:%M:%S", "%H:%M")
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
UTM_33 = "EPSG:25833"
"""The projection of most Norwegian positions in metres."""

MOSTLY = 0.9
KINDS, OF_ALL = 20, 0.01
"""A column of no more different words, each of such a share of the rows, has kinds of something;
others may hold names, and their words are not repeated."""


@dataclass
class FormatDraft:
    """A format as far as an export tells it.

    Attributes:
        content: The format, ready to be written as YAML.
        unread: Headings of columns that nobody knows.
        persons: How many columns look like persons; they are not read.
        strange: By our column, words of the user's that nobody knows.
    """

    content: ConfigContent
    unread: list[str] = field(default_factory=list)
    persons: int = 0
    strange: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _ExportColumn:
    """A column of an export: heading, cells that are filled, and how they are written."""

    heading: str
    cells: Sequence[str]
    rows: int

    def is_written(self, pattern: str) -> bool:
        """Tell whether most cells, of the first few hundred, are times of a pattern."""
        some = self.cells[:300]
        return bool(some) and sum(_fits(cell, pattern) for cell in some) >= MOSTLY * len(some)

    @property
    def is_length(self) -> bool:
        """Tell whether most cells are numbers, or minutes and seconds."""
        some = self.cells[:300]
        return bool(some) and sum(map(looks_like_length, some)) >= MOSTLY * len(some)

    @property
    def words(self) -> dict[str, int]:
        """Return its different cells, with how many rows have each."""
        return Counter(self.cells)


def _fits(cell: str, pattern: str) -> bool:
    if pattern == "iso":
        return ISO.fullmatch(cell) is not None
    try:
        datetime.strptime(cell, pattern)
    except ValueError:
        return False
    return True


def draft_format(path: Path, region: Region | None = None) -> FormatDraft:
    """Return a format for an export, from its headings and cells.

    Args:
        path: CSV or a workbook, as `read_log` takes it.
        region: Whose places its words may be; None to leave them.

    Raises:
        InputError: A file that cannot be read, or without a column of times.
    """
    columns, persons = _read_export(path, region)
    times, date = _time_pattern(columns)
    draft = FormatDraft({"log": _slug(path.stem), "title": path.stem}, persons=persons)
    content = draft.content
    has_utc = any("utc" in column.heading.casefold() for column in columns)
    content["time_zone"] = "UTC" if has_utc else "Europe/Oslo"
    content["times"] = times
    if date is not None:
        content["date"] = {"column": date[0].heading, "written": date[1]}
    chosen = _choose_columns(columns, times, date)
    if "time" not in chosen:
        raise InputError([Problem(str(path), 1, "", message("logs.no_time_column"))])
    content["columns"] = {name: chosen[name].heading for name in _our_order(chosen)}
    _add_words(draft, chosen, region)
    used = {column.heading for column in chosen.values()} | ({date[0].heading} if date else set())
    draft.unread = [column.heading for column in columns if column.heading not in used]
    return draft


def _read_export(path: Path, region: Region | None) -> tuple[list[_ExportColumn], int]:
    """Return the columns of an export that look like nobody, and how many others there are."""
    rows = read_rows(path, str(path), LOG_RULES)
    heading = [name.strip() for name in next(rows)[1]]
    privacy = Privacy(heading, frozenset(place_words(region)))
    cells: list[list[str]] = [[] for _ in heading]
    count = 0
    for count, (_, row) in enumerate(rows, 1):
        if count > LOOKED_AT:
            break
        privacy.look_at_row(row)
        for mine, cell in zip(cells, row, strict=False):
            if cell.strip():
                mine.append(cell.strip())
    persons = privacy.person_columns()
    columns = [
        _ExportColumn(name, cells[k], count)
        for k, name in enumerate(heading)
        if name and k not in persons and heading.count(name) == 1
    ]
    return columns, len(persons)


def _time_pattern(
    columns: Sequence[_ExportColumn],
) -> tuple[str, tuple[_ExportColumn, str] | None]:
    """Return how most columns of times are written, and the column of dates where there is one."""
    counts = {
        pattern: sum(column.is_written(pattern) for column in columns)
        for pattern in ("iso", *PATTERNS)
    }
    most = max(counts.values())
    if most:
        likely = [pattern for pattern in counts if counts[pattern] == most]
        return min(likely, key=lambda pattern: _days_spanned(columns, pattern)), None
    for column in columns:
        for written in DATES:
            if column.is_written(written):
                clock = max(CLOCKS, key=lambda each: sum(c.is_written(each) for c in columns))
                return clock, (column, written)
    return "iso", None


def _days_spanned(columns: Sequence[_ExportColumn], pattern: str) -> int:
    """Return how many days lie between cells that follow each other: few in the right order.

    With month and day swapped a week of calls is spread over a year.
    """
    if pattern == "iso":
        return 0
    cells = next(column.cells for column in columns if column.is_written(pattern))
    days = [datetime.strptime(c, pattern).toordinal() for c in cells if _fits(c, pattern)]
    return sum(abs(b - a) for a, b in pairwise(days))


def _choose_columns(
    columns: Sequence[_ExportColumn], times: str, date: tuple[_ExportColumn, str] | None
) -> dict[str, _ExportColumn]:
    """Return which column is which of ours: by how its cells are written, then by its heading."""
    chosen: dict[str, _ExportColumn] = {}
    unnamed = []
    for column in columns:
        if date is not None and column is date[0]:
            continue
        able = _possible_names(column, times)
        named = [name for name in columns_of_heading(column.heading) if name in able]
        free = [name for name in named if name not in chosen]
        if free:
            chosen[free[0]] = column
        elif column.is_written(times):
            unnamed.append(column)
        else:
            _choose_by_words(column, chosen)
    if "time" not in chosen and unnamed:
        chosen["time"] = unnamed[0]
    if set(POSITION) & set(chosen) != set(POSITION):
        chosen = {name: column for name, column in chosen.items() if name not in POSITION}
    return chosen


def _possible_names(column: _ExportColumn, times: str) -> tuple[str, ...]:
    """Return which of our columns a column may be by how its cells are written."""
    if not column.cells:
        return ()
    if column.is_written(times):
        return ("time", *STAGES)
    if all(parse_number(cell) is not None for cell in column.cells[:300]):
        return (*DURATIONS, *POSITION, "call", "number", "place", "unit", *_known_codes(column))
    if column.is_length:
        return tuple(DURATIONS)
    return ("call", "place", "unit", "operator", "destination", *_known_codes(column))


def _known_codes(column: _ExportColumn) -> tuple[str, ...]:
    """Return the coded columns of which most cells are known words."""
    names = ("urgency", "outcome", "number", "sent", "destination")
    return tuple(name for name in names if _known_share(name, column) >= 0.5)


def _known_share(name: str, column: _ExportColumn) -> float:
    counts = column.words
    known = {w for words in meanings_of_words(name, counts).values() for w in words}
    return sum(counts[word] for word in known) / max(1, len(column.cells))


def _choose_by_words(column: _ExportColumn, chosen: dict[str, _ExportColumn]) -> None:
    """Take a column without a known heading for what nearly all of its words say, letters only."""
    if all(parse_number(cell) is not None for cell in column.cells):
        return
    for name in ("urgency", "outcome", "number"):
        if name not in chosen and _known_share(name, column) >= MOSTLY:
            chosen[name] = column
            return


def _our_order(chosen: dict[str, _ExportColumn]) -> list[str]:
    order = ("time", "call", *CODED, *STAGES, "unit", "operator", *POSITION, *DURATIONS)
    return [name for name in order if name in chosen]


def _add_words(draft: FormatDraft, chosen: dict[str, _ExportColumn], region: Region | None) -> None:
    """Add the meanings of words, units, and the words that nobody knows."""
    values: ConfigContent = {}
    for name in [each for each in CODED if each in chosen]:
        counts = chosen[name].words
        meanings = meanings_of_words(name, counts)
        theirs = {ours: [w for w in words if w != ours] for ours, words in meanings.items()}
        theirs = {ours: words for ours, words in theirs.items() if words}
        if theirs:
            values[name] = theirs
        known = {word for words in meanings.values() for word in words}
        known |= set(place_words(region)) if name == "place" else set()
        folded = {word.casefold() for word in known}
        strange = [word for word in counts if word.casefold() not in folded]
        if len(counts) <= KINDS and (name != "place" or region is not None):
            enough = OF_ALL * chosen[name].rows
            draft.strange[name] = sorted(w for w in strange if counts[w] >= enough)
    if values:
        draft.content["values"] = values
    if "lat" in chosen and any((parse_number(c) or 0) > 90 for c in chosen["lat"].cells[:300]):
        draft.content["coordinates"] = UTM_33
    plain = [name for name in DURATIONS if name in chosen and not _tells_unit(chosen[name])]
    if plain:
        draft.content["units"] = dict.fromkeys(plain, "s")


def _tells_unit(column: _ExportColumn) -> bool:
    """Tell whether the heading has the unit, or the cells are clocks."""
    some = column.cells[:300]
    return unit_of_heading(column.heading) is not None or not any(map(_is_number, some))


def _is_number(cell: str) -> bool:
    return parse_number(cell) is not None


def _slug(name: str) -> str:
    """Return a file's name as the name of a format."""
    plain = name.casefold().translate(PLAIN_LETTERS)
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug if slug[:1].isalpha() else f"log-{slug}".rstrip("-")
