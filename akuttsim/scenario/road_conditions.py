"""What makes driving slower than usual: traffic by the hour, winter, storms, closed roads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from akuttsim.scenario.fields import Bilingual, Factor, Model, Number, Slug, Sourced
from akuttsim.scenario.seasons import When

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day such as 06:20."""

Slowing = Annotated[float, Field(gt=0, le=1)]


class Link(Model):
    """A way between two places, used both ways."""

    start: Slug = Field(alias="from")
    end: Slug = Field(alias="to")


class Traffic(Sourced):
    """Factors on the speed in the 24 hours of a working day; the range is a factor on each.

    Blue light follows them too. `where` is 'town', below `town_below_kmh`, or 'everywhere'.
    """

    values: tuple[Slowing, ...] = Field(strict=False, min_length=24, max_length=24)
    where: Literal["town", "everywhere"]


class Column(Link):
    """A stretch that is driven in a column behind a plough, evenly from first to last, both ways.

    `extra_min` is what the column needs beyond ordinary driving. With blue light nobody waits
    longer than `on_call_min`, where it is given. Nobody turns in a column.
    """

    first: Clock
    last: Clock
    departures: int = Field(ge=1, le=200)
    extra_min: Number
    on_call_min: Number | None = None


class RoadCondition(Model):
    """A named state of the roads and when it holds: a winter, a storm, a closed pass.

    `speed` is a factor on all roads, with blue light too. Closed stretches and cancelled ferries
    are not to be had; with `cut_off_wait_min` they are passed after so long a wait (for an opening,
    the first column or sailing), if the way round takes longer. Of conditions that hold at once
    speeds multiply and closures join.
    """

    title: Bilingual
    when: When
    speed: Factor | None = None
    closed: tuple[Link, ...] = Field(default=(), strict=False)
    columns: dict[Slug, Column] = Field(default_factory=dict)
    cancelled_ferries: tuple[Slug, ...] = Field(default=(), strict=False)
    cut_off_wait_min: Number | None = None
