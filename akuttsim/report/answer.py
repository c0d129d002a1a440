"""The answer in three sentences, chosen by the verdicts and never stronger than they are."""

from __future__ import annotations

from akuttsim.report.catalogue import Catalogue, Lang
from akuttsim.report.gains import FOR_WHOM, Sentence, differences, size_of
from akuttsim.report.many import is_many, leaders, open_in_numbers
from akuttsim.report.selection import Estimate, Selection
from akuttsim.report.words import Words
from akuttsim.store.results import Results

__all__ = ["FOR_WHOM", "Sentence", "answer", "answer_lines"]

_UNCLEAR = "cannot tell"


def answer_lines(results: Results, lang: Lang) -> list[str]:
    """Return three sentences: targets met, what differs and for whom, what could not be told."""
    return [sentence.line for sentence in answer(Words(Catalogue(lang), Selection(results)))]


def answer(words: Words) -> list[Sentence]:
    """Return the three sentences."""
    told = [Sentence(goals(words)), _second(words), Sentence(doubts(words))]
    return [each._replace(lead=each.lead[:1].upper() + each.lead[1:]) for each in told]


def _second(words: Words) -> Sentence:
    if not words.chosen.others:
        return Sentence(alone(words))
    return leaders(words) if is_many(words) else differences(words)


# --- which targets are met ------------------------------------------------------------------------

Pattern = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def goals(words: Words) -> str:
    """Say which models meet which targets, as far as the verdicts tell."""
    patterns: dict[Pattern, list[str]] = {}
    for indicator in _applicable(words.chosen):
        patterns.setdefault(_pattern(words.chosen, indicator), []).append(indicator)
    clauses = [_goal_clause(words, *item) for item in patterns.items()]
    return "; ".join(clauses) if clauses else words.text("answer.no_targets")


def _applicable(chosen: Selection) -> list[str]:
    return [name for name in chosen.targets() if _any_known(chosen, name)]


def _any_known(chosen: Selection, indicator: str) -> bool:
    levels = [chosen.level(name, indicator) for name in chosen.organisations]
    return any(level is not None and level.is_known for level in levels)


def _pattern(chosen: Selection, indicator: str) -> Pattern:
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
    models = {kind: words.some_models(list(by_kind[kind])) for kind in kinds}
    parts = [words.text(f"answer.part.{kind}", models=models[kind]) for kind in kinds]
    return words.text("answer.mixed", goals=goals_in_words, parts=words.text.listed(parts))


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


# --- one model alone ------------------------------------------------------------------------------


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
    longest = max(by_place, key=size_of)
    place = words.labels.municipality(longest[0])
    most = words.text("answer.longest", place=place, level=_with_interval(words, longest[1]))
    return f"{written}, {most}"


def _with_interval(words: Words, estimate: Estimate) -> str:
    interval = words.numbers.interval(estimate)
    mean = words.numbers.mean(estimate)
    return f"{mean} [{interval}]" if interval else mean


# --- what could not be told -----------------------------------------------------------------------


def doubts(words: Words) -> str:
    """Say what the intervals leave open, what does not apply, and how much is assumed."""
    open_questions = [*_open_goals(words), *_open_differences(words)]
    told = words.text("answer.open", questions="; ".join(open_questions))
    key = "answer.nothing_open" if words.chosen.others else "answer.nothing_open_alone"
    parts = [told if open_questions else words.text(key)]
    for indicator in words.chosen.targets():
        if not _any_known(words.chosen, indicator):
            why = words.labels.why_empty(indicator)
            parts.append(words.text("answer.empty", label=words.labels.short(indicator), why=why))
    return "; ".join([*parts, _assumed(words)])


def _open_goals(words: Words) -> list[str]:
    asked = []
    for indicator in _applicable(words.chosen):
        unclear = list(_pattern(words.chosen, indicator)[2])
        if unclear:
            label = words.labels.short(indicator)
            models = words.some_models(unclear)
            asked.append(words.text("answer.open_goal", models=models, goal=label))
    return asked


def _open_differences(words: Words) -> list[str]:
    """Return which models may or may not differ from the base, by the same set of indicators."""
    if is_many(words):
        return open_in_numbers(words)
    sets: dict[tuple[str, ...], list[str]] = {}
    for name in words.chosen.others:
        unclear = tuple(each for each in words.chosen.judged_by() if _is_open(words, name, each))
        if unclear:
            sets.setdefault(unclear, []).append(name)
    base = words.labels.organisation(words.chosen.base)
    return [
        words.text(
            "answer.open_difference",
            models=words.models(names),
            base=base,
            labels=words.text.listed([words.labels.short(each) for each in unclear]),
        )
        for unclear, names in sets.items()
    ]


def _is_open(words: Words, organisation: str, indicator: str) -> bool:
    verdict = words.labels.verdict(words.chosen.change(organisation, indicator))
    return verdict is not None and verdict.css == "cannot-tell"


def _assumed(words: Words) -> str:
    entries = words.chosen.manifest["assumptions"]
    assumed = sum(entry["grade"] == "C" for entry in entries)
    key = "answer.assumed" if assumed else "answer.none_assumed"
    return words.text(key, assumed=assumed, inputs=len(entries))
