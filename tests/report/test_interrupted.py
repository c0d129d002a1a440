from __future__ import annotations

import pytest

from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.exporters.workbook import workbook_sheets
from akuttsim.report.sentences import unfinished_lines
from tests.report.manifests import set_manifest


@pytest.fixture
def so_far(results):
    """Results of a study of which most is missing, with models run unlike often."""
    set_manifest(results, runs={"today": 3, "one": 3, "two": 2})
    set_manifest(results, replications=2)
    left_out = {"nb": "Modell x", "en": "Model x"}
    told = {"done": 8, "planned": 20, "failed": 1, "without": [left_out]}
    set_manifest(results, interrupted=told)
    return results


def test_a_finished_study_says_nothing_of_it(results, html_of):
    assert unfinished_lines(results, "en") == []
    assert 'class="warning"' not in html_of("en")


def test_how_far_it_is_and_what_is_missing_is_said(so_far):
    first, counts, without, failed, meaning = unfinished_lines(so_far, "en")
    assert "8 of 20 runs" in first
    assert "Model today 3, Model one 3 and Model two 2" in counts
    assert "Model x" in without and "1 run" in failed and "--resume" in meaning
    set_manifest(so_far, until={"indicator": "x", "half_width": 1.0, "max": 9})
    assert "8 of at least 20 runs" in unfinished_lines(so_far, "en")[0]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("lang", "times"), [("nb", "2 til 3 ganger"), ("en", "2 to 3 times")])
def test_the_page_says_so_above_the_answer(so_far, lang, times):
    html = report_page(so_far, lang)
    lines = unfinished_lines(so_far, lang)
    assert all(line in html for line in lines)
    assert html.index(lines[0]) < html.index('class="answer"')
    assert times in html


def test_the_spreadsheet_says_so_on_its_first_sheet(so_far):
    told = [row[1] for row in workbook_sheets(so_far, "nb")[0].rows]
    assert told[2:7] == unfinished_lines(so_far, "nb")
