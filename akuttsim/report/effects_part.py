"""The part of the page with what each case changes: a table for each model."""

from __future__ import annotations

from dataclasses import dataclass

from akuttsim.report.effects import MOST_CASES, is_from_the_first
from akuttsim.report.factors import case_title, setting
from akuttsim.report.tables import Cell, Row, Table, change_cell, explained
from akuttsim.report.words import Words

MOST_COLUMNS = 6
"""Cases beside the first that are shown at once, as columns; more are folded, as rows."""

MOST_OPEN = 4
"""Tables that are shown at once; more are folded."""


@dataclass(frozen=True)
class EffectsPart:
    """Tables of what each case changes, with what stands above them; folded where they are many."""

    intro: str
    tables: tuple[Table, ...]
    is_folded: bool


def effects_part(words: Words) -> EffectsPart | None:
    """Return what each case changes; None for one case, for very many, and for spread points."""
    cases = words.chosen.cases[1:]
    if not is_from_the_first(words) or len(cases) > MOST_CASES:
        return None
    known = [name for name in words.chosen.judged_by() if _has_any(words, name)]
    if not known:
        return None
    is_wide = len(cases) > MOST_COLUMNS
    made = _by_case if is_wide else _by_indicator
    names = words.chosen.organisations
    signs = "" if words.chosen.others else words.text("effects.signs")
    first = case_title(words, words.chosen.first)
    return EffectsPart(
        words.text("effects.intro", first=first, signs=signs).strip(),
        tuple(made(words, name, known) for name in names),
        is_wide or len(names) > MOST_OPEN,
    )


def _has_any(words: Words, indicator: str) -> bool:
    found = (
        words.chosen.effect_in(case, name, indicator)
        for case in words.chosen.cases[1:]
        for name in words.chosen.organisations
    )
    return any(each is not None and each.is_known for each in found)


def _by_indicator(words: Words, organisation: str, indicators: list[str]) -> Table:
    """Return a model's table with a row for each indicator and a column for each case."""
    cases = words.chosen.cases[1:]
    rows = tuple(
        explained(words, each, "", tuple(_cell(words, case, organisation, each) for case in cases))
        for each in indicators
    )
    heads = (words.text("targets.indicator"), *(setting(words, case) for case in cases))
    return Table(_caption(words, organisation), heads, rows)


def _by_case(words: Words, organisation: str, indicators: list[str]) -> Table:
    """Return a model's table with a row for each case and a column for each indicator."""
    rows = tuple(
        Row(setting(words, case), "",
            tuple(_cell(words, case, organisation, each) for each in indicators))
        for case in words.chosen.cases[1:]
    )  # fmt: skip
    heads = (words.text("cases.head.case"), *map(words.labels.indicator, indicators))
    return Table(_caption(words, organisation), heads, rows)


def _cell(words: Words, case: str, organisation: str, indicator: str) -> Cell:
    return change_cell(words, words.chosen.effect_in(case, organisation, indicator))


def _caption(words: Words, organisation: str) -> str:
    return words.text("effects.caption", model=words.labels.organisation(organisation))
