"""What the results leave open, in words."""

from __future__ import annotations

from collections import Counter

from akuttsim.report.goals import MANY, any_known, applicable, pattern
from akuttsim.report.words import Words

_MOST_SETS = 3
_MOST_LABELS = 8
"""So many groups of models that differ in what is open are told one by one, with so many names."""


def doubts(words: Words) -> str:
    """Say what the intervals leave open, what does not apply, and how much is assumed."""
    open_questions = [*_open_goals(words), *_open_differences(words)]
    told = words.text("answer.open", questions="; ".join(open_questions))
    key = "answer.nothing_open" if words.chosen.others else "answer.nothing_open_alone"
    parts = [told if open_questions else words.text(key)]
    for indicator in words.chosen.targets():
        if not any_known(words.chosen, indicator):
            why = words.labels.why_empty(indicator)
            parts.append(words.text("answer.empty", label=words.labels.short(indicator), why=why))
    return "; ".join([*parts, _assumed(words)])


def _open_goals(words: Words) -> list[str]:
    asked = []
    for indicator in applicable(words.chosen):
        unclear = list(pattern(words.chosen, indicator)[2])
        if unclear:
            label = words.labels.short(indicator)
            models = _models_among(words, unclear, words.chosen.organisations)
            asked.append(words.text("answer.open_goal", models=models, goal=label))
    return asked


def _open_differences(words: Words) -> list[str]:
    """Return which models may or may not differ from the base, by the same set of indicators.

    Where these sets are many, for how many models each indicator leaves it open.
    """
    sets: dict[tuple[str, ...], list[str]] = {}
    for name in words.chosen.others:
        unclear = tuple(each for each in words.chosen.judged_by() if _is_open(words, name, each))
        if unclear:
            sets.setdefault(unclear, []).append(name)
    if len(sets) > _MOST_SETS or sum(map(len, sets)) > _MOST_LABELS:
        return [_counted(words, sets)]
    base = words.labels.organisation(words.chosen.base)
    return [
        words.text(
            "answer.open_difference",
            models=_models_among(words, names, words.chosen.others),
            base=base,
            labels=words.text.listed([words.labels.short(each) for each in unclear]),
        )
        for unclear, names in _shortest(sets).items()
    ]


def _shortest(sets: dict[tuple[str, ...], list[str]]) -> dict[tuple[str, ...], list[str]]:
    """Return the same by which models leave the same indicators open, where that names fewer."""
    of_models: dict[tuple[str, ...], list[str]] = {}
    for each in dict.fromkeys(each for unclear in sets for each in unclear):
        names = tuple(
            name for unclear, models in sets.items() if each in unclear for name in models
        )
        of_models.setdefault(names, []).append(each)
    turned = {tuple(unclear): list(names) for names, unclear in of_models.items()}
    return turned if sum(map(len, turned)) < sum(map(len, sets)) else sets


def _counted(words: Words, sets: dict[tuple[str, ...], list[str]]) -> str:
    """Return the indicators that leave it open, each with how many models it does so for."""
    counts: Counter[str] = Counter()
    for unclear, names in sets.items():
        counts.update(dict.fromkeys(unclear, len(names)))
    base = words.labels.organisation(words.chosen.base)
    labels = [
        f"{words.labels.short(each)} ({counts[each]})"
        for each in words.chosen.judged_by()
        if counts[each]
    ]
    count = len(words.chosen.others)
    listed = words.text.listed(labels)
    return words.text("answer.open_counted", base=base, labels=listed, count=count)


def _models_among(words: Words, names: list[str], every: list[str]) -> str:
    """Return models in words, by those that are not among them where these are fewer."""
    rest = [name for name in every if name not in names]
    if len(names) < MANY or len(rest) >= len(names):
        return words.models(names)
    return words.text("answer.all_but" if rest else "answer.every", models=words.models(rest))


def _is_open(words: Words, organisation: str, indicator: str) -> bool:
    verdict = words.labels.verdict(words.chosen.change(organisation, indicator))
    return verdict is not None and verdict.css == "cannot-tell"


def _assumed(words: Words) -> str:
    entries = words.chosen.manifest["assumptions"]
    assumed = sum(entry["grade"] == "C" for entry in entries)
    key = "answer.assumed" if assumed else "answer.none_assumed"
    return words.text(key, assumed=assumed, inputs=len(entries))
