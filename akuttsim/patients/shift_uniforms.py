"""The uniforms of shifts: who is missing from a roster hangs on the shift, on nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from akuttsim.patients.streams import Persons, hash_names
from akuttsim.records import Floats


class ShiftUniforms(NamedTuple):
    """What decides whether each of some shifts has its own person, and who takes it else.

    Attributes:
        u_vacant: Below the share of vacant posts nobody has the post.
        u_sick: Below the share that is sick whoever has the post does not come.
        u_taken: Who takes a shift that lacks its own person.
    """

    u_vacant: Floats
    u_sick: Floats
    u_taken: Floats


def draw_shift_uniforms(names: Sequence[str], seed: int, replication: int) -> ShiftUniforms:
    """Return the uniforms of shifts, known by name: other shifts change nothing.

    Args:
        names: Who each shift is: team, row of the roster, person and time, in one text.
        seed: Seed of all numbers.
        replication: The replication's number.
    """
    shifts = Persons(hash_names(list(names)), seed, replication)
    return ShiftUniforms(
        shifts.uniform("shift_vacant"), shifts.uniform("shift_sick"), shifts.uniform("shift_taken")
    )
