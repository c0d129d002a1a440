"""Callers of another language, and longer talks: by hand, against Erlang C, on the same people."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from akuttsim.indicators.calls import (
    longer_talks_h_a_week,
    other_language_calls_a_week,
    understood_after_s,
)
from akuttsim.records import LINE_116117, Patients, Record
from akuttsim.theory.erlang import delay_queue
from tests import small
from tests.chain.by_hand import exactly, meets, number, person, world
from tests.chain.random_organisations import SECTIONS
from tests.chain.test_against_queueing_theory import TALK_S, callers, covers

SAMI, OTHERS = 1, 2
UNDERSTANDS_S, CONNECTS_S = 20.0, 60.0


@cache
def district(**demand: Any) -> Any:
    """Return the small region in which some speak Sámi in the valley, and others another."""
    return small.region({"demand": {"languages": SECTIONS["languages"], **demand}})


def speakers(*on_duty: tuple[int, tuple[str, ...]], **rule: Any) -> small.World:
    """Return 116117 with so many operators who speak so many languages."""
    usual = {"understands_s": number(UNDERSTANDS_S), "waits_at_most_s": number(0),
             "connect_s": exactly(CONNECTS_S), "talk_factor": number(1.5)}  # fmt: skip
    rows = {f"row-{n}": {**small.staff(count), "speaks": list(spoken)}
            for n, (count, spoken) in enumerate(on_duty)}  # fmt: skip
    gone: dict[str, Any] = {"always": None, "evening": None}
    room = {"interpreting": {**usual, **rule}, "operators": {**gone, **rows}}
    return world(district(), control_rooms={"lvs": room})


def rings(after_s: float = 0.0, language: int = SAMI, **columns: Any) -> Patients:
    usual = {"line": LINE_116117, "talk_s": 100.0, "language": language}
    return person(after_s, **{**usual, **columns})


def of(world: small.World, record: Record, patients: Patients, name: Any) -> dict[str, float]:
    return {row.group: row.value for row in name(world.observed(patients, record))}


def ends(record: Record) -> list[float]:
    """Return how long after the answer each call ended."""
    talked = record.courses.ended_s - record.calls.answered_s
    return [round(float(each), 3) for each in talked]


def test_an_interpreter_takes_time_to_ring_and_makes_the_talk_longer() -> None:
    """20 s to hear it, 60 to connect, 100 x 1.5; nothing where the room has no such rule."""
    (with_one,) = ends(meets(speakers((1, ())), rings()))
    (without,) = ends(meets(world(district()), rings()))
    (norwegian,) = ends(meets(speakers((1, ())), rings(language=0)))
    assert (with_one, without, norwegian) == (20 + 60 + 150, 100, 100)


def test_who_speaks_it_answers_at_once_or_takes_over() -> None:
    """The one who may do least is taken first, and is free when the colleague has the caller."""
    (alone,) = ends(meets(speakers((1, ("sami",))), rings()))
    at = speakers((1, ()), (1, ("sami",)))
    record = meets(at, rings(), rings(25, language=0), rings(30, language=0))
    assert alone == 100
    assert ends(record)[0] == 20 + 100
    assert record.courses.understood_by.tolist() == [2, 0, 0]
    waited = record.calls.found_s - record.calls.rang_s
    assert waited.tolist() == [0, 0, 90], "the first is free again, and then the colleague"


def test_a_caller_waits_for_a_colleague_for_so_long_and_then_has_an_interpreter() -> None:
    """The first keeps the one who speaks it until 120; the second waits from 45."""
    for waits_s, expected, by in ((90.0, 20 + 75 + 100, 2), (30.0, 20 + 30 + 60 + 150, 3)):
        at = speakers((2, ()), (1, ("sami",)), waits_at_most_s=number(waits_s))
        record = meets(at, rings(), rings(25))
        assert ends(record) == [120, expected]
        assert record.courses.understood_by.tolist() == [2, by]


def test_what_is_told_of_them() -> None:
    at = speakers((1, ()), (1, ("sami",)))
    people = small.concatenated(
        rings(), rings(1000, OTHERS), rings(2000, 0, is_contact=True, psychiatric=True)
    )
    record = at.meets(people)
    weeks = at.observed(people, record).weeks
    told = of(at, record, people, other_language_calls_a_week)
    assert (told["colleague"] * weeks, told["interpreter"] * weeks) == (1, 1)
    seconds = of(at, record, people, understood_after_s)
    assert seconds["sami"] == UNDERSTANDS_S
    assert seconds["others"] == UNDERSTANDS_S + CONNECTS_S
    hours = of(at, record, people, longer_talks_h_a_week)
    assert hours["mental illness"] * weeks * 3600 == pytest.approx(100)
    assert hours["another language"] * weeks * 3600 == pytest.approx(20 + 100 + 20 + 60 + 150)


def test_waits_for_who_speaks_it_are_those_of_erlang_c() -> None:
    """All who ring speak it; others answer them at once and hand them over in no time."""
    speak, per_h = 2, 14.0
    at = speakers(
        (12, ()), (speak, ("sami",)), understands_s=number(0), waits_at_most_s=number(1e7)
    )
    exact, means = delay_queue(per_h, TALK_S, speak, 60.0), []
    for seed in range(8):
        people = callers(per_h, 4200 + 100 * speak + seed, language=SAMI)
        record = at.meets(people)
        means.append(of(at, record, people, understood_after_s)["all"])
    covers(means, exact.wait_mean_s, "mean wait for who speaks it")


def test_longer_talks_keep_the_others_waiting_and_are_the_same_people() -> None:
    """A tenth of the contacts, and three times as long."""
    longer = {"share": number(0.1), "talk_factor": number(3.0)}
    plain = world(small.region())
    slow = world(small.region({"demand": {"psychiatric_callers": longer}}))
    was, now = plain.sample(3), slow.sample(3)
    theirs = now.psychiatric
    assert 0.05 < theirs[now.is_contact & (now.line == LINE_116117)].mean() < 0.15
    np.testing.assert_array_equal(was.time_s, now.time_s)
    np.testing.assert_array_equal(was.talk_s[~theirs], now.talk_s[~theirs])
    np.testing.assert_allclose(now.talk_s[theirs], 3 * was.talk_s[theirs], atol=0.01)
    one, other = (at.meets(people).calls for at, people in ((plain, was), (slow, now)))
    waits = [np.nanmean(each.answered_s - each.rang_s) for each in (one, other)]
    assert waits[1] > waits[0]
