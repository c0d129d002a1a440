"""Changes the manifest of results that a test has made."""

from __future__ import annotations

from typing import Any

from akuttsim.experiments.results import Results


def design_of_kind(kind: str) -> dict[str, Any]:
    """Return a design, with as many points as it needs."""
    return {"kind": kind, "points": None if kind in ("grid", "one-at-a-time") else 8}


def set_manifest(results: Results, **entries: Any) -> Results:
    """Give results a manifest with other entries, and return them."""
    object.__setattr__(results, "manifest", results.manifest.changed(**entries))
    return results
