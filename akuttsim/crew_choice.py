"""Dispatch rules: which of the free crews that may go is sent. A new rule is one function here.

A rule is a pure function of what the dispatcher knows. `dispatch.rule` of an organisation names one
by the name of its function; config and chain both take it from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class CrewFacts(Protocol):
    """What a rule may know of a free crew.

    Attributes:
        worked_s: Seconds on missions so far in the run.
        at_home: Whether the crew is on home duty.
        place: Index of the place where it is, or is driving to.
        station: Index of the place of its station.
    """

    worked_s: float
    at_home: bool
    place: int
    station: int


CrewRule = Callable[[Sequence[float], Sequence[CrewFacts]], int]
"""From the seconds in which each crew is expected at the patient, and the crews, at least one: the
position of the crew that goes."""

CREW_RULES: dict[str, CrewRule] = {}
"""The rules by name."""

DEFAULT_RULE = "quickest"


def crew_rule(rule: CrewRule) -> CrewRule:
    """Register a rule under the name of its function."""
    CREW_RULES[rule.__name__] = rule
    return rule


@crew_rule
def quickest(expected_s: Sequence[float], crews: Sequence[CrewFacts]) -> int:
    """Send the crew that is expected first; of equals the first in the list."""
    return expected_s.index(min(expected_s))
