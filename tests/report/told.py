"""The decision as lines of text, as tests look for words in it."""

from __future__ import annotations

from akuttsim.experiments.results import Results
from akuttsim.report.decision_lines import printed_decision
from akuttsim.texts import Lang


def printed_lines(results: Results, lang: Lang) -> list[str]:
    """Return each sentence whole: choice and answer, targets, then the rest."""
    return [each.line for each in printed_decision(results, lang)]
