"""How many replications a verdict takes: with paired differences, with unpaired ones, and fixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from akuttsim.analysis.indicators import directions
from akuttsim.analysis.intervals import CONFIDENCE, Comparison, Floats, Interval, comparison
from akuttsim.analysis.precision import LEAST_RUNS, LOOK_AHEAD
from akuttsim.experiment.deciding.form import Form
from akuttsim.experiment.deciding.namdal import ORGANISATIONS, TODAY
from akuttsim.patients.streams import stream

FIXED = 30
"""The customary number of replications."""

SEED = 14_000_000


@dataclass(frozen=True)
class Asked:
    """A question: whether an organisation differs from today in an indicator, and by how much."""

    indicator: str
    organisation: str
    margin: float


ONE, SATELLITES = ORGANISATIONS[1:]
QUESTIONS = (
    Asked("travel_to_care_min", ONE, 1.0),
    Asked("ring_to_doctor_min", ONE, 2.0),
    Asked("ring_to_doctor_min", SATELLITES, 2.0),
    Asked("travel_to_care_min", SATELLITES, 1.0),
    Asked("answered_116117_within_120_s", ONE, 0.01),
    Asked("ambulance_within_25_min", ONE, 0.02),
    Asked("hours_without_ambulance", ONE, 0.5),
    Asked("arrival_to_doctor_p90_min", SATELLITES, 2.0),
)


def table(form: Form, wide: pd.DataFrame) -> pd.DataFrame:
    """Return for each question the replications until its verdict, over many orders of them.

    Unpaired: today's replications in another order than the other organisation's, so that each
    meets patients of its own, with Welch's (1947) interval. A verdict counts from where it stays
    the same over `LOOK_AHEAD` further replications; none after all replications counts as all.
    `*_wrong` is the share of verdicts that the mean of all replications contradicts.
    """
    return pd.DataFrame([_raced(form, wide, asked) for asked in QUESTIONS])


def _raced(form: Form, wide: pd.DataFrame, asked: Asked) -> dict[str, object]:
    today = wide[asked.indicator, TODAY].to_numpy()
    other = wide[asked.indicator, asked.organisation].to_numpy()
    truth = float((other - today).mean())
    row: dict[str, object] = {**vars(asked), "difference": truth}
    row["correlation"] = float(np.corrcoef(today, other)[0, 1])
    for how in ("paired", "unpaired"):
        ends = [_ended(asked, today, other, how, order) for order in range(form.orders)]
        runs = np.array([end for end, _ in ends])
        row[how] = float(np.median(runs))
        row[f"{how}_p90"] = float(np.quantile(runs, 0.9, method="higher"))
        row[f"{how}_at_fixed"] = float(np.mean(runs + LOOK_AHEAD <= FIXED))
        row[f"{how}_never"] = float(np.mean(runs >= len(today)))
        row[f"{how}_wrong"] = float(np.mean([_is_wrong(asked, said, truth) for _, said in ends]))
    return row


def _ended(
    asked: Asked, today: Floats, other: Floats, how: str, order: int
) -> tuple[int, Comparison]:
    """Return after how many replications of each organisation there was a verdict, and which."""
    draws = stream(SEED, order, "order")
    first = draws.permutation(len(today))
    second = first if how == "paired" else draws.permutation(len(today))
    values = (today[first], other[second])
    intervals = paired(*values) if how == "paired" else unpaired(*values)
    return first_lasting(asked, intervals)


def first_lasting(asked: Asked, intervals: Floats) -> tuple[int, Comparison]:
    """Return the first verdict that lasts; `intervals[n - 1]` is the interval of the first n."""
    direction = directions()[asked.indicator]
    last, since = "cannot tell", 0
    for runs in range(LEAST_RUNS, len(intervals) + 1):
        said = comparison(Interval(*intervals[runs - 1]), direction, asked.margin)
        since = since + 1 if said == last else 0
        last = said
        if said != "cannot tell" and since >= LOOK_AHEAD:
            return runs - LOOK_AHEAD, said
    return len(intervals), "cannot tell"


def paired(today: Floats, other: Floats) -> Floats:
    """Return the t interval of the paired difference after each replication."""
    mean, variance, runs = _so_far(other - today)
    return _ends(mean, np.sqrt(variance / runs), runs - 1)


def unpaired(today: Floats, other: Floats) -> Floats:
    """Return Welch's interval of the difference of two independent means after each replication."""
    (mean, variance, runs), (before, spread, _) = _so_far(other), _so_far(today)
    both = variance + spread
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = (runs - 1) * both**2 / (variance**2 + spread**2)
    return _ends(mean - before, np.sqrt(both / runs), freedom)


def _so_far(values: Floats) -> tuple[Floats, Floats, Floats]:
    runs = np.arange(1, len(values) + 1, dtype=np.float64)
    mean = np.cumsum(values) / runs
    squares = np.cumsum((values - values[0]) ** 2) - runs * (mean - values[0]) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(squares, 0.0) / (runs - 1)
    return mean, variance, runs


def _ends(mean: Floats, error: Floats, freedom: Floats) -> Floats:
    half = stdtrit(freedom, 0.5 + CONFIDENCE / 2) * error
    return np.column_stack([mean, mean - half, mean + half])


def _is_wrong(asked: Asked, said: Comparison, truth: float) -> bool:
    good = -truth if directions()[asked.indicator] == "lower" else truth
    claims = {
        "better": good > 0,
        "worse": good < 0,
        "no difference larger than the margin": abs(truth) <= asked.margin,
    }
    return not claims.get(said, True)
