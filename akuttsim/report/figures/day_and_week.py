"""Figures: how busy each role is by hour of the day, and heat maps of the week."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from akuttsim.records import Floats
from akuttsim.report.context import Words
from akuttsim.report.figure_data import (
    ANSWERING,
    WeekMap,
    load_by_hour,
    roles_with_load,
    values_by_hour_of_week,
)
from akuttsim.report.figures.style import INK, Look, Size, figure_svg
from akuttsim.statistics.verdicts import Verdict


def load_figure(words: Words, models: list[Look], size: Size) -> str:
    """Return the figure as inline SVG."""
    name = "load-narrow" if size.narrow else "load"
    return figure_svg(
        name, load_alt(words), size, lambda figure: _draw_load(figure, words, models, size)
    )


def _draw_load(figure: Figure, words: Words, models: list[Look], size: Size) -> None:
    shown = roles_with_load(words)
    rows, columns = (len(shown), 1) if size.narrow else ((len(shown) + 1) // 2, 2)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for panel, role in zip(panels, shown, strict=False):
        _draw_role_load(panel, words, models, role)
    for empty in panels[len(shown) :]:
        empty.set_visible(False)
    panels[0].set_xlim(-0.5, 23.5)
    panels[0].set_ylim(bottom=0)
    panels[0].set_xticks(range(0, 24, 4), [f"{hour:02d}" for hour in range(0, 24, 4)])
    amount = words.numbers.amount
    panels[0].yaxis.set_major_formatter(FuncFormatter(lambda y, _: amount(y, "share", 0)))
    figure.supxlabel(words.text("figures.hour_axis"), fontsize=12)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper left",
        ncols=1 if size.narrow else min(3, len(models)),
        handlelength=3,
    )


def _draw_role_load(axes: Axes, words: Words, models: list[Look], role: str) -> None:
    """Draw one role. The first line is widest, so that lines under one another can be seen."""
    axes.set_title(words.text(f"role.{role}"), loc="left", fontsize=12.5)
    for place, look in enumerate(models):
        points = load_by_hour(words, look.name, role)
        hours = [hour for hour, _ in points]
        axes.fill_between(
            hours,
            [level.low for _, level in points],
            [level.high for _, level in points],
            color=look.colour,
            alpha=0.18,
            linewidth=0,
        )
        axes.plot(
            hours,
            [level.mean for _, level in points],
            color=look.colour,
            linestyle=look.dash,
            linewidth=max(1.6, 4.0 - 1.2 * place),
            alpha=0.6 if place == 0 else 1.0,
            label=look.title,
        )


def load_alt(words: Words) -> str:
    """Return what the figure shows, in words: the busiest hour of each role in the base.

    Args:
        words: Results in one language.
    """
    peaks = []
    for role in roles_with_load(words):
        points = load_by_hour(words, words.chosen.base, role)
        if points:
            hour, level = max(points, key=lambda point: point[1].mean)
            name = words.text(f"role.{role}")
            level_in_words = words.numbers.mean(level)
            span = f"{hour:02d}–{(hour + 1) % 24:02d}"
            peaks.append(words.text("load.peak", role=name, hour=span, level=level_in_words))
    model = words.labels.organisation(words.chosen.base)
    return words.text("load.alt", model=model, peaks=", ".join(peaks))


_SHADES = ("#0b3c5d", "#2f79a8", "#9cc7e0", "#f3f8fb")
"""Dark where there is little, light where there is much: lightness alone tells, also in grey."""


def week_figure(words: Words, models: list[Look], of: WeekMap, narrow: bool) -> str:
    """Return a week as inline SVG: hours along the page, or down it on a narrow one.

    A frame marks hours in which the whole interval misses the target.

    Args:
        words: Results in one language.
        models: The models that have a panel, on one scale of colours.
        of: What is drawn.
        narrow: Whether it is for a phone.
    """
    height = (110 if narrow else 60) + len(models) * (24 * 14 + 60 if narrow else 7 * 25 + 62)
    size = Size(370 if narrow else 960, height, narrow)
    name = of.key.replace("_", "-") + ("-narrow" if narrow else "")
    alt = " ".join(week_alt(words, look, of) for look in models)
    return figure_svg(name, alt, size, lambda figure: _draw_week(figure, words, models, of, narrow))


def _draw_week(figure: Figure, words: Words, models: list[Look], of: WeekMap, narrow: bool) -> None:
    panels = figure.subplots(len(models), 1, squeeze=False).ravel()
    shades = LinearSegmentedColormap.from_list("week", _SHADES)
    scale = Normalize(*of.ends, clip=True)
    for panel, look in zip(panels, models, strict=True):
        _draw_week_panel(panel, words, look, of, (shades, scale, narrow))
        panel.set_title(look.title, loc="left", fontsize=12.5)
    _draw_colour_key(figure, words, of, (shades, scale, narrow))


WeekColouring = tuple[Colormap, Normalize, bool]


def _draw_week_panel(axes: Axes, words: Words, look: Look, of: WeekMap, how: WeekColouring) -> None:
    shades, scale, narrow = how
    levels, numbers = (
        values_by_hour_of_week(words, look.name, indicator)
        for indicator in (of.indicator, of.number)
    )
    grid = np.full((7, 24), np.nan)
    for cell, level in levels.items():
        grid[cell] = level.mean
    shown = np.ma.masked_invalid(grid.T if narrow else grid)
    axes.pcolormesh(shown, cmap=shades, norm=scale, edgecolors="white", linewidth=0.8)
    for cell, number in numbers.items():
        _write_in_cell(
            axes,
            _brief_number(words, number.mean),
            _cell_position(cell, narrow),
            _number_colour(grid, cell, how),
        )
    for cell, level in levels.items():
        if level.verdict == Verdict.NOT_MET:
            x, top = _cell_position(cell, narrow)
            axes.add_patch(Rectangle((x, top), 1, 1, fill=False, edgecolor=INK, linewidth=2.2))
    _label_week_axes(axes, words, narrow)


def _cell_position(cell: tuple[int, int], narrow: bool) -> tuple[int, int]:
    day, hour = cell
    return (day, hour) if narrow else (hour, day)


def _brief_number(words: Words, value: float) -> str:
    """Return a mean number of people or crews; without decimals where it is whole, or many."""
    return words.numbers.plain(value, 0 if abs(value - round(value)) < 0.05 or value >= 10 else 1)


def _number_colour(grid: Floats, cell: tuple[int, int], how: WeekColouring) -> str:
    return "white" if how[1](grid[cell]) < 0.5 else INK


def _write_in_cell(axes: Axes, number: str, at: tuple[int, int], colour: str) -> None:
    text = axes.text(at[0] + 0.5, at[1] + 0.53, number, ha="center", va="center")
    text.set(fontsize=10, color=colour, in_layout=False)


def _label_week_axes(axes: Axes, words: Words, narrow: bool) -> None:
    days = words.text("week.days").split()
    clock = range(0, 24, 3)
    day_axis, hour_axis = (axes.xaxis, axes.yaxis) if narrow else (axes.yaxis, axes.xaxis)
    day_axis.set_ticks([day + 0.5 for day in range(7)], days)
    hour_axis.set_ticks(list(clock), [f"{hour:02d}" for hour in clock])
    axes.invert_yaxis()
    axes.grid(False)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _draw_colour_key(figure: Figure, words: Words, of: WeekMap, how: WeekColouring) -> None:
    """Tell what the colours mean, in five steps."""
    shades, scale, narrow = how
    low, high = of.ends
    steps = np.linspace(low, high, 5)
    tell = _week_extremes(words, of)
    patches = [
        Rectangle((0, 0), 1, 1, facecolor=shades(scale(step)), edgecolor=INK) for step in steps
    ]
    labels = [tell(float(step)) for step in steps]
    labels[0] = words.text("week.or_less", level=labels[0]) if low > 0 else labels[0]
    if of.indicator in words.labels.targets:
        patches.append(Rectangle((0, 0), 1, 1, fill=False, edgecolor=INK, linewidth=2.2))
        labels.append(words.text("week.broken"))
    title = fill(words.text(f"week.{of.key}.axis"), 42 if narrow else 120)
    columns = 2 if narrow else 6
    figure.legend(
        patches, labels, title=title, loc="outside upper left", ncols=columns, alignment="left"
    )


def _week_extremes(words: Words, of: WeekMap) -> Callable[[float], str]:
    if of.indicator == ANSWERING.indicator:
        return lambda value: words.numbers.amount(value, "share", 0)
    return lambda value: _brief_number(words, value)


def week_alt(words: Words, look: Look, of: WeekMap) -> str:
    """Return what a panel shows, in words: when there is least and most.

    Args:
        words: Results in one language.
        look: The model of the panel.
        of: What is drawn.
    """
    levels = values_by_hour_of_week(words, look.name, of.indicator)
    if not levels:
        return words.text("week.nothing", model=look.title)
    least, most = (choose(levels, key=lambda cell: levels[cell].mean) for choose in (min, max))
    tell = _week_extremes(words, of)
    return words.text(
        f"week.{of.key}.alt",
        model=words.labels.organisation(look.name),
        least=hour_of_week_words(words, *least),
        low=tell(levels[least].mean),
        most=hour_of_week_words(words, *most),
        high=tell(levels[most].mean),
    )


def hour_of_week_words(words: Words, day: int, hour: int) -> str:
    """Return an hour of the week in words.

    Args:
        words: Results in one language.
        day: Weekday, Monday 0.
        hour: Hour of the day, 0 to 23.
    """
    return words.text(
        "week.when", day=words.text("week.days_long").split()[day], hour=f"{hour:02d}"
    )
