"""Long journeys: by hand, to the second; escorts away as Erlang B says; the same people with them.

Seconds by car and with blue light stand in `by_hand`. Transfers leave the region at the cross, 900
from the hospital (750 with blue light, as all drives here, within ten of a hundred), psychiatry at
the quay; births go to the hospital, or out at the cross.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from akuttsim.indicators.availability import hours_without_ambulance, hours_without_ambulance_away
from akuttsim.indicators.long_journeys import (
    away_h_a_week,
    births_before_ward,
    births_with_midwife,
    births_without_help,
    journey_wait_min,
    journeys_a_week,
)
from akuttsim.records import (
    GREEN,
    JOURNEY,
    LINE_BIRTH,
    LINE_PSYCHIATRY,
    LINE_TRANSFER,
    OUT_OF_REGION,
    RED,
    TRANSPORTED,
    YELLOW,
    Patients,
    Record,
)
from akuttsim.statistics.intervals import t_interval
from akuttsim.theory.erlang import erlang_b
from tests import small
from tests.chain import random_organisations
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    UPPER,
    crew,
    exactly,
    fleet,
    incident,
    meets,
    number,
    person,
    takes,
    times,
    work,
)
from tests.chain.test_against_queueing_theory import TALK_S, callers, covers
from tests.chain.test_going_out_against_theory import AT_ONCE, MANY, measured

TOWN = crew("hospital")
BEYOND_S = 3600.0


@cache
def district(**rates: float) -> Any:
    """Return the small region with the journeys: none of them drawn but for what `rates` says."""
    parts = random_organisations.SECTIONS
    sections = {
        "hospital_transfers": {"per_person_year": number(rates.get("transfers", 0.0))},
        "psychiatric_transports": {"per_person_year": number(0.0)},
        "births": {"per_1000_a_year": {
            "values": dict.fromkeys(random_organisations.AGES, rates.get("births", 0.0)),
            **small.MADE_UP}},
    }  # fmt: skip
    for name, changes in sections.items():
        sections[name] = {**parts[name], **changes}
    sections["hospital_transfers"]["way_out"] = {"leaves_at": "cross", "beyond_min": takes(60)}
    sections["births"]["way_out"] = {"leaves_at": "cross", "beyond_min": takes(60)}
    return small.region({"demand": {**sections, "contacts_per_person_year": {"value": 0.05}}})


def journeys(*crews: Any, **changes: Any) -> small.World:
    return fleet(*crews, where=district(), **changes)


def midwife(base: str = "hospital", goes_with: str = "births", **more: Any) -> dict[str, Any]:
    """Return an escort on call who is on the way after ten minutes."""
    always = {"always": {"days": "daily", "hours": "00:00-24:00"}}
    usual = {"title": "Rides along", "goes_with": goes_with, "base": base, "on_duty": always,
             "reaction_min": exactly(10), "max_drive_min": number(60)}  # fmt: skip
    return {**usual, **more}


def birth_care(over_min: float = 0.0, *wards: str) -> dict[str, Any]:
    return {"wards": list(wards), "escort_over_min": number(over_min),
            "far_by_ambulance": number(1.0)}  # fmt: skip


def asks(line: int, place: int, after_s: float = 0.0, **columns: Any) -> Patients:
    """Return who needs a journey, ten minutes to fetch and ten to hand over."""
    usual = {"line": line, "place": place, "urgency": YELLOW, "on_scene_s": 600.0,
             "hospital_handover_s": 600.0, "away_s": BEYOND_S}  # fmt: skip
    return person(after_s, **{**usual, **columns})


def transfer(after_s: float = 0.0, **columns: Any) -> Patients:
    return asks(LINE_TRANSFER, HOSPITAL, after_s, **columns)


def labour(place: int, after_s: float = 0.0, born_after_s: float = 1e6, **columns: Any) -> Patients:
    usual = {"birth_after_s": born_after_s, "u_by_ambulance": 0.0}
    return asks(LINE_BIRTH, place, after_s, **{**usual, **columns})


def values_of(world: small.World, record: Record, patients: Patients, name: Any) -> dict[str, Any]:
    rows = name(world.observed(patients, record))
    return {row.group: row.value for row in rows}


# -- by hand --------------------------------------------------------------------------------------


def test_a_transfer_takes_its_crew_out_of_the_region_and_back_to_where_the_road_leaves() -> None:
    """120 s to roll, 600 there, 990 to the cross, an hour on, 600 there, an hour back."""
    record = meets(journeys(TOWN), transfer())
    left, there = 120 + 600, 720 + 990 + 3600
    assert times(record.courses.left_scene_s) == [left]
    assert times(record.courses.at_hospital_s) == [there]
    assert times(record.courses.ended_s) == [there + 600]
    assert times(record.courses.free_s) == [there + 600 + 3600]
    assert work(record, JOURNEY) == [("hospital", 0, there + 4200, 0)]
    assert record.courses.outcome.tolist() == [TRANSPORTED]
    trips = record.trips
    assert trips.destination[trips.kind == OUT_OF_REGION].tolist() == [CROSS]


def test_red_is_driven_with_blue_light_and_takes_a_crew_from_somebody_less_urgent() -> None:
    rules = {"dispatch": {"red_takes_over_min": number(0)}}
    world = journeys(TOWN, **rules)
    record = meets(world, incident(UPPER, urgency=GREEN), transfer(300, urgency=RED))
    assert record.courses.taken_over.tolist() == [1, 0]
    assert times(record.courses.left_scene_s)[1] < 300 + 2 * 120 + 600
    assert times(record.courses.at_hospital_s - record.courses.left_scene_s)[1] < 990 + 3600


def test_back_in_the_region_it_is_sent_from_the_road_or_only_from_home() -> None:
    """Somebody red at the cross as the crew comes by: it is there at once, or from home."""
    comes_by = 720 + 990 + 3600 + 600 + 3600
    came = {}
    for rule in ("on_the_road", "at_station"):
        world = journeys(TOWN, dispatch={"back_from_afar": rule})
        record = meets(world, transfer(), incident(CROSS, comes_by - 60.0))
        came[rule] = times(record.courses.on_scene_s)[1] - comes_by
    assert came == {"on_the_road": 0, "at_station": 990 + 90 + 822}


def test_a_crew_waits_for_the_police_unless_an_escort_is_there_first() -> None:
    """The police come after two hours; health personnel after 600 + 90 s, once."""
    calm = {"escort_after_s": 7200.0}
    people = [asks(LINE_PSYCHIATRY, CENTRE, at_s, **calm) for at_s in (0, 60)]
    alone = meets(journeys(TOWN, TOWN), *people)
    assert times(alone.courses.left_scene_s) == [7200, 7260]
    riders = {"nurse": midwife(goes_with="psychiatry")}
    record = meets(journeys(TOWN, TOWN, escorts=riders), *people)
    assert times(record.courses.left_scene_s) == [120 + 90 + 600, 7260]


def test_a_midwife_drives_to_her_rides_along_and_is_home_again() -> None:
    """600 + 990 s until she is there; the crew waits. The ward is where she is based."""
    world = journeys(TOWN, births=birth_care(10, "hospital"), escorts={"m": midwife()})
    record = meets(world, labour(CROSS, on_scene_s=60.0))
    assert times(record.courses.left_scene_s) == [600 + 990]
    crews_and_hers = [(start, end) for _, start, end, _ in work(record, JOURNEY)]
    assert crews_and_hers == [(0, 1590 + 990 + 600)] * 2


def test_no_midwife_goes_who_is_too_far_away_or_where_the_ward_is_near() -> None:
    for care, rider in (
        (birth_care(10, "hospital"), midwife(max_drive_min=number(5))),
        (birth_care(30, "hospital"), midwife()),
        (birth_care(10, "hospital"), midwife(goes_with="psychiatry")),
    ):
        record = meets(journeys(TOWN, births=care, escorts={"m": rider}), labour(CROSS))
        assert times(record.courses.left_scene_s) == [120 + 990 + 600]


def test_who_goes_by_car_is_there_without_a_crew_and_farther_away_out_of_the_region() -> None:
    by_car = {"u_by_ambulance": 0.999}
    near = meets(journeys(TOWN, births=birth_care(60, "hospital")), labour(CROSS, **by_car))
    far = meets(journeys(TOWN, births=birth_care(300)), labour(CENTRE, **by_car))
    assert times(near.courses.at_hospital_s) == [990]
    assert times(far.courses.at_hospital_s) == [900 + 3600]
    assert near.courses.crew.tolist() == far.courses.crew.tolist() == [-1]


def test_where_the_child_is_born_and_who_is_there() -> None:
    """By car on the way; before the crew comes; with the crew there; at the ward."""
    people = [
        labour(CROSS, 0, 600.0, u_by_ambulance=0.999),
        labour(CROSS, 10, 300.0),
        labour(CROSS, 10_000, 1500.0),
        labour(CROSS, 20_000, 4000.0),
    ]
    world = journeys(TOWN, TOWN, births=birth_care(60, "hospital"))
    everybody = small.concatenated(*people)
    record = world.meets(everybody)
    before = values_of(world, record, everybody, births_before_ward)
    without = values_of(world, record, everybody, births_without_help)
    assert (before["all"], without["all"]) == (0.75, 0.5)
    helped = journeys(TOWN, TOWN, births=birth_care(0, "hospital"), escorts={"m": midwife()})
    record = helped.meets(everybody)
    with_her = values_of(helped, record, everybody, births_with_midwife)
    assert with_her["all"] == 0.75, "all by ambulance, and two at once"


def test_hours_away_are_told_by_reason_and_what_they_cost() -> None:
    """One crew in all: the hours without it near the town are those of its one journey."""
    world = journeys(TOWN)
    everybody = small.concatenated(transfer(), asks(LINE_PSYCHIATRY, CENTRE, 40_000.0))
    record = world.meets(everybody)
    hours = values_of(world, record, everybody, away_h_a_week)
    weeks = world.observed(everybody, record).weeks
    away_h = (record.courses.free_s - everybody.time_s) / 3600
    told = [hours["hospital transfer"] * weeks, hours["psychiatry"] * weeks]
    assert told == pytest.approx(away_h.tolist())
    caused = values_of(world, record, everybody, hours_without_ambulance_away)
    assert caused["town"] == pytest.approx(hours["all"])
    without = values_of(world, record, everybody, hours_without_ambulance)
    assert without["town"] == pytest.approx(hours["all"])
    assert values_of(world, record, everybody, journeys_a_week)["all"] == 2 / weeks
    assert values_of(world, record, everybody, journey_wait_min)["hospital transfer"] == 2.0


# -- against theory, and the same people -----------------------------------------------------------


def test_midwives_are_away_as_erlang_b_says() -> None:
    """Each goes with one woman at a time, for an exponential time; else the woman goes without."""
    per_h, ready = 5.0, {"reaction_min": exactly(0)}
    riders = {f"m-{n}": midwife(**ready) for n in range(2)}
    at = journeys(*MANY, mobilisation=AT_ONCE, births=birth_care(0), escorts=riders)
    without = []
    for seed in range(6):
        women = callers(per_h, 3100 + seed, place=HOSPITAL, line=LINE_BIRTH, u_by_ambulance=0.0)
        none = 0 * women.talk_s
        women = small.changed(women, on_scene_s=women.talk_s, talk_s=none, birth_after_s=none + 1e6)
        record = at.meets(women)
        with_her = np.isin(np.arange(len(women)), riding(record))
        (mine,) = measured(women, with_her)
        without.append(float(np.mean(~mine)))
    there_and_back_s = 2 * 990.0
    covers(without, erlang_b(per_h * (TALK_S + there_and_back_s) / 3600, 2), "share without")


def riding(record: Record) -> np.ndarray:
    """Return the patients with whom an escort rides."""
    escorts = [row for row, unit in enumerate(record.units) if unit.role == "escort"]
    return record.trips.patient[np.isin(record.trips.unit, escorts)]


def test_a_midwife_on_call_leaves_fewer_births_without_help_and_brings_no_ward_nearer() -> None:
    """Where the ward is an hour's drive or so for many, and births are quick."""
    few = [TOWN, crew("upper")]
    plain = fleet(*few, where=district(births=250.0), births=birth_care(0, "hospital"))
    riders = {f"m-{n}": midwife("upper", reaction_min=exactly(1)) for n in range(3)}
    followed = fleet(
        *few, where=district(births=250.0), births=birth_care(0, "hospital"), escorts=riders
    )
    fewer, with_her = [], []
    for replication in range(6):
        people = plain.sample(5, replication)
        one, other = (
            values_of(world, world.meets(people), people, births_without_help)["all"]
            for world in (plain, followed)
        )
        fewer.append(other - one)
        rides = values_of(followed, followed.meets(people), people, births_with_midwife)
        with_her.append(rides["all"])
    assert t_interval(np.array(fewer), 0.99).high < 0, fewer
    assert min(with_her) > 0.3


def test_transfers_leave_others_without_an_ambulance_and_say_so() -> None:
    """The others are the same people; the hours more are about those told as caused by it."""
    few = [TOWN, crew("upper")]
    calm, busy = (fleet(*few, where=district(transfers=rate)) for rate in (0.0, 0.1))
    for replication in range(1):
        was, now = calm.sample(6, replication), busy.sample(6, replication)
        others = now.line != LINE_TRANSFER
        assert np.array_equal(now.time_s[others], was.time_s)
        one, other = calm.meets(was), busy.meets(now)
        before = values_of(calm, one, was, hours_without_ambulance)["all"]
        after = values_of(busy, other, now, hours_without_ambulance)["all"]
        caused = values_of(busy, other, now, hours_without_ambulance_away)["all"]
        assert values_of(calm, one, was, hours_without_ambulance_away)["all"] == 0
        assert after > before and 0 < caused <= after
        assert abs(after - before - caused) < 0.5 * caused
