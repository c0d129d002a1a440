"""A real call log as it was read: one row a call, with nothing in it about who rang."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Codes, Flags, Floats, Indices

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

    def __len__(self) -> int:
        """Return the number of calls."""
        return len(self.time_s)

    def stage(self, name: str) -> Floats:
        """Return the times of a stage; all NaN where the log does not tell."""
        times = self.stages.get(name)
        return np.full(len(self), np.nan) if times is None else times

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
        return replace(self, **columns, stages=stages)

    def with_findings(self, findings: Sequence[LogFinding]) -> CallLog:
        """Return the log with what was found in it, gravest first."""
        order = ("stops", "left_out", "told")
        mine = sorted(findings, key=lambda finding: order.index(finding.weight))
        return replace(self, findings=tuple(mine))


def log_name(path: Path) -> str:
    """Return a log's name without the folders that it lies in."""
    return path.name
