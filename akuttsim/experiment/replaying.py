"""Replaying a call log: the real calls meet one organisation, or several, as they happened."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from akuttsim.analysis.indicators import measure
from akuttsim.analysis.observed import Observed
from akuttsim.analysis.overload import overloaded
from akuttsim.analysis.replayed import STAGES, Times, compared, recorded, simulated, stages
from akuttsim.chain.plan import Plan, plan
from akuttsim.chain.simulate import simulate
from akuttsim.errors import InputError, Problem
from akuttsim.experiment import runner
from akuttsim.experiment.manifest import manifest
from akuttsim.experiment.study import Study
from akuttsim.patients.call_log import LINES, CallLog
from akuttsim.patients.from_log import LoggedRun, patients_of_log
from akuttsim.patients.log_times import local_parts
from akuttsim.records import OUTCOMES, Flags, Patients, Record
from akuttsim.roads.travel import Travel, travel
from akuttsim.scenario.fields import URGENCIES
from akuttsim.store.replays import keep_calls, keep_tables
from akuttsim.store.results import ResultsFolder, RunId, digest

WARMUP_DAYS = 1
"""The run begins a day before the first day that is looked at, with that day's calls if any."""

Told = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class Replay:
    """Organisations that meet the same real calls, and over which days they are looked at.

    The study's region begins a day before `first`; `log` has the calls from then to `last`.
    """

    study: Study
    log: CallLog
    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days are looked at."""
        return (self.last - self.first).days + 1

    @cached_property
    def looked_at(self) -> Flags:
        """Return which calls rang on the days that are looked at."""
        mine: Flags = self.log.time_s >= _midnight(self.first, self.log.time_zone)
        return mine

    @cached_property
    def called(self) -> list[str]:
        """Return the local time of each call, with its distance from UTC."""
        return _local(self.log.time_s, self.log.time_zone)

    def runs(self) -> list[RunId]:
        """Return every run; its digest tells the calls too."""
        calls = digest({"calls": _fingerprint(self.log), "days": self.days})
        return [
            run._replace(digest=digest({"study": run.digest, "log": calls}))
            for run in self.study.runs()
        ]


Span = tuple[date | None, date | None]
"""A first and a last day, None for the log's own."""


def replay_of(study: Study, log: CallLog, span: Span) -> Replay:
    """Return the replay of the calls of some days; without days, of all that the log has.

    Raises InputError where the log has no call then.
    """
    zone = study.region.calendar.time_zone
    log = replace(log, time_zone=zone)
    first, last = _ends(log, span)
    between(log, (first, last))
    begins = first - timedelta(days=WARMUP_DAYS)
    calendar = study.region.calendar.model_copy(update={"start": begins.isoformat()})
    region = study.region.model_copy(update={"calendar": calendar})
    weeks = max(1, round((last - first).days / 7))
    made = replace(study, region=region, weeks=weeks, warmup_days=WARMUP_DAYS)
    return Replay(made, between(log, (begins, last)), first, last)


def between(log: CallLog, span: Span) -> CallLog:
    """Return the calls of some local days. Raises InputError where there are none."""
    first, last = _ends(log, span)
    start_s = _midnight(first, log.time_zone)
    end_s = _midnight(last + timedelta(days=1), log.time_zone)
    picked = log.picked((log.time_s >= start_s) & (log.time_s < end_s))
    if not len(picked):
        has = _ends(log, (None, None))
        what = f"no call from {first} to {last}; the log has calls from {has[0]} to {has[1]}"
        raise InputError([Problem(log.file, 0, "", what)])
    return picked


def _ends(log: CallLog, span: Span) -> tuple[date, date]:
    first, last = (_day(log.time_s[k], log.time_zone) for k in (0, -1))
    return span[0] or first, span[1] or last


def run_replay(replay: Replay, folder: Path, tell: Told) -> None:
    """Do all runs of a replay, and write the results with their tables and the manifest.

    Beside what every study leaves: `replay.csv` (hour by hour), `stages.csv`, and for each
    organisation `calls-NAME.csv` of the first replication and all of them under calls/.
    """
    results, began = ResultsFolder(folder), time.time()
    results.begin(resume=False)
    where = travel(replay.study.region)
    plans = {name: replay_plan(replay, name, where) for name in replay.study.organisations}
    met: dict[str, list[Times]] = {name: [] for name in plans}
    for replication in range(replay.study.replications):
        patients = patients_of(replay, replication)
        for run in [each for each in replay.runs() if each.replication == replication]:
            met[run.organisation].append(
                _do(replay, plans[run.organisation], patients, run, results)
            )
            tell(1)
    _write_tables(replay, folder, met)
    conclude(replay, results, began)


def patients_of(replay: Replay, replication: int) -> Patients:
    """Return the calls of a replay as the patients of one replication."""
    days = replay.days + WARMUP_DAYS + 1
    run = LoggedRun(replay.study.region, replay.log, days, replay.study.seed)
    return patients_of_log(run, replication)


def replay_plan(replay: Replay, organisation: str, where: Travel) -> Plan:
    """Return the plan of an organisation that measures exactly the days of a replay."""
    study = replay.study
    weeks = ceil((replay.days + 1) / 7)
    made = plan(study.region, study.organisations[organisation], where, weeks, WARMUP_DAYS)
    calendar = study.region.calendar.calendar()
    ends = (calendar.day(WARMUP_DAYS), calendar.day(WARMUP_DAYS + replay.days))
    return replace(made, measured=(calendar.seconds(ends[0], 0), calendar.seconds(ends[1], 0)))


def _do(
    replay: Replay, prepared: Plan, patients: Patients, run: RunId, results: ResultsFolder
) -> Times:
    record = simulate(prepared, patients)
    region = replay.study.region
    seen = Observed(region, prepared.organisation, prepared.travel, patients, record)
    results.keep(run, measure(seen), overloaded(record.overloads, region.calendar.calendar()))
    keep_calls(results.folder, run, call_table(replay, patients, record))
    return simulated(patients, record)


def call_table(replay: Replay, patients: Patients, record: Record) -> pd.DataFrame:
    """Return one row for each call that is looked at: its recorded and its simulated times.

    `call` is the line of the log's file. Times are seconds after the call rang, to the tenth; empty
    where it did not happen. `recorded_gave_up_s` and `gave_up_s` are of those who hung up.
    """
    log, mine = replay.log, replay.looked_at
    told, met = recorded(log), simulated(patients, record)
    names = [*(unit.name for unit in record.units if unit.role in VEHICLES), ""]
    rang = {code: name for name, code in LINES.items()}
    places = replay.study.region.place_ids
    columns: dict[str, Any] = {
        "call": log.at,
        "called": replay.called,
        "number": [rang[code] for code in patients.line.tolist()],
        "place": [places[k] for k in patients.place.tolist()],
        "urgency": [URGENCIES[code] for code in patients.urgency.tolist()],
        "outcome": [OUTCOMES[code] for code in record.courses.outcome.tolist()],
        "unit": [names[k] for k in met.unit.tolist()],
    }
    for prefix, times in (("recorded_", told), ("", met)):
        columns[f"{prefix}gave_up_s"] = np.round(times.gave_up_s, 1)
        columns |= {f"{prefix}{s}_s": np.round(times.after_s[s], 1) for s in STAGES}
    return pd.DataFrame(columns)[mine]


VEHICLES = ("crew", "transport_vehicle", "neighbour_crew")
"""The roles of those that a patient's ambulance is one of, in the order of the organisation's."""


def _write_tables(replay: Replay, folder: Path, met: dict[str, list[Times]]) -> None:
    _, hour = local_parts(replay.log.time_s, replay.log.time_zone)
    mine = replay.looked_at
    hours = [
        {"organisation": name, **row._asdict(), "inside": row.is_inside}
        for name, runs in met.items()
        for row in compared(replay.log, hour, mine, runs)
    ]
    after = [
        {"organisation": name, **row._asdict()}
        for name, runs in met.items()
        for row in stages(replay.log, mine, runs)
    ]
    keep_tables(folder, hours, after)


def conclude(replay: Replay, results: ResultsFolder, began: float) -> None:
    """Write what every study leaves, and in the manifest which log was replayed."""
    made = {"ranking": [], "failed": [], "log": about(replay)}
    study = replay.study
    runner.conclude(study, results, replay.runs(), {**manifest(study, began), **made})


def about(replay: Replay) -> dict[str, Any]:
    """Return what a reader must know of the log: its name, days, calls and columns."""
    log = replay.log
    return {
        "file": log.file,
        "format": log.name,
        "first": replay.first.isoformat(),
        "last": replay.last.isoformat(),
        "calls": int(replay.looked_at.sum()),
        "columns": sorted(log.columns),
        "findings": [each._asdict() | {"details": dict(each.details)} for each in log.findings],
    }


def _local(times: Any, zone: str) -> list[str]:
    local = pd.to_datetime(pd.Series(times), unit="s", utc=True).dt.tz_convert(zone)
    return [each.isoformat(timespec="seconds") for each in local]


def _day(seconds: float, zone: str) -> date:
    return datetime.fromtimestamp(float(seconds), ZoneInfo(zone)).date()


def _midnight(day: date, zone: str) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()


def _fingerprint(log: CallLog) -> str:
    columns = [log.time_s, log.line, log.urgency, log.place, log.talk_s]
    return hashlib.sha256(b"".join(np.ascontiguousarray(c).tobytes() for c in columns)).hexdigest()
