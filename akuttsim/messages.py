"""What the program says to people: a key of a catalogue and values, put into words when shown.

A message is a text: its English sentence. So it can be compared, sorted, kept in a file or sent
to another process as any text, and is the same in each. It also remembers its key and values:
`in_words` makes of them the sentence in the language that the process speaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from functools import cache, reduce
from string import Formatter
from typing import Any, Protocol

import numpy as np

from akuttsim.language import Lang, language
from akuttsim.texts import format_number, read_texts

SUBJECTS = ("commands", "configs", "experiments", "files", "logs", "understood")
"""The catalogues of messages: text/SUBJECT-LANG.yaml."""


class Titled(Protocol):
    """What a config says in both languages."""

    @property
    def nb(self) -> str:
        """In Norwegian."""

    @property
    def en(self) -> str:
        """In English."""


class Message(str):
    """A sentence of the catalogues, with its values filled in; as a text it is English.

    Attributes:
        key: Which sentence, SUBJECT.NAME.
        values: What is filled in, by placeholder; another message is put into words with it.
    """

    key: str
    values: dict[str, object]

    def __new__(cls, key: str, values: dict[str, object]) -> Message:
        """Make the English sentence. Raises KeyError for a key that no catalogue has."""
        made = super().__new__(cls, _filled_in(key, values, "en"))
        made.key = key
        made.values = values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Send key and values to other processes."""
        return (Message, (self.key, self.values))

    def __add__(self, other: str) -> Message:
        """Put another message, or any text, after this one."""
        return message("commands.together", first=self, second=other)

    def __radd__(self, other: str) -> Message:
        """Put this message after a text."""
        return message("commands.together", first=other, second=self)


def message(key: str, /, **values: object) -> Message:
    """Return a sentence of the catalogues; values that are no plain ones are kept as text."""
    return Message(key, {name: _plain(value) for name, value in values.items()})


def counted(key: str, n: int) -> Message:
    """Return so many of something: of the catalogue's `key.one` or `key.many`, both with {n}."""
    return message(f"{key}.one" if n == 1 else f"{key}.many", n=n)


def titled(title: Titled) -> Message:
    """Return a title that a config has in both languages."""
    return message("understood.title", nb=title.nb, en=title.en)


def joined_texts(texts: Iterable[str], by: str = ", ") -> str:
    """Return texts, messages among them, one after another with something between them."""
    first, *others = [*texts] or [""]
    return reduce(lambda all_of, each: message(
        "commands.together", first=message("commands.together", first=all_of, second=by),
        second=each,
    ), others, first)  # fmt: skip


def said_by(error: Exception) -> str:
    """Return what an error says: its message where it has one, so that it can be put into words."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Message) else str(error)


def in_words(text: str, lang: Lang | None = None) -> str:
    """Return a message in a language, or the one that the process speaks; other texts as they are.

    Numbers are written as the language writes them.
    """
    if not isinstance(text, Message):
        return text
    lang = lang or language()
    return str(text) if lang == "en" else _filled_in(text.key, text.values, lang)


def say(key: str, /, **values: object) -> str:
    """Return a sentence of the catalogues in the language that the process speaks."""
    return in_words(message(key, **values))


@cache
def catalogue(lang: Lang) -> dict[str, str]:
    """Return all messages of a language, by key."""
    return {
        f"{subject}.{key}": text
        for subject in SUBJECTS
        for key, text in read_texts("akuttsim", f"{subject}-{lang}").items()
    }


def _filled_in(key: str, values: dict[str, object], lang: Lang) -> str:
    return _WRITERS[lang].vformat(catalogue(lang)[key], (), values)


def _plain(value: object) -> object:
    """Return a value that can be sent to another process; what is no number or day becomes text."""
    if isinstance(value, str | int | float | date | time):
        return value
    return value.item() if isinstance(value, np.number) else str(value)


class _Writer(Formatter):
    """Fills values into a sentence as a language writes them."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, str):
            return format(in_words(value, self.lang), format_spec)
        if self.lang == "nb" and isinstance(value, float):
            return _number(value, format_spec)
        if self.lang == "nb" and isinstance(value, date | time) and "%" in format_spec:
            return _day(value, format_spec)
        written = format(value, format_spec)
        return written.replace(",", " ") if self.lang == "nb" and "," in format_spec else written


def _number(value: float, spec: str) -> str:
    """Return a number in Norwegian; a terminal gets the plain minus, which every one can show."""
    if spec.startswith(".") and spec.endswith("f"):
        return format_number(value, "nb", int(spec[1:-1])).replace("\u2212", "-")
    return format(value, spec).replace(".", ",")


def _day(value: Any, spec: str) -> str:
    """Return a day or a time of day with the Norwegian name of the day of the week."""
    if "%A" in spec:
        days = catalogue("nb")["commands.days"].split()
        spec = spec.replace("%A", days[value.weekday()])
    return format(value, spec)


_WRITERS: dict[Lang, _Writer] = {"nb": _Writer("nb"), "en": _Writer("en")}
