"""The ways in which several indicators divide what they count."""

from __future__ import annotations

from akuttsim.analysis.observed import HOURS, Grouping, Mask, Observed
from akuttsim.records import Floats
from akuttsim.scenario.fields import URGENCIES


def by_municipality(seen: Observed, mask: Mask) -> Grouping:
    """Return the municipality of these patients."""
    return Grouping("municipality", seen.municipality[mask], seen.region.municipality_ids)


def by_urgency(seen: Observed, mask: Mask) -> Grouping:
    """Return the urgency of these patients as it was judged."""
    return Grouping("urgency", seen.record.courses.judged[mask], URGENCIES)


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
