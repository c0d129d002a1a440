"""Is a t interval over few replications good enough? Picked from many replications of Namdal."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from akuttsim.analysis.intervals import CONFIDENCE, Floats
from akuttsim.experiment.deciding.form import Form
from akuttsim.experiment.deciding.namdal import ORGANISATIONS, TODAY
from akuttsim.patients.streams import stream

FEW = (5, 8, 12)

LOOKED_AT = (
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

SEED = 13_000_000


def table(form: Form, wide: pd.DataFrame) -> pd.DataFrame:
    """Return for each indicator, as it is and as a paired difference, how often intervals hold.

    `wide` has a row for each replication and columns (indicator, organisation). An interval holds
    where it has the mean of all replications in it; as those are drawn without putting back, its
    width is that for a mean of so many of a few (finite population correction).
    """
    rows = []
    for indicator in LOOKED_AT:
        level = wide[indicator, TODAY].to_numpy()
        change = wide[indicator, ORGANISATIONS[1]].to_numpy() - level
        for kind, values in (("value", level), ("difference", change)):
            if not np.isnan(values).any() and values.std() > 0:
                rows.append({"indicator": indicator, "of": kind, **_held(form, values)})
    return pd.DataFrame(rows)


def _held(form: Form, values: Floats) -> dict[str, float]:
    """Return spread, skewness, and coverage of t intervals and of bootstrap ones."""
    deviation = (values - values.mean()) / values.std()
    most = np.unique(np.round(values, 12), return_counts=True)[1].max()
    found = {"skewness": float((deviation**3).mean()), "alike": float(most) / len(values)}
    for runs in FEW:
        picked = values[_picked(len(values), runs, form.orders)]
        found[f"t_{runs}"] = _held_by_t(picked, values)
        found[f"bootstrap_{runs}"] = _held_by_bootstrap(picked[: form.resampled], values, runs)
    return found


def _picked(of: int, runs: int, times: int) -> NDArray[np.intp]:
    return np.argsort(stream(SEED, runs, "picked").random((times, of)), axis=1)[:, :runs]


def _held_by_t(picked: Floats, values: Floats) -> float:
    runs = picked.shape[1]
    error = picked.std(axis=1, ddof=1) * np.sqrt((1 - runs / len(values)) / runs)
    half = float(stdtrit(runs - 1, 0.5 + CONFIDENCE / 2)) * error
    return float(np.mean(np.abs(picked.mean(axis=1) - values.mean()) <= half))


def _held_by_bootstrap(picked: Floats, values: Floats, runs: int) -> float:
    """Return the coverage of bias-corrected and accelerated intervals (Efron 1987)."""
    from scipy.stats import bootstrap

    draws = stream(SEED, runs, "bootstrap")
    shrink, mean = np.sqrt(1 - runs / len(values)), values.mean()
    held = 0
    for sample in picked:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of samples all alike it says that it has no interval
            found = bootstrap((sample,), np.mean, n_resamples=599, random_state=draws)
        low, high = found.confidence_interval
        centre = sample.mean()
        held += bool(centre + shrink * (low - centre) <= mean <= centre + shrink * (high - centre))
    return held / len(picked)
