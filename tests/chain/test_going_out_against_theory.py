"""What goes out against exact queueing theory: the hospital's door, beds, vehicles, one helper.

Poisson patients and exponential work go through `simulate`. Each exact value must lie in the 99.9 %
interval over replications; with fixed seeds the tests give the same answer every time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    ACUTE_BED,
    GREEN,
    LINE_113,
    LINE_TRANSPORT,
    RED,
    YELLOW,
    Floats,
    Patients,
    Record,
)
from akuttsim.theory.erlang import delay_queue, erlang_b
from akuttsim.theory.priority_queues import waits_by_class_mmc
from akuttsim.units import DAY_S
from tests import small
from tests.chain.by_hand import (
    HOSPITAL,
    NEEDS,
    crew,
    exactly,
    fleet,
    shares,
    sourced,
    support,
    takes,
)
from tests.chain.test_against_queueing_theory import DAYS, REPLICATIONS, TALK_S, callers, covers
from tests.nightly import at_least_one_by_day

SEEDS = range(REPLICATIONS)
AT_ONCE = {
    "station_s": {urgency: exactly(0) for urgency in ("red", "yellow", "green")},
    "night_extra_s": takes(0),
}
MANY = [crew("hospital")] * 25


def at_hospital(per_h: float, seed: int, **columns: Any) -> Patients:
    """Return red callers of 113 at the hospital; what is exponential is in `talk_s`."""
    calls = {"line": LINE_113, "is_contact": True, "urgency": RED, "u_need_113": 0.0}
    return callers(per_h, seed, place=HOSPITAL, **{**calls, **columns})


def measured(patients: Patients, *of: Floats) -> list[Floats]:
    """Return columns of those who fell ill in the middle of the run."""
    mine = (patients.time_s >= DAY_S) & (patients.time_s < (DAYS - 1) * DAY_S)
    return [column[mine] for column in of]


def is_one_queue(waits: list[Floats], per_h: float, servers: int) -> None:
    """Hold the share who wait and the mean wait against Erlang C."""
    exact = delay_queue(per_h, TALK_S, servers, 60.0)
    covers([float(np.mean(w > 0)) for w in waits], exact.wait_probability, "share who wait")
    covers([float(np.mean(w)) for w in waits], exact.wait_mean_s, "mean wait")


# -- the door of the emergency department ------------------------------------------------------


def door(places: int) -> small.World:
    return fleet(
        *MANY, mobilisation=AT_ONCE, handovers={"hospital": {"places": sourced(value=places)}}
    )


def handed_over(patients: Patients) -> Patients:
    """Return them as patients whose handover, and nothing else, takes an exponential time."""
    none = 0 * patients.talk_s
    return small.changed(patients, hospital_handover_s=patients.talk_s, talk_s=none)


def door_waits(record: Record) -> Floats:
    return record.courses.handover_began_s - record.courses.at_hospital_s


@pytest.mark.nightly
@pytest.mark.parametrize(("places", "per_h"), at_least_one_by_day([(1, 8.0), (2, 18.0)]))
def test_crews_wait_at_the_door_as_erlang_c_says(places: int, per_h: float) -> None:
    at, waits = door(places), []
    for seed in SEEDS:
        patients = handed_over(at_hospital(per_h, 2000 + seed))
        waits += measured(patients, door_waits(at.meets(patients)))
    is_one_queue(waits, per_h, places)


@pytest.mark.nightly
@pytest.mark.parametrize("places", at_least_one_by_day([1, 2]))
def test_red_goes_before_yellow_at_the_door_as_cobham_says(places: int) -> None:
    per_h = (2.0 * places, 4.0 * places)
    exact, at = waits_by_class_mmc(per_h, TALK_S, places), door(places)
    means: dict[int, list[float]] = {RED: [], YELLOW: []}
    for seed in SEEDS:
        patients = handed_over(at_hospital(sum(per_h), 2750 + seed))
        first = np.random.default_rng(2150 + seed).random(len(patients)) < per_h[0] / sum(per_h)
        urgency = np.where(first, RED, YELLOW).astype(np.int8)
        patients = small.changed(patients, urgency=urgency)
        waits, judged = measured(patients, door_waits(at.meets(patients)), urgency)
        for level, values in means.items():
            values.append(float(np.mean(waits[judged == level])))
    covers(means[RED], float(exact[0]), "mean wait of red")
    covers(means[YELLOW], float(exact[1]), "mean wait of yellow")


# -- beds, and one helper -----------------------------------------------------------------------


@pytest.mark.parametrize(("count", "per_h"), [(1, 0.8), (4, 5.0)])
def test_municipal_beds_are_full_as_erlang_b_says(count: int, per_h: float) -> None:
    """Each stays an hour in the mean; half of those admitted may lie there."""
    stay = sourced(exponential={"mean": 1.0})
    beds = {"title": "Beds", "place": "hospital", "municipalities": ["town"], "stay_h": stay,
            "beds": sourced(value=count), "takes": shares(0, 0, 0.5)}  # fmt: skip
    at, full = fleet(crew("hospital"), acute_beds={"beds": beds}), []
    for seed in SEEDS:
        draw = np.random.default_rng(2250 + seed)
        comes = callers(2 * per_h, 2200 + seed, is_contact=True, u_need=NEEDS["clinic"])
        uniforms = {name: draw.random(len(comes)) for name in ("u_acute_bed", "u_acute_bed_stay")}
        patients = small.changed(
            comes, talk_s=0 * comes.talk_s, u_admitted=0 * comes.talk_s, **uniforms
        )
        outcome, u = measured(patients, at.meets(patients).courses.outcome, patients.u_acute_bed)
        full.append(float(np.mean(outcome[u < 0.5] != ACUTE_BED)))
        assert not (outcome[u >= 0.5] == ACUTE_BED).any()
    covers(full, erlang_b(per_h, count), "share who find no bed")


@pytest.mark.nightly
@pytest.mark.parametrize("count", at_least_one_by_day([1, 2]))
def test_single_responders_are_out_already_as_erlang_b_says(count: int) -> None:
    """One goes to each red patient unless all are out; the ambulance takes the patient along."""
    per_h = 6.0 * count
    one = support("single_responder", "hospital", reaction_min=takes(0))
    at = fleet(*MANY, supports={f"single-{n}": one for n in range(count)})
    missed = []
    for seed in SEEDS:
        patients = at_hospital(per_h, 2300 + seed, u_support=0.0)
        none = 0 * patients.talk_s
        patients = small.changed(patients, on_scene_s=patients.talk_s, talk_s=none)
        (helped,) = measured(patients, at.meets(patients).courses.support)
        missed.append(float(np.mean(helped < 0)))
    covers(missed, erlang_b(per_h * TALK_S / 3600, count), "share without help")


# -- a fleet of transport vehicles -----------------------------------------------------------


@pytest.mark.nightly
@pytest.mark.parametrize(("vehicles", "per_h"), at_least_one_by_day([(1, 6.0), (3, 28.0)]))
def test_planned_transports_wait_for_vehicles_as_erlang_c_says(vehicles: int, per_h: float) -> None:
    """They roll at once, and everybody is at the hospital; a vehicle is out an exponential time."""
    fetch = [crew("hospital", kind="transport")] * vehicles
    at, waits = fleet(*fetch, mobilisation=AT_ONCE), []
    for seed in SEEDS:
        ordered = callers(per_h, 2500 + seed, line=LINE_TRANSPORT, transport_to=HOSPITAL)
        none = 0 * ordered.talk_s
        patients = small.changed(ordered, on_scene_s=ordered.talk_s, talk_s=none)
        courses = at.meets(patients).courses
        waits += measured(patients, courses.on_scene_s - courses.requested_s)
    is_one_queue(waits, per_h, vehicles)


@pytest.mark.parametrize("vehicles", [1, 2])
def test_transports_wait_behind_green_as_cobham_says(vehicles: int) -> None:
    """Green goes first to the vehicle that is free; nobody is put out again."""
    per_h = (2.5 * vehicles, 4.5 * vehicles)
    exact = waits_by_class_mmc(per_h, TALK_S, vehicles)
    fetch = [crew("hospital", kind="transport")] * vehicles
    at = fleet(*fetch, mobilisation=AT_ONCE)
    means: dict[bool, list[float]] = {True: [], False: []}
    for seed in SEEDS:
        ordered = at_hospital(sum(per_h), 2600 + seed, u_conveyed=0.0, transport_to=HOSPITAL)
        green = np.random.default_rng(2650 + seed).random(len(ordered)) < per_h[0] / sum(per_h)
        patients = small.changed(
            ordered,
            on_scene_s=ordered.talk_s,
            talk_s=0 * ordered.talk_s,
            urgency=np.full(len(ordered), GREEN, dtype=np.int8),
            line=np.where(green, LINE_113, LINE_TRANSPORT).astype(np.int8),
        )
        courses = at.meets(patients).courses
        waits, is_green = measured(patients, courses.on_scene_s - courses.requested_s, green)
        for which, values in means.items():
            values.append(float(np.mean(waits[is_green == which])))
    covers(means[True], float(exact[0]), "mean wait of green")
    covers(means[False], float(exact[1]), "mean wait of transports")
