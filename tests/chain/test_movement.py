"""Movement by hand: where a vehicle is while it mobilises, drives and turns, and what is logged."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.chain.clock_and_queues import Clock
from akuttsim.chain.crews import Mission, Movement, VehicleCrew
from akuttsim.chain.recorder import Recorder
from akuttsim.records import GREEN, MISSION, NURSE, RED, RETURN, STAND_BY, YELLOW, Activities
from akuttsim.units import DAY_S
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    ISLAND,
    QUAY,
    START,
    UPPER,
    conveyed,
    crew,
    fleet,
    incident,
    meets,
    support,
    times,
    work,
)

NIGHT = small.at(24 + 2)


class Afoot:
    """A crew of the hospital at a time of the run, with its movement."""

    def __init__(self, now: float = START, station: int = HOSPITAL) -> None:
        self.clock, self.recorder = Clock(), Recorder(0)
        self.movement = Movement(self.clock, self.recorder, fleet(crew("hospital")).plan)
        self.crew = VehicleCrew(0, 0, station)
        self.clock._now = now

    def after(self, seconds: float) -> Afoot:
        self.clock._now += seconds
        return self

    def expected(self, place: int, urgency: int = RED) -> float:
        return self.movement.expected_s([self.crew], place, urgency)[0]

    def is_sent(self, place: int, urgency: int, mobilisation_s: float) -> Afoot:
        self.crew.mission = Mission(0, place, urgency)
        self.movement.begin_drive(self.crew, self.crew.mission, mobilisation_s, True)
        return self

    def drives(self, place: int, kind: int = RETURN) -> Afoot:
        self.movement.drive_to(self.crew, place, kind)
        return self

    @property
    def logged(self) -> list[tuple[int, float, float]]:
        self.movement.log_drive(self.crew, self.clock._now)
        did: Activities = self.recorder.activities()
        rows = zip(did.kind, did.start_s - START, did.end_s - START, strict=True)
        return [(int(kind), round(start, 3), round(end, 3)) for kind, start, end in rows]


def test_at_its_station_it_mobilises_first_by_urgency_night_and_home_duty() -> None:
    day, night = Afoot(), Afoot(NIGHT)
    assert [day.expected(CENTRE, urgency) for urgency in (RED, YELLOW, GREEN)] == pytest.approx(
        [90 + 72, 120 + 90, 180 + 90]
    )
    assert night.expected(CENTRE) == pytest.approx(90 + 60 + 72)
    night.crew.at_home = True
    assert night.expected(CENTRE) == pytest.approx(90 + 60 + 200 + 72)
    assert night.movement.mobilisation_s(night.crew, 1.0, 20.0, 300.0) == 321.0
    assert day.movement.mobilisation_s(day.crew, 1.0, 20.0, 300.0) == 1.0


def test_away_from_its_station_it_rolls_at_once() -> None:
    at_post = Afoot()
    at_post.crew.place = CENTRE
    assert at_post.expected(HOSPITAL) == pytest.approx(72)
    assert at_post.movement.mobilisation_s(at_post.crew, 90.0, 60.0, 200.0) == 0


def test_a_crew_with_a_patient_at_its_station_is_expected_to_mobilise_as_any_there() -> None:
    """Else it would be called from its patient although one beside it is free."""
    receives = Afoot()
    receives.crew.mission = Mission(0, HOSPITAL, GREEN, kind=NURSE)
    assert receives.expected(CENTRE) == Afoot().expected(CENTRE)


def test_the_rest_of_mobilisation_is_left_and_then_it_is_on_the_road() -> None:
    """Red at centre: 60 of 120 s are left; after 165 s it is in the middle of hospital-centre."""
    out = Afoot().is_sent(UPPER, YELLOW, 120.0)
    assert out.after(60).expected(CENTRE) == pytest.approx(60 + 72)
    assert out.after(60 + 45).expected(CENTRE) == pytest.approx(36)
    assert out.expected(HOSPITAL) == pytest.approx(36)
    assert out.movement.mobilisation_s(out.crew, 90.0, 60.0, 200.0) == 0
    assert out.movement.drive_s(out.crew, CROSS, RED) == pytest.approx(36 + 750)


def test_ordinary_drives_from_the_road_are_without_blue_light() -> None:
    out = Afoot().is_sent(UPPER, YELLOW, 120.0).after(120 + 45)
    assert out.movement.seconds_to([out.crew], CENTRE) == pytest.approx([45])
    assert out.movement.drive_s(out.crew, CENTRE, YELLOW) == pytest.approx(45)


def test_who_turns_back_to_the_place_just_left_is_not_there_at_once() -> None:
    """450 s on the way to cross, it needs 450 s back to centre; half-way back 225."""
    back = Afoot()
    back.crew.place = CENTRE
    back.drives(CROSS, STAND_BY).after(450).drives(CENTRE, STAND_BY)
    assert not back.crew.is_standing(back.clock._now)
    assert back.expected(CENTRE) == pytest.approx(375) and back.expected(CROSS) == 375
    assert back.after(225).movement.back_in_s(back.crew) == pytest.approx(225)
    assert back.expected(CENTRE) == pytest.approx(187.5)
    assert back.expected(CROSS) == pytest.approx(562.5), "it may turn once more"
    assert not back.crew.is_standing(back.clock._now)
    assert back.after(225).crew.is_standing(back.clock._now)
    assert back.logged == [(STAND_BY, 0, 450), (STAND_BY, 450, 900)]


def test_each_change_of_direction_ends_one_drive_and_begins_the_next() -> None:
    """Home from upper, after 600 s to the quay: 1200 s on to cross, 600 s to the quay."""
    out = Afoot()
    out.crew.place = UPPER
    out.drives(HOSPITAL, RETURN).after(600).drives(QUAY, STAND_BY).after(9000)
    assert out.logged == [(RETURN, 0, 600), (STAND_BY, 600, 600 + 1200 + 600)]
    assert out.movement.ways(out.crew, 0, "car") == [(QUAY, 0.0)]


def test_it_may_turn_as_often_as_it_is_sent_elsewhere_on_one_stretch() -> None:
    """Between centre and cross: 300 s out, 200 back, then on: 800 of 900 are left."""
    out = Afoot()
    out.crew.place = CENTRE
    out.drives(CROSS).after(300).drives(HOSPITAL).after(200).drives(UPPER)
    assert out.movement.back_in_s(out.crew) == pytest.approx(800 + 1800)
    assert out.after(400).expected(CROSS) == pytest.approx(400 * 750 / 900)
    assert out.expected(CENTRE) == pytest.approx(500 * 750 / 900)
    assert out.after(500).expected(CROSS) == pytest.approx(100 * 1500 / 1800)
    assert [row[1:] for row in out.logged] == [(0, 300), (300, 500), (500, 1400)]


def test_nobody_turns_on_a_ferry_however_often_it_is_sent_elsewhere() -> None:
    """Half-way over, sent back and forth, it lands on the island first."""
    out = Afoot()
    out.crew.place = QUAY
    out.drives(ISLAND)
    crossing = out.movement.back_in_s(out.crew)
    out.after(crossing / 2).drives(QUAY).after(10).drives(ISLAND)
    assert out.movement.back_in_s(out.crew) == pytest.approx(crossing / 2 - 10, abs=1e-5)
    out.drives(QUAY)
    assert out.expected(ISLAND) == pytest.approx(crossing / 2 - 10, abs=1e-5)


def test_a_drive_to_where_it_is_going_goes_on_undisturbed() -> None:
    out = Afoot()
    out.crew.place = UPPER
    out.drives(HOSPITAL).after(100).drives(HOSPITAL).after(100)
    assert out.movement.back_in_s(out.crew) == pytest.approx(1800 + 900 + 90 - 200)
    assert out.logged == [(RETURN, 0, 200)]


def test_a_crew_called_off_while_it_mobilises_has_not_left() -> None:
    """What is logged is the rest of its getting ready, as far as it got."""
    called_off = Afoot().is_sent(UPPER, YELLOW, 120.0).after(60)
    called_off.crew.mission = None
    called_off.drives(HOSPITAL)
    assert not called_off.crew.is_standing(called_off.clock._now)
    assert called_off.after(60).crew.is_standing(called_off.clock._now)
    assert called_off.logged == []


def test_a_crew_called_off_on_its_way_to_its_own_station_drives_home() -> None:
    """From upper to a patient beside the station: called off after 1000 of 2790 s."""
    out = Afoot()
    out.crew.place = UPPER
    out.is_sent(HOSPITAL, YELLOW, 0.0).after(1000)
    out.crew.mission = None
    out.drives(HOSPITAL, RETURN).after(5000)
    assert out.logged == [(RETURN, 1000, 2790)]


def test_what_is_taken_from_the_road_has_driven_so_far() -> None:
    out = Afoot()
    out.crew.place = UPPER
    out.drives(HOSPITAL).after(300)
    out.movement.leave(out.crew)
    assert out.crew.route is not None, "it goes on from there"
    assert out.logged[:1] == [(RETURN, 0, 300)]
    at_home = Afoot().drives(CENTRE).after(100)
    at_home.movement.leave(at_home.crew)
    assert at_home.crew.route is None, "it stood there already"


def test_a_long_drive_is_one_that_takes_longer() -> None:
    out = Afoot()
    assert out.movement.long_drive((UPPER, 0.0), HOSPITAL, "blue", 2322.0) is None
    route = out.movement.long_drive((UPPER, 0.0), HOSPITAL, "blue", 2321.0)
    assert route is not None and route.places == (UPPER, CROSS, CENTRE, HOSPITAL)
    assert route.reached_s == pytest.approx((0, 1500, 2250, 2322))
    assert out.movement.reach(out.crew, "blue")(CENTRE) == pytest.approx(90 + 72)
    assert out.movement.reach(out.crew, "car")(CENTRE) == pytest.approx(120 + 90)


def test_the_whole_drive_to_a_post_is_logged_and_none_of_it_twice() -> None:
    """Free at hospital, it first turns home to upper, then to its post at quay: one drive."""
    posts = [{"free": 1, "at": ["quay"]}]
    at = fleet(crew("upper"), dispatch={"stand_by": posts})
    record = meets(at, conveyed(CENTRE, 0.0))
    free = times(record.courses.free_s)[0]
    to_post = [row[1:] for row in work(record, STAND_BY)]
    assert to_post[-1] == (free, free + 90 + 900 + 600, -1)
    assert not [row for row in work(record, RETURN) if row[1] < DAY_S]


def test_a_recalled_crew_drives_home_from_where_it_is() -> None:
    """The single responder settles it at 5 + 10 min: 900 s, the crew 510 s beyond cross."""
    single = support("single_responder", "upper")
    record = meets(
        fleet(crew("hospital"), supports={"single": single}),
        incident(UPPER, 0.0, urgency=YELLOW, on_scene_s=1000.0),
    )
    assert record.courses.support.tolist() == [-1], "not sent to yellow"
    settled = 300 + 1000
    record = meets(
        fleet(crew("hospital"), supports={"single": single}),
        incident(UPPER, 0.0, on_scene_s=1000.0),
    )
    driven: Any = settled - 90
    assert [row[1:] for row in work(record, MISSION)] == [(0, settled, 0)]
    beyond = (driven - 72 - 750) / 1500 * 1800
    assert work(record, RETURN)[0][1:] == (
        settled, pytest.approx(settled + beyond + 900 + 90, abs=0.01), -1
    )  # fmt: skip
