"""Summaries and paired differences against a calculation by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from akuttsim.analysis.compare import DIFFERENCES, SUMMARY, differences, summarise
from akuttsim.scenario.experiment import Target

SHARE = "answered_116117_within_120_s"
TRAVEL = "travel_to_care_min"
TARGET = Target(indicator=SHARE, at_least=0.8, title="Answered", source="a law")


def table(**runs: dict[tuple[str, str, str], list[float]]) -> pd.DataFrame:
    """Return the tidy table of organisations: values by indicator, group_by and group."""
    rows = [
        (name, replication, indicator, by, group, value, UNIT[indicator], 100)
        for name, indicators in runs.items()
        for (indicator, by, group), values in indicators.items()
        for replication, value in enumerate(values)
    ]
    columns = "organisation replication indicator group_by group value unit n".split()
    return pd.DataFrame(rows, columns=columns)


UNIT = {SHARE: "share", TRAVEL: "min"}
ALL = (SHARE, "all", "all")
MINUTES = (TRAVEL, "all", "all")
NEW_CLINIC = (TRAVEL, "clinic", "new")
RUNS = table(
    zebra={MINUTES: [30.0, 32.0, 31.0], ALL: [0.90, 0.86, 0.85]},
    alpha={MINUTES: [28.0, 31.0, 30.5], ALL: [0.70, 0.95, 0.85], NEW_CLINIC: [9.0, math.nan, 8.0]},
)


def test_summary_keeps_the_order_of_first_appearance() -> None:
    found = summarise(RUNS, [TARGET])
    assert list(found.columns) == SUMMARY
    keys = list(zip(found.organisation, found.indicator, found.group, strict=True))
    assert keys == [
        ("zebra", TRAVEL, "all"), ("zebra", SHARE, "all"),
        ("alpha", TRAVEL, "all"), ("alpha", SHARE, "all"), ("alpha", TRAVEL, "new"),
    ]  # fmt: skip


def test_summary_has_mean_interval_target_and_verdict() -> None:
    found = summarise(RUNS, [TARGET]).set_index(["organisation", "indicator", "group"])
    row = found.loc[("zebra", SHARE, "all")]
    low, high = stats.t.interval(0.95, 2, 0.87, stats.sem([0.90, 0.86, 0.85]))
    assert (row["mean"], row.ci_low, row.ci_high) == pytest.approx((0.87, low, high))
    assert (row.target, row.verdict) == (0.8, "met" if low >= 0.8 else "cannot tell")
    assert found.loc[("alpha", SHARE, "all")].verdict == "cannot tell"
    assert found.loc[("alpha", TRAVEL, "all")].verdict == ""
    assert math.isnan(found.loc[("alpha", TRAVEL, "all")].target)
    assert found.loc[("alpha", TRAVEL, "new")]["mean"] == 8.5


def test_differences_are_paired_by_replication() -> None:
    found = differences(RUNS, "zebra")
    assert list(found.columns) == DIFFERENCES
    assert found.organisation.unique().tolist() == ["alpha"]
    row = found[found.indicator == TRAVEL].iloc[0]
    each = [-2.0, -1.0, -0.5]
    mean = sum(each) / 3
    low, high = stats.t.interval(0.95, 2, mean, stats.sem(each))
    assert (row["mean"], row.ci_low, row.ci_high) == pytest.approx((mean, low, high))
    unpaired = stats.sem([28.0, 31.0, 30.5]) + stats.sem([30.0, 32.0, 31.0])
    assert row.ci_high - row.ci_low < 2 * 4.3 * unpaired, "pairing removes what both share"


def test_a_group_that_only_one_of_them_has_is_left_out() -> None:
    assert "new" not in set(differences(RUNS, "zebra").group)


def test_a_clear_difference_is_for_the_better_or_worse_by_the_indicators_direction() -> None:
    base = {ALL: [0.80, 0.82, 0.81], MINUTES: [30.0, 31.0, 32.0]}
    other = {ALL: [0.90, 0.921, 0.912], MINUTES: [35.0, 36.1, 37.2]}
    found = differences(table(base=base, other=other), "base").set_index("indicator").verdict
    assert found[SHARE] == "better" and found[TRAVEL] == "worse"


def test_pairs_with_a_missing_value_are_left_out() -> None:
    base = {ALL: [0.8, math.nan, 0.8, 0.7]}
    other = {ALL: [0.9, 0.9, 0.85, math.nan]}
    row = differences(table(base=base, other=other), "base").iloc[0]
    assert row["mean"] == pytest.approx(0.075)


def test_the_base_alone_has_no_differences() -> None:
    assert len(differences(RUNS[RUNS.organisation == "zebra"], "zebra")) == 0
