"""Processes on this machine that work off runs; one that dies takes no run but its own with it."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from akuttsim.experiment import work
from akuttsim.experiment.study import Study
from akuttsim.experiment.work import Done
from akuttsim.experiment.workers import first_ended, given, processes, result_of
from akuttsim.store.results import ResultsFolder
from akuttsim.store.runs import RunId

TRIES = 3
"""How often a run may take its process with it before it is told as failed."""

DIED = "the process died {tries} times in this run: killed, out of memory, or a crash of Python\n"

Batch = list[RunId]


@dataclass(frozen=True)
class Job:
    """What processes need to know: the study, the results folder, and whether records are kept."""

    study: Study
    folder: Path
    keep_records: bool


def done_here(job: Job, batches: Sequence[Batch]) -> Iterator[Done]:
    """Work off batches in this process."""
    place, results = work.Workplace(job.study, job.keep_records), ResultsFolder(job.folder)
    for batch in batches:
        yield from work.worked_off(place, results, batch)


def pooled(job: Job, batches: Sequence[Batch], workers: int) -> Iterator[Done]:
    """Work off batches in several processes.

    When a process dies, all are started anew, and the runs that were under way are done one at a
    time, so that the guilty one is found.
    """
    waiting = deque(batches)
    while waiting:
        suspects: list[Batch] = []
        yield from _until_one_dies(job, waiting, min(workers, len(waiting)), suspects)
        for run in itertools.chain.from_iterable(suspects):
            yield from _alone(job, run)


def _until_one_dies(
    job: Job, waiting: deque[Batch], workers: int, suspects: list[Batch]
) -> Iterator[Done]:
    """Work off what waits; if a process dies, tell which batches were under way."""
    with _executor(job, workers) as pool:
        under_way: dict[Future[list[Done]], Batch] = {}
        try:
            while waiting or under_way:
                while waiting and len(under_way) <= workers:
                    batch = waiting.popleft()
                    suspects.append(batch)
                    under_way[given(pool, work.do, batch)] = batch
                for future in first_ended(under_way):
                    done = future.result()
                    suspects.remove(under_way.pop(future))
                    yield from done
        except BrokenProcessPool:
            return


def _alone(job: Job, run: RunId) -> Iterator[Done]:
    """Do one run in a process of its own, again if that dies; it may be finished already."""
    results = ResultsFolder(job.folder)
    for _ in range(TRIES):
        if results.has(run):
            yield Done(run, {})
            return
        try:
            with _executor(job, 1) as pool:
                yield from result_of(given(pool, work.do, [run]))
                return
        except BrokenProcessPool:
            continue
    yield Done(run, {}, DIED.format(tries=TRIES))


def _executor(job: Job, workers: int) -> AbstractContextManager[ProcessPoolExecutor]:
    return processes(workers, work.enter, job.study, job.folder, job.keep_records)
