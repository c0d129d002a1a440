"""Figures of designs over ranges: elementary effects, shares of variance and rank correlations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.figures.scales import numbered, unit_words
from akuttsim.report.figures.style import INK, Size, drawn, plain
from akuttsim.report.numbers import shown
from akuttsim.report.words import Words

LOOKS = {
    "S1": ("#0072B2", "o"),
    "ST": ("#D55E00", "s"),
    "rank_correlation": ("#0072B2", "o"),
}
_NAMED = 8


@dataclass(frozen=True)
class Told:
    """What a measure tells of a factor, with its interval (NaN where it has none)."""

    factor: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Influence:
    """An outcome and what each measure of its design tells of the factors, the strongest first."""

    name: str
    unit: str
    measures: dict[str, tuple[Told, ...]]


def strengths(words: Words, told: Influence, size: Size, alt: str) -> str:
    """Return measures without a unit as points by factor with their intervals, as inline SVG."""
    name = f"{told.name}-narrow" if size.narrow else told.name
    return drawn(name, alt, size, lambda figure: _strengths(figure, words, told, size))


def _strengths(figure: Figure, words: Words, told: Influence, size: Size) -> None:
    axes = figure.subplots()
    for number, (measure, found) in enumerate(told.measures.items()):
        _series(axes, words.text(f"measure.{measure}"), measure, found, 0.16 * number)
    first = next(iter(told.measures.values()))
    axes.set_yticks(range(len(first)), [plain(_broken(each.factor, size)) for each in first])
    axes.set_ylim(len(first) - 0.4, -0.6)
    axes.axvline(0, color=INK, linewidth=1.0)
    numbered(axes.xaxis, words, 4 if size.narrow else 7)
    figure.legend(loc="outside upper left", ncols=1 if size.narrow else 2)


def _series(
    axes: Axes, label: str, measure: str, found: Sequence[Told], offset: float
) -> None:  # fmt: skip
    colour, mark = LOOKS[measure]
    places = [place + offset for place in range(len(found))]
    axes.hlines(
        places, [t.low for t in found], [t.high for t in found], color=colour, linewidth=1.4
    )
    axes.plot([t.mean for t in found], places, mark, color=colour, markersize=7, label=label)


def _broken(words: str, size: Size) -> str:
    return words.replace(": ", ":\n", 1) if size.narrow else words


def morris(words: Words, told: Influence, size: Size, alt: str) -> str:
    """Return strength against what is not the same everywhere, a point a factor, as inline SVG."""
    name = f"{told.name}-narrow" if size.narrow else told.name
    return drawn(name, alt, size, lambda figure: _morris(figure, words, told, size))


def _morris(figure: Figure, words: Words, told: Influence, size: Size) -> None:
    axes = figure.subplots()
    strong, spread = told.measures["mu_star"], told.measures["sigma"]
    x = [shown(each.mean, told.unit) for each in strong]
    y = [shown(each.mean, told.unit) for each in spread]
    low = [shown(each.low, told.unit) for each in strong]
    high = [shown(each.high, told.unit) for each in strong]
    axes.hlines(y, low, high, color=LOOKS["S1"][0], linewidth=1.0, alpha=0.6)
    axes.plot(x, y, "o", color=LOOKS["S1"][0], markersize=7)
    for number, (at_x, at_y) in enumerate(zip(x[:_NAMED], y[:_NAMED], strict=True), start=1):
        axes.annotate(str(number), (at_x, at_y), xytext=(0, 7), textcoords="offset points",
                      ha="center", color=INK, fontsize=11.5, fontweight="bold")  # fmt: skip
    most = max([*x, *y, 0.0]) * 1.08 or 1.0
    axes.plot([0, most], [0, most], color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_xlim(0, max([*high, 0.0]) * 1.05 or 1.0)
    axes.set_ylim(0, max([*y, 0.0]) * 1.2 or 1.0)
    unit = unit_words(words, told.unit, is_change=True)
    axes.set_xlabel(words.text("measure.mu_star_axis", unit=unit))
    axes.set_ylabel(words.text("measure.sigma_axis", unit=unit))
    for axis in (axes.xaxis, axes.yaxis):
        numbered(axis, words, 4 if size.narrow else 6)
    _key(figure, strong[:_NAMED], size)


def _key(figure: Figure, named: Sequence[Told], size: Size) -> None:
    """Name the numbered points above the drawing, so that no name covers a point."""
    labels = [f"{number}  {plain(each.factor)}" for number, each in enumerate(named, start=1)]
    handles = [Line2D([], [], linestyle="none") for _ in labels]
    columns = 1 if size.narrow else 2
    figure.legend(handles, labels, loc="outside upper left", ncols=columns, handlelength=0)
