from __future__ import annotations

import itertools
import math
import re

import pytest

from tests.report.told import answer_lines

MET = ("met", "not met", "cannot tell")
SPARSE = "ambulance_within_25_min"
BETTER = r"shorter (?:journey|time)"
WORSE = r"longer (?:journey|time)"


def with_goal(results, verdicts):
    """Set the verdicts of the one target that differs, model by model."""
    table = results.summary
    rows = (table["indicator"] == SPARSE) & (table["group_by"] == "all")
    table.loc[rows, "verdict"] = verdicts
    return results


def named_after(words, sentence):
    until = r"(?:(?!, (?:not met|impossible)| and (?:not|imp)).)*"
    found = re.search(rf"(?<!not ){words} ({until})", sentence)
    return set(re.findall(r"Model (\w+)", found[1])) if found else set()


@pytest.mark.parametrize("verdicts", list(itertools.product(MET, repeat=3)))
def test_a_target_is_said_to_be_met_only_by_those_whose_verdict_says_so(results, verdicts):
    names = ("today", "one", "two")
    met = {name for name, verdict in zip(names, verdicts, strict=True) if verdict == "met"}
    first = answer_lines(with_goal(results, list(verdicts)), "en")[0]
    about = next(part for part in re.split(r"; (?![^(]*\))", first) if SPARSE in part)
    if len(met) == 3:
        assert "no model" not in first.lower() and "All models meet" in first
    elif len(set(verdicts)) == 1:
        assert re.search(r"no model (meets|can we tell)", about)
    else:
        assert named_after("met by", about) == met


def with_change(results, mean, verdict):
    """Set every difference in journey and time, overall and by municipality."""
    table = results.differences
    rows = table["indicator"].isin(["travel_to_care_min", "ring_to_doctor_min"])
    half = 1.0 if verdict in ("better", "worse") else 1.0 + abs(mean)
    table.loc[rows, ["mean", "ci_low", "ci_high"]] = [mean, mean - half, mean + half]
    table.loc[rows, "verdict"] = verdict
    return results


@pytest.mark.parametrize(
    ("mean", "verdict", "said", "unsaid"),
    [
        (-5.0, "better", BETTER, WORSE),
        (5.0, "worse", WORSE, BETTER),
    ],
)
def test_the_second_sentence_says_which_way_a_clear_difference_goes(
    results, mean, verdict, said, unsaid
):
    second = answer_lines(with_change(results, mean, verdict), "en")[1]
    assert re.search(said, second)
    assert not re.search(unsaid, second)
    assert ("best for" in second) == (verdict == "better")
    assert ("worst for" in second) == (verdict == "worse")


@pytest.mark.parametrize("mean", [-0.5, 0.5, -40.0])
def test_an_unclear_difference_is_claimed_nowhere_and_told_as_open(results, mean):
    _, second, third = answer_lines(with_change(results, mean, "cannot tell"), "en")
    assert not re.search(f"{BETTER}|{WORSE}|best for|worst for", second)
    assert "Journey to care" in third


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "no difference larger than 1.5\u00a0min in"),
        ("nb", "ingen forskjell større enn 1,5\u00a0min"),
    ],
)
def test_a_difference_within_the_margin_is_told_as_such_and_not_as_open(results, lang, said):
    results = with_change(results, 0.2, "no difference that matters")
    results.differences["margin"] = 1.5
    _, second, third = answer_lines(results, lang)
    assert said in second
    assert not re.search(f"{BETTER}|{WORSE}", second)
    assert "Journey to care" not in third and "Reisevei" not in third


def test_a_margin_of_a_share_is_told_in_percentage_points(results):
    rows = results.differences["indicator"] == "ambulance_within_25_min"
    results.differences.loc[rows, "verdict"] = "no difference that matters"
    results.differences["margin"] = 0.005
    assert "no difference larger than 0.5 percentage points in" in answer_lines(results, "en")[
        1
    ].replace("\u00a0", " ")


def test_of_a_difference_that_cannot_be_told_it_is_not_said_that_there_is_none(results):
    results.differences["verdict"] = "cannot tell"
    second = answer_lines(results, "en")[1]
    assert second.startswith("For no model can we tell any difference from Model today")


def test_the_municipalities_named_are_those_that_differ_most_with_a_clear_verdict(results):
    second = answer_lines(results, "en")[1]
    gains = second[second.index("Model two") :]
    assert "best for Nord: \u221230.0\u00a0min [\u221232.0 to \u221228.0]" in gains
    assert "worst for Nord: +27.5\u00a0min" in second
    assert "Nuorta" not in second  # the largest difference, but not a clear one


def test_what_does_not_apply_and_what_is_assumed_is_said(results):
    third = answer_lines(results, "nb")[2]
    assert "Mål ambulance_within_12_min" in third
    assert "ikke aktuelt" in third
    assert "1 av de 2 inngangsverdiene er antakelser" in third


def test_identical_models_are_not_called_unclear(results):
    third = answer_lines(results, "en")[2]
    assert "answered_116117_within_120_s" not in third


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_one_model_alone_is_not_compared(make_results, lang):
    lines = answer_lines(make_results(("today",)), lang)
    assert len(lines) == 3
    assert not re.search("best for|dårligst|worst|Compared|Sammenlignet", " ".join(lines))
    assert not re.search("every difference|forskjellene", lines[2])
    assert "Nuorta" in lines[1]  # the longest way, which is a level and no comparison


def test_without_intervals_nothing_is_claimed(make_results):
    results = make_results(("today",))
    results.summary[["ci_low", "ci_high"]] = math.nan
    results.summary["verdict"] = results.summary["verdict"].where(
        results.summary["target"].isna(), "cannot tell"
    )
    first = answer_lines(results, "en")[0]
    assert first.startswith("We cannot tell whether Model today meets")
    assert "[" not in " ".join(answer_lines(results, "en"))
