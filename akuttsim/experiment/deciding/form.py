"""How large the study of verdicts is: the short form for tests, the full form for the document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """Sizes of the study's parts.

    `rooms` are judged against targets and as many pairs of rooms against each other, each over
    `replications` of at least `calls` and `relaxations` (times that the queue takes to forget).
    `namdal` replications of `weeks` are made of Namdal; `orders` times replications are picked from
    them in a new order, and `resampled` of these times also resampled for a bootstrap interval.
    """

    name: str
    rooms: int
    replications: int
    calls: int
    relaxations: float
    namdal: int
    weeks: int
    orders: int
    resampled: int


SHORT = Form("short", 16, 8, 300, 10, 24, 1, 40, 5)
FULL = Form("full", 200, 12, 1_000, 30, 240, 4, 1_000, 200)

FORMS = {form.name: form for form in (SHORT, FULL)}
