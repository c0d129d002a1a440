"""The answer in three sentences, chosen by the verdicts and never stronger than they are."""

from __future__ import annotations

import math
from typing import NamedTuple

from akuttsim.report.catalogue import Catalogue, Lang
from akuttsim.report.doubts import doubts
from akuttsim.report.goals import goals
from akuttsim.report.numbers import is_noticeable
from akuttsim.report.selection import WITHIN_MARGIN, Estimate, Selection
from akuttsim.report.words import Words
from akuttsim.store.results import Results

FOR_WHOM = ("travel_to_care_min", "ring_to_doctor_min")
"""Indicators for which the answer names the municipality that gains and the one that loses most."""

_MOST_MODELS = 3


def answer_lines(results: Results, lang: Lang) -> list[str]:
    """Return three sentences: targets met, what differs and for whom, what could not be told."""
    return [sentence.line for sentence in answer(Words(Catalogue(lang), Selection(results)))]


class Sentence(NamedTuple):
    """A sentence, in parts where it lists several models: its beginning and one part for each."""

    lead: str
    parts: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Return the sentence whole."""
        return f"{self.lead} {'; '.join(self.parts)}." if self.parts else f"{self.lead}."


def answer(words: Words) -> list[Sentence]:
    """Return the three sentences."""
    second = differences(words) if words.chosen.others else Sentence(alone(words))
    told = [Sentence(goals(words)), second, Sentence(doubts(words))]
    return [each._replace(lead=each.lead[:1].upper() + each.lead[1:]) for each in told]


# --- what differs, and for whom -------------------------------------------------------------------


def differences(words: Words) -> Sentence:
    """Say what differs clearly from the base, by how much, and where it differs most."""
    found = {name: _changes_of(words, name) for name in words.chosen.others}
    telling = {name: parts for name, parts in found.items() if parts}
    base = words.labels.organisation(words.chosen.base)
    if not telling:
        return Sentence(words.text("answer.nothing_differs", base=base))
    shown = list(telling)[:_MOST_MODELS]
    clauses = [_gives(words, name, telling[name]) for name in shown]
    if len(telling) > len(shown):
        clauses.append(words.text("answer.more_below", count=len(telling) - len(shown)))
    return Sentence(words.text("answer.compared", base=base), tuple(clauses))


def _gives(words: Words, organisation: str, changes: list[str]) -> str:
    model = words.labels.organisation(organisation)
    return words.text("answer.model_gives", model=model, changes=words.text.listed(changes))


def _changes_of(words: Words, organisation: str) -> list[str]:
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
    if change is None:
        return ""
    if change.verdict == WITHIN_MARGIN:
        return _no_larger(words, indicator, change)
    if not change.is_clear or not is_noticeable(change):
        return ""
    return f"{_way(words, indicator, change)} ({words.change(change)})"


def _no_larger(words: Words, indicator: str, change: Estimate) -> str:
    """Say that a difference is within its margin; nothing where the results do not tell it."""
    if change.is_nil or math.isnan(change.margin):
        return ""
    margin = words.numbers.margin(change)
    label = words.labels.short(indicator)
    return words.text("answer.no_larger", label=label, margin=margin)


def _way(words: Words, indicator: str, change: Estimate) -> str:
    """Return a clear change in words: a shorter journey to care."""
    way = "higher" if change.mean > 0 else "lower"
    plain = words.text(f"answer.{way}", label=words.labels.short(indicator))
    return words.text.get(f"change.{indicator}.{way}", plain)


def _change_with_places(words: Words, organisation: str, indicator: str) -> str:
    change = words.chosen.change(organisation, indicator)
    best, worst = extremes(words.chosen, organisation, indicator)
    places = [_place(words, which, key) for which, key in (("best", best), ("worst", worst)) if key]
    if change is not None and change.is_clear and is_noticeable(change):
        in_all = words.text("answer.in_all", change=words.change(change))
        return f"{_way(words, indicator, change)} ({'; '.join([in_all, *places])})"
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
    best, worst = (max(each, key=_size, default=None) for each in found.values())
    return best, worst


def _size(place: tuple[str, Estimate]) -> float:
    return abs(place[1].mean)


def alone(words: Words) -> str:
    """Say how long the way to care is where only one model was run, and for whom it is longest."""
    parts = [_level_with_places(words, name) for name in FOR_WHOM]
    told = [part for part in parts if part]
    if not told:
        return words.text("answer.only_one")
    return words.text("answer.alone", levels="; ".join(told))


def _level_with_places(words: Words, indicator: str) -> str:
    base = words.chosen.base
    level = words.chosen.level(base, indicator)
    if level is None or not level.is_known:
        return ""
    by_place = [
        (name, estimate)
        for name in words.chosen.municipalities()
        if (estimate := words.chosen.level(base, indicator, "municipality", name))
        and estimate.is_known
    ]
    written = f"{words.labels.short(indicator)} {_with_interval(words, level)}"
    if not by_place:
        return written
    longest = max(by_place, key=_size)
    place = words.labels.municipality(longest[0])
    most = words.text("answer.longest", place=place, level=_with_interval(words, longest[1]))
    return f"{written}, {most}"


def _with_interval(words: Words, estimate: Estimate) -> str:
    interval = words.numbers.interval(estimate)
    mean = words.numbers.mean(estimate)
    return f"{mean} [{interval}]" if interval else mean
