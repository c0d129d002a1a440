"""The words of verdicts, the columns that they stand in, and which way of an indicator is good.

They stand apart from what computes them, so that whoever only reads verdicts (the report) or only
declares a direction (the indicators, which every worker process imports) needs neither SciPy nor
the rest of the statistics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Direction = Literal["higher", "lower", "neither"]
"""Which way of an indicator is good for patients or staff."""

TargetVerdict = Literal["met", "not met", "cannot tell"]
DifferenceVerdict = Literal[
    "better", "worse", "differs", "no difference larger than the margin", "cannot tell"
]

UNDECIDED = "cannot tell"

BETTER, FEWER_CAME = "better", "only because fewer came"
"""An improvement, and one that is gone when the same people come to both."""

THE_SAME = "the same"
"""The verdict on a difference that is exactly nought in every replication."""

WITHIN_MARGIN = "no difference larger than the margin"
"""The verdict that claims that there is no difference worth telling."""

CLEAR_VERDICTS = frozenset({"met", "not met", "better", "worse", "differs"})
"""Verdicts that claim something: a target met or not, or that there is a difference."""

PEOPLE_COLUMNS = ["before", "after", "people", "gained", "lost"]
"""Columns of a difference of the same people: the means that it is of, and how many they are."""

VERDICT_AS_PEOPLE_CHOOSE = "verdict_as_people_choose"
"""The column of the verdict before it is held against the run with everybody made to come."""


def verdicts_as_people_choose(differences: pd.DataFrame) -> pd.DataFrame:
    """Return differences with the verdicts that are of the same kind in every case.

    They are those before anybody was made to come.
    """
    if VERDICT_AS_PEOPLE_CHOOSE not in differences:
        return differences
    return differences.assign(verdict=differences[VERDICT_AS_PEOPLE_CHOOSE])
