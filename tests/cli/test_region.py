"""akuttsim region as its user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from akuttsim.cli.check import check_command as check
from akuttsim.cli.district import region_command
from tests.building import public_data as data
from tests.cli.conftest import Runs


def typed(*words: str) -> str:
    done = CliRunner().invoke(region_command, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_new_then_check_then_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = typed("new", "fjord")
    assert "It works as it is: akuttsim check fjord-today.yaml" in said
    done = CliRunner().invoke(check, ["fjord-today.yaml"], catch_exceptions=False)
    assert done.exit_code == 0 and "Region fjord: 6 300 people" in done.output
    assert "NO ROADS" not in done.output
    assert typed("show", "fjord", "--organisation", "fjord-today.yaml") == "Written: fjord.html\n"
    assert '<html lang="nb">' in Path("fjord.html").read_text(encoding="utf-8")
    assert typed("show", "fjord") == "Written: fjord-2.html\n"
    assert typed("show", "fjord", "--lang", "en") == "Written: fjord-en.html\n"
    assert '<html lang="en">' in Path("fjord-en.html").read_text(encoding="utf-8")


def test_build_tells_what_is_loud_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("osmium")
    data.written(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    lines = typed("build", "data/spec.yaml").splitlines()
    loud = [line.startswith("!!") for line in lines[: lines.index("")]]
    assert loud == sorted(loud, reverse=True) and any(loud) and not all(loud)
    assert "Written: fjord and fjord-today.yaml" in lines
    assert lines[-1].startswith("Next: akuttsim region show fjord")


def test_check_says_loudly_that_there_are_no_roads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed("new", "fjord")
    path = Path("fjord/region.yaml")
    text = path.read_text().replace("roads: roads.csv", "roads: null")
    text = text.replace("ferries: ferries.csv", "ferries: null")
    line = "{by_distance: [{km: 5, detour: 1.3, kmh: 50}], source: Guess, grade: C, range: [1, 2]}"
    path.write_text(f"{text}\nstraight_line: {line}\n")
    done = CliRunner().invoke(check, ["fjord"], catch_exceptions=False)
    assert "!! NO ROADS: drives are straight lines times a detour" in done.output


def test_a_build_and_an_import_tell_their_figures_to_programs(
    tmp_path: Path, akuttsim: Runs
) -> None:
    spec = data.written(tmp_path / "data")
    code, out, err = akuttsim("region", "build", str(spec), "--out", str(tmp_path), "--json")
    assert code == 0, err
    told = json.loads(out)
    figures = {each["figure"]: each["value"] for each in told["figures"]}
    assert figures["municipalities"] == 2 and figures["places"] > 2
    schemas = {path.name for path in (tmp_path / ".schema").iterdir()}
    assert Path(told["files"]["region"]).is_dir() and schemas == {
        "organisation.json",
        "region.json",
    }
    roster = tmp_path / "vakter.csv"
    roster.write_text("dag;fra;til;antall\nman-fre;08:00;15:30;2\n", encoding="utf-8")
    to = str(tmp_path / "o.yaml")
    code, out, err = akuttsim("import", "roster", str(roster), "--out", to, "--json")
    assert code == 0, err
    (row,) = json.loads(out)["figures"]
    assert (row["value"], row["hours"], row["days"]) == (2, "08:00-15:30", "weekdays")
