"""The region folder: all its files, written as a whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from akuttsim.building.base import gone, inline, keys, removed
from akuttsim.building.build import Built
from akuttsim.building.findings import in_order, told
from akuttsim.building.organisation import Site, organisation_yaml
from akuttsim.building.spec import NoRoads, Ready, Roads, Spec
from akuttsim.building.tables import (
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
from akuttsim.errors import InputError, Problem
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.region import Region
from akuttsim.store.files import write_whole

Files = dict[str, bytes]


def files_of(built: Built, ready: Ready, base: Loaded[Region]) -> Files:
    """Return the files of a region's folder by name."""
    spec = ready.spec.value
    tables = _tables(built, spec)
    tables |= {
        "municipalities.csv": municipalities_csv(built),
        "people.csv": people_csv(built),
        "facilities.csv": facilities_csv(built),
    }
    tables["region.yaml"] = _region_yaml(built, spec, base, tables).encode()
    tables["SOURCES.md"] = _sources(built, ready).encode()
    return tables


def _tables(built: Built, spec: Spec) -> Files:
    """Return the tables of places and of the ways between them."""
    ways, roads = built.ways, spec.roads
    if ways.graph is None:
        files = {"places.csv": places_csv(built, ())}
        if ways.matrix is not None:
            ids = [row.id for row in built.places]
            files["travel_times.parquet"] = travel_times_parquet(ways.matrix, ids)
        return files
    assert isinstance(roads, Roads)
    names = road_names(built)
    files = {
        "places.csv": places_csv(built, junction_rows(built, names, roads)),
        "roads.csv": roads_csv(ways.graph, names, roads),
    }
    ferries = ferries_csv(built, names, roads)
    return files | ({"ferries.csv": ferries} if ferries else {})


def _region_yaml(built: Built, spec: Spec, base: Loaded[Region], files: Files) -> str:
    kinds = {"roads": "roads.csv", "ferries": "ferries.csv", "travel_times": "travel_times.parquet"}
    had = keys(base.tree, "tables")
    tables: dict[str, str | None] = {
        name: f"{name}.csv" for name in ("municipalities", "places", "people")
    }
    tables |= {name: file for name, file in kinds.items() if file in files}
    tables |= removed(name for name in had if name not in tables)
    at = built.place_at()
    hospitals: dict[str, object] = dict(removed(keys(base.tree, "hospitals")))
    hospitals |= {
        each.id: {"title": each.name, "place": at[each.spot]}
        for each in built.facilities
        if each.kind == "hospital"
    }
    parts: dict[str, object] = {
        **gone(base),
        "extends": spec.extends,
        "region": spec.build,
        "title": spec.title.model_dump(),
        "description": spec.description.model_dump(),
        "calendar": {"start": spec.start},
        "people_year": spec.people.year,
        "tables": tables,
        "hospitals": hospitals,
    }
    if isinstance(spec.roads, NoRoads):
        parts["straight_line"] = spec.roads.model_dump(
            mode="json", exclude={"kind"}, exclude_none=True
        )
    return _COMMENT + "".join(f"{name}: {inline(value)}\n" for name, value in parts.items())


_COMMENT = """\
# Built by `akuttsim region build` from public data; SOURCES.md tells which, and what is doubtful.
# Illness, urgency and care are those of the region named by `extends`: change here what differs.
"""


def _sources(built: Built, ready: Ready) -> str:
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
    lines += [_source(ready, *row) for row in _named_sources(spec)]
    lines += [
        "",
        "## What the build tells",
        "",
        "`!!` marks what changes what results can be trusted for.",
        "",
        "```",
    ]
    lines += [told(each) for each in in_order(built.findings)]
    return "\n".join([*lines, "```", ""])


def _named_sources(spec: Spec) -> list[tuple[str, str, str, str]]:
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
    return rows + [(each.kind, each.source, each.grade, each.file) for each in spec.facilities]


def _source(ready: Ready, part: str, source: str, grade: str, file: str) -> str:
    digest = ""
    if file:
        with (ready.folder / file).open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()[:16]
    cells = (
        " ".join(each.replace("|", "/").split()) for each in (part, source, grade, file, digest)
    )
    return "| " + " | ".join(cells) + " |"


def organisation_of(built: Built, spec: Spec) -> str:
    """Return a first organisation of the region as YAML."""
    at = built.place_at()
    sites = [Site(each.id, each.kind, each.name, at[each.spot]) for each in built.facilities]
    people = sum(sum(row.people) for row in built.municipalities.values())
    names = [row.id for row in built.municipalities.values()]
    return organisation_yaml(f"{spec.build}-today", spec.build, names, sites, people)


def write_folder(folder: Path, files: Files) -> None:
    """Write a folder so that it is there complete or not at all. Raises InputError where it is."""
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
        what = "is there already and is not overwritten; move it away, or give --out"
        raise InputError([Problem(str(path), 0, "", what)])
