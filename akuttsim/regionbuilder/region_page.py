"""The page of a region: map, people, drive times to each facility, and what looks wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from akuttsim.config import shipped
from akuttsim.config.checks import check_region
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.errors import InputError, Problem
from akuttsim.records import Floats
from akuttsim.regionbuilder.data_quality import RegionFacility, Suspicion, suspicions
from akuttsim.report.context import Catalogue
from akuttsim.report.document import Table, text_table
from akuttsim.roads.importers.table_columns import read_columns
from akuttsim.roads.travel import travel_of_region
from akuttsim.texts import Lang, NumberFormat, Texts, message, page_ending, read_texts
from akuttsim.units import MINUTE_S

WIDTH = 960.0
MARGIN = 18.0
STEPS_MIN = (12, 25, 45, 90)
SHADES = ("#cfe3f2", "#7fb2d9", "#2f79b5", "#0b3c66", "#8f3a00")
"""Light to dark, so that they keep their order in grey; the last is what looks wrong."""

SMALLEST, LARGEST = 2.2, 26.0
MOST_ROADS = 30_000


@dataclass(frozen=True)
class MapDot:
    """A place on the map.

    Attributes:
        x: Pixels from the left.
        y: Pixels from the top.
        radius: Pixels; the area grows with the people.
        colour: By the minutes to the nearest facility.
        place: Its name.
        people: Inhabitants.
        minutes: By car to the nearest facility of the map's kind.
    """

    x: float
    y: float
    radius: float
    colour: str
    place: str
    people: int
    minutes: float


@dataclass(frozen=True)
class MapMark:
    """A facility on the map: its position in pixels, its sign, and what it is."""

    x: float
    y: float
    sign: str
    site: RegionFacility


@dataclass(frozen=True)
class RegionMap:
    """A map of a region for one kind of facility.

    Attributes:
        height: Pixels; the width is fixed.
        roads: All roads as one SVG path.
        ferries: All ferries as one SVG path.
        dots: Places with people, the largest first, so that small ones are drawn on top.
        marks: Facilities.
        bar_px: Length of the scale bar in pixels.
        bar_km: What it stands for.
    """

    height: float
    roads: str
    ferries: str
    dots: list[MapDot]
    marks: list[MapMark]
    bar_px: float
    bar_km: int


class MapPaper:
    """Positions on paper of a given width, north up.

    Longitudes are shortened by the cosine of the middle latitude, which is close enough for a
    district.
    """

    def __init__(self, lat: Floats, lon: Floats) -> None:
        """Fit the paper round these positions; a spot alone gets some land round it."""
        shorter = math.cos(math.radians(float(lat.min() + lat.max()) / 2))
        self._shorter, self._west, self._north = shorter, float(lon.min()), float(lat.max())
        wide = max((float(lon.max()) - self._west) * 111.2 * shorter, 1.0)
        high = max((self._north - float(lat.min())) * 111.2, 1.0)
        self.px_a_km = min((WIDTH - 2 * MARGIN) / wide, 1100.0 / high)
        self.height = high * self.px_a_km + 2 * MARGIN

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a position is on the paper, in pixels from the left and from the top."""
        x = MARGIN + (lon - self._west) * 111.2 * self._shorter * self.px_a_km
        y = MARGIN + (self._north - lat) * 111.2 * self.px_a_km
        return round(x, 1), round(y, 1)


SIGNS = {"hospital": "H", "legevakt": "+", "satellite": "S", "station": "A"}


def draw_region_map(
    region: Region, sites: Sequence[RegionFacility], nearest_min: Floats
) -> RegionMap:
    """Return the map of a kind of facility, with places coloured by the drive to the nearest.

    Args:
        region: The region.
        sites: The facilities that are drawn.
        nearest_min: Minutes by car from each place to the nearest of them, shape (places,).
    """
    lat, lon = (np.array([getattr(p, x) for p in region.places.values()]) for x in ("lat", "lon"))
    paper = MapPaper(lat, lon)
    bar_km = next(km for km in (1, 2, 5, 10, 20, 50, 100, 1000) if km * paper.px_a_km > 70)
    return RegionMap(
        height=round(paper.height),
        roads=_svg_paths(region, paper, [(road.start, road.end) for road in region.roads]),
        ferries=_svg_paths(region, paper, [(ferry.start, ferry.end) for ferry in region.ferries]),
        dots=_map_dots(region, paper, nearest_min),
        marks=[
            MapMark(*paper.at(place.lat, place.lon), facility_sign(site.kind), site)
            for site in sites
            for place in [region.places[site.place]]
        ],
        bar_px=round(bar_km * paper.px_a_km, 1),
        bar_km=bar_km,
    )


def _svg_paths(region: Region, paper: MapPaper, links: Sequence[tuple[str, str]]) -> str:
    """Return straight lines between places as one SVG path, at most `MOST_ROADS`."""
    parts = []
    for start, end in links[:MOST_ROADS]:
        one, other = (region.places[name] for name in (start, end))
        (x, y), (to_x, to_y) = paper.at(one.lat, one.lon), paper.at(other.lat, other.lon)
        parts.append(f"M{x} {y}L{to_x} {to_y}")
    return "".join(parts)


def drive_colour(minutes: float) -> str:
    """Return the colour of a drive of so many minutes."""
    return SHADES[sum(minutes > step for step in STEPS_MIN)]


def _map_dots(region: Region, paper: MapPaper, nearest_min: Floats) -> list[MapDot]:
    """Return the places with people, with dots that together cover a fixed share of the paper."""
    people = [sum(place.people) for place in region.places.values()]
    room = WIDTH * paper.height / max(len(people), 1)
    scale = min(LARGEST, math.sqrt(room) * 0.9) / math.sqrt(max(*people, 1))
    dots = []
    for place, living, minutes in zip(
        region.places.values(), people, nearest_min.tolist(), strict=True
    ):
        if living:
            radius = round(max(SMALLEST, scale * math.sqrt(living)), 1)
            at = paper.at(place.lat, place.lon)
            dots.append(MapDot(*at, radius, drive_colour(minutes), place.name, living, minutes))
    return sorted(dots, key=lambda dot: -dot.radius)


def facility_sign(kind: str) -> str:
    """Return the letter or sign that stands for a kind of facility."""
    return SIGNS.get(kind, "?")


class RegionPageWords:
    """The texts of a region's page in one language.

    Attributes:
        lang: The language.
        text: The catalogue.
    """

    def __init__(self, lang: Lang) -> None:
        """Read the catalogue of the language."""
        self.lang: Lang = lang
        self.text = Texts(lang, read_texts("akuttsim.regionbuilder", f"show-{lang}"))
        self.numbers = NumberFormat(Catalogue(lang))

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text filled in: numbers are written whole, and a `kind` is translated."""
        return self.text(
            key, **{name: self._written(name, value) for name, value in values.items()}
        )

    def _written(self, name: str, value: Any) -> str:
        if isinstance(value, str):
            return self.kind(value) if name == "kind" else value
        return self.number(value)

    def number(self, value: float) -> str:
        """Return a number without decimals."""
        return self.numbers.plain(value)

    def share(self, value: float) -> str:
        """Return a share in per cent."""
        return self.numbers.amount(value, "share", 0)

    def kind(self, kind: str) -> str:
        """Return what a kind of facility is called; one that nobody foresaw as it is written."""
        return self.text.get(f"kind.{kind}", kind)

    def sign(self, kind: str) -> str:
        """Return what the sign of a kind of facility on the map stands for."""
        return self.text.get(f"sign.{kind}", kind)

    def wrong(self, suspicions: Sequence[Suspicion]) -> list[tuple[str, list[str]]]:
        """Return what looks wrong: a heading for each kind of error, and sentences under it."""
        headed = groupby(
            suspicions, lambda suspicion: self(f"wrong.{suspicion.sort}.title", **suspicion.values)
        )
        return [
            (heading, [self(f"wrong.{suspicion.what}", **suspicion.values) for suspicion in those])
            for heading, those in headed
        ]

    def steps(self, steps: Sequence[float]) -> list[str]:
        """Return what each colour of the map stands for, by the minutes between colours."""
        first, *_, last = steps
        between = [self("map.between", low=low, high=high) for low, high in pairwise(steps)]
        return [self("map.up_to", high=first), *between, self("map.over", low=last)]


FACILITIES_FILE = "facilities.csv"


def facilities_of_region(
    region: Region, folder: Path, organisation: Organisation | None, lang: Lang
) -> list[RegionFacility]:
    """Return the facilities that the page of a region shows.

    GP offices are left out.

    Args:
        region: The region.
        folder: Its folder, in which a table of facilities may lie.
        organisation: Whose clinics and stations are shown; None for those of the folder.
        lang: The language of titles.

    Raises:
        InputError: A facility at a place that the region does not have.
    """
    hospitals = [
        RegionFacility("hospital", hospital.title.in_language(lang), hospital.place)
        for hospital in region.hospitals.values()
    ]
    others = (
        _facilities_of_organisation(organisation, lang)
        if organisation
        else _facilities_of_folder(folder)
    )
    if any(site.kind == "hospital" for site in others):
        hospitals = []
    sites = [*hospitals, *others]
    unknown = sorted({site.place for site in sites} - set(region.places))
    if unknown:
        what = message("files.sites.no_place", unknown=", ".join(unknown))
        raise InputError(
            [Problem(shipped.display_path(folder / FACILITIES_FILE), 0, "place", what)]
        )
    return sites


def _facilities_of_folder(folder: Path) -> list[RegionFacility]:
    """Return the facilities of the table in a region's folder; none without one."""
    path = folder / FACILITIES_FILE
    if not path.is_file():
        return []
    rows = read_columns(path, shipped.display_path(path))
    columns = (rows.texts("kind"), rows.texts("name"), rows.texts("place"))
    metres = rows.numbers("to_road_m").tolist()
    return [RegionFacility(*row) for row in zip(*columns, metres, strict=True)]


def _facilities_of_organisation(organisation: Organisation, lang: Lang) -> list[RegionFacility]:
    """Return the clinics of an organisation, and each of its ambulance stations once."""
    clinics = [
        RegionFacility(clinic.kind, clinic.title.in_language(lang), clinic.place)
        for clinic in organisation.clinics.values()
        if clinic.kind != "gp_office"
    ]
    stations = {
        ambulance.station: ambulance.title.in_language(lang)
        for ambulance in organisation.ambulances.values()
    }
    return clinics + [RegionFacility("station", title, place) for place, title in stations.items()]


MOST_ROWS = 80
"""Places up to which drives are shown place by place, and not by municipality."""


def write_region_page(name: str, lang: Lang, organisation: str | None = None) -> tuple[str, str]:
    """Return a region's name and its page as HTML.

    The page shows what was read: counts, maps of drive times, what looks wrong, and tables of
    drives.

    Args:
        name: A shipped region, a file or a folder.
        lang: The language.
        organisation: Whose facilities are shown; None for those of the region's folder.

    Raises:
        InputError: A region or organisation that is wrong.
    """
    path = shipped.find_config("region", name)
    loaded = load_region(str(path))
    check_region(loaded)
    region = loaded.value
    of = load_organisation(organisation).value if organisation else None
    sites = facilities_of_region(region, path.parent, of, lang)
    times = travel_of_region(region)
    at = [region.place_ids.index(site.place) for site in sites]
    seconds = np.array([times.to("car", times.noon, place) for place in at]).T
    km = np.array([times.km_to(place) for place in at]).T
    words = RegionPageWords(lang)
    environment = Environment(
        loader=PackageLoader("akuttsim.regionbuilder"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    title, description = (
        texts.in_language(words.lang) for texts in (region.title, region.description)
    )
    template = environment.get_template("show.html.j2")
    values = _page_values(region, sites, seconds, km, words)
    page = template.render(values, t=words, title=title, description=description)
    return region.region, page + "\n"


def _page_values(
    region: Region, sites: list[RegionFacility], seconds: Floats, km: Floats, words: RegionPageWords
) -> dict[str, object]:
    """Return what the template of the page needs.

    Args:
        region: The region.
        sites: Its facilities; there is a map for each kind of them.
        seconds: Drives by car at noon, shape (places, sites).
        km: Their lengths, of the same shape.
        words: The texts of the page.

    Returns:
        Values by the names that the template (`show.html.j2`) has for them.
    """
    minutes = seconds / MINUTE_S
    people = np.array([sum(place.people) for place in region.places.values()])
    maps = []
    for kind in dict.fromkeys(site.kind for site in sites):
        of_kind = [k for k, site in enumerate(sites) if site.kind == kind]
        nearest_min = minutes[:, of_kind].min(axis=1)
        chart = draw_region_map(region, [sites[k] for k in of_kind], nearest_min)
        maps.append({"kind": kind, "sign": facility_sign(kind), "chart": chart})
    counts = {
        "people": int(people.sum()),
        "municipalities": len(region.municipalities),
        "places": len(region.places),
        "settled": int((people > 0).sum()),
    }
    if region.roads:
        counts |= {"roads": len(region.roads), "ferries": len(region.ferries)}
    return {
        "region": region,
        "counts": counts,
        "maps": maps,
        "shades": SHADES,
        "steps": STEPS_MIN,
        "suspicions": suspicions(region, sites, seconds, km),
        "facilities": _facilities_table(region, sites, minutes, km, words),
        "drives": _drives_table(region, sites, minutes, words),
        "people": _people_table(region, words),
    }


@dataclass(frozen=True)
class RegionTable:
    """A table of the page with how each column stands.

    Attributes:
        table: The table.
        head_classes: The class of each column's head: "n" for numbers, "long" for long words.
        cell_classes: The class of the cells below it.
    """

    table: Table
    head_classes: tuple[str, ...]
    cell_classes: tuple[str, ...]


def _facilities_table(
    region: Region,
    sites: Sequence[RegionFacility],
    minutes: Floats,
    km: Floats,
    words: RegionPageWords,
) -> RegionTable:
    """Return each facility with the shares of people within some minutes, and who has farthest."""
    has_metres = any(site.to_road_m is not None for site in sites)
    keys = ["facilities.name", "facilities.kind", "facilities.place"]
    heads = [words(key) for key in (*keys, *(["facilities.to_road"] if has_metres else []))]
    heads += [words("facilities.within", limit=limit) for limit in STEPS_MIN]
    heads += [words("facilities.median"), words("facilities.farthest")]
    rows = []
    for column, site in enumerate(sites):
        cells = [site.name, words.kind(site.kind), region.places[site.place].name]
        if has_metres:
            cells.append("" if site.to_road_m is None else words.number(site.to_road_m))
        rows.append(cells + _drive_cells(region, minutes[:, column], km[:, column], words))
    classes = ["", "", "", *(["n"] if has_metres else []), *("n" for _ in STEPS_MIN), "n"]
    table = text_table(heads, rows, words("facilities.caption"))
    return RegionTable(table, (*classes, ""), (*classes, "long"))


def _drive_cells(region: Region, minutes: Floats, km: Floats, words: RegionPageWords) -> list[str]:
    """Return shares of people within each step, the median drive, and the farthest place."""
    people = np.array([sum(place.people) for place in region.places.values()])
    total = max(people.sum(), 1)
    farthest = int(np.where(people > 0, minutes, -1).argmax())
    place = region.places[region.place_ids[farthest]].name
    far = {"place": place, "minutes": minutes[farthest], "km": km[farthest]}
    return [
        *(words.share(people[minutes <= limit].sum() / total) for limit in STEPS_MIN),
        words("facilities.minutes", minutes=_median_drive(minutes, people)),
        words("facilities.farthest_is", **far),
    ]


def _drives_table(
    region: Region, sites: Sequence[RegionFacility], minutes: Floats, words: RegionPageWords
) -> RegionTable:
    """Return the drive to each facility, by place or in the median of each municipality."""
    people = np.array([sum(place.people) for place in region.places.values()])
    is_by_place = int((people > 0).sum()) <= MOST_ROWS
    drives: list[tuple[str, int, list[float]]]
    if is_by_place:
        names = [place.name for place in region.places.values()]
        settled = np.flatnonzero(people).tolist()
        drives = [(names[k], int(people[k]), minutes[k].tolist()) for k in settled]
    else:
        drives = _median_drives(region, minutes, people)
    rows = [
        [name, words.number(living), *map(words.number, to_sites)]
        for name, living, to_sites in drives
    ]
    heads = [words("drives.from"), words("drives.people")]
    heads += [words("map.site", name=site.name, kind=site.kind) for site in sites]
    caption = words("drives.by_place" if is_by_place else "drives.by_municipality")
    count = len(sites)
    table = text_table(heads, rows, caption)
    return RegionTable(table, ("", "n", *["n long"] * count), ("", "n", *["n"] * count))


def _median_drive(minutes: Floats, people: Floats) -> float:
    """Return the minutes within which half of the people are."""
    order = np.argsort(minutes)
    until = np.cumsum(people[order])
    return float(minutes[order][np.searchsorted(until, until[-1] / 2)]) if len(order) else 0.0


def _median_drives(
    region: Region, minutes: Floats, people: Floats
) -> list[tuple[str, int, list[float]]]:
    """Return by municipality its name, its people, and minutes within which half of them are."""
    of = np.array([place.municipality for place in region.places.values()])
    rows = []
    for key, municipality in region.municipalities.items():
        own = of == key
        halves = [_median_drive(minutes[own, k], people[own]) for k in range(minutes.shape[1])]
        rows.append((municipality.name, int(people[own].sum()), halves))
    return rows


def _people_table(region: Region, words: RegionPageWords) -> RegionTable:
    """Return the people of each municipality by age, its places and its largest built-up place."""
    year = region.people_year
    caption = words("people.caption_year", year=str(year)) if year else words("people.caption")
    keys = ("people.municipality", "people.number", "people.people")
    heads = [words(key) for key in (*keys, *(f"age.{age}" for age in AGE_GROUPS))]
    heads += [words("people.places"), words("people.largest")]
    rows = []
    for key, row in region.municipalities.items():
        places = sum(place.municipality == key for place in region.places.values())
        counts = (sum(row.people), *row.people, places, row.largest_tettsted)
        rows.append([row.name, str(row.number), *map(words.number, counts)])
    ages = len(AGE_GROUPS)
    table = text_table(heads, rows, caption)
    return RegionTable(
        table, ("", "", "n", *["n age"] * ages, "n", "n"), ("", "", *["n"] * (ages + 3))
    )


def free_page_path(region: str, lang: Lang, wanted: Path | None) -> Path:
    """Return where a page goes: as wanted, else beside, under a name that is free."""
    if wanted is not None:
        return wanted
    name = f"{region}{page_ending(lang)}"
    path, number = Path(f"{name}.html"), 2
    while path.exists():
        path, number = Path(f"{name}-{number}.html"), number + 1
    return path
