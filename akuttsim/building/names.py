"""Names: identifiers from names, each once."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"})


def slug(name: str) -> str:
    """Return a name in lower-case letters, digits and single hyphens."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or "x"


class Taken:
    """Identifiers that are taken: a name that comes again gets a number."""

    def __init__(self) -> None:
        """Begin without any."""
        self._count: dict[str, int] = {}
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """Return an identifier for a name that no other has."""
        base = slug(name)
        while True:
            self._count[base] = number = self._count.get(base, 0) + 1
            found = base if number == 1 else f"{base}-{number}"
            if found not in self._taken:
                self._taken.add(found)
                return found
