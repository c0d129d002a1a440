"""Calibration: which assumptions are moved, and the published figures that they are held to."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from akuttsim.scenario.fields import Bilingual, Model, Slug, Sourced

NORMAL_95 = 1.96
"""Standard errors on either side that hold 95 % of what chance does."""


class Unknown(Model):
    """An assumption of the region or of the organisation that is moved within its range.

    `key` is the dotted key of a value of grade C. `range`, in the same unit, narrows its own.
    """

    key: str
    range: tuple[float, float] | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.range is not None and self.range[0] >= self.range[1]:
            raise ValueError("range must be [low, high] with low below high")
        return self


class Aim(Sourced):
    """A published figure, in the unit of the indicator that is its counterpart.

    It is met within `tolerance` on either side, or within the 95 % interval of its
    `standard_error`. One that is held back is compared and never fitted.
    """

    title: Bilingual | None = None
    indicator: str
    group_by: str = "all"
    group: str = "all"
    value: float
    tolerance: float | None = Field(default=None, gt=0)
    standard_error: float | None = Field(default=None, gt=0)
    held_back: bool = False

    @model_validator(mode="after")
    def _one_width(self) -> Self:
        if (self.tolerance is None) == (self.standard_error is None):
            raise ValueError("a target needs either tolerance or standard_error")
        return self

    @property
    def width(self) -> float:
        """Return how far from the figure still meets it."""
        if self.tolerance is not None:
            return self.tolerance
        assert self.standard_error is not None
        return NORMAL_95 * self.standard_error


class Calibration(Model):
    """What is fitted to what, how long each trial is, and which organisations are judged after."""

    calibration: Slug
    unknowns: dict[Slug, Unknown] = Field(min_length=1, max_length=12)
    targets: dict[Slug, Aim] = Field(min_length=1, max_length=60)
    compare: tuple[str, ...] = Field(default=(), strict=False)
    judged_by: tuple[str, ...] = Field(default=(), strict=False)
    margins: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    weeks: int = Field(ge=1, le=520)
    warmup_days: int = Field(default=2, ge=0, le=60)
    replications: int = Field(ge=2, le=1000)
    seed: int = Field(ge=0)
    most_trials: int = Field(default=60, ge=5, le=10_000)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if all(each.held_back for each in self.targets.values()):
            raise ValueError("every target is held back; at least one must be fitted")
        if self.compare and not self.judged_by:
            raise ValueError("compare needs judged_by: the indicators that verdicts are about")
        least = 4 * len(self.unknowns) + 2
        if self.most_trials < least:
            raise ValueError(f"so many unknowns need most_trials of at least {least}")
        keys = [each.key for each in self.unknowns.values()]
        if len(set(keys)) < len(keys):
            raise ValueError("two unknowns have the same key; each is moved once")
        return self
