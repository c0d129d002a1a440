"""A proposal: what is to change, and what the formula promises of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import Region
from akuttsim.experiment.placing.question import World

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Promise:
    """A figure by the formula, today and as proposed: of all, and by municipality.

    `by_municipality[name]` holds the pair; `indicators` are the simulated ones that it is held
    against, of which each knows its own municipalities.
    """

    what: str
    unit: str
    today: float
    proposed: float
    by_municipality: dict[str, tuple[float, float]]
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Site:
    """One thing that is placed: its name, where it stands today (None if new) and is to stand."""

    name: str
    today: str | None
    place: str


@dataclass(frozen=True)
class Proposal:
    """Sites, the change of the organisation (`set` and `remove`), its name and what it promises."""

    change: str
    sites: tuple[Site, ...]
    set: dict[str, Any]
    promises: tuple[Promise, ...]
    main_indicators: tuple[str, ...]
    remove: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def moved(self) -> tuple[Site, ...]:
        """Return what is new or stands elsewhere than today."""
        return tuple(site for site in self.sites if site.today != site.place)


def by_municipality(
    region: Region, pairs: tuple[Array, Array], demand: Array
) -> dict[str, tuple[float, float]]:
    """Return two figures of each municipality from totals by place; without demand, none."""
    home = np.array([place.municipality for place in region.places.values()])
    found = {}
    for name in region.municipality_ids:
        mine = home == name
        total = float(demand[mine].sum())
        if total > 0:
            found[name] = (float(pairs[0][mine].sum()) / total, float(pairs[1][mine].sum()) / total)
    return found


def place_name(world: World, place: str) -> str:
    """Return the name of a place as people write it."""
    return world.region.places[place].name
