"""All sheets of some results, in the order in which they are read."""

from __future__ import annotations

from akuttsim.experiments.results import Results, read_failures
from akuttsim.report.catalogue import Catalogue
from akuttsim.report.selection import Selection
from akuttsim.report.sheets import about, groups, inputs, judged, varied
from akuttsim.report.sheets.grid import Grid
from akuttsim.report.words import Words
from akuttsim.texts import Lang

KEYS = (
    *("front", "contents", "targets", "differences", "municipalities", "hours", "week", "work"),
    *("cases", "effects", "organisations", "assumptions", "everything", "every_difference"),
    *("failed", "columns", "indicators"),
)
"""The keys of all sheets that there can be."""


def book(results: Results, lang: Lang) -> list[Grid]:
    """Return the sheets that these results have something for; the first tells what they are."""
    words = Words(Catalogue(lang), Selection(results))
    told = [each for each in _told(words, results) if each.rows]
    told += [about.indicators(words)]
    told.insert(-1, about.explained(words, told))
    return [about.front(words), about.contents(words, told), *told]


def _told(words: Words, results: Results) -> list[Grid]:
    several = len(words.chosen.manifest["cases"]) > 1
    return [
        judged.targets(words),
        judged.differences(words),
        groups.municipalities(words),
        groups.hours_116117(words),
        groups.hours_of_week(words),
        groups.at_work(words),
        *((varied.cases(words, results), varied.effects(words, results)) if several else ()),
        inputs.organisations(words),
        inputs.assumptions(words),
        judged.every_level(words),
        judged.every_change(words),
        inputs.failed(words, read_failures(results.folder)),
    ]
