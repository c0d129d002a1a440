from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import integrate, stats

from akuttsim.config.schema.values import (
    Duration,
    DurationByUrgency,
    Exponential,
    Lognormal,
    Triangular,
)

unhurried = settings(deadline=None)

U = np.concatenate([[0.0, 1e-12, 1e-6], np.linspace(0.001, 0.999, 999), [1 - 1e-6, 1 - 2.0**-53]])
SOURCED = {"source": "a source", "grade": "A"}
positive = st.floats(0.01, 1e4)


def duration(**form: Any) -> Duration:
    return Duration.model_validate({**form, **SOURCED})


CASES = [
    (Exponential(mean=5.0), stats.expon(scale=5.0)),
    (Lognormal(median=244.0, sigma=0.55), stats.lognorm(0.55, scale=244.0)),
    (Lognormal(mean=20.0, cv=0.5),
     stats.lognorm(math.sqrt(math.log(1.25)), scale=20.0 / math.sqrt(1.25))),
    (Lognormal(mean=204.0, sigma=0.6), stats.lognorm(0.6, scale=204.0 * math.exp(-0.18))),
    (Lognormal(median=10.0, cv=1.5), stats.lognorm(math.sqrt(math.log(3.25)), scale=10.0)),
    (Triangular(low=20.0, mode=40.0, high=60.0), stats.triang(0.5, 20.0, 40.0)),
    (Triangular(low=0.0, mode=0.0, high=3.0), stats.triang(0.0, 0.0, 3.0)),
    (Triangular(low=1.0, mode=4.0, high=4.0), stats.triang(1.0, 1.0, 3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("own", "known"), CASES)
def test_quantiles_are_those_of_scipy(
    own: Exponential | Lognormal | Triangular, known: Any
) -> None:
    np.testing.assert_allclose(own.quantile(U), known.ppf(U), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("own", "known"), CASES)
def test_the_mean_is_the_integral_of_the_quantiles(
    own: Exponential | Lognormal | Triangular, known: Any
) -> None:
    area, _ = integrate.quad(
        lambda u: float(own.quantile(np.array([u]))[0]), 0, 1, limit=500, epsabs=1e-10
    )
    assert own.expected() == pytest.approx(area, rel=1e-5)
    assert own.expected() == pytest.approx(known.mean(), rel=1e-12)


@unhurried
@given(mean=positive, cv=st.floats(0.01, 10))
def test_mean_median_sigma_and_cv_say_the_same(mean: float, cv: float) -> None:
    sigma = math.sqrt(math.log(1 + cv**2))
    median = mean / math.sqrt(1 + cv**2)
    forms = [Lognormal(mean=mean, cv=cv), Lognormal(median=median, cv=cv),
             Lognormal(mean=mean, sigma=sigma), Lognormal(median=median, sigma=sigma)]  # fmt: skip
    for form in forms:
        np.testing.assert_allclose(form.quantile(U[1:]), forms[0].quantile(U[1:]), rtol=1e-9)
        assert form.expected() == pytest.approx(mean, rel=1e-9)
    spread = forms[0].quantile(np.array([stats.norm.cdf(1.0)]))[0] / median
    assert math.log(spread) == pytest.approx(sigma, rel=1e-9)


@unhurried
@given(
    ends=st.lists(st.floats(0, 1e4), min_size=3, max_size=3).filter(lambda x: max(x) > min(x)),
    us=st.lists(st.floats(0, 1 - 2.0**-53), min_size=2, max_size=20),
)
def test_triangular_quantiles_rise_within_the_ends(ends: list[float], us: list[float]) -> None:
    low, mode, high = sorted(ends)
    values = Triangular(low=low, mode=mode, high=high).quantile(np.sort(us))
    assert (np.diff(values) >= -1e-9 * high).all()
    assert values.min() >= low - 1e-9 * high
    assert values.max() <= high + 1e-9 * high


@unhurried
@given(us=st.lists(st.floats(0, 1 - 2.0**-53), min_size=2, max_size=20), mean=positive)
def test_exponential_and_lognormal_quantiles_rise_from_zero(us: list[float], mean: float) -> None:
    for form in (Exponential(mean=mean), Lognormal(mean=mean, cv=0.7)):
        values = form.quantile(np.sort(us))
        assert (np.diff(values) >= 0).all()
        assert (values >= 0).all()
        assert np.isfinite(values).all()


def test_a_duration_is_exactly_one_distribution() -> None:
    for form in ({}, {"constant": 1.0, "exponential": {"mean": 1.0}}):
        with pytest.raises(ValidationError, match="exactly one of constant, exponential"):
            duration(**form)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"constant": -1.0}, "greater than or equal to 0"),
        ({"exponential": {"mean": 0.0}}, "greater than 0"),
        ({"lognormal": {"mean": -3.0, "cv": 0.5}}, "greater than 0"),
        ({"lognormal": {"cv": 0.5}}, "either mean or median"),
        ({"lognormal": {"mean": 1.0, "median": 1.0, "cv": 0.5}}, "either mean or median"),
        ({"lognormal": {"mean": 1.0}}, "either sigma or cv"),
        ({"triangular": {"low": 5.0, "mode": 4.0, "high": 6.0}}, "low <= mode <= high"),
        ({"triangular": {"low": 5.0, "mode": 5.0, "high": 5.0}}, "low < high"),
    ],
)
def test_impossible_durations_are_refused(form: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        duration(**form)


def test_a_constant_is_the_same_for_everybody() -> None:
    form = duration(constant=10.0)
    assert form.quantile(U).tolist() == [10.0] * len(U)
    assert form.expected() == 10.0
    assert form.shape() is None


def test_a_duration_passes_on_its_distribution() -> None:
    form = duration(exponential={"mean": 90.0})
    assert form.shape() == Exponential(mean=90.0)
    assert form.expected() == 90.0
    np.testing.assert_array_equal(form.quantile(U), Exponential(mean=90.0).quantile(U))


def test_by_urgency_each_row_has_the_value_of_its_own_code() -> None:
    forms = [duration(constant=value) for value in (1.0, 2.0, 3.0)]
    by_urgency = DurationByUrgency(red=forms[0], yellow=forms[1], green=forms[2])
    codes = np.array([2, 0, 1, 1], dtype=np.int8)
    assert by_urgency.quantile(np.full(4, 0.5), codes).tolist() == [3.0, 1.0, 2.0, 2.0]
    assert by_urgency.each() == tuple(forms)
