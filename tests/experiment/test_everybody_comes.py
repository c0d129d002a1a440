"""A second run with everybody made to come, where it can differ: "better" needs it too."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from akuttsim.experiments import run_worker, runner
from akuttsim.experiments.design import EVERYBODY_COMES
from akuttsim.experiments.merge_results import compare_results
from akuttsim.experiments.result_tables import PairedPeople
from akuttsim.experiments.results import Results, read_results
from akuttsim.experiments.runner import read_results_so_far
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.exporters.html_page import report_page
from akuttsim.report.exporters.workbook import front_sheet
from tests import asked, small
from tests.report.told import printed_lines
from tests.service_changes import FAR_IS_LESS

RUNS = 3
FARTHER = {"organisation": "farther", "clinics": {"legevakt": {"place": "upper"}}}
PHONE = "answered_116117_within_120_s"


def study(farther: bool = True, decay: bool = True) -> Study:
    """Return a study of the small district today, and with its legevakt far up the valley."""
    read = study_of_experiment(str(small.EXPERIMENT))
    today = small.organisation()
    other = small.organisation(FARTHER if farther else {"organisation": "farther"})
    models = {"small-today": today, "farther": other}
    return replace(
        read, region=small.region(FAR_IS_LESS if decay else {}), replications=RUNS,
        organisations=models, changes=dict.fromkeys(models, ()),
    )  # fmt: skip


def done(of: Study, folder: Path) -> Results:
    runner.run_study(of, folder)
    return read_results(folder)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return done(study(), tmp_path_factory.mktemp("twice") / "results")


def all_of(table: pd.DataFrame) -> pd.DataFrame:
    return table[table.group_by == "all"].set_index("indicator")


def test_it_is_no_case_of_the_question(results: Results) -> None:
    assert results.manifest.cases == ["plain"]
    assert set(results.summary.case) == set(results.differences.case) == {"plain"}
    assert set(results.indicators.case) == {"plain"}
    told = results.manifest.everybody_comes
    assert told.runs == {"small-today": RUNS, "farther": RUNS} and told.seconds > 0


def test_everybody_comes_to_both_in_the_second_run(results: Results) -> None:
    first, again = study(), study().companion
    assert again is not None
    runs = [first.run(c, name, 0) for c in (first.cases[0], again) for name in first.organisations]
    here, far, all_here, all_far = (PairedPeople(results.folder, runs).came(run) for run in runs)
    assert all_here is not None and far is not None and here is not None
    assert np.array_equal(all_here, all_far) and all_here.sum() > here.sum() > far.sum()


def test_what_is_better_in_the_first_alone_is_so_only_because_fewer_came(results: Results) -> None:
    again = pd.read_csv(results.folder / EVERYBODY_COMES / "differences.csv")
    first, second = all_of(results.differences), all_of(again)
    better = set(first.index[first.verdict == "better"])
    fewer = set(first.index[first.verdict == "only because fewer came"])
    assert fewer and all(second.verdict[name] != "better" for name in fewer)
    assert all(second.verdict[name] == "better" for name in better - {"unmet_need_a_week"})
    assert "worse" in set(first.verdict)


@pytest.mark.usefixtures("undrawn")
def test_answer_and_page_say_so(results: Results) -> None:
    changed = results.differences.copy()
    rows = (changed.indicator == PHONE) & (changed.group_by == "all")
    changed.loc[rows, ["mean", "ci_low", "ci_high"]] = [0.05, 0.04, 0.06]
    changed.loc[rows, "verdict"] = "only because fewer came"
    shown = replace(results, differences=changed)
    told = " ".join(printed_lines(shown, "en"))
    assert "only because fewer came: 116117 answers within 2 min" in told
    assert "better: 116117 answers within 2 min" not in told and "of 1,000 who fall ill" in told
    answers = [row[1] for row in front_sheet(Words(Catalogue("nb"), ResultsView(shown))).rows]
    assert any("også når alle møter opp" in str(line) for line in answers)
    html = report_page(shown, "nb")
    assert "bare fordi færre kom" in html and "Hvem merker noe?" in html


def test_who_notices_is_written_and_adds_up(results: Results) -> None:
    table = results.who_notices
    whole = table[(table.group_by == "all") & (table.organisation == "farther")]
    rate = whole.set_index(["wait", "change"]).per_1000
    assert 0 < rate["any", "nothing"] < 1000
    for wait in ("answer", "first_help", "doctor"):
        for way in ("less", "more"):
            steps = [rate[wait, f"{way}_{step}"] for step in (5, 10, 30)]
            assert steps == sorted(steps, reverse=True)
    assert rate["doctor", "more_5"] > rate["doctor", "less_5"], "the legevakt is farther away"
    by_place = table[(table.group_by == "municipality") & (table.change == "nothing")]
    weighted = (by_place.per_1000 * by_place.people).sum() / by_place.people.sum()
    assert weighted == pytest.approx(rate["any", "nothing"], rel=0.02)


@pytest.mark.parametrize("how", [{"decay": False}, {"farther": False}])
def test_where_nobody_comes_otherwise_there_is_no_second_run(
    how: dict[str, bool], tmp_path: Path
) -> None:
    found = done(replace(study(**how), replications=2), tmp_path / "results")
    assert found.manifest.everybody_comes is None
    assert not (found.folder / "runs" / EVERYBODY_COMES).exists()
    assert "only because fewer came" not in set(found.differences.verdict)


def test_more_at_the_phone_or_another_crew_keep_nobody_away() -> None:
    """Who gets through differs, not whom distance keeps away: no second run is asked for."""
    on_duty = {"days": "daily", "hours": "00:00-24:00", "on_duty": 5, **small.MADE_UP}
    more = {"control_rooms": {"lvs": {"operators": {"always": on_duty}}}}
    crews = {"ambulances": {"town-1": {"station": "upper"}}}
    for changes, differs in ((more, False), (crews, False), (FARTHER, True)):
        other = small.organisation({**changes, "organisation": "farther"})
        models = {"small-today": small.organisation(), "farther": other}
        asked_of = replace(study(), organisations=models)
        assert (asked_of.companion is not None) is differs
        assert asked_of.of_other_reach == ({"farther"} if differs else set())


def test_a_finished_study_is_resumed_without_a_run_and_gives_the_same(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "again"
    shutil.copytree(results.folder, folder)
    monkeypatch.setattr(
        run_worker.PreparedStudy, "measured", lambda *_: pytest.fail("nothing is missing")
    )
    runner.run_study(study(), folder, runner.RunOptions(resume=True))
    for name in ("differences.csv", "who-notices.csv", "everybody-comes/differences.csv"):
        assert (folder / name).read_bytes() == (results.folder / name).read_bytes()


def test_until_it_is_made_nothing_is_told_to_be_better(results: Results, tmp_path: Path) -> None:
    folder = tmp_path / "begun"
    shutil.copytree(results.folder, folder)
    begun = json.loads((folder / "manifest.json").read_text("utf-8"))
    del begun["sha256"]
    levels = {"levels": [], "planned": 2 * RUNS}
    of = study()
    runs = [["plain", name, of.digest(name)] for name in of.organisations]
    (folder / "begun.json").write_text(json.dumps({**begun, **levels, "runs_of": runs}))
    so_far = all_of(read_results_so_far(folder).differences)
    lost = all_of(results.differences).verdict.isin(["better", "only because fewer came"])
    expected = {"cannot tell"} | ({"better"} if lost.get("unmet_need_a_week") else set())
    assert set(so_far.verdict[lost[lost].index]) <= expected


def test_compared_folders_take_the_second_run_along(results: Results, tmp_path: Path) -> None:
    """The same two organisations from one folder and from another give the same differences."""
    other = done(replace(study(), replications=1), tmp_path / "other")
    compare_results([results.folder, other.folder], tmp_path / "both")
    both = read_results(tmp_path / "both")
    told = all_of(both.differences).verdict
    pd.testing.assert_series_equal(told, all_of(results.differences).verdict)
    assert both.manifest.everybody_comes.runs == results.manifest.everybody_comes.runs


def test_single_runs_compared_cannot_tell_what_is_better(tmp_path: Path) -> None:
    """Each was run alone, so that nobody was made to come."""
    whole = replace(study(), replications=2)
    folders = []
    for name, model in whole.organisations.items():
        alone = replace(whole, organisations={name: model}, changes={name: ()})
        folders.append(done(alone, tmp_path / name).folder)
    notes = compare_results(folders, tmp_path / "both")
    assert any("made to come" in note for note in notes)
    told = all_of(read_results(tmp_path / "both").differences).verdict
    assert "better" not in set(told.drop("unmet_need_a_week"))


def in_two_cases(folder: Path) -> Study:
    """Return the study as the files say it, with the nurses' talk as it is and longer."""
    path = asked.experiment(folder, TALK, "[small-today, farther]")
    path.write_text(path.read_text("utf-8").replace("region: small\n", "region: far-is-less\n"))
    for name, of, part in (
        ("far-is-less", "region", FAR_IS_LESS),
        ("farther", "organisation", {"clinics": {"legevakt": {"place": "upper"}}}),
    ):
        base = "small" if of == "region" else "small-today"
        changes = {"for-a-test": {"why": "For a test.", "set": part}}
        made = {"extends": base, of: name, "title": name, "changes": changes}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(made))
    return study_of_experiment(str(path))


TALK = "factors: {talk: {key: care.talk_s.lognormal.median, values: [244, 245]}}\n"
CHOSEN = "verdict_as_people_choose"


@pytest.mark.usefixtures("undrawn")
def test_cases_are_held_against_each_other_by_verdicts_of_the_same_kind(tmp_path: Path) -> None:
    """The second run is of the first case alone, and turns nothing in the comparison of cases."""
    results = done(replace(in_two_cases(tmp_path), replications=RUNS), tmp_path / "results")
    first, other = results.manifest.cases
    assert results.manifest.everybody_comes is not None
    table = results.differences
    others = table[table.case == other]
    assert (others.verdict == others[CHOSEN]).all() and (others.people > 0).any()
    mine = table[table.case == first]
    fewer = mine[mine.verdict == "only because fewer came"]
    assert len(fewer) and set(fewer[CHOSEN]) == {"better"}
    assert set(mine[CHOSEN][mine.verdict != mine[CHOSEN]]) == {"better"}
    whole = table[table.group_by == "all"].set_index(["case", "indicator"])[CHOSEN]
    moves = results.sensitivity[results.sensitivity.against == "small-today"]
    assert len(moves)
    for move in moves.itertuples():
        assert move.first_verdict == whole[first, move.indicator]
        assert move.verdict == whole[other, move.indicator]
    html = report_page(results, "en")
    assert "Only the first case is also run with everybody made to come" in html
