"""Optional care: what the organisation has switched on, for each patient, and how long it takes.

Each part is switched on in the organisation; where it is off, its column is nought or no for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain.run_plan import Plan
from akuttsim.config.schema.organisation import Organisation, VideoToDoctor
from akuttsim.config.schema.roster import unroll
from akuttsim.config.schema.values import ByUrgencyShare, Duration
from akuttsim.patients.conditions import condition_shares, conditions
from akuttsim.records import (
    CAME,
    CLINIC,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_BIRTH,
    LINE_HEALTH,
    LINE_PSYCHIATRY,
    LINE_TRANSFER,
    LINE_TRANSPORT,
    LINE_VICTIM,
    Codes,
    Flags,
    Floats,
    Instead,
    Patients,
    complete_table,
)
from akuttsim.units import HOUR_S, MINUTE_S, TICKS_PER_S, to_ticks


class Beginning(IntEnum):
    """How a contact begins: on a line, whose number it then has, or in another way."""

    RINGS_116117 = LINE_116117
    RINGS_HEALTH_LINE = LINE_HEALTH
    RINGS_113 = LINE_113
    PRESSES_ALARM = LINE_ALARM
    IS_TRANSPORTED = LINE_TRANSPORT
    LIES_AT_INCIDENT = LINE_VICTIM
    IS_TRANSFERRED = LINE_TRANSFER
    GOES_TO_PSYCHIATRY = LINE_PSYCHIATRY
    IS_IN_LABOUR = LINE_BIRTH
    WALKS_IN = 10
    CONSULTS_ON_SCREEN = 11
    RINGS_113_INSTEAD = 12
    WAITS_TILL_MORNING = 13
    GOES_WITHOUT = 14


WALKS_IN = Beginning.WALKS_IN.value
CONSULTS_ON_SCREEN = Beginning.CONSULTS_ON_SCREEN.value
RINGS_113_INSTEAD = Beginning.RINGS_113_INSTEAD.value
WAITS_TILL_MORNING = Beginning.WAITS_TILL_MORNING.value
GOES_WITHOUT = Beginning.GOES_WITHOUT.value

ON_THE_LINE = -1
"""Stands for the line of each."""

BEGINNING_INSTEAD = complete_table(
    {
        Instead.CAME: ON_THE_LINE,
        Instead.ADVICE: ON_THE_LINE,
        Instead.DOCTOR_PHONE: ON_THE_LINE,
        Instead.NEXT_DAY: ON_THE_LINE,
        Instead.WORSE_LATER: ON_THE_LINE,
        Instead.WITHOUT: GOES_WITHOUT,
        Instead.RANG_113: RINGS_113_INSTEAD,
        Instead.WAITED: WAITS_TILL_MORNING,
    },
    Instead,
)
"""How a contact begins, by what the patient does instead of coming."""

OFF = 0.0
"""A duration of what is not done for this patient."""


@dataclass(frozen=True, slots=True)
class OptionalCare:
    """Columns of the patients for care that an organisation may switch on.

    A duration of 0 s means that it is not done for this patient. Uniforms (0-1) stand for choices
    that depend on who is asked.

    Attributes:
        begins: How the contact begins, a `Beginning`.
        judged_at_door: Urgency as judged at the clinic's door.
        callback: Whether the caller accepts to be rung up; `dial_s` how long that takes, `reached`
            whether the caller answers.
        asks_doctor: Whether a doctor looks at it before a visit.
        review_s: How long the control room's doctor takes; `settled` whether that is enough.
        nursing_home_video_s: How long a nursing home shows its resident on video;
            `stays_in_nursing_home` whether that is enough.
        doctor_conference_s: How long a doctor joins 113's call; `spared` whether no ambulance is
            needed then.
        triple_alert_s: How much longer 113 is busy alerting police and fire service.
        crew_video_s: How long a crew shows its patient on video; `stays_home` whether the patient
            does then.
        e_consultation_s: How long a doctor takes on screen; `e_sent_on` who must ring all the same.
        home_help_s: How long home nursing stays after an alarm.
        door_triage_s: How long the nurse at the door takes.
        tests_s: How long tests take; `result_s` how long the doctor then needs.
        observation_s: How long the patient is observed; `observed_result_s` the doctor after it.
        flyable: Whether a helicopter can fly.
        u_neighbour: Whether a neighbour's crew is available, against its share.
        u_support: Whether a support is asked for; `u_support_conveys` whether it takes the patient.
        u_nurse_goes: Whether a satellite's nurse goes out.
        u_doctor_goes: Whether the doctor goes out; `doctor_reaction_s` until on the way.
        u_team_alerted: Whether an acute team is alerted; `u_rides_along` whether its doctor rides
            along.
        u_second_crew: Whether a second crew is sent.
        condition: Time-critical condition, where a team is alerted to some alone, or a second crew
            sent; -1 for none.
        u_asks_back_up: Whether a doctor in training asks the one on call; `u_back_up_comes`
            whether that one comes in.
        u_acute_bed: Whether a municipal bed will do.
        u_by_ambulance: Whether a woman in labour goes by ambulance.
        pick_up_s: By control room, until an operator has picked up; empty where at once.
        connect_s: By control room, until a telephone interpreter is on the line.
        ring_back_s: By control room, until somebody who hung up is rung back; `rung_back` who is
            reached.
        support_s: By support, until it is on the way.
        responder_s: By group, until first responders are on the way; 0 for those who do not come.
        comes_in_s: By doctor team, until a doctor on home duty is at the clinic.
        team_reaction_s: By doctor team, until an acute team is on the way.
        training_talk_s: By doctor team, how long a doctor in training talks with the one on call.
        acute_stay_s: By municipal bed unit, how long the patient lies there.
        escort_reaction_s: By escort, until on the way.
    """

    begins: list[int]
    judged_at_door: list[int]
    callback: Sequence[bool]
    dial_s: Sequence[float]
    reached: Sequence[bool]
    asks_doctor: Sequence[bool]
    review_s: Sequence[float]
    settled: Sequence[bool]
    nursing_home_video_s: Sequence[float]
    stays_in_nursing_home: Sequence[bool]
    doctor_conference_s: Sequence[float]
    spared: Sequence[bool]
    triple_alert_s: Sequence[float]
    crew_video_s: Sequence[float]
    stays_home: Sequence[bool]
    e_consultation_s: Sequence[float]
    e_sent_on: Sequence[bool]
    home_help_s: Sequence[float]
    door_triage_s: Sequence[float]
    tests_s: Sequence[float]
    result_s: Sequence[float]
    observation_s: Sequence[float]
    observed_result_s: Sequence[float]
    flyable: Sequence[bool]
    u_neighbour: Sequence[float]
    u_support: Sequence[float]
    u_support_conveys: Sequence[float]
    u_nurse_goes: Sequence[float]
    u_doctor_goes: Sequence[float]
    doctor_reaction_s: Sequence[float]
    u_team_alerted: Sequence[float]
    u_rides_along: Sequence[float]
    u_second_crew: Sequence[float]
    condition: Sequence[int]
    u_asks_back_up: Sequence[float]
    u_back_up_comes: Sequence[float]
    u_acute_bed: Sequence[float]
    u_by_ambulance: Sequence[float]
    pick_up_s: tuple[Sequence[float], ...]
    connect_s: tuple[Sequence[float], ...]
    ring_back_s: tuple[Sequence[float], ...]
    rung_back: tuple[Sequence[bool], ...]
    support_s: tuple[Sequence[float], ...]
    responder_s: tuple[Sequence[float], ...]
    comes_in_s: tuple[Sequence[float], ...]
    team_reaction_s: tuple[Sequence[float], ...]
    training_talk_s: tuple[Sequence[float], ...]
    acute_stay_s: tuple[Sequence[float], ...]
    escort_reaction_s: tuple[Sequence[float], ...]


CareColumns = dict[str, Floats | Flags | Codes]


class CareByRoom(TypedDict):
    """Columns of `OptionalCare` that have a list a control room."""

    pick_up_s: tuple[Sequence[float], ...]
    connect_s: tuple[Sequence[float], ...]
    ring_back_s: tuple[Sequence[float], ...]
    rung_back: tuple[Sequence[bool], ...]


class CareByUnit(TypedDict):
    """Columns of `OptionalCare` with a list a support, group, doctor team, bed unit or escort."""

    support_s: tuple[Sequence[float], ...]
    responder_s: tuple[Sequence[float], ...]
    comes_in_s: tuple[Sequence[float], ...]
    team_reaction_s: tuple[Sequence[float], ...]
    training_talk_s: tuple[Sequence[float], ...]
    acute_stay_s: tuple[Sequence[float], ...]
    escort_reaction_s: tuple[Sequence[float], ...]


def optional_care_columns(
    plan: Plan, patients: Patients, room: NDArray[np.intp], way: Codes, instead: Codes
) -> OptionalCare:
    """Return what this organisation has switched on, for each patient.

    Args:
        plan: Region and organisation, unrolled.
        patients: The patients as drawn.
        room: Position of each one's room at 116117; -1 for none.
        way: Where a nurse there would send them, a code of `Triage`.
        instead: What each does instead of coming, care being far away.
    """
    off = [OFF] * len(patients)
    no = [False] * len(patients)
    columns: CareColumns = {}
    columns |= _room_columns(plan, patients, room, way)
    columns |= _doctor_on_video(plan, patients, way)
    columns |= _columns_of_113(plan, patients)
    columns |= _clinic_columns(plan, patients)
    screen = plan.organisation.e_consultation
    if screen is not None:
        everyone = np.ones(len(patients), dtype=np.bool_)
        time = (screen.consultation_min, patients.u_e_consultation_time)
        columns |= {
            "e_consultation_s": optional_duration_s(everyone, *time),
            "e_sent_on": patients.u_e_sent_on < screen.sent_on.value,
        }
    doctor_first = ("review_s", "nursing_home_video_s")
    asks_doctor = [columns[name] > OFF for name in doctor_first if name in columns]
    if asks_doctor:
        columns["asks_doctor"] = np.any(asks_doctor, axis=0)
    columns |= _co_responder_columns(plan, patients)
    columns |= _red_alert_columns(plan, patients)
    columns |= _home_nursing_columns(plan, patients)
    lists = {name: read_by_row(column) for name, column in columns.items()}
    by_room, by_unit = _durations_by_room(plan, patients), _durations_by_unit(plan, patients)
    by_patient: dict[str, Any] = {
        name: lists.get(name, off if name.endswith("_s") or name.startswith("u_") else no)
        for name in OptionalCare.__dataclass_fields__
        if name not in ("begins", "judged_at_door", *by_room, *by_unit)
    }
    begins = _beginnings(plan, patients, instead)
    return OptionalCare(
        begins.tolist(), patients.urgency.tolist(), **by_patient, **by_room, **by_unit
    )


def _co_responder_columns(plan: Plan, patients: Patients) -> CareColumns:
    """Return the uniforms of choices that are made when it is known who is asked."""
    organisation = plan.organisation
    columns: CareColumns = {}
    if any(crew.kind == "neighbour" for crew in organisation.ambulances.values()):
        columns["u_neighbour"] = patients.u_neighbour_crew
    if organisation.supports:
        columns["flyable"] = patients.flyable
        columns["u_support"] = patients.u_support
        columns["u_support_conveys"] = patients.u_support_conveys
    if organisation.call_outs.odds is not None:
        columns["u_doctor_goes"] = patients.u_doctor_goes
    reaction = organisation.call_outs.reaction
    if reaction is not None:  # by day, or at night when it happened
        everyone, u = np.ones(len(patients), dtype=np.bool_), patients.u_doctor_reaction
        by_day, by_night = (
            optional_duration_s(everyone, e, u) for e in (reaction.day_min, reaction.night_min)
        )
        is_night = np.array(plan.is_night_hour)[(patients.time_s // HOUR_S).astype(np.intp)]
        columns["doctor_reaction_s"] = np.where(is_night, by_night, by_day)
    if any(clinic.nurse_call_out for clinic in organisation.clinics.values()):
        columns["u_nurse_goes"] = patients.u_nurse_goes
    if organisation.acute_beds:
        columns["u_acute_bed"] = patients.u_acute_bed
    if plan.region.demand.births is not None:
        columns["u_by_ambulance"] = patients.u_by_ambulance
    return columns


def _red_alert_columns(plan: Plan, patients: Patients) -> CareColumns:
    """Return to whom of red an acute team is alerted, who has its doctor along, and a second crew.

    And the condition of each, where one of these is for some conditions alone.
    """
    columns: CareColumns = {}
    second = plan.organisation.dispatch.second_crew
    teams = [team.acute_team for team in plan.organisation.doctors.values() if team.acute_team]
    if teams:
        columns["u_team_alerted"] = patients.u_doctor_alerted
        columns["u_rides_along"] = patients.u_doctor_goes
    if second is not None:
        columns["u_second_crew"] = patients.u_crew_video
    if plan.organisation.sends_by_condition:
        columns["condition"] = conditions(patients, condition_shares(plan.region, patients))
    return columns


def _home_nursing_columns(plan: Plan, patients: Patients) -> CareColumns:
    """Return how long home nursing stays after each alarm, where it is people on duty."""
    nursing = plan.organisation.home_nursing
    if nursing is None:
        return {}
    is_alarm, u = patients.line == LINE_ALARM, patients.u_e_consultation_time
    help_s = optional_duration_s(is_alarm, nursing.alarm_visit_min, u)
    if nursing.falls is not None:
        falls = is_alarm & (patients.u_e_sent_on < nursing.falls.share.value)
        help_s[falls] = optional_duration_s(falls, nursing.falls.visit_min, u)[falls]
    return {"home_help_s": help_s}


def _durations_by_unit(plan: Plan, patients: Patients) -> CareByUnit:
    """Return durations that depend on which support, responders or beds it is.

    Worked out for those alone whom their shares let have it in the gravest urgency that they take.
    """
    organisation = plan.organisation
    everyone = np.ones(len(patients), dtype=np.bool_)
    return {
        "support_s": tuple(
            read_by_row(
                optional_duration_s(
                    patients.u_support < max(support.sent.as_tuple()),
                    support.reaction_min,
                    patients.u_support_time,
                )
            )
            for support in organisation.supports.values()
        ),
        "responder_s": tuple(
            read_by_row(
                optional_duration_s(
                    (patients.u_responder < responder.available.value)
                    & (patients.u_support < responder.share_of_red),
                    responder.reaction_min,
                    patients.u_responder_time,
                )
            )
            for responder in organisation.first_responders.values()
        ),
        "comes_in_s": _doctors_come_in_s(organisation, patients.u_doctor_comes_in),
        "team_reaction_s": tuple(
            read_by_row(
                optional_duration_s(
                    everyone, doctor.acute_team.reaction_min, patients.u_doctor_reaction
                )
            )
            if doctor.acute_team is not None
            else []
            for doctor in organisation.doctors.values()
        ),
        "training_talk_s": tuple(
            read_by_row(
                optional_duration_s(
                    everyone, doctor.back_up.training.talk_min, patients.u_doctor_reaction
                )
            )
            if doctor.back_up is not None and doctor.back_up.training is not None
            else []
            for doctor in organisation.doctors.values()
        ),
        "acute_stay_s": tuple(
            read_by_row(
                optional_duration_s(
                    patients.u_acute_bed < _largest_share(bed.takes, bed.by_ambulance),
                    bed.stay_h,
                    patients.u_acute_bed_stay,
                    HOUR_S,
                )
            )
            for bed in organisation.acute_beds.values()
        ),
        "escort_reaction_s": tuple(
            read_by_row(
                optional_duration_s(everyone, escort.reaction_min, patients.u_doctor_reaction)
            )
            for escort in organisation.escorts.values()
        ),
    }


def _largest_share(*shares: ByUrgencyShare | None) -> float:
    """Return the largest share of any urgency; those that are not given are nought."""
    return max(share for each in shares if each is not None for share in each.as_tuple())


def _doctors_come_in_s(organisation: Organisation, u: Floats) -> tuple[Sequence[float], ...]:
    """Return how long the doctors of each team take to come in from home; nothing for the others.

    Teams whose doctors live as far away share a column.
    """
    known: dict[object, Sequence[float]] = {}
    columns: list[Sequence[float]] = []
    for doctor in organisation.doctors.values():
        if doctor.home_duty is None:
            columns.append([])
            continue
        minutes = doctor.home_duty.comes_in_min
        key = (minutes.constant, minutes.shape())
        if key not in known:
            known[key] = read_by_row(to_ticks(minutes.quantile(u) * MINUTE_S))
        columns.append(known[key])
    return tuple(columns)


def _durations_by_room(plan: Plan, patients: Patients) -> CareByRoom:
    """Return how long operators of each control room need to answer, and to ring back."""
    everyone = np.ones(len(patients), dtype=np.bool_)
    pick_up_s, ring_back_s, reached, connect_s = [], [], [], []
    for room in plan.organisation.control_rooms.values():
        u = patients.u_pick_up_113 if room.number == "113" else patients.u_pick_up
        back = room.rings_back
        pick_up_s.append(_room_durations(everyone, room.pick_up_s, u))
        interpreter = room.interpreting
        connects = None if interpreter is None else interpreter.connect_s
        connect_s.append(_room_durations(everyone, connects, patients.u_dial))
        dial_s = back.dial_s if back is not None else None
        ring_back_s.append(_room_durations(everyone, dial_s, patients.u_dial))
        reached.append(
            [] if back is None else read_by_row(patients.u_reached >= back.not_reached.value)
        )
    return {
        "pick_up_s": tuple(pick_up_s),
        "connect_s": tuple(connect_s),
        "ring_back_s": tuple(ring_back_s),
        "rung_back": tuple(reached),
    }


def _room_durations(everyone: Flags, duration: Duration | None, u: Floats) -> Sequence[float]:
    """Return seconds of each patient; nothing where a room does not have it."""
    return [] if duration is None else read_by_row(optional_duration_s(everyone, duration, u, 1.0))


def read_by_row(column: NDArray[Any]) -> Any:
    """Return a column as pathways read it, row by row: plain numbers either way.

    Times and flags are read where they stand, at 1 to 8 bytes a patient and nothing for copying;
    codes, which are read most, as a list.
    """
    return column.data if column.dtype in (np.float64, np.bool_) else column.tolist()


def optional_duration_s(
    applies: Flags, duration: Duration, u: Floats, unit_s: float = MINUTE_S
) -> Floats:
    """Return how long something takes in whole ticks, at least one; 0 where it is not asked for."""
    seconds = np.full(len(applies), OFF)
    duration_s = to_ticks(duration.quantile(u[applies]) * unit_s)
    seconds[applies] = np.maximum(duration_s, 1 / TICKS_PER_S)
    return seconds


def _room_columns(
    plan: Plan, patients: Patients, room: NDArray[np.intp], way: Codes
) -> CareColumns:
    """Return columns of what a 116117 room may do: ring callers back, let a doctor review."""
    columns: CareColumns = {}
    for index, config in enumerate(plan.organisation.control_rooms.values()):
        in_room = room == index
        of_room: dict[str, Floats | Flags] = {}
        callback, doctor = config.callback, config.doctor
        if callback is not None:
            is_public = in_room & (patients.line == LINE_116117)
            dial = (callback.dial_s, patients.u_dial, 1.0)
            of_room["callback"] = is_public & (patients.u_callback < callback.share.value)
            of_room["dial_s"] = optional_duration_s(is_public, *dial)
            of_room["reached"] = patients.u_reached >= callback.not_reached.value
        if doctor is not None:
            reviews, settles = np.array(doctor.reviews.as_tuple()), doctor.settles.as_tuple()
            sent = in_room & ((way == CLINIC) | (way == HOME_VISIT))
            is_reviewed = sent & (patients.u_reviewed < reviews[patients.urgency])
            review = (doctor.review_min, patients.u_review_time)
            of_room["review_s"] = optional_duration_s(is_reviewed, *review)
            of_room["settled"] = patients.u_settled < np.array(settles)[patients.urgency]
        for name, column in of_room.items():
            columns[name] = np.where(in_room, column, columns.get(name, np.zeros_like(column)))
    return columns


def _doctor_on_video(plan: Plan, patients: Patients, way: Codes) -> CareColumns:
    """Return how long a doctor is on video with a nursing home or a crew, and who then stays."""
    video = plan.organisation.doctor_video
    columns: CareColumns = {}
    if video.from_nursing_home is not None:
        sent = (patients.line == LINE_HEALTH) & ((way == CLINIC) | (way == HOME_VISIT))
        u = (patients.u_nursing_home_video, patients.u_nursing_home_video_time)
        columns["nursing_home_video_s"] = _video_durations(video.from_nursing_home, sent, *u)
        spared = video.from_nursing_home.spared.value
        columns["stays_in_nursing_home"] = patients.u_stays_in_nursing_home < spared
    if video.from_ambulance is not None:
        anyone = patients.place >= 0
        u = (patients.u_crew_video, patients.u_crew_video_time)
        columns["crew_video_s"] = _video_durations(video.from_ambulance, anyone, *u)
        columns["stays_home"] = patients.u_stays_home < video.from_ambulance.spared.value
    return columns


def _video_durations(video: VideoToDoctor, eligible: Flags, u: Floats, u_time: Floats) -> Floats:
    """Return seconds on video of those eligible who get it; 0 for the others."""
    return optional_duration_s(eligible & (u < video.share.value), video.talk_min, u_time)


def _columns_of_113(plan: Plan, patients: Patients) -> CareColumns:
    """Return how long a doctor joins a call to 113, and how long alerting others takes."""
    extra, urgency = plan.organisation.emergency_calls, patients.urgency
    ours = patients.place >= 0
    columns: CareColumns = {}
    if extra.doctor_conference is not None:
        conference = extra.doctor_conference
        share, spared = (np.array(e.as_tuple()) for e in (conference.share, conference.spared))
        applies = ours & (patients.u_doctor_conference < share[urgency])
        time = (conference.talk_s, patients.u_doctor_conference_time, 1.0)
        columns["doctor_conference_s"] = optional_duration_s(applies, *time)
        columns["spared"] = patients.u_spared < spared[urgency]
    if extra.triple_alert is not None:
        share = np.array(extra.triple_alert.share.as_tuple())
        applies = patients.u_triple_alert < share[urgency]
        time = (extra.triple_alert.extra_s, patients.u_triple_alert_time, 1.0)
        columns["triple_alert_s"] = optional_duration_s(applies, *time)
    return columns


def _clinic_columns(plan: Plan, patients: Patients) -> CareColumns:
    """Return how long triage, tests and observation take, and of whom a back-up is asked."""
    care, columns = plan.organisation.clinic_care, CareColumns()
    everyone = np.ones(len(patients), dtype=np.bool_)
    if any(team.back_up and team.back_up.training for team in plan.organisation.doctors.values()):
        columns["u_asks_back_up"] = patients.u_doctor_alerted
        columns["u_back_up_comes"] = patients.u_doctor_goes
    if care.door_triage is not None:
        time = (care.door_triage.triage_min, patients.u_door_triage_time)
        columns["door_triage_s"] = optional_duration_s(everyone, *time)
    if care.tests is not None:
        tested = patients.u_tested < np.array(care.tests.share.as_tuple())[patients.urgency]
        columns["tests_s"] = optional_duration_s(tested, care.tests.wait_min, patients.u_tests_time)
        columns["result_s"] = optional_duration_s(
            tested, care.tests.result_min, patients.u_result_time
        )
    if care.observation is not None:
        share = np.array(care.observation.share.as_tuple())
        observed = patients.u_observed < share[patients.urgency]
        time = (care.observation.stay_min, patients.u_observation_time)
        columns["observation_s"] = optional_duration_s(observed, *time)
        time = (care.observation.result_min, patients.u_result_time)
        columns["observed_result_s"] = optional_duration_s(observed, *time)
    return columns


def _beginnings(plan: Plan, patients: Patients, instead: Codes) -> Codes:
    """Return the line that each rings, unless the contact begins on screen or at the door.

    Nobody drives unasked to a door that is too far away.
    """
    begins = patients.line
    for code, begin in BEGINNING_INSTEAD.items():
        if begin != ON_THE_LINE:
            begins = np.where(instead == code, np.int8(begin), begins)
    ours = patients.place >= 0
    public = ours & (patients.line == LINE_116117) & patients.is_contact
    walk_ins, screen = plan.organisation.walk_ins, plan.organisation.e_consultation
    if walk_ins is not None:
        walks = public & (instead == CAME) & (patients.u_walk_in < walk_ins.share.value)
        begins = np.where(walks, np.int8(WALKS_IN), begins)
    if screen is not None:
        takes = public & (patients.urgency == GREEN) & _e_consultation_open(plan, patients)
        chosen = takes & (patients.u_e_consultation < screen.share.value)
        begins = np.where(chosen, np.int8(CONSULTS_ON_SCREEN), begins)
    return begins


def _e_consultation_open(plan: Plan, patients: Patients) -> Flags:
    """Return who falls ill while e-consultations are open."""
    screen, calendar = plan.organisation.e_consultation, plan.region.calendar.calendar()
    assert screen is not None
    is_open = np.zeros(len(patients), dtype=np.bool_)
    for period in screen.open.values():
        for start, end in unroll(period, calendar, plan.days):
            first, last = np.searchsorted(patients.time_s, (start, end))
            is_open[first:last] = True
    return is_open
