"""The ambulance by hand: who is sent, from where on the road, in what order, and until when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.chain.crews import Mission, VehicleCrew
from akuttsim.chain.fleet import Fleet
from akuttsim.crew_choice import CrewRule
from akuttsim.records import (
    GREEN,
    LINE_113,
    MISSION,
    RED,
    RETURN,
    YELLOW,
    Courses,
    Patients,
    Record,
)
from tests import small

ALWAYS = ("00:00-24:00", "station")
TO_HOME, TO_HOSPITAL = 0.0, 0.999
NOON = 12
STATION_S = 90.0  # median mobilisation of red
START = small.at(NOON)


def district(**crews: dict[str, Any]) -> small.World:
    return small.world(small.organisation(small.crews(**crews)))


def incidents(world: small.World, *wanted: tuple[float, str, dict[str, Any]]) -> Patients:
    """Return 113 callers in no time: when, where, and what else is special about them."""
    usual = {
        "line": LINE_113,
        "urgency": RED,
        "u_need_113": 0.0,
        "u_mobilisation": 0.5,
        "u_conveyed": TO_HOME,
        "on_scene_s": 600.0,
    }
    tables = [
        small.people([time], **{**usual, "place": world.plan.place_index[place], **special})
        for time, place, special in wanted
    ]
    return small.concatenated(*tables)


def drove(courses: Courses, patient: int) -> float:
    return float(courses.on_scene_s[patient] - courses.rolling_s[patient])


def test_the_nearest_crew_goes_with_blue_light() -> None:
    world = district(town=small.crew("hospital", ALWAYS), valley=small.crew("upper", ALWAYS))
    courses = world.meets(incidents(world, (START, "centre", {}), (START, "upper", {}))).courses
    assert courses.crew.tolist() == [0, 1]
    assert np.allclose(courses.alerted_s, START)
    assert np.allclose(courses.rolling_s - courses.alerted_s, STATION_S)
    assert drove(courses, 0) == pytest.approx(1 / (40 * 1.25) * 3600)
    assert drove(courses, 1) == 0


def test_yellow_goes_as_ordinary_traffic() -> None:
    world = district(town=small.crew("hospital", ALWAYS))
    courses = world.meets(incidents(world, (START, "cross", {"urgency": YELLOW}))).courses
    assert drove(courses, 0) == pytest.approx(90 + 900)


def home_from_hospital(world: small.World, start: str, after_s: float, then: str) -> Record:
    """A patient is taken to hospital; `after_s` into the drive home somebody else falls ill."""
    first = (START, start, {"u_conveyed": TO_HOSPITAL})
    alone = world.meets(incidents(world, first)).courses
    at = alone.free_s[0] + after_s
    return world.meets(incidents(world, first, (float(at), then, {})))


def test_a_crew_driving_home_is_sent_where_it_is_nearest() -> None:
    """Half-way from centre to cross, the valley's crew is nearer than the one at the hospital."""
    world = district(town=small.crew("hospital", ALWAYS), valley=small.crew("upper", ALWAYS))
    courses = home_from_hospital(world, "upper", 90 + 450, "cross").courses
    assert courses.crew.tolist() == [1, 1]
    assert courses.rolling_s[1] == courses.alerted_s[1], "on the road there is nothing to mobilise"
    assert drove(courses, 1) == pytest.approx(375, abs=0.01)


def test_the_crew_at_the_station_goes_where_the_one_on_the_road_is_farther() -> None:
    world = district(town=small.crew("hospital", ALWAYS), valley=small.crew("upper", ALWAYS))
    courses = home_from_hospital(world, "upper", 90 + 450, "hospital").courses
    assert courses.crew.tolist() == [1, 0]


def test_a_crew_driving_home_turns_back() -> None:
    """A tenth of the way from centre to cross: back with blue light takes a tenth of 750 s."""
    world = district(valley=small.crew("upper", ALWAYS))
    record = home_from_hospital(world, "upper", 90 + 90, "centre")
    assert drove(record.courses, 1) == pytest.approx(75, abs=0.01)
    back = record.activities.kind == RETURN
    assert record.activities.end_s[back][0] == record.courses.alerted_s[1]


def test_a_crew_at_home_again_mobilises_from_its_station() -> None:
    world = district(valley=small.crew("upper", ALWAYS))
    record = home_from_hospital(world, "upper", 9000, "upper")
    courses, work = record.courses, record.activities
    back = work.kind == RETURN
    assert (work.end_s - work.start_s)[back].tolist() == [2790], "home and no longer on the road"
    assert courses.rolling_s[1] - courses.alerted_s[1] == pytest.approx(STATION_S)
    assert drove(courses, 1) == 0


def test_nobody_turns_on_a_ferry() -> None:
    """Half-way over, the crew goes on to the island and comes back with the ferry called out."""
    world = district(island=small.crew("island", ALWAYS))
    first = (START, "centre", {"u_conveyed": TO_HOSPITAL})
    left = float(world.meets(incidents(world, first)).courses.free_s[0])
    hour = int(left // 3600) % 24
    to_quay = world.drive_s("hospital", "quay", hour=hour)
    crossing = world.drive_s("quay", "island", hour=hour)
    record = home_from_hospital(world, "centre", to_quay + crossing / 2, "quay")
    hour = int(record.courses.alerted_s[1] // 3600) % 24
    back = world.drive_s("island", "quay", "blue", hour)
    assert drove(record.courses, 1) == pytest.approx(crossing / 2 + back, abs=0.01)
    assert back > 15 * 60, "the ferry takes longer than a turn on the road would"


def test_red_goes_before_yellow_and_yellow_before_green() -> None:
    world = district(town=small.crew("hospital", ALWAYS))
    urgent_last = [GREEN, YELLOW, GREEN, RED, YELLOW, RED]
    waiting = [
        (START + 10 * n, "centre", {"urgency": urgency}) for n, urgency in enumerate(urgent_last)
    ]
    courses = world.meets(incidents(world, (START - 60, "centre", {}), *waiting)).courses
    served = np.argsort(courses.alerted_s)
    assert served.tolist() == [0, 4, 6, 2, 5, 1, 3], "by urgency, then by time"
    assert np.array_equal(courses.alerted_s[served][1:], courses.free_s[served][:-1])


def test_the_job_is_finished_after_the_end_of_the_shift() -> None:
    """Alerted at 15:50, free at 17:00; the next who rings waits for the crew of 18:00."""
    world = district(
        day=small.crew("hospital", ("08:00-16:00", "station")),
        evening=small.crew("hospital", ("18:00-23:00", "station")),
    )
    late = (small.at(15 + 50 / 60), "centre", {"on_scene_s": 3600.0})
    next_one = (small.at(16.1), "centre", {})
    record = world.meets(incidents(world, late, next_one))
    courses = record.courses
    assert courses.crew.tolist() == [0, 1]
    assert courses.free_s[0] > small.at(16.8)
    assert courses.alerted_s[1] == small.at(18)
    missions = record.activities.kind == MISSION
    assert record.activities.end_s[missions].tolist() == sorted(courses.free_s.tolist())


def test_a_crew_freed_after_its_shift_takes_nobody_who_waits() -> None:
    world = district(
        day=small.crew("hospital", ("08:00-16:00", "station")),
        night=small.crew("upper", ("20:00-07:00", "station")),
    )
    long_job = (small.at(15.5), "centre", {"on_scene_s": 3600.0})
    record = world.meets(incidents(world, long_job, (small.at(15.6), "centre", {})))
    assert record.courses.crew.tolist() == [0, 1]
    assert record.courses.alerted_s[1] == small.at(20)


def test_a_crew_whose_shift_begins_while_it_is_still_out_is_not_sent_twice() -> None:
    """The job of the morning shift lasts into the afternoon shift of the same crew."""
    shifts = (("08:00-12:00", "station"), ("12:20-16:00", "station"))
    world = district(town=small.crew("hospital", *shifts))
    long_job = (small.at(11.9), "centre", {"on_scene_s": 3600.0})
    courses = world.meets(incidents(world, long_job, (small.at(12.4), "centre", {}))).courses
    assert courses.alerted_s[1] == courses.free_s[0]


def test_home_duty_and_night_add_to_mobilisation() -> None:
    duty = small.crew("hospital", ("08:00-16:00", "station"), ("16:00-08:00", "home"))
    world = district(town=duty)
    hours = (small.at(10), small.at(18), small.at(24 + 2))
    record = world.meets(incidents(world, *((time, "centre", {}) for time in hours)))
    mobilised = record.courses.rolling_s - record.courses.alerted_s
    assert mobilised == pytest.approx([STATION_S, STATION_S + 200, STATION_S + 200 + 60])


def test_home_duty_is_weighed_when_choosing() -> None:
    """From home 200 s later: the crew on station duty goes although it is 100 s farther off."""
    at_home, at_station = ("00:00-24:00", "home"), ALWAYS
    near_home = small.crew("centre", at_home)
    world = district(near=near_home, town=small.crew("hospital", at_station))
    assert world.meets(incidents(world, (START, "centre", {}))).courses.crew.tolist() == [1]
    near_station = small.crew("centre", at_station)
    world = district(near=near_station, town=small.crew("hospital", at_station))
    assert world.meets(incidents(world, (START, "centre", {}))).courses.crew.tolist() == [0]


def test_a_crew_handed_the_next_mission_away_from_its_station_rolls_at_once() -> None:
    world = district(valley=small.crew("upper", ALWAYS))
    first = (START, "centre", {})
    courses = world.meets(incidents(world, first, (START + 1, "hospital", {}))).courses
    assert courses.alerted_s[1] == courses.free_s[0] == courses.rolling_s[1]
    assert drove(courses, 1) == pytest.approx(72, abs=0.01)


def test_neighbours_keep_the_dispatcher_busy_and_no_more() -> None:
    world = district(town=small.crew("hospital", ALWAYS))
    neighbour = (START, "centre", {"place": -1, "outside": 0, "dispatch_s": 100.0})
    own = (START + 10, "centre", {"dispatch_s": 30.0})
    courses = world.meets(incidents(world, neighbour, own)).courses
    assert courses.crew.tolist() == [-1, 0]
    assert courses.alerted_s[1] == START + 100 + 30


def test_who_is_found_place_by_place_is_the_quickest_of_all_free_crews(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At each choice of a run, crews at stations, on the road and at doors alike."""
    by_place, found = Fleet._pick_free, []

    def both(fleet: Fleet, rule: CrewRule, mission: Mission) -> tuple[float, VehicleCrew | None]:
        found.append(by_place(fleet, rule, mission))
        assert found[-1] == fleet._pick(rule, list(fleet._free), mission)
        return found[-1]

    monkeypatch.setattr(Fleet, "_pick_free", both)
    world = small.world(small.organisation())
    world.meets(world.sample(1))
    assert sum(crew is not None for _, crew in found) > 50
