"""Does the runs of a study and keeps what they leave.

Patients of a replication are drawn once and met by every organisation.
"""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypedDict

import pandas as pd

from akuttsim.chain.run_plan import Plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.region import Region
from akuttsim.experiments.design import (
    EVERYBODY_COMES,
    Additions,
    Case,
    Setting,
    additions_of_kind,
    is_setting_of,
)
from akuttsim.experiments.executor import Job, Lost, StandingProcesses, open_executor
from akuttsim.experiments.patient_source import (
    due_visits_of_run,
    other_tasks_of_run,
    plan_of_run,
)
from akuttsim.experiments.results import (
    PAGE_DATA_KINDS,
    ResultsFolder,
    calls_file,
    page_data_file,
    write_calls,
    write_page_data,
)
from akuttsim.experiments.run_files import GrownQueues, write_people
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.study import Study
from akuttsim.indicators.care_through_the_day import CareOnMap, care_on_map
from akuttsim.indicators.day_replay import (
    PATIENT_EVENTS,
    DayReplay,
    build_day_replay,
)
from akuttsim.indicators.driving import trip_km
from akuttsim.indicators.health_outcomes import conditions_of_run
from akuttsim.indicators.measured_run import IndicatorRow, MeasuredRun
from akuttsim.indicators.person_values import person_values
from akuttsim.indicators.registry import OF_OUTCOMES, observe_in_turn
from akuttsim.indicators.tracks import TRACK_STAGES
from akuttsim.indicators.workload import overloaded_queues
from akuttsim.records import KINDS, OUTCOMES, Codes, Floats, Patients, PersonValues, Record
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.units import DAY_S

PATIENTS_OF_A_LONG_RUN = 30_000
"""From so many on the memory of a run is worth a search for circles of rubbish, some 0.1 s."""

PAGE_REPLICATION = 0
"""The replication whose day is replayed."""

UnitCells = tuple[str, str, str, int, list[list[int]], list[list[int]]]
"""A unit of a replayed day: name, role, team, place where it belongs (-1: none), spans on duty, and
jobs of kind, start, end and person."""

PersonCells = tuple[int, int, int, int, int, int, list[list[int]]]
"""A person of a replayed day: place, age group, line, urgency in truth and as judged, outcome, and
events of code, time and what it is about (a control room for calls, a clinic at arrival there, else
a unit)."""

LegCells = tuple[int, int, int, int, int, list[int], list[int]]
"""A leg of a replayed day: unit, stage, start, end, person, places and when they are passed."""


class CodeNames(TypedDict):
    """The names of the numbers of a replayed day, each at its number."""

    stages: Sequence[str]
    kinds: Sequence[str]
    events: Sequence[str]
    outcomes: Sequence[str]


class ReplayLists(TypedDict):
    """A replayed day as it is written as JSON: whole numbers, times in seconds since its midnight.

    Attributes:
        codes: The names of the numbers of stages, kinds, events and outcomes.
        date: The day, ISO 8601.
        contacts: How many fell ill on it.
        length_s: How long it is, seconds.
        units: The units, in the order of the record.
        people: Those who fell ill on it or were still helped, by whose position others name them.
        legs: All drives and stands.
    """

    codes: CodeNames
    date: str
    contacts: int
    length_s: int
    units: list[UnitCells]
    people: list[PersonCells]
    legs: list[LegCells]


class PageData(TypedDict):
    """What the page draws of an organisation, by kind of file.

    Attributes:
        replay: A typical day, unit by unit and person by person.
        map: The reach of its services, place by place and hour by hour.
    """

    replay: ReplayLists
    map: CareOnMap


def page_data(run: MeasuredRun) -> PageData:
    """Return what the page draws of a run: its typical day, and the reach of its services."""
    return {"replay": replay_as_lists(build_day_replay(run)), "map": care_on_map(run)}


def write_run_page_data(folder: Path, run: RunId, what: PageData) -> None:
    """Keep what the page draws of a run's organisation in a results folder, beside its tables."""
    write_page_data(folder, "replay", run.organisation, what["replay"], run.digest)
    write_page_data(folder, "map", run.organisation, what["map"], run.digest)


def replay_as_lists(replay: DayReplay) -> ReplayLists:
    """Return a replayed day as lists of whole numbers, times in seconds since its midnight."""
    start_s = replay.day.start_s
    units: list[UnitCells] = []
    for worker in replay.workers:
        duty = [_seconds_since(start_s, span) for span in worker.duty]
        jobs = [[job.kind, *_seconds_since(start_s, job[1:3]), job.patient] for job in worker.jobs]
        units.append((worker.name, worker.role, worker.team, worker.base, duty, jobs))
    people: list[PersonCells] = []
    for person in replay.people:
        events = [[event.code, round(event.time_s - start_s), event.of] for event in person.events]
        people.append((*person[:-1], events))
    legs: list[LegCells] = []
    for leg in replay.legs:
        began, ended = _seconds_since(start_s, leg[2:4])
        passed = _seconds_since(start_s, leg.passed_s)
        legs.append((leg.unit, leg.stage, began, ended, leg.patient, list(leg.places), passed))
    return ReplayLists(
        codes=CodeNames(stages=TRACK_STAGES, kinds=KINDS, events=PATIENT_EVENTS, outcomes=OUTCOMES),
        date=replay.day.date.isoformat(),
        contacts=replay.day.contacts,
        length_s=int(DAY_S),
        units=units,
        people=people,
        legs=legs,
    )


def _seconds_since(start_s: float, times_s: Iterable[float]) -> list[int]:
    """Return times as whole seconds since a moment of the run."""
    return [round(each - start_s) for each in times_s]


MOST_PLANS = 32
"""Plans that a process keeps ready; in a large design each is used only a few times."""

MOST_WORLDS = 2
"""Worlds that a process keeps from one study to the next: as people choose, and if all came."""

RegionKey = tuple[Additions, tuple[Setting, ...]]
"""What tells the region of one case from that of another."""


@dataclass(frozen=True)
class RunOutput:
    """What is kept of a run.

    Attributes:
        run: The run.
        rows: Its indicators.
        grew: Its queues that grew without bound.
        record: Patients, record, kilometres, and conditions where outcomes are asked for; on
            request.
        drawn: What the page draws, of the first replication of the first case.
        calls: Each call, of the first case, where these are real ones.
        people: What each resident got: all indicators in the first case, in others those that
            organisations are judged by.
        tally: What was asked for besides, if anything was.
    """

    run: RunId
    rows: list[IndicatorRow]
    grew: GrownQueues
    record: tuple[Patients, Record, Floats, Codes | None] | None = None
    drawn: PageData | None = None
    calls: pd.DataFrame | None = None
    people: PersonValues | None = None
    tally: object = None


TallyRun = Callable[[Plan, MeasuredRun], object]
"""Returns something small that is wanted of a run besides its indicators, and goes to who watches;
it is sent to other processes."""


class FinishedRun(NamedTuple):
    """A run that has ended.

    Attributes:
        run: The run.
        values: Each indicator that is judged, with its unit.
        failure: Why it failed; None for one that did not.
        tally: What was asked for besides, if anything was.
    """

    run: RunId
    values: dict[str, tuple[float, str]]
    failure: str | None = None
    tally: object = None


MOST_KEPT_PATIENTS = 40_000
"""Patients that a process keeps of earlier replications of a world, about 20 MB."""


class DrawnWorld:
    """A region with its travel times, and those of its patients that were drawn.

    Patients of the last replication are kept, with and without the neighbours whose 116117 some
    organisations answer; of earlier ones as many as may be, the lowest numbers first.

    Attributes:
        region: The region.
        travel: Its travel times, which are worked out as they are asked for.
        most_kept: Patients that are kept besides those of the last replication.
    """

    def __init__(self, region: Region, most_kept: int = 0) -> None:
        """Work nothing out yet."""
        self.region = region
        self.travel = travel_of_region(region)
        self.most_kept = most_kept
        self._patients: dict[int, dict[tuple[str, ...], Patients]] = {}

    def patients(
        self, replication: int, neighbours: tuple[str, ...], draw: Callable[[], Patients]
    ) -> Patients:
        """Return the patients of a replication, drawn where they were not.

        Args:
            replication: Its number.
            neighbours: The neighbours whose calls are among them.
            draw: Draws them.
        """
        known = self._patients.get(replication)
        if known is None:
            self._forget_most()
            known = self._patients[replication] = {}
        if neighbours not in known:
            known[neighbours] = draw()
        return known[neighbours]

    def _forget_most(self) -> None:
        """Forget patients until few enough are kept, those of the highest numbers first."""
        left = self.most_kept
        for number in sorted(self._patients):
            left -= sum(len(each) for each in self._patients[number].values())
            if left < 0:
                del self._patients[number]


ChainKey = tuple[Case, str, int]
"""What tells what happens in one run from others: case, organisation and replication."""


class _ChainRun(NamedTuple):
    """A run, and what of its indicators is known from another with the same chain.

    Attributes:
        run: The run.
        rows: Values by indicator.
    """

    run: MeasuredRun
    rows: dict[str, list[IndicatorRow]]


def _by_indicator(rows: Iterable[IndicatorRow]) -> dict[str, list[IndicatorRow]]:
    """Return values by their indicator, in the same order."""
    found: dict[str, list[IndicatorRow]] = {}
    for row in rows:
        found.setdefault(row.indicator, []).append(row)
    return found


class PreparedStudy:
    """A study with travel times, patients and plans made ready as they are needed.

    The world of the last case is kept, and the plans of the last cases.
    """

    def __init__(
        self,
        study: Study,
        keep_records: bool,
        tally: TallyRun | None = None,
        worlds: dict[str, DrawnWorld] | None = None,
    ) -> None:
        """Make nothing yet.

        Args:
            study: The study.
            keep_records: Whether each patient, activity and trip is kept.
            tally: What is wanted of each run besides its indicators.
            worlds: Worlds of studies before this one, by digest, to which its own are added.
        """
        self.study = study
        self.keep_records = keep_records
        self.tally = tally
        self._worlds = worlds
        self._world: tuple[RegionKey, DrawnWorld] | None = None
        self._regions: dict[tuple[Setting, ...], Region] = {}
        self._senders: dict[tuple[Case, str], bool] = {}
        self._last: tuple[ChainKey, _ChainRun] | None = None
        self._plans: dict[tuple[str, str], Plan] = {}

    def region_of(self, case: Case) -> tuple[Region, Travel]:
        """Return the region of a case and its travel times."""
        world, settings = self._world_of(case), case.of_outcomes
        if settings not in self._regions:
            outcomes = self.study.region_of(case).outcomes
            self._regions[settings] = world.region.model_copy(update={"outcomes": outcomes})
        return self._regions[settings], world.travel

    def _world_of(self, case: Case) -> DrawnWorld:
        """Return the world of a case, which is that of a study before where it is the same."""
        key = region_key(case)
        if self._world is None or self._world[0] != key:
            self._world = (key, self._known_world(case))
            self._regions = {}
        return self._world[1]

    def _known_world(self, case: Case) -> DrawnWorld:
        if self._worlds is None:
            return DrawnWorld(self.study.region_of(case))
        digest = self.study.world_digest(case)
        world = self._worlds.pop(digest, None)
        if world is None:
            while len(self._worlds) >= MOST_WORLDS:
                del self._worlds[next(iter(self._worlds))]
            world = DrawnWorld(self.study.region_of(case), MOST_KEPT_PATIENTS)
        self._worlds[digest] = world
        return world

    def plan_of(self, case: Case, organisation: str) -> Plan:
        """Return an organisation's plan in a case; the last `MOST_PLANS` are kept.

        Args:
            case: The case.
            organisation: The organisation's name.
        """
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

        Args:
            case: The case, whose region they live in.
            replication: The number of the replication.
            prepared: The plan of the organisation that will meet them.
        """
        study = self.study
        return self._world_of(case).patients(
            replication,
            prepared.neighbours,
            lambda: study.callers.patients(prepared, study.seed, replication),
        )

    def simulated(self, run: RunId) -> MeasuredRun:
        """Do a run: draw or take its patients, and let its organisation meet them.

        Args:
            run: The run.
        """
        case = self.study.case(run.case)
        prepared = self.plan_of(case, run.organisation)
        patients = self.patients_of(case, run.replication, prepared)
        of_run = (prepared, self.study.seed, run.replication)
        record = simulate(
            plan_of_run(*of_run),
            patients,
            other_tasks_of_run(*of_run),
            due_visits=due_visits_of_run(*of_run),
        )
        if len(patients) > PATIENTS_OF_A_LONG_RUN:
            gc.collect()  # a run is a circle: what it was made of would stay while it is measured
        region, times = self.region_of(case)
        return MeasuredRun(region, prepared.organisation, times, patients, record)

    def chain_key(self, run: RunId) -> ChainKey:
        """Return what tells what happens in a run from what happens in others.

        Health outcomes are in it only where somebody is sent out by what people have.
        """
        case = self.study.case(run.case)
        is_apart = bool(case.of_outcomes) and self._sends_by_condition(case, run.organisation)
        return case if is_apart else case.before_outcomes, run.organisation, run.replication

    def _sends_by_condition(self, case: Case, organisation: str) -> bool:
        key = (case.before_outcomes, organisation)
        if key not in self._senders:
            arranged = self.study.organisation_of(case, organisation)
            self._senders[key] = arranged.sends_by_condition
        return self._senders[key]

    def _chain_run(self, run: RunId) -> _ChainRun:
        """Return a run with what of its indicators is known: the last one's, or simulated."""
        if not self._has_outcome_cases:
            return _ChainRun(self.simulated(run), {})
        key = self.chain_key(run)
        if self._last is None or self._last[0] != key:
            self._last = None  # two of them need not be in memory
            self._last = (key, _ChainRun(self.simulated(run), {}))
            return self._last[1]
        last = self._last[1]
        region, _ = self.region_of(self.study.case(run.case))
        again = OF_OUTCOMES.union(self.study.judged_by)
        known = {name: rows for name, rows in last.rows.items() if name not in again}
        return _ChainRun(replace(last.run, region=region), known)

    @cached_property
    def _has_outcome_cases(self) -> bool:
        return any(case.of_outcomes for case in self.study.cases)

    def measured(self, run: RunId) -> RunOutput:
        """Do a run and compute its indicators.

        Where only health outcomes are set otherwise than in the run before, what happened is the
        same: it is not simulated again, and only what hangs on them is measured.

        Args:
            run: The run.

        Raises:
            Exception: Whatever goes wrong in it; `run_with_retry` tries once more.
        """
        measured_run, known = self._chain_run(run)
        record, calendar = measured_run.record, measured_run.region.calendar.calendar()
        grew = overloaded_queues(record.overloads, calendar)
        rows: list[IndicatorRow] = []
        persons = person_values(
            measured_run,
            observe_in_turn(measured_run, rows, known),
            self.kept_of_people(run),
            [judged.group_by for judged in self.study.judged],
        )
        if self._last is not None and not known:
            self._last[1].rows.update(_by_indicator(rows))
        is_first = self.is_first(run)
        return RunOutput(
            run,
            rows,
            grew,
            kept_record(measured_run) if self.keep_records else None,
            page_data(measured_run) if self.is_drawn(run) else None,
            self.study.callers.calls(measured_run) if is_first else None,
            persons,
            self._tallied(run, measured_run),
        )

    def _tallied(self, run: RunId, measured_run: MeasuredRun) -> object:
        """Return what was asked for of a run besides its indicators."""
        if self.tally is None:
            return None
        return self.tally(self.plan_of(self.study.case(run.case), run.organisation), measured_run)

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


def kept_record(run: MeasuredRun) -> tuple[Patients, Record, Floats, Codes | None]:
    """Return what is kept of a run whose record is asked for."""
    conditions = None if run.region.outcomes is None else conditions_of_run(run)
    return run.patients, run.record, trip_km(run), conditions


def region_key(case: Case) -> RegionKey:
    """Return what tells the region of a case from others', health outcomes apart."""
    settings = tuple(
        setting for setting in case.before_outcomes.settings if is_setting_of(Region, setting[0])
    )
    if case.everybody_comes:
        settings += ((EVERYBODY_COMES, ()),)
    return (additions_of_kind("region", case.additions), settings)


def store_run(results: ResultsFolder, output: RunOutput, judged_by: Iterable[str]) -> FinishedRun:
    """Write what is kept of a run.

    Args:
        results: The results folder.
        output: What is kept.
        judged_by: Indicators whose values are told.

    Returns:
        What is told of the run while others go on.
    """
    if output.record is not None:
        results.keep_record(output.run, *output.record)
    if output.drawn is not None:
        write_run_page_data(results.folder, output.run, output.drawn)
    if output.calls is not None:
        write_calls(results.folder, output.run, output.calls)
    if output.people is not None:
        write_people(results.folder, output.run, output.people)
    results.keep(output.run, output.rows, output.grew)
    wanted = set(judged_by)
    values = {
        row.indicator: (row.value, row.unit)
        for row in output.rows
        if row.group_by == "all" and row.indicator in wanted
    }
    return FinishedRun(output.run, values, tally=output.tally)


def files_beside(study: Study, folder: Path, run: RunId) -> list[Path]:
    """Return the files that `store_run` writes for a run in folders that other programs read.

    Args:
        study: The study.
        folder: The results folder.
        run: The run.
    """
    if run.case != study.cases[0].name:
        return []
    files = [calls_file(folder, run)] if study.callers.inputs() else []
    if run.replication == PAGE_REPLICATION:
        files += [page_data_file(folder, kind, run.organisation) for kind in PAGE_DATA_KINDS]
    return files


def run_with_retry(place: PreparedStudy, run: RunId) -> RunOutput | str:
    """Do a run; one that fails is tried once more.

    A full disk is no failure of the run: such errors are raised.

    Args:
        place: The study made ready.
        run: The run.

    Returns:
        What it left, or the trace of why it failed.
    """
    for is_last in (False, True):
        try:
            return place.measured(run)
        except OSError:
            raise
        except Exception:
            if is_last:
                return traceback.format_exc()
    raise AssertionError("either way has returned")


class StudyWorker:
    """What a process needs to do runs of a study: the study made ready, and where runs are kept."""

    def __init__(
        self, study: Study, folder: Path, keep_records: bool, tally: TallyRun | None = None
    ) -> None:
        """Make nothing yet."""
        self.prepared = PreparedStudy(study, keep_records, tally)
        self.results = ResultsFolder(folder)


_WORLDS_OF_PROCESS: dict[str, DrawnWorld] = {}
"""In a process that stands between studies: the worlds of the last ones, by digest."""


def prepare_after_others(study: Study, keep_records: bool = False) -> PreparedStudy:
    """Return a study made ready in a process that has done others, of the same world maybe."""
    return PreparedStudy(study, keep_records, worlds=_WORLDS_OF_PROCESS)


class StandingStudyWorker(StudyWorker):
    """A worker in a process that does one study after the other and keeps the worlds it met."""

    def __init__(
        self, study: Study, folder: Path, keep_records: bool, tally: TallyRun | None = None
    ) -> None:
        """Make nothing yet."""
        super().__init__(study, folder, keep_records, tally)
        self.prepared = PreparedStudy(study, keep_records, tally, _WORLDS_OF_PROCESS)


def do_run(worker: StudyWorker, run: RunId) -> FinishedRun:
    """Do a run and keep it, unless it is there already.

    Args:
        worker: The study made ready, and where runs are kept.
        run: The run.

    Returns:
        What is told of the run; without values where it was there.
    """
    results = worker.results
    if results.has(run, files_beside(worker.prepared.study, results.folder, run)):
        return FinishedRun(run, {})
    output = run_with_retry(worker.prepared, run)
    return keep_output(results, run, output, worker.prepared.study.judged_by)


def keep_output(
    results: ResultsFolder, run: RunId, output: RunOutput | str, judged_by: Iterable[str]
) -> FinishedRun:
    """Keep what a run left, and return what is told of it.

    Args:
        results: The results folder.
        run: The run.
        output: What it left, or a text: why it failed.
        judged_by: Indicators whose values are told.
    """
    if isinstance(output, str):
        return FinishedRun(run, {}, output)
    return store_run(results, output, judged_by)


RunBatch = list[RunId]


@dataclass(frozen=True)
class StudyRuns:
    """The runs of a study as work for an executor.

    Attributes:
        study: The study.
        folder: The results folder, where finished runs are kept at once.
        keep_records: Whether each patient, activity and trip is kept too.
        tally: What is wanted of each run besides.
    """

    study: Study
    folder: Path
    keep_records: bool = False
    tally: TallyRun | None = None

    def execute(
        self,
        batches: Sequence[RunBatch],
        workers: int,
        cluster: str | None = None,
        standing: StandingProcesses | None = None,
    ) -> Iterator[FinishedRun]:
        """Do runs and keep each as it finishes.

        Args:
            batches: Runs; those of a batch meet the same patients, which are drawn once.
            workers: Processes on this machine.
            cluster: Address of a scheduler, whose workers need no disk in common with this one.
            standing: Processes that stand ready, in place of `workers`.
        """
        if cluster is not None:
            yield from self._on_cluster(batches, cluster)
            return
        study = self.study
        prepare = StudyWorker
        if standing is not None:
            study.know_worlds()
            prepare = StandingStudyWorker
        job = Job(do_run, prepare, (study, self.folder, self.keep_records, self.tally))
        with open_executor(job, workers, standing=standing) as executor:
            for run, finished in executor.as_finished(batches):
                if isinstance(finished, Lost):
                    yield FinishedRun(run, {}, finished.reason)
                else:
                    yield finished

    def _on_cluster(self, batches: Sequence[RunBatch], cluster: str) -> Iterator[FinishedRun]:
        """Do runs on a cluster; what they leave comes here and is kept here."""
        results = ResultsFolder(self.folder)
        job = Job(run_with_retry, PreparedStudy, (self.study, self.keep_records, self.tally))
        with open_executor(job, 1, cluster) as executor:
            for run, output in executor.as_finished(batches):
                output_or_reason = output.reason if isinstance(output, Lost) else output
                yield keep_output(results, run, output_or_reason, self.study.judged_by)
