"""Whom rates keep of the candidates: Poisson counts, and the same people whatever the rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from akuttsim.patients.arrivals import (
    POISSON_ONE,
    ArrivalRates,
    Arrivals,
    RateFactor,
    draw_arrivals,
)
from akuttsim.patients.call_rates import relative_rates
from akuttsim.units import HOUR_S, TICKS_PER_S
from tests.nightly import examples
from tests.patients.changed import ERROR_RATE, in_interval, region

DAYS = 182
HOURS = region().calendar.calendar().hours(DAYS * 24)
SHAPE = relative_rates(region(), HOURS, False)
HOMES = ("town", "valley", "island")
USUAL = np.outer([1.0, 0.3, 0.02], np.arange(1, 10)) / 20
USUAL[1, 3] = 0.0
RATES = ArrivalRates("contact", HOMES, USUAL, SHAPE)


def drawn(rates: ArrivalRates = RATES, seed: int = 5, replication: int = 0) -> Arrivals:
    return draw_arrivals(rates, seed, replication)


def by_cell(some: Arrivals) -> NDArray[np.int64]:
    counted = np.zeros((3, 9), dtype=np.int64)
    np.add.at(counted, (some.home, some.age_group), 1)
    return counted


def hour_of(some: Arrivals) -> NDArray[np.intp]:
    return (some.time_s // HOUR_S).astype(np.intp)


def test_they_come_in_whole_ticks_and_within_the_run() -> None:
    for rates in (RATES, replace(RATES, relative=SHAPE[: 30 * 24])):
        times = drawn(rates).time_s
        assert (times * TICKS_PER_S % 1 == 0).all()
        assert 0 <= times.min() < times.max() < len(rates.relative) * HOUR_S


@pytest.mark.parametrize("seed", [5, 6])
def test_counts_by_home_age_and_hour_are_poisson_about_their_exact_mean(seed: int) -> None:
    """Each hour of the week, each week and each home and age; 0.1 % a family."""
    some = drawn(seed=seed)
    counted = np.bincount(hour_of(some), minlength=DAYS * 24)
    means = SHAPE * USUAL.sum()
    for groups in (np.arange(DAYS * 24) % 168, np.arange(DAYS * 24) // 168):
        in_interval(np.bincount(groups, counted).astype(np.int64), np.bincount(groups, means))
    lived = USUAL > 0
    in_interval(by_cell(some)[lived], USUAL[lived] * SHAPE.sum())
    assert by_cell(some)[1, 3] == 0


def test_counts_are_poisson_and_independent_between_homes_hours_and_replications() -> None:
    """Over 400 replications of a week: variance over mean and correlations, 4.5 standard errors."""
    week = replace(RATES, relative=SHAPE[:168])
    each = [drawn(week, 1, replication) for replication in range(400)]
    homes = np.array([by_cell(some).sum(axis=1) for some in each])
    days = np.array([np.bincount(hour_of(some) // 24, minlength=7) for some in each])
    for counts in (homes, days):
        index = counts.var(axis=0, ddof=1) / counts.mean(axis=0)
        assert np.abs(index - 1).max() < 4.5 * np.sqrt(2 / 399)
        correlations = np.corrcoef(counts.T)[np.triu_indices(counts.shape[1], 1)]
        assert np.abs(correlations).max() < 4.5 / np.sqrt(400)
    one, next_one = homes[:-1].sum(axis=1), homes[1:].sum(axis=1)
    assert abs(np.corrcoef(one, next_one)[0, 1]) < 4.5 / np.sqrt(400)


def test_they_are_spread_evenly_within_the_hour() -> None:
    assert stats.kstest(drawn().time_s % HOUR_S / HOUR_S, "uniform").pvalue > ERROR_RATE


def test_a_layer_holds_one_candidate_on_average_and_poisson() -> None:
    np.testing.assert_allclose(POISSON_ONE, stats.poisson(1).cdf(np.arange(30)), rtol=1e-12)


def test_factors_hold_for_their_homes_ages_and_hours_and_multiply() -> None:
    cells = np.zeros((3, 9), dtype=bool)
    cells[0, 4:] = True
    weekly = np.where(np.arange(DAYS * 24) // 168 % 2 == 0, 3.0, 0.5)
    change = RateFactor(cells, weekly)
    some = drawn(replace(RATES, changes=(change, change)))
    lifted = np.where(cells, np.sum(weekly**2 * SHAPE), SHAPE.sum())
    lived = USUAL > 0
    in_interval(by_cell(some)[lived], (USUAL * lifted)[lived])


def who(some: Arrivals) -> dict[int, tuple[float, int, int]]:
    """Return when and where each person is, by id."""
    rows = zip(some.time_s.tolist(), some.home.tolist(), some.age_group.tolist(), strict=True)
    return dict(zip(some.persons.ids.tolist(), rows, strict=True))


def test_no_two_are_the_same_person() -> None:
    some = drawn()
    assert len(np.unique(some.persons.ids)) == len(some) > 10_000


@settings(deadline=None, max_examples=examples(25))
@given(home=st.integers(0, 2), age=st.integers(0, 8), factor=st.floats(0.01, 9.0))
def test_another_rate_adds_or_removes_people_there_and_leaves_all_others(
    home: int, age: int, factor: float
) -> None:
    other = USUAL.copy()
    other[home, age] *= factor
    before, after = who(drawn()), who(drawn(replace(RATES, usual=other)))
    few, many = (before, after) if factor >= 1 else (after, before)
    assert few.items() <= many.items()
    assert {row[1:] for row in dict(many.items() - few.items()).values()} <= {(home, age)}


def test_an_hour_that_is_busier_adds_people_then_and_leaves_all_others() -> None:
    busy = SHAPE.copy()
    busy[1000] *= 20
    before, after = who(drawn()), who(drawn(replace(RATES, relative=busy)))
    assert before.items() < after.items()
    added = dict(after.items() - before.items()).values()
    assert {int(row[0] // HOUR_S) for row in added} == {1000}


def test_a_home_more_or_in_another_order_changes_nobody_else() -> None:
    order = [2, 0, 1]
    turned = drawn(ArrivalRates("contact", [*(HOMES[k] for k in order), "cape"],
                         np.vstack([USUAL[order], USUAL[:1]]), SHAPE))  # fmt: skip
    before, after = drawn(), who(turned)
    names = [HOMES[k] for k in order]
    for person, (time_s, home, age) in who(before).items():
        mine = after.pop(person)
        assert (mine[0], names[mine[1]], mine[2]) == (time_s, HOMES[home], age)
    assert {row[1] for row in after.values()} == {3}


@pytest.mark.parametrize("days", [1, 6, 7, 8, 100])
def test_a_longer_run_begins_with_the_people_of_the_shorter(days: int) -> None:
    short = who(drawn(replace(RATES, relative=SHAPE[: days * 24])))
    longer = {k: row for k, row in who(drawn()).items() if row[0] < days * 86_400}
    assert short == longer


def test_other_sources_are_other_people() -> None:
    assert not who(drawn()).keys() & who(drawn(replace(RATES, source="other"))).keys()


def test_nobody_where_nobody_lives() -> None:
    assert len(drawn(replace(RATES, usual=np.zeros((3, 9))))) == 0


def test_candidates_are_few() -> None:
    """Lists of candidates that rates leave out cost time: fewer than eight for each who is kept."""
    from akuttsim.patients import arrivals

    layers = arrivals._rate_layers(arrivals._most_in_a_week(RATES))[0]
    assert len(drawn()) < len(layers) < 8 * len(drawn())
