"""Patience: who hangs up, against Erlang A, from callers of no patience to very patient ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.experiment.verification import grid
from akuttsim.experiment.verification.form import Form
from akuttsim.experiment.verification.grid import Setting
from akuttsim.experiment.verification.pool import Task

OPERATORS = 10
LOADS = (0.9, 1.2)
MINUTES = (0.0, 0.5, 1.0, 2.0, 4.0, 9.0, 20.0)
CURVE = 81
"""Points of the exact curve."""


def tasks(form: Form) -> Iterator[Task]:
    """Return one piece of work for each load, patience and repeat."""
    settings = [Setting(OPERATORS, load, minutes) for load in LOADS for minutes in MINUTES]
    for number, setting in enumerate(settings):
        for repeat in range(form.repeats_long):
            yield partial(grid.measured, form, setting, 2_000_000 + 1_000 * number + repeat)


def tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `patience`, each setting beside its exact answer, and the exact `patience_curve`."""
    curve = [
        {"load": load, "patience_min": minutes, "abandoned": exact["abandoned"]}
        for load in LOADS
        for minutes in np.linspace(0.0, max(MINUTES), CURVE).tolist()
        for exact in [Setting(OPERATORS, load, minutes).exact()]
    ]
    return {"patience": grid.tables(runs)["grid"], "patience_curve": pd.DataFrame(curve)}
