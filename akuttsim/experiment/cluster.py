"""Runs on a Dask cluster that is there already: the same work, kept by this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from akuttsim.errors import InputError, Problem
from akuttsim.experiment import work
from akuttsim.experiment.pool import Batch, Job
from akuttsim.experiment.work import Done
from akuttsim.store.results import ResultsFolder

CONNECT_S = 20
RETRIES = 2
"""How often a batch is given to another worker after one that held it was lost."""


def clustered(job: Job, batches: Sequence[Batch], address: str) -> Iterator[Done]:
    """Work off batches on the cluster of a scheduler; results come here and are kept here.

    Its workers need akuttsim of the same version, and no disk in common. Raises InputError where
    no scheduler answers, or where the package is missing.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        what = "needs the package distributed: pip install 'akuttsim[cluster]'"
        raise InputError([Problem("", 0, "--cluster", what)]) from None
    results = ResultsFolder(job.folder)
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        what = f"no scheduler answers there ({error}); start one with: dask scheduler"
        raise InputError([Problem("", 0, f"--cluster {address}", what)]) from None
    with client:
        study = client.scatter(job.study, broadcast=True)
        futures = {
            client.submit(
                work.do_there, study, batch, job.keep_records, pure=False, retries=RETRIES
            ): batch
            for batch in batches
        }
        for future in as_completed(futures):
            batch = futures.pop(future)
            yield from _kept(job, results, batch, future)


def _kept(job: Job, results: ResultsFolder, batch: Batch, future: object) -> Iterator[Done]:
    error = future.exception()  # type: ignore[attr-defined]
    if error is not None:
        why = f"lost on the cluster: {error!r}\n"
        yield from (Done(run, {}, why) for run in batch)
        return
    for run, found in zip(batch, future.result(), strict=True):  # type: ignore[attr-defined]
        if isinstance(found, str):
            yield Done(run, {}, found)
        else:
            yield work.kept(results, found, job.study.judged_by)
