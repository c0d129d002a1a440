"""The page of a region: map, people, drive times to each facility, and what looks wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, select_autoescape
from numpy.typing import NDArray

from akuttsim.building.chart import SHADES, STEPS_MIN, chart
from akuttsim.building.sites import sites_of
from akuttsim.building.suspicious import Site, suspicions
from akuttsim.roads.travel import travel
from akuttsim.scenario import shipped
from akuttsim.scenario.checks import check_region
from akuttsim.scenario.fields import AGE_GROUPS
from akuttsim.scenario.load import load_organisation, load_region
from akuttsim.scenario.region import Region
from akuttsim.units import MINUTE_S

Array = NDArray[np.float64]

MOST_ROWS = 80
"""Places up to which drives are shown place by place, and not by municipality."""


def region_page(name: str, organisation: str | None = None) -> tuple[str, str]:
    """Return a region's name and its page as HTML. Raises InputError for a region that is wrong.

    Facilities are those in its folder, or those of an organisation.
    """
    path = shipped.find("region", name)
    loaded = load_region(str(path))
    check_region(loaded)
    region = loaded.value
    of = load_organisation(organisation).value if organisation else None
    sites = sites_of(region, path.parent, of)
    times = travel(region)
    at = [region.place_ids.index(site.place) for site in sites]
    seconds = np.array([times.to("car", times.noon, place) for place in at]).T
    km = np.array([times.km_to(place) for place in at]).T
    environment = Environment(
        loader=PackageLoader("akuttsim.building"), autoescape=select_autoescape(default=True)
    )
    template = environment.get_template("show.html.j2")
    return region.region, template.render(_facts(region, sites, seconds, km)) + "\n"


def _facts(region: Region, sites: list[Site], seconds: Array, km: Array) -> dict[str, Any]:
    minutes = seconds / MINUTE_S
    people = np.array([sum(place.people) for place in region.places.values()])
    kinds = list(dict.fromkeys(site.kind for site in sites))
    return {
        "region": region,
        "people": f"{int(people.sum()):,}".replace(",", " "),
        "settled": int((people > 0).sum()),
        "maps": [_map(region, sites, minutes, kind) for kind in kinds],
        "legend": _legend(),
        "suspicions": suspicions(region, sites, seconds, km),
        "facilities": [
            _facility(site, minutes[:, k], km[:, k], people) for k, site in enumerate(sites)
        ],
        "limits": STEPS_MIN,
        "heads": [f"{site.name} ({site.kind})" for site in sites],
        "drives": _drives(region, minutes, people),
        "ages": AGE_GROUPS,
        "municipalities": _municipalities(region),
    }


def _map(region: Region, sites: list[Site], minutes: Array, kind: str) -> dict[str, Any]:
    of_kind = [k for k, site in enumerate(sites) if site.kind == kind]
    shown = [sites[k] for k in of_kind]
    return {"kind": kind, "chart": chart(region, shown, minutes[:, of_kind].min(axis=1), kind)}


def _legend() -> list[tuple[str, str]]:
    first, *_, last = STEPS_MIN
    between = [f"{low}–{high} min" for low, high in pairwise(STEPS_MIN)]
    return list(zip(SHADES, [f"up to {first} min", *between, f"over {last} min"], strict=True))


def _facility(site: Site, minutes: Array, km: Array, people: Array) -> dict[str, Any]:
    total = max(people.sum(), 1)
    farthest = int(np.where(people > 0, minutes, -1).argmax())
    return {
        "site": site,
        "within": [f"{people[minutes <= limit].sum() / total:.0%}" for limit in STEPS_MIN],
        "median": f"{_weighted(minutes, people):.0f}",
        "farthest": f"{minutes[farthest]:.0f} min, {km[farthest]:.0f} km",
    }


def _weighted(minutes: Array, people: Array) -> float:
    """Return the minutes within which half of the people are."""
    order = np.argsort(minutes)
    until = np.cumsum(people[order])
    return float(minutes[order][np.searchsorted(until, until[-1] / 2)]) if len(order) else 0.0


def _drives(region: Region, minutes: Array, people: Array) -> list[tuple[str, int, list[str]]]:
    """Return rows of drives to facilities: by place where these are few, else by municipality."""
    places = list(region.places.values())
    if int((people > 0).sum()) <= MOST_ROWS:
        return [
            (place.name, int(people[k]), _cells(minutes[k]))
            for k, place in enumerate(places)
            if people[k]
        ]
    rows = []
    for key, municipality in region.municipalities.items():
        own = np.array([place.municipality == key for place in places])
        halves = [_weighted(minutes[own, k], people[own]) for k in range(minutes.shape[1])]
        rows.append((municipality.name, int(people[own].sum()), _cells(halves)))
    return rows


def _cells(minutes: Sequence[float] | Array) -> list[str]:
    return [f"{each:.0f}" for each in minutes]


def _municipalities(region: Region) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "total": sum(row.people),
            "places": sum(place.municipality == key for place in region.places.values()),
        }
        for key, row in region.municipalities.items()
    ]


def page_path(region: str, wanted: Path | None) -> Path:
    """Return where a page goes: as wanted, else beside, under a name that is free."""
    path, number = wanted or Path(f"{region}.html"), 2
    while wanted is None and path.exists():
        path, number = Path(f"{region}-{number}.html"), number + 1
    return path
