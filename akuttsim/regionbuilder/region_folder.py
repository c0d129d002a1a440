"""A region's folder: built from a specification or begun as a skeleton, written whole and checked.

A skeleton is a small district that works, to be filled in table by table.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
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
    return config_yaml(parts, _COMMENT, kind="region", way="../")


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
    for name in ("grid", "by_age", "borders", "place_names", "names"):
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
    largest = {row.municipality: row.id for row in reversed(built.places) if any(row.people)}
    sites += [
        gp_office(row.id, row.name, largest[row.id], sum(row.people))
        for row in built.municipalities.values()
        if row.id in largest
    ]
    return organisation_yaml(f"{spec.build}-today", spec.build, names, sites, people)


def gp_office(municipality: str, name: str, place: str, people: int) -> FacilitySite:
    """Return the GP office of a municipality, in its largest place."""
    office = f"fastlegekontor-{municipality}"
    return FacilitySite(office, "gp_office", name, place, municipality, people)


def write_folder(
    folder: Path, files: FolderFiles, check: Callable[[Path], None], replace: bool = False
) -> None:
    """Write a folder so that it is there complete and checked, or not at all.

    Files are written beside it under another name first, which becomes the folder in one step.

    Args:
        folder: The folder.
        files: Its files by name.
        check: Raises InputError for a folder that does not hold.
        replace: Whether files of these names in a folder that is there are overwritten; others in
            it stay.

    Raises:
        InputError: Something of that name is there already, or the check's.
    """
    if not replace:
        refuse_to_replace(folder)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    is_new = not folder.parent.exists()
    try:
        if replace and folder.is_dir():
            shutil.copytree(folder, unfinished)
        for name, content in files.items():
            write_whole(unfinished / name, content)
        check(unfinished)
        if replace and folder.is_dir():
            old = folder.with_name(f".{folder.name}.replaced")
            folder.rename(old)
            unfinished.rename(folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        if is_new and not folder.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)


def refuse_to_replace(path: Path, option: str = "--out") -> None:
    """Raise InputError where a file or folder is there already: nothing is overwritten.

    Args:
        path: What would be written.
        option: The option of the command that names another path.
    """
    if path.exists():
        what = message("files.not_overwritten", option=option)
        raise InputError([Problem(str(path), 0, "", what)])


def changed_files(folder: Path, files: FolderFiles) -> list[str]:
    """Return the files of a folder that writing these would change."""
    return [
        name
        for name, content in files.items()
        if (folder / name).is_file() and (folder / name).read_bytes() != content
    ]


@dataclass(frozen=True)
class RegionOnDisk:
    """A region that was built and written.

    Attributes:
        built: The region.
        folder: Its folder.
        organisation: The file of its first organisation.
        is_first: Whether that was written; one that is there stays.
    """

    built: BuiltRegion
    folder: Path
    organisation: Path
    is_first: bool = True


def make_region(
    spec: Path, out: Path, data: Path | None = None, replace: bool = False
) -> RegionOnDisk:
    """Build a region into a folder, with a first organisation beside it.

    Nothing is written where something is wrong. What is to be written is checked as `akuttsim
    check` does.

    Args:
        spec: The specification.
        out: The folder in which the region's folder is made, by the name in the specification.
        data: The folder of the specification's files; None where they lie beside it.
        replace: Whether a region that is there is built anew: its tables are overwritten, its
            organisation and other files in its folder stay.

    Raises:
        InputError: With all that is wrong in the specification or its files; or what would be
            overwritten, where it may not be.
    """
    ready = load_spec(spec, data)
    name = ready.spec.value.build
    folder, organisation = out / name, out / f"{name}-today.yaml"
    base = load_region(ready.spec.value.extends, relative_to=spec.parent)
    built = build_region(ready, base.value.driving)
    built.findings.extend(BuildFinding(True, said) for said in hidden_in_tables(ready))
    files = region_files(built, ready, base)
    if not replace:
        _refuse_to_overwrite(folder, organisation, files)
    first = organisation_of_region(built, ready.spec.value).encode()
    is_first = not organisation.exists()
    write_folder(folder, files, lambda it: _check_built(it, first, ready, name), replace)
    if is_first:
        write_whole(organisation, first)
    return RegionOnDisk(built, folder, organisation, is_first)


def _refuse_to_overwrite(folder: Path, organisation: Path, files: FolderFiles) -> None:
    """Raise InputError where something is there, with the files that would be overwritten."""
    problems = []
    if folder.exists():
        changed = ", ".join(changed_files(folder, files))
        key = "files.would_overwrite" if changed else "files.would_stay"
        problems.append(Problem(shipped.display_path(folder), 0, "", message(key, files=changed)))
    elif organisation.exists():
        what = message("files.organisation_there")
        problems.append(Problem(shipped.display_path(organisation), 0, "", what))
    if problems:
        raise InputError(problems)


_TABLE_SOURCES = {"roads": "roads", "ferries": "roads", "travel_times": "roads",
                  "people": "people.by_age", "municipalities": "people.by_age"}  # fmt: skip
"""The part of a specification that each table of a region is built from."""


def _check_built(folder: Path, organisation: bytes, ready: SpecFolder, name: str) -> None:
    """Check what was built before it is there.

    Raises:
        InputError: With the user's own files in place of those that were built from them.
    """
    draft = folder.parent / f".{name}-today.unfinished.yaml"
    try:
        write_whole(folder / draft.name, organisation)
        draft = folder / draft.name
        check_region_folder(folder, draft)
    except InputError as error:
        raise InputError([_of_source(problem, ready) for problem in error.problems]) from None
    finally:
        draft.unlink(missing_ok=True)


def _of_source(problem: Problem, ready: SpecFolder) -> Problem:
    """Return a problem of a built table as one of the file that it was built from."""
    table = Path(problem.file).stem
    part = _TABLE_SOURCES.get(table, "people.grid")
    spec = ready.spec.value
    source = spec.roads if part == "roads" else (spec.people.by_age or spec.people.grid)
    if part == "people.grid":
        source = spec.people.grid
    if isinstance(source, NoRoads):
        return problem
    what = message("files.of_source", table=table, key=problem.key, what=problem.what)
    return Problem(ready.shown(source.file), 0, part, what)


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


_NAME = re.compile(r"(?=.*[^\W\d_])[^\W_](?:[^\W_]|[ .'-](?=[^\W_]))*", re.UNICODE)
"""A name of letters and digits with single blanks, hyphens, points or apostrophes between them."""


def _largest_place(region: Region, municipality: str) -> str:
    """Return the identifier of a municipality's place with the most people."""
    own = [name for name, place in region.places.items() if place.municipality == municipality]
    return max(own, key=lambda name: sum(region.places[name].people))


def write_skeleton(name: str, out: Path) -> Skeleton:
    """Write the skeleton of a region: a made-up district to replace table by table.

    It runs as it is, with an organisation beside it.

    Args:
        name: The region's name or identifier; æ, ø and å stay in its title.
        out: The folder in which its folder is made.

    Raises:
        InputError: A name with other signs than letters, digits, blanks and hyphens, or something
            of that name is there already.
    """
    title = name if name != identifier_of(name) else name.replace("-", " ").title()
    if not _NAME.fullmatch(name):
        what = message("files.skeleton.name", name=identifier_of(name))
        raise InputError([Problem("", 0, name, what)])
    name = identifier_of(name)
    folder, organisation = out / name, out / f"{name}-today.yaml"
    for path in (folder, organisation):
        refuse_to_replace(path)
    templates = files("akuttsim.regionbuilder") / "skeleton_files"
    content = {
        f"{table}.csv": (templates / f"{table}.csv").read_bytes() for table in SKELETON_TABLES
    }
    text = (templates / "region.yaml").read_text("utf-8").replace("TITLE", title)
    content["region.yaml"] = text.replace("NAME", name).encode("utf-8")
    write_folder(folder, content, lambda it: check_region(load_region(str(it / "region.yaml"))))
    region = load_region(str(folder / "region.yaml")).value
    offices = [
        gp_office(key, each.name, _largest_place(region, key), sum(each.people))
        for key, each in region.municipalities.items()
    ]
    sites = [*SKELETON_SITES, *offices]
    text = organisation_yaml(f"{name}-today", name, region.municipality_ids, sites, region.people())
    write_whole(organisation, text.encode("utf-8"))
    check_region_folder(folder, organisation)
    at = shipped.display_path(folder), shipped.display_path(organisation)
    return Skeleton(*at, message("files.skeleton.fill_in", folder=at[0], organisation=at[1]))
