"""One reader of tables: each of its users reads what people save, and refuses what is hostile."""

from __future__ import annotations

import datetime
import gzip
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from akuttsim.config.region_tables import read_table
from akuttsim.config.yaml_document import plain_values
from akuttsim.errors import InputError
from akuttsim.regionbuilder.official_statistics import read_delimited_table
from akuttsim.roads.importers.table_columns import read_columns
from akuttsim.tables import TableRules, date_of_cell, open_table, parse_number, read_rows

TEXT = "sted;km;\nBodø;1,5;\n;;\n"


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def saved(folder: Path, kind: str) -> Path:
    path = folder / f"table.{kind}"
    match kind:
        case "xlsx":
            return workbook(path, ("sted", "km", None), (), ("Bodø", 1.5, None), (None, "", None))
        case "gz":
            path.write_bytes(gzip.compress(TEXT.encode()))
        case "sep":
            path.write_bytes(("sep=;\r\n" + TEXT.replace("\n", "\r\n")).encode("utf-8-sig"))
        case "tab":
            path.write_bytes(TEXT.replace(";", "\t").encode("utf-16"))
        case _:
            path.write_bytes(TEXT.encode(kind))
    return path


KINDS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "gz", "sep", "tab", "xlsx"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_user_reads_every_kind(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path, kind)
    rules = TableRules()
    assert next(cells[:2] for _, cells in read_rows(path, "t", rules)) == ["sted", "km"]
    columns = read_columns(path, "t")
    assert (columns.texts("sted"), columns.numbers("km").tolist()) == (["Bodø"], [1.5])
    [row] = read_table(path, "t", frozenset({"sted", "km"}))
    assert {name: plain_values(node) for name, node in row.items()} == {"sted": "Bodø", "km": 1.5}
    statistics = read_delimited_table(path, lambda cells: "sted" in cells)
    assert statistics.heading == ("sted", "km")
    assert [parse_number(cells[1]) for _, cells in statistics.rows] == [1.5]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('sep=;\nsted;km\n"a\nb";1\n\nc;2\n')
    assert [line for line, _ in read_rows(path, "t", TableRules())] == [2, 3, 6]
    assert read_columns(path, "t").line.tolist() == [3, 6]


def test_cells_of_a_workbook_as_text(tmp_path: Path) -> None:
    day = datetime.datetime(2026, 12, 24)
    row = (day, day.replace(hour=8), datetime.time(8, 30), 3.0, 2.5, True, "=1+1", None, "x")
    table = open_table(workbook(tmp_path / "t.xlsx", row), "t", TableRules())
    assert list(table.rows("")) == [
        (1, ["2026-12-24", "2026-12-24 08:00:00", "08:30:00", "3", "2.5", "true", "=1+1", "", "x"])
    ]


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        (46380, "2026-12-24"), ("46380", "2026-12-24"), ("46380,5", "2026-12-24"),
        ("24.12.2026", "2026-12-24"), ("2026-12-24", "2026-12-24"),
        (datetime.datetime(2026, 12, 24, 8), "2026-12-24"),
        ("daily", None), (0.25, None), (3, None), ("99999", None), (None, None),
        ("31.02.2026", None),
    ],
)  # fmt: skip
def test_dates_as_people_and_excel_write_them(cell: object, date: str | None) -> None:
    found = date_of_cell(cell)
    assert (None if found is None else found.isoformat()) == date


def test_numbers_as_people_write_them() -> None:
    written = {"1 234": 1234, "1\u00a0234,5": 1234.5, "63,4 %": 63.4, "−3": -3, "1,5": 1.5}
    assert {text: parse_number(text) for text in written} == written
    assert [parse_number(text) for text in ("", "1,5,2", "=1", "1e5", "x")] == [None] * 5


def test_a_workbook_that_unpacks_to_too_much_or_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 3_000_000)
    with pytest.raises(InputError, match="t: unpacks to more than 2 MB"):
        open_table(path, "t", TableRules(most_bytes=2_000_000))
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(InputError, match="broken workbook or zip archive"):
        open_table(path, "t", TableRules())


def test_a_sheet_that_claims_a_million_rows_costs_no_memory_and_too_many_are_refused(
    tmp_path: Path,
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.cell(1, 1, "a")
    sheet.cell(50_000, 1, "b")
    book.save(tmp_path / "t.xlsx")
    table = open_table(tmp_path / "t.xlsx", "t", TableRules())
    assert list(table.rows("")) == [(1, ["a"]), (50_000, ["b"])]
    workbook(tmp_path / "t.xlsx", *[("a",)] * 12)
    table = open_table(tmp_path / "t.xlsx", "t", TableRules(most_rows=10))
    with pytest.raises(InputError, match="t: has more than 10 rows"):
        list(table.rows(""))
