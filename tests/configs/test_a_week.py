"""Every shipped region is met for a week; shipped organisations are with the kilometres driven."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.indicators.registry import measure_indicators
from akuttsim.records import UNFINISHED
from tests import small

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
VARIANTS = sorted(path.name for path in (CONFIGS / "regions").iterdir() if "-" in path.name)


def meets_a_week(organisation: str, region: str) -> None:
    world = small.world(load_organisation(organisation).value, load_region(region).value)
    patients = world.sample(3)
    record = world.meets(patients)
    assert not record.overloads
    assert not np.any(record.courses.outcome == UNFINISHED)
    assert measure_indicators(world.observed(patients, record))


@pytest.mark.parametrize("region", VARIANTS)
def test_a_region_with_an_addition_is_met_by_the_organisation_of_today(region: str) -> None:
    today = {"namdal": "namdal-today", "sunnfjord": "sunnfjord-before"}
    meets_a_week(today[region.split("-")[0]], region)
