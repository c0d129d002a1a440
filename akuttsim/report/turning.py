"""Which change alone turns a verdict, in sentences and as a table."""

from __future__ import annotations

from collections.abc import Sequence

from akuttsim.report.factors import factor_title, level_title
from akuttsim.report.moves import Move, grouped
from akuttsim.report.selection import Estimate
from akuttsim.report.tables import Cell, Row, Table
from akuttsim.report.words import Words

MOST_TOLD = 12
"""Verdicts that turn, named as sentences; the table has all of them."""


def intro(words: Words, moves: Sequence[Move]) -> str:
    """Say how many changes were tried, and how many verdicts surely turn by one of them."""
    judged = [each for each in moves if each.first_verdict]
    turning = {each.outcome for each in judged if each.turns}
    design = words.chosen.manifest["design"]["kind"]
    return words.text(
        "moved.some_turn" if turning else "moved.none_turn",
        tried=words.text.counted(f"moved.tried.{design}", len(words.chosen.cases) - 1),
        verdicts=len({each.outcome for each in judged}),
        turned=len(turning),
    )


def perhaps(words: Words, moves: Sequence[Move]) -> str:
    """Say how many other changes go with another verdict, perhaps by chance; "" for none."""
    count = sum(each.is_other and not each.turns for each in moves)
    return words.text("moved.perhaps", count=count) if count else ""


def turned(words: Words, turning: Sequence[Move]) -> tuple[str, ...]:
    """Return a sentence for each outcome whose verdict turns: to what, and by what."""
    told = [_turn(words, group) for group in grouped(turning, lambda each: each.outcome).values()]
    if len(told) > MOST_TOLD:
        told[MOST_TOLD:] = [words.text("moved.more_below", count=len(told) - MOST_TOLD)]
    return tuple(told)


def _turn(words: Words, group: Sequence[Move]) -> str:
    first = group[0]
    others = [
        words.text(
            "moved.turn_to",
            verdict=words.text(f"verdict.{verdict}"),
            by="; ".join(setting(words, each) for each in some),
        )
        for verdict, some in grouped(group, lambda each: each.verdict).items()
    ]
    return words.text(
        "moved.turn_of_difference" if first.against else "moved.turn_of_target",
        label=words.labels.short(first.indicator),
        model=words.labels.organisation(first.organisation),
        base=words.labels.organisation(words.chosen.base),
        first=words.text(f"verdict.{first.first_verdict}"),
        others=words.text.listed(others),
    )


def setting(words: Words, move: Move) -> str:
    """Return what was changed to what."""
    level = " + ".join(level_title(words, each) for each in move.level.split(" + "))
    return words.text("moved.setting", factor=factor_title(words, move.factor), level=level)


HEADS = ("what", "by", "first", "then", "change")


def turning_table(words: Words, turning: Sequence[Move]) -> Table | None:
    """Return every change that turns a verdict; None where none does."""
    heads = tuple(words.text(f"moved.head.{name}") for name in HEADS)
    rows = tuple(_row(words, each) for each in turning)
    return Table(words.text("moved.table"), heads, rows) if rows else None


def _row(words: Words, move: Move) -> Row:
    change = Estimate(move.mean, move.ci_low, move.ci_high, move.unit, "")
    verdicts = (words.labels.named(name) for name in (move.first_verdict, move.verdict))
    cells = (
        Cell(setting(words, move)),
        *(Cell("", "", each) for each in verdicts),
        Cell(words.numbers.change(change), words.numbers.interval(change)),
    )
    title = words.labels.organisation(move.organisation)
    return Row(words.labels.indicator(move.indicator), title, cells, move.indicator)
