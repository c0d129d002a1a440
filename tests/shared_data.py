"""Real data beside the project: in ../shared/data or where AKUTTSIM_DATA says; else tests skip."""

from __future__ import annotations

from pathlib import Path

import pytest

from validation.reality_study import real_data_folder


def folder() -> Path:
    """Return the folder of real data; skip the test where there is none."""
    found = real_data_folder()
    if found is None:
        pytest.skip("no real data; set AKUTTSIM_DATA to the folder that has it")
    return found
