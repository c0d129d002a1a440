"""Runs as they finish: each in a file of its own, whole or not at all, and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from akuttsim.errors import InputError, Problem
from akuttsim.records import (
    TRIP_KINDS,
    TRIP_MODES,
    Activities,
    Codes,
    Courses,
    Floats,
    Indices,
    Patients,
    Record,
    Trips,
)
from akuttsim.store.files import INDICATORS, read_indicators, write_csv, write_parquet, write_whole

IN_USE = ".in-use"
"""A file that is locked while a process fills the folder; it may lie there afterwards."""

PLAIN = "plain"
"""The case of a study without factors."""

OVERLOADS = ("case", "organisation", "replication", "role", "team", "since", "waiting")
"""Columns of the table of queues that grew without bound; `since` is local time."""

Rows = Iterable[tuple[str, str, str, float, str, int]]
"""Indicators: indicator, group_by, group, value, unit, n."""

Grew = Sequence[tuple[str, str, datetime, int]]
"""Queues that grew without bound: role, team, since when, how many waited at the end."""


class RunId(NamedTuple):
    """One run: an organisation, a replication, the digest of all that it depends on, its case."""

    organisation: str
    replication: int
    digest: str
    case: str = PLAIN

    @property
    def told(self) -> str:
        """Return the run's name as a user gives it: case, organisation and replication."""
        return f"{self.case}/{self.organisation}/{self.replication}"


class RunFiles:
    """The files of a results folder that belong to single runs."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self.folder = folder

    @contextmanager
    def filling(self, resume: bool) -> Iterator[None]:
        """Make the folder and hold it while it is filled; what is left half written is removed.

        Raises InputError if it holds results and is not to be resumed, or another process fills it.
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
        if (self.folder / "runs").exists() and not resume:
            what = "holds results already; go on with --resume, or choose another folder with --out"
            raise InputError([Problem("", 0, str(self.folder), what)])
        if not resume and self.folder.is_dir() and any(self.folder.iterdir()):
            what = "is not empty; name a new folder with --out"
            raise InputError([Problem("", 0, str(self.folder), what)])
        try:
            (self.folder / "runs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = f"cannot be made ({error.strerror}); choose another folder with --out"
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
            what = "another process works in it now; wait for it, or choose another folder"
            raise InputError([Problem("", 0, str(self.folder), f"{what} with --out")]) from None
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

    def has(self, run: RunId) -> bool:
        """Tell whether a run is finished, and its file whole; a broken file is removed."""
        path = self.run_file(run)
        if not path.exists():
            return False
        if not _is_whole(path):
            path.unlink()
            return False
        return True

    def finished(self, case: str, organisation: str, of: str) -> list[RunId]:
        """Return the whole runs of an organisation in a case whose digest is this one."""
        name = f"[0-9]*-{of[:12]}.parquet"
        paths = (self.folder / "runs" / case / organisation).glob(name)
        numbers = sorted(int(path.name.partition("-")[0]) for path in paths if _is_whole(path))
        return [RunId(organisation, number, of, case) for number in numbers]

    def of_other_inputs(self, runs: Iterable[RunId]) -> int:
        """Return how many runs are kept that are none of a study with these runs."""
        mine = {(run.case, run.organisation, run.digest[:12]) for run in runs}
        kept = (self.folder / "runs").glob("*/*/[0-9]*-*.parquet")
        made = ((path.parts[-3], path.parts[-2], path.stem.rpartition("-")[2]) for path in kept)
        return sum(each not in mine for each in made)

    def keep(self, run: RunId, rows: Rows, overloads: Grew = ()) -> None:
        """Write a finished run's indicators, and first its queues that grew without bound."""
        if overloads:
            told = [
                (run.case, run.organisation, run.replication, role, team, _minute(since), waiting)
                for role, team, since, waiting in overloads
            ]
            write_csv(self.overload_file(run), pd.DataFrame(told, columns=OVERLOADS))
        columns = list(zip(*rows, strict=True))
        count = len(columns[0])
        of_run = [[run.case] * count, [run.organisation] * count, [run.replication] * count]
        arrays = [
            pa.array(each, type=field.type)
            for each, field in zip([*of_run, *columns], INDICATORS, strict=True)
        ]
        write_parquet(self.run_file(run), pa.Table.from_arrays(arrays, schema=INDICATORS))

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

    def keep_record(self, run: RunId, patients: Patients, record: Record, km: Floats) -> None:
        """Write a run's record itself: patients with their courses, activities and trips.

        Patients are rows of `patients.parquet`, counted from 0; places are rows of the region's
        table of places. `trips.parquet` has the columns of `Trips`, with the names of units, kinds
        and modes (no unit: patients and first responders in their own cars), and `km`, the
        kilometres driven, empty where the way is not known.
        """
        name = f"{run.organisation}-{run.replication:05d}"
        where = self.folder / "records" / (name if run.case == PLAIN else f"{run.case}/{name}")
        drawn = {f"drawn_{name}": getattr(patients, name) for name in Patients.columns()}
        write_parquet(where / "patients.parquet", pa.table({**drawn, **_columns(record.courses)}))
        activities, trips = _columns(record.activities), _columns(record.trips)
        names = [*(unit.name for unit in record.units), None]
        activities["unit"] = _named(names, record.activities.unit)
        write_parquet(where / "activities.parquet", pa.table(activities))
        trips["unit"] = _named(names, record.trips.unit)
        trips["kind"] = _named(TRIP_KINDS, record.trips.kind)
        trips["mode"] = _named(TRIP_MODES, record.trips.mode)
        trips["km"] = pa.array(km, from_pandas=True)
        write_parquet(where / "trips.parquet", pa.table(trips))


def _named(names: Sequence[str | None], codes: Codes | Indices) -> pa.Array:
    """Return the name of each code; -1 is the last."""
    return pa.array(names, type=pa.string()).take(pa.array(codes.astype("int64") % len(names)))


def _is_whole(path: Path) -> bool:
    try:
        read_indicators(path)
    except (OSError, ValueError):
        return False
    return True


def read_overloads(path: Path) -> pd.DataFrame:
    """Read a table of queues that grew without bound; names of teams stay text."""
    texts = {name: str for name in ("case", "organisation", "role", "team", "since")}
    return pd.read_csv(path, dtype=texts, keep_default_na=False)


def _columns(table: Courses | Activities | Trips) -> dict[str, Any]:
    return dict(vars(table))


def _minute(local: datetime) -> str:
    """Return a local time to the minute, without its distance from UTC."""
    return local.replace(tzinfo=None).isoformat(" ", "minutes")
