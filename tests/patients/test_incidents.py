from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from akuttsim.config.checks import check_region
from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Incident, Region
from akuttsim.patients.arrivals import incident_people, persons_at_incident
from akuttsim.patients.call_rates import people_by_place
from akuttsim.patients.sampling import sample_patients
from akuttsim.patients.streams import numbered_persons
from akuttsim.records import LINE_113, LINE_VICTIM, RED, Patients
from akuttsim.units import DAY_S, TICKS_PER_S
from tests.nightly import examples
from tests.patients.changed import ERROR_RATE, shipped

VARIANT = "namdal-bus-accident"
BUS = "demand.incidents.bus-accident"
BEGINS_S = 11 * DAY_S + 14.5 * 3600  # Friday 16 January 2026, 14:30; the run begins on the 5th


@cache
def variant(*sets: str) -> Region:
    return load_region(VARIANT, sets).value


@cache
def drawn(*sets: str, days: int = 28, replication: int = 0) -> Patients:
    return sample_patients(variant(*sets), days, 7, replication)


@cache
def before(days: int = 28) -> Patients:
    return sample_patients(shipped(), days, 7, 0)


def added(some: Patients) -> np.ndarray:
    """Return which rows are not among the people of the region without the accident."""
    at = some.place == variant().place_ids.index("formofoss")
    near = (some.time_s >= BEGINS_S) & (some.time_s < BEGINS_S + DAY_S)
    return (some.line == LINE_VICTIM) | (at & near & (some.line == LINE_113))


def made(patients: int, callers: int) -> Incident:
    base = variant().demand.incidents["bus-accident"].model_dump(mode="json")
    base["patients"]["value"], base["callers"]["value"] = patients, callers
    return Incident.model_validate(base)


def befalls(some: Incident, begins_s: float, seed: int) -> dict[str, np.ndarray]:
    people = persons_at_incident("bus-accident", some, seed, 0)
    return incident_people(variant(), some, begins_s, people)


@pytest.mark.parametrize("replication", [0, 1, 2])
def test_thirty_patients_and_twelve_calls_whatever_the_seed(replication: int) -> None:
    some = drawn(replication=replication)
    assert (some.line == LINE_VICTIM).sum() == 29
    first = some.time_s == BEGINS_S
    assert first.sum() == 1
    assert some.line[first] == LINE_113
    assert some.urgency[first] == RED
    assert not some.same_incident[first]
    rows = added(some)
    assert rows.sum() == 29 + 12
    assert (rows & some.same_incident).sum() == 11


@settings(deadline=None, max_examples=examples(30))
@given(patients=st.integers(1, 60), callers=st.integers(1, 40), seed=st.integers(0, 100))
def test_so_many_patients_and_callers(patients: int, callers: int, seed: int) -> None:
    rows = befalls(made(patients, callers), 1000.0, seed)
    victims = rows["line"] == LINE_VICTIM
    assert victims.sum() == patients - 1
    assert (~victims).sum() == callers
    assert rows["same_incident"].sum() == callers - 1
    assert rows["is_contact"].tolist() == [True] + [False] * (len(victims) - 1)
    assert (rows["urgency"][~victims] == RED).all()
    assert (rows["age_group"][~victims] == rows["age_group"][0]).all()
    assert (rows["place"] == variant().place_ids.index("formofoss")).all()
    assert rows["time_s"][0] == 1000.0
    assert (rows["time_s"] >= 1000.0).all()
    assert (rows["time_s"] * TICKS_PER_S % 1 == 0).all()
    assert rows["u_need_113"][0] == 0.0
    assert rows["u_misjudged_113"][0] == 0.5


def test_more_callers_or_patients_leave_the_others_as_they_are() -> None:
    few, many = (befalls(made(patients, callers), 0.0, 3) for patients, callers in ((5, 4), (9, 7)))
    for name in ("time_s", "age_group", "urgency", "u_need_113"):
        np.testing.assert_array_equal(few[name][:4], many[name][:4])
        np.testing.assert_array_equal(few[name][4:], many[name][7:11])


def test_ages_urgencies_and_delays_have_their_distributions() -> None:
    """0.1 % for the family of four."""
    rows = befalls(made(4001, 2001), 0.0, 3)
    victims = rows["line"] == LINE_VICTIM
    people = people_by_place(variant()).sum(axis=0)
    ages = np.bincount(rows["age_group"][victims], minlength=9)
    assert stats.chisquare(ages, 4000 * people / people.sum()).pvalue > ERROR_RATE / 4
    urgency = np.bincount(rows["urgency"][victims], minlength=3)
    assert stats.chisquare(urgency, [600, 1200, 2200]).pvalue > ERROR_RATE / 4
    for who, mean in ((victims, 300.0), (rows["same_incident"], 240.0)):
        assert stats.kstest(rows["time_s"][who], "expon", (0, mean)).pvalue > ERROR_RATE / 4


def test_further_callers_talk_shortly_and_the_first_as_others_do() -> None:
    many = (f"{BUS}.callers.value=1500", f"{BUS}.after_min.exponential.mean=60")
    some = drawn(*many)
    mine = added(some) & some.same_incident
    known = stats.lognorm(np.sqrt(np.log(1.25)), scale=60 / np.sqrt(1.25))
    assert mine.sum() > 1400
    assert stats.kstest(some.talk_113_s[mine], known.cdf).pvalue > ERROR_RATE
    u = numbered_persons(7, 0, "incident.bus-accident.ring", 1500).uniform("talk_113")[0]
    talk = shipped().care.talk_113_s.quantile(np.array([u]))[0]
    first = (some.time_s == BEGINS_S) & added(some)
    assert some.talk_113_s[first] == pytest.approx(talk, abs=1e-6)


def test_an_incident_changes_nobody_else() -> None:
    some, plain = drawn(), before()
    others = ~added(some)
    assert others.sum() == len(plain)
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(some, name)[others], getattr(plain, name))


@pytest.mark.parametrize("date", ["2025-12-31", "2026-01-04", "2026-02-02", "2027-01-16"])
def test_an_incident_outside_the_run_draws_nothing(date: str) -> None:
    some, plain = drawn(f'{BUS}.date="{date}"'), before()
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(some, name), getattr(plain, name))


def test_a_longer_run_begins_with_the_people_of_the_shorter() -> None:
    """Some of whom are found when the shorter run is over."""
    late = f"{BUS}.found_after_min.exponential.mean=600"
    short, long = drawn(late, days=12), drawn(late, days=28)
    assert 0 < (short.line == LINE_VICTIM).sum() < 29
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(short, name), getattr(long, name)[: len(short)])


def test_the_shipped_variant_is_namdal_but_for_the_accident() -> None:
    loaded = load_region(VARIANT)
    check_region(loaded)
    assert [change.name for change in loaded.changes] == ["bus-accident"]
    mine, base = (each.model_dump() for each in (loaded.value, shipped()))
    assert list(mine["demand"].pop("incidents")) == ["bus-accident"]
    assert base["demand"].pop("incidents") == {}
    for name in ("region", "title", "description"):
        mine.pop(name), base.pop(name)
    assert mine == base
