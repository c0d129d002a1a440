from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.schema.region import PlannedTransports, Region
from akuttsim.patients.alarms_and_transports import OUT_OF_REGION, transport_rates
from akuttsim.patients.call_rates import callers_113, is_free
from akuttsim.records import GREEN, LINE_TRANSPORT, Patients
from akuttsim.units import HOUR_S, TICKS_PER_S
from tests.patients.changed import (
    ERROR_RATE,
    in_interval,
    only,
    patients,
    region,
    sampled,
    shipped,
    u_of,
)

TRANSPORTS = only("planned_transports")
OFTEN = "demand.planned_transports.per_person_year.value=1.0"
HOSPITAL = shipped().place_ids.index("namsos-sykehus")
DAYS = 364


def settings_of(some: Region) -> PlannedTransports:
    planned = some.demand.planned_transports
    assert planned is not None
    return planned


def expected(*sets: str) -> NDArray[np.float64]:
    """Return the expected transports of each hour of the run."""
    some = shipped(*sets)
    hours = some.calendar.calendar().hours(DAYS * 24)
    rates = transport_rates(some, settings_of(some), hours)
    return float(rates.usual.sum()) * rates.relative


def only_transports(some: Patients) -> dict[str, np.ndarray]:
    mine = some.line == LINE_TRANSPORT
    return {name: getattr(some, name)[mine] for name in Patients.columns()}


def homes_of(found: dict[str, np.ndarray]) -> np.ndarray:
    """Return the home of those who stay in the region: the end that is not the hospital."""
    to = found["transport_to"]
    return np.where(found["place"] == HOSPITAL, to, found["place"])[to != OUT_OF_REGION]


def test_as_many_as_published_in_the_year_in_which_the_run_begins() -> None:
    """0.029 a person, by the ages that ring 113; over 364 of 365.25 days, Poisson."""
    a_year = callers_113(region()).sum() * 0.029
    assert expected().sum() == pytest.approx(a_year * DAYS / 365.25, rel=0.005)
    found = only_transports(sampled(days=DAYS))
    in_interval(np.array([len(found["time_s"])]), np.array([expected().sum()]))


def test_transports_follow_their_hours_and_are_few_on_free_days() -> None:
    """Neither season nor busy days: the counts of days are Poisson."""
    rates = expected(OFTEN)
    found = only_transports(sampled(OFTEN, days=DAYS))
    counted = np.bincount((found["time_s"] // HOUR_S).astype(int), minlength=DAYS * 24)
    hours = shipped().calendar.calendar().hours(DAYS * 24)
    clock = np.array([hour.hour for hour in hours])
    in_interval(np.bincount(clock, counted).astype(np.int64), np.bincount(clock, rates))
    in_interval(counted.reshape(DAYS, 24).sum(axis=1), rates.reshape(DAYS, 24).sum(axis=1))
    free = np.array([is_free(hour.date()) for hour in hours])
    assert counted[free].mean() / counted[~free].mean() == pytest.approx(0.25, abs=0.02)
    assert np.bincount(clock, rates).argmax() in (10, 11)
    assert rates[clock == 3].sum() < rates.sum() / 500


def test_homes_are_where_people_are_who_ring_113() -> None:
    some = region("demand.planned_transports=null")
    cells = callers_113(some)
    found = only_transports(sampled(OFTEN, days=DAYS))
    homes = homes_of(found)
    shares = cells.sum(axis=1) / cells.sum()
    in_interval(
        np.bincount(homes, minlength=len(shares))[shares > 0], len(homes) * shares[shares > 0]
    )
    ages = np.bincount(found["age_group"], minlength=9)
    in_interval(ages, ages.sum() * cells.sum(axis=0) / cells.sum())


def test_half_begin_at_hospital_and_a_fifth_leave_the_region() -> None:
    found = only_transports(sampled(OFTEN, days=DAYS))
    from_hospital, leaves = found["place"] == HOSPITAL, found["transport_to"] == OUT_OF_REGION
    for chosen, share in ((from_hospital, 0.5), (leaves, 0.2), (from_hospital & leaves, 0.1)):
        low, high = stats.binom.interval(1 - ERROR_RATE / 3, len(chosen), share)
        assert low <= chosen.sum() <= high
    stays = ~leaves
    assert ((found["place"] == HOSPITAL) != (found["transport_to"] == HOSPITAL))[stays].all()


def test_who_leaves_keeps_the_vehicle_away_and_nobody_else_does() -> None:
    found = only_transports(sampled(OFTEN, days=DAYS))
    leaves = found["transport_to"] == OUT_OF_REGION
    mine = sampled(OFTEN, days=DAYS).line == LINE_TRANSPORT
    u = u_of("away", OFTEN, days=DAYS)[mine][leaves]
    sigma = np.sqrt(np.log1p(0.25**2))
    known = stats.lognorm(sigma, scale=6.5 * 3600 / np.exp(sigma**2 / 2))
    np.testing.assert_allclose(found["away_s"][leaves], known.ppf(u), rtol=1e-9, atol=1e-6)
    assert not found["away_s"][~leaves].any()
    assert (found["away_s"] * TICKS_PER_S % 1 == 0).all()
    assert (found["time_s"] * TICKS_PER_S % 1 == 0).all()


def test_transports_are_green_and_nobody_rings() -> None:
    found = only_transports(sampled(days=DAYS))
    assert (found["urgency"] == GREEN).all()
    assert not found["is_contact"].any()
    assert not found["urgent_button"].any()
    assert (found["outside"] == -1).all()
    green = stats.lognorm(0.5, scale=12 * 60)
    assert stats.kstest(found["on_scene_s"], green.cdf).pvalue > ERROR_RATE


def test_transports_change_nobody_else() -> None:
    with_them, plain = sampled(*TRANSPORTS, days=60), patients(days=60)
    others = with_them.line != LINE_TRANSPORT
    assert 0 < others.sum() < len(others)
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(with_them, name)[others], getattr(plain, name))


def test_with_two_hospitals_each_home_has_the_nearer() -> None:
    """Rørvik's own people to Rørvik, those of Lierne to Namsos."""
    rorvik = "hospitals.rorvik={title: Rørvik, place: rorvik}"
    found = only_transports(sampled(OFTEN, rorvik, days=60))
    to = found["transport_to"][found["transport_to"] != OUT_OF_REGION]
    start = found["place"][found["transport_to"] != OUT_OF_REGION]
    names = shipped().place_ids
    ends = {(names[a], names[b]) for a, b in zip(start.tolist(), to.tolist(), strict=True)}
    assert {b for a, b in ends if a == "sandvika"} == {"namsos-sykehus"}
    assert {b for a, b in ends if a == "kolvereid"} == {"rorvik"}
