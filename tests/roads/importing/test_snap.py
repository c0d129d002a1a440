from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.great_circle import (
    EARTH_KM,
    chord_km,
    great_circle_km,
    great_circle_km_of_all_pairs,
    unit_vectors,
)
from tests.nightly import examples

degree = st.floats(58, 71)


def test_a_degree_of_latitude_is_111_km() -> None:
    km = great_circle_km(np.array([60.0]), np.array([10.0]), np.array([61.0]), np.array([10.0]))
    assert km[0] == pytest.approx(EARTH_KM * np.pi / 180)


@settings(max_examples=examples(100), deadline=None)
@given(where=st.lists(st.tuples(degree, st.floats(4, 31)), min_size=2, max_size=30))
def test_nearest_on_the_unit_sphere_is_nearest_on_the_ground(
    where: list[tuple[float, float]],
) -> None:
    lat, lon = (np.array(column) for column in zip(*where, strict=True))
    vectors = unit_vectors(lat, lon)
    chords = np.linalg.norm(vectors[:, None, :] - vectors[None, :, :], axis=2)
    np.testing.assert_allclose(chord_km(chords), great_circle_km_of_all_pairs(lat, lon), atol=1e-6)
