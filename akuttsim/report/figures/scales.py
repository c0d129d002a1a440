"""Scales of figures in the words and numbers of a language."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from akuttsim.report.numbers import KRONER
from akuttsim.report.words import Words


def unit_words(words: Words, unit: str, is_change: bool = False) -> str:
    """Return the name of a unit without a number."""
    if unit == KRONER:
        return words.text("scales.millions")
    family = "unit_of_change" if is_change else "unit"
    return words.text.get(f"{family}.{unit}", f"{{n}} {unit}").format(n="").strip("\u00a0 ")


def numbered(axis: Axis, words: Words, most: int = 6) -> None:
    """Write an axis with few numbers, each with as many decimals as their step needs."""
    axis.set_major_locator(MaxNLocator(most))

    def written(value: float, _: int | None) -> str:
        return words.numbers.plain(value, decimals_of(axis.get_majorticklocs().tolist()))

    axis.set_major_formatter(FuncFormatter(written))


def decimals_of(places: Sequence[float]) -> int:
    """Return how many decimals write all of some places as they are; at most four."""
    return next((d for d in range(4) if all(_is_whole(x * 10**d) for x in places)), 4)


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6
