"""What became of people is told with what is judged and what is not, and shares of whom."""

from __future__ import annotations

import math

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.document import differences_from_base
from akuttsim.report.sections.patients_affected import outcome_tables

TRAVEL = "travel_to_care_min"


def test_the_same_people_stand_beside_a_difference_only_where_they_are_known(results):
    table = results.differences
    for name in ("before", "after", "people", "gained", "lost"):
        table[name] = math.nan
    mine = (table.indicator == TRAVEL) & (table.group_by == "all") & (table.organisation == "one")
    table.loc[mine, ["before", "after", "people"]] = [50.0, 53.87, 812.4]
    rows = differences_from_base(Words(Catalogue("en"), ResultsView(results))).rows
    (one, two) = next(row.cells for row in rows if row.key == TRAVEL)
    assert one.change == "50.0\u00a0min → 53.9\u00a0min, the same 812" and two.change == ""


def test_results_without_unmet_need_have_no_table_of_it(results):
    assert outcome_tables(Words(Catalogue("nb"), ResultsView(results))) == []
