"""Which of several models is best: by one indicator, or on the Pareto front of several.

The procedure is KN: S.-H. Kim and B. L. Nelson (2001), "A fully sequential procedure for
indifference-zone selection in simulation", ACM Transactions on Modeling and Computer Simulation 11,
251-273. It looks after every replication, lets go of models that are clearly worse than another,
and holds for common patients whatever their correlation. OCBA, the other usual choice, spreads a
given number of runs well but guarantees nothing, and is made for independent runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import or_
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import Floats
from akuttsim.statistics.intervals import CONFIDENCE, t_interval
from akuttsim.statistics.verdicts import Direction


@dataclass(frozen=True)
class SelectionRule:
    """How the best of several models is selected.

    Attributes:
        indifference: The smallest difference in the mean worth telling, above 0.
        direction: Which way of the indicator is good.
        first: Replications of all models before any is dropped; at least 2, better 10.
        error: The share of selections that may go wrong.
    """

    indifference: float
    direction: Literal["higher", "lower"]
    first: int = 10
    error: float = 1 - CONFIDENCE


class SelectionState(NamedTuple):
    """How far a selection has come; models are columns of the values.

    Attributes:
        contenders: Models that are still in the running, best mean first.
        let_go_after: Of each model after how many replications it was dropped; 0 if it was not.
        at_most: Number of replications by which the selection ends at the latest.
    """

    contenders: tuple[int, ...]
    let_go_after: NDArray[np.int64]
    at_most: int

    @property
    def is_decided(self) -> bool:
        """Tell whether one model is left."""
        return len(self.contenders) == 1


def selection_state(values: Floats, rule: SelectionRule) -> SelectionState:
    """Return who is still in the running after the replications so far.

    `values[replication, model]`; of a model that was let go the later values may be NaN and are not
    looked at. Until `asked.first` replications are there all models are contenders. With
    probability at least 1 - `error` the one left at the end is the best, if the best is better than
    every other by the indifference at least; otherwise it is within that of the best. Models whose
    values are the same in all replications stay together; then the selection ends with several at
    `at_most`. Raises ValueError where a contender's value is missing.
    """
    good = values if rule.direction == "higher" else -values
    runs, models = good.shape
    let_go = np.zeros(models, dtype=np.int64)
    if runs < rule.first or models == 1:
        return SelectionState(tuple(range(models)), let_go, 0 if models == 1 else rule.first)
    reach = _kn_reach(good[: rule.first], rule)
    for run in range(rule.first, min(runs, _latest_end(reach, rule)) + 1):
        contenders = np.flatnonzero(let_go == 0)
        sums = good[:run, contenders].sum(axis=0)
        if np.isnan(sums).any():
            raise ValueError(f"a contender has no value in the first {run} replications")
        let_go[
            contenders[
                _is_clearly_behind(
                    sums, reach[np.ix_(contenders, contenders)], run, rule.indifference
                )
            ]
        ] = run
    contenders = np.flatnonzero(let_go == 0)
    order = np.argsort(-good[:, contenders].sum(axis=0), kind="stable")
    still = (
        _latest_end(reach[np.ix_(contenders, contenders)], rule)
        if len(contenders) > 1
        else int(let_go.max())
    )
    return SelectionState(tuple(contenders[order].tolist()), let_go, still)


def _kn_reach(first: Floats, rule: SelectionRule) -> Floats:
    """Return for each pair after how many replications no lead is needed to let one go.

    From the variance of the pair's differences over the first replications.
    """
    runs, models = first.shape
    eta = ((2 * rule.error / (models - 1)) ** (-2 / (runs - 1)) - 1) / 2
    variance = np.var(first[:, :, None] - first[:, None, :], axis=0, ddof=1)
    return np.asarray(2 * eta * (runs - 1) * variance / rule.indifference**2)


def _latest_end(reach: Floats, rule: SelectionRule) -> int:
    return max(rule.first, int(reach.max()) + 1)


def _is_clearly_behind(
    sums: Floats, reach: Floats, run: int, indifference: float
) -> NDArray[np.bool_]:
    """Tell which contenders lie behind another by more than what chance may still make good.

    The lead that is asked for shrinks with every replication to nothing.
    """
    lead = np.maximum(0.0, indifference / 2 * (reach - run))
    behind = sums[None, :] - sums[:, None] > lead
    return np.asarray(behind.any(axis=1))


def contenders_for_best(
    values: Floats, direction: Literal["higher", "lower"], confidence: float = CONFIDENCE
) -> tuple[int, ...]:
    """Return the models that cannot be told from the best, best mean first.

    A model is left out if another is better by a paired t test over the replications that both
    have, at an error rate shared out among the others (Bonferroni): the set holds the best with the
    given confidence. `values[replication, model]`; a model that was let go has NaN from then on.
    Source: J. Boesel, B. L. Nelson and S.-H. Kim (2003), "Using ranking and selection to clean up
    after simulation optimization", Operations Research 51, 814-825, with paired differences as in
    Nelson and Matejcik (1995), Management Science 41, 1935-1945.
    """
    good = values if direction == "higher" else -values
    models = good.shape[1]
    level = 1 - 2 * (1 - confidence) / max(models - 1, 1)  # one side of a two-sided interval

    def is_worse(model: int) -> bool:
        leads = (good[:, other] - good[:, model] for other in range(models) if other != model)
        return any(t_interval(lead, level).low > 0 for lead in leads)

    contenders = [model for model in range(models) if not is_worse(model)]
    return tuple(sorted(contenders, key=lambda model: -float(np.nanmean(good[:, model]))))


ModelPoints = NDArray[np.float64]

ParetoStanding = Literal["front", "open", "beaten"]
"""On the front by the means; off it, but not surely; surely beaten by some other model."""


def is_on_pareto_front(points: ModelPoints) -> NDArray[np.bool_]:
    """Tell which points are on the Pareto front; `points` has a row for each, low is good.

    A point is off it if another is nowhere worse and somewhere better. Equal points stay together.
    """
    nowhere_worse = (points[None, :, :] <= points[:, None, :]).all(axis=2)
    somewhere_better = (points[None, :, :] < points[:, None, :]).any(axis=2)
    dominates = np.asarray(nowhere_worse & somewhere_better)
    return np.asarray(~dominates.any(axis=1))


def pareto_standings(
    values: Sequence[ModelPoints], directions: Sequence[Direction]
) -> list[ParetoStanding]:
    """Return how each model stands in a trade-off of several indicators.

    `values` has for each indicator a table of models by replication on common patients, and
    `directions` which way of it is good. A model is surely beaten if, by the intervals of the
    paired differences, some other is surely better in one indicator and in each of the others
    surely better or the same in every replication.
    """
    good = [
        table if way == "lower" else -table for table, way in zip(values, directions, strict=True)
    ]
    on_front = is_on_pareto_front(np.column_stack([np.nanmean(table, axis=1) for table in good]))
    return [
        "front" if is_on else "beaten" if _is_surely_dominated(place, good) else "open"
        for place, is_on in enumerate(on_front)
    ]


def _is_surely_dominated(place: int, good: Sequence[ModelPoints]) -> bool:
    """Tell whether what a model loses to some other is nowhere a gain, and somewhere sure."""
    others = [model for model in range(len(good[0])) if model != place]
    level = 1 - (1 - CONFIDENCE) / max(len(others), 1)
    for other in others:
        losses = [t_interval(table[place] - table[other], level) for table in good]
        is_lost = [loss.low > 0 for loss in losses]
        is_same = [loss.mean == loss.low == loss.high == 0 for loss in losses]
        if any(is_lost) and all(map(or_, is_lost, is_same)):
            return True
    return False
