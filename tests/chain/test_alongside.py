"""Help beside the ambulance by hand: first responders, the satellite's nurse, and who is first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import GREEN, NURSE, NURSE_OUT, YELLOW, Record
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    UPPER,
    conveyed,
    crew,
    fleet,
    in_need,
    incident,
    meets,
    number,
    open_for,
    satellite,
    shares,
    support,
    takes,
    times,
    work,
)

TOWN = crew("hospital")
ANSWERS = {"u_responder": 0.2}


def group(
    place: str = "upper", available: float = 0.5, reaction: float = 5, most: float = 20
) -> Any:
    return {
        "title": place,
        "place": place,
        "available": number(available),
        "reaction_min": takes(reaction),
        "max_drive_min": number(most),
    }


def asked(**more: float) -> Any:
    """Return a group at upper that answers at once, with limits of its own."""
    limits = {name: number(value) for name, value in more.items()}
    return {**group("upper", reaction=1, most=60), **limits}


def responders(*groups: Any, **more: Any) -> Any:
    return fleet(TOWN, first_responders={f"group-{n}": g for n, g in enumerate(groups)}, **more)


def came(record: Record) -> list[float | None]:
    return times(record.courses.responder_s)


def test_first_responders_are_there_after_reaction_and_ordinary_drive() -> None:
    """From centre 900 s to cross as ordinary traffic; the ambulance comes after 912."""
    record = meets(responders(group("centre", reaction=0.1)), incident(CROSS, **ANSWERS))
    assert came(record) == [6 + 900] == times(record.courses.first_help_s)
    assert times(record.courses.on_scene_s) == [912]


@pytest.mark.parametrize(
    ("columns", "of_group"),
    [
        ({"u_responder": 0.5}, {}),
        ({"urgency": YELLOW}, {}),
        ({"urgency": GREEN}, {}),
        ({}, {"place": "cross", "most": 29.9}),
        ({}, {"available": 0.2}),
    ],
)
def test_nobody_comes_to_who_is_not_red_too_far_or_not_answered(
    columns: Any, of_group: Any
) -> None:
    record = meets(responders(group(**of_group)), incident(UPPER, **{**ANSWERS, **columns}))
    assert came(record) == [None]
    assert times(record.courses.first_help_s) == times(record.courses.on_scene_s)


def test_they_are_asked_for_in_a_share_of_red_incidents() -> None:
    for share, expected in ((0.5, 60.0), (0.4, None)):
        at = responders(asked(asked_for=share))
        assert came(meets(at, incident(UPPER, **ANSWERS, u_support=0.4))) == [expected]


@pytest.mark.parametrize(("ahead", "comes"), [(0, True), (39.2, True), (39.3, False)])
def test_they_are_alerted_where_they_are_expected_before_the_ambulance_by_so_much(
    ahead: float, comes: bool
) -> None:
    """At upper after one minute; the crew in town after 90 + 72 + 750 + 1,500 s."""
    record = meets(responders(asked(ahead_min=ahead)), incident(UPPER, **ANSWERS))
    assert (times(record.courses.on_scene_s), came(record)) == ([2412], [60.0 if comes else None])


@pytest.mark.parametrize(("later", "comes"), [(0, True), (40.1, True), (40.3, False)])
def test_they_are_asked_only_where_the_ambulance_is_expected_late(
    later: float, comes: bool
) -> None:
    """The crew is expected at upper 2,412 s (40.2 minutes) after its alarm."""
    record = meets(responders(asked(ambulance_later_than_min=later)), incident(UPPER, **ANSWERS))
    assert (times(record.courses.on_scene_s), came(record)) == ([2412], [60.0 if comes else None])


def test_without_a_free_ambulance_they_are_always_ahead() -> None:
    at = responders(asked(ahead_min=10_000))
    two = incident(UPPER, **ANSWERS), incident(UPPER, 1.0, **ANSWERS)
    assert came(meets(at, *two)) == [None, 61.0]


def test_they_go_as_far_as_they_may() -> None:
    at = responders(group("cross", most=30, reaction=1))
    assert came(meets(at, incident(UPPER, **ANSWERS))) == [60 + 1800]


def test_of_several_groups_the_first_that_is_there_counts() -> None:
    """Five minutes at upper against four and half an hour from cross."""
    near, far = group("upper"), group("cross", reaction=4, most=60)
    assert came(meets(responders(far, near), incident(UPPER, **ANSWERS))) == [300]
    away = group("upper", available=0.1)
    assert came(meets(responders(far, away), incident(UPPER, **ANSWERS))) == [240 + 1800]


def test_they_do_not_help_who_has_been_taken_away() -> None:
    """The ambulance leaves at 90 + 72 + 600."""
    late = group("centre", reaction=12.8)
    record = meets(responders(late), conveyed(CENTRE, **ANSWERS))
    assert came(record) == [None] and times(record.courses.left_scene_s) == [762]
    soon = group("centre", reaction=12.6)
    record = meets(responders(soon), conveyed(CENTRE, **ANSWERS))
    assert came(record) == [756.0]
    assert times(record.courses.first_help_s) == [162], "the ambulance was first"


# -- the satellite's nurse -----------------------------------------------------------------------


def going_out(goes: float = 0.5, most: float = 30, nurses: int = 1) -> dict[str, Any]:
    """Return a satellite whose nurse goes out."""
    return satellite(
        takes=["green"],
        open=open_for("town", "upper"),
        nurses={"always": small.staff(nurses)},
        nurse_call_out={"goes": number(goes), "max_drive_min": number(most)},
    )


def with_nurse(**of_satellite: Any) -> Any:
    return fleet(TOWN, clinics={"satellite": going_out(**of_satellite)})


GOES = {"u_nurse_goes": 0.4, "doctor_on_scene_s": 500.0}


def test_the_nurse_drives_out_helps_and_drives_back_while_the_door_waits() -> None:
    """At upper she is there at once, and back after 500 s."""
    record = meets(with_nurse(), incident(UPPER, **GOES), in_need("clinic", 1.0, place=UPPER))
    assert times(record.courses.nurse_on_scene_s)[0] == 0
    assert times(record.courses.first_help_s)[0] == 0
    assert work(record, NURSE_OUT) == [("satellite", 0, 500, 0)]
    assert times(record.courses.nurse_s)[1] == 500


def test_she_stays_no_longer_than_to_turn_where_nobody_is_left() -> None:
    record = meets(with_nurse(), incident(CROSS, **GOES))
    assert np.isnan(record.courses.nurse_on_scene_s[0])
    assert work(record, NURSE_OUT) == [("satellite", 0, 3600, 0)]
    assert times(record.courses.left_scene_s) == [912 + 600]


@pytest.mark.parametrize(
    ("columns", "place", "of_satellite"),
    [
        ({"u_nurse_goes": 0.5}, UPPER, {}),
        ({"urgency": YELLOW}, UPPER, {}),
        ({}, CROSS, {"most": 29.9}),
    ],
)
def test_she_stays_for_those_not_red_or_too_far(
    columns: Any, place: int, of_satellite: Any
) -> None:
    record = meets(with_nurse(**of_satellite), incident(place, **{**GOES, **columns}))
    assert not work(record, NURSE_OUT)


def test_a_nurse_with_a_patient_does_not_go_another_does() -> None:
    inside = in_need("clinic", place=UPPER, satellite_nurse_s=900.0)
    for nurses, out in ((1, 0), (2, 1)):
        record = meets(with_nurse(nurses=nurses), inside, incident(UPPER, 10.0, **GOES))
        assert len(work(record, NURSE_OUT)) == out
        assert work(record, NURSE) == [("satellite", 0, 900, 0)]


# -- who is first -------------------------------------------------------------------------------


FIRST: dict[str, dict[str, Any]] = {
    "responder_s": {"u_responder": 0.2},
    "nurse_on_scene_s": {"u_nurse_goes": 0.4},
    "support_s": {"u_support": 0.0},
    "doctor_on_scene_s": {"u_doctor_alerted": 0.0, "u_doctor_goes": 0.0},
}


def test_first_help_is_the_least_of_all_who_came() -> None:
    """Each alone, and all together; at upper after 600, 0, 300 and 2790 s, the ambulance 2412."""
    at = responders(
        group("upper", reaction=10),
        clinics={"satellite": going_out()},
        supports={"car": support("single_responder", "upper", sent=shares(0.5, 0, 0))},
    )
    arrivals = {"responder_s": 600.0, "nurse_on_scene_s": 0.0, "support_s": 300.0}
    for name, uniforms in FIRST.items():
        courses = meets(at, conveyed(UPPER, **uniforms)).courses
        expected = arrivals.get(name, 2412.0)
        assert times(courses.first_help_s) == [expected], name
        came_at = times(getattr(courses, name))
        assert came_at == [arrivals.get(name, 2790.0)], name
    everybody = {key: value for uniforms in FIRST.values() for key, value in uniforms.items()}
    courses = meets(at, conveyed(UPPER, **everybody)).courses
    columns = [getattr(courses, name)[0] for name in (*FIRST, "on_scene_s")]
    assert courses.first_help_s[0] == np.nanmin(columns)
