"""Sensitivity: how factors move an outcome, and what could turn the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.experiment import DesignKind
from akuttsim.records import Floats
from akuttsim.statistics.intervals import CONFIDENCE, Interval, t_interval

RESAMPLING_SEED = 0
"""Of the resampling that SALib's intervals rest on; the same results give the same intervals."""


@dataclass(frozen=True, eq=False)
class DesignLayout:
    """What was varied in an experiment.

    Attributes:
        kind: The kind of design.
        factors: The factors' names.
        cases: The cases' names; the first is the one that others are changes from.
        levels: Of each case the level of each factor, in words.
        points: For designs that spread points, the place of each case in the unit cube.
        grid_levels: How many levels a Morris design has.
    """

    kind: DesignKind
    factors: tuple[str, ...]
    cases: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    points: Floats
    grid_levels: int


@dataclass(frozen=True, eq=False)
class CaseOutcome:
    """An organisation's own value of an indicator, or its difference from another, case by case.

    Attributes:
        organisation: The organisation.
        against: The one that the difference is from; "" for an own value.
        indicator: Name of the indicator.
        unit: Its unit.
        values: [case, replication], NaN where there is none.
        verdicts: What the interval of each case allows to be said.
    """

    organisation: str
    against: str
    indicator: str
    unit: str
    values: Floats
    verdicts: tuple[str, ...]


class FactorEffect(NamedTuple):
    """A measure of what a factor does to an outcome.

    Attributes:
        measure: `effect` of a case, or a measure over all cases (see `factor_effects`).
        factor: The factor, or several joined with + where a case changes more than one.
        case, level: What was set; "" for measures over all cases.
        mean, ci_low, ci_high: The measure with its 95 % interval.
        first_verdict, verdict: The verdict of the first case and of this one; "" where there is
            none.
    """

    measure: str
    factor: str
    case: str
    level: str
    mean: float
    ci_low: float
    ci_high: float
    first_verdict: str = ""
    verdict: str = ""


def factor_effects(outcome: CaseOutcome, layout: DesignLayout) -> list[FactorEffect]:
    """Return what each factor does to an outcome, by the measures that fit the design.

    - grid, one-at-a-time: `effect`, the change from the first case to each other, paired by
      replication on common patients, with the verdicts of both.
    - latin-hypercube, sobol: `rank_correlation` (Spearman) of the factor's place in its range with
      the outcome: a screening, for what goes one way.
    - morris: `mu`, `mu_star` and `sigma` of the elementary effects over the whole range (Morris
      1991, Technometrics 33; Campolongo et al. 2007, Environmental Modelling & Software 22).
    - sobol-indices: `S1` and `ST`, the shares of the variance over cases that a factor explains
      alone, and with all in which it has a part (Saltelli et al. 2010, Computer Physics
      Communications 181).

    Means over replications are what these measures are of; chance between replications that is left
    adds to `sigma`, `mu_star` and `ST`.
    """
    return list(EFFECTS_OF_DESIGN[layout.kind](outcome, layout))


def effects_of_cases(outcome: CaseOutcome, layout: DesignLayout) -> Iterator[FactorEffect]:
    """Yield the paired change from the first case to each other case, with both verdicts."""
    first = outcome.values[0]
    for place in range(1, len(layout.cases)):
        factor, level = changed_factors(layout, place)
        interval = t_interval(outcome.values[place] - first)
        verdicts = (outcome.verdicts[0], outcome.verdicts[place])
        yield FactorEffect("effect", factor, layout.cases[place], level, *interval, *verdicts)


def changed_factors(layout: DesignLayout, place: int) -> tuple[str, str]:
    """Return which factors are not as in the first case, and their levels, joined with +."""
    pairs = zip(layout.factors, layout.levels[0], layout.levels[place], strict=True)
    changes = [(name, level) for name, first, level in pairs if level != first]
    return " + ".join(name for name, _ in changes), " + ".join(level for _, level in changes)


def turns_verdict(effect: FactorEffect) -> bool:
    """Tell whether a verdict is not that of the first case, by a change that is surely there.

    A verdict near the edge differs by chance too; only where the interval of the change leaves out
    zero can the change be what did it. Where no verdict is given, none is turned.
    """
    both = bool(effect.first_verdict and effect.verdict)
    is_sure = effect.ci_low > 0 or effect.ci_high < 0
    return both and effect.first_verdict != effect.verdict and is_sure


# --- designs over ranges --------------------------------------------------------------------------


def _rank_correlations(outcome: CaseOutcome, layout: DesignLayout) -> Iterator[FactorEffect]:
    """Yield each factor's rank correlation; none of fewer than four cases, or without spread."""
    from scipy.stats import rankdata

    means = _case_means(outcome.values)
    known = ~np.isnan(means)
    if known.sum() < 4 or np.ptp(means[known]) == 0:
        return
    ranks = rankdata(means[known])
    for place, name in enumerate(layout.factors):
        correlation = np.corrcoef(rankdata(layout.points[known, place]), ranks)[0, 1]
        interval = _rank_correlation_interval(float(correlation), int(known.sum()))
        yield FactorEffect("rank_correlation", name, "", "", *interval)


def _rank_correlation_interval(r: float, count: int) -> Interval:
    """Return a rank correlation's interval (Bonett and Wright 2000, Psychometrika 65)."""
    from scipy.special import ndtri

    half = float(ndtri(0.5 + CONFIDENCE / 2)) * float(np.sqrt((1 + r * r / 2) / (count - 3)))
    middle = float(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)))
    return Interval(r, float(np.tanh(middle - half)), float(np.tanh(middle + half)))


def _morris_effects(outcome: CaseOutcome, layout: DesignLayout) -> Iterator[FactorEffect]:
    """Yield `mu`, `mu_star`, `sigma` of each factor; none of fewer than two whole trajectories."""
    from SALib.analyze.morris import analyze

    count = len(layout.factors)
    is_whole = _is_in_whole_block(outcome.values, count + 1)
    means = _case_means(outcome.values)[is_whole]
    if len(means) < 2 * (count + 1):
        return
    how = {"num_levels": layout.grid_levels, "seed": RESAMPLING_SEED, "conf_level": CONFIDENCE}
    analysis = analyze(_unit_cube(count), layout.points[is_whole], means, **how)
    for place, name in enumerate(layout.factors):
        for measure in ("mu", "mu_star", "sigma"):
            half = float(analysis["mu_star_conf"][place]) if measure == "mu_star" else np.nan
            yield _effect_with_half_width(measure, name, float(analysis[measure][place]), half)


def _sobol_indices(outcome: CaseOutcome, layout: DesignLayout) -> Iterator[FactorEffect]:
    """Yield `S1` and `ST` of each factor; none of fewer than two whole blocks or no spread."""
    from SALib.analyze.sobol import analyze

    count = len(layout.factors)
    means = _case_means(outcome.values)[_is_in_whole_block(outcome.values, count + 2)]
    if len(means) < 2 * (count + 2) or np.ptp(means) == 0:
        return
    how = {"calc_second_order": False, "conf_level": CONFIDENCE, "seed": RESAMPLING_SEED}
    analysis = analyze(_unit_cube(count), means, **how)
    for place, name in enumerate(layout.factors):
        for measure in ("S1", "ST"):
            value, half = analysis[measure][place], analysis[f"{measure}_conf"][place]
            yield _effect_with_half_width(measure, name, float(value), float(half))


def _effect_with_half_width(measure: str, name: str, value: float, half: float) -> FactorEffect:
    return FactorEffect(measure, name, "", "", value, value - half, value + half)


def _is_in_whole_block(values: Floats, size: int) -> NDArray[np.bool_]:
    """Tell which cases belong to blocks (trajectories, base samples) that are whole.

    A block in which some case has no value tells nothing and is left out; the others still do.
    """
    known = np.asarray((~np.isnan(values)).any(axis=1))
    blocks = known[: len(known) // size * size].reshape(-1, size)
    is_whole: NDArray[np.bool_] = np.repeat(blocks.all(axis=1), size)
    return is_whole


def _case_means(values: Floats) -> Floats:
    """Return the mean over replications of each case, NaN for one without a value."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        means: Floats = np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)
    return means


def _unit_cube(dimensions: int) -> dict[str, object]:
    names = [f"x{dimension}" for dimension in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}


EFFECTS_OF_DESIGN: dict[
    DesignKind, Callable[[CaseOutcome, DesignLayout], Iterator[FactorEffect]]
] = {
    "grid": effects_of_cases,
    "one-at-a-time": effects_of_cases,
    "latin-hypercube": _rank_correlations,
    "sobol": _rank_correlations,
    "morris": _morris_effects,
    "sobol-indices": _sobol_indices,
}
"""How the effects of factors are read from each kind of design; a test sees that none lacks."""
