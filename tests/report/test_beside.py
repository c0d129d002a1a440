from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from akuttsim.config.schema.experiment import PublishedFigure
from akuttsim.errors import InputError
from akuttsim.experiments.load_study import load_published_figures
from akuttsim.report.exporters.markdown import (
    BEGINS,
    ENDS,
    published_rows,
    published_table,
    write_between_marks,
)

FIGURES = {
    "night": PublishedFigure(
        title="Night",
        indicator="night_share",
        published="13.5",
        decimals=1,
        in_the_model="fitted",
        source="a table",
        grade="A*",
    ),
    "red": PublishedFigure(
        title="Red",
        indicator="red_share",
        published="2.3",
        in_the_model="put in",
        source="a table",
        grade="D",
    ),
}


def test_each_figure_stands_beside_every_organisation():
    rows = published_rows(
        FIGURES, {"one": {"night": 10.84, "red": math.nan}, "two": {"night": 9, "red": 3}}
    )
    assert rows[0] == {
        "figure": "Night", "published": "13.5", "one": "10.8", "two": "9.0",
        "in the model": "fitted", "source (grade)": "a table (A\\*)",
    }  # fmt: skip
    assert (rows[1]["one"], rows[1]["two"]) == ("–", "3")
    assert "| Night | 13.5 | 10.8 | 9.0 | fitted | a table (A\\*) |" in published_table(
        rows, "Made so."
    )


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path):
    document = tmp_path / "model.md"
    document.write_text(f"Before.\n{BEGINS}\nold\n{ENDS}\nAfter.\n", "utf-8")
    write_between_marks(document, "new")
    assert document.read_text("utf-8") == f"Before.\n{BEGINS}\nnew\n{ENDS}\nAfter.\n"
    write_between_marks(document, "new")
    assert document.read_text("utf-8").count("new") == 1


@pytest.mark.parametrize("held", ["nothing", f"{BEGINS} only", f"{ENDS}\n{BEGINS}"])
def test_a_document_without_a_place_for_it_is_left_alone(tmp_path: Path, held: str):
    document = tmp_path / "model.md"
    document.write_text(held, "utf-8")
    with pytest.raises(InputError, match="no place for the table"):
        write_between_marks(document, "new")
    assert document.read_text("utf-8") == held


def test_titles_and_published_figures_are_norwegian_in_norwegian():
    figures = load_published_figures("norway")
    rows = published_rows(figures, {}, "nb")
    assert all(
        row["figure"] != each.title.en for row, each in zip(rows, figures.values(), strict=True)
    )
    assert rows[0]["figure"] == "Kontakter med legevakten per 1 000 innbyggere"
    assert not [row for row in rows if re.search(r"\d\.\d|Norway|when", row["published"])]
