from __future__ import annotations

import itertools
import zlib
from collections import Counter

import numpy as np
import pytest
from patients.changed import shipped

from akuttsim.patients import arrivals, sample
from akuttsim.patients.streams import stream


def test_a_stream_is_the_same_each_time_and_on_every_machine() -> None:
    first, again = (stream(116117, 3, "talk").random(4) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert stream(116117, 0, "talk").integers(0, 1000, 5).tolist() == [503, 873, 869, 144, 420]


def test_streams_differ_by_seed_replication_and_name() -> None:
    keys = itertools.product((0, 1, 2**70), (0, 1), ("talk", "talk2", "Talk"))
    draws = {tuple(stream(*key).random(2)) for key in keys}
    assert len(draws) == 12 + 6


def test_a_name_is_plain_ascii() -> None:
    with pytest.raises(UnicodeEncodeError):
        stream(1, 0, "vær")


def test_every_quantity_has_a_stream_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: Counter[str] = Counter()

    def noted(seed: int, replication: int, name: str) -> np.random.Generator:
        drawn[name] += 1
        return stream(seed, replication, name)

    monkeypatch.setattr(sample, "stream", noted)
    monkeypatch.setattr(arrivals, "stream", noted)
    sample.sample_patients(shipped(), 2, 1, 0, tuple(shipped().outside))
    assert {name for name, times in drawn.items() if times > 1} == {"day_factor"}
    assert len({zlib.crc32(name.encode()) for name in drawn}) == len(drawn) > 200


def test_streams_of_two_names_or_replications_are_not_correlated() -> None:
    """Each of 15 correlations of 20,000 pairs is within 4.5 standard errors (rate 1e-4)."""
    keys = [(1, 0, "talk"), (1, 1, "talk"), (2, 0, "talk"), (1, 0, "u_need"), (1, 0, "u_need_113"),
            (1, 2, "u_need")]  # fmt: skip
    draws = np.array([stream(*key).random(20_000) for key in keys])
    correlations = np.corrcoef(draws)[np.triu_indices(len(keys), 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(20_000)
