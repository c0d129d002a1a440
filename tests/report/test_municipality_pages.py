"""Pages of municipalities: the strip of the day, patients, and findings that follow the tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akuttsim.experiments.results import read_page_data, write_page_data
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.sections.municipality_pages import municipality_pages

NOWHERE = [-1, -1, -1]
LEGEVAKT, SATELLITE = 1, 2


def near(clinic, minutes, longest=None):
    return [clinic, 60 * minutes, 60 * (longest or minutes)]


def day(*blocks):
    """Return a day of blocks from 8 on: when each ends, and the nearest for each need."""
    starts = [480, *(end for end, _ in blocks)]
    return [
        [start, end, nearest if isinstance(nearest[0], list) else [nearest] * 3]
        for start, (end, nearest) in zip(starts, blocks, strict=False)
    ]


TODAY = day((1380, near(LEGEVAKT, 20)), (1920, near(LEGEVAKT, 70)))
CLOSED = day((1380, near(LEGEVAKT, 75)), (1920, near(LEGEVAKT, 70)))
NURSE = day(
    (1320, [near(SATELLITE, 0), near(LEGEVAKT, 75), near(LEGEVAKT, 75)]),
    (1920, near(LEGEVAKT, 75)),
)
FERRY = day((1380, near(LEGEVAKT, 75)), (1740, near(LEGEVAKT, 200, 430)), (1920, NOWHERE))


def pages(results, folder, lang="en", **days):
    """Return the pages of results in which a model has the same three days in every place."""
    for model, of_model in days.items():
        write_page_data(
            folder,
            "map",
            model,
            {
                "hours": [3, 10],
                "ambulance": [[300, 360, None]] * 2,
                "through_the_day": {
                    name: [at, [of_model] * 3] for at, name in enumerate(("north", "south", "east"))
                },
            },
        )
    words = Words(Catalogue(lang), ResultsView(results))
    return {page.key: page for page in municipality_pages(words, folder)}


@pytest.fixture
def told(results, tmp_path):
    return pages(results, tmp_path, today=TODAY, one=CLOSED, two=NURSE)


def strip(page, model):
    [weekday, _] = page.days
    blocks = weekday.rows[model][1]
    return [(each.hours, each.drive, each.tint, each.note) for each in blocks]


def test_the_strip_tells_hours_place_and_drive_of_each_model(told):
    page = told["north"]
    assert [each.title for each in page.days] == ["Weekday", "Saturday and Sunday"]
    assert strip(page, 0) == [
        ("8–23:", "20\u00a0min", "near", ""),
        ("23–8:", "1\u00a0h\u00a010\u00a0min", "hour", ""),
    ]
    assert strip(page, 1)[0][:3] == ("8–23:", "1\u00a0h\u00a015\u00a0min", "hour")


def test_a_satellite_says_who_must_go_on_and_where(told):
    [first, night] = told["north"].days[0].rows[2][1]
    assert (first.has_nurse_alone, first.tint, first.drive) == (True, "here", "")
    assert first.note.startswith("if urgent: ") and first.note.endswith("1\u00a0h\u00a015\u00a0min")
    assert not night.has_nurse_alone and night.hours == "22–8:"
    assert told["north"].legend == ("here", "near", "hour", "nurse")


def test_waiting_for_a_ferry_is_told_by_the_longest_and_nothing_open_as_such(results, tmp_path):
    page = pages(results, tmp_path, today=TODAY, one=FERRY, two=TODAY)["north"]
    _, waiting, closed = page.days[0].rows[1][1]
    assert waiting.drive == "up to 7\u00a0h\u00a010\u00a0min"
    assert (closed.place, closed.drive, closed.tint) == ("None open", "", "none")


def test_clinics_of_one_place_that_take_turns_are_one_block(results, tmp_path):
    turns = day((900, near(LEGEVAKT, 40)), (1380, near(LEGEVAKT, 40)), (1920, near(LEGEVAKT, 70)))
    page = pages(results, tmp_path, today=turns, one=turns, two=turns)["north"]
    assert [each.slots for each in page.days[0].rows[0][1]] == [30, 18]


def test_days_that_differ_stand_apart(results, tmp_path):
    words = Words(Catalogue("nb"), ResultsView(results))
    for model in ("today", "one", "two"):
        days = {"north": [0, [TODAY, CLOSED, TODAY]]}
        write_page_data(tmp_path, "map", model, {"through_the_day": days})
    north = municipality_pages(words, tmp_path)[0]
    assert [each.title for each in north.days] == ["Hverdag", "Lørdag", "Søndag"]


def test_hours_with_a_longer_way_are_counted_over_the_week(told):
    """In both from 8 to 23, by 55 minutes; a way that is 5 minutes longer by night is not felt."""
    [way, nurse] = told["east"].told[-2:]
    assert way.startswith("Both other models")
    assert "105 of the week's 168 hours" in way and "55\u00a0min" in way
    assert "98 of these hours" in nurse


def test_patients_go_where_the_strip_says(told):
    fever, fracture, stomach, chest = told["north"].patients
    assert [cell.mark for cell in fever.cells] == ["", "worse", "better"]
    assert [cell.mark for cell in fracture.cells] == ["", "worse", "worse"]
    assert [cell.mark for cell in stomach.cells] == ["", "", ""]
    assert [cell.where for cell in chest.cells] == ["5\u00a0min"] * 3
    assert [cell.where for cell in told["east"].patients[3].cells] == ["none on duty"] * 3


def test_findings_follow_the_verdicts_of_the_tables(told):
    assert {key: page.mark for key, page in told.items()} == {
        "north": "worse",
        "south": "worse",
        "east": "worse",
    }
    assert "hit hardest of all" in told["north"].finding
    assert told["east"].finding == "Both other models: a longer way to a doctor."


def test_where_the_ways_are_alike_and_nothing_is_sure_the_page_says_so(results, tmp_path):
    page = pages(results, tmp_path, today=TODAY, one=TODAY, two=TODAY)["east"]
    assert (page.mark, page.rank) == ("unsure", None)
    assert page.told == ("The way to the nearest doctor is the same in all models, all week.",)


def test_an_ambulance_that_is_gone_is_told_though_the_simulation_cannot_tell(results, tmp_path):
    pages(results, tmp_path, today=TODAY, one=TODAY, two=TODAY)
    drawn = read_page_data(tmp_path, "map", "two")
    write_page_data(tmp_path, "map", "two", {**drawn, "ambulance": [[300, 360, 1]] * 2})
    drawn = read_page_data(tmp_path, "map", "today")
    write_page_data(tmp_path, "map", "today", {**drawn, "ambulance": [[300, 360, 180]] * 2})
    east = municipality_pages(Words(Catalogue("en"), ResultsView(results)), tmp_path)[2]
    assert east.mark == "worse" and "against 3\u00a0min" in east.finding
    assert [cell.mark for cell in east.patients[3].cells] == ["", "worse", ""]


def test_numbers_are_those_of_the_municipality_alone(told, results):
    rows = {column.indicator: cells for column, cells in told["north"].rows}
    table = results.differences
    own = table[(table["indicator"] == "travel_to_care_min") & (table["group"] == "north")]
    for cell, verdict in zip(rows["travel_to_care_min"][1:], own["verdict"], strict=True):
        assert cell.cell.verdict == verdict


def test_the_rank_counts_the_municipalities_with_the_same_answer(told):
    rank = told["north"].rank
    assert sum(dot.is_own for dot in rank.dots) == 1 and len(rank.dots) == 3
    assert [dot.name for dot in rank.dots if not dot.is_clear] == ["Øst"]
    least, most = rank.ends
    assert least.at <= most.at and all(0 <= dot.at <= 100 for dot in rank.dots)


def test_results_without_strips_still_have_their_pages(results, tmp_path):
    page = pages(results, tmp_path)["north"]
    assert (page.days, page.patients, page.settlement) == ((), (), "")
    assert page.rows and page.finding


def test_one_model_alone_has_no_pages(make_results, tmp_path):
    words = Words(Catalogue("nb"), ResultsView(make_results(("today",))))
    assert municipality_pages(words, tmp_path) == []


def test_the_page_has_a_section_that_can_be_linked_for_each(results, tmp_path):
    pages(results, tmp_path, today=TODAY, one=CLOSED, two=NURSE)
    html = report_page(replace(results, folder=tmp_path), "nb")
    for key in ("north", "south", "east"):
        assert html.count(f'id="kommune-{key}"') == 1
    assert html.count('<table class="strip">') == 3
    assert 'href="#kommune-north"' in html
