"""The decision: what the first screen, two printed pages, the slide and the sheets tell alike.

Everything is taken from the tables of results; against the base nothing is judged anew; two
others are told apart in `decision_answer.Standings`. Texts are in the
language of `Words`, without intervals, which stand in `Estimate` for whoever shows them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from akuttsim.config.schema.experiment import ALL_OTHERS
from akuttsim.experiments.hypothesis import HOLDS
from akuttsim.indicators.who_notices import OUTCOME, OUTCOMES
from akuttsim.report.context import (
    Estimate,
    Words,
    capital,
)
from akuttsim.report.decision_answer import (
    THEMES,
    UNMET_NEED,
    AnswerFacts,
    Judged,
    PlaceLoss,
    Standings,
    fitted_answer,
    group_in_words,
    short_name,
    short_title,
    size_in_margins,
    theme_of,
)
from akuttsim.report.figure_data import COST
from akuttsim.report.missed_hours import missed_on_average
from akuttsim.report.sections.answer_drivers import read_sensitivity_rows, what_turns_in_brief
from akuttsim.report.sections.case_comparison import (
    MOST_CASES_TOLD,
    agreements,
    is_from_the_first,
)
from akuttsim.report.sentences import case_setting, case_title, replication_count
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import scale_value


@dataclass(frozen=True)
class JudgedColumn:
    """What the question is judged by: one column of the matrix.

    Attributes:
        indicator: The indicator's name.
        group_by: What its rows are divided by; `all` for the whole region.
        group: The group that is judged, such as a municipality or an hour.
        heading: What stands above the column, without the unit.
        short: A heading for a phone, at most 20 letters.
        unit: The unit in words, below the heading; "" for a share.
        goal: The target in words ("mål: minst 80 %"); "" for none.
        theme: Which of a councillor's questions it belongs to: `answer`, `help`, `lost` or `cost`.
        is_shown: Whether the first screen has room for it; at most eight have.
        question: The councillor's question in words; `lost` and `cost` share one.
        unit_short: The unit as a phone has room for it; "" for a share.
    """

    indicator: str
    group_by: str
    group: str
    heading: str
    short: str
    unit: str
    goal: str
    theme: str
    is_shown: bool = True
    question: str = ""
    unit_short: str = ""


@dataclass(frozen=True)
class MatrixCell:
    """One model by one thing that it is judged by.

    Attributes:
        before: The level of the base, in words; "" where there is none.
        after: The level of the model, in words.
        change: The paired difference, signed, in words; "" of the base.
        interval: Its 95 % interval in words ("8,9 til 9,8"); "" where there is none.
        verdict: The verdict on the difference; None of the base.
        target: Whether the model's own level meets the target; None where there is no target.
        missed_at: Known hours or places at which a target that is met on average is missed, in
            words; "" for none.
        estimate: The difference as numbers, None of the base.
    """

    before: str
    after: str
    change: str
    interval: str
    verdict: Verdict | None
    target: Verdict | None
    missed_at: str
    estimate: Estimate | None


@dataclass(frozen=True)
class MatrixRow:
    """One model.

    Attributes:
        organisation: Its name in the results.
        title: Its title.
        summary: What it changes, in a line of words.
        is_base: Whether the others are held against it.
        is_shown: Whether it is one of the base and at most three that no other beats on everything;
            the rest stands one click away.
        cells: One for each column.
        changes: All that it changes, a sentence each; without capital letter or full stop.
        reasons: Why, as its author wrote it: one for each named change.
        warnings: Who is on duty in it with nowhere to work.
    """

    organisation: str
    title: str
    summary: str
    is_base: bool
    is_shown: bool
    cells: tuple[MatrixCell, ...]
    changes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceEffect:
    """A place that a model changes: before and after, of the people there who notice it.

    Attributes:
        place: The municipality's name as people write it; "" where no place notices.
        municipality: Its key in the region; "" for none.
        before: Level in the base, in words, without the unit.
        after: Level in the model.
        note: When or for how many, in words ("kl. 22–23", "84 av 1000"); "" for everybody, always.
        weight: How much it is in all, to be held against other things judged.
    """

    place: str
    municipality: str
    before: str
    after: str
    note: str
    weight: float = 0.0


@dataclass(frozen=True)
class PlaceLine:
    """Who is hit hardest and who gains most, for one thing judged and one model.

    Attributes:
        organisation: The model.
        column: Which column of the matrix (its place in `Decision.columns`).
        worst: The place that loses most; None where none loses.
        best: The place that gains most; None where none gains.
    """

    organisation: str
    column: int
    worst: PlaceEffect | None
    best: PlaceEffect | None


@dataclass(frozen=True)
class Noticing:
    """Of 1,000 who fall ill, how many notice a model; the four add up to 1,000.

    Attributes:
        organisation: The model.
        title: Its title.
        lost: How many no longer get help that they got.
        later: How many wait at least 10 minutes longer for an answer, first help or a doctor.
        sooner: How many wait at least 10 minutes less.
        gained: How many get help that they did not get.
        unchanged: All the others.
    """

    organisation: str
    title: str
    lost: int
    later: int
    sooner: int
    gained: int
    unchanged: int


@dataclass(frozen=True)
class JudgedClaim:
    """One clause of the hypothesis, judged.

    Attributes:
        words: The clause as it was written.
        outcome: `holds`, `does not hold` or `cannot tell`.
        why: What the results say of it, in a few words; "" where it holds.
    """

    words: str
    outcome: str
    why: str


@dataclass(frozen=True)
class Decision:
    """The answer to the question of an experiment, for who has half a minute.

    Attributes:
        question: The question as it was written.
        choice: Which model, on what terms: "A if you value ..., B if ..."; the bold line.
        answer: What follows it; with `choice` at most 60 words and five numbers, no brackets.
        columns: What is judged, cost and unmet need always among them and last.
        rows: The models, the base first.
        noticing: Who notices, a model each.
        places: Who is hit hardest and gains most, by model and column.
        hypothesis: The clauses of the hypothesis, judged; empty where it was written without.
        how_sure: One line: what the simulation settles, what it rests on and what could turn it.
        cases: Which case it is the answer for, and what comes out otherwise in the other cases; ""
            where there is one case.
    """

    question: str
    choice: str
    answer: str
    columns: tuple[JudgedColumn, ...]
    rows: tuple[MatrixRow, ...]
    noticing: tuple[Noticing, ...]
    places: tuple[PlaceLine, ...]
    hypothesis: tuple[JudgedClaim, ...]
    how_sure: str
    cases: str = ""


MOST_COLUMNS = 8
"""Columns that the first screen has room for."""


def decision(words: Words) -> Decision:
    """Return what the decision page, its print, slide and sheets, and the command line all tell."""
    judged = judged_things(words)
    standings = Standings(words.chosen, judged)
    columns = _columns(standings, words)
    rows = tuple(_row(words, standings, name) for name in _base_first(words))
    ranked = ranked_places(words)
    by_place = _told_by_place(words)
    places = tuple(
        _place_line(words, ranked, name, number, by.indicator)
        for name in words.chosen.others
        for number, by in enumerate(judged)
        if by.group_by == "all" and by.indicator in by_place
    )
    missed = {by.indicator: when for by in judged if (when := _missed(words, by, brief=True))}
    facts = AnswerFacts(words, standings, _hardest_losses(words, standings, ranked), missed)
    choice, answer = fitted_answer(facts)
    return Decision(
        question=_question(words),
        choice=choice,
        answer=answer,
        columns=columns,
        rows=rows,
        noticing=tuple(_noticing(words)),
        places=places,
        hypothesis=tuple(_judged_claims(words)),
        how_sure=_how_sure(words, standings),
        cases=_cases_line(words),
    )


def _question(words: Words) -> str:
    manifest = words.chosen.manifest
    if manifest.question:
        return words.text.both(manifest.question)
    region = words.text.both(manifest.region["title"])
    model = words.labels.organisation(words.chosen.base)
    return words.text("page.one_question", model=model, region=region)


def _base_first(words: Words) -> list[str]:
    return [words.chosen.base, *words.chosen.others]


# --- columns --------------------------------------------------------------------------------------


def judged_things(words: Words) -> list[Judged]:
    """Return what the question is judged by, by theme; cost and unmet need always, and last."""
    last = (Judged(UNMET_NEED), Judged(COST))
    judged = [Judged(*each) for each in _written_judged(words)]
    rest = [by for by in dict.fromkeys(judged) if by not in last]
    rest.sort(key=lambda by: THEMES.index(theme_of(by.indicator)))
    return [by for by in (*rest, *last) if _is_known(words, by)]


def _written_judged(words: Words) -> list[tuple[str, str, str]]:
    judged = words.chosen.manifest.judged_by
    return [(each.indicator, each.group_by, each.group) for each in judged]


def _is_known(words: Words, by: Judged) -> bool:
    levels = (words.chosen.level(name, *by) for name in words.chosen.organisations)
    return any(level is not None and level.is_known for level in levels)


def _columns(standings: Standings, words: Words) -> tuple[JudgedColumn, ...]:
    shown = _first_columns(standings, words)
    return tuple(judged_column(words, by, by in shown) for by in standings.judged)


def _first_columns(standings: Standings, words: Words) -> set[Judged]:
    """Return the columns of the first screen: cost and unmet need, targets, then what differs."""
    targets = words.chosen.targets()

    def rank(by: Judged) -> int:
        if by.indicator in (COST, UNMET_NEED):
            return 0
        if by.indicator in targets:
            return 1
        clear = {Verdict.BETTER, Verdict.WORSE}
        return 2 if any(standings.verdict(name, by) in clear for name in standings.shown) else 3

    return set(sorted(standings.judged, key=rank)[:MOST_COLUMNS])


def judged_column(words: Words, by: Judged, is_shown: bool) -> JudgedColumn:
    """Return what stands above a thing that is judged."""
    unit, theme = _unit(words, by), theme_of(by.indicator)
    has_target = by.indicator in words.chosen.targets() and by.group_by == "all"
    limit = words.limit(by.indicator) if has_target else ""
    return JudgedColumn(
        indicator=by.indicator,
        group_by=by.group_by,
        group=by.group,
        heading=_of_group(words, by, words.labels.heading(by.indicator)),
        short=_of_group(words, by, words.labels.button(by.indicator))[:_SHORTEST],
        unit=words.text.get(f"decision.unit.{unit}", unit),
        goal=words.text("decision.goal", limit=limit) if limit else "",
        theme=theme,
        is_shown=is_shown,
        question=words.text(f"decision.theme.{theme}"),
        unit_short=words.text.get(f"decision.unit_short.{unit}", ""),
    )


def _of_group(words: Words, by: Judged, heading: str) -> str:
    """Return a heading with the group that it is of, where it is not of everybody."""
    group = group_in_words(words, by)
    return words.text("decision.group.heading", heading=heading, group=group) if group else heading


_SHORTEST = 20
"""Letters that a phone has room for above a column."""


def _unit(words: Words, by: Judged) -> str:
    levels = (words.chosen.level(name, *by) for name in words.chosen.organisations)
    return next((level.unit for level in levels if level is not None), "")


# --- rows -----------------------------------------------------------------------------------------


def _row(words: Words, standings: Standings, model: str) -> MatrixRow:
    manifest = words.chosen.manifest
    changes = [words.text.both(each) for each in manifest.change_sentences.get(model, [])]
    reasons = [words.text.both(each.why) for each in manifest.changes.get(model, [])]
    return MatrixRow(
        organisation=model,
        title=words.labels.organisation(model),
        summary=_summary(words, model, changes),
        is_base=model == words.chosen.base,
        is_shown=model in standings.shown,
        cells=tuple(matrix_cell(words, standings, model, by) for by in standings.judged),
        changes=tuple(changes),
        reasons=tuple(reasons),
        warnings=tuple(words.text.both(each) for each in manifest.staff_warnings.get(model, [])),
    )


_LONGEST_SUMMARY = 16
"""Words that the line below a model's title has room for."""


def _summary(words: Words, model: str, changes: Sequence[str]) -> str:
    """Return what a model changes in one line: as many of the sentences as there is room for.

    Where there is none (another setting, or results of an older version), how many values differ.
    """
    if model == words.chosen.base:
        return words.text("decision.summary.base")
    told = ""
    for change in changes:
        longer = f"{told}; {change}" if told else change
        if told and len(longer.split()) > _LONGEST_SUMMARY:
            break
        told = longer
    count = len(words.chosen.manifest.differing_keys.get(model, []))
    told = told or words.text.counted("decision.summary.values", count)
    return capital(told)


def matrix_cell(words: Words, standings: Standings, model: str, by: Judged) -> MatrixCell:
    """Return a model by one thing judged; before and after are of the same people where known."""
    level, base = words.chosen.level(model, *by), words.chosen.level(words.chosen.base, *by)
    change = standings.change(model, by)
    is_base = model == words.chosen.base
    before, after = levels_compared(change, base, level)
    unit = level.unit if level else ""
    return MatrixCell(
        before="" if is_base else _value(words, before, unit),
        after=_value(words, after, unit),
        change=words.numbers.signed(change) if change else "",
        interval=words.numbers.interval(change) if change else "",
        verdict=standings.verdict(model, by),
        target=_target(words, model, by),
        missed_at=_missed(words, by, model=model),
        estimate=change,
    )


def levels_compared(
    change: Estimate | None, base: Estimate | None, level: Estimate | None
) -> tuple[float, float]:
    """Return before and after: of the same people where the table has it, else of everybody."""
    if change is not None and not math.isnan(change.before) and not math.isnan(change.after):
        return change.before, change.after
    return (base.mean if base else math.nan), (level.mean if level else math.nan)


def _value(words: Words, value: float, unit: str, decimals: int | None = None) -> str:
    """Return a value without its unit, but for per cent; "–" for none."""
    if math.isnan(value):
        return "–"
    scaled = scale_value(value, unit)
    digits = decimals if decimals is not None else 1 if abs(scaled) < _LARGE else 0
    number = words.numbers.plain(scaled, digits)
    return words.numbers.with_unit(number, unit) if unit == "share" else number


_LARGE = 1000
"""From here on a value is written without decimals."""


def _signed(words: Words, change: float, unit: str) -> str:
    scaled = scale_value(change, unit)
    digits = 1 if abs(scaled) < _LARGE else 0
    return ("+" if round(scaled, digits) > 0 else "") + words.numbers.plain(scaled, digits)


def _target(words: Words, model: str, by: Judged) -> Verdict | None:
    level = words.chosen.level(model, *by)
    if level is None or by.indicator not in words.chosen.targets() or not level.verdict:
        return None
    return Verdict(level.verdict)


def _missed(words: Words, by: Judged, model: str = "", brief: bool = False) -> str:
    """Return when or where a target that is met on average is missed; of the base where no model.

    Args:
        words: Texts and results.
        by: What is judged.
        model: The model.
        brief: Whether by parts of the day, without numbers.
    """
    name = model or words.chosen.base
    if by.group_by != "all" or _target(words, name, by) != Verdict.MET:
        return ""
    return missed_on_average(words, name, by.indicator, brief)


# --- places ---------------------------------------------------------------------------------------


def _told_by_place(words: Words) -> set[str]:
    """Return the indicators that the results tell by place: kroner and rosters have no place."""
    table = words.chosen.results.places
    if not table.empty:
        return set(table["indicator"])
    keys = words.chosen.changes
    return {indicator for _, indicator, group_by, _ in keys if group_by == "municipality"}


def _place_line(words: Words, ranked: Ranked, model: str, column: int, indicator: str) -> PlaceLine:
    worst, best = (
        _place_effect(words, model, indicator, ranked.get((model, indicator, change)))
        for change in (Verdict.WORSE, Verdict.BETTER)
    )
    return PlaceLine(model, column, worst, best)


FeltLines = tuple[JudgedColumn, tuple[PlaceLine | None, ...]]
"""A thing judged, and who is hit and who gains in it: a line for each of some models."""


def felt_by_place(
    told: Decision, organisations: Sequence[str]
) -> tuple[list[FeltLines], list[JudgedColumn]]:
    """Return in what some place notices some models, and in what no place surely does.

    What the results do not tell by place is in neither: that no municipality notices the cost, or
    a roster, would say nothing. Page, paper and slide all ask here.
    """
    by_key = {(line.column, line.organisation): line for line in told.places}
    felt: list[FeltLines] = []
    quiet: list[JudgedColumn] = []
    for at, column in enumerate(told.columns):
        lines = tuple(by_key.get((at, name)) for name in organisations)
        if any(line is not None and (line.worst or line.best) for line in lines):
            felt.append((column, lines))
        elif any(line is not None for line in lines):
            quiet.append(column)
    return felt, quiet


class RankedPlace(NamedTuple):
    """The place that loses or gains most, as `places.csv` has it.

    Attributes:
        municipality: Its key.
        before: The mean level of those who notice, in the base; NaN where none has both.
        after: The same in the model.
        change: Their mean change.
        is_worse: Whether it is hit; else it gains.
        unit: Unit of the three.
        per_1000: How many of 1,000 there who fall ill notice; NaN for a place.
        lost_per_1000: How many of these lose (gain) that care altogether.
        hours: The hours of the day that it is felt in; "" for no such.
        weight: How much it is in all, to be held against other indicators.
    """

    municipality: str
    before: float
    after: float
    change: float
    is_worse: bool
    unit: str
    per_1000: float
    lost_per_1000: float
    hours: str
    weight: float

    @property
    def has_levels(self) -> bool:
        """Tell whether enough people have it in both models for before and after to say anything.

        Who loses (gains) that care altogether has no after (before); a mean of the one in ten
        thousand who is left would tell of hours that nobody meets.
        """
        both = self.per_1000 - self.lost_per_1000
        return math.isnan(self.per_1000) or both >= LEAST_WITH_BOTH


LEAST_WITH_BOTH = 5
"""So many of 1,000 people of a place must have had that care before and after."""


Ranked = dict[tuple[str, str, str], RankedPlace]
"""Who is hit hardest (gains most), by organisation, indicator and `worse` (`better`)."""


def ranked_places(words: Words) -> Ranked:
    """Return who is hit hardest and who gains most by everything judged.

    Of results of a version without that table: by the mean of everybody there.
    """
    table = words.chosen.results.places
    if table.empty:
        return _ranked_by_mean(words)
    first = table[table["rank"] == 1]
    rows: list[Any] = first.to_dict("records")
    return {
        (row["organisation"], row["indicator"], row["change"]): RankedPlace(
            municipality=row["municipality"],
            before=row["before"],
            after=row["after"],
            change=row["mean"],
            is_worse=row["change"] == Verdict.WORSE,
            unit=row["unit"],
            per_1000=row["per_1000"],
            lost_per_1000=row["lost_per_1000"],
            hours=row["hours"] if isinstance(row["hours"], str) else "",
            weight=abs(row["burden_per_1000"]) / row["margin"],
        )
        for row in rows
    }


def _ranked_by_mean(words: Words) -> Ranked:
    ranked: Ranked = {}
    for (model, indicator, group_by, group), change in words.chosen.changes.items():
        if group_by != "municipality" or change.verdict not in (Verdict.WORSE, Verdict.BETTER):
            continue
        base = words.chosen.level(words.chosen.base, indicator, group_by, group)
        level = words.chosen.level(model, indicator, group_by, group)
        before, after = levels_compared(change, base, level)
        weight = abs(size_in_margins(change))
        place = RankedPlace(
            municipality=group,
            before=before,
            after=after,
            change=change.mean,
            is_worse=change.verdict == Verdict.WORSE,
            unit=change.unit,
            per_1000=math.nan,
            lost_per_1000=math.nan,
            hours="",
            weight=weight,
        )
        key = (model, indicator, change.verdict)
        if key not in ranked or weight > ranked[key].weight:
            ranked[key] = place
    return ranked


def _shares_of_everybody(
    words: Words, model: str, indicator: str, municipality: str
) -> tuple[float, float]:
    """Return a share in a municipality before and after; NaN where it is not told by place.

    Of those who notice it is nearly 0 or nearly 100 % by construction, and would tell nothing.
    """
    levels = (
        words.chosen.level(name, indicator, "municipality", municipality)
        for name in (words.chosen.base, model)
    )
    before, after = (level.mean if level else math.nan for level in levels)
    return before, after


def _place_effect(
    words: Words, model: str, indicator: str, place: RankedPlace | None
) -> PlaceEffect | None:
    if place is None:
        return None
    before, after = place.before, place.after
    if place.unit == "share" and not math.isnan(place.per_1000):
        before, after = _shares_of_everybody(words, model, indicator, place.municipality)
    is_known = place.has_levels and not math.isnan(before) and not math.isnan(after)
    return PlaceEffect(
        place=short_name(words.labels.place(place.municipality)),
        municipality=place.municipality,
        before=_value(words, before, place.unit, 0) if is_known else "",
        after=_value(words, after, place.unit, 0) if is_known else "",
        note=_place_note(words, place),
        weight=place.weight,
    )


def _place_note(words: Words, place: RankedPlace) -> str:
    """Return for how many and in which hours a place is hit or gains."""
    parts = []
    if not math.isnan(place.per_1000):
        written = words.numbers.plain(place.per_1000)
        parts.append(words.text("decision.place.per_1000", count=written))
    if place.lost_per_1000 >= 0.5:
        written = words.numbers.plain(place.lost_per_1000)
        key = "lost" if place.is_worse else "gained"
        parts.append(words.text(f"decision.place.{key}", count=written))
    if place.hours:
        first, _, last = place.hours.partition("-")
        parts.append(words.text("decision.when.range", first=first, last=last))
    return ", ".join(parts)


def _hardest_losses(words: Words, standings: Standings, ranked: Ranked) -> dict[str, PlaceLoss]:
    """Return for each model the place it hits hardest, in whatever it loses most there.

    Minutes come first, for they are told by how many, and what is worse for the whole region too;
    unmet need is told of by itself.
    """
    losses: dict[str, PlaceLoss] = {}
    judged = {by.indicator for by in standings.judged if by.group_by == "all"} - {UNMET_NEED}
    for model in words.chosen.others:
        hit = [
            (
                place.unit == "min",
                standings.verdict(model, Judged(indicator)) == Verdict.WORSE,
                place.weight,
                indicator,
                place,
            )
            for (name, indicator, change), place in ranked.items()
            if name == model
            and change == Verdict.WORSE
            and indicator in judged
            and place.has_levels
        ]
        if hit:
            *_, indicator, place = max(hit, key=lambda each: each[:4])
            losses[model] = PlaceLoss(
                by=Judged(indicator),
                place=short_name(words.labels.place(place.municipality)),
                change=place.change,
                unit=place.unit,
                is_of_some=place.per_1000 < _EVERYBODY,
            )
    return losses


_EVERYBODY = 500
"""From so many of 1,000 on a place is told as a whole."""


# --- who notices, how sure ------------------------------------------------------------------------


def _noticing(words: Words) -> list[Noticing]:
    """Return who notices each model; nothing of results that do not tell each person once."""
    table = words.chosen.results.who_notices
    if "wait" not in table:
        return []
    rows = table[(table["group_by"] == "all") & (table["wait"] == OUTCOME)]
    noticing = []
    for model in words.chosen.others:
        own = rows[rows["organisation"] == model]
        rates = dict(zip(own["change"], own["per_1000"], strict=True))
        if set(OUTCOMES) <= set(rates) and not any(math.isnan(rates[name]) for name in OUTCOMES):
            counts = dict(
                zip(OUTCOMES, whole_shares([rates[n] for n in OUTCOMES], 1000), strict=True)
            )
            noticing.append(Noticing(model, words.labels.organisation(model), **counts))
    return noticing


def _judged_claims(words: Words) -> list[JudgedClaim]:
    """Return the clauses of the hypothesis with how each came out, and what was found of others."""
    rows: list[Any] = words.chosen.results.claims.to_dict("records")
    return [
        JudgedClaim(
            words=words.text.both(row),
            outcome=row["outcome"],
            why="" if row["outcome"] == HOLDS else _finding(words, row),
        )
        for row in rows
    ]


def _finding(words: Words, row: dict[str, Any]) -> str:
    """Return what the results say of a claim that does not hold, or cannot be told."""
    number, unit, found = row["mean"], row["unit"], row["found"]
    is_level = row["expect"] in ("met", "not met")
    if math.isnan(number):
        told = words.text("decision.found.nothing")
    elif is_level:
        level = words.numbers.amount(number, unit)
        told = words.text(f"decision.found.level_{_slug(found)}", level=level)
    else:
        signed = _signed(words, number, unit)
        change, amount = (
            words.numbers.with_unit(each, unit, True) for each in (signed, signed.lstrip("+\u2212"))
        )
        told = words.text(_found_key(row), change=change, amount=amount)
    if row["organisation"] != ALL_OTHERS:
        return told
    model = words.labels.organisation(row["decided_by"])
    return words.text("decision.found.of", model=model, told=told)


def _found_key(row: dict[str, Any]) -> str:
    """Return the text of a difference: one that cannot be told may be chance, or too near."""
    if (row["found"] or Verdict.CANNOT_TELL) != Verdict.CANNOT_TELL:
        return f"decision.found.{_slug(row['found'])}"
    is_chance = not (row["ci_low"] > 0 or row["ci_high"] < 0)
    return "decision.found.chance" if is_chance else "decision.found.near"


def _slug(found: str) -> str:
    return found.replace(" ", "_") or "cannot_tell"


def whole_shares(parts: Sequence[float], total: int, size: int = 1) -> list[int]:
    """Return how many of a size each part has, up to a total: the largest remainders go up."""
    whole = [math.floor(part / size) for part in parts]
    missing = total - sum(whole)
    by_remainder = sorted(range(len(parts)), key=lambda k: -(parts[k] % size))
    for k in by_remainder[: max(missing, 0)]:
        whole[k] += 1
    return whole


def settled_differences(standings: Standings, models: Iterable[str]) -> tuple[int, int]:
    """Return how many differences of some models have a clear answer, and how many there are."""
    verdicts = [
        verdict
        for name in models
        for by in standings.judged
        if (verdict := standings.verdict(name, by)) is not None
    ]
    return sum(verdict != Verdict.CANNOT_TELL for verdict in verdicts), len(verdicts)


def runs_in_words(words: Words) -> str:
    """Return after how many simulations it is told."""
    count = replication_count(words)
    form = "one" if count == "1" else "many"
    return words.text(f"decision.sure.runs.{form}", count=count)


_MOST_OTHERWISE = 3
"""Verdicts that come out otherwise in other cases, named one by one."""


def _cases_line(words: Words) -> str:
    """Say which case the answer is for, and which verdicts are others in the other cases.

    Where values were changed one at a time, say which of them turn the answer.
    """
    first, *others = words.chosen.cases
    if not others:
        return ""
    if in_brief := what_turns_in_brief(words):
        return in_brief
    compared = agreements(words)
    other = [each for each in compared if not each.is_everywhere]
    models: dict[str, list[str]] = {}
    for each in other[:_MOST_OTHERWISE]:
        models.setdefault(each.indicator, []).append(short_title(words, each.organisation))
    parts = [
        words.text("decision.cases.part", heading=words.labels.button(indicator),
                   models=words.text.listed(names))
        for indicator, names in models.items()
    ]  # fmt: skip
    if len(other) > _MOST_OTHERWISE:
        parts.append(words.text("decision.cases.more", count=len(other) - _MOST_OTHERWISE))
    key = "one" if len(others) == 1 else "many"
    told = words.text(
        f"decision.cases.{key}",
        first=case_title(words, first),
        other=case_title(words, others[0]),
        others=len(others),
        same=len(compared) - len(other),
        count=len(compared),
    )
    but = words.text("decision.cases.but", parts=", ".join(parts)) if parts else ""
    levels = levels_by_case(words, words.chosen.base)
    model = words.labels.organisation(words.chosen.base)
    of_base = words.text("decision.cases.levels", model=model, levels=levels) if levels else ""
    return f"{told}{but}.{of_base}"


def levels_by_case(words: Words, model: str) -> str:
    """Return a model's level of the first main indicator in each case; "" for many cases.

    "116117 answers within 2 min 74 % (People: 2026) → 58 % (People: 2040)".
    """
    first, *others = words.chosen.cases
    by = _first_main(words)
    if by is None or len(others) > MOST_CASES_TOLD or not is_from_the_first(words):
        return ""
    titles = {first: case_title(words, first)} | {
        each: case_setting(words, each) for each in others
    }
    told = [
        words.text("cases.level", level=words.numbers.mean(level), case=title)
        for case, title in titles.items()
        if (level := words.chosen.level_in(case, model, *by)) is not None and level.is_known
    ]
    label = _of_group(words, by, words.labels.heading(by.indicator))
    whole = words.text("cases.levels", label=label, levels=" → ".join(told))
    return whole if len(told) == len(titles) else ""


def _first_main(words: Words) -> Judged | None:
    """Return the first main indicator, of the group that it is judged in if there is one."""
    main = words.chosen.manifest.main_indicators[:1]
    judged = [Judged(*each) for each in _written_judged(words) if each[0] in main]
    return next((by for by in judged if by.group_by != "all"), judged[0] if judged else None)


def _what_could_turn(words: Words) -> list[str]:
    """Say how many verdicts turned by what the study varied, and what it did not vary."""
    manifest = words.chosen.manifest
    grades = manifest.inputs_by_grade()
    told = words.text("decision.sure.assumed", assumed=grades["C"], inputs=grades.total())
    moves = read_sensitivity_rows(words.chosen.results.sensitivity)
    judged = [move for move in moves if move.measure == "effect" and move.first_verdict]
    if judged:
        turned = len({move.outcome for move in judged if move.turns})
        key = "turned" if turned else "none_turned"
        count = len({move.outcome for move in judged})
        varied = len({move.factor for move in judged})
        return [told, words.text(f"decision.sure.{key}", turned=turned, count=count, varied=varied)]
    is_varied = len(words.chosen.cases) > 1
    return (
        [told] if is_varied or not grades["C"] else [f"{told}, {words.text('decision.sure.fixed')}"]
    )


def _how_sure(words: Words, standings: Standings) -> str:
    """Return one line: how many differences have a clear answer, and how much is assumed."""
    text, manifest = words.text, words.chosen.manifest
    settled, count = settled_differences(standings, words.chosen.others)
    key = "settled" if settled < count else "all_settled" if count else "no_differences"
    first = text(f"decision.sure.{key}", settled=settled, count=count, runs=runs_in_words(words))
    parts = [first, *_what_could_turn(words)]
    if manifest.log is not None:
        parts.append(text("decision.sure.log", file=manifest.log.file))
    return "; ".join(parts) + "."
