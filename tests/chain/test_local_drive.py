"""The local drive: by hand, who drives it and who does not, and how long it is on average.

Everybody lives 1.9 km from the place, at 38 km/h: three minutes by car; with blue light, which is
a quarter faster in a town, 144 s.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.chain.run_plan import local_distance_km
from akuttsim.indicators.driving import trip_km
from akuttsim.records import STRAIGHT, TO_HOME, TO_PATIENT, TO_STATION, WITH_PATIENT, Record
from tests import small
from tests.chain.by_hand import (
    HOSPITAL,
    START,
    UPPER,
    conveyed,
    crew,
    fleet,
    in_need,
    incident,
    meets,
    support,
    takes,
    transport,
    world,
)

KM, CAR_S, BLUE_S = 1.9, 180.0, 144.0
BLUE_OUT_S, CAR_IN_S = 72 + 750 + 1500, 90 + 900 + 1800
"""From the hospital to the upper valley, and the other way in ordinary traffic."""


def about(built_up: Any, elsewhere: Any) -> Any:
    """Return the small region with a local drive."""
    section = {"built_up_km": built_up, "elsewhere_km": elsewhere, "kmh": {"value": 38}}
    section["kmh"] |= small.MADE_UP
    return small.region({"local_drive": section})


EVERYBODY = about(takes(KM), takes(KM))


def after(record: Record, column: str) -> float:
    return float(getattr(record.courses, column)[0]) - START


def test_the_ambulance_drives_it_out_and_in_with_blue_light() -> None:
    record = meets(fleet(crew("hospital"), where=EVERYBODY), conveyed(UPPER))
    out_s = 90 + BLUE_OUT_S + BLUE_S
    assert after(record, "on_scene_s") == pytest.approx(out_s, abs=1e-3)
    in_s = out_s + 600 + BLUE_S + BLUE_OUT_S
    assert after(record, "at_hospital_s") == pytest.approx(in_s, abs=1e-3)


def test_a_crew_free_at_the_door_drives_it_home() -> None:
    of = fleet(crew("upper"), where=EVERYBODY)
    people = incident(UPPER)
    record = meets(of, people)
    trips, seen = record.trips, of.observed(people, record)
    assert trips.kind.tolist() == [TO_PATIENT, TO_STATION]
    seconds = (trips.arrived_s - trips.departed_s).tolist()
    assert seconds == pytest.approx([BLUE_S, CAR_S], abs=1e-3)
    assert trip_km(seen).tolist() == pytest.approx([KM, KM])


def test_the_next_patient_of_the_place_is_two_such_drives_away() -> None:
    """From one door back to the place, and on to the other; nobody mobilises once more."""
    record = meets(fleet(crew("upper"), where=EVERYBODY), incident(UPPER), incident(UPPER, 10.0))
    first, second = (float(each) - START for each in record.courses.on_scene_s)
    assert second - first == pytest.approx(600 + 2 * BLUE_S, abs=1e-3)


def test_patients_drive_it_to_the_clinic_and_home() -> None:
    of = world(EVERYBODY)
    people = in_need("clinic", place=UPPER)
    record = meets(of, people)
    assert record.courses.travel_s[0] == pytest.approx(CAR_IN_S + CAR_S, abs=1e-3)
    km = dict(zip(record.trips.kind.tolist(), trip_km(of.observed(people, record)), strict=True))
    assert km[TO_HOME] == pytest.approx(61 + KM)


def test_the_doctor_drives_it_on_home_visits() -> None:
    record = meets(world(EVERYBODY), in_need("home_visit", place=HOSPITAL))
    plain = meets(world(), in_need("home_visit", place=HOSPITAL))
    assert after(record, "doctor_s") - after(plain, "doctor_s") == pytest.approx(CAR_S, abs=1e-3)


def test_a_helicopter_lands_near_and_a_single_responder_drives() -> None:
    for kind, later_s in (("helicopter", 0.0), ("single_responder", BLUE_S)):
        came = []
        for where in (None, EVERYBODY):
            supports = {"other": support(kind, "upper")}
            of = fleet(crew("hospital"), where=where, supports=supports)
            record = meets(of, incident(UPPER))
            came.append(after(record, "support_s"))
        assert came[1] - came[0] == pytest.approx(later_s, abs=1e-3)
        is_straight = record.trips.mode == STRAIGHT
        assert not record.trips.destination_km[is_straight].any()


def test_planned_transports_fetch_at_the_door_and_deliver_at_the_hospital() -> None:
    record = meets(fleet(crew("upper"), where=EVERYBODY), transport(UPPER, HOSPITAL))
    trips = record.trips
    with_patient = trips.kind == WITH_PATIENT
    assert trips.origin_km[with_patient] == pytest.approx([KM])
    assert trips.destination_km[with_patient] == pytest.approx([0.0])


def test_its_mean_is_that_of_the_distributions() -> None:
    """At four standard errors: one false alarm in 16,000."""
    lognormal = {"lognormal": {"median": 1.0, "sigma": 0.7}, **small.MADE_UP}
    farther = {"lognormal": {"median": 2.0, "sigma": 0.8}, **small.MADE_UP}
    of = small.world(where=about(lognormal, farther))
    patients = of.sample()
    km, places = local_distance_km(of.plan, patients), list(of.plan.region.places.values())
    built_up = np.array([places[p].built_up in ("yes", "town") for p in patients.place])
    at_home = patients.place >= 0
    assert (km[at_home] > 0).all() and not km[~at_home].any()
    local = of.plan.region.local_drive
    assert local is not None
    for mask, distribution in ((built_up, local.built_up_km), (~built_up, local.elsewhere_km)):
        mine = km[mask & at_home]
        if len(mine):
            error = mine.std() / np.sqrt(len(mine))
            assert abs(mine.mean() - distribution.expected()) < 4 * error


def test_hardly_anybody_red_is_reached_without_a_drive() -> None:
    lognormal = {"lognormal": {"median": 1.0, "sigma": 0.7}, **small.MADE_UP}
    shares = []
    for where in (small.region(), about(lognormal, lognormal)):
        of = small.world(where=where)
        record = of.meets(of.sample())
        trips, crews = record.trips, [u.role == "crew" for u in record.units]
        out = (trips.kind == TO_PATIENT) & trips.completed & np.array([*crews, False])[trips.unit]
        out &= record.courses.judged[trips.patient] == 0
        shares.append(float((trips.arrived_s == trips.departed_s)[out].mean()))
    assert shares[0] > 0.05 and shares[1] < 0.02
