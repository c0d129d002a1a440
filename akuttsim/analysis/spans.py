"""Stretches of time as arrays: what is left of a span when others are cut out of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import Floats

Spans = NDArray[np.float64]
"""A row for each stretch: start and end, in seconds of the run."""

NONE: Spans = np.zeros((0, 2))


def left_of(span: tuple[float, float], *taken: Spans) -> Spans:
    """Return the stretches of a span that none of the given ones covers, in order.

    The given ones may overlap, stand in any order, and reach beyond the span.
    """
    rows = np.concatenate(taken) if taken else NONE
    order = np.argsort(rows[:, 0], kind="stable")
    begun = np.append(rows[order, 0], span[1]).clip(*span)
    done = np.maximum.accumulate(np.append(span[0], rows[order, 1])).clip(*span)
    is_left = begun > done
    return np.column_stack([done[is_left], begun[is_left]])


def seconds(spans: Spans) -> float:
    """Return how long stretches are together."""
    return float((spans[:, 1] - spans[:, 0]).sum())


def seconds_within(spans: Spans, span: tuple[float, float]) -> float:
    """Return how much of stretches lies within a span."""
    return seconds(spans.clip(*span))


def passed(spans: Spans, time_s: Floats) -> Floats:
    """Return how many seconds of spans, in order and apart, lie before each time."""
    if not len(spans):
        return np.zeros(len(time_s))
    start, end = spans[:, 0], spans[:, 1]
    whole = np.concatenate([[0.0], np.cumsum(end - start)])
    begun = np.searchsorted(start, time_s, side="right")
    after_last: Floats = np.maximum(end[begun - 1] - time_s, 0.0) * (begun > 0)
    result: Floats = whole[begun] - after_last
    return result


def joined_rows(spans: Sequence[tuple[float, float]]) -> Spans:
    """Return spans as rows."""
    return np.array(spans, dtype=np.float64).reshape(-1, 2)
