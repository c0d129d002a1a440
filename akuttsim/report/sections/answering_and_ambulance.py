"""Sections of the page: how 116117 answers and which hours miss the target; the ambulance."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

from akuttsim.report.context import Words
from akuttsim.report.document import (
    ComparisonLine,
    Drawing,
    Figure,
    Section,
    Table,
    comparison_table,
    group_label,
    group_lines,
    table_of_groups,
)
from akuttsim.report.figures import by_municipality, service_levels
from akuttsim.report.figures.bars_and_strips import StackedBar, StackedBars, stacked_bars_figure
from akuttsim.report.figures.day_and_week import ANSWERING, cover_map, values_by_hour_of_week
from akuttsim.report.figures.style import Look, Size, most_different_models
from akuttsim.report.sections.panels import (
    curve_picture,
    looks_of_models,
    models_in_panels,
    numbers_tables,
    section_lines,
    shown_models_note,
    week_picture,
)
from akuttsim.statistics.verdicts import Verdict

_MOST_TOLD = 4
"""Groups of days that can be told one by one; of more only the count is told."""

HourSpans = tuple[tuple[int, int], ...]
"""Hours of a day, as first hour and the one after the last."""


def missed_hours_sentences(words: Words) -> list[str]:
    """Return in which hours 116117 misses its target, models with the same hours in one sentence.

    An hour of the week counts only when its whole interval is below the target.
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


def answering_section(words: Words, models: list[Look]) -> Section:
    """Return the part: when it breaks, the curve, the day, the week, and the numbers."""
    figures = []
    if service_levels.curve_points(words, words.chosen.base, service_levels.ANSWERED):
        figures.append(curve_picture(words, models, service_levels.ANSWERED))
    if service_levels.answered_by_hour(words, words.chosen.base):
        figures.append(_by_hour_picture(words, models))
    weekly = bool(values_by_hour_of_week(words, words.chosen.base, ANSWERING.indicator))
    if weekly:
        names = models_in_panels(words, ANSWERING.indicator)
        figures.append(week_picture(words, models, names, ANSWERING))
    sentences = tuple(missed_hours_sentences(words)) if weekly else ()
    tables = numbers_tables(
        words, words.text("answered.numbers"), section_lines(words, "answering")
    )
    return Section("answering", words.text("answering.title"), sentences, tuple(figures), tables)


def _by_hour_picture(words: Words, models: list[Look]) -> Figure:
    names = most_different_models(words.chosen, service_levels.INDICATOR, "hour")
    shown = looks_of_models(models, names)
    drawing = Drawing(
        Markup(service_levels.answering_figure(words, shown, Size(960, 380))),
        Markup(
            service_levels.answering_figure(
                words, shown, Size(370, 320 + 20 * len(shown), narrow=True)
            )
        ),
    )
    captions = [words.text("answering.caption"), words.text("figures.interval")]
    if service_levels.is_answering_alike(words):
        captions.append(words.text("answering.same"))
    rows = [
        (f"{int(hour):02d}", service_levels.INDICATOR, "hour", hour)
        for hour in words.chosen.groups(service_levels.INDICATOR, "hour")
    ]
    caption = words.labels.indicator(service_levels.INDICATOR)
    table = table_of_groups(words, caption, rows, words.text("figures.hour"))
    title = words.text("answering.by_hour")
    notes = (*captions, *shown_models_note(words, names))
    return Figure("answering-hour", title, (drawing,), notes, (table,))


_RESPONSE_PARTS = "ambulance_response_parts_min"


def ambulance_section(words: Words, models: list[Look]) -> Section:
    """Return the part: the curve, municipalities, where the time goes, cover, and the numbers."""
    figures = []
    if service_levels.curve_points(words, words.chosen.base, service_levels.REACHED):
        figures.append(curve_picture(words, models, service_levels.REACHED))
    if by_municipality.municipalities_with_response(words):
        figures.append(_response_picture(words, models))
    if words.chosen.groups(_RESPONSE_PARTS, "part"):
        figures.append(_time_split(words))
    if values_by_hour_of_week(words, words.chosen.base, "ambulances_free"):
        names = models_in_panels(words, "ambulances_free")
        figures.append(week_picture(words, models, names, cover_map(words, names)))
    lines = [*section_lines(words, "ambulance"), *_first_helper_lines(words)]
    tables = numbers_tables(words, words.text("ambulance.numbers"), lines)
    return Section("ambulance", words.text("ambulance.title"), (), tuple(figures), tables)


def _first_helper_lines(words: Words) -> list[ComparisonLine]:
    """Return who is first with red patients, as lines of a table."""
    title = words.labels.indicator("first_help_by_a_week")
    return group_lines(words, "first_help_by_a_week", "who", f"{title}: {{group}}")


def _response_picture(words: Words, models: list[Look]) -> Figure:
    names = most_different_models(words.chosen, by_municipality.MEDIAN, "municipality")
    shown = looks_of_models(models, names)
    wide, narrow = (
        Markup(by_municipality.response_figure(words, shown, is_narrow))
        for is_narrow in (False, True)
    )
    base = words.labels.organisation(words.chosen.base)
    captions = (
        words.text("response.caption", base=base),
        words.text("figures.interval"),
        *shown_models_note(words, names),
    )
    tables = tuple(
        _response_table(words, is_narrow)
        for is_narrow in (by_municipality.MEDIAN, by_municipality.P90)
    )
    return Figure(
        "response", words.text("response.title"), (Drawing(wide, narrow),), captions, tables
    )


def _response_table(words: Words, indicator: str) -> Table:
    names = by_municipality.municipalities_with_response(words)
    rows = [(words.labels.municipality(name), indicator, "municipality", name) for name in names]
    rows.append((words.text("figures.whole_region"), indicator, "all", "all"))
    caption = words.labels.indicator(indicator)
    return table_of_groups(words, caption, rows, words.text("travel.municipality"))


def _time_split(words: Words) -> Figure:
    groups = words.chosen.groups(_RESPONSE_PARTS, "part")
    bars = tuple(_split_bar(words, name, groups) for name in words.chosen.organisations)
    parts = tuple(group_label(words, group) for group in groups)
    alt = words.text(
        "split.alt", told="; ".join(_time_split_words(words, bar, parts) for bar in bars)
    )
    of = StackedBars("split", parts, bars, words.text("split.axis"), alt, words.numbers.plain)
    drawing = Drawing(*(Markup(stacked_bars_figure(of, narrow)) for narrow in (False, True)))
    lines = group_lines(words, _RESPONSE_PARTS, "part")
    table = comparison_table(
        words, words.labels.indicator(_RESPONSE_PARTS), words.text("split.part"), lines
    )
    captions = (words.text("split.caption"),)
    return Figure("split", words.text("split.title"), (drawing,), captions, (table,))


def _split_bar(words: Words, name: str, groups: list[str]) -> StackedBar:
    levels = [words.chosen.level(name, _RESPONSE_PARTS, "part", group) for group in groups]
    sizes = tuple(level.mean if level is not None and level.is_known else 0.0 for level in levels)
    title = words.labels.organisation(name)
    return StackedBar(title, sizes, words.numbers.amount(sum(sizes), "min"))


def _time_split_words(words: Words, bar: StackedBar, parts: tuple[str, ...]) -> str:
    sizes = zip(parts, bar.sizes, strict=True)
    parts_in_words = ", ".join(
        f"{part} {words.numbers.amount(size, 'min')}" for part, size in sizes
    )
    return f"{bar.title}: {parts_in_words}"
