from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.schema.region import SameIncident
from akuttsim.patients.arrivals import MOST_FURTHER, expected_further, further_callers
from akuttsim.patients.call_rates import callers_113
from akuttsim.patients.streams import numbered_persons
from akuttsim.patients.urgency import red_share_113
from akuttsim.records import LINE_113, LINE_116117, RED, YELLOW
from akuttsim.units import DAY_S, TICKS_PER_S
from tests.nightly import examples
from tests.patients.changed import ERROR_RATE, STEADY, only, patients, region, sampled, shipped
from tests.patients.test_sample import days_of

OFTEN = (*only("same_incident"), STEADY, "outside=null",
         "demand.calls_113_per_person_year.value=1.0")  # fmt: skip


def same(again: float, mean_min: float = 3.0) -> SameIncident:
    made = {"grade": "D", "source": "test"}
    return SameIncident.model_validate({
        "again": {"value": again, **made},
        "after_min": {"exponential": {"mean": mean_min}, **made},
        "talk_s": {"constant": 60, **made},
    })  # fmt: skip


def first(count: int, **columns: int) -> dict[str, NDArray[np.generic]]:
    codes = {"line": LINE_113, "urgency": RED, "place": 3, "age_group": 4} | columns
    table: dict[str, NDArray[np.generic]] = {
        name: np.full(count, code, dtype=np.int32) for name, code in codes.items()
    }
    return table | {"time_s": np.arange(count) * DAY_S}


def further(
    table: dict[str, NDArray[Any]], some: SameIncident, seed: int = 1
) -> dict[str, NDArray[Any]]:
    """Return who rings again about people of a list."""
    people = numbered_persons(seed, 0, "test", len(table["time_s"]))
    return further_callers(table, people, some)[1]


def incidents(times: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the incident of each further caller of `first`, which are a day apart."""
    return (times // DAY_S).astype(np.intp)


@settings(deadline=None, max_examples=examples(40))
@given(again=st.floats(0, 1), count=st.integers(0, 50), seed=st.integers(0, 1000))
def test_further_callers_ring_one_after_the_other_and_are_at_most_five(
    again: float, count: int, seed: int
) -> None:
    table = first(count)
    more = further(table, same(again), seed)
    incident = incidents(more["time_s"])
    assert (np.diff(more["time_s"]) >= 0).all()
    assert (more["time_s"] >= table["time_s"][incident]).all()
    assert (more["time_s"] * TICKS_PER_S % 1 == 0).all()
    assert np.bincount(incident, minlength=1).max() <= MOST_FURTHER
    assert more["same_incident"].all()
    assert not more["is_contact"].any()


def test_with_nobody_and_with_everybody_ringing_again() -> None:
    assert len(further(first(100), same(0.0))["time_s"]) == 0
    assert len(further(first(100), same(1.0))["time_s"]) == 500


@pytest.mark.parametrize("column", [{"line": LINE_116117}, {"urgency": YELLOW}])
def test_only_red_calls_to_113_have_further_callers(column: dict[str, int]) -> None:
    assert len(further(first(100, **column), same(1.0))["time_s"]) == 0


def test_the_number_who_ring_again_is_geometric_and_each_delay_exponential() -> None:
    count, again = 20_000, 0.4
    table = first(count)
    more = further(table, same(again), 2)
    incident = incidents(more["time_s"])
    counted = np.bincount(np.bincount(incident, minlength=count), minlength=MOST_FURTHER + 1)
    shares = [again**k * (1 - again) for k in range(MOST_FURTHER)] + [again**MOST_FURTHER]
    assert stats.chisquare(counted, np.array(shares) * count).pvalue > ERROR_RATE
    is_first = np.concatenate([[True], np.diff(incident) > 0])
    before = np.where(is_first, table["time_s"][incident], np.roll(more["time_s"], 1))
    delays = more["time_s"] - before
    assert stats.kstest(delays[is_first], "expon", (0, 180.0)).pvalue > ERROR_RATE
    assert stats.kstest(delays[~is_first], "expon", (0, 180.0)).pvalue > ERROR_RATE


def test_further_callers_of_one_do_not_hang_on_the_others() -> None:
    table, some = first(300), same(0.5)
    people = numbered_persons(1, 0, "test", 300)
    odd = np.arange(1, 300, 2)
    everybody, of_all = further_callers(table, people, some)
    of_odd = {name: column[odd] for name, column in table.items()}
    alone, theirs = further_callers(of_odd, people.take(odd), some)
    mine = incidents(of_all["time_s"]) % 2 == 1
    np.testing.assert_array_equal(alone.ids, everybody.ids[mine])
    for name, column in theirs.items():
        np.testing.assert_array_equal(column, of_all[name][mine])


def test_more_who_ring_again_leave_those_who_rang() -> None:
    people = numbered_persons(1, 0, "test", 300)
    few, many = (further_callers(first(300), people, same(again))[0].ids for again in (0.3, 0.4))
    assert set(few.tolist()) < set(many.tolist())


def test_expected_further_callers_are_the_mean_of_the_cut_geometric() -> None:
    shares = [0.3**k * 0.7 for k in range(MOST_FURTHER)] + [0.3**MOST_FURTHER]
    mean = sum(k * share for k, share in enumerate(shares))
    assert expected_further(same(0.3)) == pytest.approx(mean)


def test_the_red_share_of_113_is_that_of_the_sampled() -> None:
    some = patients(STEADY, days=364)
    to_113 = some.urgency[some.line == LINE_113]
    low, high = stats.binom.interval(1 - ERROR_RATE, len(to_113), red_share_113(region()))
    assert low <= (to_113 == RED).sum() <= high


def test_as_many_ring_113_in_all_as_published_and_some_about_the_same() -> None:
    """Compound Poisson: the variance of the sum is that of (calls an incident) squared."""
    some = sampled(*OFTEN, days=364)
    published = callers_113(region()).sum() / 365.25 * days_of(True)
    red, again = red_share_113(region()), 0.3
    shares = [again**k * (1 - again) for k in range(MOST_FURTHER)] + [again**MOST_FURTHER]
    an_incident = 1 + red * sum(k * share for k, share in enumerate(shares))
    square = (1 - red) + red * sum((1 + k) ** 2 * share for k, share in enumerate(shares))
    spread = np.sqrt(published / an_incident * square)
    width = stats.norm.ppf(1 - ERROR_RATE / 2)
    to_113 = some.line == LINE_113
    assert abs(to_113.sum() - published) < width * spread
    incidents = (to_113 & ~some.same_incident).sum()
    low, high = stats.poisson.interval(1 - ERROR_RATE, published / an_incident)
    assert low <= incidents <= high
    assert incidents < to_113.sum() * 0.93


def test_a_further_caller_speaks_of_a_red_patient_who_was_rung_about_before() -> None:
    some = sampled(*OFTEN, days=60)
    more = np.flatnonzero(some.same_incident)
    assert len(more) > 100
    assert (some.line[more] == LINE_113).all()
    assert (some.outside[more] == -1).all()
    assert (some.urgency[more] == RED).all()
    firsts = np.flatnonzero((some.line == LINE_113) & (some.urgency == RED) & ~some.same_incident)
    known = {(int(some.place[row]), int(some.age_group[row]), float(some.time_s[row]))
             for row in firsts}  # fmt: skip
    homes = {}
    for place, age, time_s in sorted(known, key=lambda each: -each[2]):
        homes[place, age] = time_s  # the earliest call about somebody of that place and age
    for row in more:
        assert homes[int(some.place[row]), int(some.age_group[row])] <= some.time_s[row]


def test_their_talk_is_short() -> None:
    some = sampled(*OFTEN, days=364)
    log_sd = np.sqrt(np.log(1.25))
    known = stats.lognorm(log_sd, scale=60 / np.sqrt(1.25))
    assert stats.kstest(some.talk_113_s[some.same_incident], known.cdf).pvalue > ERROR_RATE


def test_nobody_rings_about_it_after_the_run() -> None:
    long = "demand.same_incident.after_min.exponential.mean=600"
    some = sampled(*OFTEN, long, days=10)
    assert some.time_s[-1] < 10 * DAY_S
    assert some.same_incident.sum() > 10


def test_nobody_rings_again_where_the_region_does_not_tell() -> None:
    assert not patients().same_incident.any()
    assert shipped().demand.same_incident is not None
