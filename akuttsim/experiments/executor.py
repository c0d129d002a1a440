"""Executes the runs of a study: in this process, in several, or on a Dask cluster.

Patients of a replication are drawn once and met by every organisation. A process that dies takes no
run but its own with it.
"""

from __future__ import annotations

import itertools
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from akuttsim.chain.run_plan import Plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.design import (
    EVERYBODY_COMES,
    Additions,
    Case,
    Setting,
    additions_of_kind,
    is_setting_of,
)
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.experiments.processes import (
    open_processes,
    submit_task,
    wait_for_first,
    wait_for_result,
)
from akuttsim.experiments.results import ResultsFolder, write_calls, write_page_data
from akuttsim.experiments.run_files import GrownQueues, RunId, write_people
from akuttsim.experiments.study import Study
from akuttsim.indicators.access_to_care import access_by_hour
from akuttsim.indicators.day_replay import (
    PATIENT_EVENTS,
    DayReplay,
    ReplayPatient,
    ReplayWorker,
    build_day_replay,
)
from akuttsim.indicators.driving import trip_km
from akuttsim.indicators.measured_run import IndicatorRow, MeasuredRun
from akuttsim.indicators.person_values import person_values
from akuttsim.indicators.registry import observe_indicators
from akuttsim.indicators.tracks import TRACK_STAGES
from akuttsim.indicators.workload import overloaded_queues
from akuttsim.messages import message
from akuttsim.records import KINDS, OUTCOMES, Floats, Patients, PersonValues, Record
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.units import DAY_S

PAGE_REPLICATION = 0
"""The replication whose day is replayed."""

PageData = dict[str, dict[str, Any]]
"""What the page draws of an organisation, by kind: "replay" and "map"."""


def page_data(run: MeasuredRun) -> PageData:
    """Return what the page draws of a run: its typical day, and the reach of its services."""
    return {"replay": replay_as_lists(build_day_replay(run)), "map": access_by_hour(run)}


def write_run_page_data(folder: Path, organisation: str, what: PageData) -> None:
    """Keep what the page draws of an organisation in a results folder, beside its tables."""
    for kind, data in what.items():
        write_page_data(folder, kind, organisation, data)


def replay_as_lists(replay: DayReplay) -> dict[str, Any]:
    """Return a replayed day as lists of whole numbers, times in seconds since its midnight.

    `codes` has the names of the numbers of stages, kinds, events and outcomes. A unit is name,
    role, team, place where it belongs (-1: none), spans on duty, and jobs of kind, start, end and
    person; a person is place, age group, line, urgency in truth and as judged, outcome, and events
    of code, time and what it is about (a control room for calls, a clinic at arrival there, else a
    unit); a leg is unit, stage, start, end, person, places and when they are passed.
    """
    day = replay.day
    return {
        "codes": {
            "stages": TRACK_STAGES,
            "kinds": KINDS,
            "events": PATIENT_EVENTS,
            "outcomes": OUTCOMES,
        },
        "date": day.date.isoformat(),
        "contacts": day.contacts,
        "length_s": int(DAY_S),
        "units": [_worker_as_list(worker, day.start_s) for worker in replay.workers],
        "people": [_person_as_list(person, day.start_s) for person in replay.people],
        "legs": [
            [
                leg.unit,
                leg.stage,
                *_seconds_since(day.start_s, leg[2:4]),
                leg.patient,
                list(leg.places),
                _seconds_since(day.start_s, leg.passed_s),
            ]
            for leg in replay.legs
        ],
    }


def _seconds_since(start_s: float, times_s: Iterable[float]) -> list[int]:
    return [round(each - start_s) for each in times_s]


def _worker_as_list(worker: ReplayWorker, start_s: float) -> list[Any]:
    duty = [_seconds_since(start_s, span) for span in worker.duty]
    jobs = [[job.kind, *_seconds_since(start_s, job[1:3]), job.patient] for job in worker.jobs]
    return [worker.name, worker.role, worker.team, worker.base, duty, jobs]


def _person_as_list(person: ReplayPatient, start_s: float) -> list[Any]:
    events = [[event.code, round(event.time_s - start_s), event.of] for event in person.events]
    return [*person[:-1], events]


MOST_PLANS = 32
"""Plans that a process keeps ready; in a large design each is used only a few times."""

RegionKey = tuple[Additions, tuple[Setting, ...]]
"""What tells the region of one case from that of another."""


@dataclass(frozen=True)
class RunOutput:
    """What is kept of a run: its indicators, its queues that grew, and the record on request.

    What each resident got is of all indicators in the first case, of those that organisations are
    judged by in others. Of the first replication of the first case there is also what the page
    draws; of the first case each call, where these are real ones.
    """

    run: RunId
    rows: list[IndicatorRow]
    grew: GrownQueues
    record: tuple[Patients, Record, Floats] | None = None
    drawn: PageData | None = None
    calls: pd.DataFrame | None = None
    people: PersonValues | None = None


class FinishedRun(NamedTuple):
    """A run that has ended: each indicator that is judged, with its unit, or why it failed."""

    run: RunId
    values: dict[str, tuple[float, str]]
    failure: str | None = None


class PreparedStudy:
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

    def measured(self, run: RunId) -> RunOutput:
        """Do a run. Raises whatever goes wrong in it."""
        case = self.study.case(run.case)
        prepared = self.plan_of(case, run.organisation)
        patients = self.patients_of(case, run.replication, prepared)
        record = simulate(
            prepared, patients, other_tasks_of_run(prepared, self.study.seed, run.replication)
        )
        region, times = self.region_of(case)
        seen = MeasuredRun(region, prepared.organisation, times, patients, record)
        grew = overloaded_queues(record.overloads, region.calendar.calendar())
        rows, observations = observe_indicators(seen)
        is_first = self.is_first(run)
        return RunOutput(
            run,
            rows,
            grew,
            (patients, record, trip_km(seen)) if self.keep_records else None,
            page_data(seen) if self.is_drawn(run) else None,
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
        return run.replication == PAGE_REPLICATION and self.is_first(run)


def region_key(case: Case) -> RegionKey:
    """Return what tells the region of a case from others'."""
    settings = tuple(setting for setting in case.settings if is_setting_of(Region, setting[0]))
    if case.everybody_comes:
        settings += ((EVERYBODY_COMES, ()),)
    return (additions_of_kind("region", case.additions), settings)


def store_run(results: ResultsFolder, found: RunOutput, judged_by: Iterable[str]) -> FinishedRun:
    """Write what is kept of a run, and return what is told of it."""
    if found.record is not None:
        results.keep_record(found.run, *found.record)
    if found.drawn is not None:
        write_run_page_data(results.folder, found.run.organisation, found.drawn)
    if found.calls is not None:
        write_calls(results.folder, found.run, found.calls)
    if found.people is not None:
        write_people(results.folder, found.run, found.people)
    results.keep(found.run, found.rows, found.grew)
    wanted = set(judged_by)
    values = {
        row.indicator: (row.value, row.unit)
        for row in found.rows
        if row.group_by == "all" and row.indicator in wanted
    }
    return FinishedRun(found.run, values)


def run_with_retry(place: PreparedStudy, run: RunId) -> RunOutput | str:
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


def execute_runs(
    place: PreparedStudy, results: ResultsFolder, runs: Sequence[RunId]
) -> Iterator[FinishedRun]:
    """Do runs and keep each as it finishes, with what failed."""
    for run in runs:
        found = run_with_retry(place, run)
        if isinstance(found, str):
            yield FinishedRun(run, {}, found)
        else:
            yield store_run(results, found, place.study.judged_by)


_PREPARED_STUDY: list[tuple[PreparedStudy, ResultsFolder]] = []


def start_worker(study: Study, folder: Path, keep_records: bool) -> None:
    """Make a worker process ready."""
    _PREPARED_STUDY[:] = [(PreparedStudy(study, keep_records), ResultsFolder(folder))]


def run_batch(runs: Sequence[RunId]) -> list[FinishedRun]:
    """Run in a worker process that has entered."""
    return list(execute_runs(*_PREPARED_STUDY[0], runs))


_CLUSTER_THREAD = threading.local()


def run_batch_on_cluster(
    study: Study, runs: Sequence[RunId], keep_records: bool
) -> list[RunOutput | str]:
    """Run in a process of a cluster, which need not see the results folder.

    A process may run several of these at once, each in a thread with a workplace of its own.
    """
    place: PreparedStudy | None = getattr(_CLUSTER_THREAD, "place", None)
    if place is None or place.study is not study:
        place = _CLUSTER_THREAD.place = PreparedStudy(study, keep_records)
    return [run_with_retry(place, run) for run in runs]


MOST_CRASHES = 3
"""How often a run may take its process with it before it is told as failed."""

CRASH_REASON = (
    "the process died {tries} times in this run: killed, out of memory, or a crash of Python\n"
)

RunBatch = list[RunId]


@dataclass(frozen=True)
class ExecutorJob:
    """What processes need to know: the study, the results folder, and whether records are kept."""

    study: Study
    folder: Path
    keep_records: bool


def execute_here(job: ExecutorJob, batches: Sequence[RunBatch]) -> Iterator[FinishedRun]:
    """Work off batches in this process."""
    place, results = PreparedStudy(job.study, job.keep_records), ResultsFolder(job.folder)
    for batch in batches:
        yield from execute_runs(place, results, batch)


def execute_in_processes(
    job: ExecutorJob, batches: Sequence[RunBatch], workers: int
) -> Iterator[FinishedRun]:
    """Work off batches in several processes.

    When a process dies, all are started anew, and the runs that were under way are done one at a
    time, so that the guilty one is found.
    """
    waiting = deque(batches)
    while waiting:
        suspects: list[RunBatch] = []
        yield from _execute_until_crash(job, waiting, min(workers, len(waiting)), suspects)
        for run in itertools.chain.from_iterable(suspects):
            yield from _execute_alone(job, run)


def _execute_until_crash(
    job: ExecutorJob, waiting: deque[RunBatch], workers: int, suspects: list[RunBatch]
) -> Iterator[FinishedRun]:
    """Work off what waits; if a process dies, tell which batches were under way."""
    with _open_study_pool(job, workers) as pool:
        under_way: dict[Future[list[FinishedRun]], RunBatch] = {}
        try:
            while waiting or under_way:
                while waiting and len(under_way) <= workers:
                    batch = waiting.popleft()
                    suspects.append(batch)
                    under_way[submit_task(pool, run_batch, batch)] = batch
                for future in wait_for_first(under_way):
                    done = future.result()
                    suspects.remove(under_way.pop(future))
                    yield from done
        except BrokenProcessPool:
            return


def _execute_alone(job: ExecutorJob, run: RunId) -> Iterator[FinishedRun]:
    """Do one run in a process of its own, again if that dies; it may be finished already."""
    results = ResultsFolder(job.folder)
    for _ in range(MOST_CRASHES):
        if results.has(run):
            yield FinishedRun(run, {})
            return
        try:
            with _open_study_pool(job, 1) as pool:
                yield from wait_for_result(submit_task(pool, run_batch, [run]))
                return
        except BrokenProcessPool:
            continue
    yield FinishedRun(run, {}, CRASH_REASON.format(tries=MOST_CRASHES))


def _open_study_pool(job: ExecutorJob, workers: int) -> AbstractContextManager[ProcessPoolExecutor]:
    return open_processes(workers, start_worker, job.study, job.folder, job.keep_records)


CONNECT_S = 20
RETRIES = 2
"""How often a batch is given to another worker after one that held it was lost."""


def execute_on_cluster(
    job: ExecutorJob, batches: Sequence[RunBatch], address: str
) -> Iterator[FinishedRun]:
    """Work off batches on the cluster of a scheduler; results come here and are kept here.

    Its workers need akuttsim of the same version, and no disk in common. Raises InputError where
    no scheduler answers, or where the package is missing.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        what = message("experiments.cluster.package")
        raise InputError([Problem("", 0, "--cluster", what)]) from None
    results = ResultsFolder(job.folder)
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        what = message("experiments.cluster.no_scheduler", error=error)
        raise InputError([Problem("", 0, f"--cluster {address}", what)]) from None
    with client:
        study = client.scatter(job.study, broadcast=True)
        futures = {
            client.submit(
                run_batch_on_cluster, study, batch, job.keep_records, pure=False, retries=RETRIES
            ): batch
            for batch in batches
        }
        for future in as_completed(futures):
            batch = futures.pop(future)
            yield from _store_cluster_batch(job, results, batch, future)


def _store_cluster_batch(
    job: ExecutorJob, results: ResultsFolder, batch: RunBatch, future: object
) -> Iterator[FinishedRun]:
    error = future.exception()  # type: ignore[attr-defined]
    if error is not None:
        why = f"lost on the cluster: {error!r}\n"
        yield from (FinishedRun(run, {}, why) for run in batch)
        return
    for run, found in zip(batch, future.result(), strict=True):  # type: ignore[attr-defined]
        if isinstance(found, str):
            yield FinishedRun(run, {}, found)
        else:
            yield store_run(results, found, job.study.judged_by)
