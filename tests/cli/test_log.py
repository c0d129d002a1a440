"""docs/your-call-log.md, followed step by step on a synthetic log; and what must be refused."""

import re
import shlex
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from akuttsim.cli import app
from akuttsim.cli.log import DAY
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.errors import InputError
from tests.logs import HEADING, NUMBER, log_of
from tests.small import world

DOC = Path(__file__).parents[2] / "docs" / "your-call-log.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCK.findall(DOC.read_text("utf-8")) if name == kind]


@cache
def namdal() -> str:
    """Return two simulated weeks of Namdal as a log."""
    region = load_region("namdal").value
    made = world(load_organisation("namdal-today").value, region, weeks=2)
    patients = made.sample(seed=5)
    return log_of(made, patients, made.meets(patients))


def run(line: str) -> Result:
    words = shlex.split(line)
    assert words[0] == "akuttsim"
    return CliRunner().invoke(app, words[1:], catch_exceptions=True)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with the log of the how-to and its format."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calls.csv").write_text(namdal(), "utf-8")
    (tmp_path / "my-log.yaml").write_text(blocks("yaml")[0], "utf-8")
    return tmp_path


def test_the_how_to_is_about_the_log_that_it_shows() -> None:
    shown = blocks("")[0].splitlines()
    assert shown[0].split(";") == list(HEADING)
    assert yaml.safe_load(blocks("yaml")[0])["columns"]["time"] == "ringt"


def test_every_step_of_the_how_to_works(desk: Path) -> None:
    for command in [line for block in blocks("sh") for line in block.splitlines()]:
        result = run(command)
        assert result.exit_code == 0, (command, result.output, result.exception)
    for page in ("checked/log.html", "replayed/replay.html", "replayed/report.html",
                 "fitted/fit.html", "replayed/calls-namdal-today.csv"):  # fmt: skip
        assert (desk / page).stat().st_size > 2_000, page
    fitted = load_region(str(desk / "fitted" / "region.yaml")).value
    assert "Fitted to calls.csv" in fitted.care.talk_s.source


def test_pages_ask_for_nothing_from_outside_and_are_in_both_languages(desk: Path) -> None:
    assert run(blocks("sh")[1].strip()).exit_code == 0
    for name, word in (("log.html", "Når folk ringer"), ("log-en.html", "When people call")):
        page = (desk / "checked" / name).read_text("utf-8")
        assert word in page and "<script" not in page and "http://" not in page.split("<svg")[0]


def test_what_must_be_put_right_stops_a_replay_with_its_message(desk: Path) -> None:
    form = (desk / "my-log.yaml").read_text("utf-8")
    rows = namdal().replace(".03.2026 02:", ".03.2026 02:").splitlines()
    night = rows[1].split(";")
    night[0] = "29.03.2026 02:30:00"
    (desk / "calls.csv").write_text("\n".join([*rows, ";".join(night)]) + "\n", "utf-8")
    checked = run("akuttsim log check calls.csv --format my-log.yaml --out c")
    assert checked.exit_code == 2 and "summer time skips" in " ".join(checked.output.split())
    assert (desk / "c" / "log.html").exists() and form
    for command in ("replay namdal-today --log calls.csv", "fit calls.csv --region namdal"):
        result = run(f"akuttsim {command} --format my-log.yaml --out r")
        assert isinstance(result.exception, InputError)
        assert "summer time skips" in str(result.exception)
        assert not (desk / "r").exists()


def test_a_log_that_tells_who_rang_is_refused_and_the_number_not_repeated(desk: Path) -> None:
    heading, *rows = namdal().splitlines()
    with_person = [f"{heading};person", *(f"{row};{NUMBER}" for row in rows[:20])]
    (desk / "calls.csv").write_text("\n".join(with_person) + "\n", "utf-8")
    form = (desk / "my-log.yaml").read_text("utf-8")
    assert run("akuttsim log check calls.csv --format my-log.yaml --out c").exit_code == 0
    assert NUMBER not in (desk / "c" / "log.html").read_text("utf-8")
    (desk / "my-log.yaml").write_text(form.replace("columns:", "columns:\n  call: person"), "utf-8")
    result = run("akuttsim log check calls.csv --format my-log.yaml --out d")
    assert isinstance(result.exception, InputError)
    assert "'person': looks like identity numbers" in str(result.exception)
    assert NUMBER not in str(result.exception) and not (desk / "d").exists()


def test_a_log_of_another_district_is_neither_replayed_nor_fitted(desk: Path) -> None:
    at = "--format my-log.yaml --out r"
    checked = run(f"akuttsim log check calls.csv --region sunnfjord {at}")
    assert checked.exit_code == 2 and "the region is wrong" in " ".join(checked.output.split())
    for command in ("replay sunnfjord-before --log calls.csv", "fit calls.csv --region sunnfjord"):
        result = run(f"akuttsim {command} --format my-log.yaml --out r2")
        assert isinstance(result.exception, InputError)
        assert "unknown to the region" in str(result.exception)
        assert "values.place" in str(result.exception) and not (desk / "r2").exists()


@pytest.mark.parametrize("command", ["replay namdal-today --log calls.csv", "fit calls.csv"])
def test_a_day_that_is_none_is_told_how_to_write(desk: Path, command: str) -> None:
    result = run(f"akuttsim {command} --format my-log.yaml --first 01.02.2026")
    assert result.exit_code == 2 and "such as 2026-02-01" in result.output
    assert DAY.convert("2026-02-01", None, None) == date(2026, 2, 1)


def test_a_hostile_cell_is_not_shown_and_a_hostile_heading_as_text(desk: Path) -> None:
    rows = namdal().replace(";grønn;", ";<script>alert(1)</script>;", 1)
    rows = rows.replace("kommune", "<b>kommune", 1)
    (desk / "calls.csv").write_text(rows, "utf-8")
    form = (desk / "my-log.yaml").read_text("utf-8").replace("place: kommune", "place: <b>kommune")
    (desk / "my-log.yaml").write_text(form, "utf-8")
    assert run("akuttsim log check calls.csv --format my-log.yaml --out c").exit_code == 0
    page = (desk / "c" / "log.html").read_text("utf-8")
    assert "alert(1)" not in page and "<b>kommune" not in page and "&lt;b&gt;kommune" in page


def test_a_wrong_format_is_told_with_its_line(desk: Path) -> None:
    text = (desk / "my-log.yaml").read_text("utf-8").replace("answered:", "anwsered:")
    (desk / "my-log.yaml").write_text(text, "utf-8")
    result = run("akuttsim log check calls.csv --format my-log.yaml")
    assert isinstance(result.exception, InputError)
    assert "my-log.yaml:10: columns.anwsered" in str(result.exception)
    assert "answered" in str(result.exception)


FORM = """
log: desk
times: "%d.%m.%Y %H:%M:%S"
title: Desk
time_zone: Europe/Oslo
columns: {time: Ringt, outcome: Utfall, place: Kommune}
values: {outcome: {answered: [Besvart]}}
"""


def test_a_column_that_is_full_is_full_and_hidden_rows_of_a_workbook_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import Workbook

    monkeypatch.chdir(tmp_path)
    book = Workbook()
    book.active.append(["Ringt", "Utfall", "Kommune"])
    for minute in range(40):
        outcome = "Besvart" if minute else ""
        book.active.append([f"02.03.2026 10:{minute:02d}:0{minute % 7}", outcome, "Grong"])
    book.active.row_dimensions[5].hidden = True
    book.save("calls.xlsx")
    (tmp_path / "form.yaml").write_text(FORM, "utf-8")
    result = run("akuttsim log check calls.xlsx --format form.yaml --out c")
    assert result.exit_code == 0, result.output
    assert "! calls.xlsx: " in result.output and "hidden" in result.output
    page = (tmp_path / "c" / "log-en.html").read_text("utf-8")
    shown = re.findall(r"(?:Utfall|Kommune)</td>\s*<td[^>]*>([^<]*)<", page)
    assert shown == ["100.0%", "97.5%"]
