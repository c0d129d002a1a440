"""Distributions as values: a mean and a quantile function; nothing here draws."""

from __future__ import annotations

import math
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from akuttsim.scenario.fields import Model, Sourced

Array = NDArray[np.float64]


class Exponential(Model):
    """Exponential by its mean."""

    mean: float = Field(gt=0)

    def expected(self) -> float:
        """Return the mean."""
        return self.mean

    def quantile(self, u: Array) -> Array:
        """Return the values below which a share `u` lies."""
        return _each(math.log1p, -u) * -self.mean


class Lognormal(Model):
    """Lognormal by mean or median, and by sigma (of the logarithm) or cv (sd over mean)."""

    mean: float | None = Field(default=None, gt=0)
    median: float | None = Field(default=None, gt=0)
    sigma: float | None = Field(default=None, gt=0, le=3)
    cv: float | None = Field(default=None, gt=0, le=10)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.mean is None) == (self.median is None):
            raise ValueError("lognormal needs either mean or median")
        if (self.sigma is None) == (self.cv is None):
            raise ValueError("lognormal needs either sigma or cv")
        return self

    def _sigma(self) -> float:
        if self.sigma is not None:
            return self.sigma
        assert self.cv is not None
        return math.sqrt(math.log1p(self.cv**2))

    def _median(self) -> float:
        if self.median is not None:
            return self.median
        assert self.mean is not None
        return self.mean * math.exp(-(self._sigma() ** 2) / 2)

    def expected(self) -> float:
        """Return the mean."""
        return self._median() * math.exp(self._sigma() ** 2 / 2)

    def quantile(self, u: Array) -> Array:
        """Return the values below which a share `u` lies."""
        from scipy.special import ndtri

        return _each(math.exp, self._sigma() * ndtri(u)) * self._median()


class Triangular(Model):
    """Triangular between low and high with its peak at mode."""

    low: float = Field(ge=0)
    mode: float = Field(ge=0)
    high: float = Field(gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("triangular needs low <= mode <= high, and low < high")
        return self

    def expected(self) -> float:
        """Return the mean."""
        return (self.low + self.mode + self.high) / 3

    def quantile(self, u: Array) -> Array:
        """Return the values below which a share `u` lies."""
        width, left = self.high - self.low, self.mode - self.low
        split = left / width
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1 - u) * width * (self.high - self.mode))
        return np.where(u < split, rising, falling)


class Duration(Sourced):
    """How long something takes, in the unit of its key: one distribution with its source.

    The range of an assumption is that of the constant, mean, median or mode.
    """

    constant: float | None = Field(default=None, ge=0)
    exponential: Exponential | None = None
    lognormal: Lognormal | None = None
    triangular: Triangular | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [self.constant, self.exponential, self.lognormal, self.triangular]
        if sum(form is not None for form in given) != 1:
            raise ValueError(
                "a duration needs exactly one of constant, exponential, lognormal, triangular"
            )
        return self

    def shape(self) -> Exponential | Lognormal | Triangular | None:
        """Return the distribution, or None for a constant."""
        return self.exponential or self.lognormal or self.triangular

    def expected(self) -> float:
        """Return the mean, in the unit of the key."""
        form = self.shape()
        if form is not None:
            return form.expected()
        assert self.constant is not None
        return self.constant

    def quantile(self, u: Array) -> Array:
        """Return the values below which a share `u` lies, in the unit of the key."""
        form = self.shape()
        if form is not None:
            return form.quantile(u)
        assert self.constant is not None
        return np.full(len(u), self.constant)


class DurationByUrgency(Model):
    """A duration for each urgency."""

    red: Duration
    yellow: Duration
    green: Duration

    def each(self) -> tuple[Duration, Duration, Duration]:
        """Return the durations for red, yellow and green."""
        return (self.red, self.yellow, self.green)

    def quantile(self, u: Array, urgency: NDArray[np.int8]) -> Array:
        """Return each row's value by its urgency code."""
        by_urgency = [duration.quantile(u) for duration in self.each()]
        return np.choose(urgency, by_urgency)


def _each(function: object, values: Array) -> Array:
    """Apply a scalar function of `math`: unlike NumPy's, it gives the same bits on every CPU."""
    return np.fromiter(map(function, values.tolist()), dtype=np.float64, count=len(values))  # type: ignore[call-overload]
