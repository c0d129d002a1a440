"""Regions without a table of roads: given travel times, or straight lines times a detour."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import Field, PrivateAttr, model_validator

from akuttsim.scenario.fields import Model, Sourced

STRAIGHT_LINES = (
    "NO ROADS: drives are straight lines times a detour. Fjords, mountains, bridges and ferries "
    "are not in them; do not compare bases on different sides of water by this region"
)
GIVEN_TIMES = (
    "NO ROADS: drives follow a table of times between places. No road can be closed, crews do not "
    "meet half-way, and a vehicle on the way is taken to be at the nearest place"
)
"""What is to be said of regions without a table of roads wherever they are met."""


class GivenTimes(Model):
    """A table of travel times between all places: its file, and its digest as it was checked.

    Where it lies on this machine is no part of the config: `path`, set when it is loaded.
    """

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    _path: Path | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path:
        """Return where the table lies."""
        return self._path or Path(self.file)

    def lies_at(self, path: Path) -> None:
        """Tell where the table lies, so that it can be read when its times are first needed."""
        self._path = path


class Detour(Model):
    """At a straight-line distance: the road's length over it, and the speed along the road."""

    km: float = Field(ge=0, le=2000)
    detour: float = Field(ge=1, le=10)
    kmh: float = Field(ge=5, le=120)

    @property
    def hours(self) -> float:
        """Return the hours of a drive over this distance."""
        return self.km * self.detour / self.kmh


class StraightLine(Sourced):
    """Drives without any roads: straight line times a detour factor, at a speed, both by distance.

    Between the points both change evenly; beyond the first and the last they stay. The range,
    where given, is a factor on the times. Fjords, mountains and ferries are not in it.
    """

    by_distance: tuple[Detour, ...] = Field(strict=False, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _farther_takes_longer(self) -> Self:
        for before, after in pairwise(self.by_distance):
            if after.km <= before.km or after.hours <= before.hours:
                raise ValueError(
                    f"by_distance must rise: {after.km:g} km must be farther, and take longer, "
                    f"than {before.km:g} km"
                )
        return self
