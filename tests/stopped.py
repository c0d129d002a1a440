"""Commands of the command line in processes of their own, to be stopped or killed in tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from akuttsim.cli import app

NEEDS_PROC = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds processes by their environment in /proc"
)
MARK = "AKUTTSIM_TEST_FOLDER"
LONGEST_S = 240


COMMAND = "from akuttsim.cli import main; main()"
BY_SPAWN = f"from akuttsim.experiments import executor; executor.START_METHOD = 'spawn'; {COMMAND}"
"""The command as on a system where processes cannot part from a server."""


def started(
    folder: Path,
    words: Sequence[str],
    limit: Callable[[], None] | None = None,
    code: str = COMMAND,
) -> subprocess.Popen[str]:
    """Start a command that works on a folder; it and its workers are marked with the folder."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env={**os.environ, MARK: str(folder), "CI": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=limit,
    )


def finished(words: Sequence[str]) -> Result:
    """Do a command to its good end in this process: what matters is what it leaves."""
    done = CliRunner().invoke(app, words, env={"CI": "1"})
    assert done.exit_code == 0, done.output
    return done


@contextmanager
def held(process: subprocess.Popen[str]) -> Iterator[None]:
    """Hold a command and its workers still: what is sent meanwhile they find when they go on."""
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGCONT)


@contextmanager
def hearing(number: signal.Signals) -> Iterator[None]:
    """Let commands started meanwhile hear a signal: tests started by nohup hand on deafness."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, before)


def alive(folder: Path) -> list[int]:
    """Return the processes that work on a folder; one that waits to be buried does not."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            is_marked = f"{MARK}={folder}\0".encode() in (each / "environ").read_bytes()
            is_dead = (each / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
        except OSError:
            continue
        if is_marked and not is_dead:
            found.append(int(each.name))
    return found


def workers(folder: Path) -> list[int]:
    """Return the worker processes of a command."""
    return [pid for pid in alive(folder) if is_worker(pid)]


def servers(folder: Path) -> list[int]:
    """Return the processes from which those part, if they do."""
    return [pid for pid in alive(folder) if is_server(pid)]


def is_worker(pid: int) -> bool:
    """Tell whether a process does runs: one that was started for it, or parted from a server."""
    line, starter = _line_and_starter(pid)
    return b"spawn_main" in line or (b"forkserver" in line and is_server(starter))


def is_server(pid: int) -> bool:
    line, starter = _line_and_starter(pid)
    return b"forkserver" in line and b"forkserver" not in _line_and_starter(starter)[0]


def _line_and_starter(pid: int) -> tuple[bytes, int]:
    """Return the command line of a process and who started it; nothing of one that is gone."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        return line, int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return b"", 0


def gone(folder: Path) -> bool:
    """Wait until nobody works on a folder; tell whether it came to that."""
    until = time.monotonic() + LONGEST_S
    while alive(folder):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end of a command; return its code and what it told on standard error."""
    _, err = process.communicate(timeout=LONGEST_S)
    return process.returncode, err


def unfinished(folder: Path) -> list[Path]:
    return list(folder.rglob("*.unfinished-*"))


def wait_for_runs(process: subprocess.Popen[str], folder: Path, count: int = 1) -> None:
    """Wait until some runs of a command are on disk."""
    until = time.monotonic() + LONGEST_S
    while len(list((folder / "runs").rglob("*.parquet"))) < count:
        assert process.poll() is None, f"ended before: {process.communicate()[1]}"
        assert time.monotonic() < until
        time.sleep(0.01)
