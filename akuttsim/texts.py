"""Texts for people in Norwegian bokmål and English, and numbers as each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml
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
