"""A short calibration of the small district gives back a talk time from what it leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.errors import InputError
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.optimisation.calibration.calibration_question import (
    CalibrationQuestion,
    SimulatedTargets,
    TrialJob,
    load_calibration_question,
    open_trial_bench,
)
from akuttsim.optimisation.calibration.calibration_run import (
    CalibrationTrial,
    calibrate,
    trial_limit,
    write_calibrated,
)
from akuttsim.optimisation.calibration.outcome import CalibrationOutcome
from akuttsim.report.calibration_page import (
    CalibrationWords,
    calibration_sentences,
    verdict_sentences,
)
from tests.nightly import by_night
from tests.small import DATA, SATELLITE, TODAY

TRUTH = 300.0
ANSWERED = "answered_116117_within_120_s"
AIM: dict[str, Any] = {"tolerance": 0.01, "source": "made up", "grade": "D"}


def files(folder: Path, talk: float = 244.0, **more: Any) -> tuple[str, str, str]:
    """Write an open variant of the small region and a calibration; return the three names."""
    assumed = {"talk_s": {"lognormal": {"median": talk}, "grade": "C", "range": [120, 480]},
               "after_call_s": {"grade": "C", "range": [30, 200]}}  # fmt: skip
    base = DATA / "small" / "region.yaml"
    region = {"extends": str(base), "region": "small-open", "title": "Small, open",
              "changes": {"open": {"why": "It is assumed.", "set": {"care": assumed}}}}  # fmt: skip
    body = {"calibration": "small-talk", "unknowns": {"talk": {"key": "care.talk_s"}},
            "targets": {"answered": {"indicator": ANSWERED, "value": 0.5, **AIM}},
            "weeks": 1, "warmup_days": 1, "replications": 2, "seed": 3,
            "most_trials": 20, **more}  # fmt: skip
    for name, content in (("region", region), ("targets", body)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return str(folder / "region.yaml"), str(TODAY), str(folder / "targets.yaml")


def simulated(asked: CalibrationQuestion, indicator: str) -> float:
    """Return the mean of an indicator with everything as written."""
    place = PreparedStudy(asked.study, False)
    runs = [
        {row[:3]: row.value for row in place.measured(run).rows}
        for run in asked.study.runs()
        if run.organisation == asked.study.base
    ]
    return sum(run[indicator, "all", "all"] for run in runs) / len(runs)


def done(
    folder: Path, runs: Path | None = None, **more: Any
) -> tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]]:
    asked = load_calibration_question(*files(folder, **more))
    told: list[int] = []
    found, trials = calibrate(asked, runs or folder / "runs", 1, told.append, resume=True)
    assert sum(told) <= trial_limit(asked)
    return asked, found, trials


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Return the share answered, and the share who hung up, that the true talk time gives."""
    asked = load_calibration_question(*files(tmp_path_factory.mktemp("truth"), talk=TRUTH))
    return {name: simulated(asked, name) for name in (ANSWERED, "hung_up_116117")}


def targets(truth: dict[str, float], held: float) -> dict[str, Any]:
    back = {"indicator": "hung_up_116117", "value": held, "held_back": True, **AIM}
    return {"answered": {"indicator": ANSWERED, "value": truth[ANSWERED], **AIM}, "hung-up": back}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where runs are kept, each by its inputs."""
    return tmp_path_factory.mktemp("kept") / "runs"


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory, truth: dict[str, float], runs: Path
) -> tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]]:
    return done(
        tmp_path_factory.mktemp("found"),
        runs,
        targets=targets(truth, truth["hung_up_116117"]),
        compare=[str(SATELLITE)],
        judged_by=["travel_to_care_min"],
    )


def test_a_known_talk_time_is_found_again(
    found: tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]],
) -> None:
    """The same patients met both, so that the truth meets the target exactly."""
    _, calibrated, _ = found
    (talk,) = calibrated.unknowns
    assert calibrated.is_met and talk.possible is not None
    assert talk.possible[0] <= TRUTH * 1.02 and talk.possible[1] >= TRUTH * 0.98
    assert talk.value == pytest.approx(TRUTH, rel=0.05)
    assert 0 < (talk.share_left or 0) < 0.5 and talk.before == 244.0
    answered, held = calibrated.targets
    assert not answered.held_back and held.held_back
    assert held.after == pytest.approx(held.published, abs=0.02), "it follows without being fitted"
    assert "care.talk_s" not in " ".join(
        calibration_sentences(calibrated, CalibrationWords("en"))
    ), "nothing is doubtful about it"


def test_verdicts_are_given_at_several_possible_points(
    found: tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]],
) -> None:
    (judged,) = found[1].judged
    assert (judged.organisation, judged.indicator) == ("small-satellite", "travel_to_care_min")
    assert 2 <= len(judged.verdicts) <= 3
    assert judged.low <= judged.high < 0, "a satellite is nearer"
    (sentence,) = verdict_sentences(found[1], CalibrationWords("en"))
    assert sentence.startswith("small-satellite, ") and "better" in sentence


@pytest.fixture(scope="module")
def with_another_figure(
    tmp_path_factory: pytest.TempPathFactory, truth: dict[str, float], runs: Path
) -> tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]]:
    """Return the same once more, but for the figure that is held back; by night run anew too."""
    folder = tmp_path_factory.mktemp("another")
    return done(folder, by_night(runs, folder / "runs"), targets=targets(truth, 0.99))


@pytest.mark.nightly
def test_a_figure_held_back_moves_nothing(
    found: tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]],
    with_another_figure: tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]],
) -> None:
    """Another published value of it, and every trial and every value found is the same."""
    _, other, trials = with_another_figure
    assert trials == found[2]
    assert other.unknowns == found[1].unknowns and other.is_met
    assert not other.targets[1].is_met and found[1].targets[1].is_met


@pytest.mark.nightly
def test_the_files_are_the_same_bytes_each_time_and_load(
    tmp_path: Path,
    found: tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]],
    with_another_figure: tuple[CalibrationQuestion, CalibrationOutcome, list[CalibrationTrial]],
) -> None:
    """All but the line of the figure held back, whose published value is another."""
    asked, calibrated, trials = found
    first, second = tmp_path / "first", tmp_path / "second"
    paths = write_calibrated(asked, calibrated, trials, first)
    write_calibrated(*with_another_figure, second)
    assert (first / "calibration.csv").read_bytes() == (second / "calibration.csv").read_bytes()
    told = [(each / "targets.csv").read_bytes().splitlines() for each in (first, second)]
    assert [line for line in told[0] if line not in told[1]] == [told[0][2]]
    organisation = load_organisation(str(paths[1]))
    region = load_region(organisation.value.region, (), first)
    check_region(region)
    check_organisation(organisation, region)
    talk, (moved,) = region.value.care.talk_s, calibrated.unknowns
    assert talk.lognormal is not None and talk.lognormal.median == moved.value
    assert talk.range == pytest.approx(moved.possible, rel=1e-5)
    assert talk.grade == "C" and talk.source.startswith("Calibrated to answered (small-talk)")


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"unknowns": {"x": {"key": "care.on_scene_min.red"}}}, "only assumptions"),
        ({"unknowns": {"x": {"key": "care.talk"}}}, "did you mean 'care.talk_s'"),
        ({"unknowns": {"x": {"key": "care.talk_s", "range": [100, 200]}}}, "beyond the value"),
        ({"targets": {"x": {"indicator": "answered", "value": 1, **AIM}}}, "no such indicator"),
        ({"targets": {"x": {"indicator": ANSWERED, "value": 1, "held_back": True, **AIM}}}, "held"),
        ({"targets": {"x": {"indicator": ANSWERED, "value": 1, "source": "made up", "grade": "D"}}},
         "either tolerance or standard_error"),
        ({"compare": [str(SATELLITE)]}, "compare needs judged_by"),
        ({"most_trials": 5}, "at least 6"),
    ],
)  # fmt: skip
def test_what_cannot_be_calibrated_is_told(tmp_path: Path, more: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        load_calibration_question(*files(tmp_path, **more))


def test_a_figure_of_nothing_is_told(tmp_path: Path) -> None:
    none = {"indicator": ANSWERED, "group_by": "room", "group": "nowhere", "value": 1, **AIM}
    with pytest.raises(InputError, match="nothing of the kind is simulated"):
        done(tmp_path, targets={"none": none})


def test_two_processes_make_the_same_trials_as_one(tmp_path: Path) -> None:
    """Two replications in two processes: the values are those of one process, in their order."""
    asked = load_calibration_question(*files(tmp_path))
    jobs = [
        TrialJob(asked.study, frozenset(asked.keys), tmp_path / name) for name in ("one", "two")
    ]
    points = [(0.2,), (0.7,), (0.9,)]
    with open_trial_bench(jobs[0], 1) as here, open_trial_bench(jobs[1], 2) as there:
        one = SimulatedTargets(asked, here, 1, lambda _: None)
        two = SimulatedTargets(asked, there, 2, lambda _: None)
        one(points)
        two(points[:1])
        two(points[1:])
        for point in points:
            assert one.means(point).tolist() == two.means(point).tolist()
            assert one.errors(point).tolist() == two.errors(point).tolist()
