"""Texts for people in the languages that have catalogues: messages, numbers and days.

A message is an English sentence that carries its key and values, so that it can be put into the
spoken language when it is shown, and lands in files as English.
"""

from __future__ import annotations

import locale
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache, lru_cache, reduce
from importlib.resources import files
from itertools import zip_longest
from numbers import Number
from string import Formatter
from typing import Any, Protocol

Lang = str
"""A language by its code: nb for bokmål, en for English."""

ENGLISH = "en"
"""The language of messages in files, and of help where it stands in the code."""

VARIABLE = "AKUTTSIM_LANG"
"""Variable of the environment that says the language."""


def _languages_with_catalogues() -> tuple[Lang, ...]:
    """Return the languages that text/commands-LANG.yaml is there for, Norwegian and English first.

    Only names of files are read, so that help needs no YAML.
    """
    names = (file.name for file in (files("akuttsim") / "text").iterdir())
    codes = (
        name[len("commands-") : -len(".yaml")] for name in names if name.startswith("commands-")
    )
    return tuple(
        sorted(codes, key=lambda code: (code not in ("nb", ENGLISH), code == ENGLISH, code))
    )


LANGUAGES: tuple[Lang, ...] = _languages_with_catalogues()
"""All languages; a further one is its catalogues alone."""

_OF_SYSTEM = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that say the system's language; the first that says something holds."""

_SPOKEN_AS = {"no": "nb", "nn": "nb"}
"""Languages of systems that are spoken to in another."""

_chosen: list[Lang] = []


def choose_language(lang: Lang | None) -> None:
    """Speak this language from now on; None for what the environment says."""
    _chosen[:] = [lang] if lang else []


def language() -> Lang:
    """Return the language to speak."""
    return said_language() or _of_system()


def said_language() -> Lang | None:
    """Return the language that the user has said, by option or variable; None for neither."""
    return _chosen[0] if _chosen else _known(os.environ.get(VARIABLE, ""))


def unknown_language() -> str:
    """Return what AKUTTSIM_LANG says where that is no language of ours; else an empty text."""
    said = os.environ.get(VARIABLE, "")
    return said if said and _known(said) is None else ""


def language_option(arguments: Sequence[str]) -> Lang | None:
    """Return what --lang says in the arguments of a command line; None where it is not there."""
    said = None
    for each, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        if each == "--":
            break
        if each == "--lang":
            said = _known(following)
        elif each.startswith("--lang="):
            said = _known(each.removeprefix("--lang="))
    return said


def without_language(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a command line without a --lang that stands before the command."""
    if arguments and arguments[0] == "--lang":
        return [*arguments[2:]]
    return [*arguments[1:]] if arguments and arguments[0].startswith("--lang=") else [*arguments]


def _known(said: str) -> Lang | None:
    return next((lang for lang in LANGUAGES if lang == said), None)


def _of_system() -> Lang:
    said = next((os.environ[name] for name in _OF_SYSTEM if os.environ.get(name)), "")
    if not said and sys.platform == "win32":
        said = locale.getlocale()[0] or ""
    first = said.lower().replace("-", "_").replace(".", "_").partition("_")[0].partition(" ")[0]
    code = locale.normalize(first).partition("_")[0]  # Windows writes languages out
    return _known(_SPOKEN_AS.get(code, code)) or ENGLISH


def page_ending(lang: Lang) -> str:
    """Return what the name of a page ends with: nothing in Norwegian, else the language."""
    return "" if lang == "nb" else f"-{lang}"


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
    import yaml  # help in English is written without it

    # the C loader reads ten times as fast where it is there; a page has over a thousand texts
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    source = files(package) / "text" / f"{name}.yaml"
    return dict(_flat_catalogue(yaml.load(source.read_text("utf-8"), loader), ""))


CatalogueTree = Mapping[str, "str | CatalogueTree"]
"""The texts of a file as they are nested there."""


def _flat_catalogue(tree: CatalogueTree, prefix: str) -> list[tuple[str, str]]:
    """Return the texts of a file with their dotted keys."""
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            pairs += _flat_catalogue(value, f"{name}.")
        else:
            pairs.append((name, str(value).rstrip("\n")))
    return pairs


def decimal_mark(lang: Lang) -> str:
    """Return what a language writes before decimals."""
    from babel.numbers import get_decimal_symbol  # English messages are written without Babel

    return str(get_decimal_symbol(lang))


def format_number(value: float, lang: Lang, decimals: int = 0) -> str:
    """Return a number with a fixed number of decimals, never a minus before zero."""
    rounded = round(value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return ("\u2212" if rounded < 0 else "") + _write_in_language(abs(rounded), pattern, lang)


@lru_cache(maxsize=50_000)
def _write_in_language(value: float, pattern: str, lang: str) -> str:
    from babel.numbers import format_decimal

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
        from babel.dates import format_date

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


SUBJECTS = ("commands", "configs", "experiments", "files", "logs", "understood", "whatif")
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
        made = super().__new__(cls, _filled_in(key, values, ENGLISH))
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
    return str(text) if lang == ENGLISH else _filled_in(text.key, text.values, lang)


def say(key: str, /, **values: object) -> str:
    """Return a sentence of the catalogues in the language that the process speaks."""
    return in_words(message(key, **values))


def catalogue_text(key: str, lang: Lang) -> str:
    """Return a message of a language as its catalogue has it, of which no other subject is read.

    Raises KeyError for a key that no catalogue has.
    """
    subject, _, name = key.partition(".")
    if subject not in SUBJECTS:
        raise KeyError(key)
    return read_texts("akuttsim", f"{subject}-{lang}")[name]


def _filled_in(key: str, values: dict[str, object], lang: Lang) -> str:
    return _writer(lang).vformat(catalogue_text(key, lang), (), values)


def _plain(value: object) -> object:
    """Return a value that can be sent to another process; what is no number or day becomes text."""
    if isinstance(value, str | int | float | date | time):
        return value
    item = getattr(value, "item", None)  # NumPy's numbers have one; help is written without NumPy
    return item() if isinstance(value, Number) and item is not None else str(value)


class _Writer(Formatter):
    """Fills values into a sentence as a language writes them."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, str):
            return format(in_words(value, self.lang), format_spec)
        if self.lang == ENGLISH:
            return format(value, format_spec)
        if isinstance(value, float):
            if format_spec.startswith(".") and format_spec.endswith("f"):
                return format_number(value, self.lang, int(format_spec[1:-1])).replace(
                    "\u2212", "-"
                )
            return format(value, format_spec).replace(".", decimal_mark(self.lang))
        if isinstance(value, date | time) and "%" in format_spec:
            return _day(value, format_spec, self.lang)
        written = format(value, format_spec)
        return written.replace(",", " ") if "," in format_spec else written


def _day(value: Any, spec: str, lang: Lang) -> str:
    """Return a day or a time of day with the language's name of the day of the week."""
    if "%A" in spec:
        days = catalogue_text("commands.days", lang).split()
        spec = spec.replace("%A", days[value.weekday()])
    return format(value, spec)


@cache
def _writer(lang: Lang) -> _Writer:
    return _Writer(lang)
