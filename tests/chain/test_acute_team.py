"""The acute team: by hand, to the second; away as Erlang B says; and the same people with it.

Seconds by car and with blue light stand in `by_hand`. The doctors are at the centre here, so that
the way back from the hospital (90 s) is seen.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from akuttsim.indicators.driving import km_by_traveller
from akuttsim.records import (
    AS_PASSENGER,
    CALL_OUT,
    LINE_113,
    NEVER_ASKED,
    NOT_ALERTED,
    NURSE_OUT,
    RED,
    TEAM_AWAY,
    TEAM_LEFT_PATIENT,
    TEAM_WENT_OUT,
    TO_RENDEZVOUS,
    UNFINISHED,
    WITH_PATIENT,
    Patients,
    Record,
)
from akuttsim.statistics.intervals import t_interval
from akuttsim.theory.erlang import erlang_b
from tests import small
from tests.chain import test_going_out_moves_the_right_way as moves
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    OPEN,
    conveyed,
    crew,
    fleet,
    in_need,
    incident,
    meets,
    number,
    takes,
    times,
    work,
)
from tests.chain.test_against_queueing_theory import REPLICATIONS, TALK_S, callers, covers
from tests.chain.test_going_out_against_theory import AT_ONCE, MANY, measured

TOWN = crew("hospital")
DRAWN = {"u_doctor_alerted": 0.0, "u_doctor_goes": 0.0, "doctor_on_scene_s": 300.0}


def rule(**changes: Any) -> dict[str, Any]:
    """Return an acute team that goes to all red within an hour, under way after two minutes."""
    return {
        "alerted": number(1.0), "max_drive_min": number(60), "reaction_min": takes(2),
        "rides_along": number(1.0), "lift_after_min": number(30), **changes,
    }  # fmt: skip


def team(*crews: Any, **changes: Any) -> small.World:
    """Return the district with doctors and legevakt at the centre, whose nurse goes too."""
    doctors = {"place": "centre", "acute_team": rule(**{"nurses_of": "legevakt", **changes})}
    clinic = {"place": "centre"}
    return fleet(*(crews or (TOWN,)), doctors={"duty-doctor": doctors},
                 clinics={"legevakt": clinic})  # fmt: skip


def busy(record: Record) -> tuple[list[Any], list[Any]]:
    """Return when doctor and nurse were out, in seconds after START."""
    out = (work(record, kind) for kind in (CALL_OUT, NURSE_OUT))
    doctor, nurse = ([(start, end) for _, start, end, _ in each] for each in out)
    return doctor, nurse


def test_the_doctor_rides_along_and_the_nurse_follows_and_drives_them_back() -> None:
    """The crew is at the crossroads after 912 s, leaves at 1512, and hands over by 2934."""
    world = team()
    record = meets(world, conveyed(CROSS, **DRAWN))
    assert record.courses.doctor_call_out.tolist() == [TEAM_WENT_OUT]
    assert times(record.courses.doctor_on_scene_s) == times(record.courses.nurse_on_scene_s)
    assert times(record.courses.doctor_on_scene_s) == [120 + 900]
    assert busy(record) == ([(0, 2934 + 90)], [(0, 2934 + 90)])
    trips = record.trips
    rode = trips.mode == AS_PASSENGER
    assert (trips.kind == TO_RENDEZVOUS).sum() == 1
    assert times(trips.arrived_s[trips.kind == TO_RENDEZVOUS]) == [1512 + 990]
    assert times(trips.departed_s[rode & (trips.kind == WITH_PATIENT)]) == [1512]
    assert rode.sum() == 3, "nurse out, doctor to hospital, nurse back"
    km = km_by_traveller(world.observed(conveyed(CROSS, **DRAWN), record))
    assert (km["doctors"][1], km["nurses"][1]) == (2, 1), "who rides along drives no kilometres"


def test_a_doctor_alone_who_rode_along_waits_for_a_lift() -> None:
    record = meets(team(nurses_of=None), conveyed(CROSS, **DRAWN))
    assert busy(record) == ([(0, 2934 + 1800 + 90)], [])


def test_the_team_stays_until_its_part_is_done_and_a_crew_is_there() -> None:
    """From town the crew is first, and the team leaves after its five minutes; not from upper."""
    back_s = 900
    assert busy(meets(team(), incident(CROSS, **DRAWN)))[0] == [(0, 1020 + 300 + back_s)]
    late = meets(team(crew("upper")), incident(CROSS, **DRAWN))
    assert times(late.courses.on_scene_s) == [90 + 1500]
    assert times(late.courses.first_help_s) == [1020]
    assert busy(late) == ([(0, 1590 + back_s)], [(0, 1590 + back_s)])


def test_the_team_turns_back_when_the_patient_has_been_taken_away() -> None:
    """Alone with the patient for a minute, the crew leaves at 972 s; the team has driven 852."""
    record = meets(team(), conveyed(CROSS, **{**DRAWN, "on_scene_s": 60.0}))
    assert times(record.courses.doctor_on_scene_s) == [None]
    assert busy(record) == ([(0, 972 + 852)], [(0, 972 + 852)])


def test_nobody_takes_the_team_while_it_is_out() -> None:
    record = meets(
        team(TOWN, TOWN, TOWN, rides_along=number(0)),
        incident(CROSS, **DRAWN),
        incident(CENTRE, 2219, **DRAWN),
        incident(CENTRE, 2221, **DRAWN),
    )
    went = [TEAM_WENT_OUT, TEAM_AWAY, TEAM_WENT_OUT]
    assert record.courses.doctor_call_out.tolist() == went


def test_out_of_reach_or_not_of_its_share_it_is_as_without_a_team() -> None:
    far = meets(team(max_drive_min=number(14)), incident(CROSS, **DRAWN))
    assert far.courses.doctor_call_out[0] < TEAM_AWAY
    others = meets(team(alerted=number(0.5)), incident(CROSS, u_doctor_alerted=0.6))
    assert others.courses.doctor_call_out.tolist() == [NOT_ALERTED]


def test_the_nurse_stays_behind_if_she_must_and_drives_herself_if_they_go_apart() -> None:
    assert busy(meets(team(nurses_stay=number(1)), incident(CROSS, **DRAWN)))[1] == []
    apart = meets(team(travels="apart"), incident(CROSS, **DRAWN))
    assert times(apart.courses.nurse_on_scene_s) == times(apart.courses.doctor_on_scene_s)
    assert not (apart.trips.mode == AS_PASSENGER).any()
    assert busy(apart)[0] == busy(apart)[1] == [(0, 1020 + 300 + 900)]


def test_a_doctor_who_leaves_a_patient_is_met_by_the_nurse_if_out_already() -> None:
    """From a consultation they drive together; from a home visit the nurse drives alone."""
    leaves = {"call_outs": {"leaves_for_red": ["green"]}}
    at = {"doctors": {"duty-doctor": {"acute_team": rule(nurses_of="legevakt")}}}
    world = fleet(TOWN, **at, **leaves)
    inside = in_need("clinic", place=HOSPITAL, consultation_s=3600.0)
    record = meets(world, inside, incident(CENTRE, 60, **DRAWN))
    assert record.courses.doctor_call_out[1] == TEAM_LEFT_PATIENT
    assert (record.trips.mode == AS_PASSENGER).sum() == 2
    visit = in_need("home_visit", place=CENTRE, home_visit_s=3600.0)
    record = meets(world, visit, incident(CENTRE, 600, **DRAWN))
    assert record.courses.doctor_call_out[1] == TEAM_LEFT_PATIENT
    assert not (record.trips.mode == AS_PASSENGER).any() and len(busy(record)[1]) == 1


def test_while_the_team_is_out_patients_go_where_it_is_open_if_the_clinic_closes() -> None:
    """The second legevakt is farther away than the one whose only doctor is out."""
    other = {"title": "Other", "kind": "legevakt", "place": "upper", "doctors": "other",
             "open": {"always": OPEN}, "nurses": {"always": small.staff(1)}}  # fmt: skip
    doctor = {"title": "Other", "place": "upper", "home_visits": False, "call_outs": False,
              "on_duty": {"always": small.staff(1)}}  # fmt: skip
    clinics = {}
    for while_out in ("waits", "closes"):
        doctors = {"duty-doctor": {"acute_team": rule(clinic=while_out)}, "other": doctor}
        world = fleet(TOWN, doctors=doctors, clinics={"other": other})
        ill = [in_need("clinic", at_s, place=CENTRE) for at_s in (60, 9000)]
        record = meets(world, incident(CROSS, **DRAWN), *ill)
        clinics[while_out] = record.courses.clinic[1:].tolist()
    assert clinics == {"waits": [0, 0], "closes": [1, 0]}


def test_causes_are_of_those_who_have_the_condition() -> None:
    outcomes = small.region({"outcomes": small.outcomes()})
    doctors = {"duty-doctor": {"acute_team": rule(causes=["arrest"])}}
    world = fleet(TOWN, where=outcomes, doctors=doctors)
    record = meets(
        world,
        incident(CENTRE, u_condition=0.0, **DRAWN),
        incident(CENTRE, 7200, u_condition=0.9999, **DRAWN),
    )
    assert record.courses.doctor_call_out[0] == TEAM_WENT_OUT
    assert record.courses.doctor_call_out[1] < TEAM_AWAY


def test_the_team_is_away_as_erlang_b_says() -> None:
    """One goes to each red patient at the base unless all are out; the ambulance is there at once.

    A lost alert is lost: the share that finds the team away is Erlang B of the hours of help.
    """
    per_h, goes = 5.0, rule(rides_along=number(0), reaction_min=takes(0))
    at = fleet(*MANY, mobilisation=AT_ONCE, doctors={"duty-doctor": {"acute_team": goes}})
    away = []
    for seed in range(REPLICATIONS):
        red = callers(per_h, 2900 + seed, place=HOSPITAL, line=LINE_113, is_contact=True,
                      urgency=RED, u_need_113=0.0, u_doctor_alerted=0.0)  # fmt: skip
        patients = small.changed(
            red, on_scene_s=red.talk_s + 1, doctor_on_scene_s=red.talk_s, talk_s=0 * red.talk_s
        )
        (became,) = measured(patients, at.meets(patients).courses.doctor_call_out)
        assert set(became.tolist()) == {TEAM_WENT_OUT, TEAM_AWAY}
        away.append(float(np.mean(became == TEAM_AWAY)))
    covers(away, erlang_b(per_h * TALK_S / 3600, 1), "share that finds the team away")


# -- the same people with it and without --------------------------------------------------------


def district(**changes: Any) -> small.World:
    """Return today's small district; with changes an acute team on duty in the evening."""
    staff = {"weekday": {"on_duty": 2}, "weekend": {"on_duty": 2}}
    doctors = {"duty-doctor": {"on_duty": staff, "acute_team": changes or None}}
    leaves = {"leaves_for_red": ["yellow", "green"]}
    return moves.fleet(doctors=doctors, call_outs=leaves)


def without_doctor_min(_: Patients, record: Record) -> float:
    """Return red's mean time until a doctor stands at the patient, two hours if nobody comes."""
    courses = record.courses
    red = (courses.judged == RED) & ~np.isnan(courses.notified_s)
    waits_s = np.nan_to_num(courses.doctor_on_scene_s - courses.notified_s, nan=7200)
    return float(np.minimum(waits_s, 7200)[red].mean() / 60)


def minus_wait_at_clinic_min(_: Patients, record: Record) -> float:
    """Return the mean wait at a clinic until the doctor, at most an hour: it falls as they wait."""
    waits_s = record.courses.doctor_s - record.courses.at_clinic_s
    return -float(np.nanmean(np.minimum(np.where(waits_s >= 0, waits_s, np.nan), 3600)) / 60)


def test_red_gets_a_doctor_sooner_and_the_legevakt_pays_for_it() -> None:
    """And nobody vanishes: the same people asked, and all were helped to the end."""
    without, with_it = district(), district(**rule(nurses_of="legevakt"))
    both: list[list[float]] = [[], []]
    for replication in range(6):
        patients = moves.people(replication)
        was, now = without.meets(patients), with_it.meets(patients)
        for values, what in zip(both, (without_doctor_min, minus_wait_at_clinic_min), strict=True):
            values.append(what(patients, now) - what(patients, was))
    for values in both:
        assert t_interval(np.array(values), 0.999).high < 0, values
    one, other = was.courses.outcome, now.courses.outcome
    assert np.array_equal(np.isin(one, NEVER_ASKED), np.isin(other, NEVER_ASKED))
    assert not (other == UNFINISHED).any()
