"""A results folder: tables and manifest, runs in progress, failures, replays, data of the page."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from akuttsim.errors import InputError, Problem
from akuttsim.experiments import run_files
from akuttsim.experiments.files import (
    UNREADABLE_PARQUET,
    Filters,
    damaged_file,
    read_indicators,
    read_json,
    read_sealed_parquet,
    write_csv,
    write_json,
    write_parquet,
    write_whole,
)
from akuttsim.experiments.manifest import (
    MANIFEST,
    Manifest,
    StudyInProgress,
    parse_manifest,
)
from akuttsim.experiments.run_files import INPUTS_ENTRY, RunFiles, read_overloads
from akuttsim.experiments.run_identity import RunId
from akuttsim.records import JsonObject, Sheet
from akuttsim.statistics.verdicts import OLDER_VERDICTS, VERDICT_AS_PEOPLE_CHOOSE
from akuttsim.texts import message

IN_PROGRESS_FILE = "begun.json"
"""There from the first moment of a study until its manifest is written."""

SO_FAR_FOLDER = "so-far"
"""The folder, within the results, of the tables of a study that is not finished."""


def write_in_progress(folder: Path, plan: StudyInProgress) -> None:
    """Write what a study is, before its first run, so that an interrupted one can be told of.

    Args:
        folder: The results folder.
        plan: The study.
    """
    write_json(folder / IN_PROGRESS_FILE, plan.as_json())


def read_in_progress(folder: Path) -> StudyInProgress | None:
    """Return what was kept of a study that is not finished; None where there is none.

    Args:
        folder: The results folder.

    Raises:
        InputError: It is damaged, or an older version wrote it and it lacks what this one needs.
    """
    plan = read_json(folder / IN_PROGRESS_FILE)
    if plan is None:
        return None
    return parse_manifest(StudyInProgress, plan.content, folder / IN_PROGRESS_FILE)


def is_in_progress(folder: Path) -> bool:
    """Tell whether a folder holds a study that is not finished."""
    return (folder / IN_PROGRESS_FILE).is_file()


def delete_in_progress(folder: Path) -> None:
    """Remove what was kept and what was told of it: the study is finished."""
    shutil.rmtree(folder / SO_FAR_FOLDER, ignore_errors=True)
    (folder / IN_PROGRESS_FILE).unlink(missing_ok=True)


class Failure(NamedTuple):
    """A run that failed twice and is left out.

    Attributes:
        case: Its case.
        organisation: Its organisation.
        replication: Its number.
        why: The last line of what it told.
    """

    case: str
    organisation: str
    replication: int
    why: str


def read_failures(folder: Path) -> list[Failure]:
    """Return the runs of a results folder that failed, in order of case and organisation.

    Args:
        folder: The results folder; the files of `failed/` have the whole traces.
    """
    failures = []
    for path in sorted((folder / "failed").rglob("*-*.txt")):
        organisation, _, replication = path.stem.rpartition("-")
        if not replication.isdecimal():  # somebody's own file
            continue
        lines = path.read_text("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines else ""
        failures.append(Failure(path.parent.name, organisation, int(replication), reason))
    return failures


CALIBRATION = "calibration.csv"
"""What a finished calibration has instead of a manifest."""

INDICATORS_FILE = "indicators.parquet"
TABLES = ("summary.csv", "differences.csv", "effects.csv", "cases.csv", "overloads.csv")
WHO_NOTICES = "who-notices.csv"
"""A table of how many wait how much less or more than in the base, of 1,000 who fall ill."""

PLACES = "places.csv"
"""A table of who is hit and who gains, by place; see `indicators.who_is_hit.PLACE_COLUMNS`."""

CLAIMS = "claims.csv"
"""A table of the claims of the hypothesis; see `experiments.hypothesis.CLAIM_COLUMNS`."""

SENSITIVITY = "sensitivity.csv"
"""A table that there is only where something varies beside the organisation."""


@dataclass(frozen=True)
class Results:
    """What a finished (or interrupted) results folder holds.

    Large tables are read when they are first asked for.

    Attributes:
        folder: The folder.
        manifest: What the study was and how it went.
        summary: Values with their intervals, a row an organisation, indicator and group.
        differences: Paired differences from the base, with their verdicts.
        effects: Differences of each case from the first, organisation by organisation.
        cases: The level of each factor in each case.
        overloads: Queues that grew without bound.
        is_verified: Whether all of it was held against the digests taken when it was written.
    """

    folder: Path
    manifest: Manifest
    summary: pd.DataFrame
    differences: pd.DataFrame
    effects: pd.DataFrame
    cases: pd.DataFrame
    overloads: pd.DataFrame
    is_verified: bool = True

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

    @cached_property
    def places(self) -> pd.DataFrame:
        """Return who is hit and who gains, by place; empty in results of an older version."""
        return self._optional_table(PLACES)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """Return how the claims of the hypothesis came out; empty where there are none."""
        return self._optional_table(CLAIMS)

    def _optional_table(self, name: str) -> pd.DataFrame:
        path = self.folder / name
        return _read_csv(path) if path.is_file() else pd.DataFrame()

    def measured(self, case: str, indicators: Sequence[str]) -> pd.DataFrame:
        """Return some indicators for everybody in each run of a case; no rows without the file.

        Args:
            case: The case.
            indicators: The indicators.

        Returns:
            A row a run and indicator, with organisation, replication and value.
        """
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
        """Write the indicators of runs, in the order given, as one table, here or elsewhere.

        Args:
            runs: Finished runs.
            into: Another folder; None for this one.
        """
        run_files.gather_indicators(self, runs, into or self.folder)

    def sheets(self, runs: int) -> Iterator[Iterator[Sheet]]:
        """Yield the gathered indicators in parts that can be held at once.

        Each part has those of each organisation in each case, in the order of the runs.

        Args:
            runs: How many replications the organisation with the most has in a case.
        """
        path = self.folder / INDICATORS_FILE
        return (
            run_files.indicator_sheets(path, part) for part in run_files.indicator_parts(path, runs)
        )

    def values(self, runs: Sequence[RunId], indicator: str) -> list[float]:
        """Return one indicator for everybody in each of some runs; each is read once only.

        Args:
            runs: Finished runs.
            indicator: The indicator; NaN where a run has no value of it.
        """
        new = [run for run in runs if (run, indicator) not in self._values]
        for run, value in zip(new, run_files.values_by_run(self, new, indicator), strict=True):
            self._values[run, indicator] = value
        return [self._values[run, indicator] for run in runs]

    @cached_property
    def _values(self) -> dict[tuple[RunId, str], float]:
        return {}

    def reopen(self) -> None:
        """Take back the manifest: until the next, what the folder holds is not finished."""
        (self.folder / MANIFEST).unlink(missing_ok=True)

    def conclude(self, tables: Mapping[str, pd.DataFrame], manifest: Manifest) -> None:
        """Write the tables, and the manifest with everybody's checksum last.

        What was kept of the study when it began is removed, so that a folder with a manifest is
        whole.

        Args:
            tables: Tables by the name of their file.
            manifest: The manifest, without checksums.
        """
        for name in (SENSITIVITY, WHO_NOTICES, PLACES, CLAIMS):
            (self.folder / name).unlink(missing_ok=True)
        for name, table in tables.items():
            write_csv(self.folder / name, table)
        names = dict.fromkeys(
            (INDICATORS_FILE, *TABLES, *tables, *self._page_data_and_companions())
        )
        checksums = {name: _sha256(self.folder / name) for name in names}
        write_json(
            self.folder / MANIFEST, manifest.changed(checksums=checksums).as_json(), indent=1
        )
        delete_in_progress(self.folder)

    def _page_data_and_companions(self) -> Iterator[str]:
        """Yield the names of the files in folders of their own that are read back."""
        kinds = [f"{kind}/*.json" for kind in PAGE_DATA_KINDS]
        for kind in (*kinds, f"*/{INDICATORS_FILE}", "*/differences.csv"):
            for path in sorted(self.folder.glob(kind)):
                if path.parent.name != SO_FAR_FOLDER:
                    yield path.relative_to(self.folder).as_posix()


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_results(folder: Path) -> Results:
    """Read a results folder.

    Args:
        folder: The folder, or what the user has named as such.

    Raises:
        InputError: There is none, it is not finished or not as it was written, or an older version
            wrote it and its manifest lacks what this one needs.
    """
    manifest, is_sealed = _read_manifest(folder, "experiments.results.none")
    _refuse_changed_files(folder, manifest)
    try:
        summary, differences, effects, cases = (_read_csv(folder / name) for name in TABLES[:-1])
        overloads = read_overloads(folder / "overloads.csv")
    except (OSError, ValueError) as error:  # of a version that took no digests
        what = message("experiments.damage.cannot_read", error=error)
        raise InputError([Problem("", 0, str(folder), what)]) from None
    tables = (summary, differences, effects, cases, overloads)
    return Results(folder, manifest, *tables, is_sealed and bool(manifest.checksums))


def _refuse_changed_files(folder: Path, manifest: Manifest) -> None:
    """Raise InputError with every file that is missing or not as the manifest was written for."""
    names = dict.fromkeys((INDICATORS_FILE, *TABLES, *manifest.checksums))
    problems = []
    for name in names:
        path, wanted = folder / name, manifest.checksums.get(name)
        if not path.is_file():
            problems.append(Problem("", 0, str(path), message("experiments.damage.missing")))
        elif wanted is not None and _sha256(path) != wanted:
            problems.append(Problem("", 0, str(path), message("experiments.damage.changed")))
    if problems:
        how = message("experiments.damage.how")
        raise InputError([Problem("", 0, str(folder), how), *problems])


def _read_manifest(folder: Path, none: str) -> tuple[Manifest, bool]:
    """Read a manifest, and tell whether it has a digest of itself.

    Args:
        folder: The results folder.
        none: Key of the message where there is none.

    Raises:
        InputError: There is none, it is damaged, or as for `read_results`.
    """
    read = read_json(folder / MANIFEST)
    if read is None:
        what = message(none)
        if (folder / CALIBRATION).is_file():
            what = message("experiments.results.calibration")
        elif (folder / "runs").is_dir():
            what = message("experiments.results.not_finished")
        raise InputError([Problem("", 0, str(folder), what)])
    return parse_manifest(Manifest, read.content, folder / MANIFEST), read.is_sealed


NUMBER_COLUMNS = (
    "mean", "ci_low", "ci_high", "target", "margin", "more_runs",
    "before", "after", "people", "gained", "lost", "per_1000", "lost_per_1000",
    "burden_per_1000", "rank",
)  # fmt: skip


VERDICT_COLUMNS = ("verdict", "first_verdict", VERDICT_AS_PEOPLE_CHOOSE)


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a table in which names of groups stay text, though they look like numbers (hour 07)."""
    names = ("case", "organisation", "against", "group", "verdict", "first_verdict", "factor")
    texts = {name: str for name in (*names, "level")}
    table = pd.read_csv(
        path, dtype=texts, keep_default_na=False, na_values={"mean": [""]}, low_memory=False
    )
    numbers = [name for name in NUMBER_COLUMNS if name in table]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    for name in VERDICT_COLUMNS:
        if name in table:
            table[name] = table[name].replace(OLDER_VERDICTS)
    return table


HOURS_FILE, STAGES_FILE, PAIRS_FILE = "replay.csv", "stages.csv", "paired.csv"


@dataclass(frozen=True)
class ReplayTables:
    """What a finished replay of a call log holds.

    Attributes:
        manifest: What was replayed and how.
        hours: Recorded and simulated, hour by hour.
        stages: Recorded and simulated durations between stages.
        pairs: Recorded and simulated times of the same calls; empty in older results.
        fitted: The same of the days that region or roster were fitted to, where they were met.
    """

    manifest: Manifest
    hours: pd.DataFrame
    stages: pd.DataFrame
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    fitted: ReplayTables | None = None


FITTED_FOLDER = "fitted-days"
"""Where a replay keeps the days that region or roster were fitted to."""


def write_calls(folder: Path, run: RunId, table: pd.DataFrame) -> None:
    """Write a run's calls; those of the first replication as CSV too, for a spreadsheet.

    Args:
        folder: The results folder.
        run: The run.
        table: A row a call; times in seconds.
    """
    content = pa.Table.from_pandas(table, preserve_index=False)
    write_parquet(calls_file(folder, run), content, beside=run.digest.encode("ascii"))
    if run.replication == 0:
        write_csv(folder / f"calls-{run.organisation}.csv", table.round(1))


def calls_file(folder: Path, run: RunId) -> Path:
    """Return where a run's calls lie, of those that were logged."""
    return folder / "calls" / f"{run.organisation}-{run.replication:05d}.parquet"


def read_calls(folder: Path, run: RunId, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns of the calls that were kept of a run.

    Args:
        folder: The results folder.
        run: The run.
        columns: The columns that are wanted.

    Raises:
        InputError: They are not as they were written for this run.
    """
    path = calls_file(folder, run)
    try:
        content = read_sealed_parquet(path, run.digest.encode("ascii"))
        frame: pd.DataFrame = pq.read_table(pa.BufferReader(content), columns=columns).to_pandas()
    except UNREADABLE_PARQUET:
        raise damaged_file(path) from None
    return frame


def read_replay(folder: Path) -> ReplayTables:
    """Read what a replay left.

    Args:
        folder: The results folder.

    Raises:
        InputError: The folder holds none.
    """
    texts = {"organisation": str, "hour": str, "number": str}
    manifest, _ = _read_manifest(folder, "experiments.results.no_replay")
    _refuse_changed_files(folder, manifest)
    try:
        hours = pd.read_csv(folder / HOURS_FILE, dtype=texts)
        stages = pd.read_csv(folder / STAGES_FILE, dtype=texts)
    except (OSError, ValueError):
        what = message("experiments.results.no_replay")
        raise InputError([Problem("", 0, str(folder), what)]) from None
    pairs = folder / PAIRS_FILE
    paired = pd.read_csv(pairs, dtype={"group": str}) if pairs.is_file() else pd.DataFrame()
    beside = folder / FITTED_FOLDER
    fitted = read_replay(beside) if (beside / HOURS_FILE).is_file() else None
    return ReplayTables(manifest, hours, stages, paired, fitted)


PAGE_DATA_FORMAT = 1
"""The version of the files' layout; files of another are left out of the page."""

PAGE_DATA_KINDS = ("replay", "map")


def write_page_data(
    folder: Path, kind: str, organisation: str, data: Mapping[str, Any], inputs: str = ""
) -> None:
    """Write what the page draws of an organisation; the same data give the same bytes.

    Args:
        folder: The results folder.
        kind: `replay` (a day) or `map`.
        organisation: The organisation.
        data: Plain values.
        inputs: Digest of the inputs of the run that it is of; "" where that is not told.
    """
    of = {INPUTS_ENTRY: inputs} if inputs else {}
    path = page_data_file(folder, kind, organisation)
    write_json(path, {"format": PAGE_DATA_FORMAT, **data, **of})


def read_page_data(folder: Path, kind: str, organisation: str) -> JsonObject | None:
    """Return what was kept of an organisation, or None where it is missing or of another format.

    Raises InputError where it is not as it was written.
    """
    read = read_json(page_data_file(folder, kind, organisation))
    if read is None or read.content.get("format") != PAGE_DATA_FORMAT:
        return None
    return {name: each for name, each in read.content.items() if name != INPUTS_ENTRY}


def copy_page_data(of: tuple[Path, str], to: tuple[Path, str]) -> None:
    """Copy what the page draws of an organisation in one folder to that of a name in another.

    Args:
        of: The folder and the organisation's name there.
        to: The other folder and the name in it.
    """
    for kind in PAGE_DATA_KINDS:
        if read_page_data(of[0], kind, of[1]) is not None:
            content = page_data_file(of[0], kind, of[1]).read_bytes()
            write_whole(page_data_file(to[0], kind, to[1]), content)


def page_data_file(folder: Path, kind: str, organisation: str) -> Path:
    """Return where it lies what the page draws of an organisation."""
    return folder / kind / f"{organisation}.json"
