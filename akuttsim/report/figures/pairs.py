"""Figures: before and after, place by place: a pair of marks for each municipality."""

from __future__ import annotations

import math
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.figures.style import COLOURS, FAINT, Size, drawn, plain
from akuttsim.report.labels import SYMBOLS
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

_BETTER, _WORSE = COLOURS[1], COLOURS[2]
_LOOKS = {"better": (_BETTER, "<"), "worse": (_WORSE, ">")}
_OTHERWISE = (FAINT, "s")


def pairs(words: Words, others: list[str], indicator: str, narrow: bool) -> str:
    """Return the figure as inline SVG: a panel for each of some models, against the base."""
    rows = places(words, indicator)
    height = 70 + (len(others) if narrow else 1) * (70 + 27 * len(rows))
    size = Size(370 if narrow else 960, height, narrow)
    name = f"pairs-{indicator.replace('_', '-')}" + ("-narrow" if narrow else "")
    alt = pairs_alt(words, others, indicator)
    return drawn(name, alt, size, lambda figure: _draw(figure, words, others, indicator, narrow))


def places(words: Words, indicator: str) -> list[str]:
    """Return the municipalities that the base has a value for, the smallest first."""
    found = [
        (level.mean, name)
        for name in words.chosen.municipalities()
        if (level := _level(words, words.chosen.base, indicator, name))
    ]
    return [name for _, name in sorted(found)]


def _level(words: Words, organisation: str, indicator: str, place: str) -> Estimate | None:
    level = words.chosen.level(organisation, indicator, "municipality", place)
    return level if level is not None and level.is_known else None


def _draw(figure: Figure, words: Words, others: list[str], indicator: str, narrow: bool) -> None:
    shape = (len(others), 1) if narrow else (1, len(others))
    panels = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).ravel()
    rows = places(words, indicator)
    for panel, name in zip(panels, others, strict=True):
        title = plain(words.labels.organisation(name), 60)
        panel.set_title(fill(title, 44 if narrow else 76 // len(others)), loc="left", fontsize=12)
        for row, place in enumerate(rows):
            _pair(panel, words, (name, indicator, place), row)
        panel.grid(axis="y", visible=False)
        panel.tick_params(axis="y", length=0)
    names = [plain(words.labels.municipality(place), 36).replace(" - ", " –\n") for place in rows]
    panels[0].set_yticks(range(len(rows)), names)
    panels[0].set_ylim(len(rows) - 0.4, -0.6)
    panels[0].set_xlim(left=0)
    figure.supxlabel(words.labels.indicator(indicator), fontsize=12)
    figure.legend(handles=_legend(words), loc="outside upper left", ncols=2 if narrow else 4)


def _pair(axes: Axes, words: Words, key: tuple[str, str, str], row: int) -> None:
    """Draw the base's mark, the other model's, and the way between them."""
    name, indicator, place = key
    change = words.chosen.change(name, indicator, "municipality", place)
    before, after = _ends(words, change, key)
    if before is not None and after is not None:
        colour, mark = _look(change)
        axes.plot([before, after], [row, row], color=colour, linewidth=2.2)
        axes.plot([after], [row], mark, color=colour, markersize=8)
    if before is not None:
        axes.plot([before], [row], "o", color=COLOURS[0], mfc="white", markersize=7, mew=1.6)


def _ends(
    words: Words, change: Estimate | None, key: tuple[str, str, str]
) -> tuple[float | None, float | None]:
    """Return before and after: of the people whom the difference is of, or else of everybody."""
    if change is not None and not math.isnan(change.before):
        return change.before, change.after
    name, indicator, place = key
    levels = (_level(words, of, indicator, place) for of in (words.chosen.base, name))
    before, after = (each.mean if each is not None else None for each in levels)
    return before, after


def _look(change: Estimate | None) -> tuple[str, str]:
    return _LOOKS.get(change.verdict, _OTHERWISE) if change is not None else _OTHERWISE


def _legend(words: Words) -> list[Line2D]:
    before = plain(words.labels.organisation(words.chosen.base))
    ring = Line2D([], [], marker="o", color=COLOURS[0], mfc="white", linestyle="", label=before)
    kinds = {**_LOOKS, "cannot tell": _OTHERWISE}
    return [ring, *(_kind(words, kind, *look) for kind, look in kinds.items())]


def _kind(words: Words, kind: str, colour: str, mark: str) -> Line2D:
    label = f"{SYMBOLS[kind]} {words.text(f'verdict.{kind}')}"
    return Line2D([], [], marker=mark, color=colour, label=label)


def pairs_alt(words: Words, others: list[str], indicator: str) -> str:
    """Return what the figure shows, in words: how many places gain and lose in each model."""
    told = []
    for name in others:
        changes = [
            words.chosen.change(name, indicator, "municipality", place)
            for place in places(words, indicator)
        ]
        count = {
            kind: sum(each is not None and each.verdict == kind for each in changes)
            for kind in _LOOKS
        }
        model = words.labels.organisation(name)
        told.append(words.text("pairs.counted", model=model, **count))
    label = words.labels.indicator(indicator)
    return words.text("pairs.alt", label=label, told=" ".join(told))
