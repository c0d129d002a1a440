"""The work of one process: patients of a replication drawn once, met by every organisation."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from multiprocessing import parent_process
from pathlib import Path

from akuttsim.analysis.indicators import measure
from akuttsim.analysis.observed import Observed
from akuttsim.analysis.overload import overloaded
from akuttsim.chain.plan import Plan, plan
from akuttsim.chain.simulate import simulate
from akuttsim.experiment.study import Study
from akuttsim.patients.sample import sample_patients
from akuttsim.roads.travel import Travel, travel
from akuttsim.store.results import ResultsFolder, RunId


class Workplace:
    """A study with its travel times and plans made ready, and the folder that results go to."""

    def __init__(self, study: Study, folder: Path, keep_records: bool) -> None:
        """Work out travel times once; each organisation's plan when it is first needed."""
        self.study = study
        self.results = ResultsFolder(folder)
        self.keep_records = keep_records
        self.travel: Travel = travel(study.region)
        self._plans: dict[str, Plan] = {}

    def plan_of(self, organisation: str) -> Plan:
        """Return an organisation's plan."""
        found = self._plans.get(organisation)
        if found is None:
            study = self.study
            found = self._plans[organisation] = plan(
                study.region,
                study.organisations[organisation],
                self.travel,
                study.weeks,
                study.warmup_days,
            )
        return found

    def do(self, runs: Sequence[RunId]) -> int:
        """Run organisations on the patients of one replication; keep each run as it finishes."""
        days = self.plan_of(runs[0].organisation).days
        patients = sample_patients(self.study.region, days, self.study.seed, runs[0].replication)
        for run in runs:
            prepared = self.plan_of(run.organisation)
            record = simulate(prepared, patients)
            seen = Observed(self.study.region, prepared.organisation, self.travel, patients, record)
            if self.keep_records:
                self.results.keep_record(run, patients, record)
            grew = overloaded(record.overloads, self.study.region.calendar.calendar())
            self.results.keep(run, measure(seen), grew)
        return len(runs)


_WORKPLACE: list[Workplace] = []


def enter(study: Study, folder: Path, keep_records: bool) -> None:
    """Make a worker process ready; it leaves Ctrl-C to its parent and ends when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _WORKPLACE[:] = [Workplace(study, folder, keep_records)]


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def do(runs: Sequence[RunId]) -> int:
    """Run in a worker process that has entered."""
    return _WORKPLACE[0].do(runs)
