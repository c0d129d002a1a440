"""Named random streams: the only place of the package where numbers are drawn from."""

from __future__ import annotations

import zlib

import numpy as np

Stream = np.random.Generator
"""A source of random numbers, for annotations in other modules."""


def stream(seed: int, replication: int, name: str) -> np.random.Generator:
    """Return the stream of one named quantity in one replication.

    Streams are independent of each other, and none depends on what other streams exist, so that
    adding a quantity changes nothing else (NumPy SeedSequence, spawn keys).
    """
    key = (zlib.crc32(name.encode("ascii")), replication)
    sequence = np.random.SeedSequence(seed, spawn_key=key)
    return np.random.Generator(np.random.PCG64DXSM(sequence))
