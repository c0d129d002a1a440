"""The ways in which several indicators divide what they count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.observed import HOURS, Grouping, Mask, Observed
from akuttsim.config.schema.clinic import has_doctor
from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.records import LINE_116117, Floats


def by_municipality(seen: Observed, mask: Mask) -> Grouping:
    """Return the municipality of these patients."""
    return Grouping("municipality", seen.municipality[mask], seen.region.municipality_ids, True)


GOAL_AREAS = ("dense", "sparse")
"""Areas (or municipalities) whose red incidents should be reached within 12 and 25 minutes."""


def dense_places(seen: Observed) -> Mask:
    """Return whether each place is in a dense area (tettbygd); a neighbour district's is not."""
    region = seen.region
    return np.array([*(region.is_dense(place) for place in region.place_ids), False])


def by_goal(seen: Observed, mask: Mask) -> list[Grouping]:
    """Return the goal area of these patients' place, and the goal of their municipality.

    The first follows the region's rule, the second that before 2021, which older figures follow.
    """
    dense_municipalities = np.array(
        [*(each.is_dense for each in seen.region.municipalities.values()), False]
    )
    is_dense = {
        "goal_area": dense_places(seen)[seen.patients.place[mask]],
        "municipality_goal": dense_municipalities[seen.municipality[mask]],
    }
    return [
        Grouping(name, np.where(dense, 0, 1), GOAL_AREAS, True) for name, dense in is_dense.items()
    ]


def by_urgency(seen: Observed, mask: Mask) -> Grouping:
    """Return the urgency of these patients as it was judged (of the same people: the true one)."""
    return Grouping("urgency", seen.record.courses.judged[mask], URGENCIES, True)


def by_true_urgency(seen: Observed, mask: Mask) -> Grouping:
    """Return the urgency of these patients as it truly was, whatever it was judged to be."""
    return Grouping("true_urgency", seen.patients.urgency[mask], URGENCIES, True)


def by_clinic(seen: Observed, mask: Mask) -> Grouping:
    """Return the clinic or satellite of these patients."""
    clinics = tuple(seen.organisation.clinics)
    return Grouping("clinic", seen.record.courses.clinic[mask], clinics)


def by_hour(seen: Observed, time_s: Floats) -> Grouping:
    """Return the local hour of the day of these times."""
    return Grouping("hour", seen.hour(time_s), HOURS)


def by_room(seen: Observed, mask: Mask) -> Grouping:
    """Return the control room that these calls rang at."""
    rooms = tuple(seen.organisation.control_rooms)
    return Grouping("room", seen.record.calls.room[mask], rooms)


def by_age(seen: Observed, mask: Mask) -> Grouping:
    """Return the age group of these patients."""
    return Grouping("age", seen.patients.age_group[mask], AGE_GROUPS, True)


DISTANCES_KM = (10.0, 30.0, 60.0)
DISTANCES = ("0-10 km", "10-30 km", "30-60 km", "60+ km")
"""Bands of distance by road to the nearest legevakt; a distance on an edge is in the one above."""


def by_distance(seen: Observed, mask: Mask) -> Grouping:
    """Return how far these patients live from the organisation's nearest legevakt.

    By the quickest road at noon, whatever the opening hours; GP offices are left out, unless
    there is no legevakt at all, and satellites always.
    """
    return Grouping("distance", distance_bands(seen)[mask], DISTANCES, True)


def distance_bands(seen: Observed) -> NDArray[np.intp]:
    """Return the band of `DISTANCES` of each patient; -1 outside the region."""
    clinics = [each for each in seen.organisation.clinics.values() if has_doctor(each)]
    legevakt = [each for each in clinics if each.kind == "legevakt"]
    ids = seen.region.place_ids
    towards = [seen.travel.km_to(ids.index(each.place)) for each in legevakt or clinics]
    band = np.searchsorted(DISTANCES_KM, np.min(towards, axis=0), side="right")
    bands: NDArray[np.intp] = np.append(band, -1)[seen.patients.place]
    return bands


LINES = ("public", "health_personnel")
"""The lines of 116117: the number itself, and health personnel's and colleagues' own."""


def by_line(seen: Observed, mask: Mask) -> Grouping:
    """Return on which line of 116117 these calls came."""
    line = np.where(seen.record.calls.line[mask] == LINE_116117, 0, 1)
    return Grouping("line", line, LINES)
