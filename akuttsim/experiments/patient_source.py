"""Where the patients of a study come from: drawn from the region, or the real calls of a log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Protocol, TypedDict
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from akuttsim.calllog.log_reader import read_log
from akuttsim.calllog.logged_calls import LINES, UNKNOWN, CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.calllog.trace_source import LogReplay, is_logged_call, trace_patients
from akuttsim.chain import run_plan as plan_chain
from akuttsim.chain.pathways.operators import task_names
from akuttsim.chain.run_plan import Plan
from akuttsim.config.loader import load_log_format
from akuttsim.config.schema.experiment import LogOfExperiment
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.manifest import LogEntry
from akuttsim.experiments.results import HOURS_FILE, STAGES_FILE, digest, read_calls
from akuttsim.experiments.run_files import RunId
from akuttsim.indicators.log_comparison import (
    LOG_STAGES,
    CallTimes,
    compare_stages,
    compare_with_log,
    recorded_call_times,
    simulated_call_times,
)
from akuttsim.indicators.measured_run import VEHICLE_ROLES, MeasuredRun
from akuttsim.patients.other_tasks import OtherTasks, draw_other_tasks
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import NOT_PRESENT, OUTCOMES, Flags, Indices, Patients
from akuttsim.roads.travel import Travel
from akuttsim.texts import message

WeeksAndWarmup = tuple[int, int]
"""Weeks that are measured, and days of warm-up before them."""


TRIED_WEEKS = 4


class LogInputs(TypedDict, total=False):
    """What runs depend on where their calls are a log's.

    Attributes:
        log: Digest of the calls, of the days that are looked at and of what is drawn on top.
    """

    log: str


class PatientSource(Protocol):
    """Those who call in all runs of a study, and what is kept of each of them."""

    def region(self, region: Region) -> Region:
        """Return the region on the days on which these call."""

    def plan(
        self, region: Region, organisation: Organisation, where: Travel, length: WeeksAndWarmup
    ) -> Plan:
        """Return the plan of an organisation that measures the days that are looked at."""

    def patients(self, prepared: Plan, seed: int, replication: int) -> Patients:
        """Return the patients of a replication, the same for all organisations."""

    def calls(self, run: MeasuredRun) -> pd.DataFrame | None:
        """Return one row for each call that is kept of a run, or None where none is."""

    def tables(self, folder: Path, runs: Sequence[RunId]) -> dict[str, pd.DataFrame]:
        """Return the tables that finished runs leave beside every study's, by name of file."""

    def tried_weeks(self, weeks: int) -> int:
        """Return how many of a run's weeks are enough to measure how long it takes."""

    def inputs(self) -> LogInputs:
        """Return what runs depend on beside region, organisation, length and seed."""

    def log_entry(self) -> LogEntry | None:
        """Return what the manifest says of the log that calls are from; None without one."""


def other_tasks_of_run(prepared: Plan, seed: int, replication: int) -> OtherTasks:
    """Return what operators may have to do beside calls, the same whoever and how many they are."""
    names = task_names(prepared.organisation)
    return draw_other_tasks(names, prepared.days, seed, replication)


class RandomPatients:
    """People who fall ill at random, as the region says how often; nothing is kept of each."""

    def region(self, region: Region) -> Region:
        """Return the region as it is."""
        return region

    def plan(
        self, region: Region, organisation: Organisation, where: Travel, length: WeeksAndWarmup
    ) -> Plan:
        """Return the plan of an organisation for so many weeks after the warm-up."""
        return plan_chain.make_plan(region, organisation, where, *length)

    def patients(self, prepared: Plan, seed: int, replication: int) -> Patients:
        """Return the people who fall ill, with the neighbours whom the organisation answers."""
        region, days = prepared.region, prepared.days
        return sample_patients(region, days, seed, replication, prepared.neighbours)

    def calls(self, run: MeasuredRun) -> pd.DataFrame | None:
        """Keep nothing of each call."""
        return None

    def tables(self, folder: Path, runs: Sequence[RunId]) -> dict[str, pd.DataFrame]:
        """Leave no table of their own."""
        return {}

    def tried_weeks(self, weeks: int) -> int:
        """Return a few weeks: time goes with them."""
        return min(weeks, TRIED_WEEKS)

    def inputs(self) -> LogInputs:
        """Depend on nothing else."""
        return {}

    def log_entry(self) -> None:
        """Return None: nobody is from a log."""


DateSpan = tuple[date | None, date | None]
"""A first and a last day, None for the log's own."""


@dataclass(frozen=True, eq=False)
class LoggedPatients:
    """The real calls of a log, and the days that are looked at.

    A run begins `warmup_days` before `first`, with the calls of those days if the log has any;
    `log` has the calls from then to `last`. `added` are the sections of the region's demand whose
    people are drawn on top, since no log of calls has them.
    """

    log: CallLog
    first: date
    last: date
    warmup_days: int
    added: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """Return how many days are looked at."""
        return (self.last - self.first).days + 1

    @property
    def weeks(self) -> int:
        """Return the whole weeks that come nearest to the days that are looked at, at least one."""
        return max(1, round(self.days / 7))

    @cached_property
    def looked_at(self) -> Flags:
        """Return which calls rang on the days that are looked at."""
        mine: Flags = self.log.time_s >= _midnight(self.first, self.log.time_zone)
        return mine

    @cached_property
    def shown(self) -> CallLog:
        """Return the calls that are looked at."""
        return self.log.picked(self.looked_at)

    @cached_property
    def called(self) -> list[str]:
        """Return the local time of each call that is looked at, with its distance from UTC."""
        utc = pd.to_datetime(pd.Series(self.shown.time_s), unit="s", utc=True)
        local = utc.dt.tz_convert(self.log.time_zone)
        return [each.isoformat(timespec="seconds") for each in local]

    def region(self, region: Region) -> Region:
        """Return the region with its run beginning on the first day of the warm-up."""
        begins = self.first - timedelta(days=self.warmup_days)
        calendar = region.calendar.model_copy(update={"start": begins.isoformat()})
        return region.model_copy(update={"calendar": calendar})

    def plan(
        self, region: Region, organisation: Organisation, where: Travel, length: WeeksAndWarmup
    ) -> Plan:
        """Return the plan of an organisation that measures exactly the days looked at."""
        weeks = ceil((self.days + 1) / 7)
        made = plan_chain.make_plan(region, organisation, where, weeks, self.warmup_days)
        calendar = region.calendar.calendar()
        ends = (calendar.day(self.warmup_days), calendar.day(self.warmup_days + self.days))
        return replace(made, measured=(calendar.seconds(ends[0], 0), calendar.seconds(ends[1], 0)))

    def patients(self, prepared: Plan, seed: int, replication: int) -> Patients:
        """Return the calls of the log as patients; what the log lacks is drawn anew."""
        run = LogReplay(prepared.region, self.log, prepared.days, seed, self.added)
        return trace_patients(run, replication)

    def calls(self, run: MeasuredRun) -> pd.DataFrame:
        """Return one row for each call that is looked at: its recorded and its simulated times.

        `call` is the line of the log's file. Times are seconds after the call rang, empty where it
        did not happen. `recorded_gave_up_s` and `gave_up_s` are of those who hung up.
        """
        mine = np.flatnonzero(is_logged_call(run.patients))[self.looked_at]
        patients, log = run.patients, self.shown
        told, met = recorded_call_times(log), simulated_call_times(patients, run.record)
        names = [*(unit.name for unit in run.record.units if unit.role in VEHICLE_ROLES), ""]
        rang = {code: name for name, code in LINES.items()}
        # A neighbour's place is the district that the call came from.
        region = run.region
        place_names = [*region.place_ids, *region.outside]
        outside, place = patients.outside[mine].astype(np.intp), patients.place[mine]
        position = np.where(outside >= 0, len(region.place_ids) + outside, place)
        columns = {
            "call": log.at,
            "called": self.called,
            "number": [rang[code] for code in patients.line[mine].tolist()],
            "place": [place_names[k] for k in position.tolist()],
            "urgency": [URGENCIES[code] for code in patients.urgency[mine].tolist()],
            "outcome": [OUTCOMES[k] for k in run.record.courses.outcome[mine].tolist()],
            "unit": [names[k] for k in met.unit[mine].tolist()],
            "recorded_gave_up_s": told.gave_up_s,
            **{f"recorded_{name}_s": column for name, column in told.after_s.items()},
            "gave_up_s": met.gave_up_s[mine],
            **{f"{name}_s": column[mine] for name, column in met.after_s.items()},
        }
        return pd.DataFrame(columns)

    def tables(self, folder: Path, runs: Sequence[RunId]) -> dict[str, pd.DataFrame]:
        """Return the calls of the first case hour by hour, and how soon each stage came.

        What was recorded is held against the runs of each organisation.
        """
        log = self.shown
        _, hour = local_parts(log.time_s, log.time_zone)
        hours, after = [], []
        for name in dict.fromkeys(run.organisation for run in runs):
            of_name = [run for run in runs if run.organisation == name and run.case == runs[0].case]
            hours += [
                {"organisation": name, **row._asdict(), "inside": row.is_inside}
                for row in compare_with_log(log, hour, _simulated_times(folder, of_name))
            ]
            after += [
                {"organisation": name, **row._asdict()}
                for row in compare_stages(log, _simulated_times(folder, of_name))
            ]
        return {HOURS_FILE: pd.DataFrame(hours), STAGES_FILE: pd.DataFrame(after)}

    def tried_weeks(self, weeks: int) -> int:
        """Return all: the calls of a log are met as a whole."""
        return weeks

    def inputs(self) -> LogInputs:
        """Return a digest of the calls and of the days that are looked at."""
        return {"log": self._digest}

    @cached_property
    def _digest(self) -> str:
        log = self.log
        columns = [log.at, log.time_s, log.line, log.urgency, log.place, log.hung_up]
        columns += [log.stages[name] for name in sorted(log.stages)]
        content = b"".join(np.ascontiguousarray(column).tobytes() for column in columns)
        calls = hashlib.sha256(content).hexdigest()
        return digest({"calls": calls, "days": self.days, "added": list(self.added)})

    def log_entry(self) -> LogEntry:
        """Return what a reader must know of the log: its name, days, calls and columns."""
        log = self.log
        return LogEntry(
            file=log.file,
            format=log.name,
            first=self.first.isoformat(),
            last=self.last.isoformat(),
            calls=int(self.looked_at.sum()),
            columns=sorted(log.columns),
            known=_known_counts(self.shown),
            added=list(self.added),
            findings=[
                finding._asdict() | {"details": dict(finding.details)} for finding in log.findings
            ],
        )


def _known_counts(log: CallLog) -> dict[str, int]:
    """Return of how many calls a log tells what could be drawn instead, in words understood."""
    of: dict[str, Indices] = {
        "place": log.place,
        "urgency": log.urgency.astype(np.int32),
        "number": log.line.astype(np.int32),
    }
    known = {name: int((of[name] != UNKNOWN).sum()) for name in of if name in log.columns}
    return {**dict.fromkeys(of, 0), **known, "talk": int((~np.isnan(log.talk_s)).sum())}


def _simulated_times(folder: Path, runs: Sequence[RunId]) -> Iterator[CallTimes]:
    """Yield what was kept of the calls of runs, one run at a time."""
    seconds = ["gave_up_s", *(f"{stage}_s" for stage in LOG_STAGES)]
    for run in runs:
        found = read_calls(folder, run, [*seconds, "outcome"])
        gave_up, *after = (found[name].to_numpy(np.float64) for name in seconds)
        rang = (found["outcome"] != OUTCOMES[NOT_PRESENT]).to_numpy()
        no_unit = np.full(len(found), -1, dtype=np.int32)
        yield CallTimes(dict(zip(LOG_STAGES, after, strict=True)), gave_up, no_unit, rang)


def logged_patients_of_experiment(
    told: LogOfExperiment, region: Region, beside: Path
) -> LoggedPatients:
    """Return the calls that an experiment in the folder `beside` names.

    Raises InputError where they cannot be read or used.
    """
    form = load_log_format(told.format, beside).value
    path = beside / told.file
    log = read_log(path, form, region)
    if log.stops:
        command = f"akuttsim log check {path} --format {told.format}"
        problems = []
        for stop in log.stops:
            kind, line = stop.kind.replace("_", " "), stop.lines[0] if stop.lines else 0
            what = message("experiments.log.put_right", v=kind, command=command)
            problems.append(Problem(str(path), line, stop.column, what))
        raise InputError(problems)
    return logged_patients(log, region, (told.first, told.last), told.added)


def logged_patients(
    log: CallLog, region: Region, span: DateSpan, added: Sequence[str] = ()
) -> LoggedPatients:
    """Return the calls of some days of a log; without days, of all that it has.

    A run begins a day before. `added` are sections of the region's demand. Raises InputError where
    the log has no call on these days, or the region no such section.
    """
    lacks = [name for name in added if getattr(region.demand, name) is None]
    if lacks:
        what = message(
            "experiments.log.no_demand", region=region.region, lacks=", demand.".join(lacks)
        )
        raise InputError([Problem("", 0, "add", what)])
    log = replace(log, time_zone=region.calendar.time_zone)
    first, last = _first_and_last_day(log, span)
    calls_between(log, (first, last))
    begins = first - timedelta(days=LOG_WARMUP_DAYS)
    picked = calls_between(log, (begins, last))
    return LoggedPatients(picked, first, last, LOG_WARMUP_DAYS, tuple(added))


LOG_WARMUP_DAYS = 1
"""A log has seldom more than the days that somebody wants to look at."""


def calls_between(log: CallLog, span: DateSpan) -> CallLog:
    """Return the calls of some local days. Raises InputError where there are none."""
    first, last = _first_and_last_day(log, span)
    start_s = _midnight(first, log.time_zone)
    end_s = _midnight(last + timedelta(days=1), log.time_zone)
    picked = log.picked((log.time_s >= start_s) & (log.time_s < end_s))
    if not len(picked):
        has = _first_and_last_day(log, (None, None))
        what = message("experiments.log.no_call", first=first, last=last, has=has[0], has2=has[1])
        raise InputError([Problem(log.file, 0, "", what)])
    return picked


def _first_and_last_day(log: CallLog, span: DateSpan) -> tuple[date, date]:
    """Return the days that are looked at: those given, else the first and last of the log."""
    zone = ZoneInfo(log.time_zone)
    first, last = (datetime.fromtimestamp(float(log.time_s[k]), zone).date() for k in (0, -1))
    return span[0] or first, span[1] or last


def _midnight(day: date, zone: str) -> float:
    """Return when a local day begins, seconds since 1970."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
