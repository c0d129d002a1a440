"""The decision: what the first screen, two printed pages, the slide and the sheets tell alike.

Everything is taken from the tables of results; nothing is computed or judged anew. Texts are in the
language of `Words`, without intervals, which stand in `Estimate` for whoever shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

from akuttsim.report.context import Estimate
from akuttsim.statistics.verdicts import Verdict


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
    """

    indicator: str
    group_by: str
    group: str
    heading: str
    short: str
    unit: str
    goal: str
    theme: str


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
    """

    organisation: str
    title: str
    summary: str
    is_base: bool
    is_shown: bool
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True)
class PlaceEffect:
    """A place that a model changes: before and after, of the people there who notice it.

    Attributes:
        place: The municipality's name as people write it; "" where no place notices.
        municipality: Its key in the region; "" for none.
        before: Level in the base, in words, without the unit.
        after: Level in the model.
        note: When or for how many, in words ("kl. 22–23", "84 av 1000"); "" for everybody, always.
    """

    place: str
    municipality: str
    before: str
    after: str
    note: str


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
        how_sure: One line: what the simulation settles and what it rests on.
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
