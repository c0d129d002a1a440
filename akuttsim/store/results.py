"""A results folder: runs as they finish, then the tables and the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from akuttsim.errors import InputError, Problem
from akuttsim.records import Sheet
from akuttsim.store import gathered
from akuttsim.store.begun import forget_begun
from akuttsim.store.files import Filters, read_indicators, write_csv, write_whole
from akuttsim.store.runs import RunFiles, RunId, read_overloads

MANIFEST = "manifest.json"
CALIBRATION = "calibration.csv"
"""What a finished calibration has instead of a manifest."""

INDICATORS_FILE = "indicators.parquet"
TABLES = ("summary.csv", "differences.csv", "effects.csv", "cases.csv", "overloads.csv")
WHO_NOTICES = "who-notices.csv"
"""A table of how many wait how much less or more than in the base, of 1,000 who fall ill."""

SENSITIVITY = "sensitivity.csv"
"""A table that there is only where something varies beside the organisation."""


@dataclass(frozen=True)
class Results:
    """What a finished (or interrupted) results folder holds."""

    folder: Path
    manifest: dict[str, Any]
    summary: pd.DataFrame
    differences: pd.DataFrame
    effects: pd.DataFrame
    cases: pd.DataFrame
    overloads: pd.DataFrame

    @property
    def indicators_file(self) -> Path:
        """Return where every indicator of every run lies."""
        return self.folder / INDICATORS_FILE

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Return every indicator of every run; read when it is first asked for, as it is large."""
        frame: pd.DataFrame = read_indicators(self.indicators_file).to_pandas()
        return frame

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """Return what moves the outcomes; empty where nothing varies but the organisation."""
        path = self.folder / SENSITIVITY
        return _read_csv(path) if path.is_file() else pd.DataFrame()

    @cached_property
    def who_notices(self) -> pd.DataFrame:
        """Return who notices each organisation against the base; empty where nobody could tell."""
        path = self.folder / WHO_NOTICES
        return _read_csv(path) if path.is_file() else pd.DataFrame(columns=["organisation"])

    def measured(self, case: str, indicators: Sequence[str]) -> pd.DataFrame:
        """Return some indicators for everybody in each run of a case; no rows without the file."""
        path = self.indicators_file
        if not path.is_file():
            return pd.DataFrame(columns=["organisation", "replication", "indicator", "value"])
        which = ("indicator", "in", list(indicators))
        wanted: Filters = [("case", "=", case), ("group_by", "=", "all"), which]
        frame: pd.DataFrame = read_indicators(path, wanted).to_pandas()
        return frame


class ResultsFolder(RunFiles):
    """A folder that is being filled."""

    def gather(self, runs: Sequence[RunId], into: Path | None = None) -> None:
        """Write the indicators of runs, in the order given, as one table, here or elsewhere."""
        gathered.gather(self, runs, into or self.folder)

    def sheets(self, runs: int) -> Iterator[Iterator[Sheet]]:
        """Yield the gathered indicators in parts that can be held at once.

        Each part has those of each organisation in each case, in the order of the runs. `runs` is
        how many replications the organisation with the most has in a case.
        """
        path = self.folder / INDICATORS_FILE
        return (gathered.sheets(path, part) for part in gathered.parts(path, runs))

    def values(self, runs: Sequence[RunId], indicator: str) -> list[float]:
        """Return one indicator for everybody in each of some runs; each is read once only."""
        new = [run for run in runs if (run, indicator) not in self._values]
        for run, value in zip(new, gathered.values_of(self, new, indicator), strict=True):
            self._values[run, indicator] = value
        return [self._values[run, indicator] for run in runs]

    @cached_property
    def _values(self) -> dict[tuple[RunId, str], float]:
        return {}

    def reopen(self) -> None:
        """Take back the manifest: until the next, what the folder holds is not finished."""
        (self.folder / MANIFEST).unlink(missing_ok=True)

    def conclude(self, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> None:
        """Write tables by name of file, and the manifest with everybody's checksum last.

        What was kept of the study when it began is removed.
        """
        for name in (SENSITIVITY, WHO_NOTICES):
            (self.folder / name).unlink(missing_ok=True)
        for name, table in tables.items():
            write_csv(self.folder / name, table)
        there = dict.fromkeys((INDICATORS_FILE, *TABLES, *tables))
        checksums = {name: _sha256(self.folder / name) for name in there}
        text = json.dumps({**manifest, "checksums": checksums}, ensure_ascii=False, indent=1)
        write_whole(self.folder / MANIFEST, text.encode("utf-8"))
        forget_begun(self.folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_as_written(results: Results) -> bool:
    """Tell whether the indicators are those that the manifest was written for."""
    written = results.manifest.get("checksums", {}).get(INDICATORS_FILE)
    return bool(written == _sha256(results.indicators_file))


def digest(parts: Mapping[str, Any]) -> str:
    """Return a digest of plain values, the same for the same values on every machine."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_results(folder: Path) -> Results:
    """Read a results folder. Raises InputError where there is none, or it is not finished."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if not (folder / INDICATORS_FILE).is_file():
            raise FileNotFoundError
        summary, differences, effects, cases = (_read_csv(folder / name) for name in TABLES[:-1])
        overloads = read_overloads(folder / "overloads.csv")
    except (OSError, ValueError):
        what = "not a folder with finished results; give one that run, sweep or demo has made"
        if (folder / CALIBRATION).is_file():
            what = "a calibration, not results to report; its page is calibration.html in it"
        elif (folder / "runs").is_dir():
            what = "not finished; go on with the command that began it and --resume"
        raise InputError([Problem("", 0, str(folder), what)]) from None
    return Results(folder, manifest, summary, differences, effects, cases, overloads)


NUMBERS = (
    "mean", "ci_low", "ci_high", "target", "margin", "more_runs",
    "before", "after", "people", "gained", "lost", "per_1000",
)  # fmt: skip


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a table in which names of groups stay text, though they look like numbers (hour 07)."""
    names = ("case", "organisation", "against", "group", "verdict", "first_verdict", "factor")
    texts = {name: str for name in (*names, "level")}
    table = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values={"mean": [""]})
    numbers = [name for name in NUMBERS if name in table]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    return table
