"""Sheets of what went in: assumptions, the organisations side by side, and runs that failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from akuttsim.experiments.results import Failure
from akuttsim.report.sheets.grid import Cell, Column, Grid, columns, grid
from akuttsim.report.sheets.varied import number_or_text
from akuttsim.report.words import Words

_NOT_COMPARED = frozenset({"organisation", "title", "description", "source", "grade", "range"})
"""Keys that say what a value is called or where it is from, not how an organisation works."""


def assumptions(words: Words) -> Grid:
    """Return every sourced input value with its grade, range and source."""
    heads = columns(words, "of section value_key value_in_words from to grade meaning source")
    rows = [_assumption(words, entry) for entry in words.chosen.manifest["assumptions"]]
    return grid(words, "assumptions", heads, rows)


def _assumption(words: Words, entry: dict[str, Any]) -> tuple[Cell, ...]:
    low, high = entry["range"] or (None, None)
    is_model = entry["of"] in words.chosen.manifest["organisations"]
    region = words.text("assumptions.of_region")
    section = entry["key"].split(".")[0]
    return (
        words.labels.organisation(entry["of"]) if is_model else region,
        words.text.get(f"section.{section}", words.text("section.other")),
        entry["key"],
        number_or_text(str(entry["value"])),
        low,
        high,
        entry["grade"],
        words.text(f"grade.{entry['grade']}.long"),
        entry["source"],
    )


def organisations(words: Words) -> Grid:
    """Return where the configurations of the models differ: a row for each value that does."""
    models = words.chosen.manifest["organisations"]
    flat = {name: dict(_flat(models[name], "")) for name in words.chosen.organisations}
    keys = dict.fromkeys(key for each in flat.values() for key in each)
    rows = []
    for key in keys:
        values = [each.get(key) for each in flat.values()]
        if any(value != values[0] for value in values):
            rows.append((key, *(_value(words, value) for value in values)))
    meaning = words.text("sheets.help.of_model")
    titles = [words.labels.organisation(name) for name in words.chosen.organisations]
    heads = [*columns(words, "value_key"), *(Column(title, meaning, 32) for title in titles)]
    return grid(words, "organisations", heads, rows)


def _flat(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Yield the values of a configuration that say how it works, by their dotted keys."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in _NOT_COMPARED and part is not None:
                yield from _flat(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        yield key, ", ".join(str(part) for part in value)
    else:
        yield key, value


def _value(words: Words, value: Any) -> Cell:
    if isinstance(value, bool):
        return words.text("sheets.affirmed") if value else words.text("sheets.denied")
    return value if isinstance(value, int | float | str) or value is None else str(value)


def failed(words: Words, failures: list[Failure]) -> Grid:
    """Return the runs that failed twice and are left out, with the reason."""
    heads = columns(words, "model case replication why")
    known = words.chosen.manifest["organisations"]
    rows = [
        (
            words.labels.organisation(each.organisation)
            if each.organisation in known
            else each.organisation,
            each.case,
            each.replication,
            each.why,
        )
        for each in failures
    ]
    return grid(words, "failed", heads, rows)
