"""What each resident got in one run, kept so that two runs can be compared person by person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.groupings import DISTANCES, distance_bands
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import HOURS, WEEKDAYS, Mask, Observed
from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.records import CAME as NEVER_TOO_FAR
from akuttsim.records import (
    LINE_ALARM,
    LINE_TRANSPORT,
    NOT_PRESENT,
    Floats,
    Indices,
    Measure,
    PersonValues,
)
from akuttsim.units import MINUTE_S

ILL, CAME = "ill", "came"
"""Columns that are 1 for who fell ill, and for who came, wherever care was.

Planned transports, calls about nothing, and alarms that 116117 and 113 never heard of are not ill.
"""

WAITS = {"answer": "answer_min", "first_help": "first_help_min", "doctor": "doctor_min"}
"""What a person may wait for, and the column of minutes from the first ring until then."""

OF_OTHER_CASES = ("municipality",)
"""The groupings of persons that are told of other cases than the first."""

Float32 = NDArray[np.float32]


def person_values(
    seen: Observed, observations: Iterable[Observations], judged_by: frozenset[str] | None = None
) -> PersonValues:
    """Return what each resident of the measured span got, for all these observations.

    A person whom several observations are of (calls) has their mean, and their number as weight.
    Observations of neighbours, and of people who first rang before the measured span, are left out.
    With `judged_by` only what the difference of these indicators needs is kept, by municipality:
    that is all that is told of other cases than the first.
    """
    who = seen.measured & (seen.municipality >= 0)
    rank = np.where(who, np.cumsum(who) - 1, -1)
    columns: dict[str, Float32] = {}
    groups, names = _groups(seen, who)
    if judged_by is None:
        columns |= _waits(seen, who)
    else:
        observations = [each for each in observations if each.indicator in judged_by]
        groups = {name: groups[name] for name in OF_OTHER_CASES}
        names = {name: names[name] for name in OF_OTHER_CASES}
    known = {column.tobytes(): name for name, column in columns.items()}
    measures = []

    def kept(column: Float32) -> str:
        name = known.setdefault(column.tobytes(), f"values_{len(columns)}")
        columns[name] = column
        return name

    for each in observations:
        values, weights = _of_persons(rank[each.patients], each.values, int(who.sum()))
        divided = tuple(g.name for g in each.groupings if g.is_of_people and g.name in groups)
        several = bool((weights > 1).any())
        measure = Measure(
            each.indicator, *each.part, each.statistic.__name__, divided, each.has_gap,
            kept(values), kept(weights) if several else "",
        )  # fmt: skip
        measures.append(measure)
    return PersonValues(groups, names, columns, tuple(measures), _persons(seen, who))


def _persons(seen: Observed, who: Mask) -> str:
    """Return a digest of who these persons are: when they fell ill, where they live, their age."""
    patients = seen.patients
    found = hashlib.blake2b(digest_size=12)
    for each in (patients.time_s[who], seen.municipality[who], patients.age_group[who]):
        found.update(np.ascontiguousarray(each).tobytes())
    return found.hexdigest()


def _of_persons(rank: NDArray[np.intp], values: Floats, persons: int) -> tuple[Float32, Float32]:
    """Return each person's mean, NaN for who has no value, and how many values it is of."""
    ours = (rank >= 0) & ~np.isnan(values)
    weights = np.bincount(rank[ours], minlength=persons)
    sums = np.bincount(rank[ours], values[ours], minlength=persons)
    means = np.full(persons, np.nan, dtype=np.float32)
    has = weights > 0
    means[has] = sums[has] / weights[has]
    return means, weights.astype(np.float32)


def _waits(seen: Observed, who: Mask) -> dict[str, Float32]:
    """Return who fell ill, who came, and the minutes that each waited for what."""
    patients, courses, calls = seen.patients, seen.record.courses, seen.record.calls
    answered_s = np.full(len(patients), np.inf)
    np.fmin.at(answered_s, calls.patient, calls.answered_s)
    answered_s[np.isinf(answered_s)] = np.nan
    until_s = (answered_s, courses.first_help_s, courses.doctor_s)
    found = {
        name: ((each - patients.time_s) / MINUTE_S)[who].astype(np.float32)
        for name, each in zip(WAITS.values(), until_s, strict=True)
    }
    is_heard = (patients.line != LINE_ALARM) | (courses.judged >= 0)
    is_here = courses.outcome != NOT_PRESENT
    ill = is_here & is_heard & patients.is_contact & (patients.line != LINE_TRANSPORT)
    marks = ((ILL, ill), (CAME, is_here & (courses.instead == NEVER_TOO_FAR)))
    return {name: np.where(mask[who], 1, np.nan).astype(np.float32) for name, mask in marks} | found


def _groups(seen: Observed, who: Mask) -> tuple[dict[str, Indices], dict[str, tuple[str, ...]]]:
    """Return the groups of each person by what nobody's organisation changes, but for distance."""
    time_s = seen.patients.time_s[who]
    hour, weekday = seen.hour(time_s), seen.weekday(time_s)
    found: dict[str, tuple[NDArray[np.integer], Sequence[str]]] = {
        "municipality": (seen.municipality[who], seen.region.municipality_ids),
        "urgency": (seen.patients.urgency[who], URGENCIES),
        "age": (seen.patients.age_group[who], AGE_GROUPS),
        "distance": (distance_bands(seen)[who], DISTANCES),
        "hour": (hour, HOURS),
        "weekday": (weekday, WEEKDAYS),
        "hour_of_week": (24 * weekday + hour, tuple(f"{d} {h}" for d in WEEKDAYS for h in HOURS)),
    }
    groups = {name: codes.astype(np.int32) for name, (codes, _) in found.items()}
    return groups, {name: tuple(names) for name, (_, names) in found.items()}
