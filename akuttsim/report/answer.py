"""The answer in a few sentences, chosen by the verdicts and never stronger than they are.

Also which targets are met, what the results leave open, and whether there were replications enough.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from akuttsim.config.schema.experiment import PrecisionGoal
from akuttsim.experiments.manifest import LogEntry, RankedOrganisation
from akuttsim.report.context import (
    Estimate,
    ResultsView,
    Words,
    capital,
)
from akuttsim.report.sections import case_comparison
from akuttsim.report.sections.case_comparison import effect_sentences, main_effects
from akuttsim.report.sections.patients_affected import noticing_sentences
from akuttsim.report.sentences import (
    FOR_WHOM,
    Sentence,
    case_title,
    difference_sentences,
    has_many_models,
    leading_models,
    size_of_change,
)
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import scale_value

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


_MOST_SETS = 3
_MOST_LABELS = 8
"""So many groups of models that differ in what is open are told one by one, with so many names."""


def open_question_sentences(words: Words) -> str:
    """Say what the intervals leave open, what does not apply, and how much is assumed."""
    open_questions = [*_open_targets(words), *_open_differences(words)]
    differences = words.text("answer.open", questions="; ".join(open_questions))
    key = "answer.nothing_open" if words.chosen.others else "answer.nothing_open_alone"
    parts = [differences if open_questions else words.text(key)]
    for indicator in words.chosen.targets():
        if not is_measured(words.chosen, indicator):
            why = words.labels.why_empty(indicator)
            parts.append(words.text("answer.empty", label=words.labels.short(indicator), why=why))
    return "; ".join([*parts, _share_assumed(words)])


def _open_targets(words: Words) -> list[str]:
    questions = []
    for indicator in applicable_targets(words.chosen):
        unclear = list(target_pattern(words.chosen, indicator)[2])
        if unclear:
            label = words.labels.short(indicator)
            models = _models_among(words, unclear, words.chosen.organisations)
            questions.append(words.text("answer.open_goal", models=models, goal=label))
    return questions


def _open_differences(words: Words) -> list[str]:
    """Return which models may or may not differ from the base, by the same set of indicators.

    Where these sets are many, for how many models each indicator leaves it open.
    """
    sets: dict[tuple[str, ...], list[str]] = {}
    for name in words.chosen.others:
        unclear = tuple(
            indicator
            for indicator in words.chosen.judged_by()
            if _is_difference_open(words, name, indicator)
        )
        if unclear:
            sets.setdefault(unclear, []).append(name)
    if len(sets) > _MOST_SETS or sum(map(len, sets)) > _MOST_LABELS:
        return [_open_by_indicator(words, sets)]
    base = words.labels.organisation(words.chosen.base)
    return [
        words.text(
            "answer.open_difference",
            models=_models_among(words, names, words.chosen.others),
            base=base,
            labels=words.text.listed([words.labels.short(indicator) for indicator in unclear]),
        )
        for unclear, names in _shorter_grouping(sets).items()
    ]


def _shorter_grouping(sets: dict[tuple[str, ...], list[str]]) -> dict[tuple[str, ...], list[str]]:
    """Return the same by which models leave the same indicators open, where that names fewer."""
    of_models: dict[tuple[str, ...], list[str]] = {}
    for indicator in dict.fromkeys(indicator for unclear in sets for indicator in unclear):
        names = tuple(
            name for unclear, models in sets.items() if indicator in unclear for name in models
        )
        of_models.setdefault(names, []).append(indicator)
    turned = {tuple(unclear): list(names) for names, unclear in of_models.items()}
    return turned if sum(map(len, turned)) < sum(map(len, sets)) else sets


def _open_by_indicator(words: Words, sets: dict[tuple[str, ...], list[str]]) -> str:
    """Return the indicators that leave it open, each with how many models it does so for."""
    counts: Counter[str] = Counter()
    for unclear, names in sets.items():
        counts.update(dict.fromkeys(unclear, len(names)))
    base = words.labels.organisation(words.chosen.base)
    labels = [
        f"{words.labels.short(indicator)} ({counts[indicator]})"
        for indicator in words.chosen.judged_by()
        if counts[indicator]
    ]
    count = len(words.chosen.others)
    listed = words.text.listed(labels)
    return words.text("answer.open_counted", base=base, labels=listed, count=count)


def _models_among(words: Words, names: list[str], every: list[str]) -> str:
    """Return models in words, by those that are not among them where these are fewer."""
    rest = [name for name in every if name not in names]
    if len(names) < MANY or len(rest) >= len(names):
        return words.models(names)
    return words.text("answer.all_but" if rest else "answer.every", models=words.models(rest))


def _is_difference_open(words: Words, organisation: str, indicator: str) -> bool:
    change = words.chosen.change(organisation, indicator)
    return change is not None and change.is_known and change.verdict == Verdict.CANNOT_TELL


def _share_assumed(words: Words) -> str:
    entries = words.chosen.manifest.assumptions
    assumed = sum(entry.grade == "C" for entry in entries)
    key = "answer.assumed" if assumed else "answer.none_assumed"
    return words.text(key, assumed=assumed, inputs=len(entries))


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
    for indicator in words.chosen.judged_by():
        names = words.chosen.organisations if indicator in targets else []
        levels = [words.chosen.level(name, indicator) for name in names]
        changes = [words.chosen.change(name, indicator) for name in words.chosen.others]
        yield from (
            estimate.more_runs
            for estimate in (*levels, *changes)
            if estimate and _is_estimate_open(estimate)
        )
    changes_of_cases = (
        change for effect in main_effects(words) for change in effect.changes.values()
    )
    yield from (change.more_runs for change in changes_of_cases if _is_estimate_open(change))


def _is_estimate_open(estimate: Estimate) -> bool:
    return estimate.has_interval and estimate.verdict == Verdict.CANNOT_TELL


def answer(words: Words) -> list[Sentence]:
    """Return three sentences: targets met, what differs and for whom, what could not be told.

    After the second who notices each model, and what each case changes, where there are several;
    one model alone in few cases has no other second. Last what a search for the best or an asked
    precision came to, how many more replications would tell what is open, and whether the verdicts
    of the first case hold in the others.
    """
    sentences = [
        Sentence(target_sentences(words)),
        *_comparison_sentences(words),
        Sentence(open_question_sentences(words)),
        *replication_sentences(words),
    ]
    if len(words.chosen.cases) > 1:
        agreements = case_comparison.agreements(words)
        sentences.append(
            Sentence(
                case_comparison.agreement_lead(words, agreements),
                case_comparison.disagreement_parts(words, agreements),
            )
        )
    return [sentence._replace(lead=capital(sentence.lead)) for sentence in sentences]


def _comparison_sentences(words: Words) -> list[Sentence]:
    changed = effect_sentences(words)
    if words.chosen.others:
        differences = (
            leading_models(words) if has_many_models(words) else difference_sentences(words)
        )
        return [differences, *noticing_sentences(words), *changed]
    return changed if main_effects(words) else [single_model_sentences(words), *changed]


# --- one model alone ------------------------------------------------------------------------------


def single_model_sentences(words: Words) -> Sentence:
    """Say how the main indicators are where only one model was run, and for whom ways are longest.

    Of several cases, how they are in the first.
    """
    parts = [_level_in_words(words, name) for name in words.chosen.manifest.main_indicators]
    levels = tuple(part for part in parts if part)
    if not levels:
        return Sentence(words.text("answer.only_one"))
    cases = len(words.chosen.cases)
    if cases == 1:
        return Sentence(words.text("answer.alone"), levels)
    first = case_title(words, words.chosen.first)
    return Sentence(words.text("answer.alone_in_cases", cases=cases, first=first), levels)


def _level_in_words(words: Words, indicator: str) -> str:
    level = words.chosen.level(words.chosen.base, indicator)
    if level is None or not level.is_known:
        return ""
    label, written = words.labels.short(indicator), words.level(level)
    longest = _longest_journey(words, indicator) if indicator in FOR_WHOM else ""
    key = "answer.level_longest" if longest else "answer.level"
    return words.text(key, label=label, level=written, longest=longest)


def _longest_journey(words: Words, indicator: str) -> str:
    base = words.chosen.base
    by_place = [
        (name, estimate)
        for name in words.chosen.municipalities()
        if (estimate := words.chosen.level(base, indicator, "municipality", name))
        and estimate.is_known
    ]
    if not by_place:
        return ""
    longest = max(by_place, key=size_of_change)
    place = words.labels.municipality(longest[0])
    return words.text("answer.longest", place=place, level=words.level(longest[1]))
