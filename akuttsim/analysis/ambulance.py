"""Indicators of the ambulance: response times by the official rule, and what the crews do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.groupings import by_goal, by_municipality, by_urgency, dense_places
from akuttsim.analysis.observations import Observations, Parts
from akuttsim.analysis.observed import (
    Grouping,
    Mask,
    Observed,
    Row,
    mean,
    median,
    p90,
    rates,
    share,
)
from akuttsim.records import LINE_TRANSPORT, LINE_VICTIM, RED, Floats
from akuttsim.units import MINUTE_S


def ambulance_within_12_min(seen: Observed) -> Observations:
    """Share of red incidents in dense areas (tettbygd) reached within 12 minutes.

    Numerator: red incidents with the first ambulance at the scene at most 12 min after 113 was
    notified: the call began to ring at 113, or 116117 or a response centre began to ring 113 (the
    last time, where 113 had passed the caller on before). Denominator: all red incidents with both
    times, in dense areas: where the place of the incident lies in a tettsted above 10,000
    inhabitants or, where the region follows the rule before 2021, in municipalities with any part
    of one. Red is as judged by the control room, whatever turns out to be the
    matter; nobody changes it on the way in this model, so that none is left out for that. Car
    ambulances only, those of neighbours included: a
    helicopter, boat, single responder, first responder or doctor who is there before does not stop
    the clock. Left out: incidents that no ambulance came to, yellow and green ones, and fetching
    admitted patients at a clinic. An incident with several victims counts once, by its first. Unit:
    share of 1. By municipality.
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted.
    """
    return _within(seen, "ambulance_within_12_min", 12.0, dense=True)


def ambulance_within_25_min(seen: Observed) -> Observations:
    """Share of red incidents in sparse areas (grisgrendt) reached within 25 minutes.

    Numerator: red incidents with the first ambulance at the scene at most 25 min after 113 was
    notified. Denominator: all red incidents with both times that do not lie in a dense area. Which
    areas are dense, clock, urgency, ambulances, and who is left out: as in
    `ambulance_within_12_min`. Unit: share of 1. By municipality.
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted.
    """
    return _within(seen, "ambulance_within_25_min", 25.0, dense=False)


def ambulance_response_median_min(seen: Observed) -> Observations:
    """Median response time of red incidents: from 113 being notified to ambulance at the scene.

    Whom it counts: red incidents as in the official response time (`ambulance_within_12_min`, which
    says who is left out and when the clock starts), dense and sparse areas together. Unit: minutes.
    By municipality, with the worst and best of them and the gap between these two; by goal area
    (dense or sparse, as that indicator says) and by the goal of the municipality (that of the rule
    before 2021, by its largest tettsted).
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted: median
    for each municipality beside the share.
    """
    mask = red_incidents(seen)
    groups = [by_municipality(seen, mask), *by_goal(seen, mask)]
    minutes = response_min(seen)[mask]
    who = np.flatnonzero(mask)
    name = "ambulance_response_median_min"
    return Observations(name, "min", minutes, median, groups, who, has_gap=True)


def ambulance_response_p90_min(seen: Observed) -> Observations:
    """Response time that nine in ten red incidents stay below.

    Whom it counts: red incidents as in the official response time (`ambulance_within_12_min`, which
    says who is left out and when the clock starts), dense and sparse areas together. Unit: minutes.
    By municipality, by goal area (dense or sparse, as that indicator says) and by the goal of the
    municipality (that of the rule before 2021, by its largest tettsted).
    Source: Helsedirektoratet/NPR 2013: 90-percentile of the response time.
    """
    mask = red_incidents(seen)
    minutes = response_min(seen)[mask]
    groups = [by_municipality(seen, mask), *by_goal(seen, mask)]
    who = np.flatnonzero(mask)
    return Observations("ambulance_response_p90_min", "min", minutes, p90, groups, who)


def ambulance_response_parts_min(seen: Observed) -> Parts:
    """Mean minutes of each part of a red response; together they are the mean response time.

    What it counts: call and alarm (113 notified until a dispatcher has found a crew to send),
    waiting for a crew (from then until the crew that came was alerted), mobilisation (until it
    rolls), and driving (until it is at the scene). Whom it counts: red incidents as in the official
    response time (`ambulance_within_12_min`, which says who is left out). Unit: minutes. By part.
    Source: akuttsim's own definition.
    """
    courses, mask = seen.record.courses, red_incidents(seen)
    dispatched_s = courses.requested_s + seen.patients.dispatch_s
    parts = {
        "call": np.minimum(dispatched_s, courses.alerted_s) - courses.notified_s,
        "waiting": courses.alerted_s - np.minimum(dispatched_s, courses.alerted_s),
        "mobilisation": courses.rolling_s - courses.alerted_s,
        "driving": courses.on_scene_s - courses.rolling_s,
    }
    who = np.flatnonzero(mask)
    return Parts(
        tuple(
            Observations(
                "ambulance_response_parts_min", "min", seconds[mask] / MINUTE_S, mean, [], who,
                part=("part", name),
            )
            for name, seconds in parts.items()
        )
    )  # fmt: skip


def missions_a_week(seen: Observed) -> Iterator[Row]:
    """Patients whom an ambulance was sent to in a mean week.

    Whom it counts: patients of the region, each once, also where the ambulance turned back. Left
    out: planned transports, which have a number of their own, and fetching admitted patients at a
    clinic. Unit: patients a week. By urgency and by crew.
    Source: akuttsim's own definition.
    """
    courses = seen.record.courses
    mask = seen.measured & (courses.crew >= 0) & (seen.patients.line != LINE_TRANSPORT)
    crews = Grouping("crew", courses.crew[mask], tuple(seen.organisation.ambulances))
    groups = [crews, by_urgency(seen, mask)]
    yield from rates("missions_a_week", seen.per_week, int(mask.sum()), groups)


def _within(seen: Observed, indicator: str, minutes: float, dense: bool) -> Observations:
    mask = red_incidents(seen) & (dense_places(seen)[seen.patients.place] == dense)
    in_time = (response_min(seen)[mask] <= minutes).astype(np.float64)
    groups, who = [by_municipality(seen, mask)], np.flatnonzero(mask)
    return Observations(indicator, "share", in_time, share, groups, who)


def red_incidents(seen: Observed) -> Mask:
    """Return measured red incidents of the region that have both time stamps, each once."""
    courses = seen.record.courses
    has_times = ~np.isnan(courses.notified_s) & ~np.isnan(courses.on_scene_s)
    is_first = (courses.judged == RED) & (seen.patients.line != LINE_VICTIM)
    red: Mask = seen.measured & has_times & is_first & (seen.municipality >= 0)
    return red


def response_min(seen: Observed) -> Floats:
    """Return minutes from 113 being notified to the first ambulance at the scene; NaN without."""
    courses = seen.record.courses
    minutes: Floats = (courses.on_scene_s - courses.notified_s) / MINUTE_S
    return minutes
