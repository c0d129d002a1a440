"""Summaries and paired differences against a calculation by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from akuttsim.config.schema.experiment import IndicatorTarget
from akuttsim.indicators.comparison import (
    DIFFERENCE_COLUMNS,
    SUMMARY_COLUMNS,
    DifferenceRules,
    paired_differences,
    summarise_indicators,
)
from akuttsim.records import Key, Sheet

SHARE = "answered_116117_within_120_s"
TRAVEL = "travel_to_care_min"
TARGET = IndicatorTarget(indicator=SHARE, at_least=0.8, title="Answered", source="a law")


UNIT = {SHARE: "share", TRAVEL: "min"}
ALL = (SHARE, "all", "all")
MINUTES = (TRAVEL, "all", "all")
NEW_CLINIC = (TRAVEL, "clinic", "new")


def sheet(name: str, indicators: dict[Key, list[float]], case: str = "plain") -> Sheet:
    """Return the sheet of an organisation: values by indicator, group_by and group."""
    values = np.array(list(indicators.values()))
    numbers = tuple(range(values.shape[1]))
    counts = np.full(values.shape, 5000)
    return Sheet(case, name, tuple(indicators), UNIT, numbers, values, counts)


ZEBRA = sheet("zebra", {MINUTES: [30.0, 32.0, 31.0], ALL: [0.90, 0.86, 0.85]})
ALPHA = sheet(
    "alpha",
    {MINUTES: [28.0, 31.0, 30.5], ALL: [0.70, 0.95, 0.85], NEW_CLINIC: [9.0, math.nan, 8.0]},
)
PLAIN = DifferenceRules({})


def test_summary_keeps_the_order_of_the_sheet() -> None:
    found = summarise_indicators(ALPHA, [TARGET])
    assert list(found.columns) == SUMMARY_COLUMNS
    keys = list(zip(found.case, found.organisation, found.indicator, found.group, strict=True))
    assert keys == [
        ("plain", "alpha", TRAVEL, "all"), ("plain", "alpha", SHARE, "all"),
        ("plain", "alpha", TRAVEL, "new"),
    ]  # fmt: skip


def test_summary_has_mean_interval_target_and_verdict() -> None:
    row = (
        summarise_indicators(ZEBRA, [TARGET]).set_index(["indicator", "group"]).loc[(SHARE, "all")]
    )
    low, high = stats.t.interval(0.95, 2, 0.87, stats.sem([0.90, 0.86, 0.85]))
    assert (row["mean"], row.ci_low, row.ci_high) == pytest.approx((0.87, low, high))
    assert (row.target, row.verdict) == (0.8, "met" if low >= 0.8 else "cannot tell")
    found = summarise_indicators(ALPHA, [TARGET]).set_index(["indicator", "group"])
    assert found.loc[(SHARE, "all")].verdict == "cannot tell"
    assert found.loc[(TRAVEL, "all")].verdict == ""
    assert math.isnan(found.loc[(TRAVEL, "all")].target)
    assert found.loc[(TRAVEL, "new")]["mean"] == 8.5


def test_a_share_of_which_none_is_missing_still_has_a_width() -> None:
    """All of 3 times 20 calls answered in time: the true share may be lower."""
    found = Sheet(
        "plain", "one", (ALL,), UNIT, (0, 1, 2), np.ones((1, 3)), np.full((1, 3), 20)
    )  # fmt: skip
    row = summarise_indicators(found, [TARGET]).iloc[0]
    assert row.ci_high == 1.0 and 0.9 < row.ci_low < 1.0


def test_only_what_is_wanted_is_told() -> None:
    by_clinic = summarise_indicators(ALPHA, [], frozenset({TRAVEL}))
    assert by_clinic.group.tolist() == ["all"], "clinics are left out where little is wanted"
    assert len(paired_differences(ALPHA, ZEBRA, PLAIN, frozenset({SHARE}))) == 1


def test_differences_are_paired_by_replication() -> None:
    found = paired_differences(ALPHA, ZEBRA, PLAIN)
    assert list(found.columns) == DIFFERENCE_COLUMNS
    assert found.organisation.unique().tolist() == ["alpha"]
    assert found.against.unique().tolist() == ["zebra"]
    row = found[found.indicator == TRAVEL].iloc[0]
    each = [-2.0, -1.0, -0.5]
    mean = sum(each) / 3
    low, high = stats.t.interval(0.95, 2, mean, stats.sem(each))
    assert (row["mean"], row.ci_low, row.ci_high) == pytest.approx((mean, low, high))
    unpaired = stats.sem([28.0, 31.0, 30.5]) + stats.sem([30.0, 32.0, 31.0])
    assert row.ci_high - row.ci_low < 2 * 4.3 * unpaired, "pairing removes what both share"


def test_a_group_that_only_one_of_them_has_is_left_out() -> None:
    assert "new" not in set(paired_differences(ALPHA, ZEBRA, PLAIN).group)


def test_a_clear_difference_is_for_the_better_or_worse_by_the_indicators_direction() -> None:
    base = sheet("base", {ALL: [0.80, 0.82, 0.81], MINUTES: [30.0, 31.0, 32.0]})
    other = sheet("other", {ALL: [0.90, 0.921, 0.912], MINUTES: [35.0, 36.1, 37.2]})
    found = paired_differences(other, base, PLAIN).set_index("indicator").verdict
    assert found[SHARE] == "better" and found[TRAVEL] == "worse"


def test_margins_and_levels_decide_what_may_be_said() -> None:
    base = sheet("base", {MINUTES: [30.0, 31.0, 32.0, 30.5]})
    other = sheet("other", {MINUTES: [30.2, 31.3, 32.1, 30.8]})

    def told(**how: object) -> str:
        return str(
            paired_differences(other, base, DifferenceRules(**{"margins": {}, **how})).verdict[0]
        )  # type: ignore[arg-type]

    assert told() == "worse"
    assert told(margins={TRAVEL: 1.0}) == "no difference that matters"
    assert told(margins={TRAVEL: 0.2}) == "cannot tell"
    assert told(margins={TRAVEL: 0.2}, margins_place={TRAVEL: 0.1}) == "cannot tell"
    assert told(confidence=0.9999) == "cannot tell"


def test_a_group_has_a_margin_of_its_own() -> None:
    rules = DifferenceRules({TRAVEL: 1.0}, {TRAVEL: 5.0})
    assert rules.margin_of((TRAVEL, "all", "all")) == 1.0
    assert rules.margin_of((TRAVEL, "municipality", "lierne")) == 5.0
    assert DifferenceRules({TRAVEL: 1.0}).margin_of((TRAVEL, "hour", "22")) == 1.0
    assert DifferenceRules({}).margin_of((TRAVEL, "all", "all")) == 0.0


def test_pairs_with_a_missing_value_are_left_out() -> None:
    base = sheet("base", {ALL: [0.8, math.nan, 0.8, 0.7]})
    other = sheet("other", {ALL: [0.9, 0.9, 0.85, math.nan]})
    row = paired_differences(other, base, PLAIN).iloc[0]
    assert row["mean"] == pytest.approx(0.075)


def test_replications_that_one_of_them_lacks_are_left_out() -> None:
    """A run failed, or a model was let go early: the others are paired by their number."""
    base = replace(sheet("base", {ALL: [0.8, 0.8, 0.7]}), replications=(0, 2, 3))
    other = replace(sheet("other", {ALL: [0.5, 0.9, 0.85]}), replications=(1, 2, 3))
    assert paired_differences(other, base, PLAIN)["mean"][0] == pytest.approx((0.1 + 0.15) / 2)


def test_a_case_is_held_against_another_of_the_same_organisation() -> None:
    winter = sheet("zebra", {MINUTES: [33.0, 34.0, 34.5]}, "winter")
    found = paired_differences(winter, ZEBRA, PLAIN)
    assert found[["case", "organisation", "against"]].to_numpy().tolist() == [
        ["winter", "zebra", "plain"]
    ]


def test_what_is_nought_in_every_replication_is_no_difference_with_or_without_a_margin() -> None:
    """One that is nought in most may move where nobody looked; a single run tells nothing."""
    base = sheet("base", {MINUTES: [30.0, 31.0, 32.0], ALL: [0.8, 0.9, 0.7]})
    alike = sheet("other", {MINUTES: [30.0, 31.0, 32.0], ALL: [0.8, 0.9, 0.701]})
    for margins in ({}, {TRAVEL: 1.0}):
        found = paired_differences(alike, base, DifferenceRules(margins)).set_index("indicator")
        assert (
            found.verdict[TRAVEL] == "no difference that matters"
            and found.verdict[SHARE] == "cannot tell"
        )
        assert math.isnan(found.more_runs[TRAVEL])
    once = sheet("base", {MINUTES: [30.0]})
    assert (
        paired_differences(sheet("other", {MINUTES: [30.0]}), once, PLAIN).verdict[0]
        == "cannot tell"
    )


def test_what_rounding_alone_makes_differ_is_the_same_and_has_no_width() -> None:
    """Hours on duty summed in another order: 1e-13 apart, as it is in some replications."""
    hours = [717.9 + noise for noise in (0.0, 1e-13, -1e-13)]
    one, other = sheet("one", {MINUTES: hours}), sheet("other", {MINUTES: [717.9] * 3})
    (row,) = paired_differences(one, other, PLAIN).itertuples()
    assert (row.mean, row.ci_low, row.ci_high, row.verdict) == (
        0.0,
        0.0,
        0.0,
        "no difference that matters",
    )
    (row,) = summarise_indicators(one, []).itertuples()
    assert row.ci_low == row.ci_high == pytest.approx(717.9)
    more = sheet("more", {MINUTES: [hour + 1e-6 for hour in hours]})
    (row,) = paired_differences(more, other, PLAIN).itertuples()
    assert row.verdict != "no difference that matters" and row.mean == pytest.approx(1e-6, rel=1e-4)
