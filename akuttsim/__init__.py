"""akuttsim: Norway's local emergency chain outside hospital, simulated."""

from __future__ import annotations

__version__ = "0.1.0"

MODEL_VERSION = 4
"""Raised whenever the same inputs would give other results than before."""
