"""Organisations beside published figures."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from akuttsim.cli.verify import figure_values, simulate_figures
from akuttsim.errors import InputError
from akuttsim.experiments.load_study import load_published_figures
from akuttsim.experiments.study import study_of_run
from akuttsim.indicators.registry import indicator_directions, measure_indicators
from tests import small

FIGURES = load_published_figures("norway")


def test_every_figure_has_its_counterpart() -> None:
    assert {figure.indicator for figure in FIGURES.values()} <= set(indicator_directions())
    world = small.world()
    seen = world.observed(patients := world.sample(), world.meets(patients))
    rows = {(row.indicator, row.group_by, row.group) for row in measure_indicators(seen)}
    assert {
        (figure.indicator, figure.group_by, figure.group) for figure in FIGURES.values()
    } <= rows


def test_a_value_is_the_mean_in_the_unit_of_the_figure() -> None:
    rows = [("night_share", "all", "all", 0.12), ("red_share", "time_of_day", "night", 0.05)]
    summary = pd.DataFrame(rows, columns=["indicator", "group_by", "group", "mean"])
    found = figure_values(summary, FIGURES)
    assert found["night"] == pytest.approx(12)
    assert found["red-night"] == pytest.approx(5)
    assert math.isnan(found["red"])


def test_what_is_put_in_comes_out_again() -> None:
    """Three weeks of the small district: 4 in a hundred judged red, as its region says."""
    study = study_of_run([str(small.TODAY)], None, (), (3, 2, 1))
    done: list[int] = []
    found = simulate_figures(study, FIGURES, 1, done.append)
    assert set(found) == set(FIGURES)
    assert sum(done) == 2
    urgency, demand = study.region.urgency, study.region.demand
    assert found["red"] == pytest.approx(100 * urgency.level_116117.red, abs=1.0)
    per_1000 = 1000 * demand.contacts_per_person_year.value  # and Easter week is in it
    assert per_1000 < found["contacts"] < 1.4 * per_1000


def test_an_unknown_organisation_is_named() -> None:
    with pytest.raises(InputError, match="namdal-tody"):
        study_of_run(["namdal-tody"], None, (), (1, 2, 1))
