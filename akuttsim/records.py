"""The frozen tables between the rooms: patients go in, a record comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

JsonObject = dict[str, Any]
"""An object of a JSON file or for a script, whose keys only its reader and writer know."""

Mode = Literal["car", "blue"]
"""How a vehicle drives: as ordinary traffic, or with blue light."""

MODES: tuple[Mode, ...] = ("car", "blue")

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Indices = NDArray[np.int32]
Flags = NDArray[np.bool_]


def code_names(codes: type[IntEnum]) -> tuple[str, ...]:
    """Return the names of codes as results have them, each at the position of its number.

    Raises:
        ValueError: If the numbers are not 0, 1, 2 and so on in this order.
    """
    if [code.value for code in codes] != list(range(len(codes))):
        raise ValueError(f"{codes.__name__} must number its codes from 0 in order")
    return tuple(code.name.lower() for code in codes)


EntryT = TypeVar("EntryT")


def complete_table(
    entries: Mapping[int, EntryT], codes: Iterable[int], other: Iterable[int] = ()
) -> dict[int, EntryT]:
    """Return a table by code, having seen that no code was forgotten: else the import fails.

    Args:
        entries: What belongs to each code.
        codes: All codes there are, usually an enum.
        other: Codes that are known to need no entry.

    Raises:
        KeyError: If a code has no entry, or an entry no code.
    """
    expected = set(codes) - set(other)
    wrong = expected.symmetric_difference(entries)
    if wrong:
        raise KeyError(f"forgotten, or not known: {sorted(wrong, key=int)} of {sorted(expected)}")
    return {int(code): entry for code, entry in entries.items()}


class Urgency(IntEnum):
    """Urgency (hastegrad): akutt, haster, vanlig; lower numbers go first."""

    RED = 0
    YELLOW = 1
    GREEN = 2


RED = Urgency.RED.value
YELLOW = Urgency.YELLOW.value
GREEN = Urgency.GREEN.value
"""Codes are plain integers where they are compared with arrays: NumPy would widen an array of bytes
beside an enum's member."""


class Condition(IntEnum):
    """Time-critical condition of somebody truly red, gravest first; REST has none of them."""

    ARREST = 0
    STROKE = 1
    STEMI = 2
    TRAUMA = 3
    SEPSIS = 4
    BREATHING = 5
    BIRTH = 6
    REST = 7


CONDITIONS = code_names(Condition)


class Line(IntEnum):
    """How it began: the number that was rung, or what else brought the patient into the run.

    HEALTH is health personnel's own line to 116117; a TRANSPORT was ordered beforehand; a VICTIM
    lay at an incident that somebody else rings about. A TRANSFER is ordered by a hospital,
    PSYCHIATRY by whoever admits somebody to a psychiatric ward; a BIRTH begins with the labour.
    """

    RANG_116117 = 0
    HEALTH = 1
    RANG_113 = 2
    ALARM = 3
    TRANSPORT = 4
    VICTIM = 5
    TRANSFER = 6
    PSYCHIATRY = 7
    BIRTH = 8


LINE_116117 = Line.RANG_116117.value
LINE_HEALTH = Line.HEALTH.value
LINE_113 = Line.RANG_113.value
LINE_ALARM = Line.ALARM.value
LINE_TRANSPORT = Line.TRANSPORT.value
LINE_VICTIM = Line.VICTIM.value
LINE_TRANSFER = Line.TRANSFER.value
LINE_PSYCHIATRY = Line.PSYCHIATRY.value
LINE_BIRTH = Line.BIRTH.value

LONG_JOURNEYS = (LINE_TRANSFER, LINE_PSYCHIATRY, LINE_BIRTH)
"""Lines of those whose journey may keep a crew for hours."""

ORDERED_JOURNEYS = (LINE_TRANSPORT, *LONG_JOURNEYS)
"""Lines of those who are fetched without a call to the legevakt or 113."""


class Outcome(IntEnum):
    """How a contact ended: the last care that it got.

    NOT_PRESENT is outside the model here (neighbours and alarms that nobody answers); LOST hung up;
    OUTSIDE belongs to a neighbour; SAME_INCIDENT rang about what 113 knew already; NEXT_DAY is seen
    at the GP's office another day, which the model does not follow; WENT_WITHOUT never rang, care
    being far away; UNFINISHED was still waiting or under care when the run ended.
    """

    NOT_PRESENT = 0
    ADVICE = 1
    DOCTOR_PHONE = 2
    CLINIC = 3
    HOME_VISIT = 4
    AMBULANCE = 5
    LOST = 6
    OUTSIDE = 7
    ALARM_CLOSED = 8
    HOME_NURSING = 9
    SAME_INCIDENT = 10
    E_CONSULTATION = 11
    TRANSPORT = 12
    ACUTE_BED = 13
    NEXT_DAY = 14
    WENT_WITHOUT = 15
    UNFINISHED = 16


OUTCOMES = code_names(Outcome)

NOT_PRESENT = Outcome.NOT_PRESENT.value
ADVICE = Outcome.ADVICE.value
DOCTOR_PHONE = Outcome.DOCTOR_PHONE.value
CLINIC = Outcome.CLINIC.value
HOME_VISIT = Outcome.HOME_VISIT.value
AMBULANCE = Outcome.AMBULANCE.value
LOST = Outcome.LOST.value
OUTSIDE = Outcome.OUTSIDE.value
ALARM_CLOSED = Outcome.ALARM_CLOSED.value
HOME_NURSING = Outcome.HOME_NURSING.value
SAME_INCIDENT = Outcome.SAME_INCIDENT.value
E_CONSULTATION = Outcome.E_CONSULTATION.value
TRANSPORTED = Outcome.TRANSPORT.value
ACUTE_BED = Outcome.ACUTE_BED.value
NEXT_DAY = Outcome.NEXT_DAY.value
WENT_WITHOUT = Outcome.WENT_WITHOUT.value
UNFINISHED = Outcome.UNFINISHED.value

NEVER_ASKED = (NOT_PRESENT, WENT_WITHOUT)
"""Outcomes of those who never asked for help."""


class Triage(IntEnum):
    """Outcome of triage at 116117, gravest first; an outcome's number, and a key of `care.needs`.

    The gravest takes the lowest uniforms, so that a call judged graver gets no lighter care.
    """

    AMBULANCE = Outcome.AMBULANCE.value
    HOME_VISIT = Outcome.HOME_VISIT.value
    CLINIC = Outcome.CLINIC.value
    DOCTOR_PHONE = Outcome.DOCTOR_PHONE.value
    ADVICE = Outcome.ADVICE.value


TO_116117 = 100
"""Where a 113 call leads that belongs to 116117; no outcome has this number."""


class Triage113(IntEnum):
    """Outcome of triage at 113, gravest first; all but the last are keys of `care.needs_113`.

    SAME_INCIDENT is a call about what somebody has rung about already.
    """

    AMBULANCE = Outcome.AMBULANCE.value
    TO_116117 = TO_116117
    ADVICE = Outcome.ADVICE.value
    SAME_INCIDENT = Outcome.SAME_INCIDENT.value


class Instead(IntEnum):
    """What somebody did instead of coming, care being far away.

    CAME also where it never was too far away. The last two are of red: rang 113 rather than 116117,
    and waited till the morning to ring.
    """

    CAME = 0
    ADVICE = 1
    DOCTOR_PHONE = 2
    NEXT_DAY = 3
    WORSE_LATER = 4
    WITHOUT = 5
    RANG_113 = 6
    WAITED = 7


INSTEAD = code_names(Instead)

CAME = Instead.CAME.value
ADVICE_INSTEAD = Instead.ADVICE.value
DOCTOR_PHONE_INSTEAD = Instead.DOCTOR_PHONE.value
NEXT_DAY_INSTEAD = Instead.NEXT_DAY.value
WORSE_LATER = Instead.WORSE_LATER.value
WITHOUT = Instead.WITHOUT.value
RANG_113_INSTEAD = Instead.RANG_113.value
WAITED_TILL_MORNING = Instead.WAITED.value


@dataclass(frozen=True, eq=False)
class Patients:
    """People who call during a run, one row each in order of time, whatever the organisation.

    The truth about each: nothing here depends on how the service is organised. All columns have
    shape (patients,). Durations are seconds in whole ticks. Columns `u_*` are uniforms from 0 to 1
    that an organisation turns into its own quantities: a person is among a share where the uniform
    is below it.

    Attributes:
        time_s: When they fall ill and would ring, in seconds of the run.
        line: The number that is rung, `LINE_116117` and its like; planned transports and victims
            who ring nobody have lines of their own, as have transfers, births and psychiatry.
        is_contact: Whether the call needs care; others are questions and repeats.
        place: Index of the place where they live; -1 for a neighbour district's.
        outside: Position of the neighbour district; -1 for the region's own.
        age_group: Position in `AGE_GROUPS`.
        urgency: True urgency, an `Urgency`.
        urgent_button: Whether they press the button for urgent help at 116117.
        same_incident: Further callers about a red incident that somebody has rung 113 about.
        flyable: Whether a helicopter can fly then.
        transport_to: The place that a planned transport goes to, -1 out of the region; of others
            the hospital's, where a log tells it, else -1.
        away_s: How long a planned transport out of the region keeps its vehicle away; of a long
            journey out of it, the drive from where the road leaves the region, one way.
        birth_after_s: From the labour's beginning, as she is to leave, until the child is born.
        escort_after_s: Until the police are there, of a psychiatric patient whom somebody must ride
            along with; 0 for all others.
        language: Whose language a caller speaks: 0 for all operators', else one more than its
            position among the region's.
        psychiatric: Whether a contact is about mental illness, and the talk the longer for it.
        alarm_talk_s: Talk of a safety alarm's user with the response centre.
        alarm_handover_s: What passing the alarm on takes.
        home_nursing_s: Until home nursing has come.
        talk_s: Talk with a nurse at 116117.
        after_call_s: Her notes after it.
        conference_s: Nurse, caller and the other room together.
        talk_113_s: The whole talk with an operator at 113.
        interview_113_s: Until the operator knows enough for a mission.
        dispatch_s: A dispatcher's work with the mission.
        patience_1_s: How long they wait at the first attempt to ring 116117.
        patience_2_s: The same at the second attempt.
        patience_3_s: The same at the third attempt.
        patience_113_s: How long they wait at 113.
        again_after_s: From hanging up until ringing again.
        preparation_s: From being asked to come until setting out, with any wait for a taxi.
        nurse_s: With a clinic's nurse.
        consultation_s: With the doctor at a clinic.
        doctor_phone_s: The doctor's call back.
        home_visit_s: With the doctor at home, drives not counted.
        satellite_nurse_s: With a satellite's nurse.
        satellite_video_s: With the doctor on video there.
        on_scene_s: A crew's time with the patient before it drives.
        hospital_handover_s: A crew's hand-over at hospital.
        legevakt_handover_s: A crew's hand-over at a clinic.
        doctor_on_scene_s: A doctor's, or satellite nurse's, time with the patient on a call-out.
        u_present: Who comes although care is far: the lower, the farther.
        u_hard: How hard the call is to judge, the lowest the hardest.
        u_misjudged: Low: judged too low at 116117; high: judged too high.
        u_misjudged_113: The same at 113.
        u_video_time: How much longer a call with video takes.
        u_need: Where the contact leads, the gravest way at the lowest values.
        u_need_113: The same at 113.
        u_again_1: After hanging up the first time: rings 113, rings again, or gives up.
        u_again_2: The same after the second attempt.
        u_again_3: The same after the third, after which nobody rings 116117 again.
        u_conveyed: Where an ambulance leaves them.
        u_admitted: Whether a clinic admits them.
        u_by_ambulance: Whether they are then taken by ambulance.
        u_satellite_doctor: Whether a satellite's nurse needs the doctor.
        u_sent_on: Whether a satellite sends them on.
        u_doctor_alerted: Whether the doctor is alerted to the incident.
        u_doctor_goes: Whether the alerted doctor goes; of an acute team's doctor, who
            always goes: whether the doctor rides along to hospital.
        u_doctor_reaction: How long until the doctor is on the way.
        u_doctor_comes_in: How long a doctor on home duty takes to come in.
        u_mobilisation: How long a crew mobilises.
        u_alarm: What a safety alarm leads to.
        u_recognise_red: How long a nurse talks before she recognises red.
        u_pick_up: How long an operator takes to pick up at 116117 or the response centre.
        u_pick_up_113: The same at 113.
        u_callback: Whether they accept to be rung up.
        u_dial: How long ringing up or back takes.
        u_reached: Whether they answer then: not, below the share who cannot be reached.
        u_reviewed: Whether the room's doctor looks at the call.
        u_review_time: How long that takes.
        u_settled: Whether it is settled thereby.
        u_doctor_conference: Whether a doctor joins the call at 113.
        u_doctor_conference_time: How long.
        u_spared: Whether no ambulance is needed then.
        u_triple_alert: Whether fire brigade and police are alerted too.
        u_triple_alert_time: How long that takes.
        u_crew_video: Whether a crew shows them to the doctor; of red, who are not shown, whether a
            second crew is sent.
        u_crew_video_time: How long.
        u_stays_home: Whether they can stay at home then.
        u_nursing_home_video: Whether a nursing home shows them to the doctor.
        u_nursing_home_video_time: How long.
        u_stays_in_nursing_home: Whether they can stay there then.
        u_e_consultation: Whether a green contact begins on screen.
        u_e_consultation_time: How long the doctor takes on screen; of alarms, which never are, how
            long home nursing stays.
        u_e_sent_on: Whether they must ring all the same; of alarms, whether it is a fall.
        u_walk_in: Whether they come without ringing.
        u_door_triage_time: How long triage at the door takes.
        u_tested: Whether a clinic takes tests.
        u_tests_time: How long until the answer.
        u_result_time: How long the doctor needs after tests or observation.
        u_observed: Whether they are observed in a bed.
        u_observation_time: How long.
        u_responder: Whether somebody of a group of first responders answers.
        u_responder_time: How long until they drive.
        u_support: Whether a support is asked for, and first responders.
        u_support_time: How long until it is on the way.
        u_support_conveys: Whether it takes them along.
        u_neighbour_crew: Whether a neighbour's crew is available.
        u_nurse_goes: Whether a satellite's nurse goes out.
        u_acute_bed: Whether a municipal acute bed will do.
        u_acute_bed_stay: How long they stay in it.
        u_local_drive: How far they live from the place.
        u_beyond_reach: What they do instead, care being far away.
        u_worsens: Whether they get worse when judged too low and sent home.
        u_worsens_after: After how long.
        u_recognised: Whether that is found out, when they ring again or by a crew on scene.
        u_condition: Which time-critical condition somebody truly red has, if any: the gravest at
            the lowest values.
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
    birth_after_s: Floats
    escort_after_s: Floats
    language: Codes
    psychiatric: Flags
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
    u_condition: Floats

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.time_s)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the names of the columns in order."""
        return tuple(field.name for field in fields(cls))


@dataclass(frozen=True, eq=False)
class DueVisits:
    """Planned visits of home nursing that fall due in a run, in order of time.

    Attributes:
        time_s: When each is due, in seconds of the run.
        place: Where, a position among the region's places.
        u_visit: How long it takes (0-1).
        u_local_drive: How far by road the home lies from the place (0-1).
    """

    time_s: Floats
    place: Indices
    u_visit: Floats
    u_local_drive: Floats

    def __len__(self) -> int:
        """Return how many visits there are."""
        return len(self.time_s)


class Unit(NamedTuple):
    """Somebody or something with one place at a time: an operator, nurse, doctor or crew."""

    name: str
    role: str
    team: str
    on_duty: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Calls:
    """Calls that rang at an operator, one row each time somebody rang; times in seconds of the run.

    Attributes:
        patient: Row of who rang; a person may ring 116117 first, 113 later.
        room: The control room that should answer, in the order of the organisation.
        line: The number rung, a `Line`.
        answered_by: The control room that did, which differs where a neighbour or a back-up took
            the call; -1 for none.
        called_back: Who hung up in order to be rung up when the turn came, or gave up on 113 and
            was rung back.
        rang_s: When it rang.
        found_s: When an operator was free, who picks up a little later; a caller may leave between.
        answered_s: When both spoke; NaN where the call was not answered, or not yet.
        left_s: When the caller gave up; NaN for who did not. Who gave up on 113 and was rung back
            has both times.
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
    """What happened to each patient; NaN or -1 where it did not, times in seconds of the run.

    Attributes:
        outcome: How the contact ended, an `Outcome`.
        judged: Urgency as judged on the phone, or at the clinic's door of a `walk_in`; of the
            second time, where the patient asked again.
        video: Whether the call at 116117 was on video.
        video_moved: How video changed the urgency that voice alone would have given: 1 for one
            level lower, -1 for one higher.
        left_in_menu: How often the person hung up in a recorded message, before it rang.
        walk_in: Whether the patient came to the clinic unasked.
        avoided: What a doctor on phone or video spared, an `Avoided`.
        clinic: Where the patient was seen, in the order of the organisation.
        ended_s: When the course was closed.
        left_home_s: When the patient set out for the clinic.
        travel_s: Seconds of the drives to care, all together.
        waited_at_home_s: Seconds that a booked time kept the patient at home.
        at_clinic_s: When the patient came in.
        left_clinic_s: When the patient left the clinic.
        bed_s: Seconds of observation in a bed.
        nurse_s: When a nurse received the patient.
        doctor_s: When a doctor came, of the last time that one was asked for.
        doctor_asked_s: When a doctor was asked for, the last time.
        notified_s: When 113 got the call.
        requested_s: When an ambulance was asked for.
        crew: The first ambulance, in the order of the organisation.
        alerted_s: When it was alerted.
        rolling_s: When its wheels rolled.
        on_scene_s: When it was at the scene.
        left_scene_s: When it left the scene.
        at_hospital_s: When it was at the hospital or clinic.
        free_s: When it was free again.
        doctor_call_out: What became of the doctor's call-out, a `DoctorCallOut`.
        doctor_on_scene_s: When the doctor stood at the patient.
        taken_over: How often the crew on its way was sent to somebody graver.
        met_halfway: Whether the patient was handed over to another crew on the way.
        nurse_on_scene_s: When a nurse stood at the patient: a satellite's, an acute team's, or home
            nursing's after an alarm.
        responder_s: When first responders did.
        support: Which support came (helicopter, boat, single responder), in the order of the
            organisation.
        support_s: When the support came.
        first_help_s: When anybody at all stood at the patient.
        handover_began_s: When the hospital took over from the crew.
        interrupted: How often a doctor left the patient for red.
        interrupted_s: How many seconds the patient waited in all for the rest.
        instead: What the patient did instead of coming, care being far away; an `Instead`.
        again_s: When the patient, sent home before or waiting there, had got worse and asked again.
        worse_waiting_s: When the patient got worse while waiting for care.
        recognised_s: When somebody first took the patient for red.
        understood_by: Who spoke a caller's other language, an `UnderstoodBy`.
        understood_s: When they, or the interpreter, were there.
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
    worse_waiting_s: Floats
    recognised_s: Floats
    understood_by: Codes
    understood_s: Floats


class UnderstoodBy(IntEnum):
    """Who spoke a caller's other language: nobody was needed, or a colleague or interpreter was.

    ANSWERED: the operator who answered speaks it; COLLEAGUE: one who took over; INTERPRETER: one by
    telephone.
    """

    NOT_NEEDED = 0
    ANSWERED = 1
    COLLEAGUE = 2
    INTERPRETER = 3


UNDERSTOOD_BY_WHO_ANSWERED = UnderstoodBy.ANSWERED.value
UNDERSTOOD_BY_COLLEAGUE = UnderstoodBy.COLLEAGUE.value
UNDERSTOOD_BY_INTERPRETER = UnderstoodBy.INTERPRETER.value


class DoctorCallOut(IntEnum):
    """What became of a doctor's call-out on a red incident, alone or with an acute team.

    LEFT_PATIENT went out and left another patient for it. TEAM_AWAY: the team was alerted, and no
    doctor could go, being out or with somebody who may not be left.
    """

    NOT_ALERTED = 0
    DECLINED = 1
    TOO_FAR = 2
    BUSY = 3
    WENT_OUT = 4
    LEFT_PATIENT = 5
    TEAM_AWAY = 6
    TEAM_WENT_OUT = 7
    TEAM_LEFT_PATIENT = 8


NOT_ALERTED = DoctorCallOut.NOT_ALERTED.value
DECLINED = DoctorCallOut.DECLINED.value
TOO_FAR = DoctorCallOut.TOO_FAR.value
BUSY = DoctorCallOut.BUSY.value
WENT_OUT = DoctorCallOut.WENT_OUT.value
LEFT_PATIENT = DoctorCallOut.LEFT_PATIENT.value
TEAM_AWAY = DoctorCallOut.TEAM_AWAY.value
TEAM_WENT_OUT = DoctorCallOut.TEAM_WENT_OUT.value
TEAM_LEFT_PATIENT = DoctorCallOut.TEAM_LEFT_PATIENT.value

DOCTOR_COULD_NOT_GO = (BUSY, TEAM_AWAY)
"""What became of a call-out that a doctor would have set out on, but none could be had."""


class Avoided(IntEnum):
    """What a doctor on phone or video spared.

    A VISIT to the clinic or at home after the nurse's call, an AMBULANCE after 113's conference,
    CONVEYANCE by the crew on scene, a visit of or to a nursing home's resident.
    """

    NOTHING = 0
    VISIT = 1
    AMBULANCE = 2
    CONVEYANCE = 3
    NURSING_HOME_VISIT = 4


AVOIDED = code_names(Avoided)

AVOIDED_NOTHING = Avoided.NOTHING.value
AVOIDED_VISIT = Avoided.VISIT.value
AVOIDED_AMBULANCE = Avoided.AMBULANCE.value
AVOIDED_CONVEYANCE = Avoided.CONVEYANCE.value
AVOIDED_NURSING_HOME_VISIT = Avoided.NURSING_HOME_VISIT.value


@dataclass(frozen=True, eq=False)
class Activities:
    """What units did, one row a stretch of work: who, what, from when to when, for whom.

    Attributes:
        unit: Row in the table of units.
        kind: What it was, an `ActivityKind`.
        start_s: When it began, in seconds of the run.
        end_s: When it ended.
        patient: Row of the patient it was for; -1 for nobody.
    """

    unit: Indices
    kind: Codes
    start_s: Floats
    end_s: Floats
    patient: Indices


class ActivityKind(IntEnum):
    """What a unit was doing in a stretch of work."""

    TALK = 0
    AFTER_CALL = 1
    CONFERENCE = 2
    DISPATCH = 3
    NURSE = 4
    CONSULTATION = 5
    PHONE = 6
    VIDEO = 7
    HOME_VISIT = 8
    CALL_OUT = 9
    MISSION = 10
    RETURN = 11
    ALARM = 12
    REVIEW = 13
    TRIPLE_ALERT = 14
    DOCTOR_CONFERENCE = 15
    E_CONSULTATION = 16
    DOOR_TRIAGE = 17
    RESULT = 18
    WAY_IN = 19
    TRANSPORT = 20
    SUPPORT = 21
    STAND_BY = 22
    NURSE_CALL_OUT = 23
    OTHER_TASK = 24
    JOURNEY = 25


KINDS = code_names(ActivityKind)

TALK = ActivityKind.TALK.value
AFTER_CALL = ActivityKind.AFTER_CALL.value
CONFERENCE = ActivityKind.CONFERENCE.value
DISPATCH = ActivityKind.DISPATCH.value
NURSE = ActivityKind.NURSE.value
CONSULTATION = ActivityKind.CONSULTATION.value
PHONE = ActivityKind.PHONE.value
VIDEO = ActivityKind.VIDEO.value
VISIT = ActivityKind.HOME_VISIT.value
CALL_OUT = ActivityKind.CALL_OUT.value
MISSION = ActivityKind.MISSION.value
RETURN = ActivityKind.RETURN.value
ALARM = ActivityKind.ALARM.value
REVIEW = ActivityKind.REVIEW.value
TRIPLE_ALERT = ActivityKind.TRIPLE_ALERT.value
DOCTOR_CONFERENCE = ActivityKind.DOCTOR_CONFERENCE.value
E_CONSULT = ActivityKind.E_CONSULTATION.value
DOOR_TRIAGE = ActivityKind.DOOR_TRIAGE.value
RESULT = ActivityKind.RESULT.value
WAY_IN = ActivityKind.WAY_IN.value
TRANSPORT = ActivityKind.TRANSPORT.value
SUPPORT = ActivityKind.SUPPORT.value
STAND_BY = ActivityKind.STAND_BY.value
NURSE_OUT = ActivityKind.NURSE_CALL_OUT.value
OTHER_TASK = ActivityKind.OTHER_TASK.value
JOURNEY = ActivityKind.JOURNEY.value


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


class TripKind(IntEnum):
    """What a trip was for.

    TO_PATIENT also to one who is at a clinic, and of doctors, nurses, supports and first
    responders; WITH_PATIENT to hospital, clinic, bed or a rendezvous; TO_STATION home to a station,
    base or clinic; OUT_OF_REGION a journey out of the region and back to the place where it is free
    again; WAY_IN of a back-up doctor; TO_CARE and TO_HOME of patients by their own means; TO_ASSIST
    of a second crew to a patient.
    """

    TO_PATIENT = 0
    WITH_PATIENT = 1
    TO_RENDEZVOUS = 2
    TO_STATION = 3
    TO_POST = 4
    OUT_OF_REGION = 5
    WAY_IN = 6
    TO_CARE = 7
    TO_HOME = 8
    TO_ASSIST = 9


TRIP_KINDS = code_names(TripKind)

TO_PATIENT = TripKind.TO_PATIENT.value
WITH_PATIENT = TripKind.WITH_PATIENT.value
TO_RENDEZVOUS = TripKind.TO_RENDEZVOUS.value
TO_STATION = TripKind.TO_STATION.value
TO_POST = TripKind.TO_POST.value
OUT_OF_REGION = TripKind.OUT_OF_REGION.value
WAY_IN_TRIP = TripKind.WAY_IN.value
TO_CARE = TripKind.TO_CARE.value
TO_HOME = TripKind.TO_HOME.value
TO_ASSIST = TripKind.TO_ASSIST.value


class TripMode(IntEnum):
    """How a trip was made.

    Ordinary driving (CAR), with blue light, over the great circle (STRAIGHT: what flies or sails),
    by a way that the model does not know, or as a passenger: in a vehicle whose own trip has the
    road and its kilometres.
    """

    CAR = 0
    BLUE = 1
    STRAIGHT = 2
    UNKNOWN = 3
    PASSENGER = 4


TRIP_MODES = code_names(TripMode)

BY_CAR = TripMode.CAR.value
BY_BLUE_LIGHT = TripMode.BLUE.value
STRAIGHT = TripMode.STRAIGHT.value
BY_UNKNOWN_WAY = TripMode.UNKNOWN.value
AS_PASSENGER = TripMode.PASSENGER.value


class Overload(NamedTuple):
    """A queue that was never empty again: who is waited for, since when, how many wait at the end.

    `role` and `team` are those of the units that are waited for ("crew" for ambulances).
    """

    role: str
    team: str
    since_s: float
    waiting: int


@dataclass(frozen=True, eq=False)
class PlannedVisits:
    """Planned visits of home nursing, in order of when they were due; times in seconds of the run.

    Attributes:
        team: The team that visits, in the order of the organisation.
        unit: Who came, a row in the table of units; -1 where nobody did before the run's end.
        place: Where.
        due_s: When the visit was due.
        at_door_s: When somebody was at the door; NaN where nobody came.
        left_s: When the visit was over.
    """

    team: Indices
    unit: Indices
    place: Indices
    due_s: Floats
    at_door_s: Floats
    left_s: Floats


class ShiftTaken(IntEnum):
    """Who took a shift of a roster.

    Attributes:
        OWN: The person whose shift it is.
        LOCUM: A locum (vikar).
        OVERTIME: A colleague, beyond own hours.
        ORDERED: A colleague who was ordered in, since nobody else would have been on duty.
        NOBODY: Nobody: it stands empty.
    """

    OWN = 0
    LOCUM = 1
    OVERTIME = 2
    ORDERED = 3
    NOBODY = 4


@dataclass(frozen=True, eq=False)
class RosteredShifts:
    """The shifts of rosters that are not always filled, and what became of each.

    Attributes:
        unit: Whose seat or vehicle it is, a row in the table of units.
        start_s: When the shift begins, in seconds of the run.
        end_s: When it ends.
        taken_by: Who took it, a code of `ShiftTaken`.
        at_home: Whether it is home duty.
    """

    unit: Indices
    start_s: Floats
    end_s: Floats
    taken_by: Codes
    at_home: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Record:
    """All that a run leaves: patients' courses, calls, units, what they did and where they drove.

    `measured` is the span of the run that indicators look at; `events` counts SimPy's events;
    `overloads` are the queues that grew until the last caller had rung; `planned_visits` are there
    where home nursing is people on duty, `shifts` where rosters are not always filled.
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
    planned_visits: PlannedVisits | None = None
    shifts: RosteredShifts | None = None


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
