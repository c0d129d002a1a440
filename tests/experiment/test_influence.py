"""Outcomes by case from a sweep of the small district, and the table of what moves them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.sensitivity_table import (
    SENSITIVITY_COLUMNS,
    OutcomesByCase,
    sensitivity_layout,
)
from akuttsim.experiments.study import Study
from akuttsim.records import Sheet
from tests import asked, small

FACTORS = """
factors:
  talk: {title: {nb: Samtale, en: Talk}, key: care.talk_s.lognormal.median, values: [244, 300]}
  menu: {key: control_rooms.lvs.menu_s.value, values: [15, 60]}
design: one-at-a-time
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return asked.study(tmp_path_factory.mktemp("asked"), FACTORS, asks=small.QUIET_EXPERIMENT)


@pytest.fixture(scope="module")
def results(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("swept") / "out"
    run_study(study, folder)
    return read_results(folder)


def test_a_sweep_with_cases_writes_what_moves_each_outcome(study: Study, results: Results) -> None:
    table = results.sensitivity
    assert list(table.columns) == SENSITIVITY_COLUMNS
    assert set(table["measure"]) == {"effect"}
    assert set(zip(table["factor"], table["level"], strict=True)) == {
        ("talk", "300"), ("menu", "60")}  # fmt: skip
    measured = set(study.judged_by) - {"ambulance_within_12_min", "ambulance_within_25_min"}
    assert measured <= set(table["indicator"]) <= set(study.judged_by)
    assert set(table["against"]) == {"", "small-today"}
    assert "sensitivity.csv" in results.manifest.checksums
    assert results.manifest.dimensions[0].title == {"nb": "Samtale", "en": "Talk"}


KEYS = ["case", "organisation", "indicator"]


def test_an_organisations_own_effect_is_of_everybody_as_targets_are(results: Results) -> None:
    """What is not person by person is also that of the effects, which else are of the same."""
    own = results.sensitivity[results.sensitivity["against"] == ""].set_index(KEYS)
    whole = results.summary[results.summary["group_by"] == "all"]
    level = whole.set_index(KEYS)["mean"]
    first = results.manifest.cases[0]
    assert len(own) > 0
    for (case, name, indicator), mean in own["mean"].items():
        apart = level[case, name, indicator] - level[first, name, indicator]
        assert mean == pytest.approx(apart, abs=1e-9)
    effects = results.effects[results.effects["group_by"] == "all"].set_index(KEYS)
    assert set(effects.index) == set(own.index)
    for key, effect in effects[effects["people"].isna()].iterrows():
        ends = own.loc[key, ["mean", "ci_low", "ci_high"]].tolist()
        assert ends == pytest.approx(effect[["mean", "ci_low", "ci_high"]].tolist(), abs=1e-9)


def test_in_every_case_differences_and_effects_are_of_the_same_people(results: Results) -> None:
    first, *others = results.manifest.cases
    told = results.differences[results.differences["group_by"] == "all"].set_index(KEYS)
    effects = results.effects[results.effects["group_by"] == "all"].set_index(KEYS)
    moves = results.sensitivity[results.sensitivity["against"] == "small-today"].set_index(KEYS)
    key = ("small-satellite", "travel_to_care_min")
    assert told.loc[(first, *key), "people"] > 0
    for case in others:
        now = told.loc[(case, *key)]
        assert now.people > 0 and now["mean"] == pytest.approx(now.after - now.before)
        apart = now["mean"] - told.loc[(first, *key), "mean"]
        assert moves.loc[(case, *key), "mean"] == pytest.approx(apart)
        assert effects.loc[(case, *key), "people"] > 0, "a longer talk makes nobody else ill"


def test_verdicts_are_those_of_the_summary_and_the_differences(results: Results) -> None:
    for table, against in ((results.summary, ""), (results.differences, "small-today")):
        known = {
            (row.case, row.organisation, row.indicator): row.verdict
            for row in table[table["group_by"] == "all"].itertuples()
        }
        some = results.sensitivity[results.sensitivity["against"] == against]
        assert len(some) > 0
        for row in some.itertuples():
            key = (row.organisation, row.indicator)
            assert row.verdict == known[row.case, *key]
            assert row.first_verdict == known[results.manifest.cases[0], *key]


def test_only_one_case_leaves_no_table_of_what_moves(tmp_path: Path) -> None:
    study = asked.study(tmp_path, asks=small.QUIET_EXPERIMENT)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "sensitivity.csv").write_text("of,before\n")
    run_study(study, folder, RunOptions(resume=True))
    assert not (folder / "sensitivity.csv").exists()
    assert len(read_results(folder).sensitivity) == 0


def test_the_layout_of_a_spread_design_has_the_points_that_the_cases_are_at(tmp_path: Path) -> None:
    more = """
factors:
  talk: {key: care.talk_s.lognormal.median, range: [200, 400]}
  menu: {key: control_rooms.lvs.menu_s.value, range: [0, 60]}
design: {kind: morris, points: 3}
"""
    found = sensitivity_layout(asked.study(tmp_path, more))
    assert found.factors == ("talk", "menu")
    assert len(found.cases) == len(found.points) == 9
    levels = np.array([[float(each) for each in row] for row in found.levels])
    np.testing.assert_allclose(levels, [200, 0] + found.points * [200, 60])


def test_a_replication_that_failed_in_one_case_is_left_out_of_its_pair(study: Study) -> None:
    outcomes = OutcomesByCase(study)
    indicator, key = "travel_to_care_min", ("travel_to_care_min", "all", "all")
    for case, gone in zip(study.cases, (None, 2, None), strict=True):
        numbers = tuple(k for k in range(4) if k != gone)
        values = np.array([[10.0 + k + (case is not study.cases[0]) * k for k in numbers]])
        for name in study.organisations:
            units, counts = {indicator: "min"}, np.ones_like(values, dtype=int)
            outcomes.take(Sheet(case.name, name, (key,), units, numbers, values, counts))
    empty = pd.DataFrame(columns=["case", "organisation", "indicator", "group_by", "verdict"])
    table = outcomes.table(empty, empty)
    own = table[(table["organisation"] == "small-today") & (table["against"] == "")]
    assert own["mean"].tolist() == pytest.approx([4 / 3, 1.5])
    paired = table[table["against"] == "small-today"]
    assert (paired["mean"] == 0).all() and not table["turns"].any()


def test_one_indicator_of_one_case_is_read_without_the_rest(results: Results) -> None:
    case = results.manifest.cases[1]
    found = results.measured(case, ["travel_to_care_min"])
    whole = results.indicators
    wanted = whole[(whole["case"] == case) & (whole["indicator"] == "travel_to_care_min")]
    wanted = wanted[wanted["group_by"] == "all"]
    assert found["value"].tolist() == wanted["value"].tolist()
    assert len(found) == 2 * results.manifest.replications
