from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from akuttsim.experiments.executor import execute_tasks
from akuttsim.patients.queue_patients import CallerProcess
from akuttsim.roads.travel import travel_of_region
from tests import small
from tests.nightly import IS_NIGHTLY, by_night
from validation import (
    cobham_priorities,
    coverage_criteria,
    dijkstra_journeys,
    erlang_rooms,
    exact_answer_study,
    hypercube_cities,
    littles_law,
    run_lengths,
    time_varying_year,
)
from validation.coverage_criteria import clopper_pearson, coverage_bounds, criteria_by_figure
from validation.erlang_rooms import ErlangSetting
from validation.exact_answer_document import exact_document_text, write_exact_document
from validation.study_size import SHORT_EXACT, TALK_S

TINY = replace(
    SHORT_EXACT,
    sizes=(2,),
    loads_patient=(0.5,),
    loads_impatient=(1.2,),
    repeats=by_night(2, 3),
    relaxations=20,
    least_calls=600,
    cities=1,
    graphs=1,
    long_runs=2,
    long_calls=6_400,
    weeks_of_year=8,
)


@pytest.fixture(scope="module")
def found() -> exact_answer_study.Tables:
    return exact_answer_study.run_exact_study(TINY, 1, lambda _: None)


def test_the_study_meets_its_criteria(found: exact_answer_study.Tables) -> None:
    assert exact_answer_study.unmet_criteria(found) == []
    assert len(found["criteria"]) == 22


def test_a_wrong_talk_time_makes_the_coverage_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers who talk a tenth longer than the exact answer is told are found out."""
    sizes, loads = by_night((5,), (2, 5)), by_night((0.8,), (0.7, 0.8))
    form = replace(TINY, sizes=sizes, loads_patient=loads, loads_impatient=(0.9, 1.2))

    def judged(talk_s: float) -> list[bool]:
        def wrong(rate: float, _: float, patience_s: float) -> CallerProcess:
            return CallerProcess(rate, talk_s, patience_s)

        monkeypatch.setattr(erlang_rooms, "CallerProcess", wrong)
        runs = execute_tasks(list(erlang_rooms.grid_tasks(form)), 1, lambda _: None)
        table = erlang_rooms.grid_tables(pd.concat(runs))["grid_intervals"]
        return [bool(row["met"]) for row in criteria_by_figure("", table[table["counted"]])]

    if IS_NIGHTLY:  # by day the study above says so
        assert all(judged(TALK_S))
    assert not any(judged(TALK_S * 1.1))


def test_bounds_are_the_issue_s_for_many_and_binomial_for_few() -> None:
    assert coverage_bounds(1_000) == (0.93, 0.97)
    low, high = coverage_bounds(100)
    assert low == 0.87 and high == 1.0
    assert coverage_bounds(10)[0] == 0.6


def test_a_study_of_few_intervals_is_not_failed_by_chance_alone() -> None:
    """The chance that 95 % coverage leaves the bounds is at most the stated error rate."""
    from scipy.stats import binom

    for count in (10, 60, 300, 999):
        low, high = coverage_bounds(count)
        outside = binom.cdf(math.ceil(low * count - 1e-9) - 1, count, 0.95)
        outside += binom.sf(math.floor(high * count + 1e-9), count, 0.95)
        assert outside <= coverage_criteria.FALSE_ALARM_RATE


def test_the_interval_of_a_share_is_clopper_and_pearson_s() -> None:
    """Table value for 9 of 10: 0.555 to 0.997."""
    assert clopper_pearson(9, 10) == pytest.approx((0.5550, 0.9975), abs=5e-4)
    assert clopper_pearson(0, 5)[0] == 0.0 and clopper_pearson(5, 5)[1] == 1.0


def test_rare_events_are_not_counted() -> None:
    rare = ErlangSetting(30, 0.5, math.inf)
    assert erlang_rooms.counted_events(rare, "wait_mean_s") * 2_000 < coverage_criteria.LEAST_EVENTS
    assert erlang_rooms.counted_events(rare, "occupancy") == 1.0
    assert erlang_rooms.counted_events(ErlangSetting(5, 0.8, math.inf), "abandoned") == 0.0


def test_pieces_of_work_give_the_same_in_other_processes() -> None:
    tasks = [
        partial(erlang_rooms.grid_runs, TINY, ErlangSetting(2, 0.5, 2.0), seed)
        for seed in (1, 2, 3)
    ]
    here, there = execute_tasks(tasks, 1, lambda _: None), execute_tasks(tasks, 2, lambda _: None)
    for one, other in zip(here, there, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_no_two_repeats_share_a_seed() -> None:
    parts = (
        erlang_rooms.grid_tasks,
        cobham_priorities.priority_tasks,
        hypercube_cities.city_tasks,
    )
    for tasks in parts:
        seeds = [task.args[-1] for task in tasks(SHORT_EXACT)]
        assert len(set(seeds)) == len(seeds)


def test_time_average_of_a_queue_by_hand() -> None:
    """Two wait from 1 to 3 and from 2 to 6: (2 + 4)/8 over 0 to 8, and 3/2 over 2 to 4."""
    began, ended = np.array([1.0, 2.0]), np.array([3.0, 6.0])
    assert littles_law.time_average(began, ended, (0.0, 8.0)) == 6 / 8
    assert littles_law.time_average(began, ended, (2.0, 4.0)) == 3 / 2


def test_a_wait_that_is_lost_breaks_little_s_law() -> None:
    began, ended = np.array([1.0, 2.0]), np.array([3.0, 6.0])
    left = littles_law.time_average(began, ended[:1], (0.0, 8.0))
    assert left != littles_law.both_sides(began, ended, (0.0, 8.0))["flow_times_wait"]


def test_seconds_of_waiting_fall_into_their_hours() -> None:
    began, ended = np.array([3_000.0, 86_000.0]), np.array([7_300.0, 87_000.0])
    seconds = time_varying_year.waiting_seconds_by_hour(began, ended, (0.0, 200_000.0))
    assert seconds[[0, 1, 2, 23]].tolist() == [600.0 + 600.0, 3_600.0, 100.0, 400.0]
    assert seconds.sum() == 5_300.0


def test_the_exact_half_width_of_mm1() -> None:
    """Load 0.5: variance 0.5 (2 + 2.5 - 1 + 0.125)/0.0625 = 29 for a mean of 1."""
    assert run_lengths.half_width_mm1(0.5, 29.0) == pytest.approx(1.96)


def test_random_cities_are_connected_and_keep_their_load() -> None:
    for number, (crews, load) in enumerate(hypercube_cities.CITY_SIZES):
        made = hypercube_cities.random_city(number, crews, load)
        assert np.isfinite(hypercube_cities.travel_s(made)).all()
        assert sum(made.calls_per_h) * made.mission_s / 3600 == pytest.approx(load * crews)


def test_a_wrong_road_is_seen_by_the_plain_method() -> None:
    row = dijkstra_journeys.random_graph_journeys(0, 1).iloc[0]
    assert row["largest_s"] <= row["rounding_s"]
    region = small.region()
    times = travel_of_region(region)
    right = dijkstra_journeys._journey_differences("", region, times)
    assert right["largest_s"] <= right["rounding_s"]
    road = region.roads[0]
    longer = region.model_copy(
        update={"roads": (road.model_copy(update={"km": road.km * 2}), *region.roads[1:])}
    )
    assert dijkstra_journeys._journey_differences("", longer, times)["largest_s"] > 1.0


@pytest.fixture(scope="module")
def written(found: exact_answer_study.Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's document, in a folder with its figures."""
    return write_exact_document(found, tmp_path_factory.mktemp("written"))


def test_the_document_says_what_was_found(written: Path) -> None:
    document, folder = written.read_text("utf-8"), written.parent
    assert "**All 22 criteria are met.**" in document
    for figure in ("grid", "coverage", "patience", "priorities", "cities", "lengths", "year"):
        assert f"(verification/{figure}.svg)" in document
        assert (folder / "verification" / f"{figure}.svg").stat().st_size > 5_000


def test_the_document_is_the_same_bytes_each_time(
    found: exact_answer_study.Tables, written: Path, tmp_path: Path
) -> None:
    write_exact_document(found, tmp_path)
    paths = sorted(written.parent.rglob("*.*"))
    assert len(paths) > 7
    for path in paths:
        same = tmp_path / path.relative_to(written.parent)
        assert path.read_bytes() == same.read_bytes()
        assert b"<dc:date>" not in path.read_bytes()


def test_the_document_names_what_failed(found: exact_answer_study.Tables) -> None:
    failed = found["criteria"].copy()
    failed.loc[0, ["value", "met"]] = [0.5, False]
    document = exact_document_text({**found, "criteria": failed})
    assert "**1 of 22 criteria are not met:**" in document
    assert "50.0 %" in document
