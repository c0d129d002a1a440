"""Use of the service for each inhabitant."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import utilisation
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CLINIC,
    CONSULTATION,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    LINE_TRANSPORT,
    LOST,
    NOT_PRESENT,
    NURSE,
    RED,
    TO_CARE,
    TO_PATIENT,
    VIDEO,
    WITH_PATIENT,
    YELLOW,
)
from tests import small
from tests.projections import asked_for

WORLD = small.world()
NOON = small.at(12)
HOSPITAL, CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("hospital", "centre", "upper"))
PEOPLE = {name: sum(each.people) for name, each in WORLD.plan.region.municipalities.items()}
A_YEAR = 365.25 / 7 * 168 / 167  # the measured week has 167 hours


def test_contacts_are_those_of_116117() -> None:
    rows = [
        (CENTRE, LINE_116117, True, ADVICE),
        (CENTRE, LINE_HEALTH, True, LOST),
        (UPPER, LINE_116117, True, ADVICE),
        (UPPER, LINE_116117, False, ADVICE),  # wrong number
        (UPPER, LINE_113, True, ADVICE),
        (UPPER, LINE_ALARM, True, ADVICE),
        (UPPER, LINE_116117, True, NOT_PRESENT),  # lives too far away
        (-1, LINE_116117, True, ADVICE),  # a neighbour's
    ]
    place, line, is_contact, outcome = (list(column) for column in zip(*rows, strict=True))
    patients = small.people([NOON] * len(rows), place=place, line=line, is_contact=is_contact)
    seen = small.seen(WORLD, patients, small.courses(len(rows), outcome=outcome))
    found = list(utilisation.contacts_per_1000_a_year(seen))
    everyone = 3 * A_YEAR / sum(PEOPLE.values()) * 1000
    assert small.values(found)["all"] == (pytest.approx(everyone), 3)
    by_municipality = small.values(found, "municipality")
    assert by_municipality["town"] == (pytest.approx(2 * A_YEAR / PEOPLE["town"] * 1000), 2)
    assert by_municipality["upper"] == (pytest.approx(A_YEAR / PEOPLE["upper"] * 1000), 1)
    assert by_municipality["island"] == (0.0, 0)


def test_consultations_are_with_a_doctor_at_the_place_where_the_patient_is() -> None:
    did = small.activities(
        (0, CONSULTATION, NOON + 60, NOON + 90, 0),
        (0, CONSULTATION, NOON + 200, NOON + 210, 0),  # once more with the results: one patient
        (0, VIDEO, NOON + 60, NOON + 90, 1),  # at a satellite
        (0, NURSE, NOON + 60, NOON + 90, 2),  # the nurse only
        (0, VIDEO, NOON - 60, NOON - 30, 3),  # shown to the doctor before the way there
        (0, VIDEO, NOON + 60, NOON + 90, 4),  # shown by the crew, never at a clinic
        (0, CONSULTATION, NOON + 60, NOON + 90, -1),
    )
    course = small.courses(5, at_clinic_s=[NOON, NOON, NOON, NOON, math.nan])
    patients = small.people([NOON] * 5, place=[CENTRE, UPPER, UPPER, UPPER, UPPER])
    found = list(
        utilisation.consultations_per_1000_a_year(small.seen(WORLD, patients, course, did=did))
    )
    assert small.values(found)["all"][1] == 2
    assert [n for _, n in small.values(found, "municipality").values()] == [1, 1, 0]


def test_home_visits_are_visits_not_call_outs_nor_those_asked_to_come() -> None:
    outcome = [HOME_VISIT, HOME_VISIT, CLINIC, AMBULANCE, HOME_VISIT]
    patients = small.people([NOON] * 5, place=[CENTRE, UPPER, UPPER, UPPER, -1])
    seen = small.seen(WORLD, patients, small.courses(5, outcome=outcome))
    found = list(utilisation.home_visits_per_1000_a_year(seen))
    everyone = 2 * A_YEAR / sum(PEOPLE.values()) * 1000
    assert small.values(found)["all"] == (pytest.approx(everyone), 2)
    assert [n for _, n in small.values(found, "municipality").values()] == [1, 1, 0]


def test_missions_are_to_patients_from_clinics_and_as_planned() -> None:
    """A red patient fetched; a yellow one taken to the clinic and fetched there; one planned."""
    crew = next(i for i, unit in enumerate(WORLD.plan.units) if unit.role == "crew")
    vehicle = list(WORLD.plan.organisation.ambulances).index(WORLD.plan.units[crew].name)
    drove = small.trips(
        (crew, TO_PATIENT, 0, HOSPITAL, CENTRE, NOON, NOON + 900),
        (crew, TO_PATIENT, 1, HOSPITAL, UPPER, NOON + 1000, NOON + 1200),
        (crew, WITH_PATIENT, 1, UPPER, HOSPITAL, NOON + 1300, NOON + 1900),
        (crew, TO_PATIENT, 1, CENTRE, HOSPITAL, NOON + 6000, NOON + 6200),
        (crew, WITH_PATIENT, 1, HOSPITAL, CENTRE, NOON + 6300, NOON + 6900),
        (crew, WITH_PATIENT, 2, UPPER, HOSPITAL, NOON + 9000, NOON + 9900),
        (-1, TO_CARE, 1, HOSPITAL, CENTRE, NOON + 7000, NOON + 7100),
    )
    course = small.courses(
        6,
        crew=[vehicle, vehicle, vehicle, -1, vehicle, -1],
        judged=[RED, YELLOW, -1, RED, RED, GREEN],
        free_s=[NOON + 900, NOON + 1900, NOON + 9900, math.nan, math.nan, math.nan],
        left_clinic_s=[math.nan, NOON + 5000, math.nan, math.nan, math.nan, math.nan],
    )
    line = [LINE_113, LINE_113, LINE_TRANSPORT, LINE_113, LINE_113, LINE_TRANSPORT]
    place = [CENTRE, UPPER, UPPER, UPPER, -1, UPPER]  # the fifth is a neighbour's
    patients = small.people([NOON] * 6, place=place, line=line)
    found = list(
        utilisation.missions_per_1000_a_year(small.seen(WORLD, patients, course, drove=drove))
    )
    everyone = 4 * A_YEAR / sum(PEOPLE.values()) * 1000
    assert small.values(found)["all"] == (pytest.approx(everyone), 4)
    assert [n for _, n in small.values(found, "kind").values()] == [2, 1, 1, 0]
    assert [n for _, n in small.values(found, "urgency").values()] == [1, 1, 0]


def test_nobody_at_all() -> None:
    seen = small.seen(WORLD, small.people([]), small.courses(0))
    assert small.values(utilisation.contacts_per_1000_a_year(seen))["all"] == (0.0, 0)
    assert small.values(utilisation.consultations_per_1000_a_year(seen))["all"] == (0.0, 0)
    assert small.values(utilisation.home_visits_per_1000_a_year(seen))["all"] == (0.0, 0)
    assert small.values(utilisation.missions_per_1000_a_year(seen))["all"] == (0.0, 0)


def test_in_another_year_the_people_expected_then_are_the_inhabitants() -> None:
    """In the valley 2,420 instead of 2,900: half of those below 50, the older as many or more."""
    world = small.world(where=small.region(asked_for(2040)))
    patients = small.people([NOON], place=[UPPER], line=LINE_116117, is_contact=True)
    seen = small.seen(world, patients, small.courses(1))
    found = small.values(utilisation.contacts_per_1000_a_year(seen), "municipality")
    assert found["upper"] == (pytest.approx(A_YEAR / 2_420 * 1000), 1)
