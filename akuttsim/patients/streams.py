"""Random numbers: the only place of the package where numbers are drawn from.

People's numbers hang on who they are (`Persons`): a hash of the person, the seed, the replication
and the quantity's name. What is no person's, such as the weather, has a named stream.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Stream: TypeAlias = "np.random.Generator"
"""A source of random numbers, for annotations: as a text, so that it is imported when used."""

Ids = NDArray[np.uint64]
"""Who people are: 64 mixed bits each."""

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: the step of SplitMix64, which keeps counters apart."""


def stream(seed: int, replication: int, name: str) -> np.random.Generator:
    """Return the stream of one named quantity in one replication.

    Streams are independent of each other, and none depends on what other streams exist, so that
    adding a quantity changes nothing else (NumPy SeedSequence, spawn keys).
    """
    key = (zlib.crc32(name.encode("ascii")), replication)
    sequence = np.random.SeedSequence(seed, spawn_key=key)
    return np.random.Generator(np.random.PCG64DXSM(sequence))


@dataclass(frozen=True, eq=False)
class Persons:
    """People of one replication, whose numbers hang on who they are and on nothing else.

    Who else there is, how many, and in which order, changes nobody's numbers. Counter-based, as
    Salmon et al. 2011 (Parallel random numbers: as easy as 1, 2, 3) describe it.

    Attributes:
        ids: Who each is; two people have never the same.
        seed: The seed of the run.
        replication: The replication's number.
    """

    ids: Ids
    seed: int
    replication: int

    def __len__(self) -> int:
        """Return how many people these are."""
        return len(self.ids)

    def uniform(self, name: str) -> NDArray[np.float64]:
        """Return each person's uniform of a named quantity, from 0 to below 1, in 53 bits.

        Names are plain ASCII and belong to one quantity. A new one changes no other.
        """
        bits = mix_bits(
            mix_bits(self.ids ^ _quantity_bits(self.seed, self.replication, name)) + GOLDEN
        )
        uniform: NDArray[np.float64] = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return uniform

    def take(self, rows: NDArray[np.bool_] | NDArray[np.integer[Any]]) -> Persons:
        """Return some of the people."""
        return Persons(self.ids[rows], self.seed, self.replication)

    def others(self, name: str, number: int) -> Persons:
        """Return another person for each of these, such as the second who rings about them."""
        step = np.array([number + 1], dtype=np.uint64) * GOLDEN
        ids = mix_bits(mix_bits(self.ids + _hash_text(name) + step))
        return Persons(ids, self.seed, self.replication)


def numbered_persons(seed: int, replication: int, name: str, count: int) -> Persons:
    """Return so many people of a named list, who are known by their number on it."""
    return Persons(
        member_ids(hash_names([name]), np.zeros(count, dtype=np.intp)), seed, replication
    )


def join_persons(groups: list[Persons]) -> Persons:
    """Return the people of at least one group of a replication as one group, in that order."""
    first = groups[0]
    return Persons(np.concatenate([group.ids for group in groups]), first.seed, first.replication)


def hash_names(names: list[str]) -> Ids:
    """Return a hash of each name, the same on every machine."""
    return np.array([_hash_text(name) for name in names], dtype=np.uint64)


def member_ids(groups: Ids, group: NDArray[np.intp]) -> Ids:
    """Return who the members of groups are: each known by its group and its number there.

    `group` has the position of each member's group in `groups`; members of one stand together.
    """
    rows = np.arange(len(group))
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(begins, append=len(group))
    number = (rows - np.repeat(begins, sizes) + 1).astype(np.uint64)
    return mix_bits(mix_bits(groups[group] + number * GOLDEN))


def mix_bits(bits: Ids) -> Ids:
    """Return 64 bits each of which hangs on all 64 given; different ones stay different.

    The finaliser of SplitMix64 (Steele, Lea and Flood 2014), with the shifts and factors of
    Stafford's variant 13. Used twice where its input is regular.
    """
    bits = bits ^ (bits >> np.uint64(30))
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(27)
    bits *= np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return bits


@lru_cache(maxsize=4096)
def _quantity_bits(seed: int, replication: int, name: str) -> np.uint64:
    """Return the bits that stand for a quantity in a replication of a seed of any size."""
    text = hashlib.blake2b(name.encode("ascii"), digest_size=8).digest()
    words = (int.from_bytes(text[:4], "little"), int.from_bytes(text[4:], "little"))
    sequence = np.random.SeedSequence(seed, spawn_key=(*words, replication))
    return np.uint64(sequence.generate_state(1, np.uint64)[0])


@lru_cache(maxsize=100_000)
def _hash_text(text: str) -> np.uint64:
    """Return 64 bits of a text, the same on every machine."""
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))
