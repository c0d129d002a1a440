"""The document model: cells, tables, figures, sections and pages, and the tables of results.

Every page is made of these classes as data, and so is every spreadsheet; exporters put them into
HTML, PDF, XLSX, CSV or Markdown. Numbers in a `Table` are written in the language of the page,
those in a `Sheet` are values with their unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup

from akuttsim.experiments.manifest import AssumptionEntry
from akuttsim.report.context import Estimate, PageWords, VerdictLabel, Words, decimals_of_interval
from akuttsim.report.sentences import input_value_title


@dataclass(frozen=True)
class Cell:
    """A cell of a table for reading.

    Attributes:
        number: A number in words, or any other text; "" for none.
        interval: Its 95 % interval without a unit; "" for none.
        verdict: The verdict on it, or on the difference where that is given.
        change: How it differs from the base; "" where that is not told.
    """

    number: str
    interval: str = ""
    verdict: VerdictLabel | None = None
    change: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row of a table.

    Attributes:
        name: What the row is about, in its first column.
        note: What stands small below the name; "" for nothing.
        cells: The cells of the other columns.
        key: The indicator whose definition the name leads to; "" for none.
        help: That definition.
    """

    name: str
    note: str
    cells: tuple[Cell, ...]
    key: str = ""
    help: str = ""


@dataclass(frozen=True)
class Table:
    """A table for reading.

    Attributes:
        caption: What it shows; "" where the title of its section says so.
        heads: The heads of the columns, the first for the rows' names.
        rows: The rows, from above.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[TableRow, ...]


def text_table(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Table:
    """Return a table of texts, of which the first in each row names the row."""
    return Table(
        caption,
        tuple(heads),
        tuple(TableRow(name, "", tuple(map(Cell, cells))) for name, *cells in rows),
    )


def headed_table(
    words: PageWords, heads: str, names: Sequence[str], rows: Iterable[Sequence[str]]
) -> Table:
    """Return a table of texts whose heads are the texts `HEADS.NAME` of a kind of page."""
    return text_table([words(f"{heads}.{name}") for name in names], rows)


@dataclass(frozen=True)
class Drawing:
    """A drawing as inline SVG for a wide page, and another for a phone where that must differ."""

    wide: Markup
    narrow: Markup | None = None
    title: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure of a page.

    Attributes:
        key: Its name within the page.
        title: What it shows; "" where its caption says so.
        drawings: One or several drawings of the same kind.
        captions: Sentences on how it is to be read.
        tables: The numbers that are drawn.
        is_half: Whether two such figures stand side by side.
    """

    key: str
    title: str
    drawings: tuple[Drawing, ...]
    captions: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    is_half: bool = False


def single_figure(key: str, svg: str, caption: str, is_half: bool = False) -> Figure:
    """Return a figure of one drawing with one caption."""
    return Figure(key, "", (Drawing(Markup(svg)),), (caption,), is_half=is_half)


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        key: Its name within the page, by which it can be pointed at.
        title: Its heading.
        sentences: What it says first.
        figures: Its figures.
        tables: Tables that belong to no figure.
    """

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def has_numbers(self) -> bool:
        """Whether it shows any numbers; without them its sentences are about nothing."""
        return bool(self.figures or self.tables)


@dataclass(frozen=True)
class Page:
    """A page on one subject.

    Attributes:
        title: What it is about.
        eyebrow: Of what region, organisation or file it is, above the title.
        answer: What it comes to, in sentences.
        sections: Its parts, from above.
    """

    title: str
    eyebrow: str
    answer: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Amount:
    """A number with its unit, as the results have it: a share lies between 0 and 1."""

    value: float
    unit: str
    is_change: bool = False


SheetCell = str | int | float | Amount | VerdictLabel | None
"""Text, a plain number, an amount or a verdict; None for an empty cell."""


@dataclass(frozen=True)
class SheetColumn:
    """A column: its heading with the unit, what it means, and its width in characters."""

    heading: str
    meaning: str
    width: int


@dataclass(frozen=True)
class WorkbookSheet:
    """A table of values to compute with, for spreadsheets and CSV files.

    Attributes:
        key: Its name as a file.
        title: Its name in a workbook.
        about: What it tells.
        columns: Its columns, with what each means.
        rows: A cell for each column.
        frozen: So many first columns name the rows and stay in sight.
    """

    key: str
    title: str
    about: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    frozen: int = 1


# --- tables of results ----------------------------------------------------------------------------


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
        words,
        indicator,
        "",
        tuple(_people_of_difference(words, difference) for difference in changes),
    )


def _people_of_difference(words: Words, change: Estimate | None) -> Cell:
    """Return a difference with what it was before and after, and of how many people it is."""
    cell = change_cell(words, change)
    if change is None or not change.is_known or math.isnan(change.people):
        return cell
    digits = decimals_of_interval(change)
    before, after = (
        words.numbers.amount(level, change.unit, digits) for level in (change.before, change.after)
    )
    people = words.numbers.plain(change.people)
    people_in_words = words.text(
        "differences.before_after", before=before, after=after, people=people
    )
    return replace(cell, change=people_in_words)


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
    """Return a figure's numbers: levels alone, without verdicts.

    Args:
        words: Texts and rows of the results.
        caption: What the table shows.
        wanted: A row for each: its name, then indicator, grouping and group.
        first: The head of the column with the rows' names.
    """
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
        name: What the value is called.
        key: Dotted key in the configuration.
        value: The value in words.
        range: Lowest and highest plausible value in words; "" without a range.
        grade: How sure it is.
        source: Where it comes from.
        source_lang: The language that this is written in.
        of: Title of the organisation that has it, or the words for the region.
        meaning: What the grade means.
        short: What the grade means, in a word or two.
    """

    name: str
    key: str
    value: str
    range: str
    grade: str
    source: str
    source_lang: str
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
    parts: dict[str, list[AssumptionEntry]] = {}
    for entry in words.chosen.manifest.assumptions:
        parts.setdefault(entry.key.split(".")[0], []).append(entry)
    return [_assumption_section(words, name, entries) for name, entries in parts.items()]


def _assumption_section(
    words: Words, name: str, entries: list[AssumptionEntry]
) -> AssumptionSection:
    title = words.text.get(f"section.{name}", words.text("section.other"))
    count = sum(max(entry.rows, 1) for entry in entries)
    assumed = sum(max(entry.rows, 1) for entry in entries if entry.grade == "C")
    summary = words.text("assumptions.group", section=title, count=count, assumed=assumed)
    shown = tuple(_assumption_entry(words, entry) for entry in entries)
    return AssumptionSection(title, summary, shown)


def _assumption_entry(words: Words, entry: AssumptionEntry) -> ShownAssumption:
    low, high = entry.range or ("", "")
    is_model = entry.of in words.chosen.organisations
    region = words.text("assumptions.of_region")
    source, source_lang = words.labels.source(entry.source)
    return ShownAssumption(
        name=input_value_title(words, entry.key),
        key=entry.key,
        value=assumption_value(words, entry),
        range=words.text("number.range", low=low, high=high) if entry.range else "",
        grade=entry.grade,
        source=source,
        source_lang=source_lang,
        of=words.labels.organisation(entry.of) if is_model else region,
        meaning=words.text(f"grade.{entry.grade}.long"),
        short=words.text(f"grade.{entry.grade}.short"),
    )


def assumption_value(words: Words, entry: AssumptionEntry) -> str:
    """Return an input value in words, or how many rows of a table it stands for."""
    if entry.rows:
        return words.text.counted("assumptions.rows", entry.rows)
    return words.labels.config_value(entry.value)


def source_grades(words: Words) -> list[tuple[str, str, int]]:
    """Return each grade, what it means and how many input values have it."""
    grades = words.chosen.manifest.inputs_by_grade()
    order = ("A", "A*", "D", "B", "C")
    return [(grade, words.text(f"grade.{grade}.long"), grades[grade]) for grade in order]


def map_sources(words: Words) -> list[tuple[str, str]]:
    """Return the sources of places, roads and ferries, each once, with the language it is in."""
    region = words.chosen.manifest.region
    rows = [*region["places"].values(), *region["roads"], *region["ferries"]]
    return sorted({words.labels.source(row["source"]) for row in rows if row.get("source")})


class ComparisonLine(NamedTuple):
    """A row of a table: its name and what it is about."""

    name: str
    indicator: str
    group_by: str = "all"
    group: str = "all"


def comparison_table(
    words: Words, caption: str, first: str, lines: Sequence[ComparisonLine]
) -> Table:
    """Return a table of the base's values, and of the others' values with their differences.

    Left out are lines of which no model has a value, or all have nought.

    Args:
        words: Texts and rows of the results.
        caption: What the table shows.
        first: The head of the column with the rows' names.
        lines: What each row is about.
    """
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
    in_words = f"{difference.number}{ends}"
    return replace(written, interval="", change=in_words, verdict=difference.verdict)


def _varying_interval(words: Words, estimate: Estimate) -> str:
    """Return an interval; nothing where the number follows from the rosters and does not vary."""
    return "" if estimate.low == estimate.high else words.numbers.interval(estimate)
