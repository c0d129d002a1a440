"""Doctors on home duty (hjemmevakt): by hand, and equal to a doctor on site when there at once."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from pydantic import ValidationError

from akuttsim.records import CALL_OUT, CONSULTATION, PHONE, VISIT, WAY_IN, YELLOW
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    conveyed,
    crew,
    fleet,
    in_need,
    incident,
    meets,
    number,
    sourced,
    takes,
    times,
    work,
    world,
)

AT_HOME = {**small.staff(1), "duty": "home"}


def team(minutes: float, called: str = "at_the_door", on_duty: int = 1) -> Any:
    home_duty = {"comes_in_min": takes(minutes), "called": called}
    rows = {"always": {**AT_HOME, "on_duty": on_duty}}
    return {"doctors": {"duty-doctor": {"on_duty": rows, "home_duty": home_duty}}}


def patient(after_s: float = 0.0, **columns: Any) -> Any:
    """Return somebody who is at the clinic at once, ten minutes with the nurse and ten after."""
    return in_need("clinic", after_s, **{"nurse_s": 600.0, "consultation_s": 600.0, **columns})


def test_the_doctor_is_called_when_the_patient_stands_at_the_door() -> None:
    """25 minutes from the door; ten of them with the nurse, who needs no doctor."""
    record = meets(world(**team(25)), patient())
    assert work(record, WAY_IN) == [("duty-doctor", 600, 1500, 0)]
    assert work(record, CONSULTATION) == [("duty-doctor", 1500, 2100, 0)]
    assert times(record.courses.doctor_s) == [1500]
    assert times(record.courses.doctor_asked_s) == [600]


def test_called_when_sent_both_are_on_their_way() -> None:
    """Sent at 0 s, the patient makes ready for 15 minutes; the doctor comes ten after that."""
    record = meets(world(**team(25, "when_sent")), patient(preparation_s=900.0, nurse_s=0.0))
    assert times(record.courses.at_clinic_s) == [900]
    assert work(record, WAY_IN) == [("duty-doctor", 900, 1500, 0)]
    record = meets(world(**team(25, "when_sent")), patient(preparation_s=1600.0, nurse_s=0.0))
    assert times(record.courses.doctor_s) == times(record.courses.at_clinic_s) == [1600]
    assert work(record, WAY_IN) == [("duty-doctor", 1600, 1600, 0)]


def test_the_doctor_stays_as_long_as_somebody_is_inside_and_then_goes_home() -> None:
    people = [patient(nurse_s=0.0), patient(1000.0, nurse_s=0.0), patient(9000.0, nurse_s=0.0)]
    record = meets(world(**team(25)), *people)
    assert work(record, WAY_IN) == [("duty-doctor", 0, 1500, 0), ("duty-doctor", 9000, 10500, 2)]
    assert [row[1] for row in work(record, CONSULTATION)] == [1500, 2100, 10500]


def test_calls_and_home_visits_are_given_from_home_without_delay() -> None:
    call = in_need("doctor_phone", doctor_phone_s=60.0)
    visit = in_need("home_visit", 1000.0, home_visit_s=600.0, place=CENTRE)
    record = meets(world(**team(25)), call, visit)
    assert work(record, PHONE) == [("duty-doctor", 0, 60, 0)]
    assert work(record, VISIT) == [("duty-doctor", 1000, 1000 + 90 + 600 + 90, 1)]
    assert work(record, WAY_IN) == []


def test_the_ambulance_calls_the_doctor_when_it_leaves_the_scene() -> None:
    """A crew on its way to the legevakt for 90 s; the doctor is there 60 s after they are."""
    to_legevakt = {"u_conveyed": 0.1, "consultation_s": 60.0}
    at_once = team(2.5, "when_sent")
    record = meets(fleet(crew("hospital"), **at_once), conveyed(CENTRE, **to_legevakt))
    left_s = times(record.courses.left_scene_s)[0]
    assert left_s is not None
    assert times(record.courses.at_clinic_s) == [left_s + 90]
    assert times(record.courses.doctor_s) == [left_s + 150]


def test_a_red_alarm_takes_the_doctor_who_is_coming_in() -> None:
    odds = {name: sourced(value=0.0)
            for name in ("offset", "half_hour_farther", "others_wait", "response_car")}  # fmt: skip
    rule = {"goes": number(0.9), "odds": odds, "leaves_for_red": ["green"]}
    red = incident(CENTRE, 500.0, u_doctor_alerted=0.0, u_doctor_goes=0.0, doctor_on_scene_s=600.0)
    record = meets(fleet(crew("hospital"), **team(25), call_outs=rule), patient(nurse_s=0.0), red)
    assert work(record, WAY_IN)[0] == ("duty-doctor", 0, 500, 0)
    assert work(record, CALL_OUT) == [("duty-doctor", 500, 500 + 90 + 600 + 90, 1)]
    assert record.courses.interrupted.tolist() == [1, 0]
    assert [row[3] for row in work(record, CONSULTATION)] == [0]


def test_a_colleague_who_is_in_goes_on_where_one_was_called_away_on_the_way_in() -> None:
    """The second patient meets a doctor when the first one's is free: at 900 s, not never."""
    odds = {name: sourced(value=0.0)
            for name in ("offset", "half_hour_farther", "others_wait", "response_car")}  # fmt: skip
    rule = {"goes": number(0.9), "odds": odds, "leaves_for_red": ["green"]}
    red = incident(CENTRE, 500.0, u_doctor_alerted=0.0, u_doctor_goes=0.0, doctor_on_scene_s=600.0)
    yellow = {"urgency": YELLOW, "nurse_s": 0.0, "u_doctor_comes_in": 0.0}
    people = [
        patient(0.0, consultation_s=900.0, **yellow),
        patient(10.0, nurse_s=0.0, u_doctor_comes_in=0.5),
        red,
    ]
    two = team(25, on_duty=2)
    comes_in = sourced(exponential={"mean": 30.0})
    two["doctors"]["duty-doctor"]["home_duty"]["comes_in_min"] = comes_in
    record = meets(fleet(crew("hospital"), **two, call_outs=rule), *people)
    assert times(record.courses.doctor_asked_s)[:2] == [0, 10]
    assert work(record, WAY_IN) == [("duty-doctor", 10, 500, 1)]
    assert work(record, CONSULTATION)[1] == ("duty-doctor", 900, 1500, 1)
    assert times(record.courses.doctor_s)[:2] == [0, 900]


@pytest.mark.parametrize("on_duty", [1, 2])
@pytest.mark.parametrize("called", ["at_the_door", "when_sent"])
def test_there_at_once_is_on_site_to_the_last_bit(on_duty: int, called: str) -> None:
    """A week of the small district with the night doctors at home, and with them on site."""
    night = {"weekday": {"on_duty": on_duty}, "weekend": {"on_duty": on_duty}}
    on_site = {"doctors": {"duty-doctor": {"on_duty": night}}}
    home = {"doctors": {"duty-doctor": {
        "on_duty": {name: {**row, "duty": "home"} for name, row in night.items()},
        "home_duty": {"comes_in_min": takes(0), "called": called},
    }}}  # fmt: skip
    there, at_home = (small.world(small.organisation(each)) for each in (on_site, home))
    people = there.sample(3)
    one, other = there.meets(people), at_home.meets(people)
    for table in ("courses", "activities", "calls", "trips"):
        assert small.same(getattr(one, table), getattr(other, table)), table
    assert one.events == other.events


def test_coming_in_makes_everybody_wait_no_less() -> None:
    """The same people, alone on the ward at first: nobody alone sees the doctor sooner."""
    alone = [patient(7200.0 * n, nurse_s=60.0 * n) for n in range(6)]
    waits = [
        meets(world(**team(minutes)), *alone).courses.doctor_s.tolist() for minutes in (0, 10, 30)
    ]
    for nearer, farther in itertools.pairwise(waits):
        assert all(a <= b for a, b in zip(nearer, farther, strict=True))
    assert waits[0][1] < waits[2][1]


ROTATION = {"weeks_on": 2, "weeks_off": 2, "changes": "mon 08:00", **small.MADE_UP}


@pytest.mark.parametrize(
    "wrong",
    [{"home_duty": None},
     {"rotation": ROTATION, "on_duty": {"always": AT_HOME, "day": small.staff(1, "08:00-09:00")}}],
)  # fmt: skip
def test_home_duty_is_described_and_whole_in_rotation(wrong: Any) -> None:
    changes = team(25)
    changes["doctors"]["duty-doctor"] |= wrong
    with pytest.raises(ValidationError, match=r"home_duty|home duty"):
        world(**changes)
