"""The decision in the parts that two pages of paper and a slide have room for.

Nothing is judged here: it is a `Decision`, put into the order in which it is read, with every text
that a user wrote cut to what there is room for and freed of letters that no document can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from akuttsim.experiments.results import Results
from akuttsim.report.context import (
    Catalogue,
    ResultsView,
    Words,
    capital,
)
from akuttsim.report.decision import (
    Decision,
    JudgedClaim,
    JudgedColumn,
    MatrixCell,
    MatrixRow,
    Noticing,
    PlaceEffect,
    PlaceLine,
    decision,
    felt_by_place,
)
from akuttsim.report.first_screen import (
    MARKS as VERDICT_KINDS,
)
from akuttsim.report.first_screen import (
    NOTICED,
    OUTCOMES,
    marks_of_people,
    target_flag,
    verdict_word,
)
from akuttsim.report.sentences import overload_clauses, replication_count, unfinished_sentences
from akuttsim.texts import Lang

SIGNS = {
    **{"better": "✔", "worse": "✘", "same": "=", "unsure": "?", "differs": "•", "fewer": "•"},
    **{"met": "⚑", "part-met": "⚑", "not-met": "⚐", "maybe-met": "⚐", "": ""},
}
"""A sign for each, so that colour never stands alone; all are letters of DejaVu Sans."""

INK, MUTED, RULE = "#17222c", "#4d5a66", "#c3ccd4"
TINTS = {"better": "#e4eefa", "worse": "#fdeadb"}
MARK_COLOURS = {"better": "#155a9c", "worse": "#a63c06"}
TEXT_COLOURS = {"better": "#155a9c", "worse": "#8c3204"}
"""Blue and burnt orange: 5.5 to 1 or more on their tints, and apart for who is colour-blind."""

MOST_CLAIMS, MOST_WARNINGS, MOST_MISSED, MOST_PLACES = 6, 2, 2, 6
_ROOM = {
    **{"question": 240, "choice": 320, "answer": 560, "title": 48, "summary": 96, "unit": 28},
    **{"heading": 56, "claim": 130, "why": 90, "warning": 180, "place": 32, "note": 44},
    **{"line": 260, "sure": 460, "region": 48},
}
"""Letters that each part has room for."""


def fitted(text: str, part: str) -> str:
    """Return a text on one line, cut to the letters that a part has room for.

    Letters that XML cannot hold, or that turn the direction of what stands around them, are left
    out.
    """
    plain = "".join(each for each in text if each.isprintable() or each in "\u00a0\u202f\n\t\r")
    plain = re.sub(r"[ \n\t\r]+", " ", plain).strip()
    return _cut(plain, _ROOM[part])


def _cut(text: str, most: int) -> str:
    """Return a text with whole words that has so many letters at most; of one long word a part."""
    if len(text) <= most:
        return text
    whole_words = text[:most].rpartition(" ")[0][: most - 1].rstrip(" ,;")
    return (whole_words or text[: most - 1].rstrip()) + "…"


@dataclass(frozen=True)
class PaperCell:
    """One model by one thing that it is judged by.

    Attributes:
        kind: How its verdict is shown: a key of `SIGNS`; "" of the base.
        before: The level of the base.
        after: The level of the model.
        word: The verdict in a word or two.
        change: The difference with its 95 % interval; "" of the base.
        flag: How its target is shown; "" where that is not told.
        flag_word: Whether the target is met, in words.
    """

    kind: str
    before: str
    after: str
    word: str
    change: str
    flag: str
    flag_word: str

    @property
    def matters(self) -> bool:
        """Whether it is better or worse, and so has a tint."""
        return self.kind in TINTS


@dataclass(frozen=True)
class PaperRow:
    """One thing that is judged: what it is, and a cell a model, the base first."""

    theme: str
    heading: str
    note: str
    cells: tuple[PaperCell, ...]


@dataclass(frozen=True)
class PaperModel:
    """A model: its title and, in a line, what it changes."""

    title: str
    summary: str


@dataclass(frozen=True)
class PaperClaim:
    """One clause of the hypothesis: its mark, the outcome in words, the clause, and why."""

    kind: str
    outcome: str
    words: str
    why: str


@dataclass(frozen=True)
class PaperNoticing:
    """Who notices a model: how many of 1,000 by kind, marks of ten people, and both in words."""

    title: str
    counts: tuple[tuple[str, str, int], ...]
    marks: tuple[str, ...]
    alt: str


@dataclass(frozen=True)
class PaperPlaces:
    """Where one thing judged is felt: for each model the worst and the best place in words."""

    heading: str
    note: str
    pairs: tuple[tuple[tuple[str, str], tuple[str, str]], ...]


@dataclass(frozen=True)
class DecisionPaper:
    """All that stands on the two pages, in the order in which it is read.

    Attributes:
        head: What it is and of which region, above each page.
        foot: Date, seed, runs and version, below each page.
        question: The question.
        choice: The bold line.
        answer: What follows it.
        warnings: That the study is not finished, or that a queue grew without bound.
        hypothesis: How the hypothesis came out as a whole.
        claims: Its clauses.
        more_claims: How many more there are, in words; "" for none.
        models: The base and the others that are shown.
        rows: What is judged.
        missed: Targets that are met on average and missed at known times.
        noticing: Who notices.
        places: Where it is felt.
        quiet: In what no municipality notices anything; "" for none such.
        how_sure: One line.
        rest: Which models stand on the page alone; "" for none.
    """

    head: str
    foot: str
    question: str
    choice: str
    answer: str
    warnings: tuple[str, ...]
    hypothesis: str
    claims: tuple[PaperClaim, ...]
    more_claims: str
    models: tuple[PaperModel, ...]
    rows: tuple[PaperRow, ...]
    missed: tuple[str, ...]
    noticing: tuple[PaperNoticing, ...]
    places: tuple[PaperPlaces, ...]
    quiet: str
    how_sure: str
    rest: str


def decision_paper(words: Words, told: Decision) -> DecisionPaper:
    """Return a decision in the parts that two pages of paper have room for."""
    rows = [row for row in told.rows if row.is_base or row.is_shown]
    names = [row.organisation for row in rows if not row.is_base]
    places, quiet = _places(words, told, names)
    claims = told.hypothesis[:MOST_CLAIMS]
    return DecisionPaper(
        head=words.text("paper.head", region=_region(words)),
        foot=_foot(words),
        question=fitted(told.question, "question"),
        choice=fitted(told.choice, "choice"),
        answer=fitted(told.answer, "answer"),
        warnings=_warnings(words),
        hypothesis=_hypothesis(words, told),
        claims=tuple(_claim(words, claim) for claim in claims),
        more_claims=_how_many_more(words, "claims", len(told.hypothesis) - len(claims)),
        models=tuple(_model(row) for row in rows),
        rows=tuple(
            _row(words, column, [row.cells[at] for row in rows])
            for at, column in enumerate(told.columns)
            if column.is_shown
        ),
        missed=_missed(words, told, rows[0]),
        noticing=tuple(_noticing(words, of) for of in told.noticing if of.organisation in names),
        places=places,
        quiet=quiet,
        how_sure=fitted(f"{told.cases} {told.how_sure}", "sure"),
        rest=_rest(words, told, rows),
    )


def paper_of_results(results: Results, lang: Lang) -> tuple[Words, DecisionPaper]:
    """Return the decision of some results in a language as it stands on paper, with its words."""
    words = Words(Catalogue(lang), ResultsView(results))
    return words, decision_paper(words, decision(words))


def condensed(paper: DecisionPaper) -> DecisionPaper:
    """Return a decision without what can be read in the report, for who wrote very long texts."""
    few, line, name = 3, 140, 24
    return replace(
        paper,
        question=_cut(paper.question, line),
        choice=_cut(paper.choice, line),
        answer=_cut(paper.answer, 2 * line),
        claims=tuple(
            replace(claim, words=_cut(claim.words, line // 2), why="")
            for claim in paper.claims[:few]
        ),
        models=tuple(PaperModel(_cut(model.title, name), "") for model in paper.models),
        rows=tuple(replace(row, heading=_cut(row.heading, name)) for row in paper.rows),
        warnings=tuple(_cut(warning, line) for warning in paper.warnings[:1]),
        missed=tuple(_cut(missed, line) for missed in paper.missed[:1]),
        places=tuple(
            replace(place, heading=_cut(place.heading, name)) for place in paper.places[:few]
        ),
        quiet=_cut(paper.quiet, line),
        how_sure=_cut(paper.how_sure, line),
        rest=_cut(paper.rest, line),
    )


def _region(words: Words) -> str:
    return fitted(words.text.both(words.chosen.manifest.region["title"]), "region")


def _foot(words: Words) -> str:
    manifest = words.chosen.manifest
    return words.text(
        "paper.foot",
        date=words.numbers.day(manifest.times.ended[:10]),
        seed=manifest.seed,
        runs=replication_count(words),
        weeks=manifest.weeks,
        version=manifest.akuttsim,
    )


def _warnings(words: Words) -> tuple[str, ...]:
    lines = [*unfinished_sentences(words), *(f"{each}." for each in overload_clauses(words))]
    kept = [fitted(capital(line), "warning") for line in lines[:MOST_WARNINGS]]
    more = _how_many_more(words, "warnings", len(lines) - len(kept))
    return tuple(line for line in (*kept, more) if line)


def _how_many_more(words: Words, what: str, count: int) -> str:
    return words.text(f"paper.more.{what}", count=count) if count > 0 else ""


def _hypothesis(words: Words, told: Decision) -> str:
    outcomes = {claim.outcome for claim in told.hypothesis}
    [whole] = outcomes if len(outcomes) == 1 else ["partly"]
    return words.text(f"screen.hypothesis.title.{whole}")


def _claim(words: Words, claim: JudgedClaim) -> PaperClaim:
    outcome = words.text(f"screen.hypothesis.{claim.outcome}")
    return PaperClaim(
        OUTCOMES[claim.outcome], outcome, fitted(claim.words, "claim"), fitted(claim.why, "why")
    )


def _model(row: MatrixRow) -> PaperModel:
    return PaperModel(fitted(row.title, "title"), fitted(row.summary, "summary"))


def _row(words: Words, column: JudgedColumn, cells: Sequence[MatrixCell]) -> PaperRow:
    note = "; ".join(part for part in (fitted(column.unit, "unit"), column.goal) if part)
    heading = fitted(column.heading, "heading")
    return PaperRow(column.question, heading, note, tuple(_cell(words, cell) for cell in cells))


def _cell(words: Words, cell: MatrixCell) -> PaperCell:
    kind = VERDICT_KINDS.get(cell.verdict, "") if cell.verdict else ""
    flag = target_flag(cell)
    ends = words.text("paper.interval", interval=cell.interval) if cell.interval else ""
    return PaperCell(
        kind,
        cell.before,
        cell.after,
        verdict_word(words, cell),
        f"{cell.change} {ends}".strip(),
        flag,
        words.text(f"paper.flag.{flag}") if flag else "",
    )


def _missed(words: Words, told: Decision, base: MatrixRow) -> tuple[str, ...]:
    pairs = zip(told.columns, base.cells, strict=True)
    lines = [
        fitted(words.text("paper.missed", heading=column.heading, when=cell.missed_at), "line")
        for column, cell in pairs
        if cell.missed_at and column.is_shown
    ]
    return tuple(lines[:MOST_MISSED])


def _noticing(words: Words, of: Noticing) -> PaperNoticing:
    title = fitted(of.title, "title")
    numbers = {name: int(getattr(of, name)) for name in NOTICED}
    counts = tuple((name, words.text(f"screen.noticing.{name}"), n) for name, n in numbers.items())
    shares = zip(NOTICED, marks_of_people(list(numbers.values())), strict=True)
    marks = tuple(name for name, count in shares for _ in range(count))
    return PaperNoticing(
        title, counts, marks, words.text("screen.noticing.alt", model=title, **numbers)
    )


def _places(
    words: Words, told: Decision, names: Sequence[str]
) -> tuple[tuple[PaperPlaces, ...], str]:
    """Return where some models are felt, and in what no place notices anything."""
    felt, quiet = felt_by_place(told, names)
    headings = words.text.listed([column.short for column in quiet])
    told_quiet = words.text("paper.quiet", headings=headings) if quiet else ""
    places = [_places_of(words, column, lines) for column, lines in felt[:MOST_PLACES]]
    return tuple(places), fitted(told_quiet, "line")


def _places_of(
    words: Words, column: JudgedColumn, lines: Iterable[PlaceLine | None]
) -> PaperPlaces:
    pairs = tuple(
        (_place(words, line.worst if line else None), _place(words, line.best if line else None))
        for line in lines
    )
    return PaperPlaces(fitted(column.heading, "heading"), fitted(column.unit, "unit"), pairs)


def _place(words: Words, place: PlaceEffect | None) -> tuple[str, str]:
    if place is None:
        return words.text("screen.places.none"), ""
    levels = f"{place.before} → {place.after}" if place.before else ""
    note = fitted(place.note, "note")
    return fitted(place.place, "place"), f"{levels} ({note})" if levels and note else levels or note


def _rest(words: Words, told: Decision, shown: Sequence[MatrixRow]) -> str:
    left = [row for row in told.rows if row not in shown]
    titles = [fitted(row.title, "title") for row in left[:MOST_CLAIMS]]
    if not left:
        return ""
    listed = ", ".join(titles) + (" …" if len(left) > MOST_CLAIMS else "")
    return fitted(
        words.text("paper.rest", count=len(left), models=listed).replace("….", "…"), "line"
    )
