from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from akuttsim.config.loader import load_region

SMALL = Path(__file__).parents[1] / "data" / "small" / "region.yaml"

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

WRONG = [
    ("weather.unflyable_spell_h.value=1.2", "weather", "must be at least 1.28"),
    ("weather.flyable.dark=[0.8, 0.8, 0.8]", "weather.flyable.dark", "4"),
    ("weather.flyable.dark=[0.8, 0.8, 0.8, 0]", "weather.flyable.dark.3", "greater than 0"),
    ("weather.flyable.daylight=[1.1, 1, 1, 1]", "weather.flyable.daylight.0", "at most 1"),
    ("weather.flyable.range=null", "weather.flyable", "needs its range"),
]


@pytest.mark.parametrize(("assignment", "key", "gist"), WRONG)
def test_weather_that_cannot_be_is_one_line(
    namdal: Copy, assignment: str, key: str, gist: str
) -> None:
    [found] = namdal.region_problems(assignment)
    assert found.key == key
    assert gist in found.what


def test_a_region_may_be_without_weather() -> None:
    assert load_region("namdal", ["weather=null"]).value.weather is None
    assert load_region(str(SMALL)).value.weather is None
