"""Little's law in every queue of a real run: callers waiting = calls an hour x mean wait."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.chain.run_plan import make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import CONSULTATION, DISPATCH, MISSION, NURSE, PHONE, VISIT, Floats, Record
from akuttsim.roads.travel import travel_of_region
from akuttsim.statistics.intervals import t_interval
from akuttsim.units import HOUR_S
from validation.study_size import ExactStudySize

QueueWaits = dict[str, tuple[Floats, Floats]]
"""For each queue: when each wait began and ended, in seconds."""

LITTLE_RUNS = 4
DOCTOR_ACTIVITIES = (CONSULTATION, PHONE, VISIT)


def little_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each run."""
    for run in range(LITTLE_RUNS):
        yield partial(little_rows, form.namdal_weeks, run)


def little_rows(weeks: int, run: int) -> pd.DataFrame:
    """Return one row for each queue of one run of Namdal as it is today."""
    region = load_region("namdal").value
    organisation = load_organisation("namdal-today").value
    prepared = make_plan(region, organisation, travel_of_region(region), weeks, 1)
    patients = sample_patients(region, prepared.days, 5_000_000, run)
    record = simulate(prepared, patients, other_tasks_of_run(prepared, 5_000_000, run))
    rooms = list(organisation.control_rooms)
    rows = [
        {
            "queue": name,
            **both_sides(*spans, record.measured),
            **gap_of_whole_run(*spans, record.end_s),
        }
        for name, spans in queue_waits(record, rooms).items()
    ]
    return pd.DataFrame(rows).assign(run=run)


def queue_waits(record: Record, rooms: list[str]) -> QueueWaits:
    """Return the waits in each queue of a record."""
    calls = record.calls
    waits: QueueWaits = {}
    ended_s = np.fmin(np.fmin(calls.answered_s, calls.left_s), record.end_s)
    for index, room in enumerate(rooms):
        mine = calls.room == index
        waits[f"control room: {room}"] = (calls.rang_s[mine], ended_s[mine])
    waits |= _team_waits(record, "nurse", (NURSE,), record.courses.at_clinic_s)
    waits |= _team_waits(record, "doctor", DOCTOR_ACTIVITIES, record.courses.doctor_asked_s)
    return waits | {"ambulances": _ambulance_waits(record)}


def _team_waits(
    record: Record, role: str, kinds: tuple[int, ...], requested_s: Floats
) -> QueueWaits:
    """Return the waits for each team: from being asked until the work began."""
    activities = record.activities
    teams = np.array([f"{role}: {unit.team}" for unit in record.units])[activities.unit]
    is_role = np.array([unit.role == role for unit in record.units])[activities.unit]
    mine = is_role & np.isin(activities.kind, kinds)
    return {
        str(team): (
            requested_s[activities.patient[mine & (teams == team)]],
            activities.start_s[mine & (teams == team)],
        )
        for team in np.unique(teams[mine])
    }


def _ambulance_waits(record: Record) -> tuple[Floats, Floats]:
    """Return waits from dispatch, or from the end of care at a clinic, until a crew took over."""
    activities, courses = record.activities, record.courses
    sent = activities.kind == DISPATCH
    dispatched_s = np.full(len(courses.outcome), np.nan)
    dispatched_s[activities.patient[sent]] = activities.end_s[sent]
    mine = activities.kind == MISSION
    patient, mission_start_s = activities.patient[mine], activities.start_s[mine]
    is_first = courses.alerted_s[patient] == mission_start_s
    return np.where(is_first, dispatched_s[patient], courses.ended_s[patient]), mission_start_s


def both_sides(began_s: Floats, ended_s: Floats, span: tuple[float, float]) -> dict[str, float]:
    """Return both sides of Little's law in a span of time.

    `waiting` is a time average, from the number waiting after each event. `flow_times_wait` comes
    from those who joined in the span: how many an hour, times their mean wait.
    """
    start, end = span
    joined = (began_s >= start) & (began_s < end)
    wait_h = float(np.mean((ended_s - began_s)[joined])) / HOUR_S if joined.any() else 0.0
    per_h = float(joined.sum()) / (end - start) * HOUR_S
    return {
        "waiting": time_average(began_s, ended_s, span),
        "per_h": per_h,
        "wait_s": wait_h * HOUR_S,
        "flow_times_wait": per_h * wait_h,
    }


def gap_of_whole_run(began_s: Floats, ended_s: Floats, end_s: float) -> dict[str, float]:
    """Return the gap over the whole run, from empty queue to empty queue: only rounding is left.

    `rounding` bounds it: each sum of so many terms is off by an epsilon a term at most.
    """
    whole = both_sides(began_s, ended_s, (0.0, end_s))
    rounding = 2 * (len(began_s) + 1) * np.finfo(float).eps * max(whole["waiting"], 1.0)
    return {"gap_whole_run": whole["waiting"] - whole["flow_times_wait"], "rounding": rounding}


def time_average(began_s: Floats, ended_s: Floats, span: tuple[float, float]) -> float:
    """Return the mean number waiting over a span, by a sweep over joining and leaving."""
    steps = np.concatenate([np.ones(len(began_s)), -np.ones(len(ended_s))])
    at = np.concatenate([began_s, ended_s])
    order = np.argsort(at, kind="stable")
    times, waiting = np.clip(at[order], *span), np.cumsum(steps[order])
    durations_s = np.diff(np.append(times, span[1]))
    return float(waiting @ durations_s) / (span[1] - span[0])


def little_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `both_sides`: both sides of the law in each queue, mean over runs, and their gap."""
    rows: list[dict[str, object]] = []
    for queue, group in runs.groupby("queue", sort=True):
        means = group[["waiting", "per_h", "wait_s", "flow_times_wait"]].mean()
        gap = t_interval((group["waiting"] - group["flow_times_wait"]).to_numpy(dtype=np.float64))
        whole = {name: float(group[name].abs().max()) for name in ("gap_whole_run", "rounding")}
        gaps = {"gap": gap.mean, "gap_low": gap.low, "gap_high": gap.high, **whole}
        rows.append({"queue": queue, **{str(k): v for k, v in means.items()}, **gaps})
    return {"little": pd.DataFrame(rows)}
