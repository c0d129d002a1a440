"""akuttsim: Norway's local emergency chain outside hospital, simulated."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

MODEL_VERSION = 4
"""Raised whenever the same inputs would give other results than before."""

__all__ = ("compare", "definitions", "load", "open_results", "run")
"""What a script or notebook uses; see `akuttsim.api`."""


def __getattr__(name: str) -> Any:
    """Return a name of the API, which is imported when first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'akuttsim' has no attribute {name!r}")
    return getattr(import_module("akuttsim.api"), name)
