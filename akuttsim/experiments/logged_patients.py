"""The real calls of a log as the patients of a study, and what was recorded of them.

A run meets the calls of some days of a log; afterwards what the simulation made of them is held
against what the log tells, hour by hour and stage by stage.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.calllog.log_reader import read_log
from akuttsim.calllog.logged_calls import LINES, UNKNOWN, CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.calllog.trace_source import (
    LogReplay,
    destination_codes,
    is_logged_call,
    scene_seconds,
    trace_patients,
)
from akuttsim.chain import run_plan as plan_chain
from akuttsim.chain.run_plan import Plan
from akuttsim.config.loader import load_log_format
from akuttsim.config.schema.experiment import LogOfExperiment
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES, FittedDays
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.manifest import FittedEntry, LogEntry, LogInputs
from akuttsim.experiments.paired_calls import paired_times
from akuttsim.experiments.results import HOURS_FILE, PAIRS_FILE, STAGES_FILE, read_calls
from akuttsim.experiments.run_identity import RunId, digest
from akuttsim.indicators.calls import WITHIN_113_S, WITHIN_116117_S
from akuttsim.indicators.measured_run import HOURS, VEHICLE_ROLES, MeasuredRun, mean, share
from akuttsim.records import (
    LINE_113,
    NEVER_ASKED,
    NOT_PRESENT,
    OUTCOMES,
    Flags,
    Floats,
    Indices,
    Patients,
    Record,
)
from akuttsim.roads.travel import Travel
from akuttsim.statistics.intervals import (
    cut_at_zero,
    prediction_interval,
    share_interval,
    share_prediction_interval,
    t_interval,
)
from akuttsim.texts import message

DateSpan = tuple[date | None, date | None]
"""A first and a last day, None for the log's own."""


@dataclass(frozen=True, eq=False)
class LoggedPatients:
    """The real calls of a log, and the days that are looked at.

    A run begins `warmup_days` before `first`, with the calls of those days if the log has any;
    `log` has the calls from then to `last`. `added` are the sections of the region's demand whose
    people are drawn on top, since no log of calls has them. `whole` is all that was handed in;
    `fitted_to` the days of a log that region or roster were fitted to, and `fitted` the calls of
    these days, where they were handed in and are others than those looked at.
    """

    log: CallLog
    first: date
    last: date
    warmup_days: int
    added: tuple[str, ...] = ()
    whole: CallLog | None = None
    fitted_to: FittedDays | None = None
    fitted: LoggedPatients | None = None

    def beside_fitted_days(self, fitted_to: FittedDays | None) -> LoggedPatients:
        """Return the same calls with those of the days that region or roster were fitted to.

        Args:
            fitted_to: These days; None where nothing says that there are any.
        """
        if fitted_to is None or self.whole is None:
            return replace(self, whole=None)
        span = (fitted_to.first, fitted_to.last)
        fitted, has = None, _first_and_last_day(self.whole, (None, None))
        if span != (self.first, self.last) and has[0] <= span[0] and span[1] <= has[1]:
            fitted = _logged_on(self.whole, span, self.added)
        return replace(self, whole=None, fitted_to=fitted_to, fitted=fitted)

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
        self, region: Region, organisation: Organisation, where: Travel, length: tuple[int, int]
    ) -> Plan:
        """Return the plan of an organisation that measures exactly the days looked at.

        Args:
            region: The region, with its run beginning on the first day of the warm-up.
            organisation: The organisation.
            where: The region's travel times.
            length: Not used: the days of the log say how long a run is.
        """
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
        hours, after, pairs = [], [], []
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
            times = (each.after_s for each in _simulated_times(folder, of_name))
            pairs += [
                {"organisation": name, **row._asdict()}
                for row in paired_times(log, recorded_call_times(log).after_s, times)
            ]
        tables = {HOURS_FILE: pd.DataFrame(hours), STAGES_FILE: pd.DataFrame(after)}
        return tables | ({PAIRS_FILE: pd.DataFrame(pairs)} if pairs else {})

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
        for more in (log.stages, log.codes, log.lengths):
            columns += [more[name] for name in sorted(more)]
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
            fitted_to=_fitted_entry(self.fitted_to),
            findings=[
                finding._asdict() | {"details": dict(finding.details)} for finding in log.findings
            ],
        )


def _fitted_entry(days: FittedDays | None) -> FittedEntry | None:
    """Return what the manifest says of the days that region or roster were fitted to."""
    if days is None:
        return None
    return FittedEntry(log=days.log, first=days.first.isoformat(), last=days.last.isoformat())


def _known_counts(log: CallLog) -> dict[str, int]:
    """Return of how many calls a log tells what could be drawn instead, in words understood."""
    of: dict[str, Indices] = {
        "place": log.place,
        "urgency": log.urgency.astype(np.int32),
        "number": log.line.astype(np.int32),
    }
    known = {name: int((of[name] != UNKNOWN).sum()) for name in of if name in log.columns}
    way = {
        "talk": ~np.isnan(log.talk_s),
        "sent": (log.was_sent != UNKNOWN) & ~log.hung_up,
        "scene": scene_seconds(log) > 0,
        "destination": destination_codes(log) != UNKNOWN,
        "handover": log.length_s("handover") > 0,
    }
    counts = {name: int(rows.sum()) for name, rows in way.items()}
    return {**dict.fromkeys(of, 0), **known, **counts}


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

    A run begins a day before.

    Args:
        log: The log.
        region: The region whose people ring.
        span: First and last day; None for the log's own.
        added: Sections of the region's demand whose people are drawn on top.

    Raises:
        InputError: The log has no call on these days, or the region no such section.
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
    return replace(_logged_on(log, (first, last), tuple(added)), whole=log)


def _logged_on(log: CallLog, span: tuple[date, date], added: tuple[str, ...]) -> LoggedPatients:
    """Return the calls of some days, with those of the warm-up before them."""
    first, last = span
    begins = first - timedelta(days=LOG_WARMUP_DAYS)
    picked = calls_between(log, (begins, last))
    return LoggedPatients(picked, first, last, LOG_WARMUP_DAYS, added)


LOG_WARMUP_DAYS = 1
"""A log has seldom more than the days that somebody wants to look at."""


def calls_between(log: CallLog, span: DateSpan) -> CallLog:
    """Return the calls of some local days.

    Args:
        log: The log.
        span: First and last day; None for the log's own.

    Raises:
        InputError: There are none.
    """
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


LOG_STAGES = ("answered", "alerted", "on_scene", "at_hospital", "free")
"""What is held against the log, in the order of the chain."""


@dataclass(frozen=True, eq=False)
class CallTimes:
    """What became of each call of a log, in seconds after it rang; NaN where it did not happen.

    Only the first time that a caller rang counts.

    Attributes:
        after_s: By stage, how long after the call it came, shape (calls,).
        gave_up_s: After how long the caller hung up, shape (calls,).
        unit: The first ambulance's position among the record's vehicles; -1 for none.
        rang: Who rings here: a neighbour may belong to a room that an organisation does not have.
    """

    after_s: dict[str, Floats]
    gave_up_s: Floats
    unit: Indices
    rang: Flags


def recorded_call_times(log: CallLog) -> CallTimes:
    """Return what the log tells."""
    after = {name: log.stage(name) - log.time_s for name in LOG_STAGES}
    unit, rang = np.full(len(log), -1, dtype=np.int32), np.ones(len(log), dtype=bool)
    return CallTimes(after, log.gave_up_s, unit, rang)


def simulated_call_times(patients: Patients, record: Record) -> CallTimes:
    """Return what the simulation made of the same calls."""
    calls, courses = record.calls, record.courses
    order = np.lexsort((calls.rang_s, calls.patient))
    patient, first = np.unique(calls.patient[order], return_index=True)
    rows = order[first]
    answered, gave_up = np.full((2, len(patients)), np.nan)
    answered[patient] = (calls.answered_s - calls.rang_s)[rows]
    gave_up[patient] = (calls.left_s - calls.rang_s)[rows]
    stages = {name: getattr(courses, f"{name}_s") - patients.time_s for name in LOG_STAGES[1:]}
    rang = ~np.isin(courses.outcome, NEVER_ASKED)
    return CallTimes({"answered": answered, **stages}, gave_up, courses.crew, rang)


class LogMeasure(NamedTuple):
    """A figure of how callers of one number fared."""

    name: str
    unit: str

    def value(self, times: CallTimes, mine: Flags, limit_s: float) -> float:
        """Return the figure of these callers; `limit_s` is the official limit of their number."""
        answered_s = times.after_s["answered"][mine]
        if self.name == "mean_wait_s":
            return mean(answered_s[~np.isnan(answered_s)])
        hung_up = ~np.isnan(times.gave_up_s[mine])
        happened = answered_s <= limit_s if self.name == "answered_in_time" else hung_up
        return share(happened.astype(np.float64))


LOG_MEASURES = (
    LogMeasure("mean_wait_s", "s"),
    LogMeasure("answered_in_time", "share"),
    LogMeasure("hung_up", "share"),
)
"""Mean wait of those answered; of all who rang, the share answered in time, and that hung up."""


class LogComparison(NamedTuple):
    """One figure of an hour, or of all hours: recorded, and simulated over the replications.

    `low` and `high` are the 95 % interval of the simulated mean. Between `one_low` and `one_high`
    one more replication would lie with 95 % confidence, which is what a recorded figure is held
    against: history happened once. These two are NaN where it cannot be told. Where stamps are
    whole minutes, what was recorded lies between `recorded_low` and `recorded_high`.
    """

    number: str
    hour: str
    measure: str
    unit: str
    calls: int
    recorded: float
    simulated: float
    low: float
    high: float
    one_low: float
    one_high: float
    recorded_low: float
    recorded_high: float

    @property
    def is_inside(self) -> bool | None:
        """Tell whether what was recorded is what one more replication might have been.

        None where nothing was recorded or simulated, or where all replications are alike.
        """
        if math.isnan(self.recorded + self.one_low):
            return None
        return self.one_low <= self.recorded_high and self.recorded_low <= self.one_high


ALL_HOURS = "all"


def compare_with_log(
    log: CallLog, hour: NDArray[np.int64], runs: Iterable[CallTimes]
) -> list[LogComparison]:
    """Return every measure of the calls of a log, for all hours and for each.

    `hour` is the local hour of the day of each call; the runs are gone through once. Where the log
    tells of answers, only calls of which it tells an answer or a hang-up are counted, in the
    simulation too.
    """
    recorded = recorded_call_times(log)
    cells = list(_measures_by_hour(log, hour, recorded))
    values_of_runs = [[cell.of(run) for cell in cells] for run in runs]
    return [
        cell.compared(recorded, values)
        for cell, values in zip(cells, zip(*values_of_runs, strict=True), strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _MeasureOfHour:
    """A measure of the calls of one number in one hour."""

    number: str
    hour: str
    measure: LogMeasure
    limit_s: float
    picked: Flags
    spread_s: tuple[float, float]
    is_told: bool

    def of(self, times: CallTimes) -> tuple[float, int]:
        """Return what it is of these times, and of how many calls."""
        mine = self.picked & times.rang
        return self.measure.value(times, mine, self.limit_s), int(mine.sum())

    def compared(
        self, log_times: CallTimes, simulated: Sequence[tuple[float, int]]
    ) -> LogComparison:
        """Return what it is of the log, beside its values in all replications."""
        values = np.array([value for value, _ in simulated])
        cases = np.array([n for _, n in simulated])
        recorded, calls = self.of(log_times)
        bounds = self.recorded_bounds(log_times)
        if not self.is_told:
            recorded, bounds = float("nan"), (float("nan"), float("nan"))
        if self.measure.unit == "share":
            middle, one = (
                share_interval(values, cases),
                share_prediction_interval(values, cases, calls),
            )
        else:
            middle, one = cut_at_zero(t_interval(values)), cut_at_zero(prediction_interval(values))
        of = (self.number, self.hour, self.measure.name, self.measure.unit, calls, recorded)
        return LogComparison(*of, *middle, *one[1:], *bounds)

    def recorded_bounds(self, times: CallTimes) -> tuple[float, float]:
        """Return the least and the most that stamps of whole minutes leave room for."""
        sooner_s, later_s = self.spread_s
        exact = self.of(times)[0]
        if not (sooner_s or later_s) or self.measure.name == "hung_up":
            return exact, exact
        if self.measure.name == "mean_wait_s":
            return max(exact - sooner_s, 0.0), exact + later_s
        answered_s = times.after_s["answered"][self.picked & times.rang]
        surely = answered_s + later_s <= self.limit_s
        perhaps = answered_s - sooner_s < self.limit_s
        return share(surely.astype(np.float64)), share(perhaps.astype(np.float64))


def _measures_by_hour(
    log: CallLog, hour: NDArray[np.int64], recorded: CallTimes
) -> Iterator[_MeasureOfHour]:
    """Yield each measure of each number, for all hours and for each hour of the day.

    Where the log tells of answers, only calls of which it tells an answer or a hang-up are picked.
    """
    known = ~np.isnan(recorded.after_s["answered"]) | log.hung_up
    counted = known if known.any() else np.ones(len(log), dtype=bool)
    tells = _told_measures(log)
    spread = log.spread_s.get("answered", (0.0, 0.0))
    numbers = (
        ("116117", log.line != LINE_113, WITHIN_116117_S),
        ("113", log.line == LINE_113, WITHIN_113_S),
    )
    masks = {ALL_HOURS: np.ones(len(hour), dtype=bool)}
    masks |= {name: hour == code for code, name in enumerate(HOURS)}
    for number, rang, limit_s in numbers:
        if not (counted & rang).any():
            continue
        for name, in_hour in masks.items():
            for measure in LOG_MEASURES:
                mine = counted & rang & in_hour
                yield _MeasureOfHour(
                    number, name, measure, limit_s, mine, spread, tells[measure.name]
                )


def _told_measures(log: CallLog) -> dict[str, bool]:
    """Return of which measures a log tells: what it lacks is not nought.

    A log without times of answers tells no waits; one without an outcome in which everybody was
    answered has left out who hung up.
    """
    has_answers = bool((~np.isnan(log.stage("answered"))).any())
    tells_hang_ups = "outcome" in log.columns or bool(log.hung_up.any())
    return {
        "mean_wait_s": has_answers,
        "answered_in_time": has_answers,
        "hung_up": tells_hang_ups,
    }


class StageComparison(NamedTuple):
    """How long after the call a stage came on average: recorded and simulated, minutes."""

    stage: str
    n_recorded: int
    recorded_min: float
    n_simulated: float
    simulated_min: float
    low: float
    high: float


def compare_stages(log: CallLog, runs: Iterable[CallTimes]) -> list[StageComparison]:
    """Return each stage that the log, or the simulation, tells of; runs are gone through once."""
    recorded = recorded_call_times(log)
    simulated = np.array(
        [[_count_and_mean_min(run.after_s[name]) for name in LOG_STAGES] for run in runs]
    )
    comparisons = []
    for position, name in enumerate(LOG_STAGES):
        n, real = _count_and_mean_min(recorded.after_s[name])
        counts, minutes = simulated[:, position].T
        if n or counts.any():
            middle = cut_at_zero(t_interval(minutes))
            comparisons.append(StageComparison(name, int(n), real, float(np.mean(counts)), *middle))
    return comparisons


def _count_and_mean_min(after_s: Floats) -> tuple[float, float]:
    """Return how often a stage came, and how many minutes after the call on average."""
    came = after_s[~np.isnan(after_s)]
    return float(len(came)), mean(came) / 60
