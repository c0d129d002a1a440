"""How long tests look: each in a short form, and in a long one by night (AKUTTSIM_NIGHTLY=1).

A test that has both is marked `nightly`; `.ci/run` runs its short form, `.ci/nightly` its long one.
The two test the same: an interval is as wide as what it looked at says, at the same error rate.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

IS_NIGHTLY = os.environ.get("AKUTTSIM_NIGHTLY") == "1"
Form = TypeVar("Form")


def by_night(short: Form, long: Form) -> Form:
    """Return the long form of a test by night, else the short one."""
    return long if IS_NIGHTLY else short


def at_least_one_by_day(cases: Sequence[Form], by_day: int = 1) -> Sequence[Form]:
    """Return all cases of one kind by night, and the first few of them by day."""
    return by_night(cases[:by_day], cases)


def examples(count: int) -> int:
    """Return how many random examples a property is tried on: ten times as many by night."""
    return by_night(count, 10 * count)
