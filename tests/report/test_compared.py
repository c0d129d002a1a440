from __future__ import annotations

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.document import comparison_table, group_lines, region_lines


def words(results):
    return Words(Catalogue("en"), ResultsView(results))


def test_the_base_has_its_interval_and_the_others_their_difference(results):
    told = words(results)
    table = comparison_table(
        told, "c", "f", group_lines(told, "longest_rest_h", "role", "Rest: {group}")
    )
    (row,) = table.rows
    assert row.name == "Rest: doctors" and row.key == ""
    base, one, _ = row.cells
    assert (base.number, base.interval, base.change) == ("5.0\u00a0hours", "5.0 to 5.0", "")
    assert (one.number, one.interval) == ("6.0\u00a0hours", "")
    assert one.change == "+1.0\u00a0hours (0.9 to 1.1)" and one.verdict.css == "better"


def test_what_no_model_has_is_left_out(results):
    told = words(results)
    lines = [
        *group_lines(told, "cost_nok_a_year", "part"),
        *region_lines(told, ["ambulance_within_12_min"]),
    ]
    names = [row.name for row in comparison_table(told, "c", "f", lines).rows]
    assert names == ["operators", "dispatchers", "doctors", "clinics"]


def test_a_number_that_does_not_vary_has_no_interval(results):
    told = words(results)
    table = comparison_table(told, "c", "f", group_lines(told, "cost_nok_a_year", "part"))
    assert table.rows[0].cells[0].interval == ""


def test_the_same_in_every_run_is_told_without_a_difference(results):
    told = words(results)
    (row,) = comparison_table(
        told, "c", "f", region_lines(told, ["answered_116117_within_120_s"])
    ).rows
    assert row.key == "answered_116117_within_120_s" and row.help
    assert [cell.change for cell in row.cells[1:]] == ["", ""]
    assert row.cells[1].verdict.css == "no-difference-that-matters"
