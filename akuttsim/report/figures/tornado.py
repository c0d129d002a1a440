"""Figure: how far each factor, set low and high alone, moves an outcome; the largest on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from akuttsim.report.figures.scales import numbered, unit_words
from akuttsim.report.figures.style import INK, Size, drawn, plain
from akuttsim.report.numbers import shown
from akuttsim.report.words import Words

SIDES = {"lower": ("#0072B2", ""), "higher": ("#E69F00", "///"), "other": ("#bcc2c7", "...")}
"""Dark blue, light orange and grey (Okabe and Ito), with hatches that tell them apart in grey."""

_HEIGHT = 0.36
_NARROW_HEIGHT = 0.2
_NARROW_COLUMNS = 48


@dataclass(frozen=True)
class Bar:
    """What an outcome becomes when a factor alone is at a level; with the interval of the change.

    `side` is lower, higher or other than in the first case.
    """

    side: str
    level: str
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class Swing:
    """A factor in words, with its bars."""

    factor: str
    first_level: str
    bars: tuple[Bar, ...]

    @property
    def size(self) -> float:
        """Return the largest change either way."""
        return max(abs(bar.change) for bar in self.bars)

    @property
    def levels(self) -> str:
        """Return from which level to which."""
        return f"{self.first_level} → {' / '.join(bar.level for bar in self.bars)}"


@dataclass(frozen=True)
class Tornado:
    """An outcome, what it is in the first case, and what moves it, the largest first."""

    name: str
    unit: str
    is_change: bool
    start: float
    swings: tuple[Swing, ...]


def tornado(words: Words, told: Tornado, size: Size, alt: str) -> str:
    """Return the figure as inline SVG."""
    name = f"{told.name}-narrow" if size.narrow else told.name
    return drawn(name, alt, size, lambda figure: _draw(figure, words, told, size))


def _draw(figure: Figure, words: Words, told: Tornado, size: Size) -> None:
    axes = figure.subplots()
    for place, swing in enumerate(told.swings):
        _bars(axes, told, place, swing, _NARROW_HEIGHT if size.narrow else _HEIGHT)
    start = shown(told.start, told.unit)
    axes.axvline(start, color=INK, linewidth=1.2)
    _nought(axes, told, start)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    count = len(told.swings)
    axes.set_ylim(count - 0.4, -1.0 if size.narrow else -0.6)
    _labels(axes, told.swings, size)
    numbered(axes.xaxis, words, 4 if size.narrow else 7)
    axes.set_xlabel(unit_words(words, told.unit, told.is_change))
    _legend(figure, words, told, size)


def _bars(axes: Axes, told: Tornado, place: int, swing: Swing, height: float) -> None:
    """Draw a factor's bars from the value of the first case; two sides share the row."""
    offsets = [(k - (len(swing.bars) - 1) / 2) * height for k in range(len(swing.bars))]
    for bar, offset in zip(swing.bars, offsets, strict=True):
        colour, hatch = SIDES[bar.side]
        start, change, low, high = (
            shown(value, told.unit) for value in (told.start, bar.change, bar.low, bar.high)
        )
        axes.barh(
            place + offset,
            change,
            left=start,
            height=height,
            color=colour,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
        )
        if low == low:
            axes.plot([start + low, start + high], [place + offset] * 2, color=INK, linewidth=1.3)


def _nought(axes: Axes, told: Tornado, start: float) -> None:
    """Draw where there is no difference, if the bars come near it."""
    left, right = axes.get_xlim()
    margin = 0.1 * (right - left)
    if told.is_change and start != 0 and left - margin < 0 < right + margin:
        axes.axvline(0, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))


def _labels(axes: Axes, swings: Sequence[Swing], size: Size) -> None:
    """Write the factors left of the bars; on a narrow screen above each."""
    places = range(len(swings))
    if not size.narrow:
        axes.set_yticks(
            places, [plain(f"{each.factor}\n{each.levels}") for each in swings], fontsize=11.5
        )
        return
    axes.set_yticks([])
    across = axes.get_yaxis_transform()
    for place, each in zip(places, swings, strict=True):
        words = plain("\n".join([*wrap(each.factor, _NARROW_COLUMNS), each.levels]))
        text = axes.text(0, place - 0.25, words, transform=across, fontsize=11, va="bottom")
        text.set_in_layout(False)
        text.set_gid("halo")


def _legend(figure: Figure, words: Words, told: Tornado, size: Size) -> None:
    used = {bar.side for swing in told.swings for bar in swing.bars}
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.6,
              label=words.text(f"tornado.{side}"))
        for side, (colour, hatch) in SIDES.items()
        if side in used
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="outside upper left", ncols=1 if size.narrow else 3, labelcolor=INK
    )
