"""The page of a region: map, people, drive times to each facility, and what looks wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from numpy.typing import NDArray

from akuttsim.building.chart import SHADES, STEPS_MIN, chart, sign
from akuttsim.building.sites import sites_of
from akuttsim.building.suspicious import Site, suspicions
from akuttsim.building.words import ShowWords
from akuttsim.roads.travel import travel
from akuttsim.scenario import shipped
from akuttsim.scenario.checks import check_region
from akuttsim.scenario.fields import AGE_GROUPS
from akuttsim.scenario.load import load_organisation, load_region
from akuttsim.scenario.region import Region
from akuttsim.texts import Lang
from akuttsim.units import MINUTE_S

Array = NDArray[np.float64]

MOST_ROWS = 80
"""Places up to which drives are shown place by place, and not by municipality."""


def region_page(name: str, lang: Lang, organisation: str | None = None) -> tuple[str, str]:
    """Return a region's name and its page as HTML. Raises InputError for a region that is wrong.

    Facilities are those in its folder, or those of an organisation.
    """
    path = shipped.find("region", name)
    loaded = load_region(str(path))
    check_region(loaded)
    region = loaded.value
    of = load_organisation(organisation).value if organisation else None
    sites = sites_of(region, path.parent, of, lang)
    times = travel(region)
    at = [region.place_ids.index(site.place) for site in sites]
    seconds = np.array([times.to("car", times.noon, place) for place in at]).T
    km = np.array([times.km_to(place) for place in at]).T
    return region.region, _rendered(_facts(region, sites, seconds, km), region, ShowWords(lang))


def _rendered(facts: dict[str, Any], region: Region, words: ShowWords) -> str:
    environment = Environment(
        loader=PackageLoader("akuttsim.building"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    title, description = (getattr(each, words.lang) for each in (region.title, region.description))
    template = environment.get_template("show.html.j2")
    return template.render(facts, t=words, title=title, description=description) + "\n"


def _facts(region: Region, sites: list[Site], seconds: Array, km: Array) -> dict[str, Any]:
    minutes = seconds / MINUTE_S
    people = np.array([sum(place.people) for place in region.places.values()])
    kinds = list(dict.fromkeys(site.kind for site in sites))
    by_place = int((people > 0).sum()) <= MOST_ROWS
    return {
        "region": region,
        "counts": _counts(region, people),
        "maps": [_map(region, sites, minutes, kind) for kind in kinds],
        "shades": SHADES,
        "steps": STEPS_MIN,
        "suspicions": suspicions(region, sites, seconds, km),
        "facilities": [
            _facility(region, site, minutes[:, k], km[:, k]) for k, site in enumerate(sites)
        ],
        "is_by_place": by_place,
        "drives": (_by_place if by_place else _by_municipality)(region, minutes, people),
        "ages": AGE_GROUPS,
        "municipalities": _municipalities(region),
    }


def _counts(region: Region, people: Array) -> dict[str, int]:
    """Return how many there are of what, by the key of its text."""
    counts = {
        "people": int(people.sum()),
        "municipalities": len(region.municipalities),
        "places": len(region.places),
        "settled": int((people > 0).sum()),
    }
    if region.roads:
        counts |= {"roads": len(region.roads), "ferries": len(region.ferries)}
    return counts


def _map(region: Region, sites: list[Site], minutes: Array, kind: str) -> dict[str, Any]:
    of_kind = [k for k, site in enumerate(sites) if site.kind == kind]
    shown = [sites[k] for k in of_kind]
    drawn = chart(region, shown, minutes[:, of_kind].min(axis=1))
    return {"kind": kind, "sign": sign(kind), "chart": drawn}


def _facility(region: Region, site: Site, minutes: Array, km: Array) -> dict[str, Any]:
    people = np.array([sum(place.people) for place in region.places.values()])
    total = max(people.sum(), 1)
    farthest = int(np.where(people > 0, minutes, -1).argmax())
    return {
        "site": site,
        "place": region.places[site.place].name,
        "within": [people[minutes <= limit].sum() / total for limit in STEPS_MIN],
        "median": _weighted(minutes, people),
        "farthest": {
            "place": region.places[region.place_ids[farthest]].name,
            "minutes": minutes[farthest],
            "km": km[farthest],
        },
    }


def _weighted(minutes: Array, people: Array) -> float:
    """Return the minutes within which half of the people are."""
    order = np.argsort(minutes)
    until = np.cumsum(people[order])
    return float(minutes[order][np.searchsorted(until, until[-1] / 2)]) if len(order) else 0.0


def _by_place(region: Region, minutes: Array, people: Array) -> list[tuple[str, int, list[float]]]:
    """Return rows of drives to facilities from each place where somebody lives."""
    names = [place.name for place in region.places.values()]
    settled = np.flatnonzero(people).tolist()
    return [(names[k], int(people[k]), minutes[k].tolist()) for k in settled]


def _by_municipality(
    region: Region, minutes: Array, people: Array
) -> list[tuple[str, int, list[float]]]:
    """Return rows of the minutes within which half of a municipality's people are."""
    of = np.array([place.municipality for place in region.places.values()])
    rows = []
    for key, municipality in region.municipalities.items():
        own = of == key
        halves = [_weighted(minutes[own, k], people[own]) for k in range(minutes.shape[1])]
        rows.append((municipality.name, int(people[own].sum()), halves))
    return rows


def _municipalities(region: Region) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "total": sum(row.people),
            "places": sum(place.municipality == key for place in region.places.values()),
        }
        for key, row in region.municipalities.items()
    ]


def page_path(region: str, lang: Lang, wanted: Path | None) -> Path:
    """Return where a page goes: as wanted, else beside, under a name that is free."""
    if wanted is not None:
        return wanted
    name = region if lang == "nb" else f"{region}-{lang}"
    path, number = Path(f"{name}.html"), 2
    while path.exists():
        path, number = Path(f"{name}-{number}.html"), number + 1
    return path
