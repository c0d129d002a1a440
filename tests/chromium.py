"""A browser for the tests of pages, one in each process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without network; tests are skipped where Chromium or playwright is missing."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with home, playwright.sync_playwright() as p:
        started = p.chromium.launch_persistent_context(
            home.name, executable_path=CHROMIUM, headless=True, args=FLAGS, offline=True
        )
        yield started
        started.close()
