"""A region's folder: built from a specification or begun as a skeleton, written whole and checked.

A skeleton is a small district that works, to be filled in table by table.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from akuttsim.config import shipped
from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import Loaded, load_organisation, load_region
from akuttsim.config.schema.region import Region
from akuttsim.config.variant_writer import config_yaml
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.files import write_whole
from akuttsim.regionbuilder.builder import (
    BuiltRegion,
    build_region,
    facilities_csv,
    ferries_csv,
    junction_rows,
    municipalities_csv,
    people_csv,
    places_csv,
    road_names,
    roads_csv,
    travel_times_parquet,
)
from akuttsim.regionbuilder.data_quality import BuildFinding, finding_line, loud_first
from akuttsim.regionbuilder.first_organisation import (
    FacilitySite,
    keys_at_path,
    organisation_yaml,
    parts_to_remove,
    removal_mapping,
)
from akuttsim.regionbuilder.places_and_facilities import identifier_of
from akuttsim.regionbuilder.spec import (
    NoRoads,
    RegionSpec,
    RoadSource,
    SpecFolder,
    hidden_in_tables,
    load_spec,
)
from akuttsim.texts import message

FolderFiles = dict[str, bytes]


def region_files(built: BuiltRegion, ready: SpecFolder, base: Loaded[Region]) -> FolderFiles:
    """Return the files of a region's folder by name.

    Args:
        built: The region.
        ready: Its specification and the folder of the data, for the page of sources.
        base: The region that it extends, of which some parts must be taken away.
    """
    spec = ready.spec.value
    tables = _place_and_road_tables(built, spec)
    tables |= {
        "municipalities.csv": municipalities_csv(built),
        "people.csv": people_csv(built),
        "facilities.csv": facilities_csv(built),
    }
    tables["region.yaml"] = _region_yaml(built, spec, base, tables)
    tables["SOURCES.md"] = _sources_page(built, ready).encode()
    return tables


def _place_and_road_tables(built: BuiltRegion, spec: RegionSpec) -> FolderFiles:
    """Return the tables of places and of the ways between them."""
    ways, roads = built.ways, spec.roads
    if ways.graph is None:
        files = {"places.csv": places_csv(built, ())}
        if ways.matrix is not None:
            ids = [row.id for row in built.places]
            files["travel_times.parquet"] = travel_times_parquet(ways.matrix, ids)
        return files
    assert isinstance(roads, RoadSource)
    names = road_names(built)
    files = {
        "places.csv": places_csv(built, junction_rows(built, names, roads)),
        "roads.csv": roads_csv(ways.graph, names, roads),
    }
    ferries = ferries_csv(built, names, roads)
    return files | ({"ferries.csv": ferries} if ferries else {})


def _region_yaml(
    built: BuiltRegion, spec: RegionSpec, base: Loaded[Region], files: FolderFiles
) -> bytes:
    """Return region.yaml: tables, hospitals, and what of the base does not hold here."""
    kinds = {"roads": "roads.csv", "ferries": "ferries.csv", "travel_times": "travel_times.parquet"}
    had = keys_at_path(base.tree, "tables")
    tables: dict[str, str | None] = {
        name: f"{name}.csv" for name in ("municipalities", "places", "people")
    }
    tables |= {name: file for name, file in kinds.items() if file in files}
    tables |= removal_mapping(name for name in had if name not in tables)
    at = built.place_at()
    hospitals: dict[str, object] = dict(removal_mapping(keys_at_path(base.tree, "hospitals")))
    hospitals |= {
        facility.id: {"title": facility.name, "place": at[facility.spot]}
        for facility in built.facilities
        if facility.kind == "hospital"
    }
    parts: dict[str, object] = {
        "extends": spec.extends,
        "region": spec.build,
        "title": spec.title.model_dump(),
        "description": spec.description.model_dump(),
        "calendar": {"start": spec.start},
        "people_year": spec.people.year,
        "tables": tables,
        "hospitals": hospitals,
        **parts_to_remove(base),
    }
    if isinstance(spec.roads, NoRoads):
        parts["straight_line"] = spec.roads.model_dump(
            mode="json", exclude={"kind"}, exclude_none=True
        )
    return config_yaml(parts, _COMMENT, kind="region")


_COMMENT = """\
# Built by `akuttsim region build` from public data; SOURCES.md tells which, and what is doubtful.
# Illness, urgency and care are those of the region named by `extends`: change here what differs.
"""


def _sources_page(built: BuiltRegion, ready: SpecFolder) -> str:
    """Return SOURCES.md: every source with grade and checksum, and what the build tells."""
    spec = ready.spec.value
    people = sum(sum(row.people) for row in built.municipalities.values())
    lines = [
        f"# Sources of {spec.build}",
        "",
        f"{people} people on 1 January {spec.people.year} in "
        f"{len(built.municipalities)} municipalities and {len(built.places)} places.",
        "",
    ]
    lines += ["## Data", "", "| part | source | grade | file | SHA-256 |", "|---|---|---|---|---|"]
    for part, source, grade, file in _named_sources(spec):
        digest = ""  # the first 16 digits of the file's SHA-256
        if file:
            with (ready.folder / file).open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()[:16]
        cells = (part, source, grade, file, digest)
        row = (" ".join(cell.replace("|", "/").split()) for cell in cells)
        lines.append("| " + " | ".join(row) + " |")
    lines += [
        "",
        "## What the build tells",
        "",
        "`!!` marks what changes what results can be trusted for.",
        "",
        "```",
    ]
    lines += [finding_line(finding) for finding in loud_first(built.findings)]
    return "\n".join([*lines, "```", ""])


def _named_sources(spec: RegionSpec) -> list[tuple[str, str, str, str]]:
    """Return part, source, grade and file of everything that the region is built from."""
    roads, people = spec.roads, spec.people
    rows: list[tuple[str, str, str, str]] = [
        ("roads", roads.source, roads.grade, "" if isinstance(roads, NoRoads) else roads.file)
    ]
    for name in ("grid", "by_age", "place_names", "names"):
        table = getattr(people, name)
        if table is not None:
            rows.append((f"people: {name}", table.source, table.grade, table.file))
    if people.by_age is None:
        rows.append(
            ("people: ages", "Norway's own on 1 January 2026 (Statistics Norway 07459)", "C", "")
        )
    return rows + [
        (facility.kind, facility.source, facility.grade, facility.file)
        for facility in spec.facilities
    ]


def organisation_of_region(built: BuiltRegion, spec: RegionSpec) -> str:
    """Return a first organisation of the region as YAML, sized by its people."""
    at = built.place_at()
    sites = [
        FacilitySite(facility.id, facility.kind, facility.name, at[facility.spot])
        for facility in built.facilities
    ]
    people = sum(sum(row.people) for row in built.municipalities.values())
    names = [row.id for row in built.municipalities.values()]
    return organisation_yaml(f"{spec.build}-today", spec.build, names, sites, people)


def write_folder(folder: Path, files: FolderFiles) -> None:
    """Write a folder so that it is there complete or not at all.

    Files are written beside it under another name first, which becomes the folder in one step.

    Raises:
        InputError: Something of that name is there already.
    """
    refuse_to_replace(folder)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        for name, content in files.items():
            write_whole(unfinished / name, content)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def refuse_to_replace(path: Path) -> None:
    """Raise InputError where a file or folder is there already: nothing is overwritten."""
    if path.exists():
        what = message("files.not_overwritten")
        raise InputError([Problem(str(path), 0, "", what)])


@dataclass(frozen=True)
class RegionOnDisk:
    """A region that was built and written.

    Attributes:
        built: The region.
        folder: Its folder.
        organisation: The file of its first organisation.
    """

    built: BuiltRegion
    folder: Path
    organisation: Path


def make_region(spec: Path, out: Path, data: Path | None = None) -> RegionOnDisk:
    """Build a region into a folder, with a first organisation beside it.

    Nothing is overwritten, and nothing is written where something is wrong. What was written is
    checked as `akuttsim check` does.

    Args:
        spec: The specification.
        out: The folder in which the region's folder is made, by the name in the specification.
        data: The folder of the specification's files; None where they lie beside it.

    Raises:
        InputError: With all that is wrong in the specification or its files.
    """
    ready = load_spec(spec, data)
    name = ready.spec.value.build
    folder, organisation = out / name, out / f"{name}-today.yaml"
    for path in (folder, organisation):
        refuse_to_replace(path)
    base = load_region(ready.spec.value.extends, relative_to=spec.parent)
    built = build_region(ready, base.value.driving)
    built.findings.extend(BuildFinding(True, said) for said in hidden_in_tables(ready))
    write_folder(folder, region_files(built, ready, base))
    write_whole(organisation, organisation_of_region(built, ready.spec.value).encode())
    check_region_folder(folder, organisation)
    return RegionOnDisk(built, folder, organisation)


def check_region_folder(folder: Path, organisation: Path) -> None:
    """Check a region and its organisation as `akuttsim check` does. Raises InputError."""
    region = load_region(str(folder / "region.yaml"))
    check_region(region)
    check_organisation(load_organisation(str(organisation)), region)


def display_paths(region: RegionOnDisk) -> tuple[str, str]:
    """Return the folder and the organisation as the user would write them."""
    return shipped.display_path(region.folder), shipped.display_path(region.organisation)


SKELETON_TABLES = ("municipalities", "places", "people", "roads", "ferries")

SKELETON_SITES = (
    FacilitySite("hospital", "hospital", "Sykehuset", "hospital"),
    FacilitySite("town-legevakt", "legevakt", "Legevakten", "hospital"),
    FacilitySite("town-station", "station", "Ambulanse", "hospital"),
    FacilitySite("valley-station", "station", "Ambulanse i dalen", "valley-centre"),
)
"""What the made-up district has."""


@dataclass(frozen=True)
class Skeleton:
    """A skeleton that was written.

    Attributes:
        folder: The region's folder as the user would write it.
        organisation: The organisation's file, likewise.
        what_to_fill_in: In words, file by file.
    """

    folder: str
    organisation: str
    what_to_fill_in: str


def write_skeleton(name: str, out: Path) -> Skeleton:
    """Write the skeleton of a region: a made-up district to replace table by table.

    It runs as it is, with an organisation beside it.

    Args:
        name: The region's identifier.
        out: The folder in which its folder is made.

    Raises:
        InputError: A name that is no identifier, or something of that name is there already.
    """
    if identifier_of(name) != name:
        what = message("files.skeleton.name", name=identifier_of(name))
        raise InputError([Problem("", 0, name, what)])
    folder, organisation = out / name, out / f"{name}-today.yaml"
    for path in (folder, organisation):
        refuse_to_replace(path)
    templates = files("akuttsim.regionbuilder") / "skeleton_files"
    content = {
        f"{table}.csv": (templates / f"{table}.csv").read_bytes() for table in SKELETON_TABLES
    }
    text = (
        (templates / "region.yaml")
        .read_text("utf-8")
        .replace("TITLE", name.replace("-", " ").title())
    )
    content["region.yaml"] = text.replace("NAME", name).encode("utf-8")
    write_folder(folder, content)
    region = load_region(str(folder / "region.yaml")).value
    text = organisation_yaml(
        f"{name}-today", name, region.municipality_ids, SKELETON_SITES, region.people()
    )
    write_whole(organisation, text.encode("utf-8"))
    check_region_folder(folder, organisation)
    at = shipped.display_path(folder), shipped.display_path(organisation)
    return Skeleton(*at, message("files.skeleton.fill_in", folder=at[0], organisation=at[1]))
