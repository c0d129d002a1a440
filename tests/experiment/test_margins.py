"""The smallest differences that matter: one for each indicator, from a file that can be changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.config import shipped
from akuttsim.config.loader import load_margins
from akuttsim.config.schema.experiment import OwnMargin
from akuttsim.errors import InputError
from akuttsim.experiments.load_study import load_all_margins
from akuttsim.experiments.study import study_of_experiment
from akuttsim.indicators.registry import INDICATORS

STANDARD = load_margins("standard").value


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.name)
def test_every_indicator_has_a_margin_in_its_unit_with_a_reason(indicator: object) -> None:
    margin = STANDARD.margins[indicator.name]  # type: ignore[attr-defined]
    assert margin.unit == indicator.unit  # type: ignore[attr-defined]
    assert margin.grade == "C", "a choice is never told as a fact"
    if margin.unit == "share":
        assert margin.margin <= margin.margin_place < 0.1


def test_no_margin_and_no_reason_is_left_over() -> None:
    assert set(STANDARD.margins) == {indicator.name for indicator in INDICATORS}
    assert {margin.reason for margin in STANDARD.margins.values()} == set(STANDARD.reasons)


def test_an_experiment_has_the_standard_ones_and_may_set_its_own() -> None:
    study = study_of_experiment("01-first-look")
    assert set(study.margins) == set(study.margins_place) == set(STANDARD.margins)
    own = {
        "travel_to_care_min": OwnMargin(region=2.0, place=9.0),
        "hung_up_116117": OwnMargin(region=0.1, place=0.1),
    }
    margins = load_all_margins("standard", own)
    assert margins.region["travel_to_care_min"] == 2.0
    assert margins.place["travel_to_care_min"] == 9.0
    assert (
        margins.place["ring_to_doctor_min"] == STANDARD.margins["ring_to_doctor_min"].margin_place
    )


def test_a_file_of_ones_own_is_named_and_what_is_wrong_in_it_is_told(tmp_path: Path) -> None:
    text = shipped.find_config("experiment", "01-first-look").read_text("utf-8")
    path = tmp_path / "e.yaml"
    mine = tmp_path / "mine.yaml"
    margin = "{margin: 2, margin_place: 3, unit: min, grade: C, reason: mine}"
    mine.write_text(f"reasons: {{mine: Ours}}\nmargins:\n  travel_to_care_min: {margin}\n")
    path.write_text(text + "margins_from: mine.yaml\nmargins: {hung_up_116117: 0.02}\n")
    study = study_of_experiment(str(path))
    assert study.margins == {"travel_to_care_min": 2.0, "hung_up_116117": 0.02}
    assert study.margins_place == {"travel_to_care_min": 3.0, "hung_up_116117": 0.02}

    mine.write_text(f"reasons: {{mine: Ours}}\nmargins:\n  travel_to_car_min: {margin}\n")
    with pytest.raises(InputError, match=r"mine\.yaml:3: .*travel_to_car_min.*travel_to_care_min"):
        study_of_experiment(str(path))
    path.write_text(text + "margins_from: nowhere\n")
    with pytest.raises(InputError, match=r"e\.yaml:\d+: margins_from: nowhere: no .* standard"):
        study_of_experiment(str(path))
    mine.write_text(f"reasons: {{}}\nmargins:\n  travel_to_care_min: {margin}\n")
    path.write_text(text + "margins_from: mine.yaml\n")
    with pytest.raises(InputError, match="no such reason: mine"):
        study_of_experiment(str(path))
