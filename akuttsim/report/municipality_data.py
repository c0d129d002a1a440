"""Municipalities on the interactive map: measured quantities of each."""

from __future__ import annotations

from typing import Any

from akuttsim.records import JsonObject
from akuttsim.report.context import Words

MEASURED = (
    "ambulance_response_median_min",
    "ambulance_response_p90_min",
    "travel_to_care_min",
)
"""Indicators with values by municipality, in minutes."""


def map_quantities(words: Words) -> list[JsonObject]:
    """Return each quantity that the results have: its name, levels and changes from the base.

    `levels[model][municipality]` is the mean with the words to show, `changes` likewise with the
    verdict; None where nothing was measured.
    """
    chosen = words.chosen
    known = [name for name in MEASURED if chosen.groups(name, "municipality")]
    return [
        {
            "name": name,
            "label": words.labels.indicator(name),
            "levels": [_quantity_levels(words, model, name) for model in chosen.organisations],
            "changes": [_quantity_changes(words, model, name) for model in chosen.organisations],
        }
        for name in known
    ]


def _quantity_levels(words: Words, model: str, name: str) -> list[list[Any] | None]:
    levels: list[list[Any] | None] = []
    for municipality in words.chosen.municipalities():
        level = words.chosen.level(model, name, "municipality", municipality)
        known = level is not None and level.is_known
        levels.append(
            [level.mean, words.numbers.mean(level), words.numbers.interval(level)]
            if known and level is not None
            else None
        )
    return levels


def _quantity_changes(words: Words, model: str, name: str) -> list[list[Any] | None]:
    changes: list[list[Any] | None] = []
    for municipality in words.chosen.municipalities():
        change = words.chosen.change(model, name, "municipality", municipality)
        if change is None or not change.is_known:
            changes.append(None)
            continue
        verdict = words.labels.verdict(change)
        says = verdict.words if verdict else ""
        css = verdict.css if verdict else ""
        interval = words.numbers.interval(change)
        changes.append([change.mean, words.numbers.change(change), interval, css, says])
    return changes
