"""Columns that look like persons: names, identity numbers, telephone numbers, addresses.

A call log is read to learn when people rang and how long things took. Nothing here needs to know
who they were, so that a log with such a column is refused and the column named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

_DULL = re.compile(
    r"\d{0,7}(?:[.,]\d{1,6})?|[A-Z]{1,3}\d{1,6}"
    r"|\d{1,4}[-./:]\d{2}(?:[-./: T]\d{1,6}){0,6}(?:Z|[+-]\d\d:?\d\d)?"
)
"""Short numbers, codes and times, which most cells are and which look like nobody."""
_ELEVEN = re.compile(r"(?<!\d)(\d{6})[ -]?(\d{5})(?!\d)")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_MOBILE = re.compile(r"(?:(?:\+|00)47 ?)?[49]\d{7}")
_SPACED = re.compile(r"(?:(?:\+|00)\d{2} ?)?(?:\d{2} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3})")
_ABROAD = re.compile(r"(?:\+|00)\d{10,13}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_STREET = re.compile(
    r"\w*(?:gate|gata|gaten|gt\.?|vei|veien|veg|vegen|vn\.?|svingen|bakken|allé|alle|plass|stien"
    r"|tunet|street|road) \d{1,4} ?[a-z]?\b",
    re.IGNORECASE,
)
_WORD = r"[A-ZÆØÅÉ][a-zæøåéèüöä]+(?:-[A-ZÆØÅ][a-zæøå]+)?"
_FULL_NAME = re.compile(rf"{_WORD}(?:,? (?:{_WORD}|[A-ZÆØÅ]\.?))+")
_NAMED = re.compile(
    r"(^|[^a-zæøå])(fornavn|etternavn|mellomnavn|pasientnavn|innringernavn|navn|first_?name"
    r"|last_?name|surname|patient_?name|caller_?name|full_?name|name)($|[^a-zæøå])",
    re.IGNORECASE,
)
_LETTERS = re.compile(rf"{_WORD}(?:[ ,]+{_WORD})*")


def is_identity_number(digits: str) -> bool:
    """Tell whether eleven digits are a Norwegian identity number: a date and two check digits.

    D-numbers (day + 40), H-numbers (month + 40) and made-up ones (month + 80, + 65) are counted.
    Source: Skatteetaten, Fødselsnummeret; modulus 11 with the weights published there.
    """
    numbers = [int(each) for each in digits]
    if not _is_date(numbers[0] % 4 * 10 + numbers[1], numbers[2] * 10 + numbers[3]):
        return False
    first = -sum(w * n for w, n in zip(_FIRST, [*numbers[:9], 0], strict=True)) % 11
    second = -sum(w * n for w, n in zip(_SECOND, [*numbers[:10], 0], strict=True)) % 11
    return (first, second) == (numbers[9], numbers[10])


def _is_date(day: int, month: int) -> bool:
    within = next((month - plus for plus in (80, 65, 40, 0) if 1 <= month - plus <= 12), 0)
    try:
        return bool(within) and bool(date(2000, within, day))
    except ValueError:
        return False


def has_identity_number(cell: str) -> bool:
    """Tell whether there is an identity number anywhere in a text."""
    return any(is_identity_number(a + b) for a, b in _ELEVEN.findall(cell))


def is_phone(cell: str) -> bool:
    """Tell whether a cell is a telephone number: a mobile one, or one written as people do."""
    return any(each.fullmatch(cell) is not None for each in (_MOBILE, _SPACED, _ABROAD))


def is_address(cell: str) -> bool:
    """Tell whether a street and house number stand in a text, or an address of electronic mail."""
    return any(each.search(cell) is not None for each in (_STREET, _MAIL))


def is_full_name(cell: str) -> bool:
    """Tell whether a cell is two or more capitalised words, as a person's name is."""
    return _FULL_NAME.fullmatch(cell) is not None


@dataclass
class _Looks:
    """How many values a column has, which different ones, and how many of these look like what."""

    filled: int = 0
    eleven_digits: int = 0
    seen: set[str] = field(default_factory=set)
    hits: Counter[str] = field(default_factory=Counter)

    def take(self, value: str, places: frozenset[str]) -> None:
        """Count a value that was not seen before."""
        if _ELEVEN.search(value):
            self.eleven_digits += 1
            self.hits[IDENTITY] += has_identity_number(value)
        if len(self.seen) < MOST_SEEN:
            start = value[:LONGEST]
            self.hits.update(what for what, test in _TESTS if test(start) and value not in places)
            self.seen.add(value)


IDENTITY, PHONE, ADDRESS, NAME = "identity numbers", "telephone numbers", "addresses", "names"
_TESTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    (PHONE, is_phone),
    (ADDRESS, is_address),
    (NAME, is_full_name),
)
_SHARE = {PHONE: 0.3, ADDRESS: 0.1, NAME: 0.5}
"""The share of a column's different values from which it looks like this."""

BY_CHANCE = 0.05
"""Of any eleven digits about 0.3 % have the form of an identity number."""

LONGEST = 200
"""No name, telephone number or address is longer; longer texts would only take time."""

MOST_SEEN = 50_000
"""So many different values of a column are looked at for what is not an identity number."""


class Privacy:
    """Looks at every cell of a log, and tells which columns look like persons."""

    def __init__(self, heading: Sequence[str], places: frozenset[str]) -> None:
        """Take the heading, and words that are places and thus no names."""
        self._heading = heading
        self._looks = [_Looks() for _ in heading]
        self._places = places

    def look(self, cells: Iterable[str]) -> None:
        """Look at a row."""
        for looks, cell in zip(self._looks, cells, strict=False):
            value = cell.strip()
            looks.filled += bool(value)
            if value and value not in looks.seen and _DULL.fullmatch(value) is None:
                looks.take(value, self._places)

    def found(self) -> dict[str, str]:
        """Return what each column that looks like persons looks like; never a value of it."""
        pairs = zip(self._heading, self._looks, strict=True)
        return {name: what for name, looks in pairs if (what := _verdict(name, looks))}


FEW_NAMES, FEW_OF_ALL = 20, 0.3
"""No more different names than these, and than this share of the rows, may be stations or roles."""


def _verdict(name: str, looks: _Looks) -> str:
    distinct, hits = len(looks.seen), looks.hits
    if hits[IDENTITY] > BY_CHANCE * looks.eleven_digits:
        return IDENTITY
    is_few = distinct <= min(FEW_NAMES, FEW_OF_ALL * looks.filled)
    for what, share in _SHARE.items():
        if hits[what] and hits[what] >= share * distinct and not (what == NAME and is_few):
            return what
    words = sum(_LETTERS.fullmatch(each) is not None for each in looks.seen)
    return NAME if _NAMED.search(name) and words > 0.5 * distinct else ""
