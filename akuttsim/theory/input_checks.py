"""Refusals that all formulas share: one clear sentence for each wrong input."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from akuttsim.records import Floats
from akuttsim.texts import message
from akuttsim.units import HOUR_S

# Rounding in calls x talk / 3600 must not turn a load of exactly 1 into a stable queue.
LOAD_MARGIN = 1e-12


class Unstable(ValueError):  # noqa: N818 - it names a state of the queue
    """The queue grows without end: more work arrives than the servers can do."""


def non_negative(name: str, value: float) -> float:
    """Return ``value`` as float; ValueError unless it is finite and at least 0."""
    if not math.isfinite(value) or value < 0:
        raise ValueError(message("experiments.theory.not_negative", name=name, value=value))
    return float(value)


def positive(name: str, value: float) -> float:
    """Return ``value`` as float; ValueError unless it is finite and above 0."""
    if not math.isfinite(value) or value <= 0:
        raise ValueError(message("experiments.theory.positive", name=name, value=value))
    return float(value)


def patience_or_endless(name: str, value: float) -> float:
    """Return ``value`` as float; ValueError unless it is at least 0 (infinity is allowed)."""
    if math.isnan(value) or value < 0:
        raise ValueError(message("experiments.theory.patience", name=name, value=value))
    return float(value)


def open_share(name: str, value: float) -> float:
    """Return ``value`` as float; ValueError unless it lies strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(message("experiments.theory.open_share", name=name, value=value))
    return float(value)


def count(name: str, value: int, least: int = 0) -> int:
    """Return ``value`` as int; ValueError unless it is a whole number of at least ``least``."""
    if value != value or value != math.floor(value) or value < least:
        raise ValueError(message("experiments.theory.count", name=name, least=least, value=value))
    return int(value)


def non_negatives(name: str, values: Sequence[float] | Floats) -> Floats:
    """Return ``values`` as a 1-D float array; ValueError if empty, negative or not finite."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(message("experiments.theory.a_list", name=name))
    if not np.all(np.isfinite(array)) or np.any(array < 0):
        raise ValueError(message("experiments.theory.every_value", name=name))
    return array


def stable(load: float, servers: float, what: str = "operators") -> None:
    """Raise Unstable unless ``load`` (erlang) is below ``servers``.

    ``what`` they are called: operators, operator_hours, servers or units.
    """
    if load >= servers * (1 - LOAD_MARGIN):
        key = f"experiments.theory.unstable.{what}"
        raise Unstable(message(key, load=load, servers=float(servers)))


def offered_load(calls_per_h: float, talk_s: float) -> float:
    """Offered load in erlang: calls per hour times mean handling time."""
    return non_negative("calls_per_h", calls_per_h) * positive("talk_s", talk_s) / HOUR_S
