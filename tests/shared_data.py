"""Real data beside the project: in ../shared/data or where AKUTTSIM_DATA says; else tests skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def folder() -> Path:
    """Return the folder of real data; skip the test where there is none."""
    told = os.environ.get("AKUTTSIM_DATA")
    found = Path(told) if told else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not found.is_dir():
        pytest.skip("no real data; set AKUTTSIM_DATA to the folder that has it")
    return found
