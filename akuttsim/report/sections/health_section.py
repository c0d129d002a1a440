"""What waiting can mean for people's health, where it is asked for: in words, then in numbers.

Survival is told by all three curves at once, with what it rests on and what is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.indicators.health_relations import CURVES
from akuttsim.report.context import Estimate, Words, decimals_of_interval
from akuttsim.report.document import (
    ComparisonLine,
    Section,
    Table,
    comparison_table,
    group_label,
    group_lines,
    municipality_table,
    table_of_groups,
)
from akuttsim.statistics.verdicts import Verdict

SURVIVORS = {curve: f"arrest_survivors_{curve}_per_10_years" for curve in CURVES}
MILLION = "arrest_survivors_per_million_a_year"
DAYS = "stroke_healthy_days_lost_a_year"
ADMISSIONS = "admissions_of_delay_per_10_years"
MINUTES = "time_critical_to_first_help_min"

PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "arrest": (
        *((name, "") for name in SURVIVORS.values()),
        (MILLION, "curve"),
        ("arrest_survival", "curve"),
        ("arrest_ambulance_in_window", ""),
        ("arrest_first_there", "who"),
        ("arrest_cpr_before_ambulance", ""),
    ),
    "others": (
        ("stroke_straight_to_hospital", ""),
        ("stroke_needle_in_window", ""),
        (DAYS, "bound"),
        ("stemi_opened_in_window", ""),
        ("stemi_treated_min", ""),
    ),
    "delay": ((ADMISSIONS, "bound"),),
    "minutes": ((MINUTES, "condition"), ("time_critical_to_hospital_min", "condition")),
    "too_much": (
        ("ambulances_for_nothing_a_week", ""),
        ("visits_for_nothing_a_week", ""),
        ("overtriage_h_a_week", "role"),
        ("overtriage_nok_a_year", ""),
        ("travel_to_care_min", ""),
        ("nights_lost_per_1000_a_year", ""),
    ),
    "how_many": (("time_critical_per_100000_a_year", "condition"),),
}
"""Tables of the section: indicators, each with what its lines are divided by ("" for the whole)."""

EQUITY = ("arrest_survival", MINUTES, "stroke_needle_in_window", "stemi_treated_min")
"""Indicators whose municipalities, ages and distances are told: who gains and who loses."""


def health_section(words: Words) -> Section:
    """Return the part about health; without tables where nobody has asked for it."""
    title = words.text("health.title")
    if words.chosen.level(words.chosen.base, SURVIVORS["steep"]) is None:
        return Section("health", title)
    return Section("health", title, tuple(health_sentences(words)), (), tuple(_tables(words)))


def health_sentences(words: Words) -> Iterator[str]:
    """Yield what it means for people, in whole sentences: arrest, stroke, and what it rests on."""
    text, base = words.text, words.chosen.base
    yield text("health.intro", base=words.labels.organisation(base))
    yield text(
        "health.survivors",
        base=words.labels.organisation(base),
        curves=_by_curve(words, [words.chosen.level(base, SURVIVORS[curve]) for curve in CURVES]),
        **_per_million(words),
    )
    for name in words.chosen.others:
        changes = [words.chosen.change(name, SURVIVORS[curve]) for curve in CURVES]
        model = words.labels.organisation(name)
        if all(change is not None and change.is_nil for change in changes):
            yield text("health.same", model=model)
            continue
        yield text("health.change", model=model, curves=_by_curve(words, changes, is_change=True))
        yield text(_agreement(changes))
    yield from _bounded_sentences(words, DAYS, "health.days")
    yield from _bounded_sentences(words, ADMISSIONS, "health.admissions")
    yield text("health.rests_on", **_counts(words))
    yield text("health.left_out")


def _per_million(words: Words) -> dict[str, str]:
    """Return the fewest and the most survivors per million and year, over the curves."""
    levels = [words.chosen.level(words.chosen.base, MILLION, "curve", each) for each in CURVES]
    means = [level.mean for level in levels if level is not None and level.is_known]
    few, many = (words.numbers.plain(end) for end in (min(means), max(means)))
    return {"few": few, "many": many}


def _by_curve(words: Words, estimates: list[Estimate | None], is_change: bool = False) -> str:
    """Return the three numbers with their intervals, each with the curve that it is by."""
    parts = [
        words.text(
            "health.by",
            n=_without_unit(words, each, is_change),
            curve=group_label(words, curve),
        )
        for curve, each in zip(CURVES, estimates, strict=True)
        if each is not None and each.is_known
    ]
    return "; ".join(parts)


def _without_unit(words: Words, estimate: Estimate, is_change: bool) -> str:
    number = words.numbers.plain(estimate.mean, decimals_of_interval(estimate))
    written = words.numbers.signed(estimate) if is_change else number
    interval = words.numbers.interval(estimate)
    return f"{written} [{interval}]" if interval else written


def _agreement(changes: list[Estimate | None]) -> str:
    """Return which sentence says whether the verdict hangs on which curve is believed."""
    verdicts = {each.verdict for each in changes if each is not None and each.is_known}
    if len(verdicts) > 1 and verdicts & {Verdict.BETTER, Verdict.WORSE}:
        return "health.hangs"
    if verdicts == {Verdict.WITHIN_MARGIN}:
        return "health.nothing"
    return "health.agree" if verdicts & {Verdict.BETTER, Verdict.WORSE} else "health.open"


def _bounded_sentences(words: Words, indicator: str, key: str) -> Iterator[str]:
    """Yield what other models gain or lose by a relation, with its published interval."""
    for name in words.chosen.others:
        low, published, high = (
            words.chosen.change(name, indicator, "bound", bound)
            for bound in ("low", "published", "high")
        )
        if published and low and high and published.is_known and not published.is_nil:
            yield words.text(
                key,
                model=words.labels.organisation(name),
                change=words.change(published),
                low=words.numbers.change(low),
                high=words.numbers.change(high),
            )


def _counts(words: Words) -> dict[str, int]:
    """Return how many of the relations' values there are, and how many are assumed."""
    mine = [each for each in words.chosen.manifest.assumptions if each.key.startswith("outcomes.")]
    return {"count": len(mine), "assumed": sum(each.grade == "C" for each in mine)}


def _tables(words: Words) -> Iterator[Table]:
    first = words.text("targets.indicator")
    for part, wanted in PARTS.items():
        lines = [line for each in wanted for line in _lines(words, *each)]
        table = comparison_table(words, words.text(f"health.{part}"), first, lines)
        if table.rows:
            yield table
    for indicator in EQUITY:
        yield municipality_table(words, indicator)
    for group_by in ("age", "distance"):
        rows = [
            (f"{words.labels.indicator(indicator)}: {group}", indicator, group_by, group)
            for indicator in EQUITY
            for group in words.chosen.groups(indicator, group_by)
        ]
        yield table_of_groups(words, words.text(f"health.{group_by}"), rows, first)


def _lines(words: Words, indicator: str, group_by: str) -> list[ComparisonLine]:
    title = words.labels.indicator(indicator)
    if group_by:
        return group_lines(words, indicator, group_by, f"{title}: {{group}}")
    return [ComparisonLine(title, indicator)]
