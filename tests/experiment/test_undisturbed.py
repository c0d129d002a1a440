"""A process that must not be stopped now is stopped right afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from akuttsim.experiments.executor import defer_signals

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="POSIX signals")


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Hear Ctrl-C also where the tests themselves run in the background and ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_waits_until_it_is_over() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt):
        with defer_signals():
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("the end")
        reached.append("what comes after")
    assert reached == ["the end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_process_started_meanwhile_never_hears_it() -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('goes on')"
    command = [sys.executable, "-c", code]
    with defer_signals():
        deaf = subprocess.run(command, capture_output=True, text=True, timeout=60)
    hears = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert deaf.stdout == "goes on\n" and hears.stdout == ""
