"""The replayed day and the map of each organisation, as compact JSON beside the results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from akuttsim.store.files import write_whole

FORMAT = 1
"""The version of the files' layout; files of another are left out of the page."""

KINDS = ("replay", "map")


def keep_beside(folder: Path, kind: str, organisation: str, data: Mapping[str, Any]) -> None:
    """Write what the page draws of an organisation: `kind` is "replay" or "map".

    The same data give the same bytes.
    """
    content = {"format": FORMAT, **data}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    write_whole(_file(folder, kind, organisation), text.encode("utf-8"))


def read_beside(folder: Path, kind: str, organisation: str) -> dict[str, Any] | None:
    """Return what was kept of an organisation, or None where it is missing or not whole."""
    try:
        data = json.loads(_file(folder, kind, organisation).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and data.get("format") == FORMAT else None


def copy_beside(of: tuple[Path, str], to: tuple[Path, str]) -> None:
    """Copy what the page draws of an organisation in one folder to that of a name in another."""
    for kind in KINDS:
        data = read_beside(of[0], kind, of[1])
        if data is not None:
            keep_beside(to[0], kind, to[1], data)


def _file(folder: Path, kind: str, organisation: str) -> Path:
    return folder / kind / f"{organisation}.json"
