"""Pages without figures, for tests of words and numbers: drawing is most of what a page takes.

What is drawn is the subject of tests/report and validation's figures, which draw in earnest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO

import pytest


class BlankCanvas:
    """A canvas on which nothing is drawn."""

    def __init__(self, figure: object) -> None:
        """Take the figure, which is drawn nowhere."""

    def print_svg(self, sink: TextIO, **_: Any) -> None:
        """Write an empty picture."""
        sink.write('<svg viewBox="0 0 1 1"></svg>')


def blank_figures() -> Iterator[None]:
    """Leave the figures of pages blank meanwhile."""
    from akuttsim.report.figures import style

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "FigureCanvasSVG", BlankCanvas)
        yield
