"""How an organisation is arranged, one plain sentence for each link that is switched on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from akuttsim.config.schema.clinic import Clinic, DoctorTeam
from akuttsim.config.schema.control_room import ControlRoom, OtherTasks, OverflowRule
from akuttsim.config.schema.fleet import AcuteBeds, Crew, Dispatch, FirstResponders, Support
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import Period
from akuttsim.config.schema.values import URGENCIES

_NUMBERS = {"116117": "116117", "113": "113", "alarm": "safety alarms"}


def organisation_sentences(organisation: Organisation) -> list[str]:
    """Return what was understood of rooms, doctors, clinics, fleet and other ways to care."""
    sentences: list[str] = []
    for name, room in organisation.control_rooms.items():
        sentences += (f"{name} {said}" for said in _room_sentences(room))
    for name, team in organisation.doctors.items():
        sentences += (f"{name} {said}" for said in _doctor_sentences(team))
    for name, clinic in organisation.clinics.items():
        sentences += (f"{name} {said}" for said in _clinic_sentences(clinic, organisation))
    for name, crew in organisation.ambulances.items():
        sentences += (f"{name} {said}" for said in _crew_sentences(crew))
    for name, support in organisation.supports.items():
        sentences += (f"{name} {said}" for said in _support_sentences(support))
    for name, group in organisation.first_responders.items():
        sentences.append(f"{name} {_responder_sentences(group)}")
    for name, beds in organisation.acute_beds.items():
        sentences.append(f"{name} {_acute_bed_sentences(beds)}")
    return [
        *sentences,
        *_dispatch_sentences(organisation.dispatch),
        *_handover_sentences(organisation),
        *_other_care_sentences(organisation),
        *_on_call_sentences(organisation),
        *_call_out_sentences(organisation),
    ]


def _room_sentences(room: ControlRoom) -> Iterator[str]:
    number = _NUMBERS[room.number]
    if room.municipalities:
        yield f"answers {number} for {_municipality_names(room.municipalities)}"
    for service in room.by_hour.values():
        yield (
            f"answers {number} for {_municipality_names(service.municipalities)}, "
            f"{_period_text(service)}"
        )
    if room.outside:
        yield f"answers {number} for neighbours too: {_joined_by_and(room.outside)}"
    if room.operators_of is not None:
        yield f"shares the operators of {room.operators_of}"
    if room.keeps_free is not None:
        yield f"keeps {room.keeps_free.value} of its operators free for what goes first"
    if room.number == "113" and not room.dispatchers:
        yield "has no dispatchers: whoever answers alerts the ambulance"
    yield from _operator_limit_sentences(room)
    yield from _answering_sentences(room)
    yield from _phone_help_sentences(room)


def _answering_sentences(room: ControlRoom) -> Iterator[str]:
    """Say what it takes of its operators beside the talks."""
    if room.pick_up_s is not None:
        yield f"picks up {room.pick_up_s.expected():.0f} s after somebody is free, on average"
    if room.rings_back is not None:
        missed = _percent_of_share(room.rings_back.not_reached.value)
        yield f"rings back who hangs up: {missed} do not answer"
    if room.other_tasks is not None:
        yield from _other_task_sentences(room.other_tasks)
    if room.cross_training is not None:
        longer = _percent_of_share(round(room.cross_training.talk_factor.value - 1, 4))
        kroner = f"{room.cross_training.year_nok.value:,.0f}".replace(",", " ")
        yield (f"talks {longer} longer, for its operators answer two numbers; teaching them costs "
               f"{kroner} kroner a year")  # fmt: skip


def _other_task_sentences(work: OtherTasks) -> Iterator[str]:
    for name, task in work.tasks.items():
        yield (f"has other work beside calls: {name}, {task.per_hour.value:g} an hour of "
               f"{task.minutes.expected():g} min each, {_period_text(task)}")  # fmt: skip
    if work.breaks is not None:
        minutes, hours = work.breaks.minutes.value, work.breaks.shift_h.value
        yield f"has breaks of {minutes:g} min in shifts of {hours:g} h or more"
    left = work.keeps_free.value
    some = f"{left} operator{'' if left == 1 else 's'}"
    yield f"leaves {some} for the phone when other work or a break begins, where it can"


def _operator_limit_sentences(room: ControlRoom) -> Iterator[str]:
    for staffing in room.operators.values():
        if staffing.answers is not None:
            work = _joined_by_and(
                _NUMBERS.get(each, "patients at a clinic") for each in staffing.answers
            )
            yield f"has {staffing.on_duty} on duty, {_period_text(staffing)}, for {work} only"
    if room.overflow is not None:
        yield f"offers calls to {room.overflow.to} too, {_overflow_text(room.overflow)}"
    for period in room.down.values():
        yield f"is down, {_period_text(period)}: {room.back_up} takes its calls"


def _overflow_text(rule: OverflowRule) -> str:
    after = f"after {rule.after_s.value:g} s" if rule.after_s else ""
    longer = f"when more than {rule.queue_longer_than.value} wait" if rule.queue_longer_than else ""
    return " or ".join(filter(None, (after, longer)))


def _phone_help_sentences(room: ControlRoom) -> Iterator[str]:
    if room.health_line == "in_turn":
        yield "answers health personnel in turn, not first"
    if room.video is not None:
        yield f"turns on video in {_percent_of_share(room.video.share.value)} of calls"
    if room.callback is not None:
        share, more = (
            _percent_of_share(room.callback.share.value),
            room.callback.queue_longer_than.value,
        )
        yield f"offers to ring back when more than {more} wait: {share} accept"
    if room.doctor is not None:
        yield f"has a doctor at hand while {room.doctor.team} is on duty"


def _doctor_sentences(team: DoctorTeam) -> Iterator[str]:
    if team.rotation is not None:
        rule = team.rotation
        turn = f"{rule.weeks_on} weeks on and {rule.weeks_off} off, changing {rule.changes}"
        yield f"is in rotation, {turn}: {rule.doctors_a_post:g} doctors take turns at a post"
    yield from _home_duty_sentences(team)
    if team.response_car:
        yield "has a response car with blue light"
    if team.back_up is None:
        return
    rules = []
    if team.back_up.queue_longer_than is not None:
        rules.append(f"more than {team.back_up.queue_longer_than.value} wait")
    if team.back_up.when_all_are_out:
        rules.append("all doctors are out")
    minutes = team.back_up.comes_after_min.value
    yield f"has a back-up on call who comes after {minutes:g} min when {' or '.join(rules)}"


_WHEN_CALLED_IN = {"when_sent": "a patient is sent", "at_the_door": "the patient is at the door"}


def _home_duty_sentences(team: DoctorTeam) -> Iterator[str]:
    at_home = [_period_text(each) for each in team.on_duty.values() if each.duty == "home"]
    if team.home_duty is not None and at_home:
        minutes, called = (
            team.home_duty.comes_in_min.expected(),
            _WHEN_CALLED_IN[team.home_duty.called],
        )
        yield (
            f"is on home duty {_joined_by_and(at_home)}: rests at home, and comes in "
            f"{minutes:.0f} min "
            f"after {called}, on average"
        )


def _clinic_sentences(clinic: Clinic, organisation: Organisation) -> Iterator[str]:
    if clinic.kind == "satellite":
        yield (
            f"is a satellite that takes {_joined_by_and(clinic.takes)}, with "
            f"{clinic.doctors} on video"
        )
    if clinic.nurses_of is not None:
        kept = f"; {clinic.keeps_free.value} of them stay free" if clinic.keeps_free else ""
        yield f"has its patients received by the operators of {clinic.nurses_of}{kept}"
    if clinic.nurses_of_crew is not None:
        yield f"has its patients received by the crew of {clinic.nurses_of_crew} between missions"
    if clinic.nurse_call_out is not None:
        share, limit = clinic.nurse_call_out.goes.value, clinic.nurse_call_out.max_drive_min.value
        yield (
            f"sends its nurse out to {_percent_of_share(share)} of red incidents within "
            f"{limit:g} min"
        )
    if clinic.care:
        yield f"has {_joined_by_and(_care_name(each, clinic) for each in clinic.care)}"
    if clinic.at_closing == "sends_on":
        yield "sends those who still wait at closing on to another clinic"
    booking = organisation.clinic_care.booking
    if "booking" in clinic.care and booking is not None:
        yield f"books times for {_joined_by_and(booking.urgencies)} patients, who wait at home"


def _care_name(name: str, clinic: Clinic) -> str:
    beds = clinic.observation_beds
    if name == "observation" and beds is not None:
        return f"observation ({beds.value} beds)"
    return name.replace("_", " ")


def _crew_sentences(crew: Crew) -> Iterator[str]:
    if crew.kind == "transport":
        yield f"is a transport vehicle at {crew.station}: planned transports and green only"
    if crew.available is not None and crew.quicker_by_min is not None:
        share, quicker = _percent_of_share(crew.available.value), crew.quicker_by_min.value
        yield (f"is a neighbour's crew that comes to red from {crew.station}, {share} of the times "
               f"when it is expected {quicker:g} min before our own")  # fmt: skip
    if crew.rest is not None:
        hours, limit, night = crew.rest.rests_h, crew.rest.worked_more_than_h, crew.rest.night
        yield f"rests {hours.value:g} h after a night {night} with over {limit.value:g} h of work"


def _support_sentences(support: Support) -> Iterator[str]:
    article = "an" if support.kind[0] in "aeiou" else "a"
    daylight = ", by daylight only" if support.daylight_only else ""
    hours = "; ".join(_period_text(each) for each in support.on_duty.values())
    yield f"is {article} {support.kind.replace('_', ' ')} at {support.base}, {hours}{daylight}"
    limit = support.reaches_within_min
    where = f" at {_joined_by_and(support.reaches)}" if support.reaches else ""
    where += f" within {limit.value:g} min" if limit else ""
    shares = zip(URGENCIES, support.sent.as_tuple(), strict=True)
    patients = _joined_by_and(
        f"{_percent_of_share(share)} of {urgency}" for urgency, share in shares if share
    )
    yield f"is sent to {patients or 'nobody'}{where}, if expected before the ambulance"
    if support.conveys is not None:
        yield f"takes {_percent_of_share(support.conveys.value)} of its patients to hospital itself"


def _responder_sentences(group: FirstResponders) -> str:
    share, limit = _percent_of_share(group.available.value), group.max_drive_min.value
    asked = (
        [] if group.asked_for is None else [f"to {_percent_of_share(group.asked_for.value)} of it"]
    )
    if group.ambulance_later_than_min is not None:
        later = group.ambulance_later_than_min.value
        asked.append(f"where the ambulance is expected later than {later:g} min")
    if group.ahead_min is not None:
        asked.append(f"where they are expected {group.ahead_min.value:g} min before it")
    told = "".join(f", {each}" for each in asked)
    return (f"sends first responders from {group.place} to red within {limit:g} min{told}: "
            f"{share} answer")  # fmt: skip


def _acute_bed_sentences(beds: AcuteBeds) -> str:
    count = beds.beds.value
    counted = f"{count} acute {'bed' if count == 1 else 'beds'}"
    return f"has {counted} at {beds.place} for {_municipality_names(beds.municipalities)}"


def _dispatch_sentences(rules: Dispatch) -> Iterator[str]:
    if rules.red_takes_over_min is not None:
        sooner = rules.red_takes_over_min.value
        yield f"red takes an ambulance from yellow or green if it gains {sooner:g} min"
    if rules.cover is not None:
        share, within = (
            _percent_of_share(rules.cover.least_share.value),
            rules.cover.within_min.value,
        )
        yellow = rules.cover.yellow_waits_at_most_min.value
        green = rules.cover.green_waits_at_most_min.value
        yield (f"yellow waits up to {yellow:g} min and green up to {green:g} min while fewer than "
               f"{share} of people would have an ambulance within {within:g} min")  # fmt: skip
    for posts in rules.stand_by:
        yield (
            f"with {posts.free} free at stations, ambulances stand by at {_joined_by_and(posts.at)}"
        )
    if rules.half_way is not None:
        longer, handover = rules.half_way.longer_than_min.value, rules.half_way.handover_min.value
        yield (f"another ambulance meets drives to hospital of more than {longer:g} min half-way: "
               f"the handover takes {handover:g} min")  # fmt: skip


def _handover_sentences(organisation: Organisation) -> Iterator[str]:
    for hospital, each in organisation.handovers.items():
        yield f"{hospital}'s emergency department takes over from {each.places.value} at a time"


def _other_care_sentences(organisation: Organisation) -> Iterator[str]:
    if organisation.walk_ins is not None:
        share = _percent_of_share(organisation.walk_ins.share.value)
        yield f"{share} come to a clinic without ringing first"
    screen = organisation.e_consultation
    if screen is not None:
        who = screen.doctors or "a net doctor outside the chain"
        hours = "; ".join(_period_text(each) for each in screen.open.values())
        yield (
            f"{_percent_of_share(screen.share.value)} of green contacts are on screen with "
            f"{who}, {hours}"
        )


def _on_call_sentences(organisation: Organisation) -> Iterator[str]:
    calls, video = organisation.emergency_calls, organisation.doctor_video
    if calls.doctor_conference is not None:
        yield "113 takes the doctor on duty into some calls before an ambulance is sent"
    if calls.triple_alert is not None:
        yield "113 alerts fire brigade and police too, in some calls"
    if video.from_ambulance is not None:
        share = _percent_of_share(video.from_ambulance.share.value)
        yield f"ambulances show the doctor on duty {share} of patients who are not red, on video"
    if video.from_nursing_home is not None:
        share = _percent_of_share(video.from_nursing_home.share.value)
        yield f"nursing homes show the doctor on duty {share} of those who need a visit, on video"


def _call_out_sentences(organisation: Organisation) -> Iterator[str]:
    """Say how likely an alerted doctor is to go out, and what happens to the doctor's patients."""
    rule = organisation.call_outs
    odds = rule.odds
    if odds is not None:
        near = math.log(rule.goes.value / (1 - rule.goes.value)) + odds.offset.value
        told = [
            f"{_chance_of_log_odds(near)} when 15 min away with nobody waiting",
            f"{_chance_of_log_odds(near + odds.half_hour_farther.value)} when 45 min away",
            f"{_chance_of_log_odds(near + odds.others_wait.value)} when somebody waits",
        ]
        if any(team.response_car for team in organisation.doctors.values()):
            told.append(
                f"{_chance_of_log_odds(near + odds.response_car.value)} with a response car"
            )
        alerted = _percent_of_share(rule.alerted.value)
        yield (
            f"a doctor is alerted to {alerted} of red incidents, and goes out to "
            f"{_joined_by_and(told)}"
        )
    if rule.leaves_for_red:
        yield f"the doctor leaves {_joined_by_and(rule.leaves_for_red)} patients for red; they wait"
    if rule.reaction is not None:
        day, night = rule.reaction.day_min.expected(), rule.reaction.night_min.expected()
        yield f"the doctor sets out after {day:.0f} min by day and {night:.0f} min at night"
    if rule.turns_back:
        yield "the doctor on the way turns back when the patient has been taken away"


def _chance_of_log_odds(log_odds: float) -> str:
    return f"{100 / (1 + math.exp(-log_odds)):.0f} %"


def _municipality_names(municipalities: tuple[str, ...]) -> str:
    if len(municipalities) > 3:
        return f"{len(municipalities)} municipalities"
    return _joined_by_and(municipalities)


def _joined_by_and(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _period_text(period: Period) -> str:
    return f"{period.days} {period.hours}"


def _percent_of_share(share: float) -> str:
    return f"{100 * share:g} %"
