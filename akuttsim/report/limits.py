"""What these results leave out: what no model has, and what these models have not been given."""

from __future__ import annotations

from typing import Any

LIMITS = (
    "outcome",
    "cost",
    "walk_in",
    "clinic",
    "alarm",
    "planned",
    "air",
    "weather",
    "hospital",
    "habit",
    "beyond_distance",
    "tables",
)
"""All limits, in the order of the report."""


def limits(manifest: dict[str, Any]) -> list[str]:
    """Return the limits that hold for results with this manifest."""
    demand = manifest["region"].get("demand", {})
    organisations = list(manifest["organisations"].values())
    clinics = [each for one in organisations for each in one["clinics"].values()]
    has_decay = bool(demand.get("distance_decay"))
    overcome = {
        "walk_in": any(one.get("walk_ins") for one in organisations),
        "clinic": any(clinic.get("care") for clinic in clinics),
        "alarm": bool(demand.get("safety_alarms")),
        "habit": has_decay,
        "beyond_distance": not has_decay,
    }
    return [each for each in LIMITS if not overcome.get(each)]
