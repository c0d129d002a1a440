"""Whether there were replications enough, in words."""

from __future__ import annotations

import pytest

from tests.report.manifests import set_manifest
from tests.report.told import printed_lines

TRAVEL = "travel_to_care_min"


def ranked(results, *rows):
    """Let a search for the best have come out so: model, let go after, among the best."""
    best = {"indicator": TRAVEL, "margin": 1.0, "confidence": 0.95, "max": 60}
    ranking = [
        {"organisation": name, "mean": 1.0, "replications": gone or 20,
         "let_go_after": gone, "is_among_best": among}
        for name, gone, among in rows
    ]  # fmt: skip
    set_manifest(results, best=best, ranking=ranking)
    return printed_lines(results, "en")


def test_the_best_is_named_with_its_certainty_and_who_was_let_go(results):
    lines = ranked(results, ("two", 0, True), ("today", 12, True), ("one", 8, False))
    assert lines[-1].startswith("The best by “")
    assert (
        "is Model two, with 95% certainty, or within 1.0\u00a0min of the best (20 repl" in lines[-1]
    )
    assert "not told apart from the best by an interval: Model today;" in lines[-1]
    assert lines[-1].endswith("worse: Model today (after 12) and Model one (after 8).")


def test_several_that_are_left_are_not_called_best(results):
    lines = ranked(results, ("two", 0, True), ("today", 0, True), ("one", 8, False))
    assert (
        "cannot be told after 20 replications: still in the running are Model two and" in lines[-1]
    )
    assert "The best by" not in lines[-1]


def asked_for(results, half_width):
    set_manifest(results, until={"indicator": TRAVEL, "half_width": half_width, "max": 40})
    set_manifest(results, runs={"today": 24, "one": 24, "two": 24})
    return printed_lines(results, "nb")[-1]


def test_an_asked_precision_is_reached_or_not(results):
    mine = results.differences
    rows = (mine["indicator"] == TRAVEL) & (mine["group_by"] == "all")
    widest = (mine.loc[rows, "ci_high"] - mine.loc[rows, "ci_low"]).max() / 2
    told = f"±{widest:.2f}".replace(".", ",")
    reached = asked_for(results, widest + 0.01)
    assert "er så smalt som ønsket" in reached and "24 gjentakelser" in reached and told in reached
    assert "er ikke så smalt som ønsket" in asked_for(results, widest - 0.01)


def test_how_many_more_would_tell_what_is_open(results):
    set_manifest(results, targets=[], main_indicators=[TRAVEL])
    table = results.differences
    rows = (table["group_by"] == "all") & (table["indicator"] == TRAVEL)
    columns = ["mean", "ci_low", "ci_high", "verdict"]
    table.loc[rows, columns] = [1.0, -9.0, 9.0, "cannot tell"]
    table["more_runs"] = float("nan")
    assert "more repl" not in printed_lines(results, "en")[-1], "of what nobody can tell"
    table.loc[rows & (table["organisation"] == "one"), "more_runs"] = 838.0
    told = printed_lines(results, "en")[-1]
    assert told.startswith("About 840 more replications would answer what is open, if")
    assert told.endswith(
        "; for 1 of the open questions no number can be told, as they lie too near the middle."
    )
    table.loc[rows & (table["organisation"] == "two"), "more_runs"] = 12.0
    assert (
        "About 12 more replications would answer the first of what is open, and about 840"
        in (printed_lines(results, "en")[-1])
    )
    table.loc[rows & (table["organisation"] == "two"), "more_runs"] = 1.0
    for lang, said in (
        ("en", "About 1 more replication would"),
        ("nb", "Om lag 1 gjentakelse til"),
    ):
        assert printed_lines(results, lang)[-1].startswith(said)


@pytest.mark.parametrize(
    ("counts", "lang", "begins"),
    [
        ((1400.0, 162727.0), "en", "What is open would take more than 1,000 more replications: "),
        ((1400.0, 1400.0), "nb", "Det som er åpent, ville kreve mer enn 1\xa0000 gjentakelser"),
        ((12.0, 1400.0), "en", "About 12 more replications would answer the first of what is open, "
         "if what follows is like what came; the last of it would take more than 1,000: such a"),
    ],
)  # fmt: skip
def test_more_than_anybody_would_run_is_not_counted(results, counts, lang, begins):
    set_manifest(results, targets=[], main_indicators=[TRAVEL])
    table = results.differences
    rows = (table["group_by"] == "all") & (table["indicator"] == TRAVEL)
    columns = ["mean", "ci_low", "ci_high", "verdict"]
    table.loc[rows, columns] = [1.0, -9.0, 9.0, "cannot tell"]
    table["more_runs"] = table["organisation"].map({"one": counts[0], "two": counts[1]})
    told = printed_lines(results, lang)[-1]
    assert told.startswith(begins) and ("margin" in told)
    assert "162" not in told and "400" not in told


def test_real_calls_are_named_and_what_intervals_then_tell(results):
    assert not any("real calls" in line for line in printed_lines(results, "en"))
    days = {"first": "2026-01-06", "last": "2026-02-01"}
    set_manifest(results, log={"file": "calls.csv", "calls": 2999, **days})
    (told,) = [line for line in printed_lines(results, "en") if "real calls" in line]
    assert told.startswith("The real calls of calls.csv from 6 January 2026 to 1 February 2026")
    assert "(2,999 calls)" in told and told.endswith("not how other weeks might go.")
    (norwegian,) = [line for line in printed_lines(results, "nb") if "virkelige samtalene" in line]
    assert "6. januar 2026 til 1. februar 2026" in norwegian
