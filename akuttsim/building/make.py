"""Making a region: read the specification, build, write the folder, and check what was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from akuttsim.building.build import Built, build
from akuttsim.building.folder import files_of, organisation_of, refuse_to_replace, write_folder
from akuttsim.building.spec import load_spec
from akuttsim.scenario import shipped
from akuttsim.scenario.checks import check_organisation, check_region
from akuttsim.scenario.load import load_organisation, load_region
from akuttsim.store.files import write_whole


@dataclass(frozen=True)
class Made:
    """A region that was built, and where its folder and first organisation are."""

    built: Built
    folder: Path
    organisation: Path


def make_region(spec: Path, out: Path, data: Path | None = None) -> Made:
    """Build a region into the folder `out`/NAME, with a first organisation beside it.

    The specification's files lie in the folder `data`, or beside it. Raises InputError with what is
    wrong; then nothing is written. Nothing is overwritten.
    """
    ready = load_spec(spec, data)
    name = ready.spec.value.build
    folder, organisation = out / name, out / f"{name}-today.yaml"
    for path in (folder, organisation):
        refuse_to_replace(path)
    base = load_region(ready.spec.value.extends, beside=spec.parent)
    built = build(ready, base.value.driving)
    write_folder(folder, files_of(built, ready, base))
    write_whole(organisation, organisation_of(built, ready.spec.value).encode())
    check_made(folder, organisation)
    return Made(built, folder, organisation)


def check_made(folder: Path, organisation: Path) -> None:
    """Check a region and its organisation as `akuttsim check` does. Raises InputError."""
    region = load_region(str(folder / "region.yaml"))
    check_region(region)
    check_organisation(load_organisation(str(organisation)), region)


def shown(made: Made) -> tuple[str, str]:
    """Return the folder and the organisation as the user would write them."""
    return shipped.shown(made.folder), shipped.shown(made.organisation)
