"""A published table of answer times, as CSV with a mapping, becomes targets of a calibration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from akuttsim.cli import app
from akuttsim.config.loader import load_calibration
from akuttsim.config.schema.experiment import CalibrationAim
from akuttsim.errors import InputError
from akuttsim.regionbuilder.official_statistics import targets_yaml

TABLE = (
    "AMK-sentral;År;Andel besvart innen 10 sekunder;Antall besvarte anrop\n"
    "Namsos;2022;91,2 %;9 800\n"
    "Namsos;2023;93,4 %;10 000\n"
    "Oslo;2023;=1+1;100\n"
)
FIGURE: dict[str, Any] = {
    "where": {"AMK-sentral": "Namsos", "År": "2023"},
    "column": "Andel besvart innen 10 sekunder",
    "times": 0.01,
    "indicator": "answered_113_within_10_s",
}


def given(folder: Path, table: str = TABLE, **more: Any) -> tuple[Path, str]:
    figure = {**FIGURE, **more}
    if "counted" not in more:
        figure.setdefault("tolerance", 0.02)
    body = {"mapping": "amk", "source": "Helsedirektoratet", "figures": {"answered-113": figure}}
    (folder / "amk.csv").write_bytes(table.encode("latin-1"))
    (folder / "amk.yaml").write_text(yaml.safe_dump(body), "utf-8")
    return folder / "amk.csv", str(folder / "amk.yaml")


def test_a_figure_is_found_by_its_row_and_column(tmp_path: Path) -> None:
    text, found = targets_yaml(*given(tmp_path))
    assert yaml.safe_load(text) == {"targets": found}
    aim = CalibrationAim.model_validate(found["answered-113"])
    assert aim.value == pytest.approx(0.934) and aim.width == 0.02 and aim.grade == "A"
    assert (
        aim.source.startswith("Helsedirektoratet: Namsos, 2023; Andel") and "line 3" in aim.source
    )


def test_the_number_of_calls_gives_the_standard_error_of_a_share(tmp_path: Path) -> None:
    _, found = targets_yaml(*given(tmp_path, counted="Antall besvarte anrop"))
    error = found["answered-113"]["standard_error"]
    assert error == pytest.approx((0.934 * 0.066 / 10_000) ** 0.5, rel=1e-5)


def test_a_calibration_builds_on_what_was_written(tmp_path: Path) -> None:
    table, mapping = given(tmp_path, held_back=False)
    out = tmp_path / "figures.yaml"
    how = ["import", "helsedir", str(table), "--mapping", mapping, "--out", str(out)]
    result = CliRunner().invoke(app, how)
    assert result.exit_code == 0 and "answered_113_within_10_s = 0.934" in result.stdout
    own = {"extends": "figures.yaml", "calibration": "amk", "weeks": 4, "replications": 4,
           "seed": 1, "unknowns": {"talk": {"key": "care.talk_113_s"}}}  # fmt: skip
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(own), "utf-8")
    assert set(load_calibration(str(tmp_path / "own.yaml")).value.targets) == {"answered-113"}


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"where": {"AMK-sentral": "Namsos"}}, "2 rows have AMK-sentral = Namsos; exactly one"),
        ({"where": {"AMK-sentral": "Bodø", "År": "2023"}}, "0 rows have"),
        ({"where": {"AMK-sentral": "Oslo", "År": "2023"}}, "'=1\\+1' is no number"),
        ({"column": "Andel besvart"}, "no such column"),
        ({"indicator": "answered_113_within_10"}, "did you mean 'answered_113_within_10_s'"),
        ({"times": 1.0, "counted": "Antall besvarte anrop"}, "a share between 0 and 1"),
    ],
)
def test_what_is_not_found_is_told(tmp_path: Path, more: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        targets_yaml(*given(tmp_path, **more))
