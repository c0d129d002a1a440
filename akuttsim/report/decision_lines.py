"""The decision as lines of text: what `demo`, `sweep` and `compare` print.

The choice and the answer stand first, word for word as on the page; then for each model shown what
is better and worse with its interval, who is hit hardest and who notices.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from akuttsim.config.schema.experiment import PrecisionGoal
from akuttsim.experiments.hypothesis import CANNOT_TELL, DOES_NOT_HOLD, HOLDS
from akuttsim.experiments.manifest import LogEntry, RankedOrganisation
from akuttsim.experiments.results import Results
from akuttsim.report.context import Catalogue, Estimate, ResultsView, Words, capital
from akuttsim.report.decision import (
    Decision,
    JudgedColumn,
    MatrixCell,
    MatrixRow,
    decision,
    judged_things,
    levels_by_case,
)
from akuttsim.report.decision_answer import Judged
from akuttsim.report.sections import case_comparison
from akuttsim.report.sentences import Sentence
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import Lang, scale_value


def printed_decision(results: Results, lang: Lang) -> list[Sentence]:
    """Return what is printed of some results in a language."""
    words = Words(Catalogue(lang), ResultsView(results))
    told = decision(words)
    sentences = [
        Sentence(f"{told.choice} {told.answer}".strip().removesuffix(".")),
        Sentence(target_sentences(words)),
        *_row_sentences(words, told),
        *_claim_sentences(words, told),
        *_levels_in_cases(words),
        *case_comparison.effect_sentences(words),
        Sentence(told.how_sure.removesuffix(".")),
        *replication_sentences(words),
    ]
    if len(words.chosen.cases) > 1:
        agreements = case_comparison.agreements(words)
        lead = case_comparison.agreement_lead(words, agreements)
        sentences.append(Sentence(lead, case_comparison.disagreement_parts(words, agreements)))
    return [each._replace(lead=capital(each.lead)) for each in sentences]


def _levels_in_cases(words: Words) -> Iterator[Sentence]:
    """Yield what the first main indicator is in each case, model by model; nothing of one case."""
    models = words.chosen.organisations
    levels = {name: levels_by_case(words, name) for name in models}
    if len(models) <= case_comparison.MOST_EFFECTS and any(levels.values()):
        parts = tuple(
            words.text(
                "decision.printed.verdict", verdict=words.labels.organisation(name), told=each
            )
            for name, each in levels.items()
            if each
        )
        yield Sentence(words.text("cases.level_lead"), parts)


def _row_sentences(words: Words, told: Decision) -> Iterator[Sentence]:
    base, *others = told.rows
    if not others:
        yield _levels_of_one(words, told, base)
        return
    shown = [row for row in others if row.is_shown]
    for row in shown:
        lead = words.text("decision.printed.lead", model=row.title, base=base.title)
        parts = (*_verdict_parts(words, told, row), *_place_parts(words, told, row),
                 *_noticing_parts(words, told, row))  # fmt: skip
        yield Sentence(lead, parts)
    if len(shown) < len(others):
        yield Sentence(words.text("decision.printed.rest", count=len(others) - len(shown)))


def _levels_of_one(words: Words, told: Decision, row: MatrixRow) -> Sentence:
    parts = tuple(
        words.text(
            "decision.printed.level",
            heading=column.heading,
            level=_with_unit(cell.after, column),
            target=words.text(f"verdict.{cell.target}") if cell.target else "–",
        )
        for column, cell in zip(told.columns, row.cells, strict=True)
    )
    return Sentence(words.text("decision.printed.alone"), parts)


_ORDER = (
    Verdict.WORSE,
    Verdict.BETTER,
    Verdict.FEWER_CAME,
    Verdict.DIFFERS,
    Verdict.WITHIN_MARGIN,
    Verdict.CANNOT_TELL,
)


def _verdict_parts(words: Words, told: Decision, row: MatrixRow) -> Iterator[str]:
    """Yield every difference by its verdict, with before and after; what does not matter in short.

    What is surely more or less, and perhaps too little to matter, has its own line before what
    may be chance.
    """
    cells = list(zip(told.columns, row.cells, strict=True))
    for verdict in _ORDER:
        own = [each for each in cells if each[1].verdict == verdict]
        near = [each for each in own if verdict == Verdict.CANNOT_TELL and _is_near(each[1])]
        rest = [each for each in own if each not in near]
        for key, some in (("near", near), (f"verdict.{verdict}", rest)):
            if some:
                label = words.text("decision.printed.near" if key == "near" else key)
                parts = "; ".join(_change(words, *each) for each in some)
                yield words.text("decision.printed.verdict", verdict=label, told=parts)


def _is_near(cell: MatrixCell) -> bool:
    """Tell whether a difference that cannot be told is surely of one sign."""
    change = cell.estimate
    return change is not None and (change.low > 0 or change.high < 0)


def _change(words: Words, column: JudgedColumn, cell: MatrixCell) -> str:
    """Return before, after and the difference with its interval; less of what does not matter."""
    key, way = "change" if cell.interval else "change_alone", ""
    if cell.verdict == Verdict.WITHIN_MARGIN and cell.estimate is not None:
        key = "unchanged" if cell.estimate.is_nil else "short" if cell.interval else key
    if cell.verdict == Verdict.CANNOT_TELL and cell.estimate is not None and _is_near(cell):
        key, way = "change_near", _way_in_words(words, cell.estimate)
    return words.text(
        f"decision.printed.{key}",
        heading=column.heading,
        before=cell.before,
        after=_with_unit(cell.after, column),
        change=cell.change,
        interval=cell.interval,
        way=way,
    )


def _way_in_words(words: Words, change: Estimate) -> str:
    """Return which way something surely went, as people say it of its unit: longer, dearer."""
    way = "up" if change.mean > 0 else "down"
    usual = words.text(f"decision.way.other.{way}")
    return words.text.get(f"decision.way.{change.unit}.{way}", usual)


def _with_unit(level: str, column: JudgedColumn) -> str:
    return f"{level} {column.unit}".strip()


def _place_parts(words: Words, told: Decision, row: MatrixRow) -> Iterator[str]:
    """Yield who is hit hardest and who gains most, in each thing judged where somebody does."""
    own = [line for line in told.places if line.organisation == row.organisation]
    for which in ("worst", "best"):
        effects = []
        for line in own:
            effect = line.worst if which == "worst" else line.best
            if effect is not None:
                heading = told.columns[line.column].short
                levels = f"{effect.before} → {effect.after}" if effect.before else effect.note
                effects.append(
                    words.text(
                        "decision.printed.place", place=effect.place, heading=heading, levels=levels
                    )
                )
        if effects:
            yield words.text(f"decision.printed.{which}", places="; ".join(effects))


def _noticing_parts(words: Words, told: Decision, row: MatrixRow) -> Iterator[str]:
    for own in told.noticing:
        if own.organisation == row.organisation:
            yield words.text(
                "decision.printed.noticing",
                lost=own.lost,
                later=own.later,
                gained=own.gained,
                sooner=own.sooner,
                unchanged=own.unchanged,
            )


def _claim_sentences(words: Words, told: Decision) -> Iterator[Sentence]:
    """Yield how the clauses of the hypothesis came out, those that fell first."""
    parts = []
    for outcome in (DOES_NOT_HOLD, CANNOT_TELL, HOLDS):
        for claim in told.hypothesis:
            if claim.outcome == outcome:
                why = f" ({claim.why})" if claim.why else ""
                judged = words.text(f"decision.outcome.{outcome}")
                parts.append(f"{judged}: {claim.words}{why}")
    if parts:
        yield Sentence(words.text("decision.printed.hypothesis"), tuple(parts))


# --- targets --------------------------------------------------------------------------------------

MANY = 5
"""So many models are no longer named one by one where fewer are left to name."""

TargetPattern = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def target_sentences(words: Words) -> str:
    """Say which models meet which targets, as far as the verdicts tell."""
    patterns: dict[TargetPattern, list[str]] = {}
    for indicator in applicable_targets(words.chosen):
        patterns.setdefault(target_pattern(words.chosen, indicator), []).append(indicator)
    clauses = [_goal_clause(words, *item) for item in patterns.items()]
    return "; ".join(clauses) if clauses else words.text("answer.no_targets")


def applicable_targets(chosen: ResultsView) -> list[str]:
    """Return the targets that apply to the results: some model has a value for them."""
    return [name for name in chosen.targets() if is_measured(chosen, name)]


def is_measured(chosen: ResultsView, indicator: str) -> bool:
    """Tell whether an indicator has a value in some model."""
    levels = [chosen.level(name, indicator) for name in chosen.organisations]
    return any(level is not None and level.is_known for level in levels)


def target_pattern(chosen: ResultsView, indicator: str) -> TargetPattern:
    """Return the models that meet a target, those that do not, and those we cannot tell of."""
    by_verdict: dict[str, list[str]] = {
        Verdict.MET: [],
        Verdict.NOT_MET: [],
        Verdict.CANNOT_TELL: [],
    }
    for name in chosen.organisations:
        level = chosen.level(name, indicator)
        by_verdict[level.verdict if level else Verdict.CANNOT_TELL].append(name)
    meeting, missed, unclear = (tuple(names) for names in by_verdict.values())
    return meeting, missed, unclear


def _goal_clause(words: Words, pattern: TargetPattern, indicators: list[str]) -> str:
    meeting, missed, unclear = pattern
    goals_in_words = words.text.listed(
        [_goal_with_level(words, indicator, meeting) for indicator in indicators]
    )
    by_kind = {"met": meeting, "not_met": missed, "unclear": unclear}
    kinds = [kind for kind, names in by_kind.items() if names]
    if len(kinds) == 1:
        number = "all" if words.chosen.others else "one"
        model = words.models(words.chosen.organisations[:1])
        return words.text(f"answer.{number}.{kinds[0]}", goals=goals_in_words, model=model)
    models_in_words = _models_by_kind(words, {kind: list(by_kind[kind]) for kind in kinds})
    parts = [
        words.text(f"answer.part.{kind}", models=models) for kind, models in models_in_words.items()
    ]
    return words.text("answer.mixed", goals=goals_in_words, parts=words.text.listed(parts))


def _models_by_kind(words: Words, by_kind: dict[str, list[str]]) -> dict[str, str]:
    """Return the models of each kind in words; those of a kind with many are the others, last."""
    in_words = {kind: words.models(names) for kind, names in by_kind.items()}
    largest = max(by_kind, key=lambda kind: len(by_kind[kind]))
    count = len(by_kind[largest])
    if count >= MANY:
        del in_words[largest]
        in_words[largest] = words.text("answer.the_others", count=count)
    return in_words


def _goal_with_level(words: Words, indicator: str, meeting: tuple[str, ...]) -> str:
    """Return a target in words; where not all meet it, with the level of the base."""
    base = words.chosen.base
    level = words.chosen.level(base, indicator)
    if level is None or not level.is_known or len(meeting) == len(words.chosen.organisations):
        return words.goal(indicator)
    at = words.text(
        "answer.at", level=words.numbers.mean(level), model=words.labels.organisation(base)
    )
    return f"{words.labels.short(indicator)} ({words.limit(indicator)}; {at})"


# --- whether there were replications enough -------------------------------------------------------

MOST_TOLD = 1000
"""More replications than this are not counted: what they would tell is hardly worth them."""


def replication_sentences(words: Words) -> list[Sentence]:
    """Say what a search for the best found, how wide intervals became, and what more would tell.

    Before that, whose calls were met where they are real ones. No sentence of what was not asked
    for, nor where nothing is open.
    """
    manifest = words.chosen.manifest
    sentences = [
        _logged_calls(words, manifest.log),
        _best_of_many(words, manifest.ranking),
        _precision_reached(words, manifest.until),
        _replications_wanted(words),
    ]
    return [Sentence(sentence) for sentence in sentences if sentence]


def _logged_calls(words: Words, log: LogEntry | None) -> str:
    """Return whose calls were met, where they are a log's, and what intervals then tell."""
    if log is None:
        return ""
    first, last = (words.numbers.day(day) for day in (log.first, log.last))
    calls = words.numbers.plain(log.calls)
    return words.text("enough.logged", file=log.file, first=first, last=last, calls=calls)


def _best_of_many(words: Words, ranking: Sequence[RankedOrganisation]) -> str:
    """Return the best of many, or those left, those that it cannot be told from, who was let go."""
    if not ranking:
        return ""
    in_race = [model for model in ranking if not model.let_go_after]
    near = [model for model in ranking if model.let_go_after and model.is_among_best]
    gone = [_dropped_model(words, model) for model in ranking if model.let_go_after]
    parts = [_models_in_race(words, in_race)]
    parts += [words.text("enough.near", models=_ranked_titles(words, near))] if near else []
    parts += [words.text("enough.gone", models=words.text.listed(gone))] if gone else []
    return "; ".join(parts)


def _models_in_race(words: Words, in_race: Sequence[RankedOrganisation]) -> str:
    question = words.chosen.manifest.best
    assert question is not None, "there is a ranking only where the best was asked for"
    level = words.chosen.level(in_race[0].organisation, question.indicator)
    return words.text(
        "enough.best" if len(in_race) == 1 else "enough.several",
        label=words.labels.short(question.indicator),
        models=_ranked_titles(words, in_race),
        margin=words.numbers.amount(question.margin, level.unit if level else ""),
        certainty=words.numbers.amount(question.confidence, "share", 0),
        runs=in_race[0].replications,
    )


def _ranked_titles(words: Words, ranked: Sequence[RankedOrganisation]) -> str:
    return words.models([model.organisation for model in ranked])


def _dropped_model(words: Words, ranked: RankedOrganisation) -> str:
    model = words.labels.organisation(ranked.organisation)
    return words.text("enough.let_go", model=model, runs=ranked.let_go_after)


def _precision_reached(words: Words, until: PrecisionGoal | None) -> str:
    """Return whether intervals became as narrow as was asked for."""
    if until is None:
        return ""
    indicator = until.indicator
    estimates = [
        estimate for estimate in _judged_estimates(words, indicator) if estimate.has_interval
    ]
    if not estimates:
        return ""
    widest = max(estimates, key=_half_width)
    runs = max(words.chosen.manifest.runs.values())
    wanted, reached = (
        words.numbers.with_unit(
            words.numbers.plain(scale_value(value, widest.unit), 2), widest.unit, is_change=True
        )
        for value in (until.half_width, _half_width(widest))
    )
    key = "enough.narrow" if _half_width(widest) <= until.half_width else "enough.wide"
    label = words.labels.short(indicator)
    return words.text(key, label=label, asked=wanted, reached=reached, runs=runs)


def _judged_estimates(words: Words, indicator: str) -> Iterator[Estimate]:
    """Yield the differences of an indicator, or of one model alone its value."""
    for name in words.chosen.others:
        change = words.chosen.change(name, indicator)
        if change is not None:
            yield change
    level = words.chosen.level(words.chosen.base, indicator)
    if not words.chosen.others and level is not None:
        yield level


def _half_width(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2


def _replications_wanted(words: Words) -> str:
    """Return how many more replications would tell what is open; nothing where nothing is."""
    known = sorted(int(need) for need in _open_needs(words) if not math.isnan(need))
    if not known:
        return ""
    never = sum(map(math.isnan, _open_needs(words)))
    least, most = (_rounded_replications(words, count) for count in (known[0], known[-1]))
    far = "_far" if known[-1] > MOST_TOLD else ""
    only = "more" if known[0] == known[-1] or known[0] > MOST_TOLD else "more_between"
    limit = words.numbers.plain(MOST_TOLD)
    sentence = words.text(f"enough.{only}{far}", least=least, most=most, limit=limit)
    return f"{sentence}; {words.text('enough.never', count=never)}" if never else sentence


def _rounded_replications(words: Words, count: int) -> str:
    """Return a number of replications; a large one in two digits, for it is a guess."""
    rounded = count if count < 100 else float(f"{count:.2g}")
    return words.text.counted("enough.replications", count, words.numbers.plain(rounded))


def _open_needs(words: Words) -> Iterator[float]:
    """Yield how many more replications each open question needs, NaN where none would do."""
    targets = words.chosen.targets()
    of_all = [Judged(indicator) for indicator in words.chosen.judged_by()]
    for by in dict.fromkeys([*of_all, *judged_things(words)]):
        names = words.chosen.organisations if by in of_all and by.indicator in targets else []
        levels = [words.chosen.level(name, *by) for name in names]
        changes = [words.chosen.change(name, *by) for name in words.chosen.others]
        yield from (
            estimate.more_runs
            for estimate in (*levels, *changes)
            if estimate and _is_estimate_open(estimate)
        )
    changes_of_cases = (
        change
        for effect in case_comparison.main_effects(words)
        for change in effect.changes.values()
    )
    yield from (change.more_runs for change in changes_of_cases if _is_estimate_open(change))


def _is_estimate_open(estimate: Estimate) -> bool:
    return estimate.has_interval and estimate.verdict == Verdict.CANNOT_TELL
