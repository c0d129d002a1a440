"""The document: verification.md and its figures, from the study's tables alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from akuttsim.report.beside import markdown_table
from akuttsim.report.verification import facts
from akuttsim.report.verification.figures import figures
from akuttsim.store.files import write_whole

NAME = "verification"


def write(found: Mapping[str, pd.DataFrame], folder: Path) -> Path:
    """Write the study into a folder, figures beside it; return the document's path."""
    for name, svg in figures(found).items():
        write_whole(folder / NAME / f"{name}.svg", svg)
    path = folder / f"{NAME}.md"
    write_whole(path, text(found).encode("utf-8"))
    return path


def text(found: Mapping[str, pd.DataFrame]) -> str:
    """Return the document's text."""
    return rendered("verification.md.j2", facts.facts(found))


def rendered(template: str, told: Mapping[str, Any]) -> str:
    """Return a template of this folder with the facts filled in."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["table"] = markdown_table
    return environment.get_template(template).render(told)
