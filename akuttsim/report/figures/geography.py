"""The region as the map needs it: kilometres east and north, roads, ferries, places, services."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

KM_A_DEGREE = 111.2
"""Kilometres in a degree of latitude, and in one of longitude at the equator."""

SERVICES = ("hospital", "legevakt", "satellite", "station")
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A place on the map."""

    at: Point
    municipality: str
    people: int


class Geography:
    """A region in kilometres, with degrees of longitude shortened to what they are at its middle.

    Equirectangular with the middle latitude as standard: areas come out nearly right over a
    district of a few hundred kilometres.
    """

    def __init__(self, region: dict[str, Any]) -> None:
        """Take places, roads, ferries and hospitals from the region of a manifest."""
        raw = region["places"]
        latitudes = [place["lat"] for place in raw.values()]
        middle = (min(latitudes) + max(latitudes)) / 2
        shorter = math.cos(math.radians(middle))
        self.places = {
            name: Place(
                (KM_A_DEGREE * shorter * place["lon"], KM_A_DEGREE * place["lat"]),
                place["municipality"],
                sum(place["people"]),
            )
            for name, place in raw.items()
        }
        self.roads = [self._ends(road) for road in region["roads"]]
        self.ferries = [self._ends(ferry) for ferry in region["ferries"]]
        self.hospitals = [hospital["place"] for hospital in region["hospitals"].values()]

    def _ends(self, way: dict[str, Any]) -> tuple[Point, Point]:
        return self.places[way["from"]].at, self.places[way["to"]].at

    def high_to_wide(self) -> float:
        """Return how high the region is against its width."""
        east, north = zip(*(place.at for place in self.places.values()), strict=True)
        return float((max(north) - min(north)) / max(max(east) - min(east), 1.0))

    def main_place(self, municipality: str) -> Place | None:
        """Return the most populous place of a municipality."""
        own = [place for place in self.places.values() if place.municipality == municipality]
        return max(own, key=lambda place: place.people, default=None)

    def services(self, organisation: dict[str, Any]) -> list[tuple[Point, list[str]]]:
        """Return where an organisation has services, each place with its kinds in a fixed order.

        GP offices are left out. Services nearer than 3 km to one another stand together.
        """
        found: list[tuple[Point, set[str]]] = []
        for kind, place in self._sites(organisation):
            at = self.places[place].at
            near = next((kinds for where, kinds in found if math.dist(where, at) < 3.0), None)
            if near is None:
                found.append((at, {kind}))
            else:
                near.add(kind)
        return [(at, [kind for kind in SERVICES if kind in kinds]) for at, kinds in found]

    def _sites(self, organisation: dict[str, Any]) -> list[tuple[str, str]]:
        clinics = organisation["clinics"].values()
        sites = [("hospital", place) for place in self.hospitals]
        sites += [(each["kind"], each["place"]) for each in clinics if each["kind"] in SERVICES]
        crews = organisation["ambulances"].values()
        return sites + [("station", crew["station"]) for crew in crews]
