"""The interactive map and the replay: what they draw, as JSON that the page carries."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.experiments.manifest import ResolvedConfig
from akuttsim.experiments.results import Results, read_page_data
from akuttsim.municipality_borders import NAMES, Border
from akuttsim.records import JsonObject
from akuttsim.report.context import (
    Words,
    capital,
)
from akuttsim.report.figure_data import KM_A_DEGREE, has_map
from akuttsim.report.municipality_data import map_quantities
from akuttsim.report.page_scripts import joined_script, json_for_script, static_file
from akuttsim.texts import Message, message

UNITS_A_KM = 100
_STEP = 12
"""Points of a border nearer than this to the one before are left out (120 m)."""

Project = Callable[[float, float], tuple[int, int]]


def map_region(words: Words, borders: Sequence[Border] = ()) -> JsonObject:
    """Return places, ways, hospitals and borders; places by position, as everything else says.

    A place is x, y, people, municipality and whether it is a junction; x grows east, y north.
    """
    raw = words.chosen.manifest.region
    titles = [words.labels.municipality(name) for name in raw["municipalities"]]
    keys, places = list(raw["places"]), list(raw["places"].values())
    hospitals = [
        [words.text.both(point["title"]), keys.index(point["place"])]
        for point in raw["hospitals"].values()
    ]
    outlines = _map_borders(borders, _projection(places), titles, _numbers(raw), places)
    drawn = ways_and_places(raw)
    return {**drawn, "municipalities": titles, "hospitals": hospitals, "borders": outlines}


def ways_and_places(raw: JsonObject) -> JsonObject:
    """Return the names and positions of a region's places, and its roads and ferries.

    Args:
        raw: The region as plain values.
    """
    keys, names = list(raw["places"]), list(raw["municipalities"])
    places = list(raw["places"].values())
    project = _projection(places)
    return {
        "names": [place["name"] for place in places],
        "places": [
            [*project(point["lat"], point["lon"]), sum(point["people"]),
             names.index(point["municipality"])]
            for point in places
        ],
        "roads": _map_roads(raw["roads"], keys),
        "ferries": _map_roads(raw["ferries"], keys),
    }  # fmt: skip


def outlines_of_region(raw: JsonObject, borders: Sequence[Border]) -> list[list[Any]]:
    """Return name, municipality (-1: another) and rings of the borders that touch a region.

    Args:
        raw: The region as plain values.
        borders: The borders of a file; rings are drawn as `ways_and_places` draws places.
    """
    places = list(raw["places"].values())
    titles = [each["name"] for each in raw["municipalities"].values()]
    return _map_borders(borders, _projection(places), titles, _numbers(raw), places)


def _map_roads(ways: Iterable[JsonObject], keys: list[str]) -> list[list[int]]:
    return [[keys.index(way["from"]), keys.index(way["to"])] for way in ways]


def _projection(places: list[JsonObject]) -> Project:
    """Return an equirectangular projection with the middle latitude as standard."""
    lats, lons = [place["lat"] for place in places], [place["lon"] for place in places]
    shorter = math.cos(math.radians((min(lats) + max(lats)) / 2))
    south, west = min(lats), min(lons)
    unit = UNITS_A_KM * KM_A_DEGREE

    def project(lat: float, lon: float) -> tuple[int, int]:
        return round(unit * shorter * (lon - west)), round(unit * (lat - south))

    return project


def _map_borders(
    borders: Sequence[Border],
    project: Project,
    titles: list[str],
    numbers: list[str],
    places: list[JsonObject],
) -> list[list[Any]]:
    """Return name, municipality (-1: another) and rings of the borders that touch the region."""
    box = _places_box(places)
    return [
        [border.name, _border_municipality(border, titles, numbers), rings]
        for border in borders
        if (
            rings := [
                _thinned_ring(ring, project) for ring in border.rings if _meets_box(ring, box)
            ]
        )
    ]


def _places_box(places: list[JsonObject]) -> tuple[float, float, float, float]:
    lats, lons = [place["lat"] for place in places], [place["lon"] for place in places]
    return min(lons) - 0.3, max(lons) + 0.3, min(lats) - 0.15, max(lats) + 0.15


def _meets_box(ring: Sequence[tuple[float, float]], box: tuple[float, float, float, float]) -> bool:
    west, east, south, north = box
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return bool(ring) and (
        min(lons) < east and max(lons) > west and min(lats) < north and max(lats) > south
    )


def _thinned_ring(ring: Sequence[tuple[float, float]], project: Project) -> list[int]:
    """Return a ring as x, y, x, y, without the points too near to each other to be seen."""
    points: list[tuple[int, int]] = []
    for lon, lat in ring:
        point = project(lat, lon)
        if not points or math.dist(points[-1], point) >= _STEP:
            points.append(point)
    return [part for point in points for part in point]


def _numbers(region: JsonObject) -> list[str]:
    """Return the numbers of a region's municipalities, in its order."""
    return [each.get("number") or "" for each in region["municipalities"].values()]


def borders_told(results: Results, borders: Sequence[Border]) -> list[Message]:
    """Return what there is to tell of a file of borders: none of the region's, or without names.

    Args:
        results: The results, which have the region.
        borders: The borders that were read; nothing is told of none.
    """
    if not borders:
        return []
    raw = results.manifest.region
    titles = [each["name"] for each in raw["municipalities"].values()]
    box = _places_box(list(raw["places"].values()))
    near = [each for each in borders if any(_meets_box(ring, box) for ring in each.rings)]
    if not near:
        return [message("files.borders.elsewhere", count=len(borders))]
    own = {_border_municipality(each, titles, _numbers(raw)) for each in near}
    missing = [title for number, title in enumerate(titles) if number not in own]
    unnamed = sum(not each.name for each in near)
    told = []
    if missing:
        names, more = ", ".join(missing[:5]), len(missing) - 5
        said = names + (f" + {more}" if more > 0 else "")
        told.append(message("files.borders.missing", count=len(missing), names=said))
    if unnamed:
        told.append(message("files.borders.unnamed", count=unnamed, known=", ".join(NAMES)))
    return told


def _border_municipality(border: Border, titles: list[str], numbers: list[str]) -> int:
    """Return which municipality a border is of; official names stand in several languages."""
    if border.number and border.number in numbers:
        return numbers.index(border.number)
    mine = _name_parts(border.name)
    return next((n for n, title in enumerate(titles) if mine & _name_parts(title)), -1)


def _name_parts(name: str) -> set[str]:
    return {part.strip().casefold() for part in name.replace("–", "-").split(" - ") if part.strip()}


_ROLE_SECTIONS = {
    "operator": "control_rooms",
    "dispatcher": "control_rooms",
    "nurse": "clinics",
    "doctor": "doctors",
    "back_up_doctor": "doctors",
}
_VEHICLES = ("ambulances", "supports")


def unit_names(words: Words, organisation: ResolvedConfig, units: list[list[Any]]) -> list[str]:
    """Return the name of each unit: a vehicle's title, or the role with the team's title."""
    return [_unit_name(words, organisation, *unit[:3]) for unit in units]


def _unit_name(words: Words, organisation: ResolvedConfig, name: str, role: str, team: str) -> str:
    if role not in _ROLE_SECTIONS:
        units = (organisation[section].get(name) for section in _VEHICLES)
        vehicle = next((section for section in units if section), None)
        return words.text.both(vehicle["title"]) if vehicle else name
    title = words.text.both(organisation[_ROLE_SECTIONS[role]][team]["title"])
    number = name.rpartition("-")[2]
    if role in ("doctor", "back_up_doctor"):
        alone = number == "1" and role == "doctor"
        return title if alone else words.text(f"live.who.{role}", title=title, number=number)
    return words.text(f"live.who.{role}", title=title, number=number)


SCRIPTS = (
    "base.js", "canvas.js", "shapes.js", "region.js",
    "moment.js", "way.js", "now.js", "marks.js", "replay.js", "begin.js",
)  # fmt: skip
"""The scripts in the order in which they are joined; no other tool is needed to build them."""


REACH = ("care", "doctor", "ambulance", "open", "on_duty")
"""What the map draws of the reach of a model's services."""

MOST_REPLAYED = 2_500_000
"""Characters that replays may take of a page; of a large region not every model has room."""


def replay_map(words: Words, folder: Path, borders: Sequence[Border] = ()) -> JsonObject | None:
    """Return what the template of the map needs, or None where the region cannot be drawn."""
    if not has_map(words):
        return None
    models = words.chosen.organisations
    reach = {name: read_page_data(folder, "map", name) for name in models}
    replays = {name: read_page_data(folder, "replay", name) for name in models}
    written = replays_that_fit(
        [json_for_script(_model_replay(words, name, replays[name])) for name in models]
    )
    return {
        "style": Markup(static_file("map/map.css")),
        "titles": [words.labels.organisation(name) for name in models],
        "measured": map_quantities(words),
        "hours": _reach_hours(reach),
        "has_reach": any(reach.values()),
        "with_replay": [number for number, replay in enumerate(written) if replay],
        "left_out": sum(map(bool, replays.values())) - sum(map(bool, written)),
        **_replayed_day_words(words, replays),
        "shared": json_for_script(_shared_map_data(words, reach, borders)),
        "replays": written,
    }


def replayed_models(words: Words, folder: Path) -> JsonObject:
    """Return the same day in each model as plain values, with what all of them share."""
    models = words.chosen.organisations
    reach = {name: read_page_data(folder, "map", name) for name in models}
    replays = {name: read_page_data(folder, "replay", name) for name in models}
    return {
        "shared": _shared_map_data(words, reach, ()),
        "replays": [
            {"title": words.labels.organisation(name),
             "data": _model_replay(words, name, replays[name])}
            for name in models
        ],
        **_replayed_day_words(words, replays),
    }  # fmt: skip


def replays_that_fit(written: list[Markup]) -> list[Markup]:
    """Return replays, the first whatever its size and others while there is room; "" for none."""
    fitting: list[Markup] = []
    for replay in written:
        is_known = replay != "null"
        has_room = not any(fitting) or sum(map(len, fitting)) + len(replay) <= MOST_REPLAYED
        fitting.append(replay if is_known and has_room else Markup(""))
    return fitting


def map_script() -> Markup:
    """Return the script of the map and the replay."""
    return joined_script("map", SCRIPTS)


def _reach_hours(reach: dict[str, JsonObject | None]) -> list[str]:
    first = next((hours for hours in reach.values() if hours), None)
    return [f"{hour:02d}" for hour in first["hours"]] if first else []


def _replayed_day_words(words: Words, replays: dict[str, JsonObject | None]) -> JsonObject:
    """Return the replayed day in words, and how many fell ill on it; the same in every model."""
    first = next((replay for replay in replays.values() if replay), None)
    if first is None:
        return {"date": "", "contacts": ""}
    written = format_date(date.fromisoformat(first["date"]), "full", locale=words.text.lang)
    contacts = words.numbers.plain(first["contacts"])
    return {"date": capital(written), "contacts": contacts}


def _shared_map_data(
    words: Words, reach: dict[str, JsonObject | None], borders: Sequence[Border]
) -> JsonObject:
    texts = words.text.texts
    return {
        "lang": words.text.lang,
        "texts": {key: texts[key] for key in texts if key.startswith("live.")},
        "ages": list(AGE_GROUPS),
        "region": map_region(words, borders),
        "base": words.chosen.organisations.index(words.chosen.base),
        "models": [
            _model_map_data(words, name, reach[name]) for name in words.chosen.organisations
        ],
        "measured": map_quantities(words),
    }


def _model_map_data(words: Words, name: str, reach: JsonObject | None) -> JsonObject:
    organisation = words.chosen.manifest.organisations[name]
    places = list(words.chosen.manifest.region["places"])
    both = words.text.both
    clinics = organisation["clinics"].items()
    return {
        "title": words.labels.organisation(name),
        "clinics": [
            [both(clinic.get("title", key)), clinic["kind"], places.index(clinic["place"])]
            for key, clinic in clinics
        ],
        "stations": [
            [
                both(clinic.get("title", key)),
                places.index(clinic["station"]),
                clinic.get("kind", ""),
            ]
            for key, clinic in organisation["ambulances"].items()
        ],
        "reach": {key: reach[key] for key in REACH if key in reach} if reach else None,
    }


def _model_replay(words: Words, name: str, replay: JsonObject | None) -> JsonObject | None:
    if replay is None:
        return None
    organisation = words.chosen.manifest.organisations[name]
    rooms = organisation["control_rooms"]
    return {
        **replay,
        "names": unit_names(words, organisation, replay["units"]),
        "rooms": [
            [words.text.both(room["title"]), room["number"], room.get("operators_of") or key]
            for key, room in rooms.items()
        ],
        "room_keys": list(rooms),
    }
