"""Stretches of time cut out of each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.analysis.spans import NONE, joined_rows, left_of, passed, seconds, seconds_within

POINTS = st.integers(-5, 25)
SPANS = st.lists(st.tuples(POINTS, POINTS).map(sorted).map(tuple), max_size=6)


def rows(*spans: tuple[float, float]) -> np.ndarray:
    return joined_rows(spans)


def test_what_is_left_of_a_span() -> None:
    """Of 0 to 20: 2-8 goes by two that overlap, 15 on by one that reaches beyond."""
    left = left_of((0, 20), rows((4, 8), (2, 6)), rows((15, 30), (-4, -1)))
    assert left.tolist() == [[0, 2], [8, 15]]
    assert seconds(left) == 9
    assert left_of((0, 20)).tolist() == left_of((0, 20), NONE).tolist() == [[0, 20]]
    assert left_of((0, 20), rows((-1, 21))).tolist() == []


@given(SPANS)
def test_every_second_is_taken_or_left(spans: list[tuple[float, float]]) -> None:
    left = left_of((0, 20), rows(*spans))
    for second in range(20):
        is_taken = any(start <= second < end for start, end in spans)
        assert any(start <= second < end for start, end in left) != is_taken


def test_seconds_within_a_span() -> None:
    assert seconds_within(rows((-5, 5), (8, 12), (30, 40)), (0, 10)) == 7
    assert seconds_within(NONE, (0, 10)) == 0


def test_seconds_of_spans_before_a_time() -> None:
    """Two spans of 10 s and 20 s: before, within and after each, and at their ends."""
    times = np.array([0.0, 5.0, 8.0, 15.0, 30.0, 40.0, 60.0])
    assert passed(rows((5, 15), (30, 50)), times).tolist() == [0, 0, 3, 10, 10, 20, 30]
    assert passed(NONE, times).tolist() == [0] * 7
