from dataclasses import replace

import numpy as np
import pytest

from akuttsim.calllog.logged_calls import CallLog
from akuttsim.experiments.logged_patients import (
    CallTimes,
    compare_stages,
    compare_with_log,
    recorded_call_times,
    simulated_call_times,
)
from akuttsim.experiments.paired_calls import paired_times
from akuttsim.records import LINE_113, LINE_116117
from tests.small import calls, courses, people, seen, world

NAN = np.nan


def log(answered: list[float], left: list[float] | None = None, line: int = LINE_116117) -> CallLog:
    """Return a log of calls a minute apart, answered or left after so many seconds."""
    n = len(answered)
    time_s = 60.0 * np.arange(n)
    gone = np.array(left or [NAN] * n)
    ended = np.where(np.isnan(gone), np.array(answered) + 100, gone)
    return CallLog(
        "f", "n", "Europe/Oslo", n, np.arange(n), time_s,
        {"answered": time_s + answered, "ended": time_s + ended},
        np.full(n, line, dtype=np.int8), np.full(n, -1, dtype=np.int8),
        np.full(n, -1, dtype=np.int32), (), ~np.isnan(gone), {},
    )  # fmt: skip


def run(answered: list[float], left: list[float] | None = None) -> CallTimes:
    after = {"answered": np.array(answered)}
    after |= {name: np.full(len(answered), NAN) for name in ("alerted", "on_scene", "free")}
    after["at_hospital"] = after["free"]
    n = len(answered)
    rang = np.ones(n, dtype=bool)
    return CallTimes(after, np.array(left or [NAN] * n), np.full(n, -1), rang)


def test_figures_by_hand() -> None:
    told = log([10.0, 200.0, NAN, 30.0], [NAN, NAN, 50.0, NAN])
    hour = np.array([8, 8, 8, 9])
    runs = [run([0.0, 100.0, 20.0, NAN], [NAN, NAN, NAN, 5.0]), run([20.0, 130.0, 30.0, 40.0])]
    rows = {(r.hour, r.measure): r for r in compare_with_log(told, hour, runs)}
    assert rows["all", "mean_wait_s"].recorded == 80
    assert rows["all", "mean_wait_s"].simulated == pytest.approx((40 + 55) / 2)
    assert rows["all", "answered_in_time"].recorded == 0.5
    assert rows["08", "answered_in_time"].simulated == pytest.approx((1 + 2 / 3) / 2)
    assert rows["all", "hung_up"].recorded == 0.25
    assert rows["all", "hung_up"].simulated == 0.125
    assert rows["09", "hung_up"].calls == 1
    assert rows["03", "mean_wait_s"].calls == 0 and rows["03", "mean_wait_s"].is_inside is None


def test_a_call_of_which_the_log_does_not_tell_is_not_counted_on_either_side() -> None:
    told = log([10.0, NAN])
    runs = [run([10.0, 900.0]), run([12.0, 900.0])]
    rows = compare_with_log(told, np.array([8, 8]), runs)
    assert rows[0].calls == 1 and rows[0].simulated == 11


def test_113_has_a_limit_of_its_own() -> None:
    told = log([5.0, 60.0], line=LINE_113)
    rows = compare_with_log(told, np.zeros(2, dtype=np.int64), [run([5.0, 5.0])] * 2)
    in_time = next(row for row in rows if row.measure == "answered_in_time")
    assert (in_time.number, in_time.recorded, in_time.simulated) == ("113", 0.5, 1.0)


def test_only_the_first_time_that_somebody_rang_counts() -> None:
    of = world()
    call = calls(
        (0, 0, LINE_116117, 400.0, 410.0, NAN),
        (0, 0, LINE_116117, 100.0, NAN, 130.0),
        (1, 0, LINE_116117, 200.0, 205.0, NAN),
    )
    patients = people([100.0, 200.0, 300.0])
    record = seen(of, patients, courses(3, on_scene_s=[NAN, 900.0, NAN]), call).record
    met = simulated_call_times(patients, record)
    assert np.array_equal(met.after_s["answered"], [NAN, 5, NAN], equal_nan=True)
    assert np.array_equal(met.gave_up_s, [30, NAN, NAN], equal_nan=True)
    assert np.array_equal(met.after_s["on_scene"], [NAN, 700, NAN], equal_nan=True)


def test_stages_are_minutes_after_the_call() -> None:
    told = log([60.0, 120.0])
    rows = compare_stages(told, [run([30.0, 90.0]), run([30.0, 30.0])])
    assert [row.stage for row in rows] == ["answered"]
    assert (rows[0].recorded_min, rows[0].simulated_min) == (1.5, 0.75)
    assert recorded_call_times(told).after_s["answered"].tolist() == [60, 120]


def test_an_interval_of_a_share_stays_between_none_and_all() -> None:
    rows = compare_with_log(log([1.0] * 4), np.zeros(4, dtype=np.int64), [run([1.0] * 4)] * 3)
    (in_time,) = [r for r in rows if r.hour == "all" and r.measure == "answered_in_time"]
    (left,) = [r for r in rows if r.hour == "all" and r.measure == "hung_up"]
    assert 0 < in_time.low < 1 == in_time.high and left.low == 0 < left.high < 1


def test_who_does_not_ring_an_organisation_is_not_counted_in_it() -> None:
    """A neighbour's call, in the log of a regional room, meets one without: two of three remain."""
    met = run([10.0, 300.0, NAN])
    met = replace(met, rang=np.array([True, True, False]))
    rows = compare_with_log(log([5.0, 5.0, 5.0]), np.zeros(3, dtype=np.int64), [met] * 2)
    found = {row.measure: row.simulated for row in rows if row.hour == "all"}
    assert found["answered_in_time"] == 0.5 and found["mean_wait_s"] == 155


def test_no_interval_of_a_wait_begins_before_the_call() -> None:
    told, zero = log([1.0]), np.zeros(1, dtype=np.int64)
    rows = compare_with_log(told, zero, [run([0.0]), run([20.0])])
    (wait,) = [row for row in rows if row.hour == "all" and row.measure == "mean_wait_s"]
    assert (wait.low, wait.one_low) == (0, 0) and wait.simulated == 10 < wait.high
    (answered,) = compare_stages(told, [run([0.0]), run([20.0])])
    assert answered.low == 0 < answered.high


def test_pairs_are_the_same_calls_and_what_one_side_lacks_is_no_zero() -> None:
    told = log([60.0, 120.0, NAN, 180.0])
    recorded = recorded_call_times(told).after_s
    runs = [run([90.0, NAN, 30.0, 180.0]), run([150.0, NAN, 30.0, 240.0])]
    rows = paired_times(told, recorded, [each.after_s for each in runs])
    assert {row.stage for row in rows} == {"answered"}
    (whole,) = [row for row in rows if row.by == "all"]
    assert (whole.calls, whole.recorded_only, whole.simulated_only) == (2, 1, 1)
    assert (whole.recorded_mean, whole.simulated_mean) == (2.0, (2.25 + 3.25) / 2)
    assert whole.difference == 0.75 and whole.gap == (0.25 + 1.25) / 2
    assert np.isnan(whole.recorded_median) and whole.low < 0.75 < whole.high
    assert [row.group for row in rows if row.by == "hour"] == ["01"]


def test_whole_minutes_give_bounds_and_what_a_log_lacks_is_not_nought() -> None:
    told = replace(log([0.0, 60.0, 120.0, 180.0]), spread_s={"answered": (60.0, 60.0)})
    zero = np.zeros(4, dtype=np.int64)
    rows = {
        r.measure: r for r in compare_with_log(told, zero, [run([1.0] * 4)] * 2) if r.hour == "all"
    }
    in_time, wait = rows["answered_in_time"], rows["mean_wait_s"]
    assert (in_time.recorded_low, in_time.recorded_high) == (0.5, 0.75)
    assert (wait.recorded_low, wait.recorded, wait.recorded_high) == (30, 90, 150)
    assert np.isnan(rows["hung_up"].recorded)
    blind = replace(told, stages={}, spread_s={})
    lacks = compare_with_log(blind, zero, [run([1.0] * 4)] * 2)
    assert all(np.isnan(row.recorded) for row in lacks) and lacks[0].simulated == 1
