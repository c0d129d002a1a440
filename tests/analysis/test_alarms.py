"""Safety alarms on hand-made records."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import calls, home_nursing
from akuttsim.records import (
    ADVICE,
    ALARM,
    ALARM_CLOSED,
    AMBULANCE,
    GREEN,
    HOME_NURSING,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    NOT_PRESENT,
    RED,
    UNFINISHED,
)
from tests import small
from tests.chain.by_hand import UPPER, organisation, room
from tests.chain.test_alarms import TO_HOME_NURSING
from tests.chain.test_alarms import alarm as sent
from tests.chain.test_alarms import region as alarm_region
from tests.chain.test_home_nursing import nursing

CENTRE = small.room("alarm", ["town", "upper", "island"])
WORLD = small.world(small.organisation({"control_rooms": {"response-centre": CENTRE}}))
LVS, AMK, ALARMS = 0, 1, 2
NEVER = math.nan
NOON = small.at(12)
DAY = 7 / (7 - 1 / 24)  # the clocks go forward in the measured week


def pressed() -> small.Observed:
    """Seven alarms at noon, a caller of 116117, and an alarm where nobody answers such."""
    outcomes = [ALARM_CLOSED, HOME_NURSING, ADVICE, AMBULANCE, AMBULANCE, UNFINISHED, AMBULANCE]
    ended = [NOON + 90, NOON + 1800, NOON + 900, NOON + 9000, NOON + 9000, NEVER, NOON + 9000]
    course = small.courses(
        9,
        outcome=[*outcomes, ADVICE, NOT_PRESENT],
        ended_s=[*ended, NOON, NEVER],
        judged=[-1, -1, GREEN, RED, RED, -1, RED, GREEN, -1],
        notified_s=[NEVER] * 3 + [NOON + 60, NOON + 300, NEVER, NOON + 60, NEVER, NEVER],
    )
    rows = [(n, ALARMS, LINE_ALARM, NOON, NOON + 10 * n, NEVER) for n in range(5)]
    rows += [
        (5, ALARMS, LINE_ALARM, NOON, NEVER, NEVER),
        (2, LVS, LINE_HEALTH, NOON + 60, NOON + 180, NEVER),
        (3, AMK, LINE_HEALTH, NOON + 60, NOON + 120, NEVER),
        (4, LVS, LINE_HEALTH, NOON + 60, NOON + 240, NEVER),  # to 116117, which asks 113
        (4, AMK, LINE_HEALTH, NOON + 300, NOON + 305, NEVER),
        (6, ALARMS, LINE_ALARM, NOON, NOON + 50, NEVER),  # the operator answers 113 too
        (6, LVS, LINE_HEALTH, NOON + 600, NOON + 610, NEVER),  # and passes it on to 116117
        (7, LVS, LINE_116117, NOON, NOON, NEVER),
    ]
    lines = [LINE_ALARM] * 7 + [LINE_116117, LINE_ALARM]
    did = small.activities(*((0, ALARM, NOON + 10 * n, NOON + 60, n) for n in (0, 1, 2, 3, 4, 6)))
    return small.seen(WORLD, small.people([NOON] * 9, line=lines), course, small.calls(*rows), did)


def test_alarms_a_day_by_hour_and_by_what_the_response_centre_did() -> None:
    found = list(calls.alarms_a_day(pressed()))
    assert small.values(found)["all"] == (pytest.approx(7 / 7 * DAY), 7)
    outcomes = {name: n for name, (_, n) in small.values(found, "outcome").items()}
    assert outcomes == {"closed": 1, "home_nursing": 1, "116117": 2, "113": 2}
    hours = small.values(found, "hour")
    assert (hours["12"][1], sum(n for _, n in hours.values()), len(hours)) == (7, 7, 24)


def test_answer_times_are_of_answered_alarms() -> None:
    """Answered after 0, 10, 20, 30, 40 and 50 s; one is not."""
    seen = pressed()
    found = list(calls.alarm_answer_median_s(seen))
    assert small.values(found)["all"] == (25.0, 6)
    assert small.values(found, "room")["response-centre"] == (25.0, 6)
    assert small.values(calls.alarm_answer_p90_s(seen))["all"] == (pytest.approx(45.0), 6)


def test_help_is_home_nursing_at_the_door_or_an_answer() -> None:
    """Nursing after 30 min, 116117 answers after 3 and 4 min, 113 after 2, one goes on after 1."""
    found = list(calls.alarm_to_help_min(pressed()))
    assert small.values(found)["all"] == ((30 + 3 + 4 + 2 + 1) / 5, 5)
    assert small.values(found, "helper") == {
        "home_nursing": (30.0, 1),
        "116117": (3.5, 2),
        "113": (1.5, 2),
    }


def test_alarms_to_which_home_nursing_could_not_come_count_with_those_who_came_late() -> None:
    """By the chain: one on duty for everybody, out to upper when two more press in town.

    The first is helped after 48 min; the others are put through after 20 min, one by one.
    """
    where = small.world(
        organisation(
            control_rooms={"centre": room("town", "upper", number="alarm", on_duty=4)},
            home_nursing=nursing(),
        ),
        alarm_region(),
    )
    people = small.concatenated(
        sent(TO_HOME_NURSING, place=UPPER),
        sent(TO_HOME_NURSING, 200.0, talk_s=30.0),
        sent(TO_HOME_NURSING, 300.0, urgency=RED, u_need_113=0.0),
    )
    seen = where.observed(people, where.meets(people))
    assert small.values(calls.alarm_to_help_min(seen), "helper") == {
        "home_nursing": (pytest.approx(2890 / 60), 1),
        "116117": (pytest.approx(1300 / 60), 1),
        "113": (pytest.approx(1300 / 60), 1),
    }
    assert small.values(home_nursing.home_nursing_within_30_min(seen))["all"] == (0.0, 3)
    assert small.values(home_nursing.home_nursing_could_not_come(seen))["all"] == (2 / 3, 3)
    assert small.values(home_nursing.home_nursing_p90_min(seen))["all"] == (
        pytest.approx(2890 / 60),
        1,
    )
    passed = small.values(calls.passed_between_a_week(seen), "direction")
    assert passed["alarm to 116117"][1] == passed["alarm to 113"][1] == 1
    assert small.values(calls.alarms_a_day(seen), "outcome")["home_nursing"][1] == 1


def test_an_organisation_without_response_centre_has_no_alarms() -> None:
    world = small.world()
    course = small.courses(1, outcome=[NOT_PRESENT])
    seen = small.seen(world, small.people([NOON], line=LINE_ALARM), course)
    assert small.values(calls.alarms_a_day(seen))["all"] == (0, 0)
    for indicator in (calls.alarm_answer_median_s, calls.alarm_to_help_min):
        value, n = small.values(indicator(seen))["all"]
        assert math.isnan(value) and n == 0
