"""Sentences that several sections share: what a model gives, names of cases, cautions.

What differs clearly from the base, by how much and for whom; factors, levels and cases by name; and
the cautions above the answer: a study that is not finished, queues that grew without bound.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
from babel.dates import format_datetime

from akuttsim.experiments.results import Results
from akuttsim.report.context import (
    Catalogue,
    Estimate,
    ResultsView,
    Words,
    input_value_names,
    is_noticeable,
)
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import Lang

FOR_WHOM = ("travel_to_care_min", "ring_to_doctor_min")
"""Indicators for which the answer names the municipality that gains and the one that loses most."""


class Sentence(NamedTuple):
    """A sentence of the answer, which may list several models.

    Attributes:
        lead: The sentence without its full stop, or its beginning where parts follow.
        parts: What it says of each model, or of each indicator.
    """

    lead: str
    parts: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Return the sentence whole."""
        return f"{self.lead} {'; '.join(self.parts)}." if self.parts else f"{self.lead}."


def model_gains(words: Words, organisation: str, changes: list[str]) -> str:
    """Return what a model gives, in words."""
    model = words.labels.organisation(organisation)
    return words.text("answer.model_gives", model=model, changes=words.text.listed(changes))


def clear_changes(words: Words, organisation: str) -> list[str]:
    """Return what differs in one model: first the care that patients travel to, then the rest.

    Only what the question is judged by, and only what is more than nought as it is written.

    Args:
        words: Results in one language.
        organisation: A model that is not the base.
    """
    judged_by = words.chosen.judged_by()
    first = [name for name in FOR_WHOM if name in judged_by]
    rest = [name for name in judged_by if name not in first]
    parts = [_change_with_places(words, organisation, name) for name in first]
    parts += [_overall_change(words, organisation, name) for name in rest]
    return [part for part in parts if part]


def _overall_change(words: Words, organisation: str, indicator: str) -> str:
    change = words.chosen.change(organisation, indicator)
    return clear_change(words, indicator, change) if change is not None else ""


def clear_change(words: Words, indicator: str, change: Estimate) -> str:
    """Return a change that the verdict claims, or that it is within its margin; "" for others.

    Args:
        words: Results in one language.
        indicator: The indicator.
        change: Its difference from the base.
    """
    if change.verdict == Verdict.WITHIN_MARGIN:
        return _within_margin(words, indicator, change)
    if not change.is_clear or not is_noticeable(change):
        return ""
    return f"{change_wording(words, indicator, change)} ({words.change(change)})"


def _within_margin(words: Words, indicator: str, change: Estimate) -> str:
    """Say that a difference is within its margin; nothing where the results do not tell it."""
    if math.isnan(change.margin):
        return ""
    margin = words.numbers.margin(change)
    label = words.labels.short(indicator)
    return words.text("answer.no_larger", label=label, margin=margin)


def change_wording(words: Words, indicator: str, change: Estimate) -> str:
    """Return a clear change in words: a shorter journey to care.

    Args:
        words: Results in one language.
        indicator: The indicator, which may have words of its own for more and less.
        change: Its difference from the base.
    """
    which = "higher" if change.mean > 0 else "lower"
    plain = words.text(f"answer.{which}", label=words.labels.short(indicator))
    return words.text.get(f"change.{indicator}.{which}", plain)


def _change_with_places(words: Words, organisation: str, indicator: str) -> str:
    change = words.chosen.change(organisation, indicator)
    best, worst = extreme_municipalities(words.chosen, organisation, indicator)
    places = [
        _place_wording(words, which, key)
        for which, key in (("best", best), ("worst", worst))
        if key
    ]
    if change is not None and change.is_clear and is_noticeable(change):
        in_all = words.text("answer.in_all", change=words.change(change))
        return f"{change_wording(words, indicator, change)} ({'; '.join([in_all, *places])})"
    if not places:
        return _overall_change(words, organisation, indicator)
    unclear = words.text("answer.unclear_in_all", label=words.labels.short(indicator))
    return f"{unclear} ({'; '.join(places)})"


def _place_wording(words: Words, which: str, place: tuple[str, Estimate]) -> str:
    municipality, change = place
    name = words.labels.municipality(municipality)
    return words.text(f"answer.{which}_in", place=name, change=words.change(change))


PlaceEstimate = tuple[str, Estimate] | None


def extreme_municipalities(
    chosen: ResultsView, organisation: str, indicator: str
) -> tuple[PlaceEstimate, PlaceEstimate]:
    """Return the municipality with the largest clear gain, and that with the largest clear loss.

    Args:
        chosen: The results that are shown.
        organisation: A model that is not the base.
        indicator: The indicator.

    Returns:
        Municipality and difference of each; None where nobody clearly gains, or loses.
    """
    places: dict[str, list[tuple[str, Estimate]]] = {Verdict.BETTER: [], Verdict.WORSE: []}
    for name in chosen.municipalities():
        change = chosen.change(organisation, indicator, "municipality", name)
        if change is not None and change.verdict in places and is_noticeable(change):
            places[change.verdict].append((name, change))
    best, worst = (
        max(candidates, key=size_of_change, default=None) for candidates in places.values()
    )
    return best, worst


def size_of_change(place: tuple[str, Estimate]) -> float:
    """Return how large a place's number is, whichever way it goes."""
    return abs(place[1].mean)


_MOST_MODELS = 3
"""Models that the answer tells of one by one."""


def has_many_models(words: Words) -> bool:
    """Tell whether there are more models than the answer can tell of one by one."""
    return len(words.chosen.others) > _MOST_MODELS


def model_summary(words: Words, organisation: str) -> str:
    """Return what one of many models gives, as a sentence; nothing where there are few models."""
    if not has_many_models(words) or organisation == words.chosen.base:
        return ""
    changes = clear_changes(words, organisation)
    if not changes:
        return words.text("models.no_clear")
    return f"{model_gains(words, organisation, changes)}."


AS_WRITTEN = "none"
"""The level of a factor of additions at which nothing is added."""


def factor_title(words: Words, name: str) -> str:
    """Return what a factor is called: its title, or the name of the value that it sets."""
    return " + ".join(_single_factor_title(words, part) for part in name.split(" + "))


def _single_factor_title(words: Words, name: str) -> str:
    dimensions = words.chosen.manifest.dimensions
    known = next((dimension for dimension in dimensions if dimension.name == name), None)
    if known is not None and known.title:
        return words.text.both(known.title)
    own, _, owner = name.partition(" (")
    plain = input_value_title(words, known.key if known is not None and known.key else own)
    if owner.rstrip(")") in words.chosen.organisations:
        return f"{plain} ({words.labels.organisation(owner.rstrip(')'))})"
    return plain


OF_DISTRIBUTION = re.compile(r"(.+)\.(?:lognormal|exponential|triangular)\.(\w+)")
"""A key within a distribution: the value that is drawn, and the parameter that is set."""


def input_value_title(words: Words, key: str) -> str:
    """Return what an input value is called.

    One that stands in a control room, a clinic or a team of doctors is called by what that is
    called; where there is no name, by the part of the input and the rest of its key.

    Args:
        words: Results in one language.
        key: The dotted key of the value.
    """
    names = input_value_names(words.text.lang)
    if key not in names and key.removesuffix(".value") in names:
        key = key.removesuffix(".value")  # a factor sets the number of a value, which has the name
    of_distribution = OF_DISTRIBUTION.fullmatch(key)
    if of_distribution is not None and key not in names:
        drawn, parameter = of_distribution.groups()
        return f"{input_value_title(words, drawn)}, {_key_parts(parameter, names)}"
    section, _, rest = key.partition(".")
    if key in names or not rest:
        return names.get(key, words.text.get(f"section.{key}", key))
    owner, _, part = rest.partition(".")
    title = _owner_title(words, section, owner)
    if title:
        whole = names.get(f"parts.{part}") or _key_parts(part, names)
        return f"{title}: {whole}" if whole else title
    return f"{words.text.get(f'section.{section}', section)}: {_key_parts(rest, names)}"


def _owner_title(words: Words, section: str, owner: str) -> str:
    """Return the title of a control room, a clinic or a team in whichever model has it."""
    for organisation in words.chosen.manifest.organisations.values():
        part = organisation.get(section)
        entry = part.get(owner) if isinstance(part, dict) else None
        if isinstance(entry, dict) and entry.get("title"):
            return words.text.both(entry["title"])
    return ""


def _key_parts(rest: str, names: dict[str, str]) -> str:
    parts = [part for part in rest.removesuffix(".on_duty").split(".") if part != "value"]
    return ", ".join(names.get(f"parts.{part}", part.replace("_", " ")) for part in parts)


def level_title(words: Words, level: str, factor: str = "") -> str:
    """Return a level in words: a variant by its title, a number with the language's decimal mark.

    Args:
        words: Results in one language.
        level: The level as tables of results have it.
        factor: The factor that it is of, which may have titles for its levels.
    """
    for dimension in words.chosen.manifest.dimensions:
        if dimension.name == factor and level in dimension.level_titles:
            return words.text.both(dimension.level_titles[level])
    if level == AS_WRITTEN:
        return words.text("cases.as_written")
    if level in ("True", "False"):
        return words.text("word.is_so" if level == "True" else "word.is_not")
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

    Args:
        words: Results in one language.
        case: The case.
    """
    levels = levels_of(words, case)
    return (
        _levels_in_words(words, levels)
        if len(levels) <= MOST_FACTORS
        else case_setting(words, case)
    )


def case_setting(words: Words, case: str) -> str:
    """Return what a case is called beside the first: the factors that are not as there.

    Args:
        words: Results in one language.
        case: The case.
    """
    first = levels_of(words, words.chosen.first)
    levels = levels_of(words, case).items()
    return _levels_in_words(
        words, {name: level for name, level in levels if level != first.get(name)}
    )


def _levels_in_words(words: Words, levels: Mapping[str, str]) -> str:
    if not levels:
        return words.text("cases.as_written")
    parts = [f"{factor_title(words, k)}: {level_title(words, v, k)}" for k, v in levels.items()]
    return ", ".join(parts[:MOST_FACTORS]) + (" …" if len(parts) > MOST_FACTORS else "")


MOST_FACTORS = 4
"""Factors that a case is called by."""


def levels_of(words: Words, case: str) -> dict[str, str]:
    """Return the level of each factor in a case."""
    return words.chosen.case_levels.get(case, {})


def unfinished_lines(results: Results, lang: Lang) -> list[str]:
    """Return the sentences about a study that is not finished; none where it is."""
    return unfinished_sentences(Words(Catalogue(lang), ResultsView(results)))


def unfinished_sentences(words: Words) -> list[str]:
    """Return how many runs are done, of which models, and what may not be concluded.

    Args:
        words: Results in one language; nothing is said of a study that is finished.
    """
    so_far = words.chosen.manifest.interrupted
    if so_far is None:
        return []
    text = words.text
    is_open = words.chosen.manifest.until or words.chosen.manifest.best
    key = "interrupted.runs_at_least" if is_open else "interrupted.runs"
    lines = [text(key, done=so_far.done, planned=so_far.planned)]
    counts = [
        text("interrupted.count", model=words.labels.organisation(name), count=count)
        for name, count in words.chosen.manifest.runs.items()
    ]
    lines.append(text("interrupted.counts", counts=text.listed(counts)))
    if so_far.without:
        models = text.listed([text.both(title) for title in so_far.without])
        lines.append(text("interrupted.without", models=models))
    if so_far.failed:
        lines.append(text("interrupted.failed", count=so_far.failed))
    if so_far.damaged:
        lines.append(text("interrupted.damaged", runs=text.listed(so_far.damaged)))
    return [*lines, text("interrupted.meaning")]


def replication_count(words: Words) -> str:
    """Return how many replications the models have: a number, or the fewest and the most."""
    manifest = words.chosen.manifest
    counts = set(manifest.runs.values()) or {manifest.replications}
    low, high = min(counts), max(counts)
    return str(low) if low == high else words.text("number.range", low=low, high=high)


_TEAM_SECTIONS = {
    "operator": "control_rooms",
    "dispatcher": "control_rooms",
    "nurse": "clinics",
    "doctor": "doctors",
}
"""Where the configuration names the teams of each role."""


def overload_lines(results: Results, lang: Lang) -> list[str]:
    """Return one sentence for each queue that grew without bound, then what that means, or none.

    Args:
        results: The results folder, as read.
        lang: The language.
    """
    words = Words(Catalogue(lang), ResultsView(results))
    lines = [f"{line}." for line in overload_clauses(words)]
    return [*lines, words.text("overload.meaning")] if lines else []


def overload_clauses(words: Words) -> list[str]:
    """Return one clause for each queue of each model that grew without bound."""
    table = words.chosen.overloads
    queues = table.groupby(["organisation", "role", "team"], sort=False)
    return [_overload_clause(words, queue) for _, queue in queues]


def _overload_clause(words: Words, queue: pd.DataFrame) -> str:
    organisation, role, team = queue[["organisation", "role", "team"]].iloc[0]
    count, replications = queue["replication"].nunique(), words.chosen.manifest.replications
    since = pd.Timestamp(queue["since"].min()).to_pydatetime()
    return words.text(
        "overload.line" if count == replications == 1 else "overload.some",
        model=words.labels.organisation(organisation),
        whom=words.text(f"overload.whom.{role}", team=_team_title(words, organisation, role, team)),
        when=format_datetime(since, words.text("overload.when"), locale=words.text.lang),
        waiting=words.numbers.plain(queue["waiting"].max()),
        count=count,
        replications=replications,
    )


def _team_title(words: Words, organisation: str, role: str, team: str) -> str:
    """Return the title of a team in the organisation, or its own name where there is none."""
    teams = words.chosen.manifest.organisations[organisation].get(_TEAM_SECTIONS.get(role, ""), {})
    return words.text.both(teams[team]["title"]) if team in teams else team
