from __future__ import annotations

import numpy as np
import pytest

from akuttsim.patients.call_rates import callers_116117, people_by_place
from akuttsim.patients.urgency import expected_clinic_visits, expected_red_incidents, shares_116117
from akuttsim.records import LINE_113, RED
from tests import small


def test_red_incidents_are_drawn_where_they_are_expected() -> None:
    """Chi-squared test of the places of red patients over 20 runs, at an error rate of 1 in 1000.

    Nobody stays away because care is far, and further callers about one incident are left out.
    """
    from scipy.stats import chisquare

    region = small.region({"demand": {"distance_decay": None, "same_incident": None}})
    world = small.world(small.organisation(), region)
    found = np.zeros(len(region.places))
    for replication in range(20):
        patients = world.sample(replication=replication)
        rings = patients.is_contact | (patients.line == LINE_113)
        red = (patients.place >= 0) & (patients.urgency == RED) & rings
        found += np.bincount(patients.place[red], minlength=len(found))
    expected = expected_red_incidents(region)
    lived = expected > 0
    assert found[~lived].sum() == 0
    assert found.sum() > 200
    fit = chisquare(found[lived], expected[lived] * found.sum() / expected.sum())
    assert fit.pvalue > 0.001


def test_shares_of_contacts_sum_to_one_and_the_old_are_more_often_red() -> None:
    shares = shares_116117(small.region())
    assert shares.sum(axis=1) == pytest.approx(np.ones(9))
    assert shares[7, RED] > shares[1, RED]


def test_visits_are_where_people_are_and_none_is_red() -> None:
    region = small.region()
    visits, people = expected_clinic_visits(region), people_by_place(region).sum(axis=1)
    assert np.all(visits[:, RED] == 0)
    assert np.all((visits.sum(axis=1) > 0) == (people > 0))
    contacts = callers_116117(region).sum() * region.demand.contacts_per_person_year.value
    assert 0.4 < visits.sum() / contacts < 0.8
