"""The study of verdicts: its parts, run side by side, and the criteria that they must meet."""

from __future__ import annotations

import pandas as pd

from akuttsim.experiments.executor import TableTask, TellProgress, execute_tasks
from validation import interval_methods, replications_to_verdict, verdict_rooms
from validation.coverage_criteria import criterion
from validation.study_size import VerdictStudySize

Tables = dict[str, pd.DataFrame]

MOST_WRONG_VERDICTS = 0.05
"""The share of verdicts that may be wrong."""


def verdict_study_tasks(form: VerdictStudySize) -> list[TableTask]:
    """Return every piece of work: rooms with their pairs, then Namdal."""
    return [*verdict_rooms.room_tasks(form), *replications_to_verdict.namdal_tasks(form)]


def run_verdict_study(form: VerdictStudySize, workers: int, tell: TellProgress) -> Tables:
    """Run the study; `criteria` says what was asked for, found, and met.

    The tables do not depend on the number of processes.
    """
    results = execute_tasks(verdict_study_tasks(form), workers, tell)
    tables: Tables = {"form": pd.DataFrame([vars(form)])}
    tables |= verdict_rooms.room_tables(pd.concat(results[: form.rooms]))
    wide = replications_by_indicator(pd.concat(results[form.rooms :]))
    tables |= {
        "coverage": interval_methods.coverage_table(form, wide),
        "race": replications_to_verdict.race_table(form, wide),
    }
    tables |= {
        "seldom": interval_methods.seldom_table(form),
        "stopping": interval_methods.stopping_table(form),
    }
    return tables | {"criteria": pd.DataFrame(verdict_study_criteria(tables))}


def replications_by_indicator(values: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each replication, a column for each (indicator, organisation)."""
    return values.pivot(
        index="replication", columns=["indicator", "organisation"], values="value"
    ).sort_index()


def verdict_study_criteria(tables: Tables) -> list[dict[str, object]]:
    """Return for each kind of verdict the share that is wrong, against the most that may be."""
    rows = []
    for figure, group in tables["rooms"].groupby("figure", sort=False):
        rows.append(_wrong_verdict_criterion(f"targets: {figure}", group))
    rows.append(_wrong_verdict_criterion("pairs: answered_within", tables["pairs"]))
    return rows


def _wrong_verdict_criterion(part: str, verdicts: pd.DataFrame) -> dict[str, object]:
    share = float(verdicts["wrong"].mean())
    return criterion(part, "wrong verdicts", (share, 0.0, MOST_WRONG_VERDICTS), len(verdicts))
