"""What a question is judged by: groups, claims of the hypothesis, and how they come out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from akuttsim.cli.check import check_file
from akuttsim.config import shipped
from akuttsim.config.schema.experiment import HypothesisClaim, JudgedIndicator
from akuttsim.errors import InputError
from akuttsim.experiments.hypothesis import ClaimTables, judge_claim, judge_claims
from akuttsim.experiments.study import Study, study_of_experiment
from akuttsim.experiments.study_manifest import build_manifest

FIRST_LOOK = shipped.find_config("experiment", "01-first-look").read_text("utf-8")
TRAVEL, SOON, USE = "travel_to_care_min", "answered_116117_within_120_s", "consultations_a_week"


def study_with(folder: Path, main: str = "", claim: str = "") -> Study:
    """Return the first look with another thing that it is judged by, or another claim."""
    text = FIRST_LOOK
    if main:
        text = text.replace("main_indicators:\n", f"main_indicators:\n  - {main}\n")
    if claim:
        text = text.replace("  claims:\n", f"  claims:\n    - {{nb: Noe, en: Some, {claim}}}\n")
    (folder / "e.yaml").write_text(text, "utf-8")
    return study_of_experiment(str(folder / "e.yaml"))


def test_a_night_question_is_judged_by_the_night(tmp_path: Path) -> None:
    study = study_with(tmp_path, f"{{indicator: {SOON}, group_by: time_of_day, group: night}}")
    judged = JudgedIndicator(indicator=SOON, group_by="time_of_day", group="night")
    assert judged in study.judged and JudgedIndicator(indicator=SOON) in study.judged
    assert study.main_indicators.count(SOON) == 1, "by name it stands once"
    manifest = build_manifest(study, 0.0)
    assert manifest.judged_by == study.judged
    hour = study_with(tmp_path, f"{{indicator: {SOON}, group_by: hour, group: 3}}")
    assert JudgedIndicator(indicator=SOON, group_by="hour", group="03") in hour.judged


@pytest.mark.parametrize(
    ("main", "message"),
    [
        (f"{{indicator: {TRAVEL}, group_by: hour, group: 3}}",
         r"main_indicators\.0\.group_by: .*cannot be judged by hour.*municipality.*time_of_day"),
        (f"{{indicator: {TRAVEL}, group_by: municipality, group: lirene}}",
         r"main_indicators\.0\.group: no such group of municipality: lirene.*lierne"),
        (f"{{indicator: {TRAVEL}, group_by: municipality}}", "belong together"),
        ("{indicator: travel_to_car_min, group_by: municipality, group: lierne}",
         r"main_indicators\.0\.indicator: no such indicator.*travel_to_care_min"),
        ("busy_share", r"main_indicators\.0: busy_share cannot be judged by all"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_told_with_what_would_be_right(
    tmp_path: Path, main: str, message: str
) -> None:
    with pytest.raises(InputError, match=rf"e\.yaml:\d+: .*{message}"):
        study_with(tmp_path, main)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (f"indicator: {TRAVEL}, expect: better, organisation: namdal-satelites",
         r"claims\.0\.organisation: no organisation of this experiment.*namdal-satellites"),
        (f"indicator: {TRAVEL}, expect: better, than: namdal-tomorrow", r"claims\.0\.than: no org"),
        (f"indicator: {TRAVEL}, expect: better, case: winter", r"claims\.0\.case: no such case"),
        (f"indicator: {TRAVEL}, expect: met", r"claims\.0\.expect: there is no target for travel"),
        (f"indicator: {USE}, expect: better", r"claims\.0\.expect: neither a high nor a low"),
        (f"indicator: {TRAVEL}, expect: worse, organisation: namdal-today", "only met and not met"),
        (f"indicator: {TRAVEL}, expect: shorter", r"claims\.0\.expect"),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_judged_is_refused(tmp_path: Path, claim: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        study_with(tmp_path, claim=claim)


def row(name: str, mean: float, half: float, verdict: str, **more: object) -> dict[str, object]:
    """Return a row of a table: the journey of an organisation, with a margin of one minute."""
    return {
        "case": "plain", "organisation": name, "indicator": TRAVEL, "group_by": "all",
        "group": "all", "mean": mean, "ci_low": mean - half, "ci_high": mean + half,
        "unit": "min", "margin": 1.0, "verdict": verdict, **more,
    }  # fmt: skip


def tables(*rows: dict[str, object], cases: tuple[str, ...] = ("plain",)) -> ClaimTables:
    """Return tables in which these are the differences from the base (or effects, by case)."""
    frame = pd.DataFrame(rows)
    directions = {TRAVEL: "lower", USE: "neither"}
    names = list(dict.fromkeys(["base", *frame.organisation]))
    return ClaimTables(frame, frame, frame, directions, cases, names)  # type: ignore[arg-type]


def claim(expect: str, **more: object) -> HypothesisClaim:
    """Return a claim on the journey."""
    written = {"nb": "Noe", "en": "Some", "indicator": TRAVEL, "expect": expect, **more}
    return HypothesisClaim.model_validate(written)


BETTER, WORSE = row("one", -5, 1, "better"), row("two", 5, 1, "worse")
ALIKE, OPEN = row("three", 0.1, 0.2, "no difference that matters"), row("four", 3, 4, "cannot tell")
FEWER = row("five", -5, 1, "only because fewer came")


@pytest.mark.parametrize(
    ("expect", "found", "outcome"),
    [
        ("better", BETTER, "holds"), ("better", WORSE, "does not hold"),
        ("better", ALIKE, "does not hold"), ("better", OPEN, "cannot tell"),
        ("better", FEWER, "does not hold"), ("worse", WORSE, "holds"),
        ("worse", BETTER, "does not hold"), ("no difference", ALIKE, "holds"),
        ("no difference", WORSE, "does not hold"), ("no difference", OPEN, "cannot tell"),
        ("higher", WORSE, "holds"), ("lower", WORSE, "does not hold"), ("lower", FEWER, "holds"),
        ("higher", ALIKE, "does not hold"), ("higher", OPEN, "cannot tell"),
        ("met", row("six", 5, 1, "met"), "holds"),
        ("met", row("six", 5, 1, "not met"), "does not hold"),
        ("not met", row("six", 5, 1, "cannot tell"), "cannot tell"),
    ],
)  # fmt: skip
def test_a_claim_comes_out_as_its_verdict_says(
    expect: str, found: dict[str, object], outcome: str
) -> None:
    by, came_out, _ = judge_claim(claim(expect), tables(found))
    assert (by, came_out) == (found["organisation"], outcome)


def test_of_all_others_one_is_enough_to_refute_and_one_to_leave_it_open() -> None:
    assert judge_claim(claim("better"), tables(BETTER, OPEN, WORSE))[:2] == ("two", "does not hold")
    assert judge_claim(claim("better"), tables(BETTER, OPEN))[:2] == ("four", "cannot tell")
    alone = judge_claim(claim("better", organisation="one"), tables(BETTER, OPEN, WORSE))
    assert alone[:2] == ("one", "holds")
    nowhere = claim("better", group_by="municipality", group="lierne")
    assert judge_claim(nowhere, tables(BETTER))[1] == "cannot tell", "there is no such row"


def test_two_models_differ_only_where_their_intervals_lie_apart_by_more_than_the_margin() -> None:
    near, far = row("near", -2, 1, "better"), row("far", -4.8, 1, "better")
    than = claim("better", organisation="far", than="near")
    found = judge_claim(than, tables(near, far))
    assert found[1] == "cannot tell", "the nearest ends are 0.8 minutes apart"
    farther = row("far", -6.0, 1, "better")
    _, outcome, finding = judge_claim(than, tables(near, farther))
    assert outcome == "holds" and (finding.low, finding.high) == (-6.0, -2.0)


def test_what_is_expected_of_every_case_is_refuted_by_one_that_says_otherwise() -> None:
    def came_out(*verdicts: str) -> str:
        names = ("plain", "winter", "storm")[: len(verdicts)]
        rows = [
            row("one", 1, 1, said, case=case) for case, said in zip(names, verdicts, strict=True)
        ]
        return judge_claim(claim("same in every case"), tables(*rows, cases=names))[1]

    assert came_out("worse", "worse", "cannot tell") == "holds"
    assert came_out("worse", "worse", "better") == "does not hold"
    assert came_out("worse", "no difference that matters") == "does not hold"
    assert came_out("cannot tell", "worse") == "cannot tell"


def test_the_effect_of_a_case_is_of_the_base_too() -> None:
    here = [row("base", 5, 1, "worse", case="winter"), row("one", 5, 1, "worse", case="winter")]
    found = judge_claims([claim("worse", case="winter")], tables(*here, cases=("plain", "winter")))
    assert found.outcome[0] == "holds" and found.decided_by[0] == "base"
    assert found.claim.tolist() == [1] and found.nb[0] == "Noe" and found.than[0] == ""


@pytest.mark.parametrize("name", shipped.config_names("experiment"))
def test_every_shipped_experiment_is_whole_and_its_hypothesis_is_judged(name: str) -> None:
    found = check_file(str(shipped.find_config("experiment", name)))
    study = found.study
    assert study is not None and found.organisation is None
    assert study.claims
    assert all(len(each.nb) <= 90 and len(each.en) <= 90 for each in study.claims)
    assert len({each.nb for each in study.claims}) == len(study.claims)
