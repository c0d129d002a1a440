"""Checking any one file, whatever kind it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.cli.check import check_file, list_file_entries
from akuttsim.config import shipped
from akuttsim.errors import InputError
from tests import small


@pytest.mark.parametrize("kind", ["region", "organisation"])
def test_every_shipped_file_is_whole(kind: str) -> None:
    """Experiments are checked where their hypotheses are judged: each takes a second to load."""
    names = shipped.config_names(kind)
    assert names
    for name in names:
        found = check_file(str(shipped.find_config(kind, name)))
        assert (found.organisation is not None) == (kind == "organisation")
        assert found.study is None


@pytest.mark.parametrize("path", [small.TODAY, small.SATELLITE, small.EXPERIMENT])
def test_a_path_is_told_by_its_first_keys(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    found = check_file(path.name)
    assert found.region.region == "small"
    assert (found.study is not None) == (path == small.EXPERIMENT)


def test_a_file_of_no_kind(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: 1\n")
    with pytest.raises(InputError, match="neither a region, an organisation nor an experiment"):
        check_file(str(tmp_path / "x.yaml"))


@pytest.mark.parametrize(
    ("name", "what"),
    [("namdal-tody", "no file of this path or name; did you mean namdal-today"),
     ("there/nix.yaml", "no file of this path"),
     ("there", "this is a folder, and no region.yaml is in it; give a file in it"),
     ("results", "this is a folder of results; see it with: akuttsim report results")],
)  # fmt: skip
def test_what_is_no_file_is_said_without_a_list_of_names(
    name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "results/manifest.json").write_text("{}")
    with pytest.raises(InputError) as raised:
        check_file(name)
    (problem,) = raised.value.problems
    assert (problem.key, problem.what) == (name, what)


@pytest.mark.parametrize("kind", ["published", "targets"])
def test_every_shipped_list_is_told_a_line_a_thing(kind: str) -> None:
    names = shipped.config_names(kind)
    assert names
    for name in names:
        lines = list_file_entries(str(shipped.find_config(kind, name)))
        assert lines and all("(" in line for line in lines)


@pytest.mark.parametrize("name", ["namdal", "namdal-today", str(small.EXPERIMENT), "nowhere.yaml"])
def test_files_that_are_no_lists_are_left_to_the_check(name: str) -> None:
    """An experiment names its targets at the top, and is an experiment all the same."""
    assert list_file_entries(name) is None


def test_a_figure_of_an_unknown_indicator_is_told_with_its_line(tmp_path: Path) -> None:
    text = shipped.find_config("published", "norway").read_text("utf-8")
    path = tmp_path / "figures.yaml"
    path.write_text(text.replace("indicator: night_share", "indicator: nigth_share"), "utf-8")
    with pytest.raises(InputError) as raised:
        list_file_entries(str(path))
    (problem,) = raised.value.problems
    assert problem.key == "figures.night.indicator"
    assert text.splitlines()[problem.line - 1].strip() == "indicator: night_share"
