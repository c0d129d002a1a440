from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from akuttsim.config.loader import (
    load_experiment,
    load_organisation,
    load_region,
    load_targets,
    split_settings,
)
from akuttsim.errors import InputError
from tests.scenario.one_line import only

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

REGION = "namdal/region.yaml"
TODAY = "today.yaml"


# file, what stands there, what is written instead, the key at fault, what the message must say
ONE_VALUE_WRONG = [
    pytest.param(
        REGION, "  after_call_s: {", "  after_call: {", "care.after_call",
        "missing unit: write after_call_s, in seconds", id="missing-unit",
    ),
    pytest.param(
        REGION, "  quarter_factor:", "  quarter_factr:", "demand.quarter_factr",
        "did you mean 'quarter_factor'", id="unknown-key",
    ),
    pytest.param(
        REGION, "talk_s: {lognormal: {median: 244,", "talk_s: {lognormal: {median: -244,",
        "care.talk_s.lognormal.median", "greater than 0 (got -244)", id="negative-duration",
    ),
    pytest.param(
        REGION, "soon_s: {constant: 10,", "soon_s: {constant: -10,", "patience.soon_s.constant",
        "at least 0 (got -10)", id="negative-constant",
    ),
    pytest.param(
        REGION, "dispatch_s: {lognormal: {median: 28, sigma: 0.4}, range: [15, 60], grade: C",
        "dispatch_s: {lognormal: {median: 28, sigma: 0.4}, grade: C", "care.dispatch_s",
        "(grade C) needs its range: write range: [low, high]", id="grade-C-without-range",
    ),
    pytest.param(
        REGION, "  time_zone: Europe/Oslo", "  time_zone: Europe/Olso", "calendar.time_zone",
        "must be a time zone such as Europe/Oslo (got 'Europe/Olso')", id="time-zone",
    ),
    pytest.param(
        REGION, '  start: "2026-01-05"', '  start: "5.1.2026"', "calendar.start",
        "must be a date such as 2026-01-05 (got '5.1.2026')", id="date",
    ),
    pytest.param(
        REGION, '  age_factor_113:\n    values: {"0-5":',
        '  age_factor_113:\n    values: {"0-4":', "demand.age_factor_113",
        "exactly the age groups 0-5, 6-15", id="age-group",
    ),
    pytest.param(
        REGION, "red: {home: 0.08,", "red: {home: 0.18,", "care.conveyed.red",
        "home, legevakt and hospital must sum to 1", id="shares-do-not-sum",
    ),
    pytest.param(
        REGION, "nurse_min: {lognormal: {mean: 8, cv: 0.5}",
        "nurse_min: {lognormal: {mean: 8, cv: 0.5, sigma: 0.4}", "care.nurse_min.lognormal",
        "needs either sigma or cv", id="two-spreads",
    ),
    pytest.param(
        REGION, "soon_s: {constant: 10,", "soon_s: {constant: 10, exponential: {mean: 9},",
        "patience.soon_s", "exactly one of constant, exponential", id="two-distributions",
    ),
    pytest.param(
        "namdal/places.csv", "namsos-bru,Namsos bru nord,namsos,64.46400,",
        "namsos-bru,Namsos bru nord,namsos,,", "places.namsos-bru.lat", "must be a number",
        id="empty-cell",
    ),
    pytest.param(
        "namdal/roads.csv", "namsos,namsos-bru,Fv17,1.0,42,", "namsos,namsos-bru,Fv17,-1.0,42,",
        "km", "greater than 0 (got -1.0)", id="negative-km",
    ),
    pytest.param(
        "namdal/roads.csv", "namsos,namsos-bru,Fv17,1.0,42,", 'namsos,namsos-bru,Fv17,"1,0",42,',
        "km", "write 1.0 with a point", id="decimal-comma",
    ),
    pytest.param(
        "namdal/people.csv", "namsos,105,", "namsos,1_05,", "places.namsos.age_0_5",
        "must be a whole number", id="underscore-in-number",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "gist"), ONE_VALUE_WRONG)
def test_one_wrong_value_is_one_line_with_file_line_key_and_remedy(
    namdal: Copy, file: str, old: str, new: str, key: str, gist: str
) -> None:
    line = namdal.edit(file, old, new)
    problems = namdal.region_problems()
    found = next(problem for problem in problems if problem.key == key)
    assert (found.file, found.line) == (file, line)
    assert gist in found.what
    assert str(found).startswith(f"{file}:{line}: {key}: ")
    also = [problem for problem in problems if problem is not found]
    assert all(problem.what.startswith("missing: write ") for problem in also)  # a renamed key's


ONE_FILE_WRONG = [
    pytest.param(b"", 0, "", "file is empty", id="empty"),
    pytest.param(b"\x7fELF\x00\x00\x01\x02", 0, "", "is a binary file; give a YAML file",
                 id="binary"),
    pytest.param(b"region: namdal\ntitle: \xff\xe6\n", 2, "", "save the file as UTF-8",
                 id="windows-1252"),
    pytest.param(b"region: a\ntitle: b\nregion: c\n", 3, "region",
                 "written twice, first in line 1; keep one", id="duplicate-key"),
    pytest.param(b"- region\n", 1, "", "not a mapping", id="list"),
    pytest.param(b"region: namdal\n  title: x\n", 2, "", "check the indentation", id="syntax"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "line", "key", "gist"), ONE_FILE_WRONG)
@pytest.mark.parametrize("file", [REGION, TODAY])
def test_a_file_that_cannot_be_read_is_one_line(
    namdal: Copy, file: str, content: bytes, line: int, key: str, gist: str
) -> None:
    (namdal.folder / file).write_bytes(content)
    found = only(namdal.organisation_problems())
    assert (found.file, found.line, found.key) == (file, line, key)
    assert gist in found.what


def test_an_alias_bomb_is_refused_line_by_line_without_being_unfolded(namdal: Copy) -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (namdal.folder / REGION).write_text("\n".join(bomb))
    problems = namdal.region_problems()
    assert {problem.line for problem in problems} == set(range(1, 31))
    assert all("is not read; write `extends:` instead" in problem.what for problem in problems)


def test_errors_in_several_files_come_at_once(namdal: Copy) -> None:
    expected = {
        ("namdal/people.csv", namdal.edit("namdal/people.csv", "\nhoknes,230,", "\nhoknes,") + 1),
        ("namdal/roads.csv", namdal.edit("namdal/roads.csv", "from,to,road", "fra,to,road")),
        (REGION, namdal.edit(REGION, "  day_cv: {value: 0.15", "  day_cv: {value: -1")),
        (REGION, namdal.edit(REGION, "  after_call_s:", "  after_call:")),
    }
    problems = namdal.region_problems()
    assert {(problem.file, problem.line) for problem in problems if problem.line > 1} | {
        ("namdal/roads.csv", 1)
    } == expected
    assert problems == tuple(sorted(problems))


SETS_WRONG = [
    ("demand.day_cw.value=0.2", "demand.day_cw.value", "did you mean 'day_cv'"),
    ("demand.day_cv.valeu=0.2", "demand.day_cv.valeu", "did you mean 'value'"),
    ("demand.day_cv.value=-1", "demand.day_cv.value", "at least 0 (got -1)"),
    ("demand.day_cv.value", "demand.day_cv.value", "write --set KEY=VALUE"),
    ("=3", "=3", "write --set KEY=VALUE"),
    (
        "places.namsos.people=[1,2]",
        "places.namsos.people",
        "must have 9 numbers, one for each age group",
    ),
    ("roads.999.km=1", "roads.999.km", "has no place '999'"),
]


@pytest.mark.parametrize(("assignment", "key", "gist"), SETS_WRONG)
def test_a_wrong_set_is_one_line(namdal: Copy, assignment: str, key: str, gist: str) -> None:
    found = only(namdal.region_problems(assignment))
    assert (found.file, found.key) == ("--set", key)
    assert gist in found.what


def test_wrong_sets_come_at_once(namdal: Copy) -> None:
    found = namdal.region_problems("demand.x.value=1", "care.y.value=2", "nonsense")
    assert [problem.key for problem in found] == ["care.y.value", "demand.x.value", "nonsense"]


def test_sets_change_values_and_tables(namdal: Copy) -> None:
    (namdal.folder / "namdal/roads.csv").rename(namdal.folder / "namdal/other.csv")
    sets = ("tables.roads=other.csv", "demand.day_cv.value=0.3", "roads.0.kmh=33")
    region = load_region(REGION, sets).value
    assert (region.demand.day_cv.value, region.roads[0].kmh) == (0.3, 33.0)


def test_sets_are_told_apart_by_their_first_key() -> None:
    assert split_settings(["demand.day_cv.value=1", "clinics.a=2"]) == (
        ["demand.day_cv.value=1"], ["clinics.a=2"],
    )  # fmt: skip
    with pytest.raises(InputError) as raised:
        split_settings(["demnad.x=1", "zzz=2"])
    problems = raised.value.problems
    assert [(problem.file, problem.key) for problem in problems] == [
        ("--set", "demnad"), ("--set", "zzz"),
    ]  # fmt: skip
    assert "did you mean demand" in problems[0].what
    assert "one of" in problems[1].what


def test_a_region_may_extend_another_and_use_its_tables(namdal: Copy) -> None:
    (namdal.folder / "mine.yaml").write_text(
        "extends: namdal/region.yaml\ntitle: Mine\nchanges:\n  calm:\n    why: Days are alike.\n"
        "    set: {demand: {day_cv: {value: 0.0}}}\n"
    )
    loaded = load_region("mine.yaml")
    base = load_region(REGION).value
    assert loaded.value.demand.day_cv.value == 0.0
    assert loaded.value.places == base.places
    assert loaded.files == (REGION, "mine.yaml")
    assert [change.name for change in loaded.changes] == ["calm"]


def test_loading_tells_where_each_key_stands(namdal: Copy) -> None:
    loaded = load_region(REGION)
    notes = loaded.problem("care.after_call_s.exponential.mean", "x")
    assert (notes.file, notes.line) == (REGION, namdal.line_of(REGION, "  after_call_s:"))
    road = loaded.problem("roads.3.km", "x")
    assert (road.file, road.line) == ("namdal/roads.csv", 5)
    beyond = loaded.problem("care.nothing.here", "x")
    assert (beyond.line, beyond.key) == (namdal.line_of(REGION, "care:"), "care.nothing.here")


def test_a_variant_tells_which_file_a_value_came_from() -> None:
    loaded = load_organisation("namdal-one-legevakt")
    moved = loaded.problem("doctors.legevaktlege-namsos.on_duty.evening.on_duty", "x")
    kept = loaded.problem("doctors.legevaktlege-namsos.on_duty.evening.hours", "x")
    assert (Path(moved.file).stem, Path(kept.file).stem) == ("namdal-one-legevakt", "namdal-today")
    assert [change.name for change in loaded.changes] == [
        "close-grong-and-rorvik",
        "staff-moves-to-namsos",
    ]


def test_experiments_and_targets_are_checked_alike(namdal: Copy) -> None:
    Path("e.yaml").write_text("experiment: e\nweeks: 0\nreplications: 1\n")
    with pytest.raises(InputError) as raised:
        load_experiment("e.yaml")
    wrong = {(problem.line, problem.key) for problem in raised.value.problems}
    assert {(2, "weeks"), (3, "replications"), (1, "question"), (1, "organisations")} <= wrong
    Path("t.yaml").write_text(
        "targets:\n  a:\n    indicator: x\n    title: T\n    source: law\n"
        "    at_least: 1\n    at_most: 2\n"
    )
    with pytest.raises(InputError) as raised:
        load_targets("t.yaml")
    found = only(raised.value.problems)
    assert (found.file, found.line, found.key) == ("t.yaml", 2, "targets.a")
    assert "either at_least or at_most" in found.what
