"""Staffed hours, doctors needed and cost, summed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.indicators import cost, driving
from akuttsim.records import Unit
from akuttsim.units import WEEKS_A_YEAR
from tests import small
from tests.analysis import prices

WORLD = small.world(small.organisation({"costs": prices.COSTS}))
A_WEEK = 168 / 167  # the clocks go forward in the measured week


def empty(world: small.World = WORLD, units: tuple[Unit, ...] | None = None) -> small.Observed:
    return small.seen(world, small.people([]), small.courses(0), units=units)


def test_every_staffed_hour_once() -> None:
    """The night of the clock change is an hour shorter for whoever is on duty then."""
    rows = list(cost.staffed_hours_a_week(empty()))
    hours = {
        "operator": 167 + 7 * 6.5 + 167 + 7 * 12,
        "dispatcher": 167,
        "nurse": 167 - 5 * 7.5,
        "doctor": 2 * 5 * 7.5 + 167 - 5 * 7.5,
        "crew": 167 + 7 * 12 + 7 * 8,
        "transport_vehicle": 0,
        "crew_at_home": 167 - 7 * 8,
        "doctor_at_home": 0,
        "back_up_doctor": 0,
    }
    found = {name: value for name, (value, _) in small.values(rows, "role").items()}
    assert found == pytest.approx({name: value * A_WEEK for name, value in hours.items()})
    on_duty = sum(hours.values()) - hours["crew_at_home"]
    assert small.values(rows)["all"][0] == pytest.approx(on_duty * A_WEEK)
    teams = small.values(rows, "team")
    assert sum(value for value, _ in teams.values()) == pytest.approx(sum(hours.values()) * A_WEEK)
    assert teams["crew upper-1"] == (pytest.approx(56 * A_WEEK), 1)
    assert teams["crew_at_home upper-1"] == (pytest.approx(111 * A_WEEK), 1)
    assert small.values(rows, "role")["operator"][1] == 2, "two rooms"


def test_hours_on_call_stand_beside() -> None:
    on_call = Unit("b", "back_up_doctor", "duty-doctor", ((0.0, WORLD.plan.end_s),))
    rows = list(cost.staffed_hours_a_week(empty(units=(on_call,))))
    assert small.values(rows)["all"][0] == 0
    assert small.values(rows, "role")["back_up_doctor"] == (pytest.approx(168), 1)


def test_a_crew_that_nurses_a_satellite_or_helps_from_next_door_adds_nothing() -> None:
    always = ((0.0, WORLD.plan.end_s),)
    others = (Unit("n", "neighbour_crew", "n", always), Unit("h", "support", "helicopter", always))
    assert all(row.value == 0 for row in cost.staffed_hours_a_week(empty(units=others)))


def test_doctors_needed_are_their_hours_by_forty() -> None:
    found = list(cost.doctors_needed(empty()))
    assert small.values(found)["all"][0] == pytest.approx(204.5 * A_WEEK / 40)
    assert small.values(found, "team")["gps"][0] == pytest.approx(75 * A_WEEK / 40)


AT_HOME = {
    "on_duty": {"weekday": {"duty": "home"}},
    "home_duty": {"comes_in_min": {"constant": 10, **small.MADE_UP}, "called": "when_sent"},
}
"""The doctor on duty is at home on weekdays (15:30-8), on site at weekends."""


def home_duty(**hour_nok: object) -> small.World:
    costs = {**prices.COSTS, "hour_nok": {**prices.COSTS["hour_nok"], **hour_nok}}
    changes = {"costs": costs, "doctors": {"duty-doctor": AT_HOME}}
    return small.world(small.organisation(changes))


def test_hours_on_home_duty_stand_beside_and_need_doctors_all_the_same() -> None:
    """82.5 hours on weekdays; the 48 of the weekend, one less for the clocks, are on site."""
    seen = empty(home_duty(doctor_at_home=prices.price(10)))
    rows = list(cost.staffed_hours_a_week(seen))
    roles = small.values(rows, "role")
    assert roles["doctor_at_home"][0] == pytest.approx(82.5 * A_WEEK)
    assert roles["doctor"][0] == pytest.approx((75 + 47) * A_WEEK)
    assert small.values(cost.doctors_needed(seen))["all"][0] == pytest.approx(204.5 * A_WEEK / 40)


def test_an_hour_on_home_duty_and_one_on_site_at_night_have_their_own_price() -> None:
    """On site two nights a weekend, 23 to 8, of which one has lost an hour."""
    own = {"doctor_at_home": prices.price(10), "doctor_night": prices.price(1000)}
    parts = small.values(cost.cost_nok_a_year(empty(home_duty(**own))), "part")
    scale = A_WEEK * WEEKS_A_YEAR
    assert parts["doctor_at_home"][0] == pytest.approx(82.5 * 10 * scale)
    assert parts["doctor_night"][0] == pytest.approx(17 * 1000 * scale)
    assert parts["doctor"][0] == pytest.approx(30 * 400 * scale)
    assert parts["gp"][0] == pytest.approx(75 * 500 * scale)


def test_home_duty_must_have_a_price() -> None:
    with pytest.raises(ValueError, match="doctor_at_home"):
        home_duty()


def test_without_prices_there_are_no_rows() -> None:
    without = empty(small.world())
    assert list(cost.doctors_needed(without)) == list(cost.cost_nok_a_year(without)) == []
    no_week = {**prices.COSTS, "hours_per_doctor_week": None}
    half = empty(small.world(small.organisation({"costs": no_week})))
    assert list(cost.doctors_needed(half)) == [] != list(cost.cost_nok_a_year(half))


def test_cost_by_part() -> None:
    rows = list(cost.cost_nok_a_year(empty()))
    parts = {name: value for name, (value, _) in small.values(rows, "part").items()}
    scale = A_WEEK * WEEKS_A_YEAR
    staff = {
        "operator": (463.5, 100),
        "dispatcher": (167, 200),
        "nurse": (129.5, 300),
        "doctor": (129.5, 400),
        "gp": (75, 500),
        "crew": (307, 700),
        "crew_at_home": (111, 800),
    }
    bought = {"vehicles": 3 * 1000, "clinics": 2 * 10}
    expected = {name: hours * price * scale for name, (hours, price) in staff.items()} | bought
    assert {name: value for name, value in parts.items() if value} == pytest.approx(expected)
    assert small.values(rows)["all"][0] == pytest.approx(sum(parts.values()))
    assert set(parts) == set(cost.COST_PARTS)


def test_of_a_room_that_others_pay_for_too_a_share_is_counted() -> None:
    """The dispatchers are all of the shared room; their hours stay what they are."""
    shared = {"amk": {"cost_share": {"value": 0.25, **small.MADE_UP}}}
    changes = {"costs": prices.COSTS, "control_rooms": shared}
    whole, part = empty(), empty(small.world(small.organisation(changes)))
    parts = [small.values(cost.cost_nok_a_year(each), "part") for each in (whole, part)]
    assert parts[1]["dispatcher"][0] == pytest.approx(parts[0]["dispatcher"][0] / 4)
    assert 0 < parts[1]["operator"][0] < parts[0]["operator"][0]
    same = {name for name in parts[0] if parts[0][name] == parts[1][name]}
    assert same == parts[0].keys() - {"dispatcher", "operator"}
    hours = [small.values(cost.staffed_hours_a_week(each))["all"] for each in (whole, part)]
    assert hours[0] == hours[1]


def test_the_services_kilometres_cost_and_the_patients_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor do those of neighbours' crews and first responders, who are paid otherwise."""
    driven = {who: (10.0, 1) for who in driving.TRAVELLERS}
    monkeypatch.setattr(cost, "km_by_traveller", lambda _: driven)
    parts = small.values(cost.cost_nok_a_year(empty()), "part")
    assert parts["kilometres"][0] == pytest.approx(5 * 10 * 2 * A_WEEK * WEEKS_A_YEAR)


def test_what_has_no_price_is_paid_by_others() -> None:
    """A helicopter without prices, and a single responder with both, on duty all week."""
    hour = {**prices.COSTS["hour_nok"], "single_responder": prices.price(50)}
    car = {**prices.COSTS["vehicle_year_nok"], "single_responder": prices.price(7)}
    costs = {**prices.COSTS, "hour_nok": hour, "vehicle_year_nok": car}
    supports = {
        "heli": small.support("helicopter", "hospital"),
        "alone": small.support("single_responder", "upper"),
    }
    world = small.world(small.organisation({"costs": costs, "supports": supports}))
    parts = small.values(cost.cost_nok_a_year(empty(world)), "part")
    assert parts["single_responder"][0] == pytest.approx(167 * 50 * A_WEEK * WEEKS_A_YEAR)
    assert parts["helicopter"][0] == 0
    assert parts["vehicles"][0] == 3 * 1000 + 7


def first_responders(place: str) -> dict[str, object]:
    return {
        "title": place,
        "place": place,
        "available": prices.price(0.5),
        "reaction_min": {"constant": 5, **small.MADE_UP},
        "max_drive_min": prices.price(20),
    }


def test_first_responders_cost_a_group_and_a_patient_where_they_have_a_price(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two groups at 5 each, and three patients in the span at 11 each."""
    came = np.array([True, False, True, True])
    monkeypatch.setattr(cost, "is_reached_by_responder", lambda _: came)
    costs = {
        **prices.COSTS,
        "first_responders_nok": {"group_year": prices.price(5), "call_out": prices.price(11)},
    }
    groups = {name: first_responders(name) for name in ("upper", "town")}
    for given, expected in ((costs, 2 * 5 + 3 * 11 * A_WEEK * WEEKS_A_YEAR), (prices.COSTS, 0)):
        changed = small.organisation({"costs": given, "first_responders": groups})
        parts = small.values(cost.cost_nok_a_year(empty(small.world(changed))), "part")
        assert parts["first_responders"][0] == pytest.approx(expected)


def test_nobody_at_work_costs_nothing_but_what_is_there() -> None:
    boat = Unit("b", "support", "boat", ((0.0, WORLD.plan.end_s),))
    rows = list(cost.cost_nok_a_year(empty(units=(boat,))))
    assert small.values(rows)["all"][0] == 3020
    assert not any(math.isnan(row.value) for row in rows)
