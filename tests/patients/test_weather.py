from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.schema.geography import Weather
from akuttsim.config.schema.region import Region
from akuttsim.patients.sampling import flyable_hours, flyable_shares
from akuttsim.patients.streams import stream
from akuttsim.records import Patients
from tests.patients.changed import ERROR_RATE, PLAIN, patients, region, sampled, shipped

YEAR = 364
WEATHER = tuple(each for each in PLAIN if each != "weather=null")


def weather(share: float, spell_h: float) -> Weather:
    four = [share] * 4
    source = {"grade": "D", "source": "test"}
    return Weather.model_validate({
        "flyable": {"daylight": four, "dark": four, **source},
        "unflyable_spell_h": {"value": spell_h, **source},
    })  # fmt: skip


def drawn(
    some: Weather, where: Region, replication: int = 0, days: int = YEAR
) -> NDArray[np.bool_]:
    return flyable_hours(where, some, days, partial(stream, 11, replication))


def bad_spells(flyable: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the lengths of whole unflyable spells, in hours."""
    edges = np.diff(np.concatenate([[1], flyable.astype(np.int8), [1]]))
    starts, ends = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1)
    whole = (starts > 0) & (ends < len(flyable))
    return (ends - starts)[whole]


@pytest.mark.parametrize(("share", "spell_h"), [(0.9, 8.0), (0.6, 3.0), (0.8, 24.0), (0.3, 4.0)])
def test_share_and_spells_are_as_given(share: float, spell_h: float) -> None:
    """Over ten years. A year's share by its exact variance: hours are correlated with rho^lag."""
    some, where = weather(share, spell_h), region()
    years = np.array([drawn(some, where, replication) for replication in range(10)])
    rho = 1 - 1 / (spell_h * share)
    variance = share * (1 - share) / years.size * (1 + rho) / (1 - rho)
    width = stats.norm.ppf(1 - ERROR_RATE / 4) * np.sqrt(variance)
    assert abs(years.mean() - share) < width
    spells = np.concatenate([bad_spells(year) for year in years])
    spread = np.sqrt(spell_h * (spell_h - 1) / len(spells))  # geometric
    assert abs(spells.mean() - spell_h) < stats.norm.ppf(1 - ERROR_RATE / 4) * spread


def test_spells_are_geometric() -> None:
    spells = np.concatenate(
        [bad_spells(drawn(weather(0.8, 5.0), region(), each)) for each in range(10)]
    )
    counted = np.bincount(np.minimum(spells, 25), minlength=26)[1:]
    shares = stats.geom.pmf(np.arange(1, 26), 0.2)
    shares[-1] = stats.geom.sf(24, 0.2)
    assert stats.chisquare(counted, shares * len(spells)).pvalue > ERROR_RATE


def test_each_quarter_has_its_share_in_daylight_and_in_the_dark() -> None:
    """Over 60 years; hours of a spell are alike, so that widths are of hours over twice a spell."""
    base = weather(0.9, 8.0)
    shares_of = {"daylight": (0.7, 0.8, 0.9, 0.75), "dark": (0.3, 0.45, 0.5, 0.35)}
    some = base.model_copy(update={"flyable": base.flyable.model_copy(update=shares_of)})
    shares = flyable_shares(region(), some, YEAR)
    found = np.mean([drawn(some, region(), replication) for replication in range(60)], axis=0)
    assert len(np.unique(shares)) == 8
    for share in np.unique(shares):
        mine = shares == share
        independent = mine.sum() * 60 / (2 * 8.0)
        width = stats.norm.ppf(1 - ERROR_RATE / 16) * np.sqrt(share * (1 - share) / independent)
        assert abs(found[mine].mean() - share) < width


def test_winter_is_dark_and_midsummer_nearly_all_light() -> None:
    some = shipped()
    assert some.weather is not None
    days = flyable_shares(some, some.weather, YEAR).reshape(YEAR, 24)
    first_dark, second_dark = some.weather.flyable.dark[:2]
    light = np.flatnonzero(days[0] != first_dark)  # 5 January: 10:05-14:33
    assert light.tolist() == [10, 11, 12, 13, 14]
    dark = np.flatnonzero(days[167] == second_dark)  # 21 June, sun up 02:32-23:59; elapsed hours
    assert dark.tolist() == [0, 1, 23]  # of the run are an hour behind summer time's


@dataclass(frozen=True)
class Always:
    """A stream that has but one number."""

    value: float

    def random(self, count: int) -> NDArray[np.float64]:
        return np.full(count, self.value)


@pytest.mark.parametrize("badness", [0.1, 0.79, 0.85, 0.99])
def test_weather_that_never_changes_is_flown_where_its_badness_allows(badness: float) -> None:
    """What can be flown in the dark can be flown in daylight of the same quarter."""
    some = shipped().weather
    assert some is not None
    numbers = {"change": Always(0.999999), "badness": Always(badness)}
    flyable = flyable_hours(shipped(), some, YEAR, numbers.__getitem__)  # type: ignore[arg-type]
    np.testing.assert_array_equal(flyable, badness < flyable_shares(shipped(), some, YEAR))


def test_a_longer_run_begins_with_the_weather_of_the_shorter() -> None:
    some = shipped()
    assert some.weather is not None
    short, long = (drawn(some.weather, some, 0, days) for days in (30, 60))
    np.testing.assert_array_equal(short, long[: len(short)])


def test_everybody_of_an_hour_has_its_weather() -> None:
    some = sampled(days=60)
    assert shipped().weather is not None
    hours = flyable_hours(
        shipped(), shipped().weather, 60, lambda name: stream(7, 0, f"weather.{name}")
    )
    np.testing.assert_array_equal(some.flyable, hours[(some.time_s // 3600).astype(int)])
    assert 0.7 < some.flyable.mean() < 0.95


def test_weather_changes_nothing_else() -> None:
    with_it, plain = sampled(*WEATHER, days=60), patients(days=60)
    for name in set(Patients.columns()) - {"flyable"}:
        np.testing.assert_array_equal(getattr(with_it, name), getattr(plain, name))
