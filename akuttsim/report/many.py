"""The answer where there are too many models to tell of each: who is best and worst at what."""

from __future__ import annotations

from akuttsim.report.gains import Sentence, changes_of, gives
from akuttsim.report.numbers import is_noticeable
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

_MOST_MODELS = 3
"""Models that the answer tells of one by one."""


def is_many(words: Words) -> bool:
    """Tell whether there are more models than the answer can tell of one by one."""
    return len(words.chosen.others) > _MOST_MODELS


def leaders(words: Words) -> Sentence:
    """Say for each indicator how many models are clearly better or worse, and which most."""
    told = {name: _leader(words, name) for name in words.chosen.judged_by()}
    parts = [part for part in told.values() if part]
    base, count = words.labels.organisation(words.chosen.base), len(words.chosen.others)
    if not parts:
        somewhere = any(changes_of(words, name) for name in words.chosen.others)
        key = "answer.nothing_in_all" if somewhere else "answer.nothing_differs"
        return Sentence(words.text(key, base=base))
    silent = [
        words.labels.short(name)
        for name, part in told.items()
        if not part and _is_compared(words, name)
    ]
    if silent:
        parts.append(words.text("answer.no_leader", labels=words.text.listed(silent)))
    return Sentence(words.text("answer.leaders", base=base, count=count), tuple(parts))


def _is_compared(words: Words, indicator: str) -> bool:
    changes = (words.chosen.change(name, indicator) for name in words.chosen.others)
    return any(change is not None and change.is_known for change in changes)


def _leader(words: Words, indicator: str) -> str:
    found = [_most(words, indicator, verdict) for verdict in ("better", "worse", "differs")]
    told = [each for each in found if each]
    label = words.labels.indicator(indicator)
    return words.text("answer.leader", label=label, told=", ".join(told)) if told else ""


def _most(words: Words, indicator: str, verdict: str) -> str:
    """Return how many models have a verdict, and the one with the largest difference."""
    found: list[tuple[float, str, Estimate]] = []
    for name in words.chosen.others:
        change = words.chosen.change(name, indicator)
        if change is not None and change.verdict == verdict and is_noticeable(change):
            found.append((abs(change.mean), words.labels.organisation(name), change))
    if not found:
        return ""
    _, model, change = max(found, key=lambda each: each[0])
    key = f"answer.one_{verdict}" if len(found) == 1 else f"answer.most_{verdict}"
    return words.text(key, count=len(found), model=model, change=words.change(change))


def told_of(words: Words, organisation: str) -> str:
    """Return what one of many models gives, as a sentence; nothing where there are few models."""
    if not is_many(words) or organisation == words.chosen.base:
        return ""
    changes = changes_of(words, organisation)
    if not changes:
        return words.text("models.no_clear")
    return f"{gives(words, organisation, changes)}."
