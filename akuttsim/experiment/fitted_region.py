"""A fitted region as files: YAML that extends the region it was fitted for, and tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from akuttsim.analysis.intervals import Interval
from akuttsim.errors import InputError, Problem
from akuttsim.experiment.fitting import FittedRegion, values
from akuttsim.scenario import shipped
from akuttsim.store.files import write_csv, write_whole

HEAD = """\
# Written by akuttsim fit: values fitted to {file}
# ({calls} calls, {first} to {last}). Everything else is the region's that this one extends.
# Ranges are 95 % intervals. How well each value fits: fit.html beside this file.
"""


def write_fitted(found: FittedRegion, base: str, folder: Path) -> Path:
    """Write region.yaml and the tables of a fit into a new folder; return the YAML's path.

    Raises InputError where the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        what = "is not empty; name a new folder with --out"
        raise InputError([Problem("", 0, str(folder), what)])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "region.yaml"
    write_whole(path, region_yaml(found, _extended(base, folder)).encode("utf-8"))
    rows = pd.DataFrame(list(parameter_rows(found)))
    write_csv(folder / "fit.csv", rows)
    return path


def _extended(base: str, folder: Path) -> str:
    """Return how the base is named from the folder: a shipped name, or a path."""
    path = shipped.find("region", base)
    if path.is_relative_to(shipped.root() / "configs"):
        return base
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def region_yaml(found: FittedRegion, base: str) -> str:
    """Return the fitted region as the text of a config."""
    first, last = found.days
    head = HEAD.format(file=found.log.file, calls=len(found.log), first=first, last=last)
    title, file = found.region.title, found.log.file
    body = {
        "extends": base,
        "region": f"{found.region.region}-fitted",
        "title": {"nb": f"{title.nb}, tilpasset en logg", "en": f"{title.en}, fitted to a log"},
        "changes": {
            "fitted": {
                "why": {
                    "nb": f"Tilpasset samtalene i {file}, {first} til {last}.",
                    "en": f"Fitted to the calls of {file}, {first} to {last}.",
                },
                "set": _nested(found),
            }
        },
    }
    return head + yaml.safe_dump(
        body, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )


def _nested(found: FittedRegion) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for value in values(found):
        *above, last = value.key.split(".")
        at = tree
        for part in above:
            at = at.setdefault(part, {})
        at[last] = value.content
    return tree


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
        for name, interval in duration.parameters.items():
            yield of | _numbers(f"{name}{'_s' if name == 'median' else ''}", interval)
    for name, waits in found.patience.items():
        of = {"key": f"patience {name}", "n": waits.n, "distance": waits.distance, "p": waits.p}
        yield of | _numbers("mean_s", waits.mean_s)
        yield of | _numbers("soon_share", waits.soon_share)


def _numbers(name: str, interval: Interval) -> dict[str, Any]:
    value, low, high = (float(f"{each:.6g}") for each in interval)
    return {"parameter": name, "value": value, "low": low, "high": high}
