"""What sentences and tables are made of: the texts, names and numbers of one language."""

from __future__ import annotations

import math
from typing import Any

from akuttsim.report.catalogue import Catalogue
from akuttsim.report.labels import Labels
from akuttsim.report.numbers import Numbers
from akuttsim.report.selection import Estimate, Selection


class Words:
    """Texts, names and numbers of some results in one language."""

    def __init__(self, text: Catalogue, chosen: Selection) -> None:
        """Take the catalogue and the results."""
        self.text = text
        self.chosen = chosen
        self.labels = Labels(text, chosen)
        self.numbers = Numbers(text)

    def models(self, names: list[str]) -> str:
        """Return the titles of organisation models as a list in words."""
        return self.text.listed([self.labels.organisation(name) for name in names])

    def goal(self, indicator: str) -> str:
        """Return a target in words: its title and limit."""
        return f"{self.labels.short(indicator)} ({self.limit(indicator)})"

    def limit(self, indicator: str) -> str:
        """Return the limit of a target in words: at least 80 %."""
        target: dict[str, Any] = self.labels.targets[indicator]
        side = "at_least" if target["at_least"] is not None else "at_most"
        level = self.chosen.level(self.chosen.base, indicator)
        unit = level.unit if level else ""
        whole = 0 if unit == "share" and float(100 * target[side]).is_integer() else None
        return self.text(f"target.{side}", limit=self.numbers.amount(target[side], unit, whole))

    def change(self, estimate: Estimate) -> str:
        """Return a difference with its interval: −1,2 min [−1,5 til −0,9]."""
        return self._in_brackets(self.numbers.change(estimate), estimate)

    def level(self, estimate: Estimate) -> str:
        """Return a value with its interval, as a difference."""
        return self._in_brackets(self.numbers.mean(estimate), estimate)

    def _in_brackets(self, written: str, estimate: Estimate) -> str:
        if estimate.has_interval and math.isclose(estimate.low, estimate.high, abs_tol=1e-9):
            return f"{written} [{self.text('number.always')}]"
        interval = self.numbers.interval(estimate)
        return f"{written} [{interval}]" if interval else written
