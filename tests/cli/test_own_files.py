"""Files of one's own: list, copy and new, and what commands print for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from akuttsim.cli.check import check_file
from akuttsim.config import shipped
from akuttsim.config.yaml_document import plain_values, read_yaml
from tests import small
from tests.cli.conftest import Runs


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def faults(path: Path, kind: str) -> list[str]:
    """Return what is wrong in a file by the schema that its first line names."""
    first = path.read_text("utf-8").partition("\n")[0]
    at = path.parent / first.removeprefix(shipped.SCHEMA_COMMENT)
    assert at.name == f"{kind}.json"
    schema = json.loads(at.read_text("utf-8"))
    found = Draft7Validator(schema).iter_errors(plain_values(read_yaml(path)))
    return [each.message for each in found]


@pytest.mark.parametrize(
    ("subject", "name", "unit"),
    [
        ("organisations", "namdal-today", None),
        ("experiments", "01-first-look", None),
        ("indicators", "ambulance_response_median_min", "min"),
        ("targets", "norway.answer-116117", None),
        ("margins", "travel_to_care_min", "min"),
        ("keys", "organisation: call_outs.max_drive_min", "min"),
        ("keys", "region: demand.surges.NAME.when.days", None),
    ],
)
def test_what_there_is_is_listed_in_both_languages_and_for_programs(
    akuttsim: Runs, subject: str, name: str, unit: str | None
) -> None:
    lines = [akuttsim("list", subject, "--lang", lang)[1].splitlines() for lang in ("nb", "en")]
    nb, en = ([line for line in told if line.startswith(f"{name} ")] for told in lines)
    assert len(nb) == len(en) == 1 and nb != en
    code, out, err = akuttsim("list", subject, name.rpartition(" ")[2], "--json")
    figures = {each["figure"]: each for each in json.loads(out)["figures"]}
    assert code == 0 and figures[name]["unit"] == unit and name in err


def test_a_copy_keeps_comments_names_its_schema_and_replaces_nothing(akuttsim: Runs) -> None:
    assert akuttsim("copy", "namdal-satellites")[0] == 0
    path = Path("namdal-satellites.yaml")
    ours = shipped.find_config("organisation", "namdal-satellites").read_text("utf-8")
    assert path.read_text("utf-8").partition("\n")[2] == ours.partition("\n")[2]
    assert "\n# " in ours and faults(path, "organisation") == []
    assert check_file(str(path)).organisation is not None
    code, _, err = akuttsim("copy", "namdal-satellites")
    assert code == 2 and "namdal-satellites.yaml" in err


def test_a_region_is_copied_with_its_tables(akuttsim: Runs) -> None:
    assert akuttsim("copy", "sunnfjord", "--to", "mine")[0] == 0
    assert faults(Path("mine/region.yaml"), "region") == []
    assert check_file("mine").region.region == "sunnfjord"


def test_a_new_region_and_its_organisation_are_valid_by_the_schemas_beside(akuttsim: Runs) -> None:
    assert akuttsim("region", "new", "dalen")[0] == 0
    assert faults(Path("dalen/region.yaml"), "region") == []
    assert faults(Path("dalen-today.yaml"), "organisation") == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["norway"], "norway: stands for several files; write --kind targets, --kind published"),
        (["namdal-tody"], "namdal-tody: there is no shipped file of this name; did you mean "
         "'namdal-today'?"),
    ],
)  # fmt: skip
def test_a_name_that_is_none_or_two_is_refused(
    akuttsim: Runs, arguments: list[str], told: str
) -> None:
    assert akuttsim("copy", *arguments) == (2, "", f"{told}\n")


def test_new_files_hold_what_was_answered_and_pass_the_check(akuttsim: Runs) -> None:
    key = "control_rooms.legevaktsentral-namdal.operators.night.on_duty"
    change = ("--set", f"{key}=3", "--why", "One nurse more", "--title", "Three at night")
    assert akuttsim("new", "organisation", "mine", *change)[0] == 0
    assert faults(Path("mine.yaml"), "organisation") == []
    organisation = check_file("mine.yaml").organisation
    assert organisation is not None and organisation.title.en == "Three at night"
    room = organisation.control_rooms["legevaktsentral-namdal"]
    assert room.operators["night"].on_duty == 3
    names = ("--organisations", "namdal-today,mine.yaml")
    assert akuttsim("new", "experiment", "ours", *names, "--weeks", "4", "--lang", "nb")[0] == 0
    assert faults(Path("ours.yaml"), "experiment") == []
    assert Path("ours.yaml").read_text("utf-8").count("\n# ") >= 5
    study = check_file("ours.yaml").study
    assert study is not None and [*study.organisations] == ["namdal-today", "mine"]


def test_a_new_file_that_does_not_hold_is_refused_and_not_left(akuttsim: Runs) -> None:
    change = ("--set", "control_rooms.nowhere.pick_up_s=3", "--why", "No reason")
    code, _, err = akuttsim("new", "organisation", "mine", *change)
    assert code == 2 and "control_rooms.nowhere" in err and not [*Path().iterdir()]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", str(small.TODAY)],
        ["queue", "--calls-per-hour", "10", "--operators", "2"],
        ["list", "margins"],
    ],
)
def test_every_figure_for_programs_has_its_unit(akuttsim: Runs, arguments: list[str]) -> None:
    code, out, err = akuttsim(*arguments, "--json")
    found: dict[str, Any] = json.loads(out)
    assert (code, found["shape"], found["command"]) == (0, 1, arguments[0]) and err
    assert len(found["figures"]) > 3
    assert all(each["unit"] and "value" in each for each in found["figures"])
    for path in found["files"].values():
        assert Path(path).exists()
