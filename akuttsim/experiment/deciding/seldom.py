"""Shares of which one kind is seldom: the interval that they get beside a t interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from akuttsim.analysis.intervals import Floats, share_interval, t_interval
from akuttsim.experiment.deciding.form import Form
from akuttsim.patients.streams import stream

SHARES = (0.8, 0.9, 0.98, 0.995)
CASES = (20, 100, 1_000)
RUNS = (5, 12)
SEED = 15_000_000


def table(form: Form) -> pd.DataFrame:
    """Return for independent cases how often each interval holds the true share, and its width.

    A row for each share, number of cases in a replication, and number of replications.
    """
    rows = []
    for place, share in enumerate(SHARES):
        for cases in CASES:
            for runs in RUNS:
                draws = stream(SEED + place, cases + runs, "cases")
                events = draws.binomial(cases, share, (form.orders, runs))
                rows.append(_held(share, cases, events / cases))
    return pd.DataFrame(rows)


def _held(share: float, cases: int, samples: Floats) -> dict[str, float]:
    count = np.full(samples.shape[1], cases)
    found = {"share": share, "cases": cases, "runs": samples.shape[1]}
    intervals = {
        "t": np.array([t_interval(sample) for sample in samples]),
        "ours": np.array([share_interval(sample, count) for sample in samples]),
    }
    for name, ends in intervals.items():
        found[name] = float(np.mean((ends[:, 1] <= share) & (share <= ends[:, 2])))
        found[f"{name}_width"] = float(np.mean(ends[:, 2] - ends[:, 1]))
    return found
