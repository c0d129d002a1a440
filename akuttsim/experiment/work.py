"""The work of one process: patients of a replication drawn once, met by every organisation."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from akuttsim.analysis.indicators import observe
from akuttsim.analysis.observed import Observed, Row
from akuttsim.analysis.overload import overloaded
from akuttsim.analysis.person_values import person_values
from akuttsim.analysis.trips import trip_km
from akuttsim.chain.run_plan import Plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.region import Region
from akuttsim.experiment.callers import other_tasks
from akuttsim.experiment.cases import EVERYBODY_COMES, Additions, Case, Setting, is_of, of_kind
from akuttsim.experiment.drawing import REPLICATION, Drawn, drawn, keep_drawn
from akuttsim.experiment.study import Study
from akuttsim.records import Floats, Patients, PersonValues, Record
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.store.people import keep_people
from akuttsim.store.replays import keep_calls
from akuttsim.store.results import ResultsFolder
from akuttsim.store.runs import Grew, RunId

MOST_PLANS = 32
"""Plans that a process keeps ready; in a large design each is used only a few times."""

RegionKey = tuple[Additions, tuple[Setting, ...]]
"""What tells the region of one case from that of another."""


@dataclass(frozen=True)
class Measured:
    """What is kept of a run: its indicators, its queues that grew, and the record on request.

    What each resident got is of all indicators in the first case, of those that organisations are
    judged by in others. Of the first replication of the first case there is also what the page
    draws; of the first case each call, where these are real ones.
    """

    run: RunId
    rows: list[Row]
    grew: Grew
    record: tuple[Patients, Record, Floats] | None = None
    drawn: Drawn | None = None
    calls: pd.DataFrame | None = None
    people: PersonValues | None = None


class Done(NamedTuple):
    """A run that has ended: each indicator that is judged, with its unit, or why it failed."""

    run: RunId
    values: dict[str, tuple[float, str]]
    failure: str | None = None


class Workplace:
    """A study with travel times, patients and plans made ready as they are needed.

    The region of the last case, its travel times and the patients of its last replication are
    kept (with and without the neighbours whose 116117 some organisations answer), and the plans of
    the last cases.
    """

    def __init__(self, study: Study, keep_records: bool) -> None:
        """Make nothing yet."""
        self.study = study
        self.keep_records = keep_records
        self._region: tuple[RegionKey, Region, Travel] | None = None
        self._plans: dict[tuple[str, str], Plan] = {}
        self._patients: tuple[RegionKey, int, dict[tuple[str, ...], Patients]] | None = None

    def region_of(self, case: Case) -> tuple[Region, Travel]:
        """Return the region of a case and its travel times."""
        key = region_key(case)
        if self._region is None or self._region[0] != key:
            region = self.study.region_of(case)
            self._region = (key, region, travel_of_region(region))
        return self._region[1:]

    def plan_of(self, case: Case, organisation: str) -> Plan:
        """Return an organisation's plan in a case."""
        key = (case.name, organisation)
        if key not in self._plans:
            if len(self._plans) >= MOST_PLANS:
                self._plans.pop(next(iter(self._plans)))
            study, (region, times) = self.study, self.region_of(case)
            arranged = study.organisation_of(case, organisation)
            length = (study.weeks, study.warmup_days)
            self._plans[key] = study.callers.plan(region, arranged, times, length)
        return self._plans[key]

    def patients_of(self, case: Case, replication: int, prepared: Plan) -> Patients:
        """Return the patients of a replication, who are the same for all organisations.

        Neighbours who ring 116117 are drawn only for those with a room that answers them: they are
        the most of all, and nobody else would hear of them.
        """
        key, neighbours = region_key(case), prepared.neighbours
        if self._patients is None or self._patients[:2] != (key, replication):
            self._patients = (key, replication, {})
        drawn = self._patients[2]
        if neighbours not in drawn:
            study = self.study
            drawn[neighbours] = study.callers.patients(prepared, study.seed, replication)
        return drawn[neighbours]

    def measured(self, run: RunId) -> Measured:
        """Do a run. Raises whatever goes wrong in it."""
        case = self.study.case(run.case)
        prepared = self.plan_of(case, run.organisation)
        patients = self.patients_of(case, run.replication, prepared)
        record = simulate(
            prepared, patients, other_tasks(prepared, self.study.seed, run.replication)
        )
        region, times = self.region_of(case)
        seen = Observed(region, prepared.organisation, times, patients, record)
        grew = overloaded(record.overloads, region.calendar.calendar())
        rows, observations = observe(seen)
        is_first = self.is_first(run)
        return Measured(
            run,
            rows,
            grew,
            (patients, record, trip_km(seen)) if self.keep_records else None,
            drawn(seen) if self.is_drawn(run) else None,
            self.study.callers.calls(seen) if is_first else None,
            person_values(seen, observations, self.kept_of_people(run)),
        )

    def is_first(self, run: RunId) -> bool:
        """Tell whether this run is of the first case, which is told of in full."""
        return run.case == self.study.cases[0].name

    def kept_of_people(self, run: RunId) -> frozenset[str] | None:
        """Return which indicators are kept person by person; None for all.

        All in the first case, also with everybody made to come.
        """
        companion = self.study.companion
        is_full = self.is_first(run) or (companion is not None and run.case == companion.name)
        return None if is_full else frozenset(self.study.judged_by)

    def is_drawn(self, run: RunId) -> bool:
        """Tell whether the page draws this run: its day is replayed."""
        return run.replication == REPLICATION and self.is_first(run)


def region_key(case: Case) -> RegionKey:
    """Return what tells the region of a case from others'."""
    settings = tuple(each for each in case.settings if is_of(Region, each[0]))
    if case.everybody_comes:
        settings += ((EVERYBODY_COMES, ()),)
    return (of_kind("region", case.additions), settings)


def kept(results: ResultsFolder, found: Measured, judged_by: Iterable[str]) -> Done:
    """Write what is kept of a run, and return what is told of it."""
    if found.record is not None:
        results.keep_record(found.run, *found.record)
    if found.drawn is not None:
        keep_drawn(results.folder, found.run.organisation, found.drawn)
    if found.calls is not None:
        keep_calls(results.folder, found.run, found.calls)
    if found.people is not None:
        keep_people(results.folder, found.run, found.people)
    results.keep(found.run, found.rows, found.grew)
    wanted = set(judged_by)
    values = {
        row.indicator: (row.value, row.unit)
        for row in found.rows
        if row.group_by == "all" and row.indicator in wanted
    }
    return Done(found.run, values)


def tried(place: Workplace, run: RunId) -> Measured | str:
    """Do a run; one that fails is tried once more. Return what it left, or why it failed."""
    for is_last in (False, True):
        try:
            return place.measured(run)
        except OSError:
            raise
        except Exception:
            if is_last:
                return traceback.format_exc()
    raise AssertionError("either way has returned")


def worked_off(place: Workplace, results: ResultsFolder, runs: Sequence[RunId]) -> Iterator[Done]:
    """Do runs and keep each as it finishes, with what failed."""
    for run in runs:
        found = tried(place, run)
        if isinstance(found, str):
            yield Done(run, {}, found)
        else:
            yield kept(results, found, place.study.judged_by)


_WORKPLACE: list[tuple[Workplace, ResultsFolder]] = []


def enter(study: Study, folder: Path, keep_records: bool) -> None:
    """Make a worker process ready."""
    _WORKPLACE[:] = [(Workplace(study, keep_records), ResultsFolder(folder))]


def do(runs: Sequence[RunId]) -> list[Done]:
    """Run in a worker process that has entered."""
    return list(worked_off(*_WORKPLACE[0], runs))


_FAR = threading.local()


def do_there(study: Study, runs: Sequence[RunId], keep_records: bool) -> list[Measured | str]:
    """Run in a process of a cluster, which need not see the results folder.

    A process may run several of these at once, each in a thread with a workplace of its own.
    """
    place: Workplace | None = getattr(_FAR, "place", None)
    if place is None or place.study is not study:
        place = _FAR.place = Workplace(study, keep_records)
    return [tried(place, run) for run in runs]
