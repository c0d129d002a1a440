"""Figures: calls answered in time by hour, and shares answered or reached by waiting time."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from akuttsim.report.context import Estimate, Words
from akuttsim.report.figure_data import (
    ANSWERED_IN_TIME,
    Curve,
    answered_by_hour,
    curve_points,
    models_like_base,
)
from akuttsim.report.figures.style import FAINT, TARGET, Look, Size, figure_svg

_SPREAD = 0.56
"""Part of an hour's width over which the models' marks stand side by side."""


def answering_figure(words: Words, models: list[Look], size: Size) -> str:
    """Return the shares of calls answered in time by hour of the day as inline SVG.

    Models stand beside one another within each hour, each with its interval.

    Args:
        words: Results in one language.
        models: The models that are drawn.
        size: Size of the drawing.
    """
    name = "answering-narrow" if size.narrow else "answering"
    alt = answering_alt(words)
    return figure_svg(name, alt, size, lambda figure: _draw_answering(figure, words, models, size))


def _draw_answering(figure: Figure, words: Words, models: list[Look], size: Size) -> None:
    axes = figure.subplots()
    for place, look in enumerate(models):
        _draw_share_series(axes, words, look, place - (len(models) - 1) / 2, _SPREAD / len(models))
    _draw_target_line(axes, words)
    low, _ = axes.get_ylim()
    axes.set_ylim(max(0.0, low - 0.02), 1.005)
    axes.set_xlim(-0.6, 23.6)
    hours = range(0, 24, 4 if size.narrow else 2)
    axes.set_xticks(list(hours), [f"{hour:02d}" for hour in hours])
    axes.grid(axis="x", visible=False)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.numbers.amount(y, "share", 0)))
    axes.set_xlabel(words.text("figures.hour_axis"))
    axes.set_title(words.text("answering.axis"), loc="left", fontsize=12, fontweight="normal")
    columns = 1 if size.narrow else min(3, len(models))
    figure.legend(loc="outside upper left", ncols=columns)


def _draw_share_series(axes: Axes, words: Words, look: Look, place: float, step: float) -> None:
    points = answered_by_hour(words, look.name)
    hours = [hour + place * step for hour, _ in points]
    means = [estimate.mean for _, estimate in points]
    axes.plot(hours, means, color=look.colour, linewidth=0.7, alpha=0.55)
    axes.plot(hours, means, look.mark, color=look.colour, markersize=5.5, label=look.title)
    lows, highs = [level.low for _, level in points], [level.high for _, level in points]
    axes.vlines(hours, lows, highs, color=look.colour, linewidth=1.3)


def _draw_target_line(axes: Axes, words: Words) -> None:
    target = words.labels.targets.get(ANSWERED_IN_TIME)
    if target is None or target.at_least is None:
        return
    axes.axhline(target.at_least, color=TARGET, linewidth=1.4, linestyle=(0, (6, 3)))
    label = words.text("answering.line", limit=words.limit(ANSWERED_IN_TIME))
    axes.annotate(
        label,
        (23.5, target.at_least),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=11,
        color=FAINT,
    )


def answering_alt(words: Words) -> str:
    """Return what the figure shows, in words: the base's worst and best hour, and the target.

    Args:
        words: Results in one language.
    """
    base = words.chosen.base
    points = answered_by_hour(words, base)
    low, high = (choose(points, key=lambda point: point[1].mean) for choose in (min, max))
    has_target = ANSWERED_IN_TIME in words.labels.targets
    return words.text(
        "answering.alt",
        model=words.labels.organisation(base),
        low_hour=_hour_span(low[0]),
        low=words.numbers.mean(low[1]),
        high_hour=_hour_span(high[0]),
        high=words.numbers.mean(high[1]),
        limit=words.limit(ANSWERED_IN_TIME) if has_target else words.text("targets.none"),
    )


def _hour_span(hour: int) -> str:
    return f"{hour:02d}–{(hour + 1) % 24:02d}"


WITH_BANDS = 4
"""Lines that can have their intervals drawn before bands hide each other."""


def curve_figure(words: Words, models: list[Look], of: Curve, size: Size) -> str:
    """Return shares by time as inline SVG; models that are as the base share its line.

    Args:
        words: Results in one language.
        models: All models, the base first.
        of: What is drawn.
        size: Size of the drawing.
    """
    name = f"{of.key}-narrow" if size.narrow else of.key
    same = models_like_base(words.chosen, of.indicator, of.group_by)
    shown = [look for look in models if look.name not in same]
    alt = curve_alt(words, of)
    return figure_svg(name, alt, size, lambda figure: _draw_curves(figure, words, shown, of, size))


def _draw_curves(figure: Figure, words: Words, shown: list[Look], of: Curve, size: Size) -> None:
    axes = figure.subplots()
    for place, look in enumerate(shown):
        _draw_curve(axes, curve_points(words, look.name, of), look, place, len(shown) <= WITH_BANDS)
    axes.set_xlim(0, of.longest)
    axes.set_ylim(_axis_start(words, shown, of), 1.005)
    axes.set_xticks(of.ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.numbers.amount(y, "share", 0)))
    axes.set_xlabel(words.text(f"curve.{of.key}.axis"))
    _draw_time_limits(axes, words, of)
    figure.legend(
        loc="outside upper left", ncols=1 if size.narrow else min(3, len(shown)), handlelength=3
    )


def _draw_curve(
    axes: Axes, points: list[tuple[int, Estimate]], look: Look, place: int, with_band: bool
) -> None:
    """Draw one model. The first line is widest, so that lines under one another can be seen."""
    times = [at for at, _ in points]
    lows, highs = [level.low for _, level in points], [level.high for _, level in points]
    if with_band:
        axes.fill_between(times, lows, highs, color=look.colour, alpha=0.15, linewidth=0)
    means = [level.mean for _, level in points]
    width, alpha = (4.0, 0.6) if place == 0 else (1.8, 1.0)
    style = {"color": look.colour, "linestyle": look.dash, "linewidth": width, "alpha": alpha}
    axes.plot(times, means, label=look.title, **style)


def _axis_start(words: Words, shown: list[Look], of: Curve) -> float:
    """Return where the axis begins: at nought, or nearer where all is above the targets."""
    means = [level.mean for look in shown for _, level in curve_points(words, look.name, of)]
    goals = [
        words.labels.targets[level].at_least or 0.0
        for _, level in of.marks
        if level in words.labels.targets
    ]
    lowest = min([*means, *goals], default=0.0)
    return max(0.0, lowest - 0.05) if lowest > 0.5 else 0.0


def _draw_time_limits(axes: Axes, words: Words, of: Curve) -> None:
    """Draw the official limits of time, dotted where one applies nowhere in the region."""
    for at, indicator in of.marks:
        level = words.chosen.level(words.chosen.base, indicator)
        if indicator in words.labels.targets and level is not None:
            _draw_time_limit(axes, words.text(f"curve.{of.key}.mark", at=at), at, level.is_known)
            if level.is_known:
                _draw_share_target(axes, words, at, indicator)


def _draw_time_limit(axes: Axes, label: str, at: int, applies: bool) -> None:
    colour, dash = (TARGET, (0, (6, 3))) if applies else (FAINT, (0, (1, 3)))
    axes.axvline(at, color=colour, linewidth=1.4, linestyle=dash, zorder=1)
    low, _ = axes.get_ylim()
    text = axes.annotate(label, (at, low), xytext=(4, 3), textcoords="offset points")
    text.set(fontsize=11, color=FAINT)


def _draw_share_target(axes: Axes, words: Words, at: int, indicator: str) -> None:
    """Draw where the limit meets the share that is asked for."""
    goal = words.labels.targets[indicator].at_least
    if goal is None:
        return
    axes.plot([0, at], [goal, goal], color=TARGET, linewidth=1.4, linestyle=(0, (6, 3)), zorder=1)
    axes.plot([at], [goal], "D", color=TARGET, markersize=6)
    label = words.text("curve.goal", limit=words.limit(indicator))
    text = axes.annotate(label, (at, goal), xytext=(7, -4), textcoords="offset points", va="top")
    text.set(fontsize=11, color=FAINT)


def curve_alt(words: Words, of: Curve) -> str:
    """Return what the figure shows, in words: the base at the official limits.

    Args:
        words: Results in one language.
        of: What is drawn.
    """
    base = words.chosen.base
    times = {at: level for at, level in curve_points(words, base, of)}
    levels = [
        words.text(f"curve.{of.key}.level", at=at, level=words.numbers.mean(times[at]))
        for at, _ in of.marks
        if at in times
    ]
    model = words.labels.organisation(base)
    return words.text(f"curve.{of.key}.alt", model=model, levels=words.text.listed(levels))
