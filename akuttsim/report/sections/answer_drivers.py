"""Section of the page on what drives the answer: influential factors, and changes that turn it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple, TypeVar

import pandas as pd

from akuttsim.report.context import Estimate, Words
from akuttsim.report.document import Cell, Table, TableRow
from akuttsim.report.sections.case_comparison import second_run_note
from akuttsim.report.sentences import factor_title, level_title, levels_of
from akuttsim.statistics.verdicts import Verdict

GroupKey = TypeVar("GroupKey", bound=Hashable)


class SensitivityRow(NamedTuple):
    """What a measure tells of a factor's part in an outcome: a row of `sensitivity.csv`.

    Attributes:
        organisation: Whose outcome it is.
        against: The base, where the outcome is a difference; "" for a value of its own.
        indicator: What the outcome is.
        unit: The unit of the outcome.
        measure: What is told: "effect" of one change, or a measure over all cases (`mu_star`, `ST`,
            `rank_correlation` and others).
        factor: What was varied; several that were varied at once are joined with " + ".
        level: What it was set to; "" for measures over all cases.
        mean: The measure.
        ci_low: The lower end of its 95 % interval.
        ci_high: The upper end.
        first_verdict: The verdict on the outcome in the first case.
        verdict: That in this case.
        turns: Whether it is another because of this change, and not by chance.
    """

    organisation: str
    against: str
    indicator: str
    unit: str
    measure: str
    factor: str
    level: str
    mean: float
    ci_low: float
    ci_high: float
    first_verdict: str
    verdict: str
    turns: bool

    @property
    def outcome(self) -> tuple[str, str, str]:
        """Return whose outcome it is, against whom, and of what."""
        return self.organisation, self.against, self.indicator

    @property
    def is_other(self) -> bool:
        """Tell whether the verdict is not that of the first case, surely or by chance."""
        return bool(self.verdict and self.first_verdict) and self.verdict != self.first_verdict


def read_sensitivity_rows(table: pd.DataFrame) -> list[SensitivityRow]:
    """Return the rows of a table of sensitivity.

    Args:
        table: `sensitivity.csv` as read; empty where nothing varies but the organisation.
    """
    if not len(table):
        return []
    columns = (table[name].tolist() for name in SensitivityRow._fields)
    return [SensitivityRow(*row) for row in zip(*columns, strict=True)]


def grouped_rows(
    moves: Iterable[SensitivityRow], key: Callable[[SensitivityRow], GroupKey]
) -> dict[GroupKey, list[SensitivityRow]]:
    """Return moves by a key, in order of appearance.

    Args:
        moves: Rows of the table.
        key: Returns what rows are put together by.
    """
    groups: dict[GroupKey, list[SensitivityRow]] = {}
    for move in moves:
        groups.setdefault(key(move), []).append(move)
    return groups


MOST_TOLD = 12
"""Verdicts that turn, named as sentences; the table has all of them."""


def turning_intro(words: Words, moves: Sequence[SensitivityRow]) -> str:
    """Say how many changes were tried, and how many verdicts surely turn by one of them."""
    judged = [move for move in moves if move.first_verdict]
    turning = {verdict.outcome for verdict in judged if verdict.turns}
    design = words.chosen.manifest.design.kind
    return words.text(
        "moved.some_turn" if turning else "moved.none_turn",
        tried=words.text.counted(f"moved.tried.{design}", len(words.chosen.cases) - 1),
        verdicts=len({verdict.outcome for verdict in judged}),
        turned=len(turning),
    )


def chance_turns(words: Words, moves: Sequence[SensitivityRow]) -> str:
    """Say how many other changes go with another verdict, perhaps by chance; "" for none."""
    count = sum(move.is_other and not move.turns for move in moves)
    return words.text("moved.perhaps", count=count) if count else ""


def turning_sentences(words: Words, turning: Sequence[SensitivityRow]) -> tuple[str, ...]:
    """Return a sentence for each verdict that turns: to what, and by what.

    Models of which the same is to be said share a sentence.

    Args:
        words: Results in one language.
        turning: Rows in which the verdict surely turns.
    """
    of_outcomes = grouped_rows(turning, lambda each: each.outcome).values()
    alike: dict[Hashable, list[list[SensitivityRow]]] = {}
    for group in of_outcomes:
        alike.setdefault(_what_is_said(group), []).append(group)
    sentences = [_turning_sentence(words, groups) for groups in alike.values()]
    if len(sentences) > MOST_TOLD:
        sentences[MOST_TOLD:] = [words.text("moved.more_below", count=len(sentences) - MOST_TOLD)]
    return tuple(sentences)


def _what_is_said(group: Sequence[SensitivityRow]) -> Hashable:
    """Return what a sentence on an outcome says, but for the model."""
    first = group[0]
    turns = tuple((move.factor, move.level, move.verdict) for move in group)
    return first.against, first.indicator, first.first_verdict, turns


def _turning_sentence(words: Words, alike: Sequence[Sequence[SensitivityRow]]) -> str:
    first = alike[0][0]
    others = [
        words.text(
            "moved.turn_to",
            verdict=words.text(f"verdict.{verdict}"),
            by="; ".join(factor_setting(words, move) for move in some),
        )
        for verdict, some in grouped_rows(alike[0], lambda move: move.verdict).items()
    ]
    return words.text(
        "moved.turn_of_difference" if first.against else "moved.turn_of_target",
        label=words.labels.short(first.indicator),
        model=_models_in_words(words, [of[0] for of in alike]),
        base=words.labels.organisation(words.chosen.base),
        first=words.text(f"verdict.{first.first_verdict}"),
        others=words.text.listed(others),
    )


def _models_in_words(words: Words, alike: Sequence[SensitivityRow]) -> str:
    """Name the models, or say that it is all that have such an outcome."""
    if not alike[0].against and 1 < len(alike) == len(words.chosen.organisations):
        return words.text("moved.all_models")
    return words.text.listed([words.labels.organisation(of.organisation) for of in alike])


MOST_REVERSED = 3
"""Indicators whose verdict is turned round, named one by one where there is little room."""


def what_turns_in_brief(words: Words) -> str:
    """Return in a few sentences what one value after the other does to the verdicts.

    Which verdicts stand whatever is changed, which are turned round and by what, and how many can
    no longer be told. "" for a study in which values were not changed one at a time.
    """
    rows = read_sensitivity_rows(words.chosen.results.sensitivity)
    moves = [move for move in rows if move.measure == "effect" and move.first_verdict]
    if not moves or words.chosen.manifest.design.kind != "one-at-a-time":
        return ""
    turning = [move for move in moves if move.turns]
    reversed_by = grouped_rows(filter(_is_contrary, turning), lambda move: move.indicator)
    touched = {move.indicator for move in turning}
    stands = list(dict.fromkeys(m.indicator for m in moves if m.indicator not in touched))
    opened = {move.outcome for move in turning} - {m.outcome for m in turning if _is_contrary(m)}
    return " ".join(_brief_sentences(words, moves, (stands, reversed_by, len(opened))))


def _is_contrary(move: SensitivityRow) -> bool:
    return move.verdict == Verdict(move.first_verdict).opposite


def _brief_sentences(
    words: Words,
    moves: Sequence[SensitivityRow],
    told: tuple[Sequence[str], Mapping[str, Sequence[SensitivityRow]], int],
) -> Iterator[str]:
    text, button = words.text, words.labels.button
    stands, reversed_by, opened = told
    yield text.counted("moved.brief.varied", len({move.factor for move in moves}))
    if stands:
        yield text("moved.brief.stands", indicators=text.listed([button(name) for name in stands]))
    if reversed_by:
        parts = [_reversed_in_brief(words, *of) for of in list(reversed_by.items())[:MOST_REVERSED]]
        yield text("moved.brief.reversed", parts="; ".join(parts))
    if opened:
        yield text.counted("moved.brief.opened", opened)


def _reversed_in_brief(words: Words, indicator: str, moves: Sequence[SensitivityRow]) -> str:
    """Name an indicator with the first value that turns its verdict, and how many more do."""
    settings = list(dict.fromkeys(factor_setting(words, move) for move in moves))
    more = words.text("moved.brief.more", count=len(settings) - 1) if len(settings) > 1 else ""
    label = words.labels.button(indicator)
    return words.text("moved.brief.by", label=label, setting=settings[0], more=more)


def factor_setting(words: Words, move: SensitivityRow) -> str:
    """Return what was changed to what."""
    pairs = zip_longest(move.level.split(" + "), move.factor.split(" + "), fillvalue="")
    level = " + ".join(level_title(words, part, factor) for part, factor in pairs if part)
    return words.text("moved.setting", factor=factor_title(words, move.factor), level=level)


HEADS = ("what", "by", "first", "then", "change")


def turning_table(words: Words, turning: Sequence[SensitivityRow]) -> Table | None:
    """Return every change that turns a verdict; None where none does."""
    heads = tuple(words.text(f"moved.head.{name}") for name in HEADS)
    rows = tuple(_turning_row(words, move) for move in turning)
    return Table(words.text("moved.table"), heads, rows) if rows else None


def _turning_row(words: Words, move: SensitivityRow) -> TableRow:
    change = Estimate(move.mean, move.ci_low, move.ci_high, move.unit, "")
    verdicts = (words.labels.named(name) for name in (move.first_verdict, move.verdict))
    cells = (
        Cell(factor_setting(words, move)),
        *(Cell("", "", verdict) for verdict in verdicts),
        Cell(words.numbers.change(change), words.numbers.interval(change)),
    )
    title = words.labels.organisation(move.organisation)
    return TableRow(words.labels.indicator(move.indicator), title, cells, move.indicator)


MOST_SHOWN = 10
"""Factors in one drawing."""

MOST_MODELS = 4
"""Models that have drawings of their own."""


@dataclass(frozen=True)
class AnswerDrivers:
    """What is told of a design.

    Attributes:
        intro: How many changes were tried and how many verdicts turn.
        turned: A sentence for each verdict that turns, models alike in one.
        count: How many verdicts turn.
        perhaps: How many other changes may have turned one by chance; "" for none.
        brief: The same in a few sentences; see `what_turns_in_brief`.
        table: Every change that turns a verdict.
    """

    intro: str
    turned: tuple[str, ...] = ()
    count: int = 0
    perhaps: str = ""
    brief: str = ""
    table: Table | None = None


def answer_drivers(words: Words) -> AnswerDrivers | None:
    """Return what moves the answer; None where nothing varies but the organisation."""
    moves = read_sensitivity_rows(words.chosen.results.sensitivity)
    if not moves:
        return None
    if moves[0].measure != "effect":
        kind = words.chosen.manifest.design.kind
        return AnswerDrivers(words.text(f"moved.intro.{kind}"))
    turning = [move for move in moves if move.turns]
    return AnswerDrivers(
        f"{turning_intro(words, moves)} {second_run_note(words)}".strip(),
        turning_sentences(words, turning),
        len({move.outcome for move in turning}),
        chance_turns(words, moves),
        what_turns_in_brief(words),
        turning_table(words, turning),
    )


def drivers_caption(words: Words, is_effect: bool) -> str:
    """Return what stands below the figures of what moves the answer."""
    if not is_effect:
        kind = words.chosen.manifest.design.kind
        return words.text(f"moved.caption.{kind}", most=MOST_SHOWN)
    key = "tornado.caption" if words.chosen.others else "tornado.alone_caption"
    base = words.labels.organisation(words.chosen.base)
    return words.text(key, base=base, most=MOST_SHOWN)


def moves_of_outcomes(words: Words) -> Iterator[tuple[str, list[list[SensitivityRow]]]]:
    """Yield each main indicator with what moves it, model by model.

    Outcomes are differences from the base; the models' own values where there is nobody else.

    Args:
        words: Results in one language.

    Yields:
        The indicator, and the rows of each model that has any; at most `MOST_MODELS` models.
    """
    moves = read_sensitivity_rows(words.chosen.results.sensitivity)
    against = words.chosen.base if words.chosen.others else ""
    names = (words.chosen.others or words.chosen.organisations)[:MOST_MODELS]
    by_outcome = grouped_rows(moves, lambda each: each.outcome)
    for indicator in words.chosen.manifest.main_indicators:
        of_models = [by_outcome.get((name, against, indicator), []) for name in names]
        yield indicator, [rows for rows in of_models if rows]


def driver_alt(words: Words, move: SensitivityRow, factor: str) -> str:
    """Return what a figure of what moves an outcome shows, in words."""
    label = words.labels.indicator(move.indicator)
    model = words.labels.organisation(move.organisation)
    return words.text("tornado.alt", label=label, model=model, factor=factor)


def _drawing_name(words: Words, move: SensitivityRow) -> str:
    """Return a name of a drawing that no other has on the page."""
    place = words.chosen.organisations.index(move.organisation)
    return f"moved-{move.indicator}-{place}".replace("_", "-")


# --- one at a time --------------------------------------------------------------------------------


@dataclass(frozen=True)
class TornadoBar:
    """What an outcome becomes when a factor alone is at a level.

    Attributes:
        side: Whether the level is lower, higher or other than in the first case.
        level: The level in words.
        change: The change from the first case, in the unit of the outcome.
        low: The lower end of its 95 % interval.
        high: The upper end.
    """

    side: str
    level: str
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class FactorSwing:
    """A factor in words, with its bars.

    Attributes:
        factor: The factor.
        first_level: Its level in the first case.
        bars: What each other level makes of the outcome.
    """

    factor: str
    first_level: str
    bars: tuple[TornadoBar, ...]

    @property
    def size(self) -> float:
        """Return the largest change either way."""
        return max(abs(bar.change) for bar in self.bars)

    @property
    def levels(self) -> str:
        """Return from which level to which."""
        return f"{self.first_level} → {' / '.join(bar.level for bar in self.bars)}"


@dataclass(frozen=True)
class Tornado:
    """An outcome and what moves it.

    Attributes:
        name: Name of the drawing within the page.
        unit: Unit of the outcome.
        is_change: Whether it is a difference from the base.
        start: What it is in the first case.
        swings: The factors, the largest first.
    """

    name: str
    unit: str
    is_change: bool
    start: float
    swings: tuple[FactorSwing, ...]


def tornado_of(words: Words, moves: Sequence[SensitivityRow]) -> Tornado | None:
    """Return the factors that move an outcome, the largest first; None without a start.

    Factors that were changed together with others are left out.

    Args:
        words: Results in one language.
        moves: All rows of the outcome.
    """
    of, chosen = moves[0], words.chosen
    read = chosen.change if of.against else chosen.level
    start = read(of.organisation, of.indicator)
    if start is None or not start.is_known:
        return None
    alone = grouped_rows([move for move in moves if " + " not in move.factor], lambda x: x.factor)
    swings = (_factor_swing(words, factor, some) for factor, some in alone.items())
    largest = sorted((swing for swing in swings if swing.size > 0), key=lambda each: -each.size)
    shown = tuple(largest[:MOST_SHOWN])
    return Tornado(_drawing_name(words, of), of.unit, bool(of.against), start.mean, shown)


def _factor_swing(words: Words, factor: str, moves: Sequence[SensitivityRow]) -> FactorSwing:
    first = levels_of(words, words.chosen.first)[factor]
    bars = [
        TornadoBar(
            _level_side(first, m.level),
            level_title(words, m.level, factor),
            m.mean,
            m.ci_low,
            m.ci_high,
        )
        for m in moves
    ]
    at_first = level_title(words, first, factor)
    return FactorSwing(factor_title(words, factor), at_first, tuple(bars))


def _level_side(first: str, level: str) -> str:
    """Tell whether a level is lower or higher than the first; other where they have no order."""
    try:
        return "lower" if float(level) < float(first) else "higher"
    except ValueError:
        return "other"


# --- designs over ranges --------------------------------------------------------------------------


@dataclass(frozen=True)
class FactorInfluence:
    """What a measure tells of a factor.

    Attributes:
        factor: The factor in words.
        mean: The measure.
        low: The lower end of its 95 % interval; NaN where it has none.
        high: The upper end.
    """

    factor: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class InfluenceMeasures:
    """An outcome and what each measure of its design tells of the factors.

    Attributes:
        name: Name of the drawing within the page.
        unit: Unit of the outcome.
        leading: The measure by which factors are put in order.
        measures: Each measure's factors, the strongest first.
    """

    name: str
    unit: str
    leading: str
    measures: dict[str, tuple[FactorInfluence, ...]]


LEADING = ("mu_star", "ST", "rank_correlation")
"""The measure of each design by which factors are put in order."""


def influence_of(words: Words, moves: Sequence[SensitivityRow]) -> InfluenceMeasures | None:
    """Return what each measure of a design tells of the factors; None where nothing moves.

    Args:
        words: Results in one language.
        moves: All rows of the outcome.
    """
    if moves[0].measure == "effect" or not any(move.mean for move in moves):
        return None
    measures = grouped_rows(moves, lambda each: each.measure)
    [leading] = [name for name in LEADING if name in measures]
    order = [measure.factor for measure in sorted(measures[leading], key=_weakness)]
    shown = order if leading == "mu_star" else order[:MOST_SHOWN]
    ordered = {name: _ordered_rows(words, some, shown) for name, some in measures.items()}
    return InfluenceMeasures(_drawing_name(words, moves[0]), moves[0].unit, leading, ordered)


def _weakness(move: SensitivityRow) -> float:
    return math.inf if math.isnan(move.mean) else -abs(move.mean)


def _ordered_rows(
    words: Words, moves: Sequence[SensitivityRow], order: Sequence[str]
) -> tuple[FactorInfluence, ...]:
    known = {move.factor: move for move in moves}
    ordered = (known[name] for name in order)
    return tuple(
        FactorInfluence(factor_title(words, row.factor), row.mean, row.ci_low, row.ci_high)
        for row in ordered
    )
