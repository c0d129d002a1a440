from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from akuttsim.errors import InputError
from akuttsim.report.exporters import pdf
from akuttsim.report.exporters.html_page import css_string, report_page
from akuttsim.report.exporters.pdf import CHOICE, find_browser, write_pdf
from tests.hostile import HOSTILE
from tests.nightly import by_night

FOUND = find_browser(os.environ, sys.platform)
needs_a_browser = pytest.mark.skipif(
    FOUND is None, reason="no Chromium, Chrome or Edge: apt-get install chromium"
)


def program(path: Path, script: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_browser_is_found_where_each_system_keeps_it(tmp_path):
    linux = program(tmp_path / "bin" / "google-chrome")
    assert find_browser({"PATH": str(linux.parent)}, "linux") == linux
    mac = program(tmp_path / "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge")
    assert find_browser({"PATH": "", "HOME": str(tmp_path)}, "darwin") == mac
    windows = program(tmp_path / r"Microsoft\Edge\Application\msedge.exe")
    found = find_browser({"PATH": "", "PROGRAMFILES(X86)": str(tmp_path)}, "win32")
    assert found == windows
    assert find_browser({"PATH": ""}, "linux") is None


def test_the_browser_that_the_user_names_goes_first(tmp_path):
    program(tmp_path / "chromium")
    mine = program(tmp_path / "mine")
    assert find_browser({"PATH": str(tmp_path), CHOICE: str(mine)}, "linux") == mine
    assert find_browser({"PATH": str(tmp_path), CHOICE: "not-there"}, "linux") is None


def test_without_a_browser_one_line_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv(CHOICE, "not-there")
    with pytest.raises(InputError, match="install Chromium, Chrome or Edge") as raised:
        write_pdf("<p>", tmp_path / "report.pdf")
    assert len(str(raised.value).splitlines()) == 1
    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize("script", ["exit 1", "sleep 20", 'printf x > "$(echo $*)"'])
def test_a_browser_that_makes_nothing_is_one_line(tmp_path, monkeypatch, script):
    monkeypatch.setattr(pdf, "LONGEST_S", 0.5)
    mine = program(tmp_path / "mine", script)
    with pytest.raises(InputError, match="made no PDF") as raised:
        write_pdf("<p>", tmp_path / "report.pdf", mine)
    assert len(str(raised.value).splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@needs_a_browser
def test_the_page_is_printed_as_a_tagged_pdf(results, tmp_path):
    write_pdf(report_page(results, "nb"), tmp_path / "report.pdf")
    made = (tmp_path / "report.pdf").read_bytes()
    assert made.startswith(b"%PDF") and b"/StructTreeRoot" in made and b"/Outlines" in made
    assert b"/Lang" in made
    assert made.count(b"/Type /Page\n") <= 2


@needs_a_browser
@pytest.mark.usefixtures("undrawn")
@pytest.mark.nightly
@pytest.mark.parametrize("drawn_hostile", by_night(["short"], ["short", "long"]), indirect=True)
def test_hostile_names_are_printed(drawn_hostile, tmp_path):
    _, results = drawn_hostile
    write_pdf(report_page(results, "en"), tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_what_stands_above_each_page_cannot_leave_its_string(name):
    inner = css_string(name).removeprefix('"').removesuffix('"')
    assert not set(inner) & set("\"'<>{};\n") and len(inner) < 900
    read = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), inner)
    assert read == " ".join(name.split())[:90]


@pytest.mark.usefixtures("undrawn")
def test_the_page_says_what_stands_above_each_sheet(results):
    style = report_page(results, "en").partition("<style>")[2].partition("</style>")[0]
    assert style.count(css_string("akuttsim – Smalldale")) == 1
