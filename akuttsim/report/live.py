"""The interactive map and the replay: what they draw, as JSON that the page carries."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.experiments.results import read_page_data
from akuttsim.report.borders import Border
from akuttsim.report.figures.region_map import is_drawable
from akuttsim.report.live_region import region
from akuttsim.report.live_values import measured
from akuttsim.report.unit_names import unit_names
from akuttsim.report.words import Words

SCRIPTS = (
    "base.js", "canvas.js", "shapes.js", "region.js",
    "moment.js", "way.js", "now.js", "marks.js", "replay.js", "begin.js",
)  # fmt: skip
"""The scripts in the order in which they are joined; no other tool is needed to build them."""


REACH = ("care", "doctor", "ambulance", "open", "on_duty")
"""What the map draws of the reach of a model's services."""

MOST_REPLAYED = 2_500_000
"""Characters that replays may take of a page; of a large region not every model has room."""


def live(words: Words, folder: Path, borders: Sequence[Border] = ()) -> dict[str, Any] | None:
    """Return what the template of the map needs, or None where the region cannot be drawn."""
    if not is_drawable(words):
        return None
    models = words.chosen.organisations
    reach = {name: read_page_data(folder, "map", name) for name in models}
    replays = {name: read_page_data(folder, "replay", name) for name in models}
    written = fitting([as_json(_replay(words, name, replays[name])) for name in models])
    return {
        "style": Markup(_static("map.css")),
        "script": Markup(script()),
        "titles": [words.labels.organisation(name) for name in models],
        "measured": measured(words),
        "hours": _hours(reach),
        "has_reach": any(reach.values()),
        "with_replay": [number for number, replay in enumerate(written) if replay],
        "left_out": sum(map(bool, replays.values())) - sum(map(bool, written)),
        **_day(words, replays),
        "shared": as_json(_shared(words, reach, borders)),
        "replays": written,
    }


def fitting(written: list[Markup]) -> list[Markup]:
    """Return replays, the first whatever its size and others while there is room; "" for none."""
    kept: list[Markup] = []
    for replay in written:
        is_known = replay != "null"
        has_room = not any(kept) or sum(map(len, kept)) + len(replay) <= MOST_REPLAYED
        kept.append(replay if is_known and has_room else Markup(""))
    return kept


def script() -> str:
    """Return the page's whole script."""
    parts = "".join(_static(name) for name in SCRIPTS)
    return f'(function () {{\n"use strict";\n{parts}}})();\n'


def script_hash() -> str:
    """Return the hash by which the page's policy allows this script and no other to run."""
    return "sha256-" + b64encode(hashlib.sha256(script().encode("utf-8")).digest()).decode("ascii")


@cache
def _static(name: str) -> str:
    return (files("akuttsim.report") / "static" / "map" / name).read_text("utf-8")


def as_json(data: Any) -> Markup:
    """Return data for a script element: no name in it can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _hours(reach: dict[str, dict[str, Any] | None]) -> list[str]:
    first = next((each for each in reach.values() if each), None)
    return [f"{hour:02d}" for hour in first["hours"]] if first else []


def _day(words: Words, replays: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Return the replayed day in words, and how many fell ill on it; the same in every model."""
    first = next((each for each in replays.values() if each), None)
    if first is None:
        return {"date": "", "contacts": ""}
    written = format_date(date.fromisoformat(first["date"]), "full", locale=words.text.lang)
    contacts = words.numbers.plain(first["contacts"])
    return {"date": written[:1].upper() + written[1:], "contacts": contacts}


def _shared(
    words: Words, reach: dict[str, dict[str, Any] | None], borders: Sequence[Border]
) -> dict[str, Any]:
    texts = words.text.texts
    return {
        "lang": words.text.lang,
        "texts": {key: texts[key] for key in texts if key.startswith("live.")},
        "ages": list(AGE_GROUPS),
        "region": region(words, borders),
        "base": words.chosen.organisations.index(words.chosen.base),
        "models": [_model(words, name, reach[name]) for name in words.chosen.organisations],
        "measured": measured(words),
    }


def _model(words: Words, name: str, reach: dict[str, Any] | None) -> dict[str, Any]:
    organisation = words.chosen.manifest["organisations"][name]
    places = list(words.chosen.manifest["region"]["places"])
    both = words.text.both
    clinics = organisation["clinics"].items()
    return {
        "title": words.labels.organisation(name),
        "clinics": [
            [both(each.get("title", key)), each["kind"], places.index(each["place"])]
            for key, each in clinics
        ],
        "stations": [
            [both(each.get("title", key)), places.index(each["station"]), each.get("kind", "")]
            for key, each in organisation["ambulances"].items()
        ],
        "reach": {key: reach[key] for key in REACH if key in reach} if reach else None,
    }


def _replay(words: Words, name: str, replay: dict[str, Any] | None) -> dict[str, Any] | None:
    if replay is None:
        return None
    organisation = words.chosen.manifest["organisations"][name]
    rooms = organisation["control_rooms"]
    return {
        **replay,
        "names": unit_names(words, organisation, replay["units"]),
        "rooms": [
            [words.text.both(each["title"]), each["number"], each.get("operators_of") or key]
            for key, each in rooms.items()
        ],
        "room_keys": list(rooms),
    }
