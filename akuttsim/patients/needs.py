"""What a contact leads to, how need falls with distance, and how long everything takes.

The published rates hold at a reference distance, where some who would come with a clinic next door
ring and get advice instead. So more people need a consultation than the published rate says, and
fewer need no more than advice; distance then decides who comes. Durations are in seconds, in whole
ticks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.care_needs import Needs, Needs113ByUrgency, NeedsByUrgency
from akuttsim.config.schema.region import DistanceDecay, Region
from akuttsim.config.schema.values import URGENCIES, Duration
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CLINIC,
    DOCTOR_PHONE,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    OUTCOMES,
    RED,
    YELLOW,
    Codes,
    Flags,
    Floats,
    Triage,
    Triage113,
)
from akuttsim.units import MINUTE_S, to_ticks

WAYS_BY_NEED: dict[str, Triage] = {way.name.lower(): way for way in Triage}
"""Where a contact leads, by the key of `care.needs`, gravest first."""

WAYS_BY_NEED_113: dict[str, Triage113] = {
    way.name.lower(): way for way in Triage113 if way is not Triage113.SAME_INCIDENT
}
"""Where a call to 113 leads, by the key of `care.needs_113`, gravest first."""


def ways_of_contacts(needs: NeedsByUrgency, urgency: Codes, u_need: Floats) -> Codes:
    """Return where contacts of an urgency lead. Red goes to 113, unless the needs say otherwise.

    A uniform above 1 is of somebody to whom no ambulance was sent, as a log tells: then red goes to
    the clinic.
    """
    green, yellow = _way_by_shares(needs.green, u_need), _way_by_shares(needs.yellow, u_need)
    if needs.red is None:
        red = np.where(u_need > 1, CLINIC, AMBULANCE).astype(np.int8)
    else:
        red = _way_by_shares(needs.red, u_need)
    return np.select([urgency == RED, urgency == YELLOW], [red, yellow], green)


def ways_of_113_calls(needs: Needs113ByUrgency, urgency: Codes, u_need_113: Floats) -> Codes:
    """Return where calls to 113 of an urgency lead: an ambulance, 116117 or advice."""
    *graver, lightest = WAYS_BY_NEED_113
    by_urgency = (getattr(needs, name) for name in URGENCIES)
    shares = np.array([[getattr(level, name) for name in graver] for level in by_urgency])
    limits: Floats = np.cumsum(shares, axis=1)[urgency]
    leads = [u_need_113 < limits[:, column] for column in range(len(graver))]
    codes = [WAYS_BY_NEED_113[name] for name in graver]
    return np.select(leads, codes, WAYS_BY_NEED_113[lightest]).astype(np.int8)


def _way_by_shares(needs: Needs, u: Floats) -> Codes:
    """Return the way by comparing each uniform with the cumulated shares.

    The gravest way takes the lowest uniforms, so that a call judged graver gets no lighter care.
    """
    *graver, _ = WAYS_BY_NEED
    limits = np.cumsum([getattr(needs, name) for name in graver])
    ways = np.array(list(WAYS_BY_NEED.values()), dtype=np.int8)
    return ways[np.searchsorted(limits, u, side="right")]


def highest_factor(decay: DistanceDecay) -> float:
    """Return the factor on contacts at the steepest of the rates: so many candidates are drawn."""
    rates = (decay.consultation_per_km, decay.home_visit_per_km, decay.red_per_km)
    return math.exp(max(rate.value for rate in rates) * decay.reference_km.value)


def falls_ill(region: Region, people: Mapping[str, NDArray[Any]]) -> Flags:
    """Return which candidates fall ill: everybody but some contacts of the region with 116117.

    Of these so many are kept, by `u_present`, that with every clinic at the reference distance use
    is as published: consultations, home visits, red, advice and the doctor's phone.
    """
    decay = region.demand.distance_decay
    if decay is None:
        return np.ones(len(people["time_s"]), dtype=np.bool_)
    factor = need_factors(region, decay, people["urgency"], people["u_need"])
    is_present: Flags = people["u_present"] * highest_factor(decay) < factor
    return is_present | ~seeks_care(people["place"], people["line"], people["is_contact"])


def seeks_care(place: NDArray[Any], line: Codes, is_contact: Flags) -> Flags:
    """Return the region's contacts with 116117: those whom distance may keep away."""
    asks: Flags = (place >= 0) & is_contact & np.isin(line, (LINE_116117, LINE_HEALTH))
    return asks


def need_factors(region: Region, decay: DistanceDecay, urgency: Codes, u_need: Floats) -> Floats:
    """Return how many there are of what each contact truly needs, over the published rate."""
    needs = region.care.needs
    table = np.ones((3, len(OUTCOMES)))
    table[RED] = _door_factor(decay.red_per_km.value, decay)
    for code, level_needs in ((YELLOW, needs.yellow), (GREEN, needs.green)):
        table[code, CLINIC] = _door_factor(decay.consultation_per_km.value, decay)
        table[code, HOME_VISIT] = _door_factor(decay.home_visit_per_km.value, decay)
        table[code, ADVICE], table[code, DOCTOR_PHONE] = _phone_factors(level_needs, decay)
    factors: Floats = table[urgency, ways_of_contacts(needs, urgency, u_need)]
    return factors


def _door_factor(per_km: float, decay: DistanceDecay) -> float:
    """Return how many more there would be with care next door than at the reference distance."""
    return math.exp(per_km * decay.reference_km.value)


def _phone_factors(needs: Needs, decay: DistanceDecay) -> tuple[float, float]:
    """Return how many need advice, or the doctor's phone, over how many get it as published.

    The others who get it at the reference distance are those who would come if care were near.
    """
    not_come = sum(
        share * (_door_factor(rate.value, decay) - 1)
        for share, rate in (
            (needs.clinic, decay.consultation_per_km),
            (needs.home_visit, decay.home_visit_per_km),
        )
    )
    instead = decay.instead
    on_phone = 0.0 if instead is None else instead.doctor_phone.value
    advised = 1.0 if instead is None else 1.0 - on_phone - instead.without.value
    return (
        _share_remaining(needs.advice, advised * not_come),
        _share_remaining(needs.doctor_phone, on_phone * not_come),
    )


def _share_remaining(published: float, used: float) -> float:
    """Return the share of what is published that remains when some of it is used elsewhere."""
    return max(0.0, 1 - used / published) if published else 1.0


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
    return {
        "talk_s": _quantile_of_either(is_contact, (care.talk_s, care.other_call_s), u_talk),
        "after_call_s": care.after_call_s.quantile(uniform("after_call")),
        "conference_s": care.conference_s.quantile(uniform("conference")),
        "talk_113_s": care.talk_113_s.quantile(uniform("talk_113")),
        "interview_113_s": care.interview_113_s.quantile(uniform("interview_113"), urgency),
        "dispatch_s": care.dispatch_s.quantile(uniform("dispatch")),
    }


def _quantile_of_either(first: Flags, durations: tuple[Duration, Duration], u: Floats) -> Floats:
    """Return each row's value, of the first duration where that is asked for, else of the second.

    Args:
        first: Which rows are of the first duration.
        durations: The two, in the same unit.
        u: Uniforms, one a row.
    """
    values = np.empty(len(u))
    for rows, duration in zip((first, ~first), durations, strict=True):
        values[rows] = duration.quantile(u[rows])
    return values


def _patience_durations(
    region: Region, urgency: Codes, line: Codes, uniform: UniformOf
) -> DurationColumns:
    """Return how long each would wait at each attempt; some hang up within seconds.

    A safety alarm's is that of the response centre's operator, who waits as a colleague and stays.
    """
    patience = region.patience
    is_colleague = (line == LINE_HEALTH) | (line == LINE_ALARM)
    may_leave_soon = (line != LINE_113) & (line != LINE_ALARM)
    by_group = (patience.red_min, patience.yellow_min, patience.green_min, patience.health_line_min)
    group = np.where(is_colleague, len(URGENCIES), urgency)

    def attempt(name: str) -> Floats:
        u = uniform(name)
        soon = (uniform(f"{name}.soon") < patience.soon_share.value) & may_leave_soon
        seconds = np.empty(len(u))
        seconds[soon] = patience.soon_s.quantile(u[soon])
        for code, duration in enumerate(by_group):
            rows = (group == code) & ~soon
            seconds[rows] = duration.quantile(u[rows]) * MINUTE_S
        return seconds

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
    rides = uniform("without_car") < care.without_car.value
    taxi = np.zeros(len(rides))
    taxi[rides] = care.taxi_wait_min.quantile(uniform("taxi_wait")[rides])
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
