"""What a model gives, against the base: what differs clearly, by how much, and for whom."""

from __future__ import annotations

import math
from typing import NamedTuple

from akuttsim.report.numbers import is_noticeable
from akuttsim.report.selection import WITHIN_MARGIN, Estimate, Selection
from akuttsim.report.words import Words

FOR_WHOM = ("travel_to_care_min", "ring_to_doctor_min")
"""Indicators for which the answer names the municipality that gains and the one that loses most."""


class Sentence(NamedTuple):
    """A sentence, in parts where it lists several models: its beginning and one part for each."""

    lead: str
    parts: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Return the sentence whole."""
        return f"{self.lead} {'; '.join(self.parts)}." if self.parts else f"{self.lead}."


def differences(words: Words) -> Sentence:
    """Say what differs clearly from the base, by how much, and where it differs most."""
    found = {name: changes_of(words, name) for name in words.chosen.others}
    telling = {name: parts for name, parts in found.items() if parts}
    base = words.labels.organisation(words.chosen.base)
    if not telling:
        return Sentence(words.text("answer.nothing_differs", base=base))
    clauses = [gives(words, name, parts) for name, parts in telling.items()]
    return Sentence(words.text("answer.compared", base=base), tuple(clauses))


def gives(words: Words, organisation: str, changes: list[str]) -> str:
    """Return what a model gives, in words."""
    model = words.labels.organisation(organisation)
    return words.text("answer.model_gives", model=model, changes=words.text.listed(changes))


def changes_of(words: Words, organisation: str) -> list[str]:
    """Return what differs in one model: first the care that patients travel to, then the rest.

    Only what the question is judged by, and only what is more than nought as it is written.
    """
    judged_by = words.chosen.judged_by()
    first = [name for name in FOR_WHOM if name in judged_by]
    rest = [name for name in judged_by if name not in first]
    parts = [_change_with_places(words, organisation, name) for name in first]
    parts += [_overall_change(words, organisation, name) for name in rest]
    return [part for part in parts if part]


def _overall_change(words: Words, organisation: str, indicator: str) -> str:
    change = words.chosen.change(organisation, indicator)
    return clear_change(words, indicator, change) if change is not None else ""


def clear_change(words: Words, indicator: str, change: Estimate) -> str:
    """Return a change that the verdict claims, or that it is within its margin; "" for others."""
    if change.verdict == WITHIN_MARGIN:
        return _no_larger(words, indicator, change)
    if not change.is_clear or not is_noticeable(change):
        return ""
    return f"{way(words, indicator, change)} ({words.change(change)})"


def _no_larger(words: Words, indicator: str, change: Estimate) -> str:
    """Say that a difference is within its margin; nothing where the results do not tell it."""
    if change.is_nil or math.isnan(change.margin):
        return ""
    margin = words.numbers.margin(change)
    label = words.labels.short(indicator)
    return words.text("answer.no_larger", label=label, margin=margin)


def way(words: Words, indicator: str, change: Estimate) -> str:
    """Return a clear change in words: a shorter journey to care."""
    which = "higher" if change.mean > 0 else "lower"
    plain = words.text(f"answer.{which}", label=words.labels.short(indicator))
    return words.text.get(f"change.{indicator}.{which}", plain)


def _change_with_places(words: Words, organisation: str, indicator: str) -> str:
    change = words.chosen.change(organisation, indicator)
    best, worst = extremes(words.chosen, organisation, indicator)
    places = [_place(words, which, key) for which, key in (("best", best), ("worst", worst)) if key]
    if change is not None and change.is_clear and is_noticeable(change):
        in_all = words.text("answer.in_all", change=words.change(change))
        return f"{way(words, indicator, change)} ({'; '.join([in_all, *places])})"
    if not places:
        return _overall_change(words, organisation, indicator)
    unclear = words.text("answer.unclear_in_all", label=words.labels.short(indicator))
    return f"{unclear} ({'; '.join(places)})"


def _place(words: Words, which: str, found: tuple[str, Estimate]) -> str:
    municipality, change = found
    name = words.labels.municipality(municipality)
    return words.text(f"answer.{which}_in", place=name, change=words.change(change))


Place = tuple[str, Estimate] | None


def extremes(chosen: Selection, organisation: str, indicator: str) -> tuple[Place, Place]:
    """Return the municipality with the largest clear gain, and that with the largest clear loss."""
    found: dict[str, list[tuple[str, Estimate]]] = {"better": [], "worse": []}
    for name in chosen.municipalities():
        change = chosen.change(organisation, indicator, "municipality", name)
        if change is not None and change.verdict in found and is_noticeable(change):
            found[change.verdict].append((name, change))
    best, worst = (max(each, key=size_of, default=None) for each in found.values())
    return best, worst


def size_of(place: tuple[str, Estimate]) -> float:
    """Return how large a place's number is, whichever way it goes."""
    return abs(place[1].mean)
