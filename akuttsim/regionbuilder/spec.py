"""Specification of a region to build: which files, which columns, how they are understood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from akuttsim.config import shipped
from akuttsim.config.loader import Loaded
from akuttsim.config.schema.geography import Clock, Detour, IsoDate
from akuttsim.config.schema.values import Bilingual, Grade, Model, RegionName, Slug, Sourced
from akuttsim.config.validator import validate
from akuttsim.config.yaml_document import read_yaml
from akuttsim.errors import InputError, Problem
from akuttsim.roads.importers.table_columns import DEGREES
from akuttsim.tables import hidden_content
from akuttsim.texts import joined_texts, message
from akuttsim.untrusted_files import path_inside

Crs = Annotated[str, Field(pattern=r"^EPSG:\d{4,5}$")]
"""The map projection of two columns: EPSG:4326 for degrees, EPSG:25833 for UTM zone 33."""

CellFilter = dict[str, str]
"""Only the rows whose columns have these texts."""

Kmh = Annotated[float, Field(ge=5, le=120)]


class SourceTable(Model):
    """A table that the build reads.

    Attributes:
        file: Its name in the folder of the data.
        source: What it comes from; copied into the region's tables.
        grade: How sure that is: A read in the source, A* quoted by another text, D arithmetic, B
            known but not read, C assumed.
        where: Only rows whose columns have these texts are read.
    """

    file: str = Field(min_length=1)
    source: str = Field(min_length=3)
    grade: Grade
    where: CellFilter = Field(default_factory=dict)


class PointTable(Model):
    """The table of points that stretches or travel times join.

    Attributes:
        file: Its name in the folder of the data.
        id: Column of the identifiers that the other table uses.
        lat: Column of latitudes, or of northings where `crs` is a map projection.
        lon: Column of longitudes, or of eastings.
        crs: The map projection of the two.
        where: Only rows whose columns have these texts are read.
    """

    file: str = Field(min_length=1)
    id: str
    lat: str
    lon: str
    crs: Crs = DEGREES
    where: CellFilter = Field(default_factory=dict)


class Sailings(Sourced):
    """The timetable that a ferry has until its own is filled in.

    Attributes:
        first: Local time of the first departure, such as 06:00.
        last: Local time of the last departure.
        departures: Departures a day from each quay.
        on_call_min: Minutes until it sails for blue light at night.
    """

    first: Clock = "06:00"
    last: Clock = "22:00"
    departures: int = Field(default=17, ge=1, le=200)
    on_call_min: float = Field(default=40, ge=0, le=600)


ASSUMED = Sailings(
    source="Assumption: every hour from 06 to 22, with blue light called out within 40 minutes",
    grade="C",
    range=(0.5, 2.0),
)


class RoadSource(Model):
    """What all road networks are asked: speeds by class, and how much of the network stays.

    Attributes:
        source: What the roads come from.
        grade: How sure that is.
        speeds: Car speeds in km/h by road class, in place of the usual ones.
        of_limit: Share of a speed limit that cars drive.
        keep: `quickest-ways` drops stretches on no quickest drive between places.
        most_points: With more places and junctions than this, the region gets a table of travel
            times instead of a table of roads.
        ferries: The timetable of every ferry until its own is filled in.
    """

    source: str = Field(min_length=3)
    grade: Grade
    speeds: dict[str, Kmh] = Field(default_factory=dict)
    of_limit: float = Field(default=1.0, gt=0.2, le=1.2)
    keep: Literal["all", "quickest-ways"] = "all"
    most_points: int = Field(default=1500, ge=2, le=5000)
    ferries: Sailings = ASSUMED


class OsmSource(RoadSource):
    """Roads from an OpenStreetMap extract.

    Attributes:
        kind: `osm`.
        file: The extract's name in the folder of the data: .osm.pbf, .osm or .osm.gz.
    """

    kind: Literal["osm"]
    file: str


class GraphmlSource(RoadSource):
    """Roads from a GraphML file.

    Attributes:
        kind: `graphml`.
        file: Its name in the folder of the data.
    """

    kind: Literal["graphml"]
    file: str


class RoadTable(RoadSource):
    """Roads from a table of stretches and one of points.

    Attributes:
        kind: `edges`.
        file: The table of stretches in the folder of the data.
        where: Only rows whose columns have these texts are read.
        start: Column of the point where a stretch begins (key `from`).
        end: Column of the point where it ends (key `to`).
        metres: Column of lengths in metres.
        km: Column of lengths in kilometres.
        seconds: Column of driving times in seconds.
        minutes: Column of driving times in minutes.
        kmh: Column of speeds in kilometres an hour. One of seconds, minutes and this is needed.
        one_way: Column that says which stretches are driven in one direction only.
        private: Column that says which stretches are private and left out.
        road: Column of road numbers or names.
        both_ways: Whether each row is a stretch in both directions.
        points: The table of points.
    """

    kind: Literal["edges"]
    file: str
    where: CellFilter = Field(default_factory=dict)
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    metres: str | None = None
    km: str | None = None
    seconds: str | None = None
    minutes: str | None = None
    kmh: str | None = None
    one_way: str | None = None
    private: str | None = None
    road: str | None = None
    both_ways: bool
    points: PointTable

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if (self.seconds or self.minutes or self.kmh) is None:
            raise ValueError(message("files.spec.time_or_speed"))
        return self


class TravelTimeSource(Model):
    """Travel times between all pairs of places, as somebody has worked them out.

    Attributes:
        kind: `travel_times`.
        source: What they come from.
        grade: How sure that is: A read in the source, A* quoted by another, D arithmetic, B known
            but not read, C assumption.
        file: The table of pairs in the folder of the data.
        where: Only rows whose columns have these texts are read.
        start: Column of the point where a drive begins (key `from`).
        end: Column of the point where it ends (key `to`).
        seconds: Column of times in seconds; this or `minutes`.
        minutes: Column of times in minutes.
        metres: Column of lengths in metres.
        points: The table of points.
    """

    kind: Literal["travel_times"]
    source: str = Field(min_length=3)
    grade: Grade
    file: str
    where: CellFilter = Field(default_factory=dict)
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    seconds: str | None = None
    minutes: str | None = None
    metres: str | None = None
    points: PointTable

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if (self.seconds is None) == (self.minutes is None):
            raise ValueError(message("files.spec.one_time"))
        return self


class NoRoads(Sourced):
    """No roads at all: straight line times a detour, at a speed, by distance.

    Attributes:
        kind: `straight_line`.
        by_distance: Points in order of distance, each with a detour and a speed.
    """

    kind: Literal["straight_line"]
    by_distance: tuple[Detour, ...] = Field(strict=False, min_length=1, max_length=100)


class PopulationGrid(SourceTable):
    """A population grid in Statistics Norway's format: cells of 1 km or 250 m with their people.

    `cell` is the column of cell numbers, (2,000,000 + E) * 10^7 + N of the south-west corner in
    UTM 33. Where lat and lon are columns too, they are taken instead of the cell's middle.

    Attributes:
        cell: Column of cell numbers.
        people: Column of people.
        cell_m: Side of a cell in metres: 250 or 1000.
        municipality: Column of municipality numbers; without it they are those of
            `people.borders`.
        lat: Column of latitudes in degrees, instead of the cell's middle.
        lon: Column of longitudes in degrees.
    """

    cell: str
    people: str
    cell_m: Literal[250, 1000]
    municipality: str | None = None
    lat: str | None = None
    lon: str | None = None


class AgeTable(SourceTable):
    """People of municipalities by age, a row for each: of single years, or of our nine groups.

    Attributes:
        municipality: Column of municipality numbers.
        age: Column of ages or groups of ages.
        people: Column of people.
    """

    municipality: str
    age: str
    people: str


class BordersFile(Model):
    """Borders of municipalities: a GeoJSON file in degrees, such as Kartverket's.

    Attributes:
        file: Its name in the folder of the data.
        source: What it comes from.
        grade: How sure that is: A read in the source, A* quoted by another, D arithmetic, B known
            but not read, C assumption.
    """

    file: str = Field(min_length=1)
    source: str = Field(min_length=3)
    grade: Grade


class MunicipalityNames(SourceTable):
    """The names of municipalities by their numbers.

    Attributes:
        municipality: Column of municipality numbers.
        name: Column of names.
    """

    municipality: str
    name: str


class PlaceNames(SourceTable):
    """Names of settlements with where they lie.

    Attributes:
        name: Column of names.
        lat: Column of latitudes, or of northings where `crs` is a map projection.
        lon: Column of longitudes, or of eastings.
        crs: The map projection of the two.
    """

    name: str
    lat: str
    lon: str
    crs: Crs = DEGREES


class PeopleSource(Model):
    """The people of a region: a grid says where, a table by age how many in each municipality.

    Attributes:
        year: The year of both, on 1 January.
        grid: The population grid.
        by_age: The table by age; without it the grid's people get the ages of the country.
        borders: Where the municipalities are, for a grid that does not say; their names too.
        names: Names of municipalities by their numbers.
        place_names: Names of settlements by position.
        municipalities: Numbers of those that are wanted; all that the roads reach where none is
            named.
        gather_km: Cells this near to a populous one become one place; 0 leaves each by itself.
        farthest_km: Cells farther than this from any road are left out, with a finding.
    """

    year: int = Field(ge=1900, le=2200)
    grid: PopulationGrid
    by_age: AgeTable | None = None
    borders: BordersFile | None = None
    names: MunicipalityNames | None = None
    place_names: PlaceNames | None = None
    municipalities: tuple[str, ...] = Field(default=(), strict=False)
    gather_km: float = Field(ge=0, le=100)
    farthest_km: float = Field(default=3, gt=0, le=100)

    @model_validator(mode="after")
    def _has_municipalities(self) -> Self:
        if (self.grid.municipality or self.borders) is None:
            raise ValueError(message("files.spec.municipality_or_borders"))
        return self


class FacilityTable(SourceTable):
    """Hospitals, legevakter or stations. Farther than `farthest_km` from a road they are wrong.

    Attributes:
        kind: What they are: `hospital`, `legevakt` or `station` (of ambulances).
        name: Column of names.
        lat: Column of latitudes, or of northings where `crs` is a map projection.
        lon: Column of longitudes, or of eastings.
        crs: The map projection of the two.
        farthest_km: How far from a road one may lie, in kilometres.
    """

    kind: Literal["hospital", "legevakt", "station"]
    name: str
    lat: str
    lon: str
    crs: Crs = DEGREES
    farthest_km: float = Field(default=5, gt=0, le=100)


class RegionSpec(Model):
    """A region to build. Illness, urgency and care are taken from the region that it `extends`.

    Attributes:
        build: The name of the region that is built.
        title: A short title.
        description: What it is, in some sentences.
        extends: The region whose illness, urgency and care it has.
        start: First day of a run, such as 2026-01-05.
        roads: Where the roads, or the travel times, come from.
        people: Where the people come from.
        facilities: Tables of hospitals, legevakter and stations.
    """

    build: Slug
    title: Bilingual
    description: Bilingual
    extends: RegionName = "namdal"
    start: IsoDate = "2026-01-05"
    roads: OsmSource | GraphmlSource | RoadTable | TravelTimeSource | NoRoads = Field(
        discriminator="kind"
    )
    people: PeopleSource
    facilities: tuple[FacilityTable, ...] = Field(strict=False, min_length=1)


@dataclass(frozen=True)
class SpecFolder:
    """A specification that holds, and the folder in which all its files lie.

    Attributes:
        spec: The specification, with the line of each key.
        folder: The folder of the data.
    """

    spec: Loaded[RegionSpec]
    folder: Path

    def path(self, key: str, name: str) -> Path:
        """Return the path of a file. Raises InputError at the key where it lies outside."""
        return path_inside(self.folder, name, self.spec.problem(key, ""))

    def shown(self, name: str) -> str:
        """Return a file of the folder as the user would write it."""
        return shipped.display_path(self.folder / name)


def load_spec(path: Path, data: Path | None) -> SpecFolder:
    """Read a specification and check that all its files are there.

    Args:
        path: The specification, in YAML.
        data: The folder of its files; None where they lie beside it.

    Raises:
        InputError: With every key that is wrong and every file that is missing or lies elsewhere.
    """
    tree = read_yaml(path, shipped.display_path(path))
    spec = Loaded(validate(tree, RegionSpec), tree, (shipped.display_path(path),))
    ready = SpecFolder(spec, data or path.parent)
    problems: list[Problem] = []
    for key, name in _source_files(spec.value):
        try:
            ready.path(key, name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return ready


def hidden_in_tables(ready: SpecFolder) -> list[str]:
    """Return what one does not see in the workbooks of a specification, with their names."""
    names = dict.fromkeys(name for _, name in _source_files(ready.spec.value))
    return [
        joined_texts((name, said), ": ")
        for name in names
        for said in hidden_content(ready.folder / name)
    ]


def _source_files(spec: RegionSpec) -> list[tuple[str, str]]:
    """Return every file with the key that names it."""
    source_files: list[tuple[str, str]] = []
    roads, people = spec.roads, spec.people
    if not isinstance(roads, NoRoads):
        source_files.append(("roads.file", roads.file))
    if isinstance(roads, RoadTable | TravelTimeSource):
        source_files.append(("roads.points.file", roads.points.file))
    for name in ("grid", "by_age", "borders", "names", "place_names"):
        table = getattr(people, name)
        if table is not None:
            source_files.append((f"people.{name}.file", table.file))
    source_files += [
        (f"facilities.{n}.file", facility.file) for n, facility in enumerate(spec.facilities)
    ]
    return source_files
