from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.schema.region import Region
from akuttsim.patients import urgency as urgency_module
from akuttsim.patients.urgency import urgency_codes
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH
from tests.patients.changed import ERROR_RATE, patients, region

unhurried = settings(deadline=None)

NOBODY_WRONG = ("misjudged.hard_share.value=0.0", "misjudged.under.value=0.0",
                "misjudged.over.value=0.0")  # fmt: skip
LINES = (LINE_116117, LINE_HEALTH, LINE_113)
DAY, EVENING, NIGHT = 9 * 3600.0, 16 * 3600.0, 2 * 3600.0


def true_mix(some: Region, line: int, age: int, time_s: float) -> NDArray[np.float64]:
    """Return the shares of red, yellow and green, found from outside by a grid of uniforms."""
    u = (np.arange(100_000) + 0.5) / 100_000
    codes = urgency_codes(
        some, np.full(len(u), line, np.int8), np.full(len(u), age, np.int8),
        np.full(len(u), time_s), u,
    )  # fmt: skip
    return np.bincount(codes, minlength=3) / len(u)


def before_levelling(line: int, age: int, band: str) -> NDArray[np.float64]:
    """Return what the phone should make of a contact, by the facts sheet, before levelling."""
    mix = region().urgency

    def row(name: str) -> NDArray[np.float64]:
        shares = np.array(getattr(mix, name).as_tuple())
        return shares / shares.sum()

    every = row("all_contacts")
    ages = np.array(list(mix.by_age.values())[age].as_tuple())
    if line == LINE_113:
        shares = row("line_113") * row(band) / every
    else:
        rings = row("health_line" if line == LINE_HEALTH else "phone_line")
        shares = rings / every * ages * row(band) / every
    return shares / shares.sum()


def odds(mix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return red and yellow over green, which levelling multiplies by the same for everybody."""
    return mix[:2] / mix[2]


def judged(mix: NDArray[np.float64], some: Region) -> NDArray[np.float64]:
    under, over = some.misjudged.under.value, some.misjudged.over.value
    red, yellow, green = mix
    return np.array([
        red * (1 - under) + yellow * over,
        red * under + yellow * (1 - under - over) + green * over,
        yellow * under + green * (1 - over),
    ])  # fmt: skip


BANDS = [("day", DAY), ("evening", EVENING), ("night", NIGHT)]


@pytest.mark.parametrize(("band", "time_s"), BANDS)
def test_misjudged_as_published_113_looks_like_the_published_mix(band: str, time_s: float) -> None:
    for age in (0, 4, 8):
        mix = judged(true_mix(region(), LINE_113, age, time_s), region())
        np.testing.assert_allclose(mix, before_levelling(LINE_113, age, band), atol=3e-5)


@pytest.mark.parametrize("line", [LINE_116117, LINE_HEALTH])
@pytest.mark.parametrize(("band", "time_s"), BANDS)
def test_levelling_multiplies_everybodys_odds_by_the_same(
    line: int, band: str, time_s: float
) -> None:
    reference = odds(judged(true_mix(region(), LINE_116117, 4, DAY), region()))
    reference /= odds(before_levelling(LINE_116117, 4, "day"))
    for age in range(9):
        mix = odds(judged(true_mix(region(), line, age, time_s), region()))
        np.testing.assert_allclose(
            mix / odds(before_levelling(line, age, band)), reference, rtol=5e-3
        )


def test_all_contacts_of_116117_together_have_the_level() -> None:
    """Over half a year of people; 0.1 % for the three shares together."""
    some = patients("demand.day_cv.value=0.0", days=364)
    contacts = some.is_contact & (some.line != LINE_113)
    mix = judged(np.bincount(some.urgency[contacts], minlength=3) / contacts.sum(), region())
    level = np.array(region().urgency.level_116117.as_tuple())
    error = stats.norm.ppf(1 - ERROR_RATE / 6) * np.sqrt(level * (1 - level) / contacts.sum())
    # judging is linear with a gain of at most 1 / (1 - under - over) in what is counted
    assert (np.abs(mix - level) < error).all()


mixes = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(
    lambda parts: np.array(parts) / sum(parts)
)


@unhurried
@given(true=mixes, under=st.floats(0, 0.3), over=st.floats(0, 0.3))
def test_the_true_mix_is_found_again(true: NDArray[np.float64], under: float, over: float) -> None:
    red, yellow, green = true
    judged = np.array([
        red * (1 - under) + yellow * over,
        red * under + yellow * (1 - under - over) + green * over,
        yellow * under + green * (1 - over),
    ])  # fmt: skip
    rates = region().misjudged
    wrong = rates.model_copy(update={
        "under": rates.under.model_copy(update={"value": under}),
        "over": rates.over.model_copy(update={"value": over}),
    })  # fmt: skip
    np.testing.assert_allclose(urgency_module._undo_misjudgement(judged, wrong), true, atol=1e-7)


def test_a_mix_that_no_misjudging_gives_becomes_one_that_is_possible() -> None:
    """5 % judged yellow, though over-triage of the green alone gives more: nobody is yellow."""
    true = urgency_module._undo_misjudgement(np.array([0.0, 0.05, 0.95]), region().misjudged)
    assert (true >= 0).all()
    assert true.sum() == pytest.approx(1.0)
    assert true[1] == 0.0


def test_with_shipped_values_no_mix_is_impossible() -> None:
    table = urgency_module._true_mixes(region())
    assert table.shape == (3, 9, 3, 3)
    assert (table > 0).all()
    np.testing.assert_allclose(table.sum(axis=-1), 1.0)


@pytest.mark.parametrize(
    ("clock", "band"),
    [(7.99, "night"), (8.0, "day"), (15.49, "day"), (15.5, "evening"), (22.99, "evening"),
     (23.0, "night"), (0.0, "night"), (31.99, "night"), (32.0, "day")],
)  # fmt: skip
def test_bands_change_at_eight_half_past_three_and_eleven(clock: float, band: str) -> None:
    code = urgency_module._bands_of_times(region(), np.array([clock * 3600.0]))[0]
    assert ("day", "evening", "night")[code] == band


def test_bands_follow_the_clock_on_the_wall_in_summer() -> None:
    """The run starts in winter: a summer's eight o'clock is seven hours after midnight by then."""
    summer = region().calendar.calendar()
    day = summer.day(150)
    for minute, band in ((7 * 60 + 59, 2), (8 * 60, 0), (23 * 60, 2)):
        time_s = np.array([summer.seconds(day, minute)])
        assert urgency_module._bands_of_times(region(), time_s)[0] == band


def test_graver_by_night_by_age_and_from_colleagues() -> None:
    red = [true_mix(region(), LINE_116117, age, DAY)[0] for age in (0, 3, 6)]
    assert red == sorted(red)
    assert red[0] < red[2]
    assert true_mix(region(), LINE_116117, 4, NIGHT)[0] > true_mix(region(), LINE_116117, 4, DAY)[0]
    assert true_mix(region(), LINE_HEALTH, 4, DAY)[0] > red[1]
    assert true_mix(region(), LINE_113, 4, DAY)[0] > 0.2


def test_the_sampled_urgencies_are_those_of_the_table() -> None:
    """Chi-square over line, age and band; 0.1 % for the whole family."""
    some = patients(days=364)
    bands = urgency_module._bands_of_times(region(), some.time_s)
    lines = np.select([some.line == LINE_113, some.line == LINE_HEALTH], [2, 1], 0)
    table = urgency_module._true_mixes(region())
    cell = (lines.astype(int) * 9 + some.age_group) * 3 + bands
    expected = np.array([
        np.bincount(cell, table[lines, some.age_group, bands, code], minlength=81)
        for code in range(3)
    ])  # fmt: skip
    counted = np.array([np.bincount(cell[some.urgency == code], minlength=81) for code in range(3)])
    for code in range(3):
        many = expected[code] >= 5
        spread = np.sqrt(expected[code] * (1 - expected[code] / expected.sum(axis=0)))
        z = (counted[code] - expected[code])[many] / spread[many]
        assert (z**2).sum() < stats.chi2.ppf(1 - ERROR_RATE / 3, many.sum())
        total = counted[code].sum() - expected[code].sum()
        assert abs(total) < 3.6 * np.sqrt((spread**2).sum())


def test_nobody_has_an_urgency_when_nobody_calls() -> None:
    nothing = np.empty(0)
    codes = urgency_codes(
        region(), nothing.astype(np.int8), nothing.astype(np.int8), nothing, nothing
    )
    assert (len(codes), codes.dtype) == (0, np.int8)
