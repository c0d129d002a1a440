"""The answer as lines of text, as tests look for words in it."""

from __future__ import annotations

from akuttsim.experiments.results import Results
from akuttsim.report.answer import answer
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.texts import Lang


def answer_lines(results: Results, lang: Lang) -> list[str]:
    """Return each sentence whole."""
    return [each.line for each in answer(Words(Catalogue(lang), ResultsView(results)))]
