"""Curves: how many are answered or reached within any time, and staffing over the week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.ambulance import red_incidents, response_min
from akuttsim.analysis.answering import waits_s
from akuttsim.analysis.cover import free_crews
from akuttsim.analysis.observations import Observations, Parts
from akuttsim.analysis.observed import HOURS, WEEKDAYS, Observed, Row, share
from akuttsim.analysis.spans import Spans, passed
from akuttsim.records import Floats
from akuttsim.units import HOUR_S

WAITS_S = (0, 5, 10, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 420, 600, 900)
RESPONSES_MIN = (4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 28, 32, 36, 40, 45, 50, 60, 75, 90)
"""Times at which the curves are told; those of the official goals are among them."""

WEEK = tuple(f"{day} {hour}" for day in WEEKDAYS for hour in HOURS)


def answered_116117_curve(seen: Observed) -> Parts:
    """Share of 116117 calls answered within each of some times.

    Numerator: calls answered at most so many seconds after they began to ring at an operator.
    Denominator: as in `answered_116117_within_120_s`, which says who is left out; at 120 s the two
    are the same. Unit: share of 1. By seconds.
    Source: akuttsim's own definition.
    """
    mask = seen.calls_to("116117")
    waits, callers = waits_s(seen)[mask], seen.record.calls.patient[mask]
    within = ("within_s", WAITS_S)
    return _curve("answered_116117_curve", within, waits, callers)


def ambulance_response_curve(seen: Observed) -> Parts:
    """Share of red incidents that an ambulance reaches within each of some times.

    Numerator: incidents with the first ambulance at the scene at most so many minutes after 113 was
    notified. Denominator: red incidents as in `ambulance_within_12_min`, which says who is left
    out, dense and sparse areas together. Unit: share of 1. By minutes.
    Source: akuttsim's own definition.
    """
    mask = red_incidents(seen)
    minutes, within = response_min(seen)[mask], ("within_min", RESPONSES_MIN)
    return _curve("ambulance_response_curve", within, minutes, np.flatnonzero(mask))


def _curve(
    indicator: str,
    within: tuple[str, Sequence[int]],
    values: Floats,
    patients: NDArray[np.integer],
) -> Parts:
    """Return which share of values, NaN among them, is at most each of some points."""
    group_by, points = within
    return Parts(
        tuple(
            Observations(
                indicator, "share", (values <= point).astype(np.float64), share, [], patients,
                part=(group_by, str(point)),
            )
            for point in points
        )
    )  # fmt: skip


def operators_on_duty_116117(seen: Observed) -> Iterator[Row]:
    """Operators on duty for 116117 in a mean week.

    What it counts: operators on duty by the rosters of the rooms that answer 116117; where these
    are the operators of another room, all of that room's, who answer its number too. Left out:
    back-ups, and rooms that calls overflow to. Unit: people. By hour of the week.
    Source: akuttsim's own definition.
    """
    rooms = seen.organisation.control_rooms
    teams = {each.operators_of or name for name, each in rooms.items() if each.number == "116117"}
    there = [
        duty
        for unit, duty in zip(seen.record.units, seen.duty, strict=True)
        if unit.role == "operator" and unit.team in teams
    ]
    yield from _by_hour_of_week(seen, "operators_on_duty_116117", there, "people")


def ambulances_free(seen: Observed) -> Iterator[Row]:
    """Free ambulances in a mean week.

    What it counts: crews on duty by their roster and at no work: at the station, on the way home,
    or on the way to or at a stand-by post. Left out: neighbours' and patient-transport vehicles.
    Unit: ambulances. By hour of the week.
    Source: akuttsim's own definition.
    """
    crews = list(free_crews(seen).values())
    yield from _by_hour_of_week(seen, "ambulances_free", crews, "ambulances")


def _by_hour_of_week(
    seen: Observed, indicator: str, there: Sequence[Spans], unit: str
) -> Iterator[Row]:
    """Yield the mean number of those who are there, in all and in each hour of the week."""
    first, last = seen.record.measured
    edges = np.arange(np.ceil(first / HOUR_S), np.floor(last / HOUR_S) + 1) * HOUR_S
    number = np.zeros(len(edges) - 1)
    for each in there:
        number += np.diff(passed(each, edges)) / HOUR_S
    cell = seen.weekday(edges[:-1]) * 24 + seen.hour(edges[:-1])
    hours = np.bincount(cell, minlength=len(WEEK))
    with np.errstate(invalid="ignore"):
        means = np.bincount(cell, number, len(WEEK)) / hours
    mean = float(number.mean()) if len(number) else float("nan")
    yield Row(indicator, "all", "all", mean, unit, len(number))
    for group, value, count in zip(WEEK, means.tolist(), hours.tolist(), strict=True):
        yield Row(indicator, "hour_of_week", group, value, unit, count)
