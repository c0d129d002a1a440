from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.errors import InputError
from akuttsim.scenario import shipped
from akuttsim.scenario.shipped import KINDS, find, names, root, shown


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_name_is_found_as_a_file(kind: str) -> None:
    assert names(kind) == sorted(names(kind))
    assert names(kind)
    for name in names(kind):
        path = find(kind, name)
        assert path.is_file()
        assert path.is_relative_to(root())


def test_the_names_of_regions_are_their_folders() -> None:
    assert "namdal" in names("region")
    assert {"namdal-today", "namdal-satellites"} <= set(names("organisation"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for path in ("mine.yaml", "land/region.yaml", "beside/other.yaml"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x: 1\n")
    return tmp_path


def test_a_path_is_taken_from_the_working_folder(here: Path) -> None:
    assert find("organisation", "mine.yaml").resolve() == here / "mine.yaml"
    assert find("organisation", "./mine.yaml").resolve() == here / "mine.yaml"
    assert find("organisation", "mine").resolve() == here / "mine.yaml"
    assert find("organisation", str(here / "mine.yaml")) == here / "mine.yaml"


def test_a_path_is_taken_first_from_beside_the_file_that_names_it(here: Path) -> None:
    assert find("organisation", "other.yaml", here / "beside") == here / "beside" / "other.yaml"
    (here / "other.yaml").write_text("x: 1\n")
    assert find("organisation", "other.yaml", here / "beside") == here / "beside" / "other.yaml"
    assert find("organisation", "other.yaml").resolve() == here / "other.yaml"


def test_a_region_may_be_given_as_its_folder_but_nothing_else_may(here: Path) -> None:
    assert find("region", "land").resolve() == here / "land" / "region.yaml"
    assert find("region", "./land").resolve() == here / "land" / "region.yaml"
    with pytest.raises(InputError, match="no organisation of this name or path"):
        find("organisation", "./land")


@pytest.mark.parametrize("name", ["namdal-todya", "", "x" * 5000, "a\0b", "..", "/", "~", "æøå"])
def test_what_is_not_there_is_one_problem(here: Path, name: str) -> None:
    with pytest.raises(InputError) as raised:
        find("organisation", name)
    [problem] = raised.value.problems
    assert (problem.file, problem.key) == ("", name)
    assert problem.what.startswith("no organisation of this name or path")
    has_list = "Shipped: laboratory, namdal-all-links, namdal-budget-neutral" in problem.what
    assert has_list == (name not in ("/", "namdal-todya"))


def test_the_nearest_names_are_told() -> None:
    with pytest.raises(InputError, match=r"; did you mean namdal-today\?$"):
        find("organisation", "namdal-todya")


def test_a_name_of_another_kind_is_told() -> None:
    with pytest.raises(
        InputError, match="it is an organisation; run it with: akuttsim run namdal-today"
    ):
        find("experiment", "namdal-today")


def test_a_path_is_shown_as_the_user_would_write_it(here: Path) -> None:
    assert shown(here / "land" / "region.yaml") == "land/region.yaml"
    assert shown(find("region", "namdal")) == "configs/regions/namdal/region.yaml"
    assert shown(Path("/elsewhere/x.yaml")) == "/elsewhere/x.yaml"


def test_an_installed_package_has_its_files_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "akuttsim"
    monkeypatch.setattr(shipped, "_PACKAGE", package)
    assert root() == tmp_path
    (package / "shipped").mkdir(parents=True)
    assert root() == package / "shipped"
