from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.config import shipped
from akuttsim.config.shipped import KINDS, config_names, display_path, find_config, project_root
from akuttsim.errors import InputError


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_name_is_found_as_a_file(kind: str) -> None:
    assert config_names(kind) == sorted(config_names(kind))
    assert config_names(kind)
    for name in config_names(kind):
        path = find_config(kind, name)
        assert path.is_file()
        assert path.is_relative_to(project_root())


def test_the_names_of_regions_are_their_folders() -> None:
    assert "namdal" in config_names("region")
    assert {"namdal-today", "namdal-satellites"} <= set(config_names("organisation"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for path in ("mine.yaml", "land/region.yaml", "beside/other.yaml"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x: 1\n")
    return tmp_path


def test_a_path_is_taken_from_the_working_folder(here: Path) -> None:
    assert find_config("organisation", "mine.yaml").resolve() == here / "mine.yaml"
    assert find_config("organisation", "./mine.yaml").resolve() == here / "mine.yaml"
    assert find_config("organisation", "mine").resolve() == here / "mine.yaml"
    assert find_config("organisation", str(here / "mine.yaml")) == here / "mine.yaml"


def test_a_path_is_taken_first_from_beside_the_file_that_names_it(here: Path) -> None:
    assert (
        find_config("organisation", "other.yaml", here / "beside") == here / "beside" / "other.yaml"
    )
    (here / "other.yaml").write_text("x: 1\n")
    assert (
        find_config("organisation", "other.yaml", here / "beside") == here / "beside" / "other.yaml"
    )
    assert find_config("organisation", "other.yaml").resolve() == here / "other.yaml"


def test_a_region_may_be_given_as_its_folder_but_nothing_else_may(here: Path) -> None:
    assert find_config("region", "land").resolve() == here / "land" / "region.yaml"
    assert find_config("region", "./land").resolve() == here / "land" / "region.yaml"
    with pytest.raises(InputError, match="no organisation of this name or path"):
        find_config("organisation", "./land")


@pytest.mark.parametrize("name", ["namdal-todya", "", "x" * 5000, "a\0b", "..", "/", "~", "æøå"])
def test_what_is_not_there_is_one_problem(here: Path, name: str) -> None:
    with pytest.raises(InputError) as raised:
        find_config("organisation", name)
    [problem] = raised.value.problems
    assert (problem.file, problem.key) == ("", name)
    assert problem.what.startswith("no organisation of this name or path")
    has_list = "Shipped: laboratory, namdal-acute-team, " in problem.what
    assert has_list == (name not in ("/", "namdal-todya"))


def test_the_nearest_names_are_told() -> None:
    with pytest.raises(InputError, match=r"; did you mean namdal-today\?$"):
        find_config("organisation", "namdal-todya")


def test_a_name_of_another_kind_is_told() -> None:
    with pytest.raises(
        InputError, match="it is an organisation; run it with: akuttsim run namdal-today"
    ):
        find_config("experiment", "namdal-today")


def test_a_path_is_shown_as_the_user_would_write_it(here: Path) -> None:
    assert display_path(here / "land" / "region.yaml") == "land/region.yaml"
    assert display_path(find_config("region", "namdal")) == "configs/regions/namdal/region.yaml"
    assert display_path(Path("/elsewhere/x.yaml")) == "/elsewhere/x.yaml"


def test_an_installed_package_has_its_files_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "akuttsim"
    monkeypatch.setattr(shipped, "_PACKAGE", package)
    assert project_root() == tmp_path
    (package / "shipped").mkdir(parents=True)
    assert project_root() == package / "shipped"
