"""The real chain against exact queueing theory: Erlang C, Cobham's priorities, Erlang A.

One 116117 room, Poisson calls at a constant rate, exponential talk, no after-call work: the run
goes through `simulate` like any other. Each exact value must lie in the 99.9 % interval over
replications; with fixed seeds the tests give the same answer every time.
"""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.records import LINE_116117, LINE_HEALTH, Patients, Record
from akuttsim.statistics.intervals import t_interval
from akuttsim.theory.erlang import delay_queue, patience_queue
from akuttsim.theory.priority_queues import waits_by_class_mmc
from akuttsim.units import DAY_S, to_ticks
from tests import small
from tests.nightly import at_least_one_by_day

CONFIDENCE = 0.999
TALK_S = 300.0
WITHIN_S = 120.0
REPLICATIONS = 12
DAYS = 9


def centre(operators: int) -> small.World:
    """Return the small district with so many 116117 operators round the clock, and no menu."""
    staffing = {"evening": None, "always": small.staff(operators)}
    room = {"operators": staffing, "menu_s": {"value": 0.0}}
    return small.world(small.organisation({"control_rooms": {"lvs": room}}))


def callers(per_h: float, seed: int, **columns: object) -> Patients:
    """Return Poisson callers of 116117 with exponential talk who need no more than advice."""
    draw = np.random.default_rng(seed)
    count = draw.poisson(per_h * 24 * DAYS)
    times = np.sort(draw.random(count)) * DAYS * DAY_S
    talk_s = to_ticks(draw.exponential(TALK_S, count))
    return small.people(to_ticks(times).tolist(), talk_s=talk_s, **columns)


def measured(record: Record) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the wait of each measured caller, who gave up, and who they are."""
    calls, (start, end) = record.calls, record.measured
    mine = (calls.rang_s >= start) & (calls.rang_s < end)
    waits = np.fmin(calls.answered_s, calls.left_s)[mine] - calls.rang_s[mine]
    return waits, ~np.isnan(calls.left_s[mine]), calls.patient[mine]


def covers(values: list[float], exact: float, what: str) -> None:
    interval = t_interval(np.array(values), CONFIDENCE)
    assert interval.low <= exact <= interval.high, f"{what}: {interval} misses {exact:.5f}"
    assert interval.high - interval.low < 0.6 * exact + 1e-3, f"{what}: too wide to mean anything"


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("operators", "calls_per_h"), at_least_one_by_day([(1, 6.0), (2, 16.0), (4, 40.0)], 2)
)
def test_erlang_c(operators: int, calls_per_h: float) -> None:
    world = centre(operators)
    exact = delay_queue(calls_per_h, TALK_S, operators, WITHIN_S)
    waited, mean, within = [], [], []
    for replication in range(REPLICATIONS):
        waits, left, _ = measured(world.meets(callers(calls_per_h, 1000 * operators + replication)))
        assert not left.any()
        waited.append(float(np.mean(waits > 0)))
        mean.append(float(np.mean(waits)))
        within.append(float(np.mean(waits <= WITHIN_S)))
    covers(waited, exact.wait_probability, "share who wait")
    covers(mean, exact.wait_mean_s, "mean wait")
    covers(within, exact.answered_within, "answered within")


@pytest.mark.nightly
@pytest.mark.parametrize("operators", at_least_one_by_day([1, 3]))
def test_health_personnel_go_first_as_cobham_says(operators: int) -> None:
    """A third of calls come on health personnel's line; nobody is interrupted."""
    calls_per_h, share = operators * 9.6, 1 / 3
    exact = waits_by_class_mmc([calls_per_h * share, calls_per_h * (1 - share)], TALK_S, operators)
    world = centre(operators)
    means: tuple[list[float], list[float]] = ([], [])
    for replication in range(REPLICATIONS):
        patients = callers(calls_per_h, 50_000 + 100 * operators + replication)
        draw = np.random.default_rng(90_000 + replication)
        health = draw.random(len(patients)) < share
        line = np.where(health, LINE_HEALTH, LINE_116117).astype(np.int8)
        ordered = small.changed(patients, line=line)
        waits, _, patient = measured(world.meets(ordered))
        for kind, first in zip(means, (health, ~health), strict=True):
            kind.append(float(np.mean(waits[first[patient]])))
    covers(means[0], float(exact[0]), "mean wait of health personnel")
    covers(means[1], float(exact[1]), "mean wait of the public")


def test_urgent_button_goes_as_first_as_health_personnel() -> None:
    """The same waits whether a third of callers ring on the health line or press the button."""
    world = centre(1)
    patients = callers(9.6, 7)
    first = np.random.default_rng(8).random(len(patients)) < 1 / 3
    line = np.where(first, LINE_HEALTH, LINE_116117).astype(np.int8)
    by_line = world.meets(small.changed(patients, line=line)).calls
    by_button = world.meets(small.changed(patients, urgent_button=first)).calls
    assert np.array_equal(by_line.answered_s, by_button.answered_s)
    assert not np.array_equal(by_line.answered_s, world.meets(patients).calls.answered_s)


@pytest.mark.parametrize(
    ("operators", "calls_per_h", "patience_s"),
    [(1, 15.0, 240.0), (2, 22.0, 600.0), (3, 45.0, 120.0)],
)
def test_erlang_a(operators: int, calls_per_h: float, patience_s: float) -> None:
    """Exponential patience, also where there is more work than operators can do."""
    world = centre(operators)
    exact = patience_queue(calls_per_h, TALK_S, operators, WITHIN_S, patience_s)
    mean, within, lost = [], [], []
    for replication in range(REPLICATIONS):
        patients = callers(calls_per_h, 70_000 + 100 * operators + replication)
        draw = np.random.default_rng(80_000 + replication)
        patience = to_ticks(draw.exponential(patience_s, len(patients)))
        waits, left, _ = measured(world.meets(small.changed(patients, patience_1_s=patience)))
        mean.append(float(np.mean(waits)))
        within.append(float(np.mean(~left & (waits <= WITHIN_S))))
        lost.append(float(np.mean(left)))
    covers(mean, exact.wait_mean_s, "mean wait")
    covers(within, exact.answered_within, "answered within, of all calls")
    covers(lost, exact.abandoned, "share who hang up")


def test_operators_are_busy_as_erlang_c_says() -> None:
    exact = delay_queue(16.0, TALK_S, 2, WITHIN_S).occupancy
    world = centre(2)
    busy = []
    for replication in range(REPLICATIONS):
        patients = callers(16.0, 30_000 + replication)
        rows = world.measured(patients)
        mine = ("busy_share", "team", "operator lvs")
        busy += [r.value for r in rows if (r.indicator, r.group_by, r.group) == mine]
    assert len(busy) == REPLICATIONS
    covers(busy, exact, "busy share")
