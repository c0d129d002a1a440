"""The data of the page's figures, held against the tables of results."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest

from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.decision import decision
from akuttsim.report.figure_data import COST
from akuttsim.report.figure_views import (
    VERDICTS,
    ArrowsView,
    HeatView,
    IntervalsView,
    LinesView,
    Series,
)
from akuttsim.report.page_figures import HOURS_OF_WEEK, figure_set, page_figures
from akuttsim.texts import scale_value
from tests.report.many_models import with_more
from tests.report.test_cases import with_cost


@pytest.fixture(scope="module")
def words(measured):
    return Words(Catalogue("nb"), ResultsView(measured))


@pytest.fixture(scope="module")
def figures(words):
    return {figure.key: figure for figure in page_figures(words)}


def rows_of(words, table, indicator, group_by):
    """Return the rows of a table of an indicator by model and group."""
    rows = table[(table["indicator"] == indicator) & (table["group_by"] == group_by)]
    return {(row.organisation, row.group): row for row in rows.itertuples()}


def held(number, value, unit, decimals):
    """Tell whether a number of a figure is a value of the results, rounded for the figure."""
    if number is None:
        return math.isnan(value)
    return number == pytest.approx(scale_value(value, unit), abs=0.5001 * 10 ** -(decimals + 1))


def hold_series(series, rows, decimals):
    """Hold the means, ends and verdicts of a series against rows; return how many were held."""
    count = 0
    for n, row in enumerate(rows):
        if row is None:
            assert series.mean[n] is None
            continue
        assert held(series.mean[n], row.mean, row.unit, decimals)
        if series.low and series.low[n] is not None:
            assert held(series.low[n], row.ci_low, row.unit, decimals)
            assert held(series.high[n], row.ci_high, row.unit, decimals)
        if series.verdict and series.verdict[n] >= 0:
            assert VERDICTS[series.verdict[n]] == row.verdict
        count += 1
    return count


def test_the_figures_stand_in_the_order_place_hour_cost_doubt(figures):
    blocks = [figure.block for figure in figures.values()]
    assert blocks == sorted(blocks, key=("place", "hour", "cost", "doubt").index)
    assert {"places", "week", "day", "curves", "cost", "margins"} <= set(figures)


def test_places_are_those_of_the_tables(figures, words, measured):
    chosen, checked = words.chosen, 0
    by_name = {words.labels.place(key): key for key in chosen.municipalities()}
    labels = {name: words.text.get(f"decision.of.{name}.heading", words.labels.indicator(name))
              for name in chosen.results.summary["indicator"].unique()}  # fmt: skip
    for view in figures["places"].views:
        assert isinstance(view, ArrowsView)
        [name] = [key for key, label in labels.items()
                  if label == view.name and chosen.groups(key, "municipality")]  # fmt: skip
        levels = rows_of(words, measured.summary, name, "municipality")
        changes = rows_of(words, measured.differences, name, "municipality")
        places = [by_name[row] for row in view.rows]
        base = [levels.get((chosen.base, place)) for place in places]
        checked += hold_series(view.base, base, view.scale.decimals)
        for number, series in view.models.items():
            model = chosen.organisations[number]
            rows = [changes.get((model, place)) for place in places]
            checked += hold_series(series, rows, view.scale.decimals)
    assert checked > 10


def test_every_hour_of_the_week_is_the_table_s(figures, words, measured):
    view = figures["week"].views[0]
    assert isinstance(view, HeatView)
    rows = rows_of(words, measured.summary, "answered_116117_within_120_s", "hour_of_week")
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for number, series in view.models.items():
        model = words.chosen.organisations[number]
        of_week = [rows.get((model, f"{days[day]} {hour:02d}")) for day, hour in HOURS_OF_WEEK]
        assert hold_series(series, of_week, view.scale.decimals) > 20


def test_hours_of_the_day_and_curves_are_the_tables(figures, words, measured):
    calls, busy = figures["day"].views
    assert isinstance(calls, LinesView) and isinstance(busy, LinesView)
    panel = calls.panels[-1]
    rows = rows_of(words, measured.summary, "answered_116117_within_120_s", "hour")
    for number, series in panel.models.items():
        model = words.chosen.organisations[number]
        of_day = [rows.get((model, f"{hour:02d}")) for hour in range(24)]
        assert hold_series(series, of_day, panel.scale.decimals) >= 12
    curve = figures["curves"].views[0]
    rows = rows_of(words, measured.summary, "answered_116117_curve", "within_s")
    for number, series in curve.panels[0].models.items():
        model = words.chosen.organisations[number]
        of_curve = [rows.get((model, str(int(at)))) for at in curve.at]
        assert hold_series(series, of_curve, 1) == len(curve.at)


def test_the_parts_of_a_sum_are_those_of_the_table_and_add_up(figures, words, measured):
    [view] = figures["cost"].views
    rows = rows_of(words, measured.differences, "staffed_hours_a_week", "role")
    roles = {words.text.get(f"group.{role}", role).lower(): role for _, role in rows}
    for number, series in view.models.items():
        model = words.chosen.organisations[number]
        wanted = [rows[model, roles[name.lower()]] for name in view.rows[:-1]]
        assert hold_series(Series(series.mean[:-1]), wanted, view.scale.decimals) == len(wanted)
        assert sum(series.mean[:-1]) == pytest.approx(series.mean[-1], abs=0.01 * len(view.rows))


def test_the_trade_off_has_cost_and_value_of_the_tables(results):
    words = Words(Catalogue("nb"), ResultsView(with_cost(results)))
    [figure] = [each for each in page_figures(words) if each.key == "tradeoff"]
    cost = rows_of(words, words.chosen.results.summary, COST, "all")
    for view in figure.views:
        models = [words.chosen.organisations[number] for number in view.models]
        assert hold_series(view.cost, [cost[model, "all"] for model in models], 1) == len(models)
        assert len(view.standing) == len(view.value.mean) == len(models)


def test_differences_in_margins_turn_better_to_the_right(figures, words, measured):
    rows = rows_of(words, measured.differences, "travel_to_care_min", "all")
    [view] = figures["margins"].views
    assert isinstance(view, IntervalsView)
    label = words.text("decision.of.travel_to_care_min.heading")
    for number, some in view.models.items():
        row = rows[words.chosen.organisations[number], "all"]
        [shown] = [each for each in some if each.name == label]
        assert shown.mean == pytest.approx(-row.mean / row.margin, abs=0.001)
        assert shown.low == pytest.approx(-row.ci_high / row.margin, abs=0.001)
        assert VERDICTS[shown.verdict] == row.verdict


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_figures_are_short_json_without_markup(measured, lang):
    found = figure_set(Words(Catalogue(lang), ResultsView(measured)))
    for figure in found.all:
        assert not set("<>&") & set(figure.json)
        data = json.loads(figure.json)
        assert data["kind"] == figure.kind and set(data["shown"]) <= set(data["models"])
        assert figure.title and "{" not in figure.title + figure.intro + figure.note
    assert sum(len(figure.json) for figure in found.all) < 60_000
    assert len(found.script) < 80_000


def test_what_is_unknown_is_left_out(results):
    """Made-up results without costs, runs or margins still give the figures that they can."""
    found = {figure.key for figure in page_figures(Words(Catalogue("en"), ResultsView(results)))}
    assert {"places", "week", "day", "curves"} <= found
    assert not {"tradeoff", "margins", "drivers"} & found


@pytest.mark.usefixtures("undrawn")
def test_no_drawing_library_is_read_for_a_page():
    code = (
        "import sys, akuttsim.report.exporters.html_page;"
        "print([m for m in ('matplotlib', 'scipy', 'simpy', 'networkx') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_of_many_models_figures_begin_with_those_that_the_decision_shows(results):
    words = Words(Catalogue("en"), ResultsView(with_more(with_cost(results), 4)))
    shown = {row.organisation for row in decision(words).rows if row.is_shown and not row.is_base}
    places = next(figure for figure in page_figures(words) if figure.key == "places")
    assert {words.chosen.organisations[number] for number in places.shown} == shown
    assert len(places.models) > len(places.shown)
