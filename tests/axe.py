"""Whether people who cannot see a page, or see it poorly, can use it: axe-core's rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

_PLACES = [Path(os.environ.get("AKUTTSIM_NODE", "")), Path(__file__).parents[1] / ".ci" / "node"]
_AXE = next(
    (
        found
        for place in _PLACES
        if (found := place / "node_modules" / "axe-core" / "axe.min.js").is_file()
    ),
    None,
)
"""Where `npm install --prefix .ci/node axe-core` puts it, or below the folder AKUTTSIM_NODE."""


def faults(page: Any) -> list[str]:
    """Return each rule that a page breaks, with where; skip the test where axe-core is missing."""
    if _AXE is None:
        pytest.skip("axe-core is not installed: npm install --prefix .ci/node axe-core")
    page.evaluate(_AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 20
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found["violations"]]
