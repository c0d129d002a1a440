"""Figure: ambulance response times by municipality, median and p90 of each model."""

from __future__ import annotations

from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.figures.style import FAINT, INK, TARGET, Look, Size, drawn, plain
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

MEDIAN = "ambulance_response_median_min"
P90 = "ambulance_response_p90_min"
_LIMITS = {"ambulance_within_12_min": 12, "ambulance_within_25_min": 25}
"""The official limits in minutes; a line is drawn for those that apply in the region."""

_LONGEST_NAME = 36
"""Letters of a municipality's name beside the figure; the longest in Norway has 31."""


def response(words: Words, models: list[Look], narrow: bool) -> str:
    """Return the figure as inline SVG, as high as its municipalities and models need."""
    rows = municipalities(words)
    height = 110 + (len(models) * 22 if narrow else 24) + len(rows) * max(30, 12 * len(models) + 6)
    size = Size(370 if narrow else 960, height, narrow)
    name = "response-narrow" if narrow else "response"
    return drawn(name, response_alt(words), size, lambda figure: _draw(figure, words, models, size))


def municipalities(words: Words) -> list[str]:
    """Return the municipalities with a median, the shortest of the base first."""
    base = words.chosen.base
    known = [
        (level.mean, name)
        for name in words.chosen.groups(MEDIAN, "municipality")
        if (level := _level(words, base, MEDIAN, name))
    ]
    return [name for _, name in sorted(known)]


def _level(words: Words, organisation: str, indicator: str, name: str) -> Estimate | None:
    level = words.chosen.level(organisation, indicator, "municipality", name)
    return level if level is not None and level.is_known else None


def _draw(figure: Figure, words: Words, models: list[Look], size: Size) -> None:
    axes = figure.subplots()
    rows = municipalities(words)
    step = 0.72 / len(models)
    for place, look in enumerate(models):
        offset = (place - (len(models) - 1) / 2) * step
        for indicator, filled in ((MEDIAN, True), (P90, False)):
            _series(
                axes,
                [
                    (row + offset, _level(words, look.name, indicator, name))
                    for row, name in enumerate(rows)
                ],
                look,
                filled,
            )
    names = [
        plain(words.labels.municipality(name), _LONGEST_NAME).replace(" - ", " –\n")
        for name in rows
    ]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.4, -0.95)
    axes.set_xlim(left=0)
    axes.tick_params(axis="y", length=0)
    for edge in [row + 0.5 for row in range(len(rows) - 1)]:
        axes.axhline(edge, color="#eceff1", linewidth=0.8)
    axes.grid(axis="y", visible=False)
    _limits(axes, words)
    axes.set_xlabel(fill(words.text("response.axis"), 38 if size.narrow else 120))
    columns = 1 if size.narrow else min(3, len(models)) + 1
    figure.legend(handles=_legend(words, models), loc="outside upper left", ncols=columns)


def _series(
    axes: Axes, points: list[tuple[float, Estimate | None]], look: Look, filled: bool
) -> None:
    known = [(row, each) for row, each in points if each is not None]
    rows = [row for row, _ in known]
    lows = [each.low for _, each in known]
    highs = [each.high for _, each in known]
    axes.hlines(rows, lows, highs, color=look.colour, linewidth=1.2)
    fill = look.colour if filled else "white"
    means = [each.mean for _, each in known]
    axes.plot(means, rows, look.mark, color=look.colour, mfc=fill, markersize=6, mew=1.3)


def _limits(axes: Axes, words: Words) -> None:
    for indicator, minutes in _LIMITS.items():
        level = words.chosen.level(words.chosen.base, indicator)
        if level is not None and level.is_known:
            axes.axvline(minutes, color=TARGET, linewidth=1.4, linestyle=(0, (6, 3)), zorder=1)
            label = words.text("response.line", limit=minutes)
            axes.text(minutes + 0.4, -0.6, label, va="center", fontsize=11, color=FAINT)


def _legend(words: Words, models: list[Look]) -> list[Line2D]:
    shapes = [
        Line2D([], [], marker=look.mark, linestyle="", color=look.colour, label=look.title)
        for look in models
    ]
    both = f"● {words.text('response.median')}   ○ {words.text('response.p90')}"
    return [*shapes, Line2D([], [], linestyle="", color=INK, label=both)]


def response_alt(words: Words) -> str:
    """Return what the figure shows, in words."""
    rows = municipalities(words)
    base = words.chosen.base
    first, last = (words.labels.municipality(name) for name in (rows[0], rows[-1]))
    ends = [_level(words, base, MEDIAN, name) for name in (rows[0], rows[-1])]
    shortest, longest = (words.numbers.mean(level) for level in ends if level is not None)
    return words.text(
        "response.alt",
        model=words.labels.organisation(base),
        first=first,
        shortest=shortest,
        last=last,
        longest=longest,
    )
