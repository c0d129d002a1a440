"""A calibration in sentences: what was found, what cannot be told, how far verdicts move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from akuttsim.analysis.calibrated import Calibrated, Judged
from akuttsim.analysis.identified import Direction


def sentences(found: Calibrated) -> Iterator[str]:
    """Yield what a calibration found and what it cannot tell, in English."""
    yield _how_it_ended(found)
    yield from _doubts(found)
    held = [each for each in found.targets if each.held_back]
    if held:
        near = sum(each.is_met for each in held)
        yield f"Of {len(held)} figures held back, which nothing was fitted to, {near} are met."
    yield from _not_told(found)


def _how_it_ended(found: Calibrated) -> str:
    trials = f"{found.trials} trials"
    if not found.is_met:
        missed = [each.name for each in found.targets if not each.is_met and not each.held_back]
        return (
            f"No values within the ranges were found that meet every figure ({trials}); nearest "
            f"still misses {', '.join(missed)}. A range, a figure or the model is wrong."
        )
    return f"Every fitted figure is met ({trials}, {found.possible} of them meet all)."


def _doubts(found: Calibrated) -> Iterator[str]:
    if not found.has_settled:
        yield "The search had not come to rest when the trials were used up: raise most_trials."
    for target in found.targets:
        if target.is_blurred:
            yield (
                f"{target.name}: chance alone moves the simulated mean by "
                f"{1.96 * target.error:.3g}, more than its tolerance: raise replications or weeks."
            )
    for unknown in found.unknowns:
        if unknown.is_at_an_end:
            yield f"{unknown.key} ended at an end of its range: the truth may lie beyond it."


def _not_told(found: Calibrated) -> Iterator[str]:
    """Yield which unknowns the figures say nothing of, alone or together."""
    told = found.identified
    for name in told.idle():
        yield f"{name} hardly moves any figure over its whole range: the figures cannot tell it."
    for one, other, cosine in told.alike():
        how = "alike" if cosine > 0 else "against each other"
        yield f"{one} and {other} move the figures {how}: they cannot be told apart."
    for direction in told.untold():
        yield f"The figures do not tell {_mixture(direction, told.unknowns)} moved together."
    if not told.idle() and not list(told.alike()) and not told.untold():
        yield "The figures tell each of the assumptions, near the values found."


def _mixture(direction: Direction, names: tuple[str, ...]) -> str:
    parts = [
        f"{name} {'up' if part > 0 else 'down'}"
        for name, part in zip(names, direction.parts, strict=True)
        if abs(part) >= 0.2
    ]
    return " with ".join(parts)


def verdict_sentences(found: Calibrated) -> Iterator[str]:
    """Yield how far each verdict moves within what is still possible, in English."""
    for each in found.judged:
        yield f"{each.organisation}, {each.indicator}: {_moves(each)}"


def _moves(each: Judged) -> str:
    points = len(each.verdicts)
    span = f"{each.low:+.4g} to {each.high:+.4g} {each.unit}"
    if points == 1:
        return f"{each.verdicts[0]} ({each.low:+.4g} {each.unit}), at the values found alone"
    if not each.moves:
        return f"{each.verdicts[0]} at all {points} points still possible ({span})"
    counts = Counter(each.verdicts)
    told = ", ".join(f"{verdict} at {count}" for verdict, count in counts.items())
    return f"the verdict depends on the values: {told} of {points} points ({span})"
