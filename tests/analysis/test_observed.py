"""Statistics of small groups, and what the observed record knows of nights and duty."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.indicators.measured_run import mean, median, p90
from akuttsim.records import MISSION, TALK
from tests import small

WORLD = small.world()
VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=40).map(np.array)


@given(VALUES)
def test_statistics_are_numpys(values: np.ndarray) -> None:
    assert mean(values) == np.mean(values)
    assert median(values) == np.median(values)
    assert p90(values) == np.percentile(values, 90)


def test_statistics_of_nothing() -> None:
    assert all(math.isnan(each(np.zeros(0))) for each in (mean, median, p90))


def test_nights_lie_whole_in_the_measured_span() -> None:
    """Tuesday to Monday: six nights; the one in which the clocks go forward has an hour less."""
    seen = small.seen(WORLD, small.people([]), small.courses(0))
    nights = seen.nights(23, 7)
    assert nights[0].tolist() == [small.at(23), small.at(31)]
    assert (nights[:, 1] - nights[:, 0]).tolist() == [8 * 3600] * 4 + [7 * 3600, 8 * 3600]


def test_activities_in_order_of_unit_and_start() -> None:
    did = small.activities((3, TALK, 50, 60, 0), (1, MISSION, 30, 40, 1), (3, TALK, 10, 20, 2))
    ordered, first = small.seen(WORLD, small.people([]), small.courses(0), did=did).by_unit
    assert ordered.patient.tolist() == [1, 2, 0]
    assert first[:5].tolist() == [0, 0, 1, 1, 3]
