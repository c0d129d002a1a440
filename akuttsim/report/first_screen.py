"""The decision as the templates of the page draw it: groups of columns, marks, tips and places.

Nothing is judged here: what is drawn is a `Decision`, put into the order in which it is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from akuttsim.report.context import (
    Words,
    capital,
)
from akuttsim.report.decision import (
    Decision,
    JudgedColumn,
    MatrixCell,
    MatrixRow,
    Noticing,
    PlaceLine,
    felt_by_place,
    whole_shares,
)
from akuttsim.report.decision_answer import short_title
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import scale_value

MARKS = {
    Verdict.BETTER: "better",
    Verdict.WORSE: "worse",
    Verdict.WITHIN_MARGIN: "same",
    Verdict.CANNOT_TELL: "unsure",
    Verdict.DIFFERS: "differs",
    Verdict.FEWER_CAME: "fewer",
}
"""The mark of each verdict on a difference: a shape and a colour, never a colour alone."""

OUTCOMES = {"holds": "better", "does not hold": "worse", "cannot tell": "unsure"}
"""The mark of each judgement on a clause of the hypothesis."""

FLAGS = {Verdict.MET: "met", Verdict.NOT_MET: "not-met", Verdict.CANNOT_TELL: "maybe-met"}
"""The flag of each verdict on a target."""

NOTICED = ("lost", "later", "unchanged", "sooner", "gained")
"""Those of 1,000 who fall ill, the worst first."""

PEOPLE_A_MARK = 10

MOST_PLACE_LINES = 5
"""Lines of places that the first screen has room for; one less beside three models."""

MOST_PLACE_LINES_OF_PHONE = 3
"""The same of a phone's, beside three models."""

MOST_GAINS = 4
"""Places that gain which a phone has room for."""

_MOST_ACROSS = 3
"""So many models stand side by side on a phone and on paper."""


@dataclass(frozen=True)
class ShownCell:
    """A cell of the matrix with what it is drawn with.

    Attributes:
        cell: What it says.
        mark: The shape and colour of its verdict; "" of the base and where nothing is known.
        word: The verdict in a word or two.
        before: The level of the base, without the unit that stands after the level of the model.
        flag: The flag of its target; "" for none. `part-met` is met on average alone.
        axis: Difference, ends of the interval and margin as numbers for the tip; "" for no tip.
        tip: The lines of the tip, one below the other.
    """

    cell: MatrixCell
    mark: str
    word: str
    before: str
    flag: str
    axis: str
    tip: str

    @property
    def outcome(self) -> str:
        """Return whether the target is met; met on average alone is met, and says so elsewhere."""
        return self.flag.removeprefix("part-")


@dataclass(frozen=True)
class ShownRow:
    """A model as it is drawn.

    Attributes:
        row: What is told of it.
        short: Its title for a phone and for paper, where models stand side by side.
        cells: Its cells, of every column.
    """

    row: MatrixRow
    short: str
    cells: tuple[ShownCell, ...]


class PlaceGain(NamedTuple):
    """A place that gains most.

    Attributes:
        column: In what.
        place: The municipality's name.
        effects: How much, each way that it does so once.
        models: The models in which it does; empty where it does so in all.
    """

    column: JudgedColumn
    place: str
    effects: tuple[tuple[str, str], ...]
    models: tuple[str, ...]


@dataclass(frozen=True)
class ShownPlaces:
    """Where it is felt: a line for each thing judged in which some place notices.

    Attributes:
        models: The models, in the order of the lines' pairs.
        lines: The column with the worst and the best place in each model.
        quiet: The columns in which no place of any model notices.
    """

    models: tuple[ShownRow, ...]
    lines: tuple[tuple[JudgedColumn, tuple[PlaceLine | None, ...]], ...]
    quiet: tuple[JudgedColumn, ...]

    @property
    def first_lines(self) -> tuple[tuple[JudgedColumn, tuple[PlaceLine | None, ...]], ...]:
        """Return the lines that a screen has room for: those in which some place loses most.

        The rest stands in the fold below the matrix.
        """
        most = MOST_PLACE_LINES if len(self.models) < _MOST_ACROSS else MOST_PLACE_LINES - 1
        by_loss = sorted(self.lines, key=lambda line: -_largest_loss(line[1]))
        return tuple(line for line in self.lines if line in by_loss[:most])

    @property
    def hardest_lines(self) -> tuple[tuple[JudgedColumn, tuple[PlaceLine | None, ...]], ...]:
        """Return the lines of who is hit that a phone has room for: those in which one loses most.

        Beside three models there is room for three; the rest stands in the fold below the matrix.
        """
        hit = [line for line in self.lines if any(one and one.worst for one in line[1])]
        most = len(hit) if len(self.models) < _MOST_ACROSS else MOST_PLACE_LINES_OF_PHONE
        by_loss = sorted(hit, key=lambda line: -_largest_loss(line[1]))
        return tuple(line for line in hit if line in by_loss[:most])

    @property
    def gains(self) -> list[PlaceGain]:
        """Return every place that gains most, once for the models in which it does so."""
        gains: dict[tuple[JudgedColumn, str], dict[str, tuple[str, str]]] = {}
        for column, lines in self.lines:
            for model, line in zip(self.models, lines, strict=True):
                if line is not None and line.best is not None:
                    effects = gains.setdefault((column, line.best.place), {})
                    effects[model.short] = (line.best.before, line.best.after)
        return [
            PlaceGain(
                column,
                place,
                tuple(dict.fromkeys(effects.values())),
                tuple(effects) if len(effects) < len(self.models) else (),
            )
            for (column, place), effects in gains.items()
        ]

    @property
    def has_notes(self) -> bool:
        """Tell whether some change is of a part of the people of a place."""
        effects = [
            effect
            for _, lines in self.lines
            for line in lines
            if line is not None
            for effect in (line.worst, line.best)
        ]
        return any(effect is not None and effect.note for effect in effects)


def _largest_loss(lines: Iterable[PlaceLine | None]) -> float:
    losses = (line.worst.weight for line in lines if line is not None and line.worst is not None)
    return max(losses, default=0.0)


@dataclass(frozen=True)
class ShownNoticing:
    """Who notices a model: of 1,000 people, and a mark for every ten of them, worst first."""

    of: Noticing
    counts: tuple[tuple[str, int], ...]
    marks: tuple[str, ...]


ColumnGroups = tuple[tuple[str, tuple[int, ...]], ...]
"""Questions in words, each with the places of the columns that answer it."""


@dataclass(frozen=True)
class FirstScreen:
    """What the first screen shows of a decision.

    Attributes:
        decision: The decision itself.
        groups: The columns of the first screen: a councillor's question, and the columns that
            answer it, by their place in the decision.
        more_groups: The same of the columns one click away.
        base: The model that the others are held against.
        shown: The others that are shown at once.
        others: Those one click away, as many together as stand side by side.
        noticing: Who notices the models that are shown.
        places: Where the models that are shown are felt.
        missed: Targets that are met on average and missed at known times, a sentence each.
    """

    decision: Decision
    groups: ColumnGroups
    more_groups: ColumnGroups
    base: ShownRow
    shown: tuple[ShownRow, ...]
    others: tuple[tuple[ShownRow, ...], ...]
    noticing: tuple[ShownNoticing, ...]
    places: ShownPlaces
    missed: tuple[tuple[JudgedColumn, str], ...]

    @property
    def _shown_cells(self) -> list[ShownCell]:
        places = [at for _, group in self.groups for at in group]
        return [row.cells[at] for row in (self.base, *self.shown) for at in places]

    @property
    def kinds(self) -> list[str]:
        """Return the marks of the verdicts that are shown, for the line that explains them."""
        marks = {cell.mark for cell in self._shown_cells}
        return [mark for mark in dict.fromkeys(MARKS.values()) if mark in marks]

    @property
    def flags(self) -> list[str]:
        """Return the flags of the targets that are shown, in the order in which they are told."""
        flags = {cell.flag for cell in self._shown_cells}
        return [flag for flag in ("met", "part-met", "not-met", "maybe-met") if flag in flags]

    @property
    def is_of_the_same(self) -> bool:
        """Tell whether some level before is of other people than the level in the base's row."""
        shown = [at for _, group in self.groups for at in group]
        return any(
            row.cells[at].cell.before != self.base.cells[at].cell.after
            for row in self.shown for at in shown if row.cells[at].cell.before
        )  # fmt: skip

    @property
    def hidden_titles(self) -> list[str]:
        """Return the titles of the models one click away."""
        return [row.row.title for rows in self.others for row in rows]

    @property
    def hidden_headings(self) -> list[str]:
        """Return the headings of the columns one click away."""
        return [self.decision.columns[at].heading for _, group in self.more_groups for at in group]


def first_screen(words: Words, decision: Decision) -> FirstScreen:
    """Return a decision as it is drawn on the first screen and on the first printed page."""
    rows = [_shown_row(words, row) for row in decision.rows]
    base = next(row for row in rows if row.row.is_base)
    shown = tuple(row for row in rows if row.row.is_shown and not row.row.is_base)
    others = [row for row in rows if not row.row.is_shown and not row.row.is_base]
    names = [row.row.organisation for row in shown]
    return FirstScreen(
        decision,
        _column_groups(decision.columns, is_shown=True),
        _column_groups(decision.columns, is_shown=False),
        base,
        shown,
        tuple(tuple(others[at : at + _MOST_ACROSS]) for at in range(0, len(others), _MOST_ACROSS)),
        tuple(_shown_noticing(of) for of in decision.noticing if of.organisation in names),
        _shown_places(decision, shown),
        _missed_on_average(decision),
    )


def _column_groups(columns: Sequence[JudgedColumn], is_shown: bool) -> ColumnGroups:
    """Return the columns that are shown at once, or those that are not, by the question."""
    places = [at for at, column in enumerate(columns) if column.is_shown == is_shown]
    runs = groupby(places, key=lambda at: columns[at].question)
    return tuple((question, tuple(run)) for question, run in runs)


def _shown_row(words: Words, row: MatrixRow) -> ShownRow:
    cells = tuple(shown_cell(words, cell) for cell in row.cells)
    short = short_title(words, row.organisation)
    return ShownRow(row, capital(short), cells)


def target_flag(cell: MatrixCell) -> str:
    """Return the flag of a cell's target; "" for none, `part-met` where it is met on average."""
    flag = FLAGS.get(cell.target, "") if cell.target else ""
    return "part-met" if flag == "met" and cell.missed_at else flag


def shown_cell(words: Words, cell: MatrixCell) -> ShownCell:
    """Return a cell of a matrix with its mark, flag and tip."""
    return ShownCell(
        cell,
        MARKS.get(cell.verdict, "") if cell.verdict else "",
        verdict_word(words, cell),
        _without_shared_unit(cell.before, cell.after),
        target_flag(cell),
        _axis(cell),
        _tip(words, cell),
    )


def verdict_word(words: Words, cell: MatrixCell) -> str:
    """Return the verdict on a cell in a word or two; more or less of what has no good way."""
    kind = MARKS.get(cell.verdict, "") if cell.verdict else ""
    if kind == "differs" and cell.estimate is not None:
        kind = "less" if cell.estimate.mean < 0 else "more"
    return words.text(f"screen.verdict.{kind}") if kind else ""


def _without_shared_unit(before: str, after: str) -> str:
    """Return a level without its unit where the level after it has the same."""
    number, space, unit = before.partition("\u00a0")
    is_shared = space and after.endswith(unit) and not unit[:1].isdigit()
    if is_shared:
        return number
    return before.removesuffix("%") if after.endswith("%") else before


def _axis(cell: MatrixCell) -> str:
    """Return the difference, its interval and its margin as a browser reads numbers."""
    estimate = cell.estimate
    if estimate is None or not estimate.is_known:
        return ""
    values = (estimate.mean, estimate.low, estimate.high, estimate.margin)
    scaled = [scale_value(value, estimate.unit) for value in values]
    if math.isnan(scaled[-1]):
        scaled[-1] = 0.0
    return " ".join("NaN" if math.isnan(value) else f"{value:.6g}" for value in scaled)


def _tip(words: Words, cell: MatrixCell) -> str:
    estimate = cell.estimate
    if estimate is None or not estimate.is_known:
        return ""
    lines = [words.text("screen.tip.change", change=cell.change)]
    if cell.interval:
        lines.append(words.text("screen.tip.interval", interval=cell.interval))
    if not math.isnan(estimate.margin):
        margin = words.numbers.margin(estimate)
        lines.append(words.text("screen.tip.margin", margin=margin))
    return "\n".join(lines)


def _shown_noticing(of: Noticing) -> ShownNoticing:
    counts = tuple((name, int(getattr(of, name))) for name in NOTICED)
    marks = marks_of_people([count for _, count in counts])
    kinds = (name for name, count in zip(NOTICED, marks, strict=True) for _ in range(count))
    return ShownNoticing(of, counts, tuple(kinds))


def marks_of_people(counts: Sequence[int]) -> list[int]:
    """Return how many marks of ten people each count has, so that all the marks are shared out."""
    return whole_shares(counts, sum(counts) // PEOPLE_A_MARK, PEOPLE_A_MARK)


def _shown_places(decision: Decision, models: Sequence[ShownRow]) -> ShownPlaces:
    """Return where some models are felt, with the columns that nobody notices set apart."""
    lines, quiet = felt_by_place(decision, [model.row.organisation for model in models])
    return ShownPlaces(tuple(models), tuple(lines), tuple(quiet))


def _missed_on_average(decision: Decision) -> tuple[tuple[JudgedColumn, str], ...]:
    base = _base_row(decision.rows)
    pairs = zip(decision.columns, base.cells, strict=True)
    return tuple((column, cell.missed_at) for column, cell in pairs if cell.missed_at)


def _base_row(rows: Iterable[MatrixRow]) -> MatrixRow:
    return next(row for row in rows if row.is_base)
