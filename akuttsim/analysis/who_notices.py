"""Who notices a change of organisation: of 1,000 who fall ill, how many wait how much less or more.

All organisations meet the same people, so each person's waits in one are held against the same
person's waits in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.analysis.intervals import CONFIDENCE, not_negative, t_intervals
from akuttsim.analysis.observed import Mask
from akuttsim.analysis.person_values import ILL, WAITS
from akuttsim.records import Floats, PersonValues

STEPS_MIN = (5, 10, 30)
"""Minutes from which a wait is told as longer or shorter; below the least nobody notices it."""

ANY, NOTHING, GAINED, LOST = "any", "nothing", "gained", "lost"
"""Of any wait: nothing noticed. Of one: who gets it now and did not before, and the contrary."""

COLUMNS = [
    "organisation", "against", "group_by", "group", "wait", "change",
    "per_1000", "ci_low", "ci_high", "people",
]  # fmt: skip
"""Columns of `who-notices.csv`.

`wait` is the wait for an `answer`, `first_help` or a `doctor`, from the first ring; `any` is all
three. `change` is `nothing` (all three are there as before, and within less than 5 minutes of it),
`less_5` to `more_30` (at least so many minutes less or more; who waits 30 more is in `more_5` too),
`gained` or `lost`. `per_1000` is the mean over replications, of `people` who fell ill in each,
those too who went without help.
"""

GROUPINGS = ("municipality", "urgency")

Key = tuple[str, str, str, str]
"""What people are grouped by, the group, which wait, and how it changed."""


def noticed(base: PersonValues, other: PersonValues) -> dict[Key, tuple[float, int]]:
    """Return how many of 1,000 each change happens to, and of how many it is, in one run.

    `base` and `other` are two runs that met the same patients.
    """
    ill = ~(np.isnan(base.columns[ILL]) & np.isnan(other.columns[ILL]))
    changes = dict(_changes(base, other))
    found: dict[Key, tuple[float, int]] = {}
    for group_by, group, codes, count in _groups(base):
        people = np.bincount(codes[ill], minlength=count)
        for (wait, change), mask in changes.items():
            happened = np.bincount(codes[ill & mask], minlength=count)
            with np.errstate(invalid="ignore"):
                rates = (1000 * happened / people).tolist()
            for name, rate, of in zip(group, rates, people.tolist(), strict=True):
                found[group_by, name, wait, change] = (rate, of)
    return found


def _groups(
    base: PersonValues,
) -> Iterator[tuple[str, Sequence[str], NDArray[np.integer], int]]:
    everybody = np.zeros(len(base.columns[ILL]), dtype=np.intp)
    yield "all", ("all",), everybody, 1
    for name in GROUPINGS:
        yield name, base.names[name], base.groups[name], len(base.names[name])


def _changes(base: PersonValues, other: PersonValues) -> Iterator[tuple[tuple[str, str], Mask]]:
    """Yield who notices nothing, then of each wait who waits less or more, gains or loses it."""
    waits = {
        wait: (base.columns[name].astype(np.float64), other.columns[name].astype(np.float64))
        for wait, name in WAITS.items()
    }
    least = STEPS_MIN[0]
    unchanged = [
        (np.isnan(before) & np.isnan(after)) | (np.abs(after - before) < least)
        for before, after in waits.values()
    ]
    yield (ANY, NOTHING), np.logical_and.reduce(unchanged)
    for wait, (before, after) in waits.items():
        more = after - before
        for step in STEPS_MIN[::-1]:
            yield (wait, f"less_{step}"), more <= -step
        for step in STEPS_MIN:
            yield (wait, f"more_{step}"), more >= step
        yield (wait, GAINED), np.isnan(before) & ~np.isnan(after)
        yield (wait, LOST), ~np.isnan(before) & np.isnan(after)


def who_notices(
    organisation: str, against: str, runs: Sequence[Mapping[Key, tuple[float, int]]]
) -> pd.DataFrame:
    """Return who notices an organisation, with intervals over replications; as `COLUMNS`."""
    keys = list(runs[0])
    rates: Floats = np.array([[run[key][0] for run in runs] for key in keys])
    people = [float(np.mean([run[key][1] for run in runs])) for key in keys]
    rows = [
        (organisation, against, *key, *not_negative(interval), of)
        for key, interval, of in zip(keys, t_intervals(rates, CONFIDENCE), people, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
