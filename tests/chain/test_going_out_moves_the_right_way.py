"""Each rule and helper of the fleet against the same patients without it.

Where nobody else is touched, each patient is compared; else the paired difference of a mean over
replications must lie on the right side with 99.9 % confidence.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    ACUTE_BED,
    AMBULANCE,
    CLINIC,
    LINE_TRANSPORT,
    MISSION,
    RED,
    TRANSPORT,
    YELLOW,
    Patients,
    Record,
)
from tests import small
from tests.chain.by_hand import CENTRE, MOBILISES, crew, number, shares, sourced, support, takes
from tests.chain.test_going_out_conserved import TRANSPORTS
from tests.chain.test_moves_the_right_way import surely_falls

REPLICATIONS, MORE = 8, 40
TOWN, VALLEY = crew("hospital"), crew("upper")
THREE = (TOWN, TOWN, VALLEY)


@cache
def where() -> Any:
    """Return the small region with some planned transports."""
    transports = {**TRANSPORTS, "per_person_year": number(0.05)}
    return small.region({"demand": {"planned_transports": transports}})


@cache
def people(replication: int) -> Patients:
    """Return patients who never hang up, so that all differences are of the fleet."""
    drawn = small.world(small.organisation(), where()).sample(41, replication)
    names = ("patience_1_s", "patience_2_s", "patience_3_s", "patience_113_s")
    return small.changed(drawn, **dict.fromkeys(names, np.full(len(drawn), 1e9)))


def fleet(*crews: Any, **changes: Any) -> small.World:
    """Return today's organisation with these crews; dispatchers enough."""
    named = small.crews(**{f"crew_{n}": each for n, each in enumerate(crews or THREE)})
    amk = {"amk": {"dispatchers": {"always": small.staff(4)}}}
    rooms = {"control_rooms": amk, "mobilisation": MOBILISES}
    return small.world(small.organisation({**named, **rooms, **changes}), where())


@cache
def today_s_fleet() -> small.World:
    """Return three crews and no rule of the fleet, with which most changes are compared."""
    return fleet()


@cache
def today(replication: int) -> Record:
    """Return what today's fleet does for the patients of a replication."""
    return today_s_fleet().meets(people(replication))


Measure = Callable[[Patients, Record], float]


def falls(
    what: Measure, without: small.World, with_it: small.World, replications: int = REPLICATIONS
) -> None:
    """Hold the paired difference over replications below 0 with 99.9 % confidence."""

    def difference(replication: int) -> float:
        patients = people(replication)
        before = today(replication) if without is today_s_fleet() else without.meets(patients)
        return what(patients, with_it.meets(patients)) - what(patients, before)

    surely_falls(difference, replications)


def response_s(urgency: int) -> Measure:
    """Return the mean time from the call until the ambulance is there, of one judged urgency."""

    def mean(patients: Patients, record: Record) -> float:
        courses = record.courses
        mine = (courses.judged == urgency) & (patients.line != LINE_TRANSPORT)
        return float(np.nanmean((courses.on_scene_s - courses.notified_s)[mine]))

    return mean


def in_town_s(patients: Patients, record: Record) -> float:
    """Return red's mean response in town, none counted as more than 20 minutes.

    Else a few decide the mean who get a crew from beyond a ferry that has stopped for the night.
    """
    courses = record.courses
    mine = (courses.judged == RED) & (patients.place == CENTRE) & ~np.isnan(courses.on_scene_s)
    return float(np.minimum(courses.on_scene_s - courses.notified_s, 1200)[mine].mean())


def first_help(_: Patients, record: Record) -> float:
    mine = record.courses.judged == RED
    return float(np.nanmean((record.courses.first_help_s - record.courses.notified_s)[mine]))


def hours_at_work(_: Patients, record: Record) -> float:
    """Return the hours that ambulances are on missions and transports."""
    did, units = record.activities, record.units
    ours = np.array([unit.role == "crew" for unit in units])[did.unit]
    mine = ours & ((did.kind == MISSION) | (did.kind == TRANSPORT))
    return float((did.end_s - did.start_s)[mine].sum() / 3600)


def backwards(what: Measure) -> Measure:
    return lambda patients, record: -what(patients, record)


# -- in the mean -------------------------------------------------------------------------------

TAKES_OVER = {"dispatch": {"red_takes_over_min": number(0)}}
COVER = {"dispatch": {"cover": {
    "within_min": number(15), "least_share": number(0.7),
    "yellow_waits_at_most_min": number(120), "green_waits_at_most_min": number(240)}}}  # fmt: skip
POSTS = {"dispatch": {"stand_by": [{"free": 2, "at": ["centre", "upper"]},
                                   {"free": 1, "at": ["centre"]}]}}  # fmt: skip
HALF_WAY = {"dispatch": {"half_way": {"longer_than_min": number(20), "handover_min": number(3)}}}
LENT = crew("cross", kind="neighbour", available=number(0.8), quicker_by_min=number(0))
VEHICLE = crew("hospital", kind="transport")
NIGHTS = {"night": "20:00-08:00", "worked_more_than_h": number(0.5), "rests_h": number(10)}
HELICOPTER = {"supports": {"heli": support("helicopter", "upper", conveys=number(1))}}
DOOR = {"handovers": {"hospital": {"places": sourced(value=1)}}}


def test_red_that_takes_over_comes_sooner() -> None:
    falls(in_town_s, today_s_fleet(), fleet(**TAKES_OVER), MORE)


def test_cover_is_for_red_at_the_cost_of_yellow() -> None:
    falls(in_town_s, today_s_fleet(), fleet(**COVER), MORE)
    falls(backwards(response_s(YELLOW)), today_s_fleet(), fleet(**COVER))


def test_posts_where_people_live_bring_the_crew_nearer() -> None:
    """All crews are stationed in the valley; with posts one or two wait in town."""
    valley = [VALLEY] * 3
    falls(response_s(RED), fleet(*valley), fleet(*valley, **POSTS))


def test_a_neighbour_shortens_the_wait_for_red() -> None:
    falls(response_s(RED), today_s_fleet(), fleet(*THREE, LENT))


def test_a_transport_vehicle_spares_the_ambulances_hours() -> None:
    with_it = fleet(*THREE, VEHICLE)
    falls(hours_at_work, today_s_fleet(), with_it)
    falls(in_town_s, today_s_fleet(), with_it, MORE)


def test_rest_after_nights_means_fewer_crews_and_longer_waits() -> None:
    rests = crew("hospital", rest=NIGHTS)
    falls(backwards(response_s(RED)), today_s_fleet(), fleet(rests, rests, VALLEY))


def test_a_helicopter_is_there_sooner_and_spares_the_crews_long_drives() -> None:
    falls(first_help, today_s_fleet(), fleet(**HELICOPTER))
    falls(hours_at_work, today_s_fleet(), fleet(**HELICOPTER))


@pytest.mark.parametrize("replication", range(3))
def test_meeting_half_way_frees_the_first_crew_sooner(replication: int) -> None:
    """From leaving the scene until free, of each who was met, beside the same patient's without."""
    without, with_it = (each.meets(people(replication)) for each in (fleet(), fleet(**HALF_WAY)))
    met = with_it.courses.met_halfway
    away = [(each.courses.free_s - each.courses.left_scene_s)[met] for each in (without, with_it)]
    assert met.any() and (away[1] < away[0]).all()


@pytest.mark.parametrize("replication", range(3))
def test_few_places_at_the_door_keep_every_crew_as_long_or_longer(replication: int) -> None:
    patients = people(replication)
    without, with_it = (each.meets(patients).courses for each in (fleet(), fleet(**DOOR)))
    arrived = ~np.isnan(without.at_hospital_s)
    assert np.array_equal(arrived, ~np.isnan(with_it.at_hospital_s))
    at_door = [(each.free_s - each.at_hospital_s)[arrived] for each in (without, with_it)]
    assert (at_door[1] >= at_door[0]).all() and (at_door[1] > at_door[0]).any()
    assert np.array_equal(at_door[0], patients.hospital_handover_s[arrived])


def beds(count: int) -> small.World:
    acute = {"title": "Beds", "place": "hospital", "municipalities": ["town", "upper", "island"],
             "beds": sourced(value=count), "takes": shares(0.2, 0.6, 0.8),
             "stay_h": takes(30)}  # fmt: skip
    return fleet(acute_beds={"beds": acute})


def in_hospital(_: Patients, record: Record) -> float:
    return -float((record.courses.outcome == ACUTE_BED).sum())


def test_more_municipal_beds_spare_more_from_hospital() -> None:
    falls(in_hospital, beds(1), beds(3))


# -- for each patient --------------------------------------------------------------------------


def responders(available: float, **limits: float) -> dict[str, Any]:
    group = {"title": "Fire", "place": "upper", "available": number(available),
             "reaction_min": takes(5), "max_drive_min": number(40),
             **{name: number(value) for name, value in limits.items()}}  # fmt: skip
    return {"first_responders": {"fire": group}}


@pytest.mark.parametrize("replication", range(2))
def test_first_responders_only_help_sooner(replication: int) -> None:
    """Nobody else's course or work is touched, and the more who answer the sooner help comes."""
    worlds = (fleet(), fleet(**responders(0.3)), fleet(**responders(0.9)))
    records = [world.meets(people(replication)) for world in worlds]
    none, some, most = (np.nan_to_num(record.courses.first_help_s) for record in records)
    assert (most <= some).all() and (some <= none).all()
    assert (most < some).any() and (some < none).any()
    same_but(records[0], records[2], "first_help_s", "responder_s")


@pytest.mark.parametrize(
    "limits",
    [({"asked_for": 0.3}, {"asked_for": 0.8}, {}), ({"ahead_min": 40.0}, {"ahead_min": 25.0}, {})],
)
def test_the_more_first_responders_are_asked_the_sooner_help_comes(limits: Any) -> None:
    """Who had them before has them still, at the same time; some have them who had not."""
    few, more, all_ = (
        fleet(**responders(0.9, **limit)).meets(people(0)).courses.responder_s for limit in limits
    )
    for one, other in ((few, more), (more, all_)):
        had = ~np.isnan(one)
        assert np.array_equal(one[had], other[had]) and had.any()
        assert (~np.isnan(other)).sum() > had.sum()


def same_but(one: Record, other: Record, *names: str) -> None:
    """Hold two records equal to the last bit, but for some columns of the courses."""
    for name, column in vars(one.courses).items():
        other_column = getattr(other.courses, name)
        equal = np.array_equal(column, other_column, equal_nan=column.dtype.kind == "f")
        assert equal or name in names, name
    assert small.same(one.calls, other.calls)
    for name in ("kind", "start_s", "end_s", "patient"):
        one_column, other_column = (getattr(each.activities, name) for each in (one, other))
        assert np.array_equal(one_column, other_column), name


@pytest.mark.parametrize("replication", range(2))
def test_who_lies_in_a_municipal_bed_was_admitted_from_the_clinic(replication: int) -> None:
    without, with_it = (each.meets(people(replication)) for each in (fleet(), beds(2)))
    lies = with_it.courses.outcome == ACUTE_BED
    assert lies.any() and (without.courses.outcome[lies] == CLINIC).all()
    unchanged = ~lies
    assert np.array_equal(with_it.courses.outcome[unchanged], without.courses.outcome[unchanged])
    assert (with_it.courses.outcome == AMBULANCE).any()


# -- off costs nothing ---------------------------------------------------------------------------

NONE = shares(0, 0, 0)
OFF: dict[str, dict[str, Any]] = {
    "empty": {"dispatch": {}, "supports": {}, "first_responders": {}, "acute_beds": {},
              "handovers": {}},
    "half-way farther than any way": {"dispatch": {"half_way": {
        "longer_than_min": number(1e5), "handover_min": number(3)}}},
    "posts for more crews than there are": {"dispatch": {
        "stand_by": [{"free": 50, "at": ["cross"]}]}},
    "places enough at the door": {"handovers": {"hospital": {"places": sourced(value=50)}}},
    "responders who never answer": responders(0.0),
    "responders who are never asked": responders(0.9, asked_for=0.0),
    "beds that take nobody": {"acute_beds": {"beds": {
        "title": "Beds", "place": "hospital", "municipalities": ["town"], "takes": NONE,
        "beds": sourced(value=3), "stay_h": takes(30)}}},
}  # fmt: skip
OFF_BUT_FOR_EVENTS: dict[str, dict[str, Any]] = {
    "cover of nobody": {"dispatch": {"cover": {
        **COVER["dispatch"]["cover"], "least_share": number(0)}}},
    "a helicopter for nobody": {"supports": {"heli": support("helicopter", "upper", sent=NONE)}},
}  # fmt: skip


@pytest.mark.parametrize("name", [*OFF, *OFF_BUT_FOR_EVENTS])
def test_what_is_done_for_nobody_changes_nothing(name: str) -> None:
    """To the last bit: courses, calls and work; and as many events where nothing is watched."""
    changes = OFF.get(name) or OFF_BUT_FOR_EVENTS[name]
    without, with_it = (each.meets(people(0)) for each in (fleet(), fleet(**changes)))
    same_but(without, with_it)
    if name in OFF:
        assert without.events == with_it.events


@pytest.mark.parametrize(
    "idle",
    [
        crew("upper", kind="neighbour", available=number(0), quicker_by_min=number(0)),
        crew("upper", kind="neighbour", available=number(1), quicker_by_min=number(1e6)),
    ],
)
def test_a_neighbour_who_never_comes_changes_nothing(idle: dict[str, Any]) -> None:
    """Where somebody of our own is always free; else a neighbour is sooner by any measure."""
    many = [TOWN] * 12
    without, with_it = (fleet(*each).meets(people(0)) for each in (many, [*many, idle]))
    same_but(without, with_it)


def test_a_crew_that_rests_after_more_work_than_a_night_has_never_rests() -> None:
    never = crew("hospital", rest={**NIGHTS, "worked_more_than_h": number(13)})
    without, with_it = (each.meets(people(0)) for each in (fleet(), fleet(never, *THREE[1:])))
    same_but(without, with_it)
