"""The sections of numbers by subject, in their order.

Defined in this file: who gains and who loses, what it costs, and the people who work; calls and
ambulance have a file of their own.
"""

from __future__ import annotations

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
from akuttsim.report.figure_data import COST
from akuttsim.report.sections.answering_and_ambulance import ambulance_section, answering_section
from akuttsim.report.sections.health_section import health_section
from akuttsim.report.sections.panels import numbers_tables, section_lines
from akuttsim.report.sentences import FOR_WHOM


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
    return [_cost_table(words, *table) for table in (spent, staffed, driven)]


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
