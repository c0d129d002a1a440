"""What is wrong in several files, or in several parts of one, is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.cli.check import check_file
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.study import study_of_experiment, study_of_log, study_of_run
from akuttsim.regionbuilder.region_folder import write_skeleton

TODAY = "fjord-today.yaml"
EXPERIMENT = """\
experiment: e
question: Q
hypothesis: H
region: fjord
organisations: [fjord-today]
factors: {night: {key: control_rooms.amk.operators.alwys.on_duty, values: [1, 2]}}
weeks: 1
warmup_days: 1
replications: 2
seed: 1
targets: norway
main_indicators: [hung_up_116117]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_skeleton("fjord", Path())
    Path("e.yaml").write_text(EXPERIMENT)


def edit(file: str, *pairs: tuple[str, str]) -> None:
    text = Path(file).read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    Path(file).write_text(text, "utf-8")


def problems(ask: object, *arguments: object) -> list[Problem]:
    assert callable(ask)
    with pytest.raises(InputError) as raised:
        ask(*arguments)
    return list(raised.value.problems)


def places(found: list[Problem]) -> list[tuple[str, str]]:
    return [(each.file, each.key) for each in found]


WRONG_FORMS = [
    ("fjord-today.yaml", "control_rooms.amk.number"),
    ("fjord/people.csv", "places.centre.age_0_5"),
    ("fjord/roads.csv", "km"),
]


@pytest.mark.parametrize("how", ["check", "run", "replay", "sweep"])
def test_the_forms_of_region_and_organisation_are_told_together(how: str) -> None:
    edit(TODAY, ('number: "113"', 'number: "114"'))
    edit("fjord/people.csv", ("centre,190", "centre,-190"))
    edit("fjord/roads.csv", ("street,0.9", "street,-0.9"))
    found = {
        "check": lambda: problems(check_file, TODAY),
        "run": lambda: problems(study_of_run, [TODAY], None, ["foo=1"], (1, 2, 1)),
        "replay": lambda: problems(study_of_log, [TODAY], None, ["foo=1"], (2, 1)),
        "sweep": lambda: problems(study_of_experiment, "e.yaml"),
    }[how]()
    set_wrong = [("--set", "foo")] if how in ("run", "replay") else []
    assert places(found) == [*set_wrong, *WRONG_FORMS]


def test_names_are_told_although_the_region_has_errors_of_its_own() -> None:
    edit(TODAY, ("place: hospital", "place: hospitl"))
    edit("fjord/roads.csv", ("centre,hospital", "cenntre,hospital"))
    assert places(problems(check_file, TODAY)) == [
        (TODAY, "doctors.doctor-town-legevakt.place"),
        (TODAY, "clinics.town-legevakt.place"),
        ("fjord/roads.csv", "from"),
    ]


def test_an_experiment_of_wrong_form_still_tells_the_names_that_are_not_there() -> None:
    edit("e.yaml", ("experiment: e", "experiment: E"), ("weeks: 1", "wekes: 1"),
         ("targets: norway", "targets: norge"), ("[fjord-today]", "[fjord-today, fjord-todya]"),
         ("[hung_up_116117]", "[hung_up_116118]"))  # fmt: skip
    edit("fjord/people.csv", ("centre,190", "centre,-190"))
    found = problems(study_of_experiment, "e.yaml")
    assert places(found) == [
        ("e.yaml", "experiment"), ("e.yaml", "organisations.1"), ("e.yaml", "wekes"),
        ("e.yaml", "targets"), ("e.yaml", "main_indicators.0"),
        ("fjord/people.csv", "places.centre.age_0_5"),
    ]  # fmt: skip
    assert found[4].what == "no such indicator; did you mean 'hung_up_116117'"


@pytest.mark.parametrize("text", ["experiment: [", "experiment: E\nregion: 5\norganisations: x\n"])
def test_an_experiment_that_names_nothing_is_told_by_itself(text: str) -> None:
    Path("e.yaml").write_text(text)
    assert {problem.file for problem in problems(study_of_experiment, "e.yaml")} == {"e.yaml"}


def test_a_factor_whose_key_is_misspelt_far_in() -> None:
    (found,) = problems(study_of_experiment, "e.yaml")
    assert found.key == "factors.night.key"
    assert found.what.endswith(
        "there is no 'alwys' in control_rooms.amk.operators; did you mean 'always'"
    )


def test_a_region_that_an_organisation_names_in_vain_is_told_at_its_line() -> None:
    edit(TODAY, ("region: fjord\n", "region: fjrd\n"), ('number: "113"', 'number: "114"'))
    found = problems(study_of_run, [TODAY], None, [], (1, 2, 1))
    assert places(found) == [(TODAY, "region"), (TODAY, "control_rooms.amk.number")]


def test_a_region_of_ones_choice_is_looked_at_instead() -> None:
    edit("fjord/people.csv", ("centre,190", "centre,-190"))
    found = problems(study_of_run, [TODAY], "namdal", [], (1, 2, 1))
    assert {each.file for each in found} == {TODAY}
