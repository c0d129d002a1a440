"""Processes that work for this one, and how a stop reaches those who wait for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from akuttsim.experiments.executor import (
    Job,
    Lost,
    StandingProcesses,
    open_executor,
    wait_for_first,
    wait_for_result,
)


def test_a_stop_is_never_raised_while_locks_of_a_pool_are_held() -> None:
    """Raised within the wait itself it could leave a lock behind, and the process would hang."""
    for after_s in (0.02, 0.05, 0.11):
        threading.Timer(after_s, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt) as caught:
            wait_for_first([Future()])
        files = [each.path.parts for each in caught.traceback]
        assert not any("futures" in parts or "threading.py" in parts for parts in files)


def test_a_result_comes_as_soon_as_it_is_there() -> None:
    future: Future[int] = Future()
    threading.Timer(0.02, future.set_result, (3,)).start()
    assert wait_for_result(future) == 3
    assert wait_for_first([Future(), future]) == {future}


def test_a_script_without_the_main_guard_is_told_at_once(tmp_path: Path) -> None:
    """It would be begun anew by every process that it starts."""
    script = tmp_path / "noguard.py"
    script.write_text(
        "from akuttsim.experiments.executor import Job, open_executor\n"
        "with open_executor(Job(print, dict), 2) as pool:\n    list(pool.in_order([1, 2]))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert 'below the line if __name__ == "__main__"' in done.stderr and "noguard.py" in done.stderr


def _doubled_but_for_zero(of: int, item: int) -> tuple[int, int]:
    """Return the process and so many times an item; nought takes its process with it."""
    if item == 0:
        os._exit(1)
    return os.getpid(), of * item


def test_processes_stand_from_job_to_job_until_one_dies() -> None:
    standing = StandingProcesses(2)
    try:
        found = []
        for factor in (2, 3):
            job = Job(_doubled_but_for_zero, int, (factor,))
            with open_executor(job, 2, standing=standing) as executor:
                found.append(list(executor.in_order([1, 2, 3])))
        assert [[value for _, value in each] for each in found] == [[2, 4, 6], [3, 6, 9]]
        first, second = ({pid for pid, _ in each} for each in found)
        assert first | second == first or first | second == second  # the very same processes
        with open_executor(Job(_doubled_but_for_zero, int, (2,)), 2, standing=standing) as executor:
            told = dict(executor.as_finished([[1], [0], [2]]))
        assert isinstance(told.pop(0), Lost)
        assert {item: value[1] for item, value in told.items()} == {1: 2, 2: 4}  # type: ignore[index]
    finally:
        standing.close()
