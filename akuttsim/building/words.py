"""What a region's page says in one language, with numbers as that language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any

from akuttsim.building.suspicious import Suspicion
from akuttsim.texts import Lang, Texts, number, read_texts


class ShowWords:
    """The texts of a region's page in one language."""

    def __init__(self, lang: Lang) -> None:
        """Read the catalogue of the language."""
        self.lang: Lang = lang
        self.text = Texts(lang, read_texts("akuttsim.building", f"show-{lang}"))

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text filled in: numbers are written whole, and a `kind` is translated."""
        return self.text(key, **{name: self._written(name, each) for name, each in values.items()})

    def _written(self, name: str, value: Any) -> str:
        if isinstance(value, str):
            return self.kind(value) if name == "kind" else value
        return self.number(value)

    def number(self, value: float) -> str:
        """Return a number without decimals."""
        return number(value, self.lang)

    def share(self, value: float) -> str:
        """Return a share in per cent."""
        return self("share", n=100 * value)

    def kind(self, kind: str) -> str:
        """Return what a kind of facility is called; one that nobody foresaw as it is written."""
        return self.text.get(f"kind.{kind}", kind)

    def sign(self, kind: str) -> str:
        """Return what the sign of a kind of facility on the map stands for."""
        return self.text.get(f"sign.{kind}", kind)

    def wrong(self, suspicions: Sequence[Suspicion]) -> list[tuple[str, list[str]]]:
        """Return what looks wrong: a heading for each kind of error, and sentences under it."""
        headed = groupby(suspicions, lambda each: self(f"wrong.{each.sort}.title", **each.values))
        return [
            (heading, [self(f"wrong.{each.what}", **each.values) for each in those])
            for heading, those in headed
        ]

    def steps(self, steps: Sequence[float]) -> list[str]:
        """Return what each colour of the map stands for, by the minutes between colours."""
        first, *_, last = steps
        between = [self("map.between", low=low, high=high) for low, high in pairwise(steps)]
        return [self("map.up_to", high=first), *between, self("map.over", low=last)]
