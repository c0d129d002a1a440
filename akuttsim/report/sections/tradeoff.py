"""Section of the page on cost and trade-off: what the models cost a year against what they give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from akuttsim.records import Floats
from akuttsim.report.context import Estimate, Words
from akuttsim.report.document import Section, Table, TableRow, level_cell
from akuttsim.report.figure_data import COST
from akuttsim.statistics.ranking import ParetoStanding, pareto_standings
from akuttsim.statistics.verdicts import Direction

AGAINST = (
    "answered_116117_within_120_s",
    "ambulance_response_median_min",
    "ring_to_doctor_min",
    "doctor_woken_share",
)
"""Answer time, response time, time to a doctor, and the load on people."""
WHERE_ASKED = ("first_help_median_min", "travel_to_care_min")
"""Drawn too where the question is judged by them."""


@dataclass(frozen=True)
class TradeoffSpot:
    """A model in a trade-off: its cost, its value of an indicator, and how it stands by both."""

    model: str
    cost: Estimate
    value: Estimate
    standing: ParetoStanding


@dataclass(frozen=True)
class TradeoffPanel:
    """An indicator against cost."""

    indicator: str
    is_lower_good: bool
    spots: tuple[TradeoffSpot, ...]


def tradeoff_panels(words: Words) -> tuple[TradeoffPanel, ...]:
    """Return what the models cost a year against what they give, a panel for each indicator.

    Nothing is said of a model that lacks any of the values; with fewer than two models that have a
    cost there are no panels.
    """
    models = _models_with_all(words, (COST,))
    shown = [name for name in _weighed_indicators(words) if name in (*AGAINST, *WHERE_ASKED)]
    if len(models) < 2 or not shown:
        return ()
    by_name = _standings(words, shown)
    return tuple(_tradeoff_panel(words, name, by_name[name]) for name in shown)


def tradeoff_section(words: Words) -> Section | None:
    """Return what the models cost a year against what they give, in words and as a table.

    None with fewer than two models that have a cost.
    """
    models, against = _models_with_all(words, (COST,)), _weighed_indicators(words)
    if len(models) < 2 or not set(against) & {*AGAINST, *WHERE_ASKED}:
        return None
    table = _tradeoff_table(words, models, against)
    sentences = front_sentences(words)
    return Section("trade-off", words.text("tradeoff.section"), sentences, (), (table,))


def _weighed_indicators(words: Words) -> list[str]:
    """Return what cost is weighed against: the usual, and all that the question is judged by.

    Else a model would be told to be beaten that is better at what it was asked for.
    """
    judged = [name for name in words.chosen.judged_by() if name not in (COST, *AGAINST)]
    directions = words.chosen.manifest.directions
    return [
        name
        for name in (*AGAINST, *judged)
        if directions.get(name, "neither") != "neither"
        and len(_models_with_all(words, (COST, name))) > 1
    ]


def _models_with_all(words: Words, indicators: tuple[str, ...]) -> list[str]:
    """Return the models that have a value of each indicator."""
    return [
        name
        for name in words.chosen.organisations
        if all(
            (level := words.chosen.level(name, indicator)) is not None and level.is_known
            for indicator in indicators
        )
    ]


def _standings(words: Words, against: list[str]) -> dict[str, dict[str, ParetoStanding]]:
    """Return how each model stands by cost and one indicator, indicator by indicator."""
    tables = _by_replication(words)
    by_indicator = {}
    for name in against:
        models = _models_with_all(words, (COST, name))
        ways: list[Direction] = ["lower", words.chosen.manifest.directions[name]]
        rows = [_replication_rows(tables[indicator], words, models) for indicator in (COST, name)]
        by_indicator[name] = dict(zip(models, pareto_standings(rows, ways), strict=True))
    return by_indicator


@lru_cache(maxsize=1)
def _by_replication(words: Words) -> dict[str, Floats]:
    """Return cost and what it is weighed against by model and replication, of the first case.

    NaN where there is none. It is read from the runs once, though several parts of a page ask.

    Where the results are without their runs, the means stand alone, as if of one replication.
    """
    chosen = words.chosen
    indicators = (COST, *_weighed_indicators(words))
    frame = chosen.results.measured(chosen.first, indicators)
    count = int(frame["replication"].max()) + 1 if len(frame) else 1
    tables = {name: np.full((len(chosen.organisations), count), np.nan) for name in indicators}
    for name, table in tables.items():
        for place, model in enumerate(chosen.organisations):
            level = chosen.level(model, name)
            if not len(frame) and level is not None:
                table[place, 0] = level.mean
    places = {model: place for place, model in enumerate(chosen.organisations)}
    columns = (frame[name] for name in ("organisation", "replication", "indicator", "value"))
    for model, replication, name, value in zip(*columns, strict=True):
        tables[name][places[model], replication] = value
    return tables


def _replication_rows(table: Floats, words: Words, models: list[str]) -> Floats:
    return table[[words.chosen.organisations.index(name) for name in models]]


def _tradeoff_panel(
    words: Words, indicator: str, standing: dict[str, ParetoStanding]
) -> TradeoffPanel:
    spots = []
    for name in words.chosen.organisations:
        cost, value = (words.chosen.level(name, measure) for measure in (COST, indicator))
        if name in standing and cost is not None and value is not None:
            spots.append(TradeoffSpot(name, cost, value, standing[name]))
    is_lower_good = words.chosen.manifest.directions[indicator] == "lower"
    return TradeoffPanel(indicator, is_lower_good, tuple(spots))


# --- all of it at once ----------------------------------------------------------------------------


def front_sentences(words: Words) -> tuple[str, ...]:
    """Say which models no other beats in cost and all indicators, and which are surely beaten."""
    against = _weighed_indicators(words)
    by_model = _standings_overall(words, against)
    kinds: dict[str, list[str]] = {"front": [], "beaten": [], "open": []}
    for name, standing in by_model.items():
        kinds[standing].append(name)
    labels = words.text.listed([words.labels.short(name) for name in (COST, *against)])
    front = "front" if kinds["beaten"] or kinds["open"] else "all_on_front"
    sentences = [
        words.text(f"tradeoff.{front}", models=words.models(kinds["front"]), labels=labels)
    ]
    for kind in ("beaten", "open"):
        if kinds[kind]:
            sentences.append(words.text(f"tradeoff.{kind}", models=words.models(kinds[kind])))
    return tuple(sentences)


def _standings_overall(words: Words, against: list[str]) -> dict[str, ParetoStanding]:
    names = (COST, *against)
    models, tables = _models_with_all(words, names), _by_replication(words)
    ways: list[Direction] = [
        "lower",
        *(words.chosen.manifest.directions[indicator] for indicator in against),
    ]
    rows = [_replication_rows(tables[name], words, models) for name in names]
    return dict(zip(models, pareto_standings(rows, ways), strict=True))


def _tradeoff_table(words: Words, models: list[str], against: list[str]) -> Table:
    names = (COST, *against)
    standing = _standings_overall(words, against)
    rows = []
    for model in models:
        levels = [words.chosen.level(model, name) for name in names]
        cells = [
            replace(level_cell(words, level, name), verdict=None)
            for level, name in zip(levels, names, strict=True)
        ]
        how = words.text(f"tradeoff.is.{standing[model]}") if model in standing else ""
        rows.append(TableRow(words.labels.organisation(model), how, tuple(cells)))
    heads = (words.text("tradeoff.model"), *(words.labels.indicator(name) for name in names))
    return Table(words.text("tradeoff.table"), heads, tuple(rows))
