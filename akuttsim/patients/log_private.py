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

from akuttsim.patients.log_headings import ADDRESS, IDENTITY, NAME, PHONE, said_by_heading
from akuttsim.patients.log_names import folded, has_given_name, is_full_name

_DULL = re.compile(
    r"\d{0,7}(?:[.,]\d{1,6})?|[A-Z]{1,3}\d{1,6}"
    r"|\d{1,4}[-./:]\d{2}(?:[-./: T]\d{1,6}){0,6}(?:Z|[+-]\d\d:?\d\d)?"
)
"""Short numbers, codes and times, which most cells are and which look like nobody."""
_ELEVEN = re.compile(r"(?<!\d)(\d{6})[ -]?(\d{5})(?!\d)")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_EIGHT = re.compile(r"(?:(?:\+|00)47 ?)?[2-9]\d{7}")
_SPACED = re.compile(r"(?:(?:\+|00)\d{2} ?)?(?:\d{2} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3})")
_ABROAD = re.compile(r"(?:\+|00)\d{10,13}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_STREET = re.compile(
    r"\w*(?:gate|gata|gaten|gt\.?|vei|veien|veg|vegen|vn\.?|svingen|bakken|allé|alle|plass|stien"
    r"|tunet|street|road) \d{1,4} ?[a-z]?\b",
    re.IGNORECASE,
)
_LANDLINE_OR_MOBILE = r"(?:(?:\+|00)47 ?)?(?:[2-9]\d{7}|\d{3} \d{2} \d{3}|\d{2}(?: \d{2}){3})"
_IN_TEXT = re.compile(rf"(?<![\d.,:/-]){_LANDLINE_OR_MOBILE}(?![\d/:-]|[.,]\d)")
_CUED = re.compile(
    rf"(?:\btlf|\btel|telefon|mobil|\bmob|phone|\bring(?:e|es)?)\w*\W{{0,3}}(?:på |nr\.? )?"
    rf"{_LANDLINE_OR_MOBILE}(?!\d)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
)
"""Dates of eight digits, which are no telephone numbers."""


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
    """Tell whether a cell is a telephone number: eight digits from 2 on, or written as people do.

    Source: the Norwegian numbering plan (Nkom); none begins with 0 or 1.
    """
    if _DATE.fullmatch(cell):
        return False
    return any(each.fullmatch(cell) is not None for each in (_EIGHT, _SPACED, _ABROAD))


def has_phone(cell: str) -> bool:
    """Tell whether something that may be a telephone number stands in a text."""
    if not any(letter.isalpha() for letter in cell):
        return False
    return any(not _DATE.fullmatch(each) for each in _IN_TEXT.findall(cell))


def has_cued_phone(cell: str) -> bool:
    """Tell whether a text says that a number in it is a telephone's."""
    return _CUED.search(cell) is not None


def is_address(cell: str) -> bool:
    """Tell whether a street and house number stand in a text, or an address of electronic mail."""
    return any(each.search(cell) is not None for each in (_STREET, _MAIL))


@dataclass
class _Looks:
    """How many values a column has, which different ones, and how many of these look like what.

    `steps` counts numbers of eight digits after another one, and how many of them rise.
    """

    filled: int = 0
    eleven_digits: int = 0
    seen: set[str] = field(default_factory=set)
    hits: Counter[str] = field(default_factory=Counter)
    last: int = 0
    steps: list[bool] = field(default_factory=list)

    def take(self, value: str, start: str, places: frozenset[str]) -> None:
        """Count a value that was not seen before; its `start` is looked at for all but numbers."""
        if _ELEVEN.search(value):
            self.eleven_digits += 1
            self.hits[IDENTITY] += has_identity_number(value)
        if len(self.seen) < MOST_SEEN:
            self.hits.update(what for what, test in _TESTS.items() if test(start))
            self.hits[NAME] += is_full_name(start, places)
            self.hits[GIVEN_NAME] += has_given_name(start, places)
            self._step(start)
            self.seen.add(value)

    def _step(self, value: str) -> None:
        if value.isdecimal() and len(value) == 8:
            self.steps.append(int(value) > self.last)
            self.last = int(value)

    @property
    def is_running(self) -> bool:
        """Tell whether numbers of eight digits are given out in order, as those of cases are."""
        return len(self.steps) >= RUNNING and sum(self.steps) >= 0.9 * len(self.steps)


CUED, IN_TEXT, GIVEN_NAME = "cued", "in text", "given name"
_TESTS: dict[str, Callable[[str], bool]] = {
    PHONE: is_phone,
    IN_TEXT: has_phone,
    CUED: has_cued_phone,
    ADDRESS: is_address,
}

RUNNING = 10
"""So many numbers that nearly all rise are given out in order."""

BY_CHANCE = 0.05
"""Of any eleven digits about 0.3 % have the form of an identity number."""

LONGEST = 200
"""No name, telephone number or address is longer; longer texts would only take time."""

MOST_SEEN = 50_000
"""So many different values of a column are looked at for what is not an identity number."""

BY_HEADING = " by its heading"


class Privacy:
    """Looks at every cell of a log, and tells which columns look like persons."""

    def __init__(
        self, heading: Sequence[str], places: frozenset[str], known: Iterable[str] = ()
    ) -> None:
        """Take the heading, words that are places and thus no names, and columns of known content.

        The heading of a `known` column, such as that of a time, says nothing; its cells are looked
        at all the same.
        """
        self._heading = heading
        self._known = frozenset(known)
        self._looks = [_Looks() for _ in heading]
        self._places, self._words = places, folded(places)

    def look(self, cells: Iterable[str]) -> None:
        """Look at a row."""
        for looks, cell in zip(self._looks, cells, strict=False):
            value = cell.strip()
            looks.filled += bool(value)
            if value and value not in looks.seen and _DULL.fullmatch(value) is None:
                start = "" if value in self._places else value[:LONGEST]
                looks.take(value, start, self._words)

    def found(self) -> dict[str, str]:
        """Return what each column that looks like persons looks like; never a value of it."""
        pairs = zip(self._heading, self._looks, strict=True)
        return {name: what for name, looks in pairs if (what := self._what(name, looks))}

    def _what(self, name: str, looks: _Looks) -> str:
        by_cells = _by_cells(looks)
        if by_cells or name in self._known:
            return by_cells
        said = said_by_heading(name)
        return said and f"{said}{BY_HEADING}"


SHARES = {PHONE: 0.3, IN_TEXT: 0.1, ADDRESS: 0.1, GIVEN_NAME: 0.02, NAME: 0.5}
"""The share of a column's different values from which it looks like this."""

FEW_NAMES, FEW_OF_ALL = 20, 0.3
"""No more different names than these, and than this share of the rows, may be stations or roles."""

KINDS = 0.02
"""A column with so few different values for its rows has kinds of something, such as complaints."""

SAID = {IN_TEXT: PHONE, GIVEN_NAME: NAME}


def _by_cells(looks: _Looks) -> str:
    """Return what a column's cells look like; "" for nobody."""
    distinct, hits = len(looks.seen), looks.hits
    if hits[IDENTITY] > BY_CHANCE * looks.eleven_digits:
        return IDENTITY
    if hits[CUED]:
        return PHONE
    spared = {PHONE} if looks.is_running else set()
    if distinct <= max(min(FEW_NAMES, FEW_OF_ALL * looks.filled), KINDS * looks.filled):
        spared.add(NAME)
    like = [what for what, share in SHARES.items() if hits[what] >= max(1, share * distinct)]
    return next((SAID.get(what, what) for what in like if what not in spared), "")
