"""Sheets: models against targets, differences from the base, and every number there is."""

from __future__ import annotations

import math
from collections.abc import Iterator

from akuttsim.report.selection import Estimate, Key
from akuttsim.report.sheets.grid import Cell, Grid, amount, columns, grid, interval, told, unit_name
from akuttsim.report.sheets.groups import group_name, kind_of_group
from akuttsim.report.words import Words


def targets(words: Words) -> Grid:
    """Return each model's value of each target and main indicator, with its verdict."""
    heads = columns(words, "indicator unit model mean low high limit verdict runs key")
    rows = [
        _level(words, name, indicator)
        for indicator in words.chosen.judged_by()
        for name in words.chosen.organisations
    ]
    return grid(words, "targets", heads, rows)


def _level(words: Words, name: str, indicator: str) -> tuple[Cell, ...]:
    level = words.chosen.level(name, indicator)
    unit = unit_of(words, indicator)
    limit = amount(level.target, level.unit) if level is not None else None
    model = words.labels.organisation(name)
    runs = words.chosen.manifest.get("runs", {}).get(name)
    label = words.labels.indicator(indicator)
    unit_told = unit_name(words, unit)
    return (label, unit_told, model, *interval(level), limit, told(words, level), runs, indicator)


def unit_of(words: Words, indicator: str) -> str:
    """Return the unit of an indicator, "" where no model has it."""
    levels = (words.chosen.level(name, indicator) for name in words.chosen.organisations)
    return next((level.unit for level in levels if level is not None), "")


def differences(words: Words) -> Grid:
    """Return the paired differences from the base of targets and main indicators."""
    heads = columns(words, _CHANGES)
    rows = [
        _change(words, name, indicator)
        for indicator in words.chosen.judged_by()
        for name in words.chosen.others
    ]
    return grid(words, "differences", heads, rows)


_CHANGES = "indicator unit model mean low high margin verdict before after people gained lost key"


def _change(words: Words, name: str, indicator: str) -> tuple[Cell, ...]:
    change = words.chosen.change(name, indicator)
    unit = unit_name(words, unit_of(words, indicator), is_change=True)
    margin = amount(change.margin, change.unit, is_change=True) if change is not None else None
    model = words.labels.organisation(name)
    told_in = interval(change, is_change=True)
    label = words.labels.indicator(indicator)
    of = _people(change)
    return label, unit, model, *told_in, margin, told(words, change), *of, indicator


def _people(change: Estimate | None) -> tuple[Cell, ...]:
    """Return the means before and after, and of how many people they are, as cells."""
    if change is None:
        return (None,) * 5
    levels = (amount(each, change.unit) for each in (change.before, change.after))
    counts = (change.people, change.gained, change.lost)
    return *levels, *(None if math.isnan(each) else round(each) for each in counts)


_ALL = "indicator unit group_by group model mean low high verdict key"


def every_level(words: Words) -> Grid:
    """Return every indicator of every group and model: what summary.csv has of the first case."""
    rows = _every(words, words.chosen.levels, is_change=False)
    return grid(words, "everything", columns(words, _ALL), rows)


def every_change(words: Words) -> Grid:
    """Return every difference from the base: what differences.csv has of the first case."""
    rows = _every(words, words.chosen.changes, is_change=True)
    return grid(words, "every_difference", columns(words, _ALL), rows)


def _every(words: Words, found: dict[Key, Estimate], is_change: bool) -> Iterator[tuple[Cell, ...]]:
    for (name, indicator, group_by, group), estimate in found.items():
        if math.isnan(estimate.mean):
            continue
        yield (
            words.labels.indicator(indicator),
            unit_name(words, estimate.unit, is_change),
            kind_of_group(words, group_by),
            group_name(words, group_by, group),
            words.labels.organisation(name),
            *interval(estimate, is_change),
            told(words, estimate),
            indicator,
        )
