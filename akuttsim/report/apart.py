"""Organisation models side by side: what there is of each kind, and what differs from the base."""

from __future__ import annotations

from typing import Any

from akuttsim.report.tables import Cell, Row, Table
from akuttsim.report.words import Words


def counts_table(words: Words) -> Table | None:
    """Return how many rooms, clinics, vehicles and other parts each model has."""
    counts = words.chosen.manifest.get("counts")
    if not counts:
        return None
    heads = (words.text("apart.what"), *(words.labels.organisation(name) for name in counts))
    kinds = [
        kind for kind in counts[words.chosen.base] if any(each[kind] for each in counts.values())
    ]
    rows = tuple(_counts_row(words, kind, counts) for kind in kinds)
    return Table(words.text("apart.counts"), heads, rows)


def _counts_row(words: Words, kind: str, counts: dict[str, dict[str, int]]) -> Row:
    base = counts[words.chosen.base][kind]
    cells = tuple(
        _count(name, each[kind], base, words.chosen.base) for name, each in counts.items()
    )
    return Row(kind_name(words, kind), "", cells)


def _count(name: str, count: int, base: int, of_base: str) -> Cell:
    differs = name != of_base and count != base
    return Cell(str(count), change=f"{count - base:+d}".replace("-", "\u2212") if differs else "")


def kind_name(words: Words, kind: str) -> str:
    """Return the name of a kind of part."""
    slug = kind.replace(" ", "_")
    return words.text.get(f"counted.{slug}", kind)


def told_counts(words: Words, name: str) -> str:
    """Return what there is in a model, in words."""
    counts: dict[str, int] = (words.chosen.manifest.get("counts") or {}).get(name, {})
    return ", ".join(f"{kind_name(words, kind)} {count}" for kind, count in counts.items() if count)


def differing(words: Words) -> list[dict[str, Any]]:
    """Return for each other model the keys whose value is not the base's."""
    found: dict[str, list[list[str]]] = words.chosen.manifest.get("apart") or {}
    return [
        {
            "title": words.labels.organisation(name),
            "summary": words.text(
                "apart.keys", model=words.labels.organisation(name), count=len(lines)
            ),
            "lines": lines,
        }
        for name, lines in found.items()
    ]
