"""Building: from a specification to all that a region folder holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from akuttsim.building.ages import published, scaled
from akuttsim.building.districts import (
    Municipalities,
    PlaceRow,
    municipality_rows,
    place_rows,
)
from akuttsim.building.findings import Finding
from akuttsim.building.grid import gathered, largest_built_up, read_cells
from akuttsim.building.layout import (
    Facility,
    Settled,
    Spots,
    read_facilities,
    set_down,
    settled,
    snapping,
)
from akuttsim.building.network import Network, read_network, read_points
from akuttsim.building.reach import on_the_map
from akuttsim.building.spec import Facilities, GivenTable, Ready
from akuttsim.building.told import of_network, of_places
from akuttsim.building.ways import Ways, ways_of
from akuttsim.scenario.geography import Driving


@dataclass(frozen=True)
class Built:
    """A region worked out: its tables, how one drives in it, and what there is to tell."""

    municipalities: Municipalities
    places: list[PlaceRow]
    facilities: list[Facility]
    ways: Ways
    findings: list[Finding]

    def place_at(self) -> dict[int, str]:
        """Return the place on each spot that has one."""
        return {row.spot: row.id for row in self.places}


def build(ready: Ready, driving: Driving) -> Built:
    """Return the region of a specification. Raises InputError with all that is wrong."""
    network = read_network(ready, driving)
    sites = read_facilities(ready)
    points = _points(ready, network)
    inside, whole, left_out = on_the_map(ready, read_cells(ready), points)
    gathering = gathered(inside, ready.spec.value.people.gather_km)
    spots = points or _own_spots(gathering.lat, gathering.lon, sites)
    where = settled(gathering, spots)
    facilities = set_down(ready, sites, spots)
    told = published(ready, whole)
    municipalities = municipality_rows(ready, told, (inside, whole), largest_built_up(whole))
    places = place_rows(ready, (gathering, where), facilities, spots, municipalities)
    ways = ways_of(ready, network, spots, places, driving)
    findings = [*left_out, *scaled(told, whole), *_told(network, where)]
    findings += [*snapping(facilities), *ways.findings]
    return Built(municipalities, places, facilities, ways, findings)


def _told(network: Network | None, where: Settled) -> list[Finding]:
    return [*(of_network(network) if network else []), *of_places(where)]


def _points(ready: Ready, network: Network | None) -> Spots | None:
    """Return the points of roads or of a given table on which places can be; None without any."""
    if network is not None:
        possible = np.flatnonzero(network.graph.can_stop)
        return Spots(possible, network.graph.lat[possible], network.graph.lon[possible])
    roads = ready.spec.value.roads
    if isinstance(roads, GivenTable):
        names, lat, lon = read_points(ready, roads.points)
        return Spots(np.arange(len(names)), lat, lon)
    return None


def _own_spots(
    lat: np.ndarray[tuple[int], np.dtype[np.float64]],
    lon: np.ndarray[tuple[int], np.dtype[np.float64]],
    sites: list[tuple[Facilities, str, float, float]],
) -> Spots:
    """Return places and facilities as spots of their own: without roads all stay where they are."""
    lat = np.concatenate([lat, [row[2] for row in sites]])
    lon = np.concatenate([lon, [row[3] for row in sites]])
    return Spots(np.arange(len(lat)), lat, lon)
