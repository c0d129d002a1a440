"""A real call log as it was read: one row a call, with nothing in it about who rang."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.log_format import DURATIONS
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Codes, Flags, Floats, Indices
from akuttsim.units import HOUR_S

LINES = {"116117": LINE_116117, "health": LINE_HEALTH, "113": LINE_113}
"""The code of each number that a log may tell of."""

UNKNOWN = -1


class LogFinding(NamedTuple):
    """Something that is missing, impossible, out of order or doubled in a log.

    Attributes:
        kind: The key of its sentence in the catalogue of the log's page.
        weight: `stops` (nothing can be trusted until it is put right), `left_out` (these rows, or
            these times, are not used) or `told`.
        column: Our name of the column; "" for whole rows.
        n: How many rows.
        lines: The first few of them in the file.
        details: What the sentence needs, such as the day of a change of clocks.
    """

    kind: str
    weight: str
    column: str
    n: int
    lines: tuple[int, ...] = ()
    details: tuple[tuple[str, str], ...] = ()


SHOWN_LINES = 3


def log_finding(
    kind: str, weight: str, column: str, lines: Iterable[int], **details: object
) -> list[LogFinding]:
    """Return the finding about some lines of the file, or none where there are none.

    Args:
        kind: The key of its sentence.
        weight: `stops`, `left_out` or `told`.
        column: Our name of the column; "" for whole rows.
        lines: All lines that it is about.
        **details (object): What the sentence needs.

    Returns:
        A list of one finding, or empty, to be joined with others.
    """
    numbers = sorted(int(line) for line in lines)
    if not numbers:
        return []
    values = tuple((name, str(value)) for name, value in details.items())
    return [LogFinding(kind, weight, column, len(numbers), tuple(numbers[:SHOWN_LINES]), values)]


@dataclass(frozen=True, eq=False)
class CallLog:
    """The calls of a log, one a row, with nothing in it about who rang.

    In order of time once they are checked. Times are seconds since 1970, NaN where the log has
    none.

    Attributes:
        file: The name of the file.
        name: The name of the log's format.
        time_zone: The time zone that callers live by.
        rows: How many rows the file has.
        at: The line of the file of each call.
        time_s: When each rang.
        stages: Times by stage, such as `answered`; a stage without a column in the log is missing.
        line: Code of the number rung.
        urgency: Code of the urgency, -1 where the log has none.
        place: Index in `places`, -1 where the log has none.
        places: Identifiers of the region's places, municipalities and neighbour districts.
        hung_up: Who left before an answer.
        columns: The user's columns by ours.
        findings: What is wrong or doubtful in it, gravest first.
        codes: By column, further codes, -1 where the log has none: `unit` a number in order of
            appearance, `sent` whether an ambulance was, `destination` as `DestinationCode`.
        lengths: By column, durations that the log has as such, seconds; NaN where it has none.
        spread_s: By stage, how many seconds sooner and later after the call it may really have
            come, where stamps or durations are whole minutes.
        filled: By column, whether its cell has anything, for columns of which nothing else tells.
    """

    file: str
    name: str
    time_zone: str
    rows: int
    at: NDArray[np.int64]
    time_s: Floats
    stages: dict[str, Floats]
    line: Codes
    urgency: Codes
    place: Indices
    places: tuple[str, ...]
    hung_up: Flags
    columns: dict[str, tuple[str, ...]]
    findings: tuple[LogFinding, ...] = ()
    codes: dict[str, Indices] = field(default_factory=dict)
    lengths: dict[str, Floats] = field(default_factory=dict)
    spread_s: dict[str, tuple[float, float]] = field(default_factory=dict)
    filled: dict[str, Flags] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of calls."""
        return len(self.time_s)

    def stage(self, name: str) -> Floats:
        """Return the times of a stage; all NaN where the log does not tell."""
        times = self.stages.get(name)
        return np.full(len(self), np.nan) if times is None else times

    def code(self, name: str) -> Indices:
        """Return the codes of a column; all -1 where the log does not tell."""
        codes = self.codes.get(name)
        return np.full(len(self), UNKNOWN, dtype=np.int32) if codes is None else codes

    def length_s(self, name: str) -> Floats:
        """Return a duration of `DURATIONS`: between its times, else as the log has it, seconds."""
        first, last = DURATIONS[name]
        begins = self.time_s if first == "time" else self.stage(first)
        between: Floats = self.stage(last) - begins
        told = self.lengths.get(name)
        return between if told is None else np.where(np.isnan(between), told, between)

    @property
    def was_sent(self) -> Codes:
        """Return whether an ambulance was sent to each: 1 or 0, -1 where the log does not tell.

        As its column says; else by the times of an ambulance, for the numbers of which any call has
        such times.
        """
        driven = np.zeros(len(self), dtype=bool)
        for name in VEHICLE_STAGES:
            driven |= ~np.isnan(self.stage(name))
        told: Codes = self.code("sent").astype(np.int8)
        for line in np.unique(self.line[driven]):
            mine = (self.line == line) & (told == UNKNOWN)
            told = np.where(mine, driven, told).astype(np.int8)
        return told

    @property
    def wait_s(self) -> Floats:
        """Return how long each waited to be answered, NaN for others, seconds."""
        return self.stage("answered") - self.time_s

    @property
    def gave_up_s(self) -> Floats:
        """Return after how long each hung up who did, NaN for others, seconds."""
        return np.where(self.hung_up, self.stage("ended") - self.time_s, np.nan)

    @property
    def talk_s(self) -> Floats:
        """Return how long each was talked to, NaN where not told, seconds."""
        return self.stage("ended") - self.stage("answered")

    @property
    def stops(self) -> tuple[LogFinding, ...]:
        """Return what must be put right before the log can be used."""
        return tuple(finding for finding in self.findings if finding.weight == "stops")

    def picked(self, rows: NDArray[np.intp] | Flags) -> CallLog:
        """Return the log with these rows alone."""
        names = ("at", "time_s", "line", "urgency", "place", "hung_up")
        columns = {name: getattr(self, name)[rows] for name in names}
        stages = {name: column[rows] for name, column in self.stages.items()}
        codes = {name: column[rows] for name, column in self.codes.items()}
        lengths = {name: column[rows] for name, column in self.lengths.items()}
        filled = {name: column[rows] for name, column in self.filled.items()}
        return replace(self, **columns, stages=stages, codes=codes, lengths=lengths, filled=filled)

    def joined(self, numbers: NDArray[np.intp]) -> CallLog:
        """Return the log with one row for each call, of rows that share the call's number.

        A call begins with its first row, is answered by the first answer and over with the last
        end, and was given up only if it was in every row. Of several ambulances the times are those
        of the first at the patient. Rows more than half a day apart are calls of their own.

        Args:
            numbers: The number of each row's call; -1 for a row without.
        """
        order = np.lexsort((self.time_s, numbers))
        rows, number = self.picked(order), numbers[order]
        is_next = (np.diff(number) == 0) & (number[1:] != UNKNOWN)
        is_next &= np.diff(rows.time_s) <= LONGEST_CALL_S
        begins = np.flatnonzero(np.concatenate([[True], ~is_next]))
        lead = rows.picked(_least_of_groups(_arrival_order(rows), begins))
        first = rows.picked(begins)
        stages = {name: lead.stages[name] for name in rows.stages}
        for name, pick in (("answered", np.fmin), ("ended", np.fmax)):
            if name in stages:
                stages[name] = pick.reduceat(rows.stages[name], begins)
        known: dict[str, Any] = {
            name: _first_known(getattr(rows, name), begins) for name in ("line", "urgency", "place")
        }
        codes = {name: _first_known(column, begins) for name, column in rows.codes.items()}
        if "unit" in codes:
            codes["unit"] = lead.codes["unit"]
        if "sent" in codes:
            codes["sent"] = np.maximum.reduceat(rows.codes["sent"], begins)
        known["hung_up"] = np.logical_and.reduceat(rows.hung_up, begins)
        known["filled"] = {
            name: np.logical_or.reduceat(column, begins) for name, column in rows.filled.items()
        }
        lengths = {name: lead.lengths[name] for name in rows.lengths}
        log = replace(first, **known, stages=stages, codes=codes, lengths=lengths)
        return log.picked(np.argsort(log.at, kind="stable"))

    def with_findings(self, findings: Sequence[LogFinding]) -> CallLog:
        """Return the log with what was found in it, gravest first."""
        order = ("stops", "left_out", "told")
        mine = sorted(findings, key=lambda finding: order.index(finding.weight))
        return replace(self, findings=tuple(mine))


VEHICLE_STAGES = ("alerted", "rolling", "on_scene", "left", "at_hospital", "free")
"""Times of an ambulance."""

LONGEST_CALL_S = 12 * HOUR_S
"""Rows farther apart are no parts of one call, whatever number they share."""


class DestinationCode(IntEnum):
    """Where an ambulance left its patient; above, the position of the region's hospital is added.

    `HOSPITAL` is one that the log does not tell apart.
    """

    HOME = 0
    LEGEVAKT = 1
    HOSPITAL = 2
    FIRST_HOSPITAL = 3


def _arrival_order(log: CallLog) -> Floats:
    """Return by what the first ambulance of a call is known: at the patient, else soonest told."""
    others = [log.stage(name) for name in VEHICLE_STAGES]
    soonest = np.fmin.reduce(others)
    late = np.nan_to_num(soonest, nan=np.inf) + NOT_THERE_S
    return np.where(np.isnan(log.stage("on_scene")), late, log.stage("on_scene"))


NOT_THERE_S = 1e12
"""More than any time: who never was at the patient comes after all who were."""


def _least_of_groups(values: Floats, begins: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the row with the least value of each group of rows that follow each other."""
    group = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(values)))
    order = np.lexsort((values, group))
    return order[begins]


def _first_known(column: NDArray[Any], begins: NDArray[np.intp]) -> NDArray[Any]:
    """Return the first code of each group that is known."""
    return column[_least_of_groups((column == UNKNOWN).astype(np.float64), begins)]


def log_name(path: Path) -> str:
    """Return a log's name without the folders that it lies in."""
    return path.name
