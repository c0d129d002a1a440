"""Time-critical conditions among those truly red: who has which, known before the run.

How many have a condition is published, or assumed, by 100,000 inhabitants a year; how many are red
follows from the region. The share of a place's red of an age who have it is one over the other. A
patient's own uniform then says which one the patient has; nothing else of anybody hangs on it.
"""

from __future__ import annotations

import numpy as np

from akuttsim.config.schema.health_outcomes import ConditionRate, Conditions, HealthOutcomes
from akuttsim.config.schema.region import Region
from akuttsim.patients.arrivals import expected_further
from akuttsim.patients.call_rates import callers_113, callers_116117, people_by_place
from akuttsim.patients.needs import need_factors
from akuttsim.patients.urgency import red_share_113, shares_116117
from akuttsim.records import (
    LINE_113,
    LINE_116117,
    LINE_HEALTH,
    RED,
    Codes,
    Condition,
    Flags,
    Floats,
    Patients,
)

TO_116117, TO_113 = 0, 1
"""Which number somebody red rings: the first axis of the tables here."""

KNOWN = tuple(condition for condition in Condition if condition is not Condition.REST)
"""The conditions that have a share; all others are the rest."""


def may_have_condition(patients: Patients) -> Flags:
    """Return who is truly red, of the region, and rang for themselves: one for each patient.

    Left out are further callers about an incident, safety alarms, and victims nobody rings about.
    """
    rang = np.isin(patients.line, (LINE_116117, LINE_HEALTH, LINE_113)) & patients.is_contact
    own: Flags = rang & (patients.place >= 0) & ~patients.same_incident & (patients.urgency == RED)
    return own


def condition_shares(region: Region, patients: Patients) -> Floats:
    """Return the share of people like each patient who have each condition.

    Args:
        region: The region, with health outcomes.
        patients: The patients as drawn.

    Returns:
        Shape (patients, conditions but the rest), in the order of `Condition`; zero for those of
        `may_have_condition` left out. The sum of a row is at most 1.
    """
    shares = np.zeros((len(patients), len(KNOWN)))
    mine = may_have_condition(patients)
    number = np.where(patients.line[mine] == LINE_113, TO_113, TO_116117)
    table = _shares_of_red(region)
    shares[mine] = table[number, patients.place[mine], patients.age_group[mine]]
    return shares


def conditions(patients: Patients, shares: Floats) -> Codes:
    """Return the condition of each patient, a `Condition`; -1 for who cannot have one.

    Args:
        patients: The patients as drawn.
        shares: Their shares, from `condition_shares`.
    """
    code = (patients.u_condition[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1)
    return np.where(may_have_condition(patients), code, -1).astype(np.int8)


def _shares_of_red(region: Region) -> Floats:
    """Return the share of red with each condition, as [number rung, place, age, condition]."""
    outcomes = region.outcomes
    assert outcomes is not None
    red = _red_a_year(region)
    expected = _conditions_a_year(region, outcomes)
    share = np.divide(
        expected, red[..., None], out=np.zeros_like(expected), where=red[..., None] > 0
    )
    share[..., Condition.BREATHING] = outcomes.conditions.breathing.value
    whole = np.maximum(share.sum(axis=-1, keepdims=True), 1.0)
    shares: Floats = share / whole
    return shares


def _red_a_year(region: Region) -> Floats:
    """Return those truly red who ring for themselves a year, as [number rung, place, age]."""
    demand = region.demand
    same, decay = demand.same_incident, demand.distance_decay
    share_113 = red_share_113(region)
    calls_an_incident = 1.0 if same is None else 1 + share_113 * expected_further(same)
    calls = demand.calls_113_per_person_year.value / calls_an_incident
    to_113 = callers_113(region) * calls * share_113
    near = 1.0
    if decay is not None:
        near = float(need_factors(region, decay, np.array([RED], np.int8), np.zeros(1))[0])
    contacts = callers_116117(region) * demand.contacts_per_person_year.value
    to_116117 = contacts * shares_116117(region)[:, RED] * near
    return np.stack([to_116117, to_113])


def _conditions_a_year(region: Region, outcomes: HealthOutcomes) -> Floats:
    """Return those who ring with each condition a year, as [number rung, place, age, condition]."""
    people = people_by_place(region)
    expected = np.zeros((2, *people.shape, len(KNOWN)))
    for code in KNOWN:
        if code is not Condition.BREATHING:
            of = getattr(outcomes.conditions, code.name.lower())
            ring = people * _rate_by_age(of, outcomes.conditions) * of.red.value
            expected[TO_113, ..., code] = ring * of.rings_113.value
            expected[TO_116117, ..., code] = ring * (1 - of.rings_113.value)
    return expected


def _rate_by_age(of: ConditionRate, conditions: Conditions) -> Floats:
    """Return how many have a condition a year and person, by age: over the country as published."""
    relative = np.array(of.by_age())
    country = np.array(conditions.national_people.as_tuple())
    rate: Floats = relative * (country.sum() / (country @ relative)) * of.per_100000.value / 1e5
    return rate
