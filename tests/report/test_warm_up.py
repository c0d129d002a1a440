"""What is said of a warm-up, and the page with its figure."""

from __future__ import annotations

import re

import numpy as np
import pytest

from akuttsim.report.warm_up_page import PilotRuns, warm_up_lines, warm_up_page, write_warm_up
from akuttsim.statistics.run_length import WarmUpChoice, choose_warm_up

PILOT = PilotRuns("01-look", "Today & more", 10, 12, 2, 26)


def told(size: float, days: int = 100) -> WarmUpChoice:
    up_and_down = np.tile(0.3 * (-1.0) ** np.arange(days), (6, 1))
    start = -size * (np.arange(days) < 10)
    level = {"wait_116117_s": 20 + up_and_down, "missions_at_noon": 5 + start + up_and_down}
    return choose_warm_up(level)


def test_each_series_and_all_together_are_told() -> None:
    lines = warm_up_lines(told(9.0), PILOT, "en")
    assert lines[0] == "Wait at 116117, seconds: nothing needs to be left out."
    assert lines[1] == "Ambulance missions under way at 12 noon: the first 10 days are left out."
    assert lines[2].startswith(
        "For all together: at least 10 days of warm-up, and at least 15 weeks"
    )
    assert "2 days of warm-up and 26 weeks; that is less" in lines[3]


@pytest.mark.parametrize(
    ("days", "weeks", "said"), [(10, 15, "enough"), (9, 15, "less"), (10, 14, "less")]
)
def test_what_the_experiment_has_is_held_against_it(days: int, weeks: int, said: str) -> None:
    line = warm_up_lines(told(9.0), PILOT._replace(warmup_days=days, weeks=weeks), "en")[3]
    assert said in line


def test_where_a_series_cannot_tell_nothing_is_claimed() -> None:
    climbing = choose_warm_up({"wait_116117_s": np.arange(100.0)[None, :].repeat(3, axis=0)})
    lines = warm_up_lines(climbing, PILOT, "nb")
    assert "kan ikke si hvor starten slutter" in lines[0]
    assert lines[1].startswith("Samlet: kan ikke si")
    assert "nok" not in lines[2] and "mindre" not in lines[2]


def test_a_series_of_nothing_is_left_out() -> None:
    nothing = np.full((3, 100), np.nan)
    found = choose_warm_up({"wait_116117_s": nothing, "missions_at_noon": np.ones((3, 100))})
    assert list(found.series) == ["missions_at_noon"] and found.days == 0 and found.weeks == 1
    assert choose_warm_up({"wait_116117_s": nothing}).days is None


def test_a_later_cut_is_told_as_real_or_as_what_may_be_chance() -> None:
    """The start lies 9 below in every replication; in the other series the runs disagree of it."""
    real = warm_up_lines(told(9.0), PILOT, "en")[-1]
    assert (
        "days 3 to 10 do differ from those after, by \u22128.99 to" in real
        and "at least 10 days" in real
    )
    days, chance = np.arange(100), np.array([-40.0, 31.0, 20.0, -31.0, 11.0, -30.0])
    wobble = np.where(days < 10, chance[:, None], 0.0) + 0.3 * (-1.0) ** days
    found = choose_warm_up({"wait_116117_s": 20 + wobble})
    assert found.days == 10
    assert "may be chance alone" in warm_up_lines(found, PILOT, "en")[-1]
    assert len(warm_up_lines(found, PILOT._replace(warmup_days=10), "en")) == 3


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_page_is_whole_and_repeatable(lang: str, tmp_path) -> None:
    page = warm_up_page(told(9.0), PILOT, lang)
    assert page == warm_up_page(told(9.0), PILOT, lang)
    assert "Today &amp; more" in page and f'lang="{lang}"' in page
    assert page.count("<svg") == 1 and 'role="img"' in page
    assert not re.search(r"https?://|\bsrc=", page)
    write_warm_up(told(9.0), PILOT, lang, tmp_path / "new" / "warm-up.html")
    assert (tmp_path / "new" / "warm-up.html").read_text("utf-8") == page
