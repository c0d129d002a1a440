"""How models stand against each other in what the question is judged by, read from the tables.

Nothing is judged anew: against the base the verdict of the table holds; two others are told apart
where their intervals of the difference from the base lie wholly apart, by more than the margin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from akuttsim.indicators.registry import INDICATORS
from akuttsim.report.context import Estimate, ResultsView
from akuttsim.statistics.verdicts import Verdict

MOST_SHOWN = 3
"""Models beside the base that the first screen has room for."""

NO_DIFFERENCE = frozenset({Verdict.WITHIN_MARGIN, Verdict.FEWER_CAME})
"""Verdicts that say that nothing which matters was gained or lost."""


UNMET_NEED = "unmet_need_a_week"

THEMES = ("answer", "help", "lost", "cost")
"""A councillor's questions: does anybody answer, does help arrive, who is left out, what cost."""

_OF_WHO_IS_LEFT_OUT = frozenset(
    {
        UNMET_NEED,
        "care_instead_a_week",
        "consultations_per_1000_a_year",
        "consultations_a_week",
        "contacts_a_week",
        "contacts_per_1000_a_year",
        "asked_again_within_72_h",
        "red_not_recognised",
        "solved_without_visit",
    }
)
_LISTED = {each.name: each.listed for each in INDICATORS}


def theme_of(indicator: str) -> str:
    """Return which of a councillor's questions an indicator belongs to."""
    listed = _LISTED.get(indicator, {})
    if indicator in _OF_WHO_IS_LEFT_OUT:
        return "lost"
    if "answering" in listed:
        return "answer"
    return "cost" if "work" in listed or "people" in listed else "help"


class Judged(NamedTuple):
    """One thing that the question is judged by.

    Attributes:
        indicator: The indicator's name.
        group_by: What its rows are divided by; `all` for the whole region.
        group: The group that is judged.
    """

    indicator: str
    group_by: str = "all"
    group: str = "all"


class Reasons(NamedTuple):
    """What speaks for a model.

    Attributes:
        judged: Things judged, the most important first; empty for none.
        each_is_enough: Whether the model is ahead of all others in each of them, or only in all of
            them together.
    """

    judged: tuple[Judged, ...]
    each_is_enough: bool


def size_in_margins(change: Estimate) -> float:
    """Return a difference as so many of what would just matter, so that units can be compared."""
    margin = change.margin if change.margin > 0 else _USUAL_MARGINS.get(change.unit, 1.0)
    return change.mean / margin


_USUAL_MARGINS = {"share": 0.02, "min": 2.0, "s": 10.0, "h per week": 2.0, "NOK per year": 5e5}
"""What would just matter where the results have no margin: those of older versions."""


class Standings:
    """Who is ahead of whom, in each thing judged and in all of them at once.

    Attributes:
        chosen: The rows of the results.
        judged: What the question is judged by, the most important first.
    """

    def __init__(self, chosen: ResultsView, judged: Sequence[Judged]) -> None:
        """Take the results and what they are judged by."""
        self.chosen = chosen
        self.judged = tuple(judged)

    def change(self, model: str, by: Judged) -> Estimate | None:
        """Return a model's difference from the base; None where there is none."""
        change = self.chosen.change(model, *by)
        return change if change is not None and change.is_known else None

    def verdict(self, model: str, by: Judged) -> Verdict | None:
        """Return the verdict on a model's difference; None of the base and where none is known."""
        change = self.change(model, by)
        return Verdict(change.verdict) if change is not None and change.verdict else None

    def size(self, model: str, by: Judged) -> float:
        """Return how large a gain is, in margins; a loss is below nought."""
        change = self.change(model, by)
        return 0.0 if change is None else self._way(by) * size_in_margins(change)

    def is_ahead(self, first: str, second: str, by: Judged) -> bool:
        """Tell whether the first of two models is surely the better one by one thing judged."""
        if first == second or not self._way(by):
            return False
        if second == self.chosen.base:
            return self.verdict(first, by) == Verdict.BETTER
        if first == self.chosen.base:
            return self.verdict(second, by) == Verdict.WORSE
        ends, others = self._gain(first, by), self._gain(second, by)
        if ends is None or others is None:
            return False
        change = self.change(first, by)
        margin = 0.0 if change is None or math.isnan(change.margin) else change.margin
        return ends[0] > others[1] and sum(ends) - sum(others) > 2 * margin

    def _way(self, by: Judged) -> int:
        way = self.chosen.manifest.directions.get(by.indicator, "neither")
        return {"higher": 1, "lower": -1}.get(way, 0)

    def _gain(self, model: str, by: Judged) -> tuple[float, float] | None:
        """Return the ends of a gain's interval; one that fewer patients make reaches nought."""
        change = self.change(model, by)
        if change is None or not change.has_interval:
            return None
        low, high = sorted((change.low * self._way(by), change.high * self._way(by)))
        is_doubtful = change.verdict == Verdict.FEWER_CAME
        return (min(low, 0.0), high) if is_doubtful else (low, high)

    def beats(self, first: str, second: str) -> bool:
        """Tell whether the first is ahead somewhere, and the second nowhere."""
        is_ahead = any(self.is_ahead(first, second, by) for by in self.judged)
        return is_ahead and not any(self.is_ahead(second, first, by) for by in self.judged)

    @cached_property
    def front(self) -> list[str]:
        """Return the models that no other beats, in the order of the experiment."""
        return self._unbeaten(self.chosen.organisations)

    def _unbeaten(self, models: list[str]) -> list[str]:
        unbeaten = [name for name in models if not any(self.beats(other, name) for other in models)]
        return unbeaten or models

    @cached_property
    def shown(self) -> list[str]:
        """Return the base and the models of the first screen, in the order of the experiment."""
        rest = list(self.chosen.others)
        chosen: list[str] = []
        while rest and len(chosen) < MOST_SHOWN:
            layer = [name for name in self._leading_first(rest) if name in self._layer(rest)]
            chosen += layer[: MOST_SHOWN - len(chosen)]
            rest = [name for name in rest if name not in chosen]
        return [name for name in self.chosen.organisations if name not in rest]

    def _layer(self, models: list[str]) -> list[str]:
        """Return those that none of the models beats; the base counts with those it does not."""
        front = [name for name in models if name in self.front]
        return front or self._unbeaten(models)

    def _leading_first(self, models: list[str]) -> list[str]:
        """Return models with those first that gain most in the first things judged."""
        leaders = [
            max(better, key=lambda name: self.size(name, by))
            for by in self.judged
            if (better := [n for n in models if self.verdict(n, by) == Verdict.BETTER])
        ]
        by_gains = sorted(models, key=lambda name: -self.count(name, Verdict.BETTER))
        return list(dict.fromkeys([*leaders, *by_gains]))

    def count(self, model: str, verdict: Verdict) -> int:
        """Return by how many of the things judged a model has a verdict."""
        return sum(self.verdict(model, by) == verdict for by in self.judged)

    def reasons(self, model: str, among: Sequence[str]) -> Reasons:
        """Return what speaks for a model among some that do not beat it.

        The things in which it is ahead of all the others; where there are none, as few as possible
        of which each of the others loses one to it.
        """
        others = [name for name in among if name != model]
        behind = {
            by: {name for name in others if self.is_ahead(model, name, by)} for by in self.judged
        }
        alone = tuple(by for by in self.judged if others and len(behind[by]) == len(others))
        if alone:
            return Reasons(alone, each_is_enough=True)
        together: list[Judged] = []
        left = set(others)
        while left:
            by = max(self.judged, key=lambda by: len(behind[by] & left))
            if not behind[by] & left:
                return Reasons((), each_is_enough=False)
            together.append(by)
            left -= behind[by]
        in_order = tuple(by for by in self.judged if by in together)
        return Reasons(in_order, each_is_enough=False)
