"""The second run of a study, with everybody made to come: a verdict "better" needs it too.

Who stays away because care is far leaves shorter queues to those who come. That is no better
service, so an improvement counts only where it is there also when the same people come.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from akuttsim.analysis.compare import confirmed
from akuttsim.experiment.cases import EVERYBODY_COMES
from akuttsim.experiment.pairing import People
from akuttsim.experiment.study import Study
from akuttsim.experiment.tables import Asked, tables
from akuttsim.store.files import write_csv
from akuttsim.store.results import ResultsFolder
from akuttsim.store.runs import RunId


def companion_runs(study: Study, results: ResultsFolder, runs: Sequence[RunId]) -> list[RunId]:
    """Return the runs with everybody made to come, of a study whose own runs are finished.

    Those of the base and of each organisation that others come to than to the base, as many as in
    the first case. None where all come to the same: then the second run would be as the first.
    """
    case = study.companion
    if case is None:
        return []
    first = of_case(runs, study.cases[0].name)
    wanted = who_differ(People(results.folder, first), first, study.base)
    names = (study.base, *wanted) if wanted else ()
    return [
        study.run(case, r.organisation, r.replication) for r in first if r.organisation in names
    ]


def possible_runs(study: Study) -> list[RunId]:
    """Return the first replication of each organisation with everybody made to come."""
    case = study.companion
    return [study.run(case, name, 0) for name in study.organisations] if case is not None else []


def of_case(runs: Iterable[RunId], case: str) -> list[RunId]:
    """Return the runs of a case."""
    return [run for run in runs if run.case == case]


def who_differ(people: People, runs: Sequence[RunId], base: str) -> tuple[str, ...]:
    """Return the organisations that others come to than to the base, in any of these runs."""
    by_number: dict[int, list[RunId]] = {}
    for run in runs:
        by_number.setdefault(run.replication, []).append(run)
    found: dict[str, None] = {}
    for together in by_number.values():
        there = next((run for run in together if run.organisation == base), None)
        came = people.came(there) if there is not None else None
        if came is None:
            continue
        for run in together:
            if run.organisation != base and run.organisation not in found:
                here = people.came(run)
                if here is not None and not np.array_equal(here, came):
                    found[run.organisation] = None
    order = dict.fromkeys(run.organisation for run in runs)
    return tuple(name for name in order if name in found)


@dataclass(frozen=True)
class Confirming:
    """What a verdict "better" of some organisations has to be confirmed by.

    `differing` are the organisations that others come to than to the base; `differences` are those
    with everybody made to come, None where these runs are missing.
    """

    differing: tuple[str, ...]
    differences: pd.DataFrame | None

    def of(self, table: pd.DataFrame, first: str) -> pd.DataFrame:
        """Return differences with the verdicts that hold twice."""
        return confirmed(table, first, self.differing, self.differences)


def concluded(asked: Asked, results: ResultsFolder, runs: Sequence[RunId]) -> pd.DataFrame | None:
    """Write the differences with everybody made to come, and return them; None without such runs.

    They stand in a folder of their own, for they are no case that anybody has asked about.
    """
    into = ResultsFolder(results.folder / EVERYBODY_COMES)
    if not runs:
        shutil.rmtree(into.folder, ignore_errors=True)
        return None
    results.gather(runs, into.folder)
    return differences_of(asked, into, People(results.folder, runs), runs)


def differences_of(
    asked: Asked, into: ResultsFolder, people: People, runs: Sequence[RunId]
) -> pd.DataFrame:
    """Return the differences of runs that are gathered in a folder, and write them there."""
    most = max(Counter(run.organisation for run in runs).values())
    again = replace(asked, cases=(EVERYBODY_COMES,))
    found = tables(again, into.sheets(most), people)["differences.csv"]
    write_csv(into.folder / "differences.csv", found)
    return found


def told(study: Study, runs: Sequence[RunId], seconds: float) -> dict[str, Any] | None:
    """Return what the manifest tells of the runs with everybody made to come; None without any."""
    case = study.companion
    if case is None or not runs:
        return None
    counts = Counter(run.organisation for run in runs)
    return {
        "runs": dict(counts),
        "digests": {name: study.digest(name, case) for name in counts},
        "seconds": round(seconds, 1),
    }


def runs_told(kept: dict[str, Any] | None) -> Iterator[RunId]:
    """Yield the runs with everybody made to come that a manifest tells of."""
    if kept is None:
        return
    for name, count in kept["runs"].items():
        for number in range(count):
            yield RunId(name, number, kept["digests"][name], EVERYBODY_COMES)
