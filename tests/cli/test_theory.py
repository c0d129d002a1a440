"""The hypercube, coverage models and priorities of several classes, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from akuttsim.cli import app
from akuttsim.errors import InputError
from akuttsim.theory.erlang import erlang_b

CITY = "place;calls_per_hour;A;B\nEast;0,5;3;14\nNorth;0,2;12;6\nWest;0,3;15;5\n"


@pytest.fixture
def city(tmp_path: Path) -> str:
    (tmp_path / "city.csv").write_text(CITY, "utf-8")
    return str(tmp_path / "city.csv")


def figures(*arguments: str) -> dict[tuple[str, str | None], float]:
    ended = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return {
        (each["figure"], each["of"]): each["value"] for each in json.loads(ended.stdout)["figures"]
    }


def test_two_crews_lose_calls_as_erlang_says(city: str) -> None:
    found = figures("theory", "hypercube", city, "--mission-min", "60", "--lost")
    lost = erlang_b(1.0, 2)
    assert found["lost", None] == pytest.approx(lost)
    assert found["workload", "A"] + found["workload", "B"] == pytest.approx(1 - lost)


def test_crews_stand_where_most_calls_are_covered(city: str) -> None:
    one = figures("theory", "coverage", city, "--crews", "1", "--within-min", "12")
    assert one == {("crews", "A"): 1, ("covered", None): pytest.approx(0.7)}
    with_misses = figures(
        "theory", "coverage", city, "--crews", "2", "--within-min", "5", "--mission-min", "60"
    )
    # each out half of the time: 0.5 of the 0.8 that a crew at both sites has within reach
    assert with_misses["busy", None] == 0.5
    assert with_misses["covered", None] == pytest.approx(0.4)


def test_a_table_that_is_none_is_told_cell_by_cell(tmp_path: Path) -> None:
    path = tmp_path / "city.csv"
    path.write_text("place;calls_per_hour;A\nEast;many;3\nWest;0,3;-1\n", "utf-8")
    with pytest.raises(InputError) as refused:
        figures("theory", "hypercube", str(path), "--mission-min", "60")
    assert [(p.line, p.key) for p in refused.value.problems] == [(2, "calls_per_hour"), (3, "A")]
    path.write_text("place;minutes\nEast;3\n", "utf-8")
    with pytest.raises(InputError, match="first columns"):
        figures("theory", "coverage", str(path), "--crews", "1")


def test_classes_wait_in_turn_and_their_mean_is_that_of_all() -> None:
    room = ("queue", "--calls-per-hour", "100", "--talk-min", "5", "--operators", "11")
    found = figures(*room, "--priority", "0.05", "--priority", "0.4")
    waits = [found[f"wait_mean_{name}_s", None] for name in ("first", "2", "others")]
    assert waits == sorted(waits)
    mean = sum(share * wait for share, wait in zip((0.05, 0.4, 0.55), waits, strict=True))
    assert mean == pytest.approx(found["wait_mean_s", None])
    for refused in (("--priority", "0.6", "--priority", "0.6"),):
        assert CliRunner().invoke(app, [*room, *refused]).exit_code == 2
    with pytest.raises(InputError, match="two classes"):
        figures(*room, "--priority", "0.1", "--priority", "0.4", "--method", "simulated")
