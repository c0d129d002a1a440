"""A fitted region as files: YAML that extends the region it was fitted for, and tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from akuttsim.analysis.fitted import FittedRegion, parameter_rows
from akuttsim.config import shipped
from akuttsim.errors import InputError, Problem
from akuttsim.experiment.fitting import values
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
    path = shipped.find_config("region", base)
    if path.is_relative_to(shipped.project_root() / "configs"):
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
