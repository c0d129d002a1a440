"""Build a region: from a specification to all tables that its folder holds, as bytes.

The same specification gives the same bytes. What is to be told about roads and places as they were
read comes along.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from akuttsim.config.region_tables import AGE_COLUMNS
from akuttsim.config.schema.geography import Driving
from akuttsim.errors import InputError, Problem, collect_problems
from akuttsim.regionbuilder.data_quality import BuildFinding
from akuttsim.regionbuilder.places_and_facilities import (
    Facility,
    FacilityAt,
    Municipalities,
    PlaceRow,
    PlaceSpots,
    Spots,
    UniqueIdentifiers,
    cells_on_map,
    facility_findings,
    identifier_of,
    municipality_rows,
    place_rows,
    read_facilities,
    settle_facilities,
    settle_places,
)
from akuttsim.regionbuilder.population_grid import (
    GridCells,
    check_ages,
    gather_places,
    largest_built_up,
    read_cells,
    read_published_people,
    scaling_findings,
)
from akuttsim.regionbuilder.roads import (
    DriveMatrix,
    MainNetwork,
    PlaceDrives,
    drives_between_places,
    read_network,
    read_points,
)
from akuttsim.regionbuilder.spec import RoadSource, SpecFolder, TravelTimeSource
from akuttsim.roads.importers.graph import NO_FERRY, Component, Graph
from akuttsim.roads.importers.osm import SHORTEST_KM
from akuttsim.texts import message
from akuttsim.units import HOUR_S

FAR_KM = 1.0
PIECES_SHOWN = 5
LONG_KM = 2.0
"""Roads of a piece from which on it is told by itself."""

_QUIET_DOUBTS = ("shut_barrier", "timed_limit", "emergency")
"""What is told of roads without a doubt about them."""

_PIECE_WORDS = {
    "apart": message("files.told.not_joined"),
    "no way out": message("files.told.not_out"),
    "no way in": message("files.told.not_in"),
    "neither": message("files.told.both_ways"),
}


def network_findings(network: MainNetwork) -> list[BuildFinding]:
    """Return what there is to tell about the roads that were read.

    How much is in the main network, which ways were skipped and why, which parts are cut off from
    it (the largest by themselves), and ferries without a crossing time. Parts with more than
    `LONG_KM` of road are loud: they may be a gap in the data, or one-way traps that real cars know
    a way out of.

    Args:
        network: The main network, with its components that were left out.

    Returns:
        Findings in the order in which they are printed.
    """
    graph = network.graph
    findings = [
        BuildFinding(
            False,
            message(
                "files.told.roads",
                points=graph.points,
                n_start=len(graph.start),
                sum=graph.km.sum(),
            ),
        )
    ]
    findings += [
        BuildFinding(False, message("files.told.left_out", count=count, why=why))
        for why, count in network.skipped.items()
    ]
    findings += [
        BuildFinding(
            kind not in _QUIET_DOUBTS,
            message(
                "files.doubts.told",
                what=message(f"files.doubts.{kind}"),
                count=count,
                example=network.doubts.example[kind],
            ),
        )
        for kind, count in network.doubts.count.items()
    ]
    if network.pieces:
        km, points = (
            sum(piece.km for piece in network.pieces),
            sum(len(piece.points) for piece in network.pieces),
        )
        findings.append(
            BuildFinding(
                km > LONG_KM,
                message("files.told.cut_off", n_pieces=len(network.pieces), points=points, km=km),
            )
        )
    findings += [_piece_finding(network, piece) for piece in network.pieces[:PIECES_SHOWN]]
    guessed = sum(not crossing.is_tagged for crossing in network.crossings)
    if guessed:
        findings.append(BuildFinding(True, message("files.told.guessed_ferries", guessed=guessed)))
    return findings


def _piece_finding(network: MainNetwork, piece: Component) -> BuildFinding:
    """Return the finding about one part of the roads that is cut off: where, how long, and why."""
    first = int(piece.points[0])
    assert network.whole is not None
    where = f"{network.whole.lat[first]:.4f} N, {network.whole.lon[first]:.4f} E"
    what = message(
        "files.told.piece",
        n_points=len(piece.points),
        km=piece.km,
        where=where,
        says=_PIECE_WORDS[piece.kind],
    )
    return BuildFinding(piece.km > LONG_KM, what)


def place_findings(where: PlaceSpots) -> list[BuildFinding]:
    """Return how far places were moved to the nearest road.

    Loud where one was moved more than `FAR_KM`: its people then live in another place than they do.
    """
    km = where.km
    findings = [
        BuildFinding(
            False,
            message(
                "files.told.places",
                n_km=len(km),
                km=float(np.median(km)) * 1000,
                max=float(km.max()) * 1000,
            ),
        )
    ]
    far = int((km > FAR_KM).sum())
    if far:
        findings.append(BuildFinding(True, message("files.told.moved", far=far, far_km=FAR_KM)))
    return findings


@dataclass(frozen=True)
class BuiltRegion:
    """A region worked out from its specification, before it is written to a folder.

    Attributes:
        municipalities: Municipalities by number, with people by age.
        places: Places with people, the largest of each municipality first, then those of
            facilities.
        facilities: Hospitals, legevakter and stations, each on the spot where it was set down.
        ways: How one drives between the places: roads, a table of times, or straight lines.
        findings: What the build has to tell; it goes into SOURCES.md.
    """

    municipalities: Municipalities
    places: list[PlaceRow]
    facilities: list[Facility]
    ways: PlaceDrives
    findings: list[BuildFinding]

    def place_at(self) -> dict[int, str]:
        """Return the identifier of the place on each spot that has one."""
        return {row.spot: row.id for row in self.places}


def build_region(ready: SpecFolder, driving: Driving) -> BuiltRegion:
    """Work out a region from its specification.

    Roads are read and cut to one network, facilities and cells of the population grid are set down
    on its points, cells are gathered into places, and the published people of each municipality are
    shared out among its places.

    Args:
        ready: The specification and the folder of its data.
        driving: How one drives in the region that it extends: the town limit and blue light.

    Returns:
        The region, with everything that its user should know about the data.

    Raises:
        InputError: With all that is wrong in any of the files; or, where each is right by itself,
            between them: no cell near a road, a facility off the map, a municipality without
            published people.
    """
    network, sites, (cells, lost) = _read_all(ready, driving)
    points = _possible_spots(ready, network)
    inside, whole, cell_findings = cells_on_map(ready, cells, points)
    gathering = gather_places(inside, ready.spec.value.people.gather_km)
    spots = points
    if spots is None:  # without roads all places and facilities stay where they are
        lat = np.concatenate([gathering.lat, [lat for _, _, lat, _ in sites]])
        lon = np.concatenate([gathering.lon, [lon for _, _, _, lon in sites]])
        spots = Spots(np.arange(len(lat)), lat, lon)
    where = settle_places(gathering, spots)
    facilities = settle_facilities(ready, sites, spots)
    published = read_published_people(ready, whole)
    municipalities = municipality_rows(ready, published, (inside, whole), largest_built_up(whole))
    places = place_rows(ready, (gathering, where), facilities, spots, municipalities)
    ways = drives_between_places(ready, network, spots, places, driving)
    findings = [
        *lost,
        *cell_findings,
        *scaling_findings(published, whole),
        *(network_findings(network) if network else []),
        *place_findings(where),
    ]
    findings += [*facility_findings(facilities), *ways.findings]
    return BuiltRegion(municipalities, places, facilities, ways, findings)


def _read_all(
    ready: SpecFolder, driving: Driving
) -> tuple[MainNetwork | None, list[FacilityAt], tuple[GridCells, list[BuildFinding]]]:
    """Return roads, facilities and cells. Raises InputError with what is wrong in all files."""
    problems: list[Problem] = []
    network: MainNetwork | None = None
    sites: list[FacilityAt] = []
    cells: tuple[GridCells, list[BuildFinding]] | None = None
    with collect_problems(problems):
        network = read_network(ready, driving)
    with collect_problems(problems):
        sites = read_facilities(ready)
    with collect_problems(problems):
        cells = read_cells(ready)
    if problems or cells is None:
        with collect_problems(problems):
            check_ages(ready)
        raise InputError(problems)
    return network, sites, cells


def _possible_spots(ready: SpecFolder, network: MainNetwork | None) -> Spots | None:
    """Return the points of roads, or of the table of travel times, on which places can be.

    Points of motorways and ferries are none. None for straight lines, where every place is its own.
    """
    if network is not None:
        possible = np.flatnonzero(network.graph.can_stop)
        return Spots(possible, network.graph.lat[possible], network.graph.lon[possible])
    roads = ready.spec.value.roads
    if isinstance(roads, TravelTimeSource):
        names, lat, lon = read_points(ready, roads.points)
        return Spots(np.arange(len(names)), lat, lon)
    return None


CsvRow = Sequence[object]

_NOBODY = (0,) * len(AGE_COLUMNS)


def table_as_csv(heading: CsvRow, rows: Iterable[CsvRow]) -> bytes:
    """Return a table as the bytes of a CSV file: commas, UTF-8, LF, no byte-order mark.

    Floats are written with all their digits, so that the same build gives the same bytes.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def municipalities_csv(built: BuiltRegion) -> bytes:
    """Return the table of municipalities: number, name, largest settlement and people by age."""
    heading = ("municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS)
    return table_as_csv(
        heading,
        (
            (row.id, row.number, row.name, row.largest_tettsted, *row.people)
            for row in built.municipalities.values()
        ),
    )


def people_csv(built: BuiltRegion) -> bytes:
    """Return the table of people by age, of places that have any."""
    rows = ((row.id, *row.people) for row in built.places if any(row.people))
    return table_as_csv(("place", *AGE_COLUMNS), rows)


def places_csv(built: BuiltRegion, junctions: Sequence[CsvRow]) -> bytes:
    """Return the table of places with their positions to a tenth of a metre, junctions last."""
    heading = ("place", "name", "municipality", "lat", "lon", "kind", "note", "source", "grade")
    rows = [
        (
            row.id,
            row.name,
            row.municipality,
            round(row.lat, 6),
            round(row.lon, 6),
            row.kind,
            row.note,
            row.source,
            row.grade,
        )
        for row in built.places
    ]
    return table_as_csv(heading, [*rows, *junctions])


def facilities_csv(built: BuiltRegion) -> bytes:
    """Return the table of facilities.

    `place` is where each was set down, `lat` and `lon` where it truly is, and `to_road_m` the
    metres between the two. The region's page warns of long ones.
    """
    at = built.place_at()
    heading = ("facility", "kind", "name", "place", "lat", "lon", "to_road_m", "source", "grade")
    return table_as_csv(
        heading,
        (
            (
                facility.id,
                facility.kind,
                facility.name,
                at[facility.spot],
                facility.lat,
                facility.lon,
                round(facility.metres),
                facility.source,
                facility.grade,
            )
            for facility in built.facilities
        ),
    )


def road_names(built: BuiltRegion) -> list[str]:
    """Return the identifiers of the graph's points: those of places, then `j-...` of junctions."""
    graph = built.ways.graph
    assert graph is not None
    identifiers = UniqueIdentifiers()
    names = [row.id for row in built.places]
    for name in names:
        identifiers.free(name)
    return [
        *names,
        *(identifiers.free(f"j-{identifier_of(name)}") for name in graph.names[len(names) :]),
    ]


def junction_rows(built: BuiltRegion, names: Sequence[str], roads: RoadSource) -> list[CsvRow]:
    """Return the rows of junctions and quays for the table of places.

    Nobody lives there; each is given to the municipality of the nearest place with people.

    Args:
        built: The region; it must have roads.
        names: The identifiers of the graph's points, as `road_names` gives them.
        roads: The source of the roads, for the columns source and grade.
    """
    graph = built.ways.graph
    assert graph is not None
    quays = set(graph.end[graph.ferry != NO_FERRY].tolist())
    peopled = [row for row in built.places if any(row.people)]
    lat, lon = (np.array([getattr(row, axis) for row in peopled]) for axis in ("lat", "lon"))
    rows: list[CsvRow] = []
    for point in range(len(built.places), graph.points):
        position = float(graph.lat[point]), float(graph.lon[point])
        nearest = int(np.argmin((lat - position[0]) ** 2 + ((lon - position[1]) / 2) ** 2))
        kind = "quay" if point in quays else "junction"
        rows.append(
            (
                names[point],
                names[point],
                peopled[nearest].municipality,
                round(position[0], 6),
                round(position[1], 6),
                kind,
                "",
                roads.source,
                roads.grade,
            )
        )
    return rows


def roads_csv(graph: Graph, names: Sequence[str], roads: RoadSource) -> bytes:
    """Return the table of roads.

    Two directed stretches of the same length, time and name between two points are one row that is
    driven both ways; the others are one-way. Lengths (km) and speeds (km/h) have all their digits,
    so that the region's travel times are those of the graph.

    Args:
        graph: The simplified network; its ferries are left to `ferries_csv`.
        names: The identifiers of its points.
        roads: The source of the roads, for the columns source and grade.
    """
    heading = ["from", "to", "road", "km", "kmh", "one_way", "note", "source", "grade"]
    is_emergency = graph.is_emergency()
    heading += ["emergency_only"] * bool(is_emergency.any())
    rows = []
    is_road = np.flatnonzero(graph.ferry == NO_FERRY).tolist()
    key = {row: _stretch_key(graph, row) for row in is_road}
    back = {(start, end, *rest): row for row, (start, end, *rest) in key.items()}
    done: set[int] = set()
    for row in is_road:
        if row in done:
            continue
        start, end, *rest = key[row]
        other = back.get((end, start, *rest))
        one_way = other is None or other == row or other in done
        done |= {row} if other is None else {row, other}
        km, kmh = float(graph.km[row]), float(graph.km[row] / graph.seconds[row] * HOUR_S)
        rows.append(
            (
                names[start],
                names[end],
                graph.labels[int(graph.label[row])],
                repr(km),
                repr(kmh),
                "yes" if one_way else "",
                "",
                roads.source,
                roads.grade,
                *(["yes" if is_emergency[row] else ""] * bool(is_emergency.any())),
            )
        )
    return table_as_csv(heading, rows)


def _stretch_key(graph: Graph, row: int) -> tuple[int, int, float, float, bool, int, bool]:
    """Return what two stretches must share to be one road driven both ways."""
    return (
        int(graph.start[row]),
        int(graph.end[row]),
        round(float(graph.seconds[row]), 9),
        round(float(graph.km[row]), 9),
        bool(graph.in_town[row]),
        int(graph.label[row]),
        bool(graph.is_emergency()[row]),
    )


FERRY_COLUMNS = (
    "ferry", "from", "to", "road", "km", "crossing_min", "first", "last", "departures",
    "on_call_min", "note", "source", "grade",
)  # fmt: skip


def ferries_csv(built: BuiltRegion, names: Sequence[str], roads: RoadSource) -> bytes | None:
    """Return the table of ferries, with the timetable that the specification assumes.

    A crossing without a time in the data has a note that says so. None where there is no ferry.
    """
    graph, sailings = built.ways.graph, roads.ferries
    assert graph is not None
    first = {int(number): row for row, number in reversed([*enumerate(graph.ferry.tolist())])}
    first.pop(NO_FERRY, None)
    identifiers = UniqueIdentifiers()
    times = (sailings.first, sailings.last, sailings.departures, sailings.on_call_min)
    rows: list[CsvRow] = []
    for number, row in sorted(first.items()):
        crossing = built.ways.crossings[number]
        ends = names[int(graph.start[row])], names[int(graph.end[row])]
        km = max(float(graph.km[row]), SHORTEST_KM)
        note = "" if crossing.is_tagged else "crossing time worked out at 20 km/h"
        rows.append((identifiers.free(crossing.name), *ends, crossing.name, repr(km),
                     crossing.minutes, *times, note, sailings.source, sailings.grade))  # fmt: skip
    return table_as_csv(FERRY_COLUMNS, rows) if rows else None


def travel_times_parquet(matrix: DriveMatrix, names: Sequence[str]) -> bytes:
    """Return the table of travel times between all pairs of places as a Parquet file.

    Seconds are rounded to a thousandth and kilometres to a metre. A column that the source does not
    have is left out. Names are stored as a dictionary: 5,000 places are 25 million rows.
    """
    count = len(names)
    start, end = np.divmod(np.arange(count * count), count)
    is_pair = start != end
    columns: dict[str, pa.Array] = {
        name: pa.DictionaryArray.from_arrays(pa.array(of[is_pair], pa.int32()), pa.array(names))
        for name, of in (("from", start), ("to", end))
    }
    for name, values in (
        ("seconds", matrix.seconds),
        ("km", matrix.km),
        ("town_seconds", matrix.town_s),
    ):
        column = np.round(values.ravel()[is_pair], 3)
        if not np.isnan(column).all():
            columns[name] = pa.array(column)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns),
        sink,
        compression="zstd",
        store_schema=False,
        use_dictionary=["from", "to"],
        use_byte_stream_split=False,
    )
    written: bytes = sink.getvalue().to_pybytes()
    return written
