"""The patients of a run as one organisation meets them: what the pathways look up by row.

Uniforms become seconds and ways onward column by column before the loop starts; the loop then reads
them by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain import triage_and_care_seeking
from akuttsim.chain.optional_care import (
    GOES_WITHOUT,
    OptionalCare,
    optional_care_columns,
    read_by_row,
)
from akuttsim.chain.run_plan import Plan, local_distance_km
from akuttsim.chain.triage_and_care_seeking import (
    SecondContact,
    instead_of_coming,
    second_contacts,
    until_morning_s,
    within_model,
    worse_at_s,
    worsens_after_s,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.patients.alarms_and_transports import alarm_ways
from akuttsim.records import (
    AMBULANCE,
    LINE_113,
    LINE_HEALTH,
    RED,
    SAME_INCIDENT,
    WAITED_TILL_MORNING,
    WORSE_LATER,
    Codes,
    Flags,
    Floats,
    Patients,
    code_names,
)
from akuttsim.units import MINUTE_S, to_ticks

GIVES_UP, RINGS_AGAIN, RINGS_113 = 0, 1, 2
"""What a caller does after hanging up on 116117."""


class Conveyed(IntEnum):
    """Where an ambulance leaves its patient; a key of the region's `conveyed`."""

    HOME = 0
    LEGEVAKT = 1
    HOSPITAL = 2


HOME = Conveyed.HOME.value
LEGEVAKT = Conveyed.LEGEVAKT.value
HOSPITAL = Conveyed.HOSPITAL.value


@dataclass(frozen=True, slots=True)
class PatientView:
    """Columns of the patients, looked up by row; every duration in seconds.

    Durations that are called as in `Patients` are as drawn there, but for `talk_s`, `talk_113_s`
    and `interview_113_s`, which are longer where operators answer several numbers. `judged`,
    `judged_113`, `way`, `way_113`, `instead`, `worsens_s` and `worsens_113_s` are written anew for
    who asks again, and `worse_at_s` for who has got worse.

    Attributes:
        present: Rows of those who ask for help.
        never_ask: Rows of those who never do, care being far away.
        optional: What this organisation has switched on, for each patient.
        menu_counts: What a second of a recorded message counts against patience.
        instead: What each does instead of coming, an `Instead`.
        until_morning_s: How long it is until those ring who wait till the morning.
        worsens_s: After how long those get worse whom 116117 sends home; 0 for never.
        worsens_113_s: The same of those whom 113 sends home.
        worse_at_s: When each gets worse who waits for care till then, in seconds of the run; inf
            for never.
        corrected_on_scene: Whether a crew finds out that a patient judged lower is red.
        second_contact: How those are met who ask again; None where nobody gets worse.
        time_s: When the contact begins, in seconds of the run.
        line: The number that is rung.
        place: Index of the place where help is needed; -1 for a neighbour district's.
        outside: Position of the neighbour district; -1 for the region's own.
        municipality: Index of the municipality; -1 for a neighbour district's.
        priority: Place in the queue at 116117: 0 for who goes first, else 1.
        judged: Urgency as judged at 116117; `judged_113` at 113.
        way: Where the call leads from 116117, a `Triage`; `way_113` from 113, a `Triage113`.
        alarm_way: What becomes of a safety alarm, an `AlarmWay`.
        alarm_talk_s: Talk of an alarm's user with the response centre.
        alarm_handover_s: What passing the alarm on takes.
        home_nursing_s: Until home nursing has come.
        video: Whether the call is on video; `video_moved` how that changed the urgency.
        talk_s: Until the nurse sends the caller on, or has recognised red.
        rest_of_talk_s: What is left of her talk then.
        after_call_s: Her notes after the call.
        conference_s: Both rooms and the caller together.
        talk_113_s: The whole talk with an operator at 113.
        interview_113_s: Until the operator knows enough for a mission.
        dispatch_s: A dispatcher's work with the mission.
        patience_s: A list for each attempt to ring 116117.
        patience_113_s: How long a caller waits at 113.
        after_hanging_up: What the caller does then: gives up, rings again, rings 113.
        again_after_s: From hanging up until ringing again.
        preparation_s: From being asked to come until setting out.
        nurse_s: With a clinic's nurse.
        consultation_s: With the doctor at a clinic.
        doctor_phone_s: The doctor's call back.
        home_visit_s: With the doctor at home, drives not counted.
        satellite_nurse_s: With a satellite's nurse.
        satellite_video_s: With the doctor on video there.
        satellite_doctor: Whether a satellite's nurse needs the doctor on video.
        sent_on: Whether the satellite sends the patient on to a clinic with a doctor.
        admitted: Whether the clinic admits the patient; `by_ambulance` whether with one.
        station_s: How long a crew at its station mobilises; at night `night_extra_s` longer, and
            on home duty `home_extra_s`.
        on_scene_s: A crew's time with the patient before it drives.
        conveyed: Where an ambulance leaves the patient, a `Conveyed`.
        hospital_handover_s: A crew's hand-over at hospital; `legevakt_handover_s` at a clinic.
        doctor_alerted: Whether the doctor is alerted to the incident; `doctor_goes` whether the
            doctor goes, where that hangs on nothing else.
        doctor_on_scene_s: A doctor's, or satellite nurse's, time with the patient on a call-out.
        transport_to: The place a planned transport goes to; -1 out of the region for `away_s`,
            which of a long journey is the drive beyond the region, one way.
        birth_after_s: From when a woman in labour is to leave until the child is born.
        language: 0 for a caller whom every operator understands, else one more than the position of
            the language among the region's.
        escort_after_s: Until the police are there to ride along; 0 where nobody must.
        local_km: Kilometres by road from the place to the patient's door.
    """

    present: list[int]
    never_ask: list[int]
    optional: OptionalCare
    menu_counts: float
    instead: list[int]
    until_morning_s: Sequence[float]
    worsens_s: list[float]
    worsens_113_s: list[float]
    worse_at_s: list[float]
    corrected_on_scene: Sequence[bool]
    second_contact: SecondContact | None
    time_s: Sequence[float]
    line: list[int]
    place: list[int]
    outside: list[int]
    municipality: list[int]
    priority: list[int]
    judged: list[int]
    judged_113: list[int]
    way: list[int]
    way_113: list[int]
    video: Sequence[bool]
    video_moved: list[int]
    alarm_way: list[int]
    alarm_talk_s: Sequence[float]
    alarm_handover_s: Sequence[float]
    home_nursing_s: Sequence[float]
    talk_s: Sequence[float]
    rest_of_talk_s: Sequence[float]
    after_call_s: Sequence[float]
    conference_s: Sequence[float]
    talk_113_s: Sequence[float]
    interview_113_s: Sequence[float]
    dispatch_s: Sequence[float]
    patience_s: tuple[Sequence[float], ...]
    after_hanging_up: tuple[list[int], ...]
    patience_113_s: Sequence[float]
    again_after_s: Sequence[float]
    preparation_s: Sequence[float]
    nurse_s: Sequence[float]
    consultation_s: Sequence[float]
    doctor_phone_s: Sequence[float]
    home_visit_s: Sequence[float]
    satellite_nurse_s: Sequence[float]
    satellite_video_s: Sequence[float]
    satellite_doctor: Sequence[bool]
    sent_on: Sequence[bool]
    admitted: Sequence[bool]
    by_ambulance: Sequence[bool]
    station_s: Sequence[float]
    night_extra_s: Sequence[float]
    home_extra_s: Sequence[float]
    on_scene_s: Sequence[float]
    conveyed: list[int]
    hospital_handover_s: Sequence[float]
    legevakt_handover_s: Sequence[float]
    doctor_alerted: Sequence[bool]
    doctor_goes: Sequence[bool]
    doctor_on_scene_s: Sequence[float]
    transport_to: list[int]
    away_s: Sequence[float]
    birth_after_s: Sequence[float]
    escort_after_s: Sequence[float]
    language: list[int]
    local_km: Sequence[float]


AS_DRAWN = (
    "time_s",
    "line",
    "place",
    "outside",
    "alarm_talk_s",
    "alarm_handover_s",
    "home_nursing_s",
    "after_call_s",
    "conference_s",
    "dispatch_s",
    "patience_113_s",
    "again_after_s",
    "preparation_s",
    "nurse_s",
    "consultation_s",
    "doctor_phone_s",
    "home_visit_s",
    "satellite_nurse_s",
    "satellite_video_s",
    "on_scene_s",
    "hospital_handover_s",
    "legevakt_handover_s",
    "doctor_on_scene_s",
    "transport_to",
    "away_s",
    "birth_after_s",
    "escort_after_s",
    "language",
)
"""Columns of a view that are those of `Patients` themselves."""

_WRITTEN_ANEW = ("worsens_s", "worsens_113_s", "worse_at_s")
"""Times that are written anew for who asks again, or has got worse."""


def view_patients(plan: Plan, patients: Patients) -> PatientView:
    """Return the patients as this organisation will meet them.

    Every patient's way is looked up here before the run begins: which room answers first, what is
    judged and where that leads, who comes at all, and how long each step takes. The run then draws
    nothing.

    Args:
        plan: Region and organisation, unrolled.
        patients: The patients as drawn, the same for every organisation.
    """
    region, organisation = plan.region, plan.organisation
    municipality = plan.municipalities(patients)
    room = _first_rooms(plan, patients, municipality, "116117")
    columns = {name: getattr(patients, name) for name in AS_DRAWN}
    columns |= _phone_columns(plan, patients, room)
    room_113 = _first_rooms(plan, patients, municipality, "113")
    factor_113 = _talk_factors(plan)[room_113]
    columns |= {
        name: to_ticks(getattr(patients, name) * factor_113)
        for name in ("talk_113_s", "interview_113_s")
    }
    columns |= _clinic_shares(region, patients)
    columns |= _mobilisation_columns(region, organisation, patients)
    columns["local_km"] = local_distance_km(plan, patients)
    instead = instead_of_coming(plan, patients, columns["judged"], columns["way"])
    columns |= _sent_home_columns(plan, patients, columns, instead)
    chosen = optional_care_columns(plan, patients, room, columns["way"], instead)
    is_served = within_model(plan, patients, municipality)
    stays = np.array(chosen.begins, dtype=np.int8) == GOES_WITHOUT
    lists = {
        name: column.tolist() if name in _WRITTEN_ANEW else read_by_row(column)
        for name, column in columns.items()
    }
    menu_counts = region.patience.menu_counts
    return PatientView(
        present=np.flatnonzero(is_served & ~stays).tolist(),
        never_ask=np.flatnonzero(is_served & stays).tolist(),
        optional=chosen,
        second_contact=second_contacts(region, patients),
        menu_counts=0.0 if menu_counts is None else menu_counts.value,
        municipality=municipality.tolist(),
        patience_s=tuple(getattr(patients, f"patience_{n}_s").data for n in (1, 2, 3)),
        after_hanging_up=_after_hanging_up(region, patients),
        **lists,
    )


ViewColumns = dict[str, Floats | Codes | Flags]


def _first_rooms(
    plan: Plan, patients: Patients, municipality: NDArray[np.intp], number: str
) -> NDArray[np.intp]:
    """Return the room that answers a number for each patient when first ringing; -1 for none."""
    own = plan.answering[number].first_at(patients.time_s, municipality)
    outside = np.array([*plan.outside[number], -1])[patients.outside]
    return np.where(patients.outside >= 0, outside, own)


def _phone_columns(plan: Plan, patients: Patients, room: NDArray[np.intp]) -> ViewColumns:
    """Return what is judged on the phone, where it leads, and how long the talks take."""
    misjudged, alarms = plan.region.misjudged, plan.region.demand.safety_alarms
    video, extra_s = _video_calls(plan, patients, room)
    by_voice = triage_and_care_seeking.judged_by_voice(patients, misjudged)
    judged = np.where(video, patients.urgency, by_voice)
    judged_113 = triage_and_care_seeking.judged_113(patients, misjudged)
    way_113 = triage_and_care_seeking.ways_from_113(plan.region, patients, judged_113)
    way = triage_and_care_seeking.ways_from_116117(plan.region, patients, judged)
    factor = _talk_factors(plan)[room]
    talk_s = _lengthened(patients.talk_s, factor) + extra_s
    until_sent_s = talk_s.copy()
    is_red = (judged == RED) & (way == AMBULANCE)
    until_sent_s[is_red] = _red_recognition_s(
        plan.region, patients.u_recognise_red[is_red], talk_s[is_red], factor[is_red]
    )
    rooms = plan.organisation.control_rooms.values()
    health_first = np.array([config.health_line == "first" for config in rooms] + [True])[room]
    goes_first = patients.urgent_button | ((patients.line == LINE_HEALTH) & health_first)
    return {
        "priority": np.where(goes_first, 0, 1).astype(np.int8),
        "video": video,
        "video_moved": np.where(video, np.sign(judged - by_voice), 0).astype(np.int8),
        "judged": judged,
        "judged_113": judged_113,
        "way": way,
        "way_113": np.where(patients.same_incident, np.int8(SAME_INCIDENT), way_113),
        "alarm_way": (
            np.zeros(len(patients), dtype=np.int8)
            if alarms is None
            else alarm_ways(alarms.needs, patients.u_alarm)
        ),
        "talk_s": until_sent_s,
        "rest_of_talk_s": talk_s - until_sent_s,
    }


def _talk_factors(plan: Plan) -> Floats:
    """Return how many times as long talks take in each control room; last, where there is none."""
    trained = [room.cross_training for room in plan.organisation.control_rooms.values()]
    return np.array(
        [*(1.0 if training is None else training.talk_factor.value for training in trained), 1.0]
    )


def _lengthened(seconds: Floats, factor: Floats) -> Floats:
    """Return so many times as long, in whole ticks; what is not longer stays as it is."""
    return np.where(factor == 1.0, seconds, to_ticks(seconds * factor))


def _red_recognition_s(region: Region, u: Floats, talk_s: Floats, factor: Floats) -> Floats:
    """Return how long each nurse would talk before recognising red, at most the whole talk."""
    recognise = region.care.recognise_red_s
    if recognise is None:
        return talk_s
    recognition_s = to_ticks(recognise.quantile(u))
    return np.minimum(_lengthened(recognition_s, factor), talk_s)


def _sent_home_columns(
    plan: Plan, patients: Patients, columns: ViewColumns, instead: Codes
) -> ViewColumns:
    """Return what those do whom distance keeps away, and when those get worse who are sent home."""
    region = plan.region
    too_low = columns["judged"] > patients.urgency
    too_low_113 = columns["judged_113"] > patients.urgency
    no_one = np.zeros(len(patients), dtype=np.bool_)
    waits = (instead == WAITED_TILL_MORNING).any()
    worsening = region.worsening
    corrected = 0.0 if worsening is None else worsening.corrected_on_scene.value
    worsens_s = worsens_after_s(region, patients, too_low, instead == WORSE_LATER)
    worsens_113_s = worsens_after_s(region, patients, too_low_113, no_one)
    rings_113 = patients.line == LINE_113
    too_low_first = np.where(rings_113, too_low_113, too_low)
    worsens_first_s = np.where(rings_113, worsens_113_s, worsens_s)
    return {
        "instead": instead,
        "until_morning_s": until_morning_s(plan, patients) if waits else np.zeros(len(patients)),
        "worsens_s": worsens_s,
        "worsens_113_s": worsens_113_s,
        "worse_at_s": worse_at_s(region, patients, too_low_first, worsens_first_s),
        "corrected_on_scene": (patients.urgency == RED) & (patients.u_recognised < corrected),
    }


def _video_calls(plan: Plan, patients: Patients, room: NDArray[np.intp]) -> tuple[Flags, Floats]:
    """Return which calls are on video by the room they reach, and the time that video adds."""
    rooms = [
        config.video if config.number == "116117" else None
        for config in plan.organisation.control_rooms.values()
    ]
    share = np.array([0.0 if rule is None else rule.share.value for rule in rooms] + [0.0])[room]
    video = triage_and_care_seeking.calls_by_video(patients, share)
    extra_s = np.zeros(len(patients))
    for index, rule in enumerate(rooms):
        if rule is not None:
            rows = video & (room == index)
            extra_min = rule.extra_min.quantile(patients.u_video_time[rows])
            extra_s[rows] = to_ticks(extra_min * MINUTE_S)
    return video, extra_s


def _after_hanging_up(region: Region, patients: Patients) -> tuple[list[int], ...]:
    """Return what each caller does after each attempt; after the last nobody rings again."""
    rings_113 = np.array(region.patience.rings_113.as_tuple())[patients.urgency]
    again = np.array(region.patience.rings_again.as_tuple())[patients.urgency]
    steps = []
    for u, share in (
        (patients.u_again_1, again),
        (patients.u_again_2, again),
        (patients.u_again_3, again * 0),
    ):
        step = np.where(u < rings_113, RINGS_113, np.where(u < rings_113 + share, RINGS_AGAIN, 0))
        steps.append(step.tolist())
    return tuple(steps)


def _clinic_shares(region: Region, patients: Patients) -> ViewColumns:
    """Return whom a satellite sends on, and whom a clinic admits."""
    care, urgency = region.care, patients.urgency
    return {
        "satellite_doctor": patients.u_satellite_doctor < care.satellite_doctor_share.value,
        "sent_on": patients.u_sent_on < care.satellite_sent_on.value,
        "admitted": patients.u_admitted < np.array(care.admitted.as_tuple())[urgency],
        "by_ambulance": patients.u_by_ambulance
        < np.array(care.admitted_by_ambulance.as_tuple())[urgency],
    }


def _mobilisation_columns(
    region: Region, organisation: Organisation, patients: Patients
) -> ViewColumns:
    """Return how long crews mobilise, where they leave patients, whether a doctor goes."""
    mobilisation, u = organisation.mobilisation, patients.u_mobilisation
    conveyed = [getattr(region.care.conveyed, urgency) for urgency in URGENCIES]
    *nearer, _ = code_names(Conveyed)
    limits = np.cumsum([[getattr(shares, name) for name in nearer] for shares in conveyed], axis=1)
    below = patients.u_conveyed[:, np.newaxis] < limits[patients.urgency]
    to = np.select(list(below.T), list(range(len(nearer))), len(nearer))
    return {
        "station_s": to_ticks(mobilisation.station_s.quantile(u, patients.urgency)),
        "night_extra_s": to_ticks(mobilisation.night_extra_s.quantile(u)),
        "home_extra_s": to_ticks(mobilisation.home_extra_s.quantile(u)),
        "conveyed": to,
        "doctor_alerted": patients.u_doctor_alerted < organisation.call_outs.alerted.value,
        "doctor_goes": patients.u_doctor_goes < organisation.call_outs.goes.value,
    }
