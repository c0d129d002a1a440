"""All sheets of some results in the order in which they are read.

Sheets that explain the others, models against targets, differences from the base, cases,
assumptions and runs that failed; the sheets by group are in a file of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from akuttsim.config.walk import walk_config
from akuttsim.experiments.manifest import AssumptionEntry
from akuttsim.experiments.results import Failure, Results, read_failures
from akuttsim.report.context import (
    SYMBOLS,
    Catalogue,
    Estimate,
    ResultKey,
    ResultsView,
    Words,
    capital,
)
from akuttsim.report.decision_lines import printed_decision
from akuttsim.report.document import SheetCell, SheetColumn, WorkbookSheet, assumption_value
from akuttsim.report.exporters import sheets
from akuttsim.report.exporters.sheets import (
    amount_cell,
    group_cell,
    interval_cells,
    kind_of_group,
    sheet_columns,
    sheet_of,
    sheet_unit_name,
)
from akuttsim.report.sections.patients_affected import second_run_in_words
from akuttsim.report.sentences import (
    input_value_title,
    overload_clauses,
    replication_count,
    unfinished_sentences,
)
from akuttsim.texts import Lang


def targets_sheet(words: Words) -> WorkbookSheet:
    """Return each model's value of each target and main indicator, with its verdict.

    Args:
        words: Results in one language.
    """
    heads = sheet_columns(words, "indicator unit model mean low high limit verdict runs key")
    rows = [
        _level_cells(words, name, indicator)
        for indicator in words.chosen.judged_by()
        for name in words.chosen.organisations
    ]
    return sheet_of(words, "targets", heads, rows)


def _level_cells(words: Words, name: str, indicator: str) -> tuple[SheetCell, ...]:
    level = words.chosen.level(name, indicator)
    unit = unit_of_indicator(words, indicator)
    limit = amount_cell(level.target, level.unit) if level is not None else None
    model = words.labels.organisation(name)
    runs = words.chosen.manifest.runs.get(name)
    label = words.labels.indicator(indicator)
    unit_name = sheet_unit_name(words, unit)
    return (
        label,
        unit_name,
        model,
        *interval_cells(level),
        limit,
        words.labels.verdict(level),
        runs,
        indicator,
    )


def unit_of_indicator(words: Words, indicator: str) -> str:
    """Return the unit of an indicator, "" where no model has it."""
    levels = (words.chosen.level(name, indicator) for name in words.chosen.organisations)
    return next((level.unit for level in levels if level is not None), "")


def differences_sheet(words: Words) -> WorkbookSheet:
    """Return the paired differences from the base of targets and main indicators.

    Beside each stand before and after of the people whom the difference is of, and how many got or
    lost that care.

    Args:
        words: Results in one language.
    """
    heads = sheet_columns(words, _CHANGES)
    rows = [
        _change_cells(words, name, indicator)
        for indicator in words.chosen.judged_by()
        for name in words.chosen.others
    ]
    return sheet_of(words, "differences", heads, rows)


_CHANGES = "indicator unit model mean low high margin verdict before after people gained lost key"


def _change_cells(words: Words, name: str, indicator: str) -> tuple[SheetCell, ...]:
    change = words.chosen.change(name, indicator)
    unit = sheet_unit_name(words, unit_of_indicator(words, indicator), is_change=True)
    margin = amount_cell(change.margin, change.unit, is_change=True) if change is not None else None
    model = words.labels.organisation(name)
    interval = interval_cells(change, is_change=True)
    label = words.labels.indicator(indicator)
    of = _people_cells(change)
    return label, unit, model, *interval, margin, words.labels.verdict(change), *of, indicator


def _people_cells(change: Estimate | None) -> tuple[SheetCell, ...]:
    """Return the means before and after, and of how many people they are, as cells."""
    if change is None:
        return (None,) * 5
    levels = (amount_cell(mean, change.unit) for mean in (change.before, change.after))
    counts = (change.people, change.gained, change.lost)
    return *levels, *(None if math.isnan(mean) else round(mean) for mean in counts)


_ALL = "indicator unit group_by group model mean low high verdict key"


def all_levels_sheet(words: Words) -> WorkbookSheet:
    """Return every indicator of every group and model: what summary.csv has of the first case."""
    rows = _estimates_sheet(words, words.chosen.levels, is_change=False)
    return sheet_of(words, "everything", sheet_columns(words, _ALL), rows)


def all_changes_sheet(words: Words) -> WorkbookSheet:
    """Return every difference from the base: what differences.csv has of the first case."""
    rows = _estimates_sheet(words, words.chosen.changes, is_change=True)
    return sheet_of(words, "every_difference", sheet_columns(words, _ALL), rows)


def _estimates_sheet(
    words: Words, estimates: dict[ResultKey, Estimate], is_change: bool
) -> Iterator[tuple[SheetCell, ...]]:
    for (name, indicator, group_by, group), estimate in estimates.items():
        if math.isnan(estimate.mean):
            continue
        yield (
            words.labels.indicator(indicator),
            sheet_unit_name(words, estimate.unit, is_change),
            kind_of_group(words, group_by),
            group_cell(words, group_by, group),
            words.labels.organisation(name),
            *interval_cells(estimate, is_change),
            words.labels.verdict(estimate),
            indicator,
        )


def cases_sheet(words: Words, results: Results) -> WorkbookSheet:
    """Return the levels of each case, and what each model does in it.

    Args:
        words: Results in one language.
        results: The results folder, as read.
    """
    table = results.summary
    wanted = table["indicator"].isin(words.chosen.judged_by()) & (table["group_by"] == "all")
    return _case_sheet(words, results, "cases", table[wanted])


def effects_sheet(words: Words, results: Results) -> WorkbookSheet:
    """Return what each case changes against the first, in the same model.

    Args:
        words: Results in one language.
        results: The results folder, as read.
    """
    table = results.effects
    return _case_sheet(words, results, "effects", table[table["group_by"] == "all"])


def _case_sheet(words: Words, results: Results, key: str, table: pd.DataFrame) -> WorkbookSheet:
    factors = list(dict.fromkeys(results.cases["factor"]))
    levels, is_change = _case_levels(results), key == "effects"
    rows: list[tuple[SheetCell, ...]] = [
        (
            row.case,
            *(number_or_text(levels.get((row.case, factor), "")) for factor in factors),
            *_varied_cells(words, row, is_change),
        )
        for row in _rows_by_case(table)
    ]
    return sheet_of(words, key, _case_columns(words, factors), rows)


def _rows_by_case(table: pd.DataFrame) -> Iterator[Any]:
    return table.itertuples()


def _case_levels(results: Results) -> dict[tuple[str, str], str]:
    table = results.cases
    pairs = zip(table["case"], table["factor"], strict=True)
    return dict(zip(pairs, table["level"].astype(str), strict=True))


def number_or_text(words: str) -> SheetCell:
    """Return what stands there as a number where it is one."""
    try:
        number = float(words)
    except ValueError:
        return words
    return number if pd.notna(number) and abs(number) < float("inf") else words


def _case_columns(words: Words, factors: list[str]) -> list[SheetColumn]:
    case, *rest = sheet_columns(words, "case model indicator unit mean low high verdict key")
    meaning = words.text("sheets.help.factor")
    return [case, *(SheetColumn(factor, meaning, 16) for factor in factors), *rest]


def _varied_cells(words: Words, row: Any, is_change: bool) -> tuple[SheetCell, ...]:
    ends = (amount_cell(end, row.unit, is_change) for end in (row.mean, row.ci_low, row.ci_high))
    return (
        words.labels.organisation(row.organisation),
        words.labels.indicator(row.indicator),
        sheet_unit_name(words, row.unit, is_change),
        *ends,
        words.labels.named(row.verdict if row.verdict in SYMBOLS else ""),
        row.indicator,
    )


_NOT_COMPARED = frozenset({"organisation", "title", "description", "source", "grade", "range"})
"""Keys that say what a value is called or where it is from, not how an organisation works."""


def assumptions_sheet(words: Words) -> WorkbookSheet:
    """Return every sourced input value with its grade, range and source."""
    heads = sheet_columns(
        words, "of section input value_in_words from to grade meaning source value_key"
    )
    rows = [_assumption_row(words, entry) for entry in words.chosen.manifest.assumptions]
    return sheet_of(words, "assumptions", heads, rows)


_ASSUMPTION = "of section input value_in_words from to grade meaning source value_key"


def _assumption_row(words: Words, entry: AssumptionEntry) -> tuple[SheetCell, ...]:
    low, high = entry.range or (None, None)
    is_model = entry.of in words.chosen.manifest.organisations
    region = words.text("assumptions.of_region")
    section = entry.key.split(".")[0]
    return (
        words.labels.organisation(entry.of) if is_model else region,
        words.text.get(f"section.{section}", words.text("section.other")),
        input_value_title(words, entry.key),
        assumption_value(words, entry) if entry.rows else _input_cell(words, entry.value),
        low,
        high,
        entry.grade,
        words.text(f"grade.{entry.grade}.long"),
        words.labels.source(entry.source)[0],
        entry.key,
    )


def _input_cell(words: Words, value: str) -> SheetCell:
    """Return an input value as a number where it is one, else in words."""
    cell = number_or_text(value)
    return words.labels.config_value(cell) if isinstance(cell, str) else cell


def organisations_sheet(words: Words) -> WorkbookSheet:
    """Return where the configurations of the models differ: a row for each value that does.

    Args:
        words: Results in one language; configurations are those of the manifest.
    """
    models = words.chosen.manifest.organisations
    flat = {name: _working_values(models[name]) for name in words.chosen.organisations}
    keys = dict.fromkeys(key for values_of_model in flat.values() for key in values_of_model)
    rows = []
    for key in keys:
        values = [values_of_model.get(key) for values_of_model in flat.values()]
        if any(value != values[0] for value in values):
            cells = (_value_cell(words, value) for value in values)
            rows.append((input_value_title(words, key), *cells, key))
    meaning = words.text("sheets.help.of_model")
    titles = [words.labels.organisation(name) for name in words.chosen.organisations]
    heads = [
        *sheet_columns(words, "input"),
        *(SheetColumn(title, meaning, 32) for title in titles),
        *sheet_columns(words, "value_key"),
    ]
    return sheet_of(words, "organisations", heads, rows)


def _working_values(organisation: object) -> dict[str, Any]:
    """Return the values of a configuration that say how it works, by their dotted keys."""
    return {
        at.key: ", ".join(map(str, at.value)) if isinstance(at.value, list) else at.value
        for at in walk_config(organisation)
        if at.value is not None and _NOT_COMPARED.isdisjoint(at.key.split("."))
    }


def _value_cell(words: Words, value: Any) -> SheetCell:
    if isinstance(value, bool):
        return words.text("sheets.affirmed") if value else words.text("sheets.denied")
    if isinstance(value, int | float) or value is None:
        return value
    return words.labels.config_value(str(value))


def failures_sheet(words: Words, failures: list[Failure]) -> WorkbookSheet:
    """Return the runs that failed twice and are left out, with the reason.

    Args:
        words: Results in one language.
        failures: The runs.
    """
    heads = sheet_columns(words, "model case replication why")
    known = words.chosen.manifest.organisations
    rows = [
        (
            words.labels.organisation(failure.organisation)
            if failure.organisation in known
            else failure.organisation,
            failure.case,
            failure.replication,
            failure.why,
        )
        for failure in failures
    ]
    return sheet_of(words, "failed", heads, rows)


def front_sheet(words: Words) -> WorkbookSheet:
    """Return the first sheet: the question, the answer, how it was run and how to repeat it."""
    question, answers = _question_rows(words), _answer_rows(words)
    rows = [*question, *answers, *_run_rows(words)]
    return sheet_of(words, "front", sheet_columns(words, "fact contents"), rows, frozen=0)


def _question_rows(words: Words) -> list[tuple[SheetCell, ...]]:
    manifest, text = words.chosen.manifest, words.text
    model, region = words.labels.organisation(words.chosen.base), manifest.region["title"]
    one = text("page.one_question", model=model, region=text.both(region))
    question = text.both(manifest.question) if manifest.question else one
    rows: list[tuple[SheetCell, ...]] = [(text("sheets.question"), question)]
    if manifest.hypothesis:
        rows.append((text("page.hypothesis"), text.both(manifest.hypothesis)))
    rows += [(text("sheets.unfinished"), line) for line in unfinished_sentences(words)]
    return rows


def _answer_rows(words: Words) -> list[tuple[SheetCell, ...]]:
    warnings: list[tuple[SheetCell, ...]] = [
        (words.text("overload.title"), f"{line}.") for line in overload_clauses(words)
    ]
    rows = list(warnings)
    for sentence in printed_decision(words.chosen.results, words.text.lang):
        rows.append(
            (words.text("answer.title"), sentence.lead if sentence.parts else sentence.line)
        )
        rows += [(None, capital(part)) for part in sentence.parts]
    again = second_run_in_words(words)
    return [*rows, (words.text("answer.title"), again)] if again else rows


def _run_rows(words: Words) -> list[tuple[SheetCell, ...]]:
    """Return the run: models, length, seed, versions, times, how to repeat it, checksums."""
    manifest, text = words.chosen.manifest, words.text
    models: list[tuple[SheetCell, ...]] = [
        (text("models.title"), words.labels.organisation(name))
        for name in words.chosen.organisations
    ]
    versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    facts: list[tuple[SheetCell, ...]] = [
        (text("appendix.study"), manifest.study),
        (text("appendix.seed"), manifest.seed),
        (text("appendix.weeks"), manifest.weeks),
        (text("appendix.warmup"), manifest.warmup_days),
        (text("appendix.replications"), replication_count(words)),
        (text("appendix.program"), manifest.akuttsim),
        (text("appendix.model_version"), str(manifest.model_version)),
        (text("appendix.began"), manifest.times.began),
        (text("appendix.ended"), manifest.times.ended),
        (text("appendix.versions"), versions),
        (text("appendix.repeat"), text("sheets.repeat")),
    ]
    sums = [
        (text("appendix.checksum", name=name), value)
        for name, value in manifest.checksums.items()
        if "/" not in name
    ]
    return [*models, *facts, *sums]


def contents_of(words: Words, others: Sequence[WorkbookSheet]) -> WorkbookSheet:
    """Return what the other sheets are about, to stand on the first."""
    rows = [(other.title, other.about, f"{other.key}.csv") for other in others]
    return sheet_of(words, "contents", sheet_columns(words, "sheet contents file"), rows)


def columns_sheet(words: Words, others: Sequence[WorkbookSheet]) -> WorkbookSheet:
    """Return what each column of the other sheets means."""
    rows = [(other.title, head.heading, head.meaning) for other in others for head in other.columns]
    return sheet_of(words, "columns", sheet_columns(words, "sheet column meaning"), rows)


def indicators_sheet(words: Words) -> WorkbookSheet:
    """Return what each indicator is: its unit, which way is good, and its whole definition."""
    manifest = words.chosen.manifest
    good = manifest.directions
    rows = []
    for name in manifest.definitions:
        text, _ = words.labels.definition(name)
        unit = sheet_unit_name(words, words.chosen.unit(name))
        way = words.text(f"sheets.direction.{good[name]}") if name in good else ""
        rows.append((words.labels.indicator(name), unit, way, text, name))
    heads = sheet_columns(words, "indicator unit direction definition key")
    return sheet_of(words, "indicators", heads, rows)


KEYS = (
    *("front", "contents", "targets", "differences", "municipalities", "hours", "week", "work"),
    *("cases", "effects", "organisations", "assumptions", "everything", "every_difference"),
    *("failed", "columns", "indicators"),
)
"""The keys of all sheets that there can be."""


def workbook_sheets(results: Results, lang: Lang) -> list[WorkbookSheet]:
    """Return the sheets that these results have something for.

    Args:
        results: The results folder, as read.
        lang: The language.

    Returns:
        What the results are, the list of sheets, the sheets with rows, what each column means, and
            last
        the definitions of the indicators.
    """
    words = Words(Catalogue(lang), ResultsView(results))
    sheets_with_rows = [sheet for sheet in _sheets_with_rows(words, results) if sheet.rows]
    sheets_with_rows += [indicators_sheet(words)]
    sheets_with_rows.insert(-1, columns_sheet(words, sheets_with_rows))
    return [front_sheet(words), contents_of(words, sheets_with_rows), *sheets_with_rows]


def _sheets_with_rows(words: Words, results: Results) -> list[WorkbookSheet]:
    several = len(words.chosen.manifest.cases) > 1
    return [
        targets_sheet(words),
        differences_sheet(words),
        sheets.municipalities_sheet(words),
        sheets.hours_116117_sheet(words),
        sheets.hours_of_week_sheet(words),
        sheets.at_work_sheet(words),
        *((cases_sheet(words, results), effects_sheet(words, results)) if several else ()),
        organisations_sheet(words),
        assumptions_sheet(words),
        all_levels_sheet(words),
        all_changes_sheet(words),
        failures_sheet(words, read_failures(results.folder)),
    ]
