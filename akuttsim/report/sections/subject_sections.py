"""The sections of numbers by subject, in their order.

How 116117 answers and which hours miss the target; the ambulance; who gains and who loses; what it
costs; the people who work.
"""

from __future__ import annotations

from itertools import groupby

from akuttsim.indicators.registry import listed_indicators
from akuttsim.report.context import Words
from akuttsim.report.document import (
    ComparisonLine,
    Section,
    Table,
    comparison_table,
    group_lines,
    municipality_table,
    region_lines,
    table_of_groups,
)
from akuttsim.report.figure_data import (
    ANSWERING,
    COST,
    MEDIAN,
    P90,
    RESPONSE_PARTS,
    municipalities_with_response,
    values_by_hour_of_week,
)
from akuttsim.report.sections.health_section import health_section
from akuttsim.report.sections.panels import numbers_tables, section_lines
from akuttsim.report.sentences import FOR_WHOM
from akuttsim.statistics.verdicts import Verdict

_MOST_TOLD = 4
"""Groups of days that can be told one by one; of more only the count is told."""

HourSpans = tuple[tuple[int, int], ...]
"""Hours of a day, as first hour and the one after the last."""


def missed_hours_sentences(words: Words) -> list[str]:
    """Return in which hours 116117 misses its target, models with the same hours in one sentence.

    An hour of the week counts only when its whole interval is below the target.

    Args:
        words: Results in one language.
    """
    by_hours: dict[frozenset[tuple[int, int]], list[str]] = {}
    for name in words.chosen.organisations:
        by_hours.setdefault(_missed_hours(words, name), []).append(name)
    return [_missed_hours_sentence(words, names, missed) for missed, names in by_hours.items()]


def _missed_hours(words: Words, name: str) -> frozenset[tuple[int, int]]:
    levels = values_by_hour_of_week(words, name, ANSWERING.indicator)
    return frozenset(cell for cell, level in levels.items() if level.verdict == Verdict.NOT_MET)


def _missed_hours_sentence(
    words: Words, names: list[str], missed: frozenset[tuple[int, int]]
) -> str:
    models = _model_titles(words, names)
    if not missed:
        return words.text("broken.nowhere", models=models)
    days = spans_by_day(missed)
    hours = "; ".join(_days_in_words(words, *day) for day in days)
    key = "broken.hours" if len(days) <= _MOST_TOLD else "broken.many"
    return words.text(
        key, models=models, count=len(missed), hours=hours, most=_worst_hours(words, missed)
    )


def _model_titles(words: Words, names: list[str]) -> str:
    if len(names) == len(words.chosen.organisations) > 1:
        return words.text("broken.all")
    return words.models(names)


def spans_by_day(cells: frozenset[tuple[int, int]]) -> list[tuple[tuple[int, ...], HourSpans]]:
    """Return days that have the same hours, with these as spans, in the order of the week."""
    days_of_spans: dict[HourSpans, list[int]] = {}
    for day in sorted({day for day, _ in cells}):
        days_of_spans.setdefault(_hour_spans(sorted(h for d, h in cells if d == day)), []).append(
            day
        )
    return [(tuple(days), spans) for spans, days in days_of_spans.items()]


def _hour_spans(clock: list[int]) -> HourSpans:
    runs = groupby(enumerate(clock), key=lambda pair: pair[1] - pair[0])
    grouped = [[hour for _, hour in run] for _, run in runs]
    return tuple((span[0], span[-1] + 1) for span in grouped)


def _days_in_words(words: Words, days: tuple[int, ...], spans: HourSpans) -> str:
    names = words.text("week.days_long").split()
    runs = _hour_spans(list(days))
    days_in_words = [names[a] if b - a == 1 else f"{names[a]}–{names[b - 1]}" for a, b in runs]
    clock = [f"{first:02d}–{last:02d}" for first, last in spans]
    return words.text(
        "broken.day", days=words.text.listed(days_in_words), clock=words.text.listed(clock)
    )


def _worst_hours(words: Words, cells: frozenset[tuple[int, int]]) -> str:
    """Return the hours of the day that are missed on most days, at most three."""
    counts = {hour: sum(h == hour for _, h in cells) for hour in {h for _, h in cells}}
    often = sorted(sorted(counts, key=lambda hour: (-counts[hour], hour))[:3])
    return words.text.listed([f"{a:02d}–{b:02d}" for a, b in _hour_spans(often)])


def answering_section(words: Words) -> Section:
    """Return the part: in which hours 116117 misses its target, and the numbers."""
    weekly = bool(values_by_hour_of_week(words, words.chosen.base, ANSWERING.indicator))
    sentences = tuple(missed_hours_sentences(words)) if weekly else ()
    tables = numbers_tables(
        words, words.text("answered.numbers"), section_lines(words, "answering")
    )
    return Section("answering", words.text("answering.title"), sentences, (), tables)


def ambulance_section(words: Words) -> Section:
    """Return the part: the numbers, and response times by municipality."""
    lines = [*section_lines(words, "ambulance"), *_first_helper_lines(words)]
    numbers = numbers_tables(words, words.text("ambulance.numbers"), lines)
    tables = (*numbers, *_response_tables(words))
    return Section("ambulance", words.text("ambulance.title"), (), (), tables)


def _first_helper_lines(words: Words) -> list[ComparisonLine]:
    """Return who is first with red patients, as lines of a table."""
    title = words.labels.indicator("first_help_by_a_week")
    return group_lines(words, "first_help_by_a_week", "who", f"{title}: {{group}}")


def _response_tables(words: Words) -> list[Table]:
    """Return median and 90th percentile by municipality, and where the time goes."""
    places = municipalities_with_response(words)
    tables = [_response_table(words, name, places) for name in (MEDIAN, P90) if places]
    parts = group_lines(words, RESPONSE_PARTS, "part")
    label = words.labels.indicator(RESPONSE_PARTS)
    split = comparison_table(words, label, words.text("split.part"), parts)
    return [*tables, split] if split.rows else tables


def _response_table(words: Words, indicator: str, places: list[str]) -> Table:
    rows = [(words.labels.municipality(name), indicator, "municipality", name) for name in places]
    rows.append((words.text("figures.whole_region"), indicator, "all", "all"))
    caption = words.labels.indicator(indicator)
    return table_of_groups(words, caption, rows, words.text("travel.municipality"))


def equity_section(words: Words) -> Section:
    """Return the part: by municipality, best and worst, age and distance."""
    sentences = (words.text("travel.intro"),) if words.chosen.others else ()
    title = words.text("equity.title")
    return Section("equity", title, sentences, (), tuple(_equity_tables(words)))


def _equity_tables(words: Words) -> list[Table]:
    tables = [
        municipality_table(words, name)
        for name in FOR_WHOM
        if words.chosen.groups(name, "municipality")
    ]
    tables += [_gap_table(words), _distance_table(words), _age_table(words)]
    return [table for table in tables if table.rows]


def _gap_table(words: Words) -> Table:
    """Return the best and the worst municipality of each model, and what lies between them."""
    lines: list[ComparisonLine] = []
    for indicator in _equity_indicators("gap"):
        title = words.labels.indicator(indicator)
        lines += group_lines(words, indicator, "gap", f"{title}: {{group}}")
    return comparison_table(words, words.text("equity.gap"), words.text("targets.indicator"), lines)


def _equity_indicators(group_by: str) -> list[str]:
    return [indicator.name for indicator in listed_indicators("equity") if group_by in indicator.by]


def _distance_table(words: Words) -> Table:
    """Return levels alone: how far people live is counted to each model's own clinics."""
    rows = [
        (f"{words.labels.indicator(indicator)}: {group}", indicator, "distance", group)
        for indicator in _equity_indicators("distance")
        for group in words.chosen.groups(indicator, "distance")
    ]
    first = words.text("targets.indicator")
    return table_of_groups(words, words.text("equity.distance"), rows, first)


def _age_table(words: Words) -> Table:
    title = words.labels.indicator("ring_to_doctor_min")
    lines = group_lines(words, "ring_to_doctor_min", "age", f"{title}: {{group}}")
    return comparison_table(words, words.text("equity.age"), words.text("targets.indicator"), lines)


def cost_section(words: Words) -> Section:
    """Return the part: tables of money, hours on duty and kilometres."""
    tables = tuple(table for table in _cost_tables(words) if table.rows)
    return Section("cost", words.text("cost.title"), (), (), tables)


def _cost_tables(words: Words) -> list[Table]:
    spent = (COST, "part", words.labels.indicator(COST))
    staffed = ("staffed_hours_a_week", "role", words.text("cost.hours"))
    driven = ("km_driven_a_week", "who", words.text("cost.km"))
    paid = ("paid_nok_a_year", "payer", words.text("cost.payers"))
    journeys = ("patient_journeys_nok_a_year", "municipality", words.text("cost.journeys"))
    every = (spent, paid, journeys, staffed, driven)
    return [_cost_table(words, *table) for table in every]


def _cost_table(words: Words, indicator: str, group_by: str, caption: str) -> Table:
    lines: list[ComparisonLine] = [
        *group_lines(words, indicator, group_by),
        *region_lines(words, [indicator]),
    ]
    return comparison_table(words, caption, words.text("split.part"), lines)


def staff_section(words: Words) -> Section:
    """Return the part: nights, rest, collisions and overtime."""
    tables = numbers_tables(words, words.text("people.numbers"), section_lines(words, "people"))
    sentences = (words.text("people.intro"),) if tables else ()
    return Section("people", words.text("people.title"), sentences, (), tables)


def subject_sections(words: Words) -> list[Section]:
    """Return the parts of the page that the results have something for, in their order."""
    sections = [
        answering_section(words),
        ambulance_section(words),
        staff_section(words),
        equity_section(words),
        cost_section(words),
        health_section(words),
    ]
    return [part for part in sections if part.has_numbers]
