"""A study that has begun: what it is and which runs belong to it, until its tables are written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from akuttsim.store.files import write_whole

BEGUN = "begun.json"
"""There from the first moment of a study until its manifest is written."""

SO_FAR = "so-far"
"""The folder, within the results, of the tables of a study that is not finished."""


def keep_begun(folder: Path, plan: Mapping[str, Any]) -> None:
    """Write what a study is, before its first run."""
    text = json.dumps(plan, ensure_ascii=False, separators=(",", ":"))
    write_whole(folder / BEGUN, text.encode("utf-8"))


def read_begun(folder: Path) -> dict[str, Any] | None:
    """Return what was kept of a study that is not finished; None where there is none."""
    try:
        plan = json.loads((folder / BEGUN).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return plan if isinstance(plan, dict) else None


def forget_begun(folder: Path) -> None:
    """Remove what was kept and what was told of it: the study is finished."""
    shutil.rmtree(folder / SO_FAR, ignore_errors=True)
    (folder / BEGUN).unlink(missing_ok=True)
