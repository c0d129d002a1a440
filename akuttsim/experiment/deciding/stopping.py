"""Stopping when the interval is narrow enough: how often it then still holds the mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from akuttsim.analysis.intervals import Floats, t_interval
from akuttsim.analysis.precision import LOOK_AHEAD, precise_from
from akuttsim.experiment.deciding.form import Form
from akuttsim.patients.streams import Stream, stream

WANTED = (0.8, 0.5, 0.3)
"""Half-widths, in standard deviations of a replication."""

MOST = 400
SHAPE = 4.0
SEED = 16_000_000

VALUES: dict[str, Callable[[Stream], Floats]] = {
    "normal": lambda draws: draws.normal(0.0, 1.0, MOST),
    "skewed (gamma, skewness 1)": lambda draws: (
        (draws.gamma(SHAPE, 1.0, MOST) - SHAPE) / np.sqrt(SHAPE)
    ),
}
"""Values of replications with mean 0 and standard deviation 1."""


def table(form: Form) -> pd.DataFrame:
    """Return coverage and replications when stopped at once, and when the width must last."""
    return pd.DataFrame(
        [
            {"values": name, "wanted": wanted, **_stopped(form, draw, wanted)}
            for name, draw in VALUES.items()
            for wanted in WANTED
        ]
    )


def _stopped(form: Form, draw: Callable[[Stream], Floats], wanted: float) -> dict[str, float]:
    found: dict[str, float] = {}
    samples = [draw(stream(SEED, number, "stopping")) for number in range(form.orders)]
    for name, ahead in (("at_once", 0), ("lasting", LOOK_AHEAD)):
        ends = [_end(sample, wanted, ahead) for sample in samples]
        intervals = [t_interval(s[:end]) for s, end in zip(samples, ends, strict=True)]
        found[name] = float(np.mean([each.low <= 0 <= each.high for each in intervals]))
        found[f"{name}_runs"] = float(np.median(ends))
    return found


def _end(sample: Floats, wanted: float, ahead: int) -> int:
    first = precise_from(sample, wanted, look_ahead=ahead)
    return MOST if first is None else first + ahead
