"""How far it is to care, and that the map says the same as what the patients drive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.clinic import clinic_sees, clinics_in_reach
from akuttsim.indicators.access_to_care import ACCESS_HOURS, CareJourneys, access_by_hour
from akuttsim.patients.urgency import expected_clinic_visits
from akuttsim.units import MINUTE_S
from tests import small

WORLD = small.world(small.organisation(base="satellite"))
CLINICS = WORLD.plan.organisation.clinics
EVENING = ACCESS_HOURS.index(18)


def everything_open(clinics: Any = CLINICS) -> CareJourneys:
    travel, region = WORLD.travel, WORLD.plan.region
    return CareJourneys(
        region, clinics, lambda service: True, lambda place: np.asarray(travel.to("car", 0, place))
    )


def test_a_satellite_sees_what_it_takes_and_nobody_who_needs_a_doctor_on_site() -> None:
    assert [
        clinic_sees(CLINICS["satellite"], need) for need in ("red", "yellow", "green", "doctor")
    ] == [False, False, True, False]
    assert all(
        clinic_sees(CLINICS["legevakt"], need) for need in ("red", "yellow", "green", "doctor")
    )


def test_who_is_in_reach_goes_by_hour_municipality_and_need() -> None:
    """The satellite is for its own municipality, in the evening, and for green alone."""
    evening = CLINICS["satellite"].open["evening"]
    upper, other = WORLD.plan.region.municipality_ids[1], WORLD.plan.region.municipality_ids[0]
    serves = evening.municipalities[0]
    rest = next(each for each in (upper, other) if each != serves)
    assert "satellite" in clinics_in_reach(CLINICS, "green", serves, lambda service: True)
    assert "satellite" not in clinics_in_reach(CLINICS, "yellow", serves, lambda service: True)
    assert "satellite" not in clinics_in_reach(CLINICS, "green", rest, lambda service: True)
    assert not clinics_in_reach(CLINICS, "green", serves, lambda service: False)


def test_the_journey_of_who_is_sent_on_is_in_the_share_that_is_sent_on() -> None:
    """Next door to the satellite: no drive there, and the whole drive on to the doctor for some."""
    care, region = everything_open(), WORLD.plan.region
    place = region.place_ids.index(CLINICS["satellite"].place)
    sent_on = region.care.satellite_sent_on.value
    doctor_s = float(care.doctor_s[place])
    assert doctor_s > 0
    assert float(care.journey_s("green")[place]) == pytest.approx(sent_on * doctor_s)
    assert float(care.journey_s("yellow")[place]) == doctor_s


def test_the_mean_journey_is_that_of_those_who_visit() -> None:
    care, region = everything_open(), WORLD.plan.region
    visits = expected_clinic_visits(region)
    place = region.place_ids.index(CLINICS["satellite"].place)
    red, yellow, green = visits[place]
    assert red == 0
    expected = yellow * care.journey_s("yellow") + green * care.journey_s("green")
    assert care.mean_s(visits)[place] == pytest.approx(expected[place] / (yellow + green))


def test_a_satellite_shortens_for_those_beside_it_and_brings_no_doctor() -> None:
    without = everything_open({k: v for k, v in CLINICS.items() if k != "satellite"})
    place = WORLD.plan.region.place_ids.index(CLINICS["satellite"].place)
    assert everything_open().journey_s("green")[place] < without.journey_s("green")[place]
    assert (everything_open().doctor_s == without.doctor_s).all()
    alone = everything_open({"satellite": CLINICS["satellite"]})
    assert np.isinf(alone.doctor_s).all()


FIRST_LOOK = ("namdal-today", "namdal-one-legevakt", "namdal-satellites")


@pytest.fixture(scope="module")
def first_look() -> dict[str, small.Observed]:
    """Return two weeks of each organisation of the first look, with the same people."""
    region = load_region("namdal", ["demand.distance_decay.everybody_comes=true"]).value
    worlds = {name: small.world(load_organisation(name).value, region, 2) for name in FIRST_LOOK}
    patients = worlds["namdal-today"].sample(5)
    return {name: each.observed(patients, each.meets(patients)) for name, each in worlds.items()}


def test_the_map_calls_no_satellite_of_green_alone_an_open_legevakt(first_look) -> None:
    """Rørvik loses its legevakt and gets a satellite next door: yellow drives 75 minutes more."""
    today, satellites = (
        access_by_hour(first_look[name]) for name in (FIRST_LOOK[0], FIRST_LOOK[2])
    )
    rorvik = first_look[FIRST_LOOK[0]].region.place_ids.index("rorvik")
    for what in ("care", "doctor"):
        assert satellites[what][EVENING][rorvik] > today[what][EVENING][rorvik]


@pytest.mark.parametrize("other", FIRST_LOOK[1:])
def test_the_sign_of_the_map_is_the_sign_of_the_answer(first_look, other: str) -> None:
    """The same people by municipality: where the map clearly lengthens, they drive longer, too."""
    base, seen = first_look[FIRST_LOOK[0]], first_look[other]
    region = base.region
    home = np.array([place.municipality for place in region.places.values()])
    visits = expected_clinic_visits(region).sum(axis=1)
    mapped = {
        name: expected_min(access_by_hour(each), visits, home) for name, each in first_look.items()
    }
    longer_min = (seen.record.courses.travel_s - base.record.courses.travel_s) / MINUTE_S
    told = 0
    for number, municipality in enumerate(region.municipality_ids):
        by_map = mapped[other][municipality] - mapped[FIRST_LOOK[0]][municipality]
        both = base.measured & (base.municipality == number) & ~np.isnan(longer_min)
        if both.sum() < 10:
            continue
        mean, error = longer_min[both].mean(), longer_min[both].std() / np.sqrt(both.sum())
        if abs(by_map) > 3 and abs(mean) > 3 * error:
            told += 1
            assert np.sign(mean) == np.sign(by_map), municipality
    assert told >= 1
    assert seen.organisation.clinics.keys() != base.organisation.clinics.keys()


def expected_min(found: dict[str, Any], visits: Any, home: Any) -> dict[str, float]:
    """Return each municipality's mean drive to care by the map, over its hours and places."""
    care = np.array(found["care"], dtype=float).mean(axis=0) / MINUTE_S
    return {
        name: float(np.average(care[home == name], weights=visits[home == name]))
        for name in np.unique(home)
        if visits[home == name].any()
    }
