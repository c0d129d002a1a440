"""The frozen tables between the rooms: patients go in, a record comes out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Indices = NDArray[np.int32]
Flags = NDArray[np.bool_]

RED, YELLOW, GREEN = 0, 1, 2
"""Urgency codes (hastegrad rød, gul, grønn)."""

LINE_116117, LINE_HEALTH, LINE_113 = 0, 1, 2
"""Which number was rung first: the public's 116117, health personnel's own line, or 113."""

NOT_PRESENT, ADVICE, DOCTOR_PHONE, CLINIC, HOME_VISIT, AMBULANCE, LOST, OUTSIDE = range(8)
"""How a contact ended: the last care it got; LOST hung up; OUTSIDE belongs to a neighbour."""

OUTCOMES = (
    "not_present",
    "advice",
    "doctor_phone",
    "clinic",
    "home_visit",
    "ambulance",
    "lost",
    "outside",
)


@dataclass(frozen=True, eq=False)
class Patients:
    """People who call during a run, one row each in order of time, whatever the organisation.

    The truth about each: nothing here depends on how the service is organised. Durations are
    seconds in whole ticks; columns `u_*` are uniforms that an organisation turns into its own
    quantities. `place` is -1 for a neighbour district's caller, whose district is `outside`.
    """

    time_s: Floats
    line: Codes
    is_contact: Flags
    place: Indices
    outside: Codes
    age_group: Codes
    urgency: Codes
    urgent_button: Flags
    talk_s: Floats
    after_call_s: Floats
    conference_s: Floats
    talk_113_s: Floats
    interview_113_s: Floats
    dispatch_s: Floats
    patience_1_s: Floats
    patience_2_s: Floats
    patience_3_s: Floats
    patience_113_s: Floats
    again_after_s: Floats
    preparation_s: Floats
    nurse_s: Floats
    consultation_s: Floats
    doctor_phone_s: Floats
    home_visit_s: Floats
    satellite_nurse_s: Floats
    satellite_video_s: Floats
    on_scene_s: Floats
    hospital_handover_s: Floats
    legevakt_handover_s: Floats
    doctor_on_scene_s: Floats
    u_present: Floats
    u_hard: Floats
    u_misjudged: Floats
    u_misjudged_113: Floats
    u_video_time: Floats
    u_need: Floats
    u_need_113: Floats
    u_again_1: Floats
    u_again_2: Floats
    u_again_3: Floats
    u_conveyed: Floats
    u_admitted: Floats
    u_by_ambulance: Floats
    u_satellite_doctor: Floats
    u_sent_on: Floats
    u_doctor_alerted: Floats
    u_doctor_goes: Floats
    u_mobilisation: Floats

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.time_s)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the names of the columns in order."""
        return tuple(each.name for each in fields(cls))


class Unit(NamedTuple):
    """Somebody or something with one place at a time: an operator, nurse, doctor or crew."""

    name: str
    role: str
    team: str
    on_duty: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Calls:
    """Calls that rang at an operator, one row each time somebody rang.

    `answered_s` and `left_s` are NaN where the call was not answered, or not given up; a call
    still ringing at the end of the run has both NaN. `room` counts control rooms in the order of
    the organisation; `line` is the number rung (a person may ring 116117 first, 113 later).
    """

    patient: Indices
    room: Codes
    line: Codes
    rang_s: Floats
    answered_s: Floats
    left_s: Floats


@dataclass(frozen=True, eq=False)
class Courses:
    """What happened to each patient: NaN or -1 where it did not happen; seconds of the run.

    `judged` is the urgency as judged on the phone; `clinic` where the patient was seen;
    `travel_s` how long the patient drove to care in all; `alerted_s` to `free_s` are of the first
    ambulance; `notified_s` when 113 got the call.
    """

    outcome: Codes
    judged: Codes
    video: Flags
    clinic: Indices
    ended_s: Floats
    left_home_s: Floats
    travel_s: Floats
    at_clinic_s: Floats
    nurse_s: Floats
    doctor_s: Floats
    doctor_asked_s: Floats
    notified_s: Floats
    requested_s: Floats
    crew: Indices
    alerted_s: Floats
    rolling_s: Floats
    on_scene_s: Floats
    left_scene_s: Floats
    at_hospital_s: Floats
    free_s: Floats
    doctor_call_out: Codes
    doctor_on_scene_s: Floats


NOT_ALERTED, DECLINED, TOO_FAR, BUSY, WENT_OUT = range(5)
"""What became of a doctor's call-out on a red incident."""


@dataclass(frozen=True, eq=False)
class Activities:
    """What units did, one row a stretch of work: who, what, from when to when, for whom."""

    unit: Indices
    kind: Codes
    start_s: Floats
    end_s: Floats
    patient: Indices


KINDS = (
    "talk",
    "after_call",
    "conference",
    "dispatch",
    "nurse",
    "consultation",
    "phone",
    "video",
    "home_visit",
    "call_out",
    "mission",
    "return",
)
"""Kinds of activity; the code is the position."""

(
    TALK,
    AFTER_CALL,
    CONFERENCE,
    DISPATCH,
    NURSE,
    CONSULTATION,
    PHONE,
    VIDEO,
    VISIT,
    CALL_OUT,
    MISSION,
    RETURN,
) = range(len(KINDS))


@dataclass(frozen=True, eq=False)
class Record:
    """All that a run leaves: patients' courses, calls, units and what they did.

    `measured` is the span of the run that indicators look at; `events` counts SimPy's events.
    """

    courses: Courses
    calls: Calls
    units: tuple[Unit, ...]
    activities: Activities
    measured: tuple[float, float]
    end_s: float
    events: int
