"""What all tests share: how long they look, which process a test runs in, pages without figures."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from akuttsim.cli import calculate_in_one_thread
from akuttsim.experiments import runner
from akuttsim.texts import choose_language
from tests.blank import blank_figures
from tests.chromium import chromium as chromium
from tests.nightly import IS_NIGHTLY

calculate_in_one_thread()  # also for the processes that this one starts
settings.register_profile("ci", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=400, deadline=None, print_blob=True)
settings.load_profile("nightly" if IS_NIGHTLY else "ci")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file's tests in one process, so that what they share is made once; in their order."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


def pytest_collection_finish() -> None:
    """Let the collector leave alone what was read: it took a tenth of the time, looking at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def one_process() -> int:
    """Return how many processes to use where nobody says: tests run side by side already."""
    return 1


runner.default_workers = one_process
os.environ["LC_ALL"] = "C.UTF-8"
"""Tests expect English, whatever language the system of whoever runs them speaks."""
os.environ.pop("AKUTTSIM_LANG", None)


@pytest.fixture
def undrawn() -> Iterator[None]:
    """Leave a page's figures blank in one test."""
    yield from blank_figures()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let no test hear the language that another one chose."""
    choose_language(None)
    yield
    choose_language(None)
