"""The questions of docs/questions.md: each can be asked, and the page has those of the list."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from akuttsim.experiments.run_worker import PreparedStudy
from docs import questions
from tests.nightly import by_night

ASKED = questions.read_list()


@pytest.mark.nightly
def test_every_question_can_be_asked_of_a_week() -> None:
    """All are read; every fifth, by night each, is simulated."""
    met: dict[str, int] = {}
    studies = list(questions.whole_studies(ASKED))[:: by_night(8, 1)]
    for study in studies:
        ready = PreparedStudy(replace(study, weeks=1), keep_records=False)
        for run in ready.study.runs(1):
            met[f"{study.name} {run.case} {run.organisation}"] = len(
                ready.simulated(run).record.courses.outcome
            )
    assert len(met) >= by_night(len(studies), len(ASKED.questions))
    assert min(met.values()) > 300, min(met, key=lambda name: met[name])


def test_the_answer_has_the_figures_of_the_tables(tmp_path: Path) -> None:
    one = replace(ASKED.shortened(1, 2), subjects={"All": ASKED.subjects["Doctors"][-1:]})
    questions.main(tmp_path, tmp_path / "page.md", one)
    page = (tmp_path / "page.md").read_text("utf-8")
    table = pd.read_csv(next(tmp_path.glob("*/differences.csv")))
    cost = table[(table.indicator == "cost_nok_a_year") & (table.group == "all")].iloc[0]
    before, after = np.round(np.array([cost.before, cost.after]) / 1e6, 1)
    verdict = {"better": "Cheaper", "worse": "Dearer"}[cost.verdict]
    assert f"**{verdict}**: Cost {before} → {after} NOK million a year" in page
    assert ASKED.subjects["Doctors"][0].ask not in page


def test_the_page_has_the_questions_of_the_list_and_links_to_what_asks_them() -> None:
    page = questions.PAGE.read_text("utf-8")
    assert re.findall(r"^\*\*\d+\. (.+?)\*\*", page, re.M) == [q.ask for q in ASKED.questions]
    links = re.findall(r"\]\(([^)#]+)\)", page)
    assert len(links) > len(ASKED.questions)
    assert [link for link in links if not (questions.DOCS / link).is_file()] == []
    answered = re.findall(r"^\*\*[A-Z][a-z ]+\*\*: .+ → .+ \(", page, re.M)
    assert len(answered) == len(ASKED.questions)
