"""The road network as arrays: every stretch both ways, with its seconds by mode and hour."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from akuttsim.scenario.geography import Driving, Ferry, Road
from akuttsim.scenario.region import Region
from akuttsim.units import HOUR_S, MINUTE_S, to_ticks

Mode = Literal["car", "blue"]
"""How a vehicle drives: as ordinary traffic, or with blue light."""

MODES: tuple[Mode, ...] = ("car", "blue")
HOURS = 24


@dataclass(frozen=True)
class Network:
    """All stretches, each direction one row; `seconds[mode]` has a row an hour of the day.

    `start`, `end` are place indices; `km` their lengths, of ferries that of the crossing;
    `is_ferry` marks crossings, on which nobody can turn.
    """

    places: int
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    km: NDArray[np.float64]
    is_ferry: NDArray[np.bool_]
    seconds: dict[Mode, NDArray[np.float64]]


def network(region: Region) -> Network:
    """Return the network of a region; a ferry's time is mean waiting plus crossing."""
    index = {name: number for number, name in enumerate(region.places)}
    links: list[Road | Ferry] = [*region.roads, *region.ferries]
    start = np.array([index[link.start] for link in links], dtype=np.int32)
    end = np.array([index[link.end] for link in links], dtype=np.int32)
    km = np.array([link.km for link in links], dtype=np.float64)
    ferry = np.array([isinstance(link, Ferry) for link in links])
    return Network(
        places=len(index),
        start=np.concatenate([start, end]),
        end=np.concatenate([end, start]),
        km=np.concatenate([km, km]),
        is_ferry=np.concatenate([ferry, ferry]),
        seconds={mode: np.tile(_seconds(region, mode), (1, 2)) for mode in MODES},
    )


def _seconds(region: Region, mode: Mode) -> NDArray[np.float64]:
    roads = [_road_seconds(road.km, road.kmh, mode, region.driving) for road in region.roads]
    fixed = np.tile(np.array(roads), (HOURS, 1))
    crossings = [_ferry_seconds(ferry, mode) for ferry in region.ferries]
    columns = np.array(crossings).reshape(len(crossings), HOURS).T
    return to_ticks(np.hstack([fixed, columns]))


def _road_seconds(km: float, kmh: float, mode: Mode, driving: Driving) -> float:
    factor = 1.0
    if mode == "blue":
        in_town = kmh < driving.town_below_kmh.value
        factor = (driving.blue_light_town if in_town else driving.blue_light_rural).value
    return km / (kmh * factor) * HOUR_S


def _ferry_seconds(ferry: Ferry, mode: Mode) -> list[float]:
    """Return waiting plus crossing for an arrival at the quay within each hour of the day.

    With blue light the vehicle need not wait longer than it takes to call the ferry out.
    """
    on_call = ferry.on_call_min if mode == "blue" else None
    longest = math.inf if on_call is None else on_call * MINUTE_S
    waits = mean_waits(sailings(ferry), longest)
    return [wait + ferry.crossing_min * MINUTE_S for wait in waits]


def sailings(ferry: Ferry) -> NDArray[np.float64]:
    """Return the departures of a day in seconds after midnight, evenly from first to last."""
    first, last = (_seconds_of_day(text) for text in (ferry.first, ferry.last))
    if last < first:
        last += HOURS * HOUR_S
    return np.linspace(first, last, ferry.departures)


def _seconds_of_day(text: str) -> float:
    hours, minutes = text.split(":")
    return int(hours) * HOUR_S + int(minutes) * MINUTE_S


def mean_waits(departures: NDArray[np.float64], longest: float) -> list[float]:
    """Return the mean wait for the next departure, over arrivals within each hour of the day.

    Nobody waits more than `longest` seconds. Exact: within the hour the wait falls linearly and
    jumps at each departure.
    """
    day = HOURS * HOUR_S
    all_days = np.sort(np.concatenate([departures - day, departures, departures + day]))
    waits = []
    for hour in range(HOURS):
        inside = all_days[(all_days > hour * HOUR_S) & (all_days < (hour + 1) * HOUR_S)]
        cuts = np.concatenate([[hour * HOUR_S], inside, [(hour + 1) * HOUR_S]])
        upcoming = all_days[np.searchsorted(all_days, cuts[1:], side="left")]
        waited = _area(upcoming - cuts[:-1], longest) - _area(upcoming - cuts[1:], longest)
        waits.append(float(np.sum(waited) / HOUR_S))
    return waits


def _area(waits: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    """Return the integral of min(wait, longest) from no wait up to each of the given ones."""
    capped: NDArray[np.float64] = np.minimum(waits, longest)
    return capped * waits - capped**2 / 2
