"""Commands are asked for what they say and write: figures of their pages are left blank."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.blank import blank_figures


@pytest.fixture(scope="module", autouse=True)
def without_figures() -> Iterator[None]:
    """Leave figures blank, also in what a module's tests share."""
    yield from blank_figures()
