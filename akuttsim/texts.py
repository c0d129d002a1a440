"""Texts for people in Norwegian bokmål and English, and numbers as each language writes them.

There is one writer of numbers, `NumberFormat`, and one table that says how amounts of a unit are
written, `UNIT_FORMATS`; pages, figures, spreadsheets and tables all use these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import format_decimal

from akuttsim.language import Lang

_LOADER: type = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""Reads ten times as fast where it is there; a page has over a thousand texts."""


class Texts:
    """The texts of one language, looked up by dotted key."""

    def __init__(self, lang: Lang, texts: Mapping[str, str]) -> None:
        """Take the texts of a language by key."""
        self.lang: Lang = lang
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its {placeholders} filled in. Raises KeyError for an unknown key."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def get(self, key: str, default: str) -> str:
        """Return a text, or what else to write where there is none."""
        return self.texts.get(key, default)


@cache
def read_texts(package: str, name: str) -> dict[str, str]:
    """Return the texts in text/NAME.yaml of a package, by dotted key."""
    source = files(package) / "text" / f"{name}.yaml"
    return dict(_flat_catalogue(yaml.load(source.read_text("utf-8"), _LOADER), ""))


def _flat_catalogue(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        inner = isinstance(value, dict)
        pairs += _flat_catalogue(value, f"{name}.") if inner else [(name, str(value).rstrip("\n"))]
    return pairs


def format_number(value: float, lang: Lang, decimals: int = 0) -> str:
    """Return a number with a fixed number of decimals, never a minus before zero."""
    rounded = round(value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return ("\u2212" if rounded < 0 else "") + _write_in_language(abs(rounded), pattern, lang)


@lru_cache(maxsize=50_000)
def _write_in_language(value: float, pattern: str, lang: str) -> str:
    return str(format_decimal(value, format=pattern, locale=lang))


KRONER = "NOK per year"
"""The unit of cost in the results; people read it in millions."""


@dataclass(frozen=True)
class UnitFormat:
    """How amounts of a unit are written.

    Attributes:
        scale: What a value of the results is multiplied by: shares are written in per cent.
        decimals: Digits after the decimal mark, where nothing else decides.
        spreadsheet: The number format of the value itself in a spreadsheet's cell.
    """

    scale: float = 1.0
    decimals: int = 1
    spreadsheet: str = "#,##0.00"


UNIT_FORMATS = {
    "share": UnitFormat(scale=100.0, spreadsheet="0.0%"),
    "s": UnitFormat(decimals=0, spreadsheet="#,##0.0"),
    "km per week": UnitFormat(decimals=0, spreadsheet="#,##0"),
    KRONER: UnitFormat(scale=1e-6, decimals=2, spreadsheet="#,##0"),
}
"""Units that are not written as a plain number with one decimal."""

_PLAIN_UNIT = UnitFormat()


def unit_format(unit: str) -> UnitFormat:
    """Return how amounts of a unit of the results are written."""
    return UNIT_FORMATS.get(unit, _PLAIN_UNIT)


def scale_value(value: float, unit: str) -> float:
    """Return a value as it is written: shares in per cent, kroner a year in millions."""
    return value * unit_format(unit).scale


class NumberFormat:
    """Writes numbers, amounts with their unit, and dates in one language.

    Attributes:
        text: The catalogue with the units' names (`unit.*`, `unit_of_change.*`) and `number.*`.
    """

    def __init__(self, text: Texts) -> None:
        """Take the language and the names of units from a catalogue."""
        self.text = text

    def plain(self, value: float, decimals: int = 0) -> str:
        """Return a number with a fixed number of decimals, never a minus before zero."""
        return format_number(value, self.text.lang, decimals)

    def significant(self, value: float, most: int = 4) -> str:
        """Return a number with at most so many significant digits, no noughts at its end."""
        rounded = float(f"{value:.{most}g}")
        digits = max(0, most - 1 - math.floor(math.log10(abs(rounded)))) if rounded else 0
        decimals = next(d for d in range(digits + 1) if d == digits or round(rounded, d) == rounded)
        return self.plain(rounded, decimals)

    def day(self, iso: str) -> str:
        """Return a date that is written as 2026-01-31 with its month in letters."""
        pattern = self.text("number.day")
        return format_date(date.fromisoformat(iso), pattern, locale=self.text.lang)

    def amount(self, value: float, unit: str, decimals: int | None = None) -> str:
        """Return a number with its unit; shares in per cent, kroner a year in millions."""
        digits = unit_format(unit).decimals if decimals is None else decimals
        return self.with_unit(self.plain(scale_value(value, unit), digits), unit)

    def with_unit(self, number: str, unit: str, is_change: bool = False) -> str:
        """Return a number that is written already with its unit.

        Args:
            number: The number as it is written, scaled.
            unit: The unit as in the results.
            is_change: Whether it is a difference: of shares these are percentage points.
        """
        family = "unit_of_change" if is_change else "unit"
        return self.text.get(f"{family}.{unit}", f"{{n}} {unit}").format(n=number)

    def unit_name(self, unit: str, is_change: bool = False) -> str:
        """Return the name of a unit without a number: min, %, percentage points."""
        return self.with_unit("", unit, is_change).strip("\u00a0 ")

    def between(self, low: str, high: str) -> str:
        """Return from where to where, of two numbers that are written already."""
        return self.text("number.range", low=low, high=high)
