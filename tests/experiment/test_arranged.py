"""What is said of an organisation: a sentence for each link that is on, none for what is off."""

from __future__ import annotations

import pytest
import small

from akuttsim.experiment.arranged import arranged
from akuttsim.scenario.load import load_organisation

EXAMPLE = arranged(load_organisation("namdal-all-links").value)
ROOM = "legevaktsentral-namdal"


@pytest.mark.parametrize(
    "sentence",
    [
        "responssenter-namdal answers safety alarms for 11 municipalities",
        "responssenter-namdal shares the operators of legevaktsentral-namdal",
        f"{ROOM} answers 116117 for flatanger and osen, daily 08:00-23:00",
        f"{ROOM} offers calls to legevaktsentral-innherred too, after 90 s or when more than 3 "
        "wait",
        f"{ROOM} is down, 2026-01-14 17:00-21:00: legevaktsentral-innherred takes its calls",
        f"{ROOM} has 1 on duty, daily 23:00-08:00, for safety alarms only",
        f"{ROOM} has a doctor at hand while sentrallege-namdal is on duty",
        f"{ROOM} keeps 1 of its operators free for what goes first",
        "amk-namsos has no dispatchers: whoever answers alerts the ambulance",
        "nattlegevakt-namsos has its patients received by the operators of legevaktsentral-namdal; "
        "1 of them stay free",
        "legevakt-namsos has door triage, tests, observation (2 beds) and booking",
        "satellitt-lierne is a satellite that takes yellow and green, with legevaktlege-grong on "
        "video",
        "14 % come to a clinic without ringing first",
    ],
)
def test_the_example_says(sentence: str) -> None:
    assert sentence in EXAMPLE


def test_of_the_plainest_organisation_only_who_answers_is_said() -> None:
    plain = small.organisation({"control_rooms": {"lvs": {"video": None}}})
    assert arranged(plain) == [
        "lvs answers 116117 for town, upper and island",
        "amk answers 113 for town, upper and island",
    ]


def test_every_link_that_is_switched_off_takes_its_sentence_away() -> None:
    """One sentence for each of these, which no other part of the example says."""
    example = load_organisation("namdal-all-links").value
    off = {"walk_ins": None, "e_consultation": None, "emergency_calls": {}, "doctor_video": {}}
    for name, nothing in off.items():
        changed = type(example).model_validate({**example.model_dump(by_alias=True), name: nothing})
        gone = set(EXAMPLE) - set(arranged(changed))
        assert len(gone) == (2 if nothing == {} else 1), name


def test_a_net_doctor_outside_the_chain_is_called_so() -> None:
    example = load_organisation("namdal-all-links").value
    screen = example.e_consultation
    assert screen is not None
    outside = screen.model_copy(update={"doctors": None})
    said = arranged(example.model_copy(update={"e_consultation": outside}))
    assert any("on screen with a net doctor outside the chain, weekdays" in each for each in said)
