"""The page of a calibration."""

from __future__ import annotations

from akuttsim.optimisation.calibration.outcome import (
    CalibrationOutcome,
    FittedTarget,
    FittedUnknown,
    VerdictRange,
)
from akuttsim.report.calibration import CalibrationWords, not_told, sentences, verdict_sentences
from akuttsim.report.calibration_figures import targets_picture, unknowns_picture
from akuttsim.report.logs.document import Page, Section, Table, rendered
from akuttsim.texts import Lang


def calibration_page(found: CalibrationOutcome, names: tuple[str, str, str], lang: Lang) -> str:
    """Return the page of a calibration; `names` are its own, the region's, the organisation's."""
    words = CalibrationWords(lang)
    name, region, organisation = names
    told = list(not_told(found, words))
    answer = [each for each in sentences(found, words) if each not in told]
    sections = [
        Section(
            words.told("targets"),
            pictures=[targets_picture(found, words)],
            tables=[_targets(found, words)],
        ),
        Section(
            words.told("unknowns"),
            pictures=[unknowns_picture(found, words)],
            tables=[_unknowns(found, words)],
        ),
        Section(words.told("told"), told),
    ]
    if found.judged:
        lead = words.told("verdicts_text", organisation=organisation)
        moved = list(verdict_sentences(found, words))
        sections.append(
            Section(words.told("verdicts"), [lead, *moved], tables=[_verdicts(found, words)])
        )
    trials = words.number(found.trials)
    page = Page(
        title=words.told("title", name=name),
        eyebrow=words.told("eyebrow", region=region, organisation=organisation, trials=trials),
        answer=[words.told("lead"), *answer],
        sections=sections,
    )
    return rendered(page, words)


def _table(words: CalibrationWords, heads: str, rows: list[list[str]]) -> Table:
    return Table("", [words.told(f"head.{head}") for head in heads.split()], rows)


def _unknowns(found: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [unknown_cells(each, words) for each in found.unknowns]
    return _table(words, "assumption key was range now possible left", rows)


def unknown_cells(each: FittedUnknown, words: CalibrationWords) -> list[str]:
    """Return a row: name, key, before, range, now, still possible, and that share of the range."""
    return [
        words.assumption(each.key),
        each.key,
        words.significant(each.before),
        words.span(each.range),
        words.significant(each.value),
        words("none") if each.possible is None else words.span(each.possible),
        words("none") if each.share_left is None else words.share(each.share_left),
    ]


def _targets(found: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [target_cells(each, words) for each in found.targets]
    return _table(words, "figure published was simulated met", rows)


def target_cells(each: FittedTarget, words: CalibrationWords) -> list[str]:
    """Return a figure as a row: name, published, before, now, whether it is met."""
    return [
        words.target(each),
        words.published(each),
        words.measured(each.before, each.unit),
        words.simulated(each),
        words.met(each),
    ]


def _verdicts(found: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [_verdict_cells(each, words) for each in found.judged]
    return _table(words, "organisation indicator verdict low high", rows)


def _verdict_cells(each: VerdictRange, words: CalibrationWords) -> list[str]:
    verdicts = [words.text(f"verdict.{name}") for name in dict.fromkeys(each.verdicts)]
    return [
        each.organisation,
        words.indicator(each.indicator),
        " / ".join(verdicts),
        words.change(each.low, each.unit),
        words.change(each.high, each.unit),
    ]
