"""From the indicators of many runs to means, paired differences and verdicts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from akuttsim.analysis.indicators import directions
from akuttsim.analysis.intervals import (
    comparison,
    not_negative,
    t_interval,
    verdict,
    within_a_share,
)
from akuttsim.scenario.experiment import Target

KEYS = ["indicator", "group_by", "group"]
SUMMARY = ["organisation", *KEYS, "mean", "ci_low", "ci_high", "unit", "target", "verdict"]
DIFFERENCES = ["organisation", "against", *KEYS, "mean", "ci_low", "ci_high", "unit", "verdict"]


def summarise(indicators: pd.DataFrame, targets: Sequence[Target]) -> pd.DataFrame:
    """Return each indicator's mean over replications with its 95 % interval and verdict.

    `indicators` is the tidy table of all runs. Columns and order as `SUMMARY`; the rows keep the
    order in which organisations, indicators and groups first appear.
    """
    by_indicator = {target.indicator: target for target in targets}
    rows = []
    for (organisation, *key), runs in indicators.groupby(["organisation", *KEYS], sort=False):
        unit = str(runs["unit"].iloc[0])
        interval = t_interval(runs["value"].to_numpy())
        interval = not_negative(within_a_share(interval) if unit == "share" else interval)
        target = by_indicator.get(str(key[0]))
        goal = (
            (target.value, verdict(interval, target.side, target.value)) if target else (None, "")
        )
        rows.append((organisation, *key, *interval, unit, *goal))
    return pd.DataFrame(rows, columns=SUMMARY)


def differences(indicators: pd.DataFrame, base: str) -> pd.DataFrame:
    """Return each organisation's paired difference from the base, replication by replication.

    The same patients met both, so that the interval is that of the mean of the differences. Groups
    that only one of the two has (a clinic of its own) are left out. Columns as `DIFFERENCES`.
    """
    wide = indicators.pivot(index=[*KEYS, "replication"], columns="organisation", values="value")
    units = indicators.drop_duplicates(KEYS).set_index(KEYS)["unit"]
    order = list(units.index)
    good = directions()
    rows = []
    for organisation in indicators["organisation"].unique():
        if organisation == base:
            continue
        both = (wide[organisation] - wide[base]).dropna()
        values = {key: part.to_numpy() for key, part in both.groupby(level=KEYS, sort=False)}
        for key in order:
            if key in values:
                interval = t_interval(values[key])
                better = comparison(interval, good[key[0]])
                rows.append((organisation, base, *key, *interval, units[key], better))
    return pd.DataFrame(rows, columns=DIFFERENCES)
