"""What each case changes against the first, in words: the effect of what an experiment varies."""

from __future__ import annotations

from typing import NamedTuple

from akuttsim.indicators.comparison import THE_SAME
from akuttsim.report.factors import case_title, setting
from akuttsim.report.gains import Sentence, clear_change
from akuttsim.report.numbers import is_noticeable
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

MOST_CASES_TOLD = 4
"""Cases beside the first that the answer tells of."""

MOST_PARTS = 8
"""Cases times models that the answer tells of one by one."""

MOST_CASES = 20
"""Cases beside the first that the page has a table of."""

FROM_THE_FIRST = frozenset({"grid", "one-at-a-time"})
"""Designs whose first case is one that others can be held against; others spread points."""


class Effect(NamedTuple):
    """What a case changes in an organisation: paired differences from the first, by indicator."""

    case: str
    organisation: str
    changes: dict[str, Estimate]


def effects(words: Words) -> list[Sentence]:
    """Say what each case changes, by its verdicts; of many cases, where this is to be seen."""
    first = case_title(words, words.chosen.first)
    told = told_effects(words)
    if told:
        lead = words.text("effects.compared", first=first)
        return [Sentence(lead, tuple(_part(words, each) for each in told))]
    title = _where(words)
    if not title:
        return []
    count = len(words.chosen.cases) - 1
    if not is_from_the_first(words):
        return [Sentence(words.text("effects.ranges", count=count + 1, title=title))]
    return [Sentence(words.text("effects.elsewhere", count=count, first=first, title=title))]


def is_from_the_first(words: Words) -> bool:
    """Tell whether there are other cases, of a design in which these differ from the first."""
    design = words.chosen.manifest.get("design") or {}
    return len(words.chosen.cases) > 1 and design.get("kind", "grid") in FROM_THE_FIRST


def _where(words: Words) -> str:
    """Return the title of the part of the page that tells what moves the outcomes; "" for none."""
    if is_from_the_first(words) and len(words.chosen.cases) - 1 <= MOST_CASES:
        return words.text("effects.title") if len(words.chosen.results.effects) else ""
    return words.text("moved.title") if len(words.chosen.results.sensitivity) else ""


def told_effects(words: Words) -> list[Effect]:
    """Return the effects that the answer tells of one by one; none where they are too many."""
    others = len(words.chosen.cases) - 1
    is_few = others <= MOST_CASES_TOLD and others * len(words.chosen.organisations) <= MOST_PARTS
    if not is_few or not is_from_the_first(words):
        return []
    found = [
        Effect(case, name, _changes(words, case, name))
        for case in words.chosen.cases[1:]
        for name in words.chosen.organisations
    ]
    return [each for each in found if each.changes]


def _changes(words: Words, case: str, organisation: str) -> dict[str, Estimate]:
    """Return the known changes, those of the main indicators first."""
    main = words.chosen.manifest["main_indicators"]
    judged_by = words.chosen.judged_by()
    order = sorted(judged_by, key=lambda name: (name not in main, judged_by.index(name)))
    found = {name: words.chosen.effect_in(case, organisation, name) for name in order}
    return {name: each for name, each in found.items() if each is not None and each.is_known}


def _part(words: Words, effect: Effect) -> str:
    """Return what a case changes: what is clear, hardly there, cannot be told, and the same."""
    clear = [clear_change(words, *each) for each in effect.changes.items()]
    kinds = {name: _kind(words, each) for name, each in effect.changes.items()}
    rest = (
        words.text(f"effects.{kind}", labels=_labels(words, kinds, kind))
        for kind in ("tiny", "open", "same")
        if kind in kinds.values()
    )
    told = [words.text.listed([each for each in clear if each]), *rest]
    model = words.labels.organisation(effect.organisation)
    what = words.text("word.quoted", words=setting(words, effect.case))
    if set(kinds.values()) == {"same"}:
        return words.text("effects.nothing", model=model, setting=what)
    changes = ", ".join(each for each in told if each)
    return words.text("effects.gives", model=model, setting=what, changes=changes)


def _kind(words: Words, change: Estimate) -> str:
    """Return how a change is told: alone, or with others that are alike."""
    verdict = words.labels.verdict(change)
    if verdict is None or verdict == words.labels.named("cannot tell"):
        return "open"
    if verdict == words.labels.named(THE_SAME):
        return "same"
    return "tiny" if change.is_clear and not is_noticeable(change) else "alone"


def _labels(words: Words, kinds: dict[str, str], wanted: str) -> str:
    return words.text.listed(
        [words.labels.short(name) for name, kind in kinds.items() if kind == wanted]
    )
