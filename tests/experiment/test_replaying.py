from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from akuttsim.analysis.replayed import one_more, recorded, simulated
from akuttsim.errors import InputError
from akuttsim.experiment.log_study import study_of_log
from akuttsim.experiment.replaying import (
    Replay,
    call_table,
    patients_of,
    replay_of,
    replay_plan,
    run_replay,
)
from akuttsim.patients.call_log import CallLog
from akuttsim.roads.travel import travel
from akuttsim.store.replays import read_replay
from akuttsim.store.results import read_results
from tests.logs import log_format, log_of, read
from tests.small import SATELLITE, TODAY, world

WEEKS = 2


@cache
def text() -> str:
    """Return two simulated weeks of the small district as a log."""
    made = world(weeks=WEEKS)
    patients = made.sample(seed=3)
    return log_of(made, patients, made.meets(patients))


def study(*organisations: Path, replications: int = 3):  # type: ignore[no-untyped-def]
    names = [str(each) for each in organisations or (TODAY,)]
    return study_of_log(names, None, (), (replications, 1))


def log(folder: Path) -> CallLog:
    return read(folder, text(), log_format(), study().region)


def replay(folder: Path, *organisations: Path, replications: int = 3) -> Replay:
    asked = study(*organisations, replications=replications)
    return replay_of(asked, read(folder, text(), log_format(), asked.region), (None, None))


def test_the_log_s_own_days_are_looked_at(tmp_path: Path) -> None:
    made = replay(tmp_path)
    assert (made.first, made.last, made.days) == (date(2026, 3, 24), date(2026, 4, 6), 14)
    assert made.looked_at.all() and made.study.region.calendar.start == "2026-03-23"
    plan = replay_plan(made, made.study.base, travel(made.study.region))
    calendar = made.study.region.calendar.calendar()
    assert plan.measured == (calendar.seconds(made.first, 0), calendar.seconds(date(2026, 4, 7), 0))


def test_some_days_are_met_after_the_calls_of_the_day_before(tmp_path: Path) -> None:
    span = (date(2026, 3, 26), date(2026, 3, 27))
    made = replay_of(study(), log(tmp_path), span)
    days = {moment[:10] for moment in made.called}
    assert days == {"2026-03-25", "2026-03-26", "2026-03-27"}
    assert {m[:10] for m in np.array(made.called)[made.looked_at]} == {"2026-03-26", "2026-03-27"}


def test_days_without_calls_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no call from 2026-05-01 to 2026-05-02; the log has"):
        replay_of(study(), log(tmp_path), (date(2026, 5, 1), date(2026, 5, 2)))


def test_what_was_recorded_is_what_one_more_replication_might_be(tmp_path: Path) -> None:
    """The log is the model's own: of 24 hours few lie outside the band that holds 95 in 100."""
    made = replay(tmp_path, replications=8)
    run_replay(made, tmp_path / "out", lambda _: None)
    tables = read_replay(tmp_path / "out")
    hours = tables.hours[(tables.hours.number == "116117") & (tables.hours.hour != "all")]
    wait = hours[hours.measure == "mean_wait_s"]
    outside = (wait.inside.astype(str) == "False").sum()
    assert outside <= 5  # of 24 at 5 %: more than five about 4 in 1,000


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    run_replay(replay(folder, TODAY, SATELLITE), folder / "out", lambda _: None)
    return folder / "out"


def test_a_replay_leaves_what_every_study_leaves_and_its_calls(done: Path) -> None:
    results = read_results(done)
    assert results.manifest["log"]["calls"] == len(text().splitlines()) - 1
    assert set(results.indicators.organisation) == {"small-today", "small-satellite"}
    table = pd.read_csv(done / "calls-small-today.csv")
    assert len(table) == results.manifest["log"]["calls"]
    assert {"call", "unit", "answered_s", "alerted_s", "on_scene_s", "at_hospital_s", "free_s"} <= (
        set(table.columns)
    )
    assert sorted(path.name for path in (done / "calls").iterdir())[0] == (
        "small-satellite-00000.parquet"
    )
    known = table.unit.notna()
    assert known.any() and table.alerted_s[known].notna().all()


def test_every_organisation_meets_the_same_calls(done: Path) -> None:
    one, other = (pd.read_csv(done / f"calls-small-{n}.csv") for n in ("today", "satellite"))
    same = ["call", "called", "number", "place", "urgency", "recorded_answered_s"]
    pd.testing.assert_frame_equal(one[same], other[same])


def test_the_same_replay_twice_gives_the_same_bytes(tmp_path: Path, done: Path) -> None:
    run_replay(replay(tmp_path, TODAY, SATELLITE), tmp_path / "again", lambda _: None)
    for name in ("replay.csv", "stages.csv", "indicators.csv", "calls-small-today.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (done / name).read_bytes()


def test_a_call_s_row_is_its_record(tmp_path: Path) -> None:
    made = replay(tmp_path)
    patients = patients_of(made, 0)
    prepared = replay_plan(made, made.study.base, travel(made.study.region))
    from akuttsim.chain.simulate import simulate

    record = simulate(prepared, patients)
    table = call_table(made, patients, record)
    crews = [unit.name for unit in record.units if unit.role == "crew"]
    first = int(np.flatnonzero(record.courses.crew >= 0)[0])
    row = table.iloc[first]
    assert row.unit == crews[record.courses.crew[first]]
    alerted = record.courses.alerted_s[first] - patients.time_s[first]
    assert row.alerted_s == pytest.approx(alerted, abs=0.06)
    told, met = recorded(made.log), simulated(patients, record)
    assert np.nanmax(told.after_s["answered"]) > 0
    both = ~np.isnan(met.after_s["answered"]) & ~np.isnan(met.gave_up_s)
    assert not both.any()


def test_one_more_replication_lies_where_it_says() -> None:
    draw, inside = np.random.default_rng(3), 0
    for _ in range(1000):
        values = draw.normal(5, 2, 6)
        found = one_more(values[:5])
        inside += found.low <= values[5] <= found.high
    assert 920 <= inside <= 975  # 95 % of 1,000 within four standard errors


def test_a_busier_room_waits_longer_on_the_same_calls(tmp_path: Path) -> None:
    """The right way: half the talk, shorter waits, on calls that are the log's own."""
    import dataclasses

    made = replay(tmp_path)
    faster = dataclasses.replace(
        made.log, stages={**made.log.stages, "ended": np.where(
            made.log.hung_up, made.log.stages["ended"],
            made.log.stages["answered"] + made.log.talk_s / 2)}
    )  # fmt: skip
    from akuttsim.chain.simulate import simulate

    waits = []
    for calls in (made, dataclasses.replace(made, log=faster)):
        patients = patients_of(calls, 0)
        record = simulate(replay_plan(calls, made.study.base, travel(made.study.region)), patients)
        waits.append(np.nanmean(simulated(patients, record).after_s["answered"]))
    assert waits[1] < waits[0]
