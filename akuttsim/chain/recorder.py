"""The recorder: columns that the chain writes into, frozen into a record at the end."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from itertools import chain
from math import nan
from struct import Struct
from sys import getrefcount
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from akuttsim.long_columns import LongColumns, RowFile, let_go_of_pages
from akuttsim.records import (
    BY_BLUE_LIGHT,
    BY_CAR,
    UNFINISHED,
    Activities,
    Calls,
    Courses,
    Mode,
    PlannedVisits,
    Trips,
)

_FLOATS = (
    "ended_s",
    "left_home_s",
    "travel_s",
    "waited_at_home_s",
    "at_clinic_s",
    "left_clinic_s",
    "bed_s",
    "nurse_s",
    "doctor_s",
    "doctor_asked_s",
    "notified_s",
    "requested_s",
    "alerted_s",
    "rolling_s",
    "on_scene_s",
    "left_scene_s",
    "at_hospital_s",
    "free_s",
    "doctor_on_scene_s",
    "nurse_on_scene_s",
    "responder_s",
    "support_s",
    "first_help_s",
    "handover_began_s",
    "interrupted_s",
    "again_s",
    "worse_waiting_s",
    "recognised_s",
    "understood_s",
)

_FLAGS = ("video", "walk_in", "met_halfway")
_CODES = ("outcome", "video_moved", "avoided", "doctor_call_out", "taken_over",
          "interrupted", "left_in_menu", "instead", "understood_by", *_FLAGS)  # fmt: skip

RANG, ANSWERED, LEFT, ANSWERED_BY, CALLED_BACK, FOUND = 3, 4, 5, 6, 7, 8
"""Positions in a call's log, a list that `log_call` begins and the pathways go on writing: when it
rang, was answered or given up; the room that answered, if rung back; when an operator was found.
`Recorder.calls` makes of them the columns `rang_s`, `answered_s`, `left_s`, `answered_by`,
`called_back` and `found_s` of `records.Calls`."""


VISITOR, AT_DOOR, LEFT_HOME = 3, 4, 5
"""Positions in a planned visit's log, a list that `log_planned_visit` begins: who came, when
somebody was at the door, and when the visit was over."""


activity = Struct("5d").pack
"""A stretch of work as the recorder keeps it: unit, kind, start, end and patient."""

_trip = Struct("=ibiiidibi6d?").pack
_TRIP_TYPES = ("i4", "i1", "i4", "i4", "i4", "f8", "i4", "i1", "i4", *["f8"] * 6, "?")
_TRIP = np.dtype(list(zip(Trips.columns(), _TRIP_TYPES, strict=True)))
"""A trip as bytes, and the same for NumPy: the columns of `Trips` in their order."""

_ACTIVITY, _CALL = np.dtype(("f8", (5,))), np.dtype(("f8", (9,)))
"""A stretch of work, and a call, as the recorder lays them aside."""

_CALL_TYPES = {"patient": ("i4", 0), "room": ("i1", 1), "line": ("i1", 2),
               "answered_by": ("i1", ANSWERED_BY), "called_back": ("?", CALLED_BACK),
               "rang_s": ("f8", RANG), "found_s": ("f8", FOUND),
               "answered_s": ("f8", ANSWERED), "left_s": ("f8", LEFT)}  # fmt: skip
_ACTIVITY_TYPES = {"unit": ("i4", 0), "kind": ("i1", 1), "start_s": ("f8", 2),
                   "end_s": ("f8", 3), "patient": ("i4", 4)}  # fmt: skip
"""The columns of `Calls` and `Activities`: type, and position in the row that is laid aside."""

_NOBODY_ELSE = next(map(getrefcount, [[0.0]]))
"""References to a call's log that no pathway goes on writing, counted as `lay_aside` does."""


MODE_CODES: dict[Mode, int] = {"car": BY_CAR, "blue": BY_BLUE_LIGHT}
"""How the record names a way of driving."""


Columns = dict[str, NDArray[Any]]
"""Columns of a table of the record by name, all of one length."""


class Departure(NamedTuple):
    """What is known of a trip when it begins: the columns of `Trips` but for how it ends.

    Attributes:
        unit: Row in the table of units; -1 for a private car.
        kind: A position in `TRIP_KINDS`.
        patient: Row of the patient; -1 for none.
        origin: The place behind it when it begins.
        joins: The first place that it comes to.
        stretch_done: How much of the stretch between the two lies behind it (0 to 1).
        destination: The place where it goes.
        mode: A position in `TRIP_MODES`.
        condition: The condition of the roads; -1 off the roads.
        departed_s: When it begins, in seconds of the run.
        joins_s: When it comes to the first place.
        there_s: When it comes to the last place.
        origin_km: Kilometres from a patient's door to the first place.
        destination_km: Kilometres from the last place to a patient's door.
    """

    unit: int
    kind: int
    patient: int
    origin: int
    joins: int
    stretch_done: float
    destination: int
    mode: int
    condition: int
    departed_s: float
    joins_s: float
    there_s: float
    origin_km: float = 0.0
    destination_km: float = 0.0

    def cut_at(self, now: float, local_s: float) -> Departure:
        """Return the trip with the kilometres about its ends as far as it came by a time.

        Args:
            now: When it was cut short, in seconds of the run.
            local_s: How long those about its destination take, in seconds.
        """
        out, last = self.origin_km, self.destination_km
        if out and now < self.joins_s:
            out *= (now - self.departed_s) / (self.joins_s - self.departed_s)
        if last:
            last *= min(max((now - self.there_s) / local_s, 0.0), 1.0) if local_s else 0.0
        return self._replace(origin_km=out, destination_km=last)


class Recorder:
    """Columns of a run: one entry a patient, and growing lists of calls, activities and trips."""

    __slots__ = (
        *_FLOATS,
        "_activities",
        "_calls",
        "_add_trip",
        "_held_calls",
        "_laid_aside",
        "_trips",
        "_visits",
        "avoided",
        "clinic",
        "crew",
        "doctor_call_out",
        "interrupted",
        "instead",
        "judged",
        "left_in_menu",
        "log",
        "met_halfway",
        "outcome",
        "support",
        "taken_over",
        "understood_by",
        "video",
        "video_moved",
        "walk_in",
    )

    ended_s: memoryview[float]
    left_home_s: memoryview[float]
    travel_s: memoryview[float]
    waited_at_home_s: memoryview[float]
    at_clinic_s: memoryview[float]
    left_clinic_s: memoryview[float]
    bed_s: memoryview[float]
    nurse_s: memoryview[float]
    doctor_s: memoryview[float]
    doctor_asked_s: memoryview[float]
    notified_s: memoryview[float]
    requested_s: memoryview[float]
    alerted_s: memoryview[float]
    rolling_s: memoryview[float]
    on_scene_s: memoryview[float]
    left_scene_s: memoryview[float]
    at_hospital_s: memoryview[float]
    free_s: memoryview[float]
    doctor_on_scene_s: memoryview[float]
    nurse_on_scene_s: memoryview[float]
    responder_s: memoryview[float]
    support_s: memoryview[float]
    first_help_s: memoryview[float]
    handover_began_s: memoryview[float]
    interrupted_s: memoryview[float]
    outcome: memoryview[int]
    taken_over: memoryview[int]
    interrupted: memoryview[int]
    again_s: memoryview[float]
    worse_waiting_s: memoryview[float]
    recognised_s: memoryview[float]
    understood_s: memoryview[float]
    understood_by: memoryview[int]
    instead: memoryview[int]
    met_halfway: memoryview[int]
    judged: memoryview[int]
    video: memoryview[int]
    video_moved: memoryview[int]
    left_in_menu: memoryview[int]
    walk_in: memoryview[int]
    avoided: memoryview[int]
    doctor_call_out: memoryview[int]
    clinic: memoryview[int]
    crew: memoryview[int]
    support: memoryview[int]

    def __init__(self, patients: int) -> None:
        """Make empty columns for so many patients: views, which are written to quicker."""
        table = LongColumns(patients)
        for name in _FLOATS:
            setattr(self, name, table.full("d", nan).data)
            let_go_of_pages()
        for name in _CODES:
            setattr(self, name, table.full("b", 0).data)
        self.judged = table.full("b", -1).data
        for name in ("clinic", "crew", "support"):
            setattr(self, name, table.full("i", -1).data)
        self._laid_aside = RowFile(_CALL), RowFile(_ACTIVITY), RowFile(_TRIP)
        self._held_calls: dict[int, list[float]] = {}
        self._calls: list[list[float]] = []
        self._activities = array("d")
        self.log: Callable[[bytes], None] = self._activities.frombytes
        self._trips = bytearray()
        self._visits: list[list[float]] = []
        self._add_trip = self._trips.extend

    def log_call(self, patient: int, room: int, line: int, now: float) -> list[float]:
        """Begin a call; the pathways go on writing into what is returned.

        Args:
            patient: Row of the patient.
            room: Position of the room that was rung.
            line: The number that was rung.
            now: When, in seconds of the run.

        Returns:
            The call's row, with `ANSWERED`, `LEFT` and the others as positions.
        """
        call = [patient, room, line, now, nan, nan, -1.0, 0.0, nan]
        self._calls.append(call)
        return call

    def note_second_contact(self, patient: int, now: float) -> None:
        """Note that a patient sent home asks again; a doctor's times are of the second time."""
        self.again_s[patient] = now
        self.doctor_asked_s[patient] = self.doctor_s[patient] = nan

    def add_travel(self, patient: int, drive_s: float) -> None:
        """Add a drive to those that a patient has made to care, the first included."""
        before = self.travel_s[patient]
        self.travel_s[patient] = drive_s if before != before else before + drive_s

    def log_activity(
        self, unit: int, kind: int, start_s: float, end_s: float, patient: int
    ) -> None:
        """Log a stretch of a unit's work.

        Args:
            unit: Row in the table of units.
            kind: What was done, a position in `KINDS`.
            start_s: When it began, in seconds of the run.
            end_s: When it ended.
            patient: Row of the patient; -1 for none.
        """
        log = self.log
        log(activity(unit, kind, start_s, end_s, patient))

    def log_trip(self, trip: tuple[float, ...], arrived_s: float, completed: bool) -> None:
        """Log a trip: when it was there, or where it was cut short.

        Who cannot be called off may log it when it begins.

        Args:
            trip: The columns of a `Departure`.
            arrived_s: When it was there, or was cut short, in seconds of the run.
            completed: Whether it came to its destination.
        """
        add = self._add_trip
        add(_trip(*trip, arrived_s, completed))

    def trips(self, end_s: float) -> Trips:
        """Return the trips as columns in order of departure; those under way at the end are cut.

        Args:
            end_s: The end of the run, in seconds.
        """
        self.lay_aside()
        table = _columns_of_rows(
            self._laid_aside[2], {name: (_TRIP[name], name) for name in Trips.columns()}
        )
        begun = np.flatnonzero(table["departed_s"] < end_s)
        rows = begun[np.argsort(table["departed_s"][begun], kind="stable")]
        ordered = LongColumns(len(rows))
        typed: Columns = {}
        for name in list(table):
            typed[name] = ordered.kept(table.pop(name)[rows])
            let_go_of_pages()
        typed["completed"] &= typed["arrived_s"] <= end_s
        # of kilometres about the ends of a trip those count that were driven before the run's end
        row = np.flatnonzero(typed["arrived_s"] > end_s)
        departed_s, joins_s = typed["departed_s"][row], typed["joins_s"][row]
        destination_s, arrived_s = typed["there_s"][row], typed["arrived_s"][row]
        first_s, last_s = (
            np.maximum(joins_s - departed_s, 1e-9),
            np.maximum(arrived_s - destination_s, 1e-9),
        )
        typed["origin_km"][row] *= np.clip((end_s - departed_s) / first_s, 0, 1)
        typed["destination_km"][row] *= np.clip((end_s - destination_s) / last_s, 0, 1)
        np.minimum(typed["arrived_s"], end_s, out=typed["arrived_s"])
        return Trips(**typed)

    def log_planned_visit(self, team: int, place: int, due_s: float) -> list[float]:
        """Begin a planned visit; home nursing goes on writing into what is returned.

        Args:
            team: Position of the team that visits.
            place: Where.
            due_s: When it is due, in seconds of the run.

        Returns:
            The visit's row, with `VISITOR`, `AT_DOOR` and `LEFT_HOME` as positions.
        """
        visit = [team, place, due_s, -1.0, nan, nan]
        self._visits.append(visit)
        return visit

    def planned_visits(self) -> PlannedVisits:
        """Return the planned visits as columns."""
        table = np.array(self._visits, dtype=np.float64).reshape(-1, 6)
        return PlannedVisits(
            team=table[:, 0].astype(np.int32),
            unit=table[:, VISITOR].astype(np.int32),
            place=table[:, 1].astype(np.int32),
            due_s=table[:, 2].copy(),
            at_door_s=table[:, AT_DOOR].copy(),
            left_s=table[:, LEFT_HOME].copy(),
        )

    def calls(self) -> Calls:
        """Return the calls as columns; the logs that pathways still held are written anew."""
        self.lay_aside()
        columns = _columns_of_rows(self._laid_aside[0], _CALL_TYPES)
        for row, call in self._held_calls.items():
            for name, (_, position) in _CALL_TYPES.items():
                columns[name][row] = call[position]
        return Calls(**columns)

    def activities(self) -> Activities:
        """Return the activities as columns, in the order in which they ended."""
        self.lay_aside()
        return Activities(**_columns_of_rows(self._laid_aside[1], _ACTIVITY_TYPES))

    def lay_aside(self) -> None:
        """Write what has been logged since the last time where it takes no memory in long runs.

        A call's log that a pathway may go on writing stays in memory too.
        """
        calls, activities, trips = self._laid_aside
        first = calls.rows
        calls.add(array("d", chain.from_iterable(self._calls)))
        holders = enumerate(map(getrefcount, self._calls))
        held = [number for number, count in holders if count > _NOBODY_ELSE]
        self._held_calls |= {first + number: self._calls[number] for number in held}
        self._calls.clear()
        activities.add(self._activities)
        del self._activities[:]
        trips.add(self._trips)
        self._trips.clear()

    def courses(self, present: list[int]) -> Courses:
        """Return the patients' courses as columns; who called and has not ended is unfinished.

        Args:
            present: Rows of the patients who asked for help.
        """
        columns: Columns = {
            name: np.frombuffer(getattr(self, name), dtype=np.float64) for name in _FLOATS
        }
        columns |= {name: np.frombuffer(getattr(self, name), dtype=np.int8) for name in _CODES}
        columns |= {name: columns[name].astype(np.bool_) for name in _FLAGS}
        called = np.zeros(len(self.outcome), dtype=np.bool_)
        called[present] = True
        unfinished = called & np.isnan(columns["ended_s"])
        columns["outcome"] = np.where(unfinished, np.int8(UNFINISHED), columns["outcome"])
        return Courses(
            judged=np.frombuffer(self.judged, dtype=np.int8),
            clinic=np.frombuffer(self.clinic, dtype=np.int32),
            crew=np.frombuffer(self.crew, dtype=np.int32),
            support=np.frombuffer(self.support, dtype=np.int32),
            **columns,
        )


def _columns_of_rows(rows: RowFile, types: Mapping[str, tuple[DTypeLike, Any]]) -> Columns:
    """Return rows as columns, from the type of each and its position, or name, in a row."""
    table = LongColumns(rows.rows)
    columns: Columns = {name: table.empty(kind) for name, (kind, _) in types.items()}
    for part, piece in rows.read():
        for name, (_, position) in types.items():
            columns[name][part] = piece[position] if piece.dtype.names else piece[:, position]
    return columns
