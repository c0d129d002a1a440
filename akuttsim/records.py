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

LINE_116117, LINE_HEALTH, LINE_113, LINE_ALARM, LINE_TRANSPORT, LINE_VICTIM = range(6)
"""How it began: 116117 rung, health personnel's own line, 113, a safety alarm; or nobody rang: a
planned transport was ordered, or a victim lay at an incident that somebody else rings about."""

OUTCOMES = (
    "not_present",
    "advice",
    "doctor_phone",
    "clinic",
    "home_visit",
    "ambulance",
    "lost",
    "outside",
    "alarm_closed",
    "home_nursing",
    "same_incident",
    "e_consultation",
    "transport",
    "acute_bed",
    "next_day",
    "went_without",
    "unfinished",
)
"""How a contact ended; the code is the position."""

(
    NOT_PRESENT,
    ADVICE,
    DOCTOR_PHONE,
    CLINIC,
    HOME_VISIT,
    AMBULANCE,
    LOST,
    OUTSIDE,
    ALARM_CLOSED,
    HOME_NURSING,
    SAME_INCIDENT,
    E_CONSULTATION,
    TRANSPORTED,
    ACUTE_BED,
    NEXT_DAY,
    WENT_WITHOUT,
    UNFINISHED,
) = range(len(OUTCOMES))
"""The last care a contact got. NOT_PRESENT is outside the model here (neighbours and alarms that
nobody answers); LOST hung up; OUTSIDE belongs to a neighbour; SAME_INCIDENT rang about what 113
knew already; NEXT_DAY is seen at the GP's office another day, which the model does not follow;
WENT_WITHOUT never rang, care being far away; UNFINISHED was still waiting or under care when the
run ended."""

NEVER_ASKED = (NOT_PRESENT, WENT_WITHOUT)
"""Outcomes of those who never asked for help."""

INSTEAD = (
    "came",
    "advice",
    "doctor_phone",
    "next_day",
    "worse_later",
    "without",
    "rang_113",
    "waited",
)
"""What somebody did instead of coming, care being far away; the code is the position."""

(
    CAME,
    ADVICE_INSTEAD,
    DOCTOR_PHONE_INSTEAD,
    NEXT_DAY_INSTEAD,
    WORSE_LATER,
    WITHOUT,
    RANG_113_INSTEAD,
    WAITED_TILL_MORNING,
) = range(len(INSTEAD))
"""CAME, or was never too far away. The last two are of red: rang 113 rather than 116117, and rang
in the morning."""


@dataclass(frozen=True, eq=False)
class Patients:
    """People who call during a run, one row each in order of time, whatever the organisation.

    The truth about each: nothing here depends on how the service is organised. Durations are
    seconds in whole ticks; columns `u_*` are uniforms that an organisation turns into its own
    quantities. `place` is -1 for a neighbour district's caller, whose district is `outside`.
    `same_incident` marks further callers about a red incident that somebody has rung 113 about.
    `flyable` tells whether a helicopter can fly then. A planned transport goes to the place
    `transport_to`, or (-1) out of the region and keeps its vehicle away for `away_s`.
    """

    time_s: Floats
    line: Codes
    is_contact: Flags
    place: Indices
    outside: Codes
    age_group: Codes
    urgency: Codes
    urgent_button: Flags
    same_incident: Flags
    flyable: Flags
    transport_to: Indices
    away_s: Floats
    alarm_talk_s: Floats
    alarm_handover_s: Floats
    home_nursing_s: Floats
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
    u_doctor_reaction: Floats
    u_doctor_comes_in: Floats
    u_mobilisation: Floats
    u_alarm: Floats
    u_recognise_red: Floats
    u_pick_up: Floats
    u_pick_up_113: Floats
    u_callback: Floats
    u_dial: Floats
    u_reached: Floats
    u_reviewed: Floats
    u_review_time: Floats
    u_settled: Floats
    u_doctor_conference: Floats
    u_doctor_conference_time: Floats
    u_spared: Floats
    u_triple_alert: Floats
    u_triple_alert_time: Floats
    u_crew_video: Floats
    u_crew_video_time: Floats
    u_stays_home: Floats
    u_nursing_home_video: Floats
    u_nursing_home_video_time: Floats
    u_stays_in_nursing_home: Floats
    u_e_consultation: Floats
    u_e_consultation_time: Floats
    u_e_sent_on: Floats
    u_walk_in: Floats
    u_door_triage_time: Floats
    u_tested: Floats
    u_tests_time: Floats
    u_result_time: Floats
    u_observed: Floats
    u_observation_time: Floats
    u_responder: Floats
    u_responder_time: Floats
    u_support: Floats
    u_support_time: Floats
    u_support_conveys: Floats
    u_neighbour_crew: Floats
    u_nurse_goes: Floats
    u_acute_bed: Floats
    u_acute_bed_stay: Floats
    u_local_drive: Floats
    u_beyond_reach: Floats
    u_worsens: Floats
    u_worsens_after: Floats
    u_recognised: Floats

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.time_s)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the names of the columns in order."""
        return tuple(field.name for field in fields(cls))


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
    the organisation and is the one that should answer; `answered_by` is the one that did (-1 for
    none), which differs where a neighbour or a back-up took the call. `line` is the number rung (a
    person may ring 116117 first, 113 later). `called_back` marks callers who hung up in order to
    be rung up when their turn came; `answered_s` is then when they were.
    Who gave up on 113 and was rung back has `left_s` too. `found_s` is when an operator was found,
    who picks up the phone a little later; a caller may leave in between.
    """

    patient: Indices
    room: Codes
    line: Codes
    answered_by: Codes
    called_back: Flags
    rang_s: Floats
    found_s: Floats
    answered_s: Floats
    left_s: Floats


@dataclass(frozen=True, eq=False)
class Courses:
    """What happened to each patient: NaN or -1 where it did not happen; seconds of the run.

    `judged` is the urgency as judged on the phone (or at the clinic's door, of a `walk_in`);
    `video_moved` is how video changed it from what voice alone would have told (an urgency lower is
    1, higher -1); `avoided` what a doctor on phone or video spared; `clinic` where the patient was
    seen; `travel_s` how long the patient drove to care in all; `waited_at_home_s` how long a booked
    time kept the patient at home; `bed_s` how long the patient was observed; `alerted_s` to
    `free_s` are of the first ambulance; `notified_s` when 113 got the call. `taken_over` counts how
    often the crew on its way was sent to somebody graver. First responders, the `support` (one of
    the organisation's: helicopter, boat, single responder) and anybody at all stood at the patient
    at `responder_s`, `support_s` and `first_help_s`. A doctor left for red `interrupted` times, and
    the patient waited `interrupted_s` in all for the rest. `met_halfway` marks patients handed over
    on the way; `handover_began_s` is when the hospital took over. `left_in_menu` counts how
    often the person hung up in a recorded message, before it rang at an operator. `instead` is what
    the patient did instead of coming, care being far away; `again_s` when the patient, sent home
    before, had got worse and asked again (`judged` and the doctor's times are then of the second
    time); `recognised_s` when somebody first took the patient for red.
    """

    outcome: Codes
    judged: Codes
    video: Flags
    video_moved: Codes
    left_in_menu: Codes
    walk_in: Flags
    avoided: Codes
    clinic: Indices
    ended_s: Floats
    left_home_s: Floats
    travel_s: Floats
    waited_at_home_s: Floats
    at_clinic_s: Floats
    left_clinic_s: Floats
    bed_s: Floats
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
    taken_over: Codes
    met_halfway: Flags
    nurse_on_scene_s: Floats
    responder_s: Floats
    support: Indices
    support_s: Floats
    first_help_s: Floats
    handover_began_s: Floats
    interrupted: Codes
    interrupted_s: Floats
    instead: Codes
    again_s: Floats
    recognised_s: Floats


NOT_ALERTED, DECLINED, TOO_FAR, BUSY, WENT_OUT, LEFT_PATIENT = range(6)
"""What became of a doctor's call-out on a red incident; LEFT_PATIENT went out and left another
patient for it."""

AVOIDED = ("nothing", "visit", "ambulance", "conveyance", "nursing_home_visit")
"""What a doctor on phone or video spared: a visit to the clinic or at home after the nurse's call,
an ambulance after 113's conference, conveyance by the crew on scene, a visit of or to a nursing
home's resident; the code is the position."""

(
    AVOIDED_NOTHING,
    AVOIDED_VISIT,
    AVOIDED_AMBULANCE,
    AVOIDED_CONVEYANCE,
    AVOIDED_NURSING_HOME_VISIT,
) = range(len(AVOIDED))


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
    "alarm",
    "review",
    "triple_alert",
    "doctor_conference",
    "e_consultation",
    "door_triage",
    "result",
    "way_in",
    "transport",
    "support",
    "stand_by",
    "nurse_call_out",
    "other_task",
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
    ALARM,
    REVIEW,
    TRIPLE_ALERT,
    DOCTOR_CONFERENCE,
    E_CONSULT,
    DOOR_TRIAGE,
    RESULT,
    WAY_IN,
    TRANSPORT,
    SUPPORT,
    STAND_BY,
    NURSE_OUT,
    OTHER_TASK,
) = range(len(KINDS))


@dataclass(frozen=True, eq=False)
class Trips:
    """Every drive, flight and crossing of a run, one row each, written by the chain as it happens.

    A row is one way from one place towards another, in order of departure; who is called off or
    turns on the road ends one trip there and begins the next. Nothing of it is worked out
    afterwards: with the travel times of a run, a row gives the road driven, its kilometres and
    where the vehicle was at any time (`akuttsim.indicators.driving`).

    Attributes:
        unit: Row in the table of units; -1 for patients and first responders in their own cars.
        kind: What the trip was for, a position in `TRIP_KINDS`.
        patient: For whom; -1 for nobody.
        origin: Place where it began; for a trip begun on the road, the place passed last. -1 where
            it is not known (a back-up doctor's way in from home).
        joins: Place from which it follows the quickest road to its destination: the origin itself,
            or the next place ahead of where on the road it began.
        stretch_done: Of a trip begun on the road, the share (0-1) of the stretch from `origin` to
            `joins` that lay behind it then.
        destination: Place where it was to go.
        mode: How, a position in `TRIP_MODES`.
        condition: Condition of the roads by which the way was chosen; -1 off the roads.
        departed_s: When its wheels rolled.
        joins_s: When it was at `joins`.
        there_s: When it was, or would have been, at the destination, before what follows.
        origin_km: Kilometres about the origin that it drove first, from a patient's door.
        destination_km: Kilometres about the destination that it drove last, to a patient's door.
        arrived_s: When it was there, or was cut short.
        completed: False for a trip cut short, by another order or by the end of the run.
    """

    unit: Indices
    kind: Codes
    patient: Indices
    origin: Indices
    joins: Indices
    stretch_done: Floats
    destination: Indices
    mode: Codes
    condition: Indices
    departed_s: Floats
    joins_s: Floats
    there_s: Floats
    origin_km: Floats
    destination_km: Floats
    arrived_s: Floats
    completed: Flags

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.unit)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the names of the columns in order."""
        return tuple(field.name for field in fields(cls))


TRIP_KINDS = (
    "to_patient",
    "with_patient",
    "to_rendezvous",
    "to_station",
    "to_post",
    "out_of_region",
    "way_in",
    "to_care",
    "to_home",
)
"""What a trip was for; the code is the position. `to_patient` also to one who is at a clinic, and
of doctors, nurses, supports and first responders; `with_patient` to hospital, clinic, bed or a
rendezvous; `to_station` home to a station, base or clinic; `out_of_region` a planned transport out
and back to the hospital where it is free again; `way_in` of a back-up doctor; `to_care` and
`to_home` of patients by their own means."""

(
    TO_PATIENT,
    WITH_PATIENT,
    TO_RENDEZVOUS,
    TO_STATION,
    TO_POST,
    OUT_OF_REGION,
    WAY_IN_TRIP,
    TO_CARE,
    TO_HOME,
) = range(len(TRIP_KINDS))

TRIP_MODES = ("car", "blue", "straight", "unknown")
"""How a trip was made: ordinary driving, with blue light, over the great circle (what flies or
sails), or by a way that the model does not know; the code is the position."""

BY_CAR, BY_BLUE_LIGHT, STRAIGHT, BY_UNKNOWN_WAY = range(len(TRIP_MODES))


class Overload(NamedTuple):
    """A queue that was never empty again: who is waited for, since when, how many wait at the end.

    `role` and `team` are those of the units that are waited for ("crew" for ambulances).
    """

    role: str
    team: str
    since_s: float
    waiting: int


@dataclass(frozen=True, eq=False)
class Record:
    """All that a run leaves: patients' courses, calls, units, what they did and where they drove.

    `measured` is the span of the run that indicators look at; `events` counts SimPy's events;
    `overloads` are the queues that grew until the last caller had rung.
    """

    courses: Courses
    calls: Calls
    units: tuple[Unit, ...]
    activities: Activities
    trips: Trips
    measured: tuple[float, float]
    end_s: float
    events: int
    overloads: tuple[Overload, ...] = ()


Key = tuple[str, str, str]
"""An indicator, what it is grouped by, and the group."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The indicators of one organisation in one case, in several replications.

    `values` is keys x replications, NaN where nothing was measured, and `counts` how many cases
    each is of; `units` is by indicator.
    """

    case: str
    organisation: str
    keys: tuple[Key, ...]
    units: dict[str, str]
    replications: tuple[int, ...]
    values: Floats
    counts: NDArray[np.int64]


class Measure(NamedTuple):
    """How an indicator sums up what single persons got, in one part of it ("all" of "all").

    `statistic` is its name, `groupings` the ways to divide the persons, `has_gap` whether the worst
    and best municipality are told; `values` and `weights` are columns of `PersonValues`. A weight
    is how many observations (calls) a person's value is the mean of; "" where each has one.
    """

    indicator: str
    group_by: str
    group: str
    statistic: str
    groupings: tuple[str, ...]
    has_gap: bool
    values: str
    weights: str


@dataclass(frozen=True, eq=False)
class PersonValues:
    """What each resident who fell ill in the measured span got in one run.

    Row for row the same persons in every organisation that met the same patients. `groups` tells of
    each grouping everybody's group by number, `names` those groups' names; `columns` are NaN for
    those who did not get what is measured; `measures` tell what the columns are summed up to.
    `persons` is a digest of who they are: runs in which it is the same can be paired row by row.
    """

    groups: dict[str, Indices]
    names: dict[str, tuple[str, ...]]
    columns: dict[str, NDArray[np.float32]]
    measures: tuple[Measure, ...]
    persons: str = ""
