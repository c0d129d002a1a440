"""The answer in a few sentences, chosen by the verdicts and never stronger than they are."""

from __future__ import annotations

from akuttsim.experiments.results import Results
from akuttsim.report import cases
from akuttsim.report.catalogue import Catalogue
from akuttsim.report.doubts import doubts
from akuttsim.report.effects import effects, told_effects
from akuttsim.report.enough import enough
from akuttsim.report.factors import case_title
from akuttsim.report.gains import FOR_WHOM, Sentence, differences, size_of
from akuttsim.report.goals import goals
from akuttsim.report.many import is_many, leaders
from akuttsim.report.noticed import noticed
from akuttsim.report.selection import Selection
from akuttsim.report.words import Words
from akuttsim.texts import Lang


def answer_of(results: Results, lang: Lang) -> list[Sentence]:
    """Return the answer of some results in a language."""
    return answer(Words(Catalogue(lang), Selection(results)))


def answer(words: Words) -> list[Sentence]:
    """Return three sentences: targets met, what differs and for whom, what could not be told.

    After the second who notices each model, and what each case changes, where there are several;
    one model alone in few cases has no other second. Last what a search for the best or an asked
    precision came to, how many more replications would tell what is open, and whether the verdicts
    of the first case hold in the others.
    """
    told = [Sentence(goals(words)), *_compared(words), Sentence(doubts(words)), *enough(words)]
    if len(words.chosen.cases) > 1:
        found = cases.agreements(words)
        told.append(Sentence(cases.lead(words, found), cases.parts(words, found)))
    return [each._replace(lead=each.lead[:1].upper() + each.lead[1:]) for each in told]


def _compared(words: Words) -> list[Sentence]:
    changed = effects(words)
    if words.chosen.others:
        told = leaders(words) if is_many(words) else differences(words)
        return [told, *noticed(words), *changed]
    return changed if told_effects(words) else [alone(words), *changed]


# --- one model alone ------------------------------------------------------------------------------


def alone(words: Words) -> Sentence:
    """Say how the main indicators are where only one model was run, and for whom ways are longest.

    Of several cases, how they are in the first.
    """
    parts = [_level(words, name) for name in words.chosen.manifest["main_indicators"]]
    told = tuple(part for part in parts if part)
    if not told:
        return Sentence(words.text("answer.only_one"))
    cases = len(words.chosen.cases)
    if cases == 1:
        return Sentence(words.text("answer.alone"), told)
    first = case_title(words, words.chosen.first)
    return Sentence(words.text("answer.alone_in_cases", cases=cases, first=first), told)


def _level(words: Words, indicator: str) -> str:
    level = words.chosen.level(words.chosen.base, indicator)
    if level is None or not level.is_known:
        return ""
    label, written = words.labels.short(indicator), words.level(level)
    longest = _longest(words, indicator) if indicator in FOR_WHOM else ""
    key = "answer.level_longest" if longest else "answer.level"
    return words.text(key, label=label, level=written, longest=longest)


def _longest(words: Words, indicator: str) -> str:
    base = words.chosen.base
    by_place = [
        (name, estimate)
        for name in words.chosen.municipalities()
        if (estimate := words.chosen.level(base, indicator, "municipality", name))
        and estimate.is_known
    ]
    if not by_place:
        return ""
    longest = max(by_place, key=size_of)
    place = words.labels.municipality(longest[0])
    return words.text("answer.longest", place=place, level=words.level(longest[1]))
