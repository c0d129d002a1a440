"""The study of verdicts: its parts, run side by side, and the criteria that they must meet."""

from __future__ import annotations

import pandas as pd

from akuttsim.experiment.deciding import coverage, namdal, race, rooms, seldom, stopping
from akuttsim.experiment.deciding.form import Form
from akuttsim.experiment.verification.coverage import criterion
from akuttsim.experiment.verification.pool import Task, Told, done

Tables = dict[str, pd.DataFrame]

MOST_WRONG = 0.05
"""The share of verdicts that may be wrong."""


def tasks(form: Form) -> list[Task]:
    """Return every piece of work: rooms with their pairs, then Namdal."""
    return [*rooms.tasks(form), *namdal.tasks(form)]


def decided(form: Form, workers: int, tell: Told) -> Tables:
    """Run the study; `criteria` says what was asked for, found, and met.

    The tables do not depend on the number of processes.
    """
    results = done(tasks(form), workers, tell)
    found: Tables = {"form": pd.DataFrame([vars(form)])}
    found |= rooms.tables(pd.concat(results[: form.rooms]))
    wide = wide_table(pd.concat(results[form.rooms :]))
    found |= {"coverage": coverage.table(form, wide), "race": race.table(form, wide)}
    found |= {"seldom": seldom.table(form), "stopping": stopping.table(form)}
    return found | {"criteria": pd.DataFrame(judged(found))}


def wide_table(values: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each replication, a column for each (indicator, organisation)."""
    return values.pivot(
        index="replication", columns=["indicator", "organisation"], values="value"
    ).sort_index()


def judged(found: Tables) -> list[dict[str, object]]:
    """Return for each kind of verdict the share that is wrong, against the most that may be."""
    rows = []
    for figure, group in found["rooms"].groupby("figure", sort=False):
        rows.append(_wrong(f"targets: {figure}", group))
    rows.append(_wrong("pairs: answered_within", found["pairs"]))
    return rows


def _wrong(part: str, verdicts: pd.DataFrame) -> dict[str, object]:
    share = float(verdicts["wrong"].mean())
    return criterion(part, "wrong verdicts", (share, 0.0, MOST_WRONG), len(verdicts))
