"""Hours and kilometres driven: by hand, and against a run's own drives."""

from __future__ import annotations

import numpy as np
import pytest
import small

from akuttsim.analysis import driving, kilometres
from akuttsim.analysis.legs import legs
from akuttsim.records import (
    CALL_OUT,
    MISSION,
    NURSE_OUT,
    RETURN,
    STAND_BY,
    TRANSPORT,
    VISIT,
    WAY_IN,
    Unit,
)

WORLD = small.world()
PLACE = WORLD.plan.place_index
WEEK = 168 / 167
ALWAYS = ((0.0, WORLD.plan.end_s),)
UNITS = (
    Unit("town-1", "crew", "hospital", ALWAYS),
    Unit("upper-1", "crew", "upper", ALWAYS),
    Unit("d", "doctor", "duty-doctor", ALWAYS),
    Unit("n", "nurse", "legevakt", ALWAYS),
    Unit("b", "back_up_doctor", "duty-doctor", ALWAYS),
)
TOWN, UPPER, DOCTOR, NURSE, BACK = range(5)
H = 3600.0


def seen_of(rows: list[tuple], columns: dict, people: dict) -> small.Observed:
    """Return a record of one patient in the valley; times are hours after noon."""
    noon = small.at(12)
    did = small.activities(*((u, k, noon + s * H, noon + e * H, p) for u, k, s, e, p in rows))
    times = {n: [noon + v * H] if n.endswith("_s") else [v] for n, v in columns.items()}
    table = small.people([noon], **{"place": PLACE["upper"], **people})
    return small.seen(WORLD, table, small.courses(1, **times), did=did, units=UNITS)


def hours(seen: small.Observed, group_by: str = "role") -> dict[str, float]:
    rows = small.values(driving.hours_driven_a_week(seen), group_by)
    return {name: value / WEEK for name, (value, _) in rows.items() if value}


def km(seen: small.Observed) -> dict[str, float]:
    rows = small.values(kilometres.km_driven_a_week(seen), "who")
    return {name: value / WEEK for name, (value, _) in rows.items() if value}


TO_HOSPITAL = {
    "crew": 0, "alerted_s": 0.0, "rolling_s": 0.1, "on_scene_s": 0.6, "left_scene_s": 1.0,
    "at_hospital_s": 1.7, "handover_began_s": 1.8, "free_s": 2.0,
}  # fmt: skip


def test_a_mission_to_hospital() -> None:
    """Half an hour out, 0.7 h in; by the table 61 km out, 61 in and none home."""
    seen = seen_of([(TOWN, MISSION, 0, 2, 0), (TOWN, RETURN, 2, 2.25, -1)], TO_HOSPITAL, {})
    assert hours(seen) == pytest.approx({"crew": 0.5 + 0.7 + 0.25})
    assert hours(seen, "crew") == pytest.approx({"town-1": 1.45})
    out = WORLD.travel.km_to(PLACE["hospital"])[PLACE["upper"]]
    assert out == 60.0 + 1.0 and km(seen) == pytest.approx({"crews": 2 * out})


def test_a_patient_left_at_home() -> None:
    course = {**TO_HOSPITAL, "at_hospital_s": np.nan, "handover_began_s": np.nan, "free_s": 1.0}
    seen = seen_of([(TOWN, MISSION, 0, 1, 0)], course, {})
    assert hours(seen) == pytest.approx({"crew": 0.5})
    assert km(seen) == pytest.approx({"crews": 122.0})


def test_a_patient_taken_to_the_clinic() -> None:
    """Left at 1.0, there at 1.6, handed over in 0.4 h; the clinic is the second of the two."""
    course = {**TO_HOSPITAL, "at_hospital_s": np.nan, "handover_began_s": np.nan,
              "at_clinic_s": 1.6, "clinic": 1}  # fmt: skip
    seen = seen_of([(TOWN, MISSION, 0, 2, 0)], course, {"legevakt_handover_s": 0.4 * H})
    assert hours(seen) == pytest.approx({"crew": 0.5 + 0.6})
    assert km(seen) == pytest.approx({"crews": 122.0})


def test_a_crew_called_off_has_driven_but_not_by_the_table() -> None:
    """Upper's crew is taken over after a quarter of an hour; town's comes."""
    rows = [(UPPER, MISSION, 0, 0.25, 0), (TOWN, MISSION, 0, 2, 0)]
    seen = seen_of(rows, TO_HOSPITAL, {})
    assert hours(seen, "crew") == pytest.approx({"town-1": 1.2, "upper-1": 0.25})
    assert km(seen) == pytest.approx({"crews": 122.0})


def test_a_crew_that_nobody_needs_any_more_has_driven_until_then() -> None:
    course = {"crew": 0, "rolling_s": 0.1, "free_s": 0.4}
    assert hours(seen_of([(TOWN, MISSION, 0, 0.4, 0)], course, {})) == pytest.approx({"crew": 0.3})
    asleep = {"crew": 0, "rolling_s": 0.5, "free_s": 0.4}
    assert hours(seen_of([(TOWN, MISSION, 0, 0.4, 0)], asleep, {})) == {}


def test_an_admitted_patient_fetched_at_the_clinic() -> None:
    """Two hours in all, less half an hour for both handovers; upper-1 drives in and home again."""
    course = {"clinic": 1, "at_clinic_s": -2, "left_clinic_s": -1}
    waits = {"legevakt_handover_s": 0.2 * H, "hospital_handover_s": 0.3 * H}
    seen = seen_of([(UPPER, MISSION, 0, 2, 0)], course, waits)
    assert hours(seen) == pytest.approx({"crew": 1.5})
    assert km(seen) == pytest.approx({"crews": 122.0})


def test_a_crew_that_meets_another_on_the_way() -> None:
    """The relief is out from 1.0 to 2.5, at hospital at 1.7 and not driving after that."""
    half = {"longer_than_min": {"value": 30, **small.MADE_UP},
            "handover_min": {"value": 6, **small.MADE_UP}}  # fmt: skip
    world = small.world(small.organisation({"dispatch": {"half_way": half}}))
    course = {**TO_HOSPITAL, "crew": 2, "met_halfway": True, "free_s": 1.4}
    rows = [(UPPER, MISSION, 0, 1.4, 0), (TOWN, MISSION, 1, 2.5, 0)]
    at = seen_of(rows, course, {})
    seen = small.seen(world, at.patients, at.record.courses, did=at.record.activities, units=UNITS)
    assert hours(seen, "crew") == pytest.approx({"upper-1": 0.5 + 0.3, "town-1": 0.6})
    assert km(seen) == pytest.approx({"crews": 122.0}), "as if upper-1 went all the way"


def test_planned_transports() -> None:
    """Out, 0.2 h on scene, in, 0.3 h handover: what is not standing is driving."""
    course = {"crew": 0, "on_scene_s": 0.7, "free_s": 2.0}
    standing = {"on_scene_s": 0.2 * H, "hospital_handover_s": 0.3 * H}
    within = {**standing, "transport_to": PLACE["hospital"]}
    seen = seen_of([(TOWN, TRANSPORT, 0, 2, 0)], course, within)
    assert hours(seen) == pytest.approx({"crew": 1.5})
    assert km(seen) == pytest.approx({"crews": 122.0})
    out = seen_of([(TOWN, TRANSPORT, 0, 2, 0)], course, {**standing, "transport_to": -1})
    assert hours(out) == pytest.approx({"crew": 1.8})
    called_off = {"crew": 0, "on_scene_s": 3.0, "free_s": 4.0}
    assert hours(seen_of([(TOWN, TRANSPORT, 0, 2, 0)], called_off, within)) == {"crew": 2.0 / 1}


def test_doctors_and_nurses_who_drive_out() -> None:
    """Each drive there and back, less the time with the patient; a way in is not counted."""
    rows = [(DOCTOR, VISIT, 0, 2, 0), (BACK, CALL_OUT, 0, 1, 0), (NURSE, NURSE_OUT, 0, 1, 0),
            (BACK, WAY_IN, 0, 5, -1), (TOWN, STAND_BY, 0, 0.5, -1)]  # fmt: skip
    times = {"home_visit_s": 0.5 * H, "doctor_on_scene_s": 0.25 * H}
    seen = seen_of(rows, {"nurse_on_scene_s": 0.3}, times)
    expected = {"doctor": 1.5 + 0.75, "nurse": 0.75, "crew": 0.5}
    assert hours(seen) == pytest.approx(expected)
    assert km(seen) == pytest.approx({"doctors": 2 * 122.0, "nurses": 122.0})
    too_late = seen_of([(NURSE, NURSE_OUT, 0, 1, 0)], {}, times)
    assert hours(too_late) == {"nurse": pytest.approx(1.0)}


def test_patients_drive_there_and_back() -> None:
    seen = seen_of([], {"travel_s": 0, "clinic": 1}, {})
    assert km(seen) == {"patients": pytest.approx(122.0)}
    assert km(seen_of([], {"clinic": 1}, {})) == {}, "fetched"


def test_what_began_outside_the_measured_span_is_left_out() -> None:
    assert (
        hours(seen_of([(TOWN, RETURN, -13, -11, -1), (TOWN, MISSION, -13, -11, 0)], {}, {})) == {}
    )


def test_nobody_drove() -> None:
    seen = small.seen(WORLD, small.people([]), small.courses(0))
    assert small.values(driving.hours_driven_a_week(seen))["all"] == (0, 0)
    assert small.values(kilometres.km_driven_a_week(seen))["all"] == (0, 0)


def test_legs_of_a_run_are_told_apart() -> None:
    """Nothing is called off here: each mission is the course's or a transfer, and never both."""
    patients = WORLD.sample()
    seen = WORLD.observed(patients, WORLD.meets(patients))
    each = legs(seen)
    assert (each.is_main ^ each.is_transfer).all() and not each.is_relief.any()
    assert each.is_transfer.any() and each.to_hospital.any() and each.to_clinic.any()
    assert not (each.to_hospital & each.to_clinic).any()
    drove = driving._driven_s(seen)[each.row]
    length = (seen.record.activities.end_s - seen.record.activities.start_s)[each.row]
    assert ((drove >= 0) & (drove <= length)).all()
