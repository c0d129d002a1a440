"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

out = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results. Default: results/NAME.",
)
workers = click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    help="Processes to use. Default: one for each core.",
)
resume = click.option(
    "--resume", is_flag=True, help="Go on with what a stopped run or sweep left in the folder."
)
only = click.option(
    "--only", metavar="RUN", help="Do one run alone and keep nothing, such as plain/NAME/0."
)
records = click.option(
    "--records",
    is_flag=True,
    help="Also keep all patients, units' work and trips (large).",
)


def language(default: str) -> Callable[[Command], Command]:
    """Return the option of a page's language."""
    return click.option(
        "--lang",
        type=click.Choice(["nb", "en"]),
        default=default,
        show_default=True,
        help="Norwegian (bokmål) or English.",
    )
