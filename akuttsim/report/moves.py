"""Rows of a table of sensitivity, as the report reads them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple, TypeVar

import pandas as pd

Key = TypeVar("Key", bound=Hashable)


class Move(NamedTuple):
    """What a measure tells of a factor's part in an outcome; fields as in `sensitivity.csv`."""

    organisation: str
    against: str
    indicator: str
    unit: str
    measure: str
    factor: str
    level: str
    mean: float
    ci_low: float
    ci_high: float
    first_verdict: str
    verdict: str
    turns: bool

    @property
    def outcome(self) -> tuple[str, str, str]:
        """Return whose outcome it is, against whom, and of what."""
        return self.organisation, self.against, self.indicator

    @property
    def is_other(self) -> bool:
        """Tell whether the verdict is not that of the first case, surely or by chance."""
        return bool(self.verdict and self.first_verdict) and self.verdict != self.first_verdict


def read_moves(table: pd.DataFrame) -> list[Move]:
    """Return the rows of a table of sensitivity."""
    if not len(table):
        return []
    columns = (table[name].tolist() for name in Move._fields)
    return [Move(*row) for row in zip(*columns, strict=True)]


def grouped(moves: Sequence[Move], key: Callable[[Move], Key]) -> dict[Key, list[Move]]:
    """Return moves by a key, in order of appearance."""
    found: dict[Key, list[Move]] = {}
    for move in moves:
        found.setdefault(key(move), []).append(move)
    return found
