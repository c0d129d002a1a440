"""A skeleton: a small district that works, to be filled in table by table."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from akuttsim.building.folder import refuse_to_replace, write_folder
from akuttsim.building.make import check_made
from akuttsim.building.names import slug
from akuttsim.building.organisation import Site, organisation_yaml
from akuttsim.errors import InputError, Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.load import load_region
from akuttsim.store.files import write_whole

TABLES = ("municipalities", "places", "people", "roads", "ferries")

SITES = (
    Site("hospital", "hospital", "Sykehuset", "hospital"),
    Site("town-legevakt", "legevakt", "Legevakten", "hospital"),
    Site("town-station", "station", "Ambulanse", "hospital"),
    Site("valley-station", "station", "Ambulanse i dalen", "valley-centre"),
)
"""What the made-up district has."""


@dataclass(frozen=True)
class Written:
    """Where a skeleton is, and in words what is to be filled in."""

    folder: str
    organisation: str
    what_to_fill_in: str


def write_skeleton(name: str, out: Path) -> Written:
    """Write the skeleton of a region NAME, and an organisation beside it. Raises InputError."""
    if slug(name) != name:
        what = f"must be lower-case letters, digits and single hyphens, such as {slug(name)}"
        raise InputError([Problem("", 0, name, what)])
    folder, organisation = out / name, out / f"{name}-today.yaml"
    for path in (folder, organisation):
        refuse_to_replace(path)
    here = files("akuttsim.building") / "skeleton_files"
    content = {f"{table}.csv": (here / f"{table}.csv").read_bytes() for table in TABLES}
    text = (
        (here / "region.yaml").read_text("utf-8").replace("TITLE", name.replace("-", " ").title())
    )
    content["region.yaml"] = text.replace("NAME", name).encode("utf-8")
    write_folder(folder, content)
    region = load_region(str(folder / "region.yaml")).value
    text = organisation_yaml(f"{name}-today", name, region.municipality_ids, SITES, region.people())
    write_whole(organisation, text.encode("utf-8"))
    check_made(folder, organisation)
    at = shipped.shown(folder), shipped.shown(organisation)
    return Written(*at, _FILL_IN.format(folder=at[0], organisation=at[1]))


_FILL_IN = """\
It works as it is: akuttsim check {organisation}
Fill in, in this order (every file says how; akuttsim check tells what does not fit):
  1. {folder}/places.csv           settlements, junctions, quays, hospitals with their coordinates
  2. {folder}/municipalities.csv   people by age on 1 January (Statistics Norway, table 07459)
  3. {folder}/people.csv           the same people by place
  4. {folder}/roads.csv            stretches with km and km/h; ferries.csv, if there are ferries
  5. {folder}/region.yaml          title, hospitals, and whatever differs from Namdal
  6. {organisation}   who is on duty where and when
Or let public data make 1 to 4: akuttsim region build (see docs/your-district.md).
Look at it: akuttsim region show {folder}"""
