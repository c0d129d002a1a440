"""What several sections are made with: curves, weeks and tables of numbers by model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from akuttsim.indicators.declaration import ReportList
from akuttsim.indicators.registry import listed_indicators
from akuttsim.report.context import Words
from akuttsim.report.document import (
    Cell,
    ComparisonLine,
    Drawing,
    Figure,
    Table,
    TableRow,
    comparison_table,
    group_lines,
    table_of_groups,
)
from akuttsim.report.figures.day_and_week import WeekMap, values_by_hour_of_week, week_figure
from akuttsim.report.figures.service_levels import WITH_BANDS, Curve, curve_figure
from akuttsim.report.figures.style import Look, Size, models_like_base, most_different_models


def looks_of_models(models: list[Look], names: Iterable[str]) -> list[Look]:
    """Return the looks of some models."""
    wanted = set(names)
    return [look for look in models if look.name in wanted]


def shown_models_note(words: Words, names: list[str]) -> tuple[str, ...]:
    """Return a sentence that tells which models are drawn; none where all of them are."""
    count = len(words.chosen.organisations)
    if len(names) == count:
        return ()
    base, others = words.chosen.base, [name for name in names if name != words.chosen.base]
    shown, of_base = words.models(others), words.labels.organisation(base)
    return (words.text("figures.drawn_only", base=of_base, shown=shown, count=count),)


def curve_picture(words: Words, models: list[Look], of: Curve) -> Figure:
    """Return a curve of all models with its table; models as the base share its line."""
    lines = len(models) - len(models_like_base(words.chosen, of.indicator, of.group_by))
    drawing = Drawing(
        Markup(curve_figure(words, models, of, Size(960, 330 + 22 * ((lines + 2) // 3)))),
        Markup(curve_figure(words, models, of, Size(370, 300 + 20 * lines, narrow=True))),
    )
    groups = sorted(words.chosen.groups(of.indicator, of.group_by), key=int)
    rows = [
        (words.text(f"curve.{of.key}.within", at=group), of.indicator, of.group_by, group)
        for group in groups
    ]
    label = words.labels.indicator(of.indicator)
    table = table_of_groups(words, label, rows, words.text(f"curve.{of.key}.time"))
    bands = (words.text("curve.bands"),) if lines <= WITH_BANDS else ()
    notes = (words.text(f"curve.{of.key}.caption"), *bands, *_same_line_note(words, of))
    return Figure(of.key, words.text(f"curve.{of.key}.title"), (drawing,), notes, (table,))


def _same_line_note(words: Words, of: Curve) -> tuple[str, ...]:
    same = models_like_base(words.chosen, of.indicator, of.group_by)
    if not same:
        return ()
    base = words.labels.organisation(words.chosen.base)
    return (words.text("figures.same_as", models=words.models(same), base=base),)


def models_in_panels(words: Words, indicator: str) -> list[str]:
    """Return the models that have a panel: all of three, else the base and one other."""
    most = 3 if len(words.chosen.organisations) <= 3 else 2
    return most_different_models(words.chosen, indicator, most=most)


def week_picture(words: Words, models: list[Look], names: list[str], of: WeekMap) -> Figure:
    """Return the week of some models as heat maps, each with a table of hours by weekdays."""
    shown = looks_of_models(models, names)
    drawing = Drawing(*(Markup(week_figure(words, shown, of, narrow)) for narrow in (False, True)))
    notes = (words.text(f"week.{of.key}.caption"), *shown_models_note(words, names))
    tables = tuple(_week_table(words, name, of.indicator) for name in names)
    title = words.text(f"week.{of.key}.title")
    return Figure(of.key.replace("_", "-"), title, (drawing,), notes, tables)


def numbers_tables(
    words: Words, caption: str, lines: Sequence[ComparisonLine]
) -> tuple[Table, ...]:
    """Return lines as a table of the models, or no table where there is nothing to tell."""
    table = comparison_table(words, caption, words.text("targets.indicator"), lines)
    return (table,) if table.rows else ()


def _week_table(words: Words, name: str, indicator: str) -> Table:
    levels = values_by_hour_of_week(words, name, indicator)
    heads = (words.text("figures.hour"), *words.text("week.days_long").split())
    rows = []
    for hour in range(24):
        levels_of_hour = (levels.get((day, hour)) for day in range(7))
        cells = tuple(
            Cell(words.numbers.mean(level), words.numbers.interval(level)) if level else Cell("–")
            for level in levels_of_hour
        )
        rows.append(TableRow(f"{hour:02d}", "", cells))
    label, model = words.labels.indicator(indicator), words.labels.organisation(name)
    return Table(f"{label}: {model}", heads, tuple(rows))


def section_lines(words: Words, section: ReportList) -> list[ComparisonLine]:
    """Return the lines of the indicators that a section of the page lists.

    One that is divided by role has a line for each role, any other one for the whole region.
    """
    lines: list[ComparisonLine] = []
    for indicator in listed_indicators(section):
        title = words.labels.indicator(indicator.name)
        if "role" in indicator.by:
            lines += group_lines(words, indicator.name, "role", f"{title}: {{group}}")
        else:
            lines.append(ComparisonLine(title, indicator.name))
    return lines
