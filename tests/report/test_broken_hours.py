from __future__ import annotations

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.sections.subject_sections import missed_hours_sentences, spans_by_day


def cells(*each):
    return frozenset(each)


def test_days_with_the_same_hours_are_told_together():
    found = spans_by_day(cells((0, 8), (0, 9), (1, 8), (1, 9), (4, 8), (4, 11)))
    assert found == [((0, 1), ((8, 10),)), ((4,), ((8, 9), (11, 12)))]


def test_only_hours_that_surely_miss_the_target_are_told(results):
    lines = missed_hours_sentences(Words(Catalogue("en"), ResultsView(results)))
    assert lines == [
        "For all models we can be sure that 116117 misses the target of two minutes in "
        "2 of the 168 hours of the week: Monday 08–10."
    ]


def test_an_hour_whose_interval_reaches_the_target_is_not_told(results):
    rows = results.summary["group"].isin(["mon 08", "mon 09"])
    results.summary.loc[rows & (results.summary["organisation"] == "today"), "verdict"] = (
        "cannot tell"
    )
    told = missed_hours_sentences(Words(Catalogue("en"), ResultsView(results)))
    assert [line.startswith("For Model today we find no hour") for line in told] == [True, False]


def test_many_different_days_are_told_by_their_commonest_hours(results):
    frame = results.summary
    for at, day in enumerate(("mon", "tue", "wed", "thu", "fri")):
        wanted = [f"{day} {hour:02d}" for hour in range(8, 10 + at)]
        frame.loc[frame["group"].isin(wanted), "verdict"] = "not met"
    (line,) = missed_hours_sentences(Words(Catalogue("en"), ResultsView(results)))
    assert "20 of the 168 hours of the week, most often at 08–11" in line
