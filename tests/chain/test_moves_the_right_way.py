"""Each choice against the same patients without it: what it must change, and in which direction.

Where every single patient must go one way, each is compared. Where only the mean must (work comes
in another order, so that somebody waits longer), the paired difference over replications must lie
on the right side with 99.9 % confidence.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    AMBULANCE,
    CAME,
    CLINIC,
    DOOR_TRIAGE,
    E_CONSULTATION,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    NOT_PRESENT,
    RED,
    TALK,
    TRIPLE_ALERT,
    UNFINISHED,
    Patients,
    Record,
)
from akuttsim.statistics.intervals import t_interval
from tests import small
from tests.chain.by_hand import number, room, shares, sourced, takes, world

REPLICATIONS = 12
CONFIDENCE = 0.999
ALL_DAY = {"days": "daily", "hours": "00:00-24:00"}


@cache
def people(replication: int, patient: bool = False) -> Patients:
    """Return patients of the small district; if patient, nobody ever hangs up."""
    drawn = world().sample(31, replication)
    if not patient:
        return drawn
    names = ("patience_1_s", "patience_2_s", "patience_3_s", "patience_113_s")
    return small.changed(drawn, **dict.fromkeys(names, np.full(len(drawn), 1e9)))


def falls(
    what: Callable[[Record], float], without: small.World, with_it: small.World, **how: bool
) -> None:
    """Hold the paired difference over replications below 0 with 99.9 % confidence."""

    def difference(replication: int) -> float:
        patients = people(replication, **how)
        return what(with_it.meets(patients)) - what(without.meets(patients))

    surely_falls(difference, REPLICATIONS)


def surely_falls(difference: Callable[[int], float], replications: int) -> None:
    """Hold the mean of differences below 0: where half the replications tell, they are enough.

    Both looks together have the 99.9 % that one would have (Bonferroni).
    """
    values: list[float] = []
    for count in (replications // 2, replications):
        values += [difference(number) for number in range(len(values), count)]
        if t_interval(np.array(values), (1 + CONFIDENCE) / 2).high < 0:
            return
    pytest.fail(f"not surely below 0: {values}")


def answer_s(record: Record, line: int) -> float:
    """Return the mean wait of those who rang a number, hang-ups included."""
    calls, mine = record.calls, record.calls.line == line
    return float(np.nanmean((np.fmin(calls.answered_s, calls.left_s) - calls.rang_s)[mine]))


def late_116117(record: Record) -> float:
    """Return the share at 116117 not answered within two minutes."""
    calls, mine = record.calls, record.calls.line == LINE_116117
    return 1 - float(np.mean((calls.answered_s - calls.rang_s <= 120)[mine]))


def hung_up(record: Record) -> float:
    calls = record.calls
    return float((~np.isnan(calls.left_s[~calls.called_back])).sum())


def doctor_wait_s(record: Record) -> float:
    return float(np.nanmean(record.courses.doctor_s - record.courses.doctor_asked_s))


def inside_s(record: Record) -> float:
    """Return the mean time in the waiting room before the doctor comes."""
    return float(np.nanmean(record.courses.doctor_s - record.courses.at_clinic_s))


def two_rooms(**of_lvs: Any) -> small.World:
    lvs = {"municipalities": ["town"], **of_lvs}
    return world(control_rooms={"lvs": lvs, "next": room("upper", "island")})


def shared(operators: int, **of_lvs: Any) -> small.World:
    lvs = {"operators": None, "operators_of": "amk", **of_lvs}
    amk = {"operators": {"always": small.staff(operators)}}
    return world(control_rooms={"lvs": lvs, "amk": amk})


@pytest.mark.parametrize("rule", [{"queue_longer_than": sourced(value=0)}, {"after_s": number(60)}])
def test_overflow_means_fewer_late_answers(rule: Any) -> None:
    falls(late_116117, two_rooms(), two_rooms(overflow={"to": "next", **rule}), patient=True)


@pytest.mark.parametrize("line", [LINE_113, LINE_116117])
def test_one_more_shared_operator_shortens_the_wait_at_both_numbers(line: int) -> None:
    falls(lambda record: answer_s(record, line), shared(2), shared(3), patient=True)


def test_operators_kept_free_shorten_the_wait_at_113_and_lengthen_it_at_116117() -> None:
    kept, not_kept = shared(3, keeps_free=sourced(value=1)), shared(3)
    falls(lambda record: answer_s(record, LINE_113), not_kept, kept, patient=True)
    falls(lambda record: answer_s(record, LINE_116117), kept, not_kept, patient=True)


def callback() -> dict[str, Any]:
    return {
        "queue_longer_than": sourced(value=0),
        "share": number(1),
        "dial_s": takes(10),
        "not_reached": number(0),
    }


def test_being_rung_up_means_fewer_who_hang_up() -> None:
    falls(hung_up, world(), world(control_rooms={"lvs": {"callback": callback()}}))


def bakvakt() -> small.World:
    back_up = {
        "on_call": {"always": small.staff(1)},
        "comes_after_min": number(20),
        "queue_longer_than": sourced(value=2),
    }
    return world(doctors={"duty-doctor": {"back_up": back_up}})


def test_a_back_up_doctor_shortens_the_wait_for_the_doctor() -> None:
    falls(doctor_wait_s, world(), bakvakt())


def two_doctors(**parts: Any) -> small.World:
    team = {"on_duty": {"always": small.staff(2)}}
    return world(doctors={"duty-doctor": team}, **parts)


def test_booked_times_shorten_the_wait_at_the_clinic() -> None:
    booking = {"booking": {"urgencies": ["green"], "slot_min": number(40)}}
    books = two_doctors(clinic_care=booking, clinics={"legevakt": {"care": ["booking"]}})
    falls(inside_s, two_doctors(), books)


def ended(record: Record, *outcomes: int) -> set[int]:
    """Return who ended so."""
    return set(np.flatnonzero(np.isin(record.courses.outcome, outcomes)).tolist())


HALF = shares(0.5, 0.5, 0.5)
SEES = {"share": number(0.5), "talk_min": takes(8), "waits_at_most_min": number(10),
        "spared": number(0.5)}  # fmt: skip


def room_doctor() -> small.World:
    team = {"title": "Room", "place": "hospital", "home_visits": False, "call_outs": False,
            "on_duty": {"always": small.staff(1)}}  # fmt: skip
    doctor = {"team": "room-doctor", "reviews": HALF, "settles": HALF, "review_min": takes(4)}
    lvs = {"doctor": doctor}
    return world(control_rooms={"lvs": lvs}, doctors={"room-doctor": team})


def conference() -> small.World:
    doctor = {"share": HALF, "talk_s": takes(60), "waits_at_most_s": number(60), "spared": HALF}
    return world(emergency_calls={"doctor_conference": doctor})


@cache
def met(make: Callable[[], small.World], replication: int) -> Record:
    return make().meets(people(replication, patient=True))


def nursing_home() -> small.World:
    """Residents are few: nearly all are shown and spared, so that each replication has some."""
    often = {**SEES, "share": number(1.0), "spared": number(0.9)}
    return world(doctor_video={"from_nursing_home": often})


@pytest.mark.parametrize(
    ("make", "outcomes"),
    [
        (room_doctor, (CLINIC, HOME_VISIT)),
        (nursing_home, (CLINIC, HOME_VISIT)),
        (conference, (AMBULANCE,)),
    ],
)
@pytest.mark.parametrize("replication", range(3))
def test_a_doctor_on_phone_or_video_spares_some_and_adds_nobody(
    make: Callable[[], small.World], outcomes: tuple[int, ...], replication: int
) -> None:
    """Whoever is visited, seen or driven would have been without; those spared are on record."""
    without, with_it = met(world, replication), met(make, replication)
    unfinished = ended(without, UNFINISHED)
    still = ended(with_it, *outcomes)
    would = ended(without, AMBULANCE, CLINIC, HOME_VISIT) | unfinished
    assert still < would
    spared = set(np.flatnonzero(with_it.courses.avoided).tolist())
    assert spared and not spared & still
    assert spared <= would
    assert not without.courses.avoided.any()


@pytest.mark.parametrize("replication", range(3))
def test_video_from_ambulances_means_fewer_conveyed(replication: int) -> None:
    without = met(world, replication)
    with_it = world(doctor_video={"from_ambulance": SEES}).meets(people(replication, patient=True))

    def conveyed(record: Record) -> set[int]:
        left = ~np.isnan(record.courses.left_scene_s)
        arrived = ~np.isnan(record.courses.at_hospital_s) | (record.courses.clinic >= 0)
        return set(np.flatnonzero(left & arrived).tolist())

    assert conveyed(with_it) < conveyed(without)


def rang(record: Record) -> set[int]:
    return set(record.calls.patient[record.calls.line == LINE_116117].tolist())


@pytest.mark.parametrize("replication", range(3))
def test_who_walks_in_does_not_ring_and_all_others_do(replication: int) -> None:
    without = met(world, replication)
    with_it = world(walk_ins={"share": number(0.2)}).meets(people(replication, patient=True))
    walked = set(np.flatnonzero(with_it.courses.walk_in).tolist())
    assert walked and rang(with_it) == rang(without) - walked


def on_screen(share: float = 0.3) -> small.World:
    screen = {"share": number(share), "open": {"daily": ALL_DAY}}
    return world(e_consultation={**screen, "consultation_min": takes(10), "sent_on": number(0.1)})


@pytest.mark.parametrize("replication", range(3))
def test_e_consultation_means_fewer_green_calls_and_no_others(replication: int) -> None:
    patients = people(replication, patient=True)
    without, with_it = met(world, replication), on_screen().meets(patients)
    no_longer = rang(without) - rang(with_it)
    assert no_longer == ended(with_it, E_CONSULTATION)
    assert rang(with_it) < rang(without)
    assert (patients.urgency[list(no_longer)] == GREEN).all()


@pytest.mark.parametrize("replication", range(3))
def test_triple_alert_only_adds_time_of_the_operators(replication: int) -> None:
    """With operators enough, no patient notices; theirs is the talk, and so much alerting."""
    amk = {"control_rooms": {"amk": {"operators": {"always": small.staff(9)}}}}
    alert = {"share": shares(0.5, 0.1, 0), "extra_s": takes(45)}
    patients = people(replication)
    without = world(**amk).meets(patients)
    with_it = world(**amk, emergency_calls={"triple_alert": alert}).meets(patients)
    assert small.same(without.courses, with_it.courses)
    assert small.same(without.calls, with_it.calls)
    alerts = with_it.activities.kind == TRIPLE_ALERT
    red = (patients.urgency == RED) & (patients.u_triple_alert < 0.5)
    assert set(np.flatnonzero(red)) & set(with_it.activities.patient[alerts])
    seconds = with_it.activities.end_s[alerts] - with_it.activities.start_s[alerts]
    assert (seconds == 45).all()
    talk = [each.activities.kind == TALK for each in (without, with_it)]
    assert talk[0].sum() == talk[1].sum() == len(without.activities.kind) - _not_talk(without)


def _not_talk(record: Record) -> int:
    return int((record.activities.kind != TALK).sum())


def test_triage_at_the_door_is_two_minutes_of_nurse_for_each_who_comes() -> None:
    triage = {"door_triage": {"triage_min": takes(2)}}
    at = world(clinic_care=triage, clinics={"legevakt": {"care": ["door_triage"]}})
    record = at.meets(people(0))
    work = record.activities
    triaged = work.kind == DOOR_TRIAGE
    assert (work.end_s - work.start_s)[triaged].tolist() == [120] * triaged.sum()
    seen = np.flatnonzero(~np.isnan(record.courses.doctor_s) & (record.courses.clinic >= 0))
    assert set(seen) <= set(work.patient[triaged])


def test_the_farther_use_falls_the_fewer_come() -> None:
    """Each who comes at the steeper fall comes at the gentler too: the same people, fewer."""
    came = []
    for per_km in (0.0, 0.01, 0.0145):
        rates = {f"{each}_per_km": number(per_km) for each in ("consultation", "home_visit", "red")}
        decay = {**rates, "reference_km": number(0)}
        at = world(small.region({"demand": {"distance_decay": decay}}))
        courses = at.meets(people(0)).courses
        assert (courses.outcome != NOT_PRESENT).all(), "nobody vanishes"
        came.append(set(np.flatnonzero(courses.instead == CAME).tolist()))
    assert came[0] > came[1] > came[2]


NOBODY, NONE = number(0), shares(0, 0, 0)
WITHOUT_EFFECT: dict[str, dict[str, Any]] = {
    "callback": {"control_rooms": {"lvs": {"callback": {**callback(), "share": NOBODY}}}},
    "overflow": {"control_rooms": {
        "lvs": {"municipalities": ["town", "upper", "island"]},
        "next": room("island", by_hour={}, overflow={"to": "lvs", "after_s": number(1)})}},
    "doctor in 113's call": {"emergency_calls": {"doctor_conference": {
        "share": NONE, "talk_s": takes(60), "waits_at_most_s": number(60), "spared": HALF}}},
    "triple alert": {"emergency_calls": {"triple_alert": {"share": NONE, "extra_s": takes(45)}}},
    "video": {"doctor_video": {
        "from_ambulance": {**SEES, "share": NOBODY},
        "from_nursing_home": {**SEES, "share": NOBODY}}},
    "tests and observation": {
        "clinic_care": {
            "tests": {"share": NONE, "wait_min": takes(30), "result_min": takes(3)},
            "observation": {"share": NONE, "stay_min": takes(90), "result_min": takes(3)}},
        "clinics": {"legevakt": {"care": ["tests", "observation"],
                                 "observation_beds": sourced(value=4)}}},
    "booking that nobody reaches": {
        "clinic_care": {"booking": {"urgencies": ["red"], "slot_min": number(20)}},
        "clinics": {"legevakt": {"care": ["booking"]}}},
    "sends on, never closed": {"clinics": {"legevakt": {"at_closing": "sends_on"}}},
    "walk-ins": {"walk_ins": {"share": NOBODY}},
    "e-consultation": {"e_consultation": {
        "share": NOBODY, "open": {"daily": ALL_DAY}, "consultation_min": takes(10),
        "sent_on": NOBODY}},
    "bakvakt": {"doctors": {"duty-doctor": {"back_up": {
        "on_call": {"always": small.staff(1)}, "comes_after_min": number(20),
        "queue_longer_than": sourced(value=10_000)}}}},
}  # fmt: skip


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_what_is_done_for_nobody_changes_nothing(name: str) -> None:
    """To the last bit: patients, calls, work."""
    patients = people(0)
    one, other = world().meets(patients), world(**WITHOUT_EFFECT[name]).meets(patients)
    assert small.same(one.calls, other.calls)
    columns = {n: c for n, c in vars(one.courses).items() if n != "waited_at_home_s"}
    for column, values in columns.items():
        assert np.array_equal(
            values, getattr(other.courses, column), equal_nan=values.dtype == float
        )
    for column in ("kind", "start_s", "end_s", "patient"):
        assert np.array_equal(getattr(one.activities, column), getattr(other.activities, column))
