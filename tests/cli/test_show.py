"""What commands show."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from akuttsim.cli import show


def test_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(("name", "x"), [("long name", "1"), ("b", "22")])
    assert capsys.readouterr().out == "name        x\nlong name   1\nb          22\n"


def test_a_free_folder_has_the_next_number(tmp_path: Path) -> None:
    wanted = tmp_path / "run"
    assert show.free_folder(wanted) == wanted
    wanted.mkdir()
    (tmp_path / "run-2").mkdir()
    assert show.free_folder(wanted) == tmp_path / "run-3"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_at_a_terminal_only(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with show.progress(2, "runs") as tell:
        tell(1)
        tell(1)
    out, err = capsys.readouterr()
    assert not out and bool(err) == terminal
