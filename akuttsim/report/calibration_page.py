"""The page of a calibration: which targets are met, what stays unsure, how far verdicts move."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from akuttsim.optimisation.calibration.outcome import (
    CalibrationOutcome,
    FittedTarget,
    FittedUnknown,
    UnknownDirection,
    VerdictRange,
)
from akuttsim.report.context import PageWords, input_value_names
from akuttsim.report.document import Drawing, Figure, Page, Section, Table, text_table
from akuttsim.report.exporters.html_templates import render_page
from akuttsim.report.figures.bars_and_strips import Strip, StripMark, Strips, strips_figure
from akuttsim.texts import Lang, scale_value

LEAST_PART = 0.2
"""A smaller part of a direction is not named."""


class CalibrationWords(PageWords):
    """The texts and numbers about a calibration in one language."""

    prefix = "calibration"
    more = ("log", "calibration")

    def significant(self, value: float, most: int = 4) -> str:
        """Return a number with at most so many significant digits; a dash for none."""
        return self.nothing if math.isnan(value) else self.numbers.significant(value, most)

    def change(self, value: float, unit: str) -> str:
        """Return a difference with its sign and unit; of shares in percentage points."""
        scaled = scale_value(value, unit)
        sign = "+" if scaled > 0 else ""
        return self.numbers.with_unit(sign + self.significant(scaled, 3), unit, is_change=True)

    def measured(self, value: float, unit: str) -> str:
        """Return a value with its unit; a share in per cent."""
        return self.numbers.with_unit(self.significant(scale_value(value, unit)), unit).strip()

    def between(self, value: float, width: float, unit: str) -> str:
        """Return a value with its unit, and from where to where it reaches.

        Args:
            value: The value, in the unit of the indicator.
            width: How far it reaches on either side.
            unit: The unit.
        """
        low, high = (
            self.significant(scale_value(end, unit)) for end in (value - width, value + width)
        )
        return self("between", value=self.measured(value, unit), low=low, high=high)

    def published(self, target: FittedTarget) -> str:
        """Return what is published of a target, and from where to where it is met."""
        return self.between(target.published, target.width, target.unit)

    def simulated(self, target: FittedTarget) -> str:
        """Return what is simulated of a target after, with its 95 % interval."""
        return self.between(target.after, target.chance, target.unit)

    def span(self, ends: tuple[float, float]) -> str:
        """Return from where to where."""
        low, high = map(self.significant, ends)
        return self("span", low=low, high=high)

    def assumption(self, key: str) -> str:
        """Return what the value of a key is called; the key itself where it has no name."""
        return input_value_names(self.text.lang).get(key, key)

    def target(self, fitted: FittedTarget) -> str:
        """Return what a target is called, with its group."""
        name = fitted.name if fitted.title is None else self.text.both(fitted.title)
        return f"{name} ({fitted.group})" if fitted.group else name

    def met(self, target: FittedTarget) -> str:
        """Return whether a target is met, and whether it was held back."""
        key = "met" if target.is_met else "not_met"
        return self(f"held_{key}" if target.held_back else key)

    def quoted(self, name: str) -> str:
        """Return a name as it stands within a sentence."""
        return self.text("word.quoted", words=name)

    def indicator(self, name: str) -> str:
        """Return an indicator's name."""
        return self.text.indicator(name)


def calibration_sentences(outcome: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield what a calibration found and what its figures cannot tell.

    Args:
        outcome: The calibration.
        words: Its texts in one language.
    """
    yield _outcome_sentences(outcome, words)
    yield from _calibration_doubts(outcome, words)
    yield from _validation_sentences(outcome, words)
    yield from undetermined_sentences(outcome, words)


def _outcome_sentences(outcome: CalibrationOutcome, words: CalibrationWords) -> str:
    if outcome.is_met:
        return words("all_met", trials=outcome.trials, possible=outcome.possible)
    lost = [target for target in outcome.targets if not target.is_met and not target.held_back]
    missed = [words.quoted(words.target(fitted)) for fitted in lost]
    return words("not_all_met", trials=outcome.trials, missed=words.text.listed(missed))


def _validation_sentences(outcome: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield how many of the figures held back are met, and which are not."""
    validation = [target for target in outcome.targets if target.held_back]
    if validation:
        yield words("held", count=len(validation), met=sum(fitted.is_met for fitted in validation))
    for fitted in validation:
        if not fitted.is_met:
            now, published = words.measured(fitted.after, fitted.unit), words.published(fitted)
            name = words.quoted(words.target(fitted))
            yield words("held_missed", figure=name, now=now, published=published)


def _calibration_doubts(outcome: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    if not outcome.has_settled:
        yield words("restless")
    for target in outcome.targets:
        key = _chance_wording(target)
        if key is not None:
            name, now = words.quoted(words.target(target)), words.simulated(target)
            yield words(key, figure=name, now=now, published=words.published(target))
    for unknown in outcome.unknowns:
        if unknown.is_at_an_end:
            yield words("at_an_end", name=words.quoted(words.assumption(unknown.key)))


def _chance_wording(target: FittedTarget) -> str | None:
    """Return the text on what chance does to whether a target is met; None for nothing."""
    if target.is_blurred:
        return "blurred"
    return "only_just" if target.is_only_just_met and not target.held_back else None


def undetermined_sentences(outcome: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield which assumptions the figures say nothing of, alone or together.

    Args:
        outcome: The calibration.
        words: Its texts in one language.
    """
    identified = outcome.identified
    called = {
        unknown.name: words.quoted(words.assumption(unknown.key)) for unknown in outcome.unknowns
    }
    idle, pairs_alike, untold = (
        identified.ineffective_unknowns(),
        list(identified.inseparable_pairs()),
        identified.unidentified_directions(),
    )
    for name in idle:
        yield words("idle", name=called[name])
    for one, other, cosine in pairs_alike:
        key = "alike" if cosine > 0 else "against"
        yield words(key, one=called[one], other=called[other])
    pairs = [{called[one], called[other]} for one, other, _ in pairs_alike]
    for direction in untold:
        parts = _direction_parts(direction, [called[name] for name in identified.unknowns])
        if set(parts) not in pairs:
            yield words("mixed", parts=_mixture_words(parts, words))
    if not (idle or pairs_alike or untold):
        yield words("all_told")


def _direction_parts(direction: UnknownDirection, names: list[str]) -> dict[str, float]:
    """Return what has more than a little part in a direction."""
    pairs = zip(names, direction.parts, strict=True)
    return {name: part for name, part in pairs if abs(part) >= LEAST_PART}


def _mixture_words(parts: dict[str, float], words: CalibrationWords) -> str:
    return words.text.listed([
        words("up" if part > 0 else "down", name=name) for name, part in parts.items()
    ])  # fmt: skip


def verdict_sentences(outcome: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield how far each verdict moves within what is still possible."""
    for verdict_range in outcome.judged:
        indicator = words.indicator(verdict_range.indicator)
        moves = verdict_moves(verdict_range, words)
        yield words(
            "judged", organisation=verdict_range.organisation, indicator=indicator, moves=moves
        )


def verdict_moves(verdict_range: VerdictRange, words: CalibrationWords) -> str:
    """Return how far one verdict moves within what is still possible.

    Args:
        verdict_range: The verdict at each point that was tried.
        words: Texts in one language.
    """
    low, high = (
        words.change(value, verdict_range.unit) for value in (verdict_range.low, verdict_range.high)
    )
    span = low if low == high else words("span", low=low, high=high)
    verdict = words.text(f"verdict.{verdict_range.verdicts[0]}")
    points = len(verdict_range.verdicts)
    if points == 1:
        return words("one_point", verdict=verdict, span=span)
    if not verdict_range.depends_on_point:
        return words("holds", verdict=verdict, points=points, span=span)
    counts = words.text.listed([
        words("count", verdict=words.text(f"verdict.{name}"), count=count)
        for name, count in Counter(verdict_range.verdicts).items()
    ])  # fmt: skip
    return words("depends", counts=counts, points=points, span=span)


TARGETS = (
    "published", "tolerance", "fitted_before", "fitted_after",
    "held_before", "held_after", "chance",
)  # fmt: skip
UNKNOWNS = ("range", "possible", "before", "after")


def targets_figure(outcome: CalibrationOutcome, words: CalibrationWords) -> Figure:
    """Return the figure of published figures with what is simulated before and after."""
    strips = [_target_strip(target, words) for target in outcome.targets]
    return _strips_of("targets", strips, TARGETS, words)


def unknowns_figure(outcome: CalibrationOutcome, words: CalibrationWords) -> Figure:
    """Return the figure of assumptions: range, as written, found, and what is still possible."""
    strips = [_unknown_strip(unknown, words) for unknown in outcome.unknowns]
    return _strips_of("unknowns", strips, UNKNOWNS, words)


def _strips_of(
    name: str, strips: list[Strip], kinds: tuple[str, ...], words: CalibrationWords
) -> Figure:
    names = {kind: words(f"kind.{kind}") for kind in kinds}
    of = Strips(f"calibration-{name}", strips, names)
    values = " ".join(f"{strip.title}: {strip.values_in_words}." for strip in strips)
    alt = words(f"alt.{name}", told=values)
    wide, narrow = (
        Markup(strips_figure(of, words.numbers, alt, is_narrow)) for is_narrow in (False, True)
    )
    return Figure(name, "", (Drawing(wide, narrow),), (words(f"caption.{name}"),))


def _target_strip(target: FittedTarget, words: CalibrationWords) -> Strip:
    values = words(
        "told_target",
        published=words.published(target),
        was=words.measured(target.before, target.unit),
        now=words.measured(target.after, target.unit),
        met=words.met(target),
    )
    parts = (_scaled_part(part, target.unit) for part in _target_strip_parts(target))
    return Strip(words.target(target), values, tuple(parts))


def _scaled_part(part: StripMark, unit: str) -> StripMark:
    return StripMark(part.kind, scale_value(part.low, unit), scale_value(part.high, unit))


def _target_strip_parts(target: FittedTarget) -> Iterator[StripMark]:
    """Yield what a target's strip shows, from back to front."""
    kind = "held" if target.held_back else "fitted"
    yield StripMark("tolerance", target.published - target.width, target.published + target.width)
    yield StripMark("published", target.published, target.published)
    yield StripMark("way", *sorted((target.before, target.after)))
    if target.chance == target.chance:
        yield StripMark("chance", target.after - target.chance, target.after + target.chance)
    yield StripMark(f"{kind}_before", target.before, target.before)
    yield StripMark(f"{kind}_after", target.after, target.after)


def _unknown_strip(unknown: FittedUnknown, words: CalibrationWords) -> Strip:
    values = words(
        "told_unknown" if unknown.possible else "told_unknown_none",
        was=words.significant(unknown.before),
        now=words.significant(unknown.value),
        range=words.span(unknown.range),
        possible=words.span(unknown.possible or unknown.range),
    )
    parts = [StripMark("range", *unknown.range)]
    if unknown.possible:
        parts.append(StripMark("possible", *unknown.possible))
    parts.append(StripMark("before", unknown.before, unknown.before))
    parts.append(StripMark("after", unknown.value, unknown.value))
    return Strip(words.assumption(unknown.key), values, tuple(parts))


def calibration_page(outcome: CalibrationOutcome, names: tuple[str, str, str], lang: Lang) -> str:
    """Return the page of a calibration.

    Args:
        outcome: The calibration.
        names: Its name, the region's and the organisation's.
        lang: The language.
    """
    words = CalibrationWords(lang)
    name, region, organisation = names
    undetermined = list(undetermined_sentences(outcome, words))
    answer = [
        sentence
        for sentence in calibration_sentences(outcome, words)
        if sentence not in undetermined
    ]
    sections = [
        Section(
            "targets",
            words("targets"),
            figures=(targets_figure(outcome, words),),
            tables=(_targets_table(outcome, words),),
        ),
        Section(
            "unknowns",
            words("unknowns"),
            figures=(unknowns_figure(outcome, words),),
            tables=(_unknowns_table(outcome, words),),
        ),
        Section("told", words("told"), tuple(undetermined)),
    ]
    if outcome.judged:
        lead = words("verdicts_text", organisation=organisation)
        verdicts = (lead, *verdict_sentences(outcome, words))
        tables = (_verdicts_table(outcome, words),)
        sections.append(Section("verdicts", words("verdicts"), verdicts, tables=tables))
    trials = words.number(outcome.trials)
    page = Page(
        title=words("title", name=name),
        eyebrow=words("eyebrow", region=region, organisation=organisation, trials=trials),
        answer=(words("lead"), *answer),
        sections=tuple(sections),
    )
    return render_page(page, words)


def _calibration_table(words: CalibrationWords, heads: str, rows: list[list[str]]) -> Table:
    return text_table([words(f"head.{head}") for head in heads.split()], rows)


def _unknowns_table(outcome: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [unknown_cells(unknown, words) for unknown in outcome.unknowns]
    return _calibration_table(words, "assumption key was range now possible left", rows)


def unknown_cells(unknown: FittedUnknown, words: CalibrationWords) -> list[str]:
    """Return an assumption as a row: name, key, before, range, now, what is possible, share left.

    Args:
        unknown: The assumption.
        words: Texts in one language.
    """
    return [
        words.assumption(unknown.key),
        unknown.key,
        words.significant(unknown.before),
        words.span(unknown.range),
        words.significant(unknown.value),
        words.nothing if unknown.possible is None else words.span(unknown.possible),
        words.nothing if unknown.share_left is None else words.share(unknown.share_left),
    ]


def _targets_table(outcome: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [target_cells(target, words) for target in outcome.targets]
    return _calibration_table(words, "figure published was simulated met", rows)


def target_cells(target: FittedTarget, words: CalibrationWords) -> list[str]:
    """Return a figure as a row: name, published, before, now, whether it is met.

    Args:
        target: The figure.
        words: Texts in one language.
    """
    return [
        words.target(target),
        words.published(target),
        words.measured(target.before, target.unit),
        words.simulated(target),
        words.met(target),
    ]


def _verdicts_table(outcome: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [_verdict_cells(verdict_range, words) for verdict_range in outcome.judged]
    return _calibration_table(words, "organisation indicator verdict low high", rows)


def _verdict_cells(verdict_range: VerdictRange, words: CalibrationWords) -> list[str]:
    verdicts = [words.text(f"verdict.{name}") for name in dict.fromkeys(verdict_range.verdicts)]
    return [
        verdict_range.organisation,
        words.indicator(verdict_range.indicator),
        " / ".join(verdicts),
        words.change(verdict_range.low, verdict_range.unit),
        words.change(verdict_range.high, verdict_range.unit),
    ]
