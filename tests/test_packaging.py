"""What others find, cite and install agrees with itself: versions, dependencies, dates."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import yaml

import akuttsim

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA_NAMES = {"matplotlib-base": "matplotlib", "python-tzdata": "tzdata"}


def requirement(text: str) -> tuple[str, str]:
    """Return the name and the versions of a requirement, of pip or conda."""
    found = re.match(r"([\w-]+)\s*([^;]*)", text)
    assert found is not None
    return CONDA_NAMES.get(found[1], found[1]), found[2].replace(" ", "")


def test_one_version_and_one_name_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    recipe = yaml.safe_load((ROOT / "packaging/conda/meta.yaml").read_text("utf-8"))
    versions = {PROJECT["version"], citation["version"], recipe["package"]["version"]}
    assert versions == {akuttsim.__version__}
    assert citation["authors"] == PROJECT["authors"] == [{"name": "akuttsim developers"}]
    assert citation["license"] == recipe["about"]["license"] == PROJECT["license"]
    assert recipe["about"]["summary"] == PROJECT["description"]


def test_each_version_has_its_notes_and_its_day() -> None:
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0] == "Unreleased"
    notes = {version: date.fromisoformat(day)
             for version, _, day in (head.partition(", ") for head in heads[1:])}  # fmt: skip
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert notes[citation["version"]] == citation["date-released"]
    assert list(notes.values()) == sorted(notes.values(), reverse=True)


def test_the_conda_recipe_needs_what_the_package_needs() -> None:
    recipe = yaml.safe_load((ROOT / "packaging/conda/meta.yaml").read_text("utf-8"))
    own = {"python": PROJECT["requires-python"], **dict(map(requirement, PROJECT["dependencies"]))}
    assert dict(map(requirement, recipe["requirements"]["run"])) == own


def test_the_container_has_a_python_and_files_that_there_are() -> None:
    lines = (ROOT / "packaging/Containerfile").read_text("utf-8").splitlines()
    words = {line.split()[0]: line for line in lines if line and line[0] != "#"}
    python = re.search(r"python:3\.(\d+)-slim", words["FROM"])
    assert python is not None
    assert f"Programming Language :: Python :: 3.{python[1]}" in PROJECT["classifiers"]
    assert (ROOT / "constraints.txt").is_file() and "/src/constraints.txt" in words["RUN"]
    assert words["ENTRYPOINT"] == f"ENTRYPOINT {list(PROJECT['scripts'])!r}".replace("'", '"')
