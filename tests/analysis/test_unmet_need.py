"""Unmet need: whom it counts, what became of them, and what it is not made better by."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.indicators.care import (
    CARE_INSTEAD,
    UNMET_NEEDS,
    care_instead_a_week,
    unmet_need_a_week,
)
from akuttsim.records import (
    ADVICE,
    ADVICE_INSTEAD,
    CAME,
    CLINIC,
    DOCTOR_PHONE_INSTEAD,
    GREEN,
    LOST,
    NEXT_DAY_INSTEAD,
    RANG_113_INSTEAD,
    RED,
    WAITED_TILL_MORNING,
    WENT_WITHOUT,
    WITHOUT,
    WORSE_LATER,
    YELLOW,
)
from tests import small
from tests.chain.by_hand import number, worsening

NAN = np.nan
UPPER = 3
ROWS = (
    # urgency, outcome, instead, asked again at
    (GREEN, CLINIC, WORSE_LATER, 2e5),
    (YELLOW, CLINIC, CAME, 2e5),
    (RED, CLINIC, WAITED_TILL_MORNING, NAN),
    (GREEN, WENT_WITHOUT, WITHOUT, NAN),
    (GREEN, LOST, CAME, NAN),
    (GREEN, ADVICE, ADVICE_INSTEAD, NAN),
    (GREEN, ADVICE, DOCTOR_PHONE_INSTEAD, NAN),
    (YELLOW, ADVICE, NEXT_DAY_INSTEAD, NAN),
    (RED, ADVICE, RANG_113_INSTEAD, NAN),
    (GREEN, CLINIC, CAME, NAN),
)


def seen(rows: tuple[tuple[int, int, int, float], ...] = ROWS) -> small.Observed:
    urgency, outcome, instead, again_s = (list(each) for each in zip(*rows, strict=True))
    times = [small.at(12 + n / 60) for n in range(len(rows))]
    patients = small.people(times, is_contact=True, urgency=urgency, place=UPPER)
    course = small.courses(len(rows), outcome=outcome, instead=instead, again_s=again_s)
    return small.seen(small.world(), patients, course)


def test_who_got_worse_waited_went_without_or_gave_up_has_an_unmet_need() -> None:
    """In one measured week, one of each."""
    found = small.values(unmet_need_a_week(seen()), "became")
    assert {name: n for name, (_, n) in found.items()} == dict.fromkeys(UNMET_NEEDS[:-1], 1)
    value, n = small.values(unmet_need_a_week(seen()))["all"]
    assert (value, n) == (pytest.approx(5 / seen().weeks), 5)
    urgency = small.values(unmet_need_a_week(seen()), "true_urgency")
    assert {name: n for name, (_, n) in urgency.items()} == {"red": 1, "yellow": 1, "green": 3}
    assert small.values(unmet_need_a_week(seen()), "municipality")["upper"][1] == 5


def test_who_got_worse_waiting_is_told_where_the_region_has_such_a_rule() -> None:
    """And is not among those judged too low, though they rang again too."""
    rule = {"yellow": number(0.1), "green": number(0.1)}
    where = small.region({"worsening": {**worsening(2, 3, 1.0, 0.0), "while_waiting": rule}})
    patients = small.people([small.at(12)] * 2, is_contact=True, urgency=YELLOW, place=UPPER)
    course = small.courses(2, outcome=CLINIC, again_s=2e5, worse_waiting_s=[2e5, NAN])
    found = small.values(unmet_need_a_week(small.seen(small.world(where=where), patients, course)),
                         "became")  # fmt: skip
    told = {name: n for name, (_, n) in found.items() if n}
    assert told == {"got_worse_waiting": 1, "got_worse_judged_too_low": 1}


def test_other_care_instead_is_counted_apart() -> None:
    found = small.values(care_instead_a_week(seen()), "became")
    assert {name: n for name, (_, n) in found.items()} == dict.fromkeys(CARE_INSTEAD, 1)


def test_who_never_rings_is_counted_all_the_same() -> None:
    """Nobody can be made to vanish: who stays silent is unmet need, not one contact fewer."""
    rings, silent = (GREEN, ADVICE, ADVICE_INSTEAD, NAN), (GREEN, WENT_WITHOUT, WITHOUT, NAN)
    before, after = (
        small.values(unmet_need_a_week(seen((each,) * 4)))["all"][1] for each in (rings, silent)
    )
    assert (before, after) == (0, 4)


def test_of_nobody() -> None:
    for indicator in (unmet_need_a_week, care_instead_a_week):
        small.tells_of_nobody(indicator, small.world())
