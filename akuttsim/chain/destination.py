"""Destination rule: which clinic a patient is asked to come to."""

from __future__ import annotations

from collections.abc import Iterable


def nearest_open(candidates: Iterable[tuple[int, float, bool]]) -> int | None:
    """Return the clinic with the shortest drive among those open on arrival, or None.

    Each candidate is a clinic, the seconds of the drive, and whether it is open then.
    """
    drives = [(drive_s, clinic) for clinic, drive_s, is_open in candidates if is_open]
    return min(drives)[1] if drives else None
