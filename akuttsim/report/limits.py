"""What these results leave out: what no model has, and what these models have not been given."""

from __future__ import annotations

from typing import Any

LIMITS = (
    "straight_line",
    "travel_times",
    "outcome",
    "cost",
    "walk_in",
    "clinic",
    "alarm",
    "planned",
    "taken_over",
    "air",
    "responders",
    "neighbours",
    "weather",
    "events",
    "hospital",
    "habit",
    "beyond_distance",
    "tables",
)
"""All limits, in the order of the report."""


def limits(manifest: dict[str, Any]) -> list[str]:
    """Return the limits that hold for results with this manifest."""
    overcome = _by_region(manifest["region"]) | set().union(
        *(_by_organisation(one) for one in manifest["organisations"].values())
    )
    return [each for each in LIMITS if each not in overcome]


def _by_region(region: dict[str, Any]) -> set[str]:
    """Return the limits that a region does away with."""
    demand, driving = region.get("demand", {}), region.get("driving", {})
    has_decay = bool(demand.get("distance_decay"))
    overcome = {
        "alarm": demand.get("safety_alarms"),
        "planned": demand.get("planned_transports"),
        "weather": driving.get("conditions"),
        "events": demand.get("incidents"),
        "habit": has_decay,
        "beyond_distance": not has_decay,
        "straight_line": not region.get("straight_line"),
        "travel_times": not region.get("travel_times"),
    }
    return {limit for limit, has in overcome.items() if has}


def _by_organisation(one: dict[str, Any]) -> set[str]:
    """Return the limits that an organisation does away with."""
    ambulances = one.get("ambulances", {}).values()
    overcome = {
        "walk_in": one.get("walk_ins"),
        "clinic": any(clinic.get("care") for clinic in one["clinics"].values()),
        "taken_over": one.get("dispatch", {}).get("red_takes_over_min"),
        "air": one.get("supports"),
        "responders": one.get("first_responders"),
        "neighbours": any(each.get("kind") == "neighbour" for each in ambulances),
    }
    return {limit for limit, has in overcome.items() if has}
