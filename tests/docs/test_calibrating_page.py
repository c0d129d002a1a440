"""The examples in docs/calibrating.md load, and the page names every key and file there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from akuttsim.config.loader import load_figure_mapping
from akuttsim.config.schema.experiment import (
    Calibration,
    CalibrationAim,
    MappedFigure,
    UnknownParameter,
)
from akuttsim.config.shipped import config_names
from akuttsim.optimisation.calibration.calibration_question import load_calibration_question
from akuttsim.optimisation.calibration.calibration_run import trial_limit

PAGE = (Path(__file__).parents[2] / "docs" / "calibrating.md").read_text("utf-8")
CALIBRATION, MAPPING = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)


def test_the_example_is_a_calibration_of_namdal(tmp_path: Path) -> None:
    (tmp_path / "my-targets.yaml").write_text(CALIBRATION, "utf-8")
    asked = load_calibration_question("namdal", "namdal-today", str(tmp_path / "my-targets.yaml"))
    assert [unknown.key for unknown in asked.unknowns] == ["care.after_call_s", "care.other_call_s"]
    assert trial_limit(asked) == 40 + 2 * 6 + 5
    assert list(asked.study.organisations) == ["namdal-today", "namdal-satellites"]


@pytest.mark.parametrize("name", config_names("calibration"))
def test_what_is_shipped_loads(name: str) -> None:
    asked = load_calibration_question("namdal", "namdal-today", name)
    assert any(target.held_back for target in asked.calibration.targets.values())


def test_the_example_mapping_loads(tmp_path: Path) -> None:
    (tmp_path / "my-mapping.yaml").write_text(MAPPING, "utf-8")
    assert load_figure_mapping(str(tmp_path / "my-mapping.yaml")).value.columns() == {
        "AMK-sentral", "År", "Andel anrop besvart innen 10 sekunder", "Antall anrop",
    }  # fmt: skip
    assert all(load_figure_mapping(name).value.figures for name in config_names("figure mapping"))


def test_every_key_is_told() -> None:
    wanted = [
        *Calibration.model_fields,
        *UnknownParameter.model_fields,
        *CalibrationAim.model_fields,
        *sorted(set(MappedFigure.model_fields) - {"title", "group_by", "group"}),
    ]
    assert [key for key in wanted if key not in PAGE] == []
