"""How a published table of figures becomes targets: which row and column is which indicator."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from akuttsim.scenario.fields import Bilingual, Model, Slug


class MappedFigure(Model):
    """One cell of a table: the row that has these words, and the column of the figure.

    The figure `times` so much has the indicator's unit. Its width is a `tolerance` in that unit,
    or, for a share, follows from how many cases the column `counted` says it is of.
    """

    title: Bilingual | None = None
    where: dict[str, str] = Field(min_length=1)
    column: str
    times: float = Field(default=1.0, gt=0)
    indicator: str
    group_by: str = "all"
    group: str = "all"
    tolerance: float | None = Field(default=None, gt=0)
    counted: str | None = None
    held_back: bool = False

    @model_validator(mode="after")
    def _one_width(self) -> Self:
        if (self.tolerance is None) == (self.counted is None):
            raise ValueError("a figure needs either tolerance or counted")
        return self


class FigureMapping(Model):
    """A table as a publisher exports it, and the figures that are taken from it."""

    mapping: Slug
    source: str = Field(min_length=3)
    encoding: str | None = None
    figures: dict[Slug, MappedFigure] = Field(min_length=1)

    def columns(self) -> set[str]:
        """Return the names of all columns that are read."""
        told: set[str] = set()
        for each in self.figures.values():
            told |= {*each.where, each.column} | ({each.counted} if each.counted else set())
        return told
