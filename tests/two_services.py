"""Two services on the same people of the small district, judged as a study judges them.

`verdicts` runs what was and what is, each on the same patients over some replications, as people
choose and with everybody made to come.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from akuttsim.chain.simulation import simulate
from akuttsim.experiments.patient_source import due_visits_of_run, plan_of_run
from akuttsim.indicators.comparison import DifferenceRules, confirm_improvements, paired_differences
from akuttsim.indicators.person_values import paired_sheet, person_pairs, person_values
from akuttsim.indicators.registry import observe_indicators
from akuttsim.records import Key, Patients, PersonValues, Sheet
from tests import small
from tests.chain.by_hand import organisation
from tests.service_changes import STEPS

Run = tuple[list[Any], PersonValues]


@cache
def verdicts(step: str) -> pd.DataFrame:
    """Return the differences that a change of the service makes, as `differences.csv` has them."""
    told = _differences(step, everybody_comes=False)
    decay = small.region(STEPS[step].region).demand.distance_decay
    if decay is None:
        return told
    again = _differences(step, everybody_comes=True)
    return confirm_improvements(told, "plain", ("after",), again)


@cache
def naive(step: str) -> pd.DataFrame:
    """Return the differences over whoever came to each of the two, and not told twice."""
    return _differences(step, everybody_comes=False, is_paired=False)


def verdict(step: str, indicator: str) -> list[str]:
    """Return the verdicts on an indicator of everybody; of its parts, where it has only such."""
    table = verdicts(step)
    mine = table[table.indicator == indicator]
    whole = mine[mine.group_by == "all"]
    return list((whole if len(whole) else mine).verdict)


@cache
def _runs(step: str, everybody_comes: bool) -> list[list[Run]]:
    """Return the runs of what was and of what is."""
    change = STEPS[step]
    made = {"demand": {"distance_decay": {"everybody_comes": True}}} if everybody_comes else {}
    asked_for = {"outcomes": small.outcomes(), **small.laid_over(change.region, made)}
    where = small.region(asked_for)
    was, now = (
        small.world(organisation(**of), where, weeks=change.weeks)
        for of in (change.before, change.after)
    )
    people = [was.sample(17, number) for number in range(change.replications)]
    met_now = people
    if now.plan.neighbours != was.plan.neighbours:
        met_now = [now.sample(17, number) for number in range(change.replications)]
    return [[_run(was, each) for each in people], [_run(now, each) for each in met_now]]


def _differences(step: str, everybody_comes: bool, is_paired: bool = True) -> pd.DataFrame:
    runs = _runs(step, everybody_comes)
    before, after = (
        _sheet(name, [rows for rows, _ in run])
        for name, run in zip(("before", "after"), runs, strict=True)
    )
    if not is_paired:
        return paired_differences(after, before, DifferenceRules({}))
    wanted = frozenset(key[0] for key in before.keys)
    same = paired_sheet(
        {
            n: person_pairs(runs[0][n][1], runs[1][n][1], wanted)
            for n in range(STEPS[step].replications)
        }
    )
    return paired_differences(after, before, DifferenceRules({}), None, same)


def _run(world: small.World, patients: Patients) -> Run:
    due = due_visits_of_run(world.plan, 17, 0)
    seen = world.observed(
        patients, simulate(plan_of_run(world.plan, 17, 0), patients, due_visits=due)
    )
    rows, observations = observe_indicators(seen)
    return rows, person_values(seen, observations)


def _sheet(name: str, runs: list[list[Any]]) -> Sheet:
    keys: dict[Key, int] = {}
    for rows in runs:
        for row in rows:
            keys.setdefault(row[:3], len(keys))
    values, counts = np.full((len(keys), len(runs)), np.nan), np.zeros((len(keys), len(runs)), int)
    for column, rows in enumerate(runs):
        for row in rows:
            values[keys[row[:3]], column], counts[keys[row[:3]], column] = row.value, row.n
    units = {row.indicator: row.unit for row in runs[0]}
    return Sheet("plain", name, tuple(keys), units, tuple(range(len(runs))), values, counts)
