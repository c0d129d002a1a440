from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from akuttsim.cli import app
from tests.small import DATA, TODAY

MADE_UP = {"source": "made up", "grade": "D"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a region with two assumptions that the one figure cannot tell apart; calibrate it."""
    folder = tmp_path_factory.mktemp("calibrate")
    assumed = {"talk_s": {"grade": "C", "range": [120, 480]},
               "after_call_s": {"grade": "C", "range": [30, 200]}}  # fmt: skip
    region = {"extends": str(DATA / "small" / "region.yaml"), "region": "small-open",
              "title": "Small, open",
              "changes": {"open": {"why": "It is assumed.", "set": {"care": assumed}}}}  # fmt: skip
    aim = {"indicator": "answered_116117_within_120_s", "value": 0.6, "tolerance": 0.05, **MADE_UP}
    targets = {"calibration": "both", "targets": {"answered": aim}, "weeks": 1, "replications": 2,
               "seed": 3, "most_trials": 15, "warmup_days": 1,
               "unknowns": {"talk": {"key": "care.talk_s"},
                            "after": {"key": "care.after_call_s"}}}  # fmt: skip
    for name, content in (("region", region), ("targets", targets)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return folder


def how(folder: Path) -> list[str]:
    files = [str(folder / "region.yaml"), str(TODAY), str(folder / "targets.yaml")]
    return ["calibrate", *files, "--out", str(folder / "out"), "--workers", "1"]


def test_it_tells_what_it_found_and_the_variants_are_usable(folder: Path) -> None:
    result = CliRunner().invoke(app, how(folder), catch_exceptions=False)
    assert result.exit_code == 0
    assert "care.after_call_s" in result.stdout and "60% (55 to 65)" in result.stdout
    assert (
        "“Talk at 116117, s” and “Work after a 116117 call, s” move the figures alike"
        in result.stdout
    )
    pages = {path.name for path in (folder / "out").glob("*.html")}
    assert pages == {"calibration.html", "calibration-en.html"}
    checked = CliRunner().invoke(
        app, ["check", str(folder / "out" / "small-today-calibrated.yaml")]
    )
    assert checked.exit_code == 0 and checked.exception is None


def test_a_calibration_is_not_reported_as_if_it_were_results(folder: Path) -> None:
    result = CliRunner().invoke(app, ["report", str(folder / "out")])
    assert "a calibration, not results to report" in str(result.exception)


def test_nothing_is_computed_where_the_folder_is_full(folder: Path) -> None:
    again = CliRunner().invoke(app, how(folder))
    assert "holds results already; go on with --resume" in str(again.exception)
    (folder / "other").mkdir()
    (folder / "other" / "mine.txt").write_text("mine", "utf-8")
    others = CliRunner().invoke(app, [*how(folder), "--out", str(folder / "other")])
    assert "is not empty; name a new folder with --out" in str(others.exception)
    assert [each.name for each in (folder / "other").iterdir()] == ["mine.txt"]
