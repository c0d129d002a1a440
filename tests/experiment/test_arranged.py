"""What is said of an organisation: a sentence for each link that is on, none for what is off."""

from __future__ import annotations

from akuttsim.config.describe_organisation import organisation_sentences
from akuttsim.config.loader import load_organisation
from tests import small

EXAMPLE = organisation_sentences(load_organisation("namdal-all-links").value)
ROOM = "legevaktsentral-namdal"


SENTENCES = [
    "responssenter-namdal answers safety alarms for 11 municipalities",
    "responssenter-namdal shares the operators of legevaktsentral-namdal",
    f"{ROOM} answers 116117 for flatanger and osen, daily 08:00-23:00",
    f"{ROOM} offers calls to legevaktsentral-innherred too, after 90 s or when more than 3 wait",
    f"{ROOM} is down, 2026-01-14 17:00-21:00: legevaktsentral-innherred takes its calls",
    f"{ROOM} has 1 on duty, daily 23:00-08:00, for safety alarms only",
    f"{ROOM} has a doctor at hand while sentrallege-namdal is on duty",
    f"{ROOM} keeps 1 of its operators free for what goes first",
    "amk-namsos has no dispatchers: whoever answers alerts the ambulance",
    "nattlegevakt-namsos has its patients received by the operators of legevaktsentral-namdal; "
    "1 of them stay free",
    "legevakt-namsos has door triage, tests, observation (2 beds) and booking",
    "satellitt-lierne is a satellite that takes yellow and green, with legevaktlege-grong on video",
    "legevaktlege-grong is in rotation, 2 weeks on and 3 off, changing mon 08:00: 2.5 doctors "
    "take turns at a post",
    "14 % come to a clinic without ringing first",
    "satellitt-lierne has its patients received by the crew of lierne-1 between missions",
    "satellitt-leka sends its nurse out to 60 % of red incidents within 20 min",
    "syketransport-namsos is a transport vehicle at namsos-sykehus: planned transports and "
    "green only",
    "snasa-1 is a neighbour's crew that comes to red from heia, 60 % of the times when it is "
    "expected 13 min before our own",
    "namsskogan-1 rests 8 h after a night 23:00-07:00 with over 2 h of work",
    "ambulansehelikopter is a helicopter at gutvik, daily 00:00-24:00, by daylight only",
    "ambulansehelikopter is sent to 50 % of red and 2 % of yellow within 30 min, if expected "
    "before the ambulance",
    "ambulansehelikopter takes 50 % of its patients to hospital itself",
    "enkeltbemannet-hoylandet is a single responder at hoylandet, daily 08:00-22:00",
    "akutthjelpere-royrvik sends first responders from royrvik to red within 30 min, to 30 % "
    "of it, where the ambulance is expected later than 20 min, where they are expected 5 min "
    "before it: 80 % answer",
    f"{ROOM} picks up 8 s after somebody is free, on average",
    f"{ROOM} has other work beside calls: papers, 2 an hour of 4 min each, daily 00:00-24:00",
    f"{ROOM} has breaks of 30 min in shifts of 5.5 h or more",
    "amk-namsos rings back who hangs up: 10 % do not answer",
    "legevaktlege-rorvik is on home duty weekdays 15:30-23:00 and weekends 08:00-23:00: rests "
    "at home, and comes in 16 min after a patient is sent, on average",
    "legevaktlege-namsos has a response car with blue light",
    "the doctor leaves yellow and green patients for red; they wait",
    "the doctor on the way turns back when the patient has been taken away",
    "ohd-namsos has 3 acute beds at namsos for 4 municipalities",
    "ohd-grong has 1 acute bed at grong for 5 municipalities",
    "red takes an ambulance from yellow or green if it gains 5 min",
    "yellow waits up to 15 min and green up to 60 min while fewer than 40 % of people would "
    "have an ambulance within 25 min",
    "with 2 free at stations, ambulances stand by at namsos-sykehus and kolvereid",
    "another ambulance meets drives to hospital of more than 100 min half-way: the handover "
    "takes 8 min",
    "namsos's emergency department takes over from 1 at a time",
]


def test_the_example_says_a_sentence_for_each_link() -> None:
    assert [each for each in SENTENCES if each not in EXAMPLE] == []


def test_the_odds_of_going_out_are_told_as_shares_of_the_alerted() -> None:
    """0.42 and 0.45 in log-odds are 53 % near by; -0.5, -0.6 and 0.72 make 41, 38 and 70 %."""
    (said,) = [each for each in EXAMPLE if each.startswith("a doctor is alerted")]
    assert said == (
        "a doctor is alerted to 47 % of red incidents, and goes out to 53 % when 15 min away with "
        "nobody waiting, 41 % when 45 min away, 38 % when somebody waits and 70 % with a response "
        "car"
    )


def test_of_the_plainest_organisation_only_who_answers_is_said() -> None:
    plain = small.organisation({"control_rooms": {"lvs": {"video": None}}})
    assert organisation_sentences(plain) == [
        "lvs answers 116117 for town, upper and island",
        "amk answers 113 for town, upper and island",
        "amk answers 113 for neighbours too: neighbour",
    ]


def test_every_link_that_is_switched_off_takes_its_sentence_away() -> None:
    """As many as are told of each of these, which no other part of the example says."""
    example = load_organisation("namdal-all-links").value
    off: dict[str, tuple[object, int]] = {
        "walk_ins": (None, 1), "e_consultation": (None, 1), "emergency_calls": ({}, 2),
        "doctor_video": ({}, 2), "supports": ({}, 11), "first_responders": ({}, 9),
        "acute_beds": ({}, 3), "handovers": ({}, 2), "dispatch": ({}, 11),
        "births": (None, 1), "escorts": ({}, 2),
    }  # fmt: skip
    for name, (nothing, sentences) in off.items():
        changed = type(example).model_validate({**example.model_dump(by_alias=True), name: nothing})
        gone = set(EXAMPLE) - set(organisation_sentences(changed))
        assert len(gone) == sentences, name


def test_a_room_that_answers_for_neighbours_says_so() -> None:
    said = organisation_sentences(load_organisation("namdal-regional-room").value)
    assert f"{ROOM} answers 116117 for neighbours too: innherred-stjordal" in said
    assert "amk-namsos answers 113 for neighbours too: innherred-stjordal" in said


def test_a_net_doctor_outside_the_chain_is_called_so() -> None:
    example = load_organisation("namdal-all-links").value
    screen = example.e_consultation
    assert screen is not None
    outside = screen.model_copy(update={"doctors": None})
    said = organisation_sentences(example.model_copy(update={"e_consultation": outside}))
    assert any("on screen with a net doctor outside the chain, weekdays" in each for each in said)
