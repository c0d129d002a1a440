"""A calibration in sentences: what was found, what cannot be told, how far verdicts move."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from akuttsim.analysis.calibrated import Calibrated, Judged
from akuttsim.analysis.identified import Direction
from akuttsim.report.logs.document import LogWords

LEAST_PART = 0.2
"""A smaller part of a direction is not named."""


class CalibrationWords(LogWords):
    """The texts and numbers about a calibration in one language."""

    more = ("log", "calibration")

    def told(self, key: str, **values: object) -> str:
        """Return a text about calibrations with its placeholders filled in."""
        return self.text(f"calibration.{key}", **values)

    def significant(self, value: float) -> str:
        """Return a number with four significant digits, without noughts at its end."""
        if not value or math.isnan(value):
            return self.number(value)
        rounded = float(f"{value:.4g}")
        digits = max(0, 3 - math.floor(math.log10(abs(rounded))))
        decimals = next(d for d in range(digits + 1) if d == digits or round(rounded, d) == rounded)
        return self.number(rounded, decimals)

    def change(self, value: float, unit: str) -> str:
        """Return a difference with its sign and unit; of shares in percentage points."""
        shown = value * 100 if unit == "share" else value
        sign = "+" if shown > 0 else ""
        text = self.text.get(f"unit_of_change.{unit}", f"{{n}} {unit}")
        return text.format(n=sign + self.significant(shown))

    def indicator(self, name: str) -> str:
        """Return an indicator's name."""
        return self.text.get(f"indicator.{name}", name)


def sentences(found: Calibrated, words: CalibrationWords) -> Iterator[str]:
    """Yield what a calibration found and what its figures cannot tell."""
    yield _how_it_ended(found, words)
    yield from _doubts(found, words)
    held = [each for each in found.targets if each.held_back]
    if held:
        yield words.told("held", count=len(held), met=sum(each.is_met for each in held))
    yield from not_told(found, words)


def _how_it_ended(found: Calibrated, words: CalibrationWords) -> str:
    if found.is_met:
        return words.told("all_met", trials=found.trials, possible=found.possible)
    missed = [each.name for each in found.targets if not each.is_met and not each.held_back]
    return words.told("not_all_met", trials=found.trials, missed=words.text.listed(missed))


def _doubts(found: Calibrated, words: CalibrationWords) -> Iterator[str]:
    if not found.has_settled:
        yield words.told("restless")
    for target in found.targets:
        if target.is_blurred:
            chance = words.significant(target.chance)
            yield words.told("blurred", figure=target.name, chance=chance)
    for unknown in found.unknowns:
        if unknown.is_at_an_end:
            yield words.told("at_an_end", name=unknown.key)


def not_told(found: Calibrated, words: CalibrationWords) -> Iterator[str]:
    """Yield which assumptions the figures say nothing of, alone or together."""
    told = found.identified
    idle, alike, untold = told.idle(), list(told.alike()), told.untold()
    for name in idle:
        yield words.told("idle", name=name)
    for one, other, cosine in alike:
        yield words.told("alike" if cosine > 0 else "against", one=one, other=other)
    for direction in untold:
        yield words.told("mixed", parts=_mixture(direction, told.unknowns, words))
    if not (idle or alike or untold):
        yield words.told("all_told")


def _mixture(direction: Direction, names: tuple[str, ...], words: CalibrationWords) -> str:
    parts = [
        words.told("up" if part > 0 else "down", name=name)
        for name, part in zip(names, direction.parts, strict=True)
        if abs(part) >= LEAST_PART
    ]
    return words.text.listed(parts)


def verdict_sentences(found: Calibrated, words: CalibrationWords) -> Iterator[str]:
    """Yield how far each verdict moves within what is still possible."""
    for each in found.judged:
        indicator = words.indicator(each.indicator)
        moves = verdict_moves(each, words)
        yield words.told("judged", organisation=each.organisation, indicator=indicator, moves=moves)


def verdict_moves(each: Judged, words: CalibrationWords) -> str:
    """Return how far one verdict moves within what is still possible."""
    low, high = (words.change(value, each.unit) for value in (each.low, each.high))
    verdict = words.text(f"verdict.{each.verdicts[0]}")
    points = len(each.verdicts)
    if points == 1:
        return words.told("one_point", verdict=verdict, low=low)
    if not each.moves:
        return words.told("holds", verdict=verdict, points=points, low=low, high=high)
    counts = words.text.listed([
        words.told("count", verdict=words.text(f"verdict.{name}"), count=count)
        for name, count in Counter(each.verdicts).items()
    ])  # fmt: skip
    return words.told("depends", counts=counts, points=points, low=low, high=high)
