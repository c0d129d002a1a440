"""Indicators of cover: when no free ambulance could reach a municipality in time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.load import READY
from akuttsim.analysis.observed import Observed, Row
from akuttsim.records import RED, Floats
from akuttsim.scenario.roster import Span, gaps, joined
from akuttsim.units import HOUR_S, MINUTE_S, WEEK_S

COVER_MIN = 25.0


def hours_without_ambulance(seen: Observed) -> Iterator[Row]:
    """Hours a week in which no free ambulance could reach a municipality within 25 minutes.

    The municipality stands for its most populous place. A crew covers it when mean mobilisation
    from station duty plus the drive from its station with blue light, at noon, is at most 25 min;
    it is free when on duty by its roster (also while it rests after a night) and at no work: on the
    way home, or on the way to or at a stand-by post, it counts as at its station. Our own
    ambulances only: neighbours' and patient-transport vehicles cover nobody. `all` is the mean over
    the region's inhabitants. Unit: hours of the week's 168.
    """
    region, span = seen.region, seen.record.measured
    free = _free_spans(seen)
    hours = {}
    for name in region.municipality_ids:
        near = _crews_near(seen, name)
        together = joined(each for crew in near for each in free[crew])
        uncovered = sum(
            end - max(start, span[0]) for start, end in gaps(together, span[1]) if end > span[0]
        )
        hours[name] = uncovered / (span[1] - span[0]) * WEEK_S / HOUR_S
    people = np.array([sum(region.municipalities[name].people) for name in hours])
    everyone = float(np.average(list(hours.values()), weights=people))
    unit = "h per week"
    yield Row("hours_without_ambulance", "all", "all", everyone, unit, int(people.sum()))
    for (name, value), count in zip(hours.items(), people.tolist(), strict=True):
        yield Row("hours_without_ambulance", "municipality", name, value, unit, count)


def _free_spans(seen: Observed) -> dict[str, list[Span]]:
    """Return, for each ambulance of our own, the spans in which it is on duty and at no work."""
    activities = seen.record.activities
    at_work = ~np.isin(activities.kind, READY)
    spans = {}
    for index, unit in enumerate(seen.record.units):
        if unit.role == "crew":
            mine = at_work & (activities.unit == index)
            work = activities.start_s[mine], activities.end_s[mine]
            spans[unit.name] = _without(unit.on_duty, *work)
    return spans


def _without(duty: tuple[Span, ...], start: Floats, end: Floats) -> list[Span]:
    """Return duty with the work cut out."""
    points = sorted(
        [(at, 1) for at, _ in duty]
        + [(at, -1) for _, at in duty]
        + [(at, -1) for at in start.tolist()]
        + [(at, 1) for at in end.tolist()]
    )
    spans, level, since = [], 0, 0.0
    for at, step in points:
        if level == 1 and at > since:
            spans.append((since, at))
        level, since = level + step, at
    return spans


def _crews_near(seen: Observed, municipality: str) -> list[str]:
    """Return our own ambulances stationed near enough to the municipality's largest place."""
    region, organisation = seen.region, seen.organisation
    ids = region.place_ids
    own = [name for name in ids if region.places[name].municipality == municipality]
    largest = max(own, key=lambda name: sum(region.places[name].people))
    times = seen.travel.to("blue", seen.travel.condition_of_hour[12], ids.index(largest))
    mobilisation_s = organisation.mobilisation.station_s.each()[RED].expected()
    return [
        name
        for name, crew in organisation.ambulances.items()
        if crew.kind == "ambulance"
        and mobilisation_s + times[ids.index(crew.station)] <= COVER_MIN * MINUTE_S
    ]
