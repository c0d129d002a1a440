"""Who notices an organisation: of 1,000 who fall ill, how many wait less or more than in the base.

All organisations meet the same people, so each person's waits in one are held against the same
person's waits in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.records import Codes, Flags, Floats, PersonValues
from akuttsim.statistics.intervals import CONFIDENCE, cut_at_zero, t_intervals

ILL_COLUMN = "ill"
"""The column of person values that is 1 for who fell ill.

Planned transports, calls about nothing, and alarms that 116117 and 113 never heard of are not ill.
"""

WAIT_COLUMNS = {"answer": "answer_min", "first_help": "first_help_min", "doctor": "doctor_min"}
"""What a person may wait for, and the column of minutes from the first ring until then."""

NOTICE_STEPS_MIN = (5, 10, 30)
"""Minutes from which a wait is told as longer or shorter; below the least nobody notices it."""

ANY_WAIT, NOTHING_NOTICED, GAINED_CARE, LOST_CARE = "any", "nothing", "gained", "lost"
"""Of any wait: nothing noticed. Of one: who gets it now and did not before, and the contrary."""

OUTCOME = "outcome"
"""In place of a wait: what a person notices most, so that each is told once."""

OUTCOMES = ("lost", "later", "gained", "sooner", "unchanged")
"""What a person notices most, the first that holds: who no longer gets the help that they got, who
waits at least 10 minutes more for one of the three, who gets help that was missing, who waits at
least 10 less; else unchanged. Help is a doctor or first help, and less than that an answer alone:
who is spared an ambulance by a doctor on the phone has lost nothing. The five add up to 1,000."""

OUTCOME_STEP_MIN = 10
"""Minutes from which a wait counts as later or sooner in the outcome."""

NOTICE_COLUMNS = [
    "organisation", "against", "group_by", "group", "wait", "change",
    "per_1000", "ci_low", "ci_high", "people",
]  # fmt: skip
"""Columns of `who-notices.csv`.

`wait` is the wait for an `answer`, `first_help` or a `doctor`, from the first ring; `any` is all
three. `change` is `nothing` (all three are there as before, and within less than 5 minutes of it),
`less_5` to `more_30` (at least so many minutes less or more; who waits 30 more is in `more_5` too),
`gained` or `lost`; of the wait `outcome`, one of `OUTCOMES`. `per_1000` is the mean over
replications, of `people` who fell ill in each, those too who went without help.
"""

NOTICE_GROUPINGS = ("municipality", "urgency")

NoticeKey = tuple[str, str, str, str]
"""What people are grouped by, the group, which wait, and how it changed."""


def notice_rates(base: PersonValues, other: PersonValues) -> dict[NoticeKey, tuple[float, int]]:
    """Return how many of 1,000 each change happens to, and of how many it is, in one run.

    `base` and `other` are two runs that met the same patients.
    """
    ill = ~(np.isnan(base.columns[ILL_COLUMN]) & np.isnan(other.columns[ILL_COLUMN]))
    changes = dict(_notice_changes(base, other))
    rate_of_key: dict[NoticeKey, tuple[float, int]] = {}
    everybody = np.zeros(len(ill), dtype=np.intp)
    groupings: list[tuple[str, Sequence[str], NDArray[np.integer]]] = [("all", ("all",), everybody)]
    groupings += [(name, base.names[name], base.groups[name]) for name in NOTICE_GROUPINGS]
    for group_by, groups, codes in groupings:
        people = np.bincount(codes[ill], minlength=len(groups))
        for (wait, change), mask in changes.items():
            happened = np.bincount(codes[ill & mask], minlength=len(groups))
            with np.errstate(invalid="ignore"):
                rates = (1000 * happened / people).tolist()
            for name, rate, of in zip(groups, rates, people.tolist(), strict=True):
                rate_of_key[group_by, name, wait, change] = (rate, of)
    return rate_of_key


def _notice_changes(
    base: PersonValues, other: PersonValues
) -> Iterator[tuple[tuple[str, str], Flags]]:
    """Yield who notices nothing, then of each wait who waits less or more, gains or loses it."""
    waits = {
        wait: (base.columns[name].astype(np.float64), other.columns[name].astype(np.float64))
        for wait, name in WAIT_COLUMNS.items()
    }
    least = NOTICE_STEPS_MIN[0]
    unchanged = [
        (np.isnan(before) & np.isnan(after)) | (np.abs(after - before) < least)
        for before, after in waits.values()
    ]
    yield (ANY_WAIT, NOTHING_NOTICED), np.logical_and.reduce(unchanged)
    for wait, (before, after) in waits.items():
        more = after - before
        for step in NOTICE_STEPS_MIN[::-1]:
            yield (wait, f"less_{step}"), more <= -step
        for step in NOTICE_STEPS_MIN:
            yield (wait, f"more_{step}"), more >= step
        yield (wait, GAINED_CARE), np.isnan(before) & ~np.isnan(after)
        yield (wait, LOST_CARE), ~np.isnan(before) & np.isnan(after)
    yield from _outcomes(tuple(waits.values()))


def help_level(answer: Floats, first_help: Floats, doctor: Floats) -> Codes:
    """Return how far each person was helped: 2 by a doctor or first help, 1 by an answer, else 0.

    Args:
        answer: Minutes until an answer; NaN for who got none.
        first_help: The same until somebody stood at the patient.
        doctor: The same until a doctor.
    """
    is_cared_for = ~np.isnan(first_help) | ~np.isnan(doctor)
    level: Codes = np.where(is_cared_for, 2, ~np.isnan(answer)).astype(np.int8)
    return level


def _outcomes(
    waits: Sequence[tuple[Floats, Floats]],
) -> Iterator[tuple[tuple[str, str], Flags]]:
    """Yield what each person notices most over all waits, in the order of `OUTCOMES`."""
    before, after = (help_level(*of_all) for of_all in zip(*waits, strict=True))
    lost, gained = [after < before], [after > before]
    later = [after - before >= OUTCOME_STEP_MIN for before, after in waits]
    sooner = [after - before <= -OUTCOME_STEP_MIN for before, after in waits]
    told = np.zeros(len(before), dtype=bool)
    for outcome, masks in zip(OUTCOMES, (lost, later, gained, sooner), strict=False):
        holds = np.logical_or.reduce(masks) & ~told
        yield (OUTCOME, outcome), holds
        told |= holds
    yield (OUTCOME, OUTCOMES[-1]), ~told


def notice_table(
    organisation: str, against: str, runs: Sequence[Mapping[NoticeKey, tuple[float, int]]]
) -> pd.DataFrame:
    """Return who notices an organisation, with intervals over replications; as `NOTICE_COLUMNS`."""
    keys = list(runs[0])
    rates: Floats = np.array([[run[key][0] for run in runs] for key in keys])
    people = [float(np.mean([run[key][1] for run in runs])) for key in keys]
    rows = [
        (organisation, against, *key, *cut_at_zero(interval), of)
        for key, interval, of in zip(keys, t_intervals(rates, CONFIDENCE), people, strict=True)
    ]
    return pd.DataFrame(rows, columns=NOTICE_COLUMNS)
