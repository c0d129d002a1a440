"""The registry of indicators: gathered from the families, in the order of results and report.

What is told of an indicator stands in its declaration (`declaration.indicator`), nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType, ModuleType

from akuttsim.indicators import (
    ambulance,
    availability,
    calls,
    care,
    clinic,
    cost,
    driving,
    duty,
    first_help,
    health_outcomes,
    home_nursing,
    long_journeys,
    published_figures,
    shifts,
    triage_accuracy,
    utilisation,
    workload,
)
from akuttsim.indicators.declaration import Indicator, ObservationParts, Observations, ReportList
from akuttsim.indicators.measured_run import IndicatorRow, MeasuredRun
from akuttsim.long_columns import let_go_of_pages
from akuttsim.statistics.verdicts import Direction

FAMILIES = (
    calls,
    home_nursing,
    ambulance,
    first_help,
    care,
    clinic,
    triage_accuracy,
    utilisation,
    published_figures,
    workload,
    cost,
    shifts,
    duty,
    driving,
    availability,
    long_journeys,
    health_outcomes,
)
"""The families, in the order in which their indicators are laid out: each in the order of its file,
from the end on, or from behind the indicator of an earlier family that it names (`after`)."""


def lay_out(families: Sequence[ModuleType]) -> tuple[Indicator, ...]:
    """Return the indicators that some modules declare, in the order of results and report.

    Raises:
        ValueError: Where a name is declared twice, or follows one that is not laid out by then.
    """
    ordered: list[Indicator] = []
    for family in families:
        place = len(ordered)
        for value in vars(family).values():
            if isinstance(value, Indicator) and value.measure.__module__ == family.__name__:
                names = [other.name for other in ordered]
                if value.name in names:
                    raise ValueError(f"two indicators are called {value.name}")
                if value.after and value.after not in names:
                    raise ValueError(f"{value.name} follows {value.after}, which is not laid out")
                if value.after:
                    place = names.index(value.after) + 1
                ordered.insert(place, value)
                place += 1
    return tuple(ordered)


INDICATORS = lay_out(FAMILIES)
"""All indicators, in the order of results and report; those of health outcomes too."""


OF_OUTCOMES = frozenset(indicator.name for indicator in lay_out([health_outcomes]))
"""Indicators that are measured only where health outcomes are asked for."""


OF_WHO_COMES = frozenset(each.name for each in INDICATORS if each.of_who_comes)
"""Indicators of who comes at all: with everybody made to come they are the same by construction."""


def asked_indicators(with_outcomes: bool) -> tuple[Indicator, ...]:
    """Return the indicators that are measured, with or without those of health outcomes."""
    return tuple(each for each in INDICATORS if with_outcomes or each.name not in OF_OUTCOMES)


def measure_indicators(run: MeasuredRun) -> list[IndicatorRow]:
    """Return every indicator of a run that is asked for, for all and for each group."""
    asked_for = asked_indicators(run.region.outcomes is not None)
    return [row for indicator in asked_for for row in indicator(run)]


def observe_indicators(run: MeasuredRun) -> tuple[list[IndicatorRow], list[Observations]]:
    """Return every indicator of a run, with the observations of those that are person by person."""
    rows: list[IndicatorRow] = []
    observations = list(observe_in_turn(run, rows))
    return rows, observations


def observe_in_turn(
    run: MeasuredRun,
    rows: list[IndicatorRow],
    known: Mapping[str, Sequence[IndicatorRow]] = MappingProxyType({}),
) -> Iterator[Observations]:
    """Yield the observations of a run, indicator by indicator: those of all at once are large.

    Args:
        run: The run.
        rows: A list to which every indicator's values are added meanwhile.
        known: Values by indicator that need not be measured; nothing is observed of these.
    """
    for indicator in asked_indicators(run.region.outcomes is not None):
        if indicator.name in known:
            rows += known[indicator.name]
            continue
        measured = indicator(run)
        rows += measured
        if isinstance(measured, Observations | ObservationParts):
            yield from measured.parts
        let_go_of_pages()


def indicator_definitions() -> dict[str, str]:
    """Return each indicator's definition by name: its docstring, each paragraph on one line."""
    return {indicator.name: indicator.definition for indicator in INDICATORS}


def indicator_directions() -> dict[str, Direction]:
    """Return which way of each indicator is good, by name."""
    return {indicator.name: indicator.better for indicator in INDICATORS}


def listed_indicators(report_list: ReportList) -> list[Indicator]:
    """Return the indicators of a list of the report, in its order."""
    listed = [indicator for indicator in INDICATORS if report_list in indicator.listed]
    return sorted(listed, key=lambda indicator: indicator.listed[report_list])
