"""What moves the answer: the pictures and sentences of a study with a design."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from akuttsim.report.cases import second_run
from akuttsim.report.factors import factor_title, level_title, levels_of
from akuttsim.report.figures.influence import Influence, Told, morris, strengths
from akuttsim.report.figures.style import Size
from akuttsim.report.figures.tornado import Bar, Swing, Tornado, tornado
from akuttsim.report.moves import Move, grouped, read_moves
from akuttsim.report.picture import Drawing, Picture
from akuttsim.report.tables import Table
from akuttsim.report.turning import intro, perhaps, turned, turning_table
from akuttsim.report.words import Words

MOST_SHOWN = 10
"""Factors in one drawing."""

MOST_MODELS = 4
"""Models that have drawings of their own."""


@dataclass(frozen=True)
class Moved:
    """What is told of a design: an introduction, the verdicts that turn, and pictures."""

    intro: str
    caption: str
    pictures: tuple[Picture, ...]
    turned: tuple[str, ...] = ()
    perhaps: str = ""
    table: Table | None = None


def moved(words: Words) -> Moved | None:
    """Return what moves the answer; None where nothing varies but the organisation."""
    moves = read_moves(words.chosen.results.sensitivity)
    if not moves:
        return None
    pictures = tuple(_pictures(words, moves))
    if moves[0].measure != "effect":
        kind = words.chosen.manifest["design"]["kind"]
        caption = words.text(f"moved.caption.{kind}", most=MOST_SHOWN)
        return Moved(words.text(f"moved.intro.{kind}"), caption, pictures)
    turning = [each for each in moves if each.turns]
    return Moved(
        f"{intro(words, moves)} {second_run(words)}".strip(),
        _tornado_caption(words),
        pictures,
        turned(words, turning),
        perhaps(words, moves),
        turning_table(words, turning),
    )


def _tornado_caption(words: Words) -> str:
    key = "tornado.caption" if words.chosen.others else "tornado.alone_caption"
    base = words.labels.organisation(words.chosen.base)
    return words.text(key, base=base, most=MOST_SHOWN)


def _pictures(words: Words, moves: Sequence[Move]) -> Iterator[Picture]:
    """Yield a picture for each main indicator: differences from the base, or own values alone."""
    against = words.chosen.base if words.chosen.others else ""
    names = (words.chosen.others or words.chosen.organisations)[:MOST_MODELS]
    by_outcome = grouped(moves, lambda each: each.outcome)
    for indicator in words.chosen.manifest["main_indicators"]:
        found = [by_outcome.get((name, against, indicator), []) for name in names]
        drawings = tuple(each for rows in found if rows for each in _drawing(words, rows))
        if drawings:
            label = words.labels.indicator(indicator)
            yield Picture(f"moved-{indicator}", label, drawings, (), ())


def _drawing(words: Words, moves: Sequence[Move]) -> Iterator[Drawing]:
    """Yield the drawing of an outcome's moves, in the form that fits their measure."""
    told = _tornado(words, moves) if moves[0].measure == "effect" else None
    if told is not None:
        count, factors = len(told.swings), [each.factor for each in told.swings]
        if count:
            wide, narrow = Size(960, 100 + 44 * count), Size(370, 130 + 78 * count, narrow=True)
            alt = _alt(words, moves[0], factors[0])
            large, small = (Markup(tornado(words, told, size, alt)) for size in (wide, narrow))
            yield Drawing(large, small, words.labels.organisation(moves[0].organisation))
    elif moves[0].measure != "effect" and any(each.mean for each in moves):
        yield _influence_drawing(words, moves)


def _alt(words: Words, move: Move, factor: str) -> str:
    label = words.labels.indicator(move.indicator)
    model = words.labels.organisation(move.organisation)
    return words.text("tornado.alt", label=label, model=model, factor=factor)


def _own_name(words: Words, move: Move) -> str:
    """Return a name of a drawing that no other has on the page."""
    place = words.chosen.organisations.index(move.organisation)
    return f"moved-{move.indicator}-{place}".replace("_", "-")


# --- one at a time --------------------------------------------------------------------------------


def _tornado(words: Words, moves: Sequence[Move]) -> Tornado | None:
    """Return the factors that move an outcome, the largest first; None without a start."""
    of, chosen = moves[0], words.chosen
    read = chosen.change if of.against else chosen.level
    start = read(of.organisation, of.indicator)
    if start is None or not start.is_known:
        return None
    alone = grouped([each for each in moves if " + " not in each.factor], lambda x: x.factor)
    swings = (_swing(words, factor, some) for factor, some in alone.items())
    largest = sorted((each for each in swings if each.size > 0), key=lambda each: -each.size)
    shown = tuple(largest[:MOST_SHOWN])
    return Tornado(_own_name(words, of), of.unit, bool(of.against), start.mean, shown)


def _swing(words: Words, factor: str, moves: Sequence[Move]) -> Swing:
    first = levels_of(words, words.chosen.first)[factor]
    bars = [
        Bar(_side(first, m.level), level_title(words, m.level), m.mean, m.ci_low, m.ci_high)
        for m in moves
    ]
    return Swing(factor_title(words, factor), level_title(words, first), tuple(bars))


def _side(first: str, level: str) -> str:
    """Tell whether a level is lower or higher than the first; other where they have no order."""
    try:
        return "lower" if float(level) < float(first) else "higher"
    except ValueError:
        return "other"


# --- designs over ranges --------------------------------------------------------------------------

LEADING = ("mu_star", "ST", "rank_correlation")
"""The measure of each design by which factors are put in order."""


def _influence_drawing(words: Words, moves: Sequence[Move]) -> Drawing:
    measures = grouped(moves, lambda each: each.measure)
    [leading] = [name for name in LEADING if name in measures]
    is_morris, of = leading == "mu_star", moves[0]
    order = [each.factor for each in sorted(measures[leading], key=_weakness)]
    told = Influence(
        _own_name(words, of),
        of.unit,
        {
            name: _in_order(words, some, order if is_morris else order[:MOST_SHOWN])
            for name, some in measures.items()
        },
    )
    count = 13 if is_morris else min(len(order), MOST_SHOWN)
    draw, alt = morris if is_morris else strengths, _alt(words, of, factor_title(words, order[0]))
    wide, narrow = Size(960, 110 + 30 * count), Size(370, 210 + 34 * count, narrow=True)
    large, small = (Markup(draw(words, told, size, alt)) for size in (wide, narrow))
    return Drawing(large, small, words.labels.organisation(of.organisation))


def _weakness(move: Move) -> float:
    return math.inf if math.isnan(move.mean) else -abs(move.mean)


def _in_order(words: Words, moves: Sequence[Move], order: Sequence[str]) -> tuple[Told, ...]:
    known = {each.factor: each for each in moves}
    found = (known[name] for name in order)
    return tuple(
        Told(factor_title(words, each.factor), each.mean, each.ci_low, each.ci_high)
        for each in found
    )
