"""How well intervals hold: t over few replications, seldom shares, stopping when narrow."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from akuttsim.patients.streams import Stream, stream
from akuttsim.records import Floats
from akuttsim.statistics.intervals import CONFIDENCE, share_interval, t_interval
from akuttsim.statistics.run_length import LOOK_AHEAD, precise_from
from validation.replications_to_verdict import ORGANISATIONS, TODAY
from validation.study_size import VerdictStudySize

FEW_REPLICATIONS = (5, 8, 12)

COVERAGE_INDICATORS = (
    "answered_116117_within_120_s",
    "answered_113_within_10_s",
    "hung_up_116117",
    "ambulance_within_25_min",
    "doctor_was_busy",
    "ambulance_response_median_min",
    "arrival_to_doctor_median_min",
    "ambulance_response_p90_min",
    "first_help_p90_min",
    "arrival_to_doctor_p90_min",
    "answer_time_116117_p90_s",
    "ring_to_doctor_min",
    "travel_to_care_min",
    "hours_without_ambulance",
)
"""Shares, medians, 90th percentiles (one of them nought in most replications), then means."""

COVERAGE_SEED = 13_000_000


def coverage_table(form: VerdictStudySize, wide: pd.DataFrame) -> pd.DataFrame:
    """Return for each indicator, as it is and as a paired difference, how often intervals hold.

    `wide` has a row for each replication and columns (indicator, organisation). An interval holds
    where it has the mean of all replications in it; as those are drawn without putting back, its
    width is that for a mean of so many of a few (finite population correction).
    """
    rows = []
    for indicator in COVERAGE_INDICATORS:
        level = wide[indicator, TODAY].to_numpy()
        change = wide[indicator, ORGANISATIONS[1]].to_numpy() - level
        for kind, values in (("value", level), ("difference", change)):
            if not np.isnan(values).any() and values.std() > 0:
                rows.append(
                    {"indicator": indicator, "of": kind, **_coverage_of_values(form, values)}
                )
    return pd.DataFrame(rows)


def _coverage_of_values(form: VerdictStudySize, values: Floats) -> dict[str, float]:
    """Return spread, skewness, and coverage of t intervals and of bootstrap ones."""
    deviation = (values - values.mean()) / values.std()
    most = np.unique(np.round(values, 12), return_counts=True)[1].max()
    coverage = {"skewness": float((deviation**3).mean()), "alike": float(most) / len(values)}
    for runs in FEW_REPLICATIONS:
        picked = values[_random_picks(len(values), runs, form.orders)]
        coverage[f"t_{runs}"] = _coverage_of_t(picked, values)
        coverage[f"bootstrap_{runs}"] = _coverage_of_bootstrap(
            picked[: form.resampled], values, runs
        )
    return coverage


def _random_picks(of: int, runs: int, times: int) -> NDArray[np.intp]:
    return np.argsort(stream(COVERAGE_SEED, runs, "picked").random((times, of)), axis=1)[:, :runs]


def _coverage_of_t(picked: Floats, values: Floats) -> float:
    runs = picked.shape[1]
    error = picked.std(axis=1, ddof=1) * np.sqrt((1 - runs / len(values)) / runs)
    half = float(stdtrit(runs - 1, 0.5 + CONFIDENCE / 2)) * error
    return float(np.mean(np.abs(picked.mean(axis=1) - values.mean()) <= half))


def _coverage_of_bootstrap(picked: Floats, values: Floats, runs: int) -> float:
    """Return the coverage of bias-corrected and accelerated intervals (Efron 1987)."""
    from scipy.stats import bootstrap

    draws = stream(COVERAGE_SEED, runs, "bootstrap")
    shrink, mean = np.sqrt(1 - runs / len(values)), values.mean()
    covered = 0
    for sample in picked:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of samples all alike it says that it has no interval
            result = bootstrap((sample,), np.mean, n_resamples=599, random_state=draws)
        low, high = result.confidence_interval
        centre = sample.mean()
        covered += bool(
            centre + shrink * (low - centre) <= mean <= centre + shrink * (high - centre)
        )
    return covered / len(picked)


SELDOM_SHARES = (0.8, 0.9, 0.98, 0.995)
SELDOM_CASES = (20, 100, 1_000)
SELDOM_RUNS = (5, 12)
SELDOM_SEED = 15_000_000


def seldom_table(form: VerdictStudySize) -> pd.DataFrame:
    """Return for independent cases how often each interval holds the true share, and its width.

    A row for each share, number of cases in a replication, and number of replications.
    """
    rows = []
    for place, share in enumerate(SELDOM_SHARES):
        for cases in SELDOM_CASES:
            for runs in SELDOM_RUNS:
                draws = stream(SELDOM_SEED + place, cases + runs, "cases")
                events = draws.binomial(cases, share, (form.orders, runs))
                rows.append(_coverage_of_shares(share, cases, events / cases))
    return pd.DataFrame(rows)


def _coverage_of_shares(share: float, cases: int, samples: Floats) -> dict[str, float]:
    count = np.full(samples.shape[1], cases)
    coverage = {"share": share, "cases": cases, "runs": samples.shape[1]}
    intervals = {
        "t": np.array([t_interval(sample) for sample in samples]),
        "ours": np.array([share_interval(sample, count) for sample in samples]),
    }
    for name, ends in intervals.items():
        coverage[name] = float(np.mean((ends[:, 1] <= share) & (share <= ends[:, 2])))
        coverage[f"{name}_width"] = float(np.mean(ends[:, 2] - ends[:, 1]))
    return coverage


WANTED_HALF_WIDTHS = (0.8, 0.5, 0.3)
"""Half-widths, in standard deviations of a replication."""

MOST_REPLICATIONS = 400
GAMMA_SHAPE = 4.0
STOPPING_SEED = 16_000_000

VALUE_DISTRIBUTIONS: dict[str, Callable[[Stream], Floats]] = {
    "normal": lambda draws: draws.normal(0.0, 1.0, MOST_REPLICATIONS),
    "skewed (gamma, skewness 1)": lambda draws: (
        (draws.gamma(GAMMA_SHAPE, 1.0, MOST_REPLICATIONS) - GAMMA_SHAPE) / np.sqrt(GAMMA_SHAPE)
    ),
}
"""Values of replications with mean 0 and standard deviation 1."""


def stopping_table(form: VerdictStudySize) -> pd.DataFrame:
    """Return coverage and replications when stopped at once, and when the width must last."""
    return pd.DataFrame(
        [
            {"values": name, "wanted": wanted, **_coverage_when_stopped(form, draw, wanted)}
            for name, draw in VALUE_DISTRIBUTIONS.items()
            for wanted in WANTED_HALF_WIDTHS
        ]
    )


def _coverage_when_stopped(
    form: VerdictStudySize, draw: Callable[[Stream], Floats], wanted: float
) -> dict[str, float]:
    coverage: dict[str, float] = {}
    samples = [draw(stream(STOPPING_SEED, number, "stopping")) for number in range(form.orders)]
    for name, ahead in (("at_once", 0), ("lasting", LOOK_AHEAD)):
        ends = [_stopping_point(sample, wanted, ahead) for sample in samples]
        intervals = [t_interval(s[:end]) for s, end in zip(samples, ends, strict=True)]
        coverage[name] = float(
            np.mean([interval.low <= 0 <= interval.high for interval in intervals])
        )
        coverage[f"{name}_runs"] = float(np.median(ends))
    return coverage


def _stopping_point(sample: Floats, wanted: float, ahead: int) -> int:
    first = precise_from(sample, wanted, look_ahead=ahead)
    return MOST_REPLICATIONS if first is None else first + ahead
