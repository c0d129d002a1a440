"""Problems as a user reads them."""

from __future__ import annotations

import re

from akuttsim.errors import Problem


def only(problems: tuple[Problem, ...]) -> Problem:
    """Return the one problem there is, having seen that it reads as one line."""
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert re.fullmatch(r"[^\n]+", str(problems[0]))
    return problems[0]
