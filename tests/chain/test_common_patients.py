"""Common random numbers: what is never used changes nothing, and more capacity never hurts.

The patients are drawn before any organisation is known, so that two organisations differ only by
what they do. The direction that each comparison must take is stated with it.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from akuttsim.records import RED, Activities, Record
from tests import small

REPLICATIONS = 4


def named_work(record: Record) -> list[tuple[str, int, float, float, int]]:
    """Return what units did, by name: their numbers move when a unit is added."""
    names = [unit.name for unit in record.units]
    work: Activities = record.activities
    columns = (work.kind, work.start_s, work.end_s, work.patient)
    return [
        (names[unit], *rest)
        for unit, *rest in zip(work.unit, *(column.tolist() for column in columns), strict=True)
    ]


def test_same_record_twice() -> None:
    world = small.world()
    patients = world.sample()
    one, other = world.meets(patients), world.meets(patients)
    assert small.same(one.courses, other.courses)
    assert small.same(one.calls, other.calls)
    assert small.same(one.activities, other.activities)
    assert (one.units, one.events) == (other.units, other.events)


@pytest.mark.parametrize("base", ["today", "satellite"])
def test_spare_crew_that_is_never_used_changes_nothing(base: str) -> None:
    """A crew on the island, behind the ferry, listed last: it is never the quickest nor needed."""
    always = [("00:00-24:00", "station")]
    near = small.crews(**{f"town_{n}": small.crew("hospital", *always) for n in range(12)})
    spare = small.laid_over(near, {"ambulances": {"spare": small.crew("island", *always)}})
    without, with_spare = (small.world(small.organisation(each, base)) for each in (near, spare))
    patients = without.sample()
    keep = patients.place != without.plan.place_index["island"]
    columns = {name: getattr(patients, name)[keep] for name in patients.columns()}
    mainland = small.changed(patients, **columns)
    one, other = without.meets(mainland), with_spare.meets(mainland)
    assert other.units[:-1] == one.units and other.units[-1].name == "spare"
    assert small.same(one.courses, other.courses)
    assert small.same(one.calls, other.calls)
    assert small.same(one.activities, other.activities)
    assert one.events == other.events
    assert (one.courses.crew >= 0).sum() > 50, "crews were needed, only not the spare one"


def test_operator_seat_on_a_shift_never_reached_changes_nothing() -> None:
    """No public holiday falls in the run, so that nobody comes on for one."""
    staffing = {
        "control_rooms": {"lvs": {"operators": {"holiday": small.staff(3, days="holidays")}}}
    }
    world, more = small.world(), small.world(small.organisation(staffing))
    patients = world.sample()
    one, other = world.meets(patients), more.meets(patients)
    assert len(other.units) == len(one.units) + 3
    assert small.same(one.courses, other.courses)
    assert small.same(one.calls, other.calls)
    assert named_work(one) == named_work(other)


def test_operators_who_come_for_nobody_change_nothing_that_patients_meet() -> None:
    """Twenty operators are never all busy; the twenty-first answers nobody's wait."""
    few, many = (small.world(small.organisation(operators(n))) for n in (20, 21))
    patients = few.sample()
    assert small.same(few.meets(patients).courses, many.meets(patients).courses)


def test_the_same_patients_meet_every_organisation() -> None:
    """Drawn twice, or beside another organisation: the same people, to the last bit."""
    today, satellite = small.world(), small.world(small.organisation(base="satellite"))
    assert small.same(today.sample(3, 2), satellite.sample(3, 2))
    assert not np.array_equal(today.sample(3, 2).time_s, today.sample(3, 3).time_s)
    assert not np.array_equal(today.sample(3, 2).time_s, today.sample(4, 2).time_s)


def waits(record: Record) -> float:
    """Return the mean wait at 116117 in seconds, those who gave up included."""
    calls = record.calls
    mine = calls.room == 0
    return float(np.nanmean(np.fmin(calls.answered_s, calls.left_s)[mine] - calls.rang_s[mine]))


def patient_callers(world: small.World, replication: int, **columns: object) -> small.Patients:
    """Return the region's patients who never hang up, so that all meet the same queue."""
    patients = world.sample(21, replication)
    endless = np.full(len(patients), 1e9)
    names = ("patience_1_s", "patience_2_s", "patience_3_s", "patience_113_s")
    return small.changed(patients, **dict.fromkeys(names, endless), **columns)


def operators(count: int) -> small.Changes:
    return {
        "control_rooms": {"lvs": {"operators": {"evening": None, "always": small.staff(count)}}}
    }


@pytest.mark.parametrize("replication", range(REPLICATIONS))
def test_more_operators_never_lengthen_any_callers_wait(replication: int) -> None:
    """Expected: with advice only, each caller's own wait falls or stays with every operator."""
    worlds = [small.world(small.organisation(operators(n))) for n in (1, 2, 3, 5)]
    advice = np.full(len(worlds[0].sample(21, replication)), np.nextafter(1, 0))
    patients = patient_callers(worlds[0], replication, u_need=advice)
    patients = small.changed(patients, is_contact=np.zeros(len(patients), dtype=bool))
    mine = patients.line != 2
    one_queue = small.changed(
        patients, **{name: getattr(patients, name)[mine] for name in patients.columns()}
    )
    per_caller = [w.meets(one_queue).calls for w in worlds]
    answered = [np.sort(c.answered_s) for c in per_caller]
    for fewer, more in itertools.pairwise(answered):
        assert (more <= fewer).all(), "the k-th answer comes no later"
    means = [float(np.mean(c.answered_s - c.rang_s)) for c in per_caller]
    assert means == sorted(means, reverse=True) and means[0] > means[1] > means[-1] >= 0


@pytest.mark.parametrize("replication", range(REPLICATIONS))
def test_shorter_talk_never_means_more_waiting(replication: int) -> None:
    """Expected: the mean wait at 116117 falls when everybody's talk is halved."""
    world = small.world(small.organisation(operators(1)))
    patients = patient_callers(world, replication)
    half = small.changed(
        patients, talk_s=patients.talk_s / 2, after_call_s=patients.after_call_s / 2
    )
    assert waits(world.meets(half)) < waits(world.meets(patients))


@pytest.mark.parametrize("replication", range(REPLICATIONS))
def test_more_patience_means_fewer_hang_ups(replication: int) -> None:
    """Expected: with patience times 1, 3 and 9, ever fewer give up."""
    world = small.world(small.organisation(operators(1)))
    patients = world.sample(21, replication)
    names = ("patience_1_s", "patience_2_s", "patience_3_s")
    left = []
    for factor in (1.0, 3.0, 9.0):
        longer = {name: getattr(patients, name) * factor for name in names}
        calls = world.meets(small.changed(patients, **longer)).calls
        left.append(int((~np.isnan(calls.left_s)).sum()))
    assert left[0] > left[1] > left[2]


def red_response_min(record: Record) -> float:
    courses = record.courses
    red = (courses.judged == RED) & ~np.isnan(courses.on_scene_s)
    return float(np.mean(courses.on_scene_s[red] - courses.notified_s[red])) / 60


@pytest.mark.parametrize("replication", range(REPLICATIONS))
def test_more_crews_shorten_the_mean_red_response(replication: int) -> None:
    """Expected: the mean red response falls with a second crew in town, and with a third."""
    always = [("00:00-24:00", "station")]
    responses = []
    for count in (1, 2, 3):
        crews = {f"town_{n}": small.crew("hospital", *always) for n in range(count)}
        world = small.world(small.organisation(small.crews(**crews)))
        responses.append(red_response_min(world.meets(world.sample(21, replication))))
    assert responses[0] > responses[1] > responses[2]


@pytest.mark.parametrize("replication", range(REPLICATIONS))
def test_a_second_doctor_shortens_the_wait_at_the_clinic(replication: int) -> None:
    """Expected: the mean wait from arrival to doctor falls."""
    means = []
    for count in (1, 2):
        on_duty = {"on_duty": {"weekday": {"on_duty": count}, "weekend": {"on_duty": count}}}
        world = small.world(small.organisation({"doctors": {"duty-doctor": on_duty}}))
        courses = world.meets(world.sample(21, replication)).courses
        means.append(float(np.nanmean(courses.doctor_s - courses.at_clinic_s)))
    assert means[1] < means[0]


def test_video_takes_longer_and_is_misjudged_less() -> None:
    """Expected: more video means more talk, nobody's less, and fewer wrong urgencies."""
    worlds = []
    for share in (0.0, 0.3, 1.0):
        video = {"share": {"value": share}}
        worlds.append(small.world(small.organisation({"control_rooms": {"lvs": {"video": video}}})))
    patients = worlds[0].sample(5)
    from akuttsim.chain.patient_view import view_patients

    tables = [view_patients(world.plan, patients) for world in worlds]
    talks = [np.array(table.talk_s) for table in tables]
    assert (talks[0] <= talks[1]).all() and (talks[1] <= talks[2]).all()
    assert talks[0].sum() < talks[1].sum() < talks[2].sum()
    own = patients.is_contact & (patients.place >= 0)
    wrong = [(np.array(table.judged)[own] != patients.urgency[own]).sum() for table in tables]
    assert wrong[0] > wrong[1] > wrong[2] == 0
    records = [world.meets(patients) for world in worlds]
    shares = [record.courses.video.sum() for record in records]
    assert shares[0] == 0 < shares[1] < shares[2]


def test_video_turns_on_the_hardest_calls_first() -> None:
    """Expected: a fifth of calls are hard; with video for a fifth, these are the ones turned."""
    video = {"control_rooms": {"lvs": {"video": {"share": {"value": 0.2}}}}}
    world = small.world(small.organisation(video))
    patients = world.sample(5)
    record = world.meets(patients)
    assert (patients.u_hard[record.courses.video] < 0.2).all()


@pytest.mark.parametrize("replication", range(REPLICATIONS))
def test_a_satellite_shortens_the_journey_of_its_valley(replication: int) -> None:
    """Expected: those of the valley drive less in all; those of the town just as far."""
    today, satellite = (
        small.world(small.organisation(base=base)) for base in ("today", "satellite")
    )
    patients = today.sample(21, replication)
    one, other = (world.meets(patients).courses.travel_s for world in (today, satellite))
    both = ~np.isnan(one) & ~np.isnan(other)
    valley = both & (patients.place == today.plan.place_index["upper"])
    assert other[valley].sum() < one[valley].sum()
    town = both & (patients.place == today.plan.place_index["centre"])
    assert other[town].sum() == pytest.approx(one[town].sum(), rel=0.02)
