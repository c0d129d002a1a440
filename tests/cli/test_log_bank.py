"""A real call-centre log, replayed: skipped where the data is not there."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from akuttsim.calllog.log_reader import read_log
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.config.loader import load_log_format, load_region
from akuttsim.experiments.logged_patients import logged_patients
from akuttsim.experiments.results import read_replay
from akuttsim.experiments.runner import run_study
from akuttsim.experiments.study import study_of_log, with_logged_calls
from tests.shared_data import folder


@pytest.fixture(scope="module")
def log() -> CallLog:
    region = load_region("phonebank").value
    path = folder() / "anonymous_bank_1999" / "calls_jan_feb_oct_1999.csv.gz"
    return read_log(path, load_log_format("anonymous-bank").value, region)


def test_the_log_is_read_as_it_is_documented(log: CallLog) -> None:
    """Its documentation counts 85,083 answered and 19.3 % of those who queued abandoned."""
    assert len(log) == 94_196 and not [
        finding for finding in log.findings if finding.weight == "stops"
    ]
    assert (~np.isnan(log.wait_s)).sum() + log.hung_up.sum() == pytest.approx(94_196, abs=300)
    queued = (log.wait_s > 0) | log.hung_up
    assert np.mean(log.hung_up[queued]) == pytest.approx(0.193, abs=0.01)


@pytest.mark.parametrize(
    ("first", "apart"),
    [
        (date(1999, 1, 10), {"mean_wait_s": 10, "answered_in_time": 0.05, "hung_up": 0.03}),
        (date(1999, 2, 7), {"mean_wait_s": 20, "answered_in_time": 0.12, "hung_up": 0.07}),
    ],
    ids=["its own month", "an unseen week"],
)
def test_a_week_comes_near(
    log: CallLog, tmp_path: Path, first: date, apart: dict[str, float]
) -> None:
    """Staffing, by presence, and patience are of January; February was never looked at.

    How near each must come is set by what was measured when this was written, with room for chance:
    it keeps a later change from making it worse unseen.
    """
    study = study_of_log(["phonebank"], None, (), (2, 1))
    span = (first, first + timedelta(days=6))
    made = with_logged_calls(study, logged_patients(log, study.region, span))
    run_study(made, tmp_path / "out")
    hours = read_replay(tmp_path / "out").hours
    whole = hours[hours.hour == "all"].set_index("measure")
    assert whole.calls.iloc[0] > 5_000
    for measure, most in apart.items():
        row = whole.loc[measure]
        assert abs(row.simulated - row.recorded) < most, measure
