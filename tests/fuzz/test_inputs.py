"""Whatever befalls a file, it is read or refused in a few lines: no traceback, no hang, no lie.

By night 10,000 changed files of every kind; `akuttsim_fuzz=KIND:SEED` in a failure is one of them,
and `trial(KIND, SEED, folder)` does it again.
"""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from akuttsim.errors import InputError
from tests.fuzz.kinds import KINDS, Kind
from tests.nightly import by_night

TRIALS = by_night(2, 10_000 // len(KINDS) + 1)
"""Changed files of each kind."""

MOST_CPU_S = 5.0


class Hang(BaseException):
    """Reading took more than `MOST_CPU_S`."""


@contextmanager
def in_time() -> Iterator[None]:
    """Raise Hang after so many seconds of CPU, where the system can."""

    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MOST_CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fault(kind: Kind, good: object, folder: Path, must_show: bool) -> str:
    """Return what is wrong with how a folder with a changed file is read; "" for nothing."""
    try:
        with in_time():
            found = kind.read(folder)
    except InputError as error:
        lines = str(error).splitlines()
        is_told = lines and all(lines) and all(len(line) < 2000 for line in lines)
        return "" if is_told else f"refused with {lines!r}"
    except Hang:
        return f"no end after {MOST_CPU_S:g} s of CPU"
    except Exception as error:
        return f"a traceback: {type(error).__name__}: {error}"[:300]
    if kind.is_sealed and found != good:
        return "damage was read as data"
    return "the change does not show" if must_show and found == good else ""


def trial(kind: Kind, seed: int, good: Path, understood: object) -> str:
    """Change one file of a kind, read, and put it back; return what is wrong, "" for nothing.

    Args:
        kind: The kind.
        seed: Seed of the change.
        good: A folder with good files, which is left as it was.
        understood: What is understood of them.
    """
    rng = random.Random(f"{kind.name} {seed}")
    files = [(path, mutations) for path in sorted(good.rglob("*"))
             for ending, mutations in kind.mutations.items()
             if path.is_file() and path.name.endswith(ending)]  # fmt: skip
    path, mutations = rng.choice(files)
    content = path.read_bytes()
    mutated = rng.choice(mutations)(rng, content)
    if mutated.content == content:
        return ""
    path.write_bytes(mutated.content)
    try:
        must_show = mutated.must_show and not kind.is_sealed
        is_read = re.search(kind.unread, mutated.what) is None
        what = fault(kind, understood, good, must_show and is_read)
    finally:
        path.write_bytes(content)
    return what and f"{kind.name}:{seed} {path.name}: {mutated.what}: {what}"


@pytest.mark.nightly
@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="counts CPU seconds")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_changed_file_is_read_as_it_is_or_refused(kind: Kind, tmp_path: Path) -> None:
    folder = tmp_path / "good"
    folder.mkdir()
    kind.make(folder)
    understood = kind.read(folder)
    faults = [trial(kind, seed, folder, understood) for seed in range(TRIALS)]
    assert not list(filter(None, faults))
