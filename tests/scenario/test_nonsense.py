"""Nonsense is refused: values that have a form, and no sense. Each is a slip that was made once."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from akuttsim.config.checks import check_region
from akuttsim.config.load_together import load_together
from akuttsim.config.loader import load_region
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.load_study import load_all_margins, load_known_targets
from akuttsim.experiments.study import study_of_experiment
from tests.small import DATA

REGION, TODAY, EXPERIMENT = "small/region.yaml", "small-today.yaml", "small-experiment.yaml"
MADE_UP = "grade: D, source: made up"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder with the small district's files, to be spoilt."""
    shutil.copytree(DATA / "small", tmp_path / "small")
    for name in (TODAY, "small-satellite.yaml", EXPERIMENT):
        shutil.copy(DATA / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(file: Path, old: str, new: str) -> int:
    """Write `new` for the first `old` of a file; return its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(*sets: str) -> tuple[Problem, ...]:
    """Load and check region and organisation; return what is wrong."""
    region = [each for each in sets if not each.startswith("control_rooms")]
    rooms = [each for each in sets if each.startswith("control_rooms")]
    try:
        load_together([TODAY], REGION, (region, rooms))
    except InputError as error:
        return error.problems
    return ()


def test_the_district_is_sound_before_it_is_spoilt(folder: Path) -> None:
    assert problems() == ()


HARD = (
    f"hard_share: {{{{value: {{}}, {MADE_UP}}}}}\n"
    f"  hard_under: {{{{value: 0.13, {MADE_UP}}}}}\n  hard_over: {{{{value: {{}},"
)

# file, what stands there, what is written instead, key, what the message must say
SPOILT = [
    (TODAY, "{value: 10,", "{value: 15, range: [100, 200],", "control_rooms.lvs.menu_s.range",
     "15 does not lie within its range, 100 to 200"),
    (TODAY, "share: {value: 0.1,", "share: {value: 0.1, range: [0, 5],",
     "control_rooms.lvs.video.share.range", "must lie between 0 and 1"),
    (REGION, "red: 0.5, yellow: 0.1, green: 0.02,", "red: 0.5, yellow: 0.1, green: 0.02,"
     " range: [0.1, 0.3],", "care.urgent_button.range", "is a factor on the numbers"),
    (REGION, "mean: 90}", "mean: 90}, range: [1, 2]", "care.after_call_s.range",
     "90 does not lie within"),
    (REGION, "  under: {value: 0.037", "  under: {value: 0.95", "misjudged", "under, over"),
    (REGION, HARD.format(0.2, 0.2), HARD.format(0.04, 0.9), "misjudged",
     "hard_under, hard_over must not exceed 1"),
    (REGION, "rings_113: {red: 0.5", "rings_113: {red: 0.9", "patience.rings_again.red",
     "must not exceed 1 together"),
    (REGION, "talk_s: {lognormal: {median: 244", "talk_s: {lognormal: {median: 1000000000",
     "care.talk_s", "is more than is plausible, at most 7200"),
    (REGION, "nurse_min: {lognormal: {mean: 8,", "nurse_min: {lognormal: {mean: 86400,",
     "care.nurse_min", "at most 1440"),
    (REGION, "value: 2.0\n", "value: 1000000\n", "demand.contacts_per_person_year.value",
     "at most 50"),
    (TODAY, "{value: 10,", "{value: 14400,", "control_rooms.lvs.menu_s.value", "at most 600"),
    (TODAY, "{value: 10,", "{value: 400,", "control_rooms.lvs.menu_s.value",
     "nobody hangs up in it: write patience.menu_counts"),
    (REGION, '"2026-03-23"', '"9999-01-04"', "calendar.start", "of the years 1900 to 2200"),
    (REGION, '"2026-03-23"', '"0001-01-01"', "calendar.start", "of the years 1900 to 2200"),
    ("small/municipalities.csv", "upper,9002", "upper,9001", "municipalities.upper.number",
     "stands twice (first in line "),
    ("small/roads.csv", "cross,quay,", "centre,hospital,street,1,40,,made up,C\ncross,quay,",
     "from",
     "stands twice (first in line "),
    ("small/ferries.csv", "quay-island,", "other,quay,island,Fv2,6,20,06:00,22:00,9,15,,made up,C"
     "\nquay-island,", "from", "stands twice (first in line "),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "gist"), SPOILT)
def test_nonsense_is_told_with_file_line_and_key(
    folder: Path, file: str, old: str, new: str, key: str, gist: str
) -> None:
    written(folder / file, old, new)
    found = [each for each in problems() if each.key == key]
    assert [(each.file, each.line > 1) for each in found] == [(file, True)]
    assert gist in str(found[0])


def test_weights_that_are_all_zero_have_no_shape(folder: Path) -> None:
    zeros = ", ".join(["0"] * 24)
    set_to_zero = f"demand.hours_116117.weekend=[{zeros}]"
    ages = load_region(REGION).value.demand.age_factor_113.values
    by_age = [f"demand.age_factor_113.values.{age}=0" for age in ages]
    keys = [each.key for each in problems(set_to_zero, *by_age)]
    assert keys == ["demand.hours_116117.weekend", "demand.age_factor_113.values"]


def test_a_region_of_nobody_is_refused(folder: Path) -> None:
    for name in ("people", "municipalities"):
        path = folder / f"small/{name}.csv"
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        empty = [",".join(row.split(",")[:-9] + ["0"] * 9) for row in rows]
        path.write_text("\n".join([head, *empty]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="nobody lives in the region"):
        check_region(load_region(REGION))


def test_who_means_it_says_why_and_what_is_set_may_leave_the_range(folder: Path) -> None:
    menu = "control_rooms.lvs.menu_s"
    why = f"{menu}.unusual=the trial of a long message"
    assert problems(f"{menu}.value=900", why) == ()
    written(folder / TODAY, "{value: 10,", "{value: 10, range: [0, 20],")
    assert problems(f"{menu}.value=40") == ()


TARGETS = """targets:
  per-cent: {indicator: answered_116117_within_120_s, at_least: 80, title: A, source: made up}
  misspelt: {indicator: answered_116117_within_12_s, at_least: 0.8, title: B, source: made up}
  below: {indicator: ambulance_response_median_min, at_most: -1, title: C, source: made up}
"""


def test_targets_that_cannot_be_met_are_refused_also_by_the_experiment(folder: Path) -> None:
    (folder / "t.yaml").write_text(TARGETS, encoding="utf-8")
    with pytest.raises(InputError) as alone:
        load_known_targets("t.yaml")
    told = [(each.line, each.key, str(each)) for each in alone.value.problems]
    assert [key for _, key, _ in told] == [
        "targets.per-cent.at_least", "targets.misspelt.indicator", "targets.below.at_most",
    ]  # fmt: skip
    assert told[0][2].endswith("must be a share from 0 to 1 (got 80); write 0.8")
    assert "did you mean 'answered_116117_within_120_s'" in told[1][2]
    written(folder / EXPERIMENT, "targets: norway", "targets: t.yaml")
    with pytest.raises(InputError) as of_experiment:
        study_of_experiment(EXPERIMENT)
    assert of_experiment.value.problems == alone.value.problems


def test_margins_are_shares_where_their_indicator_is_one(folder: Path) -> None:
    margin = "{margin: 5, margin_place: 0.1, unit: s, grade: C, reason: r}"
    text = f"reasons: {{r: Because}}\nmargins:\n  answered_116117_within_120_s: {margin}\n"
    (folder / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_all_margins("m.yaml")
    assert [each.key.rpartition(".")[2] for each in error.value.problems] == ["margin", "unit"]
    own = "margins: {answered_116117_within_120_s: 3}\ntargets: norway"
    line = written(folder / EXPERIMENT, "targets: norway", own)
    with pytest.raises(InputError) as of_experiment:
        study_of_experiment(EXPERIMENT)
    assert [each.line for each in of_experiment.value.problems] == [line]


def test_a_thousand_unknown_keys_are_told_at_once(folder: Path) -> None:
    with (folder / TODAY).open("a", encoding="utf-8") as file:
        file.writelines(f"unknown-{number}: 1\n" for number in range(1000))
    began = time.process_time()
    assert len(problems()) == 1000
    assert time.process_time() - began < 3


def test_an_organisation_is_named_once(folder: Path) -> None:
    """Also one of another file: its runs would be written over those of the first."""
    shutil.copy(folder / TODAY, folder / "copy.yaml")
    with pytest.raises(InputError, match=r"small-today is there already \(as small-today\.yaml"):
        load_together([TODAY, "copy.yaml"], REGION)
    twice = "organisations: [small-today,\n  small-today]"
    line = written(folder / EXPERIMENT, "organisations: [small-today, small-satellite]", twice)
    with pytest.raises(InputError) as error:
        study_of_experiment(EXPERIMENT)
    told = [(each.file, each.line, each.key) for each in error.value.problems]
    assert told == [(EXPERIMENT, line + 1, "organisations.1")]
