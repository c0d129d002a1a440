"""Random fleets: whatever drives, flies and sails by whatever rules, nobody is lost or doubled."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akuttsim.chain.fleet import Fleet
from akuttsim.config.schema.region import Region
from akuttsim.records import (
    ACUTE_BED,
    GREEN,
    JOURNEY,
    LINE_TRANSPORT,
    LONG_JOURNEYS,
    MISSION,
    NOT_PRESENT,
    NURSE,
    ORDERED_JOURNEYS,
    RED,
    RETURN,
    STAND_BY,
    SUPPORT,
    TO_ASSIST,
    TRANSPORT,
    TRANSPORTED,
    UNFINISHED,
)
from tests import small
from tests.chain import by_hand, conserved, conserved_work, random_organisations
from tests.chain.by_hand import number, open_for, shares, sourced, takes
from tests.chain.conserved import Met
from tests.nightly import examples

Draw = Any
Part = dict[str, Any]
STATIONS = ("hospital", "centre", "cross", "upper", "island", "quay")
SHIFTS = (
    [("00:00-24:00", "station")],
    [("08:00-16:00", "station"), ("16:00-08:00", "home")],
    [("07:00-12:00", "station"), ("12:20-19:00", "station"), ("19:00-23:30", "home")],
    [("21:00-08:30", "station")],
)


def spread(mean: float) -> Part:
    return sourced(lognormal={"mean": mean, "cv": 0.6})


def perhaps(draw: Draw, part: Any) -> Any:
    return part if draw(st.booleans()) else None


def shares_of_urgency(draw: Draw) -> Part:
    share = st.sampled_from([0.0, 0.5, 1.0])
    return shares(draw(share), draw(share), draw(share))


# -- organisations -------------------------------------------------------------------------------


def crew(draw: Draw, kind: str) -> Part:
    station = draw(st.sampled_from(STATIONS))
    more: Part = {"kind": kind}
    if kind == "neighbour":
        quicker = draw(st.sampled_from([0.0, 5.0]))
        more |= {"available": number(0.6), "quicker_by_min": number(quicker)}
    elif draw(st.booleans()):
        over, rests = draw(st.sampled_from([(0.5, 12.0), (1.0, 20.0)]))
        more["rest"] = {
            "night": "22:00-06:30", "worked_more_than_h": number(over), "rests_h": number(rests)
        }  # fmt: skip
    return small.crew(station, *draw(st.sampled_from(SHIFTS)), **more)


def crews(draw: Draw) -> dict[str, Part]:
    """Return two that are always there, and some of every kind."""
    two = {f"always_{n}": small.crew("hospital", *SHIFTS[0]) for n in (1, 2)}
    kinds = st.sampled_from(["ambulance", "ambulance", "transport", "neighbour"])
    some = {f"crew_{n}": crew(draw, draw(kinds)) for n in range(draw(st.integers(0, 4)))}
    shifts, skills = draw(st.sampled_from(SHIFTS[:2])), draw(st.sampled_from([[], ["paramedic"]]))
    valley = {"valley": small.crew("upper", *shifts, skills=skills)}
    return {**two, **some, **valley}


def dispatch(draw: Draw) -> Part:
    posts = st.lists(st.sampled_from(STATIONS), min_size=1, max_size=3, unique=True)
    cover = {
        "within_min": number(draw(st.sampled_from([10.0, 25.0]))),
        "least_share": number(draw(st.sampled_from([0.5, 0.9, 1.0]))),
        "yellow_waits_at_most_min": number(draw(st.sampled_from([0.0, 20.0]))),
        "green_waits_at_most_min": number(60.0),
    }
    return {
        "red_takes_over_min": perhaps(draw, number(draw(st.sampled_from([0.0, 3.0])))),
        "cover": perhaps(draw, cover),
        "stand_by": [
            {"free": free, "at": draw(posts)}
            for free in draw(st.sets(st.integers(1, 5), max_size=4))
        ],
        "half_way": perhaps(draw, {"longer_than_min": number(20.0), "handover_min": number(3.0)}),
        "transport_later_min": perhaps(draw, number(draw(st.sampled_from([0.0, 10.0])))),
        "back_from_afar": draw(st.sampled_from(["on_the_road", "at_station"])),
        "second_crew": perhaps(
            draw,
            {
                "share": number(draw(st.sampled_from([0.5, 1.0]))),
                "within_min": number(draw(st.sampled_from([15.0, 60.0]))),
                "skill": draw(st.sampled_from([None, "paramedic"])),
            },
        ),
    }


def support(draw: Draw) -> Part:
    kinds = ("helicopter", "rescue_helicopter", "boat", "single_responder")
    kind = draw(st.sampled_from(kinds))
    more: Part = {"sent": shares_of_urgency(draw), "reaction_min": spread(6.0)}
    if kind == "boat":
        more |= {"reaches": ["island", "upper"], "speed_kmh": number(70.0)}
    if kind in ("helicopter", "boat"):
        more["daylight_only"] = draw(st.booleans())
    hours = draw(st.sampled_from(["00:00-24:00", "08:00-20:00"]))
    more["on_duty"] = {"hours": {"days": "daily", "hours": hours}}
    more["reaches_within_min"] = perhaps(draw, number(25.0))
    return small.support(kind, draw(st.sampled_from(STATIONS)), **more)


def responders(draw: Draw) -> Part:
    return {
        "title": "First",
        "place": draw(st.sampled_from(STATIONS)),
        "available": number(0.6),
        "reaction_min": spread(4.0),
        "max_drive_min": number(draw(st.sampled_from([5.0, 30.0]))),
        "asked_for": perhaps(draw, number(0.7)),
        "ahead_min": perhaps(draw, number(8.0)),
    }


def satellite(draw: Draw) -> Part:
    """Return one that the valley's crew staffs, or nurses who may go out."""
    opened = open_for("upper", "island", hours="09:00-15:00")
    site = by_hand.satellite(takes=["yellow", "green"], open=opened)
    if draw(st.booleans()):
        return {**site, "nurses_of_crew": "valley"}
    call_out = {"goes": number(0.7), "max_drive_min": number(40.0)}
    nurses = {"nurses": {"all": small.staff(1, "09:00-15:00")}}
    return {**site, **nurses, "nurse_call_out": perhaps(draw, call_out)}


def beds(draw: Draw) -> Part:
    return {
        "title": "Beds",
        "place": draw(st.sampled_from(["upper", "hospital", "centre"])),
        "municipalities": draw(st.sampled_from([["upper"], ["town", "upper", "island"]])),
        "beds": sourced(value=draw(st.integers(1, 2))),
        "takes": shares_of_urgency(draw),
        "by_ambulance": perhaps(draw, shares_of_urgency(draw)),
        "stay_h": spread(20.0),
    }


@st.composite
def organisations(draw: Draw) -> small.Changes:
    """Return changes that make an organisation with a random fleet."""
    named = {f"support-{n}": support(draw) for n in range(draw(st.integers(0, 3)))}
    groups = {f"group-{n}": responders(draw) for n in range(draw(st.integers(0, 2)))}
    night = {"days": "daily", "hours": "20:00-08:00", "places": number(draw(st.integers(1, 3)))}
    by_hour = draw(st.sampled_from([{}, {"night": night}]))
    doors = {"hospital": {"places": number(draw(st.integers(1, 2))), "by_hour": by_hour}}
    site = perhaps(draw, satellite(draw))
    day = {"always": small.staff(1, "00:00-24:00")}
    return {
        **small.crews(**crews(draw)),
        "dispatch": dispatch(draw),
        "supports": named,
        "first_responders": groups,
        "handovers": perhaps(draw, doors) or {},
        "acute_beds": {"beds": beds(draw)} if draw(st.booleans()) else {},
        "doctors": {"duty-doctor": {"on_duty": {"weekday": None, "weekend": None, **day}}},
        **({"clinics": {"satellite": site}} if site else {}),
        **random_organisations.long_journeys(draw),
    }


# -- regions -----------------------------------------------------------------------------------

FLAT = {"weekday": [1.0] * 24, "weekend": [1.0] * 24, "flatten": 0.0, **small.MADE_UP}
TRANSPORTS = {
    "per_person_year": number(0.15), "hours": FLAT, "free_day_factor": number(0.5),
    "from_hospital": number(0.4), "out_of_region": number(0.1), "away_h": spread(5.0),
}  # fmt: skip
JOURNEYS = {
    name: random_organisations.SECTIONS[name]
    for name in ("hospital_transfers", "psychiatric_transports", "births")
}
ACCIDENT = {
    "title": "Accident", "date": "2026-03-27", "time": "14:20", "place": "cross",
    "patients": sourced(value=7), "urgency": shares(0.4, 0.3, 0.3),
    "found_after_min": takes(4), "callers": sourced(value=3), "after_min": takes(2),
    "talk_s": takes(60),
}  # fmt: skip
WEATHER = {
    "flyable": {"daylight": [0.7] * 4, "dark": [0.5] * 4, **small.MADE_UP},
    "unflyable_spell_h": number(9.0),
}


def region(journeys: bool, accident: bool) -> Region:
    demand: Part = {"planned_transports": TRANSPORTS, **JOURNEYS} if journeys else {}
    if accident:
        demand["incidents"] = {"accident": ACCIDENT}
    return small.region({"demand": demand, "weather": WEATHER})


REGIONS = [region(*each) for each in itertools.product((False, True), repeat=2)]


# -- what must hold ------------------------------------------------------------------------------


class Seen(Met):
    """A run, and how its fleet was left."""

    fleet: Fleet

    def role(self, unit: int) -> str:
        return self.record.units[unit].role

    @property
    def kept_up(self) -> bool:
        return not self.record.overloads


def meets(changes: small.Changes, where: Region, seed: int) -> Seen:
    fleets: list[Fleet] = []
    finish = Fleet.finish

    def finishing(self: Fleet, end_s: float) -> None:
        fleets.append(self)
        finish(self, end_s)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fleet, "finish", finishing)
        met = conserved.meets(changes, where, seed)
    seen = Seen(met.world, met.patients, met.record, met.ended, met.booked, met.came)
    (seen.fleet,) = fleets
    return seen


VEHICLES = ("crew", "transport_vehicle", "neighbour_crew")


def vehicles_begin_work_on_duty(met: Seen) -> None:
    """Or are out already: turned on their way after the shift. Home they drive whenever."""
    before = None
    for each in met.work:
        unit = met.record.units[each.unit]
        goes_on = before == (each.unit, each.start_s)
        if unit.role in (*VEHICLES, "support") and each.kind != RETURN and not goes_on:
            assert conserved_work.is_on_duty(unit.on_duty, each.start_s), (unit.name, each)
        before = each.unit, each.end_s


def crews_end_at_their_station_or_post(met: Seen) -> None:
    posts = {place for places in met.fleet.rules.posts.values() for place in places}
    for crew in met.fleet.crews:
        assert crew.mission is None or not met.kept_up
        if crew.mission is None:
            assert crew.place in posts | {crew.station}
            assert crew.route is None or crew.route.places[-1] == crew.place, "or on its way there"


def every_mission_is_work(met: Seen) -> None:
    """The first crew's, from alarm until free; one more for each that was turned or relieved."""
    courses, plan = met.record.courses, met.world.plan
    logged = {(w.unit, w.kind, w.start_s, w.end_s, w.patient) for w in met.work}
    lines = met.patients.line
    for patient in np.flatnonzero(~np.isnan(courses.free_s)).tolist():
        unit = plan.first_vehicle + int(courses.crew[patient])
        mine = [w for w in met.of_patient[patient] if w.kind in (MISSION, TRANSPORT)]
        if lines[patient] in LONG_JOURNEYS:
            continue
        if lines[patient] == LINE_TRANSPORT:
            assert [(w.kind, w.unit) for w in mine][-1] == (TRANSPORT, unit)
            assert mine[-1].end_s == courses.free_s[patient]
            continue
        start, end = (float(column[patient]) for column in (courses.alerted_s, courses.free_s))
        assert (unit, MISSION, start, end, patient) in logged
        assert len(mine) >= 1 + courses.taken_over[patient] + courses.met_halfway[patient]
    for each in met.work:
        if each.kind == MISSION:
            assert courses.crew[each.patient] >= 0 or courses.clinic[each.patient] >= 0


def who_was_left_gets_a_crew_or_needs_none(met: Seen) -> None:
    courses = met.record.courses
    left = (courses.taken_over > 0) & (courses.outcome != UNFINISHED)
    helped = ~np.isnan(courses.on_scene_s) | (courses.support >= 0)
    assert helped[left].all(), np.flatnonzero(left & ~helped)
    if met.world.plan.organisation.dispatch.red_takes_over_min is None:
        assert not courses.taken_over.any()
    assert (courses.judged[courses.taken_over > 0] != RED).all()


def first_help_is_the_first(met: Seen) -> None:
    courses = met.record.courses
    names = ("on_scene_s", "responder_s", "support_s", "nurse_on_scene_s", "doctor_on_scene_s")
    came = np.array([getattr(courses, name) for name in names])
    came[0, np.isin(met.patients.line, ORDERED_JOURNEYS)] = np.nan
    trips = met.record.trips
    second = trips.completed & (trips.kind == TO_ASSIST)
    np.fmin.at(came[0], trips.patient[second], trips.arrived_s[second])
    first = np.where(np.isnan(came), np.inf, came).min(axis=0)
    first[np.isinf(first)] = np.nan
    assert np.array_equal(first, courses.first_help_s, equal_nan=True)


def second_crews_help_until_the_patient_leaves(met: Seen) -> None:
    """No sooner and no later; who has not come by then turns back. One for a patient at most."""
    courses, trips = met.record.courses, met.record.trips
    missions = {(w.unit, w.patient, w.start_s): w for w in met.work if w.kind == MISSION}
    helped = 0
    for row in np.flatnonzero(trips.kind == TO_ASSIST).tolist():
        patient, arrived_s = int(trips.patient[row]), trips.arrived_s[row]
        left_s = courses.left_scene_s[patient]
        mine = [w for (unit, whose, start_s), w in missions.items()
                if (unit, whose) == (trips.unit[row], patient)
                and start_s <= trips.departed_s[row] and w.end_s >= arrived_s]  # fmt: skip
        if not mine:
            assert np.isnan(left_s) or not met.kept_up, "at work still when the run ended"
        elif trips.completed[row]:
            assert [w.end_s for w in mine] == [left_s]
            helped += 1
        else:
            assert mine[0].end_s == arrived_s <= left_s or np.isnan(left_s)
    assert met.world.plan.organisation.dispatch.second_crew is not None or not helped
    patients = trips.patient[trips.completed & (trips.kind == TO_ASSIST)]
    assert len(patients) == len(np.unique(patients))


def planned_transports_all_arrive(met: Seen) -> None:
    outcomes = met.record.courses.outcome[met.patients.line == LINE_TRANSPORT]
    assert not met.kept_up or set(outcomes.tolist()) <= {TRANSPORTED, NOT_PRESENT}


def each_kind_takes_its_own(met: Seen) -> None:
    """Neighbours red, transport vehicles green and transports, supports as they are sent."""
    judged = met.record.courses.judged
    for each in met.work:
        role = met.role(each.unit)
        if role == "neighbour_crew" and each.kind != RETURN:
            assert each.kind == MISSION and judged[each.patient] == RED
        elif role == "transport_vehicle" and each.kind != RETURN:
            urgency = met.patients.urgency if each.kind == JOURNEY else judged
            assert each.kind == TRANSPORT or urgency[each.patient] == GREEN
        elif each.kind in (SUPPORT, STAND_BY):
            assert role == ("support" if each.kind == SUPPORT else "crew")
    responded = ~np.isnan(met.record.courses.responder_s)
    assert (judged[responded] == RED).all()


def spans_never_exceed(spans: list[tuple[float, float]], most: int) -> None:
    steps = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    assert max(itertools.accumulate(step for _, step in steps), default=0) <= most


def nothing_is_fuller_than_full(met: Seen) -> None:
    courses, organisation = met.record.courses, met.world.plan.organisation
    door = organisation.handovers.get("hospital")
    began = courses.handover_began_s
    ends = began + met.patients.hospital_handover_s
    here = ~np.isnan(began)
    assert (began[here] >= courses.at_hospital_s[here]).all()
    if door is None:
        assert (began[here] == courses.at_hospital_s[here]).all()
    else:
        most = [door.places.value, *(each.places.value for each in door.by_hour.values())]
        spans_never_exceed(list(zip(began[here], ends[here], strict=True)), max(most))
    for index, each in enumerate(organisation.acute_beds.values()):
        lies = np.flatnonzero(courses.outcome == ACUTE_BED)
        stays = np.array(met.table.optional.acute_stay_s[index])[lies]
        into = courses.ended_s[lies]
        spans_never_exceed(list(zip(into, into + stays, strict=True)), each.beds.value)


def crews_examine_as_long_as_it_takes(met: Seen) -> None:
    """At a satellite that a crew staffs: together as long as drawn, whoever called it away."""
    table = met.table
    for patient, work in met.of_patient.items():
        mine = [w for w in work if w.kind == NURSE and met.role(w.unit) in VEHICLES]
        if mine and not np.isnan(met.record.courses.left_clinic_s[patient]):
            seconds = sum(w.end_s - w.start_s for w in mine)
            least = table.satellite_nurse_s[patient]
            assert seconds == pytest.approx(least) or (
                seconds > least and table.satellite_doctor[patient]
            )


PROPERTIES = (
    conserved.everybody_present_ends_exactly_once,
    conserved.long_journeys_are_made_and_come_back,
    conserved_work.units_are_in_one_place,
    vehicles_begin_work_on_duty,
    crews_end_at_their_station_or_post,
    every_mission_is_work,
    who_was_left_gets_a_crew_or_needs_none,
    first_help_is_the_first,
    second_crews_help_until_the_patient_leaves,
    planned_transports_all_arrive,
    each_kind_takes_its_own,
    nothing_is_fuller_than_full,
    crews_examine_as_long_as_it_takes,
)


@pytest.mark.nightly
@settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(organisations(), st.sampled_from(REGIONS), st.integers(0, 5))
def test_nothing_is_lost_with_any_fleet(changes: small.Changes, where: Region, seed: int) -> None:
    met = meets(changes, where, seed)
    for each in PROPERTIES:
        each(met)


def test_the_properties_are_about_something() -> None:
    """Everything that a fleet can do happens in one organisation with all of it."""
    everything = {
        **small.crews(
            town_1=small.crew("hospital", *SHIFTS[0]),
            valley=small.crew("upper", *SHIFTS[0]),
            vehicle=small.crew("centre", *SHIFTS[0], kind="transport"),
            lent=small.crew("quay", *SHIFTS[0], kind="neighbour", available=number(0.6),
                            quicker_by_min=number(0)),
        ),
        "dispatch": {
            "red_takes_over_min": number(0),
            "stand_by": [{"free": 1, "at": ["cross"]}],
            "half_way": {"longer_than_min": number(20), "handover_min": number(3)},
            "second_crew": {"share": number(0.5), "within_min": number(60)},
        },
        "supports": {"heli": small.support("helicopter", "hospital")},
        "first_responders": {"fire": {"title": "Fire", "place": "upper", "available": number(0.6),
                                      "reaction_min": takes(4), "max_drive_min": number(30)}},
        "acute_beds": {"beds": {"title": "B", "place": "upper", "municipalities": ["town"],
                                "beds": sourced(value=2), "takes": shares(0.5, 0.5, 0.5),
                                "stay_h": takes(20)}},
        "handovers": {"hospital": {"places": sourced(value=1)}},
        "clinics": {"satellite": by_hand.satellite(
            nurses_of_crew="valley", open=open_for("upper", "island"))},
        "doctors": {"duty-doctor": {"on_duty": {
            "weekday": None, "weekend": None, "always": small.staff(1)}}},
    }  # fmt: skip
    met = meets(everything, REGIONS[-1], 1)
    for each in PROPERTIES:
        each(met)
    courses = met.record.courses
    roles = {(met.role(w.unit), w.kind) for w in met.work}
    assert {("crew", STAND_BY), ("crew", NURSE), ("support", SUPPORT), ("crew", RETURN),
            ("transport_vehicle", TRANSPORT), ("neighbour_crew", MISSION)} <= roles  # fmt: skip
    for column in (courses.taken_over, courses.met_halfway, courses.outcome == ACUTE_BED):
        assert column.any()
    assert (met.record.trips.kind == TO_ASSIST).any()
    waited = courses.handover_began_s > courses.at_hospital_s
    assert waited.any() and not np.isnan(courses.responder_s).all()
