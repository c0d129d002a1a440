"""What the tags of a road or barrier mean for cars: who may drive it, which way, and how fast.

The tags are OpenStreetMap's, which GraphML files of its tools have too. A value that is not known
is never taken for one that is: it is told, with how often it comes and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

Tags = Mapping[str, str]


class Access(Enum):
    """Who may drive somewhere: all cars, none, or only ambulances and others in an emergency."""

    OPEN = "open"
    CLOSED = "closed"
    EMERGENCY = "emergency"


@dataclass
class RoadDoubts:
    """What was read of roads that their owner should look at.

    Attributes:
        found: What was met, each once, by the kind of doubt (a key under `files.doubts`).
    """

    found: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, kind: str, example: str) -> None:
        """Note a doubt; the same twice is one."""
        self.found.setdefault(kind, {})[" ".join(example.split())[:120]] = None

    @property
    def count(self) -> dict[str, int]:
        """Return how many there are of each kind."""
        return {kind: len(examples) for kind, examples in self.found.items()}

    @property
    def example(self) -> dict[str, str]:
        """Return the first of each kind."""
        return {kind: next(iter(examples)) for kind, examples in self.found.items()}


CAR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Tags of access, the most special first: the first that says something holds."""

_YES = frozenset({
    "yes", "designated", "permissive", "destination", "official", "permit", "public", "customers",
    "discouraged", "allowed", "hov",
})  # fmt: skip
_NO = frozenset({
    "no", "private", "agricultural", "forestry", "customers_only", "military", "psv", "bus",
    "taxi", "delivery", "employees", "residents", "goods", "hgv", "bicycle", "foot", "disabled",
    "restricted", "work", "farm",
})  # fmt: skip
_EMERGENCY = frozenset({"emergency", "emergency_vehicles"})
_MAY_IN_EMERGENCY = frozenset({"yes", "designated", "official", "permissive", "only"})
_UNSAID = frozenset({"", "unknown", "nan", "none", "null"})

_OPEN_BARRIERS = frozenset({
    "gate", "lift_gate", "swing_gate", "sliding_gate", "cattle_grid", "toll_booth", "entrance",
    "border_control", "checkpoint", "height_restrictor", "sally_port", "arch", "no", "kerb",
    "hampshire_gate", "wicket_gate", "width_restrictor", "toll", "coupure",
})  # fmt: skip
_SHUT_BARRIERS = frozenset({
    "bollard", "bollards", "block", "jersey_barrier", "log", "debris", "cycle_barrier", "stile",
    "motorcycle_barrier", "turnstile", "full-height_turnstile", "kissing_gate", "horse_stile",
    "chain", "rope", "bus_trap", "sump_buster", "planter", "wall", "fence", "hedge", "ditch",
    "guard_rail", "bar", "tree", "rock", "boulder", "barrier_board", "retaining_wall", "spikes",
    "step", "vehicle_block", "tank_trap", "city_wall", "handrail",
})  # fmt: skip
_NOT_IN_USE = ("abandoned", "disused", "demolished", "razed", "proposed", "construction")


def tag_parts(text: str) -> list[str]:
    """Return the values of a tag: of OpenStreetMap's `a;b`, and of a written list `['a', 'b']`."""
    listed = text.strip()
    if listed.startswith("[") and listed.endswith("]"):
        return [part.strip(" '\"") for part in listed[1:-1].split(",")]
    return [part.strip() for part in listed.split(";")]


def car_access(tags: Tags, doubts: RoadDoubts, where: str, direction: str = "") -> Access | None:
    """Return who may drive, by the most special tag of access that says something.

    Args:
        tags: The tags of a way, a ferry or a barrier.
        doubts: Gets values that are not known; the next tag is then asked.
        where: The way, as the example of a doubt.
        direction: `forward` or `backward`, whose tags go before those of both directions.

    Returns:
        Who may; None where no tag says.
    """
    allowed = _said_access(tags, doubts, where, direction)
    if allowed is Access.CLOSED and tags.get("emergency", "").lower() in _MAY_IN_EMERGENCY:
        return Access.EMERGENCY
    return allowed


def _said_access(tags: Tags, doubts: RoadDoubts, where: str, direction: str) -> Access | None:
    for key in CAR_KEYS:
        for name in (f"{key}:{direction}", key) if direction else (key,):
            if name not in tags:
                continue
            values = {part.lower() for part in tag_parts(tags[name])} - _UNSAID
            unknown = values - _YES - _NO - _EMERGENCY
            if unknown:
                doubts.add("access", f"{where} {name}={tags[name]}")
            if values & _YES:
                return Access.OPEN
            if values & _EMERGENCY:
                return Access.EMERGENCY
            if values & _NO:
                return Access.CLOSED
    return None


def way_access(tags: Tags, doubts: RoadDoubts, where: str, direction: str = "") -> Access:
    """Return who may drive a way: where no tag says, all may, but for squares and old roads."""
    said = car_access(tags, doubts, where, direction)
    if said is not None:
        return said
    if tags.get("service") == "emergency_access":
        return Access.EMERGENCY
    is_unused = any(tags.get(key) == "yes" for key in _NOT_IN_USE)
    return Access.CLOSED if is_unused or tags.get("area") == "yes" else Access.OPEN


def may_drive(tags: Tags) -> bool:
    """Tell whether ordinary cars may use a way, by its most special tag of access."""
    return way_access(tags, RoadDoubts(), "") is Access.OPEN


def barrier_access(tags: Tags, doubts: RoadDoubts, where: str) -> Access:
    """Return who passes a barrier: by its access, else whether it is locked, else by its kind."""
    said = car_access(tags, doubts, where)
    if said is not None:
        return said
    kind = tags.get("barrier", "no").lower()
    if kind not in _OPEN_BARRIERS | _SHUT_BARRIERS:
        doubts.add("barrier", f"{where} barrier={kind}")
    is_shut = kind in _SHUT_BARRIERS or tags.get("locked") == "yes"
    if is_shut and tags.get("emergency", "").lower() in _MAY_IN_EMERGENCY:
        return Access.EMERGENCY
    return Access.CLOSED if is_shut else Access.OPEN


_ROUND = frozenset({"roundabout", "circular"})
_AHEAD = frozenset({"yes", "true", "1"})
_BACK = frozenset({"-1", "reverse"})
_BOTH = frozenset({"no", "false", "0", "alternating"})
_ONE_WAY_KEYS = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")


def driving_directions(
    tags: Tags, doubts: RoadDoubts | None = None, where: str = ""
) -> tuple[bool, bool]:
    """Tell whether a way is driven along its points, and against them.

    One whose direction changes with the hour is driven both ways, with a doubt.
    """
    for key in _ONE_WAY_KEYS:
        said = tags.get(key, "").lower()
        if said in _BACK:
            return False, True
        if said in _AHEAD:
            return True, False
        if said in _BOTH:
            return True, True
        if said not in _UNSAID and doubts is not None:
            doubts.add("reversible" if said == "reversible" else "oneway", f"{where} {key}={said}")
    is_one_way = tags.get("junction") in _ROUND or tags.get("highway") == "motorway"
    return True, not is_one_way


WALK_KMH = 6.0
LIMITS_KMH = 5, 130
"""The lowest and highest limit that a road in Norway can have, with a margin."""

_MILE_KM = 1.609344
_LIMIT = re.compile(
    r"(?:[a-z]{2}:(?:zone:?)?)?(\d{1,3}(?:[.,]\d+)?)\s*(mph|km/h|kmh|kph)?", re.IGNORECASE
)
_NO_LIMIT = re.compile(
    r"|none|no|nan|null|unknown|signals|variable|implicit|[a-z]{2}:[a-z_]+", re.IGNORECASE
)
"""What tells no number: the road is driven at the speed of its class."""


def read_limit(text: str) -> tuple[float | None, bool]:
    """Return the speed limit that a tag tells, in km/h, and whether all of the tag was understood.

    Of several, such as by lane, the lowest. `80 @ (22:00-06:00)` is no limit of the whole day.
    """
    limits, is_read = list[float](), True
    for part in (each for text in tag_parts(text) for each in text.split("|")):
        limit = _LIMIT.fullmatch(part.strip())
        if limit:
            kmh = float(limit[1].replace(",", ".")) * (
                _MILE_KM if (limit[2] or "").lower() == "mph" else 1.0
            )
            if LIMITS_KMH[0] <= kmh <= LIMITS_KMH[1]:
                limits.append(kmh)
                continue
        elif part.strip().lower() == "walk" or part.strip().lower().endswith(":walk"):
            limits.append(WALK_KMH)
            continue
        is_read = is_read and limit is None and _NO_LIMIT.fullmatch(part.strip()) is not None
    return min(limits, default=None), is_read


def limit_kmh(text: str) -> float | None:
    """Return the speed limit that a tag tells, in km/h; None where it tells none."""
    return read_limit(text)[0]


def road_speed_kmh(
    road_class: str, limit: str, table: Mapping[str, float], of_limit: float
) -> float:
    """Return the car speed of a road: a share of its limit, else that of its class.

    Args:
        road_class: The tag `highway`.
        limit: The tag `maxspeed`, "" without one.
        table: Speeds in km/h by class.
        of_limit: Share of a limit that cars drive.
    """
    allowed_kmh = limit_kmh(limit) if limit else None
    kmh = allowed_kmh * of_limit if allowed_kmh is not None else table[road_class]
    return min(max(kmh, 5.0), 120.0)


_TIMED = re.compile(
    r"(?:motorcar|motor_vehicle|vehicle|access|oneway|maxspeed)(?::[a-z_]+)*:conditional"
)
_SEASONS = ("seasonal", "winter_service", "snowplowing", "ice_road", "winter_road", "opening_hours")
_ALWAYS = {"seasonal": "no", "winter_service": "yes", "snowplowing": "yes", "ice_road": "no",
           "winter_road": "no", "opening_hours": "24/7"}  # fmt: skip


def timed_tags(tags: Tags) -> Iterator[tuple[str, str]]:
    """Yield the kind of doubt and the tag for what holds a part of the day or year alone."""
    for key, value in tags.items():
        if _TIMED.fullmatch(key):
            yield ("timed_limit" if key.startswith("maxspeed") else "timed"), f"{key}={value}"
        elif key in _SEASONS and value.lower() != _ALWAYS[key]:
            yield "season", f"{key}={value}"


_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::\d{2})?")
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?")
_MINUTES = re.compile(r"(\d{1,3})\s*(?:min|mins|minutes|minutter|m)?\.?", re.IGNORECASE)


def ferry_minutes(duration: str) -> float | None:
    """Return the minutes that a tag tells: 00:20, 1:05:00, PT20M or 20 min; None where none."""
    text = duration.strip()
    if clock := _CLOCK.fullmatch(text):
        minutes = int(clock[1]) * 60 + int(clock[2])
    elif iso := _ISO.fullmatch(text):
        minutes = int(iso[1] or 0) * 60 + int(iso[2] or 0)
    else:
        plain = _MINUTES.fullmatch(text)
        minutes = int(plain[1]) if plain else 0
    return float(minutes) if 0 < minutes <= 600 else None
