"""Results folders made at different times: compared as one sweep would, or refused with reasons."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from akuttsim.config.schema.experiment import Design
from akuttsim.errors import InputError
from akuttsim.experiments.merge_results import compare_results
from akuttsim.experiments.results import IN_PROGRESS_FILE, ResultsFolder, read_results
from akuttsim.experiments.runner import run_study
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.report.exporters.html_page import write_report
from tests import asked, small

TODAY, SATELLITE = "small-today", "small-satellite"
TABLES = ("summary.csv", "differences.csv", "effects.csv", "cases.csv", "overloads.csv")


def of(study: Study, *names: str, **changed: Any) -> Study:
    return replace(study, organisations={n: study.organisations[n] for n in names}, **changed)


@pytest.fixture(scope="module")
def study() -> Study:
    return replace(study_of_experiment(str(small.EXPERIMENT)), replications=3)


@pytest.fixture(scope="module")
def at(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sweep of both, and three made apart: today, the satellite, and both with fewer runs."""
    folder = tmp_path_factory.mktemp("made")
    for name, each in {
        "both": study,
        "today": of(study, TODAY),
        "satellite": of(study, SATELLITE, name="another"),
        "few": of(study, SATELLITE, TODAY, replications=2, margins={"travel_to_care_min": 99.0}),
    }.items():
        run_study(each, folder / name)
    return folder


def test_folders_made_apart_give_the_tables_of_one_sweep(at: Path, tmp_path: Path) -> None:
    notes = compare_results([at / "today", at / "satellite"], tmp_path / "out")
    assert notes == []
    for name in ("indicators.parquet", "indicators.csv", *TABLES):
        if name != "indicators.parquet":  # its groups of rows are cut otherwise
            assert (tmp_path / "out" / name).read_bytes() == (at / "both" / name).read_bytes()
    found, whole = read_results(tmp_path / "out"), read_results(at / "both")
    pd.testing.assert_frame_equal(found.indicators, whole.indicators)
    for key in ("inputs", "worlds", "runs", "base", "simultaneous", "assumptions", "organisations"):
        assert getattr(found.manifest, key) == getattr(whole.manifest, key), key
    assert [each.study for each in found.manifest.compared] == ["small-first-look", "another"]
    drawn = f"replay/{SATELLITE}.json"
    assert (tmp_path / "out" / drawn).read_bytes() == (at / "both" / drawn).read_bytes()


def test_an_organisation_in_both_is_taken_once_with_the_most_replications(
    at: Path, tmp_path: Path
) -> None:
    notes = compare_results([at / "few", at / "today"], tmp_path / "out", base=TODAY)
    found = read_results(tmp_path / "out").manifest
    assert found.runs == {TODAY: 3, SATELLITE: 2} and found.base == TODAY
    assert (
        notes[0].startswith("Targets, margins") and "small-today 3, small-satellite 2" in notes[1]
    )
    told = read_results(tmp_path / "out").differences
    row = told[(told.indicator == "travel_to_care_min") & (told.group_by == "all")].iloc[0]
    assert row.verdict == "no difference that matters" and row.margin == 99.0


def test_what_was_compared_can_be_compared_again_and_has_a_page(at: Path, tmp_path: Path) -> None:
    compare_results([at / "today", at / "satellite"], tmp_path / "once")
    compare_results([tmp_path / "once", at / "few"], tmp_path / "twice")
    assert read_results(tmp_path / "twice").manifest.runs == {TODAY: 3, SATELLITE: 3}
    write_report(read_results(tmp_path / "twice"), "nb", tmp_path / "page.html")
    assert "Satellite" in (tmp_path / "page.html").read_text("utf-8")


def test_the_same_name_with_other_inputs_is_called_by_its_folder(
    study: Study, at: Path, tmp_path: Path
) -> None:
    """As before and after an edit: both are kept apart, in the tables and on the page."""
    more = replace(study, organisations={TODAY: small.organisation(SECOND_NURSE)})
    run_study(more, tmp_path / "later run")
    notes = compare_results([at / "today", tmp_path / "later run"], tmp_path / "out")
    found = read_results(tmp_path / "out")
    called = f"{TODAY}@later-run"
    assert list(found.manifest.organisations) == [TODAY, called] and called in notes[0]
    assert set(found.differences.organisation) == {called}
    assert found.manifest.organisations[called]["title"]["en"] == "Today (later-run)"
    changed = {each.key for each in found.manifest.assumptions if each.of == called}
    assert changed == {"control_rooms.lvs.operators.always"}
    answered = found.differences[found.differences.indicator == "answered_116117_within_120_s"]
    assert answered[answered.group_by == "all"].iloc[0]["mean"] > 0
    write_report(found, "en", tmp_path / "page.html")
    assert "Today (later-run)" in (tmp_path / "page.html").read_text("utf-8")


SECOND_NURSE = {"control_rooms": {"lvs": {"operators": {"always": {"on_duty": 3}}}}}


def refused(folders: list[Path], out: Path, base: str | None = None) -> list[str]:
    """Return what is told, a line for each problem, and see that nothing was written."""
    with pytest.raises(InputError) as caught:
        compare_results(folders, out, base)
    assert not out.exists()
    return str(caught.value).splitlines()


Edit = Callable[[dict[str, Any]], object]


def copied(folder: Path, to: Path, edit: Edit) -> Path:
    """Copy results and change their manifest, as if they had been made so."""
    shutil.copytree(folder, to)
    made = json.loads((to / "manifest.json").read_text("utf-8"))
    edit(made)
    del made["sha256"]
    (to / "manifest.json").write_text(json.dumps(made), "utf-8")
    return to


SOME_LOG = {"file": "calls.csv", "first": "2026-01-05", "last": "2026-01-11", "calls": 9}


def test_every_reason_is_told_at_once(study: Study, at: Path, tmp_path: Path) -> None:
    other = asked.study(tmp_path, organisations=f"[{TODAY}]")
    longer = small.region({"care": {"talk_s": {"lognormal": {"median": 300}}}})
    run_study(
        replace(other, region=longer, seed=8, weeks=2, warmup_days=2, replications=1),
        tmp_path / "b",
    )
    lines = refused([at / "today", tmp_path / "b", tmp_path / "none"], tmp_path / "out")
    told = "\n".join(lines)
    assert len(lines) == 5, told
    assert "region was another" in told and "care.talk_s" in told and "300" in told
    assert "the seed is 8" in told and "run it again with seed 7" in told
    assert "has 2 weeks" in told and "has 2 days of warm-up" in told
    assert "none: not a folder with finished results" in told


@pytest.mark.parametrize(
    ("edit", "tells"),
    [
        (lambda made: made.update(model_version=1), "version 1 of the model"),
        (lambda made: made.pop("worlds"), "run it again with this version"),
        (lambda made: made["region"].update(region="elsewhere"), "the region is elsewhere"),
        (lambda made: made.update(cases=["plain", "winter"]), "winter is only here"),
        (lambda made: made["worlds"].update(plain="0"), "set or add something else"),
        (lambda made: made.update(log=SOME_LOG), "the real calls of a log"),
        (
            lambda made: made["definitions"].update(hung_up_116117="Other."),
            "something else than {at}/today by hung_up_116117",
        ),
    ],
)
def test_what_is_not_comparable_is_refused_with_the_reason(
    edit: Edit, tells: str, at: Path, tmp_path: Path
) -> None:
    other = copied(at / "satellite", tmp_path / "other", edit)
    (line,) = refused([at / "today", other], tmp_path / "out")
    assert line.startswith(str(other)) and tells.format(at=at) in line


def test_a_folder_that_is_not_finished_is_told_how_to_be(at: Path, tmp_path: Path) -> None:
    shutil.copytree(at / "satellite", tmp_path / "half")
    (tmp_path / "half" / "manifest.json").unlink()
    shutil.copytree(at / "satellite", tmp_path / "resumed")
    (tmp_path / "resumed" / IN_PROGRESS_FILE).write_text("{}")
    lines = refused([at / "today", tmp_path / "half", tmp_path / "resumed"], tmp_path / "out")
    assert len(lines) == 2
    assert all("not finished" in line and "--resume" in line for line in lines)


def test_damaged_indicators_are_refused(at: Path, tmp_path: Path) -> None:
    shutil.copytree(at / "satellite", tmp_path / "bad")
    shutil.copy(at / "today" / "indicators.parquet", tmp_path / "bad")
    how, line = refused([at / "today", tmp_path / "bad"], tmp_path / "out")
    assert "--resume" in how and f"{tmp_path}/bad/indicators.parquet: not as it was written" in line


def test_other_results_of_the_same_inputs_are_refused(at: Path, tmp_path: Path) -> None:
    """The folder says that it is today, and holds other numbers: its patients were not the same."""

    def as_today(made: dict[str, Any]) -> None:
        made["inputs"][SATELLITE] = read_results(at / "today").manifest.inputs[TODAY]
        made["versions"]["numpy"] = "1.26.0"

    other = copied(at / "satellite", tmp_path / "other", as_today)
    lines = refused([at / "today", other], tmp_path / "out")
    assert any("other results (numpy" in line and "1.26.0" in line for line in lines)


def test_there_must_be_two_and_a_free_place(at: Path, tmp_path: Path) -> None:
    (line,) = refused([at / "today", at / "today"], tmp_path / "out")
    assert "twice" in line
    shutil.copytree(at / "today", tmp_path / "same")
    (line,) = refused([at / "today", tmp_path / "same"], tmp_path / "out")
    assert "nothing to compare" in line
    (line,) = refused([at / "today", at / "satellite"], tmp_path / "out", "small-todai")
    assert "did you mean 'small-today'" in line
    with pytest.raises(InputError, match="is not empty"):
        compare_results([at / "today", at / "satellite"], at / "few")


def test_cases_are_compared_with_cases(tmp_path: Path) -> None:
    """Each case with its own: what a sweep of both tells of the effects too."""
    factors = "factors:\n  goes: {key: call_outs.goes.value, values: [0.4, 0.8]}\n"
    study = replace(asked.study(tmp_path, factors, asks=small.QUIET_EXPERIMENT), replications=2)
    assert len(study.cases) == 2 and study.design == Design()
    for name, each in {
        "both": study,
        "one": of(study, TODAY),
        "two": of(study, SATELLITE),
    }.items():
        run_study(each, tmp_path / name)
    compare_results([tmp_path / "one", tmp_path / "two"], tmp_path / "out")
    for name in TABLES:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "both" / name).read_bytes()


def test_a_killed_conclusion_is_not_finished(study: Study, at: Path, tmp_path: Path) -> None:
    """From the first table that is written anew on, the old manifest no longer vouches for them."""
    shutil.copytree(at / "today", tmp_path / "again")
    ResultsFolder(tmp_path / "again").reopen()
    with pytest.raises(InputError, match="not finished"):
        read_results(tmp_path / "again")
