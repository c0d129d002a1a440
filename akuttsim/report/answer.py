"""The answer in three sentences, chosen by the verdicts and never stronger than they are."""

from __future__ import annotations

from akuttsim.report import cases
from akuttsim.report.catalogue import Catalogue, Lang
from akuttsim.report.doubts import doubts
from akuttsim.report.enough import enough
from akuttsim.report.gains import FOR_WHOM, Sentence, differences, size_of
from akuttsim.report.goals import goals
from akuttsim.report.many import is_many, leaders
from akuttsim.report.selection import Estimate, Selection
from akuttsim.report.words import Words
from akuttsim.store.results import Results

__all__ = ["FOR_WHOM", "Sentence", "answer", "answer_lines"]


def answer_lines(results: Results, lang: Lang) -> list[str]:
    """Return three sentences: targets met, what differs and for whom, what could not be told.

    Then what a search for the best or an asked precision came to, and how many more replications
    would tell what is open. Where there are several cases, the last tells for which this is, and
    what the others say.
    """
    return [sentence.line for sentence in answer(Words(Catalogue(lang), Selection(results)))]


def answer(words: Words) -> list[Sentence]:
    """Return the three sentences, whether runs were enough, and what several cases say."""
    told = [Sentence(goals(words)), _second(words), Sentence(doubts(words)), *enough(words)]
    if len(words.chosen.cases) > 1:
        found = cases.agreements(words)
        told.append(Sentence(cases.lead(words, found), cases.parts(words, found)))
    return [each._replace(lead=each.lead[:1].upper() + each.lead[1:]) for each in told]


def _second(words: Words) -> Sentence:
    if not words.chosen.others:
        return Sentence(alone(words))
    return leaders(words) if is_many(words) else differences(words)


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
