"""Small regions: Namdal with another road network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st

from akuttsim.config.loader import load_region
from akuttsim.config.schema.geography import Driving, Ferry, Place, Road
from akuttsim.config.schema.region import Region

SOURCED = {"source": "test", "grade": "B"}


@cache
def namdal() -> Region:
    return load_region("namdal").value


def road(start: int, end: int, km: float, kmh: float) -> Road:
    values = {"from": f"p{start}", "to": f"p{end}", "road": "x", "km": km, "kmh": kmh, **SOURCED}
    return Road.model_validate(values)


def ferry(start: int, end: int, **values: Any) -> Ferry:
    usual = {"ferry": f"f{start}-{end}", "from": f"p{start}", "to": f"p{end}", "road": "x",
             "km": 3.0, "crossing_min": 15.0, "first": "06:00", "last": "22:00", "departures": 17,
             "on_call_min": 40.0}  # fmt: skip
    return Ferry.model_validate({**usual, **SOURCED, **values})


def region(places: int, roads: Sequence[Road], ferries: Sequence[Ferry] = ()) -> Region:
    """Return a region of places p0, p1, … with blue light 1.3 in town and 1.2 elsewhere."""
    place = {"name": "x", "municipality": "namsos", "lat": 64.0, "lon": 11.0, "kind": "settlement"}
    parts = {
        "places": {f"p{n}": Place.model_validate({**place, **SOURCED}) for n in range(places)},
        "roads": tuple(roads),
        "ferries": tuple(ferries),
        "driving": Driving.model_validate({
            "blue_light_town": {"value": 1.3, **SOURCED},
            "blue_light_rural": {"value": 1.2, **SOURCED},
            "town_below_kmh": {"value": 50.0, **SOURCED},
        }),
    }  # fmt: skip
    return namdal().model_copy(update=parts)


@st.composite
def regions(draw: st.DrawFn, ferries: int = 2) -> Region:
    """Draw a region in which every place can be reached, with roads beside each other and loops."""
    places = draw(st.integers(2, 7))
    pairs = [(draw(st.integers(0, n - 1)), n) for n in range(1, places)]
    more = st.tuples(st.integers(0, places - 1), st.integers(0, places - 1))
    pairs += draw(st.lists(more, max_size=6))
    km, kmh = st.floats(0.1, 80), st.floats(20, 110)
    roads = [road(start, end, draw(km), draw(kmh)) for start, end in pairs]
    crossings = [
        ferry(start, end, crossing_min=draw(st.floats(2, 60)), departures=draw(st.integers(2, 30)))
        for start, end in draw(st.lists(more, max_size=ferries))
    ]
    return region(places, roads, crossings)
