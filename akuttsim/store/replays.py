"""The tables that a replay leaves beside a study's own: the real calls against the simulated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from akuttsim.errors import InputError, Problem
from akuttsim.store.files import write_csv, write_parquet
from akuttsim.store.results import MANIFEST
from akuttsim.store.runs import RunId

HOURS, STAGES_FILE = "replay.csv", "stages.csv"


@dataclass(frozen=True)
class ReplayTables:
    """What a finished replay holds: the manifest, hour by hour, and the stages."""

    manifest: dict[str, Any]
    hours: pd.DataFrame
    stages: pd.DataFrame


def keep_calls(folder: Path, run: RunId, table: pd.DataFrame) -> None:
    """Write a run's calls; those of the first replication as CSV too, for a spreadsheet."""
    write_parquet(_calls(folder, run), pa.Table.from_pandas(table, preserve_index=False))
    if run.replication == 0:
        write_csv(folder / f"calls-{run.organisation}.csv", table.round(1))


def _calls(folder: Path, run: RunId) -> Path:
    return folder / "calls" / f"{run.organisation}-{run.replication:05d}.parquet"


def read_calls(folder: Path, run: RunId, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns of the calls that were kept of a run."""
    frame: pd.DataFrame = pq.read_table(_calls(folder, run), columns=list(columns)).to_pandas()
    return frame


def read_replay(folder: Path) -> ReplayTables:
    """Read what a replay left. Raises InputError where the folder holds none."""
    texts = {"organisation": str, "hour": str, "number": str}
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        hours = pd.read_csv(folder / HOURS, dtype=texts)
        stages = pd.read_csv(folder / STAGES_FILE, dtype=texts)
    except (OSError, ValueError):
        what = "not a folder with a finished replay; give one that akuttsim replay has made"
        raise InputError([Problem("", 0, str(folder), what)]) from None
    return ReplayTables(manifest, hours, stages)
