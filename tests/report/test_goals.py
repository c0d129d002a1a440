"""Targets in words: which models meet them, by the verdicts and no further."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from tests.report.many_models import with_more
from tests.report.told import printed_lines

MET = ("met", "not met", "cannot tell")
SPARSE = "ambulance_within_25_min"


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
    first = printed_lines(with_goal(results, list(verdicts)), "en")[1]
    about = next(part for part in re.split(r"; (?![^(]*\))", first) if SPARSE in part)
    if len(met) == 3:
        assert "no model" not in first.lower() and "All models meet" in first
    elif len(set(verdicts)) == 1:
        assert re.search(r"no model (meets|can we tell)", about)
    else:
        assert named_after("met by", about) == met


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (3, "is met by Model two, Model more-0, Model more-1 and Model more-2, not met by Model "
         "today and impossible to tell for Model one"),
        (4, "is not met by Model today, impossible to tell for Model one and met by the other 5 "
         "models"),
    ],
)  # fmt: skip
def test_the_largest_group_of_many_is_told_as_the_others(results, more, said):
    assert said in printed_lines(with_more(results, more), "en")[1]


def test_none_of_the_others_is_counted_twice_or_left_out(results):
    """Two named and the others are all models there are."""
    first = printed_lines(with_more(results, 9), "nb")[1]
    assert "ikke nådd av Modell today, ikke mulig å avgjøre for Modell one" in first
    assert "nådd av de andre 10 modellene" in first


def test_without_intervals_nothing_is_claimed(make_results):
    results = make_results(("today",))
    results.summary[["ci_low", "ci_high"]] = math.nan
    results.summary["verdict"] = results.summary["verdict"].where(
        results.summary["target"].isna(), "cannot tell"
    )
    first = printed_lines(results, "en")[1]
    assert first.startswith("We cannot tell whether Model today meets")
    assert "[" not in " ".join(printed_lines(results, "en"))
