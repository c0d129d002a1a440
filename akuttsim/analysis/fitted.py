"""All that a call log tells of a region, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from akuttsim.analysis.fitted_arrivals import ArrivalFit
from akuttsim.analysis.fitting import Fit, PatienceFit
from akuttsim.analysis.intervals import Interval
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.config.schema.region import Region
from akuttsim.units import MINUTE_S


class Unfitted(NamedTuple):
    """Something that was not fitted: its key, why, how many there were, and how many it takes."""

    key: str
    why: str
    n: int
    needed: int = 0


@dataclass(frozen=True)
class FittedRegion:
    """All that a log tells of a region.

    Arrivals by number; durations and patience by the region's key. `crew` has durations that belong
    to an organisation (mobilisation), which are told and not written. `unfitted` is the rest.
    """

    log: CallLog
    region: Region
    arrivals: dict[str, ArrivalFit]
    durations: dict[str, Fit]
    patience: dict[str, PatienceFit]
    crew: dict[str, Fit]
    unfitted: tuple[Unfitted, ...] = ()

    @property
    def days(self) -> tuple[str, str]:
        """Return the first and the last day of the log."""
        return tuple(  # type: ignore[return-value]
            str(np.datetime64(int(day), "D"))
            for day in local_parts(self.log.time_s[[0, -1]], self.log.time_zone)[0]
        )


def parameter_rows(found: FittedRegion) -> Iterator[dict[str, Any]]:
    """Yield each fitted number: key, parameter, value and interval, n, distance and p."""
    for number, each in found.arrivals.items():
        of = {"key": f"arrivals {number}", "n": each.n, "distance": None, "p": each.p_even}
        yield of | _numbers("level", each.level)
        yield of | _numbers("day_cv", each.day_cv)
        if each.weekend_factor is not None:
            yield of | _numbers("weekend_factor", each.weekend_factor)
        for name, hours in (("weekday", each.weekday), ("weekend", each.weekend)):
            for hour, mean in enumerate(hours):
                yield of | _numbers(f"{name} {hour:02d}", mean)
    for key, duration in {**found.durations, **found.crew}.items():
        of = {"key": key, "n": duration.n, "distance": duration.distance, "p": duration.p}
        yield of | _numbers(*_median(key, duration.parameters["median"]))
        yield of | _numbers("sigma", duration.parameters["sigma"])
    for name, waits in found.patience.items():
        of = {"key": f"patience {name}", "n": waits.n, "distance": waits.distance, "p": waits.p}
        yield of | _numbers("mean_s", waits.mean_s)
        yield of | _numbers("soon_share", waits.soon_share)


def in_minutes(key: str) -> bool:
    """Tell whether a key of the region is of minutes, as its name says."""
    return "_min" in key


def _median(key: str, seconds: Interval) -> tuple[str, Interval]:
    """Return a median in the unit of its key, and its name with the unit."""
    if not in_minutes(key):
        return "median_s", seconds
    return "median_min", Interval(*(each / MINUTE_S for each in seconds))


def _numbers(name: str, interval: Interval) -> dict[str, Any]:
    value, low, high = (float(f"{each:.6g}") for each in interval)
    return {"parameter": name, "value": value, "low": low, "high": high}
