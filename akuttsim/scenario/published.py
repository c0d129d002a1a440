"""Published figures that a simulated region is shown beside."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from akuttsim.scenario.fields import Model, Slug, Sourced


class Figure(Sourced):
    """One published figure, and the indicator that is its counterpart.

    `published` is the figure as published, with its year; an indicator's mean `times` so much has
    the same unit. `in_the_model` says whether it is an input (put in), what an assumption was set
    after (fitted), or neither (found).
    """

    title: str = Field(min_length=3)
    indicator: str
    group_by: str = "all"
    group: str = "all"
    times: float = Field(default=1.0, gt=0)
    decimals: int = Field(default=0, ge=0, le=3)
    published: str = Field(min_length=1)
    in_the_model: Literal["put in", "fitted", "found"]


class Figures(Model):
    """Published figures, in the order in which they are shown."""

    figures: dict[Slug, Figure]
