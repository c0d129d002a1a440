"""Busy shares and overtime on hand-made work."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.indicators import workload
from akuttsim.indicators.measured_run import ROLES
from akuttsim.records import (
    CONSULTATION,
    KINDS,
    MISSION,
    NURSE,
    RETURN,
    STAND_BY,
    SUPPORT,
    TALK,
    TRANSPORT,
    WAY_IN,
    Unit,
)
from akuttsim.units import HOUR_S
from tests import small

WORLD = small.world()
UNITS = {unit.name: number for number, unit in enumerate(WORLD.plan.units)}
START, END = WORLD.plan.measured


def worked(*rows: tuple[str, int, float, float]) -> small.Observed:
    did = small.activities(*((UNITS[name], kind, s, e, 0) for name, kind, s, e in rows))
    return small.seen(WORLD, small.people([small.at(12)]), small.courses(1), did=did)


def test_busy_share_is_work_over_duty_within_the_measured_span() -> None:
    """Operator 1 sits there day and night; half an hour of the two lies before the span."""
    seen = worked(
        ("lvs/operator-1", TALK, START - 1800, START + 1800),
        ("lvs/operator-1", TALK, small.at(12), small.at(13)),
        ("lvs/operator-1", TALK, END - 1800, END + 7200),
    )
    found = small.values(workload.busy_share(seen), "unit")
    assert found["lvs/operator-1"] == (pytest.approx(2 / 167), 1)
    team = small.values(workload.busy_share(seen), "team")
    both = 167 + 7 * 6.5
    assert team["operator lvs"] == (pytest.approx(2 / both), 2)


def test_the_way_home_is_not_work() -> None:
    seen = worked(
        ("town-1", MISSION, small.at(10), small.at(12)),
        ("town-1", RETURN, small.at(12), small.at(14)),
    )
    assert small.values(workload.busy_share(seen), "unit")["town-1"][0] == pytest.approx(2 / 167)


def test_busy_by_hour_of_the_day() -> None:
    """Talking 12:30-13:15 on one day: half of hour 12 and a quarter of hour 13, of 7 days."""
    seen = worked(("lvs/operator-1", TALK, small.at(12.5), small.at(13.25)))
    found = small.values(workload.busy_share(seen), "role_hour")
    assert len(found) == 6 * 24
    on_duty = 7 * 2  # the two who always sit at 116117 and 113; by day one more at 113
    assert found["operator 12"][0] == pytest.approx(0.5 / (on_duty + 7))
    assert found["operator 13"][0] == pytest.approx(0.25 / (on_duty + 7))
    assert found["operator 11"][0] == 0
    assert math.isnan(found["nurse 12"][0]) or found["nurse 12"][0] == 0


def test_overtime_is_work_while_off_duty() -> None:
    """Town-2 is on duty 08-20: on a mission 19-21 and driving home until 21:30 is 1.5 h over."""
    seen = worked(
        ("town-2", MISSION, small.at(19), small.at(21)),
        ("town-2", RETURN, small.at(21), small.at(21.5)),
        ("town-2", MISSION, small.at(9), small.at(10)),
    )
    found = small.values(workload.overtime_h_a_week(seen), "role")
    assert found["crew"] == (pytest.approx(1.5 * 168 / 167), 3)
    assert list(found) == list(ROLES)
    assert found["operator"][0] == 0


ON_CALL = Unit("duty-doctor/back_up_doctor-1", "back_up_doctor", "duty-doctor", ((0.0, END),))


def with_back_up(*rows: tuple[int, int, float, float]) -> small.Observed:
    """Return the work of units by number, with a back-up doctor as number 0."""
    did = small.activities(*((unit, kind, start, end, -1) for unit, kind, start, end in rows))
    units = (ON_CALL, *WORLD.plan.units)
    return small.seen(WORLD, small.people([small.at(12)]), small.courses(1), did=did, units=units)


def test_hours_on_call_are_no_duty_and_no_overtime() -> None:
    seen = with_back_up((0, CONSULTATION, small.at(12), small.at(13)))
    for indicator in (workload.busy_share, workload.overtime_h_a_week):
        rows = list(indicator(seen))
        assert not [row for row in rows if "back_up" in row.group]
        assert all(row.value == 0 or math.isnan(row.value) for row in rows)


def test_hours_of_work_by_role_kind_and_team() -> None:
    """An hour of talk, of which half before the span; a mission and the way home; a back-up."""
    lvs, town = UNITS["lvs/operator-1"] + 1, UNITS["town-1"] + 1
    seen = with_back_up(
        (lvs, TALK, START - 1800, START + 1800),
        (lvs, NURSE, small.at(12), small.at(14)),
        (town, MISSION, small.at(10), small.at(14)),
        (town, RETURN, small.at(14), small.at(15)),
        (0, WAY_IN, small.at(1), small.at(1.5)),
        (0, CONSULTATION, small.at(2), small.at(3)),
    )
    rows = list(workload.work_h_a_week(seen))
    a_week = 168 / 167
    assert small.values(rows)["all"][0] == pytest.approx(8.0 * a_week)
    done = {name: value for name, (value, _) in small.values(rows, "role_kind").items() if value}
    assert done == pytest.approx(
        {
            "operator talk": 0.5 * a_week,
            "operator nurse": 2 * a_week,
            "crew mission": 4 * a_week,
            "crew return": a_week,
            "back_up_doctor way_in": 0.5 * a_week,
            "back_up_doctor consultation": a_week,
        }
    )
    teams = {name: value for name, (value, _) in small.values(rows, "team").items() if value}
    assert teams == pytest.approx(
        {
            "operator lvs": 2.5 * a_week,
            "crew town-1": 4 * a_week,
            "back_up_doctor duty-doctor": 1.5 * a_week,
        }
    )
    assert small.values(rows, "role_kind")["operator talk"][1] == 1
    assert len(small.values(rows, "role_kind")) == 9 * len(KINDS)


FLEET = (
    Unit("car", "crew", "hospital", ((0.0, END),)),
    Unit("bus", "transport_vehicle", "hospital", ((small.at(8), small.at(16)),)),
    Unit("next-door", "neighbour_crew", "upper", ((0.0, END),)),
    Unit("heli", "support", "helicopter", ((0.0, END),)),
)
CAR, BUS, NEXT_DOOR, HELI = range(4)


def fleet() -> small.Observed:
    """An hour of everything by every vehicle; the bus has a second hour after its shift."""
    did = [(CAR, MISSION, 10), (CAR, STAND_BY, 11), (BUS, TRANSPORT, 10), (BUS, TRANSPORT, 16)]
    did += [(NEXT_DOOR, MISSION, 10), (HELI, SUPPORT, 10)]
    rows = [(unit, kind, small.at(hour), small.at(hour + 1), 0) for unit, kind, hour in did]
    course = small.courses(1)
    people = small.people([small.at(12)])
    return small.seen(WORLD, people, course, did=small.activities(*rows), units=FLEET)


def test_vehicles_of_others_are_not_busy_and_have_no_overtime() -> None:
    rows = list(workload.busy_share(fleet()))
    assert small.values(rows, "unit") == {"car": (pytest.approx(1 / 167), 1), "bus": (2 / 8, 1)}
    roles = small.values(rows, "role")
    assert roles["crew"][0] == pytest.approx(1 / 167), "the way to a post is not work"
    assert roles["transport_vehicle"] == (2 / 8, 1)
    over = small.values(workload.overtime_h_a_week(fleet()), "role")
    assert over["transport_vehicle"] == (pytest.approx(168 / 167), 1)
    assert over["crew"][0] == 0 and "support" not in over


def test_vehicles_of_others_work_for_our_patients() -> None:
    a_week = pytest.approx(168 / 167)
    rows = list(workload.work_h_a_week(fleet()))
    assert small.values(rows)["all"][0] == pytest.approx(5 * 168 / 167)
    teams = {name: value for name, (value, _) in small.values(rows, "team").items()}
    assert teams == {
        "crew car": a_week,
        "transport_vehicle bus": pytest.approx(2 * 168 / 167),
        "neighbour_crew next-door": a_week,
        "support helicopter": a_week,
    }
    kinds = small.values(rows, "role_kind")
    assert kinds["crew stand_by"] == (a_week, 1)
    assert kinds["support support"] == (a_week, 1)


def test_time_on_duty_adds_up_over_the_day_in_a_run() -> None:
    """Over all hours, busy share times duty is the work; and each unit's share is its own work."""
    patients = WORLD.sample()
    seen = WORLD.observed(patients, WORLD.meets(patients))
    rows = list(workload.busy_share(seen))
    units = small.values(rows, "unit")
    work = seen.record.activities
    for name, number in UNITS.items():
        mine = (work.unit == number) & (work.kind != RETURN)
        span = np.clip(work.end_s[mine], START, END) - np.clip(work.start_s[mine], START, END)
        duty = sum(
            max(0.0, min(e, END) - max(s, START)) for s, e in WORLD.plan.units[number].on_duty
        )
        assert units[name][0] == pytest.approx(span.sum() / duty)
        assert 0 <= units[name][0] <= 1.2
    assert (work.kind == NURSE).any()


def test_stretches_fall_into_hours() -> None:
    edges = np.arange(5) * HOUR_S
    start, end = np.array([0.5, 1.25]) * HOUR_S, np.array([2.5, 1.5]) * HOUR_S
    assert workload._seconds_in_bins(edges, start, end) / HOUR_S == pytest.approx(
        [0.5, 1.25, 0.5, 0.0]
    )
