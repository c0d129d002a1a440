"""Figures of a calibration: the figures held to, and the assumptions moved, before and after."""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.optimisation.calibration.outcome import (
    CalibrationOutcome,
    FittedTarget,
    FittedUnknown,
)
from akuttsim.report.calibration import CalibrationWords
from akuttsim.report.figures.strips import Part, Strip, Strips, strips
from akuttsim.report.logs.document import Picture
from akuttsim.report.numbers import shown

TARGETS = (
    "published", "tolerance", "fitted_before", "fitted_after",
    "held_before", "held_after", "chance",
)  # fmt: skip
UNKNOWNS = ("range", "possible", "before", "after")


def targets_picture(found: CalibrationOutcome, words: CalibrationWords) -> Picture:
    """Return the figure of published figures with what is simulated before and after."""
    drawn = [_target(each, words) for each in found.targets]
    return _picture("targets", drawn, TARGETS, words)


def unknowns_picture(found: CalibrationOutcome, words: CalibrationWords) -> Picture:
    """Return the figure of assumptions: range, as written, found, and what is still possible."""
    drawn = [_unknown(each, words) for each in found.unknowns]
    return _picture("unknowns", drawn, UNKNOWNS, words)


def _picture(
    name: str, drawn: list[Strip], kinds: tuple[str, ...], words: CalibrationWords
) -> Picture:
    names = {kind: words.told(f"kind.{kind}") for kind in kinds}
    of = Strips(f"calibration-{name}", drawn, names)
    told = " ".join(f"{strip.title}: {strip.told}." for strip in drawn)
    alt = words.told(f"alt.{name}", told=told)
    wide, narrow = (strips(of, words.numbers, alt, is_narrow) for is_narrow in (False, True))
    return Picture(wide, words.told(f"caption.{name}"), narrow=narrow)


def _target(each: FittedTarget, words: CalibrationWords) -> Strip:
    told = words.told(
        "told_target",
        published=words.published(each),
        was=words.measured(each.before, each.unit),
        now=words.measured(each.after, each.unit),
        met=words.met(each),
    )
    parts = (_scaled(part, each.unit) for part in _target_parts(each))
    return Strip(words.target(each), told, tuple(parts))


def _scaled(part: Part, unit: str) -> Part:
    return Part(part.kind, shown(part.low, unit), shown(part.high, unit))


def _target_parts(each: FittedTarget) -> Iterator[Part]:
    """Yield what a target's strip shows, from back to front."""
    kind = "held" if each.held_back else "fitted"
    yield Part("tolerance", each.published - each.width, each.published + each.width)
    yield Part("published", each.published, each.published)
    yield Part("way", *sorted((each.before, each.after)))
    if each.chance == each.chance:
        yield Part("chance", each.after - each.chance, each.after + each.chance)
    yield Part(f"{kind}_before", each.before, each.before)
    yield Part(f"{kind}_after", each.after, each.after)


def _unknown(each: FittedUnknown, words: CalibrationWords) -> Strip:
    told = words.told(
        "told_unknown" if each.possible else "told_unknown_none",
        was=words.significant(each.before),
        now=words.significant(each.value),
        range=words.span(each.range),
        possible=words.span(each.possible or each.range),
    )
    parts = [Part("range", *each.range)]
    if each.possible:
        parts.append(Part("possible", *each.possible))
    parts.append(Part("before", each.before, each.before))
    parts.append(Part("after", each.value, each.value))
    return Strip(words.assumption(each.key), told, tuple(parts))
