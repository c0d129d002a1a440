"""Indicators of the crews: the wait for one, planned transports, and what dispatch rules do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.groupings import by_municipality, by_urgency
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import Grouping, Mask, Observed, Row, Statistic, mean, p90, rates
from akuttsim.records import GREEN, LINE_TRANSPORT, STAND_BY, YELLOW, Floats
from akuttsim.units import HOUR_S, MINUTE_S


def alerted_wait_min(seen: Observed) -> Observations:
    """Mean minutes from 113 asks for an ambulance until the crew that comes is alerted.

    What it holds: the dispatcher's work, waiting for a free crew or for one that cover can spare,
    and what was lost where the first crew was sent to somebody graver. Whom it counts: patients of
    the region with both times, planned transports left out. Unit: minutes. By urgency, and by
    whether a crew on its way was taken over.
    Source: akuttsim's own definition.
    """
    return _alerted_wait(seen, "alerted_wait_min", mean)


def alerted_wait_p90_min(seen: Observed) -> Observations:
    """Minutes from 113 asks for an ambulance until it is alerted that nine in ten stay below.

    Whom it counts: patients of `alerted_wait_min`, which says what the wait holds and who is left
    out. Unit: minutes. By urgency, and by whether a crew on its way was taken over.
    Source: akuttsim's own definition.
    """
    return _alerted_wait(seen, "alerted_wait_p90_min", p90)


def taken_over_a_week(seen: Observed) -> Iterator[Row]:
    """Yellow and green patients whose crew was sent to a red one on its way, in a mean week.

    Whom it counts: patients of the region, each once, however often; what it cost them is in
    `alerted_wait_min`. Left out: patients fetched at a clinic, and planned transports. Unit:
    patients a week. By urgency and municipality.
    Source: akuttsim's own definition.
    """
    courses = seen.record.courses
    less_urgent = (courses.judged == YELLOW) | (courses.judged == GREEN)
    mask = seen.residents & less_urgent & (courses.taken_over > 0)
    groups = [by_urgency(seen, mask), by_municipality(seen, mask)]
    yield from rates("taken_over_a_week", seen.per_week, int(mask.sum()), groups)


def met_halfway_a_week(seen: Observed) -> Iterator[Row]:
    """Patients whom a crew from the hospital's side met on the way and took over, in a mean week.

    Whom it counts: patients of the region handed over between two crews on the road. Left out:
    patients fetched at a clinic, and planned transports, which nobody comes to meet. Unit: patients
    a week. By municipality of the patient.
    Source: akuttsim's own definition.
    """
    mask = seen.residents & seen.record.courses.met_halfway
    groups = [by_municipality(seen, mask)]
    yield from rates("met_halfway_a_week", seen.per_week, int(mask.sum()), groups)


def transports_a_week(seen: Observed) -> Iterator[Row]:
    """Planned patient transports ordered in a mean week.

    What it counts: transports ordered for a time in the measured span. Left out of the groups by
    vehicle: those that none had come to when the run ended. Unit: transports a week. By the vehicle
    that went, and by whether they end in the region or out of it.
    Source: akuttsim's own definition.
    """
    mask = _planned(seen)
    out = (seen.patients.transport_to[mask] < 0).astype(np.intp)
    groups = [
        Grouping("crew", seen.record.courses.crew[mask], tuple(seen.organisation.ambulances)),
        Grouping("destination", out, ("in the region", "out of the region")),
    ]
    yield from rates("transports_a_week", seen.per_week, int(mask.sum()), groups)


def transport_wait_min(seen: Observed) -> Observations:
    """Mean minutes from the time that a planned transport is ordered for until a vehicle is there.

    Whom it counts: those whom a vehicle has come to. Left out: those still waiting when the run
    ended. Unit: minutes. By municipality.
    Source: akuttsim's own definition.
    """
    waited_s: Floats = seen.record.courses.on_scene_s - seen.patients.time_s
    mask = _planned(seen) & ~np.isnan(waited_s)
    groups = [by_municipality(seen, mask)]
    minutes, who = waited_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations("transport_wait_min", "min", minutes, mean, groups, who)


def stand_by_h_a_week(seen: Observed) -> Iterator[Row]:
    """Hours a week that crews spend on the way to stand-by posts, where free crews wait (move-up).

    What it counts: such drives within the measured span; waiting at the post is readiness and is
    not logged. Left out: the way home. Unit: hours a week. By crew.
    Source: akuttsim's own definition.
    """
    did, units = seen.record.activities, seen.record.units
    mask = did.kind == STAND_BY
    span = seen.record.measured
    spent_s = np.clip(did.end_s[mask], *span) - np.clip(did.start_s[mask], *span)
    unit_h = np.bincount(did.unit[mask], weights=spent_s / HOUR_S, minlength=len(units))
    unit_n = np.bincount(did.unit[mask], minlength=len(units))
    index = {unit.name: number for number, unit in enumerate(units)}
    mine = [index[name] for name in seen.organisation.ambulances]
    names = [("all", "all"), *(("crew", name) for name in seen.organisation.ambulances)]
    hours, counts = unit_h[mine].tolist(), unit_n[mine].tolist()
    every = zip(names, [sum(hours), *hours], [sum(counts), *counts], strict=True)
    for name, value, n in every:
        yield Row("stand_by_h_a_week", *name, value / seen.weeks, "h per week", n)


def _alerted_wait(seen: Observed, indicator: str, statistic: Statistic) -> Observations:
    courses = seen.record.courses
    waited_s: Floats = courses.alerted_s - courses.requested_s
    is_planned = seen.patients.line == LINE_TRANSPORT
    mask = seen.residents & ~is_planned & ~np.isnan(waited_s)
    taken_over = (courses.taken_over[mask] > 0).astype(np.intp)
    groups = [by_urgency(seen, mask), Grouping("crew", taken_over, ("kept", "taken over"))]
    minutes, who = waited_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(indicator, "min", minutes, statistic, groups, who)


def _planned(seen: Observed) -> Mask:
    planned: Mask = seen.present & (seen.patients.line == LINE_TRANSPORT)
    return planned
