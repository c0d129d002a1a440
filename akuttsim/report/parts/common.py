"""What several parts of the page are made with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from akuttsim.report.compared import Line, compared
from akuttsim.report.figures.curves import WITH_BANDS, Curve, curve
from akuttsim.report.figures.style import Look, Size
from akuttsim.report.figures.week import Week, hours, week
from akuttsim.report.foremost import alike, foremost
from akuttsim.report.picture import Drawing, Picture
from akuttsim.report.tables import Cell, Row, Table, groups_table
from akuttsim.report.words import Words


def picked(models: list[Look], names: Iterable[str]) -> list[Look]:
    """Return the looks of some models."""
    wanted = set(names)
    return [look for look in models if look.name in wanted]


def drawn_only(words: Words, names: list[str]) -> tuple[str, ...]:
    """Return a sentence that tells which models are drawn; none where all of them are."""
    count = len(words.chosen.organisations)
    if len(names) == count:
        return ()
    base, others = words.chosen.base, [name for name in names if name != words.chosen.base]
    shown, of_base = words.models(others), words.labels.organisation(base)
    return (words.text("figures.drawn_only", base=of_base, shown=shown, count=count),)


def curve_picture(words: Words, models: list[Look], of: Curve) -> Picture:
    """Return a curve of all models with its table; models as the base share its line."""
    lines = len(models) - len(alike(words.chosen, of.indicator, of.group_by))
    drawing = Drawing(
        Markup(curve(words, models, of, Size(960, 330 + 22 * ((lines + 2) // 3)))),
        Markup(curve(words, models, of, Size(370, 300 + 20 * lines, narrow=True))),
    )
    groups = sorted(words.chosen.groups(of.indicator, of.group_by), key=int)
    rows = [
        (words.text(f"curve.{of.key}.within", at=each), of.indicator, of.group_by, each)
        for each in groups
    ]
    label = words.labels.indicator(of.indicator)
    table = groups_table(words, label, rows, words.text(f"curve.{of.key}.time"))
    bands = (words.text("curve.bands"),) if lines <= WITH_BANDS else ()
    told = (words.text(f"curve.{of.key}.caption"), *bands, *_same(words, of))
    return Picture(of.key, words.text(f"curve.{of.key}.title"), (drawing,), told, (table,))


def _same(words: Words, of: Curve) -> tuple[str, ...]:
    same = alike(words.chosen, of.indicator, of.group_by)
    if not same:
        return ()
    base = words.labels.organisation(words.chosen.base)
    return (words.text("figures.same_as", models=words.models(same), base=base),)


def in_panels(words: Words, indicator: str) -> list[str]:
    """Return the models that have a panel: all of three, else the base and one other."""
    most = 3 if len(words.chosen.organisations) <= 3 else 2
    return foremost(words.chosen, indicator, most=most)


def week_picture(words: Words, models: list[Look], names: list[str], of: Week) -> Picture:
    """Return the week of some models as heat maps, each with a table of hours by weekdays."""
    shown = picked(models, names)
    drawing = Drawing(*(Markup(week(words, shown, of, narrow)) for narrow in (False, True)))
    told = (words.text(f"week.{of.key}.caption"), *drawn_only(words, names))
    tables = tuple(_week_table(words, name, of.indicator) for name in names)
    title = words.text(f"week.{of.key}.title")
    return Picture(of.key.replace("_", "-"), title, (drawing,), told, tables)


def numbers(words: Words, caption: str, lines: Sequence[Line]) -> tuple[Table, ...]:
    """Return lines as a table of the models, or no table where there is nothing to tell."""
    table = compared(words, caption, words.text("targets.indicator"), lines)
    return (table,) if table.rows else ()


def _week_table(words: Words, name: str, indicator: str) -> Table:
    levels = hours(words, name, indicator)
    heads = (words.text("figures.hour"), *words.text("week.days_long").split())
    rows = []
    for hour in range(24):
        found = (levels.get((day, hour)) for day in range(7))
        cells = tuple(
            Cell(words.numbers.mean(each), words.numbers.interval(each)) if each else Cell("–")
            for each in found
        )
        rows.append(Row(f"{hour:02d}", "", cells))
    label, model = words.labels.indicator(indicator), words.labels.organisation(name)
    return Table(f"{label}: {model}", heads, tuple(rows))
