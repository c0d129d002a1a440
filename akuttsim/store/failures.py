"""Runs that failed, as a results folder tells of them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Failure(NamedTuple):
    """A run that failed twice and is left out; `why` is the last line of what it told."""

    case: str
    organisation: str
    replication: int
    why: str


def read_failures(folder: Path) -> list[Failure]:
    """Return the runs of a results folder that failed, in order of case and organisation."""
    return [_failure(path) for path in sorted((folder / "failed").rglob("*-*.txt"))]


def _failure(path: Path) -> Failure:
    organisation, _, replication = path.stem.rpartition("-")
    lines = path.read_text("utf-8", "replace").strip().splitlines()
    return Failure(path.parent.name, organisation, int(replication), lines[-1] if lines else "")
