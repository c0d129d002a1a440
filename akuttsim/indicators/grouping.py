"""How indicators divide what they count: by municipality, urgency, age, hour, clinic and so on.

Each `by_...` takes a run and a mask of those who count (of patients, for rooms and lines of calls;
hours are of times) and returns their division.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.clinic import has_doctor
from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.indicators.measured_run import HOURS, Grouping, Mask, MeasuredRun
from akuttsim.records import LINE_116117, Floats


def by_municipality(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the municipality of these patients."""
    return Grouping("municipality", run.municipality[mask], run.region.municipality_ids, True)


GOAL_AREAS = ("dense", "sparse")
"""Areas (or municipalities) whose red incidents should be reached within 12 and 25 minutes."""


def dense_places(run: MeasuredRun) -> Mask:
    """Return whether each place is in a dense area (tettbygd); a neighbour district's is not."""
    region = run.region
    return np.array([*(region.is_dense(place) for place in region.place_ids), False])


def by_goal(run: MeasuredRun, mask: Mask) -> list[Grouping]:
    """Return the goal area of these patients' place, and the goal of their municipality.

    The first follows the region's rule, the second that before 2021, which older figures follow.
    """
    dense_municipalities = np.array(
        [*(municipality.is_dense for municipality in run.region.municipalities.values()), False]
    )
    is_dense = {
        "goal_area": dense_places(run)[run.patients.place[mask]],
        "municipality_goal": dense_municipalities[run.municipality[mask]],
    }
    return [
        Grouping(name, np.where(dense, 0, 1), GOAL_AREAS, True) for name, dense in is_dense.items()
    ]


def by_urgency(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the urgency of these patients as it was judged (of the same people: the true one)."""
    return Grouping("urgency", run.record.courses.judged[mask], URGENCIES, True)


def by_true_urgency(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the urgency of these patients as it truly was, whatever it was judged to be."""
    return Grouping("true_urgency", run.patients.urgency[mask], URGENCIES, True)


def by_clinic(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the clinic or satellite of these patients."""
    clinics = tuple(run.organisation.clinics)
    return Grouping("clinic", run.record.courses.clinic[mask], clinics)


def by_hour(run: MeasuredRun, time_s: Floats) -> Grouping:
    """Return the local hour of the day of these times."""
    return Grouping("hour", run.hour(time_s), HOURS)


def by_room(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the control room that these calls rang at."""
    rooms = tuple(run.organisation.control_rooms)
    return Grouping("room", run.record.calls.room[mask], rooms)


def by_age(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the age group of these patients."""
    return Grouping("age", run.patients.age_group[mask], AGE_GROUPS, True)


DISTANCE_EDGES_KM = (10.0, 30.0, 60.0)
DISTANCE_BANDS = ("0-10 km", "10-30 km", "30-60 km", "60+ km")
"""Bands of distance by road to the nearest legevakt; a distance on an edge is in the one above."""


def by_distance(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return how far these patients live from the organisation's nearest legevakt.

    By the quickest road at noon, whatever the opening hours; GP offices are left out, unless
    there is no legevakt at all, and satellites always.
    """
    return Grouping("distance", distance_bands(run)[mask], DISTANCE_BANDS, True)


def distance_bands(run: MeasuredRun) -> NDArray[np.intp]:
    """Return the band of `DISTANCE_BANDS` of each patient; -1 outside the region."""
    clinics = [clinic for clinic in run.organisation.clinics.values() if has_doctor(clinic)]
    legevakter = [clinic for clinic in clinics if clinic.kind == "legevakt"]
    ids = run.region.place_ids
    towards = [run.travel.km_to(ids.index(clinic.place)) for clinic in legevakter or clinics]
    band = np.searchsorted(DISTANCE_EDGES_KM, np.min(towards, axis=0), side="right")
    bands: NDArray[np.intp] = np.append(band, -1)[run.patients.place]
    return bands


LINES = ("public", "health_personnel")
"""The lines of 116117: the number itself, and health personnel's and colleagues' own."""


def by_line(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return on which line of 116117 these calls came."""
    line = np.where(run.record.calls.line[mask] == LINE_116117, 0, 1)
    return Grouping("line", line, LINES)
