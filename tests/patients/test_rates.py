from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.region import Region
from akuttsim.patients.call_rates import draw_homes, people_by_place, use_by_place
from akuttsim.records import LINE_113
from tests.nightly import examples
from tests.patients.changed import STEADY, in_interval, only, patients, region, sampled, shipped
from tests.patients.test_sample import days_of

WITHOUT_GP = (*only("without_gp"), "demand.without_gp.municipalities={lierne: 0.4, osen: 0.0}",
              "demand.without_gp.share.value=0.3",
              "demand.without_gp.factor.value=2.5")  # fmt: skip


def with_share(share: float, national: float, factor: float) -> Region:
    given = shipped()
    without = given.demand.without_gp
    assert without is not None
    parts = {"share": share, "national_share": national, "factor": factor}
    changed = without.model_copy(update={
        name: getattr(without, name).model_copy(update={"value": value})
        for name, value in parts.items()
    })  # fmt: skip
    demand = given.demand.model_copy(update={"without_gp": changed})
    return given.model_copy(update={"demand": demand})


shares, factors = st.floats(0, 1), st.floats(0.5, 5)


@settings(deadline=None, max_examples=examples(50))
@given(share=shares, national=shares, factor=factors)
def test_use_is_that_of_those_with_and_without_a_gp_over_the_country(
    share: float, national: float, factor: float
) -> None:
    """Those with a GP ring `base`; base is what makes the national mean 1."""
    base = 1 / ((1 - national) + national * factor)
    expected = base * ((1 - share) + share * factor)
    np.testing.assert_allclose(use_by_place(with_share(share, national, factor)), expected)


@settings(deadline=None, max_examples=examples(20))
@given(share=shares, factor=factors)
def test_as_in_the_country_or_no_more_use_changes_nothing(share: float, factor: float) -> None:
    assert set(use_by_place(with_share(share, share, factor))) == {1.0}
    assert set(use_by_place(with_share(share, 0.05, 1.0))) == {1.0}
    assert set(use_by_place(region())) == {1.0}


def test_a_municipality_may_have_its_own_share() -> None:
    some = shipped(*WITHOUT_GP)
    by_municipality = {
        place.municipality: factor
        for place, factor in zip(some.places.values(), use_by_place(some), strict=True)
    }
    assert by_municipality["lierne"] == pytest.approx((1 + 0.4 * 1.5) / (1 + 0.05 * 1.5))
    assert by_municipality["osen"] == pytest.approx(1 / (1 + 0.05 * 1.5))
    assert by_municipality["namsos"] == pytest.approx((1 + 0.3 * 1.5) / (1 + 0.05 * 1.5))


@pytest.mark.parametrize(("is_contact", "per_year"), [(True, 0.45), (False, 0.13)])
def test_calls_to_116117_by_place_follow_the_share_without_a_gp(
    is_contact: bool, per_year: float
) -> None:
    some = sampled(*WITHOUT_GP, STEADY, days=364)
    age = np.array(region().demand.age_factor_116117.as_tuple())
    people = (people_by_place(region()) @ age) * use_by_place(shipped(*WITHOUT_GP))
    expected = people * per_year / 365.25 * days_of(False)
    mine = (some.is_contact == is_contact) & (some.line != LINE_113)
    counted = np.bincount(some.place[mine], minlength=len(people))
    in_interval(counted[people > 0], expected[people > 0])
    in_interval(np.array([counted.sum()]), np.array([expected.sum()]))


def test_calls_to_113_do_not_follow_it() -> None:
    with_it, plain = sampled(*WITHOUT_GP, days=60), patients(days=60)
    times = [some.time_s[some.line == LINE_113] for some in (with_it, plain)]
    np.testing.assert_array_equal(*times)


def test_homes_divide_the_uniforms_by_weight() -> None:
    weighed = np.zeros((3, 9))
    weighed[0, 4], weighed[2, 8] = 1.0, 3.0
    place, age_group = draw_homes(weighed, np.array([0.0, 0.249, 0.25, 0.999]))
    assert place.tolist() == [0, 0, 2, 2]
    assert age_group.tolist() == [4, 4, 8, 8]
