"""Every drive is in the record: none overlaps, and each begins where the one before it ended."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from akuttsim.indicators.driving import trip_path
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.records import (
    BY_UNKNOWN_WAY,
    CALL_OUT,
    MISSION,
    NURSE_OUT,
    RETURN,
    STAND_BY,
    STRAIGHT,
    SUPPORT,
    TO_CARE,
    TO_HOME,
    TO_PATIENT,
    TO_POST,
    TO_RENDEZVOUS,
    TO_STATION,
    TRANSPORT,
    VISIT,
    WAY_IN,
    WAY_IN_TRIP,
    WITH_PATIENT,
)
from tests import small
from tests.small import MADE_UP

NUMBER = {"value": 2, **MADE_UP}
STAND_BY_RULES = [{"free": 1, "at": ["cross"]}, {"free": 2, "at": ["cross", "quay"]}]
ORGANISATIONS: dict[str, small.Changes] = {
    "plain": {},
    "red takes over": {"dispatch": {"red_takes_over_min": NUMBER}},
    "posts": {"dispatch": {"red_takes_over_min": NUMBER, "stand_by": STAND_BY_RULES}},
    "half-way": {
        "dispatch": {
            "red_takes_over_min": NUMBER,
            "half_way": {
                "longer_than_min": {"value": 10, **MADE_UP},
                "handover_min": {"value": 6, **MADE_UP},
            },
        }
    },
    "supports": {
        "supports": {
            "helicopter": small.support("helicopter", "hospital"),
            "single": small.support("single_responder", "upper"),
        }
    },
}


ORGANISATIONS["about places"] = small.laid_over(
    ORGANISATIONS["posts"], {**ORGANISATIONS["half-way"], **ORGANISATIONS["supports"]}
)
LOCAL_DRIVE = {
    "local_drive": {
        "built_up_km": {"lognormal": {"median": 1, "sigma": 0.7}, **MADE_UP},
        "elsewhere_km": {"lognormal": {"median": 2, "sigma": 0.8}, **MADE_UP},
        "kmh": {"value": 40, **MADE_UP},
    }
}
"""Laid over the region of the last organisation, which has every rule at once."""


@cache
def week(rule: str) -> MeasuredRun:
    """Return a week of the small district under a rule."""
    where = small.region(LOCAL_DRIVE if rule == "about places" else {})
    world = small.world(small.organisation(ORGANISATIONS[rule]), where)
    patients = world.sample()
    return world.observed(patients, world.meets(patients))


Spot = tuple[int, int, float, float]
"""Between two places, and how far from the first (0-1); at a place twice the same, and then how
many kilometres by road from it."""


def spot(start: int, end: int, done: float, km: float = 0.0) -> Spot:
    if done < 1e-6 or start == end:
        return (start, start, 0.0, km)
    if done > 1 - 1e-6:
        return (end, end, 0.0, km)
    return (start, end, done, km) if start < end else (end, start, 1 - done, km)


def from_the_door(run: MeasuredRun, row: int) -> tuple[float, float]:
    """Return how far from its place a trip began, and how much of that was left at its end."""
    trips = run.record.trips
    km, first_s = float(trips.origin_km[row]), float(trips.joins_s[row] - trips.departed_s[row])
    part = float(trips.arrived_s[row] - trips.departed_s[row]) / first_s if km else 1.0
    return (km, 0.0) if part >= 1 else (km / part, km / part - km)


def ended_at(run: MeasuredRun, row: int) -> Spot:
    """Return where a trip ended, by its road and its time alone."""
    trips = run.record.trips
    if from_the_door(run, row)[1]:
        return (int(trips.origin[row]), int(trips.origin[row]), 0.0, from_the_door(run, row)[1])
    if trips.completed[row] or trips.destination_km[row]:
        place = int(trips.destination[row])
        return (place, place, 0.0, float(trips.destination_km[row]))
    places, passed = trip_path(run, row)
    at = float(trips.arrived_s[row])
    leg = int(np.clip(np.searchsorted(passed, at, side="right") - 1, 0, len(places) - 2))
    done = (at - passed[leg]) / (passed[leg + 1] - passed[leg])
    return spot(places[leg], places[leg + 1], done)


def began_at(run: MeasuredRun, row: int) -> Spot:
    trips = run.record.trips
    ends = int(trips.origin[row]), int(trips.joins[row])
    return spot(*ends, float(trips.stretch_done[row]), from_the_door(run, row)[0])


def of_units(run: MeasuredRun) -> dict[int, list[int]]:
    """Return the rows of each unit's trips in order of time."""
    unit = run.record.trips.unit
    return {each: np.flatnonzero(unit == each).tolist() for each in np.unique(unit[unit >= 0])}


@pytest.mark.parametrize("rule", ORGANISATIONS)
def test_no_two_trips_of_a_unit_overlap(rule: str) -> None:
    seen = week(rule)
    trips = seen.record.trips
    assert (trips.arrived_s >= trips.departed_s).all()
    assert (np.diff(trips.departed_s) >= 0).all()
    for rows in of_units(seen).values():
        assert (trips.departed_s[rows[1:]] >= trips.arrived_s[rows[:-1]] - 1e-5).all()


@pytest.mark.parametrize("rule", ORGANISATIONS)
def test_each_trip_begins_where_the_one_before_ended(rule: str) -> None:
    seen = week(rule)
    trips, turned = seen.record.trips, 0
    flies = trips.mode == STRAIGHT
    for rows in of_units(seen).values():
        for before, after in pairwise(rows):
            if trips.mode[before] == BY_UNKNOWN_WAY or trips.kind[after] == WAY_IN_TRIP:
                continue
            ended, begins = ended_at(seen, before), began_at(seen, after)
            assert ended[:2] == begins[:2]
            assert ended[2] == pytest.approx(begins[2], abs=1e-4)
            assert flies[after] or ended[3] == pytest.approx(begins[3], abs=1e-3)
            turned += not trips.completed[before]
    assert turned > 0


KIND_OF_ACTIVITY = {
    MISSION: (TO_PATIENT, WITH_PATIENT, TO_RENDEZVOUS),
    TRANSPORT: (TO_PATIENT, WITH_PATIENT),
    RETURN: (TO_STATION,),
    STAND_BY: (TO_POST,),
    VISIT: (TO_PATIENT, TO_STATION),
    CALL_OUT: (TO_PATIENT, TO_STATION),
    NURSE_OUT: (TO_PATIENT, TO_STATION),
    SUPPORT: (TO_PATIENT, WITH_PATIENT, TO_STATION),
    WAY_IN: (WAY_IN_TRIP,),
}


@pytest.mark.parametrize("rule", ORGANISATIONS)
def test_trips_lie_inside_what_the_unit_did(rule: str) -> None:
    """Who is at work when the run ends has no activity yet, but has driven."""
    seen = week(rule)
    trips, did = seen.record.trips, seen.record.activities
    last = {unit: did.end_s[did.unit == unit].max(initial=0.0) for unit in set(trips.unit.tolist())}
    for row in np.flatnonzero(trips.unit >= 0).tolist():
        unit, departed_s, arrived_s = trips.unit[row], trips.departed_s[row], trips.arrived_s[row]
        if departed_s >= last[unit]:
            continue
        inside = (did.unit == unit) & (did.start_s <= departed_s) & (arrived_s <= did.end_s + 1e-5)
        kinds = [int(each) for each in did.kind[inside]]
        assert any(trips.kind[row] in KIND_OF_ACTIVITY.get(kind, ()) for kind in kinds)


def together(*columns: Any) -> set[tuple[float, ...]]:
    """Return rows of columns, times to the millisecond."""
    return set(zip(*(np.round(column, 3).tolist() for column in columns), strict=True))


@pytest.mark.parametrize("rule", ORGANISATIONS)
def test_each_drive_home_or_to_a_post_is_one_trip(rule: str) -> None:
    seen = week(rule)
    trips, did = seen.record.trips, seen.record.activities
    for activity, kind in ((RETURN, TO_STATION), (STAND_BY, TO_POST)):
        mine, rows = (trips.kind == kind) & (trips.patient < 0), did.kind == activity
        drove = together(trips.unit[mine], trips.departed_s[mine], trips.arrived_s[mine])
        assert drove == together(did.unit[rows], did.start_s[rows], did.end_s[rows])
        assert mine.sum() == rows.sum()


@pytest.mark.parametrize("rule", ORGANISATIONS)
def test_a_whole_drive_takes_as_long_as_its_road(rule: str) -> None:
    """What crews drove; doctors and nurses go back as they came, whatever the hour."""
    seen = week(rule)
    trips = seen.record.trips
    crews = [n for n, unit in enumerate(seen.record.units) if unit.role == "crew"]
    mine = np.isin(trips.unit, crews) & trips.completed & (trips.mode != BY_UNKNOWN_WAY)
    assert mine.sum() > 100
    for row in np.flatnonzero(mine).tolist():
        route = seen.travel.route(
            int(trips.condition[row]), int(trips.joins[row]), int(trips.destination[row]),
            "blue" if trips.mode[row] else "car",
        )  # fmt: skip
        took_s = trips.there_s[row] - trips.joins_s[row]
        assert took_s == pytest.approx(route.duration_s, abs=1e-3)


@pytest.mark.parametrize("rule", ORGANISATIONS)
def test_each_arrival_of_the_course_is_the_end_of_a_trip(rule: str) -> None:
    seen = week(rule)
    course, trips = seen.record.courses, seen.record.trips
    drove = trips.completed & (trips.kind == TO_PATIENT)
    for times in (course.on_scene_s, course.doctor_on_scene_s, course.support_s):
        came = np.flatnonzero(~np.isnan(times) & (times < seen.record.end_s))
        ends = together(trips.patient[drove], trips.arrived_s[drove])
        assert together(came, times[came]) <= ends
    own = trips.completed & (trips.kind == TO_CARE)
    walked = np.flatnonzero(~np.isnan(course.travel_s) & ~np.isnan(course.at_clinic_s))
    assert len(walked) > 100
    arrived = together(trips.patient[own], trips.arrived_s[own])
    assert together(walked, course.at_clinic_s[walked]) <= arrived
    home = set(trips.patient[trips.kind == TO_HOME].tolist())
    assert home and home <= set(trips.patient[trips.kind == TO_CARE].tolist())


def test_every_kind_of_trip_is_made_somewhere() -> None:
    kinds = {rule: set(week(rule).record.trips.kind.tolist()) for rule in ORGANISATIONS}
    assert {TO_PATIENT, WITH_PATIENT, TO_STATION, TO_CARE, TO_HOME} <= kinds["plain"]
    assert TO_POST in kinds["posts"] and TO_RENDEZVOUS in kinds["half-way"]
    assert not week("red takes over").record.trips.completed.all()
    assert STRAIGHT in week("supports").record.trips.mode
    assert {TO_POST, TO_RENDEZVOUS} <= kinds["about places"]
