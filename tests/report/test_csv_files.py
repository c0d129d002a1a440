from __future__ import annotations

import csv
import io

import pytest

from akuttsim.report.exporters.spreadsheet import MARK, csv_content, csv_dialect, write_csv_files
from akuttsim.report.exporters.workbook import KEYS, workbook_sheets


def read(content, lang):
    text = content.decode("utf-8")
    assert text.startswith(MARK) and "\r" not in text.replace("\\r", "")
    between, _ = csv_dialect(lang)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK), newline=""), delimiter=between))


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_number_is_that_of_the_summary(measured, tmp_path, lang):
    write_csv_files(measured, lang, tmp_path)
    _, *rows = read((tmp_path / "everything.csv").read_bytes(), lang)
    expected = measured.summary.dropna(subset=["mean"])
    assert len(rows) == len(expected)
    for cells, row in zip(rows, expected.itertuples(), strict=True):
        assert cells[-1] == row.indicator
        for told, value in zip(cells[5:8], (row.mean, row.ci_low, row.ci_high), strict=True):
            assert ("." in told) <= (lang == "en") and ("," in told) <= (lang == "nb")
            number = float(told.replace(",", ".")) if told else float("nan")
            scale = 100 if row.unit == "share" else 1
            assert number == pytest.approx(scale * value, rel=1e-9, abs=1e-9, nan_ok=True)


def test_there_is_a_file_for_each_sheet_and_the_first_lists_them(results, tmp_path):
    (tmp_path / "failed.csv").write_text("of an earlier report")
    (tmp_path / "mine.txt").write_text("mine")
    files = write_csv_files(results, "nb", tmp_path)
    assert [path.stem for path in files] == [
        key for key in KEYS if tmp_path / f"{key}.csv" in files
    ]
    assert {path.name for path in tmp_path.iterdir()} == {
        *(path.name for path in files),
        "mine.txt",
    }
    _, *rows = read((tmp_path / "contents.csv").read_bytes(), "nb")
    assert {row[-1] for row in rows} == {p.name for p in files} - {"front.csv", "contents.csv"}


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_no_cell_is_taken_for_a_formula(hostile, lang):
    name, results = hostile
    for grid in workbook_sheets(results, lang):
        for row in read(csv_content(grid, csv_dialect(lang)), lang):
            assert len(row) == len(grid.columns)
            for cell in row:
                number = cell.replace(",", ".").removeprefix("-")
                is_number = number.replace(".", "").replace("e-", "").isdigit()
                assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    targets = next(sheet for sheet in workbook_sheets(results, lang) if sheet.key == "targets")
    cells = read(csv_content(targets, csv_dialect(lang)), lang)[1]
    assert cells[2].removeprefix("'") == name


def test_the_same_results_give_the_same_bytes(results, tmp_path):
    one, two = (write_csv_files(results, "en", tmp_path / name) for name in "ab")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
