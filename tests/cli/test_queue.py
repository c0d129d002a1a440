from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from akuttsim.cli import app
from akuttsim.errors import InputError

ROOM = ("--calls-per-hour", "100", "--talk-min", "5")
FIGURES = ["answered_within", "wait_mean_s", "wait_probability", "abandoned", "occupancy"]


def queue(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["queue", *arguments])


def printed(*arguments: str) -> dict[str, float]:
    result = queue(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, float] = {}
    for figure in json.loads(result.stdout)["figures"]:
        name = figure["figure"]
        found[name] = figure["value"]
        found |= {f"{name}_{end}": figure[end] for end in ("low", "high") if end in figure}
    return found


def test_json_has_the_documented_keys_in_order() -> None:
    assert list(printed(*ROOM, "--operators", "11")) == ["operators", *FIGURES]


def test_simulated_json_has_an_interval_around_each_figure() -> None:
    found = printed(
        "--calls-per-hour", "20", "--talk-min", "2", "--operators", "1", "--patience-min", "2",
        "--method", "simulated",
    )  # fmt: skip
    ends = [key for name in FIGURES for key in (name, f"{name}_low", f"{name}_high")]
    assert list(found) == ["operators", *ends]
    assert all(found[f"{n}_low"] < found[n] < found[f"{n}_high"] for n in FIGURES)


def test_priority_adds_the_waits_of_both_classes() -> None:
    found = printed(*ROOM, "--operators", "11", "--priority", "0.2")
    assert found["wait_mean_first_s"] < found["wait_mean_s"] < found["wait_mean_others_s"]


def test_zero_patience_is_erlang_b() -> None:
    """11 operators and 8.333 erlang: B = 0.0943 by the recursion B(n) = aB/(n + aB)."""
    blocked, load = 1.0, 100 * 5 / 60
    for n in range(1, 12):
        blocked = load * blocked / (n + load * blocked)
    found = printed(*ROOM, "--operators", "11", "--patience-min", "0")
    assert found["abandoned"] == pytest.approx(blocked, rel=1e-12)
    assert found["wait_mean_s"] == 0


def test_infinite_patience_is_no_patience_limit() -> None:
    without = printed(*ROOM, "--operators", "11")
    assert printed(*ROOM, "--operators", "11", "--patience-min", "inf") == without


def test_a_load_above_one_has_an_answer_with_patience_only() -> None:
    found = printed(*ROOM, "--operators", "7", "--patience-min", "9")
    assert 0.1 < found["abandoned"] < 0.5
    with pytest.raises(InputError, match="grows without end"):
        CliRunner().invoke(app, ["queue", *ROOM, "--operators", "7"], catch_exceptions=False)


def test_the_table_ends_with_one_sentence() -> None:
    lines = queue(*ROOM, "--target", "80/120").stdout.splitlines()
    assert lines[-1] == (
        "Needed for 80 %: 11 operators. With 100 calls an hour of 5 minutes that gives "
        "90 % of calls within 120 seconds."
    )
    labels = [line.split("  ")[0] for line in lines[1:-2]]
    assert labels == [
        "operators", "answered within 120 s", "mean wait", "must wait", "hang up", "operators busy"
    ]  # fmt: skip


def test_people_stand_for_calls() -> None:
    found = printed("--population", "29134", "--hour", "night", "--operators", "1")
    assert found["occupancy"] == pytest.approx(9.67 / 9 * 5 / 60, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (ROOM, "give --operators, or a --target"),
        (("--operators", "3"), "give either --calls-per-hour or --population"),
        ((*ROOM, "--population", "5", "--operators", "3"), "give either"),
        ((*ROOM, "--target", "eighty"), "write a target as 80/120"),
        ((*ROOM, "--operators", "11", "--priority", "2"), "--priority"),
        ((*ROOM, "--target", "100/120"), "100 % is never certain"),
        ((*ROOM, "--target", "80/-1"), "the seconds after the / must be at least 0"),
        ((*ROOM, "--operators", "2", "--talk-min", "0"), "'--talk-min': 0.0 is not in the range"),
        ((*ROOM, "--operators", "0"), "'--operators': 0.0 is not in the range"),
        ((*ROOM, "--operators", "2", "--within-s", "-1"), "'--within-s': -1.0 is not in the range"),
        (("--population", "-3", "--operators", "2"), "'--population': -3.0 is not in the range"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], reason: str) -> None:
    result = queue(*arguments)
    assert result.exit_code == 2
    assert reason in " ".join(result.output.split())


def test_help_speaks_to_whoever_plans_the_roster() -> None:
    text = " ".join(queue("--help").stdout.split())
    assert "how long callers wait when so many nurses answer the phone" in text
    assert "akuttsim queue --calls-per-hour 12 --talk-min 6 --target 80/120" in text
    for jargon in ("Erlang", "lambda", "M/M/c"):
        assert jargon not in text
