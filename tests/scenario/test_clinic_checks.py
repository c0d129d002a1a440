from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from akuttsim.config.checks import check_organisation
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.errors import InputError, Problem

if TYPE_CHECKING:
    from tests.scenario.conftest import Copy

SURE = "grade: B, source: test"
NIGHT = "clinics.nattlegevakt-namsos"
LVS = "control_rooms.legevaktsentral-namdal"
RECEIVED = (f"{NIGHT}.nurses=null", f"{NIGHT}.nurses_of=legevaktsentral-namdal")
"""The operators of the 116117 room receive at the night legevakt."""
TRIAGE = f"clinic_care={{door_triage: {{triage_min: {{constant: 4, {SURE}}}}}}}"


def screen(doctors: str, hours: str) -> str:
    """Return the setting of e-consultations with a team on working days."""
    return (
        f"e_consultation={{share: {{value: 0.1, {SURE}}}, sent_on: {{value: 0.1, {SURE}}}, "
        f"open: {{evening: {{days: weekdays, hours: '{hours}'}}}}, doctors: {doctors}, "
        f"consultation_min: {{constant: 10, {SURE}}}}}"
    )


def booking(slot_min: float) -> str:
    """Return the setting of booked times so far apart."""
    slot = f"slot_min: {{value: {slot_min}, {SURE}}}"
    return f"clinic_care={{booking: {{urgencies: [green], {slot}}}}}"


def satellite(nurses: str, place: str = "sandvika", hours: str = "08:00-15:30") -> str:
    """Return the setting of a satellite in Lierne in office hours, with its nurses."""
    return (
        f"clinics.satellite={{title: S, kind: satellite, place: {place}, doctors: fastlege-lierne, "
        f"open: {{day: {{days: weekdays, hours: '{hours}', municipalities: [lierne]}}}}, {nurses}}}"
    )


CALL_OUT = (f"nurse_call_out: {{goes: {{value: 0.5, {SURE}}}, max_drive_min: "
            f"{{value: 20, {SURE}}}}}")  # fmt: skip
NURSES = f"nurses: {{day: {{days: weekdays, hours: '08:00-16:00', on_duty: 1, {SURE}}}}}"
OF_CREW = "nurses_of_crew: lierne-1"


TEAM = "doctors.legevaktlege-namsos.acute_team"


def acute_team(more: str) -> str:
    """Return the setting of an acute team in Namsos, with more keys."""
    value = f"{{value: 1, {SURE}}}"
    return (
        f"{TEAM}={{alerted: {value}, max_drive_min: {value}, rides_along: {value}, "
        f"reaction_min: {{constant: 2, {SURE}}}, lift_after_min: {value}, {more}}}"
    )


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def home_nursing(place: str) -> str:
    """Return the setting of one team of home nursing in Grong that visits one place."""
    roster = f"{{day: {{days: daily, hours: '08:00-16:00', on_duty: 1, {SURE}}}}}"
    team = (
        f"{{title: T, place: grong, municipalities: [grong], places: [{place}], on_duty: {roster}}}"
    )
    return (
        f"home_nursing={{teams: {{grong: {team}}}, alarm_visit_min: {{constant: 9, {SURE}}}, "
        f"passes_on_after_min: {{value: 9, {SURE}}}}}"
    )


WRONG = [
    pytest.param(
        [home_nursing("sorli")], "home_nursing.teams.grong.places.0",
        "is in lierne, which the team does not visit", id="home-nursing-elsewhere",
    ),
    pytest.param(
        [home_nursing("harrann")], "home_nursing.teams.grong.places.0",
        "no place 'harrann'", id="home-nursing-nowhere",
    ),
    pytest.param(
        [f"handovers={{namsos: {{places: {{value: 1, {SURE}}}, by_hour: {{night: {{days: daily, "
         f"hours: '22:00-07:00', places: {{value: 0, {SURE}}}}}}}}}}}"],
        "handovers.namsos.by_hour.night.places.value", "must be greater than 0", id="door-shut",
    ),
    pytest.param(
        [f"clinic_care={{observation: {{share: {{red: 0, yellow: 1, green: 0, {SURE}}}, stay_min: "
         f"{{constant: 9, {SURE}}}, result_min: {{constant: 9, {SURE}}}, nursing: {{every_min: "
         f"{{value: 9, {SURE}}}, look_min: {{value: 9, {SURE}}}}}}}}}",
         "clinics.fastlegekontor-namsos.care=[observation]",
         f"clinics.fastlegekontor-namsos.observation_beds={{value: 1, {SURE}}}"],
        "clinics.fastlegekontor-namsos.care", "observation.nursing needs nurses at the clinic",
        id="bed-without-nurse",
    ),
    pytest.param(
        [acute_team("nurses_of: legevakt-namso")], f"{TEAM}.nurses_of",
        "no clinic 'legevakt-namso'; did you mean 'legevakt-namsos'", id="team-of-nobody",
    ),
    pytest.param(
        [acute_team("nurses_of: fastlegekontor-namsos")], f"{TEAM}.nurses_of",
        "fastlegekontor-namsos has no nurses of its own", id="team-without-nurses",
    ),
    pytest.param(
        [acute_team("nurses_of: legevakt-grong")], f"{TEAM}.travels",
        "legevakt-grong is at grong, and not where the doctors are; write travels: apart",
        id="team-elsewhere",
    ),
    pytest.param(
        [acute_team(f"nurses_stay: {{value: 1, {SURE}}}")], f"{TEAM}.nurses_stay",
        "has no effect without nurses_of a clinic; leave it out", id="team-nobody-stays",
    ),
    pytest.param(
        [acute_team("causes: [arrest]")], f"{TEAM}.causes",
        "conditions are known only in studies with health outcomes", id="team-causes",
    ),
    pytest.param(
        [f"dispatch.second_crew={{share: {{value: 1, {SURE}}}, within_min: {{value: 9, {SURE}}}, "
         "causes: [trauma]}"], "dispatch.second_crew.causes",
        "conditions are known only in studies with health outcomes", id="second-crew-causes",
    ),
    pytest.param(
        ["clinics.legevakt-grong.doctors=legevaktlege-gronk"], "clinics.legevakt-grong.doctors",
        "no team 'legevaktlege-gronk' under doctors; did you mean 'legevaktlege-grong'",
        id="doctors",
    ),
    pytest.param(
        ["clinics.legevakt-grong.takes=[yellow, green]"], "clinics.legevakt-grong.takes",
        "has no effect: a clinic with a doctor takes everybody; leave it out", id="takes",
    ),
    pytest.param(
        [f"{NIGHT}.nurses=null", f"{NIGHT}.nurses_of=amk"], f"{NIGHT}.nurses_of",
        "no control room 'amk'", id="nurses-of-nobody",
    ),
    pytest.param(
        ["control_rooms.responssenter-namdal.operators=null",
         "control_rooms.responssenter-namdal.operators_of=amk-namsos",
         f"{NIGHT}.nurses=null", f"{NIGHT}.nurses_of=responssenter-namdal"],
        f"{NIGHT}.nurses_of", "responssenter-namdal has no operators of its own; name amk-namsos",
        id="nurses-of-who-shares",
    ),
    pytest.param(
        [f"{NIGHT}.keeps_free={{value: 1, {SURE}}}"], f"{NIGHT}.keeps_free",
        "has no effect without nurses_of a control room; leave it out", id="keeps-free",
    ),
    pytest.param(
        [f"{NIGHT}.care=[tests]"], f"{NIGHT}.care",
        "tests is not described; add clinic_care.tests", id="care-not-described",
    ),
    pytest.param(
        [TRIAGE, "clinics.fastlegekontor-leka.care=[door_triage]"],
        "clinics.fastlegekontor-leka.care",
        "door_triage needs a nurse; add nurses, or nurses_of a control room", id="no-nurse-at-door",
    ),
    pytest.param(
        [booking(0)], "clinic_care.booking.slot_min.value", "must be greater than 0", id="slot",
    ),
    pytest.param(
        [screen("netleger", "16:00-22:00")], "e_consultation.doctors",
        "no team 'netleger' under doctors", id="no-such-net-doctors",
    ),
    pytest.param(
        [screen("legevaktlege-namsos", "14:00-22:00")], "e_consultation.doctors",
        "open without one of legevaktlege-namsos on duty from Monday 14:00 to Monday 15:30 (first "
        "on 2026-01-05); add a staffing there", id="net-doctors-are-away",
    ),
    pytest.param(
        [*RECEIVED, f"{LVS}.operators.night.answers=['116117']"], f"{NIGHT}.nurses_of",
        "none of legevaktsentral-namdal's operators may receive here from Monday 00:00 to Monday "
        "08:00 (first on 2026-01-05); add a staffing there", id="nobody-may-receive",
    ),
    pytest.param(
        [*RECEIVED, f"{NIGHT}.keeps_free={{value: 1, {SURE}}}"], f"{NIGHT}.keeps_free.value",
        "nobody is left to receive from Monday 00:00 to Monday 08:00 (first on 2026-01-05): at "
        "most 1 on duty; keep fewer free or add a staffing", id="too-many-kept-free",
    ),
    pytest.param(
        ["clinics.legevakt-grong.nurses.evening.hours='17:00-23:00'"], "clinics.legevakt-grong",
        "open without a nurse on duty from Monday 15:30 to Monday 17:00", id="no-nurse",
    ),
    pytest.param(
        [satellite("nurses_of_crew: lierne-2")], "clinics.satellite.nurses_of_crew",
        "no ambulance 'lierne-2'; did you mean 'lierne-1'", id="no-such-crew",
    ),
    pytest.param(
        [satellite(OF_CREW, place="sorli")], "clinics.satellite.nurses_of_crew",
        "lierne-1 is stationed at sandvika; name a crew stationed at sorli", id="crew-elsewhere",
    ),
    pytest.param(
        [satellite(OF_CREW, hours="08:00-15:00"),
         satellite(OF_CREW).replace("clinics.satellite", "clinics.satellite-2")],
        "clinics.satellite-2.nurses_of_crew",
        "lierne-1 staffs satellite already; one satellite a crew", id="crew-of-two-satellites",
    ),
    pytest.param(
        [satellite(OF_CREW), "ambulances.lierne-1.shifts=[{days: weekdays, hours: '10:00-16:00', "
         "duty: station}, {days: weekdays, hours: '16:00-10:00', duty: home}]"],
        "clinics.satellite.nurses_of_crew", "lierne-1 is not on station duty from Monday 08:00 to "
        "Monday 10:00 (first on 2026-01-05), while this is open; change its shifts or the opening "
        "hours", id="crew-at-home",
    ),
    pytest.param(
        [satellite(OF_CREW), "ambulances.lierne-1.kind=transport"],
        "clinics.satellite.nurses_of_crew",
        "lierne-1 is of kind transport; name a crew of kind ambulance", id="crew-of-another-kind",
    ),
    pytest.param(
        [satellite(f"{OF_CREW}, {CALL_OUT}")], "clinics.satellite.nurse_call_out",
        "goes with nurses of the satellite's own; a crew goes out as an ambulance",
        id="crew-called-out",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sets", "key", "gist"), WRONG)
def test_what_does_not_fit_is_one_line(namdal: Copy, sets: list[str], key: str, gist: str) -> None:
    found = only(namdal.organisation_problems(*sets))
    assert found.key == key
    assert gist in found.what


SOUND = [
    pytest.param(RECEIVED, id="operators-receive"),
    pytest.param(
        [*RECEIVED, f"{NIGHT}.keeps_free={{value: 1, {SURE}}}", f"{LVS}.operators.night.on_duty=2"],
        id="one-kept-free-for-the-phone",
    ),
    pytest.param([booking(20)], id="care-that-no-clinic-has"),
    pytest.param([TRIAGE, *RECEIVED, f"{NIGHT}.care=[door_triage]"], id="operators-at-the-door"),
    pytest.param([screen("legevaktlege-namsos", "16:00-22:00")], id="our-net-doctors"),
    pytest.param([satellite(OF_CREW)], id="a-crew-staffs-a-satellite"),
    pytest.param([satellite(f"{NURSES}, {CALL_OUT}")], id="a-nurse-goes-out"),
    pytest.param([screen("null", "00:00-24:00")], id="net-doctors-outside-the-chain"),
]  # fmt: skip


@pytest.mark.parametrize("sets", SOUND)
def test_other_ways_of_care_are_sound(namdal: Copy, sets: list[str]) -> None:
    assert namdal.organisation_problems(*sets) == ()


def test_a_satellite_needs_its_nurse() -> None:
    region = load_region("namdal")
    loaded = load_organisation("namdal-satellites", ["clinics.satellitt-grong.nurses=null"])
    with pytest.raises(
        InputError, match="open without a nurse on duty from Monday 15:30"
    ) as raised:
        check_organisation(loaded, region)
    assert only(raised.value.problems).key == "clinics.satellitt-grong"


def test_a_satellite_is_no_doctor_on_duty() -> None:
    """Grong without a legevakt in the evening is told from 15:30, when its satellite opens."""
    kept = "namsos, overhalla, hoylandet, lierne, namsskogan, royrvik, flatanger, leka, osen"
    evening = "clinics.legevakt-namsos.open.evening.municipalities"
    loaded = load_organisation("namdal-satellites", [f"{evening}=[{kept}, naeroysund]"])
    with pytest.raises(InputError) as raised:
        check_organisation(loaded, load_region("namdal"))
    gist = "no clinic with a doctor is open for grong from Monday 15:30 to Monday 23:00"
    assert gist in only(raised.value.problems).what


def test_a_night_may_be_shared_by_two_staffings(namdal: Copy) -> None:
    """Open 23-08 with two nurses who take half each: nobody is missing on the last night either."""
    nurses = "clinics.nattlegevakt-namsos.nurses"
    rest = "on_duty: 1, grade: B, source: test"
    sets = (f"{nurses}={{a: {{days: daily, hours: '23:00-03:00', {rest}}}, "
            f"b: {{days: daily, hours: '03:00-08:00', {rest}}}}}",)  # fmt: skip
    assert namdal.organisation_problems(*sets) == ()
