"""Reads a call log: rows become calls, and what is wrong with them is noted.

Words become codes on the way: which number, place, urgency and outcome each stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.log_table import LogTable, find_shared_numbers, read_table
from akuttsim.calllog.log_words import (
    MOST_UNKNOWN,
    WordCodes,
    number_words,
    place_ids,
    read_words,
)
from akuttsim.calllog.logged_calls import (
    UNKNOWN,
    CallLog,
    LogFinding,
    log_finding,
    log_name,
)
from akuttsim.calllog.plausibility import find_doubts, swapped_pattern
from akuttsim.calllog.times import (
    looks_like_length,
    read_call_times,
    read_lengths,
    read_stage,
    resolution_s,
    shape_of_cell,
    unit_of_heading,
)
from akuttsim.config.schema.log_format import (
    DESTINATIONS,
    DURATIONS,
    POSITION,
    STAGES,
    LogFormat,
)
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.great_circle import great_circle_km
from akuttsim.records import Flags, Floats, Indices
from akuttsim.roads.importers.table_columns import degrees_of_metres
from akuttsim.tables import parse_number
from akuttsim.texts import message


def read_log(path: Path, form: LogFormat, region: Region | None = None) -> CallLog:
    """Read a call log, with all that is wrong or doubtful in it.

    Args:
        path: CSV, CSV packed with gzip, or a workbook.
        form: How the log is written: columns, words, times.
        region: Whose places the log's words are, and with whose hours of the day its calls are
            compared; None to read without.

    Returns:
        The calls in order of time, with findings. Rows that are no calls are left out.

    Raises:
        InputError: A file that is none, columns that are not there, no time that can be read, and
            columns that look like persons: such a log is not read at all.
    """
    check_places(form, region)
    table = read_table(path, form, region)
    called = read_call_times(table.cells(form.columns.time), table.dates(form), form)
    keep = ~np.isnan(called.seconds)
    is_empty = ~keep & ~called.unread & ~called.skipped
    findings = [
        *table.findings(),
        *log_finding("unread", "left_out", "time", table.lines[called.unread]),
        *log_finding("skipped_hour", "stops", "time", table.lines[called.skipped]),
        *log_finding("no_time", "left_out", "time", table.lines[is_empty]),
        *log_finding("repeated_hour", "told", "time", table.lines[called.repeated]),
    ]  # fmt: skip
    if not keep.any():
        raise _unreadable_times(table, form)
    words, about_words = read_words(table, form, region)
    lengths, about_lengths = _read_lengths(table, form)
    times = _read_stages(table, form, called.seconds, lengths, words["outcome"])
    log = CallLog(
        file=log_name(path),
        name=form.log,
        time_zone=_wall_zone(form, region),
        rows=table.rows,
        at=table.lines,
        time_s=called.seconds,
        stages=times.stages,
        line=words["number"].astype(np.int8),
        urgency=words["urgency"].astype(np.int8),
        place=_read_places(table, form, region, words["place"]),
        places=place_ids(region),
        hung_up=times.hung_up,
        columns=form.columns.given(),
        codes=_read_codes(table, form, words),
        lengths=lengths,
        spread_s=times.spread_s,
        filled=_filled_cells(table, form, region),
    ).picked(keep)  # fmt: skip
    findings += find_shared_numbers(table, form, log.time_s, keep)
    log, joined = join_rows(log, table, form, keep)
    log, doubts = find_doubts(log, form, region)
    return log.with_findings(
        [*about_words, *findings, *about_lengths, *times.findings, *joined, *doubts]
    )


def check_places(form: LogFormat, region: Region | None) -> None:
    """Refuse words of the format that are no place, municipality or hospital of the region."""
    if region is None:
        return
    known = {"place": place_ids(region), "destination": (*DESTINATIONS, *region.hospitals)}
    problems = [
        Problem(
            "",
            0,
            f"values.{name}.{word}",
            f"{message(f'logs.no_{name}')}{did_you_mean(word, known[name])}",
        )
        for name in known
        for word in getattr(form.values, name)
        if word not in known[name]
    ]
    if problems:
        raise InputError(problems)


def _wall_zone(form: LogFormat, region: Region | None) -> str:
    """Return the time zone that callers live by: the region's; Norway's for a log kept in UTC."""
    if region is not None:
        return region.calendar.time_zone
    is_in_utc = form.time_zone.startswith(("UTC", "Etc/"))
    return "Europe/Oslo" if is_in_utc else form.time_zone


def _unreadable_times(table: LogTable, form: LogFormat) -> InputError:
    """Return the error of a log of whose times none can be read, with the first as an example."""
    cells = table.cells(form.columns.time)
    example = next((cell for cell in cells if cell), "")
    shape = quote_value(shape_of_cell(example))
    what = message("logs.no_time", times=quote_value(form.times), example=shape)
    if swapped_pattern([example], form):
        what += message("logs.swapped")
    return InputError([Problem(table.file, table.line[0], "time", what)])


@dataclass(frozen=True, eq=False)
class _StageTimes:
    """Times of each stage after the call, who hung up, how exact they are, and what is wrong."""

    stages: dict[str, Floats]
    hung_up: Flags
    spread_s: dict[str, tuple[float, float]]
    findings: list[LogFinding]


def _read_lengths(table: LogTable, form: LogFormat) -> tuple[dict[str, Floats], list[LogFinding]]:
    """Return the durations that a log has as such, in seconds, and which cells cannot be read.

    Raises:
        InputError: Plain numbers in a column of which nobody tells the unit.
    """
    lengths, findings, problems = {}, [], []
    for name in [each for each in form.columns.given() if each in DURATIONS]:
        columns = getattr(form.columns, name)
        cells = table.cells(columns)
        unit = form.units.get(name) or unit_of_heading(columns[0])
        if unit is None and any(parse_number(cell) is not None for cell in cells):
            what = message("logs.no_unit", name=name)
            problems.append(Problem(table.file, 1, quote_value(columns[0]), what))
            continue
        lengths[name], unread = read_lengths(cells, unit)
        findings += _unread_findings(name, cells, unread, table.lines)
    if problems:
        raise InputError(problems)
    return lengths, findings


def _unread_findings(
    name: str, cells: Sequence[str], unread: Flags, lines: NDArray[np.int64]
) -> list[LogFinding]:
    """Return what is found about cells that cannot be read; gravely where most cannot."""
    filled = sum(map(bool, cells))
    if unread.sum() <= MOST_UNKNOWN * filled:
        empty = [] if filled else [LogFinding("empty_column", "told", name, len(cells))]
        return [*log_finding("unread", "left_out", name, lines[unread]), *empty]
    some = [cell for cell, odd in zip(cells, unread, strict=True) if odd]
    is_length = name in STAGES and sum(map(looks_like_length, some)) > MOST_UNKNOWN * len(some)
    shape = shape_of_cell(some[0])
    if is_length:
        return log_finding("unread_lengths", "stops", name, lines[unread], shape=shape)
    return log_finding("unread_column", "stops", name, lines[unread], shape=shape)


def _read_stages(
    table: LogTable,
    form: LogFormat,
    called_s: Floats,
    lengths: Mapping[str, Floats],
    outcome: WordCodes,
) -> _StageTimes:
    """Return the times of each stage after the call, and what cannot be read.

    A column that is empty throughout counts as one that the log does not have. Where a stage has no
    column, or an empty cell, it follows from the stage before and a duration.
    """
    stages: dict[str, Floats] = {}
    exact: dict[str, float] = {"time": resolution_s(called_s)}
    findings: list[LogFinding] = []
    for name in [each for each in STAGES if each in form.columns.given()]:
        cells = table.cells(getattr(form.columns, name))
        read = read_stage(cells, table.dates(form), form, called_s)
        findings += _unread_findings(name, cells, read.unread, table.lines)
        findings += log_finding("skipped_hour", "stops", name, table.lines[read.skipped])
        if any(cells):
            stages[name] = read.seconds
            exact[name] = resolution_s(read.seconds)
    findings += [
        LogFinding("whole_minutes", "told", name, len(called_s))
        for name, second in exact.items()
        if second
    ]
    spread = {name: (exact["time"], exact[name]) for name in stages}
    _fill_by_lengths(stages, spread, lengths, (called_s, _gave_up_by_lengths(lengths, outcome)))
    ordered = {name: stages[name] for name in STAGES if name in stages}
    inexact = {name: ends for name, ends in spread.items() if any(ends)}
    return _StageTimes(ordered, who_hung_up(outcome, ordered), inexact, findings)


def _fill_by_lengths(
    stages: dict[str, Floats],
    spread: dict[str, tuple[float, float]],
    lengths: Mapping[str, Floats],
    calls: tuple[Floats, Flags],
) -> None:
    """Set the times of stages that follow from the stage before and a duration.

    Args:
        stages: Times by stage, which are added to.
        spread: How far off they may be after the call, which is added to.
        lengths: The durations.
        calls: When each rang, and whose wait ended with hanging up.
    """
    called_s, gave_up = calls
    for name, (first, last) in DURATIONS.items():
        if name not in lengths or (first != "time" and first not in stages):
            continue
        later = (called_s if first == "time" else stages[first]) + lengths[name]
        if last == "answered":
            _fill_stage(stages, "ended", np.where(gave_up, later, np.nan))
            later = np.where(gave_up, np.nan, later)
        more, before = resolution_s(lengths[name]), spread.get(first, (0.0, 0.0))
        spread.setdefault(last, (before[0] + more, before[1] + more))
        _fill_stage(stages, last, later)


def _fill_stage(stages: dict[str, Floats], name: str, times: Floats) -> None:
    """Set a stage's times where there are none yet."""
    known = stages.get(name)
    stages[name] = times if known is None else np.where(np.isnan(known), times, known)


def _gave_up_by_lengths(lengths: Mapping[str, Floats], outcome: WordCodes) -> Flags:
    """Return whose wait ended with hanging up: by the outcome, else who has no talk."""
    if "talk" not in lengths:
        by_outcome: Flags = outcome == 1
        return by_outcome
    nobody = np.isnan(lengths["talk"])
    return np.asarray((outcome == 1) | ((outcome == UNKNOWN) & nobody), dtype=bool)


def _filled_cells(table: LogTable, form: LogFormat, region: Region | None) -> dict[str, Flags]:
    """Return which rows have a cell that no code or time of the log tells of, by column.

    A place is a code where there is a region to know it by.
    """
    names = ["outcome", "call", *POSITION, *(() if region else ("place",))]
    return {
        name: np.array([bool(cell) for cell in table.cells(getattr(form.columns, name))])
        for name in names
        if getattr(form.columns, name) is not None
    }


def _read_codes(
    table: LogTable, form: LogFormat, words: Mapping[str, WordCodes]
) -> dict[str, Indices]:
    """Return further codes of a log's rows: units as numbers, whether sent, and where to."""
    codes = {
        name: words[name].astype(np.int32)
        for name in ("sent", "destination")
        if getattr(form.columns, name) is not None
    }
    for name in ("unit", "operator"):
        columns = getattr(form.columns, name)
        if columns is not None:
            codes[name] = number_words(table.cells(columns)).astype(np.int32)
    return codes


def join_rows(
    log: CallLog, table: LogTable, form: LogFormat, keep: Flags
) -> tuple[CallLog, list[LogFinding]]:
    """Return one row a call, by the number that rows of one call share, and how many were joined.

    Args:
        log: The rows whose time can be read.
        table: The cells of all rows.
        form: Its column `call`; without it every row is a call.
        keep: Which of the table's rows the log has.
    """
    if form.columns.call is None:
        return log, []
    numbers = number_words(table.cells(form.columns.call))[keep]
    joined = log.joined(numbers)
    more = len(log) - len(joined)
    gone = np.setdiff1d(log.at, joined.at)
    return joined, log_finding("joined", "told", "", gone, calls=len(joined)) if more else []


FARTHEST_KM = 50.0
"""No patient of a district is farther from the nearest of its places."""


def _read_places(
    table: LogTable, form: LogFormat, region: Region | None, words: WordCodes
) -> Indices:
    """Return where each call is: by its word, else the place that is nearest to its position."""
    place = words.astype(np.int32)
    if form.columns.lat is None or region is None:
        return place
    at = [_read_numbers(table.cells(getattr(form.columns, name))) for name in POSITION]
    known = ~np.isnan(at[0]) & ~np.isnan(at[1]) & (place == UNKNOWN)
    if not known.any():
        return place
    lat, lon = at[0][known], at[1][known]
    if form.coordinates is not None:
        lat, lon = degrees_of_metres(lon, lat, form.coordinates)
    there = np.array([[each.lat, each.lon] for each in region.places.values()])
    nearest = [
        great_circle_km(a, b, there[:, 0], there[:, 1]) for a, b in zip(lat, lon, strict=True)
    ]
    found = np.array([int(km.argmin()) if km.min() <= FARTHEST_KM else UNKNOWN for km in nearest])
    place[known] = found
    return place


def _read_numbers(cells: Sequence[str]) -> Floats:
    """Return numbers with a decimal comma or point; NaN for what is none."""
    numbers = [parse_number(cell) for cell in cells]
    return np.array([np.nan if each is None else each for each in numbers], dtype=np.float64)


def who_hung_up(outcome: WordCodes, stages: dict[str, Floats]) -> Flags:
    """Return who left before an answer.

    As the outcome says; where it says nothing, whoever has no time of an answer.

    Args:
        outcome: Codes of outcomes: 0 answered, 1 hung up, `UNKNOWN`.
        stages: Times by stage; without `answered` only the outcome counts.
    """
    by_outcome: Flags = outcome == 1
    if "answered" not in stages:
        return by_outcome
    by_answer: Flags = (outcome == UNKNOWN) & np.isnan(stages["answered"])
    return by_outcome | by_answer
