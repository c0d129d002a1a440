"""What factors, levels and cases are called in the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from akuttsim.report.catalogue import input_names
from akuttsim.report.words import Words

AS_WRITTEN = "none"
"""The level of a factor of additions at which nothing is added."""


def factor_title(words: Words, name: str) -> str:
    """Return what a factor is called: its title, or the name of the value that it sets."""
    return " + ".join(_one_factor(words, each) for each in name.split(" + "))


def _one_factor(words: Words, name: str) -> str:
    dimensions = words.chosen.manifest.get("dimensions", [])
    known: dict[str, Any] = next((each for each in dimensions if each["name"] == name), {})
    if known.get("title"):
        return words.text.both(known["title"])
    own, _, owner = name.partition(" (")
    plain = input_title(words, str(known.get("key") or own))
    if owner.rstrip(")") in words.chosen.organisations:
        return f"{plain} ({words.labels.organisation(owner.rstrip(')'))})"
    return plain


def input_title(words: Words, key: str) -> str:
    """Return what an input value is called, by its dotted key.

    One that stands in a control room, a clinic or a team of doctors is called by what that is
    called; where there is no name, by the part of the input and the rest of its key.
    """
    names = input_names(words.text.lang)
    section, _, rest = key.partition(".")
    if key in names or not rest:
        return names.get(key, key)
    owner, _, part = rest.partition(".")
    title = _title_of(words, section, owner)
    if title:
        whole = names.get(f"parts.{part}")
        return f"{title}: {whole or _parts(part, names)}"
    return f"{words.text.get(f'section.{section}', section)}: {_parts(rest, names)}"


def _title_of(words: Words, section: str, owner: str) -> str:
    """Return the title of a control room, a clinic or a team in whichever model has it."""
    for organisation in words.chosen.manifest["organisations"].values():
        part = organisation.get(section)
        found = part.get(owner) if isinstance(part, dict) else None
        if isinstance(found, dict) and found.get("title"):
            return words.text.both(found["title"])
    return ""


def _parts(rest: str, names: dict[str, str]) -> str:
    parts = [part for part in rest.removesuffix(".on_duty").split(".") if part != "value"]
    return ", ".join(names.get(f"parts.{part}", part.replace("_", " ")) for part in parts)


def level_title(words: Words, level: str) -> str:
    """Return a level in words: with the decimal mark of the language."""
    if level == AS_WRITTEN:
        return words.text("cases.as_written")
    try:
        number = float(level)
    except ValueError:
        return level
    if "." not in level and "e" not in level:
        return level
    if number.is_integer():
        return words.numbers.plain(number)
    return words.numbers.plain(number, 1 if abs(number) >= 100 else 3).rstrip("0").rstrip(",.")


def case_title(words: Words, case: str) -> str:
    """Return a case in words: each factor with its level.

    Where there are many factors (every value of a grade), only those that are not as in the first
    case.
    """
    levels = levels_of(words, case)
    return _in_words(words, levels) if len(levels) <= MOST_FACTORS else setting(words, case)


def setting(words: Words, case: str) -> str:
    """Return what a case is called beside the first: the factors that are not as there."""
    first = levels_of(words, words.chosen.first)
    levels = levels_of(words, case).items()
    return _in_words(words, {name: level for name, level in levels if level != first.get(name)})


def _in_words(words: Words, levels: Mapping[str, str]) -> str:
    if not levels:
        return words.text("cases.as_written")
    told = [f"{factor_title(words, k)}: {level_title(words, v)}" for k, v in levels.items()]
    return ", ".join(told[:MOST_FACTORS]) + (" …" if len(told) > MOST_FACTORS else "")


MOST_FACTORS = 4
"""Factors that a case is called by."""


def levels_of(words: Words, case: str) -> dict[str, str]:
    """Return the level of each factor in a case."""
    return words.chosen.case_levels.get(case, {})
