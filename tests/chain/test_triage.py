"""Triage: what is judged on the phone, and where it leads."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.chain import triage_and_care_seeking
from akuttsim.chain.patient_view import view_patients
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CLINIC,
    DOCTOR_PHONE,
    GREEN,
    HOME_VISIT,
    LINE_HEALTH,
    RED,
    TO_116117,
    YELLOW,
)
from tests import small

REGION = small.region()
GRID = (np.arange(100_000) + 0.5) / 100_000


def callers(urgency: int, u: np.ndarray = GRID, **columns: object) -> small.Patients:
    """Return callers whose uniforms of judgement lie evenly, hard ones spread among them."""
    hard = np.random.default_rng(1).permutation(u)
    both = {"u_misjudged": u, "u_misjudged_113": u, "u_hard": hard}
    return small.people([0.0] * len(u), urgency=urgency, is_contact=True, **{**both, **columns})


def moved(judged: np.ndarray, urgency: int) -> tuple[float, float]:
    """Return the shares judged less urgent and more urgent than the truth."""
    return float(np.mean(judged > urgency)), float(np.mean(judged < urgency))


def test_yellow_is_misjudged_as_often_as_published() -> None:
    judged = triage_and_care_seeking.judged_by_voice(callers(YELLOW), REGION.misjudged)
    expected = (REGION.misjudged.under.value, REGION.misjudged.over.value)
    assert moved(judged, YELLOW) == pytest.approx(expected, abs=0.003)
    assert moved(
        triage_and_care_seeking.judged_113(callers(YELLOW), REGION.misjudged), YELLOW
    ) == pytest.approx(expected, abs=1e-4)


def test_hard_calls_are_misjudged_more_often() -> None:
    patients = callers(YELLOW)
    hard = patients.u_hard < REGION.misjudged.hard_share.value
    judged = triage_and_care_seeking.judged_by_voice(patients, REGION.misjudged)
    expected = (REGION.misjudged.hard_under.value, REGION.misjudged.hard_over.value)
    assert moved(judged[hard], YELLOW) == pytest.approx(expected, abs=0.01)
    assert sum(moved(judged[~hard], YELLOW)) < sum(expected) / 2


@pytest.mark.parametrize(("urgency", "never"), [(RED, 1), (GREEN, 0)])
def test_nothing_is_above_red_or_below_green(urgency: int, never: int) -> None:
    judged = triage_and_care_seeking.judged_113(callers(urgency), REGION.misjudged)
    assert moved(judged, urgency)[never] == 0
    assert moved(judged, urgency)[1 - never] > 0


def test_video_finds_the_true_urgency_and_tells_how_it_moved_the_call() -> None:
    """Of the hardest tenth, on video; whom voice would have under-triaged is moved up (-1)."""
    video = {"share": {"value": 0.1}}
    world = small.world(small.organisation({"control_rooms": {"lvs": {"video": video}}}))
    patients = callers(YELLOW, line=LINE_HEALTH)
    by_voice = triage_and_care_seeking.judged_by_voice(patients, REGION.misjudged)
    table = view_patients(world.plan, patients)
    judged, on_video = np.array(table.judged), np.array(table.video)
    assert np.array_equal(on_video, patients.u_hard < 0.1)
    assert (judged[on_video] == YELLOW).all()
    assert np.array_equal(judged[~on_video], by_voice[~on_video])
    moved_by = np.array(table.video_moved)
    assert np.array_equal(moved_by[on_video], YELLOW - by_voice[on_video])
    assert not moved_by[~on_video].any()
    assert {-1, 0, 1} == set(moved_by.tolist())


def test_calls_that_are_no_contact_are_never_on_video() -> None:
    patients = callers(GREEN)
    chatter = small.changed(patients, is_contact=np.zeros(len(GRID), dtype=bool))
    everyone = np.ones(len(GRID))
    assert triage_and_care_seeking.calls_by_video(patients, everyone).all()
    assert not triage_and_care_seeking.calls_by_video(chatter, everyone).any()
    ways = triage_and_care_seeking.ways_from_116117(
        REGION, chatter, np.full(len(GRID), RED, dtype=np.int8)
    )
    assert set(ways.tolist()) == {ADVICE}


@pytest.mark.parametrize("judged", [YELLOW, GREEN])
def test_ways_onward_have_the_configured_shares(judged: int) -> None:
    needs = REGION.care.needs.yellow if judged == YELLOW else REGION.care.needs.green
    patients = callers(judged, u_need=GRID)
    ways = triage_and_care_seeking.ways_from_116117(
        REGION, patients, np.full(len(GRID), judged, dtype=np.int8)
    )
    shares = [float(np.mean(ways == way)) for way in (
        ADVICE, DOCTOR_PHONE, CLINIC, HOME_VISIT, AMBULANCE)]  # fmt: skip
    expected = [needs.advice, needs.doctor_phone, needs.clinic, needs.home_visit, needs.ambulance]
    assert shares == pytest.approx(expected, abs=2e-5)


def test_red_at_116117_always_goes_to_113() -> None:
    red = np.full(len(GRID), RED, dtype=np.int8)
    assert set(
        triage_and_care_seeking.ways_from_116117(REGION, callers(RED, u_need=GRID), red)
    ) == {AMBULANCE}


@pytest.mark.parametrize("judged", [RED, YELLOW, GREEN])
def test_ways_from_113_have_the_configured_shares(judged: int) -> None:
    needs = (REGION.care.needs_113.red, REGION.care.needs_113.yellow, REGION.care.needs_113.green)
    codes = np.full(len(GRID), judged, dtype=np.int8)
    ways = triage_and_care_seeking.ways_from_113(REGION, callers(judged, u_need_113=GRID), codes)
    shares = [float(np.mean(ways == way)) for way in (AMBULANCE, TO_116117, ADVICE)]
    expected = [needs[judged].ambulance, needs[judged].to_116117, needs[judged].advice]
    assert shares == pytest.approx(expected, abs=2e-5)


def test_a_graver_judgement_never_leads_to_lighter_care() -> None:
    """The same person judged yellow instead of green gets the same care or more."""
    patients = callers(GREEN, u_need=GRID)
    light = {ADVICE: 0, DOCTOR_PHONE: 1, CLINIC: 2, HOME_VISIT: 3, AMBULANCE: 4}
    ranks = []
    for judged in (GREEN, YELLOW, RED):
        ways = triage_and_care_seeking.ways_from_116117(
            REGION, patients, np.full(len(GRID), judged, dtype=np.int8)
        )
        ranks.append(np.array([light[way] for way in ways.tolist()]))
    assert (ranks[1] >= ranks[0]).all() and (ranks[2] >= ranks[1]).all()
