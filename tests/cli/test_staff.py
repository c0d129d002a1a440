"""akuttsim staff as a planner meets it: the small district, from the question to files that run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from akuttsim.cli import app
from akuttsim.config.checks import check_organisation
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.errors import InputError
from akuttsim.experiments.results import read_results
from akuttsim.experiments.study import study_of_experiment
from tests import small

SHORT = ("--weeks", "3", "--replications", "2", "--shift-hours", "8,12", "--workers", "1",
         "--starts", "07:00,08:00,11:00,15:00,19:00,20:00,23:00")  # fmt: skip


def staff(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["staff", *arguments])


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder and the text of one search in the small district."""
    folder = tmp_path_factory.mktemp("staff") / "out"
    result = staff(str(small.TODAY), *SHORT, "--out", str(folder))
    assert result.exit_code == 0, result.output
    return folder, result.stdout


def test_the_variant_passes_all_checks_and_says_where_it_comes_from(
    found: tuple[Path, str],
) -> None:
    folder, _ = found
    loaded = load_organisation(str(folder / "small-today-staffed.yaml"))
    region = load_region(str(folder / "small" / "region.yaml"))
    check_organisation(loaded, region)
    assert [change.name for change in loaded.changes] == ["cheapest-roster-found"]
    roster = loaded.value.control_rooms["lvs"].operators
    assert roster and not {"always", "evening"} & set(roster)
    assert {each.grade for each in roster.values()} == {"C"}
    for each in roster.values():
        assert "akuttsim staff" in each.source and "--seed 1" in each.source
        assert each.range is not None and each.range[0] <= each.on_duty <= each.range[1]
    today = load_organisation(str(small.TODAY)).value
    assert loaded.value.control_rooms["amk"] == today.control_rooms["amk"]


def test_the_table_has_every_hour_with_its_verdict(found: tuple[Path, str]) -> None:
    hours = pd.read_csv(found[0] / "hours.csv", dtype={"days": str})
    assert len(hours) == 48
    assert hours.days.tolist() == ["weekdays"] * 24 + ["weekends"] * 24
    assert hours.hour.tolist() == [*range(24)] * 2
    assert set(hours.verdict) <= {"met", "not met", "cannot tell"}
    assert (hours.answered_low <= hours.answered).all()
    assert (hours.on_duty >= 1).all()
    assert hours[hours.verdict == "met"].answered_low.min() >= 0.8
    # by day today's one operator answers two in three at most; found are more of them
    assert (hours.change[8:15] > 0.1).all() and (hours.compared[8:15] == "better").any()


def test_the_experiment_holds_today_against_it_on_the_proofs_patients(
    found: tuple[Path, str],
) -> None:
    folder, _ = found
    study = study_of_experiment(str(folder / "experiment.yaml"))
    assert list(study.organisations) == ["small-today", "small-today-staffed"]
    assert (study.weeks, study.replications, study.seed) == (3, 2, 2)
    results = read_results(folder / "results")
    table, hours = results.indicators, pd.read_csv(folder / "hours.csv")
    mine = table[(table.indicator == "answered_116117_within_120_s") & (table.group_by == "all")]
    for name, column in (("small-today", "answered_before"), ("small-today-staffed", "answered")):
        rows = mine[mine.organisation == name]
        share = (rows.value * rows.n).sum() / rows.n.sum()
        if name == "small-today-staffed":
            assert rows.n.sum() == hours.calls.sum()
            by_hour = (hours[column] * hours.calls).sum() / hours.calls.sum()
            assert share == pytest.approx(by_hour, abs=1e-4)  # the table has four decimals


def test_it_says_what_is_better_worse_and_not_proved(found: tuple[Path, str]) -> None:
    folder, said = found
    for words in (
        "roster found",
        "hours on duty a week",
        "80 % within 120 seconds: met in",
        "Better than today",
        "Worse than today",
        "95 % confidence",
        "Not proved: that no cheaper roster exists",
        str(folder / "experiment.yaml"),
    ):
        assert words in " ".join(said.split()), words
    assert "NOK" not in said  # the small organisation has no prices


def test_a_folder_with_something_in_it_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    result = staff(str(small.TODAY), "--out", str(tmp_path))
    assert isinstance(result.exception, InputError)
    assert "is not empty" in str(result.exception)
    assert (tmp_path / "mine").read_text() == "kept"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--room", "nowhere"), "no control room 'nowhere'"),
        (("--starts", "08:00", "--shift-hours", "7.5"), "no allowed shift is on duty on Monday"),
    ],
)
def test_a_wrong_question_is_one_line(arguments: tuple[str, ...], told: str) -> None:
    result = staff(str(small.TODAY), *arguments)
    assert isinstance(result.exception, InputError) and told in str(result.exception)


@pytest.mark.parametrize("target", ["80", "0.8/120", "101/120"])
def test_a_wrong_target_is_told(target: str) -> None:
    result = staff(str(small.TODAY), "--target", target)
    assert result.exit_code == 2 and "80/120" in result.output
