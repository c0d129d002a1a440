"""A study that was stopped, or still runs: what its finished runs tell so far."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from akuttsim.config.schema.experiment import IndicatorTarget
from akuttsim.errors import InputError, Problem
from akuttsim.experiment.everybody_comes import Confirming, of_case, who_differ
from akuttsim.experiment.manifest import manifest, stamp
from akuttsim.experiment.pairing import People
from akuttsim.experiment.study import Study
from akuttsim.experiment.tables import Asked, cases_table, tables
from akuttsim.store.begun import SO_FAR, read_begun
from akuttsim.store.drawn import KINDS
from akuttsim.store.failures import read_failures
from akuttsim.store.results import WHO_NOTICES, Results, ResultsFolder, read_results
from akuttsim.store.runs import RunId


def plan(study: Study, began: float) -> dict[str, Any]:
    """Return what is kept of a study when it begins: its manifest, its cases and its runs."""
    return {
        **manifest(study, began),
        "levels": cases_table(study).to_numpy().tolist(),
        "runs_of": [
            [case.name, name, study.digest(name, case)]
            for case in study.cases
            for name in study.organisations
        ],
        "planned": len(study.runs()),
    }


def results_of(folder: Path) -> Results:
    """Read a results folder; of a study that is not finished, what its runs tell so far.

    The tables of the latter are written to the folder `so-far` in it. Raises InputError where there
    are no results, or not one run of the study is finished.
    """
    begun = read_begun(folder)
    if begun is None:
        return read_results(folder)
    files = ResultsFolder(folder)
    runs = _finished(files, begun)
    if not runs:
        what = "not one run is finished yet; go on with --resume"
        raise InputError([Problem("", 0, str(folder), what)])
    _write(files, runs, begun)
    return read_results(folder / SO_FAR)


def _finished(files: ResultsFolder, begun: Mapping[str, Any]) -> list[RunId]:
    """Return the finished runs of a study, case by case and organisation by organisation."""
    found = (files.finished(case, name, of) for case, name, of in begun["runs_of"])
    return list(itertools.chain.from_iterable(found))


def _write(files: ResultsFolder, runs: list[RunId], begun: Mapping[str, Any]) -> None:
    """Write the tables and the manifest of finished runs, as of a study of no more than these."""
    told = _Told.of(runs, begun)
    into = ResultsFolder(files.folder / SO_FAR)
    files.gather(told.runs, into.folder)
    most = max(Counter((run.case, run.organisation) for run in told.runs).values())
    people = People(files.folder, told.runs)
    found = tables(_asked(told, begun), into.sheets(most), people)
    first = of_case(told.runs, told.cases[0])
    confirming = Confirming(who_differ(people, first, told.organisations[0]), None)
    found["differences.csv"] = confirming.of(found["differences.csv"], told.cases[0])
    found[WHO_NOTICES] = people.who_notices(told.organisations[0], told.cases[0])
    found["cases.csv"] = pd.DataFrame(begun["levels"], columns=["case", "factor", "level"])
    found["overloads.csv"] = files.overloads(told.runs)
    for kind in (*KINDS, "failed"):
        if (files.folder / kind).is_dir():
            shutil.copytree(files.folder / kind, into.folder / kind, dirs_exist_ok=True)
    into.conclude(found, _manifest(files, runs, told, begun))


@dataclass(frozen=True)
class _Told:
    """The cases that have a finished run, the organisations that have one in the first of them."""

    cases: list[str]
    organisations: list[str]
    runs: list[RunId]

    @classmethod
    def of(cls, runs: list[RunId], begun: Mapping[str, Any]) -> _Told:
        """Leave out what has no run to compare with."""
        have = {run.case for run in runs}
        cases = [case for case in begun["cases"] if case in have]
        first = {run.organisation for run in runs if run.case == cases[0]}
        names = [name for name in begun["organisations"] if name in first]
        return cls(cases, names, [run for run in runs if run.organisation in first])

    def counts(self) -> dict[str, int]:
        """Return how many replications each organisation has in the first case."""
        there = [run.organisation for run in self.runs if run.case == self.cases[0]]
        return {name: there.count(name) for name in self.organisations}


def _manifest(
    files: ResultsFolder, runs: list[RunId], told: _Told, begun: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the manifest of what is finished; the same runs give the same one."""
    ended = max(files.run_file(run).stat().st_mtime for run in runs)
    failed = read_failures(files.folder)
    left_out = [each for name, each in begun["organisations"].items() if name not in told.counts()]
    kept = {name: part for name, part in begun.items() if name not in _ONLY_BEGUN}
    return {
        **kept,
        "base": told.organisations[0],
        "cases": told.cases,
        "organisations": {name: begun["organisations"][name] for name in told.organisations},
        "replications": min(told.counts().values()),
        "runs": told.counts(),
        "simultaneous": _asked(told, begun).at_once,
        "ranking": [],
        "failed": [{**each._asdict()} for each in failed],
        "times": {"began": begun["times"]["began"], "ended": stamp(ended)},
        "interrupted": {
            "done": len(runs),
            "planned": max(begun["planned"], len(runs)),
            "failed": len(failed),
            "without": [each["title"] for each in left_out],
        },
    }


_ONLY_BEGUN = frozenset({"levels", "runs_of", "planned"})


def _asked(told: _Told, begun: Mapping[str, Any]) -> Asked:
    """Return what the tables tell, as a finished study has them."""
    targets = tuple(IndicatorTarget.model_validate(each) for each in begun["targets"])
    judged = frozenset([*(each.indicator for each in targets), *begun["main_indicators"]])
    names, cases = tuple(told.organisations), tuple(told.cases)
    return Asked(names, cases, targets, begun["margins"], judged)
