"""Conditions of those truly red: as many as published, of their ages, and nobody else's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.patients.conditions import condition_shares, conditions, may_have_condition
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import GREEN, LINE_113, LINE_116117, RED, Condition
from tests import small

REGION = small.region({"outcomes": small.outcomes()})
DAYS = 182
HOME = int(np.argmax([sum(place.people) for place in REGION.places.values()]))
"""The most populous place."""


def test_as_many_have_each_condition_as_its_incidence_says() -> None:
    """The shares of all who are red add up to what is expected of the region's ages in a year."""
    given = REGION.outcomes
    assert given is not None
    expected = np.zeros(len(Condition) - 1)
    people = np.array([place.people for place in REGION.places.values()]).sum(axis=0)
    country = np.array(given.conditions.national_people.as_tuple())
    for name in ("arrest", "stroke", "stemi", "trauma", "sepsis", "birth"):
        of = getattr(given.conditions, name)
        by_age = np.array(of.by_age())
        a_person = of.per_100000.value / 1e5 * by_age * country.sum() / (country @ by_age)
        expected[Condition[name.upper()]] = (people @ a_person) * of.red.value
    patients = sample_patients(REGION, DAYS, 5, 0)
    shares = condition_shares(REGION, patients)
    code = conditions(patients, shares)
    found = shares.sum(axis=0)
    drawn = np.bincount(code[(code >= 0) & (code < Condition.REST)], minlength=len(expected))
    known = [code for code in range(len(expected)) if code != Condition.BREATHING]
    assert found[known] == pytest.approx(expected[known] * DAYS / 365.25, rel=0.1)
    tails = 2 * np.minimum(stats.poisson.cdf(drawn, found), stats.poisson.sf(drawn - 1, found))
    assert tails.min() > 1e-4


def test_an_arrest_rings_113_and_a_birth_is_of_those_who_can_give_birth() -> None:
    ages = np.arange(len(AGE_GROUPS), dtype=np.int8)
    noon = [small.at(12)] * len(ages)
    both = [
        small.people(noon, urgency=RED, line=line, age_group=ages, is_contact=True, place=HOME)
        for line in (LINE_113, LINE_116117)
    ]
    to_113, to_116117 = (condition_shares(REGION, patients) for patients in both)
    assert (to_116117[:, Condition.ARREST] == 0).all()
    arrest = to_113[:, Condition.ARREST]
    assert arrest[6] > arrest[4] > 0
    assert np.flatnonzero(to_113[:, Condition.BIRTH]).tolist() == [3, 4]
    assert to_113.sum(axis=1).max() <= 1


def test_only_who_is_red_and_rang_for_themselves_can_have_one() -> None:
    patients = small.people(
        [small.at(12)] * 5,
        urgency=[RED, GREEN, RED, RED, RED],
        line=LINE_113,
        is_contact=[True, True, True, True, False],
        place=[HOME, HOME, -1, HOME, HOME],
        age_group=7,
        same_incident=[False, False, False, True, False],
        u_condition=0.0,
    )
    assert may_have_condition(patients).tolist() == [True, False, False, False, False]
    code = conditions(patients, condition_shares(REGION, patients))
    assert code.tolist() == [Condition.ARREST, -1, -1, -1, -1]
    late = small.changed(patients, u_condition=np.full(5, 0.999))
    assert conditions(late, condition_shares(REGION, late))[0] == Condition.REST
