"""Hours without an ambulance on hand-made missions."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import availability
from akuttsim.records import MISSION, RETURN, STAND_BY, TRANSPORT, VISIT, Unit
from tests import small
from tests.projections import asked_for

START, END = small.world().plan.measured
HOURS = 167


def uncovered(world: small.World, *missions: tuple[str, float, float]) -> dict[str, float]:
    units = {unit.name: number for number, unit in enumerate(world.plan.units)}
    did = small.activities(*((units[name], MISSION, s, e, 0) for name, s, e in missions))
    seen = small.seen(world, small.people([small.at(12)]), small.courses(1), did=did)
    rows = list(availability.hours_without_ambulance(seen))
    found = {row.group: row.value for row in rows if row.group_by == "municipality"}
    return {**found, "all": rows[0].value}


def hours(value: float) -> object:
    """Return hours of the measured span as hours of a week of 168."""
    return pytest.approx(value * 168 / HOURS)


def test_a_crew_out_leaves_its_town_uncovered() -> None:
    """One crew day and night in town: two missions of 2 and 3 hours, one begun before the span."""
    always = small.crew("hospital", ("00:00-24:00", "station"))
    world = small.world(small.organisation(small.crews(town=always)))
    found = uncovered(
        world, ("town", START - 3600, START + 7200), ("town", small.at(12), small.at(15))
    )
    assert found["town"] == hours(5)
    assert found["upper"] == hours(HOURS), "45 minutes away, beyond the 25"
    people = {"town": 12_200, "upper": 2_900, "island": 510}
    weighted = sum(found[name] * count for name, count in people.items()) / 15_610
    assert found["all"] == pytest.approx(weighted)


def test_a_second_crew_covers_while_the_first_is_out() -> None:
    always = ("00:00-24:00", "station")
    crews = {"one": small.crew("hospital", always), "two": small.crew("centre", always)}
    world = small.world(small.organisation(small.crews(**crews)))
    found = uncovered(
        world, ("one", small.at(12), small.at(15)), ("two", small.at(14), small.at(16))
    )
    assert found["town"] == hours(1)


def test_a_transport_is_out_but_a_crew_at_a_post_is_not() -> None:
    """Two hours of a planned transport, three at a stand-by post, one on the way home."""
    always = small.crew("hospital", ("00:00-24:00", "station"))
    world = small.world(small.organisation(small.crews(town=always)))
    kinds = [(TRANSPORT, 12, 14), (STAND_BY, 14, 17), (RETURN, 17, 18)]
    unit = [unit.name for unit in world.plan.units].index("town")
    did = small.activities(*((unit, k, small.at(s), small.at(e), -1) for k, s, e in kinds))
    seen = small.seen(world, small.people([small.at(12)]), small.courses(1), did=did)
    found = small.values(availability.hours_without_ambulance(seen), "municipality")
    assert found["town"][0] == hours(2)


def test_only_our_own_ambulances_cover() -> None:
    """A neighbour's ambulance and a transport vehicle in the valley leave it as it was."""
    always = ("00:00-24:00", "station")
    share = {"value": 1.0, **small.MADE_UP}
    near = {"kind": "neighbour", "available": share, "quicker_by_min": share}
    crews = {
        "next_door": small.crew("upper", always, **near),
        "bus": small.crew("upper", always, kind="transport"),
        "town": small.crew("hospital", always),
    }
    world = small.world(small.organisation(small.crews(**crews)))
    on_duty = ((0.0, world.plan.end_s),)
    roles = {"next-door": "neighbour_crew", "bus": "transport_vehicle", "town": "crew"}
    units = [Unit(name, role, "upper", on_duty) for name, role in roles.items()]
    units.append(Unit("heli", "support", "helicopter", on_duty))
    did = small.activities((2, MISSION, small.at(12), small.at(13), 0))
    seen = small.seen(
        world, small.people([small.at(12)]), small.courses(1), did=did, units=tuple(units)
    )
    found = small.values(availability.hours_without_ambulance(seen), "municipality")
    assert found["upper"][0] == hours(HOURS)
    assert found["town"][0] == hours(1)


def test_hours_off_duty_are_uncovered() -> None:
    day = small.crew("hospital", ("08:00-20:00", "station"))
    world = small.world(small.organisation(small.crews(day=day)))
    found = uncovered(world, ("day", small.at(19), small.at(21)))
    assert found["town"] == hours(HOURS - 7 * 12 + 1)


def test_a_mission_past_the_shift_does_not_count_twice() -> None:
    """Out from 19:00 over the end of the shift until 09:00: the next shift starts an hour late."""
    day = small.crew("hospital", ("08:00-20:00", "station"))
    world = small.world(small.organisation(small.crews(day=day)))
    found = uncovered(world, ("day", small.at(19), small.at(9, 2)))
    assert found["town"] == hours(HOURS - 7 * 12 + 2)


def test_the_ferry_counts_with_its_wait() -> None:
    """The island's own crew covers it; without it nobody does within 25 minutes."""
    always = ("00:00-24:00", "station")
    own = {"town": small.crew("hospital", always), "isle": small.crew("island", always)}
    world = small.world(small.organisation(small.crews(**own)))
    assert uncovered(world)["island"] == 0
    assert uncovered(world, ("isle", small.at(12), small.at(13)))["island"] == hours(1)


@pytest.mark.parametrize(("spare_s", "uncovered_hours"), [(1, 0), (-1, HOURS)])
def test_within_25_minutes_of_mobilisation_and_blue_light(
    spare_s: float, uncovered_hours: float
) -> None:
    """The valley's road is made so long that the crew in the town just can, or cannot."""
    mobilisation_s = 90 * math.exp(0.4**2 / 2)
    from_cross = 25 * 60 - mobilisation_s - 72 - 750 - spare_s
    region = small.region()
    roads = [road.model_dump(by_alias=True) for road in region.roads]
    roads[2]["km"] = from_cross / 3600 * 80 * 1.2
    always = small.crew("hospital", ("00:00-24:00", "station"))
    organisation = small.organisation(small.crews(town=always))
    world = small.world(organisation, small.region({"roads": roads}))
    assert uncovered(world)["upper"] == hours(uncovered_hours)


def test_in_another_year_all_is_weighed_by_the_people_expected_then() -> None:
    always = small.crew("hospital", ("00:00-24:00", "station"))
    world = small.world(small.organisation(small.crews(town=always)), small.region(asked_for(2040)))
    found = uncovered(world, ("town", START, START + 7200))
    people = {"town": 14_100, "upper": 2_420, "island": 665}
    weighted = sum(found[name] * count for name, count in people.items()) / 17_185
    assert found["all"] == pytest.approx(weighted)


def without_doctor(
    world: small.World, *work: tuple[str, float, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return hours without a free doctor, and without any on duty, by municipality."""
    units = {unit.name: number for number, unit in enumerate(world.plan.units)}
    did = small.activities(*((units[name], VISIT, s, e, 0) for name, s, e in work))
    seen = small.seen(world, small.people([small.at(12)]), small.courses(1), did=did)
    free, on_duty = (
        availability.hours_without_doctor(seen),
        availability.hours_without_doctor_on_duty(seen),
    )
    found = [small.values(list(rows), "municipality") for rows in (free, on_duty)]
    return tuple({name: value for name, (value, _) in each.items()} for each in found)


def test_a_doctor_out_leaves_the_town_without() -> None:
    """Always somebody on duty in town; two hours away one evening, and both GPs out for one."""
    out = ("duty-doctor/doctor-1", small.at(20), small.at(22))
    gps = [(f"gps/doctor-{n}", small.at(9 + n), small.at(11 + n)) for n in (1, 2)]
    free, on_duty = without_doctor(small.world(), out, *gps)
    assert free["town"] == hours(2 + 1) and on_duty["town"] == 0
    assert free["upper"] == on_duty["upper"] == hours(HOURS), "46 minutes away"


def test_a_clinic_covers_only_those_it_is_open_for() -> None:
    """The legevakt is open to the town alone by night, and the office is for the others too."""
    open_for = {
        "weekday": {"days": "weekdays", "hours": "15:30-08:00", "municipalities": ["upper"]},
        "weekend": {"days": "weekends", "hours": "08:00-08:00", "municipalities": ["town"]},
    }
    world = small.world(small.organisation({"clinics": {"legevakt": {"open": open_for}}}))
    _, on_duty = without_doctor(world)
    assert on_duty["town"] == hours(HOURS - 5 * 7.5 - 2 * 24 + 1)


def test_doctors_on_video_and_on_call_cover_nobody() -> None:
    """A satellite in the valley, and a back-up behind the doctor who is out in town."""
    satellite = small.world(small.organisation(base="satellite"))
    assert without_doctor(satellite)[1]["upper"] == hours(HOURS)
    back_up = {"on_call": {"always": small.staff(1)}, "when_all_are_out": True,
               "comes_after_min": {"value": 20, **small.MADE_UP}}  # fmt: skip
    doctors = {"doctors": {"duty-doctor": {"back_up": back_up}}}
    world = small.world(small.organisation(doctors))
    free, _ = without_doctor(world, ("duty-doctor/doctor-1", small.at(20), small.at(22)))
    assert free["town"] == hours(2)
