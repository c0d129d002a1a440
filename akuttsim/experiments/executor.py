"""Does pieces of work: in this process, in several, or on a Dask cluster.

Whoever has work says what each process makes ready once and what it does with an item (`Job`), and
gets the results from an `Executor`, whichever it is. Processes leave Ctrl-C to the one that started
them, and end when that is gone; one that dies takes no item but its own with it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import current_process, forkserver, get_context, parent_process
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Generic, TypeVar

import pandas as pd

from akuttsim.errors import InputError, Problem
from akuttsim.texts import message

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def defer_signals() -> Iterator[None]:
    """Let Ctrl-C and requests to end wait until this is over; then they do what they would have.

    A process started meanwhile never hears Ctrl-C, which a terminal sends to it too: it is for its
    parent to deal with, and in a process that still reads its modules would end in a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {
        stop_signal: now
        for stop_signal in STOP_SIGNALS
        if callable(now := signal.getsignal(stop_signal))
    }
    for each in before:
        signal.signal(each, lambda number, _: waiting.append(number))
    try:
        with _block_interrupt_for_children():
            yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    for each in waiting:
        signal.raise_signal(each)


@contextmanager
def _block_interrupt_for_children() -> Iterator[None]:
    """Block Ctrl-C in this thread: a process inherits that from the thread that starts it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


T = TypeVar("T")
State = TypeVar("State")
Item = TypeVar("Item")
Result = TypeVar("Result")


def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True)
class Job(Generic[State, Item, Result]):
    """A kind of work, and what is made ready for it. All of it must be fit to be pickled.

    Attributes:
        work: Does one item; gets what was made ready, and the item.
        prepare: Makes ready what items share (travel times, patients), once in each process.
        arguments: What `prepare` is called with.
    """

    work: Callable[[State, Item], Result]
    prepare: Callable[..., State]
    arguments: tuple[object, ...] = ()


@dataclass(frozen=True)
class Lost:
    """What there is in place of a result where a process died or a cluster lost an item.

    Attributes:
        reason: Why, in words that end in a new line.
    """

    reason: str


class WorkerDiedError(Exception):
    """A process died under an item whose result was waited for."""


class Executor(ABC, Generic[Item, Result]):
    """Where the items of a job are done."""

    @abstractmethod
    def in_order(self, items: Sequence[Item]) -> Iterator[Result]:
        """Yield the results in the order of their items.

        Raises:
            WorkerDiedError: A process died.
        """

    @abstractmethod
    def as_finished(
        self, batches: Sequence[Sequence[Item]]
    ) -> Iterator[tuple[Item, Result | Lost]]:
        """Yield each item with its result as it is done; those of a batch share what is ready.

        A process that dies, or a machine that is lost, takes no item but its own with it.
        """


@contextmanager
def open_executor(
    job: Job[State, Item, Result],
    workers: int,
    cluster: str | None = None,
    place_of: Callable[[Item], int] | None = None,
    standing: StandingProcesses | None = None,
) -> Iterator[Executor[Item, Result]]:
    """Open an executor of a job, and end the processes that it has started afterwards.

    Args:
        job: What is to be done.
        workers: Processes on this machine; one is this process itself.
        cluster: Address of a Dask scheduler, which goes before `workers`.
        place_of: Number of an item; items of one number go to the same process when their results
            are asked for in order, for it has kept something of the one before.
        standing: Processes of this machine that stand ready, in place of starting `workers`.

    Raises:
        InputError: No scheduler answers at the address, or the package is missing; or processes of
            a script that would begin the script anew.
    """
    if cluster is not None:
        with _open_cluster(cluster) as client:
            yield _ClusterExecutor(job, client)
    elif standing is not None:
        _refuse_without_guard()
        with ExitStack() as pools:
            yield _StandingExecutor(job, standing, pools)
    elif workers <= 1:
        yield _SerialExecutor(job)
    else:
        _refuse_without_guard()
        with ExitStack() as pools:
            yield _ProcessExecutor(job, workers, pools, place_of)


def _refuse_without_guard() -> None:
    """Raise InputError where a process that is started would run the user's script once more.

    It reads that script first; without the line `if __name__ == "__main__":` it would start
    processes itself, and so on for ever.
    """
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    is_started = getattr(current_process(), "_inheriting", False)
    if not is_started and (script is None or not script.endswith(".py")):
        return
    try:
        text = Path(script or "").read_text("utf-8", errors="replace")
    except (OSError, ValueError):
        text = _GUARD
    if is_started or _GUARD not in text:
        raise InputError([Problem(str(script), 0, "", message("experiments.run.no_guard"))])


_GUARD = "__main__"


class _SerialExecutor(Executor[Item, Result], Generic[State, Item, Result]):
    """Does items in this process."""

    def __init__(self, job: Job[State, Item, Result]) -> None:
        self._job = job
        self._state = job.prepare(*job.arguments)

    def in_order(self, items: Sequence[Item]) -> Iterator[Result]:
        return (self._job.work(self._state, item) for item in items)

    def as_finished(
        self, batches: Sequence[Sequence[Item]]
    ) -> Iterator[tuple[Item, Result | Lost]]:
        for batch in batches:
            for item in batch:
                yield item, self._job.work(self._state, item)


MOST_CRASHES = 3
"""How often an item may take its process with it before it is told as lost."""

CRASH_REASON = message("experiments.run.crashed", tries=MOST_CRASHES)


class _ProcessExecutor(Executor[Item, Result], Generic[State, Item, Result]):
    """Does items in processes of this machine."""

    _ahead = 1
    """Batches that wait at the processes, so that none is ever without work."""

    def __init__(
        self,
        job: Job[State, Item, Result],
        workers: int,
        pools: ExitStack,
        place_of: Callable[[Item], int] | None,
    ) -> None:
        self._job = job
        self._workers = workers
        self._opened = pools
        self._place_of = place_of
        self._pools: list[ProcessPoolExecutor] = []

    def in_order(self, items: Sequence[Item]) -> Iterator[Result]:
        futures = [self._submit(self._pool_of(item), [item]) for item in items]
        try:
            for future in futures:
                yield from wait_for_result(future)
        except BrokenProcessPool:
            raise WorkerDiedError from None

    def _pool_of(self, item: Item) -> ProcessPoolExecutor:
        """Return the pool that does an item: one for all, or one of a single process each."""
        if not self._pools:
            counts = [1] * self._workers if self._place_of else [self._workers]
            self._pools = [self._opened.enter_context(self._pool(count)) for count in counts]
        return self._pools[self._place_of(item) % self._workers if self._place_of else 0]

    def as_finished(
        self, batches: Sequence[Sequence[Item]]
    ) -> Iterator[tuple[Item, Result | Lost]]:
        """Yield each item with its result, as it is done.

        When a process dies, all are started anew, and the items that were under way are done one at
        a time, so that the guilty one is found.
        """
        waiting = deque(batches)
        while waiting:
            suspects: list[Sequence[Item]] = []
            yield from self._until_crash(waiting, suspects)
            for batch in suspects:
                for item in batch:
                    yield item, self._alone(item)

    def _until_crash(
        self, waiting: deque[Sequence[Item]], suspects: list[Sequence[Item]]
    ) -> Iterator[tuple[Item, Result]]:
        """Work off what waits; if a process dies, `suspects` has the batches under way."""
        workers = min(self._workers, len(waiting))
        under_way: dict[Future[list[Any]], Sequence[Item]] = {}
        try:
            with self._pool(workers) as pool:
                while waiting or under_way:
                    while waiting and len(under_way) < workers + self._ahead:
                        batch = waiting.popleft()
                        suspects.append(batch)
                        under_way[self._submit(pool, batch)] = batch
                    for future in wait_for_first(under_way):
                        results = future.result()
                        batch = under_way.pop(future)
                        suspects.remove(batch)
                        yield from zip(batch, results, strict=True)
        except BrokenProcessPool:
            return
        finally:
            self._leave(under_way)

    def _pool(self, processes: int) -> AbstractContextManager[ProcessPoolExecutor]:
        """Return the processes as long as they are needed."""
        return _open_pool(self._job, processes)

    def _submit(self, pool: ProcessPoolExecutor, batch: Sequence[Item]) -> Future[list[Any]]:
        """Give a batch to the processes."""
        return submit_task(pool, _work_in_process, batch)

    def _leave(self, under_way: Iterable[Future[list[Any]]]) -> None:
        """Leave what is under way when nobody wants it any more: it ends with its processes."""

    def _alone(self, item: Item) -> Result | Lost:
        """Do one item in a process of its own, again if that dies."""
        for _ in range(MOST_CRASHES):
            try:
                with _open_pool(self._job, 1) as pool:
                    (result,) = wait_for_result(submit_task(pool, _work_in_process, [item]))
                    return result  # type: ignore[no-any-return]
            except BrokenProcessPool:
                continue
        return Lost(CRASH_REASON + "\n")


LEAVE_S = 10.0
"""How long what is under way may take to end when processes stay and nobody wants it any more."""


class StandingProcesses:
    """Processes that stay between jobs, so that the next one begins in what is read and warm.

    For who does one short job after the other, each before the next.

    Attributes:
        count: How many there are.
    """

    def __init__(self, count: int) -> None:
        """Start none yet."""
        self.count = count
        self._pool: ProcessPoolExecutor | None = None
        self._opened = ExitStack()

    @contextmanager
    def pool(self) -> Iterator[ProcessPoolExecutor]:
        """Lend the processes, which are started where none stand; if one dies, all are ended."""
        if self._pool is None:
            idle = Job(_call_task, _nothing)
            self._pool = self._opened.enter_context(_open_pool(idle, self.count))
        try:
            yield self._pool
        except BrokenProcessPool:
            self.close()
            raise

    def kill(self) -> None:
        """End the processes at once."""
        if self._pool is not None:
            _stop_processes(self._pool)
        self.close()

    def close(self) -> None:
        """End the processes when they have done what they are at."""
        self._pool = None
        self._opened.close()


class _StandingExecutor(_ProcessExecutor[State, Item, Result]):
    """Does items in processes that were there before the job, and stay after it."""

    _ahead = 0

    def __init__(
        self, job: Job[State, Item, Result], standing: StandingProcesses, pools: ExitStack
    ) -> None:
        super().__init__(job, standing.count, pools, None)
        self._standing = standing
        self._pickled = pickle.dumps(job)

    def _pool(self, processes: int) -> AbstractContextManager[ProcessPoolExecutor]:
        return self._standing.pool()

    def _submit(self, pool: ProcessPoolExecutor, batch: Sequence[Item]) -> Future[list[Any]]:
        return submit_task(pool, _work_in_standing_process, self._pickled, batch)

    def _leave(self, under_way: Iterable[Future[list[Any]]]) -> None:
        """Wait until what is under way has ended: a process that is killed must be warmed anew."""
        those = [future for future in under_way if not future.cancel()]
        if wait(those, timeout=LEAVE_S).not_done:
            self._standing.kill()


CONNECT_S = 20
RETRIES = 2
"""How often a batch is given to another worker after one that held it was lost."""


@contextmanager
def _open_cluster(address: str) -> Iterator[Any]:
    """Connect to a scheduler, whose workers need akuttsim of the same version and no common disk.

    Raises:
        InputError: No scheduler answers, or the package is missing.
    """
    try:
        from distributed import Client
    except ImportError:
        what = message("experiments.cluster.package")
        raise InputError([Problem("", 0, "--cluster", what)]) from None
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        what = message("experiments.cluster.no_scheduler", error=error)
        raise InputError([Problem("", 0, f"--cluster {address}", what)]) from None
    with client:
        yield client


class _ClusterExecutor(Executor[Item, Result], Generic[State, Item, Result]):
    """Does items in the processes of a cluster; results come here."""

    def __init__(self, job: Job[State, Item, Result], client: Any) -> None:
        self._client = client
        self._job = client.scatter(job, broadcast=True)

    def _submit(self, batch: Sequence[Item]) -> Any:
        return self._client.submit(_work_on_cluster, self._job, batch, pure=False, retries=RETRIES)

    def in_order(self, items: Sequence[Item]) -> Iterator[Result]:
        for future in [self._submit([item]) for item in items]:
            yield from future.result()

    def as_finished(
        self, batches: Sequence[Sequence[Item]]
    ) -> Iterator[tuple[Item, Result | Lost]]:
        from distributed import as_completed

        batch_of = {self._submit(batch): batch for batch in batches}
        for future in as_completed(batch_of):
            batch = batch_of.pop(future)
            error = future.exception()
            if error is not None:
                reason = message("experiments.run.lost_on_cluster", error=repr(error))
                lost = Lost(reason + "\n")
                yield from ((item, lost) for item in batch)
            else:
                yield from zip(batch, future.result(), strict=True)


_CLUSTER_THREAD = threading.local()


def _work_on_cluster(job: Job[State, Item, Result], items: Sequence[Item]) -> list[Result]:
    """Do items in a process of a cluster.

    A process may do several of these at once, each in a thread with a state of its own.
    """
    if getattr(_CLUSTER_THREAD, "job", None) is not job:
        _CLUSTER_THREAD.job, _CLUSTER_THREAD.state = job, job.prepare(*job.arguments)
    return [job.work(_CLUSTER_THREAD.state, item) for item in items]


GRACE_S = 1.0
"""How long processes that are told to end may take before they are killed."""

SIGNAL_POLL_S = 0.1
"""How often a process that waits for others listens to a stop."""


START_METHOD = "forkserver" if sys.platform == "linux" else "spawn"
"""How processes start: parted from a server that has read the modules, or each from nothing.

Libraries of macOS do not survive the first, and Windows has none of it.
"""

_READ_BY_SERVER = (
    "akuttsim.experiments.run_worker",
    "scipy.special",
    "scipy.sparse.csgraph",
    "pyarrow.dataset",
)
"""What the server reads before the first process parts from it: what every run needs."""


@contextmanager
def _open_pool(job: Job[Any, Any, Any], processes: int) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes that are ready for a job.

    Whatever goes wrong meanwhile, Ctrl-C too, all are ended at once.
    """
    context = get_context(START_METHOD)
    if START_METHOD == "forkserver":
        _start_server(context)
    pool = ProcessPoolExecutor(
        processes,
        mp_context=context,
        initializer=_start_process,
        initargs=(job, dict(os.environ)),
    )
    try:
        yield pool
    except BaseException:
        _stop_processes(pool)
        raise
    pool.shutdown()


def _start_server(context: BaseContext) -> None:
    """Start the process that others part from, if none runs; it ends with this one.

    It finds modules where this process does and nowhere else: a file of the user's folder that is
    called as a module would otherwise be read in its place.
    """
    by_script = [name for name in ("akuttsim.cli",) if name in sys.modules]
    context.set_forkserver_preload([*_READ_BY_SERVER, *by_script])
    path = os.pathsep.join(os.path.abspath(each) for each in sys.path)
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONSAFEPATH")}
    os.environ.update(PYTHONPATH=path, PYTHONSAFEPATH="1")
    try:
        with defer_signals():
            forkserver.ensure_running()
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({} if value is None else {name: value})


def submit_task(pool: ProcessPoolExecutor, task: Callable[..., T], *of: object) -> Future[T]:
    """Give a task to a pool, which may start processes for it; a stop is heard afterwards."""
    with defer_signals():
        return pool.submit(task, *of)


def wait_for_first(futures: Iterable[Future[T]]) -> set[Future[T]]:
    """Wait until some of these have ended, and return those.

    A stop is heard between short waits and not within one: raised while this thread holds a lock of
    the pool, it would leave that locked, and the process would wait for ever when it ends.
    """
    those = list(futures)
    while True:
        with defer_signals():
            ended = wait(those, timeout=SIGNAL_POLL_S, return_when=FIRST_COMPLETED).done
        if ended:
            return ended


def wait_for_result(future: Future[T]) -> T:
    """Wait for a result, and hear a stop as `wait_for_first` does."""
    wait_for_first([future])
    return future.result()


_PROCESS_WORKER: list[tuple[Job[Any, Any, Any], Any]] = []
"""In a process of a pool: its job and what it has made ready."""


def _start_process(job: Job[Any, Any, Any], environment: dict[str, str]) -> None:
    """Make a process of a pool ready, in the environment of the one that wants it."""
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _PROCESS_WORKER[:] = [(job, job.prepare(*job.arguments))]


def _work_in_process(items: Sequence[Any]) -> list[Any]:
    """Do items in a process of a pool, one after the other."""
    job, state = _PROCESS_WORKER[0]
    return [job.work(state, item) for item in items]


_STANDING_JOB: list[bytes] = []
"""In a process that stands: the job that it is ready for."""


def _work_in_standing_process(pickled: bytes, items: Sequence[Any]) -> list[Any]:
    """Do items of a job in a process that stands, which is made ready for it where it is not."""
    if [pickled] != _STANDING_JOB:
        _STANDING_JOB.clear()
        job: Job[Any, Any, Any] = pickle.loads(pickled)  # from the process that started this one
        _PROCESS_WORKER[:] = [(job, job.prepare(*job.arguments))]
        _STANDING_JOB.append(pickled)
    return _work_in_process(items)


def _exit_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however that ended."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stop_processes(pool: ProcessPoolExecutor) -> None:
    """End a pool at once; what its workers had finished is kept already, or not wanted.

    They are gone when this returns, so that none writes into a folder that is tidied after it; so
    is the pool's own thread: left alone, it closes its pipe while Python, ending, writes to it.
    """
    processes = list((pool._processes or {}).values())
    manager: threading.Thread | None = getattr(pool, "_executor_manager_thread", None)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    until = time.monotonic() + GRACE_S
    for process in processes:
        process.join(max(until - time.monotonic(), 0))
        process.kill()
    if manager is not None:
        manager.join(GRACE_S)


TableTask = Callable[[], pd.DataFrame]
"""A piece of work that knows its own seed and can be sent to another process."""

TellProgress = Callable[[int], None]
"""Told how many more pieces are done."""


def execute_tasks(
    tasks: Sequence[TableTask], workers: int, tell: TellProgress
) -> list[pd.DataFrame]:
    """Return the table of each piece of work, in the order of the pieces."""
    tables = []
    with open_executor(Job(_call_task, _nothing), workers) as executor:
        for table in executor.in_order(tasks):
            tables.append(table)
            tell(1)
    return tables


def _call_task(_: None, task: TableTask) -> pd.DataFrame:
    """Do a task that knows all it needs; fit to be sent to another process."""
    return task()
