"""Suspicious: what looks wrong in a region, though nothing forbids it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.roads.sphere import km_between
from akuttsim.scenario.region import Region
from akuttsim.units import MINUTE_S

Array = NDArray[np.float64]

FAR_MIN = 90.0
OFF_ROAD_M = 500.0
CROWDED = 0.5
"""Share of a municipality's people in one place, where it has many places."""
BENT, APART_KM = 2.5, 3.0
"""Length of the drive over the straight line from which on a place looks badly joined."""
FAST_KMH = 110.0
SHOWN = 8


@dataclass(frozen=True)
class Site:
    """A facility: its kind and name, the place that it is at, and metres to the road where told."""

    kind: str
    name: str
    place: str
    to_road_m: float | None = None


@dataclass(frozen=True)
class Suspicion:
    """Something that looks wrong; `place` is where, or "" for the whole region."""

    what: str
    place: str = ""


def suspicions(region: Region, sites: Sequence[Site], seconds: Array, km: Array) -> list[Suspicion]:
    """Return what looks wrong. `seconds` and `km` are of drives by car, [place, site]."""
    return [
        *_without_roads(region),
        *_off_road(sites),
        *_far(region, sites, seconds),
        *_bent(region, sites, km),
        *_odd_speeds(region, sites, seconds, km),
        *_crowded(region),
        *_alike(region),
        *_assumed(region),
    ]


def _without_roads(region: Region) -> Iterator[Suspicion]:
    if region.straight_line is not None:
        yield Suspicion(
            "There are no roads: drive times are straight lines times a detour, across "
            "fjords and mountains too"
        )
    elif region.travel_times is not None:
        yield Suspicion(
            "There are no roads but a table of travel times: no road can be closed, and "
            "vehicles on the way are at the nearest place"
        )


def _off_road(sites: Sequence[Site]) -> Iterator[Suspicion]:
    for site in sites:
        if site.to_road_m is not None and site.to_road_m > OFF_ROAD_M:
            yield Suspicion(
                f"{site.kind} {site.name} lay {site.to_road_m:.0f} m from the nearest road: "
                "wrong coordinates, or in the sea?",
                site.place,
            )


def _far(region: Region, sites: Sequence[Site], seconds: Array) -> Iterator[Suspicion]:
    """Tell the places from which the nearest facility of a kind is far."""
    places = list(region.places.items())
    for kind in dict.fromkeys(site.kind for site in sites):
        of_kind = [k for k, site in enumerate(sites) if site.kind == kind]
        nearest = seconds[:, of_kind].min(axis=1) / MINUTE_S
        far = [
            k
            for k in np.argsort(-nearest).tolist()
            if nearest[k] > FAR_MIN and any(places[k][1].people)
        ]
        for k in far[:SHOWN]:
            name, place = places[k]
            yield Suspicion(
                f"{place.name}: {nearest[k]:.0f} minutes to the nearest {kind} "
                f"({sum(place.people)} people)",
                name,
            )
        if len(far) > SHOWN:
            yield Suspicion(
                f"and {len(far) - SHOWN} more places beyond {FAR_MIN:.0f} minutes from a {kind}"
            )


def _bent(region: Region, sites: Sequence[Site], km: Array) -> Iterator[Suspicion]:
    """Tell places that are near a facility in a straight line, but not by road."""
    lat, lon = (np.array([getattr(p, x) for p in region.places.values()]) for x in ("lat", "lon"))
    at = [region.place_ids.index(site.place) for site in sites]
    straight = km_between(lat[:, None], lon[:, None], lat[at][None, :], lon[at][None, :])
    nearest = straight.argmin(axis=1)
    rows = np.arange(len(nearest))
    apart, driven = straight[rows, nearest], km[rows, nearest]
    living = np.array([any(place.people) for place in region.places.values()])
    bent = np.flatnonzero((driven > BENT * apart) & (apart > APART_KM) & living)
    ratio = driven / np.maximum(apart, APART_KM)
    for k in bent[np.argsort(-ratio[bent], kind="stable")][:SHOWN].tolist():
        name, site = region.place_ids[k], sites[int(nearest[k])]
        yield Suspicion(
            f"{region.places[name].name}: {apart[k]:.0f} km from {site.kind} {site.name} as the "
            f"crow flies, {driven[k]:.0f} km by road: is a bridge or ferry missing?",
            name,
        )


def _odd_speeds(
    region: Region, sites: Sequence[Site], seconds: Array, km: Array
) -> Iterator[Suspicion]:
    long = seconds > 10 * MINUTE_S
    kmh = np.where(long, km / np.maximum(seconds, 1) * 3600, 0)
    worst = np.unravel_index(int(kmh.argmax()), kmh.shape)
    if kmh[worst] > FAST_KMH:
        name = region.place_ids[int(worst[0])]
        yield Suspicion(
            f"{region.places[name].name} to {sites[int(worst[1])].name}: {kmh[worst]:.0f} km/h on "
            "the whole way; are minutes given as seconds?",
            name,
        )


def _crowded(region: Region) -> Iterator[Suspicion]:
    for key, municipality in region.municipalities.items():
        own = [(sum(p.people), name) for name, p in region.places.items() if p.municipality == key]
        most, name = max(own)
        if len(own) > 20 and most > CROWDED * sum(municipality.people) > 0:
            yield Suspicion(
                f"{region.places[name].name} has {most} of {sum(municipality.people)} people of "
                f"{municipality.name}: is a total among the cells?",
                name,
            )


def _alike(region: Region) -> Iterator[Suspicion]:
    seen: dict[tuple[float, float], str] = {}
    for name, place in region.places.items():
        other = seen.setdefault((place.lat, place.lon), name)
        if other != name:
            yield Suspicion(
                f"{place.name} lies exactly where {region.places[other].name} does", name
            )


def _assumed(region: Region) -> Iterator[Suspicion]:
    assumed = [ferry.ferry for ferry in region.ferries if ferry.grade == "C"]
    if assumed:
        yield Suspicion(
            f"ferries with an assumed timetable or crossing: {', '.join(assumed[:SHOWN])}"
        )
    if region.roads and all(road.grade == "C" for road in region.roads):
        yield Suspicion("every road's length and speed is an assumption (grade C)")
