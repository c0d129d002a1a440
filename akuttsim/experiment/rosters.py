"""Rosters as shifts, and as the periods with people on duty that an organisation has."""

from __future__ import annotations

from collections import Counter

from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.theory.staffing_levels import DAY, ShiftRoster


def staffings(roster: ShiftRoster, source: str) -> dict[str, OperatorStaffing]:
    """Return a roster as staffings by name: a shift of both kinds of day is one staffing.

    The number on duty is an assumption (grade C), with one less and one more as its range.
    """
    people = Counter({(shift.start, shift.length, shift.days): n for shift, n in roster.items()})
    found = {}
    for start, length in sorted({(shift.start, shift.length) for shift in roster}):
        weekdays, weekends = (people[start, length, days] for days in ("weekdays", "weekends"))
        counts = {"daily": weekdays} if weekdays == weekends else {
            "weekdays": weekdays, "weekends": weekends}  # fmt: skip
        for days, count in counts.items():
            if count:
                hours = f"{_clock(start)}-{_clock((start + length) % DAY)}"
                name = f"{days}-{hours.replace(':', '')}"
                found[name] = _staffing(days, hours, count, source)
    return found


def _staffing(days: str, hours: str, count: int, source: str) -> OperatorStaffing:
    return OperatorStaffing(
        days=days,
        hours=hours,
        on_duty=count,
        grade="C",
        range=(max(1, count - 1), count + 1),
        source=source,
    )


def _clock(slot: int) -> str:
    return f"{slot // 2:02d}:{slot % 2 * 30:02d}"
