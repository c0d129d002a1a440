"""Tables of the report as rows of cells, ready to be written down."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from akuttsim.report.labels import Verdict
from akuttsim.report.numbers import decimals
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words


@dataclass(frozen=True)
class Cell:
    """A number in words, its interval, its verdict, and how it differs from the base's.

    "" and None where there is none; the verdict is of the difference where that is given.
    """

    number: str
    interval: str = ""
    verdict: Verdict | None = None
    change: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its name, what stands small below it, where it is explained, and its cells."""

    name: str
    note: str
    cells: tuple[Cell, ...]
    key: str = ""
    help: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption and the heads of its columns, the first for the row names."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


def models_against_targets(words: Words) -> Table:
    """Return targets and main indicators by model."""
    rows = tuple(_target_row(words, indicator) for indicator in words.chosen.judged_by())
    heads = (words.text("targets.indicator"), *_titles(words, words.chosen.organisations))
    return Table(words.text("targets.caption"), heads, rows)


def _target_row(words: Words, indicator: str) -> Row:
    has_target = indicator in words.labels.targets
    limit = words.limit(indicator) if has_target else ""
    note = words.text("target.label", limit=limit) if has_target else words.text("targets.none")
    levels = [words.chosen.level(name, indicator) for name in words.chosen.organisations]
    cells = tuple(level_cell(words, level, indicator) for level in levels)
    return explained(words, indicator, note, cells)


def explained(words: Words, indicator: str, note: str, cells: tuple[Cell, ...]) -> Row:
    """Return the row of an indicator, with its definition to look up."""
    definition, _ = words.labels.definition(indicator)
    return Row(words.labels.indicator(indicator), note, cells, indicator, definition)


def level_cell(words: Words, level: Estimate | None, indicator: str) -> Cell:
    """Return a model's own value; where there is none, why."""
    if level is None or not level.is_known:
        return Cell(words.labels.why_empty(indicator), "", words.labels.verdict(None))
    interval = words.numbers.interval(level) or words.text("targets.unknown")
    return Cell(words.numbers.mean(level), interval, words.labels.verdict(level))


def differences_from_base(words: Words) -> Table:
    """Return the paired differences of the main indicators and targets from the base."""
    rows = [_difference_row(words, indicator) for indicator in words.chosen.judged_by()]
    heads = (words.text("targets.indicator"), *_titles(words, words.chosen.others))
    base = words.labels.organisation(words.chosen.base)
    many = words.chosen.compared_at_once
    key = "differences.caption_many" if many else "differences.caption"
    caption = words.text(key, base=base, **({"count": many[0]} if many else {}))
    return Table(caption, heads, tuple(row for row in rows if row is not None))


def _difference_row(words: Words, indicator: str) -> Row | None:
    changes = [words.chosen.change(name, indicator) for name in words.chosen.others]
    if all(change is None for change in changes):
        return None
    return explained(words, indicator, "", tuple(_of_whom(words, each) for each in changes))


def _of_whom(words: Words, change: Estimate | None) -> Cell:
    """Return a difference with what it was before and after, and of how many people it is."""
    cell = change_cell(words, change)
    if change is None or not change.is_known or math.isnan(change.people):
        return cell
    digits = decimals(change)
    before, after = (
        words.numbers.amount(each, change.unit, digits) for each in (change.before, change.after)
    )
    people = words.numbers.plain(change.people)
    told = words.text("differences.before_after", before=before, after=after, people=people)
    return replace(cell, change=told)


def change_cell(words: Words, change: Estimate | None) -> Cell:
    """Return a difference from the base with its interval and verdict."""
    if change is None or not change.is_known:
        return Cell("", "", words.labels.verdict(None))
    interval = "" if change.is_nil else words.numbers.interval(change)
    return Cell(words.numbers.change(change), interval, words.labels.verdict(change))


def by_municipality(words: Words, indicator: str) -> Table:
    """Return the base's value and the other models' differences, municipality by municipality."""
    chosen = words.chosen
    base = words.labels.organisation(chosen.base)
    label = words.labels.indicator(indicator)
    others = [words.text("travel.change", model=title) for title in _titles(words, chosen.others)]
    caption = "travel.caption" if chosen.others else "travel.alone_caption"
    rows = tuple(_municipality_row(words, indicator, name) for name in chosen.municipalities())
    heads = (words.text("travel.municipality"), base, *others)
    return Table(words.text(caption, label=label, base=base), heads, rows)


def _municipality_row(words: Words, indicator: str, name: str) -> Row:
    key = (indicator, "municipality", name)
    level = words.chosen.level(words.chosen.base, *key)
    changes = [words.chosen.change(other, *key) for other in words.chosen.others]
    cells = [level_cell(words, level, indicator), *(change_cell(words, each) for each in changes)]
    return Row(words.labels.municipality(name), "", tuple(cells))


def all_indicators(words: Words) -> Table:
    """Return every indicator that has a value for the whole region, by model."""
    heads = (words.text("targets.indicator"), *_titles(words, words.chosen.organisations))
    rows = []
    for indicator in words.chosen.indicators():
        levels = [words.chosen.level(name, indicator) for name in words.chosen.organisations]
        cells = tuple(level_cell(words, level, indicator) for level in levels)
        rows.append(explained(words, indicator, "", cells))
    return Table(words.text("appendix.all_caption"), heads, tuple(rows))


def groups_table(
    words: Words, caption: str, wanted: list[tuple[str, str, str, str]], first: str
) -> Table:
    """Return a figure's numbers: one row for each (name, indicator, group_by, group)."""
    rows = []
    for name, *key in wanted:
        levels = [words.chosen.level(model, *key) for model in words.chosen.organisations]
        cells = [Cell(*_plain(words, level)) for level in levels]
        rows.append(Row(name, "", tuple(cells)))
    heads = (first, *_titles(words, words.chosen.organisations))
    return Table(caption, heads, tuple(rows))


def _plain(words: Words, level: Estimate | None) -> tuple[str, str]:
    if level is None or not level.is_known:
        return "–", ""
    return words.numbers.mean(level), words.numbers.interval(level)


def _titles(words: Words, organisations: list[str]) -> list[str]:
    return [words.labels.organisation(name) for name in organisations]


# --- assumptions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """The assumptions of one part of the configuration."""

    title: str
    summary: str
    entries: tuple[dict[str, Any], ...]


def assumption_sections(words: Words) -> list[Section]:
    """Return the sourced input values by the part of the configuration that they stand in."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for entry in words.chosen.manifest["assumptions"]:
        parts.setdefault(entry["key"].split(".")[0], []).append(_entry(words, entry))
    return [_section(words, name, entries) for name, entries in parts.items()]


def _section(words: Words, name: str, entries: list[dict[str, Any]]) -> Section:
    title = words.text.get(f"section.{name}", words.text("section.other"))
    assumed = sum(entry["grade"] == "C" for entry in entries)
    summary = words.text("assumptions.group", section=title, count=len(entries), assumed=assumed)
    return Section(title, summary, tuple(entries))


def _entry(words: Words, entry: dict[str, Any]) -> dict[str, Any]:
    low, high = entry["range"] or ("", "")
    is_model = entry["of"] in words.chosen.organisations
    region = words.text("assumptions.of_region")
    return {
        **entry,
        "key": entry["key"].partition(".")[2] or entry["key"],
        "range": words.text("number.range", low=low, high=high) if entry["range"] else "",
        "of": words.labels.organisation(entry["of"]) if is_model else region,
        "meaning": words.text(f"grade.{entry['grade']}.long"),
        "short": words.text(f"grade.{entry['grade']}.short"),
    }


def grades(words: Words) -> list[tuple[str, str, int]]:
    """Return each grade, what it means and how many input values have it."""
    found = [entry["grade"] for entry in words.chosen.manifest["assumptions"]]
    order = ("A", "A*", "D", "B", "C")
    return [(each, words.text(f"grade.{each}.long"), found.count(each)) for each in order]


def map_sources(words: Words) -> list[str]:
    """Return the sources of places, roads and ferries, each once, in alphabetical order."""
    region = words.chosen.manifest["region"]
    rows = [*region["places"].values(), *region["roads"], *region["ferries"]]
    return sorted({row["source"] for row in rows if row.get("source")})
