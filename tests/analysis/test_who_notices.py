"""Who notices, on persons made by hand."""

from __future__ import annotations

import math

import numpy as np

from akuttsim.indicators.who_notices import NOTICE_COLUMNS, notice_rates, notice_table
from akuttsim.records import PersonValues

NAN = math.nan
NAMES = {"municipality": ("town", "upper"), "urgency": ("red", "yellow", "green")}


def persons(ill: list[float], doctor: list[float], **more: list[float]) -> PersonValues:
    """Return five persons, the last of another municipality and red; `ill` where they are."""
    nobody = [NAN] * 5
    columns = {
        "ill": ill,
        "answer_min": more.get("answer", nobody),
        "first_help_min": more.get("first_help", nobody),
        "doctor_min": doctor,
    }
    groups = {
        "municipality": np.array([0, 0, 0, 0, 1], dtype=np.int32),
        "urgency": np.array([2, 2, 2, 2, 0], dtype=np.int32),
    }
    made = {name: np.array(each, dtype=np.float32) for name, each in columns.items()}
    return PersonValues(groups, NAMES, made, ())


BEFORE = persons([1, 1, 1, 1, NAN], [10, 20, 60, NAN, NAN], answer=[1, 1, 1, 1, NAN])
AFTER = persons([1, 1, 1, 1, NAN], [14.9, 30, NAN, 5, NAN], answer=[1, 1, 1, 7, NAN])


def rate(found: dict[tuple[str, str, str, str], tuple[float, int]], *key: str) -> float:
    return found["all", "all", key[0], key[1]][0]


def test_each_person_is_held_against_herself() -> None:
    found = notice_rates(BEFORE, AFTER)
    assert rate(found, "any", "nothing") == 250, "one in four: 4.9 minutes are not noticed"
    assert rate(found, "doctor", "more_5") == rate(found, "doctor", "more_10") == 250
    assert rate(found, "doctor", "more_30") == rate(found, "doctor", "less_5") == 0
    assert rate(found, "doctor", "lost") == rate(found, "doctor", "gained") == 250
    assert rate(found, "answer", "more_5") == 250 and rate(found, "answer", "more_10") == 0


def test_who_is_ill_in_neither_is_not_among_the_thousand() -> None:
    found = notice_rates(BEFORE, AFTER)
    assert found["all", "all", "any", "nothing"][1] == 4
    assert found["municipality", "town", "any", "nothing"] == (250, 4)
    empty = found["urgency", "red", "any", "nothing"]
    assert math.isnan(empty[0]) and empty[1] == 0


def test_who_is_spared_an_ambulance_by_a_doctor_has_lost_nothing() -> None:
    """The third gets no help any more, the fourth not even the answer that was all there was."""
    ill, answer = [1, 1, 1, 1, NAN], [1, 1, 1, 1, NAN]
    before = persons(ill, [NAN] * 5, answer=answer, first_help=[20, 20, 20, NAN, NAN])
    after = persons(ill, [5, 22, NAN, NAN, NAN], answer=[1, 1, 1, NAN, NAN])
    found = notice_rates(before, after)
    assert rate(found, "outcome", "lost") == 500 and rate(found, "outcome", "gained") == 0
    assert rate(found, "outcome", "unchanged") == 500
    back = notice_rates(after, before)
    assert rate(back, "outcome", "gained") == 500 and rate(back, "outcome", "lost") == 0


def test_the_other_way_round_gained_is_lost_and_less_is_more() -> None:
    one, other = notice_rates(BEFORE, AFTER), notice_rates(AFTER, BEFORE)
    for wait in ("answer", "first_help", "doctor"):
        assert rate(one, wait, "gained") == rate(other, wait, "lost")
        for step in (5, 10, 30):
            assert rate(one, wait, f"more_{step}") == rate(other, wait, f"less_{step}")
    assert rate(notice_rates(BEFORE, BEFORE), "any", "nothing") == 1000


def test_the_table_has_means_over_replications_with_their_intervals() -> None:
    found = [notice_rates(BEFORE, AFTER), notice_rates(BEFORE, BEFORE)]
    table = notice_table("new", "old", found)
    assert list(table.columns) == NOTICE_COLUMNS
    row = table[(table.group == "all") & (table.change == "nothing")].iloc[0]
    assert (row.per_1000, row.people, row.organisation, row.against) == (625, 4, "new", "old")
    assert row.ci_low == 0 < 625 < row.ci_high
