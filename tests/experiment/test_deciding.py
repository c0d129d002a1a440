"""The study of verdicts: right rooms and targets, who is wrong, and how soon a verdict lasts."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from akuttsim.experiments.executor import execute_tasks
from akuttsim.experiments.test_bench import QUEUE_FIGURES, QueueQuestion
from akuttsim.records import Floats
from akuttsim.theory.erlang import answering_figures
from tests.nightly import by_night
from validation import (
    interval_methods,
    replications_to_verdict,
    verdict_document,
    verdict_rooms,
    verdict_study,
)
from validation.exact_answer_study import unmet_criteria
from validation.replications_to_verdict import ORGANISATIONS
from validation.study_size import FULL_VERDICTS, SHORT_VERDICTS, VerdictStudySize

ASKED = replications_to_verdict.VerdictQuestion("travel_to_care_min", "namdal-satellites", 1.0)


def test_the_rooms_are_many_and_stable_where_nobody_hangs_up() -> None:
    found = [verdict_rooms.judged_room(number) for number in range(FULL_VERDICTS.rooms)]
    assert len(set(found)) == 200
    assert all(each.load < 0.86 for each in found if math.isinf(each.patience_s))
    assert max(each.load for each in found) > 1.1, "also rooms with more work than they can do"
    loads = np.histogram([each.load for each in found], bins=4, range=(0.35, 1.15))[0]
    assert loads.min() > 20


def test_a_tenth_of_the_pairs_has_no_difference_and_the_others_have_the_one_named() -> None:
    kinds = [verdict_rooms.pair_change(number) for number in range(200)]
    assert kinds.count("other callers") == 20
    question = verdict_rooms.judged_room(1).question()
    longer = verdict_rooms.changed_question(question, "talks 10 % longer")
    assert longer.talk_s == pytest.approx(1.1 * question.talk_s)
    assert (
        verdict_rooms.changed_question(question, "one operator more").operators
        == question.operators + 1
    )
    assert verdict_rooms.changed_question(question, "other callers") == question
    assert (
        verdict_rooms.exact_room_figures(longer)["answered_within"]
        < verdict_rooms.exact_room_figures(question)["answered_within"]
    )


@pytest.mark.parametrize(
    ("value", "number", "target"),
    [(0.831, 1, 0.85), (0.831, 0, 0.80), (0.831, 2, 0.90), (0.001, 0, 0.05)],
)
def test_targets_are_round_numbers_near_the_exact_answer(
    value: float, number: int, target: float
) -> None:
    assert verdict_rooms.target_near(value, 0.05, number) == pytest.approx(target)


@pytest.mark.parametrize(
    ("said", "truth", "is_wrong"),
    [
        ("better", 0.03, False),
        ("better", 0.01, True),
        ("better", -0.03, True),
        ("worse", -0.03, False),
        ("worse", -0.01, True),
        ("worse", 0.03, True),
        ("no difference that matters", 0.02, False),
        ("no difference that matters", -0.021, True),
        ("cannot tell", 0.5, False),
    ],
)
def test_which_verdicts_on_pairs_are_wrong(said: str, truth: float, is_wrong: bool) -> None:
    assert verdict_rooms.is_wrong_difference(said, truth) == is_wrong  # type: ignore[arg-type]


def test_a_wrong_exact_answer_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """If exact shares were a seventh lower, far more than 1 in 20 verdicts would be wrong."""
    form = replace(SHORT_VERDICTS, rooms=9)

    def wrong() -> float:
        found = pd.concat([task() for task in verdict_rooms.room_tasks(form)])
        return float(found[found["figure"] == "answered_within"]["wrong"].mean())

    def off(question: QueueQuestion) -> dict[str, float]:
        q = question
        found = answering_figures(q.calls_per_h, q.talk_s, q.operators, q.within_s, q.patience_s)
        return {name: getattr(found, name) * 0.85 for name in QUEUE_FIGURES}

    assert wrong() <= 0.05
    monkeypatch.setattr(verdict_rooms, "exact_room_figures", off)
    assert wrong() > 0.3


def test_paired_and_unpaired_intervals_are_scipys() -> None:
    draws = np.random.default_rng(3)
    today = draws.normal(10.0, 2.0, 30)
    other = today + draws.normal(1.0, 0.5, 30)
    for runs in (2, 5, 30):
        one, two = today[:runs], other[:runs]
        paired = stats.ttest_rel(two, one).confidence_interval(0.95)
        assert replications_to_verdict.paired_intervals(today, other)[
            runs - 1, 1:
        ] == pytest.approx(tuple(paired))
        welch = stats.ttest_ind(two, one, equal_var=False).confidence_interval(0.95)
        assert replications_to_verdict.unpaired_intervals(today, other)[
            runs - 1, 1:
        ] == pytest.approx(tuple(welch))


def intervals(*ends: tuple[float, float]) -> Floats:
    return np.array([((low + high) / 2, low, high) for low, high in ends])


def test_a_verdict_counts_from_where_it_lasts() -> None:
    wide, clear = (-5.0, 5.0), (-5.0, -2.0)
    once = [wide] * 6 + [clear] * 3 + [wide] + [clear] * 8
    assert replications_to_verdict.first_lasting_verdict(ASKED, intervals(*once)) == (11, "better")
    assert replications_to_verdict.first_lasting_verdict(ASKED, intervals(*once[:15])) == (
        15,
        "cannot tell",
    )
    assert replications_to_verdict.first_lasting_verdict(ASKED, intervals(*[clear] * 10)) == (
        5,
        "better",
    )
    within = [(-0.5, 0.5)] * 10
    said = "no difference that matters"
    assert replications_to_verdict.first_lasting_verdict(ASKED, intervals(*within)) == (5, said)


def made_up(replications: int) -> pd.DataFrame:
    """Return many indicators in which models share most of the chance."""
    draws = np.random.default_rng(8)
    names = {
        *interval_methods.COVERAGE_INDICATORS,
        *(question.indicator for question in replications_to_verdict.VERDICT_QUESTIONS),
    }
    columns = {}
    for name in sorted(names):
        shared = draws.normal(0.0, 1.0, replications)
        for number, organisation in enumerate(ORGANISATIONS):
            own = draws.normal(0.0, 0.1, replications)
            columns[name, organisation] = 10 + shared + own + 0.2 * number
    return pd.DataFrame(columns)


def test_pairing_wins_the_race_and_the_more_so_the_higher_the_correlation() -> None:
    found = replications_to_verdict.race_table(replace(SHORT_VERDICTS, orders=30), made_up(120))
    narrow = found[found["margin"] <= 0.05]
    assert len(narrow) == 2 and (narrow["paired"] < 12).all()
    assert (narrow["unpaired"] > 5 * narrow["paired"]).all()
    assert (found["correlation"] > 0.95).all()


def test_coverage_of_normals_is_what_it_says() -> None:
    """Of 400 picks at 95 %: standard error 1.1 %; the bootstrap of five falls short."""
    found = interval_methods.coverage_table(
        replace(SHORT_VERDICTS, orders=400, resampled=15), made_up(200)
    )
    assert found[["t_5", "t_8", "t_12"]].to_numpy().mean() == pytest.approx(0.95, abs=0.01)
    assert found["bootstrap_5"].mean() < 0.92
    assert (found["alike"] <= 0.01).all()


SOME_ROOMS = by_night(6, SHORT_VERDICTS.rooms)


@cache
def decided() -> verdict_study.Tables:
    """Return the study in little: fewer replications of Namdal, of which no criterion is."""
    return verdict_study.run_verdict_study(
        replace(SHORT_VERDICTS, rooms=SOME_ROOMS, namdal=by_night(10, 16)), 1, lambda _: None
    )


@pytest.mark.nightly
def test_the_study_is_the_same_with_two_processes() -> None:
    """By night all of its pieces; else two rooms and one of Namdal: all is drawn in pieces."""
    pieces = verdict_study.verdict_study_tasks(
        VerdictStudySize("short", 4, 6, 200, 8, by_night(1, 16), 1, 10, 2)
    )
    some = by_night([*pieces[:2], pieces[-1]], pieces)
    one, two = (execute_tasks(some, workers, lambda _: None) for workers in (1, 2))
    assert len(one) == len(two) == len(some)
    for here, there in zip(one, two, strict=True):
        pd.testing.assert_frame_equal(here, there, check_exact=True)


@pytest.mark.nightly
def test_the_study_meets_its_criteria_and_its_document_says_so(tmp_path: Path) -> None:
    found = decided()
    assert unmet_criteria(found) == []
    rooms = map(verdict_rooms.judged_room, range(SOME_ROOMS))
    nobody_hangs_up = sum(math.isinf(each.patience_s) for each in rooms)
    assert len(found["rooms"]) + len(found["pairs"]) == 4 * SOME_ROOMS - nobody_hangs_up
    text = verdict_document.write_verdict_document(found, tmp_path).read_text("utf-8")
    assert "At most 5 % of verdicts are wrong: met." in text and "--short" in text
    assert "nan" not in text
    assert (tmp_path / "verdicts" / "race.svg").stat().st_size > 5_000


def test_a_study_with_too_many_wrong_verdicts_fails_and_says_so() -> None:
    found = dict(decided())
    found["pairs"] = found["pairs"].assign(wrong=True)
    found["criteria"] = pd.DataFrame(verdict_study.verdict_study_criteria(found))
    assert any("pairs" in each for each in unmet_criteria(found))
    told = verdict_document.verdict_document_facts(found)
    assert not told["met"] and told["wrong"] == len(found["pairs"])


def test_looking_ahead_before_stopping_holds_the_mean_more_often() -> None:
    """Of 400 each: standard error 1.2 % where 94 % hold."""
    found = interval_methods.stopping_table(replace(SHORT_VERDICTS, orders=400))
    assert (found["lasting_runs"] > found["at_once_runs"]).all()
    assert found["lasting"].mean() > found["at_once"].mean()
    normal = found[found["values"] == "normal"]
    assert normal["lasting"].mean() > 0.92


def test_seldom_shares_are_held_where_a_t_interval_does_not_and_others_as_before() -> None:
    found = interval_methods.seldom_table(replace(SHORT_VERDICTS, orders=300)).set_index(
        ["share", "cases", "runs"]
    )
    assert found["ours"].min() > 0.91, "300 times 95 %: 1 in 1,000 below 0.91"
    assert found.loc[(0.995, 20, 5)]["t"] < 0.5
    many = found.loc[(0.8, 1_000, 12)]
    assert many["t"] == many["ours"] and many["t_width"] == many["ours_width"]
