"""What changes the answer: the page is made by its command, and tells what turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from akuttsim.experiments.study import study_of_experiment
from akuttsim.report.context import Estimate


@pytest.fixture(scope="module")
def page() -> object:
    from docs import what_changes_the_answer

    return what_changes_the_answer


def found(verdict: str) -> Estimate:
    return Estimate(1.0, 0.5, 1.5, "min", verdict)


def test_a_claim_that_turns_is_told_and_one_that_stays_is_not(page: object) -> None:
    key, other = ("one", "travel", False), ("one", "phone", False)
    told = {
        "first": {key: found("better"), other: found("cannot tell")},
        "turned": {key: found("worse"), other: found("no difference that matters")},
        "lost": {key: found("cannot tell"), other: found("cannot tell")},
        "as it was": {key: found("better"), other: found("no difference that matters")},
    }
    assert list(page.turns(told, "first", "turned")) == [key]  # type: ignore[attr-defined]
    assert page.is_sure(told, "turned", key)  # type: ignore[attr-defined]
    assert list(page.turns(told, "first", "lost")) == [key]  # type: ignore[attr-defined]
    assert not page.is_sure(told, "lost", key)  # type: ignore[attr-defined]
    assert list(page.turns(told, "first", "as it was")) == []  # type: ignore[attr-defined]


def test_each_changed_assumption_has_its_part_and_both_readings_of_red_are_told(
    page: object, tmp_path: Path
) -> None:
    study = study_of_experiment(page.EXPERIMENT)  # type: ignore[attr-defined]
    wanted = [case for case in study.cases if dict(case.levels)["red-beyond-reach"] == 0.0]
    of_two = {name: study.organisations[name] for name in list(study.organisations)[:2]}
    short = replace(
        study, weeks=1, replications=2, cases=(study.cases[0], *wanted), organisations=of_two
    )
    page.main(tmp_path / "results", tmp_path / "page.md", short, 1)  # type: ignore[attr-defined]
    written = (tmp_path / "page.md").read_text("utf-8")
    assert "## Share of red beyond reach who ring 113" in written
    assert "| they ring 113 | they wait till the morning |" in written
    assert "docs/what_changes_the_answer.py" in written
