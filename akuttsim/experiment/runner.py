"""The runner: spreads the runs of a study over processes, and gathers what they leave."""

from __future__ import annotations

import itertools
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from akuttsim import MODEL_VERSION, __version__
from akuttsim.analysis.compare import differences, summarise
from akuttsim.analysis.indicators import definitions
from akuttsim.experiment import work
from akuttsim.experiment.assumptions import assumptions
from akuttsim.experiment.study import Study
from akuttsim.store.results import ResultsFolder, RunId

Told = Callable[[int], None]
"""Told how many more runs are done."""

PACKAGES = ("numpy", "pandas", "scipy", "simpy", "pyarrow", "pydantic")
TRIES = 3


def run_study(
    study: Study, folder: Path, workers: int, tell: Told, *, resume: bool, records: bool = False
) -> None:
    """Do all runs of a study that the folder lacks, and write its tables and manifest.

    Each finished run is kept at once. Raises InputError if the folder holds results and `resume` is
    not set; KeyboardInterrupt leaves all finished runs in place.
    """
    results, began = ResultsFolder(folder), time.time()
    results.begin(resume)
    runs = study.runs()
    missing = [run for run in runs if not results.has(run)]
    tell(len(runs) - len(missing))
    batches = _batches(missing)
    if workers <= 1 or len(batches) <= 1:
        _do_here(study, folder, batches, tell, records)
    else:
        _do_in_processes(study, folder, batches, (workers, tell, records))
    _conclude(study, results, runs, began)


def default_workers() -> int:
    """Return how many processes to use: the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _batches(missing: Sequence[RunId]) -> list[list[RunId]]:
    """Return the runs by replication, so that patients are drawn once for all organisations."""
    ordered = sorted(missing, key=lambda run: run.replication)
    groups = itertools.groupby(ordered, key=lambda run: run.replication)
    return [list(group) for _, group in groups]


def _do_here(
    study: Study, folder: Path, batches: list[list[RunId]], tell: Told, records: bool
) -> None:
    place = work.Workplace(study, folder, records) if batches else None
    for batch in batches:
        assert place is not None
        for run in batch:
            tell(place.do([run]))


def _do_in_processes(
    study: Study, folder: Path, batches: list[list[RunId]], how: tuple[int, Told, bool]
) -> None:
    """Hand batches to a pool; a pool that breaks is made anew with what is missing."""
    workers, tell, records = how
    results = ResultsFolder(folder)
    for _ in range(TRIES):
        left = [rest for batch in batches if (rest := [r for r in batch if not results.has(r)])]
        if not left:
            return
        try:
            for done in _pooled(study, folder, left, (min(workers, len(left)), records)):
                tell(done)
        except BrokenProcessPool:
            continue
    lost = [run for batch in batches for run in batch if not results.has(run)]
    if lost:
        raise RuntimeError(f"a worker process died {TRIES} times; {len(lost)} runs are missing")


def _pooled(
    study: Study, folder: Path, batches: list[list[RunId]], how: tuple[int, bool]
) -> Iterator[int]:
    workers, records = how
    pool = ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=work.enter,
        initargs=(study, folder, records),
    )
    try:
        waiting: set[Future[int]] = {pool.submit(work.do, batch) for batch in batches}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BaseException:
        _stop(pool)
        raise
    pool.shutdown()


def _stop(pool: ProcessPoolExecutor) -> None:
    """End a pool at once; what its workers had finished is on disk already."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


def _conclude(study: Study, results: ResultsFolder, runs: list[RunId], began: float) -> None:
    indicators = results.gather(runs)
    results.gather_overloads(runs)
    summary = summarise(indicators, study.targets)
    against_base = differences(indicators, study.base)
    results.conclude(summary, against_base, manifest(study, began))


def manifest(study: Study, began: float) -> dict[str, Any]:
    """Return what made the results: resolved configs, seed, versions and times."""
    stamp = [
        datetime.fromtimestamp(at, UTC).isoformat("T", "seconds") for at in (began, time.time())
    ]
    return {
        "akuttsim": __version__,
        "model_version": MODEL_VERSION,
        "study": study.name,
        "question": study.question.model_dump() if study.question else None,
        "hypothesis": study.hypothesis.model_dump() if study.hypothesis else None,
        "base": study.base,
        "weeks": study.weeks,
        "warmup_days": study.warmup_days,
        "replications": study.replications,
        "seed": study.seed,
        "main_indicators": list(study.main_indicators),
        "targets": [target.model_dump(mode="json") for target in study.targets],
        "region": study.region.model_dump(mode="json", by_alias=True),
        "organisations": {
            name: each.model_dump(mode="json") for name, each in study.organisations.items()
        },
        "changes": {
            name: [{"name": change.name, "why": change.why} for change in each]
            for name, each in study.changes.items()
        },
        "assumptions": assumptions(study),
        "definitions": definitions(),
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        "times": {"began": stamp[0], "ended": stamp[1]},
        "digests": {name: study.digest(name) for name in study.organisations},
    }
