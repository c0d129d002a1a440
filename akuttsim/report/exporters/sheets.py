"""How sheets are made, and the sheets by municipality, hour, week and role."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby

from akuttsim.indicators.registry import listed_indicators
from akuttsim.report.context import Estimate, Words
from akuttsim.report.document import Amount, SheetCell, SheetColumn, WorkbookSheet
from akuttsim.report.municipality_data import MEASURED
from akuttsim.report.sentences import FOR_WHOM
from akuttsim.texts import KRONER

LONGEST_TITLE = 31
"""Letters that a spreadsheet allows in the name of a sheet."""

_WIDTHS = {
    **dict.fromkeys(("mean", "low", "high", "limit", "from", "to", "more"), 12),
    **dict.fromkeys(("hour", "grade", "replication", "runs", "lang"), 9),
    **dict.fromkeys(("unit", "group_by", "weekday", "direction", "factor"), 16),
    **dict.fromkeys(("verdict", "group", "municipality", "against", "of", "case", "sheet"), 24),
    **dict.fromkeys(("model", "key", "fact", "value_in_words", "value_key"), 32),
    **dict.fromkeys(("indicator", "column", "input"), 44),
    **dict.fromkeys(("source", "meaning", "definition", "why", "contents"), 90),
}
_WIDTH = 20


def sheet_column(words: Words, key: str) -> SheetColumn:
    """Return a column by its key in the catalogue: heading, what it means, and its width.

    Args:
        words: Results in one language.
        key: The column's key below `sheets.head` and `sheets.help`.
    """
    heading, meaning = words.text(f"sheets.head.{key}"), words.text(f"sheets.help.{key}")
    return SheetColumn(heading, meaning, _WIDTHS.get(key, _WIDTH))


def sheet_columns(words: Words, keys: str) -> tuple[SheetColumn, ...]:
    """Return columns by their keys, with blanks between them."""
    return tuple(sheet_column(words, key) for key in keys.split())


def sheet_of(
    words: Words,
    key: str,
    heads: Sequence[SheetColumn],
    rows: Iterable[tuple[SheetCell, ...]],
    frozen: int = 1,
) -> WorkbookSheet:
    """Return a table with its title and what it tells from the catalogue.

    Args:
        words: Results in one language.
        key: Its key below `sheets.title` and `sheets.about`; also the name of its CSV file.
        heads: Its columns.
        rows: Its rows, with a cell a column.
        frozen: How many columns stay in sight when one scrolls.
    """
    title, about = words.text(f"sheets.title.{key}"), words.text(f"sheets.about.{key}")
    return WorkbookSheet(key, title[:LONGEST_TITLE], about, tuple(heads), tuple(rows), frozen)


def sheet_unit_name(words: Words, unit: str, is_change: bool = False) -> str:
    """Return a unit's name without a number; kroner are whole kroner in a sheet, not millions.

    Args:
        words: Results in one language.
        unit: The unit of an indicator.
        is_change: Whether it is of a difference.
    """
    if unit == KRONER:
        return words.text("sheets.kroner")
    return words.numbers.unit_name(unit, is_change).replace("\u00a0", " ")


def interval_cells(
    estimate: Estimate | None, is_change: bool = False
) -> tuple[SheetCell, SheetCell, SheetCell]:
    """Return mean and both ends of the interval as cells, empty where there is none.

    Args:
        estimate: A value or difference with its 95 % interval.
        is_change: Whether it is a difference, whose shares are percentage points.
    """
    if estimate is None or not estimate.is_known:
        return None, None, None
    ends = (estimate.mean, estimate.low, estimate.high)
    mean, low, high = (amount_cell(end, estimate.unit, is_change) for end in ends)
    return mean, low, high


def amount_cell(value: float, unit: str, is_change: bool = False) -> Amount | None:
    """Return an amount, or None where there is no number."""
    return None if math.isnan(value) else Amount(value, unit, is_change)


_TOO_FINE = frozenset({"role_hour", "role_kind", "unit"})
"""Groups of these indicators that are left to the sheet with every number."""

_NAMED_BY_USERS = frozenset({"clinic", "room", "support", "team", "unit"})
"""Groups that users named, in the config files, where each has a title too."""

_WIDE = 14


def kind_of_group(words: Words, group_by: str) -> str:
    """Return what a group is one of, in words; "" for everybody together.

    Args:
        words: Results in one language.
        group_by: What rows are divided by, such as `municipality`.
    """
    return words.text.get(f"sheets.by.{group_by}", group_by.replace("_", " "))


def group_cell(words: Words, group_by: str, group: str) -> str:
    """Return a group's name: a municipality's, a role's, or as the results have it.

    Args:
        words: Results in one language.
        group_by: What rows are divided by.
        group: The group.
    """
    if group_by == "municipality":
        return words.labels.municipality(group)
    if group_by == "all":
        return words.text("figures.whole_region")
    if group_by == "role":
        return words.text.get(f"role.{group}", words.text.get(f"group.{group}", group))
    if group_by in _NAMED_BY_USERS:
        return _named_by_users(words, group)
    named = words.text.get(f"sheets.day.{group}", words.text.get(f"group.{group}", group))
    return words.text.get(f"sheets.group.{group}", named)


def _named_by_users(words: Words, group: str) -> str:
    """Return the title of a clinic, room, vehicle or team; of a team's role, with the role."""
    titles = words.labels.parts
    if group in titles:
        return titles[group]
    role, _, name = group.partition(" ")
    if name not in titles:
        return group
    told = words.text.get(f"role.{role}", words.text.get(f"group.{role}", role))
    return f"{titles[name]} ({told})"


def municipalities_sheet(words: Words) -> WorkbookSheet:
    """Return value and difference from the base, municipality by municipality and model.

    Its columns are what the question is judged by, then what is told of municipalities in any case.

    Args:
        words: Results in one language.
    """
    wanted = dict.fromkeys([*words.chosen.judged_by(), *FOR_WHOM, *MEASURED])
    shown = [name for name in wanted if _has_municipal_value(words, name)]
    heads = list(sheet_columns(words, "municipality model"))
    for indicator in shown:
        heads += _indicator_columns(words, indicator) + _change_columns(words, indicator)
    rows = [
        _municipality_cells(words, name, place, shown)
        for place in words.chosen.municipalities()
        for name in words.chosen.organisations
    ]
    return sheet_of(words, "municipalities", heads, rows, frozen=2)


def _has_municipal_value(words: Words, indicator: str) -> bool:
    """Tell whether any model has a value of an indicator in any municipality."""
    return any(
        key[1:3] == (indicator, "municipality") and level.is_known
        for key, level in words.chosen.levels.items()
    )


def _municipality_cells(
    words: Words, name: str, place: str, shown: Sequence[str]
) -> tuple[SheetCell, ...]:
    cells = (
        cell for indicator in shown for cell in _value_and_change(words, name, indicator, place)
    )
    return (words.labels.municipality(place), words.labels.organisation(name), *cells)


def _value_and_change(words: Words, name: str, indicator: str, place: str) -> tuple[SheetCell, ...]:
    key = (indicator, "municipality", place)
    level = interval_cells(words.chosen.level(name, *key))
    change = words.chosen.change(name, *key)
    if not words.chosen.others:
        return level
    mean, _, _ = interval_cells(change, is_change=True)
    verdict = words.labels.verdict(change) if name != words.chosen.base else None
    return *level, mean, verdict


def _indicator_columns(words: Words, indicator: str) -> list[SheetColumn]:
    """Return the three columns of an indicator, with its unit."""
    label = words.labels.indicator(indicator)
    unit = sheet_unit_name(words, words.chosen.unit(indicator))
    return [_named_column(words, key, f"{label} ({unit})") for key in ("mean", "low", "high")]


def _change_columns(words: Words, indicator: str) -> list[SheetColumn]:
    if not words.chosen.others:
        return []
    label = words.labels.indicator(indicator)
    unit = sheet_unit_name(words, words.chosen.unit(indicator), is_change=True)
    return [
        _named_column(words, "change", f"{label} ({unit})"),
        _named_column(words, "verdict", label),
    ]


def _named_column(words: Words, key: str, label: str) -> SheetColumn:
    plain = sheet_column(words, key)
    return SheetColumn(f"{label}: {plain.heading.lower()}", plain.meaning, _WIDE)


def hours_116117_sheet(words: Words) -> WorkbookSheet:
    """Return how 116117 does by hour of the day: one row for each hour and model.

    Args:
        words: Results in one language.
    """
    indicators = [model for model in _models_with_group(words, "hour") if "116117" in model]
    heads = sheet_columns(words, "hour model")
    rows = _rows_by_group(words, "hour", [f"{hour:02d}" for hour in range(24)], indicators)
    return _wide_sheet(
        words, "hours", heads, [(int(hour), *cells) for hour, cells in rows], indicators
    )


def hours_of_week_sheet(words: Words) -> WorkbookSheet:
    """Return answering, staffing and cover by weekday and hour: 168 rows a model.

    Args:
        words: Results in one language.
    """
    indicators = _models_with_group(words, "hour_of_week")
    hours = dict.fromkeys(
        group
        for indicator in indicators
        for group in words.chosen.groups(indicator, "hour_of_week")
    )
    heads = sheet_columns(words, "weekday hour model")
    rows = [
        (words.text.get(f"sheets.day.{group[:3]}", group[:3]), int(group[-2:]), *cells)
        for group, cells in _rows_by_group(words, "hour_of_week", list(hours), indicators)
    ]
    return _wide_sheet(words, "week", heads, rows, indicators)


def _models_with_group(words: Words, group_by: str) -> list[str]:
    indicators = [key[1] for key in words.chosen.levels if key[2] == group_by]
    return list(dict.fromkeys(indicators))


SheetRow = tuple[str, tuple[SheetCell, ...]]


def _rows_by_group(
    words: Words, group_by: str, groups: Sequence[str], indicators: Sequence[str]
) -> list[SheetRow]:
    """Return the rows of some groups: the group, then the model and its values."""
    rows = []
    for group in groups:
        for name in words.chosen.organisations:
            levels = [
                words.chosen.level(name, indicator, group_by, group) for indicator in indicators
            ]
            cells = (cell for level in levels for cell in interval_cells(level))
            rows.append((group, (words.labels.organisation(name), *cells)))
    return rows


def _wide_sheet(
    words: Words,
    key: str,
    first: Sequence[SheetColumn],
    rows: Sequence[tuple[SheetCell, ...]],
    indicators: Sequence[str],
) -> WorkbookSheet:
    heads = [
        *first,
        *(head for indicator in indicators for head in _indicator_columns(words, indicator)),
    ]
    return sheet_of(words, key, heads, rows if indicators else [], frozen=len(first))


def at_work_sheet(words: Words) -> WorkbookSheet:
    """Return rosters, work, driving and cost of each model, for all and by group.

    Indicators that are listed at the same place stand together, model by model. Groups as fine as
    single units are left to the sheet with every number.

    Args:
        words: Results in one language.
    """
    by_place = groupby(listed_indicators("work"), lambda indicator: indicator.listed["work"])
    together = [{indicator.name for indicator in indicators} for _, indicators in by_place]
    heads = sheet_columns(words, "indicator unit group_by group model mean low high key")
    rows = [
        (
            words.labels.indicator(indicator),
            sheet_unit_name(words, level.unit),
            kind_of_group(words, group_by),
            group_cell(words, group_by, group),
            words.labels.organisation(name),
            *interval_cells(level),
            indicator,
        )
        for names in together
        for (name, indicator, group_by, group), level in words.chosen.levels.items()
        if indicator in names and group_by not in _TOO_FINE and level.is_known
    ]
    return sheet_of(words, "work", heads, rows)
