"""A roster spreadsheet, made with openpyxl, becomes operators; hostile ones are told in a line."""

from __future__ import annotations

import dataclasses
import datetime
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from akuttsim.cli import app
from akuttsim.config.loader import load_organisation
from akuttsim.errors import InputError
from akuttsim.regionbuilder import roster_spreadsheet
from akuttsim.regionbuilder.roster_spreadsheet import operators_yaml
from akuttsim.tables import hidden_content
from tests.small import organisation

HEAD = ("Dag", "Fra", "Til", "Antall på vakt")
ROWS: list[tuple[Any, ...]] = [
    ("Hverdager", datetime.time(8), datetime.time(15, 30), 2),
    ("lørdag", "8.00", "23:00", 1),
    (datetime.datetime(2026, 12, 24), 0.25, 1, 3),
    (None, None, None, None),
    ("daily", "23", "8", 1.0),
]


def written(folder: Path, *rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (head, *rows):
        sheet.append(row)
    book.save(folder / "roster.xlsx")
    return folder / "roster.xlsx"


def test_days_and_times_as_people_write_them(tmp_path: Path) -> None:
    text, found = operators_yaml(written(tmp_path, *ROWS))
    assert yaml.safe_load(text) == {"operators": found}
    told = [(each["days"], each["hours"], each["on_duty"]) for each in found.values()]
    assert told == [
        ("weekdays", "08:00-15:30", 2),
        ("sat", "08:00-23:00", 1),
        ("2026-12-24", "06:00-24:00", 3),
        ("daily", "23:00-08:00", 1),
    ]
    assert found["daily-2300-0800"]["source"] == "Roster roster.xlsx, row 6"


@pytest.mark.parametrize(("days", "meant"), [
    ("Mandag-fredag", "weekdays"), ("lør - søn", "weekends"), ("lør, søn", "weekends"),
    ("lørdag og søndag", "weekends"), ("Lør./søn./helligdag", "weekends"),
    ("man–tors", "mon tue wed thu"), ("mandag-søndag", "daily"),
    ("fre til man", "mon fri sat sun"), ("24.12.2026, helligdager", "2026-12-24 holidays"),
    ("Ukedager", "weekdays"), ("weekdays 2026-12-24", "weekdays 2026-12-24"),
])  # fmt: skip
def test_days_in_words(days: str, meant: str) -> None:
    assert roster_spreadsheet._days_of_text(days) == meant


def test_a_title_above_and_both_times_in_one_column(tmp_path: Path) -> None:
    rows = [("Dag", "Vakt", "Antall"), ("man-fre", "08:00-15:30", 2), ("helg", "8,00 til 2300", 1)]
    _, found = operators_yaml(written(tmp_path, *rows, head=("Vaktplan for Namdal",)))
    told = [(each["days"], each["hours"], each["on_duty"]) for each in found.values()]
    assert told == [("weekdays", "08:00-15:30", 2), ("weekends", "08:00-23:00", 1)]
    path = tmp_path / "roster.csv"
    path.write_text("Vaktplan, høsten\nDag;Fra kl.;Til kl.;Antall\nfre;15,30;23.00;1\n", "utf-8")
    assert [each["hours"] for each in operators_yaml(path)[1].values()] == ["15:30-23:00"]
    path.write_text("Dag;Fra;Til;Antall\nfre;7,5;23;1\n", "utf-8")
    with pytest.raises(InputError, match="'7,5' is no time of day"):
        operators_yaml(path)


def test_what_is_written_is_what_a_room_takes(tmp_path: Path) -> None:
    _, found = operators_yaml(written(tmp_path, *ROWS))
    changed = organisation({"control_rooms": {"lvs": {"operators": found}}})
    assert changed.control_rooms["lvs"].operators["sat-0800-2300"].on_duty == 1


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (("Hverdager", "08:00", "15:30", "=1+1"), "a formula"),
        (("Hverdager", "8 o'clock", "15:30", 2), "is no time of day"),
        (("Hverdager", "08:00", "15:30", 1.5), "is no whole number"),
        (("Hverdager", "08:00", "15:30", 0), "at least 1"),
        (("Xdag", "08:00", "15:30", 1), "names no days; write weekdays"),
        (("Hverdager", "25:00", "15:30", 1), "is no time of day"),
    ],
)
def test_a_row_that_is_wrong_is_told_with_its_number(
    tmp_path: Path, row: tuple[Any, ...], what: str
) -> None:
    with pytest.raises(InputError, match=what) as told:
        operators_yaml(written(tmp_path, ROWS[0], row))
    (problem,) = told.value.problems
    assert problem.line == 3


def _at(day: int, hour: int) -> datetime.datetime:
    return datetime.datetime(2026, 1, day, hour)


@pytest.mark.parametrize(("start", "end", "hours"), [
    (17, 1, "17:00-01:00"), (22, 1, "22:00-01:00"), (22, 0, "22:00-00:00"), (0, 7, "00:00-07:00"),
    (1, 8, "01:00-08:00"), (22.0, 1.0, "22:00-01:00"), (0.25, 1, "06:00-24:00"),
    (0.75, 1.0, "18:00-24:00"), (datetime.time(22), 1, "22:00-01:00"), ("22", "1", "22:00-01:00"),
    ("22", "25", "22:00-01:00"), (_at(9, 15), _at(10, 7), "15:00-07:00"),
    (datetime.time(22), datetime.timedelta(hours=25), "22:00-01:00"),
    (datetime.time(15), datetime.timedelta(hours=24), "15:00-24:00"),
])  # fmt: skip
def test_a_shift_over_midnight_ends_on_the_next_day(
    tmp_path: Path, start: Any, end: Any, hours: str
) -> None:
    _, found = operators_yaml(written(tmp_path, ("fredag", start, end, 2)))
    assert [each["hours"] for each in found.values()] == [hours]


@pytest.mark.parametrize(("start", "end", "what"), [
    (_at(9, 15), _at(11, 7), "a shift of 40 hours; it may have 24 at most"),
    (_at(9, 15), _at(8, 7), "before it begins"),
    (datetime.time(7), datetime.timedelta(hours=43), "a shift of 36 hours"),
    (7, 43, "a shift of 36 hours"), ("7", "43", "a shift of 36 hours"),
    (7.5, 15, "is no time of day"), ("7:75", "15", "is no time of day"), (30, 31, "no time of day"),
])  # fmt: skip
def test_a_shift_of_more_than_a_day_is_refused(
    tmp_path: Path, start: Any, end: Any, what: str
) -> None:
    with pytest.raises(InputError, match=what):
        operators_yaml(written(tmp_path, ("fredag", start, end, 2)))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_roster_saved_as_csv_is_the_same_roster(tmp_path: Path, encoding: str) -> None:
    text = "Dag;Fra;Til;Antall på vakt;\nHverdager;08:00:00;15:30;2;\nlørdag;8.00;23:00;1;\n"
    text += "24.12.2026;6;24:00;3;\n46380;7;8;3;\n;;;;\n"
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    _, found = operators_yaml(tmp_path / "roster.csv")
    assert [(each["days"], each["hours"], each["on_duty"]) for each in found.values()] == [
        ("weekdays", "08:00-15:30", 2),
        ("sat", "08:00-23:00", 1),
        ("2026-12-24", "06:00-24:00", 3),
        ("2026-12-24", "07:00-08:00", 3),
    ]


def test_the_same_shift_twice_and_a_heading_that_lacks_a_column(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the same days and hours twice"):
        operators_yaml(written(tmp_path, ROWS[0], ROWS[0]))
    with pytest.raises(InputError, match="no column headed from or fra"):
        operators_yaml(written(tmp_path, ROWS[0], head=("Dag", "Start?", "Til", "Antall")))
    with pytest.raises(InputError, match="no row below the heading"):
        operators_yaml(written(tmp_path))


def test_hostile_files_are_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = written(tmp_path, *ROWS)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(good.read_bytes()[:2000])
    text = tmp_path / "text.xlsx"
    text.write_text("dag;fra;til;antall", "utf-8")
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    for path, what in (
        (broken, "not a spreadsheet"),
        (text, "not a spreadsheet"),
        (other, "cannot be read as a spreadsheet"),
        (tmp_path / "none.xlsx", "no such file"),
        (tmp_path, "no such file"),
    ):
        with pytest.raises(InputError, match=what) as told:
            operators_yaml(path)
        assert "\n" not in str(told.value)
    with pytest.raises(InputError, match="no sheet 'Night'; there are Sheet"):
        operators_yaml(good, "Night")
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 3_000_000)
    rules = dataclasses.replace(roster_spreadsheet.ROSTER_RULES, most_bytes=2_000_000)
    monkeypatch.setattr(roster_spreadsheet, "ROSTER_RULES", rules)
    with pytest.raises(InputError, match="compression bomb"):
        operators_yaml(bomb)


def test_hidden_rows_columns_and_sheets_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, *ROWS)
    assert hidden_content(path) == []
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    cover = book.create_sheet("Gammel", 0)
    cover.append(("Dag", "Fra", "Til", "Antall"))
    cover.sheet_state = "hidden"
    book.create_sheet("Til", 2).append(("x",))
    book.save(path)
    told = [str(each) for each in hidden_content(path)]
    assert "rows 3" in told[0] and "columns C" in told[1] and "Til" in told[2]
    assert len(told) == 3
    assert len(operators_yaml(path)[1]) == 4, "the first sheet that one sees"
    assert "is hidden" in str(hidden_content(path, "Gammel")[0])
    out = tmp_path / "operators.yaml"
    result = CliRunner().invoke(app, ["import", "roster", str(path), "--out", str(out)])
    assert result.exit_code == 0 and "! roster.xlsx: hidden rows 3" in result.output


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "operators.yaml"
    how = ["import", "roster", str(written(tmp_path, *ROWS)), "--out", str(out)]
    result = CliRunner().invoke(app, how)
    assert result.exit_code == 0 and "4 shifts, most on duty in one: 3" in result.stdout
    assert len(yaml.safe_load(out.read_text("utf-8"))["operators"]) == 4


def test_a_variant_replaces_the_whole_roster_of_a_room(tmp_path: Path) -> None:
    rows = [("hverdager", "8", "23", 2), ("helg", "8", "23", 2), ("daglig", "23", "8", 1)]
    out = tmp_path / "own.yaml"
    how = ["import", "roster", str(written(tmp_path, *rows)), "--out", str(out)]
    half = CliRunner().invoke(app, [*how, "--room", "lvs"])
    assert "--extends: --room and --extends belong together" in str(half.exception)
    how += ["--extends", "namdal-today", "--room"]
    misspelt = CliRunner().invoke(app, [*how, "legevaktsentral-namdl"])
    assert "did you mean 'legevaktsentral-namdal'" in str(misspelt.exception)
    result = CliRunner().invoke(app, [*how, "legevaktsentral-namdal"])
    assert result.exit_code == 0, result.output
    assert f"akuttsim check namdal-today {out}" in result.output
    room = load_organisation(str(out)).value.control_rooms["legevaktsentral-namdal"]
    assert sorted(room.operators) == ["daily-2300-0800", "weekdays-0800-2300", "weekends-0800-2300"]
    assert "roster.xlsx" in out.read_text("utf-8")
