"""Where vehicles are along the road, from a record and the travel times: legs of a track."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from akuttsim.analysis.observed import Observed
from akuttsim.roads.network import Mode
from akuttsim.roads.travel import Route, Travel, Way
from akuttsim.units import HOUR_S, tick

STAGES = (
    "mobilises",
    "drives_out",
    "on_scene",
    "with_patient",
    "hands_over",
    "drives_home",
    "drives_to_post",
    "waits",
    "receives",
    "away",
    "own_way",
)
"""What a unit (or a patient on the own way to care) does on a leg; the code is the position."""

(
    MOBILISES,
    DRIVES_OUT,
    ON_SCENE,
    WITH_PATIENT,
    HANDS_OVER,
    DRIVES_HOME,
    DRIVES_TO_POST,
    WAITS,
    RECEIVES,
    AWAY,
    OWN_WAY,
) = range(len(STAGES))


class Leg(NamedTuple):
    """A stretch of a track: who (-1: the patient alone) does what, from when to when, for whom.

    The unit passes `places[k]` at `passed_s[k]`, in a straight line between two of them, and is
    where these say between `start_s` and `end_s`: a route may begin before its leg or end after it.
    One place alone is where it stands. Seconds of the run.
    """

    unit: int
    stage: int
    start_s: float
    end_s: float
    patient: int
    places: tuple[int, ...]
    passed_s: tuple[float, ...]


@dataclass(frozen=True)
class Drive:
    """A drive under way: its route, which begins at `departed_s`; wheels roll from `leaves_s`.

    `sailed_from` is the quay, and when it was left, of a crossing that must be ended before.
    """

    route: Route
    departed_s: float
    leaves_s: float
    sailed_from: tuple[int, float] | None = None

    @property
    def there_s(self) -> float:
        """Return when it arrives."""
        return self.departed_s + self.route.duration_s

    @property
    def end(self) -> int:
        """Return the place it goes to."""
        return self.route.places[-1]

    def leg(self, unit: int, stage: int, end_s: float, patient: int = -1) -> Leg:
        """Return the drive as a leg, until its end or a time before it."""
        places, passed = self.route.places, [self.departed_s + s for s in self.route.reached_s]
        if self.sailed_from is not None:
            quay, left_s = self.sailed_from
            places, passed = (quay, *places), [left_s, *passed]
        end_s = min(end_s, self.there_s)
        return Leg(unit, stage, self.leaves_s, end_s, patient, places, tuple(passed))

    def crossing(self, now: float) -> tuple[int, float] | None:
        """Return the quay of the ferry that it is on, and when it left; None where it can turn."""
        elapsed_s = now - self.departed_s
        if elapsed_s < 0 or elapsed_s >= self.route.duration_s:
            return self.sailed_from if elapsed_s < 0 else None
        stretch = bisect_right(self.route.reached_s, elapsed_s) - 1
        left_s = self.departed_s + self.route.reached_s[stretch]
        if not self.route.on_ferry[stretch] or left_s == now:
            return None
        return self.route.places[stretch], left_s


Spot = int | Drive
"""Where a vehicle is: at a place, or on a drive."""


@dataclass(frozen=True)
class Roads:
    """Travel times with the condition of each hour of the run, as the chain meets them."""

    travel: Travel
    condition_of_hour: Sequence[int]

    def condition(self, now: float) -> int:
        """Return the condition of the roads at a time."""
        return self.condition_of_hour[int(now // HOUR_S)]

    def drive_s(self, start: int, end: int, now: float, mode: Mode = "car") -> float:
        """Return the seconds of a drive between places that begins now."""
        return self.travel.to(mode, self.condition(now), end)[start]

    def seconds(self, spot: Spot, end: int, now: float, mode: Mode) -> float:
        """Return the seconds from a spot to a place, on ahead or turning back."""
        if isinstance(spot, int):
            return self.drive_s(spot, end, now, mode)
        times = self.travel.to(mode, self.condition(now), end)
        return tick(min(first_s + times[place] for place, first_s in self._ways(spot, now, mode)))

    def sets_off(
        self, spot: Spot, end: int, now: float, mode: Mode, leaves_in_s: float = 0.0
    ) -> Drive:
        """Return the drive to a place, begun now and rolling so much later, as the chain has it."""
        condition = self.condition(now)
        times = self.travel.to(mode, condition, end)
        ways = self._ways(spot, now, mode)
        first, until_s = min(ways, key=lambda way: way[1] + times[way[0]])
        route = self.travel.route(condition, first, end, mode)
        departed_s = now + leaves_in_s + tick(until_s)
        floor_s = spot.leaves_s if isinstance(spot, Drive) else now
        leaves_s = max(now + leaves_in_s, floor_s)
        behind = [place for place, _ in ways if place != first]
        if behind:
            stretch_s = float(self.travel.seconds[mode][condition][behind[0], first])
            if stretch_s < inf:
                route = _begun_at(behind[0], stretch_s, route)
                departed_s -= stretch_s
        crossing = spot.crossing(now) if isinstance(spot, Drive) else None
        return Drive(route, departed_s, leaves_s, crossing)

    def _ways(self, spot: Spot, now: float, mode: Mode) -> list[Way]:
        if isinstance(spot, int):
            return [(spot, 0.0)]
        elapsed_s = now - spot.departed_s
        if elapsed_s < 0:
            return [(spot.route.places[0], -elapsed_s)]
        return self.travel.ways_from(spot.route, elapsed_s, self.condition(now), mode)

    def along(self, start: int, end: int, now: float, mode: Mode = "car") -> Drive:
        """Return the drive between two places that begins now."""
        return self.sets_off(start, end, now, mode)


def _begun_at(place: int, stretch_s: float, route: Route) -> Route:
    """Return a route that begins with the stretch from a place which the vehicle has left."""
    later = tuple(stretch_s + reached_s for reached_s in route.reached_s)
    return Route((place, *route.places), (0.0, *later), (False, *route.on_ferry))


def standing(unit: int, stage: int, span: tuple[float, float], patient: int, place: int) -> Leg:
    """Return a leg of standing at a place."""
    return Leg(unit, stage, *span, patient, (place,), ())


def roads_of(seen: Observed) -> Roads:
    """Return the roads of a run."""
    hours = seen.region.calendar.calendar().hours(int(seen.record.end_s // HOUR_S) + 2)
    return Roads(seen.travel, seen.travel.conditions(hours))
