"""How long everything takes for each patient, in seconds and whole ticks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from akuttsim.config.schema.region import Region
from akuttsim.records import LINE_113, LINE_ALARM, LINE_HEALTH, Codes, Flags, Floats
from akuttsim.units import MINUTE_S, to_ticks

UniformOf = Callable[[str], Floats]
DurationColumns = dict[str, Floats]


def patient_durations(
    region: Region, urgency: Codes, line: Codes, is_contact: Flags, uniform: UniformOf
) -> DurationColumns:
    """Return each duration column of `Patients`, in whole ticks.

    Args:
        region: The region's durations and patience.
        urgency: True urgency of each person.
        line: The number that each rings.
        is_contact: Who rings about an illness; others ask for information.
        uniform: Returns the people's uniforms by the name of a quantity.
    """
    columns = {
        **_phone_durations(region, urgency, is_contact, uniform),
        **_patience_durations(region, urgency, line, uniform),
        **_clinic_durations(region, uniform),
        **_road_durations(region, urgency, uniform),
    }
    return {name: to_ticks(seconds) for name, seconds in columns.items()}


def _phone_durations(
    region: Region, urgency: Codes, is_contact: Flags, uniform: UniformOf
) -> DurationColumns:
    """Return what talking takes: at 116117, in conference, and at 113."""
    care, u_talk = region.care, uniform("talk")
    talk = np.where(is_contact, care.talk_s.quantile(u_talk), care.other_call_s.quantile(u_talk))
    return {
        "talk_s": talk,
        "after_call_s": care.after_call_s.quantile(uniform("after_call")),
        "conference_s": care.conference_s.quantile(uniform("conference")),
        "talk_113_s": care.talk_113_s.quantile(uniform("talk_113")),
        "interview_113_s": care.interview_113_s.quantile(uniform("interview_113"), urgency),
        "dispatch_s": care.dispatch_s.quantile(uniform("dispatch")),
    }


def _patience_durations(
    region: Region, urgency: Codes, line: Codes, uniform: UniformOf
) -> DurationColumns:
    """Return how long each would wait at each attempt; some hang up within seconds.

    A safety alarm's is that of the response centre's operator, who waits as a colleague and stays.
    """
    patience = region.patience
    is_colleague = (line == LINE_HEALTH) | (line == LINE_ALARM)
    may_leave_soon = (line != LINE_113) & (line != LINE_ALARM)
    by_urgency = (patience.red_min, patience.yellow_min, patience.green_min)

    def attempt(name: str) -> Floats:
        u = uniform(name)
        public = np.choose(urgency, [channel.quantile(u) for channel in by_urgency])
        health = patience.health_line_min.quantile(u)
        minutes = np.where(is_colleague, health, public)
        soon = (uniform(f"{name}.soon") < patience.soon_share.value) & may_leave_soon
        return np.where(soon, patience.soon_s.quantile(u), minutes * MINUTE_S)

    return {
        "patience_1_s": attempt("patience_1"),
        "patience_2_s": attempt("patience_2"),
        "patience_3_s": attempt("patience_3"),
        "patience_113_s": patience.line_113_min.quantile(uniform("patience_113")) * MINUTE_S,
        "again_after_s": patience.again_after_min.quantile(uniform("again_after")) * MINUTE_S,
    }


def _clinic_durations(region: Region, uniform: UniformOf) -> DurationColumns:
    """Return what care takes, and setting out: with a taxi for who has no car."""
    care = region.care
    taxi = np.where(
        uniform("without_car") < care.without_car.value,
        care.taxi_wait_min.quantile(uniform("taxi_wait")),
        0.0,
    )
    minutes = {
        "preparation_s": care.preparation_min.quantile(uniform("preparation")) + taxi,
        "nurse_s": care.nurse_min.quantile(uniform("nurse")),
        "consultation_s": care.consultation_min.quantile(uniform("consultation")),
        "doctor_phone_s": care.doctor_phone_min.quantile(uniform("doctor_phone")),
        "home_visit_s": care.home_visit_min.quantile(uniform("home_visit")),
        "satellite_nurse_s": care.satellite_nurse_min.quantile(uniform("satellite_nurse")),
        "satellite_video_s": care.satellite_video_min.quantile(uniform("satellite_video")),
    }
    return {name: column * MINUTE_S for name, column in minutes.items()}


def _road_durations(region: Region, urgency: Codes, uniform: UniformOf) -> DurationColumns:
    """Return what crews take at the patient, at the hospital and at the legevakt."""
    care = region.care
    minutes = {
        "on_scene_s": care.on_scene_min.quantile(uniform("on_scene"), urgency),
        "hospital_handover_s": care.hospital_handover_min.quantile(uniform("hospital_handover")),
        "legevakt_handover_s": care.legevakt_handover_min.quantile(uniform("legevakt_handover")),
        "doctor_on_scene_s": care.doctor_on_scene_min.quantile(uniform("doctor_on_scene")),
    }
    return {name: column * MINUTE_S for name, column in minutes.items()}
