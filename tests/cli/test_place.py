"""akuttsim place, as a planner runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.cli import main
from tests import small

SHORT = ("--weeks", "1", "--replications", "2", "--workers", "1")


def place(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr("sys.argv", ["akuttsim", "place", *arguments])
    main()


def test_ambulances_are_proposed_proved_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ("--what", "ambulances", "--by", "pmedian", "--out", str(out))
    place(monkeypatch, str(small.TODAY), *asked, *SHORT)
    printed = capsys.readouterr().out
    for told in ("to stand at", "The formula promised", "Verdict:", "report.html"):
        assert told in printed
    verdict = (out / "verdict.txt").read_text("utf-8")
    assert verdict.strip() in printed
    assert (out / "small-today-placed.yaml").exists()
    assert (out / "results" / "summary.csv").exists()


def test_without_proof_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    like = ("--like", "namdal-satellites:satellitt-lierne", "--out", str(tmp_path / "out"))
    place(monkeypatch, "namdal-today", "--what", "satellites", "--n", "2", *like, "--no-proof")
    printed = capsys.readouterr().out
    assert "akuttsim sweep" in printed
    assert not (tmp_path / "out" / "results").exists()


@pytest.mark.parametrize(
    "wrong",
    [("--what", "satellites"), ("--what", "ambulances", "--keep", "nowhere"), ("--what", "boats")],
)
def test_a_wrong_question_is_a_line_and_exit_code_2(
    wrong: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        place(monkeypatch, "namdal-today", *wrong, "--out", str(tmp_path / "out"))
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
