"""What the page says at once of 116117, held against what the simulation found."""

from __future__ import annotations

import numpy as np

from akuttsim.app.estimates import (
    _breaks_of_week,
    estimate_answers,
    rules_unknown_to_estimate,
)
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.experiments.study import study_of_run
from akuttsim.indicators.calls import answered_116117_within_120_s
from akuttsim.statistics.intervals import t_interval

SIMULATED = np.array(
    [
        [0.773, 0.792, 0.747, 0.812, 0.819, 0.804, 0.763, 0.717, 0.680, 0.684, 0.684, 0.709,
         0.713, 0.694, 0.697, 0.802, 0.911, 0.906, 0.897, 0.801, 0.904, 0.930, 0.954, 0.749],
        [0.763, 0.747, 0.748, 0.787, 0.742, 0.750, 0.738, 0.764, 0.938, 0.891, 0.871, 0.749,
         0.813, 0.876, 0.893, 0.901, 0.893, 0.888, 0.907, 0.807, 0.915, 0.929, 0.953, 0.765],
    ]
)  # fmt: skip
"""Answered within 120 s in `namdal-today` by hour, weekdays and weekends: the shipped experiment
01-first-look, 12 replications of 13 weeks, seed 116117."""

SIMULATED_MEAN = 0.838

TARGET = 0.8


def test_the_estimate_is_near_the_simulation_in_each_hour() -> None:
    found = estimate_answers(load_region("namdal").value, load_organisation("namdal-today").value)
    assert found is not None
    week = np.array(found.share).reshape(7, 24)
    apart = np.array([week[:5].mean(axis=0), week[5:].mean(axis=0)]) - SIMULATED
    assert abs(found.mean - SIMULATED_MEAN) < 0.01
    assert np.abs(apart).mean() < 0.025
    assert np.abs(apart).max() < 0.09
    underlined = SIMULATED + apart < TARGET
    assert underlined[SIMULATED < 0.73].all()
    assert underlined[SIMULATED < TARGET].mean() > 0.85
    assert not underlined[SIMULATED > 0.85].any()


def test_the_estimate_of_a_room_that_shares_operators_is_near_the_simulation() -> None:
    """It knows who goes first and who is kept free; not alarms and calls that are passed on."""
    study = study_of_run([SHARED], None, (), (4, 4, 1))
    prepared = PreparedStudy(study, keep_records=False)
    runs = [prepared.simulated(run) for run in study.runs()]
    found = [answered_116117_within_120_s(run).values.mean() for run in runs]
    simulated = t_interval(np.array(found))
    estimate = estimate_answers(study.region, study.organisations[SHARED])
    assert estimate is not None and estimate.room == "amk-namsos"
    assert simulated.high - simulated.low < 0.04
    assert simulated.low - 0.015 < estimate.mean < simulated.high + 0.015


SHARED = "namdal-with-amk"


def test_breaks_of_shifts_that_are_the_same_come_together_as_far_as_the_phone_allows() -> None:
    """Three at night, one of them left for the phone: two go at once, the third when they are back.

    By a shift from 23 to 08, with half an hour each around its middle, 03:30.
    """
    region = load_region("namdal").value
    organisation = load_organisation(SHARED).value
    room = organisation.control_rooms["amk-namsos"]
    [night] = [row for name, row in room.operators.items() if name == "night"]
    alone = {"night": night.model_copy(update={"on_duty": 3})}
    rooms = {"amk-namsos": room.model_copy(update={"operators": alone})}
    found = _breaks_of_week(
        region, organisation.model_copy(update={"control_rooms": rooms}), "amk-namsos"
    )
    tuesday = found[24:48]
    assert tuesday[3].tolist() == [0.25, 0.25, 0.5, 0.0]  # two until 03:45, then the third
    assert tuesday[4].tolist() == [0.75, 0.25, 0.0, 0.0]
    assert (tuesday[:, 0].sum(), tuesday[:, 0].min()) == (23.0, 0.25)


def test_what_cannot_be_estimated_is_said_or_left_out() -> None:
    """Calls that go on to a neighbour room are not known; a bank's calls come from a log."""
    everything = load_organisation("namdal-all-links").value
    assert "overflow" in rules_unknown_to_estimate(everything)
    assert rules_unknown_to_estimate(load_organisation("namdal-today").value) == []
    bank = load_organisation("phonebank").value
    assert estimate_answers(load_region(bank.region).value, bank) is None
