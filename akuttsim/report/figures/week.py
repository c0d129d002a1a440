"""Figures: the week as a heat map, weekdays by hours, a panel for each model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from akuttsim.indicators.measured_run import WEEKDAYS
from akuttsim.records import Floats
from akuttsim.report.figures.style import INK, Look, Size, drawn
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

_SHADES = ("#0b3c5d", "#2f79a8", "#9cc7e0", "#f3f8fb")
"""Dark where there is little, light where there is much: lightness alone tells, also in grey."""


@dataclass(frozen=True)
class Week:
    """What a heat map shows: an indicator in colour, and one as a number in each cell."""

    key: str
    indicator: str
    number: str
    ends: tuple[float, float]
    """Values of the darkest and the lightest colour."""


ANSWERING = Week(
    "week_answering", "answered_116117_within_120_s", "operators_on_duty_116117", (0.5, 1.0)
)


def cover(words: Words, names: list[str]) -> Week:
    """Return the heat map of free ambulances, its colours over the range of some models."""
    found = [each.mean for name in names for each in hours(words, name, "ambulances_free").values()]
    return Week("week_cover", "ambulances_free", "ambulances_free", (0.0, max(found, default=1.0)))


def hours(words: Words, name: str, indicator: str) -> dict[tuple[int, int], Estimate]:
    """Return the known values of a model by weekday (Monday 0) and hour."""
    found = {}
    for group in words.chosen.groups(indicator, "hour_of_week"):
        day, hour = group.split()
        level = words.chosen.level(name, indicator, "hour_of_week", group)
        if level is not None and level.is_known:
            found[WEEKDAYS.index(day), int(hour)] = level
    return found


def week(words: Words, models: list[Look], of: Week, narrow: bool) -> str:
    """Return the figure as inline SVG: hours along the page, or down it on a narrow one."""
    height = (110 if narrow else 60) + len(models) * (24 * 14 + 60 if narrow else 7 * 25 + 62)
    size = Size(370 if narrow else 960, height, narrow)
    name = of.key.replace("_", "-") + ("-narrow" if narrow else "")
    alt = " ".join(week_alt(words, look, of) for look in models)
    return drawn(name, alt, size, lambda figure: _draw(figure, words, models, of, narrow))


def _draw(figure: Figure, words: Words, models: list[Look], of: Week, narrow: bool) -> None:
    panels = figure.subplots(len(models), 1, squeeze=False).ravel()
    shades = LinearSegmentedColormap.from_list("week", _SHADES)
    scale = Normalize(*of.ends, clip=True)
    for panel, look in zip(panels, models, strict=True):
        _panel(panel, words, look, of, (shades, scale, narrow))
        panel.set_title(look.title, loc="left", fontsize=12.5)
    _key(figure, words, of, (shades, scale, narrow))


Colouring = tuple[Colormap, Normalize, bool]


def _panel(axes: Axes, words: Words, look: Look, of: Week, how: Colouring) -> None:
    shades, scale, narrow = how
    levels, numbers = (hours(words, look.name, each) for each in (of.indicator, of.number))
    grid = np.full((7, 24), np.nan)
    for cell, level in levels.items():
        grid[cell] = level.mean
    shown = np.ma.masked_invalid(grid.T if narrow else grid)
    axes.pcolormesh(shown, cmap=shades, norm=scale, edgecolors="white", linewidth=0.8)
    for cell, number in numbers.items():
        _write(axes, _brief(words, number.mean), _at(cell, narrow), _ink(grid, cell, how))
    for cell, level in levels.items():
        if level.verdict == "not met":
            left, top = _at(cell, narrow)
            axes.add_patch(Rectangle((left, top), 1, 1, fill=False, edgecolor=INK, linewidth=2.2))
    _axes(axes, words, narrow)


def _at(cell: tuple[int, int], narrow: bool) -> tuple[int, int]:
    day, hour = cell
    return (day, hour) if narrow else (hour, day)


def _brief(words: Words, value: float) -> str:
    """Return a mean number of people or crews; without decimals where it is whole, or many."""
    return words.numbers.plain(value, 0 if abs(value - round(value)) < 0.05 or value >= 10 else 1)


def _ink(grid: Floats, cell: tuple[int, int], how: Colouring) -> str:
    return "white" if how[1](grid[cell]) < 0.5 else INK


def _write(axes: Axes, told: str, at: tuple[int, int], colour: str) -> None:
    text = axes.text(at[0] + 0.5, at[1] + 0.53, told, ha="center", va="center")
    text.set(fontsize=10, color=colour, in_layout=False)


def _axes(axes: Axes, words: Words, narrow: bool) -> None:
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


def _key(figure: Figure, words: Words, of: Week, how: Colouring) -> None:
    """Tell what the colours mean, in five steps."""
    shades, scale, narrow = how
    low, high = of.ends
    steps = np.linspace(low, high, 5)
    tell = _telling(words, of)
    patches = [
        Rectangle((0, 0), 1, 1, facecolor=shades(scale(each)), edgecolor=INK) for each in steps
    ]
    labels = [tell(float(each)) for each in steps]
    labels[0] = words.text("week.or_less", level=labels[0]) if low > 0 else labels[0]
    if of.indicator in words.labels.targets:
        patches.append(Rectangle((0, 0), 1, 1, fill=False, edgecolor=INK, linewidth=2.2))
        labels.append(words.text("week.broken"))
    title = fill(words.text(f"week.{of.key}.axis"), 42 if narrow else 120)
    columns = 2 if narrow else 6
    figure.legend(
        patches, labels, title=title, loc="outside upper left", ncols=columns, alignment="left"
    )


def _telling(words: Words, of: Week) -> Callable[[float], str]:
    if of.indicator == ANSWERING.indicator:
        return lambda value: words.numbers.amount(value, "share", 0)
    return lambda value: _brief(words, value)


def week_alt(words: Words, look: Look, of: Week) -> str:
    """Return what a panel shows, in words: when there is least and most."""
    levels = hours(words, look.name, of.indicator)
    if not levels:
        return words.text("week.nothing", model=look.title)
    least, most = (choose(levels, key=lambda cell: levels[cell].mean) for choose in (min, max))
    tell = _telling(words, of)
    return words.text(
        f"week.{of.key}.alt",
        model=words.labels.organisation(look.name),
        least=when(words, *least),
        low=tell(levels[least].mean),
        most=when(words, *most),
        high=tell(levels[most].mean),
    )


def when(words: Words, day: int, hour: int) -> str:
    """Return an hour of the week in words."""
    return words.text(
        "week.when", day=words.text("week.days_long").split()[day], hour=f"{hour:02d}"
    )
