"""What `check` says was understood, held against the chain and the drawn patients."""

from __future__ import annotations

import numpy as np
import pytest
import small

from akuttsim.experiment.understood import BANDS, demand, drives, loads
from akuttsim.records import LINE_113

REGION, ORGANISATION = small.region(), small.organisation()


def test_demand_is_what_is_drawn() -> None:
    """Calls a day over 20 weeks of spring: within 6 % of the year's mean times the quarter."""
    patients = small.world(weeks=20).sample()
    days = float(patients.time_s.max()) / 86_400
    own = patients.place >= 0
    found = demand(REGION)
    season = 1.06  # second quarter
    drawn = {
        "contacts": own & patients.is_contact & (patients.line != LINE_113),
        "other_calls": own & ~patients.is_contact,
        "calls_113": own & (patients.line == LINE_113),
        "outside_113": ~own,
    }
    for name, mask in drawn.items():
        assert mask.sum() / days == pytest.approx(getattr(found, name) * season, rel=0.06), name
    assert found.people == 15_610


def test_on_duty_is_the_roster_by_hour() -> None:
    lvs, amk = loads(REGION, ORGANISATION)
    assert lvs.on_duty.tolist() == [1.0] * 15 + [1.5] + [2.0] * 6 + [1.0] * 2
    assert amk.on_duty.tolist() == [1.0] * 8 + [2.0] * 12 + [1.0] * 4


def test_work_at_116117_is_what_the_chain_does() -> None:
    """Operators' hours of talk a day in 8 weeks against the expectation, transfers aside."""
    world = small.world(weeks=8)
    patients = world.sample()
    record = world.meets(patients)
    operators = [n for n, unit in enumerate(record.units) if unit.team == "lvs"]
    mine = np.isin(record.activities.unit, operators)
    hours = (record.activities.end_s - record.activities.start_s)[mine].sum() / 3600
    days = float(patients.time_s.max()) / 86_400
    expected = loads(REGION, ORGANISATION)[0].at_work.sum() * 1.06
    assert hours / days == pytest.approx(expected, rel=0.2)


def test_drives_are_to_who_is_open() -> None:
    found = {drive.municipality: drive for drive in drives(REGION, ORGANISATION)}
    assert list(BANDS) == ["weekday 11", "weekday 19", "weekday 02", "Sunday 14"]
    assert found["Upper"].to_care == pytest.approx((45, 46.5, 46.5, 46.5))
    assert found["Town"].to_care == pytest.approx((0, 1.5, 1.5, 1.5))
    assert found["Upper"].from_ambulance == 0
    satellite = small.organisation(base="satellite")
    upper = {drive.municipality: drive for drive in drives(REGION, satellite)}["Upper"]
    assert upper.to_care[1] == 0
