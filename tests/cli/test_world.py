from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from akuttsim.cli import app
from akuttsim.config.shipped import config_names
from akuttsim.experiments.load_study import load_published_figures
from akuttsim.report.exporters.markdown import BEGINS, ENDS
from tests import small

DOCUMENT = Path(__file__).parents[2] / "docs" / "model.md"


def table(path: Path) -> list[list[str]]:
    """Return the cells of the table between the marks of a document."""
    inside = path.read_text("utf-8").partition(BEGINS)[2].partition(ENDS)[0]
    rows = [line for line in inside.splitlines() if line.startswith("|")]
    return [re.split(r" \| ", row.strip("| ")) for row in rows]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[list[str]]]:
    """Return what the command prints and writes of the small district."""
    document = tmp_path_factory.mktemp("docs") / "model.md"
    document.write_text(f"{BEGINS}\n{ENDS}\n", "utf-8")
    how = ["--weeks", "1", "--replications", "2", "--workers", "1", "--into", str(document)]
    result = CliRunner().invoke(app, ["world", str(small.TODAY), *how], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout, table(document)


def test_each_figure_is_printed_and_written(written: tuple[str, list[list[str]]]) -> None:
    printed, rows = written
    for figure, cells in zip(load_published_figures("norway").values(), rows[2:], strict=True):
        assert cells[:2] == [figure.title.en, figure.published.en]
        assert cells[3] == figure.in_the_model
        assert cells[2] == "–" or float(cells[2]) >= 0
        assert figure.title.en.split(",")[0][:30] in printed


def test_the_documents_table_is_the_commands(written: tuple[str, list[list[str]]]) -> None:
    """The same figures, published numbers and sources; and numbers of the shipped regions."""
    _, rows = written
    shipped = table(DOCUMENT)
    assert set(shipped[0][2:4]) <= set(config_names("organisation"))
    assert f"akuttsim world {' '.join(shipped[0][2:4])} --into" in DOCUMENT.read_text("utf-8")
    strip = [[*row[:2], *row[-2:]] for row in shipped]
    assert strip == [[*row[:2], *row[-2:]] for row in rows]
    numbers = [cell for row in shipped[2:] for cell in row[2:4] if cell != "–"]
    assert all(float(cell) > 0 for cell in numbers)
    assert len(numbers) > 30, "a dash stands only where a region has no dense municipality"


def test_a_document_without_marks_is_told(tmp_path: Path) -> None:
    document = tmp_path / "other.md"
    document.write_text("text", "utf-8")
    result = CliRunner().invoke(app, ["world", str(small.TODAY), "--into", str(document)])
    assert "has no place for the table" in str(result.exception)
    assert document.read_text("utf-8") == "text"
