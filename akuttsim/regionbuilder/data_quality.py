"""Data quality: what a build has to tell, and what looks wrong in a region.

Findings of a build are sentences, the loud ones first. Suspicions are about a region that is there,
though nothing forbids what they tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from akuttsim.config.region_checks import is_in_norway, km_between_places
from akuttsim.config.schema.geography import Ferry, Road
from akuttsim.config.schema.region import Region
from akuttsim.great_circle import great_circle_km
from akuttsim.records import Floats
from akuttsim.units import MINUTE_S


class BuildFinding(NamedTuple):
    """A sentence about what was built.

    Attributes:
        is_loud: Whether it changes what results can be trusted for; such ones come first, marked
            `!!`.
        what: The sentence, without a full stop.
    """

    is_loud: bool
    what: str


def loud_first(findings: list[BuildFinding]) -> list[BuildFinding]:
    """Return the loud findings first, each group as it came."""
    return sorted(findings, key=lambda finding: not finding.is_loud)


def finding_line(finding: BuildFinding) -> str:
    """Return a finding as one line."""
    return f"{'!! ' if finding.is_loud else '   '}{finding.what}"


SentenceValues = dict[str, str | float]

FAR_MIN = 90.0
OFF_ROAD_M = 500.0
CROWDED = 0.5
"""Share of a municipality's people in one place, where it has many places."""
BENT, APART_KM = 2.5, 3.0
"""Length of the drive over the straight line from which on a place looks badly joined."""
SHORT_M = 200.0
"""Metres that a road is shorter than the straight line between its ends."""
FAST_KMH = 110.0
NEVER_KMH = 150.0
SHOWN = 8


@dataclass(frozen=True)
class RegionFacility:
    """A facility on the map of a region.

    Attributes:
        kind: `hospital`, `legevakt`, `satellite` or `station`.
        name: Its name as people know it.
        place: The identifier of the place that it is at.
        to_road_m: Metres from where it truly is to that place; None where nobody noted it.
    """

    kind: str
    name: str
    place: str
    to_road_m: float | None = None


@dataclass(frozen=True)
class Suspicion:
    """Something in a region that looks wrong, though nothing forbids it.

    Attributes:
        what: The key of its sentence in the catalogue of the region's page, such as `far.one`.
        values: What the sentence tells: names, numbers, and the `kind` of a facility.
        place: The identifier of the place that is meant; "" for the whole region.
    """

    what: str
    values: SentenceValues
    place: str = ""

    @property
    def sort(self) -> str:
        """Return the sort of error that it looks like, under which the page lists it."""
        return self.what.partition(".")[0]


def suspicions(
    region: Region, sites: Sequence[RegionFacility], seconds: Floats, km: Floats
) -> list[Suspicion]:
    """Return what looks wrong in a region.

    Each check looks for the trace of one common mistake: coordinates of another country, a gap in
    the roads, a wrong speed limit, a population table of one place alone, a row copied.

    Args:
        region: The region, which has passed the checks of `akuttsim check`.
        sites: Its facilities.
        seconds: Drives by car at noon, shape (places, sites).
        km: Their lengths, of the same shape.

    Returns:
        Suspicions by sort of error; at most `SHOWN` of a sort are told one by one.
    """
    return [
        *_unusable_map(region),
        *_facilities_off_road(sites),
        *_far_from_facilities(region, sites, seconds),
        *_long_detours(region, sites, km),
        *_impossible_drives(region, sites, seconds, km),
        *_odd_places(region),
        *_assumed_values(region),
    ]


def _unusable_map(region: Region) -> Iterator[Suspicion]:
    """Tell that the region has no roads, or that no place of it lies in Norway.

    Without roads closed roads and ferries cannot be studied; a single place abroad is an error of
    the region.
    """
    if region.straight_line is not None:
        yield Suspicion("no_roads.straight_line", {})
    elif region.travel_times is not None:
        yield Suspicion("no_roads.table", {})
    if not any(is_in_norway(place.lat, place.lon) for place in region.places.values()):
        yield Suspicion("abroad.all", {})


def _facilities_off_road(sites: Sequence[RegionFacility]) -> Iterator[Suspicion]:
    """Tell facilities that were set down more than `OFF_ROAD_M` from where they are."""
    for site in sites:
        if site.to_road_m is not None and site.to_road_m > OFF_ROAD_M:
            values: SentenceValues = {
                "name": site.name,
                "kind": site.kind,
                "metres": site.to_road_m,
            }
            yield Suspicion("off_road.one", values, site.place)


def _far_from_facilities(
    region: Region, sites: Sequence[RegionFacility], seconds: Floats
) -> Iterator[Suspicion]:
    """Tell the places with people that are more than 90 min from every facility of a kind."""
    living = np.array([any(place.people) for place in region.places.values()])
    for kind in dict.fromkeys(site.kind for site in sites):
        of_kind = [k for k, site in enumerate(sites) if site.kind == kind]
        nearest = seconds[:, of_kind].min(axis=1) / MINUTE_S
        far = [k for k in np.argsort(-nearest).tolist() if nearest[k] > FAR_MIN and living[k]]
        heading: SentenceValues = {"kind": kind, "limit": FAR_MIN}
        for k in far[:SHOWN]:
            name = region.place_ids[k]
            place = region.places[name]
            values = {"place": place.name, "minutes": nearest[k], "people": sum(place.people)}
            yield Suspicion("far.one", heading | values, name)
        if len(far) > SHOWN:
            yield Suspicion("far.more", heading | {"more": len(far) - SHOWN})


def _long_detours(
    region: Region, sites: Sequence[RegionFacility], km: Floats
) -> Iterator[Suspicion]:
    """Tell places that are near a facility in a straight line, but not by road.

    A drive of more than 2.5 times the straight line is what a missing bridge or ferry looks like.
    """
    straight = _straight_km(region, sites)
    nearest = straight.argmin(axis=1)
    rows = np.arange(len(nearest))
    straight_line, driven = straight[rows, nearest], km[rows, nearest]
    living = np.array([any(place.people) for place in region.places.values()])
    bent = np.flatnonzero((driven > BENT * straight_line) & (straight_line > APART_KM) & living)
    ratio = driven / np.maximum(straight_line, APART_KM)
    for k in bent[np.argsort(-ratio[bent], kind="stable")][:SHOWN].tolist():
        name, site = region.place_ids[k], sites[int(nearest[k])]
        drive = {"place": region.places[name].name, "name": site.name}
        yield Suspicion(
            "bent.one", drive | {"straight": straight_line[k], "driven": driven[k]}, name
        )


def _straight_km(region: Region, sites: Sequence[RegionFacility]) -> Floats:
    """Return the kilometres in a straight line, shape (places, sites)."""
    lat, lon = (np.array([getattr(p, x) for p in region.places.values()]) for x in ("lat", "lon"))
    at = [region.place_ids.index(site.place) for site in sites]
    return great_circle_km(lat[:, None], lon[:, None], lat[at][None, :], lon[at][None, :])


def _impossible_drives(
    region: Region, sites: Sequence[RegionFacility], seconds: Floats, km: Floats
) -> Iterator[Suspicion]:
    """Tell roads and ferries shorter than the straight line, and the fastest drive where it is odd.

    Shorter by less than is an error of the region; odd is a mean speed above `FAST_KMH` over more
    than ten minutes, or above `NEVER_KMH` in a straight line over more than a kilometre.
    """
    links: list[Road | Ferry] = [*region.roads, *region.ferries]
    for link in links:
        start, end = region.places[link.start], region.places[link.end]
        metres = 1000 * (km_between_places(start, end) - link.km)
        if metres > SHORT_M:
            values: SentenceValues = {"place": start.name, "name": end.name, "metres": metres}
            yield Suspicion("short.one", values, link.start)
    long = seconds > 10 * MINUTE_S
    straight = _straight_km(region, sites)
    direct_kmh = np.where(straight > 1, straight / np.maximum(seconds, 1) * 3600, 0)
    kmh = np.where(long, km / np.maximum(seconds, 1) * 3600, 0)
    kmh = np.maximum(kmh, np.where(direct_kmh > NEVER_KMH, direct_kmh, 0))
    worst = np.unravel_index(int(kmh.argmax()), kmh.shape)
    if kmh[worst] > FAST_KMH:
        name = region.place_ids[int(worst[0])]
        drive = {"place": region.places[name].name, "name": sites[int(worst[1])].name}
        yield Suspicion("fast.one", drive | {"kmh": kmh[worst]}, name)


def _odd_places(region: Region) -> Iterator[Suspicion]:
    """Tell places with more than half of a municipality of many, and places at one position.

    The same position twice is usually a row that was copied.
    """
    for key, municipality in region.municipalities.items():
        own = [(sum(p.people), name) for name, p in region.places.items() if p.municipality == key]
        most, name = max(own)
        everybody = sum(municipality.people)
        if len(own) > 20 and most > CROWDED * everybody > 0:
            names = {"place": region.places[name].name, "municipality": municipality.name}
            yield Suspicion("crowded.one", names | {"people": most, "all": everybody}, name)
    first_at: dict[tuple[float, float], str] = {}
    for name, place in region.places.items():
        other = first_at.setdefault((place.lat, place.lon), name)
        if other != name:
            values: SentenceValues = {"place": place.name, "other": region.places[other].name}
            yield Suspicion("alike.one", values, name)


def _assumed_values(region: Region) -> Iterator[Suspicion]:
    """Tell what the build assumed and nobody has filled in: ferry timetables and road speeds."""
    assumed = [ferry.ferry for ferry in region.ferries if ferry.grade == "C"]
    if assumed:
        yield Suspicion("assumed.ferries", {"ferries": ", ".join(assumed[:SHOWN])})
    if region.roads and all(road.grade == "C" for road in region.roads):
        yield Suspicion("assumed.roads", {})
