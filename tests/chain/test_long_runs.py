"""Runs whose columns lie in files: the same bytes, piece by piece, and little memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from akuttsim import long_columns
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.experiments.study import study_of_run
from akuttsim.long_columns import LongColumns, RowFile, let_go_of_pages, pieces
from akuttsim.records import Patients, PersonValues, Record
from tests.nightly import IS_NIGHTLY

FEW = 300
"""Rows of a piece, of which a week has several."""


def arrays(*tables: Any) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, type and bytes of each column of some tables."""
    for table in tables:
        for name, column in ({} if table is None else vars(table)).items():
            yield name, str(column.dtype), column.tobytes()


def what_is_left(organisation: str) -> tuple[Any, ...]:
    """Return all that a run of a week leaves, as plain values."""
    study = study_of_run([organisation], None, (), (1, 1, 3))
    prepared, run = PreparedStudy(study, keep_records=True), study.runs()[0]
    output = prepared.measured(run)
    assert output.record is not None and output.people is not None
    patients, record, km, _ = output.record
    return (
        list(arrays(patients)),
        list(of_record(record)),
        km.tobytes(),
        repr(output.rows),
        list(of_people(output.people)),
    )


def of_record(record: Record) -> Iterator[Any]:
    """Yield the columns of a record, then its other values."""
    tables = (record.courses, record.calls, record.activities, record.trips, record.planned_visits)
    yield from arrays(*tables)
    yield from (record.units, record.measured, record.end_s, record.events, record.overloads)


def of_people(people: PersonValues) -> Iterator[Any]:
    """Yield the columns of what persons got, then how they are summed up."""
    yield from ((name, each.tobytes()) for name, each in people.columns.items())
    yield from (people.measures, people.persons)


@pytest.mark.parametrize("organisation", ["namdal-today", "namdal-all-links"])
def test_a_run_in_pieces_leaves_the_same_bytes(
    organisation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = long_columns._MAPS.copy()
    at_once = what_is_left(organisation)
    new = long_columns._MAPS - before
    monkeypatch.setattr(long_columns, "ROWS_IN_MEMORY", FEW)
    in_pieces = what_is_left(organisation)
    assert at_once == in_pieces
    assert len(at_once[0]) == len(Patients.columns())
    assert not new, "a run as short as this has all in memory"


def test_columns_in_files_keep_what_was_written_when_their_pages_have_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(long_columns, "ROWS_IN_MEMORY", 10)
    table = LongColumns(25)
    assert table.is_long and not LongColumns(10).is_long
    many = [table.full(kind, value) for kind, value in (("f8", 1.5), ("i4", -3), ("?", 1))] * 20
    times = table.kept(np.arange(25.0))
    view = times.data
    view[3] = 7.5
    let_go_of_pages()
    assert times[3] == 7.5 and view[24] == 24.0
    assert {each.tobytes() for each in many} == {
        np.full(25, value, dtype=kind).tobytes()
        for kind, value in (("f8", 1.5), ("i4", -3), ("?", 1))
    }


def test_pieces_are_all_rows_in_order_and_one_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_columns, "ROWS_IN_MEMORY", 10)
    assert [np.arange(25)[part].tolist() for part in pieces(25)] == [
        list(range(10)), list(range(10, 20)), list(range(20, 25)),
    ]  # fmt: skip
    assert list(pieces(0)) == [slice(0, 0)]


@pytest.mark.parametrize("count", [0, 3, 10, 11, 47])
def test_rows_come_back_as_they_were_added(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_columns, "ROWS_IN_MEMORY", 10)
    rows = RowFile(np.dtype(("f8", (2,))))
    table = np.arange(2.0 * count).reshape(count, 2)
    for start in range(0, count, 4):
        rows.add(bytearray(table[start : start + 4].tobytes()))
    assert rows.rows == count
    parts = list(rows.read())
    assert [part.stop for part, _ in parts][-1] == count
    assert np.array_equal(np.concatenate([piece for _, piece in parts]), table)


MEMORY = """
import sys
from pathlib import Path
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.experiments.study import study_of_run
study = study_of_run(["namdal-today"], None, (), (int(sys.argv[1]), 1, 3))
PreparedStudy(study, False).measured(study.runs()[0])
lines = Path("/proc/self/status").read_text().splitlines()
print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)
"""


def peak_mb(weeks: int) -> float:
    """Return the most memory of a process that does one run of so many weeks."""
    command = [sys.executable, "-c", MEMORY, str(weeks)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.nightly
@pytest.mark.skipif(not IS_NIGHTLY, reason="by night: four years are simulated")
@pytest.mark.skipif(sys.platform != "linux", reason="pages leave memory as Linux does it")
def test_memory_hardly_grows_with_the_length_of_a_run() -> None:
    """Three years more, 215,000 patients, took 480 MB more when all was in memory."""
    assert peak_mb(208) - peak_mb(52) < 150
