from __future__ import annotations

import gc
from heapq import heappop, heappush

import numpy as np
import pytest
from scipy.special import stdtrit

from akuttsim.chain.simulation import simulate
from akuttsim.experiments.test_bench import BenchLength, clinic_plan, queue_plan, simulate_queue
from akuttsim.patients.queue_patients import CallerProcess, draw_queue_callers
from akuttsim.records import Floats
from akuttsim.statistics.intervals import Interval
from akuttsim.theory.erlang import QueueFigures, answering_figures
from akuttsim.theory.hypercube import preferences_by_travel, solve_exact
from akuttsim.theory.priority_queues import waits_by_class_mmc
from tests.nightly import by_night
from validation.city_bench import City, city_plan, simulate_cities

SURE = 1e-4
"""Chance that a sound simulator fails one comparison."""


def widened(interval: Interval, runs: int) -> tuple[float, float]:
    """Return the interval at the error rate SURE in place of 5 %."""
    factor = stdtrit(runs - 1, 1 - SURE / 2) / stdtrit(runs - 1, 0.975)
    half = (interval.high - interval.mean) * factor
    return interval.mean - half, interval.mean + half


def holds(interval: Interval, exact: float, runs: int) -> bool:
    low, high = widened(interval, runs)
    return low <= exact <= high


@pytest.mark.parametrize("patience_s", [float("inf"), 540.0, 120.0])
def test_a_control_room_is_erlangs(patience_s: float) -> None:
    length = BenchLength(100.0, 5.0, 10, seed=11)
    found = simulate_queue(CallerProcess(42.0, 300.0, patience_s), 5, 120.0, length)
    exact: QueueFigures = answering_figures(42.0, 300.0, 5, 120.0, patience_s)
    for name in ("answered_within", "wait_mean_s", "wait_probability", "occupancy"):
        assert holds(getattr(found, name), getattr(exact, name), 10), name
    if np.isfinite(patience_s):
        assert holds(found.abandoned, exact.abandoned, 10)
    else:
        assert found.abandoned == (0.0, 0.0, 0.0)


def test_without_patience_nobody_waits_and_the_lost_are_erlang_b_s() -> None:
    found = simulate_queue(
        CallerProcess(60.0, 300.0, 0.0), 5, 120.0, BenchLength(50.0, 3.0, 10, seed=1)
    )
    exact = answering_figures(60.0, 300.0, 5, 120.0, 0.0)
    assert found.wait_mean_s.mean == 0
    assert found.wait_probability == found.abandoned
    assert holds(found.abandoned, exact.abandoned, 10)


def test_who_goes_first_waits_as_cobham_says() -> None:
    length = BenchLength(150.0, 10.0, 12, seed=4)
    found = simulate_queue(CallerProcess(25.2, 300.0, first_share=0.3), 3, 120.0, length)
    first, others = waits_by_class_mmc([25.2 * 0.3, 25.2 * 0.7], 300.0, 3)
    assert holds(found.wait_mean_first_s, first, 12)
    assert holds(found.wait_mean_others_s, others, 12)


@pytest.mark.nightly
def test_thousands_of_operators_answer_at_once() -> None:
    """By night twelve thousand; occupancy within 4 standard errors of calls that are Poisson."""
    operators = by_night(3_000, 12_000)
    calls_per_h = 100_000 / 12_000 * operators
    found = simulate_queue(
        CallerProcess(calls_per_h, 300.0), operators, 120.0, BenchLength(0.1, 0.3, 2, seed=1)
    )
    assert found.answered_within.mean == 1
    error = 4 / (calls_per_h * 0.1 * 2) ** 0.5
    assert found.occupancy.mean == pytest.approx(100_000 / 12 / 12_000, rel=error)


def first_come_first_served(times_s: Floats, talks_s: Floats, operators: int) -> Floats:
    """Return waits by the plainest method: who is free first takes who came first."""
    free = [0.0] * operators
    waits = []
    for time_s, talk_s in zip(times_s.tolist(), talks_s.tolist(), strict=True):
        begins = max(time_s, heappop(free))
        heappush(free, begins + talk_s)
        waits.append(begins - time_s)
    return np.array(waits)


def test_waits_are_those_of_a_bare_queue_to_the_last_bit() -> None:
    length = BenchLength(200.0, 0.0, 1, seed=3)
    patients = draw_queue_callers(CallerProcess(36.0, 300.0), length.ringing_h, length.seed, 0)
    calls = simulate(queue_plan(4, length), patients).calls
    plain = first_come_first_served(patients.time_s, patients.talk_s, 4)
    assert (plain > 0).mean() > 0.3
    assert np.array_equal(calls.answered_s - calls.rang_s, plain)


def test_only_the_measured_hours_are_counted() -> None:
    length = BenchLength(10.0, 2.5, 1, seed=1)
    prepared = queue_plan(3, length)
    assert prepared.measured == (2.5 * 3600, 12.5 * 3600)
    assert length.ringing_h == 15
    found = simulate_queue(CallerProcess(100.0, 10.0), 3, 120.0, length)
    assert abs(found.calls - 1000) < 3.9 * 1000**0.5


def test_a_plan_seats_the_people_asked_for_and_numbers_units_as_the_chain_does() -> None:
    length = BenchLength(10.0, 0.0, 1, seed=1)
    for prepared, role in ((queue_plan(7, length), "operator"), (clinic_plan(7, length), "doctor")):
        teams = [team for (of, _), team in prepared.teams.items() if of == role]
        assert 7 in [len(team) for team in teams]
        seated = [seat.unit for team in prepared.teams.values() for seat in team]
        assert list(prepared.units[: len(seated)]) == seated
        assert [unit.role for unit in prepared.units[len(seated) :]] == ["crew"]


CITY = City(
    kilometres=((0, 1, 4.0), (1, 2, 7.0), (2, 3, 5.0), (0, 3, 11.0)),
    stations=(0, 1, 3),
    calls_per_h=(0.8, 1.0, 0.6, 0.5),
    mission_s=2400.0,
)


def test_a_small_city_is_the_hypercube_s() -> None:
    runs = simulate_cities(CITY, BenchLength(1500.0, 20.0, 10, seed=8))
    times = city_plan(CITY, BenchLength(1.0, 0.0, 1, 0)).travel.seconds["blue"][0]
    order = preferences_by_travel(times[list(CITY.stations)])
    exact = solve_exact(CITY.calls_per_h, order, CITY.mission_s)
    found = np.array([[*run.workload, *run.serves.ravel(), run.waits] for run in runs])
    truth = np.array([*exact.workload, *exact.serves.ravel(), exact.waits])
    error = found.std(axis=0, ddof=1) / len(runs) ** 0.5
    limit = stdtrit(len(runs) - 1, 1 - SURE / 2)
    assert np.all(np.abs(found.mean(axis=0) - truth) < limit * error)


def test_a_city_with_other_stations_is_another_city() -> None:
    """The comparison above can fail: crews at other stations do not fit the exact answer."""
    moved = City(CITY.kilometres, (0, 2, 3), CITY.calls_per_h, CITY.mission_s)
    length = BenchLength(1500.0, 20.0, 4, seed=8)
    here, there = (np.mean([run.workload for run in simulate_cities(city, length)], axis=0)
                   for city in (CITY, moved))  # fmt: skip
    assert np.abs(here - there).max() > 0.02


def test_every_call_of_a_city_is_served_by_one_crew() -> None:
    for run in simulate_cities(CITY, BenchLength(200.0, 5.0, 3, seed=2)):
        assert np.allclose(run.serves.sum(axis=0), 1.0)


def test_the_collector_is_at_work_again_after_a_run() -> None:
    simulate_queue(CallerProcess(10.0, 60.0), 1, 120.0, BenchLength(1.0, 0.0, 1, seed=1))
    assert gc.isenabled()
