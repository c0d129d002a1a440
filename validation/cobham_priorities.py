"""Priorities without interruption, against Cobham: two classes by phone, three at the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_region
from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.test_bench import BenchLength, QueueQuestion, clinic_plan, queue_runs
from akuttsim.patients.queue_patients import CallerProcess, VisitorProcess, draw_queue_visitors
from akuttsim.records import Patients, Record
from akuttsim.theory.priority_queues import waits_by_class_mg1, waits_by_class_mmc
from akuttsim.units import HOUR_S, MINUTE_S
from validation import erlang_rooms
from validation.coverage_criteria import interval_rows
from validation.study_size import TALK_S, WITHIN_S, ExactStudySize


@dataclass(frozen=True)
class CobhamQueue:
    """A queue of `people` with customers by class, first class first.

    `shares` of customers and mean work in minutes by class; `load` for each of the people.
    """

    where: str
    people: int
    load: float
    shares: tuple[float, ...]
    work_min: tuple[float, ...]

    def rates_per_h(self) -> NDArray[np.float64]:
        """Return customers an hour by class."""
        shares = np.array(self.shares)
        hours = float(shares @ np.array(self.work_min)) * MINUTE_S / HOUR_S
        return shares * (self.load * self.people / hours)

    def question(self) -> QueueQuestion:
        """Return the queue without its classes."""
        work_s = float(np.array(self.shares) @ np.array(self.work_min)) * MINUTE_S
        rate = float(self.rates_per_h().sum())
        return QueueQuestion(rate, work_s, WITHIN_S, float("inf"), self.people)

    def exact(self) -> dict[str, float]:
        """Return the mean wait of each class in seconds (Cobham)."""
        work_s = [minutes * MINUTE_S for minutes in self.work_min]
        rates = self.rates_per_h()
        if self.people == 1:
            waits = waits_by_class_mg1(rates, work_s, [1.0] * len(work_s))
        else:
            waits = waits_by_class_mmc(rates, work_s[0], self.people)
        return {f"wait of class {k}": float(wait) for k, wait in enumerate(waits, start=1)}


PHONE, DOCTOR = "116117", "doctor"
QUEUES = (
    CobhamQueue(PHONE, 3, 0.7, (0.2, 0.8), (TALK_S / MINUTE_S,) * 2),
    CobhamQueue(PHONE, 10, 0.8, (0.2, 0.8), (TALK_S / MINUTE_S,) * 2),
    CobhamQueue(DOCTOR, 1, 0.7, (0.1, 0.3, 0.6), (40.0, 25.0, 15.0)),
    CobhamQueue(DOCTOR, 3, 0.8, (0.1, 0.3, 0.6), (20.0, 20.0, 20.0)),
)


def priority_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each queue and repeat."""
    for number, queue in enumerate(QUEUES):
        for repeat in range(form.repeats):
            yield partial(priority_runs, form, queue, 3_000_000 + 1_000 * number + repeat)


def priority_runs(form: ExactStudySize, queue: CobhamQueue, seed: int) -> pd.DataFrame:
    """Return one row for each run: the queue, and the mean wait of each class."""
    length = erlang_rooms.grid_run_length(queue.question(), form, seed)
    waits = (
        _phone_class_waits(queue, length)
        if queue.where == PHONE
        else doctor_class_waits(queue, length)
    )
    table = pd.DataFrame(waits, columns=list(queue.exact()))
    return table.assign(queue=QUEUES.index(queue), seed=seed)


def _phone_class_waits(queue: CobhamQueue, length: BenchLength) -> NDArray[np.float64]:
    who = CallerProcess(float(queue.rates_per_h().sum()), TALK_S, first_share=queue.shares[0])
    return queue_runs(who, queue.people, WITHIN_S, length)[:, 5:7]


def doctor_class_waits(queue: CobhamQueue, length: BenchLength) -> NDArray[np.float64]:
    """Return the mean wait in seconds for a clinic's doctor by urgency, one row for each run."""
    prepared, who = clinic_plan(queue.people, length), doctor_visitors(queue)
    runs = []
    for replication in range(length.replications):
        patients = draw_queue_visitors(who, length.ringing_h, length.seed, replication)
        runs.append(_waits_by_urgency(simulate(prepared, patients), patients))
    return np.array(runs)


def doctor_visitors(queue: CobhamQueue) -> VisitorProcess:
    """Return the visitors of a queue of three classes."""
    a, b, c = queue.rates_per_h()
    x, y, z = (minutes * MINUTE_S for minutes in queue.work_min)
    return VisitorProcess((a, b, c), (x, y, z), _uniforms_to_doctor())


def _uniforms_to_doctor() -> tuple[float, float, float]:
    """Return uniforms that lead to the clinic's doctor in the laboratory, by urgency."""
    care = load_region("laboratory").value.care
    to_legevakt = care.conveyed.red.home + care.conveyed.red.legevakt / 2
    yellow, green = (
        needs.ambulance + needs.home_visit + needs.clinic / 2
        for needs in (care.needs.yellow, care.needs.green)
    )
    return to_legevakt, yellow, green


def _waits_by_urgency(record: Record, patients: Patients) -> list[float]:
    start, end = record.measured
    mine = (patients.time_s >= start) & (patients.time_s < end)
    waits = record.courses.doctor_s - record.courses.doctor_asked_s
    return [float(np.mean(waits[mine & (patients.urgency == urgency)])) for urgency in range(3)]


def priority_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `priorities`, over all runs, and `priorities_intervals`, repeat by repeat."""
    every, repeats = [], []
    for number, of_queue in runs.groupby("queue", sort=False):
        queue = QUEUES[int(str(number))]
        exact = queue.exact()
        told = {"where": queue.where, "people": queue.people, "load": queue.load}
        waits = of_queue[list(exact)].to_numpy(dtype=np.float64)
        every += interval_rows(waits, exact, {**told, "runs": len(waits)})
        for seed, of_repeat in of_queue.groupby("seed"):
            waits = of_repeat[list(exact)].to_numpy(dtype=np.float64)
            repeats += interval_rows(waits, exact, {**told, "repeat": seed})
    return {"priorities": pd.DataFrame(every), "priorities_intervals": pd.DataFrame(repeats)}
