"""Numbers as people write them in Norwegian and English."""

from __future__ import annotations

import math
from datetime import date

from babel.dates import format_date

from akuttsim.report.catalogue import Catalogue
from akuttsim.report.selection import Estimate
from akuttsim.texts import format_number

KRONER = "NOK per year"

_DECIMALS = {"share": 1, "s": 0, "min": 1, KRONER: 2, "km per week": 0}
_MOST_DECIMALS = 3


class Numbers:
    """Writes numbers, amounts with their unit, intervals and changes in one language."""

    def __init__(self, text: Catalogue) -> None:
        """Take the language from the catalogue."""
        self.text = text

    def plain(self, value: float, decimals: int = 0) -> str:
        """Return a number with a fixed number of decimals, never a minus before zero."""
        return format_number(value, self.text.lang, decimals)

    def day(self, iso: str) -> str:
        """Return a date that is written as 2026-01-31 with its month in letters."""
        pattern = self.text("number.day")
        return format_date(date.fromisoformat(iso), pattern, locale=self.text.lang)

    def amount(self, value: float, unit: str, decimals: int | None = None) -> str:
        """Return a number with its unit; shares in per cent, kroner a year in millions."""
        digits = _DECIMALS.get(unit, 1) if decimals is None else decimals
        written = self.plain(shown(value, unit), digits)
        return self.text.get(f"unit.{unit}", f"{{n}} {unit}").format(n=written)

    def mean(self, estimate: Estimate) -> str:
        """Return the mean of an estimate with its unit."""
        return self.amount(estimate.mean, estimate.unit, decimals(estimate))

    def interval(self, estimate: Estimate) -> str:
        """Return the 95 % interval of an estimate without its unit; "" where there is none."""
        if not estimate.has_interval:
            return ""
        digits = decimals(estimate)
        ends = [shown(end, estimate.unit) for end in (estimate.low, estimate.high)]
        low, high = (self.plain(end, digits) for end in ends)
        return self.text("number.range", low=low, high=high)

    def change(self, estimate: Estimate) -> str:
        """Return the mean of a difference with its sign and unit; shares in percentage points."""
        unit = self.text.get(f"unit_of_change.{estimate.unit}", f"{{n}} {estimate.unit}")
        return unit.format(n=self.signed(estimate))

    def margin(self, estimate: Estimate) -> str:
        """Return the margin of a difference with its unit, with the decimals that it was given."""
        value = shown(estimate.margin, estimate.unit)
        digits = next((d for d in range(4) if abs(round(value, d) - value) < 1e-9), 4)
        unit = self.text.get(f"unit_of_change.{estimate.unit}", f"{{n}} {estimate.unit}")
        if (value, digits) == (1, 0):
            unit = self.text.get(f"unit_of_one.{estimate.unit}", unit)
        return unit.format(n=self.plain(value, digits))

    def signed(self, estimate: Estimate) -> str:
        """Return the mean of a difference with its sign, without its unit."""
        digits = decimals(estimate)
        value = shown(estimate.mean, estimate.unit)
        return ("+" if round(value, digits) > 0 else "") + self.plain(value, digits)


def decimals(estimate: Estimate) -> int:
    """Return how many decimals keep an interval's ends from looking like what they are not.

    An end near the target (for a difference: near zero) must not be written as if it touched it.
    """
    mark = 0.0 if math.isnan(estimate.target) else shown(estimate.target, estimate.unit)
    ends = [shown(end, estimate.unit) for end in (estimate.low, estimate.high)]
    off = [end for end in ends if not math.isnan(end) and abs(end - mark) > 1e-9]
    digits = _DECIMALS.get(estimate.unit, 1)
    while digits < _MOST_DECIMALS and any(round(end - mark, digits) == 0 for end in off):
        digits += 1
    return digits


def is_noticeable(estimate: Estimate) -> bool:
    """Tell whether a mean is more than nought at the decimals that its unit is usually given."""
    mean = shown(estimate.mean, estimate.unit)
    return round(mean, _DECIMALS.get(estimate.unit, 1)) != 0


def shown(value: float, unit: str) -> float:
    """Return a value as it is written: shares in per cent, kroner a year in millions."""
    return value * {"share": 100.0, KRONER: 1e-6}.get(unit, 1.0)
