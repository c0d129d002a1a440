"""The tables of many runs, gathered run by run so that memory stays the same however many."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from akuttsim.records import Key, Sheet
from akuttsim.store.files import INDICATORS, read_indicators, whole_file
from akuttsim.store.runs import RunFiles, RunId

MOST_IN_CSV = 200
"""Runs up to which all indicators are written as CSV too; above, the file would be too large."""

TOGETHER = 50
"""Runs that are written together, as one group of rows."""


def gather(files: RunFiles, runs: Sequence[RunId], folder: Path) -> None:
    """Write all indicators of runs, in the order given, as Parquet, and as CSV where they are few.

    The same runs give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(folder / "indicators.parquet") as file,
        pq.ParquetWriter(file, INDICATORS, compression="zstd", store_schema=False) as writer,
    ):
        for some in _some(runs):
            writer.write_table(_read(files, some))
    _write_csv(files, runs, folder / "indicators.csv")


def _write_csv(files: RunFiles, runs: Sequence[RunId], path: Path) -> None:
    path.unlink(missing_ok=True)
    if len(runs) > MOST_IN_CSV:
        return
    with whole_file(path) as file:
        for number, some in enumerate(_some(runs)):
            frame = _read(files, some).to_pandas()
            text = frame.to_csv(index=False, header=number == 0, lineterminator="\n")
            file.write(text.encode("utf-8"))


def _some(runs: Sequence[RunId]) -> Iterator[Sequence[RunId]]:
    for start in range(0, len(runs), TOGETHER):
        yield runs[start : start + TOGETHER]


def _read(files: RunFiles, runs: Sequence[RunId]) -> pa.Table:
    return pa.concat_tables([read_indicators(files.run_file(run)) for run in runs])


def sheets(files: RunFiles, runs: Sequence[RunId]) -> Iterator[Sheet]:
    """Yield the indicators of each organisation in each case, in the order of the runs."""
    for _, group in itertools.groupby(runs, key=lambda run: (run.case, run.organisation)):
        yield sheet(files, list(group))


def sheet(files: RunFiles, runs: Sequence[RunId]) -> Sheet:
    """Return the indicators of some replications of one organisation in one case.

    Keys stand in the order of their first appearance; one that a run has not is NaN there.
    """
    place: dict[Key, int] = {}
    units: dict[str, str] = {}
    columns = []
    for run in runs:
        found = read_indicators(files.run_file(run))
        places = [place.setdefault(key, len(place)) for key in _keys(found, units)]
        columns.append((places, found.column("value").to_numpy(), found.column("n").to_numpy()))
    table = np.full((len(place), len(runs)), np.nan)
    counts = np.zeros(table.shape, dtype=np.int64)
    for number, (places, values, cases) in enumerate(columns):
        table[places, number] = values
        counts[places, number] = cases
    first = runs[0]
    replications = tuple(run.replication for run in runs)
    return Sheet(first.case, first.organisation, tuple(place), units, replications, table, counts)


def _keys(table: pa.Table, units: dict[str, str]) -> list[Key]:
    names = [table.column(name).to_pylist() for name in ("indicator", "group_by", "group")]
    units.update(zip(names[0], table.column("unit").to_pylist(), strict=True))
    return list(zip(*names, strict=True))


def values_of(files: RunFiles, runs: Sequence[RunId], indicator: str) -> list[float]:
    """Return one indicator for everybody in each of some runs, NaN where it was not measured."""
    wanted = [("indicator", "=", indicator), ("group_by", "=", "all")]
    found = []
    for run in runs:
        table = pq.read_table(files.run_file(run), columns=["value"], filters=wanted)
        found.append(float(table.column("value")[0].as_py()) if len(table) else float("nan"))
    return found
