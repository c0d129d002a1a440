"""A calibration in sentences: what was found, what cannot be told, how far verdicts move."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from akuttsim.optimisation.calibration.outcome import (
    CalibrationOutcome,
    FittedTarget,
    UnknownDirection,
    VerdictRange,
)
from akuttsim.report.catalogue import input_names
from akuttsim.report.logs.document import LogWords
from akuttsim.report.numbers import shown

LEAST_PART = 0.2
"""A smaller part of a direction is not named."""


class CalibrationWords(LogWords):
    """The texts and numbers about a calibration in one language."""

    more = ("log", "calibration")

    def told(self, key: str, **values: object) -> str:
        """Return a text about calibrations with its placeholders filled in."""
        return self.text(f"calibration.{key}", **values)

    def significant(self, value: float, most: int = 4) -> str:
        """Return a number with at most so many significant digits, no noughts at its end."""
        if not value or math.isnan(value):
            return self.number(value)
        rounded = float(f"{value:.{most}g}")
        digits = max(0, most - 1 - math.floor(math.log10(abs(rounded))))
        decimals = next(d for d in range(digits + 1) if d == digits or round(rounded, d) == rounded)
        return self.number(rounded, decimals)

    def change(self, value: float, unit: str) -> str:
        """Return a difference with its sign and unit; of shares in percentage points."""
        here = shown(value, unit)
        sign = "+" if here > 0 else ""
        text = self.text.get(f"unit_of_change.{unit}", f"{{n}} {unit}")
        return text.format(n=sign + self.significant(here, 3))

    def measured(self, value: float, unit: str) -> str:
        """Return a value with its unit; a share in per cent."""
        return self._with_unit("unit", self.significant(shown(value, unit)), unit)

    def between(self, value: float, width: float, unit: str) -> str:
        """Return a value with its unit, and from where to where it reaches."""
        ends = (self.significant(shown(end, unit)) for end in (value - width, value + width))
        low, high = ends
        return self.told("between", value=self.measured(value, unit), low=low, high=high)

    def published(self, each: FittedTarget) -> str:
        """Return what is published of a target, and from where to where it is met."""
        return self.between(each.published, each.width, each.unit)

    def simulated(self, each: FittedTarget) -> str:
        """Return what is simulated of a target after, with its 95 % interval."""
        return self.between(each.after, each.chance, each.unit)

    def _with_unit(self, family: str, number: str, unit: str) -> str:
        return self.text.get(f"{family}.{unit}", f"{{n}} {unit}").format(n=number).strip()

    def span(self, ends: tuple[float, float]) -> str:
        """Return from where to where."""
        low, high = map(self.significant, ends)
        return self.told("span", low=low, high=high)

    def assumption(self, key: str) -> str:
        """Return what the value of a key is called; the key itself where it has no name."""
        return input_names(self.text.lang).get(key, key)

    def target(self, each: FittedTarget) -> str:
        """Return what a target is called, with its group."""
        name = each.name if each.title is None else self.text.both(each.title)
        return f"{name} ({each.group})" if each.group else name

    def met(self, each: FittedTarget) -> str:
        """Return whether a target is met, and whether it was held back."""
        key = "met" if each.is_met else "not_met"
        return self.told(f"held_{key}" if each.held_back else key)

    def quoted(self, name: str) -> str:
        """Return a name as it stands within a sentence."""
        return self.text("word.quoted", words=name)

    def indicator(self, name: str) -> str:
        """Return an indicator's name."""
        return self.text.get(f"indicator.{name}", name)


def sentences(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield what a calibration found and what its figures cannot tell."""
    yield _how_it_ended(found, words)
    yield from _doubts(found, words)
    yield from _held_back(found, words)
    yield from not_told(found, words)


def _how_it_ended(found: CalibrationOutcome, words: CalibrationWords) -> str:
    if found.is_met:
        return words.told("all_met", trials=found.trials, possible=found.possible)
    lost = [each for each in found.targets if not each.is_met and not each.held_back]
    missed = [words.quoted(words.target(each)) for each in lost]
    return words.told("not_all_met", trials=found.trials, missed=words.text.listed(missed))


def _held_back(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield how many of the figures held back are met, and which are not."""
    held = [each for each in found.targets if each.held_back]
    if held:
        yield words.told("held", count=len(held), met=sum(each.is_met for each in held))
    for each in held:
        if not each.is_met:
            now, published = words.measured(each.after, each.unit), words.published(each)
            name = words.quoted(words.target(each))
            yield words.told("held_missed", figure=name, now=now, published=published)


def _doubts(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    if not found.has_settled:
        yield words.told("restless")
    for target in found.targets:
        key = _how_unsure(target)
        if key is not None:
            name, now = words.quoted(words.target(target)), words.simulated(target)
            yield words.told(key, figure=name, now=now, published=words.published(target))
    for unknown in found.unknowns:
        if unknown.is_at_an_end:
            yield words.told("at_an_end", name=words.quoted(words.assumption(unknown.key)))


def _how_unsure(target: FittedTarget) -> str | None:
    """Return the text on what chance does to whether a target is met; None for nothing."""
    if target.is_blurred:
        return "blurred"
    return "only_just" if target.is_only_just_met and not target.held_back else None


def not_told(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield which assumptions the figures say nothing of, alone or together."""
    told = found.identified
    called = {each.name: words.quoted(words.assumption(each.key)) for each in found.unknowns}
    idle, alike, untold = told.idle(), list(told.alike()), told.untold()
    for name in idle:
        yield words.told("idle", name=called[name])
    for one, other, cosine in alike:
        key = "alike" if cosine > 0 else "against"
        yield words.told(key, one=called[one], other=called[other])
    pairs = [{called[one], called[other]} for one, other, _ in alike]
    for direction in untold:
        parts = _parts(direction, [called[name] for name in told.unknowns])
        if set(parts) not in pairs:
            yield words.told("mixed", parts=_mixture(parts, words))
    if not (idle or alike or untold):
        yield words.told("all_told")


def _parts(direction: UnknownDirection, names: list[str]) -> dict[str, float]:
    """Return what has more than a little part in a direction."""
    pairs = zip(names, direction.parts, strict=True)
    return {name: part for name, part in pairs if abs(part) >= LEAST_PART}


def _mixture(parts: dict[str, float], words: CalibrationWords) -> str:
    return words.text.listed([
        words.told("up" if part > 0 else "down", name=name) for name, part in parts.items()
    ])  # fmt: skip


def verdict_sentences(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield how far each verdict moves within what is still possible."""
    for each in found.judged:
        indicator = words.indicator(each.indicator)
        moves = verdict_moves(each, words)
        yield words.told("judged", organisation=each.organisation, indicator=indicator, moves=moves)


def verdict_moves(each: VerdictRange, words: CalibrationWords) -> str:
    """Return how far one verdict moves within what is still possible."""
    low, high = (words.change(value, each.unit) for value in (each.low, each.high))
    span = low if low == high else words.told("span", low=low, high=high)
    verdict = words.text(f"verdict.{each.verdicts[0]}")
    points = len(each.verdicts)
    if points == 1:
        return words.told("one_point", verdict=verdict, span=span)
    if not each.moves:
        return words.told("holds", verdict=verdict, points=points, span=span)
    counts = words.text.listed([
        words.told("count", verdict=words.text(f"verdict.{name}"), count=count)
        for name, count in Counter(each.verdicts).items()
    ])  # fmt: skip
    return words.told("depends", counts=counts, points=points, span=span)
