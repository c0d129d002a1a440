"""The texts of the report in Norwegian bokmål and English, from catalogues to translate."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Lang = Literal["nb", "en"]


class Catalogue:
    """The texts of one language, looked up by dotted key."""

    def __init__(self, lang: Lang, *more: str) -> None:
        """Read the catalogue of a language, and any of its own that a kind of page has."""
        self.lang: Lang = lang
        names = (lang, *(f"{each}-{lang}" for each in more))
        self.texts = {key: text for name in names for key, text in _texts(name).items()}

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its {placeholders} filled in. Raises KeyError for an unknown key."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def get(self, key: str, default: str) -> str:
        """Return a text, or what else to write where the catalogue has none."""
        return self.texts.get(key, default)

    def both(self, words: object) -> str:
        """Return a text of the results, which is one string or has one for each language."""
        return str(words[self.lang]) if isinstance(words, dict) else str(words)

    def listed(self, words: list[str]) -> str:
        """Join words as a sentence does: 'a, b and c'."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self('word.and')} {words[-1]}"


@cache
def _texts(name: str) -> dict[str, str]:
    source = files("akuttsim.report") / "text" / f"{name}.yaml"
    return dict(_flat(yaml.safe_load(source.read_text("utf-8")), ""))


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        inner = isinstance(value, dict)
        pairs += _flat(value, f"{name}.") if inner else [(name, str(value).strip())]
    return pairs


@cache
def norwegian_definitions() -> dict[str, str]:
    """Return the Norwegian definition of each indicator, by name."""
    return _texts("definitions-nb")


def input_names(lang: Lang) -> dict[str, str]:
    """Return what input values are called in a language, by dotted key."""
    return _texts(f"inputs-{lang}")
