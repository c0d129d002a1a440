"""Which targets are met by which models, in words."""

from __future__ import annotations

from akuttsim.report.selection import Selection
from akuttsim.report.words import Words

MANY = 5
"""So many models are no longer named one by one where fewer are left to name."""

_UNCLEAR = "cannot tell"

Pattern = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def goals(words: Words) -> str:
    """Say which models meet which targets, as far as the verdicts tell."""
    patterns: dict[Pattern, list[str]] = {}
    for indicator in applicable(words.chosen):
        patterns.setdefault(pattern(words.chosen, indicator), []).append(indicator)
    clauses = [_goal_clause(words, *item) for item in patterns.items()]
    return "; ".join(clauses) if clauses else words.text("answer.no_targets")


def applicable(chosen: Selection) -> list[str]:
    """Return the targets that apply to the results: some model has a value for them."""
    return [name for name in chosen.targets() if any_known(chosen, name)]


def any_known(chosen: Selection, indicator: str) -> bool:
    """Tell whether an indicator has a value in some model."""
    levels = [chosen.level(name, indicator) for name in chosen.organisations]
    return any(level is not None and level.is_known for level in levels)


def pattern(chosen: Selection, indicator: str) -> Pattern:
    """Return the models that meet a target, those that do not, and those we cannot tell of."""
    by_verdict: dict[str, list[str]] = {"met": [], "not met": [], _UNCLEAR: []}
    for name in chosen.organisations:
        level = chosen.level(name, indicator)
        by_verdict[level.verdict if level else _UNCLEAR].append(name)
    met, missed, unclear = (tuple(names) for names in by_verdict.values())
    return met, missed, unclear


def _goal_clause(words: Words, pattern: Pattern, indicators: list[str]) -> str:
    met, missed, unclear = pattern
    goals_in_words = words.text.listed([_goal_with_level(words, each, met) for each in indicators])
    by_kind = {"met": met, "not_met": missed, "unclear": unclear}
    kinds = [kind for kind, names in by_kind.items() if names]
    if len(kinds) == 1:
        number = "all" if words.chosen.others else "one"
        model = words.models(words.chosen.organisations[:1])
        return words.text(f"answer.{number}.{kinds[0]}", goals=goals_in_words, model=model)
    told = _by_kind(words, {kind: list(by_kind[kind]) for kind in kinds})
    parts = [words.text(f"answer.part.{kind}", models=models) for kind, models in told.items()]
    return words.text("answer.mixed", goals=goals_in_words, parts=words.text.listed(parts))


def _by_kind(words: Words, by_kind: dict[str, list[str]]) -> dict[str, str]:
    """Return the models of each kind in words; those of a kind with many are the others, last."""
    told = {kind: words.models(names) for kind, names in by_kind.items()}
    largest = max(by_kind, key=lambda kind: len(by_kind[kind]))
    count = len(by_kind[largest])
    if count >= MANY:
        del told[largest]
        told[largest] = words.text("answer.the_others", count=count)
    return told


def _goal_with_level(words: Words, indicator: str, met: tuple[str, ...]) -> str:
    """Return a target in words; where not all meet it, with the level of the base."""
    base = words.chosen.base
    level = words.chosen.level(base, indicator)
    if level is None or not level.is_known or len(met) == len(words.chosen.organisations):
        return words.goal(indicator)
    at = words.text(
        "answer.at", level=words.numbers.mean(level), model=words.labels.organisation(base)
    )
    return f"{words.labels.short(indicator)} ({words.limit(indicator)}; {at})"
