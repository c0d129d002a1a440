"""What all tests share: helper modules such as `small` can be imported; pages without figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, TextIO

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))  # validation/ stands there; akuttsim is installed


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave figures blank where a test is of words: drawing is most of what a page takes."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    def blank(canvas: FigureCanvasSVG, sink: TextIO, **_: Any) -> None:
        sink.write('<svg viewBox="0 0 1 1"></svg>')

    monkeypatch.setattr(FigureCanvasSVG, "print_svg", blank)
