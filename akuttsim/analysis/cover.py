"""Indicators of cover: when no ambulance or doctor is within reach of a municipality."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.load import READY
from akuttsim.analysis.observed import Observed, Row
from akuttsim.analysis.rosters import open_for
from akuttsim.analysis.spans import NONE, Spans, left_of, seconds
from akuttsim.config.schema.clinic import Clinic, has_doctor
from akuttsim.config.schema.region import municipality_populations
from akuttsim.records import RED, Activities
from akuttsim.units import HOUR_S, MINUTE_S, WEEK_S

COVER_MIN = 25.0
DOCTOR_MIN = 40.0


def hours_without_ambulance(seen: Observed) -> Iterator[Row]:
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
    free = free_crews(seen)
    covered = {
        name: [free[crew] for crew in _crews_near(seen, name)]
        for name in seen.region.municipality_ids
    }
    yield from _uncovered(seen, "hours_without_ambulance", covered)


def free_crews(seen: Observed) -> dict[str, Spans]:
    """Return when each of our own ambulances is on duty and at no work."""
    return {
        unit.name: _left(seen, index, True)
        for index, unit in enumerate(seen.record.units)
        if unit.role == "crew"
    }


def hours_without_doctor(seen: Observed) -> Iterator[Row]:
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
    covered = _doctors_near(seen, free=True)
    yield from _uncovered(seen, "hours_without_doctor", covered)


def hours_without_doctor_on_duty(seen: Observed) -> Iterator[Row]:
    """Hours a week in which no clinic with a doctor on duty was open within 40 minutes' drive.

    What it counts: hours without cover as in `hours_without_doctor`, which says who is left out,
    but a doctor who is busy covers too: what the rosters alone give. Unit: hours of the week's 168.
    By municipality; `all` is the mean over the region's inhabitants.
    Source: the 40 minutes are those of Raknes et al., Tidsskr Nor Legeforen 2014; the measure is
    akuttsim's own.
    """
    covered = _doctors_near(seen, free=False)
    yield from _uncovered(seen, "hours_without_doctor_on_duty", covered)


def _uncovered(seen: Observed, indicator: str, covered: dict[str, list[Spans]]) -> Iterator[Row]:
    """Yield the hours a week in which nothing covers each municipality, and the mean of all."""
    span, inhabitants = seen.record.measured, municipality_populations(seen.region)
    share = [seconds(left_of(span, *each)) / (span[1] - span[0]) for each in covered.values()]
    hours = [each * WEEK_S / HOUR_S for each in share]
    people = [sum(inhabitants[name]) for name in covered]
    everyone = float(np.average(hours, weights=people))
    yield Row(indicator, "all", "all", everyone, "h per week", round(sum(people)))
    for name, value, count in zip(covered, hours, people, strict=True):
        yield Row(indicator, "municipality", name, value, "h per week", round(count))


def _left(seen: Observed, unit: int, free: bool, closed: Spans = NONE) -> Spans:
    """Return when a unit is on duty and a clinic not closed; if `free`, also at no work."""
    span = seen.record.measured
    taken = [left_of(span, seen.duty[unit]), closed]
    if free:
        did, first = seen.by_unit
        mine = slice(first[unit], first[unit + 1])
        taken.append(_work(did, mine))
    return left_of(span, *taken)


def _work(did: Activities, mine: slice) -> Spans:
    at_work = ~np.isin(did.kind[mine], READY)
    return np.column_stack([did.start_s[mine], did.end_s[mine]])[at_work]


def _doctors_near(seen: Observed, free: bool) -> dict[str, list[Spans]]:
    """Return when a doctor near enough to each municipality is there; `free`: and not at work."""
    known: dict[tuple[str, tuple[str, ...]], list[Spans]] = {}
    covered: dict[str, list[Spans]] = {}
    for name in seen.region.municipality_ids:
        covered[name] = []
        for clinic_id, clinic in _clinics_near(seen, name):
            serving = tuple(at for at, each in clinic.open.items() if name in each.municipalities)
            key = (clinic_id, serving)
            if key not in known:
                known[key] = _doctors_there(seen, clinic, serving, free)
            covered[name] += known[key]
    return covered


def _doctors_there(
    seen: Observed, clinic: Clinic, serving: tuple[str, ...], free: bool
) -> list[Spans]:
    """Return when each doctor of a clinic is there, in those of its opening hours."""
    closed = left_of(seen.record.measured, open_for(seen, [clinic.open[at] for at in serving]))
    return [
        _left(seen, index, free, closed)
        for index, unit in enumerate(seen.record.units)
        if unit.role == "doctor" and unit.team == clinic.doctors
    ]


def _clinics_near(seen: Observed, municipality: str) -> list[tuple[str, Clinic]]:
    """Return the clinics with a doctor on site that can be reached in time."""
    ids = seen.region.place_ids
    place = ids.index(seen.region.largest_place(municipality))
    return [
        (name, clinic)
        for name, clinic in seen.organisation.clinics.items()
        if has_doctor(clinic)
        and seen.travel.to("car", seen.travel.noon, ids.index(clinic.place))[place]
        <= DOCTOR_MIN * MINUTE_S
    ]


def _crews_near(seen: Observed, municipality: str) -> list[str]:
    """Return our own ambulances stationed near enough to the municipality's largest place."""
    organisation, ids = seen.organisation, seen.region.place_ids
    place = ids.index(seen.region.largest_place(municipality))
    times = seen.travel.to("blue", seen.travel.noon, place)
    mobilisation_s = organisation.mobilisation.station_s.each()[RED].expected()
    return [
        name
        for name, crew in organisation.ambulances.items()
        if crew.kind == "ambulance"
        and mobilisation_s + times[ids.index(crew.station)] <= COVER_MIN * MINUTE_S
    ]
