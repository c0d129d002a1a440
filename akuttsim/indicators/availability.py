"""Indicators of availability: who is free through the week, and hours without cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.clinic import Clinic, has_doctor
from akuttsim.config.schema.region import municipality_populations
from akuttsim.indicators.ambulance import ambulance_response_min, measured_red_incidents
from akuttsim.indicators.calls import answer_waits_s
from akuttsim.indicators.declaration import ObservationParts, Observations, indicator
from akuttsim.indicators.measured_run import (
    HOURS,
    NO_SPANS,
    NOT_AT_WORK,
    WEEKDAYS,
    GroupValue,
    MeasuredRun,
    Spans,
    is_one_of,
    opening_span_rows,
    seconds_before,
    share,
    total_seconds,
    uncovered_spans,
)
from akuttsim.records import JOURNEY, RED, TRANSPORT, Activities, Floats
from akuttsim.units import HOUR_S, MINUTE_S, WEEK_S

COVER_MIN = 25.0

DOCTOR_MIN = 40.0

CURVE_WAITS_S = (0, 5, 10, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 420, 600, 900)

CURVE_RESPONSES_MIN = (4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 28, 32, 36, 40, 45, 50, 60, 75, 90)
"""Times at which the curves are told; those of the official goals are among them."""

HOURS_OF_WEEK_NAMES = tuple(f"{day} {hour}" for day in WEEKDAYS for hour in HOURS)


@indicator(unit="share", better="higher", by=("within_s",))
def answered_116117_curve(run: MeasuredRun) -> ObservationParts:
    """Share of 116117 calls answered within each of some times.

    Numerator: calls answered at most so many seconds after they began to ring at an operator.
    Denominator: as in `answered_116117_within_120_s`, which says who is left out; at 120 s the two
    are the same. Unit: share of 1. By seconds.
    Source: akuttsim's own definition.
    """
    mask = run.calls_to("116117")
    waits, callers = answer_waits_s(run)[mask], run.record.calls.patient[mask]
    within = ("within_s", CURVE_WAITS_S)
    return _cumulative_shares(within, waits, callers)


@indicator(unit="share", better="higher", by=("within_min",))
def ambulance_response_curve(run: MeasuredRun) -> ObservationParts:
    """Share of red incidents that an ambulance reaches within each of some times.

    Numerator: incidents with the first ambulance at the scene at most so many minutes after 113 was
    notified. Denominator: red incidents as in `ambulance_within_12_min`, which says who is left
    out, dense and sparse areas together. Unit: share of 1. By minutes.
    Source: akuttsim's own definition.
    """
    mask = measured_red_incidents(run)
    minutes, within = ambulance_response_min(run)[mask], ("within_min", CURVE_RESPONSES_MIN)
    return _cumulative_shares(within, minutes, np.flatnonzero(mask))


def _cumulative_shares(
    within: tuple[str, Sequence[int]],
    values: Floats,
    patients: NDArray[np.integer],
) -> ObservationParts:
    """Return which share of values, NaN among them, is at most each of some points."""
    group_by, points = within
    parts = []
    for point in points:
        in_time = (values <= point).astype(np.float64)
        parts.append(Observations(in_time, share, [], patients, part=(group_by, str(point))))
    return ObservationParts(tuple(parts))


@indicator(unit="people", better="neither", by=("all", "hour_of_week"), listed={"answering": 150})
def operators_on_duty_116117(run: MeasuredRun) -> Iterator[GroupValue]:
    """Operators on duty for 116117 in a mean week.

    What it counts: operators on duty by the rosters of the rooms that answer 116117; where these
    are the operators of another room, all of that room's, who answer its number too. Left out:
    back-ups, and rooms that calls overflow to. Unit: people. By hour of the week.
    Source: akuttsim's own definition.
    """
    rooms = run.organisation.control_rooms
    teams = {room.operators_of or name for name, room in rooms.items() if room.number == "116117"}
    operators = [
        duty
        for unit, duty in zip(run.record.units, run.duty, strict=True)
        if unit.role == "operator" and unit.team in teams
    ]
    yield from _mean_count_by_hour_of_week(run, operators)


@indicator(unit="ambulances", better="higher", by=("all", "hour_of_week"))
def ambulances_free(run: MeasuredRun) -> Iterator[GroupValue]:
    """Free ambulances in a mean week.

    What it counts: crews on duty by their roster and at no work: at the station, on the way home,
    or on the way to or at a stand-by post. Left out: neighbours' and patient-transport vehicles.
    Unit: ambulances. By hour of the week.
    Source: akuttsim's own definition.
    """
    crews = list(free_crew_spans(run).values())
    yield from _mean_count_by_hour_of_week(run, crews)


def _mean_count_by_hour_of_week(run: MeasuredRun, units: Sequence[Spans]) -> Iterator[GroupValue]:
    """Yield the mean number of those who are there, in all and in each hour of the week."""
    first, last = run.record.measured
    edges = np.arange(np.ceil(first / HOUR_S), np.floor(last / HOUR_S) + 1) * HOUR_S
    number = np.zeros(len(edges) - 1)
    for spans in units:
        number += np.diff(seconds_before(spans, edges)) / HOUR_S
    cell = run.weekday(edges[:-1]) * 24 + run.hour(edges[:-1])
    hours = np.bincount(cell, minlength=len(HOURS_OF_WEEK_NAMES))
    with np.errstate(invalid="ignore"):
        means = np.bincount(cell, number, len(HOURS_OF_WEEK_NAMES)) / hours
    mean = float(number.mean()) if len(number) else float("nan")
    yield GroupValue("all", "all", mean, len(number))
    for group, value, count in zip(
        HOURS_OF_WEEK_NAMES, means.tolist(), hours.tolist(), strict=True
    ):
        yield GroupValue("hour_of_week", group, value, count)


@indicator(unit="h per week", better="lower", by=("all", "municipality"), listed={"ambulance": 80})
def hours_without_ambulance(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week in which no free ambulance could reach a municipality within 25 minutes.

    What it counts: hours of the measured span in which no crew covers the municipality, which
    stands for its most populous place. A crew covers it when mean mobilisation from station duty
    plus the drive from its station with blue light, at noon, is at most 25 min; it is free when on
    duty by its roster (also while it rests after a night) and at no work: on the way home, or on
    the way to or at a stand-by post, it counts as at its station. Left out: neighbours' and
    patient-transport vehicles, which cover nobody. `all` is the mean over the region's inhabitants.
    Unit: hours of the week's 168.
    Source: the 25 minutes are the goal of St.meld. 43 (1999-2000); the measure is akuttsim's own.
    """
    free = free_crew_spans(run)
    covered = {
        name: [free[crew] for crew in _crews_within_reach(run, name)]
        for name in run.region.municipality_ids
    }
    yield from _uncovered_hours(run, covered)


@indicator(unit="h per week", better="lower", by=("all", "municipality"))
def hours_without_ambulance_away(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week without an ambulance nearby because one was away on a journey of hours.

    What it counts: hours of `hours_without_ambulance` in which a crew near enough was on a hospital
    transfer, a psychiatric transport, a birth or a planned transport out of the region, and would
    have covered the municipality had it stood free meanwhile. Left out: what else would have kept
    that crew then, which is not known. `all` is the mean over the region's inhabitants. Unit: hours
    of the week's 168. By municipality.
    Source: akuttsim's own definition.
    """
    free, but_for = free_crew_spans(run), _spans_but_for_journeys(run)
    near = {name: _crews_within_reach(run, name) for name in run.region.municipality_ids}
    without, would_be = (
        _uncovered_hours(run, {name: [spans[crew] for crew in near[name]] for name in near})
        for spans in (free, but_for)
    )
    for one, other in zip(without, would_be, strict=True):
        yield one._replace(value=one.value - other.value)


def _spans_but_for_journeys(run: MeasuredRun) -> dict[str, Spans]:
    """Return when each of our own ambulances is on duty and at no work but long journeys."""
    did, out = run.record.activities, np.append(run.patients.transport_to < 0, False)
    is_long = (did.kind == JOURNEY) | ((did.kind == TRANSPORT) & out[did.patient])
    is_work = ~is_long & ~is_one_of(did.kind, NOT_AT_WORK)
    return {
        unit.name: uncovered_spans(
            run.record.measured, run.off_duty[index], _spans_of(did, is_work & (did.unit == index))
        )
        for index, unit in enumerate(run.record.units)
        if unit.role == "crew"
    }


def _spans_of(did: Activities, mask: NDArray[np.bool_]) -> Spans:
    """Return the spans of some activities, in order of time."""
    spans: Spans = np.column_stack([did.start_s[mask], did.end_s[mask]])
    return spans[np.argsort(spans[:, 0], kind="stable")]


def free_crew_spans(run: MeasuredRun) -> dict[str, Spans]:
    """Return when each of our own ambulances is on duty and at no work."""
    return {
        unit.name: _available_spans(run, index, True)
        for index, unit in enumerate(run.record.units)
        if unit.role == "crew"
    }


def _crews_within_reach(run: MeasuredRun, municipality: str) -> list[str]:
    """Return our own ambulances stationed near enough to the municipality's largest place."""
    organisation, ids = run.organisation, run.region.place_ids
    place = ids.index(run.region.largest_place(municipality))
    times = run.travel.to("blue", run.travel.noon, place)
    mobilisation_s = organisation.mobilisation.station_s.each()[RED].expected()
    return [
        name
        for name, crew in organisation.ambulances.items()
        if crew.kind == "ambulance"
        and mobilisation_s + times[ids.index(crew.station)] <= COVER_MIN * MINUTE_S
    ]


@indicator(unit="h per week", better="lower", by=("all", "municipality"))
def hours_without_doctor(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week in which no free doctor at an open clinic was within 40 minutes' drive.

    What it counts: hours of the measured span in which no doctor covers the municipality, which
    stands for its most populous place. A clinic with its doctor on site covers it while it is open
    for that municipality, the ordinary drive there at noon is at most 40 min, and a doctor of its
    team is on duty and at no work (out on a visit is at work). Left out: doctors on video at
    satellites, on the phone, and back-ups at home, who cover nobody. `all` is the mean over the
    region's inhabitants. Unit: hours of the week's 168.
    Source: the 40 minutes are those of Raknes et al., Tidsskr Nor Legeforen 2014; the measure is
    akuttsim's own.
    """
    covered = _doctor_spans_by_municipality(run, free=True)
    yield from _uncovered_hours(run, covered)


@indicator(unit="h per week", better="lower", by=("all", "municipality"))
def hours_without_doctor_on_duty(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week in which no clinic with a doctor on duty was open within 40 minutes' drive.

    What it counts: hours without cover as in `hours_without_doctor`, which says who is left out,
    but a doctor who is busy covers too: what the rosters alone give. Unit: hours of the week's 168.
    By municipality; `all` is the mean over the region's inhabitants.
    Source: the 40 minutes are those of Raknes et al., Tidsskr Nor Legeforen 2014; the measure is
    akuttsim's own.
    """
    covered = _doctor_spans_by_municipality(run, free=False)
    yield from _uncovered_hours(run, covered)


def _doctor_spans_by_municipality(run: MeasuredRun, free: bool) -> dict[str, list[Spans]]:
    """Return when a doctor near enough to each municipality is there; `free`: and not at work."""
    known: dict[tuple[str, tuple[str, ...]], list[Spans]] = {}
    covered: dict[str, list[Spans]] = {}
    for name in run.region.municipality_ids:
        covered[name] = []
        for clinic_id, clinic in _clinics_within_reach(run, name):
            serving = tuple(
                at for at, service in clinic.open.items() if name in service.municipalities
            )
            key = (clinic_id, serving)
            if key not in known:
                known[key] = _doctor_spans_at_clinic(run, clinic, serving, free)
            covered[name] += known[key]
    return covered


def _clinics_within_reach(run: MeasuredRun, municipality: str) -> list[tuple[str, Clinic]]:
    """Return the clinics with a doctor on site that can be reached in time."""
    ids = run.region.place_ids
    place = ids.index(run.region.largest_place(municipality))
    return [
        (name, clinic)
        for name, clinic in run.organisation.clinics.items()
        if has_doctor(clinic)
        and run.travel.to("car", run.travel.noon, ids.index(clinic.place))[place]
        <= DOCTOR_MIN * MINUTE_S
    ]


def _doctor_spans_at_clinic(
    run: MeasuredRun, clinic: Clinic, serving: tuple[str, ...], free: bool
) -> list[Spans]:
    """Return when each doctor of a clinic is there, in those of its opening hours."""
    closed = uncovered_spans(
        run.record.measured, opening_span_rows(run, [clinic.open[at] for at in serving])
    )
    return [
        _available_spans(run, index, free, closed)
        for index, unit in enumerate(run.record.units)
        if unit.role == "doctor" and unit.team == clinic.doctors
    ]


def _available_spans(run: MeasuredRun, unit: int, free: bool, closed: Spans = NO_SPANS) -> Spans:
    """Return when a unit is on duty and a clinic not closed; if `free`, also at no work."""
    span = run.record.measured
    unavailable = [run.off_duty[unit], closed]
    if free:
        unavailable.append(run.work_spans(unit))
    return uncovered_spans(span, *unavailable)


def _uncovered_hours(run: MeasuredRun, covered: dict[str, list[Spans]]) -> Iterator[GroupValue]:
    """Yield the hours a week in which nothing covers each municipality, and the mean of all."""
    span, inhabitants = run.record.measured, municipality_populations(run.region)
    share = [
        total_seconds(uncovered_spans(span, *spans)) / (span[1] - span[0])
        for spans in covered.values()
    ]
    hours = [part * WEEK_S / HOUR_S for part in share]
    people = [sum(inhabitants[name]) for name in covered]
    everyone = float(np.average(hours, weights=people))
    yield GroupValue("all", "all", everyone, round(sum(people)))
    for name, value, count in zip(covered, hours, people, strict=True):
        yield GroupValue("municipality", name, value, round(count))
