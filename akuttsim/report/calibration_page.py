"""The page of a calibration: which targets are met, what stays unsure, how far verdicts move."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from akuttsim.language import Lang
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
from akuttsim.texts import scale_value

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
        """Return a value with its unit, and from where to where it reaches."""
        low, high = (
            self.significant(scale_value(end, unit)) for end in (value - width, value + width)
        )
        return self("between", value=self.measured(value, unit), low=low, high=high)

    def published(self, each: FittedTarget) -> str:
        """Return what is published of a target, and from where to where it is met."""
        return self.between(each.published, each.width, each.unit)

    def simulated(self, each: FittedTarget) -> str:
        """Return what is simulated of a target after, with its 95 % interval."""
        return self.between(each.after, each.chance, each.unit)

    def span(self, ends: tuple[float, float]) -> str:
        """Return from where to where."""
        low, high = map(self.significant, ends)
        return self("span", low=low, high=high)

    def assumption(self, key: str) -> str:
        """Return what the value of a key is called; the key itself where it has no name."""
        return input_value_names(self.text.lang).get(key, key)

    def target(self, each: FittedTarget) -> str:
        """Return what a target is called, with its group."""
        name = each.name if each.title is None else self.text.both(each.title)
        return f"{name} ({each.group})" if each.group else name

    def met(self, each: FittedTarget) -> str:
        """Return whether a target is met, and whether it was held back."""
        key = "met" if each.is_met else "not_met"
        return self(f"held_{key}" if each.held_back else key)

    def quoted(self, name: str) -> str:
        """Return a name as it stands within a sentence."""
        return self.text("word.quoted", words=name)

    def indicator(self, name: str) -> str:
        """Return an indicator's name."""
        return self.text.get(f"indicator.{name}", name)


def calibration_sentences(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield what a calibration found and what its figures cannot tell."""
    yield _outcome_sentences(found, words)
    yield from _calibration_doubts(found, words)
    yield from _validation_sentences(found, words)
    yield from undetermined_sentences(found, words)


def _outcome_sentences(found: CalibrationOutcome, words: CalibrationWords) -> str:
    if found.is_met:
        return words("all_met", trials=found.trials, possible=found.possible)
    lost = [target for target in found.targets if not target.is_met and not target.held_back]
    missed = [words.quoted(words.target(each)) for each in lost]
    return words("not_all_met", trials=found.trials, missed=words.text.listed(missed))


def _validation_sentences(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield how many of the figures held back are met, and which are not."""
    held = [target for target in found.targets if target.held_back]
    if held:
        yield words("held", count=len(held), met=sum(each.is_met for each in held))
    for each in held:
        if not each.is_met:
            now, published = words.measured(each.after, each.unit), words.published(each)
            name = words.quoted(words.target(each))
            yield words("held_missed", figure=name, now=now, published=published)


def _calibration_doubts(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    if not found.has_settled:
        yield words("restless")
    for target in found.targets:
        key = _chance_wording(target)
        if key is not None:
            name, now = words.quoted(words.target(target)), words.simulated(target)
            yield words(key, figure=name, now=now, published=words.published(target))
    for unknown in found.unknowns:
        if unknown.is_at_an_end:
            yield words("at_an_end", name=words.quoted(words.assumption(unknown.key)))


def _chance_wording(target: FittedTarget) -> str | None:
    """Return the text on what chance does to whether a target is met; None for nothing."""
    if target.is_blurred:
        return "blurred"
    return "only_just" if target.is_only_just_met and not target.held_back else None


def undetermined_sentences(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield which assumptions the figures say nothing of, alone or together."""
    told = found.identified
    called = {
        unknown.name: words.quoted(words.assumption(unknown.key)) for unknown in found.unknowns
    }
    idle, alike, untold = (
        told.ineffective_unknowns(),
        list(told.inseparable_pairs()),
        told.unidentified_directions(),
    )
    for name in idle:
        yield words("idle", name=called[name])
    for one, other, cosine in alike:
        key = "alike" if cosine > 0 else "against"
        yield words(key, one=called[one], other=called[other])
    pairs = [{called[one], called[other]} for one, other, _ in alike]
    for direction in untold:
        parts = _direction_parts(direction, [called[name] for name in told.unknowns])
        if set(parts) not in pairs:
            yield words("mixed", parts=_mixture_words(parts, words))
    if not (idle or alike or untold):
        yield words("all_told")


def _direction_parts(direction: UnknownDirection, names: list[str]) -> dict[str, float]:
    """Return what has more than a little part in a direction."""
    pairs = zip(names, direction.parts, strict=True)
    return {name: part for name, part in pairs if abs(part) >= LEAST_PART}


def _mixture_words(parts: dict[str, float], words: CalibrationWords) -> str:
    return words.text.listed([
        words("up" if part > 0 else "down", name=name) for name, part in parts.items()
    ])  # fmt: skip


def verdict_sentences(found: CalibrationOutcome, words: CalibrationWords) -> Iterator[str]:
    """Yield how far each verdict moves within what is still possible."""
    for each in found.judged:
        indicator = words.indicator(each.indicator)
        moves = verdict_moves(each, words)
        yield words("judged", organisation=each.organisation, indicator=indicator, moves=moves)


def verdict_moves(each: VerdictRange, words: CalibrationWords) -> str:
    """Return how far one verdict moves within what is still possible."""
    low, high = (words.change(value, each.unit) for value in (each.low, each.high))
    span = low if low == high else words("span", low=low, high=high)
    verdict = words.text(f"verdict.{each.verdicts[0]}")
    points = len(each.verdicts)
    if points == 1:
        return words("one_point", verdict=verdict, span=span)
    if not each.depends_on_point:
        return words("holds", verdict=verdict, points=points, span=span)
    counts = words.text.listed([
        words("count", verdict=words.text(f"verdict.{name}"), count=count)
        for name, count in Counter(each.verdicts).items()
    ])  # fmt: skip
    return words("depends", counts=counts, points=points, span=span)


TARGETS = (
    "published", "tolerance", "fitted_before", "fitted_after",
    "held_before", "held_after", "chance",
)  # fmt: skip
UNKNOWNS = ("range", "possible", "before", "after")


def targets_figure(found: CalibrationOutcome, words: CalibrationWords) -> Figure:
    """Return the figure of published figures with what is simulated before and after."""
    drawn = [_target_strip(target, words) for target in found.targets]
    return _strips_of("targets", drawn, TARGETS, words)


def unknowns_figure(found: CalibrationOutcome, words: CalibrationWords) -> Figure:
    """Return the figure of assumptions: range, as written, found, and what is still possible."""
    drawn = [_unknown_strip(unknown, words) for unknown in found.unknowns]
    return _strips_of("unknowns", drawn, UNKNOWNS, words)


def _strips_of(
    name: str, drawn: list[Strip], kinds: tuple[str, ...], words: CalibrationWords
) -> Figure:
    names = {kind: words(f"kind.{kind}") for kind in kinds}
    of = Strips(f"calibration-{name}", drawn, names)
    told = " ".join(f"{strip.title}: {strip.told}." for strip in drawn)
    alt = words(f"alt.{name}", told=told)
    wide, narrow = (
        Markup(strips_figure(of, words.numbers, alt, is_narrow)) for is_narrow in (False, True)
    )
    return Figure(name, "", (Drawing(wide, narrow),), (words(f"caption.{name}"),))


def _target_strip(each: FittedTarget, words: CalibrationWords) -> Strip:
    told = words(
        "told_target",
        published=words.published(each),
        was=words.measured(each.before, each.unit),
        now=words.measured(each.after, each.unit),
        met=words.met(each),
    )
    parts = (_scaled_part(part, each.unit) for part in _target_strip_parts(each))
    return Strip(words.target(each), told, tuple(parts))


def _scaled_part(part: StripMark, unit: str) -> StripMark:
    return StripMark(part.kind, scale_value(part.low, unit), scale_value(part.high, unit))


def _target_strip_parts(each: FittedTarget) -> Iterator[StripMark]:
    """Yield what a target's strip shows, from back to front."""
    kind = "held" if each.held_back else "fitted"
    yield StripMark("tolerance", each.published - each.width, each.published + each.width)
    yield StripMark("published", each.published, each.published)
    yield StripMark("way", *sorted((each.before, each.after)))
    if each.chance == each.chance:
        yield StripMark("chance", each.after - each.chance, each.after + each.chance)
    yield StripMark(f"{kind}_before", each.before, each.before)
    yield StripMark(f"{kind}_after", each.after, each.after)


def _unknown_strip(each: FittedUnknown, words: CalibrationWords) -> Strip:
    told = words(
        "told_unknown" if each.possible else "told_unknown_none",
        was=words.significant(each.before),
        now=words.significant(each.value),
        range=words.span(each.range),
        possible=words.span(each.possible or each.range),
    )
    parts = [StripMark("range", *each.range)]
    if each.possible:
        parts.append(StripMark("possible", *each.possible))
    parts.append(StripMark("before", each.before, each.before))
    parts.append(StripMark("after", each.value, each.value))
    return Strip(words.assumption(each.key), told, tuple(parts))


def calibration_page(found: CalibrationOutcome, names: tuple[str, str, str], lang: Lang) -> str:
    """Return the page of a calibration; `names` are its own, the region's, the organisation's."""
    words = CalibrationWords(lang)
    name, region, organisation = names
    told = list(undetermined_sentences(found, words))
    answer = [sentence for sentence in calibration_sentences(found, words) if sentence not in told]
    sections = [
        Section(
            "targets",
            words("targets"),
            figures=(targets_figure(found, words),),
            tables=(_targets_table(found, words),),
        ),
        Section(
            "unknowns",
            words("unknowns"),
            figures=(unknowns_figure(found, words),),
            tables=(_unknowns_table(found, words),),
        ),
        Section("told", words("told"), tuple(told)),
    ]
    if found.judged:
        lead = words("verdicts_text", organisation=organisation)
        moved = (lead, *verdict_sentences(found, words))
        tables = (_verdicts_table(found, words),)
        sections.append(Section("verdicts", words("verdicts"), moved, tables=tables))
    trials = words.number(found.trials)
    page = Page(
        title=words("title", name=name),
        eyebrow=words("eyebrow", region=region, organisation=organisation, trials=trials),
        answer=(words("lead"), *answer),
        sections=tuple(sections),
    )
    return render_page(page, words)


def _calibration_table(words: CalibrationWords, heads: str, rows: list[list[str]]) -> Table:
    return text_table([words(f"head.{head}") for head in heads.split()], rows)


def _unknowns_table(found: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [unknown_cells(unknown, words) for unknown in found.unknowns]
    return _calibration_table(words, "assumption key was range now possible left", rows)


def unknown_cells(each: FittedUnknown, words: CalibrationWords) -> list[str]:
    """Return a row: name, key, before, range, now, still possible, and that share of the range."""
    return [
        words.assumption(each.key),
        each.key,
        words.significant(each.before),
        words.span(each.range),
        words.significant(each.value),
        words.nothing if each.possible is None else words.span(each.possible),
        words.nothing if each.share_left is None else words.share(each.share_left),
    ]


def _targets_table(found: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [target_cells(target, words) for target in found.targets]
    return _calibration_table(words, "figure published was simulated met", rows)


def target_cells(each: FittedTarget, words: CalibrationWords) -> list[str]:
    """Return a figure as a row: name, published, before, now, whether it is met."""
    return [
        words.target(each),
        words.published(each),
        words.measured(each.before, each.unit),
        words.simulated(each),
        words.met(each),
    ]


def _verdicts_table(found: CalibrationOutcome, words: CalibrationWords) -> Table:
    rows = [_verdict_cells(each, words) for each in found.judged]
    return _calibration_table(words, "organisation indicator verdict low high", rows)


def _verdict_cells(each: VerdictRange, words: CalibrationWords) -> list[str]:
    verdicts = [words.text(f"verdict.{name}") for name in dict.fromkeys(each.verdicts)]
    return [
        each.organisation,
        words.indicator(each.indicator),
        " / ".join(verdicts),
        words.change(each.low, each.unit),
        words.change(each.high, each.unit),
    ]
