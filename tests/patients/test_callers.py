from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, kstest

from akuttsim.patients.queue_patients import (
    NEVER_S,
    CallerProcess,
    VisitorProcess,
    blank_columns,
    draw_queue_callers,
    draw_queue_incidents,
    draw_queue_visitors,
)
from akuttsim.records import GREEN, LINE_113, LINE_116117, RED, YELLOW, Patients
from akuttsim.units import TICKS_PER_S

ERROR = 1e-4


def test_callers_are_poisson_with_exponential_talks_and_patience() -> None:
    patients = draw_queue_callers(CallerProcess(60.0, 300.0, 540.0), 200, seed=3, replication=0)
    gaps = np.diff(patients.time_s)
    assert kstest(gaps, "expon", (0, 60.0)).pvalue > ERROR
    assert kstest(patients.talk_s, "expon", (0, 300.0)).pvalue > ERROR
    assert kstest(patients.patience_1_s, "expon", (0, 540.0)).pvalue > ERROR
    assert set(patients.line) == {LINE_116117}


def test_callers_of_endless_patience_never_hang_up() -> None:
    patients = draw_queue_callers(CallerProcess(60.0, 300.0), 10, seed=3, replication=0)
    assert set(patients.patience_1_s) == {NEVER_S}


def test_nobody_rings_after_the_end_of_part_of_an_hour() -> None:
    whole = draw_queue_callers(CallerProcess(600.0, 300.0), 3, seed=1, replication=0)
    part = draw_queue_callers(CallerProcess(600.0, 300.0), 2.25, seed=1, replication=0)
    assert 2.2 * 3600 < part.time_s[-1] < 2.25 * 3600
    assert np.array_equal(part.time_s, whole.time_s[whole.time_s < 2.25 * 3600])


def test_rates_by_hour_are_followed() -> None:
    rates = [0.0, 1000.0, 0.0, 2000.0]
    hours = draw_queue_callers(CallerProcess(rates, 60.0), 4, seed=5, replication=0).time_s // 3600
    counts = np.bincount(hours.astype(int), minlength=4)
    assert counts[0] == counts[2] == 0
    statistic = sum((counts[k] - rates[k]) ** 2 / rates[k] for k in (1, 3))
    assert statistic < chi2.isf(ERROR, 2)


def test_a_share_of_callers_goes_first() -> None:
    patients = draw_queue_callers(
        CallerProcess(1000.0, 60.0, first_share=0.2), 20, seed=2, replication=1
    )
    share = patients.urgent_button.mean()
    assert abs(share - 0.2) < 3.9 * (0.2 * 0.8 / len(patients)) ** 0.5


def test_incidents_fall_on_places_by_their_rates_and_need_a_crew() -> None:
    rates = (1.0, 0.0, 3.0)
    patients = draw_queue_incidents(rates, 1800.0, 2000, seed=1, replication=0)
    counts = np.bincount(patients.place, minlength=3)
    assert counts[1] == 0
    statistic = sum((counts[k] - rates[k] * 2000) ** 2 / (rates[k] * 2000) for k in (0, 2))
    assert statistic < chi2.isf(ERROR, 2)
    assert set(patients.line) == {LINE_113}
    assert set(patients.urgency) == {RED}
    assert kstest(patients.on_scene_s, "expon", (0, 1800.0)).pvalue > ERROR


def test_visitors_have_their_urgency_s_consultation_and_way() -> None:
    who = VisitorProcess((1.0, 2.0, 3.0), (600.0, 1200.0, 1800.0), (0.1, 0.4, 0.7))
    patients = draw_queue_visitors(who, 1000, seed=1, replication=0)
    for urgency, rate in ((RED, 1.0), (YELLOW, 2.0), (GREEN, 3.0)):
        mine = patients.urgency == urgency
        assert abs(mine.sum() - rate * 1000) < 3.9 * (rate * 1000) ** 0.5
        mean = who.consultation_s[urgency]
        assert kstest(patients.consultation_s[mine], "expon", (0, mean)).pvalue > ERROR
        assert set(patients.u_need[mine]) == {who.u_way[urgency]}
        assert set(patients.line[mine]) == {LINE_113 if urgency == RED else LINE_116117}


@pytest.mark.parametrize("column", ["time_s", "talk_s", "patience_1_s"])
def test_durations_are_whole_ticks(column: str) -> None:
    patients = draw_queue_callers(CallerProcess(60.0, 300.0, 540.0), 10, seed=3, replication=0)
    ticks = getattr(patients, column) * TICKS_PER_S
    assert np.array_equal(ticks, np.rint(ticks))


def test_seed_and_replication_change_the_people_and_nothing_else_does() -> None:
    def times(seed: int, replication: int) -> bytes:
        return draw_queue_callers(CallerProcess(60.0, 300.0), 5, seed, replication).time_s.tobytes()

    assert times(1, 0) == times(1, 0)
    assert len({times(1, 0), times(2, 0), times(1, 1)}) == 3


def test_blank_has_every_column_of_patients() -> None:
    assert set(blank_columns(np.array([1.0, 2.0]))) == set(Patients.columns())


def test_a_blank_patient_is_present_and_has_nothing_of_alarms_or_incidents() -> None:
    columns = blank_columns(np.array([1.0, 2.0]))
    assert columns["u_present"].tolist() == [0.0, 0.0]
    assert columns["same_incident"].tolist() == [False, False]
    for name in ("alarm_talk_s", "alarm_handover_s", "home_nursing_s"):
        assert columns[name].tolist() == [0.0, 0.0]
    for name in ("u_alarm", "u_callback", "u_walk_in", "u_e_consultation", "u_observed"):
        assert (columns[name] > 0.999).all()
