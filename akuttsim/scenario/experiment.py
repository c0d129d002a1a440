"""Experiment: a question, the organisations it compares, and how long and often to run."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.scenario.fields import Bilingual, Model, Slug


class Target(Model):
    """A goal for one indicator: what law or policy asks, and where it says so."""

    indicator: Slug | str
    at_least: float | None = None
    at_most: float | None = None
    title: Bilingual
    source: str = Field(min_length=3)

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a target needs either at_least or at_most")
        return self

    @property
    def value(self) -> float:
        """Return the goal's number."""
        number = self.at_least if self.at_least is not None else self.at_most
        assert number is not None
        return number

    @property
    def side(self) -> Literal["at_least", "at_most"]:
        """Tell which side of the number is good."""
        return "at_least" if self.at_least is not None else "at_most"


class Targets(Model):
    """The goals that results are held against, by name."""

    targets: dict[Slug, Target]


class Experiment(Model):
    """A question put to several organisations of one region with the same patients."""

    experiment: Slug
    question: Bilingual
    hypothesis: Bilingual
    region: Slug
    organisations: tuple[str, ...] = Field(strict=False, min_length=1)
    weeks: int = Field(ge=1, le=520)
    warmup_days: int = Field(ge=0, le=60)
    replications: int = Field(ge=2, le=100_000)
    seed: int = Field(ge=0)
    main_indicators: tuple[str, ...] = Field(strict=False, min_length=1)
    targets: str
