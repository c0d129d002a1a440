"""Indicators of the night: how much work comes, who is woken, and the longest rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.doctor import BACK_UP_DOCTOR
from akuttsim.analysis.load import READY, ROLES, teams
from akuttsim.analysis.observed import Mask, Observed, Row
from akuttsim.analysis.spans import Spans, joined_rows, passed
from akuttsim.config.schema.roster import merge_spans
from akuttsim.records import WAY_IN, Floats
from akuttsim.units import HOUR_S, MINUTE_S

NIGHT = (23, 7)
REST = (22, 8)
"""The night in which work is counted, and the hours in which rest is looked for."""

ASLEEP_AFTER_MIN = 30.0
"""Work that begins after so long without any wakes the doctor."""

EXACT = 1e-6
"""How near a share of a night must be to the whole; less than a tenth of a second."""

PEOPLE = (*ROLES, BACK_UP_DOCTOR)

Counts = NDArray[np.int64]


def night_calls_per_shift(seen: Observed) -> Iterator[Row]:
    """Calls and other tasks that one person on duty gets in a night, 23 to 7.

    Numerator: tasks begun in the night; what is done for the same patient without a break (talk and
    notes, nurse and video) is one task; the way home, to a stand-by post or in to work is none.
    Denominator: person-nights on duty, part of a night as that part; a back-up doctor's (bakvakt)
    nights on call. A crew is one. Only nights that lie whole in the measured span. Neighbours'
    ambulances, helicopters, boats and single responders are left out. Unit: per night. By role, and
    by role and team.
    Source: akuttsim's own definition.
    """
    nights = seen.nights(*NIGHT)
    tasks = _by_night(seen, nights, begins_task(seen)).sum(axis=1)
    person_nights = shares_on_duty(seen, nights).sum(axis=1)
    units = seen.record.units
    of_role = {r: [i for i, unit in enumerate(units) if unit.role == r] for r in PEOPLE}
    groups = [("all", "all", [i for members in of_role.values() for i in members])]
    groups += [("role", role, members) for role, members in of_role.items()]
    groups += [("team", name, members) for name, members in teams(units, PEOPLE).items()]
    for group_by, group, members in groups:
        n, there = int(tasks[members].sum()), float(person_nights[members].sum())
        value = n / there if there else float("nan")
        yield Row("night_calls_per_shift", group_by, group, value, "per night", n)


def doctor_woken_share(seen: Observed) -> Iterator[Row]:
    """Share of nights in which a doctor alone on duty is woken at least once.

    Woken: a task begins between 23 and 7 after at least 30 minutes without work; whether the doctor
    slept is not known. Numerator: such nights. Denominator: nights 23 to 7, whole in the measured
    span, in which a team has exactly one doctor on duty throughout. Back-ups are left out. Unit:
    share of 1. By team.
    Source: akuttsim's own definition.
    """
    yield from _woken(seen, "doctor_woken_share", 1)


def doctor_woken_thrice_share(seen: Observed) -> Iterator[Row]:
    """Share of nights in which a doctor alone on duty is woken at least three times.

    Numerator: nights with three wakings or more, as `doctor_woken_share` counts them. Denominator:
    the same nights as there. Left out: back-ups. Unit: share of 1. By team.
    Source: akuttsim's own definition.
    """
    yield from _woken(seen, "doctor_woken_thrice_share", 3)


def longest_rest_h(seen: Observed) -> Iterator[Row]:
    """Mean of the longest unbroken stretch without work between 22 and 8, over persons and nights.

    Whom it counts: people (a crew is one) on duty or on call throughout 23 to 7, in nights that lie
    whole in the measured span. Work is everything that is logged, also the way in, home and to a
    stand-by post; before and after duty there is none, so that 10 hours are a night without work.
    Left out are those of `night_calls_per_shift`. Unit: hours. By role, and by role and team.
    Source: akuttsim's own definition.
    """
    begins, core = seen.nights(*REST), seen.nights(*NIGHT)
    inside = np.isin(core[:, 0], begins[:, 0] + HOUR_S)
    there = shares_on_duty(seen, core[inside]) > 1 - EXACT
    rest_h = _longest_rest_s(seen, begins) / HOUR_S
    units = seen.record.units
    groups = [("role", r, [i for i, unit in enumerate(units) if unit.role == r]) for r in PEOPLE]
    groups += [("team", name, members) for name, members in teams(units, PEOPLE).items()]
    for group_by, group, members in groups:
        found = rest_h[members][there[members]]
        value = float(found.mean()) if len(found) else float("nan")
        yield Row("longest_rest_h", group_by, group, value, "h", len(found))


def _woken(seen: Observed, indicator: str, times: int) -> Iterator[Row]:
    nights = seen.nights(*NIGHT)
    wakings = _by_night(seen, nights, wakes(seen))
    shares = shares_on_duty(seen, nights)
    woken = {}
    for team in seen.organisation.doctors:
        mine = [i for i, u in enumerate(seen.record.units) if u[1:3] == ("doctor", team)]
        is_alone = abs(shares[mine].sum(axis=0) - 1) < EXACT
        if is_alone.any():
            is_alone &= _is_covered(seen, mine, nights)
        woken[team] = wakings[mine].sum(axis=0)[is_alone] >= times
    every = np.concatenate([np.zeros(0, dtype=np.bool_), *woken.values()])
    groups = [("all", "all", every), *(("team", *each) for each in woken.items())]
    for group_by, group, found in groups:
        value = float(found.mean()) if len(found) else float("nan")
        yield Row(indicator, group_by, group, value, "share", len(found))


def _is_covered(seen: Observed, members: Sequence[int], nights: Spans) -> Mask:
    """Tell in which nights some of these are on duty throughout."""
    together = joined_rows(merge_spans(s for i in members for s in seen.record.units[i].on_duty))
    covered_s = passed(together, nights[:, 1]) - passed(together, nights[:, 0])
    is_covered: Mask = covered_s / (nights[:, 1] - nights[:, 0]) > 1 - EXACT
    return is_covered


def shares_on_duty(seen: Observed, nights: Spans) -> Floats:
    """Return what share of each night each unit is on duty: units x nights."""
    apart, duty = seen.apart
    start = np.arange(len(seen.duty))[:, None] * apart + nights[:, 0]
    length = nights[:, 1] - nights[:, 0]
    there = passed(duty, (start + length).ravel()) - passed(duty, start.ravel())
    shares: Floats = there.reshape(start.shape) / length
    return shares


def begins_task(seen: Observed) -> Mask:
    """Return which activities, in order of unit, begin a task: other patient, or after a break."""
    did, _ = seen.by_unit
    goes_on = np.zeros(len(did.unit), dtype=np.bool_)
    same = (did.unit[1:] == did.unit[:-1]) & (did.patient[1:] == did.patient[:-1])
    goes_on[1:] = same & (did.start_s[1:] <= did.end_s[:-1])
    begins: Mask = ~goes_on & ~np.isin(did.kind, (*READY, WAY_IN))
    return begins


def wakes(seen: Observed) -> Mask:
    """Return which activities, in order of unit, begin a task that wakes whoever sleeps then."""
    did, first = seen.by_unit
    since_s = did.start_s - _busy_until(did.end_s, first)
    woken: Mask = begins_task(seen) & (since_s >= ASLEEP_AFTER_MIN * MINUTE_S)
    return woken


def _by_night(seen: Observed, nights: Spans, mask: Mask) -> Counts:
    """Return how many of the activities of each unit began in each night: units x nights."""
    did, shape = seen.by_unit[0], (len(seen.record.units), len(nights))
    night = np.searchsorted(nights[:, 0], did.start_s, side="right") - 1
    within = mask & (night >= 0)
    within[within] = did.start_s[within] < nights[night[within], 1]
    cell = did.unit[within] * shape[1] + night[within]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)


def _busy_until(end_s: Floats, first: NDArray[np.intp]) -> Floats:
    """Return when the activity before each ended; minus infinity for a unit's first."""
    before = np.append(-np.inf, end_s[:-1])[: len(end_s)]
    before[first[first < len(end_s)]] = -np.inf
    return before


def _longest_rest_s(seen: Observed, nights: Spans) -> Floats:
    """Return the longest stretch without work of each unit in each night: units x nights.

    All units are laid after each other on one axis, with a mark at both ends of every night; the
    longest gap between what comes after each other within a night is the answer.
    """
    did, (count, each) = seen.by_unit[0], (len(seen.record.units), len(nights))
    apart, _ = seen.apart
    marks = (np.arange(count)[:, None, None] * apart + nights).ravel()
    start = np.append(did.unit * apart + did.start_s, marks)
    end = np.append(did.unit * apart + did.end_s, marks)
    order = np.argsort(start, kind="stable")
    done = np.maximum.accumulate(end[order])
    gaps = np.append(np.diff(start[order]) - (done - start[order])[:-1], 0.0)[: len(order)]
    at = np.empty(len(order), dtype=np.intp)
    at[order] = np.arange(len(order))
    edges = at[len(did.unit) :]
    longest = np.maximum.reduceat(gaps, edges)[::2] if len(edges) else np.zeros(0)
    return np.maximum(longest, 0.0).reshape(count, each)
