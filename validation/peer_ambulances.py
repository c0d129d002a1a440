"""A peer's run, met call by call: another simulator's rules, its inputs, and its log for `replay`.

Public simulators of ambulances (ELASPY, JEMSS and others) work by a matrix of travel times: of the
free units the nearest goes at once, who finds none waits in order of calls, and a unit that is free
drives home and may be sent on the way. They differ in where such a unit counts from and in who goes
of those equally near. `PeerCity.meets` is such a simulator, an event loop of its own that knows
nothing of akuttsim; `write_peer_files` writes its city as a user of akuttsim would: a region by
table, an organisation with the two rules named, and the log of its run.
"""

from __future__ import annotations

import csv
import heapq
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import numpy as np

from akuttsim.patients.streams import stream
from akuttsim.records import Floats

FIRST_DAY = datetime(2026, 1, 5)
KM_A_DEGREE = 111.195
SOUTH, WEST = 52.0, 5.0


@dataclass(frozen=True)
class PeerCall:
    """A call as the peer's input has it.

    Attributes:
        time_s: Seconds after the run began.
        place: Position of the place.
        scene_s: Time on scene, in seconds.
        handover_s: Time at the hospital, in seconds; of use where there is a hospital.
        hospital: Position of the hospital's place; None where the patient is not conveyed.
    """

    time_s: float
    place: int
    scene_s: float
    handover_s: float
    hospital: int | None


@dataclass
class PeerUnit:
    """A unit of the peer: where its base is, and where it was freed last, and when."""

    number: int
    base: int
    freed_at: int = -1
    freed_s: float = -1e9
    worked_s: float = 0.0
    is_busy: bool = False


@dataclass(frozen=True)
class PeerCourse:
    """What became of a call: who went, when it stood there, and when it was free again."""

    unit: int
    on_scene_s: float
    free_s: float


@dataclass(frozen=True)
class PeerCity:
    """The peer's inputs, but for the calls.

    Attributes:
        at_km: Where each place is, east and north, shape (places, 2).
        siren_s: Seconds with siren, shape (from, to).
        slower: What a drive home takes of a drive with siren.
        bases: The place of each unit's base.
        counts_from: `nearest_place`, `where_freed` or `station`.
        goes_first: `first_in_file`, `least_worked` or `longest_free`.
    """

    at_km: Floats
    siren_s: Floats
    slower: float
    bases: tuple[int, ...]
    counts_from: str
    goes_first: str

    def meets(self, calls: Sequence[PeerCall]) -> list[PeerCourse]:
        """Return what becomes of each call, in order of time."""
        return _PeerRun(self).courses(calls)

    def home_s(self, unit: PeerUnit) -> float:
        """Return how long a unit drives from where it was freed to its base, in seconds."""
        return float(self.siren_s[unit.freed_at, unit.base]) * self.slower

    def position(self, unit: PeerUnit, now: float) -> int:
        """Return the place that a free unit counts from."""
        gone_s = now - unit.freed_s
        if unit.freed_at < 0 or gone_s >= self.home_s(unit) or self.counts_from == "station":
            return unit.base
        if self.counts_from == "where_freed":
            return unit.freed_at
        start, end = self.at_km[unit.freed_at], self.at_km[unit.base]
        x, y = start + gone_s / self.home_s(unit) * (end - start)
        return min(
            range(len(self.at_km)),
            key=lambda k: hypot(self.at_km[k][0] - x, self.at_km[k][1] - y),
        )


@dataclass
class _PeerRun:
    """The event loop: units that become free, and who waits for one."""

    city: PeerCity
    units: list[PeerUnit] = field(init=False)
    becomes_free: list[tuple[float, int]] = field(default_factory=list)
    waiting: deque[int] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """Begin with every unit at its base."""
        self.units = [PeerUnit(n, base) for n, base in enumerate(self.city.bases)]

    def courses(self, calls: Sequence[PeerCall]) -> list[PeerCourse]:
        """Let all calls come, one after the other, with what happens between them."""
        done: dict[int, PeerCourse] = {}
        for number, call in enumerate(calls):
            self._free_until(call.time_s, calls, done)
            free = [unit for unit in self.units if not unit.is_busy]
            if free:
                unit = min(free, key=lambda each: self._rank(each, call))
                start = self.city.position(unit, call.time_s)
                done[number] = self._send(unit, start, call, call.time_s)
            else:
                self.waiting.append(number)
        self._free_until(float("inf"), calls, done)
        return [done[number] for number in range(len(calls))]

    def _rank(self, unit: PeerUnit, call: PeerCall) -> tuple[float, float, int]:
        """Return by what free units are ranked: the drive, then the tie rule."""
        start = self.city.position(unit, call.time_s)
        tie = {"first_in_file": 0.0, "least_worked": unit.worked_s, "longest_free": unit.freed_s}
        return float(self.city.siren_s[start, call.place]), tie[self.city.goes_first], unit.number

    def _free_until(
        self, now: float, calls: Sequence[PeerCall], done: dict[int, PeerCourse]
    ) -> None:
        """Free the units whose missions end by now; each takes who has waited longest."""
        while self.becomes_free and self.becomes_free[0][0] <= now:
            at_s, number = heapq.heappop(self.becomes_free)
            unit = self.units[number]
            unit.is_busy = False
            if self.waiting:
                next_one = self.waiting.popleft()
                done[next_one] = self._send(unit, unit.freed_at, calls[next_one], at_s)

    def _send(self, unit: PeerUnit, start: int, call: PeerCall, now: float) -> PeerCourse:
        """Send a unit; note where and when it will be free."""
        siren_s = self.city.siren_s
        on_scene_s = now + float(siren_s[start, call.place])
        free_s, place = on_scene_s + call.scene_s, call.place
        if call.hospital is not None:
            free_s += float(siren_s[place, call.hospital]) + call.handover_s
            place = call.hospital
        unit.is_busy, unit.freed_at, unit.freed_s = True, place, free_s
        unit.worked_s += free_s - now
        heapq.heappush(self.becomes_free, (free_s, unit.number))
        return PeerCourse(unit.number, on_scene_s, free_s)


# -- a made-up city -------------------------------------------------------------------------------


def random_peer_city(
    seed: int, places: int, units: int, rules: tuple[str, str], square_km: float = 30.0
) -> PeerCity:
    """Return a made-up city whose first places have a base each; the last units share these."""
    draw = stream(seed, 0, "peer city")
    at_km = draw.uniform(0.0, square_km, (places, 2))
    far = np.hypot(*(at_km[:, None] - at_km[None, :]).transpose(2, 0, 1))
    siren_s = np.rint(far * draw.uniform(50.0, 75.0, far.shape) + 60.0) * (far > 0)
    bases = tuple(int(n) for n in np.arange(units) % max(units // 2, 1))
    return PeerCity(at_km, siren_s, 1 / 0.95, bases, *rules)


def random_peer_calls(seed: int, city: PeerCity, calls: int, an_hour: float) -> list[PeerCall]:
    """Return made-up calls; the last two places are the hospitals, and the nearest is taken."""
    draw = stream(seed, 0, "peer calls")
    hospitals = (len(city.at_km) - 2, len(city.at_km) - 1)
    time_s = np.cumsum(draw.exponential(3600 / an_hour, calls))
    return [
        PeerCall(
            float(at_s),
            place := int(draw.integers(len(city.at_km))),
            float(draw.lognormal(7.3, 0.4)),
            float(draw.lognormal(7.2, 0.4)),
            min(hospitals, key=lambda h: city.siren_s[place, h]) if draw.uniform() < 0.63 else None,
        )
        for at_s in time_s
    ]


# -- as akuttsim's user writes it -----------------------------------------------------------------

MADE_UP = "grade: C, range: [0, 1], source: a peer's input"
AGES = "age_0_5,age_6_15,age_16_19,age_20_29,age_30_49,age_50_66,age_67_79,age_80_89,age_90_plus"

REGION = """\
extends: laboratory
region: peer
title: Peer
description: A peer's matrix of travel times.
calendar: {{start: "2026-01-05", time_zone: Europe/Oslo}}
tables:
  municipalities: municipalities.csv
  places: places.csv
  people: people.csv
  roads: null
  travel_times: times.csv
hospitals: {{laboratory: null, {hospitals}}}
driving:
  blue_light_rural: {{value: {faster!r}, grade: C, range: [1, 2], source: a peer's input}}
  blue_light_town: {{value: {faster!r}, grade: C, range: [1, 2], source: a peer's input}}
care:
  interview_113_s:
    red: {{lognormal: null, constant: 0, {made_up}}}
    yellow: {{lognormal: null, constant: 0, {made_up}}}
    green: {{lognormal: null, constant: 0, {made_up}}}
  dispatch_s: {{lognormal: null, constant: 0, {made_up}}}
"""

ORGANISATION = """\
extends: laboratory
organisation: peer
region: peer
title: Peer
description: A peer's units and its rules.
dispatch: {{equally_near: {goes_first}, returning_from: {counts_from}}}
control_rooms:
  room-116117: {{municipalities: [peer]}}
  room-113: {{municipalities: [peer]}}
doctors: {{doctor: {{place: p0}}}}
clinics: {{clinic: {{place: p0, open: {{always: {{municipalities: [peer]}}}}}}}}
ambulances:
  crew-1: null
{units}
"""

UNIT = (
    "  unit-{n}: {{title: Unit {n}, station: p{base}, {made_up}, "
    'shifts: [{{days: daily, hours: "00:00-24:00", duty: station}}]}}'
)

FORMAT = """\
log: peer
title: A peer's run
time_zone: Europe/Oslo
columns:
  time: call_time
  number: line
  place: node
  urgency: priority
  unit: ambulance
  sent: dispatched
  scene_time: on_site_s
  handover: drop_off_s
  destination: hospital
  on_scene: arrival_time
  free: finish_time
units: {scene_time: s, handover: s}
values:
  urgency: {red: [A1]}
  sent: {sent: ["1"]}
"""

HEADINGS = (
    "call_time", "line", "node", "priority", "ambulance", "dispatched", "on_site_s", "drop_off_s",
    "hospital", "arrival_time", "finish_time",
)  # fmt: skip


def write_peer_files(
    folder: Path, city: PeerCity, calls: Sequence[PeerCall], courses: Sequence[PeerCourse]
) -> None:
    """Write region, organisation, log and its format into a folder.

    Args:
        folder: Where `peer/region.yaml`, `peer.yaml`, `log.csv` and `log.yaml` go.
        city: The peer's city.
        calls: Its calls.
        courses: What its own run made of them.
    """
    region = folder / "peer"
    region.mkdir()
    hospitals = sorted({call.hospital for call in calls if call.hospital is not None})
    named = ", ".join(f"h{k}: {{title: Hospital {k}, place: p{k}}}" for k in hospitals)
    text = REGION.format(hospitals=named, faster=city.slower, made_up=MADE_UP)
    (region / "region.yaml").write_text(text, encoding="utf-8")
    people = (0, 0, 0, 0, len(city.at_km), 0, 0, 0, 0)
    _write(region / "municipalities.csv", f"municipality,number,name,largest_tettsted,{AGES}",
           [("peer", "0000", "Peer", 0, *people)])  # fmt: skip
    _write(region / "people.csv", f"place,{AGES}",
           [(f"p{k}", 0, 0, 0, 0, 1, 0, 0, 0, 0) for k in range(len(city.at_km))])  # fmt: skip
    _write_geography(region, city, hospitals)
    units = (UNIT.format(n=n, base=base, made_up=MADE_UP) for n, base in enumerate(city.bases))
    text = ORGANISATION.format(
        goes_first=city.goes_first, counts_from=city.counts_from, units="\n".join(units)
    )
    (folder / "peer.yaml").write_text(text, encoding="utf-8")
    (folder / "log.yaml").write_text(FORMAT, encoding="utf-8")
    _write(folder / "log.csv", ",".join(HEADINGS), map(_log_row, calls, courses))


def _write_geography(region: Path, city: PeerCity, hospitals: Sequence[int]) -> None:
    """Write places and travel times; kilometres east and north become degrees."""
    north = SOUTH + city.at_km[:, 1] / KM_A_DEGREE
    wide = KM_A_DEGREE * cos(radians((north.min() + north.max()) / 2))
    east = WEST + city.at_km[:, 0] / wide
    kinds = ["hospital" if k in hospitals else "settlement" for k in range(len(east))]
    _write(region / "places.csv", "place,name,municipality,lat,lon,kind,note,source,grade",
           [(f"p{k}", f"Node {k}", "peer", repr(float(north[k])), repr(float(east[k])), kinds[k],
             "made up", "made up", "C") for k in range(len(east))])  # fmt: skip
    ordinary_s = city.siren_s * city.slower
    _write(region / "times.csv", "from,to,seconds",
           [(f"p{a}", f"p{b}", repr(float(ordinary_s[a, b])))
            for a in range(len(east)) for b in range(len(east)) if a != b])  # fmt: skip


def _log_row(call: PeerCall, course: PeerCourse) -> tuple[Any, ...]:
    """Return a call with the peer's own times, as a row of its log."""
    clock: Callable[[float], str] = lambda s: (FIRST_DAY + timedelta(seconds=s)).isoformat()  # noqa: E731
    is_conveyed = call.hospital is not None
    return (
        clock(call.time_s), "113", f"Node {call.place}", "A1", course.unit, "1",
        repr(call.scene_s), repr(call.handover_s) if is_conveyed else "",
        f"Hospital {call.hospital}" if is_conveyed else "home",
        clock(course.on_scene_s), clock(course.free_s),
    )  # fmt: skip


def _write(path: Path, heading: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write a table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(heading + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)
