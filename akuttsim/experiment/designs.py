"""Designs: which combinations of levels are run, as points of the unit cube or as levels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from akuttsim.config.schema.experiment import Design
from akuttsim.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MORRIS_LEVELS = 4
"""Levels of a dimension in a Morris design: the usual choice (Saltelli et al. 2008, section 3)."""

Point = tuple[float, ...]
"""A place in the unit cube, one number from 0 to 1 for each dimension."""


def combinations(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every combination of levels by their places, the last dimension fastest."""
    yield from itertools.product(*map(range, counts))


def alone(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the first level of all dimensions, then each other level while the rest stay."""
    first = (0,) * len(counts)
    yield first
    for dimension, count in enumerate(counts):
        for level in range(1, count):
            yield (*first[:dimension], level, *first[dimension + 1 :])


def spread(design: Design, dimensions: int, seed: int) -> list[Point]:
    """Return the points of a design over the unit cube; the same seed gives the same points.

    Latin hypercube and scrambled Sobol points come from SciPy, Morris trajectories and the samples
    for Sobol indices (Saltelli's scheme, first and total order) from SALib. Raises InputError where
    SALib is wanted and not installed.
    """
    assert design.points is not None
    if design.kind in ("latin-hypercube", "sobol"):
        return _space_filling(design.kind, design.points, dimensions, seed)
    return _for_sensitivity(design.kind, design.points, dimensions, seed)


def _space_filling(kind: str, points: int, dimensions: int, seed: int) -> list[Point]:
    from scipy.stats import qmc

    sampler = qmc.LatinHypercube if kind == "latin-hypercube" else qmc.Sobol
    drawn = sampler(dimensions, seed=seed).random(points)
    return [tuple(map(float, point)) for point in drawn]


def _for_sensitivity(kind: str, points: int, dimensions: int, seed: int) -> list[Point]:
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        what = f"needs the package SALib: pip install 'akuttsim[sensitivity]' ({kind})"
        raise InputError([Problem("", 0, "design", what)]) from None
    problem = unit_problem(dimensions)
    if kind == "morris":
        drawn = morris.sample(problem, points, num_levels=MORRIS_LEVELS, seed=seed)
    else:
        drawn = sobol.sample(problem, points, calc_second_order=False, seed=seed)
    return [tuple(map(float, point)) for point in drawn]


def unit_problem(dimensions: int) -> dict[str, object]:
    """Return SALib's description of a unit cube."""
    names = [f"x{dimension}" for dimension in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}
