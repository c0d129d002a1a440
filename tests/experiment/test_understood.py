"""What `check` says was understood, held against the chain and the drawn patients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.experiments.expected_load import BANDS, drive_times, expected_calls, room_loads
from akuttsim.records import LINE_113
from tests import small

REGION, ORGANISATION = small.region(), small.organisation()


def test_demand_is_what_is_drawn() -> None:
    """Calls a day over 20 weeks of spring: within 6 % of the year's mean times the quarter."""
    regional = small.organisation({"control_rooms": {"lvs": {"outside": ["neighbour"]}}})
    patients = small.world(regional, weeks=20).sample()
    days = float(patients.time_s.max()) / 86_400
    own = patients.place >= 0
    found = expected_calls(REGION)
    season = 1.06  # second quarter
    drawn = {
        "contacts": own & patients.is_contact & (patients.line != LINE_113),
        "other_calls": own & ~patients.is_contact,
        "calls_113": own & (patients.line == LINE_113),
        "outside_113": ~own & (patients.line == LINE_113),
        "outside_116117": ~own & (patients.line != LINE_113),
    }
    for name, mask in drawn.items():
        assert mask.sum() / days == pytest.approx(getattr(found, name) * season, rel=0.06), name
    assert found.people == 15_610


def test_on_duty_is_the_roster_by_hour() -> None:
    lvs, amk = room_loads(REGION, ORGANISATION)
    assert lvs.on_duty.tolist() == [1.0] * 15 + [1.5] + [2.0] * 6 + [1.0] * 2
    assert amk.on_duty.tolist() == [1.0] * 8 + [2.0] * 12 + [1.0] * 4


def test_work_at_116117_is_what_the_chain_does() -> None:
    """Operators' hours of talk a day in 8 weeks against the expectation, transfers aside."""
    world = small.world(weeks=8)
    patients = world.sample()
    record = world.meets(patients)
    operators = [n for n, unit in enumerate(record.units) if unit.team == "lvs"]
    mine = np.isin(record.activities.unit, operators)
    hours = (record.activities.end_s - record.activities.start_s)[mine].sum() / 3600
    days = float(patients.time_s.max()) / 86_400
    expected = room_loads(REGION, ORGANISATION)[0].at_work.sum() * 1.06
    assert hours / days == pytest.approx(expected, rel=0.2)


def test_a_regional_room_has_the_work_of_both_districts() -> None:
    """By people, all rates alike but for age: 8000 neighbours beside those of the region."""
    regional = small.organisation({"control_rooms": {"lvs": {"outside": ["neighbour"]}}})
    alone, both = (room_loads(REGION, each)[0].at_work for each in (ORGANISATION, regional))
    by_age = expected_calls(REGION)
    ours = by_age.contacts + by_age.other_calls
    assert both == pytest.approx(alone * (1 + by_age.outside_116117 / ours))
    assert room_loads(REGION, regional)[1].at_work == pytest.approx(
        room_loads(REGION, ORGANISATION)[1].at_work
    )


def test_a_room_has_the_work_of_the_districts_it_names_alone() -> None:
    nobody = small.organisation({"control_rooms": {"amk": {"outside": []}}})
    with_them, without = (room_loads(REGION, each)[1].at_work for each in (ORGANISATION, nobody))
    found = expected_calls(REGION)
    share = found.calls_113 / (found.calls_113 + found.outside_113)
    assert without == pytest.approx(with_them * share)


OPERATORS = {"always": small.staff(2)}
NEIGHBOUR = {
    "title": "N", "number": "116117", "menu_s": {"value": 0, **small.MADE_UP},
    "operators": OPERATORS,
    "by_hour": {"night": {"days": "daily", "hours": "22:00-06:30", "municipalities": ["island"]}},
}  # fmt: skip
AT_NIGHT = {
    "neighbour": NEIGHBOUR,
    "lvs": {
        "municipalities": ["town", "upper"],
        "by_hour": {"day": {"days": "daily", "hours": "06:30-22:00", "municipalities": ["island"]}},
    },
}
"""At night a neighbour answers 116117 for the island."""


def test_who_answers_at_night_has_the_work_at_night() -> None:
    [whole, _] = room_loads(REGION, ORGANISATION)
    shared_out = small.organisation({"control_rooms": AT_NIGHT})
    by_room = {load.room: load.at_work for load in room_loads(REGION, shared_out)}
    share = sum(REGION.municipalities["island"].people) / REGION.people()
    expected = whole.at_work * share
    expected[7:22] = 0
    expected[6] /= 2
    assert by_room["neighbour"] == pytest.approx(expected)
    assert by_room["neighbour"] + by_room["lvs"] == pytest.approx(whole.at_work)


def test_shared_operators_are_one_load_with_all_their_work() -> None:
    apart = room_loads(REGION, ORGANISATION)
    shared = {"lvs": {"operators": None, "operators_of": "amk"}}
    [both] = room_loads(REGION, small.organisation({"control_rooms": shared}))
    assert (both.room, both.number) == ("lvs + amk", "116117 + 113")
    assert both.on_duty.tolist() == apart[1].on_duty.tolist()
    assert both.at_work == pytest.approx(apart[0].at_work + apart[1].at_work)


def test_safety_alarms_are_users_times_alarms() -> None:
    """Each takes a talk, and a handover where it does not end at the response centre."""
    namdal, today = load_region("namdal").value, load_organisation("namdal-today").value
    alarms = namdal.demand.safety_alarms
    assert alarms is not None
    users = sum(count * share for place in namdal.places.values()
                for count, share in zip(place.people, alarms.users_by_age.as_tuple(), strict=True)
                )  # fmt: skip
    a_day = users * alarms.alarms_per_user_month.value * 12 / 365.25
    assert expected_calls(namdal).alarms == pytest.approx(a_day)
    [centre] = [load for load in room_loads(namdal, today) if load.number == "alarm"]
    handed_over = (1 - alarms.needs.closed) * alarms.handover_s.expected()
    hours = a_day * (alarms.talk_s.expected() + handed_over) / 3600
    assert centre.at_work.sum() == pytest.approx(hours, rel=0.01)


def test_drives_are_to_who_is_open() -> None:
    found = {drive.municipality: drive for drive in drive_times(REGION, ORGANISATION)}
    assert list(BANDS) == ["weekday 11", "weekday 19", "weekday 02", "Sunday 14"]
    assert found["Upper"].to_care == pytest.approx((45, 46.5, 46.5, 46.5))
    assert found["Town"].to_care == pytest.approx((0, 1.5, 1.5, 1.5))
    assert found["Upper"].from_ambulance == 0
    satellite = small.organisation(base="satellite")
    upper = {drive.municipality: drive for drive in drive_times(REGION, satellite)}["Upper"]
    assert upper.to_care[1] == 0


def test_tasks_beside_calls_and_picking_up_are_expected_work() -> None:
    made = small.MADE_UP
    papers = {"days": "daily", "hours": "00:00-24:00", "per_hour": {"value": 2.0, **made},
              "minutes": {"constant": 6.0, **made}}  # fmt: skip
    beside = {"keeps_free": {"value": 0, **made}, "tasks": {"papers": papers}}
    where = small.region()

    def at_work(**more: Any) -> Any:
        organisation = small.organisation({"control_rooms": {"lvs": more}})
        (found,) = [load for load in room_loads(where, organisation) if load.room == "lvs"]
        return found.at_work

    assert at_work(other_tasks=beside) - at_work() == pytest.approx(0.2)
    calls_s = at_work(pick_up_s={"constant": 30.0, **made}) - at_work()
    assert (calls_s > 0).all() and (calls_s < at_work()).all()
