"""Home nursing as people: by hand, to the second; against exact queues; and on the same people.

Seconds by car from the hospital, where the base is: the centre 90, upper 2790; the centre to upper
2700. An alarm is with home nursing 100 s after it is pressed (60 of talk, 40 of handing over).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from akuttsim.experiments.patient_source import due_visits_of_run
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    HOME_NURSING,
    LINE_ALARM,
    NURSE_OUT,
    OTHER_TASK,
    RED,
    RETURN,
    VISIT,
    Patients,
    Record,
)
from akuttsim.theory.erlang import erlang_b
from akuttsim.theory.priority_queues import waits_by_class_mg1
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    HOSPITAL,
    UPPER,
    meets,
    number,
    organisation,
    room,
    sourced,
    takes,
    times,
    work,
    world,
)
from tests.chain.random_organisations import AGES, FLAT
from tests.chain.test_against_queueing_theory import REPLICATIONS, callers, covers
from tests.chain.test_alarms import TO_HOME_NURSING, alarm, region
from tests.chain.test_going_out_against_theory import measured
from tests.chain.test_moves_the_right_way import surely_falls

EVERYWHERE = ["town", "upper", "island"]


def nursing(on_duty: int = 1, hours: str = "00:00-24:00", **changes: Any) -> dict[str, Any]:
    """Return one team at the hospital for everybody, ten minutes in a home, a limit of twenty."""
    team = {"title": "Home nursing", "place": "hospital", "municipalities": EVERYWHERE,
            "on_duty": {"row": small.staff(on_duty, hours)}}  # fmt: skip
    usual = {
        "alarm_visit_min": takes(10),
        "passes_on_after_min": number(20),
        "teams": {"all": team},
    }
    return small.laid_over(usual, changes)  # type: ignore[no-any-return]


def district(of: Any = None, **changes: Any) -> small.World:
    """Return the district with a response centre and home nursing."""
    centre = room(*EVERYWHERE, number="alarm", on_duty=4)
    return world(region(), control_rooms={"centre": centre}, home_nursing=of or nursing(**changes))


def pressed(after_s: float = 0.0, place: int = CENTRE, **columns: Any) -> Patients:
    return alarm(TO_HOME_NURSING, after_s, place=place, **columns)


def trips(record: Record) -> list[tuple[int, int, float | None, float | None, bool]]:
    """Return from where to where, from when to when, and whether it came there."""
    table = record.trips
    return list(
        zip(table.origin.tolist(), table.destination.tolist(), times(table.departed_s),
            times(table.arrived_s), table.completed.tolist(), strict=True)
    )  # fmt: skip


def test_whoever_is_free_comes_and_drives_on_to_the_next_and_back() -> None:
    record = meets(district(), pressed(place=UPPER), pressed(2400))
    assert times(record.courses.nurse_on_scene_s) == [100 + 2790, 3490 + 2700]
    assert times(record.courses.ended_s) == [3490, 6790]
    assert record.courses.outcome.tolist() == [HOME_NURSING] * 2
    assert trips(record) == [
        (HOSPITAL, UPPER, 100, 2890, True),
        (UPPER, CENTRE, 3490, 6190, True),
        (CENTRE, HOSPITAL, 6790, 6880, True),
    ]
    assert work(record, NURSE_OUT) == [("all", 100, 3490, 0), ("all", 3490, 6790, 1)]
    assert work(record, RETURN) == [("all", 6790, 6880, 1)], "free on the way back"


def test_on_the_way_back_the_next_alarm_takes_her_from_the_road() -> None:
    """Back from upper at 3490, taken at 3590; a colleague at the base is nearer to the centre."""
    record = meets(district(), pressed(place=UPPER), pressed(3490, place=UPPER))
    back, again = trips(record)[1:3]
    assert back == (UPPER, HOSPITAL, 3490, 3590, False)
    assert times(record.courses.nurse_on_scene_s) == [2890, 3590 + 100]
    assert again[1:3] == (UPPER, 3590)
    two = district(on_duty=2)
    assert (
        times(meets(two, pressed(place=UPPER), pressed(3490)).courses.nurse_on_scene_s)[1] == 3680
    )
    assert (
        times(meets(two, pressed(place=UPPER), pressed(3490, UPPER)).courses.nurse_on_scene_s)[1]
        == 3690
    ), "who is on the road is there first"


def test_an_alarm_that_nobody_can_take_goes_on_by_its_urgency() -> None:
    """After twenty minutes, or at once where nobody is on duty; nobody comes after that."""
    late = pressed(200, talk_s=30.0), pressed(300, urgency=RED, u_need_113=0.0)
    record = meets(district(), pressed(place=UPPER), *late)
    assert record.courses.outcome.tolist() == [HOME_NURSING, ADVICE, AMBULANCE]
    assert times(record.calls.rang_s)[3:] == [1500, 1600]
    assert times(record.courses.notified_s)[2] == 1600
    night = meets(district(hours="22:00-06:00"), pressed())
    assert times(night.calls.rang_s) == [0, 100] and night.courses.outcome.tolist() == [ADVICE]


def test_the_region_s_time_holds_where_no_team_visits() -> None:
    elsewhere = district(teams={"all": {"municipalities": ["island"]}})
    assert times(meets(elsewhere, pressed()).courses.ended_s) == [1900]
    only = district(teams={"all": {"places": ["upper"]}})
    assert times(meets(only, pressed()).courses.ended_s) == [1900]


def test_a_fall_takes_longer() -> None:
    falls = {"share": number(0.5), "visit_min": takes(30)}
    record = meets(district(falls=falls), pressed(u_e_sent_on=0.4), pressed(9000, u_e_sent_on=0.6))
    assert times(record.courses.ended_s) == [190 + 1800, 9000 + 190 + 600]


def planned(a_year: float) -> dict[str, Any]:
    return {"per_person_year": {"values": dict.fromkeys(AGES, a_year), **small.MADE_UP},
            "hours": FLAT, "visit_min": takes(10)}  # fmt: skip


def test_planned_visits_wait_for_alarms_and_each_other_in_turn() -> None:
    """Every visit is logged with when it was due, and who came when she was done before."""
    there = district(planned=planned(1.0), passes_on_after_min=number(9999))
    record = meets(there, *(pressed(60.0 * n) for n in range(5)))
    visits, due = record.planned_visits, due_visits_of_run(there.plan, 1, 0)
    assert visits is not None and due is not None and len(due) > 50
    assert visits.due_s.tolist() == due.time_s.tolist() and (visits.unit >= 0).all()
    assert (np.diff(visits.at_door_s) > 0).all(), "in turn"
    assert (visits.left_s - visits.at_door_s == 600).all()
    assert len(work(record, VISIT)) == len(due)
    began = [row[3] for row in work(record, NURSE_OUT, VISIT) if row[1] >= 100]
    assert began[:5] == [0, 1, 2, 3, 4], "alarms go before planned visits"
    assert began.count(-1) > 10


def test_the_first_team_on_duty_visits_and_a_nursing_home_shares_it() -> None:
    rounds = {"days": "daily", "hours": "13:00-14:00", "per_hour": number(3), "minutes": takes(5)}
    roster = {"on_duty": {"row": small.staff(1, "13:00-06:00")}, "nursing_home": {"rounds": rounds}}
    night = {"title": "Night", "place": "upper", "municipalities": EVERYWHERE, **roster}
    day = {"on_duty": {"row": small.staff(1, "06:00-13:00")}}
    there = district(teams={"all": day, "night": night})
    record = meets(there, pressed(), pressed(3600, place=UPPER))
    came = [team for team, *_ in work(record, NURSE_OUT)]
    assert came == ["all", "night"]
    assert {team for team, *_ in work(record, OTHER_TASK)} == {"night"}
    assert record.planned_visits is not None and len(record.planned_visits.due_s) == 0


def at_the_base(per_h: float, seed: int) -> Patients:
    """Return alarms at the base, which home nursing has at once."""
    return callers(per_h, seed, place=HOSPITAL, line=LINE_ALARM, is_contact=True,
                   u_alarm=TO_HOME_NURSING)  # fmt: skip


def quick(**changes: Any) -> small.World:
    """Return the district where the response centre always has somebody."""
    centre = room(*EVERYWHERE, number="alarm", on_duty=30)
    return world(region(), control_rooms={"centre": centre}, home_nursing=nursing(**changes))


def test_alarms_find_nobody_as_erlang_b_says() -> None:
    """Where nobody waits, the share of alarms that are passed on at once is Erlang's loss."""
    lost = []
    at = quick(on_duty=2, passes_on_after_min=number(0))
    for seed in range(REPLICATIONS):
        patients = at_the_base(9.0, 4100 + seed)
        (outcome,) = measured(patients, at.meets(patients).courses.outcome)
        lost.append(float(np.mean(outcome != HOME_NURSING)))
    covers(lost, erlang_b(9.0 * 600 / 3600, 2), "share of alarms that find nobody")


def test_alarms_wait_before_planned_work_as_cobham_says() -> None:
    """One on duty, alarms first and work of the nursing home behind, ten minutes each."""
    rounds = {"days": "daily", "hours": "00:00-24:00", "per_hour": number(2), "minutes": takes(10)}
    at = quick(
        passes_on_after_min=number(9999), teams={"all": {"nursing_home": {"rounds": rounds}}}
    )
    waits = []
    for seed in range(REPLICATIONS):
        patients = at_the_base(2.0, 4300 + seed)
        came_s, time_s = measured(
            patients, at.meets(patients).courses.nurse_on_scene_s, patients.time_s
        )
        waits.append(float(np.mean(came_s - time_s)))
    exact = waits_by_class_mg1([2.0, 2.0], [600.0, 600.0], [0.0, 0.0])
    covers(waits, float(exact[0]), "mean wait of alarms")


# -- the same people -------------------------------------------------------------------------------

SECTION = {
    "planned": planned(0.15),
    "teams": {"all": {"municipalities": ["town"]}},
    "alarm_visit_min": sourced(constant=None, lognormal={"mean": 15, "cv": 0.5}),
}


@cache
def pressing(rate: float) -> small.World:
    """Return a district whose people press alarms so many times as often."""
    there = region().model_dump(mode="json", by_alias=True)
    alarms = {"safety_alarms": {"alarms_per_user_month": {"value": 3.0 * rate}}}
    calm = {"contacts_per_person_year": {"value": 0.1}, **alarms}
    where = small.region(small.laid_over(there, {"demand": calm}))
    return small.world(organisation(), where)


@cache
def people(rate: float, replication: int) -> Patients:
    """Return people of whom those who press an alarm at a lower rate do at a higher one too."""
    return pressing(rate).sample(77, replication)


def helped_min(world: small.World, rate: float, replication: int) -> float:
    """Return the mean time to help of those in town who press at the usual rate.

    An hour where home nursing never came.
    """
    patients, usual = people(rate, replication), people(1.0, replication)
    counts = (patients.line == LINE_ALARM) & (patients.place < UPPER)
    counts &= (patients.u_alarm > 0.3) & (patients.u_alarm < 0.6)
    counts &= np.isin(patients.time_s, usual.time_s)
    came_s = world.meets(patients).courses.nurse_on_scene_s
    waits_s = np.nan_to_num(came_s - patients.time_s, nan=3600)
    return float(np.minimum(waits_s, 3600)[counts].mean() / 60)


def test_more_on_duty_help_sooner_and_half_as_many_alarms_again_later() -> None:
    """Each time of the same people: those who press at the usual rate."""
    one, two = district(**SECTION), district(on_duty=2, **SECTION)
    today = [helped_min(one, 1.0, n) for n in range(6)]
    surely_falls(lambda n: helped_min(two, 1.0, n) - today[n], 6)
    surely_falls(lambda n: today[n] - helped_min(one, 1.5, n), 6)
