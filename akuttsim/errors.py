"""What is wrong with a user's input: every problem at once, each with file, line and key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from akuttsim.texts import in_words, message

_ASKS = re.compile(r"did you mean \S+$")
_LONGEST_WORD = 300
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
"""What no name or path is, and what was written in the place of one."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in the input, and what would be right."""

    file: str
    """As the user would write it; "" when there is none; "--set" for command-line overrides."""
    line: int
    """Counted from 1; 0 when there is no line."""
    key: str
    """Dotted path of the key; "" when the whole file is meant."""
    what: str
    """What is wrong and what would be right; one line, no full stop at the end.

    A message of the catalogues, put into words when the problem is shown.
    """

    def __str__(self) -> str:
        """Return `file:line: key: what` on one line, leaving out the parts that are empty."""
        line = str(self.line) if self.line else ""
        where = ":".join(part for part in (self.file, line) if part)
        mark = "?" if _ASKS.search(self.what) else ""
        what = in_words(self.what) + mark
        text = ": ".join(part for part in (where, self.key, what) if part)
        line_of_words = " ".join(text.split())  # a key from the command line may hold line ends
        return _LONG_WORD.sub(lambda word: word[0][:_LONGEST_WORD] + "...", line_of_words)


class InputError(Exception):
    """The input cannot be used. `problems` has every reason, sorted and without duplicates."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Sort `problems` by file, line and key; drop those said twice."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Every problem on a line of its own."""
        return "\n".join(str(problem) for problem in self.problems)


def option_error(option: str, what: str) -> InputError:
    """Return the error of an option of the command line, such as `--room`."""
    return InputError([Problem("", 0, option, what)])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'` for the known word nearest to `word`; "" when none is near."""
    near = nearest(word, known)
    return message("configs.did_you_mean", near=near) if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to `word`; "" when none is near."""
    return next(iter(difflib.get_close_matches(word[:100], list(known), n=1)), "")


def quote_value(value: object) -> str:
    """Quote a value the user wrote, shortened, on one line."""
    text = _in_yaml_words(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _in_yaml_words(value: object) -> str:
    match value:
        case None:
            return message("configs.value.nothing")
        case bool():
            return "true" if value else "false"
        case dict():
            return message("configs.value.mapping")
        case list() | tuple():
            return message("configs.value.list")
        case str():
            return "'" + " ".join(value[:100].split()) + "'"
        case _:
            return repr(value)


@contextmanager
def collect_problems(problems: list[Problem]) -> Iterator[None]:
    """Note what is wrong and go on, so that the errors of all files come at once."""
    try:
        yield
    except InputError as error:
        problems.extend(error.problems)
