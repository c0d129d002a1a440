"""A page of the small district in a real Chromium, where there is one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from akuttsim.experiment.replaying import keep_drawn
from akuttsim.experiment.runner import run_study
from akuttsim.experiment.study import study_of_experiment
from akuttsim.report.borders import Border
from akuttsim.report.page import write_report
from akuttsim.store.results import read_results
from small import EXPERIMENT, organisation, region, world

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
BAD_NAME = "<script>document.title='run'</script>"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without network; the tests are skipped where Chromium or playwright is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, playwright.sync_playwright() as p:
        started = p.chromium.launch_persistent_context(
            home, executable_path=CHROMIUM, headless=True, args=FLAGS, offline=True
        )
        yield started
        started.close()
