"""The texts of the report in Norwegian bokmål and English, from catalogues to translate."""

from __future__ import annotations

from akuttsim.texts import Lang, Texts, read_texts


class Catalogue(Texts):
    """The texts of one language, looked up by dotted key."""

    def __init__(self, lang: Lang, *more: str) -> None:
        """Read the catalogue of a language, and any of its own that a kind of page has."""
        names = (lang, *(f"{each}-{lang}" for each in more))
        super().__init__(lang, {key: text for name in names for key, text in _texts(name).items()})

    def both(self, words: object) -> str:
        """Return a text of the results, which is one string or has one for each language."""
        return str(words[self.lang]) if isinstance(words, dict) else str(words)

    def counted(self, key: str, count: int, written: str = "") -> str:
        """Return a text in its form for one or for many, with the {count} filled in."""
        form = "one" if count == 1 else "many"
        return self(f"{key}.{form}", count=written or count)

    def listed(self, words: list[str]) -> str:
        """Join words as a sentence does: 'a, b and c'."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self('word.and')} {words[-1]}"


def _texts(name: str) -> dict[str, str]:
    return read_texts("akuttsim.report", name)


def norwegian_definitions() -> dict[str, str]:
    """Return the Norwegian definition of each indicator, by name."""
    return _texts("definitions-nb")


def input_names(lang: Lang) -> dict[str, str]:
    """Return what input values are called in a language, by dotted key."""
    return _texts(f"inputs-{lang}")
