"""The decision as lines of text: what `demo`, `sweep` and `compare` print.

The choice and the answer stand first, word for word as on the page; then for each model shown what
is better and worse with its interval, who is hit hardest and who notices.
"""

from __future__ import annotations

from collections.abc import Iterator

from akuttsim.experiments.hypothesis import CANNOT_TELL, DOES_NOT_HOLD, HOLDS
from akuttsim.experiments.results import Results
from akuttsim.report.answer import replication_sentences, target_sentences
from akuttsim.report.context import (
    Catalogue,
    ResultsView,
    Words,
    capital,
)
from akuttsim.report.decision import Decision, JudgedColumn, MatrixCell, MatrixRow, decision
from akuttsim.report.sections import case_comparison
from akuttsim.report.sentences import Sentence
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import Lang


def printed_decision(results: Results, lang: Lang) -> list[Sentence]:
    """Return what is printed of some results in a language."""
    words = Words(Catalogue(lang), ResultsView(results))
    told = decision(words)
    sentences = [
        Sentence(f"{told.choice} {told.answer}".strip().removesuffix(".")),
        Sentence(target_sentences(words)),
        *_row_sentences(words, told),
        *_claim_sentences(words, told),
        Sentence(told.how_sure.removesuffix(".")),
        *replication_sentences(words),
    ]
    if len(words.chosen.cases) > 1:
        agreements = case_comparison.agreements(words)
        lead = case_comparison.agreement_lead(words, agreements)
        sentences.append(Sentence(lead, case_comparison.disagreement_parts(words, agreements)))
    return [each._replace(lead=capital(each.lead)) for each in sentences]


def _row_sentences(words: Words, told: Decision) -> Iterator[Sentence]:
    base, *others = told.rows
    if not others:
        yield _levels_of_one(words, told, base)
        return
    shown = [row for row in others if row.is_shown]
    for row in shown:
        lead = words.text("decision.printed.lead", model=row.title, base=base.title)
        parts = (*_verdict_parts(words, told, row), *_place_parts(words, told, row),
                 *_noticing_parts(words, told, row))  # fmt: skip
        yield Sentence(lead, parts)
    if len(shown) < len(others):
        yield Sentence(words.text("decision.printed.rest", count=len(others) - len(shown)))


def _levels_of_one(words: Words, told: Decision, row: MatrixRow) -> Sentence:
    parts = tuple(
        words.text(
            "decision.printed.level",
            heading=column.heading,
            level=_with_unit(cell.after, column),
            target=words.text(f"verdict.{cell.target}") if cell.target else "–",
        )
        for column, cell in zip(told.columns, row.cells, strict=True)
    )
    return Sentence(words.text("decision.printed.alone"), parts)


_ORDER = (
    Verdict.WORSE,
    Verdict.BETTER,
    Verdict.FEWER_CAME,
    Verdict.DIFFERS,
    Verdict.WITHIN_MARGIN,
    Verdict.CANNOT_TELL,
)
_WITH_NUMBERS = frozenset({Verdict.WORSE, Verdict.BETTER, Verdict.FEWER_CAME, Verdict.DIFFERS})


def _verdict_parts(words: Words, told: Decision, row: MatrixRow) -> Iterator[str]:
    """Yield what is better and worse with numbers, and what is neither by name."""
    cells = list(zip(told.columns, row.cells, strict=True))
    for verdict in _ORDER:
        own = [
            _change(words, column, cell) if verdict in _WITH_NUMBERS else column.heading
            for column, cell in cells
            if cell.verdict == verdict
        ]
        if own:
            yield words.text(
                "decision.printed.verdict",
                verdict=words.text(f"verdict.{verdict}"),
                told="; ".join(own),
            )


def _change(words: Words, column: JudgedColumn, cell: MatrixCell) -> str:
    return words.text(
        "decision.printed.change",
        heading=column.heading,
        before=cell.before,
        after=_with_unit(cell.after, column),
        change=cell.change,
        interval=cell.interval,
    )


def _with_unit(level: str, column: JudgedColumn) -> str:
    return f"{level} {column.unit}".strip()


def _place_parts(words: Words, told: Decision, row: MatrixRow) -> Iterator[str]:
    """Yield who is hit hardest and who gains most, in each thing judged where somebody does."""
    own = [line for line in told.places if line.organisation == row.organisation]
    for which in ("worst", "best"):
        effects = []
        for line in own:
            effect = line.worst if which == "worst" else line.best
            if effect is not None:
                heading = told.columns[line.column].short
                levels = f"{effect.before} → {effect.after}" if effect.before else effect.note
                effects.append(
                    words.text(
                        "decision.printed.place", place=effect.place, heading=heading, levels=levels
                    )
                )
        if effects:
            yield words.text(f"decision.printed.{which}", places="; ".join(effects))


def _noticing_parts(words: Words, told: Decision, row: MatrixRow) -> Iterator[str]:
    for own in told.noticing:
        if own.organisation == row.organisation:
            yield words.text(
                "decision.printed.noticing",
                lost=own.lost,
                later=own.later,
                gained=own.gained,
                sooner=own.sooner,
                unchanged=own.unchanged,
            )


def _claim_sentences(words: Words, told: Decision) -> Iterator[Sentence]:
    """Yield how the clauses of the hypothesis came out, those that fell first."""
    parts = []
    for outcome in (DOES_NOT_HOLD, CANNOT_TELL, HOLDS):
        for claim in told.hypothesis:
            if claim.outcome == outcome:
                why = f" ({claim.why})" if claim.why else ""
                judged = words.text(f"decision.outcome.{outcome}")
                parts.append(f"{judged}: {claim.words}{why}")
    if parts:
        yield Sentence(words.text("decision.printed.hypothesis"), tuple(parts))
