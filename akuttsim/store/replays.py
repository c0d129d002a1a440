"""The tables that a replay leaves beside a study's own: the real calls against the simulated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from akuttsim.errors import InputError, Problem
from akuttsim.store.files import write_csv, write_parquet
from akuttsim.store.results import MANIFEST, RunId

HOURS, STAGES = "replay.csv", "stages.csv"


@dataclass(frozen=True)
class ReplayTables:
    """What a finished replay holds: the manifest, hour by hour, and the stages."""

    manifest: dict[str, Any]
    hours: pd.DataFrame
    stages: pd.DataFrame


def keep_calls(folder: Path, run: RunId, table: pd.DataFrame) -> None:
    """Write a run's calls; those of the first replication as CSV too, for a spreadsheet."""
    name = f"{run.organisation}-{run.replication:05d}.parquet"
    write_parquet(folder / "calls" / name, pa.Table.from_pandas(table, preserve_index=False))
    if run.replication == 0:
        write_csv(folder / f"calls-{run.organisation}.csv", table)


def keep_tables(
    folder: Path, hours: Iterable[Mapping[str, Any]], stages: Iterable[Mapping[str, Any]]
) -> None:
    """Write the two tables of all organisations of a replay."""
    write_csv(folder / HOURS, pd.DataFrame(list(hours)))
    write_csv(folder / STAGES, pd.DataFrame(list(stages)))


def read_replay(folder: Path) -> ReplayTables:
    """Read what a replay left. Raises InputError where the folder holds none."""
    texts = {"organisation": str, "hour": str, "number": str}
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        hours = pd.read_csv(folder / HOURS, dtype=texts)
        stages = pd.read_csv(folder / STAGES, dtype=texts)
    except (OSError, ValueError):
        what = "not a folder with a finished replay; give one that akuttsim replay has made"
        raise InputError([Problem("", 0, str(folder), what)]) from None
    return ReplayTables(manifest, hours, stages)
