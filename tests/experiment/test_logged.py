from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import yaml

from akuttsim.calllog.logged_calls import CallLog
from akuttsim.chain.run_plan import Plan
from akuttsim.chain.simulation import simulate
from akuttsim.cli.log import replay_command
from akuttsim.config.schema.experiment import AddedToLog
from akuttsim.errors import InputError
from akuttsim.experiments.logged_patients import (
    DateSpan,
    LoggedPatients,
    logged_patients,
    recorded_call_times,
    simulated_call_times,
)
from akuttsim.experiments.results import read_replay, read_results
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import Study, study_of_experiment, study_of_log, with_logged_calls
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.patients.sampling import SECTIONS
from tests.asked import experiment
from tests.logs import log_format, log_of, read
from tests.small import SATELLITE, TODAY, world

WEEKS = 2


@cache
def text() -> str:
    """Return two simulated weeks of the small district as a log."""
    made = world(weeks=WEEKS)
    patients = made.sample(seed=3)
    return log_of(made, patients, made.meets(patients))


def study(*organisations: Path, replications: int = 2):  # type: ignore[no-untyped-def]
    names = [str(each) for each in organisations or (TODAY,)]
    return study_of_log(names, None, (), (replications, 1))


def log(folder: Path) -> CallLog:
    return read(folder, text(), log_format(), study().region)


def callers(folder: Path, span: DateSpan = (None, None)) -> LoggedPatients:
    return logged_patients(log(folder), study().region, span)


def replay(folder: Path, *organisations: Path, replications: int = 2) -> Study:
    return with_logged_calls(study(*organisations, replications=replications), callers(folder))


def run_replay(made: Study, folder: Path, workers: int = 1) -> None:
    run_study(made, folder, RunOptions(workers=workers))


def prepared_for(made: Study) -> Plan:
    return PreparedStudy(made, keep_records=False).plan_of(made.cases[0], made.base)


def seen(made: Study) -> MeasuredRun:
    """Return the base's first replication."""
    prepared = prepared_for(made)
    patients = made.callers.patients(prepared, made.seed, 0)
    record = simulate(prepared, patients)
    return MeasuredRun(made.region, prepared.organisation, prepared.travel, patients, record)


def test_the_log_s_own_days_are_looked_at(tmp_path: Path) -> None:
    calls = callers(tmp_path)
    assert (calls.first, calls.last, calls.days) == (date(2026, 3, 24), date(2026, 4, 6), 14)
    made = with_logged_calls(study(), calls)
    assert calls.looked_at.all() and made.region.calendar.start == "2026-03-23"
    assert (made.weeks, made.warmup_days) == (2, 1)
    calendar = made.region.calendar.calendar()
    ends = (calendar.seconds(calls.first, 0), calendar.seconds(date(2026, 4, 7), 0))
    assert prepared_for(made).measured == ends


def test_some_days_are_met_after_the_calls_of_the_day_before(tmp_path: Path) -> None:
    span = (date(2026, 3, 26), date(2026, 3, 27))
    calls = callers(tmp_path, span)
    whole = log(tmp_path)
    day_s = 86_400
    begins = whole.time_s[0] // day_s * day_s
    assert calls.log.time_s[0] - begins > day_s and calls.log.time_s[-1] - begins < 5 * day_s
    table = calls.calls(seen(with_logged_calls(study(), calls)))
    assert {moment[:10] for moment in table.called} == {"2026-03-26", "2026-03-27"}
    assert 0 < len(table) < len(calls.log) < len(whole)


def test_days_without_calls_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no call from 2026-05-01 to 2026-05-02; the log has"):
        callers(tmp_path, (date(2026, 5, 1), date(2026, 5, 2)))


def test_what_was_recorded_is_what_one_more_replication_might_be(tmp_path: Path) -> None:
    """The log is the model's own: of 24 hours few lie outside the band that holds 95 in 100."""
    made = replay(tmp_path, replications=8)
    run_replay(made, tmp_path / "out")
    tables = read_replay(tmp_path / "out")
    hours = tables.hours[(tables.hours.number == "116117") & (tables.hours.hour != "all")]
    wait = hours[hours.measure == "mean_wait_s"]
    outside = (wait.inside.astype(str) == "False").sum()
    assert outside <= 5  # of 24 at 5 %: more than five about 4 in 1,000


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    run_replay(replay(folder, TODAY, SATELLITE), folder / "out")
    return folder / "out"


def test_a_replay_leaves_what_every_study_leaves_and_its_calls(done: Path) -> None:
    results = read_results(done)
    assert results.manifest.log.calls == len(text().splitlines()) - 1
    assert set(results.indicators.organisation) == {"small-today", "small-satellite"}
    table = pd.read_csv(done / "calls-small-today.csv")
    assert len(table) == results.manifest.log.calls
    assert {"call", "unit", "answered_s", "alerted_s", "on_scene_s", "at_hospital_s", "free_s"} <= (
        set(table.columns)
    )
    assert sorted(path.name for path in (done / "calls").iterdir())[0] == (
        "small-satellite-00000.parquet"
    )
    known = table.unit.notna()
    assert known.any() and table.alerted_s[known].notna().all()


def test_a_replay_counts_the_calls_of_which_the_log_was_understood(tmp_path: Path) -> None:
    whole = callers(tmp_path)
    known, calls = whole.log_entry().known, len(whole.shown)
    assert known["place"] == known["number"] == calls
    assert known["talk"] == (~np.isnan(whole.log.talk_s)).sum() < calls
    strange = replace(whole.log, place=np.full(calls, -1, dtype=np.int32))
    told = logged_patients(strange, study().region, (None, None)).log_entry().known
    assert told == {**known, "place": 0}
    without = replace(whole.log, columns={"time": ("ringt",)})
    assert logged_patients(without, study().region, (None, None)).log_entry().known["number"] == 0


def test_every_organisation_meets_the_same_calls(done: Path) -> None:
    one, other = (pd.read_csv(done / f"calls-small-{n}.csv") for n in ("today", "satellite"))
    same = ["call", "called", "number", "place", "urgency", "recorded_answered_s"]
    pd.testing.assert_frame_equal(one[same], other[same])


def test_the_same_replay_in_two_processes_gives_the_same_bytes(tmp_path: Path, done: Path) -> None:
    run_replay(replay(tmp_path, TODAY, SATELLITE), tmp_path / "again", workers=2)
    for name in ("replay.csv", "stages.csv", "indicators.csv", "calls-small-today.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (done / name).read_bytes()


def test_a_call_s_row_is_its_record(tmp_path: Path) -> None:
    calls, made = callers(tmp_path), seen(replay(tmp_path))
    table, record, patients = calls.calls(made), made.record, made.patients
    crews = [unit.name for unit in record.units if unit.role == "crew"]
    first = int(np.flatnonzero(record.courses.crew >= 0)[0])
    row = table.iloc[first]
    assert row.unit == crews[record.courses.crew[first]]
    assert row.alerted_s == record.courses.alerted_s[first] - patients.time_s[first]
    told, met = recorded_call_times(calls.log), simulated_call_times(patients, record)
    assert np.nanmax(told.after_s["answered"]) > 0
    both = ~np.isnan(met.after_s["answered"]) & ~np.isnan(met.gave_up_s)
    assert not both.any()


def test_a_busier_room_waits_longer_on_the_same_calls(tmp_path: Path) -> None:
    """The right way: half the talk, shorter waits, on calls that are the log's own."""
    calls = callers(tmp_path)
    log = calls.log
    sooner = np.where(log.hung_up, log.stages["ended"], log.stages["answered"] + log.talk_s / 2)
    faster = replace(calls, log=replace(log, stages={**log.stages, "ended": sooner}))
    waits = []
    for each in (calls, faster):
        made = seen(with_logged_calls(study(), each))
        waits.append(
            np.nanmean(simulated_call_times(made.patients, made.record).after_s["answered"])
        )
    assert waits[1] < waits[0]


def asked(folder: Path, told: str = "", more: str = "") -> Path:
    """Write the small experiment on the log in place of drawn patients; return its path."""
    form = log_format().model_dump(mode="json", exclude_none=True)
    (folder / "calls.csv").write_text(text(), "utf-8")
    (folder / "form.yaml").write_text(yaml.safe_dump(form, allow_unicode=True), "utf-8")
    path = experiment(folder)
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(LENGTH)]
    log = f"log: {{file: calls.csv, format: form.yaml{told}}}"
    path.write_text("\n".join([*lines, log, more]), "utf-8")
    return path


LENGTH = ("weeks:", "warmup_days:")


def test_an_experiment_on_a_log_is_its_replay(tmp_path: Path, done: Path) -> None:
    """Question, targets and margins are the experiment's; what calls met is the replay's."""
    made = replace(study_of_experiment(str(asked(tmp_path))), replications=2, seed=1)
    run_replay(made, tmp_path / "out")
    for name in ("replay.csv", "stages.csv", "calls-small-today.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (done / name).read_bytes()
    assert read_results(tmp_path / "out").manifest.log.calls == len(text().splitlines()) - 1


def test_days_of_an_experiment_on_a_log_are_the_log_s(tmp_path: Path) -> None:
    path = asked(tmp_path, ", first: 2026-03-26, last: 2026-03-27")
    calls = study_of_experiment(str(path)).callers
    assert isinstance(calls, LoggedPatients) and calls.days == 2
    path.write_text(path.read_text("utf-8") + "weeks: 2\n", "utf-8")
    with pytest.raises(InputError, match="the days of the log say how long a run is"):
        study_of_experiment(str(path))


def test_cases_of_an_experiment_on_a_log_begin_on_its_days_too(tmp_path: Path) -> None:
    """On the day before those looked at, and neither with the log nor with the region's year."""
    factor = "factors: {talk: {key: care.talk_s.lognormal.median, values: [200, 300]}}"
    path = asked(tmp_path, ", first: 2026-03-26, last: 2026-03-27", factor)
    made = replace(study_of_experiment(str(path)), replications=2)
    starts = {made.region_of(case).calendar.start for case in made.cases}
    assert len(made.cases) > 1 and starts == {"2026-03-25"}
    run_replay(made, tmp_path / "out")
    kept = sorted(path.name for path in (tmp_path / "out" / "calls").iterdir())
    assert len(kept) == 4 and len(read_results(tmp_path / "out").cases) > 0


def test_what_is_wrong_with_the_log_is_told_at_its_key(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        study_of_experiment(str(asked(tmp_path, ", added: [planned_transports]")))
    assert "no demand.planned_transports to add" in str(caught.value)
    with pytest.raises(InputError, match="log"):
        study_of_experiment(str(asked(tmp_path, ", file: nowhere.csv")))


def test_a_log_that_must_be_put_right_first_says_how_to_see_what_it_is(tmp_path: Path) -> None:
    path = asked(tmp_path)
    heading, *rows = text().splitlines()
    first = rows[0].split(";")
    skipped = [";".join(["29.03.2026 02:30:00", *first[1:4], "", "", *first[6:]])] * 3
    (tmp_path / "calls.csv").write_text("\n".join([heading, *rows, *skipped]), "utf-8")
    with pytest.raises(InputError) as caught:
        study_of_experiment(str(path))
    (problem,) = caught.value.problems
    assert problem.file.endswith("calls.csv") and problem.line > len(rows)
    assert "must be put right first" in problem.what
    assert "akuttsim log check" in problem.what and "--format form.yaml" in problem.what


def test_a_log_that_was_mended_is_met_again(tmp_path: Path) -> None:
    """What is kept of a run has the log's own times too, so that no run on the old ones serves."""
    calls = callers(tmp_path)
    later = calls.log.stages["alerted"] + 60
    mended = replace(calls, log=replace(calls.log, stages={**calls.log.stages, "alerted": later}))
    assert mended.inputs() != calls.inputs() == callers(tmp_path).inputs()


def test_who_may_be_added_is_offered_by_the_command_and_can_be_drawn() -> None:
    (offered,) = [param.type for param in replay_command.params if param.name == "add"]
    assert set(offered.choices) == set(get_args(AddedToLog)) == set(SECTIONS)
