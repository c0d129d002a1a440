"""Indicators of the ambulance: official response times, waits for a crew, transports."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.indicators.declaration import (
    ObservationParts,
    Observations,
    by_goal,
    by_municipality,
    by_time_of_day,
    by_urgency,
    dense_places,
    indicator,
)
from akuttsim.indicators.measured_run import (
    Grouping,
    GroupValue,
    Mask,
    MeasuredRun,
    Statistic,
    is_one_of,
    mean,
    median,
    p90,
    rate_rows,
    share,
)
from akuttsim.records import (
    GREEN,
    LINE_TRANSPORT,
    LINE_VICTIM,
    ORDERED_JOURNEYS,
    RED,
    STAND_BY,
    TO_ASSIST,
    YELLOW,
    Floats,
)
from akuttsim.units import HOUR_S, MINUTE_S


@indicator(
    unit="share",
    better="higher",
    by=("all", "municipality", "time_of_day"),
    listed={"ambulance": 10},
)
def ambulance_within_12_min(run: MeasuredRun) -> Observations:
    """Share of red incidents in dense areas (tettbygd) reached within 12 minutes.

    Numerator: red incidents with the first ambulance at the scene at most 12 min after 113 was
    notified: the call began to ring at 113, or 116117 or a response centre began to ring 113 (the
    last time, where 113 had passed the caller on before). Denominator: all red incidents with both
    times, in dense areas: where the place of the incident lies in a tettsted above 10,000
    inhabitants or, where the region follows the rule before 2021, in municipalities with any part
    of one. Red is as judged by the control room, whatever turns out to be the matter; nobody
    changes it on the way in this model, so that none is left out for that. Car ambulances only,
    those of neighbours included: a helicopter, boat, single responder, first responder or doctor
    who is there before does not stop the clock. Left out: incidents that no ambulance came to,
    yellow and green ones, and fetching admitted patients at a clinic. An incident with several
    victims counts once, by its first. Unit: share of 1. By municipality and time of day (day
    8-15:30, evening 15:30-23, night 23-8).
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted.
    """
    return _response_within(run, 12.0, dense=True)


@indicator(
    unit="share",
    better="higher",
    by=("all", "municipality", "time_of_day"),
    listed={"ambulance": 20},
)
def ambulance_within_25_min(run: MeasuredRun) -> Observations:
    """Share of red incidents in sparse areas (grisgrendt) reached within 25 minutes.

    Numerator: red incidents with the first ambulance at the scene at most 25 min after 113 was
    notified. Denominator: all red incidents with both times that do not lie in a dense area. Which
    areas are dense, clock, urgency, ambulances, and who is left out: as in
    `ambulance_within_12_min`. Unit: share of 1. By municipality and time of day.
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted.
    """
    return _response_within(run, 25.0, dense=False)


def _response_within(run: MeasuredRun, minutes: float, dense: bool) -> Observations:
    """Return which red incidents in dense (or sparse) areas were reached in so many minutes."""
    mask = measured_red_incidents(run) & (dense_places(run)[run.patients.place] == dense)
    in_time = (ambulance_response_min(run)[mask] <= minutes).astype(np.float64)
    groups = [by_municipality(run, mask), by_time_of_day(run, run.patients.time_s[mask])]
    who = np.flatnonzero(mask)
    return Observations(in_time, share, groups, who)


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "goal_area", "municipality_goal", "time_of_day", "gap"),
    listed={"ambulance": 30},
)
def ambulance_response_median_min(run: MeasuredRun) -> Observations:
    """Median response time of red incidents: from 113 being notified to ambulance at the scene.

    Whom it counts: red incidents as in the official response time (`ambulance_within_12_min`, which
    says who is left out and when the clock starts), dense and sparse areas together. Unit: minutes.
    By municipality, with the worst and best of them and the gap between these two; by goal area
    (dense or sparse, as that indicator says) and by the goal of the municipality (that of the rule
    before 2021, by its largest tettsted); by time of day.
    Source: Helsedirektoratet, Responstid fra AMK varsles til ambulanse er på hendelsessted: median
    for each municipality beside the share.
    """
    mask = measured_red_incidents(run)
    groups = [by_municipality(run, mask), *by_goal(run, mask)]
    groups.append(by_time_of_day(run, run.patients.time_s[mask]))
    minutes = ambulance_response_min(run)[mask]
    who = np.flatnonzero(mask)
    return Observations(minutes, median, groups, who)


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "goal_area", "municipality_goal", "time_of_day"),
    listed={"ambulance": 40},
)
def ambulance_response_p90_min(run: MeasuredRun) -> Observations:
    """Response time that nine in ten red incidents stay below.

    Whom it counts: red incidents as in the official response time (`ambulance_within_12_min`, which
    says who is left out and when the clock starts), dense and sparse areas together. Unit: minutes.
    By municipality, by goal area (dense or sparse, as that indicator says) and by the goal of the
    municipality (that of the rule before 2021, by its largest tettsted); by time of day.
    Source: Helsedirektoratet/NPR 2013: 90-percentile of the response time.
    """
    mask = measured_red_incidents(run)
    minutes = ambulance_response_min(run)[mask]
    groups = [by_municipality(run, mask), *by_goal(run, mask)]
    groups.append(by_time_of_day(run, run.patients.time_s[mask]))
    who = np.flatnonzero(mask)
    return Observations(minutes, p90, groups, who)


def ambulance_response_min(run: MeasuredRun) -> Floats:
    """Return minutes from 113 being notified to the first ambulance at the scene; NaN without."""
    courses = run.record.courses
    minutes: Floats = (courses.on_scene_s - courses.notified_s) / MINUTE_S
    return minutes


@indicator(unit="min", better="lower", by=("part",))
def ambulance_response_parts_min(run: MeasuredRun) -> ObservationParts:
    """Mean minutes of each part of a red response; together they are the mean response time.

    What it counts: call and alarm (113 notified until a dispatcher has found a crew to send),
    waiting for a crew (from then until the crew that came was alerted), mobilisation (until it
    rolls), and driving (until it is at the scene). Whom it counts: red incidents as in the official
    response time (`ambulance_within_12_min`, which says who is left out). Unit: minutes. By part.
    Source: akuttsim's own definition.
    """
    courses, mask = run.record.courses, measured_red_incidents(run)
    dispatched_s = courses.requested_s + run.patients.dispatch_s
    parts = {
        "call": np.minimum(dispatched_s, courses.alerted_s) - courses.notified_s,
        "waiting": courses.alerted_s - np.minimum(dispatched_s, courses.alerted_s),
        "mobilisation": courses.rolling_s - courses.alerted_s,
        "driving": courses.on_scene_s - courses.rolling_s,
    }
    who = np.flatnonzero(mask)
    return ObservationParts(
        tuple(
            Observations(seconds[mask] / MINUTE_S, mean, [], who, part=("part", name))
            for name, seconds in parts.items()
        )
    )  # fmt: skip


def measured_red_incidents(run: MeasuredRun) -> Mask:
    """Return measured red incidents of the region that have both time stamps, each once."""
    courses = run.record.courses
    has_times = ~np.isnan(courses.notified_s) & ~np.isnan(courses.on_scene_s)
    is_first = (courses.judged == RED) & (run.patients.line != LINE_VICTIM)
    red: Mask = run.measured & has_times & is_first & (run.municipality >= 0)
    return red


@indicator(unit="min", better="lower", by=("all", "urgency", "crew"))
def alerted_wait_min(run: MeasuredRun) -> Observations:
    """Mean minutes from 113 asks for an ambulance until the crew that comes is alerted.

    What it holds: the dispatcher's work, waiting for a free crew or for one that cover can spare,
    and what was lost where the first crew was sent to somebody graver. Whom it counts: patients of
    the region with both times, planned transports left out. Unit: minutes. By urgency, and by
    whether a crew on its way was taken over.
    Source: akuttsim's own definition.
    """
    return _wait_for_crew(run, mean)


@indicator(unit="min", better="lower", by=("all", "urgency", "crew"))
def alerted_wait_p90_min(run: MeasuredRun) -> Observations:
    """Minutes from 113 asks for an ambulance until it is alerted that nine in ten stay below.

    Whom it counts: patients of `alerted_wait_min`, which says what the wait holds and who is left
    out. Unit: minutes. By urgency, and by whether a crew on its way was taken over.
    Source: akuttsim's own definition.
    """
    return _wait_for_crew(run, p90)


def _wait_for_crew(run: MeasuredRun, statistic: Statistic) -> Observations:
    courses = run.record.courses
    waited_s: Floats = courses.alerted_s - courses.requested_s
    is_ordered = is_one_of(run.patients.line, ORDERED_JOURNEYS)
    mask = run.residents & ~is_ordered & ~np.isnan(waited_s)
    lost_crew = (courses.taken_over[mask] > 0).astype(np.intp)
    groups = [by_urgency(run, mask), Grouping("crew", lost_crew, ("kept", "taken over"))]
    minutes, who = waited_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(minutes, statistic, groups, who)


@indicator(unit="per week", better="neither", by=("all", "urgency", "municipality"))
def taken_over_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Yellow and green patients whose crew was sent to a red one on its way, in a mean week.

    Whom it counts: patients of the region, each once, however often; what it cost them is in
    `alerted_wait_min`. Left out: patients fetched at a clinic, and planned transports. Unit:
    patients a week. By urgency and municipality.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    less_urgent = (courses.judged == YELLOW) | (courses.judged == GREEN)
    mask = run.residents & less_urgent & (courses.taken_over > 0)
    groups = [by_urgency(run, mask), by_municipality(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="per week", better="neither", by=("all", "municipality"))
def met_halfway_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients whom a crew from the hospital's side met on the way and took over, in a mean week.

    Whom it counts: patients of the region handed over between two crews on the road. Left out:
    patients fetched at a clinic, and planned transports, which nobody comes to meet. Unit: patients
    a week. By municipality of the patient.
    Source: akuttsim's own definition.
    """
    mask = run.residents & run.record.courses.met_halfway
    groups = [by_municipality(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="per week", better="neither", by=("all", "came"))
def second_crews_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a second ambulance was on its way to a patient who had one, in a mean week.

    What it counts: crews that rolled in the measured span, by the rule of a second crew. Left out:
    those called off before they rolled, and patients for whom no second crew was free near enough.
    Unit: times a week. By what became of it: stood at the patient, or came too late or was turned.
    Source: akuttsim's own definition.
    """
    trips = run.record.trips
    mask = run.measured_trips & (trips.kind == TO_ASSIST)
    late = (~trips.completed[mask]).astype(np.intp)
    groups = [Grouping("came", late, ("at the patient", "too late"))]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="share", better="neither", by=("all", "municipality"))
def red_with_skilled_crew(run: MeasuredRun) -> Observations:
    """Share of red patients to whom a crew with the skill that a second is sent for has come.

    Numerator: those at whom a crew with the skill (paramedic or nurse) of `dispatch.second_crew`
    stood, the first or a second. Denominator: red patients, as judged, at whom an ambulance stood.
    Left out: those no ambulance came to; whether the skill was needed. Where no skill is asked for
    it rests on nobody. Unit: share of 1. By municipality.
    Source: akuttsim's own definition.
    """
    courses, trips, second = (
        run.record.courses,
        run.record.trips,
        run.organisation.dispatch.second_crew,
    )
    skill = None if second is None else second.skill
    crews = run.organisation.ambulances
    names = {name for name, crew in crews.items() if skill in crew.skills}
    able = np.array([*(name in names for name in crews), False])
    units = [index for index, unit in enumerate(run.record.units) if unit.name in names]
    helped = np.isin(trips.unit, units) & (trips.kind == TO_ASSIST) & trips.completed
    came = able[courses.crew]
    came[trips.patient[helped]] = True
    mask = run.residents & (courses.judged == RED) & ~np.isnan(courses.on_scene_s)
    mask &= skill is not None
    groups = [by_municipality(run, mask)]
    return Observations(came[mask].astype(np.float64), share, groups, np.flatnonzero(mask))


@indicator(unit="per week", better="neither", by=("all", "crew", "urgency"))
def missions_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients whom an ambulance was sent to in a mean week.

    Whom it counts: patients of the region, each once, also where the ambulance turned back. Left
    out: planned transports and long journeys, which have numbers of their own, and fetching
    admitted patients at a clinic. Unit: patients a week. By urgency and by crew.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    mask = run.measured & (courses.crew >= 0) & ~is_one_of(run.patients.line, ORDERED_JOURNEYS)
    crews = Grouping("crew", courses.crew[mask], tuple(run.organisation.ambulances))
    groups = [crews, by_urgency(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="per week", better="neither", by=("all", "crew", "destination"))
def transports_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Planned patient transports ordered in a mean week.

    What it counts: transports ordered for a time in the measured span. Left out of the groups by
    vehicle: those that none had come to when the run ended. Unit: transports a week. By the vehicle
    that went, and by whether they end in the region or out of it.
    Source: akuttsim's own definition.
    """
    mask = _is_planned_transport(run)
    out = (run.patients.transport_to[mask] < 0).astype(np.intp)
    groups = [
        Grouping("crew", run.record.courses.crew[mask], tuple(run.organisation.ambulances)),
        Grouping("destination", out, ("in the region", "out of the region")),
    ]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="min", better="lower", by=("all", "municipality"))
def transport_wait_min(run: MeasuredRun) -> Observations:
    """Mean minutes from the time that a planned transport is ordered for until a vehicle is there.

    Whom it counts: those whom a vehicle has come to. Left out: those still waiting when the run
    ended. Unit: minutes. By municipality.
    Source: akuttsim's own definition.
    """
    waited_s: Floats = run.record.courses.on_scene_s - run.patients.time_s
    mask = _is_planned_transport(run) & ~np.isnan(waited_s)
    groups = [by_municipality(run, mask)]
    minutes, who = waited_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(minutes, mean, groups, who)


def _is_planned_transport(run: MeasuredRun) -> Mask:
    """Return which of the patients who are counted are planned transports."""
    planned: Mask = run.present & (run.patients.line == LINE_TRANSPORT)
    return planned


@indicator(unit="h per week", better="neither", by=("all", "crew"))
def stand_by_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week that crews spend on the way to stand-by posts, where free crews wait (move-up).

    What it counts: such drives within the measured span; waiting at the post is readiness and is
    not logged. Left out: the way home. Unit: hours a week. By crew.
    Source: akuttsim's own definition.
    """
    did, units = run.record.activities, run.record.units
    mask = did.kind == STAND_BY
    span = run.record.measured
    spent_s = np.clip(did.end_s[mask], *span) - np.clip(did.start_s[mask], *span)
    unit_h = np.bincount(did.unit[mask], weights=spent_s / HOUR_S, minlength=len(units))
    unit_n = np.bincount(did.unit[mask], minlength=len(units))
    index = {unit.name: number for number, unit in enumerate(units)}
    mine = [index[name] for name in run.organisation.ambulances]
    names = [("all", "all"), *(("crew", name) for name in run.organisation.ambulances)]
    hours, counts = unit_h[mine].tolist(), unit_n[mine].tolist()
    every = zip(names, [sum(hours), *hours], [sum(counts), *counts], strict=True)
    for name, value, n in every:
        yield GroupValue(*name, value / run.weeks, n)
