"""The chain against the same chain written with stock SimPy resources: equal to the last bit."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import pytest

from akuttsim.chain.patient_view import view_patients
from akuttsim.chain.run_plan import make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import (
    ACUTE_BED,
    AFTER_CALL,
    ALARM,
    BUSY,
    CONFERENCE,
    DOCTOR_CONFERENCE,
    DOOR_TRIAGE,
    E_CONSULT,
    E_CONSULTATION,
    JOURNEY,
    KINDS,
    NEXT_DAY,
    NOT_PRESENT,
    NURSE_OUT,
    OTHER_TASK,
    OUTCOMES,
    RESULT,
    RETURN,
    REVIEW,
    STAND_BY,
    SUPPORT,
    TRIPLE_ALERT,
    UNFINISHED,
    WAY_IN,
    WENT_OUT,
    WENT_WITHOUT,
    Courses,
    Patients,
    Record,
)
from akuttsim.roads.travel import travel_of_region
from benchmarks.plain_rules import plain, plain_region
from benchmarks.stock_chain import StockChain

WEEKS, SEED = 2, 20
ADDED = (REVIEW, TRIPLE_ALERT, DOCTOR_CONFERENCE, E_CONSULT, DOOR_TRIAGE, RESULT, WAY_IN,
         SUPPORT, STAND_BY, NURSE_OUT, OTHER_TASK, JOURNEY)  # fmt: skip
ALWAYS = {"days": "daily", "hours": "00:00-24:00"}
ORGANISATIONS = ("namdal-today", "namdal-one-legevakt", "namdal-satellites")


def first_always(roster: dict[str, Any]) -> dict[str, Any]:
    """The first line of a roster, round the clock with two at most: constant staff, and few."""
    return {
        name: line.model_copy(update={**ALWAYS, "on_duty": min(line.on_duty, 2)})
        for name, line in list(roster.items())[:1]
    }


def updated(parts: dict[str, Any], *rosters: str) -> dict[str, Any]:
    return {
        name: part.model_copy(
            update={roster: first_always(getattr(part, roster)) for roster in rosters}
        )
        for name, part in parts.items()
    }


def with_constant_staff(organisation: Organisation) -> Organisation:
    """The same organisation with everybody on duty round the clock, no GP offices and no tasks
    beside calls, which the stock model does not know."""
    opened = {
        name: clinic.model_copy(
            update={"open": {k: v.model_copy(update=ALWAYS) for k, v in clinic.open.items()}}
        )
        for name, clinic in updated(organisation.clinics, "nurses").items()
        if clinic.kind != "gp_office"
    }
    crews = {
        name: crew.model_copy(update={"shifts": (crew.shifts[0].model_copy(update=ALWAYS),)})
        for name, crew in organisation.ambulances.items()
    }
    rooms = updated(organisation.control_rooms, "operators", "dispatchers")
    doctors = updated(organisation.doctors, "on_duty")
    parts = {"control_rooms": rooms, "doctors": doctors, "clinics": opened, "ambulances": crews}
    return organisation.model_copy(update=parts)


def with_more_calls(region: Region) -> Region:
    demand = region.demand
    rates = {
        key: getattr(demand, key).model_copy(update={"value": value})
        for key, value in (("contacts_per_person_year", 1.2), ("calls_113_per_person_year", 0.5))
    }
    return region.model_copy(update={"demand": demand.model_copy(update=rates)})


@cache
def both(name: str, crowded: bool) -> tuple[Patients, Record, Any]:
    """A run of the chain and one of the stock model; crowded, everybody must wait."""
    region = plain_region(load_region("namdal").value)
    organisation = plain(with_constant_staff(load_organisation(name).value))
    if crowded:
        region = with_more_calls(region)
        few = list(organisation.ambulances.items())[-3:]
        organisation = organisation.model_copy(update={"ambulances": dict(few)})
    prepared = make_plan(region, organisation, travel_of_region(region), WEEKS, 0)
    patients = sample_patients(region, prepared.days, SEED, 0)
    oracle = StockChain(prepared, view_patients(prepared, patients)).run()
    return patients, simulate(prepared, patients), oracle


runs = pytest.mark.parametrize(
    ("name", "crowded"), [(name, crowded) for name in ORGANISATIONS for crowded in (False, True)]
)


@runs
def test_every_patients_course_is_the_same_to_the_last_bit(name: str, crowded: bool) -> None:
    _, record, oracle = both(name, crowded)
    for column in fields(Courses):
        if column.name == "recognised_s":
            continue  # who takes a patient for red when is not in the stock model
        ours = getattr(record.courses, column.name)
        np.testing.assert_array_equal(ours, np.array(oracle.log[column.name]), column.name)


@runs
def test_every_call_is_answered_or_given_up_at_the_same_time(name: str, crowded: bool) -> None:
    _, record, oracle = both(name, crowded)
    ours = np.column_stack([getattr(record.calls, field.name) for field in fields(record.calls)])
    np.testing.assert_array_equal(in_order(ours), in_order(np.array(oracle.calls)))


@runs
def test_everybody_works_in_the_same_stretches(name: str, crowded: bool) -> None:
    _, record, oracle = both(name, crowded)
    did = record.activities
    ours = np.column_stack([did.kind, did.start_s, did.end_s, did.patient])[did.kind != RETURN]
    logs = [team.log for team in oracle.teams.values()] + [oracle.ambulances.log]
    np.testing.assert_array_equal(
        in_order(ours), in_order(np.array([row for log in logs for row in log]))
    )


@runs
def test_the_chain_needs_less_than_half_of_stock_simpys_events(name: str, crowded: bool) -> None:
    _, record, oracle = both(name, crowded)
    assert record.events < 0.5 * oracle.events()


def in_order(table: np.ndarray) -> np.ndarray:
    return table[np.lexsort(table.T)]


def test_the_runs_compared_pass_through_every_step() -> None:
    """Else equality would say little: every outcome, kind of work and refusal there occurs.

    Stock SimPy has the chain without what an organisation may add beside (screen, door, doctor on
    video and so on).
    """
    records = [both(name, crowded)[1] for name in ORGANISATIONS for crowded in (False, True)]
    outcomes = {code for record in records for code in record.courses.outcome.tolist()}
    not_there = {E_CONSULTATION, ACUTE_BED, NOT_PRESENT, NEXT_DAY, WENT_WITHOUT}
    assert outcomes | {UNFINISHED} == set(range(len(OUTCOMES))) - not_there
    kinds = {code for record in records for code in record.activities.kind.tolist()}
    assert kinds == set(range(len(KINDS))) - {AFTER_CALL, *ADDED}
    alarms = [record.activities.kind == ALARM for record in records]
    held = [each.activities.patient[alarm] for each, alarm in zip(records, alarms, strict=True)]
    conferred = [
        record.activities.patient[record.activities.kind == CONFERENCE] for record in records
    ]
    both_kinds = [np.intersect1d(*pair).size for pair in zip(held, conferred, strict=True)]
    assert min(both_kinds) > 10, "alarms were handed over to 113 and 116117"
    assert {BUSY, WENT_OUT} <= {
        code for record in records for code in record.courses.doctor_call_out
    }


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_queues_form_everywhere_where_it_is_crowded(name: str) -> None:
    record = both(name, True)[1]
    courses = record.courses
    waits = {
        "operator": record.calls.answered_s - record.calls.rang_s,
        "nurse": courses.nurse_s - courses.at_clinic_s,
        "doctor": courses.doctor_s - courses.doctor_asked_s,
        "crew": courses.alerted_s - courses.requested_s - 300,
    }
    for who, waited_s in waits.items():
        assert (waited_s > 0).sum() > 20, who
