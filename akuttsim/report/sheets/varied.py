"""Sheets of a study with several cases: how each organisation does in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from akuttsim.experiments.results import Results
from akuttsim.report.labels import SYMBOLS
from akuttsim.report.sheets.grid import Cell, Column, Grid, Told, amount, columns, grid, unit_name
from akuttsim.report.words import Words


def cases(words: Words, results: Results) -> Grid:
    """Return the levels of each case, and what each model does in it."""
    table = results.summary
    wanted = table["indicator"].isin(words.chosen.judged_by()) & (table["group_by"] == "all")
    return _by_case(words, results, "cases", table[wanted])


def effects(words: Words, results: Results) -> Grid:
    """Return what each case changes against the first, in the same model."""
    table = results.effects
    return _by_case(words, results, "effects", table[table["group_by"] == "all"])


def _by_case(words: Words, results: Results, key: str, table: pd.DataFrame) -> Grid:
    factors = list(dict.fromkeys(results.cases["factor"]))
    levels, is_change = _levels(results), key == "effects"
    rows: list[tuple[Cell, ...]] = [
        (
            row.case,
            *(number_or_text(levels.get((row.case, each), "")) for each in factors),
            *_told(words, row, is_change),
        )
        for row in _rows(table)
    ]
    return grid(words, key, _heads(words, factors), rows)


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    return table.itertuples()


def _levels(results: Results) -> dict[tuple[str, str], str]:
    table = results.cases
    pairs = zip(table["case"], table["factor"], strict=True)
    return dict(zip(pairs, table["level"].astype(str), strict=True))


def number_or_text(words: str) -> Cell:
    """Return what stands there as a number where it is one."""
    try:
        number = float(words)
    except ValueError:
        return words
    return number if pd.notna(number) and abs(number) < float("inf") else words


def _heads(words: Words, factors: list[str]) -> list[Column]:
    case, *rest = columns(words, "case model indicator unit mean low high verdict key")
    meaning = words.text("sheets.help.factor")
    return [case, *(Column(each, meaning, 16) for each in factors), *rest]


def _told(words: Words, row: Any, is_change: bool) -> tuple[Cell, ...]:
    ends = (amount(end, row.unit, is_change) for end in (row.mean, row.ci_low, row.ci_high))
    return (
        words.labels.organisation(row.organisation),
        words.labels.indicator(row.indicator),
        unit_name(words, row.unit, is_change),
        *ends,
        _verdict(words, row.verdict),
        row.indicator,
    )


def _verdict(words: Words, name: str) -> Told | None:
    return Told(words.text(f"verdict.{name}"), name.replace(" ", "-")) if name in SYMBOLS else None
