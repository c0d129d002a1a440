"""The studies of drafts: one at a time, each in its results folder, through the one executor.

A study is that of the draft's experiment file, run as `akuttsim sweep --resume` runs it: every
finished run is kept at once, so that a browser that is closed, a stop or a crash loses nothing, and
what has been run of the base serves all drafts of it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from akuttsim.app.drafts import CheckedDraft, Drafts
from akuttsim.app.export import StudyExport, Writers, replay_of_study
from akuttsim.app.live_table import StudyTable
from akuttsim.app.page_json import ComparedStudies, StudyState
from akuttsim.app.study_state import (
    StudyView,
    compared_state,
    empty_state,
    study_state,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.executor import Job, StandingProcesses, open_executor
from akuttsim.experiments.files import write_whole
from akuttsim.experiments.manifest import MANIFEST
from akuttsim.experiments.results import (
    IN_PROGRESS_FILE,
    ResultsFolder,
    copy_page_data,
    write_in_progress,
)
from akuttsim.experiments.run_files import copy_people
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.run_worker import (
    FinishedRun,
    PreparedStudy,
    StudyRuns,
    files_beside,
    prepare_after_others,
)
from akuttsim.experiments.runner import RunOptions, default_workers, run_study
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.experiments.study_manifest import study_in_progress
from akuttsim.records import JsonObject
from akuttsim.texts import Lang, Message, message, said_by

MOST_WAITING = 6
"""Studies that may wait for their turn."""

State = Literal["waiting", "running", "stopped", "done", "failed"]


class StudyStoppedError(Exception):
    """Somebody has stopped the study; what is finished is kept."""


@dataclass
class LiveStudy:
    """The study of a draft as far as it has come.

    Attributes:
        table: What its finished runs say.
        variant: The variant that they are of.
        state: How it is.
        said: What went wrong, of a study that failed.
        news: Counts what there is new to tell.
        began: When its runs began this time, seconds.
        at_first: Runs that were there then.
        stopping: Set when it is to stop.
    """

    table: StudyTable
    variant: Organisation
    state: State = "waiting"
    said: Message | str = ""
    news: int = 0
    began: float = 0.0
    at_first: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def tell(self, state: State | None = None, said: Message | str = "") -> None:
        """Note that there is something new to tell."""
        self.state = state or self.state
        self.said = said
        self.news += 1

    def seconds_left(self) -> float | None:
        """Return about how long the rest takes, from what the runs took so far; None at first."""
        table = self.table
        runs = 2 * (len(table.pairs) + len(table.again))
        wanted = 2 * table.study.replications * (2 if table.other_people else 1)
        done = runs - self.at_first
        if self.state != "running" or done <= 0:
            return None
        return (time.monotonic() - self.began) / done * max(wanted - runs, 0)


class Studies:
    """Runs the studies of drafts, one at a time, and tells how far they are."""

    def __init__(self, drafts: Drafts, workers: int | None, writers: Writers) -> None:
        """Begin with nothing to run.

        Args:
            drafts: The drafts of the folder.
            workers: Processes; None for one for each core.
            writers: What writes results as files.
        """
        self._export = StudyExport(drafts, writers)
        self._drafts = drafts
        count = workers or default_workers()
        self._standing = StandingProcesses(count) if count > 1 else None
        self._known: dict[str, LiveStudy] = {}
        self._waiting: list[str] = []
        self._changed = threading.Condition()
        self._closing = False
        self._running: str | None = None
        self._to_prepare: CheckedDraft | None = None
        self._rehearsed = False
        self._thread: threading.Thread | None = None

    def prepare(self, checked: CheckedDraft) -> None:
        """Let the runs of a draft's base be done, and processes stand ready, before it is asked.

        Nobody waits for it: it is done beside, while the first change is being thought of, left as
        soon as a study is asked for, and gone on with after that. With a single process nothing is
        done: it is this one.

        Args:
            checked: The draft.
        """
        if self._standing is None or checked.variant is None:
            return
        with self._changed:
            self._to_prepare = checked
            self._begin_work()

    # --- what the page asks ---

    def study(self, checked: CheckedDraft, lang: Lang) -> StudyState:
        """Return how far the study of a draft is, and what it says so far."""
        view = self._view(checked)
        return empty_state(checked, lang) if view is None else study_state(view, checked, lang)

    def _view(self, checked: CheckedDraft) -> StudyView | None:
        """Return the study of a draft as it is now; None where nothing was run of it."""
        live = self._known.get(checked.draft.id) or self._of_earlier(checked)
        if live is None:
            return None
        variant = checked.variant.value if checked.variant is not None else None
        is_stale = variant != live.variant
        state = "stale" if is_stale and live.state not in ("waiting", "running") else live.state
        return StudyView(live.table, state, live.said, live.seconds_left())

    def _of_earlier(self, checked: CheckedDraft) -> LiveStudy | None:
        """Return a study that was run before the program was started; None where there is none."""
        results = self._drafts.results(checked.draft.id)
        own = (results / "runs").glob(f"*/{checked.draft.name}/*.parquet")
        if checked.variant is None or next(own, None) is None:
            return None
        with self._changed:
            if checked.draft.id not in self._known:
                live = self._loaded(checked)
                is_whole = (results / MANIFEST).is_file()
                live.table.take_finished()
                if not live.table.pairs:
                    return None
                wanted = live.table.study.replications
                is_done = is_whole and len(live.table.pairs) >= wanted
                live.tell("done" if is_done else "stopped")
                self._known[checked.draft.id] = live
            return self._known[checked.draft.id]

    def _loaded(self, checked: CheckedDraft) -> LiveStudy:
        """Return the study of a draft's files, of which nothing is read yet."""
        assert checked.variant is not None
        file = str(self._drafts.experiment_file(checked))
        base, variant = checked.base.organisation, checked.variant
        loaded = (checked.base.region, [base, variant])
        is_named_apart = base.value.organisation != variant.value.organisation
        study = study_of_experiment(file, known=loaded if is_named_apart else None)  # else refused
        results = ResultsFolder(self._drafts.results(checked.draft.id))
        return LiveStudy(StudyTable(study, results), checked.variant.value)

    def start(self, checked: CheckedDraft, replications: int) -> None:
        """Begin the study of a draft, or let it wait for its turn.

        Args:
            checked: The draft, which holds.
            replications: Runs of each of the two.

        Raises:
            InputError: Too many wait already.
        """
        checked = self._drafts.with_replications(checked.draft.id, replications)
        name = checked.draft.id
        with self._changed:
            known = self._known.get(name)
            if self._running == name and known is not None:
                same = known.variant == checked.variant.value if checked.variant else False
                if same and known.table.study.replications == replications:
                    return
                known.stopping.set()
            if name not in self._waiting and len(self._waiting) >= MOST_WAITING:
                what = message("whatif.wrong.queue", most=MOST_WAITING)
                raise InputError([Problem("", 0, name, what)])
            self._known[name] = self._next(checked, known)
            if name not in self._waiting:
                self._waiting.append(name)
            self._begin_work()

    def _begin_work(self) -> None:
        """Let the thread that runs studies see that there is something to do."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="studies", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _next(self, checked: CheckedDraft, known: LiveStudy | None) -> LiveStudy:
        """Return a study that waits; what was read of the same runs is kept."""
        live = self._loaded(checked)
        if known is not None and known.variant == live.variant:
            live.table.pairs |= known.table.pairs
            live.table.again |= known.table.again
        live.news = known.news + 1 if known is not None else 1
        return live

    def stop(self, draft_id: str) -> None:
        """Stop the study of a draft; what is finished stays."""
        with self._changed:
            live = self._known.get(draft_id)
            if live is None:
                return
            if draft_id in self._waiting:
                self._waiting.remove(draft_id)
                live.tell("stopped")
            live.stopping.set()

    def news(self, draft_id: str) -> int:
        """Return a number that changes whenever there is something new to tell of a draft."""
        live = self._known.get(draft_id)
        return live.news if live is not None else 0

    def compared(self, checked: list[CheckedDraft], lang: Lang) -> ComparedStudies:
        """Return what the studies of several drafts say, side by side."""
        return compared_state([(each, self._view(each)) for each in checked], lang)

    def replay(self, checked: CheckedDraft, lang: Lang) -> JsonObject:
        """Return the same day in the base and in a draft."""
        return replay_of_study(self._drafts.results(checked.draft.id), lang)

    def export(self, checked: CheckedDraft, form: str, lang: Lang) -> Path:
        """Return a file of a draft's study to carry away."""
        return self._export.export(checked, form, lang)

    def write_missing_report(self, folder: Path, name: str) -> None:
        """Write the report of a finished study where it is not there yet."""
        self._export.write_missing_report(folder, name)

    def close(self) -> None:
        """Stop everything, and return when it has stopped."""
        with self._changed:
            self._closing = True
            for live in self._known.values():
                live.stopping.set()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

    # --- the work ---

    def _work(self) -> None:
        """Run what waits, one study after the other, until the page is closed."""
        while not self._closing:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: self._waiting or self._closing or self._to_prepare)
                live = base = None
                if self._waiting:
                    self._running = self._waiting.pop(0)
                    live = self._known[self._running]
                else:
                    base, self._to_prepare = self._to_prepare, None
            if live is not None:
                self._run(live)
            elif base is not None:
                self._run_base(base)
        if self._standing is not None:
            self._standing.close()

    def _run_base(self, checked: CheckedDraft) -> None:
        """Do the runs of a draft's base; what goes wrong is told when a study needs them."""
        assert self._standing is not None
        try:
            checked = self._drafts.get(checked.draft.id)  # it may have been changed since
            if checked.variant is None:
                return
            table = self._loaded(checked).table
            is_done = run_base(table, self._standing, self._is_idle)
            if not is_done:
                with self._changed:
                    self._to_prepare = self._to_prepare or checked
            elif not self._rehearsed:
                self._rehearsed = True
                rehearse(table, self._standing)
        except (InputError, OSError):
            return

    def _is_idle(self) -> bool:
        return not (self._waiting or self._closing)

    def _run(self, live: LiveStudy) -> None:
        """Run a study to its end, and note how it ended."""
        try:
            run_live(live, self._standing)
        except StudyStoppedError:
            live.tell("stopped")
        except InputError as error:
            live.tell("failed", error.problems[0].what)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            live.tell("failed", message("whatif.wrong.disk", reason=reason))
        except Exception as error:  # a fault of the program: told in the terminal
            traceback.print_exception(error, file=sys.stderr)
            live.tell("failed", said_by(error))
        else:
            live.tell("done")


CLOSE_S = 15.0
"""How long a run may take to end when the page is closed."""


def run_live(live: LiveStudy, standing: StandingProcesses | None) -> None:
    """Run a study, and take in each pair of runs as it is finished.

    Args:
        live: The study.
        standing: The processes that do it; None for this one.

    Raises:
        StudyStoppedError: It was stopped; what is finished is kept.
        InputError: It cannot be run, or every run failed.
    """
    table = live.table
    borrow_base_runs(table.study, table.results.folder)
    table.take_finished()
    live.at_first = 2 * (len(table.pairs) + len(table.again))
    live.began = time.monotonic()
    live.tell("running")

    def watch(more: int, done: FinishedRun | None) -> None:
        if live.stopping.is_set():
            raise StudyStoppedError
        before = len(table.pairs) + len(table.again)
        if done is not None:
            table.take_finished()
        if len(table.pairs) + len(table.again) > before:
            live.tell()

    for report in table.results.folder.glob("report*.html"):
        report.unlink()  # it tells of fewer runs
    workers = 1 if standing is None else standing.count
    options = RunOptions(workers, resume=True, watch=watch, standing=standing)
    run_study(table.study, table.results.folder, options)
    table.take_finished()


# --- runs of the base, before they are asked for, or made by another draft -----------------------


def run_base(table: StudyTable, standing: StandingProcesses, is_idle: Callable[[], bool]) -> bool:
    """Do those runs of a study's base that are not there yet.

    Args:
        table: The study and its folder.
        standing: The processes that do them.
        is_idle: Tells whether nothing else is wanted of them.

    Returns:
        Whether all was done; False where something else was wanted.
    """
    study, results = table.study, table.results
    borrow_base_runs(study, results.folder)
    runs = [study.run(study.cases[0], study.base, n) for n in range(study.replications)]
    with results.filling(resume=True):
        beside = {run: files_beside(study, results.folder, run) for run in runs}
        missing = [[run] for run in runs if not results.has(run, beside[run])]
        if missing:
            write_in_progress(results.folder, study_in_progress(study, time.time()))
            work = StudyRuns(study, results.folder)
            for _ in work.execute(missing, standing.count, standing=standing):
                if not is_idle():
                    return False
    return is_idle()


def rehearse(table: StudyTable, standing: StandingProcesses) -> None:
    """Let each process do a run that is not kept: the first one reads and finds its memory.

    It draws the patients of the first runs besides, of which it will be given one or another.

    Args:
        table: The study and its folder.
        standing: The processes.
    """
    study = table.study
    study.know_worlds()
    runs = [study.run(study.cases[0], study.base, n) for n in range(standing.count)]
    job = Job(_rehearse_runs, prepare_after_others, (study,))
    with open_executor(job, standing.count, standing=standing) as executor:
        list(executor.in_order([runs] * standing.count))


def _rehearse_runs(prepared: PreparedStudy, runs: Sequence[RunId]) -> None:
    plan = prepared.plan_of(prepared.study.cases[0], runs[0].organisation)
    for run in runs:
        prepared.patients_of(prepared.study.cases[0], run.replication, plan)
    prepared.measured(runs[0])


def borrow_base_runs(study: Study, folder: Path) -> None:
    """Copy runs of a study's base from the results of other drafts, instead of running them again.

    Only runs of the very same inputs are taken: the digest of a run names the region, the
    organisation, length, seed and version of the model. Of the first case and the one in which all
    come everything is kept of each person, whatever a study is judged by.

    Args:
        study: The study, with a single case of its own.
        folder: Its results folder, which may not be there yet.
    """
    mine = ResultsFolder(folder)
    cases = (study.cases[0], study.companion)
    numbers = range(study.replications)
    every = [study.run(case, study.base, n) for case in cases if case is not None for n in numbers]
    wanted = [run for run in every if not mine.run_file(run).exists()]
    for other in _studies_alike(study, folder) if wanted else ():
        theirs = ResultsFolder(other)
        found = [run for run in wanted if theirs.has(run)]
        for run in found:
            _copy_run(theirs, mine, run)
        if any(run.replication == 0 for run in found):
            copy_page_data((other, study.base), (folder, study.base))
        wanted = [run for run in wanted if run not in found]


def _studies_alike(study: Study, folder: Path) -> Iterator[Path]:
    """Yield the results folders beside one whose study has the same base."""
    wanted = study.digest(study.base)
    for other in sorted(folder.parent.glob("what-if-*")):
        if other == folder or other.is_symlink():
            continue
        for name in (MANIFEST, IN_PROGRESS_FILE):
            try:
                plan = json.loads((other / name).read_text("utf-8"))
                of_base = plan["digests"].get(study.base)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue
            if of_base == wanted:
                yield other
                break


def _copy_run(source: ResultsFolder, target: ResultsFolder, run: RunId) -> None:
    """Copy what is kept of a run, its indicators last: they tell that it is whole."""
    if source.overload_file(run).exists():
        write_whole(target.overload_file(run), source.overload_file(run).read_bytes())
    copy_people((source.folder, run), (target.folder, run))
    write_whole(target.run_file(run), source.run_file(run).read_bytes())
