"""Figures by municipality: ambulance response times, and pairs of before and after."""

from __future__ import annotations

from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.context import SYMBOLS, Estimate, Words
from akuttsim.report.figure_data import (
    MEDIAN,
    P90,
    before_and_after,
    municipalities_with_response,
    municipalities_with_value,
    municipality_level,
)
from akuttsim.report.figures.style import (
    COLOURS,
    FAINT,
    INK,
    TARGET,
    Look,
    Size,
    figure_svg,
    plain_label,
)
from akuttsim.statistics.verdicts import Verdict

_LIMITS = {"ambulance_within_12_min": 12, "ambulance_within_25_min": 25}
"""The official limits in minutes; a line is drawn for those that apply in the region."""

_LONGEST_NAME = 36
"""Letters of a municipality's name beside the figure; the longest in Norway has 31."""


def response_figure(words: Words, models: list[Look], narrow: bool) -> str:
    """Return the ambulance's response by municipality as inline SVG: median full, 90 % hollow.

    As high as its municipalities and models need.

    Args:
        words: Results in one language.
        models: The models that are drawn, the base first.
        narrow: Whether it is for a phone.
    """
    rows = municipalities_with_response(words)
    height = 110 + (len(models) * 22 if narrow else 24) + len(rows) * max(30, 12 * len(models) + 6)
    size = Size(370 if narrow else 960, height, narrow)
    name = "response-narrow" if narrow else "response"
    return figure_svg(
        name, response_alt(words), size, lambda figure: _draw_response(figure, words, models, size)
    )


def _draw_response(figure: Figure, words: Words, models: list[Look], size: Size) -> None:
    axes = figure.subplots()
    rows = municipalities_with_response(words)
    step = 0.72 / len(models)
    for place, look in enumerate(models):
        offset = (place - (len(models) - 1) / 2) * step
        for indicator, filled in ((MEDIAN, True), (P90, False)):
            _draw_response_series(
                axes,
                [
                    (row + offset, municipality_level(words, look.name, indicator, name))
                    for row, name in enumerate(rows)
                ],
                look,
                filled,
            )
    names = [
        plain_label(words.labels.municipality(name), _LONGEST_NAME).replace(" - ", " –\n")
        for name in rows
    ]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.4, -0.95)
    axes.set_xlim(left=0)
    axes.tick_params(axis="y", length=0)
    for edge in [row + 0.5 for row in range(len(rows) - 1)]:
        axes.axhline(edge, color="#eceff1", linewidth=0.8)
    axes.grid(axis="y", visible=False)
    _draw_response_limits(axes, words)
    axes.set_xlabel(fill(words.text("response.axis"), 38 if size.narrow else 120))
    columns = 1 if size.narrow else min(3, len(models)) + 1
    figure.legend(
        handles=_response_legend_marks(words, models), loc="outside upper left", ncols=columns
    )


def _draw_response_series(
    axes: Axes, points: list[tuple[float, Estimate | None]], look: Look, filled: bool
) -> None:
    known = [(row, level) for row, level in points if level is not None]
    rows = [row for row, _ in known]
    lows = [level.low for _, level in known]
    highs = [level.high for _, level in known]
    axes.hlines(rows, lows, highs, color=look.colour, linewidth=1.2)
    fill = look.colour if filled else "white"
    means = [level.mean for _, level in known]
    axes.plot(means, rows, look.mark, color=look.colour, mfc=fill, markersize=6, mew=1.3)


def _draw_response_limits(axes: Axes, words: Words) -> None:
    for indicator, minutes in _LIMITS.items():
        level = words.chosen.level(words.chosen.base, indicator)
        if level is not None and level.is_known:
            axes.axvline(minutes, color=TARGET, linewidth=1.4, linestyle=(0, (6, 3)), zorder=1)
            label = words.text("response.line", limit=minutes)
            axes.text(minutes + 0.4, -0.6, label, va="center", fontsize=11, color=FAINT)


def _response_legend_marks(words: Words, models: list[Look]) -> list[Line2D]:
    shapes = [
        Line2D([], [], marker=look.mark, linestyle="", color=look.colour, label=look.title)
        for look in models
    ]
    both = f"● {words.text('response.median')}   ○ {words.text('response.p90')}"
    return [*shapes, Line2D([], [], linestyle="", color=INK, label=both)]


def response_alt(words: Words) -> str:
    """Return what the figure shows, in words: where the base is quickest and where slowest.

    Args:
        words: Results in one language.
    """
    rows = municipalities_with_response(words)
    base = words.chosen.base
    first, last = (words.labels.municipality(name) for name in (rows[0], rows[-1]))
    ends = [municipality_level(words, base, MEDIAN, name) for name in (rows[0], rows[-1])]
    shortest, longest = (words.numbers.mean(level) for level in ends if level is not None)
    return words.text(
        "response.alt",
        model=words.labels.organisation(base),
        first=first,
        shortest=shortest,
        last=last,
        longest=longest,
    )


_BETTER, _WORSE = COLOURS[1], COLOURS[2]
_LOOKS: dict[str, tuple[str, str]] = {Verdict.BETTER: (_BETTER, "<"), Verdict.WORSE: (_WORSE, ">")}
_OTHERWISE = (FAINT, "s")


def pairs_figure(words: Words, others: list[str], indicator: str, narrow: bool) -> str:
    """Return before and after by municipality as inline SVG: a panel for each of some models.

    The base's mark is a ring, and the line's colour and end tell the verdict.

    Args:
        words: Results in one language.
        others: The models that have a panel, each against the base.
        indicator: The indicator that is drawn.
        narrow: Whether it is for a phone, with panels below one another.
    """
    rows = municipalities_with_value(words, indicator)
    height = 70 + (len(others) if narrow else 1) * (70 + 27 * len(rows))
    size = Size(370 if narrow else 960, height, narrow)
    name = f"pairs-{indicator.replace('_', '-')}" + ("-narrow" if narrow else "")
    alt = pairs_alt(words, others, indicator)
    return figure_svg(
        name, alt, size, lambda figure: _draw_pairs(figure, words, others, indicator, narrow)
    )


def _draw_pairs(
    figure: Figure, words: Words, others: list[str], indicator: str, narrow: bool
) -> None:
    shape = (len(others), 1) if narrow else (1, len(others))
    panels = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).ravel()
    rows = municipalities_with_value(words, indicator)
    for panel, name in zip(panels, others, strict=True):
        title = plain_label(words.labels.organisation(name), 60)
        panel.set_title(fill(title, 44 if narrow else 76 // len(others)), loc="left", fontsize=12)
        for row, place in enumerate(rows):
            _draw_pair(panel, words, (name, indicator, place), row)
        panel.grid(axis="y", visible=False)
        panel.tick_params(axis="y", length=0)
    names = [
        plain_label(words.labels.municipality(place), 36).replace(" - ", " –\n") for place in rows
    ]
    panels[0].set_yticks(range(len(rows)), names)
    panels[0].set_ylim(len(rows) - 0.4, -0.6)
    panels[0].set_xlim(left=0)
    figure.supxlabel(words.labels.indicator(indicator), fontsize=12)
    figure.legend(
        handles=_pair_legend_marks(words), loc="outside upper left", ncols=2 if narrow else 4
    )


def _draw_pair(axes: Axes, words: Words, key: tuple[str, str, str], row: int) -> None:
    """Draw the base's mark, the other model's, and the way between them."""
    name, indicator, place = key
    change = words.chosen.change(name, indicator, "municipality", place)
    before, after = before_and_after(words, change, key)
    if before is not None and after is not None:
        colour, mark = _LOOKS.get(change.verdict if change is not None else "", _OTHERWISE)
        axes.plot([before, after], [row, row], color=colour, linewidth=2.2)
        axes.plot([after], [row], mark, color=colour, markersize=8)
    if before is not None:
        axes.plot([before], [row], "o", color=COLOURS[0], mfc="white", markersize=7, mew=1.6)


def _pair_legend_marks(words: Words) -> list[Line2D]:
    before = plain_label(words.labels.organisation(words.chosen.base))
    ring = Line2D([], [], marker="o", color=COLOURS[0], mfc="white", linestyle="", label=before)
    kinds = {**_LOOKS, Verdict.CANNOT_TELL: _OTHERWISE}
    return [ring, *(_pair_legend_mark(words, kind, *look) for kind, look in kinds.items())]


def _pair_legend_mark(words: Words, kind: str, colour: str, mark: str) -> Line2D:
    label = f"{SYMBOLS[kind]} {words.text(f'verdict.{kind}')}"
    return Line2D([], [], marker=mark, color=colour, label=label)


def pairs_alt(words: Words, others: list[str], indicator: str) -> str:
    """Return what the figure shows, in words: how many places gain and lose in each model.

    Args:
        words: Results in one language.
        others: The models that have a panel.
        indicator: The indicator that is drawn.
    """
    sentences = []
    for name in others:
        changes = [
            words.chosen.change(name, indicator, "municipality", place)
            for place in municipalities_with_value(words, indicator)
        ]
        count = {
            kind: sum(change is not None and change.verdict == kind for change in changes)
            for kind in _LOOKS
        }
        model = words.labels.organisation(name)
        sentences.append(words.text("pairs.counted", model=model, **count))
    label = words.labels.indicator(indicator)
    return words.text("pairs.alt", label=label, told=" ".join(sentences))
