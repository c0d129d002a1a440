"""The verdicts that results hold, and where in the table of differences they stand.

A verdict is given once, from an interval, when the tables of results are made. Whoever tells of
results afterwards (page, sheets, command line) reads it from the table and decides nothing anew.
The words stand apart from what computes them, so that whoever only reads verdicts, or only declares
which way of an indicator is good (as every worker process does), needs no SciPy.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Direction = Literal["higher", "lower", "neither"]
"""Which way of an indicator is good for patients or staff."""


class Verdict(StrEnum):
    """What an interval allows to be said; the values are the words in the tables of results."""

    MET = "met"
    """The whole interval lies on the good side of the target."""
    NOT_MET = "not met"
    """The whole interval lies on the bad side of the target."""
    BETTER = "better"
    """The whole interval of a difference lies beyond the margin, in the direction that is good."""
    WORSE = "worse"
    """The whole interval of a difference lies beyond the margin, in the direction that is bad."""
    DIFFERS = "differs"
    """The whole interval lies beyond the margin, of an indicator of which neither way is good."""
    WITHIN_MARGIN = "no difference that matters"
    """The whole interval lies within the margin on either side of zero, as it does at nought."""
    FEWER_CAME = "only because fewer came"
    """Better as people choose, and not with everybody made to come."""
    CANNOT_TELL = "cannot tell"
    """The interval allows nothing to be said."""

    @property
    def opposite(self) -> Verdict | None:
        """The verdict that contradicts this one; None where others only say more or less."""
        return _OPPOSITES.get(self)


_OPPOSITES = {
    Verdict.BETTER: Verdict.WORSE,
    Verdict.WORSE: Verdict.BETTER,
    Verdict.MET: Verdict.NOT_MET,
    Verdict.NOT_MET: Verdict.MET,
}

CLEAR_VERDICTS = frozenset(
    {Verdict.MET, Verdict.NOT_MET, Verdict.BETTER, Verdict.WORSE, Verdict.DIFFERS}
)
"""Verdicts that claim something: a target met or not, or that there is a difference."""

OLDER_VERDICTS = {
    "no difference larger than the margin": Verdict.WITHIN_MARGIN.value,
    "the same": Verdict.WITHIN_MARGIN.value,
}
"""Words in results of older versions, and the verdict of today that says the same."""

PEOPLE_COLUMNS = ["before", "after", "people", "gained", "lost"]
"""Columns of a difference of the same people: the means that it is of, and how many they are."""

VERDICT_AS_PEOPLE_CHOOSE = "verdict_as_people_choose"
"""The column of the verdict before it is held against the run with everybody made to come."""


def verdicts_as_people_choose(table: pd.DataFrame) -> pd.DataFrame:
    """Return differences with the verdicts that are of the same kind in every case.

    Only the first case has a second run with everybody made to come, by which an improvement is
    confirmed. Cases are therefore held against each other by the verdicts before that.

    Args:
        table: Differences from the base, as in `differences.csv`.
    """
    if VERDICT_AS_PEOPLE_CHOOSE not in table:
        return table
    return table.assign(verdict=table[VERDICT_AS_PEOPLE_CHOOSE])
