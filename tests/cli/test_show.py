"""What commands show."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from akuttsim.cli import terminal
from akuttsim.cli.terminal import show_progress


def test_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_table(("name", "x"), [("long name", "1"), ("b", "22")])
    assert capsys.readouterr().out == "name        x\nlong name   1\nb          22\n"


def test_a_free_folder_has_the_next_number(tmp_path: Path) -> None:
    wanted = tmp_path / "run"
    assert terminal.free_folder(wanted) == wanted
    wanted.mkdir()
    (tmp_path / "run-2").mkdir()
    assert terminal.free_folder(wanted) == tmp_path / "run-3"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_at_a_terminal_and_lines_elsewhere(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with show_progress(2, "runs") as bar:
        bar.shows(2, "journey +3 ± 1")
        bar.advance(1)
        bar.advance(1)
    out, err = capsys.readouterr()
    assert not out and "journey +3 ± 1" in err
    assert ("runs: 1 of 2 runs, about 0 s left; journey +3 ± 1\n" in err) != terminal


def test_nothing_is_said_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    with terminal.show_progress(1, "runs") as bar:
        bar.shows(1, "answer")
        bar.advance(1)
    assert capsys.readouterr() == ("", "")


def test_two_thousand_runs_are_told_in_ten_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with terminal.show_progress(2000, "runs") as bar:
        for _ in range(2000):
            bar.advance(1)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in lines] == [f"{tenth}00" for tenth in range(2, 21, 2)]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (9000, "2.5 h")],
)
def test_durations_as_exact_as_waiting_needs(seconds: float, told: str) -> None:
    assert terminal.duration_in_words(seconds) == told
