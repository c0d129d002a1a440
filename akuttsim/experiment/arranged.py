"""How an organisation is arranged, one plain sentence for each link that is switched on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from akuttsim.scenario.clinics import Clinic, DoctorTeam
from akuttsim.scenario.control_rooms import ControlRoom, Overflow
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.roster import Period

_NUMBERS = {"116117": "116117", "113": "113", "alarm": "safety alarms"}


def arranged(organisation: Organisation) -> list[str]:
    """Return what was understood of rooms, doctors, clinics and other ways to care."""
    sentences: list[str] = []
    for name, room in organisation.control_rooms.items():
        sentences += (f"{name} {said}" for said in _room(room))
    for name, team in organisation.doctors.items():
        sentences += (f"{name} {said}" for said in _doctors(team))
    for name, clinic in organisation.clinics.items():
        sentences += (f"{name} {said}" for said in _clinic(clinic, organisation))
    return [*sentences, *_other_ways(organisation), *_doctor_on_call(organisation)]


def _room(room: ControlRoom) -> Iterator[str]:
    number = _NUMBERS[room.number]
    if room.municipalities:
        yield f"answers {number} for {_names(room.municipalities)}"
    for service in room.by_hour.values():
        yield f"answers {number} for {_names(service.municipalities)}, {_when(service)}"
    if room.operators_of is not None:
        yield f"shares the operators of {room.operators_of}"
    if room.keeps_free is not None:
        yield f"keeps {room.keeps_free.value} of its operators free for what goes first"
    if room.number == "113" and not room.dispatchers:
        yield "has no dispatchers: whoever answers alerts the ambulance"
    yield from _limits(room)
    yield from _help_on_the_phone(room)


def _limits(room: ControlRoom) -> Iterator[str]:
    for staffing in room.operators.values():
        if staffing.answers is not None:
            work = _and(_NUMBERS.get(each, "patients at a clinic") for each in staffing.answers)
            yield f"has {staffing.on_duty} on duty, {_when(staffing)}, for {work} only"
    if room.overflow is not None:
        yield f"offers calls to {room.overflow.to} too, {_overflow(room.overflow)}"
    for period in room.down.values():
        yield f"is down, {_when(period)}: {room.back_up} takes its calls"


def _overflow(rule: Overflow) -> str:
    after = f"after {rule.after_s.value:g} s" if rule.after_s else ""
    longer = f"when more than {rule.queue_longer_than.value} wait" if rule.queue_longer_than else ""
    return " or ".join(filter(None, (after, longer)))


def _help_on_the_phone(room: ControlRoom) -> Iterator[str]:
    if room.health_line == "in_turn":
        yield "answers health personnel in turn, not first"
    if room.video is not None:
        yield f"turns on video in {_percent(room.video.share.value)} of calls"
    if room.callback is not None:
        share, more = _percent(room.callback.share.value), room.callback.queue_longer_than.value
        yield f"offers to ring back when more than {more} wait: {share} accept"
    if room.doctor is not None:
        yield f"has a doctor at hand while {room.doctor.team} is on duty"


def _doctors(team: DoctorTeam) -> Iterator[str]:
    if team.back_up is None:
        return
    rules = []
    if team.back_up.queue_longer_than is not None:
        rules.append(f"more than {team.back_up.queue_longer_than.value} wait")
    if team.back_up.when_all_are_out:
        rules.append("all doctors are out")
    minutes = team.back_up.comes_after_min.value
    yield f"has a back-up on call who comes after {minutes:g} min when {' or '.join(rules)}"


def _clinic(clinic: Clinic, organisation: Organisation) -> Iterator[str]:
    if clinic.kind == "satellite":
        yield f"is a satellite that takes {_and(clinic.takes)}, with {clinic.doctors} on video"
    if clinic.nurses_of is not None:
        kept = f"; {clinic.keeps_free.value} of them stay free" if clinic.keeps_free else ""
        yield f"has its patients received by the operators of {clinic.nurses_of}{kept}"
    if clinic.care:
        yield f"has {_and(_care(each, clinic) for each in clinic.care)}"
    if clinic.at_closing == "sends_on":
        yield "sends those who still wait at closing on to another clinic"
    booking = organisation.clinic_care.booking
    if "booking" in clinic.care and booking is not None:
        yield f"books times for {_and(booking.urgencies)} patients, who wait at home"


def _care(name: str, clinic: Clinic) -> str:
    beds = clinic.observation_beds
    if name == "observation" and beds is not None:
        return f"observation ({beds.value} beds)"
    return name.replace("_", " ")


def _other_ways(organisation: Organisation) -> Iterator[str]:
    if organisation.walk_ins is not None:
        share = _percent(organisation.walk_ins.share.value)
        yield f"{share} come to a clinic without ringing first"
    screen = organisation.e_consultation
    if screen is not None:
        who = screen.doctors or "a net doctor outside the chain"
        hours = "; ".join(_when(each) for each in screen.open.values())
        yield f"{_percent(screen.share.value)} of green contacts are on screen with {who}, {hours}"


def _doctor_on_call(organisation: Organisation) -> Iterator[str]:
    calls, video = organisation.emergency_calls, organisation.doctor_video
    if calls.doctor_conference is not None:
        yield "113 takes the doctor on duty into some calls before an ambulance is sent"
    if calls.triple_alert is not None:
        yield "113 alerts fire brigade and police too, in some calls"
    if video.from_ambulance is not None:
        share = _percent(video.from_ambulance.share.value)
        yield f"ambulances show the doctor on duty {share} of patients who are not red, on video"
    if video.from_nursing_home is not None:
        share = _percent(video.from_nursing_home.share.value)
        yield f"nursing homes show the doctor on duty {share} of those who need a visit, on video"


def _names(municipalities: tuple[str, ...]) -> str:
    if len(municipalities) > 3:
        return f"{len(municipalities)} municipalities"
    return _and(municipalities)


def _and(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _when(period: Period) -> str:
    return f"{period.days} {period.hours}"


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
