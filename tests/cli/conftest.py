"""Commands are asked for what they say and write: figures of their pages are left blank."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from akuttsim import cli
from tests.blank import blank_figures

Ran = tuple[int, str, str]
Runs = Callable[..., Ran]


@pytest.fixture
def akuttsim(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runs:
    """Return a function that runs a command line in this process: code, output, errors.

    As in CI, where no progress is told: whatever stands among the errors is one.
    """
    monkeypatch.setenv("CI", "true")

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["akuttsim", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return ran


@pytest.fixture(scope="module", autouse=True)
def without_figures() -> Iterator[None]:
    """Leave figures blank, also in what a module's tests share."""
    yield from blank_figures()
