"""Calibrations that go on after a stop must leave the same bytes as their page drawn in earnest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def without_figures() -> Iterator[None]:
    """Draw the figures: a page made by a process of its own is held against one made here."""
    yield
