"""docs/your-district.md, followed step by step: its files are written, its commands typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from akuttsim.cli import app
from akuttsim.config.validator import validate
from akuttsim.config.yaml_document import node_from_values
from akuttsim.regionbuilder.spec import RegionSpec
from tests.building import public_data as data

PAGE = Path(__file__).resolve().parents[2] / "docs" / "your-district.md"


def blocks(kind: str) -> list[str]:
    """Return the page's blocks of a kind in their order."""
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_the_steps_of_the_page_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("osmium")
    pytest.importorskip("pyproj")
    monkeypatch.chdir(tmp_path)
    data.written(tmp_path / "data")
    (tmp_path / "district.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    typed = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [shlex.split(line)[1:] for line in typed if line.startswith("akuttsim ")]
    assert len(commands) == len(typed) >= 8
    for command in commands:
        done = CliRunner().invoke(app, command, catch_exceptions=False)
        assert done.exit_code == 0, f"{command}: {done.output}"
    for name in (
        "example.html",
        "fjord.html",
        "fjord/SOURCES.md",
        "results/fjord-today/report.html",
    ):
        assert (tmp_path / name).is_file()


def test_the_other_kinds_of_roads_on_the_page_are_read() -> None:
    whole = yaml.safe_load(blocks("yaml")[0])
    others = re.split(r"^#.*\n", blocks("yaml")[2], flags=re.MULTILINE)[1:]
    kinds = []
    for text in others:
        roads = yaml.safe_load(text)["roads"]
        roads["source"] = "some source"
        tree = node_from_values({**whole, "roads": roads}, "district.yaml", 1)
        kinds.append(validate(tree, RegionSpec).roads.kind)
    assert kinds == ["edges", "travel_times", "straight_line"]


def test_every_key_of_a_specification_has_an_example_on_the_page() -> None:
    """Those of roads of another kind stand in their own block."""
    whole, more = (yaml.safe_load(text) for text in blocks("yaml")[:2])
    people, roads = {**whole["people"], **more["people"]}, {**whole["roads"], **more["roads"]}
    tree = node_from_values({**whole, "people": people, "roads": roads}, "district.yaml", 1)
    spec = validate(tree, RegionSpec)
    assert set(type(spec.people).model_fields) == spec.people.model_fields_set
    assert set(type(spec.roads).model_fields) == spec.roads.model_fields_set
    assert set(RegionSpec.model_fields) == spec.model_fields_set
