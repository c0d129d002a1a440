"""Cases: what is set and added in each, and the region and organisations that this makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.config.schema.experiment import Design
from akuttsim.errors import InputError
from akuttsim.experiments.design import NOTHING_ADDED, Case, Dimension, design_cases
from akuttsim.experiments.study import Study
from tests import asked

TALK = "care.talk_s.lognormal.median"
NURSES = "control_rooms.lvs.operators.evening.on_duty"
FACTORS = f"""
factors:
  talk: {{key: {TALK}, values: [244, 300]}}
  nurses: {{key: {NURSES}, values: [1, 2, 3]}}
"""


def median(study: Study, case: Case) -> float | None:
    shape = study.region_of(case).care.talk_s.lognormal
    return shape.median if shape else None


def evening(study: Study, case: Case, name: str = "small-today") -> int:
    return study.organisation_of(case, name).control_rooms["lvs"].operators["evening"].on_duty


def test_without_factors_there_is_the_plain_case() -> None:
    assert design_cases([], Design(), 1) == (Case(),)
    assert Case().is_plain


def test_a_grid_has_every_combination_with_the_last_factor_fastest(tmp_path: Path) -> None:
    study = asked.study(tmp_path, FACTORS)
    found = [(median(study, case), evening(study, case)) for case in study.cases]
    assert found == [(talk, nurses) for talk in (244, 300) for nurses in (1, 2, 3)]
    assert [case.name for case in study.cases][:2] == ["talk-244_nurses-1", "talk-244_nurses-2"]
    assert dict(study.cases[4].levels) == {"talk": 300, "nurses": 2}
    assert all(evening(study, case, "small-satellite") == evening(study, case)
               for case in study.cases)  # fmt: skip


def test_one_at_a_time_changes_one_factor_from_the_first_levels(tmp_path: Path) -> None:
    study = asked.study(tmp_path, FACTORS + "design: one-at-a-time\n")
    found = [(median(study, case), evening(study, case)) for case in study.cases]
    assert found == [(244, 1), (300, 1), (244, 2), (244, 3)]


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_a_spread_design_fills_the_ranges_and_is_the_same_with_the_same_seed(
    kind: str, tmp_path: Path
) -> None:
    more = f"""
factors:
  talk: {{key: {TALK}, range: [200, 400]}}
  nurses: {{key: {NURSES}, values: [1, 2]}}
design: {{kind: {kind}, points: 8}}
"""
    study, again = asked.study(tmp_path, more), asked.study(tmp_path, more)
    assert study.cases == again.cases and len(study.cases) == 8
    assert [case.name for case in study.cases][::7] == ["case-0001", "case-0008"]
    talk = sorted(float(dict(case.levels)["talk"]) for case in study.cases)
    strata = [int((each - 200) / 25) for each in talk]
    assert strata == list(range(8)), "one point in each eighth of the range"
    nurses = [dict(case.levels)["nurses"] for case in study.cases]
    assert sorted(nurses) == [1] * 4 + [2] * 4
    assert median(study, study.cases[3]) == dict(study.cases[3].levels)["talk"]


def test_additions_are_laid_over_the_region_and_combine_with_keys(tmp_path: Path) -> None:
    more = f"""
factors:
  talk: {{additions: [none, longer-talk.yaml]}}
  nurses: {{key: {NURSES}, values: [1, 2]}}
"""
    study = asked.study(tmp_path, more)
    found = [(median(study, case), evening(study, case)) for case in study.cases]
    assert found == [(244, 1), (244, 2), (300, 1), (300, 2)]
    assert study.cases[0].name == "nurses-1"
    assert study.dimensions[0].level_titles == {"longer-talk.yaml": "Longer talk"}
    assert {study.region_of(case).region for case in study.cases} == {"small"}


def test_every_case_is_another_run_and_the_same_case_the_same(tmp_path: Path) -> None:
    study, again = asked.study(tmp_path, FACTORS), asked.study(tmp_path, FACTORS)
    digests = [study.digest("small-today", case) for case in study.cases]
    assert len(set(digests)) == 6
    assert digests == [again.digest("small-today", case) for case in again.cases]
    plain = asked.study(tmp_path)
    assert plain.digest("small-today") not in digests
    runs = study.runs(2)
    assert len({run.told for run in runs}) == len(runs) == 6 * 2 * 2


def test_the_values_of_a_grade_are_walked_one_at_a_time(tmp_path: Path) -> None:
    """The small district has no assumptions; its sourced values get ranges for this."""
    today = (asked.small.DATA / "small-today.yaml").read_text("utf-8")
    made = today.replace("organisation: small-today", "organisation: ranged").replace(
        "menu_s: {value: 10, grade: D,", "menu_s: {value: 10, range: [0, 40], grade: C,"
    )
    (tmp_path / "ranged.yaml").write_text(made)
    more = "factors: {unsure: {grade: C}}\ndesign: one-at-a-time\n"
    study = asked.study(tmp_path, more, "[ranged.yaml, small-today]")
    assert [dimension.name for dimension in study.dimensions] == ["control_rooms.lvs.menu_s"]
    menus = [study.organisation_of(case, "ranged").control_rooms["lvs"].menu_s.value
             for case in study.cases]  # fmt: skip
    assert menus == [10, 0, 40]
    other = {study.organisation_of(case, "small-today").control_rooms["lvs"].menu_s.value
             for case in study.cases}  # fmt: skip
    assert other == {10}, "an organisation that does not share the value is left as it is"


WRONG = {
    "factors: {a: {key: care.talk_z.value, values: [1, 2]}}": "care.talk_z.value is in neither",
    "factors: {a: {key: control_roms.lvs.menu_s, values: [1, 2]}}": "did you mean 'control_rooms'",
    f"factors: {{a: {{key: {TALK}, values: [-1, 200]}}}}": "must be greater than 0",
    f"factors: {{a: {{key: {NURSES}, values: [1, two]}}}}": "must be a whole number",
    "factors: {a: {additions: [none, nowhere]}}": "not all of these are variants",
    "factors: {a: {additions: [none, small-satellite, longer-talk.yaml]}}": "not all of these",
    f"factors: {{a: {{key: {TALK}}}}}": "needs values: [...] or range",
    f"factors: {{a: {{key: {TALK}, range: [2, 1]}}}}": "low below high",
    f"factors: {{a: {{key: {TALK}, range: [1, 2]}}}}": "a design that spreads it",
    f"factors: {{a: {{key: {TALK}, values: [1, 1]}}}}": "the same level twice",
    "factors: {a: {grade: C}}\ndesign: one-at-a-time": "no value of grade C with a range",
    "design: sobol": "need points",
    "design: one-at-a-time": "a design spreads factors",
    "until: {indicator: travel_to_care_min, half_width: 1, max: 3}": "at least replications",
    "until: {indicator: travel, half_width: 1, max: 30}": "no such indicator",
    "best: {indicator: contacts_a_week, margin: 1, max: 30}": "neither a high nor a low",
    "margins: {travel: 1}": "no such indicator",
}


@pytest.mark.parametrize("more", WRONG)
def test_what_is_wrong_is_told_with_file_and_line(more: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        asked.study(tmp_path, more + "\n")
    told = [str(problem) for problem in caught.value.problems]
    assert any(WRONG[more] in each for each in told), told
    assert all("asked.yaml:" in each for each in told), told


def test_a_level_is_an_addition_a_setting_or_nothing() -> None:
    added = Dimension("season", (NOTHING_ADDED, "winter"))
    assert added.additions(NOTHING_ADDED) == () and added.additions("winter") == (
        ("region", "winter"),
    )
    assert added.settings("winter") == ()
    keyed = Dimension("talk", (True, 2.5), key="a.b")
    assert [keyed.settings(x) for x in (True, 2.5)] == [(("a.b=true", ()),), (("a.b=2.5", ()),)]
    assert keyed.additions(2.5) == ()
