"""The recorder: columns that the chain writes into, frozen into a record at the end."""

from __future__ import annotations

from array import array
from itertools import chain
from math import nan

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import Activities, Calls, Courses

_FLOATS = (
    "ended_s",
    "left_home_s",
    "travel_s",
    "at_clinic_s",
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
)


class Recorder:
    """Columns of a run: one entry a patient, and growing lists of calls and activities."""

    __slots__ = (
        *_FLOATS,
        "_activities",
        "_calls",
        "clinic",
        "crew",
        "doctor_call_out",
        "judged",
        "outcome",
        "video",
    )

    ended_s: array[float]
    left_home_s: array[float]
    travel_s: array[float]
    at_clinic_s: array[float]
    nurse_s: array[float]
    doctor_s: array[float]
    doctor_asked_s: array[float]
    notified_s: array[float]
    requested_s: array[float]
    alerted_s: array[float]
    rolling_s: array[float]
    on_scene_s: array[float]
    left_scene_s: array[float]
    at_hospital_s: array[float]
    free_s: array[float]
    doctor_on_scene_s: array[float]
    outcome: array[int]
    judged: array[int]
    video: array[int]
    doctor_call_out: array[int]

    def __init__(self, patients: int) -> None:
        """Make empty columns for so many patients."""
        for name in _FLOATS:
            setattr(self, name, array("d", [nan]) * patients)
        for name in ("outcome", "video", "doctor_call_out"):
            setattr(self, name, array("b", [0]) * patients)
        self.judged = array("b", [-1]) * patients
        self.clinic = array("i", [-1]) * patients
        self.crew = array("i", [-1]) * patients
        self._calls: list[list[float]] = []
        self._activities = array("d")

    def rang(self, patient: int, room: int, line: int, now: float) -> list[float]:
        """Begin a call; write the answer into [4], or the hang-up into [5], of what is returned."""
        call = [patient, room, line, now, nan, nan]
        self._calls.append(call)
        return call

    def did(self, unit: int, kind: int, start_s: float, end_s: float, patient: int) -> None:
        """Log a stretch of a unit's work."""
        self._activities.extend((unit, kind, start_s, end_s, patient))

    def calls(self) -> Calls:
        """Return the calls as columns."""
        table = np.fromiter(chain.from_iterable(self._calls), dtype=np.float64).reshape(-1, 6)
        return Calls(
            patient=table[:, 0].astype(np.int32),
            room=table[:, 1].astype(np.int8),
            line=table[:, 2].astype(np.int8),
            rang_s=table[:, 3].copy(),
            answered_s=table[:, 4].copy(),
            left_s=table[:, 5].copy(),
        )

    def activities(self) -> Activities:
        """Return the activities as columns, in the order in which they ended."""
        table = np.frombuffer(self._activities, dtype=np.float64).reshape(-1, 5)
        return Activities(
            unit=table[:, 0].astype(np.int32),
            kind=table[:, 1].astype(np.int8),
            start_s=table[:, 2].copy(),
            end_s=table[:, 3].copy(),
            patient=table[:, 4].astype(np.int32),
        )

    def courses(self) -> Courses:
        """Return the patients' courses as columns."""
        floats: dict[str, NDArray[np.float64]] = {
            name: np.frombuffer(getattr(self, name), dtype=np.float64) for name in _FLOATS
        }
        return Courses(
            outcome=np.frombuffer(self.outcome, dtype=np.int8),
            judged=np.frombuffer(self.judged, dtype=np.int8),
            video=np.frombuffer(self.video, dtype=np.int8).astype(np.bool_),
            clinic=np.frombuffer(self.clinic, dtype=np.int32),
            crew=np.frombuffer(self.crew, dtype=np.int32),
            doctor_call_out=np.frombuffer(self.doctor_call_out, dtype=np.int8),
            **floats,
        )
