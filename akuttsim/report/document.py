"""What pages are made of: cells, tables, pictures and sections; and the tables of results.

Pages about a call log and about a calibration have plainer tables and sections, and are rendered
here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from akuttsim.experiments.manifest import AssumptionEntry
from akuttsim.language import Lang
from akuttsim.report.context import (
    Catalogue,
    Estimate,
    Numbers,
    VerdictLabel,
    Words,
    decimals_of_interval,
)


@dataclass(frozen=True)
class Cell:
    """A number in words, its interval, its verdict, and how it differs from the base's.

    "" and None where there is none; the verdict is of the difference where that is given.
    """

    number: str
    interval: str = ""
    verdict: VerdictLabel | None = None
    change: str = ""


@dataclass(frozen=True)
class TableRow:
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
    rows: tuple[TableRow, ...]


def models_against_targets(words: Words) -> Table:
    """Return targets and main indicators by model."""
    rows = tuple(_target_row(words, indicator) for indicator in words.chosen.judged_by())
    heads = (
        words.text("targets.indicator"),
        *_organisation_titles(words, words.chosen.organisations),
    )
    return Table(words.text("targets.caption"), heads, rows)


def _target_row(words: Words, indicator: str) -> TableRow:
    has_target = indicator in words.labels.targets
    limit = words.limit(indicator) if has_target else ""
    note = words.text("target.label", limit=limit) if has_target else words.text("targets.none")
    levels = [words.chosen.level(name, indicator) for name in words.chosen.organisations]
    cells = tuple(level_cell(words, level, indicator) for level in levels)
    return indicator_row(words, indicator, note, cells)


def indicator_row(words: Words, indicator: str, note: str, cells: tuple[Cell, ...]) -> TableRow:
    """Return the row of an indicator, with its definition to look up."""
    definition, _ = words.labels.definition(indicator)
    return TableRow(words.labels.indicator(indicator), note, cells, indicator, definition)


def level_cell(words: Words, level: Estimate | None, indicator: str) -> Cell:
    """Return a model's own value; where there is none, why."""
    if level is None or not level.is_known:
        return Cell(words.labels.why_empty(indicator), "", words.labels.verdict(None))
    interval = words.numbers.interval(level) or words.text("targets.unknown")
    return Cell(words.numbers.mean(level), interval, words.labels.verdict(level))


def differences_from_base(words: Words) -> Table:
    """Return the paired differences of the main indicators and targets from the base."""
    rows = [_difference_row(words, indicator) for indicator in words.chosen.judged_by()]
    heads = (words.text("targets.indicator"), *_organisation_titles(words, words.chosen.others))
    base = words.labels.organisation(words.chosen.base)
    many = words.chosen.compared_at_once
    key = "differences.caption_many" if many else "differences.caption"
    caption = words.text(key, base=base, **({"count": many[0]} if many else {}))
    return Table(caption, heads, tuple(row for row in rows if row is not None))


def _difference_row(words: Words, indicator: str) -> TableRow | None:
    changes = [words.chosen.change(name, indicator) for name in words.chosen.others]
    if all(change is None for change in changes):
        return None
    return indicator_row(
        words, indicator, "", tuple(_people_of_difference(words, each) for each in changes)
    )


def _people_of_difference(words: Words, change: Estimate | None) -> Cell:
    """Return a difference with what it was before and after, and of how many people it is."""
    cell = change_cell(words, change)
    if change is None or not change.is_known or math.isnan(change.people):
        return cell
    digits = decimals_of_interval(change)
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


def municipality_table(words: Words, indicator: str) -> Table:
    """Return the base's value and the other models' differences, municipality by municipality."""
    chosen = words.chosen
    base = words.labels.organisation(chosen.base)
    label = words.labels.indicator(indicator)
    others = [
        words.text("travel.change", model=title)
        for title in _organisation_titles(words, chosen.others)
    ]
    caption = "travel.caption" if chosen.others else "travel.alone_caption"
    rows = tuple(_municipality_row(words, indicator, name) for name in chosen.municipalities())
    heads = (words.text("travel.municipality"), base, *others)
    return Table(words.text(caption, label=label, base=base), heads, rows)


def _municipality_row(words: Words, indicator: str, name: str) -> TableRow:
    key = (indicator, "municipality", name)
    level = words.chosen.level(words.chosen.base, *key)
    changes = [words.chosen.change(other, *key) for other in words.chosen.others]
    cells = [
        level_cell(words, level, indicator),
        *(change_cell(words, change) for change in changes),
    ]
    return TableRow(words.labels.municipality(name), "", tuple(cells))


def all_indicators(words: Words) -> Table:
    """Return every indicator that has a value for the whole region, by model."""
    heads = (
        words.text("targets.indicator"),
        *_organisation_titles(words, words.chosen.organisations),
    )
    rows = []
    for indicator in words.chosen.indicators():
        levels = [words.chosen.level(name, indicator) for name in words.chosen.organisations]
        cells = tuple(level_cell(words, level, indicator) for level in levels)
        rows.append(indicator_row(words, indicator, "", cells))
    return Table(words.text("appendix.all_caption"), heads, tuple(rows))


def table_of_groups(
    words: Words, caption: str, wanted: list[tuple[str, str, str, str]], first: str
) -> Table:
    """Return a figure's numbers: one row for each (name, indicator, group_by, group)."""
    rows = []
    for name, *key in wanted:
        levels = [words.chosen.level(model, *key) for model in words.chosen.organisations]
        cells = [Cell(*_level_without_verdict(words, level)) for level in levels]
        rows.append(TableRow(name, "", tuple(cells)))
    heads = (first, *_organisation_titles(words, words.chosen.organisations))
    return Table(caption, heads, tuple(rows))


def _level_without_verdict(words: Words, level: Estimate | None) -> tuple[str, str]:
    if level is None or not level.is_known:
        return "–", ""
    return words.numbers.mean(level), words.numbers.interval(level)


def _organisation_titles(words: Words, organisations: list[str]) -> list[str]:
    return [words.labels.organisation(name) for name in organisations]


# --- assumptions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownAssumption:
    """A sourced input value in the words of the page.

    Attributes:
        key: Dotted key within its part of the configuration.
        value: The value as text.
        range: Lowest and highest plausible value in words; "" without a range.
        grade: How sure it is.
        source: Where it comes from.
        of: Title of the organisation that has it, or the words for the region.
        meaning: What the grade means.
        short: What the grade means, in a word or two.
    """

    key: str
    value: str
    range: str
    grade: str
    source: str
    of: str
    meaning: str
    short: str


@dataclass(frozen=True)
class AssumptionSection:
    """The assumptions of one part of the configuration."""

    title: str
    summary: str
    entries: tuple[ShownAssumption, ...]


def assumption_sections(words: Words) -> list[AssumptionSection]:
    """Return the sourced input values by the part of the configuration that they stand in."""
    parts: dict[str, list[ShownAssumption]] = {}
    for entry in words.chosen.manifest.assumptions:
        parts.setdefault(entry.key.split(".")[0], []).append(_assumption_entry(words, entry))
    return [_assumption_section(words, name, entries) for name, entries in parts.items()]


def _assumption_section(
    words: Words, name: str, entries: list[ShownAssumption]
) -> AssumptionSection:
    title = words.text.get(f"section.{name}", words.text("section.other"))
    assumed = sum(entry.grade == "C" for entry in entries)
    summary = words.text("assumptions.group", section=title, count=len(entries), assumed=assumed)
    return AssumptionSection(title, summary, tuple(entries))


def _assumption_entry(words: Words, entry: AssumptionEntry) -> ShownAssumption:
    low, high = entry.range or ("", "")
    is_model = entry.of in words.chosen.organisations
    region = words.text("assumptions.of_region")
    return ShownAssumption(
        key=entry.key.partition(".")[2] or entry.key,
        value=entry.value,
        range=words.text("number.range", low=low, high=high) if entry.range else "",
        grade=entry.grade,
        source=entry.source,
        of=words.labels.organisation(entry.of) if is_model else region,
        meaning=words.text(f"grade.{entry.grade}.long"),
        short=words.text(f"grade.{entry.grade}.short"),
    )


def source_grades(words: Words) -> list[tuple[str, str, int]]:
    """Return each grade, what it means and how many input values have it."""
    found = [entry.grade for entry in words.chosen.manifest.assumptions]
    order = ("A", "A*", "D", "B", "C")
    return [(each, words.text(f"grade.{each}.long"), found.count(each)) for each in order]


def map_sources(words: Words) -> list[str]:
    """Return the sources of places, roads and ferries, each once, in alphabetical order."""
    region = words.chosen.manifest.region
    rows = [*region["places"].values(), *region["roads"], *region["ferries"]]
    return sorted({row["source"] for row in rows if row.get("source")})


class ComparisonLine(NamedTuple):
    """A row of a table: its name and what it is about."""

    name: str
    indicator: str
    group_by: str = "all"
    group: str = "all"


def comparison_table(
    words: Words, caption: str, first: str, lines: Sequence[ComparisonLine]
) -> Table:
    """Return a table with a row for each line that any model has something of."""
    heads = (first, *(words.labels.organisation(name) for name in words.chosen.organisations))
    rows = tuple(_comparison_row(words, line) for line in lines if _has_value(words, line))
    return Table(caption, heads, rows)


def region_lines(words: Words, indicators: Sequence[str]) -> list[ComparisonLine]:
    """Return a line for the whole region of each indicator."""
    return [
        ComparisonLine(words.labels.indicator(indicator), indicator) for indicator in indicators
    ]


def group_lines(
    words: Words, indicator: str, group_by: str, title: str = "{group}"
) -> list[ComparisonLine]:
    """Return a line for each group of an indicator, its name written into the title."""
    return [
        ComparisonLine(title.format(group=group_label(words, group)), indicator, group_by, group)
        for group in words.chosen.groups(indicator, group_by)
    ]


def group_label(words: Words, group: str) -> str:
    """Return the name of a group of the results: a role, a part of the cost, who drives."""
    return words.text.get(f"group.{group}", group)


def _has_value(words: Words, line: ComparisonLine) -> bool:
    """Tell whether any model has a value other than zero."""
    levels = [words.chosen.level(name, *line[1:]) for name in words.chosen.organisations]
    return any(level is not None and level.is_known and level.mean != 0 for level in levels)


def _comparison_row(words: Words, line: ComparisonLine) -> TableRow:
    base, *others = (_comparison_cell(words, name, line) for name in words.chosen.organisations)
    is_whole = line.group_by == "all"
    definition = words.labels.definition(line.indicator)[0]
    key, explained = (line.indicator, definition) if is_whole else ("", "")
    return TableRow(line.name, "", (base, *others), key, explained)


def _comparison_cell(words: Words, name: str, line: ComparisonLine) -> Cell:
    """Return a model's value: the base's with its interval, another's with its difference."""
    level = words.chosen.level(name, *line[1:])
    if level is None or not level.is_known:
        return Cell("–")
    written = Cell(words.numbers.mean(level), _varying_interval(words, level))
    change = words.chosen.change(name, *line[1:])
    if name == words.chosen.base or change is None or not change.is_known:
        return written
    difference = change_cell(words, change)
    if change.is_nil:
        return Cell(written.number, verdict=difference.verdict)
    ends = f" ({difference.interval})" if _varying_interval(words, change) else ""
    told = f"{difference.number}{ends}"
    return replace(written, interval="", change=told, verdict=difference.verdict)


def _varying_interval(words: Words, estimate: Estimate) -> str:
    """Return an interval; nothing where the number follows from the rosters and does not vary."""
    return "" if estimate.low == estimate.high else words.numbers.interval(estimate)


@dataclass(frozen=True)
class Drawing:
    """One drawing for a wide page, and one for a phone where that must differ."""

    wide: Markup
    narrow: Markup | None = None
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure: title, drawings, captions and the tables of its numbers."""

    key: str
    title: str
    drawings: tuple[Drawing, ...]
    captions: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class PageSection:
    """A part of the page: its title, what it says first, its pictures, and its own tables."""

    key: str
    title: str
    said: tuple[str, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...] = ()

    @property
    def is_told(self) -> bool:
        """Tell whether there is anything in it."""
        return bool(self.pictures or self.tables)


@dataclass(frozen=True)
class PlainPicture:
    """A figure as inline SVG, with what it shows in a sentence; `narrow` is for narrow screens."""

    svg: str
    caption: str
    is_half: bool = False
    narrow: str = ""

    @property
    def markup(self) -> Markup:
        """Return the figure as it is; everything in it was written by the figure room."""
        if not self.narrow:
            return Markup(self.svg)
        return Markup(f'<div class="wide">{self.svg}</div><div class="narrow">{self.narrow}</div>')


@dataclass(frozen=True)
class PlainTable:
    """A table: its caption, headings, and rows of which the first cell names the row."""

    caption: str
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class PlainSection:
    """A part of a page."""

    title: str
    sentences: list[str] = field(default_factory=list)
    pictures: list[PlainPicture] = field(default_factory=list)
    tables: list[PlainTable] = field(default_factory=list)


@dataclass(frozen=True)
class PlainPage:
    """A page: what it is about, what it comes to, and its sections."""

    title: str
    eyebrow: str
    answer: list[str]
    sections: list[PlainSection]


class LogWords:
    """The texts and numbers of pages about a log in one language."""

    more: tuple[str, ...] = ("log",)
    """The catalogues of such pages, beside that of the language."""

    def __init__(self, lang: Lang) -> None:
        """Read the catalogues."""
        self.text = Catalogue(lang, *self.more)
        self.numbers = Numbers(self.text)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of these pages with its placeholders filled in."""
        return self.text(f"log.{key}", **values)

    def has(self, key: str) -> bool:
        """Tell whether these pages have such a text."""
        return f"log.{key}" in self.text.texts

    def table(self, heads: str, names: tuple[str, ...], rows: list[list[str]]) -> PlainTable:
        """Return a table whose headings are texts."""
        return PlainTable("", [self(f"{heads}.{name}") for name in names], rows)

    def share(self, value: float) -> str:
        """Return a share in per cent with one decimal; a dash for none."""
        return self.amount(value, "share")

    def amount(self, value: float, unit: str) -> str:
        """Return a number with its unit; a dash for none."""
        return self.numbers.amount(value, unit) if value == value else self("none")

    def day(self, iso: str) -> str:
        """Return a date that is written as 2026-01-31 with its month in letters."""
        return self.numbers.day(iso)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number; a dash for none."""
        return self.numbers.plain(value, decimals) if value == value else self("none")


def render_plain_page(page: PlainPage, words: LogWords) -> str:
    """Return a page as HTML that holds everything it shows and asks for nothing from outside."""
    style = Markup(_plain_page_resource("style.css"))
    template = _plain_page_template(_plain_page_resource("log.html.j2"))
    return str(template.render(page=page, t=words, style=style, lang=words.text.lang))


@cache
def _plain_page_resource(name: str) -> str:
    return (files("akuttsim.report") / "templates" / name).read_text("utf-8")


@cache
def _plain_page_template(source: str) -> Any:
    settings = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return settings.from_string(source)
