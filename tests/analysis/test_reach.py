from __future__ import annotations

from datetime import date

from akuttsim.indicators.access_to_care import ACCESS_HOURS, access_by_hour, ordinary_day
from akuttsim.records import RED
from tests.small import crew, crews, organisation, people, world


def seen_of(changes):
    small = world(organisation(changes))
    nobody = people([])
    return small, small.observed(nobody, small.meets(nobody))


def test_the_ordinary_day_is_no_weekend_and_no_holiday():
    _, seen = seen_of({})
    day = ordinary_day(seen)
    assert day.weekday() in (1, 2, 3)
    assert day == date(2026, 3, 24)


def test_the_nearest_ambulance_is_its_mobilisation_and_its_drive():
    small, seen = seen_of(crews(only=crew("hospital", ("00:00-24:00", "station"))))
    found = access_by_hour(seen)
    ready_s = seen.organisation.mobilisation.station_s.each()[RED].expected()
    noon, ids = found["ambulance"][ACCESS_HOURS.index(10)], seen.region.place_ids
    for place in ids:
        drive_s = small.drive_s("hospital", place, "blue", hour=10)
        assert abs(noon[ids.index(place)] - (ready_s + drive_s)) <= 0.5


def test_with_nobody_on_duty_no_ambulance_can_come():
    _, seen = seen_of(crews(only=crew("hospital", ("08:00-16:00", "station"))))
    found = access_by_hour(seen)
    assert set(found["ambulance"][ACCESS_HOURS.index(3)]) == {None}
    assert None not in found["ambulance"][ACCESS_HOURS.index(10)]
    assert found["on_duty"][ACCESS_HOURS.index(3)] == []
    assert found["on_duty"][ACCESS_HOURS.index(10)] == [0]


def test_home_duty_takes_longer():
    _, at_station = seen_of(crews(only=crew("hospital", ("00:00-24:00", "station"))))
    _, at_home = seen_of(crews(only=crew("hospital", ("00:00-24:00", "home"))))
    one, other = (access_by_hour(each)["ambulance"][0] for each in (at_station, at_home))
    assert all(a < b for a, b in zip(one, other, strict=True))


def test_care_is_where_a_clinic_is_open():
    _, seen = seen_of({})
    found = access_by_hour(seen)
    clinics = list(seen.organisation.clinics.values())
    for hour, opened in enumerate(found["open"]):
        for place, name in enumerate(seen.region.place_ids):
            here = [n for n in opened if clinics[n].place == name]
            municipality = seen.region.places[name].municipality
            serves = [
                n
                for n in here
                if any(municipality in s.municipalities for s in clinics[n].open.values())
            ]
            if found["care"][hour][place] == 0:
                assert serves
