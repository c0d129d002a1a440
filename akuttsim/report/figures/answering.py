"""Figure: share of 116117 calls answered in time, by hour of the day."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from akuttsim.report.figures.style import FAINT, TARGET, Look, Size, drawn
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

INDICATOR = "answered_116117_within_120_s"
_SPREAD = 0.56
"""Part of an hour's width over which the models' marks stand side by side."""


def answering(words: Words, models: list[Look], size: Size) -> str:
    """Return the figure as inline SVG."""
    name = "answering-narrow" if size.narrow else "answering"
    alt = answering_alt(words)
    return drawn(name, alt, size, lambda figure: _draw(figure, words, models, size))


def _draw(figure: Figure, words: Words, models: list[Look], size: Size) -> None:
    axes = figure.subplots()
    for place, look in enumerate(models):
        _series(axes, words, look, place - (len(models) - 1) / 2, _SPREAD / len(models))
    _target_line(axes, words)
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


def _series(axes: Axes, words: Words, look: Look, place: float, step: float) -> None:
    points = by_hour(words, look.name)
    hours = [hour + place * step for hour, _ in points]
    means = [estimate.mean for _, estimate in points]
    axes.plot(hours, means, color=look.colour, linewidth=0.7, alpha=0.55)
    axes.plot(hours, means, look.mark, color=look.colour, markersize=5.5, label=look.title)
    lows, highs = [each.low for _, each in points], [each.high for _, each in points]
    axes.vlines(hours, lows, highs, color=look.colour, linewidth=1.3)


def _target_line(axes: Axes, words: Words) -> None:
    target = words.labels.targets.get(INDICATOR)
    if target is None:
        return
    axes.axhline(target["at_least"], color=TARGET, linewidth=1.4, linestyle=(0, (6, 3)))
    label = words.text("answering.line", limit=words.limit(INDICATOR))
    axes.annotate(
        label,
        (23.5, target["at_least"]),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=11,
        color=FAINT,
    )


def by_hour(words: Words, organisation: str) -> list[tuple[int, Estimate]]:
    """Return the known shares of a model by hour of the day."""
    hours = words.chosen.groups(INDICATOR, "hour")
    found = [words.chosen.level(organisation, INDICATOR, "hour", hour) for hour in hours]
    levels = zip(hours, found, strict=True)
    return [(int(hour), each) for hour, each in levels if each is not None and each.is_known]


def answering_alt(words: Words) -> str:
    """Return what the figure shows, in words."""
    base = words.chosen.base
    points = by_hour(words, base)
    low, high = (choose(points, key=lambda point: point[1].mean) for choose in (min, max))
    has_target = INDICATOR in words.labels.targets
    return words.text(
        "answering.alt",
        model=words.labels.organisation(base),
        low_hour=_span(low[0]),
        low=words.numbers.mean(low[1]),
        high_hour=_span(high[0]),
        high=words.numbers.mean(high[1]),
        limit=words.limit(INDICATOR) if has_target else words.text("targets.none"),
    )


def _span(hour: int) -> str:
    return f"{hour:02d}–{(hour + 1) % 24:02d}"


def is_alike(words: Words) -> bool:
    """Tell whether all models have the same shares, hour for hour, in every replication."""
    hours = words.chosen.groups(INDICATOR, "hour")
    changes = [
        words.chosen.change(name, INDICATOR, "hour", hour)
        for name in words.chosen.others
        for hour in hours
    ]
    return bool(changes) and all(each is not None and each.is_nil for each in changes)
