"""Sites: the facilities of a region to which drives are shown."""

from __future__ import annotations

from pathlib import Path

from akuttsim.building.suspicious import Site
from akuttsim.errors import InputError, Problem
from akuttsim.roads.importing.columns import read_columns
from akuttsim.scenario import shipped
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.region import Region
from akuttsim.texts import Lang

TABLE = "facilities.csv"


def sites_of(
    region: Region, folder: Path, organisation: Organisation | None, lang: Lang
) -> list[Site]:
    """Return hospitals, and the facilities in the region's folder or of an organisation.

    GP offices are left out. Raises InputError for a facility at a place that is not there.
    """
    hospitals = [
        Site("hospital", getattr(each.title, lang), each.place)
        for each in region.hospitals.values()
    ]
    others = _of_organisation(organisation, lang) if organisation else _of_folder(folder)
    if any(site.kind == "hospital" for site in others):
        hospitals = []
    sites = [*hospitals, *others]
    unknown = sorted({site.place for site in sites} - set(region.places))
    if unknown:
        what = f"no place {', '.join(unknown)} in the region"
        raise InputError([Problem(shipped.shown(folder / TABLE), 0, "place", what)])
    return sites


def _of_folder(folder: Path) -> list[Site]:
    path = folder / TABLE
    if not path.is_file():
        return []
    rows = read_columns(path, shipped.shown(path))
    columns = (rows.texts("kind"), rows.texts("name"), rows.texts("place"))
    metres = rows.numbers("to_road_m").tolist()
    return [Site(*row) for row in zip(*columns, metres, strict=True)]


def _of_organisation(organisation: Organisation, lang: Lang) -> list[Site]:
    clinics = [
        Site(each.kind, getattr(each.title, lang), each.place)
        for each in organisation.clinics.values()
        if each.kind != "gp_office"
    ]
    stations = {
        each.station: getattr(each.title, lang) for each in organisation.ambulances.values()
    }
    return clinics + [Site("station", title, place) for place, title in stations.items()]
