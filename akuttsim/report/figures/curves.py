"""Figures: which share is answered or reached within any time, a line for each model."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from akuttsim.report.figures.style import FAINT, TARGET, Look, Size, drawn
from akuttsim.report.foremost import alike
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

WITH_BANDS = 4
"""Lines that can have their intervals drawn before bands hide each other."""


@dataclass(frozen=True)
class Curve:
    """What a curve shows: an indicator by time, the official limits, and the longest time drawn."""

    key: str
    indicator: str
    group_by: str
    marks: tuple[tuple[int, str], ...]
    longest: int
    ticks: tuple[int, ...]


ANSWERED = Curve(
    "answered",
    "answered_116117_curve",
    "within_s",
    ((120, "answered_116117_within_120_s"),),
    300,
    (0, 30, 60, 90, 120, 180, 240, 300),
)
REACHED = Curve(
    "reached",
    "ambulance_response_curve",
    "within_min",
    ((12, "ambulance_within_12_min"), (25, "ambulance_within_25_min")),
    60,
    (0, 12, 25, 40, 60),
)


def curve(words: Words, models: list[Look], of: Curve, size: Size) -> str:
    """Return a figure as inline SVG; models that are as the base share its line."""
    name = f"{of.key}-narrow" if size.narrow else of.key
    same = alike(words.chosen, of.indicator, of.group_by)
    shown = [look for look in models if look.name not in same]
    alt = curve_alt(words, of)
    return drawn(name, alt, size, lambda figure: _draw(figure, words, shown, of, size))


def points(words: Words, name: str, of: Curve) -> list[tuple[int, Estimate]]:
    """Return the known shares of a model by time."""
    groups = sorted(words.chosen.groups(of.indicator, of.group_by), key=int)
    found = [
        (int(each), words.chosen.level(name, of.indicator, of.group_by, each)) for each in groups
    ]
    return [(at, each) for at, each in found if each is not None and each.is_known]


def _draw(figure: Figure, words: Words, shown: list[Look], of: Curve, size: Size) -> None:
    axes = figure.subplots()
    for place, look in enumerate(shown):
        _line(axes, points(words, look.name, of), look, place, len(shown) <= WITH_BANDS)
    axes.set_xlim(0, of.longest)
    axes.set_ylim(_lowest(words, shown, of), 1.005)
    axes.set_xticks(of.ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.numbers.amount(y, "share", 0)))
    axes.set_xlabel(words.text(f"curve.{of.key}.axis"))
    _limits(axes, words, of)
    figure.legend(
        loc="outside upper left", ncols=1 if size.narrow else min(3, len(shown)), handlelength=3
    )


def _line(
    axes: Axes, found: list[tuple[int, Estimate]], look: Look, place: int, with_band: bool
) -> None:
    """Draw one model. The first line is widest, so that lines under one another can be seen."""
    times = [at for at, _ in found]
    lows, highs = [each.low for _, each in found], [each.high for _, each in found]
    if with_band:
        axes.fill_between(times, lows, highs, color=look.colour, alpha=0.15, linewidth=0)
    means = [each.mean for _, each in found]
    width, alpha = (4.0, 0.6) if place == 0 else (1.8, 1.0)
    style = {"color": look.colour, "linestyle": look.dash, "linewidth": width, "alpha": alpha}
    axes.plot(times, means, label=look.title, **style)


def _lowest(words: Words, shown: list[Look], of: Curve) -> float:
    """Return where the axis begins: at nought, or nearer where all is above the targets."""
    means = [each.mean for look in shown for _, each in points(words, look.name, of)]
    goals = [
        words.labels.targets[each]["at_least"] or 0.0
        for _, each in of.marks
        if each in words.labels.targets
    ]
    lowest = min([*means, *goals], default=0.0)
    return max(0.0, lowest - 0.05) if lowest > 0.5 else 0.0


def _limits(axes: Axes, words: Words, of: Curve) -> None:
    """Draw the official limits of time, dotted where one applies nowhere in the region."""
    for at, indicator in of.marks:
        level = words.chosen.level(words.chosen.base, indicator)
        if indicator in words.labels.targets and level is not None:
            _limit(axes, words.text(f"curve.{of.key}.mark", at=at), at, level.is_known)
            if level.is_known:
                _goal(axes, words, at, indicator)


def _limit(axes: Axes, label: str, at: int, applies: bool) -> None:
    colour, dash = (TARGET, (0, (6, 3))) if applies else (FAINT, (0, (1, 3)))
    axes.axvline(at, color=colour, linewidth=1.4, linestyle=dash, zorder=1)
    low, _ = axes.get_ylim()
    text = axes.annotate(label, (at, low), xytext=(4, 3), textcoords="offset points")
    text.set(fontsize=11, color=FAINT)


def _goal(axes: Axes, words: Words, at: int, indicator: str) -> None:
    """Draw where the limit meets the share that is asked for."""
    goal = words.labels.targets[indicator]["at_least"]
    if goal is None:
        return
    axes.plot([0, at], [goal, goal], color=TARGET, linewidth=1.4, linestyle=(0, (6, 3)), zorder=1)
    axes.plot([at], [goal], "D", color=TARGET, markersize=6)
    told = words.text("curve.goal", limit=words.limit(indicator))
    text = axes.annotate(told, (at, goal), xytext=(7, -4), textcoords="offset points", va="top")
    text.set(fontsize=11, color=FAINT)


def curve_alt(words: Words, of: Curve) -> str:
    """Return what the figure shows, in words: the base at the official limits."""
    base = words.chosen.base
    times = {at: each for at, each in points(words, base, of)}
    levels = [
        words.text(f"curve.{of.key}.level", at=at, level=words.numbers.mean(times[at]))
        for at, _ in of.marks
        if at in times
    ]
    model = words.labels.organisation(base)
    return words.text(f"curve.{of.key}.alt", model=model, levels=words.text.listed(levels))
