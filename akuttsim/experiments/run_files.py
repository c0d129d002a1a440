"""The files of single runs as they finish, and the tables gathered from many of them.

Each run has a file of its own, whole or not at all; gathering reads run by run so that memory stays
the same however many there are.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from akuttsim.config.docstrings import class_docs
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.files import (
    INDICATORS,
    UNREADABLE_PARQUET,
    Filters,
    damaged_file,
    has_seal,
    read_indicators,
    read_json,
    read_sealed_parquet,
    whole_file,
    write_csv,
    write_parquet,
    write_whole,
)
from akuttsim.experiments.run_identity import PLAIN, RunId
from akuttsim.long_columns import let_go_of_pages
from akuttsim.records import (
    AVOIDED,
    CONDITIONS,
    INSTEAD,
    KINDS,
    OUTCOMES,
    TRIP_KINDS,
    TRIP_MODES,
    Activities,
    Codes,
    Courses,
    DoctorCallOut,
    Floats,
    Indices,
    Key,
    Line,
    Measure,
    Patients,
    PersonValues,
    Record,
    Sheet,
    Trips,
    Urgency,
    code_names,
)
from akuttsim.texts import message

IN_USE = ".in-use"
"""A file that is locked while a process fills the folder; it may lie there afterwards."""

OVERLOADS = ("case", "organisation", "replication", "role", "team", "since", "waiting")
"""Columns of the table of queues that grew without bound; `since` is local time."""

IndicatorRows = Iterable[tuple[str, str, str, float, str, int]]
"""Indicators: indicator, group_by, group, value, unit, n."""

GrownQueues = Sequence[tuple[str, str, datetime, int]]
"""Queues that grew without bound: role, team, since when, how many waited at the end."""


class RunFiles:
    """The files of a results folder that belong to single runs."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self.folder = folder
        self.damaged: list[RunId] = []
        """Runs that were found not to be as they were written, and taken away."""

    @contextmanager
    def filling(self, resume: bool) -> Iterator[None]:
        """Make the folder and hold it while it is filled; what is left half written is removed.

        Args:
            resume: Whether the folder may hold results already.

        Raises:
            InputError: It holds results and is not to be resumed, or another process fills it.
        """
        self._make(resume)
        with self._alone():
            self.tidy()
            try:
                yield
            except BaseException:
                self.tidy()
                raise

    def _make(self, resume: bool) -> None:
        """Make the folder of runs. Raises InputError where it is not empty or cannot be made."""
        if (self.folder / "runs").exists() and not resume:
            what = message("experiments.results.already")
            raise InputError([Problem("", 0, str(self.folder), what)])
        if not resume and self.folder.is_dir() and any(self.folder.iterdir()):
            what = message("experiments.not_empty")
            raise InputError([Problem("", 0, str(self.folder), what)])
        try:
            (self.folder / "runs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = message("experiments.results.cannot_make", strerror=error.strerror)
            raise InputError([Problem("", 0, str(self.folder), what)]) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process fill the folder; the system lets go when this one ends, however.

        Where a disk knows no locks, as some of networks, nothing is held.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / "runs" / IN_USE)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            what = message("experiments.results.in_use")
            raise InputError(
                [
                    Problem(
                        "", 0, str(self.folder), message("experiments.results.with_out", what=what)
                    )
                ]
            ) from None
        except (NotImplementedError, OSError):
            pass
        try:
            yield
        finally:
            lock.release()

    def tidy(self) -> None:
        """Remove files that whoever wrote them never finished."""
        for unfinished in self.folder.rglob(".*.unfinished-*"):
            unfinished.unlink(missing_ok=True)

    def run_file(self, run: RunId) -> Path:
        """Return where a run's indicators lie."""
        name = f"{run.replication:05d}-{run.digest[:12]}.parquet"
        return self.folder / "runs" / run.case / run.organisation / name

    def overload_file(self, run: RunId) -> Path:
        """Return where a run's queues that grew without bound lie; not there if none did."""
        return self.run_file(run).with_suffix(".overloads.csv")

    def failure_file(self, run: RunId) -> Path:
        """Return where it is told why a run failed; not there if it did not."""
        return self.folder / "failed" / run.case / f"{run.organisation}-{run.replication:05d}.txt"

    def has(self, run: RunId, others: Iterable[Path] = ()) -> bool:
        """Tell whether a run is finished, and its files are as they were written.

        One that is damaged is taken away, to be done again, and noted in `damaged`.

        Args:
            run: The run.
            others: Files that were written for it beside its own and must be there.
        """
        path = self.run_file(run)
        if not path.exists():
            return False
        if self._is_whole(run) and all(_is_whole_beside(path, run) for path in others):
            return True
        _remove(path)
        self.damaged.append(run)
        return False

    def _is_whole(self, run: RunId) -> bool:
        """Tell whether a run's file, its queues that grew and its people are as written."""
        people = people_file(self.folder, run)
        try:
            return _is_whole_parquet(self.run_file(run), self._beside(run)) and (
                not people.exists() or _is_whole_parquet(people, _whose(run))
            )
        except (InputError, *UNREADABLE_PARQUET):
            return False

    def indicators(self, run: RunId, wanted: Filters = None) -> pa.Table:
        """Return the indicators of a finished run, or the rows wanted of them.

        Raises InputError where its files are not as they were written.
        """
        return read_indicators(self.run_file(run), wanted, self._beside(run))

    def _beside(self, run: RunId) -> bytes:
        """Return what is sealed with a run: which it is, and its queues that grew.

        Of its people only whether they were kept: that file has a seal of its own.
        """
        queues = self.overload_file(run)
        grown = queues.read_bytes() if queues.is_file() else b""
        has_people = people_file(self.folder, run).is_file()
        return f"{run.told} {run.digest} {has_people}\n".encode() + grown

    def finished(self, case: str, organisation: str, of: str) -> list[RunId]:
        """Return the whole runs of an organisation in a case; of others `damaged` tells.

        Args:
            case: The case.
            organisation: The organisation.
            of: The digest that the runs must have.
        """
        name = f"[0-9]*-{of[:12]}.parquet"
        paths = (self.folder / "runs" / case / organisation).glob(name)
        numbers = sorted(int(path.name.partition("-")[0]) for path in paths)
        runs = [RunId(organisation, number, of, case) for number in numbers]
        whole = [run for run in runs if self._is_whole(run)]
        self.damaged += [run for run in runs if run not in set(whole)]
        return whole

    def of_other_inputs(self, runs: Iterable[RunId]) -> int:
        """Return how many runs are kept that are none of a study with these runs.

        Args:
            runs: All runs of the study.
        """
        mine = {(run.case, run.organisation, run.digest[:12]) for run in runs}
        paths = (self.folder / "runs").glob("*/*/[0-9]*-*.parquet")
        inputs_of_runs = (
            (path.parts[-3], path.parts[-2], path.stem.rpartition("-")[2]) for path in paths
        )
        return sum(each not in mine for each in inputs_of_runs)

    def keep(self, run: RunId, rows: IndicatorRows, overloads: GrownQueues = ()) -> None:
        """Write a finished run's indicators, and first its queues that grew without bound.

        Args:
            run: The run.
            rows: Its indicators: indicator, group_by, group, value, unit, n.
            overloads: Queues that grew: role, team, since when, how many waited at the end.
        """
        _remove(self.overload_file(run))  # of a run before it, which was damaged
        if overloads:
            # Local time to the minute, without its distance from UTC.
            of = (run.case, run.organisation, run.replication)
            rows_of_queues = [
                (*of, role, team, since.replace(tzinfo=None).isoformat(" ", "minutes"), waiting)
                for role, team, since, waiting in overloads
            ]
            write_csv(self.overload_file(run), pd.DataFrame(rows_of_queues, columns=OVERLOADS))
        columns = list(zip(*rows, strict=True))
        count = len(columns[0])
        of_run = [[run.case] * count, [run.organisation] * count, [run.replication] * count]
        arrays = [
            pa.array(each, type=field.type)
            for each, field in zip([*of_run, *columns], INDICATORS, strict=True)
        ]
        table = pa.Table.from_arrays(arrays, schema=INDICATORS)
        write_parquet(self.run_file(run), table, beside=self._beside(run))

    def keep_failure(self, run: RunId, why: str) -> None:
        """Write why a run failed."""
        write_whole(self.failure_file(run), why.encode("utf-8"))

    def forget_failures(self) -> None:
        """Remove what is told of failed runs: they are tried again."""
        for path in (self.folder / "failed").rglob("*.txt"):
            path.unlink()

    def gather_overloads(self, runs: Iterable[RunId]) -> None:
        """Write the queues that grew without bound in any of these runs as one table."""
        write_csv(self.folder / "overloads.csv", self.overloads(runs))

    def overloads(self, runs: Iterable[RunId]) -> pd.DataFrame:
        """Return the queues that grew without bound in any of these runs as one table."""
        paths = (path for run in runs if (path := self.overload_file(run)).exists())
        tables = [read_overloads(path) for path in paths]
        return pd.concat(tables) if tables else pd.DataFrame(columns=OVERLOADS)

    def keep_record(
        self,
        run: RunId,
        patients: Patients,
        record: Record,
        km: Floats,
        conditions: Codes | None = None,
    ) -> None:
        """Write a run's record itself: patients with their courses, activities and trips.

        Patients are rows of `patients.parquet`, counted from 0; places are rows of the region's
        table of places. `trips.parquet` has the columns of `Trips`, with the names of units, kinds
        and modes (no unit: patients and first responders in their own cars).

        Args:
            run: The run.
            patients: The patients as drawn; their columns get the prefix `drawn_`.
            record: What happened; times in seconds of the run.
            km: Kilometres of each trip, shape (trips,); NaN where the way is not known, which is
                written as empty.
            conditions: The condition of each patient, where health outcomes are asked for; None
                leaves it out, with the uniform that it hangs on.
        """
        name = f"{run.organisation}-{run.replication:05d}"
        where = self.folder / "records" / (name if run.case == PLAIN else f"{run.case}/{name}")
        columns = record_columns(conditions is not None).encode("utf-8")
        write_whole(self.folder / "records" / "columns.csv", columns)
        drawn = {f"drawn_{name}": getattr(patients, name) for name in Patients.columns()}
        if conditions is None:
            del drawn[OF_CONDITION]
        else:
            drawn["drawn_condition"] = conditions
        write_parquet(where / "patients.parquet", pa.table({**drawn, **vars(record.courses)}))
        activities, trips = dict(vars(record.activities)), dict(vars(record.trips))
        names = [*(unit.name for unit in record.units), None]
        activities["unit"] = _names_of_codes(names, record.activities.unit)
        write_parquet(where / "activities.parquet", pa.table(activities))
        trips["unit"] = _names_of_codes(names, record.trips.unit)
        trips["kind"] = _names_of_codes(TRIP_KINDS, record.trips.kind)
        trips["mode"] = _names_of_codes(TRIP_MODES, record.trips.mode)
        trips["km"] = pa.array(km, from_pandas=True)
        write_parquet(where / "trips.parquet", pa.table(trips))


_CODES: dict[tuple[str, str], Sequence[str]] = {
    ("patients", "drawn_line"): code_names(Line),
    ("patients", "drawn_urgency"): code_names(Urgency),
    ("patients", "drawn_age_group"): AGE_GROUPS,
    ("patients", "drawn_condition"): CONDITIONS,
    ("patients", "outcome"): OUTCOMES,
    ("patients", "judged"): code_names(Urgency),
    ("patients", "avoided"): AVOIDED,
    ("patients", "instead"): INSTEAD,
    ("patients", "doctor_call_out"): code_names(DoctorCallOut),
    ("activities", "kind"): KINDS,
}
"""Columns of records that hold numbers for words, with the word of each from 0."""


OF_CONDITION = "drawn_u_condition"
"""The column of patients that is kept only where health outcomes are asked for."""


def record_columns(has_conditions: bool = False) -> str:
    """Return what each column of the files of a record means, as a table in CSV.

    The meanings are those of `akuttsim.records`; a column of names says so instead of of numbers.

    Args:
        has_conditions: Whether patients have the columns about their condition.
    """
    parts = (
        ("patients", "drawn_", Patients),
        ("patients", "", Courses),
        ("activities", "", Activities),
        ("trips", "", Trips),
    )
    rows = [
        (f"{file}.parquet", f"{prefix}{name}", meaning, _told_codes(file, f"{prefix}{name}"))
        for file, prefix, table in parts
        for name, meaning in class_docs(table)[1].items()
        if has_conditions or f"{prefix}{name}" != OF_CONDITION
    ]
    if has_conditions:
        condition = "Time-critical condition of somebody truly red; -1 for who has none."
        codes = _told_codes("patients", "drawn_condition")
        rows.append(("patients.parquet", "drawn_condition", condition, codes))
    km = "Kilometres of the trip, as far as it came; empty where the way is not known."
    rows.append(("trips.parquet", "km", km, ""))
    columns = ("file", "column", "meaning", "codes")
    return pd.DataFrame(rows, columns=columns).to_csv(index=False, lineterminator="\n")


def _told_codes(file: str, column: str) -> str:
    """Return the words of a column's numbers, or that it has names."""
    if (file, column) in (("activities", "unit"), ("trips", "unit"), ("trips", "kind"),
                          ("trips", "mode")):  # fmt: skip
        return "written as the name"
    words = _CODES.get((file, column), ())
    return ", ".join(f"{number} {word}" for number, word in enumerate(words))


def _names_of_codes(names: Sequence[str | None], codes: Codes | Indices) -> pa.Array:
    """Return the name of each code; -1 is the last."""
    return pa.array(names, type=pa.string()).take(pa.array(codes.astype("int64") % len(names)))


def _remove(path: Path) -> None:
    """Take a damaged file away, or a folder that stands in its place."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


INPUTS_ENTRY = "inputs"
"""The entry of a JSON file that tells of which inputs it is, as `RunId.digest`."""


def _is_whole_beside(path: Path, run: RunId) -> bool:
    """Tell whether a file beside a run is there, as it was written, and of the run's inputs."""
    try:
        if path.suffix == ".json":
            read = read_json(path)
            return read is not None and read.content.get(INPUTS_ENTRY, run.digest) == run.digest
        return _is_whole_parquet(path, run.digest.encode("ascii"))
    except (InputError, *UNREADABLE_PARQUET):
        return False


def _is_whole_parquet(path: Path, beside: bytes) -> bool:
    """Tell whether a Parquet file is as it was written; one without a seal, whether it can be read.

    Raises InputError, or one of `UNREADABLE_PARQUET`, where it is not.
    """
    content = read_sealed_parquet(path, beside)
    return has_seal(content) or pq.read_table(pa.BufferReader(content)) is not None


def read_overloads(path: Path) -> pd.DataFrame:
    """Read a table of queues that grew without bound; names of teams stay text."""
    texts = {name: str for name in ("case", "organisation", "role", "team", "since")}
    return pd.read_csv(path, dtype=texts, keep_default_na=False)


MOST_IN_CSV = 200
"""Runs up to which all indicators are written as CSV too; above, the file would be too large."""

RUNS_PER_GROUP = 50
"""Runs that are written together, as one group of rows."""


def gather_indicators(files: RunFiles, runs: Sequence[RunId], folder: Path) -> None:
    """Write all indicators of runs, in the order given, as Parquet, and as CSV where they are few.

    The same runs give the same bytes.

    Args:
        files: The folder with the runs.
        runs: The runs.
        folder: Where the tables go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = (
        pa.concat_tables(files.indicators(run) for run in runs[at : at + RUNS_PER_GROUP])
        for at in range(0, len(runs), RUNS_PER_GROUP)
    )
    write_indicators(folder, tables, len(runs))


def write_indicators(folder: Path, tables: Iterable[pa.Table], runs: int) -> None:
    """Write the tables of so many runs behind each other, as `gather_indicators` does.

    Args:
        folder: Where the tables go.
        tables: Indicators, some runs at a time.
        runs: How many runs there are in all; above `MOST_IN_CSV` no CSV is written.
    """
    (folder / "indicators.csv").unlink(missing_ok=True)
    with ExitStack() as files:
        parquet = files.enter_context(whole_file(folder / "indicators.parquet"))
        csv = None
        if runs <= MOST_IN_CSV:
            csv = files.enter_context(whole_file(folder / "indicators.csv"))
            csv.write((",".join(INDICATORS.names) + "\n").encode("ascii"))
        options = {"compression": "zstd", "store_schema": False, "write_page_checksum": True}
        with pq.ParquetWriter(parquet, INDICATORS, **options) as writer:
            for table in tables:
                writer.write_table(table)
                if csv is not None:
                    rows = table.to_pandas()
                    text = rows.to_csv(index=False, header=False, lineterminator="\n")
                    csv.write(text.encode("utf-8"))


MOST_CELLS = 400_000
"""Values of one organisation in one case that are held at once; more are read in several parts."""

RunKey = tuple[str, str, int]
"""Case, organisation and replication."""


def indicator_parts(path: Path, runs: int) -> list[list[str] | None]:
    """Return the indicators of a gathered table in parts, so that none is too large to be held.

    Args:
        path: The gathered table.
        runs: How many replications the organisation with the most has in a case.

    Returns:
        Names of the indicators of each part. None stands for all indicators: the only part where
            they
        are few.
    """
    counts: dict[str, int] = {}
    rows = next(_rows_by_run(path, None))[1]
    for name in rows.column("indicator").to_pylist():
        counts[name] = counts.get(name, 0) + runs
    if sum(counts.values()) <= MOST_CELLS:
        return [None]
    parts: list[list[str] | None] = []
    room = 0
    for name, count in counts.items():
        if not parts or room < count:
            parts.append(part := [])
            room = MOST_CELLS
        part.append(name)
        room -= count
    return parts


def indicator_sheets(path: Path, wanted: Sequence[str] | None) -> Iterator[Sheet]:
    """Yield the indicators of each organisation in each case, in the order of a gathered table.

    Args:
        path: The gathered table.
        wanted: The indicators that are wanted; None for all.
    """
    keys = _KeysOfRows()
    for of, group in itertools.groupby(_rows_by_run(path, wanted), key=lambda each: each[0][:2]):
        yield sheet_of_runs(of, ((run[2], rows) for run, rows in group), keys)


class _KeysOfRows:
    """Keys and units of the rows of runs; of runs with the same rows, which are most, once."""

    def __init__(self) -> None:
        """Begin without any."""
        self._known: list[tuple[pa.Table, list[Key], dict[str, str]]] = []

    def of(self, rows: pa.Table) -> tuple[list[Key], dict[str, str]]:
        """Return the key of each row, and the unit of each indicator."""
        named = rows.select(["indicator", "group_by", "group", "unit"])
        for known in self._known:
            if known[0].equals(named):
                return known[1:]
        *names, units = (column.to_pylist() for column in named.columns)
        keys = list(zip(*names, strict=True))
        unit_of = dict(zip(names[0], units, strict=True))
        of_its_own = named.take(np.arange(len(named)))  # a slice would keep all that was read alive
        self._known = [*self._known[-MOST_KINDS_OF_ROWS:], (of_its_own, keys, unit_of)]
        return keys, unit_of


MOST_KINDS_OF_ROWS = 20
"""Organisations have their own clinics and crews: so many kinds of rows are kept at a time."""


def _rows_by_run(path: Path, wanted: Sequence[str] | None) -> Iterator[tuple[RunKey, pa.Table]]:
    """Yield the rows of each run, of the indicators wanted."""
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            if wanted is not None:
                table = table.filter(pc.is_in(table.column("indicator"), pa.array(wanted)))
            yield from split_by_run(table)


def organisation_rows(path: Path, case: str, organisation: str) -> Iterator[pa.Table]:
    """Yield the rows of an organisation in a case from a gathered table, several runs at a time.

    Args:
        path: The gathered table.
        case: The case.
        organisation: The organisation.
    """
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            if not _may_hold_rows(file.metadata.row_group(number), (case, organisation)):
                continue
            table = file.read_row_group(number)
            of_case = pc.equal(table.column("case"), case)
            mine = pc.and_(of_case, pc.equal(table.column("organisation"), organisation))
            rows = table.filter(mine)
            if len(rows):
                yield rows


def _may_hold_rows(group: Any, wanted: Sequence[str]) -> bool:
    """Tell from the least and greatest texts of its first columns whether a group has such rows."""
    statistics = [group.column(place).statistics for place in range(len(wanted))]
    return all(
        each is None or not each.has_min_max or each.min <= text <= each.max
        for each, text in zip(statistics, wanted, strict=True)
    )


def split_by_run(table: pa.Table) -> Iterator[tuple[RunKey, pa.Table]]:
    """Yield the rows of each run of a table in which those of a run stand together."""
    names = [table.column(name) for name in ("case", "organisation", "replication")]
    codes = [name.combine_chunks().dictionary_encode().indices.to_numpy() for name in names]
    changed = np.any([np.diff(code) != 0 for code in codes], axis=0)
    bounds = [0, *(np.flatnonzero(changed) + 1).tolist(), len(table)] if len(table) else []
    for start, end in itertools.pairwise(bounds):
        case, organisation, replication = (name[start].as_py() for name in names)
        yield (case, organisation, replication), table.slice(start, end - start)


def sheet_of_runs(
    of: tuple[str, str], runs: Iterable[tuple[int, pa.Table]], keys_of: _KeysOfRows | None = None
) -> Sheet:
    """Return the indicators of some replications of one organisation in one case.

    Keys stand in the order of their first appearance; one that a run has not is NaN there.

    Args:
        of: The case and the organisation.
        runs: The number of each replication with its rows, as `INDICATORS` has them.
        keys_of: Tells the keys of rows, and remembers those of the sheets before this.
    """
    place: dict[Key, int] = {}
    units: dict[str, str] = {}
    columns, replications = [], []
    keys_of, last, places = keys_of or _KeysOfRows(), None, np.array([], dtype=np.int32)
    for replication, rows in runs:
        keys, of_these = keys_of.of(rows)
        if keys is not last:
            last = keys
            units.update(of_these)
            places = np.array([place.setdefault(key, len(place)) for key in keys], dtype=np.int32)
        values, cases = rows.column("value").to_numpy(), rows.column("n").to_numpy()
        columns.append((places, values.copy(), cases.copy()))
        replications.append(replication)
    table = np.full((len(place), len(columns)), np.nan)
    counts = np.zeros(table.shape, dtype=np.int64)
    for number, (where, values, cases) in enumerate(columns):
        table[where, number] = values
        counts[where, number] = cases
    return Sheet(*of, tuple(place), units, tuple(replications), table, counts)


def values_by_run(files: RunFiles, runs: Sequence[RunId], indicator: str) -> list[float]:
    """Return one indicator for everybody in each of some runs, NaN where it was not measured.

    Args:
        files: The folder with the runs.
        runs: The runs.
        indicator: The indicator.
    """
    wanted: Filters = [("indicator", "=", indicator), ("group_by", "=", "all")]
    values = []
    for run in runs:
        table = files.indicators(run, wanted)
        values.append(float(table.column("value")[0].as_py()) if len(table) else float("nan"))
    return values


PEOPLE_FOLDER = "people"
"""The folder, within the results, of what each resident got."""

GROUP_PREFIX = "group:"
"""How the columns of groups begin."""

METADATA_KEY = b"akuttsim"
"""The key of the file's metadata that tells what its columns are summed up to."""


def people_file(folder: Path, run: RunId) -> Path:
    """Return where it lies what each resident got in a run."""
    name = f"{run.replication:05d}-{run.digest[:12]}.parquet"
    return folder / PEOPLE_FOLDER / run.case / run.organisation / name


def write_people(folder: Path, run: RunId, values: PersonValues) -> None:
    """Write what each resident got in a run: who did not get it takes next to no room.

    Args:
        folder: The results folder.
        run: The run.
        values: A row a resident who fell ill, NaN where they did not get that care.
    """
    arrays = {
        GROUP_PREFIX + name: pa.array(codes.astype(np.int16))
        for name, codes in values.groups.items()
    }
    for name, column in values.columns.items():
        arrays[name] = pa.array(column, from_pandas=True)
        let_go_of_pages()
    metadata = json.dumps(
        {"names": values.names, "measures": values.measures, "persons": values.persons},
        ensure_ascii=False,
    )
    table = pa.table(arrays).replace_schema_metadata({METADATA_KEY: metadata.encode("utf-8")})
    write_parquet(people_file(folder, run), table, metadata=True, beside=_whose(run))


def _whose(run: RunId) -> bytes:
    """Return what the people of a run are sealed with: they may be copied to another name."""
    return f"{run.case} {run.replication} {run.digest}".encode()


def read_run_people(
    folder: Path, run: RunId, indicators: frozenset[str] | None = None
) -> PersonValues | None:
    """Return what each resident got in a run, or some indicators of it.

    Args:
        folder: The results folder.
        run: The run.
        indicators: The indicators that are wanted; None for all.

    Returns:
        A row a resident; None where it was not kept.

    Raises:
        InputError: The file is not as it was written.
    """
    path = people_file(folder, run)
    if not path.exists():
        return None
    try:
        content = read_sealed_parquet(path, _whose(run))
        metadata = json.loads(pq.read_schema(pa.BufferReader(content)).metadata[METADATA_KEY])
        stored = [Measure(*each) for each in metadata["measures"]]
        measures = [each for each in stored if indicators is None or each.indicator in indicators]
        wanted = None if indicators is None else _people_columns(measures)
        table = pq.read_table(pa.BufferReader(content), columns=wanted)
    except UNREADABLE_PARQUET:
        raise damaged_file(path) from None
    groups, columns = {}, {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if name.startswith(GROUP_PREFIX):
            groups[name.removeprefix(GROUP_PREFIX)] = column.to_numpy().astype(np.int32)
        else:
            columns[name] = column.to_numpy(zero_copy_only=False).astype(np.float32)
    names = {name: tuple(each) for name, each in metadata["names"].items()}
    whole = tuple(measure._replace(groupings=tuple(measure.groupings)) for measure in measures)
    return PersonValues(groups, names, columns, whole, metadata["persons"])


def _people_columns(measures: Iterable[Measure]) -> list[str]:
    """Return the columns that measures are of, with those of the groups that divide them."""
    columns = [GROUP_PREFIX + name for measure in measures for name in measure.groupings]
    columns += [name for measure in measures for name in (measure.values, measure.weights) if name]
    return list(dict.fromkeys(columns))


def copy_people(source: tuple[Path, RunId], target: tuple[Path, RunId]) -> None:
    """Copy what each resident got in a run to another folder, if it was kept.

    Args:
        source: The folder and the run there.
        target: The other folder and the run in it.

    Raises:
        InputError: The file is not as it was written.
    """
    origin, into = people_file(*source), people_file(*target)
    if origin.is_file():
        read_sealed_parquet(origin, _whose(source[1]))
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, into)
