"""Namdal many times over: how well t intervals hold, and how soon a paired difference is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

import pandas as pd

from akuttsim.analysis.indicators import measure
from akuttsim.analysis.observed import Observed
from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.region import Region
from akuttsim.experiment.callers import other_tasks
from akuttsim.experiment.deciding.form import Form
from akuttsim.experiment.verification.pool import Task
from akuttsim.patients.sampling import sample_patients
from akuttsim.roads.travel import Travel, travel_of_region

TODAY = "namdal-today"
ORGANISATIONS = (TODAY, "namdal-one-legevakt", "namdal-satellites")
SEED = 12_000_000
WARMUP_DAYS = 2
BLOCK = 4
"""Replications in a piece of work."""


def tasks(form: Form) -> Iterator[Task]:
    """Return pieces of work of a few replications each."""
    for first in range(0, form.namdal, BLOCK):
        yield partial(measured, form, range(first, min(first + BLOCK, form.namdal)))


def measured(form: Form, replications: range) -> pd.DataFrame:
    """Return each organisation's indicators for all, replication by replication."""
    region, times, plans = _ready(form.weeks)
    rows = []
    for replication in replications:
        patients = sample_patients(region, plans[TODAY].days, SEED, replication)
        for name, prepared in plans.items():
            record = simulate(prepared, patients, other_tasks(prepared, SEED, replication))
            found = measure(Observed(region, prepared.organisation, times, patients, record))
            rows += [(name, replication, *row) for row in found if row.group_by == "all"]
    columns = ["organisation", "replication", *found[0]._fields]
    return pd.DataFrame(rows, columns=columns)


@cache
def _ready(weeks: int) -> tuple[Region, Travel, dict[str, Plan]]:
    region = load_region("namdal").value
    times = travel_of_region(region)
    plans = {
        name: make_plan(region, load_organisation(name).value, times, weeks, WARMUP_DAYS)
        for name in ORGANISATIONS
    }
    return region, times, plans
