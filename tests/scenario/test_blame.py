"""A problem is told in the file that the user can mend, and at the column of a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.config.checks import check_organisation
from akuttsim.config.loader import column_key, load_organisation, load_region
from akuttsim.errors import InputError

MINE = "extends: namdal-today\norganisation: mine\ntitle: Mine\n"
SHIPPED = "configs/organisations/namdal-today.yaml"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(text: str, key: str) -> tuple[str, int, str]:
    Path("mine.yaml").write_text(MINE + text)
    problem = load_organisation("mine.yaml").problem(key, "x")
    return problem.file, problem.line, problem.what


def test_a_section_is_told_where_the_users_file_writes_in_it() -> None:
    text = "control_rooms:\n  amk-namsos:\n    municipalities: [grong]\n"
    assert told(text, "control_rooms") == ("mine.yaml", 4, "x")
    assert told(text, "control_rooms.amk-namsos") == ("mine.yaml", 5, "x")
    assert told(text, "control_rooms.amk-namsos.municipalities") == ("mine.yaml", 6, "x")


def test_what_only_the_shipped_file_wrote_is_told_in_the_users_too() -> None:
    file, line, what = told("control_rooms:\n  amk-namsos: {title: Other}\n",
                            "control_rooms.amk-namsos.menu_s")  # fmt: skip
    assert (file, line) == ("mine.yaml", 5)
    assert what.startswith(f"x (written in {SHIPPED}:") and what.endswith("which this builds on)")
    assert told("", "clinics.legevakt-grong")[:2] == ("mine.yaml", 1)


def test_a_change_writes_in_a_section_as_a_key_does() -> None:
    text = "changes:\n  less:\n    why: x\n    set:\n      clinics:\n        legevakt-grong:\n"
    text += "          title: x\n"
    assert told(text, "clinics.legevakt-grong") == ("mine.yaml", 9, "x")


def test_a_base_of_the_users_own_is_told_itself() -> None:
    Path("base.yaml").write_text(MINE.replace("mine", "base") + "doctors:\n  nattlege-namsos: {}\n")
    Path("top.yaml").write_text("extends: base\norganisation: top\ntitle: Top\ndoctors: {}\n")
    loaded = load_organisation("top.yaml")
    assert loaded.problem("doctors.nattlege-namsos", "x").file == "base.yaml"
    assert loaded.problem("doctors", "x").file == "top.yaml"


def test_what_is_missing_is_told_where_it_was_taken_out() -> None:
    Path("mine.yaml").write_text(MINE + "doctors:\n  nattlege-namsos:\n    place: null\n")
    with pytest.raises(InputError) as raised:
        load_organisation("mine.yaml")
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == ("mine.yaml", 6)
    assert problem.key == "doctors.nattlege-namsos.place"


def test_nobody_answers_is_told_in_the_users_own_file() -> None:
    text = "control_rooms:\n  legevaktsentral-namdal:\n    municipalities: [namsos]\n"
    Path("mine.yaml").write_text(MINE + text)
    with pytest.raises(InputError) as raised:
        check_organisation(load_organisation("mine.yaml"), load_region("namdal"))
    assert {problem.file for problem in raised.value.problems} == {"mine.yaml"}
    assert any("nobody answers 116117" in problem.what for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("key", "column"),
    [("roads.0.km", "km"), ("ferries.12.from", "from"), ("projections.3.people.0", "age_0_5"),
     ("places.centre.people.8", "places.centre.age_90_plus"), ("places.centre", "places.centre"),
     ("municipalities.town.people", "municipalities.town.people"), ("roads.4", "roads.4")],
)  # fmt: skip
def test_a_cell_is_named_by_its_column(key: str, column: str) -> None:
    assert column_key(key) == column
