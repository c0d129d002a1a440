"""What report and figures have in common: reading results, opening what was made."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import click

from akuttsim.experiments.results import Results
from akuttsim.experiments.runner import read_results_so_far
from akuttsim.report.interrupted import interrupted_lines


def read(folder: Path, lang: Literal["nb", "en"]) -> Results:
    """Read results; of a study that is not finished, say so and take what there is."""
    results = read_results_so_far(folder)
    for line in interrupted_lines(results, lang):
        click.echo(f"! {line}", err=True)
    return results


def open_if_asked(path: Path, asked: bool) -> None:
    """Open what was made, where somebody sits before a screen; else say where it is."""
    if not asked:
        return
    if not has_screen(os.environ, sys.platform) or not webbrowser.open(path.resolve().as_uri()):
        click.echo(f"No browser to open here; open it yourself: {path.resolve()}")


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Tell whether somebody sees a window that is opened."""
    if environment.get("CI"):
        return False
    is_unix = platform not in ("win32", "darwin")
    return not is_unix or any(environment.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY"))
