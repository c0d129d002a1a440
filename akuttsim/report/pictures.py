"""The figures of the page with their titles, captions and tables of numbers, part by part."""

from __future__ import annotations

from akuttsim.report.figures.style import looks
from akuttsim.report.parts.ambulance import ambulance_part
from akuttsim.report.parts.answering import answering_part
from akuttsim.report.parts.cost import cost_part
from akuttsim.report.parts.equity import equity_part
from akuttsim.report.parts.people import people_part
from akuttsim.report.picture import Part, Picture
from akuttsim.report.words import Words


def parts(words: Words) -> list[Part]:
    """Return the parts of the page that the results have something for, in their order."""
    models = looks({name: words.labels.organisation(name) for name in words.chosen.organisations})
    found = [
        answering_part(words, models),
        ambulance_part(words, models),
        people_part(words, models),
        equity_part(words),
        cost_part(words),
    ]
    return [part for part in found if part.is_told]


def pictures(words: Words) -> list[Picture]:
    """Return the figures that the results have numbers for."""
    return [picture for part in parts(words) for picture in part.pictures]
