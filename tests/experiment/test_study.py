"""Studies: what is loaded, and what a run depends on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from akuttsim.errors import InputError
from akuttsim.experiments.study import Study, study_of_experiment, study_of_run
from tests import small


def small_run(*sets: str, length: tuple[int, int, int] = (1, 2, 7)) -> Study:
    return study_of_run([str(small.TODAY)], None, sets, length)


def test_an_experiment_is_loaded_with_its_organisations() -> None:
    study = study_of_experiment(str(small.EXPERIMENT))
    assert list(study.organisations) == ["small-today", "small-satellite"]
    assert study.base == "small-today"
    assert (study.weeks, study.warmup_days, study.replications, study.seed) == (1, 1, 4, 7)
    assert [change.name for change in study.changes["small-satellite"]] == [
        "satellite", "duty-doctor-all-day"]  # fmt: skip
    runs = study.runs()
    assert [(run.organisation, run.replication) for run in runs[3:5]] == [
        ("small-today", 3), ("small-satellite", 0)]  # fmt: skip
    assert len(set(runs)) == 8


def test_the_region_is_found_beside_the_organisation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the working folder: the organisation's own region lies beside its file."""
    monkeypatch.chdir(tmp_path)
    assert small_run().region.region == "small"
    assert study_of_experiment(str(small.EXPERIMENT)).region.region == "small"


def test_the_digest_changes_with_whatever_a_run_depends_on() -> None:
    study = small_run()
    changed = [
        small_run("care.talk_s.lognormal.median=245"),
        small_run("control_rooms.lvs.operators.evening.on_duty=2"),
        small_run(length=(2, 2, 7)),
        small_run(length=(1, 2, 8)),
        replace(study, warmup_days=3),
    ]
    digests = [each.digest("small-today") for each in (study, *changed)]
    assert len(set(digests)) == len(digests)


def test_the_digest_does_not_change_with_what_a_run_does_not_depend_on() -> None:
    study = small_run()
    assert small_run(length=(1, 50, 7)).digest("small-today") == study.digest("small-today")
    assert replace(study, targets=(), name="x").digest("small-today") == study.digest("small-today")


def test_the_digest_changes_with_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    before = small_run().digest("small-today")
    monkeypatch.setattr("akuttsim.experiments.study.MODEL_VERSION", -1)
    assert small_run().digest("small-today") != before


def test_settings_go_to_the_region_or_the_organisation() -> None:
    study = small_run("demand.day_cv.value=0.3", "home_visits.max_drive_min.value=5")
    assert study.region.demand.day_cv.value == 0.3
    assert study.organisations["small-today"].home_visits.max_drive_min.value == 5


def test_every_error_of_every_organisation_at_once(tmp_path: Path) -> None:
    text = small.EXPERIMENT.read_text("utf-8")
    names = []
    for number in (1, 2):
        name = tmp_path / f"broken-{number}.yaml"
        broken = small.TODAY.read_text("utf-8").replace("station: upper", "station: moon")
        name.write_text(broken.replace("organisation: small-today", f"organisation: no-{number}"))
        names.append(str(name))
    wanted = text.replace("[small-today, small-satellite]", f"[{', '.join(names)}]")
    (tmp_path / "small").symlink_to(small.DATA / "small")
    (tmp_path / "experiment.yaml").write_text(wanted)
    with pytest.raises(InputError) as caught:
        study_of_experiment(str(tmp_path / "experiment.yaml"))
    assert len(caught.value.problems) == 2
    assert all("moon" in str(problem) for problem in caught.value.problems)


def test_an_unknown_main_indicator_is_told_with_the_known_ones(tmp_path: Path) -> None:
    text = small.EXPERIMENT.read_text("utf-8").replace("travel_to_care_min]", "travel]")
    text = text.replace("small-today", str(small.TODAY)).replace(
        "small-satellite]", f"{small.SATELLITE}]"
    )
    (tmp_path / "small").symlink_to(small.DATA / "small")
    (tmp_path / "experiment.yaml").write_text(text)
    with pytest.raises(InputError, match=r"main_indicators\.1: no such indicator.*travel_to_care"):
        study_of_experiment(str(tmp_path / "experiment.yaml"))
