"""A copy of the shipped Namdal files, to be spoilt one thing at a time."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.shipped import project_root
from akuttsim.errors import InputError, Problem


@dataclass(frozen=True)
class Copy:
    """The files of Namdal in the working folder: `namdal/region.yaml`, its tables, `today.yaml`."""

    folder: Path

    def edit(self, file: str, old: str, new: str) -> int:
        """Write `new` for the only `old` in a file; return the line in which it began."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def line_of(self, file: str, text: str) -> int:
        """Return the first line of a file that has this text."""
        lines = (self.folder / file).read_text(encoding="utf-8").split("\n")
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def region_problems(self, *sets: str) -> tuple[Problem, ...]:
        """Load and check the region; return what is wrong."""
        try:
            check_region(load_region("namdal/region.yaml", sets))
        except InputError as error:
            return error.problems
        return ()

    def organisation_problems(self, *sets: str) -> tuple[Problem, ...]:
        """Load and check the organisation in the region; return what is wrong."""
        try:
            region = load_region("namdal/region.yaml")
            check_organisation(load_organisation("today.yaml", sets), region)
        except InputError as error:
            return error.problems
        return ()


@pytest.fixture
def namdal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    shutil.copytree(project_root() / "configs" / "regions" / "namdal", tmp_path / "namdal")
    shutil.copy(
        project_root() / "configs" / "organisations" / "namdal-today.yaml", tmp_path / "today.yaml"
    )
    monkeypatch.chdir(tmp_path)
    return Copy(tmp_path)
