"""Gathered tables: read in parts, what stands in them is the same as at once."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from akuttsim.experiments import run_files
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_identity import RunId
from akuttsim.records import Key

RUNS = [RunId(name, number, "d" * 64) for name in ("today", "other") for number in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> ResultsFolder:
    """Three replications of two organisations; one indicator has a group in a single run."""
    folder = ResultsFolder(tmp_path)
    for place, run in enumerate(RUNS):
        rows = [
            ("wait", "all", "all", float(place), "min", 5),
            ("calls", "all", "all", 1.0, "n", 1),
        ]
        rows += [("calls", "hour", "07", 2.0 * place, "n", 2)] if place == 1 else []
        folder.keep(run, rows)
    folder.gather(RUNS)
    return folder


def test_a_sheet_has_all_replications_of_an_organisation_in_a_case(folder: ResultsFolder) -> None:
    ((today, other),) = (list(part) for part in folder.sheets(3))
    assert (today.organisation, other.organisation) == ("today", "other")
    assert today.replications == (0, 1, 2) and today.units == {"wait": "min", "calls": "n"}
    assert today.keys[2] == ("calls", "hour", "07") and len(other.keys) == 2
    assert np.array_equal(today.values[2], [np.nan, 2.0, np.nan], equal_nan=True)
    assert other.values[0].tolist() == [3.0, 4.0, 5.0] and other.counts[0].tolist() == [5, 5, 5]


def test_parts_hold_no_more_than_they_may_and_together_everything(
    folder: ResultsFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {each.organisation: each for part in folder.sheets(3) for each in part}
    monkeypatch.setattr(run_files, "MOST_CELLS", 4)
    parts = run_files.indicator_parts(folder.folder / "indicators.parquet", 3)
    assert parts == [["wait"], ["calls"]]
    found: dict[str, dict[Key, list[float]]] = defaultdict(dict)
    for part in folder.sheets(3):
        for each in part:
            for key, values in zip(each.keys, each.values, strict=True):
                found[each.organisation][key] = values.tolist()
    for name, sheet in whole.items():
        expected = dict(zip(sheet.keys, sheet.values.tolist(), strict=True))
        assert list(found[name]) == list(expected)
        np.testing.assert_equal(found[name], expected)


def test_rows_of_one_organisation_are_found_in_the_table(folder: ResultsFolder) -> None:
    path = folder.folder / "indicators.parquet"
    (table,) = run_files.organisation_rows(path, "plain", "other")
    assert [run for run, _ in run_files.split_by_run(table)] == [
        ("plain", "other", n) for n in range(3)
    ]
    assert list(run_files.organisation_rows(path, "plain", "zebra")) == []
