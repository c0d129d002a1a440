"""Dispatch rules: which of the free crews that may go is sent. A new rule is one function here.

A rule is a pure function of what the dispatcher knows. `dispatch.rule` of an organisation names one
by the name of its function; config and chain both take it from this table. So do two smaller
choices: who comes first of crews that are equally near (`dispatch.equally_near`), and where a crew
on its way back counts from (`dispatch.returning_from`). Simulators differ in both; with the two
named, the runs of another one can be met call by call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class CrewFacts(Protocol):
    """What a rule may know of a free crew.

    Attributes:
        index: Position in the organisation's list of ambulances.
        worked_s: Seconds on missions so far in the run.
        at_home: Whether the crew is on home duty.
        place: Index of the place where it is, or is driving to.
        station: Index of the place of its station.
    """

    index: int
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


# -- who comes first of equals --------------------------------------------------------------------


def longest_free(crew: CrewFacts) -> float:
    """Put first who has been free longest: the order in which crews come to the list."""
    return 0.0


def first_in_file(crew: CrewFacts) -> float:
    """Put first who stands first among the organisation's ambulances."""
    return float(crew.index)


def least_worked(crew: CrewFacts) -> float:
    """Put first who has been on missions for the shortest time in the run."""
    return crew.worked_s


TieOrder = Callable[[CrewFacts], float]
"""What crews are ordered by before a rule picks one, lowest first; of equals who has been free
longest."""

TIE_ORDERS: dict[str, TieOrder] = {
    order.__name__: order for order in (longest_free, first_in_file, least_worked)
}
"""The orders by name."""

DEFAULT_TIE_ORDER = "longest_free"


# -- where a crew on its way back counts from -----------------------------------------------------


class ReturnFacts(Protocol):
    """What is known of a crew without mission on the road, to its station or to a post.

    Attributes:
        left: The place that it left, and how many kilometres from there by road it stood.
        nearest: The place that it is nearest to now; None on a ferry, where nobody turns.
        goes_to: The place that it drives to.
    """

    @property
    def left(self) -> tuple[int, float]:
        """Place that it left, and kilometres from there."""

    @property
    def nearest(self) -> int | None:
        """Place that it is nearest to now."""

    @property
    def goes_to(self) -> int:
        """Place that it drives to."""


Standing = tuple[int, float]
"""A place, and how many kilometres from it by road."""


def road(crew: ReturnFacts) -> Standing | None:
    """Count a crew from its position on the road, on ahead or turning back."""
    return None


def nearest_place(crew: ReturnFacts) -> Standing | None:
    """Count a crew from the place that it is nearest to, as if it stood there."""
    return None if crew.nearest is None else (crew.nearest, 0.0)


def where_freed(crew: ReturnFacts) -> Standing | None:
    """Count a crew from where it was freed, until it is back."""
    return crew.left


def station(crew: ReturnFacts) -> Standing | None:
    """Count a crew from where it drives to, its station or a post, as if it were there."""
    return crew.goes_to, 0.0


ReturnRule = Callable[[ReturnFacts], Standing | None]
"""From what is known of a crew on its way back: where it counts as standing; None for on the
road."""

RETURN_RULES: dict[str, ReturnRule] = {
    rule.__name__: rule for rule in (road, nearest_place, where_freed, station)
}
"""The rules by name."""

DEFAULT_RETURN_RULE = "road"
