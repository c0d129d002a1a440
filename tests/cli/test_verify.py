from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from akuttsim.cli import app
from validation import exact_answer_study

CRITERION = {"part": "one control room", "what": "coverage of mean wait", "low": 0.93, "high": 0.97}


def verify(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: float, *more: str) -> object:
    """Run the command on a study that found one criterion, and write no document."""
    row = {**CRITERION, "value": value, "n": 1000, "met": 0.93 <= value <= 0.97}
    found = {"criteria": pd.DataFrame([row])}
    asked: list[str] = []
    monkeypatch.setattr(
        exact_answer_study, "run_exact_study", lambda form, *_: asked.append(form.name) or found
    )
    written = tmp_path / "verification.md"
    monkeypatch.setattr("validation.exact_answer_document.write_exact_document", lambda *_: written)
    return CliRunner().invoke(app, ["verify", *more]), asked


def test_met_criteria_end_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result, asked = verify(monkeypatch, tmp_path, 0.95)
    assert result.exit_code == 0
    assert asked == ["full"]
    assert "verification.md" in result.stdout


def test_a_criterion_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result, asked = verify(monkeypatch, tmp_path, 0.89, "--short")
    assert result.exit_code == 1
    assert asked == ["short"]
    assert "Not met. one control room: coverage of mean wait is 0.89" in result.stderr
    assert "0.93 to 0.97" in result.stderr


@pytest.mark.parametrize(("wrong", "code"), [(0.02, 0), (0.07, 1)])
def test_the_study_of_verdicts_is_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: float, code: int
) -> None:
    from validation import verdict_study as verdicts

    row = {"part": "pairs", "what": "wrong verdicts", "low": 0.0, "high": 0.05, "n": 200}
    found = {"criteria": pd.DataFrame([{**row, "value": wrong, "met": wrong <= 0.05}])}
    asked: list[str] = []
    monkeypatch.setattr(
        verdicts, "run_verdict_study", lambda form, *_: asked.append(form.name) or found
    )
    written = tmp_path / "verdicts.md"
    monkeypatch.setattr("validation.verdict_document.write_verdict_document", lambda *_: written)
    result = CliRunner().invoke(app, ["verify", "--study", "verdicts", "--short"])
    assert (result.exit_code, asked) == (code, ["short"])
    assert "pairs: wrong verdicts (200)" in result.stdout and "verdicts.md" in result.stdout
