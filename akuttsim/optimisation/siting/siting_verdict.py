"""The verdict on a siting proposal in plain words: estimated, simulated, for whom, and how sure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from akuttsim.experiments.results import Results
from akuttsim.optimisation.siting.simulation_check import WrittenProposal, proposed_name
from akuttsim.optimisation.siting.siting_question import ModelEstimate
from akuttsim.statistics.verdicts import Verdict, verdicts_as_people_choose
from akuttsim.texts import KRONER, joined_texts, message, unit_format

IndicatorName = Callable[[str], str]
"""What an indicator is called for people."""

MUNICIPAL_INDICATOR = {
    "ambulances": "ambulance_response_median_min",
    "satellites": "travel_to_care_min",
    "first-responders": "first_help_median_min",
}
"""By which indicator municipalities are named as better or worse off."""


@dataclass(frozen=True)
class SimulatedChange:
    """A simulated indicator: today, and the proposal's difference from it.

    Attributes:
        indicator: The name of the indicator.
        group: The municipality, or "all".
        today: The mean of today's organisation.
        change: The mean of the paired difference.
        low: The lower end of its 95 % interval.
        high: The upper end.
        unit: The unit of all of these.
        verdict: The verdict that the table of differences has on it, as people choose.
    """

    indicator: str
    group: str
    today: float
    change: float
    low: float
    high: float
    unit: str
    verdict: str


def simulated_changes(
    placed: WrittenProposal, results: Results, indicator: str, group_by: str = "all"
) -> list[SimulatedChange]:
    """Return an indicator's differences of all, or of each group in which there is one."""
    name = proposed_name(placed.world)
    differences = verdicts_as_people_choose(results.differences)
    rows = _rows_of_indicator(differences, name, indicator, group_by).dropna(subset="mean")
    today = _rows_of_indicator(
        results.summary, placed.world.organisation.organisation, indicator, group_by
    )
    level = {str(row["group"]): float(row["mean"]) for row in today.to_dict("records")}
    return [
        SimulatedChange(
            indicator=indicator,
            group=str(row["group"]),
            today=level.get(str(row["group"]), float("nan")),
            change=float(row["mean"]),
            low=float(row["ci_low"]),
            high=float(row["ci_high"]),
            unit=str(row["unit"]),
            verdict=str(row["verdict"]),
        )
        for row in rows.to_dict("records")
    ]


def _rows_of_indicator(
    table: pd.DataFrame, name: str, indicator: str, group_by: str
) -> pd.DataFrame:
    return table[
        (table.organisation == name) & (table.indicator == indicator) & (table.group_by == group_by)
    ]


def siting_sentences(placed: WrittenProposal, results: Results, named: IndicatorName) -> list[str]:
    """Return the verdict: what was promised, what was found, who gains and loses, how sure.

    Args:
        placed: The proposal, with what the formulas estimate of it.
        results: Today and the proposal, simulated.
        named: What an indicator is called for people.
    """
    lines: list[str] = []
    for promise in placed.proposal.promises:
        today = value_with_unit(promise.today, promise.unit)
        proposed = value_with_unit(promise.proposed, promise.unit)
        key = "commands.place.verdict.promised"
        lines.append(message(key, what=promise.what, today=today, proposed=proposed))
    main = [
        one
        for name in placed.proposal.main_indicators
        for one in simulated_changes(placed, results, name)
    ]
    changes = [
        message(
            "commands.place.verdict.change",
            indicator=named(one.indicator),
            today=value_with_unit(one.today, one.unit),
            interval=change_with_interval(one),
            said=_in_words(one.verdict),
        )
        for one in main
    ]
    lines.append(message("commands.place.verdict.found", changes=joined_texts(changes, "; ")))
    lines += [
        line
        for estimate in placed.proposal.promises
        for line in _estimate_check_sentences(placed, results, estimate, named)
    ]
    runs, weeks = results.manifest.replications, results.manifest.weeks
    return [
        *lines,
        _municipality_sentence(placed, results, named),
        message("commands.place.verdict.how_sure", replications=runs, weeks=weeks),
        _verdict_sentence(placed, main, named),
    ]


def _unit(unit: str) -> str:
    """Return how a unit is written, where that is not as it is named."""
    if unit == "share":
        return message("commands.place.verdict.percent")
    return message("commands.place.verdict.million_nok") if unit == KRONER else unit


def value_with_unit(value: float, unit: str) -> str:
    """Return a value with its unit: shares in per cent, kroner a year in millions."""
    return message(
        "commands.place.verdict.with_unit", figure=_figure_text(value, unit), unit=_unit(unit)
    )


def change_with_interval(one: SimulatedChange) -> str:
    """Return a change with its 95 % interval; shares change by percentage points."""
    change = _signed_change(one.change, one.unit)
    if math.isnan(one.low):
        return message("commands.place.verdict.no_interval", change=change)
    low, high = (_figure_text(end, one.unit, of=one.change) for end in (one.low, one.high))
    return message("commands.place.verdict.interval", change=change, low=low, high=high)


def _signed_change(change: float, unit: str) -> str:
    name = message("commands.place.verdict.points") if unit == "share" else _unit(unit)
    figure = _figure_text(change, unit, "+")
    return message("commands.place.verdict.with_unit", figure=figure, unit=name)


def _figure_text(value: float, unit: str, sign: str = "", of: float | None = None) -> str:
    """Return a number as its unit is written, with as many decimals as the value that it is of."""
    scale, decimals = unit_format(unit).scale, max(unit_format(unit).decimals, 1)
    if scale == 1 and abs(value if of is None else of) >= 1000:
        return f"{value:{sign},.0f}".replace(",", " ")
    kind = "signed" if sign else "figure"
    return message(f"commands.place.verdict.{kind}_{decimals}", value=scale * value)


def _in_words(said: str) -> str:
    return message(f"commands.place.said.{said.replace(' ', '_')}")


def _estimate_check_sentences(
    placed: WrittenProposal, results: Results, promise: ModelEstimate, named: IndicatorName
) -> list[str]:
    """Say whether the change that the formula promised lies in the simulation's interval."""
    change = promise.proposed - promise.today
    lines: list[str] = []
    for name in promise.indicators:
        for one in simulated_changes(placed, results, name):
            is_within = one.low <= change <= one.high
            more = "more" if abs(change) > abs(one.change) else "less"
            lines.append(
                message(
                    f"commands.place.verdict.{'within' if is_within else more}",
                    change=_signed_change(change, promise.unit),
                    indicator=named(name),
                    interval=change_with_interval(one),
                )
            )
    return lines


def _municipality_sentence(placed: WrittenProposal, results: Results, named: IndicatorName) -> str:
    """Say which municipalities are better or worse off by the indicator of what is placed.

    Those without a difference that matters, and those of which nothing can be told, are counted.
    """
    indicator = MUNICIPAL_INDICATOR[placed.question.what]
    every = simulated_changes(placed, results, indicator, "municipality")
    names = placed.world.region.municipalities
    parts = []
    for said in (Verdict.BETTER, Verdict.WORSE):
        told = joined_texts(
            message(
                "commands.place.said.at",
                name=names[one.group].name,
                interval=change_with_interval(one),
            )
            for one in every
            if one.verdict == said
        )
        where = f"commands.place.verdict.{said}_in"
        nowhere = f"commands.place.verdict.{said}_nowhere"
        parts.append(message(where, where=told) if told else message(nowhere))
    return message(
        "commands.place.verdict.for_whom",
        indicator=named(indicator),
        parts=joined_texts(parts, "; "),
        same=sum(one.verdict == Verdict.WITHIN_MARGIN for one in every),
        unclear=sum(one.verdict == Verdict.CANNOT_TELL for one in every),
        n=len(every),
    )


def _verdict_sentence(
    placed: WrittenProposal, main: list[SimulatedChange], named: IndicatorName
) -> str:
    """Say in a sentence whether the proposal holds by what it was made for."""
    wanted = {name for promise in placed.proposal.promises for name in promise.indicators}
    verdicts = [one.verdict for one in main if one.indicator in wanted]
    worse = [named(one.indicator) for one in main if one.verdict == Verdict.WORSE]
    price = message("commands.place.verdict.price", worse=", ".join(worse)) if worse else ""
    if Verdict.WORSE in verdicts:
        return message("commands.place.verdict.does_not_hold")
    if Verdict.BETTER in verdicts:
        return message("commands.place.verdict.holds", price=price)
    return message("commands.place.verdict.cannot_tell")


def siting_table_by_municipality(
    placed: WrittenProposal, results: Results, named: IndicatorName
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the first estimate by municipality beside what the simulation found.

    Returns:
        Heading and lines of text: municipality, formula today and proposed, simulated change; and
        the change of the indicator by which municipalities are judged, where that is another.
    """
    promise = placed.proposal.promises[0]
    whom = MUNICIPAL_INDICATOR[placed.question.what]
    simulated = _change_by_group(placed, results, promise.indicators)
    other = _change_by_group(placed, results, (whom,))
    lines: list[tuple[str, ...]] = []
    for name, (today, proposed) in promise.by_municipality.items():
        pair = (value_with_unit(today, promise.unit), value_with_unit(proposed, promise.unit))
        title = placed.world.region.municipalities[name].name
        lines.append((title, *pair, simulated.get(name, "-"), other.get(name, "-")))
    names = "municipality formula_today proposed simulated_change".split()
    heading = *(message(f"commands.place.table.{name}") for name in names), named(whom)
    if whom in promise.indicators:
        return heading[:4], [line[:4] for line in lines]
    return heading, lines


def _change_by_group(
    placed: WrittenProposal, results: Results, indicators: tuple[str, ...]
) -> dict[str, str]:
    """Return each municipality's change in words, of the indicators that know it."""
    return {
        one.group: message(
            "commands.place.said.change",
            interval=change_with_interval(one),
            said=_in_words(one.verdict),
        )
        for name in indicators
        for one in simulated_changes(placed, results, name, "municipality")
    }
