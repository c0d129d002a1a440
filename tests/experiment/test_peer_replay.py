"""Another simulator's run, met call by call by `akuttsim replay` of its log."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from akuttsim.cli import app, study_runs
from validation.peer_ambulances import random_peer_calls, random_peer_city, write_peer_files

CALLS = 200
"""Five an hour to eight units that are away for an hour: some calls wait, some units turn round."""


@pytest.mark.parametrize(
    "rules", [("nearest_place", "first_in_file"), ("where_freed", "least_worked")]
)
def test_a_peer_s_run_is_met_call_by_call(
    rules: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = random_peer_city(1, 24, 8, rules)
    calls = random_peer_calls(2, city, CALLS, 5.0)
    courses = city.meets(calls)
    others = [
        random_peer_city(1, 24, 8, (counts_from, goes_first)).meets(calls)
        for counts_from, goes_first in [("station", rules[1]), (rules[0], "longest_free")]
    ]
    differ = [sum(a != b for a, b in zip(courses, other, strict=True)) for other in others]
    assert min(differ) > CALLS / 20, "either rule decides"
    write_peer_files(tmp_path, city, calls, courses)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(study_runs, "write_reports", lambda folder: None)  # slow, tried elsewhere
    told = CliRunner().invoke(
        app,
        "replay peer.yaml --log log.csv --format log.yaml --replications 2 --workers 1 --out r",
    )
    assert told.exit_code == 0, told.output
    made = pd.read_csv("r/calls-peer.csv")
    assert len(made) == CALLS
    assert made.unit.tolist() == [f"unit-{course.unit}" for course in courses]
    for stage in ("on_scene_s", "free_s"):
        assert (made[stage] - made[f"recorded_{stage}"]).abs().max() <= 0.11, "told to a tenth"
    paired = pd.read_csv("r/paired.csv").set_index(["stage", "by"])
    assert paired.loc[("on_scene", "all")].gap.item() < 0.001
