"""Stretches of time cut out of each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.indicators.measured_run import (
    NO_SPANS,
    seconds_before,
    seconds_within,
    spans_as_rows,
    total_seconds,
    uncovered_spans,
)

POINTS = st.integers(-5, 25)
SPANS = st.lists(st.tuples(POINTS, POINTS).map(sorted).map(tuple), max_size=6)


def rows(*spans: tuple[float, float]) -> np.ndarray:
    return spans_as_rows(spans)


def test_what_is_left_of_a_span() -> None:
    """Of 0 to 20: 2-8 goes by two that overlap, 15 on by one that reaches beyond."""
    left = uncovered_spans((0, 20), rows((4, 8), (2, 6)), rows((15, 30), (-4, -1)))
    assert left.tolist() == [[0, 2], [8, 15]]
    assert total_seconds(left) == 9
    assert (
        uncovered_spans((0, 20)).tolist()
        == uncovered_spans((0, 20), NO_SPANS).tolist()
        == [[0, 20]]
    )
    assert uncovered_spans((0, 20), rows((-1, 21))).tolist() == []


@given(SPANS)
def test_every_second_is_taken_or_left(spans: list[tuple[float, float]]) -> None:
    left = uncovered_spans((0, 20), rows(*spans))
    for second in range(20):
        is_taken = any(start <= second < end for start, end in spans)
        assert any(start <= second < end for start, end in left) != is_taken


def test_seconds_within_a_span() -> None:
    assert seconds_within(rows((-5, 5), (8, 12), (30, 40)), (0, 10)) == 7
    assert seconds_within(NO_SPANS, (0, 10)) == 0


def test_seconds_of_spans_before_a_time() -> None:
    """Two spans of 10 s and 20 s: before, within and after each, and at their ends."""
    times = np.array([0.0, 5.0, 8.0, 15.0, 30.0, 40.0, 60.0])
    assert seconds_before(rows((5, 15), (30, 50)), times).tolist() == [0, 0, 3, 10, 10, 20, 30]
    assert seconds_before(NO_SPANS, times).tolist() == [0] * 7
