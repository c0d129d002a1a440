"""A table of organisations beside published figures in Markdown, and its place in a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from pathlib import Path

from akuttsim.config.schema.experiment import PublishedFigure
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.files import write_whole
from akuttsim.texts import ENGLISH, message

BEGINS, ENDS = "<!-- begins: akuttsim world -->", "<!-- ends: akuttsim world -->"
"""Between these lines a document holds the table; what stands around it is left alone."""

NO_VALUE = "–"


def published_rows(
    figures: Mapping[str, PublishedFigure],
    simulated: Mapping[str, Mapping[str, float]],
    lang: str = ENGLISH,
) -> list[dict[str, str]]:
    """Return the table's lines: each figure, as published and in each organisation.

    Args:
        figures: Published figures, in the order of the table.
        simulated: By title of an organisation, the simulated value of each figure.
        lang: The language of titles and published figures.
    """
    return [
        {
            "figure": figure.title.in_language(lang),
            "published": figure.published.in_language(lang),
            **{title: _value_in_words(values[name], figure) for title, values in simulated.items()},
            "in the model": figure.in_the_model,
            "source (grade)": f"{figure.source} ({_escaped_grade(figure.grade)})",
        }
        for name, figure in figures.items()
    ]


def _value_in_words(value: float, figure: PublishedFigure) -> str:
    return NO_VALUE if isnan(value) else f"{value:.{figure.decimals}f}"


def _escaped_grade(grade: str) -> str:
    return grade.replace("*", "\\*")


def published_table(rows: list[dict[str, str]], how: str) -> str:
    """Return the table in Markdown.

    Args:
        rows: The lines, of `published_rows`.
        how: A sentence on how it was made.
    """
    return f"{markdown_table(rows)}\n\n{how}"


def write_between_marks(path: Path, written: str) -> None:
    """Write a text between the two marks of a document; what stands around them stays.

    Args:
        path: The document.
        written: The text.

    Raises:
        InputError: It has not both marks.
    """
    before, after = around_marks(path)
    write_whole(path, f"{before}{BEGINS}\n{written}\n{ENDS}{after}".encode())


def around_marks(path: Path) -> tuple[str, str]:
    """Return what stands before and behind the marks of a document.

    Args:
        path: The document.

    Raises:
        InputError: It has not both marks, or there is no such file.
    """
    document = path.read_text("utf-8") if path.is_file() else ""
    before, begins, rest = document.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not (begins and ends):
        what = message("files.document.no_marks", begins=BEGINS, ends=ENDS)
        raise InputError([Problem("", 0, str(path), what)])
    return before, after


def markdown_table(rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as a Markdown table; the keys are the heading, numbers stand to the right."""
    rows = list(rows)
    heading = list(rows[0])
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)]]
    lines += [[row[key] for key in heading] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
