"""The contacts themselves: at night, judged red, settled by a nurse."""

from __future__ import annotations

import pytest

from akuttsim.indicators import utilisation
from akuttsim.records import (
    ADVICE,
    CLINIC,
    GREEN,
    LINE_113,
    LINE_116117,
    LINE_HEALTH,
    LOST,
    RED,
    UNFINISHED,
    YELLOW,
)
from tests import small

WORLD = small.world()
CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("centre", "upper"))

ROWS = (
    # hour, place, line, is_contact, judged, outcome
    (7.99, CENTRE, LINE_116117, True, RED, CLINIC),
    (8.0, CENTRE, LINE_116117, True, GREEN, ADVICE),
    (15.4, CENTRE, LINE_HEALTH, True, YELLOW, CLINIC),
    (15.5, UPPER, LINE_116117, True, GREEN, ADVICE),
    (22.9, UPPER, LINE_116117, True, -1, LOST),
    (23.0, UPPER, LINE_116117, True, GREEN, ADVICE),
    (23.5, UPPER, LINE_116117, True, GREEN, UNFINISHED),
    (23.5, UPPER, LINE_116117, False, GREEN, ADVICE),  # wrong number
    (23.5, UPPER, LINE_113, True, RED, ADVICE),  # rang 113
    (23.5, -1, LINE_116117, True, RED, ADVICE),  # a neighbour's
)


def seen() -> small.Observed:
    hour, place, line, is_contact, judged, outcome = (list(c) for c in zip(*ROWS, strict=True))
    times = [small.at(each) for each in hour]
    patients = small.people(times, place=place, line=line, is_contact=is_contact)
    return small.seen(WORLD, patients, small.courses(len(ROWS), judged=judged, outcome=outcome))


def test_night_is_23_to_8_of_all_contacts_who_hung_up_too() -> None:
    found = list(utilisation.night_share(seen()))
    assert small.values(found)["all"] == (pytest.approx(3 / 7), 7)
    assert small.values(found, "municipality")["upper"] == (pytest.approx(2 / 4), 4)


def test_a_nurse_settles_alone_what_ends_with_advice() -> None:
    found = list(utilisation.nurse_alone_share(seen()))
    assert small.values(found)["all"] == (pytest.approx(3 / 5), 5)
    assert small.values(found, "time_of_day") == {
        "day": (1 / 2, 2),
        "evening": (1.0, 1),
        "night": (1 / 2, 2),
    }


def test_red_is_as_judged_and_who_hung_up_was_not() -> None:
    found = list(utilisation.red_share(seen()))
    assert small.values(found)["all"] == (pytest.approx(1 / 6), 6)
    assert small.values(found, "time_of_day")["night"] == (pytest.approx(1 / 3), 3)


@pytest.mark.parametrize(
    "indicator", [utilisation.night_share, utilisation.nurse_alone_share, utilisation.red_share]
)
def test_nobody_at_all(indicator: small.Callable) -> None:
    small.tells_of_nobody(indicator, WORLD)
