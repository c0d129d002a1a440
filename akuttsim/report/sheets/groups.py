"""Sheets by group: municipalities, hours of the day, hours of the week, and people at work."""

from __future__ import annotations

from collections.abc import Sequence

from akuttsim.report.gains import FOR_WHOM
from akuttsim.report.live_values import MEASURED
from akuttsim.report.sheets.grid import (
    Cell,
    Column,
    Grid,
    column,
    columns,
    grid,
    interval,
    told,
    unit_name,
)
from akuttsim.report.words import Words

AT_WORK = (
    "staffed_hours_a_week",
    "cost_nok_a_year",
    "doctors_needed",
    "busy_share",
    "work_h_a_week",
    "overtime_h_a_week",
    "night_calls_per_shift",
    "longest_rest_h",
    "doctor_woken_share",
    "doctor_woken_thrice_share",
    "doctor_collisions_a_week",
    "back_up_wakings_a_week",
    "came_in_from_home_a_week",
    "hours_driven_a_week",
    "km_driven_a_week",
    "rotation_",
)
"""Beginnings of the names of indicators about rosters, work and cost."""

_TOO_FINE = frozenset({"role_hour", "role_kind", "unit"})
"""Groups of these indicators that are left to the sheet with every number."""

_NAMED_BY_USERS = frozenset({"clinic", "room", "support", "team", "unit"})
"""Groups whose names stand in the config files, where they can be looked up."""

_WIDE = 14


def kind_of_group(words: Words, group_by: str) -> str:
    """Return what a group is one of, in words; "" for everybody together."""
    return words.text.get(f"sheets.by.{group_by}", group_by.replace("_", " "))


def group_name(words: Words, group_by: str, group: str) -> str:
    """Return a group's name: a municipality's, a role's, or as the results have it."""
    if group_by == "municipality":
        return words.labels.municipality(group)
    if group_by == "all":
        return words.text("figures.whole_region")
    if group_by == "role":
        return words.text.get(f"role.{group}", words.text.get(f"group.{group}", group))
    if group_by in _NAMED_BY_USERS:
        return group
    named = words.text.get(f"sheets.day.{group}", words.text.get(f"group.{group}", group))
    return words.text.get(f"sheets.group.{group}", named)


def municipalities(words: Words) -> Grid:
    """Return value and difference from the base, municipality by municipality and model."""
    wanted = dict.fromkeys([*words.chosen.judged_by(), *FOR_WHOM, *MEASURED])
    shown = [name for name in wanted if _is_measured(words, name)]
    heads = list(columns(words, "municipality model"))
    for indicator in shown:
        heads += _heads(words, indicator) + _change_heads(words, indicator)
    rows = [
        _of_municipality(words, name, place, shown)
        for place in words.chosen.municipalities()
        for name in words.chosen.organisations
    ]
    return grid(words, "municipalities", heads, rows, frozen=2)


def _is_measured(words: Words, indicator: str) -> bool:
    """Tell whether any model has a value of an indicator in any municipality."""
    return any(
        key[1:3] == (indicator, "municipality") and each.is_known
        for key, each in words.chosen.levels.items()
    )


def _of_municipality(words: Words, name: str, place: str, shown: Sequence[str]) -> tuple[Cell, ...]:
    cells = (cell for each in shown for cell in _both(words, name, each, place))
    return (words.labels.municipality(place), words.labels.organisation(name), *cells)


def _both(words: Words, name: str, indicator: str, place: str) -> tuple[Cell, ...]:
    key = (indicator, "municipality", place)
    level = interval(words.chosen.level(name, *key))
    change = words.chosen.change(name, *key)
    if not words.chosen.others:
        return level
    mean, _, _ = interval(change, is_change=True)
    verdict = told(words, change) if name != words.chosen.base else None
    return *level, mean, verdict


def _heads(words: Words, indicator: str) -> list[Column]:
    """Return the three columns of an indicator, with its unit."""
    label = words.labels.indicator(indicator)
    unit = unit_name(words, _unit(words, indicator))
    return [_named(words, key, f"{label} ({unit})") for key in ("mean", "low", "high")]


def _change_heads(words: Words, indicator: str) -> list[Column]:
    if not words.chosen.others:
        return []
    label = words.labels.indicator(indicator)
    unit = unit_name(words, _unit(words, indicator), is_change=True)
    return [_named(words, "change", f"{label} ({unit})"), _named(words, "verdict", label)]


def _named(words: Words, key: str, label: str) -> Column:
    plain = column(words, key)
    return Column(f"{label}: {plain.heading.lower()}", plain.meaning, _WIDE)


def _unit(words: Words, indicator: str) -> str:
    return next((each.unit for key, each in words.chosen.levels.items() if key[1] == indicator), "")


def hours_116117(words: Words) -> Grid:
    """Return how 116117 does by hour of the day: one row for each hour and model."""
    indicators = [each for each in _with(words, "hour") if "116117" in each]
    heads = columns(words, "hour model")
    rows = _by_group(words, "hour", [f"{hour:02d}" for hour in range(24)], indicators)
    return _wide(words, "hours", heads, [(int(hour), *cells) for hour, cells in rows], indicators)


def hours_of_week(words: Words) -> Grid:
    """Return answering, staffing and cover by weekday and hour."""
    indicators = _with(words, "hour_of_week")
    found = dict.fromkeys(
        group for each in indicators for group in words.chosen.groups(each, "hour_of_week")
    )
    heads = columns(words, "weekday hour model")
    rows = [
        (words.text.get(f"sheets.day.{group[:3]}", group[:3]), int(group[-2:]), *cells)
        for group, cells in _by_group(words, "hour_of_week", list(found), indicators)
    ]
    return _wide(words, "week", heads, rows, indicators)


def _with(words: Words, group_by: str) -> list[str]:
    found = [key[1] for key in words.chosen.levels if key[2] == group_by]
    return list(dict.fromkeys(found))


Row = tuple[str, tuple[Cell, ...]]


def _by_group(
    words: Words, group_by: str, groups: Sequence[str], indicators: Sequence[str]
) -> list[Row]:
    """Return the rows of some groups: the group, then the model and its values."""
    rows = []
    for group in groups:
        for name in words.chosen.organisations:
            levels = [words.chosen.level(name, each, group_by, group) for each in indicators]
            cells = (cell for level in levels for cell in interval(level))
            rows.append((group, (words.labels.organisation(name), *cells)))
    return rows


def _wide(
    words: Words,
    key: str,
    first: Sequence[Column],
    rows: Sequence[tuple[Cell, ...]],
    indicators: Sequence[str],
) -> Grid:
    heads = [*first, *(head for each in indicators for head in _heads(words, each))]
    return grid(words, key, heads, rows if indicators else [], frozen=len(first))


def at_work(words: Words) -> Grid:
    """Return rosters, work, driving and cost of each model, for all and by group."""
    heads = columns(words, "indicator unit group_by group model mean low high key")
    rows = [
        (
            words.labels.indicator(indicator),
            unit_name(words, level.unit),
            kind_of_group(words, group_by),
            group_name(words, group_by, group),
            words.labels.organisation(name),
            *interval(level),
            indicator,
        )
        for begins in AT_WORK
        for (name, indicator, group_by, group), level in words.chosen.levels.items()
        if indicator.startswith(begins) and group_by not in _TOO_FINE and level.is_known
    ]
    return grid(words, "work", heads, rows)
