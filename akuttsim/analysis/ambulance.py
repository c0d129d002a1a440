"""Indicators of the ambulance: response times by the official rule, and what the crews do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.groupings import by_municipality, by_urgency
from akuttsim.analysis.observed import (
    Grouping,
    Mask,
    Observed,
    Row,
    median,
    p90,
    rates,
    rows,
    share,
)
from akuttsim.records import (
    BUSY,
    LINE_TRANSPORT,
    LINE_VICTIM,
    NOT_ALERTED,
    RED,
    WENT_OUT,
    Floats,
)
from akuttsim.units import MINUTE_S


def ambulance_within_12_min(seen: Observed) -> Iterator[Row]:
    """Share of red incidents in dense municipalities (tettbygd) reached within 12 minutes.

    Numerator: red incidents with the first ambulance at the scene at most 12 min after the call
    began to ring at 113 (or 116117 brought 113 in). Denominator: all red incidents with both times,
    in municipalities with any part of a tettsted above 10,000 inhabitants. Car ambulances, those of
    neighbours included; urgency as judged by the control room and unchanged; an incident with
    several victims counts once, by its first. Unit: share of 1.
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted.
    """
    yield from _within(seen, "ambulance_within_12_min", 12.0, dense=True)


def ambulance_within_25_min(seen: Observed) -> Iterator[Row]:
    """Share of red incidents in sparse municipalities (grisgrendt) reached within 25 minutes.

    As `ambulance_within_12_min`, for municipalities without any tettsted above 10,000 inhabitants.
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted.
    """
    yield from _within(seen, "ambulance_within_25_min", 25.0, dense=False)


def ambulance_response_median_min(seen: Observed) -> Iterator[Row]:
    """Median response time of red incidents: from 113 being notified to ambulance at the scene.

    Whom it counts: as the official response time, dense and sparse together. Unit: minutes.
    """
    mask = _red_incidents(seen)
    groups = [by_municipality(seen, mask)]
    minutes = _response_min(seen)[mask]
    yield from rows("ambulance_response_median_min", "min", minutes, median, groups)


def ambulance_response_p90_min(seen: Observed) -> Iterator[Row]:
    """Response time that nine in ten red incidents stay below, as the median beside it. Minutes."""
    mask = _red_incidents(seen)
    minutes = _response_min(seen)[mask]
    groups = [by_municipality(seen, mask)]
    yield from rows("ambulance_response_p90_min", "min", minutes, p90, groups)


def ambulance_response_parts_min(seen: Observed) -> Iterator[Row]:
    """Mean minutes of a red response by part.

    Call and alarm, waiting for a crew, mobilisation, driving; they sum to the mean response time.
    """
    courses, mask = seen.record.courses, _red_incidents(seen)
    dispatched_s = courses.requested_s + seen.patients.dispatch_s
    parts = {
        "call": np.minimum(dispatched_s, courses.alerted_s) - courses.notified_s,
        "waiting": courses.alerted_s - np.minimum(dispatched_s, courses.alerted_s),
        "mobilisation": courses.rolling_s - courses.alerted_s,
        "driving": courses.on_scene_s - courses.rolling_s,
    }
    for name, seconds in parts.items():
        value = share(seconds[mask] / MINUTE_S)
        n = int(mask.sum())
        yield Row("ambulance_response_parts_min", "part", name, value, "min", n)


def missions_a_week(seen: Observed) -> Iterator[Row]:
    """Patients whom an ambulance was sent to in a mean week, by urgency and by crew.

    Planned transports are left out: they have a number of their own.
    """
    courses = seen.record.courses
    mask = seen.measured & (courses.crew >= 0) & (seen.patients.line != LINE_TRANSPORT)
    crews = Grouping("crew", courses.crew[mask], tuple(seen.organisation.ambulances))
    groups = [crews, by_urgency(seen, mask)]
    yield from rates("missions_a_week", seen.per_week, int(mask.sum()), groups)


def doctor_went_out(seen: Observed) -> Iterator[Row]:
    """Share of red incidents with the doctor alerted in which the doctor went out (utrykning)."""
    answer = seen.record.courses.doctor_call_out
    alerted = seen.measured & (answer != NOT_ALERTED)
    went = (answer[alerted] == WENT_OUT).astype(np.float64)
    yield from rows("doctor_went_out", "share", went, share, [by_municipality(seen, alerted)])


def doctor_was_busy(seen: Observed) -> Iterator[Row]:
    """Share of red incidents where a doctor willing to go out was busy with another patient."""
    answer = seen.record.courses.doctor_call_out
    willing = seen.measured & ((answer == WENT_OUT) | (answer == BUSY))
    busy = (answer[willing] == BUSY).astype(np.float64)
    yield from rows("doctor_was_busy", "share", busy, share, [])


def _within(seen: Observed, indicator: str, minutes: float, dense: bool) -> Iterator[Row]:
    is_dense = np.array([each.is_dense for each in seen.region.municipalities.values()])
    mask = _red_incidents(seen) & (is_dense[seen.municipality] == dense)
    in_time = (_response_min(seen)[mask] <= minutes).astype(np.float64)
    yield from rows(indicator, "share", in_time, share, [by_municipality(seen, mask)])


def _red_incidents(seen: Observed) -> Mask:
    """Return measured red incidents of the region that have both time stamps, each once."""
    courses = seen.record.courses
    has_times = ~np.isnan(courses.notified_s) & ~np.isnan(courses.on_scene_s)
    is_first = (courses.judged == RED) & (seen.patients.line != LINE_VICTIM)
    red: Mask = seen.measured & has_times & is_first & (seen.municipality >= 0)
    return red


def _response_min(seen: Observed) -> Floats:
    courses = seen.record.courses
    minutes: Floats = (courses.on_scene_s - courses.notified_s) / MINUTE_S
    return minutes
