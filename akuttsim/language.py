"""The language that this process speaks to people: Norwegian bokmål or English.

It is what --lang says, else AKUTTSIM_LANG, else the system's language where that is Norwegian,
else English. No file of results depends on it.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Sequence
from typing import Literal

Lang = Literal["nb", "en"]

VARIABLE = "AKUTTSIM_LANG"
"""Variable of the environment that says the language."""

LANGUAGES: tuple[Lang, ...] = ("nb", "en")

_OF_SYSTEM = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that say the system's language; the first that says something holds."""

_NORWEGIAN = ("nb", "nn", "no", "norwegian")
"""How names of Norwegian locales begin; Windows writes them out."""

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
    for each, following in zip(arguments, [*arguments[1:], ""], strict=True):
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
    return "nb" if first in _NORWEGIAN else "en"
