"""A calibration's outcome: where each unknown ended, each target met or not, how verdicts move."""

from __future__ import annotations

from dataclasses import dataclass

from akuttsim.analysis.identified import Identified


@dataclass(frozen=True)
class Moved:
    """An unknown: its range and value before, and after, in the unit of its key.

    `possible` is the range over which every fitted target was seen to be met, None where none was.
    """

    name: str
    key: str
    before: float
    range: tuple[float, float]
    value: float
    possible: tuple[float, float] | None

    @property
    def share_left(self) -> float | None:
        """Return how much of the range is still possible, from 0 to 1."""
        if self.possible is None:
            return None
        return (self.possible[1] - self.possible[0]) / (self.range[1] - self.range[0])

    @property
    def is_at_an_end(self) -> bool:
        """Tell whether the value ended at an end of the range: the truth may lie beyond it."""
        near = 0.005 * (self.range[1] - self.range[0])
        return min(self.value - self.range[0], self.range[1] - self.value) <= near


@dataclass(frozen=True)
class Aimed:
    """A target: the published figure, and what was simulated before and after.

    `error` is the standard error of the simulated mean over replications; `width` is how far from
    the published figure meets it. `title` has what people call it in 'nb' and 'en', where told.
    """

    name: str
    indicator: str
    group: str
    unit: str
    published: float
    width: float
    before: float
    after: float
    error: float
    held_back: bool
    title: dict[str, str] | None = None

    @property
    def is_met(self) -> bool:
        """Tell whether what is simulated after lies within the width."""
        return abs(self.after - self.published) <= self.width

    @property
    def is_only_just_met(self) -> bool:
        """Tell whether it is met, while what chance does reaches beyond the width."""
        return self.is_met and abs(self.after - self.published) + self.chance > self.width

    @property
    def is_blurred(self) -> bool:
        """Tell whether chance alone moves what is simulated by more than the width."""
        return self.chance > self.width

    @property
    def chance(self) -> float:
        """Return half the width of the 95 % interval of what is simulated."""
        return 1.96 * self.error


@dataclass(frozen=True)
class Judged:
    """The verdict on one organisation by one indicator, at each point that is still possible.

    The first is at the fitted point. `low` and `high` are the least and the largest mean difference
    from the calibrated organisation.
    """

    organisation: str
    indicator: str
    unit: str
    verdicts: tuple[str, ...]
    low: float
    high: float

    @property
    def moves(self) -> bool:
        """Tell whether the verdict depends on which point is the true one."""
        return len(set(self.verdicts)) > 1


@dataclass(frozen=True)
class Calibrated:
    """All that a calibration found. `possible` counts the points that meet every fitted target."""

    unknowns: tuple[Moved, ...]
    targets: tuple[Aimed, ...]
    identified: Identified
    judged: tuple[Judged, ...]
    trials: int
    possible: int
    has_settled: bool

    @property
    def is_met(self) -> bool:
        """Tell whether every fitted target is met."""
        return all(each.is_met for each in self.targets if not each.held_back)
