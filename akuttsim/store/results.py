"""A results folder: runs as they finish, then the tables and the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from akuttsim.errors import InputError, Problem
from akuttsim.records import Activities, Courses, Patients, Record
from akuttsim.store.files import (
    INDICATORS,
    read_indicators,
    write_csv,
    write_parquet,
    write_whole,
)

MANIFEST = "manifest.json"


class RunId(NamedTuple):
    """One run: an organisation, a replication, and the digest of all that the run depends on."""

    organisation: str
    replication: int
    digest: str


@dataclass(frozen=True)
class Results:
    """What a finished (or interrupted) results folder holds."""

    folder: Path
    manifest: dict[str, Any]
    indicators: pd.DataFrame
    summary: pd.DataFrame
    differences: pd.DataFrame
    overloads: pd.DataFrame


OVERLOADS = ("organisation", "replication", "role", "team", "since", "waiting")
"""Columns of the table of queues that grew without bound; `since` is local time."""


class ResultsFolder:
    """A folder that is being filled."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self.folder = folder

    def begin(self, resume: bool) -> None:
        """Make the folder. Raises InputError if it holds results and is not to be resumed."""
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
        for unfinished in self.folder.rglob(".*.unfinished-*"):
            unfinished.unlink(missing_ok=True)

    def run_file(self, run: RunId) -> Path:
        """Return where a run's indicators lie."""
        name = f"{run.replication:05d}-{run.digest[:12]}.parquet"
        return self.folder / "runs" / run.organisation / name

    def overload_file(self, run: RunId) -> Path:
        """Return where a run's queues that grew without bound lie; not there if none did."""
        return self.run_file(run).with_suffix(".overloads.csv")

    def has(self, run: RunId) -> bool:
        """Tell whether a run is finished, and its file whole; a broken file is removed."""
        path = self.run_file(run)
        if not path.exists():
            return False
        try:
            read_indicators(path)
        except (OSError, ValueError):
            path.unlink()
            return False
        return True

    def keep(
        self,
        run: RunId,
        rows: Iterable[tuple[str, str, str, float, str, int]],
        overloads: Sequence[tuple[str, str, datetime, int]] = (),
    ) -> None:
        """Write a finished run's indicators, and first its queues that grew without bound."""
        if overloads:
            told = [
                (run.organisation, run.replication, role, team, _minute(since), waiting)
                for role, team, since, waiting in overloads
            ]
            write_csv(self.overload_file(run), pd.DataFrame(told, columns=OVERLOADS))
        columns = list(zip(*rows, strict=True))
        count = len(columns[0])
        data = [[run.organisation] * count, [run.replication] * count, *columns]
        arrays = [
            pa.array(each, type=field.type) for each, field in zip(data, INDICATORS, strict=True)
        ]
        write_parquet(self.run_file(run), pa.Table.from_arrays(arrays, schema=INDICATORS))

    def gather(self, runs: Iterable[RunId]) -> pd.DataFrame:
        """Return the indicators of runs, in the order given, and write them as one table."""
        table = pa.concat_tables([read_indicators(self.run_file(run)) for run in runs])
        write_parquet(self.folder / "indicators.parquet", table)
        frame: pd.DataFrame = table.to_pandas()
        write_csv(self.folder / "indicators.csv", frame)
        return frame

    def gather_overloads(self, runs: Iterable[RunId]) -> None:
        """Write the queues that grew without bound in any of these runs as one table."""
        files = [path for run in runs if (path := self.overload_file(run)).exists()]
        tables = [_read_overloads(path) for path in files]
        none = pd.DataFrame(columns=OVERLOADS)
        write_csv(self.folder / "overloads.csv", pd.concat(tables) if tables else none)

    def conclude(
        self, summary: pd.DataFrame, differences: pd.DataFrame, manifest: Mapping[str, Any]
    ) -> None:
        """Write the summary, the differences and the manifest, the manifest last."""
        write_csv(self.folder / "summary.csv", summary)
        write_csv(self.folder / "differences.csv", differences)
        files = ("indicators.parquet", "summary.csv", "differences.csv", "overloads.csv")
        checksums = {name: _sha256(self.folder / name) for name in files}
        text = json.dumps({**manifest, "checksums": checksums}, ensure_ascii=False, indent=1)
        write_whole(self.folder / MANIFEST, text.encode("utf-8"))

    def keep_record(self, run: RunId, patients: Patients, record: Record) -> None:
        """Write a run's record itself: its patients with their courses, and all activities."""
        where = self.folder / "records" / f"{run.organisation}-{run.replication:05d}"
        drawn = {f"drawn_{name}": getattr(patients, name) for name in Patients.columns()}
        write_parquet(where / "patients.parquet", pa.table({**drawn, **_columns(record.courses)}))
        activities = _columns(record.activities)
        names = pa.array([unit.name for unit in record.units])
        activities["unit"] = names.take(pa.array(record.activities.unit))
        write_parquet(where / "activities.parquet", pa.table(activities))


def _columns(table: Courses | Activities) -> dict[str, Any]:
    return dict(vars(table))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(parts: Mapping[str, Any]) -> str:
    """Return a digest of plain values, the same for the same values on every machine."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_results(folder: Path) -> Results:
    """Read a results folder. Raises InputError where there is none, or it is not finished."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        table = read_indicators(folder / "indicators.parquet").to_pandas()
        summary = _read_csv(folder / "summary.csv")
        differences = _read_csv(folder / "differences.csv")
        overloads = _read_overloads(folder / "overloads.csv")
    except (OSError, ValueError):
        what = "not a folder with finished results; give one that run, sweep or demo has made"
        raise InputError([Problem("", 0, str(folder), what)]) from None
    return Results(folder, manifest, table, summary, differences, overloads)


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a table in which names of groups stay text, though they look like numbers (hour 07)."""
    texts = {"organisation": str, "group": str, "verdict": str}
    table = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values={"mean": [""]})
    numbers = [name for name in ("mean", "ci_low", "ci_high", "target") if name in table]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    return table


def _read_overloads(path: Path) -> pd.DataFrame:
    texts = {"organisation": str, "role": str, "team": str, "since": str}
    return pd.read_csv(path, dtype=texts, keep_default_na=False)


def _minute(local: datetime) -> str:
    """Return a local time to the minute, without its distance from UTC."""
    return local.replace(tzinfo=None).isoformat(" ", "minutes")
