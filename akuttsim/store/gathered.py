"""The tables of many runs, gathered run by run so that memory stays the same however many."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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
    write_gathered(folder, (_read(files, some) for some in _some(runs)), len(runs))


def write_gathered(folder: Path, tables: Iterable[pa.Table], runs: int) -> None:
    """Write tables of indicators behind each other, as `gather` does those of so many runs."""
    (folder / "indicators.csv").unlink(missing_ok=True)
    with ExitStack() as files:
        parquet = files.enter_context(whole_file(folder / "indicators.parquet"))
        csv = None
        if runs <= MOST_IN_CSV:
            csv = files.enter_context(whole_file(folder / "indicators.csv"))
            csv.write((",".join(INDICATORS.names) + "\n").encode("ascii"))
        options = {"compression": "zstd", "store_schema": False}
        with pq.ParquetWriter(parquet, INDICATORS, **options) as writer:
            for table in tables:
                writer.write_table(table)
                if csv is not None:
                    csv.write(_in_csv(table))


def _in_csv(table: pa.Table) -> bytes:
    text: str = table.to_pandas().to_csv(index=False, header=False, lineterminator="\n")
    return text.encode("utf-8")


def _some(runs: Sequence[RunId]) -> Iterator[Sequence[RunId]]:
    for start in range(0, len(runs), TOGETHER):
        yield runs[start : start + TOGETHER]


def _read(files: RunFiles, runs: Sequence[RunId]) -> pa.Table:
    return pa.concat_tables([read_indicators(files.run_file(run)) for run in runs])


MOST_CELLS = 400_000
"""Values of one organisation in one case that are held at once; more are read in several parts."""

Run = tuple[str, str, int]
"""Case, organisation and replication."""


def parts(path: Path, runs: int) -> list[list[str] | None]:
    """Return the indicators of a gathered table in parts, so that none is too large to be held.

    `runs` is how many replications the organisation with the most has in a case. None stands for
    all indicators: the only part where they are few.
    """
    counts: dict[str, int] = {}
    rows = next(_by_run(path, None))[1]
    for name in rows.column("indicator").to_pylist():
        counts[name] = counts.get(name, 0) + runs
    if sum(counts.values()) <= MOST_CELLS:
        return [None]
    found: list[list[str] | None] = []
    room = 0
    for name, count in counts.items():
        if not found or room < count:
            found.append(part := [])
            room = MOST_CELLS
        part.append(name)
        room -= count
    return found


def sheets(path: Path, wanted: Sequence[str] | None) -> Iterator[Sheet]:
    """Yield the indicators of each organisation in each case, in the order of a gathered table."""
    for of, group in itertools.groupby(_by_run(path, wanted), key=lambda each: each[0][:2]):
        yield _sheet(of, ((run[2], rows) for run, rows in group))


def _by_run(path: Path, wanted: Sequence[str] | None) -> Iterator[tuple[Run, pa.Table]]:
    """Yield the rows of each run, of the indicators wanted."""
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            if wanted is not None:
                table = table.filter(pc.is_in(table.column("indicator"), pa.array(wanted)))
            yield from split(table)


def rows_of(path: Path, case: str, organisation: str) -> Iterator[pa.Table]:
    """Yield the rows of an organisation in a case from a gathered table, several runs at a time."""
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            if not _may_have(file.metadata.row_group(number), (case, organisation)):
                continue
            table = file.read_row_group(number)
            of_case = pc.equal(table.column("case"), case)
            mine = pc.and_(of_case, pc.equal(table.column("organisation"), organisation))
            found = table.filter(mine)
            if len(found):
                yield found


def _may_have(group: Any, wanted: Sequence[str]) -> bool:
    """Tell from the least and greatest texts of its first columns whether a group has such rows."""
    found = [group.column(place).statistics for place in range(len(wanted))]
    return all(
        each is None or not each.has_min_max or each.min <= text <= each.max
        for each, text in zip(found, wanted, strict=True)
    )


def split(table: pa.Table) -> Iterator[tuple[Run, pa.Table]]:
    """Yield the rows of each run of a table in which those of a run stand together."""
    names = [table.column(name) for name in ("case", "organisation", "replication")]
    codes = [name.combine_chunks().dictionary_encode().indices.to_numpy() for name in names]
    changed = np.any([np.diff(code) != 0 for code in codes], axis=0)
    bounds = [0, *(np.flatnonzero(changed) + 1).tolist(), len(table)] if len(table) else []
    for start, end in itertools.pairwise(bounds):
        case, organisation, replication = (name[start].as_py() for name in names)
        yield (case, organisation, replication), table.slice(start, end - start)


def _sheet(of: tuple[str, str], runs: Iterable[tuple[int, pa.Table]]) -> Sheet:
    """Return the indicators of some replications of one organisation in one case.

    Keys stand in the order of their first appearance; one that a run has not is NaN there.
    """
    place: dict[Key, int] = {}
    units: dict[str, str] = {}
    columns, replications = [], []
    for replication, rows in runs:
        places = [place.setdefault(key, len(place)) for key in _keys(rows, units)]
        values, cases = rows.column("value").to_numpy(), rows.column("n").to_numpy()
        columns.append((np.array(places, dtype=np.int32), values.copy(), cases.copy()))
        replications.append(replication)
    table = np.full((len(place), len(columns)), np.nan)
    counts = np.zeros(table.shape, dtype=np.int64)
    for number, (where, values, cases) in enumerate(columns):
        table[where, number] = values
        counts[where, number] = cases
    return Sheet(*of, tuple(place), units, tuple(replications), table, counts)


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
