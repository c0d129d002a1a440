from __future__ import annotations

from dataclasses import replace

import pytest

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.figures.published import all_figures
from akuttsim.report.figures.style import Size, figure_svg, recording_figures
from akuttsim.report.sections.subject_sections import subject_sections


@pytest.fixture
def words(results):
    return Words(Catalogue("en"), ResultsView(results))


def test_the_parts_stand_in_the_order_of_the_page(words):
    assert [part.key for part in subject_sections(words)] == [
        "answering",
        "ambulance",
        "people",
        "equity",
        "cost",
    ]


@pytest.mark.usefixtures("undrawn")
def test_every_figure_has_words_a_caption_and_a_narrow_form(words):
    found = all_figures(words)
    assert len({picture.key for picture in found}) == len(found) == 12
    for picture in found:
        assert picture.captions and picture.title
        for drawing in picture.drawings:
            assert 'role="img" aria-label="' in drawing.wide
            assert drawing.narrow or picture.key == "map"


def test_the_parts_have_the_numbers_of_the_results(words):
    (cost,) = [part for part in subject_sections(words) if part.key == "cost"]
    assert [row.cells[1].number for row in cost.tables[0].rows] == [
        "NOK\u00a02.00\u00a0million a year"
    ] * 4


def test_the_week_s_frames_are_only_around_hours_that_surely_miss(words, results):
    def frames():
        found = Words(Catalogue("en"), ResultsView(results))
        with recording_figures(draws=False) as notes:
            all_figures(found)
        (week,) = [note for note in notes if note.name == "week-answering"]
        svg = figure_svg(week.name, week.alt, Size(*week.size), week.draw)
        return svg.count("stroke-width: 2.2")

    assert frames() == 3 * 2 + 1  # two hours in each of three models, and the legend's
    results.summary.loc[results.summary["group"] == "mon 09", "verdict"] = "cannot tell"
    assert frames() == 3 * 1 + 1


@pytest.mark.usefixtures("undrawn")
def test_results_without_the_newer_indicators_still_make_a_page(results):
    newer = ["answered_116117_curve", "ambulance_response_curve", "ambulances_free",
             "cost_nok_a_year", "operators_on_duty_116117"]  # fmt: skip
    older = results.summary[~results.summary["indicator"].isin(newer)]
    found = all_figures(Words(Catalogue("nb"), ResultsView(replace(results, summary=older))))
    assert {"answering-hour", "response", "load", "map"} <= {picture.key for picture in found}
    assert not {"answered", "reached", "cost", "week-cover"} & {picture.key for picture in found}
