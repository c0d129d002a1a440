from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from akuttsim.records import GREEN, LINE_113, LINE_116117, LINE_HEALTH, RED, YELLOW, Patients
from akuttsim.units import TICKS_PER_S
from tests.patients.changed import ERROR_RATE, PLAIN, patients, u_of

OTHERS = ("time_s", "away_s", "birth_after_s", "escort_after_s", "alarm_talk_s", "alarm_handover_s",
          "home_nursing_s")  # fmt: skip
DURATIONS = [name for name in Patients.columns()
             if name.endswith("_s") and name not in OTHERS]  # fmt: skip


@pytest.mark.parametrize("name", DURATIONS)
def test_durations_are_whole_ticks_not_negative_and_finite(name: str) -> None:
    column = getattr(patients("outside=null"), name)
    assert (column * TICKS_PER_S % 1 == 0).all()
    assert (column >= 0).all()
    assert np.isfinite(column).all()
    assert column.dtype == np.float64
    assert len(np.unique(column)) > len(column) / 2 or name == "preparation_s" or "patience" in name


def lognormal(median: float, sigma: float) -> Any:
    return stats.lognorm(sigma, scale=median)


def lognormal_cv(mean: float, cv: float) -> Any:
    return lognormal(mean / np.sqrt(1 + cv**2), np.sqrt(np.log(1 + cv**2)))


# In seconds, from the facts sheet's figures: column, who, distribution.
DISTRIBUTIONS = [
    ("talk_s", "contact", lognormal(244, 0.55)),
    ("talk_s", "other", lognormal(120, 0.55)),
    ("after_call_s", "all", stats.expon(scale=90)),
    ("conference_s", "all", stats.triang(0.5, 20, 40)),
    ("talk_113_s", "all", lognormal(204 * np.exp(-0.18), 0.6)),
    ("interview_113_s", "red", lognormal(95, 0.5)),
    ("interview_113_s", "green", lognormal(180, 0.6)),
    ("dispatch_s", "all", lognormal(28, 0.4)),
    ("again_after_s", "all", stats.expon(scale=300)),
    ("patience_113_s", "all", stats.expon(scale=300)),
    ("nurse_s", "all", lognormal_cv(480, 0.5)),
    ("consultation_s", "all", lognormal_cv(1200, 0.5)),
    ("doctor_phone_s", "all", lognormal(2.53 * 60, 0.55)),
    ("home_visit_s", "all", lognormal_cv(1800, 0.5)),
    ("satellite_nurse_s", "all", lognormal_cv(1800, 0.3)),
    ("satellite_video_s", "all", lognormal_cv(540, 0.4)),
    ("on_scene_s", "red", lognormal(18 * 60, 0.5)),
    ("on_scene_s", "yellow", lognormal(20 * 60, 0.5)),
    ("on_scene_s", "green", lognormal(12 * 60, 0.5)),
    ("hospital_handover_s", "all", lognormal(15.5 * 60, 0.5)),
    ("legevakt_handover_s", "all", lognormal(12 * 60, 0.5)),
    ("doctor_on_scene_s", "all", lognormal(25 * 60, 0.5)),
]


def those(who: str) -> NDArray[np.bool_]:
    some = patients("outside=null")
    groups = {
        "all": np.ones(len(some), dtype=bool), "contact": some.is_contact,
        "other": ~some.is_contact, "red": some.urgency == RED, "yellow": some.urgency == YELLOW,
        "green": some.urgency == GREEN,
    }  # fmt: skip
    return groups[who]


@pytest.mark.parametrize(("name", "who", "known"), DISTRIBUTIONS)
def test_a_column_has_its_distribution(name: str, who: str, known: Any) -> None:
    """Kolmogorov-Smirnov on all rows of half a year; 0.1 % for the family."""
    column = getattr(patients("outside=null"), name)[those(who)]
    assert len(column) > 300
    assert stats.kstest(column, known.cdf).pvalue > ERROR_RATE / len(DISTRIBUTIONS)


@pytest.mark.parametrize(("name", "who", "known"), DISTRIBUTIONS)
def test_a_column_is_the_quantile_of_its_own_stream(name: str, who: str, known: Any) -> None:
    """Exact, so that a small error in a unit shows too; to the nearest tick."""
    some = patients("outside=null")
    u = u_of(name.removesuffix("_s"), *PLAIN, "outside=null")
    expected = known.ppf(u[those(who)])
    np.testing.assert_allclose(getattr(some, name)[those(who)], expected, rtol=1e-9, atol=1e-6)


PATIENCE = [(LINE_116117, RED, 300), (LINE_116117, YELLOW, 300), (LINE_116117, GREEN, 540),
            (LINE_HEALTH, GREEN, 1200), (LINE_113, YELLOW, 300)]  # fmt: skip


@pytest.mark.parametrize(("line", "urgency", "mean_s"), PATIENCE)
@pytest.mark.parametrize("attempt", ["patience_1_s", "patience_2_s", "patience_3_s"])
def test_patience_is_exponential_but_for_those_who_leave_at_once(
    attempt: str, line: int, urgency: int, mean_s: float
) -> None:
    """4 % leave after 10 s, other than on 113; 0.1 % for the family of 15 twice."""
    some = patients("outside=null", days=364)
    column = getattr(some, attempt)[(some.line == line) & (some.urgency == urgency)]
    soon = column == 10.0
    share = 0.0 if line == LINE_113 else 0.04
    low, high = stats.binom.interval(1 - ERROR_RATE / 30, len(column), share)
    assert low <= soon.sum() <= high
    u = u_of(attempt.removesuffix("_s"), *PLAIN, "outside=null", days=364)
    mine = u[(some.line == line) & (some.urgency == urgency)][~soon]
    patience = stats.expon(scale=mean_s)
    np.testing.assert_allclose(column[~soon], patience.ppf(mine), rtol=1e-9, atol=1e-6)
    assert stats.kstest(column[~soon], patience.cdf).pvalue > ERROR_RATE / 30


def test_whoever_has_no_car_waits_for_a_taxi_as_well() -> None:
    """Mean 15 min, and 25 more for a tenth; 4 standard errors."""
    column = patients("outside=null", days=364).preparation_s
    mean = 900 + 0.1 * 1500
    variance = 900**2 + 0.1 * 2 * 1500**2 - 150**2
    assert column.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / len(column)))


def test_attempts_are_independent_of_each_other() -> None:
    some = patients("outside=null", days=364)
    columns = np.array([some.patience_1_s, some.patience_2_s, some.patience_3_s])
    ranks = stats.rankdata(columns[:, (some.urgency == GREEN) & (some.line == 0)], axis=1)
    correlations = np.corrcoef(ranks)[np.triu_indices(3, 1)]
    assert np.abs(correlations).max() < 4 / np.sqrt(ranks.shape[1])
