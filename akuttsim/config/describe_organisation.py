"""How an organisation is arranged, one plain sentence for each link that is switched on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain

from akuttsim.config.describe_region import days_text
from akuttsim.config.schema.clinic import AcuteTeam, BackUpDoctor, Clinic, DoctorTeam
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.fleet import (
    AcuteBeds,
    Crew,
    Dispatch,
    FirstResponders,
    SecondCrew,
    Support,
)
from akuttsim.config.schema.home_nursing import HomeNursing, HomeNursingTeam
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import Period
from akuttsim.config.schema.roster_filling import MissingShare, RosterFilling
from akuttsim.config.schema.values import URGENCIES
from akuttsim.crew_choice import DEFAULT_RETURN_RULE, DEFAULT_RULE, DEFAULT_TIE_ORDER
from akuttsim.texts import counted, joined_texts, message


def organisation_sentences(organisation: Organisation) -> list[str]:
    """Return what was understood of rooms, doctors, clinics, fleet and other ways to care.

    `akuttsim check` prints them, so that an author sees at once whether a file says what was meant.

    Args:
        organisation: An organisation that has passed its checks.

    Returns:
        Sentences in the language of the command, each of a part with that part's name before it;
            then
        those on dispatch, other ways to care, and call-outs.
    """
    nursing = organisation.home_nursing
    of_parts: Iterable[tuple[str, Iterable[str]]] = chain(
        ((name, _room_sentences(room)) for name, room in organisation.control_rooms.items()),
        ((name, _doctor_sentences(team)) for name, team in organisation.doctors.items()),
        (
            (name, _clinic_sentences(clinic, organisation))
            for name, clinic in organisation.clinics.items()
        ),
        ((name, _crew_sentences(crew)) for name, crew in organisation.ambulances.items()),
        ((name, _support_sentences(support)) for name, support in organisation.supports.items()),
        (
            (name, [_responder_sentence(group)])
            for name, group in organisation.first_responders.items()
        ),
        ((name, _acute_bed_sentences(beds)) for name, beds in organisation.acute_beds.items()),
        (
            (name, _home_nursing_team_sentences(team))
            for name, team in (nursing.teams if nursing is not None else {}).items()
        ),
    )
    sentences = [
        message("understood.named", name=name, said=sentence)
        for name, its_sentences in of_parts
        for sentence in its_sentences
    ]
    return [
        *sentences,
        *_dispatch_sentences(organisation),
        *_other_care_sentences(organisation),
        *_home_nursing_sentences(nursing),
        *_filling_sentences(organisation.filling),
        *_call_out_sentences(organisation),
    ]


def _room_sentences(room: ControlRoom) -> Iterator[str]:
    """Say for whom a control room answers, and with whom it shares operators."""
    number = _number(room.number)
    if room.municipalities:
        yield message(
            "understood.room.answers",
            number=number,
            municipalities=_municipality_names(room.municipalities),
        )
    for service in room.by_hour.values():
        yield message(
            "understood.room.answers_when",
            number=number,
            municipalities=_municipality_names(service.municipalities),
            service=_period_text(service),
        )
    if room.outside:
        yield message(
            "understood.room.answers_outside", number=number, outside=_joined_by_and(room.outside)
        )
    if room.operators_of is not None:
        yield message("understood.room.shares_operators", operators_of=room.operators_of)
    if room.keeps_free is not None:
        yield message("understood.room.keeps_free", value=room.keeps_free.value)
    if room.cost_share is not None:
        yield message("understood.room.cost_share", share=_percent_of_share(room.cost_share.value))
    if room.number == "113" and not room.dispatchers:
        yield message("understood.room.no_dispatchers")
    yield from _operator_limit_sentences(room)
    yield from _answering_sentences(room)
    yield from _phone_help_sentences(room)


def _answering_sentences(room: ControlRoom) -> Iterator[str]:
    """Say what it takes of its operators beside the talks."""
    if room.pick_up_s is not None:
        yield message("understood.room.picks_up", expected=room.pick_up_s.expected())
    if room.rings_back is not None:
        missed = _percent_of_share(room.rings_back.not_reached.value)
        yield message("understood.room.rings_back", missed=missed)
    if room.other_tasks is not None:
        work = room.other_tasks
        for name, task in work.tasks.items():
            yield message(
                "understood.room.other_work",
                name=name,
                value=task.per_hour.value,
                expected=task.minutes.expected(),
                task=_period_text(task),
            )
        if work.breaks is not None:
            minutes, hours = work.breaks.minutes.value, work.breaks.shift_h.value
            yield message("understood.room.breaks", minutes=minutes, hours=hours)
        reserve = work.keeps_free.value
        some = counted("understood.room.operators", reserve)
        yield message("understood.room.leaves_some", some=some)
    if room.cross_training is not None:
        longer = _percent_of_share(round(room.cross_training.talk_factor.value - 1, 4))
        kroner = f"{room.cross_training.year_nok.value:,.0f}".replace(",", " ")
        key = "cross_trained" if room.cross_training.year_nok.value else "talks_longer"
        yield message(f"understood.room.{key}", longer=longer, kroner=kroner)


def _operator_limit_sentences(room: ControlRoom) -> Iterator[str]:
    """Say what some operators do not answer, and who takes calls when it is full or down."""
    for staffing in room.operators.values():
        if staffing.answers is not None:
            work = _joined_by_and(
                message("understood.room.patients_at_clinic")
                if number == "clinic"
                else _number(number)
                for number in staffing.answers
            )
            yield message(
                "understood.room.answers_only",
                on_duty=staffing.on_duty,
                staffing=_period_text(staffing),
                work=work,
            )
    if room.overflow is not None:
        rule = room.overflow
        after = message("understood.room.after", value=rule.after_s.value) if rule.after_s else ""
        longer = (
            message("understood.room.when_more_wait", value=rule.queue_longer_than.value)
            if rule.queue_longer_than
            else ""
        )
        yield message(
            "understood.room.overflow",
            to=room.overflow.to,
            overflow=_or([each for each in (after, longer) if each]),
        )
    for period in room.down.values():
        yield message("understood.room.down", period=_period_text(period), back_up=room.back_up)


def _phone_help_sentences(room: ControlRoom) -> Iterator[str]:
    """Say what else a room offers callers: video, ringing back, a doctor of its own."""
    if room.health_line == "in_turn":
        yield message("understood.room.in_turn")
    if room.video is not None:
        yield message("understood.room.video", value=_percent_of_share(room.video.share.value))
    if room.callback is not None:
        share, more = (
            _percent_of_share(room.callback.share.value),
            room.callback.queue_longer_than.value,
        )
        yield message("understood.room.callback", more=more, share=share)
    if room.interpreting is not None:
        longer = _percent_of_share(room.interpreting.talk_factor.value - 1)
        waits = room.interpreting.waits_at_most_s.value
        yield message("understood.room.interpreting", waits=waits, longer=longer)
    if room.doctor is not None:
        yield message("understood.room.doctor", team=room.doctor.team)


def _doctor_sentences(team: DoctorTeam) -> Iterator[str]:
    """Say how a team of doctors is on duty: rotation, from home, by car, with a back-up."""
    if team.rotation is not None:
        rule = team.rotation
        turn = message(
            "understood.doctors.weeks",
            weeks_on=rule.weeks_on,
            weeks_off=rule.weeks_off,
            changes=rule.changes,
        )
        yield message("understood.doctors.rotation", turn=turn, doctors_a_post=rule.doctors_a_post)
    at_home = [
        _period_text(staffing) for staffing in team.on_duty.values() if staffing.duty == "home"
    ]
    if team.home_duty is not None and at_home:
        yield message(
            "understood.doctors.home_duty",
            at_home=_joined_by_and(at_home),
            minutes=team.home_duty.comes_in_min.expected(),
            called=message(f"understood.called.{team.home_duty.called}"),
        )
    if team.response_car:
        yield message("understood.doctors.response_car")
    if team.acute_team is not None:
        yield from _acute_team_sentences(team.acute_team)
    if team.back_up is not None:
        yield from _back_up_sentences(team.back_up)


def _back_up_sentences(back_up: BackUpDoctor) -> Iterator[str]:
    """Say what wakes the doctor on call, and what doctors in training ask for."""
    rules = []
    if back_up.queue_longer_than is not None:
        rules.append(message("understood.doctors.more_wait", value=back_up.queue_longer_than.value))
    if back_up.when_all_are_out:
        rules.append(message("understood.doctors.all_out"))
    if rules:
        minutes = back_up.comes_after_min.value
        yield message("understood.doctors.back_up", minutes=minutes, rules=_or(rules))
    if back_up.training is not None:
        red, yellow, green = map(_percent_of_share, back_up.training.asks.as_tuple())
        comes = _percent_of_share(back_up.training.comes.value)
        yield message(
            "understood.doctors.training", red=red, yellow=yellow, green=green, comes=comes
        )


def _acute_team_sentences(team: AcuteTeam) -> Iterator[str]:
    """Say to whom an acute team goes, with which nurse, and what becomes of the clinic."""
    if team.nurses_of is None:
        nurse = message("understood.doctors.acute_team_alone")
    else:
        how = f"understood.doctors.acute_team_{team.travels}"
        nurse = message(how, clinic=team.nurses_of)
    yield message(
        "understood.doctors.acute_team",
        share=_percent_of_share(team.alerted.value),
        limit=team.max_drive_min.value,
        nurse=nurse,
        rides=_percent_of_share(team.rides_along.value),
    )
    if team.clinic == "closes":
        yield message("understood.doctors.acute_team_closes")


def _clinic_sentences(clinic: Clinic, organisation: Organisation) -> Iterator[str]:
    """Say who receives at a clinic, what care it has, and what happens at closing."""
    if clinic.kind == "satellite":
        yield message(
            "understood.clinic.satellite",
            takes=_joined_by_and(map(_urgency, clinic.takes)),
            doctors=clinic.doctors,
        )
    if clinic.nurses_of is not None:
        reserve = (
            message("understood.clinic.stay_free", value=clinic.keeps_free.value)
            if clinic.keeps_free
            else ""
        )
        yield message(
            "understood.clinic.received_by_operators", nurses_of=clinic.nurses_of, kept=reserve
        )
    if clinic.nurses_of_crew is not None:
        yield message("understood.clinic.received_by_crew", nurses_of_crew=clinic.nurses_of_crew)
    if clinic.nurse_call_out is not None:
        share, limit = clinic.nurse_call_out.goes.value, clinic.nurse_call_out.max_drive_min.value
        yield message("understood.clinic.nurse_goes", share=_percent_of_share(share), limit=limit)
    if clinic.care:
        yield message(
            "understood.clinic.has",
            each=_joined_by_and(_care_name(kind, clinic) for kind in clinic.care),
        )
    if clinic.at_closing == "sends_on":
        yield message("understood.clinic.sends_on")
    booking = organisation.clinic_care.booking
    if "booking" in clinic.care and booking is not None:
        yield message(
            "understood.clinic.books", urgencies=_joined_by_and(map(_urgency, booking.urgencies))
        )
    yield from _bed_nursing_sentences(clinic, organisation)


def _bed_nursing_sentences(clinic: Clinic, organisation: Organisation) -> Iterator[str]:
    """Say that a nurse looks in on patients in observation beds, where that is so."""
    observation = organisation.clinic_care.observation if "observation" in clinic.care else None
    if observation is not None and observation.nursing is not None:
        minutes = observation.nursing.every_min.value
        yield message("understood.clinic.looked_at", minutes=minutes)


def _care_name(name: str, clinic: Clinic) -> str:
    """Return the name of a kind of care; observation with its number of beds."""
    beds = clinic.observation_beds
    if name == "observation" and beds is not None:
        return message("understood.clinic.observation_beds", value=beds.value)
    return message(f"understood.care.{name}")


def _crew_sentences(crew: Crew) -> Iterator[str]:
    """Say what sets a crew apart: transport alone, a neighbour's, rest after nights."""
    if crew.kind == "transport":
        yield message("understood.fleet.transport", station=crew.station)
    if crew.available is not None and crew.quicker_by_min is not None:
        share, quicker = _percent_of_share(crew.available.value), crew.quicker_by_min.value
        yield message(
            "understood.fleet.neighbour", station=crew.station, share=share, quicker=quicker
        )
    if crew.rest is not None:
        hours, limit, night = crew.rest.rests_h, crew.rest.worked_more_than_h, crew.rest.night
        yield message("understood.fleet.rests", value=hours.value, night=night, value2=limit.value)


def _support_sentences(support: Support) -> Iterator[str]:
    """Say when and where a helicopter, boat or single responder goes, and to whom."""
    daylight = message("understood.fleet.daylight") if support.daylight_only else ""
    hours = joined_texts(map(_period_text, support.on_duty.values()), "; ")
    kind = f"understood.support.{support.kind}"
    yield message(kind, base=support.base, hours=hours, daylight=daylight)
    limit = support.reaches_within_min
    where = (
        message("understood.fleet.at_places", reaches=_joined_by_and(support.reaches))
        if support.reaches
        else ""
    )
    where += message("understood.fleet.within", value=limit.value) if limit else ""
    shares = zip(URGENCIES, support.sent.as_tuple(), strict=True)
    patients = _joined_by_and(
        message(
            "understood.fleet.share_of", share=_percent_of_share(share), urgency=_urgency(urgency)
        )
        for urgency, share in shares
        if share
    )
    yield message(
        "understood.fleet.sent_to", patients=patients or message("understood.nobody"), where=where
    )
    if support.conveys is not None:
        yield message("understood.fleet.conveys", value=_percent_of_share(support.conveys.value))


def _responder_sentence(group: FirstResponders) -> str:
    """Say when first responders are asked for."""
    share, limit = _percent_of_share(group.available.value), group.max_drive_min.value
    conditions = (
        []
        if group.asked_for is None
        else [message("understood.fleet.asked_for", value=_percent_of_share(group.asked_for.value))]
    )
    if group.ambulance_later_than_min is not None:
        later = group.ambulance_later_than_min.value
        conditions.append(message("understood.fleet.later_than", later=later))
    if group.ahead_min is not None:
        conditions.append(message("understood.fleet.ahead", value=group.ahead_min.value))
    text = joined_texts(["", *conditions])
    return message(
        "understood.fleet.responders", place=group.place, limit=limit, told=text, share=share
    )


def _acute_bed_sentences(beds: AcuteBeds) -> Iterator[str]:
    """Say how many municipal acute beds there are, for whom, and whether an ambulance comes."""
    counted_beds = counted("understood.beds", beds.beds.value)
    yield message(
        "understood.fleet.acute_beds",
        counted=counted_beds,
        place=beds.place,
        municipalities=_municipality_names(beds.municipalities),
    )
    if beds.by_ambulance is not None:
        _, yellow, green = map(_percent_of_share, beds.by_ambulance.as_tuple())
        yield message("understood.fleet.acute_beds_by_ambulance", yellow=yellow, green=green)


def _home_nursing_team_sentences(team: HomeNursingTeam) -> Iterator[str]:
    """Say where a team of home nursing is, whom it visits, and what else it does."""
    hours = [
        message("understood.home_nursing.hours", hours=_period_text(row), value=row.on_duty)
        for row in team.on_duty.values()
    ]
    part = message("understood.home_nursing.part", places=len(team.places)) if team.places else ""
    yield message(
        "understood.home_nursing.team",
        place=team.place,
        municipalities=_municipality_names(team.municipalities),
        part=part,
        hours=joined_texts(hours, "; "),
    )
    for task in team.nursing_home.values():
        yield message(
            "understood.home_nursing.nursing_home",
            period=_period_text(task),
            value=task.per_hour.value,
        )


def _home_nursing_sentences(nursing: HomeNursing | None) -> Iterator[str]:
    """Say what home nursing does where it is people: planned visits, falls, alarms passed on."""
    if nursing is None:
        return
    if nursing.planned is not None:
        minutes = nursing.planned.visit_min.expected()
        yield message("understood.home_nursing.planned", minutes=minutes)
    if nursing.falls is not None:
        share = _percent_of_share(nursing.falls.share.value)
        yield message("understood.home_nursing.falls", share=share)
    yield message("understood.home_nursing.passes_on", value=nursing.passes_on_after_min.value)


def _filling_sentences(filling: RosterFilling | None) -> Iterator[str]:
    """Say how many shifts lack their own person, and how many stand empty."""
    if filling is None:
        return
    for staff, gaps in filling:
        if gaps is None:
            continue
        vacant, sick = gaps.vacant, gaps.sick
        empty = vacant.share.value * _nobody_takes(vacant)
        empty += (1 - vacant.share.value) * sick.share.value * _nobody_takes(sick)
        yield message(
            "understood.filling.gaps",
            staff=message(f"understood.filling.{staff}"),
            vacant=_percent_of_share(vacant.share.value),
            sick=_percent_of_share(sick.share.value),
            empty=_percent_of_share(round(empty, 3)),
        )


def _nobody_takes(missing: MissingShare) -> float:
    """Return the share of such shifts that neither locum nor colleague takes."""
    return (1 - missing.locum.value) * (1 - missing.overtime.value)


def _choice_sentences(rules: Dispatch) -> Iterator[str]:
    """Say which free crew goes, where that is not as usual."""
    if rules.rule != DEFAULT_RULE:
        yield message("understood.dispatch.rule", rule=rules.rule)
    if rules.equally_near != DEFAULT_TIE_ORDER:
        who = message(f"understood.dispatch.{rules.equally_near}")
        yield message("understood.dispatch.equally_near", who=who)
    if rules.returning_from != DEFAULT_RETURN_RULE:
        where = message(f"understood.dispatch.{rules.returning_from}")
        yield message("understood.dispatch.returning_from", where=where)


def _second_crew_sentences(second: SecondCrew) -> Iterator[str]:
    """Say to whom of red a second crew is sent, and for what skill."""
    share, limit = _percent_of_share(second.share.value), second.within_min.value
    yield message("understood.dispatch.second_crew", share=share, within=limit)
    if second.skill is not None:
        skill = message(f"understood.dispatch.{second.skill}")
        yield message("understood.dispatch.second_crew_skill", skill=skill)


def _dispatch_sentences(organisation: Organisation) -> Iterator[str]:
    """Say which rules of dispatch are on, and which hospital doors are narrow."""
    rules = organisation.dispatch
    yield from _choice_sentences(rules)
    if rules.red_takes_over_min is not None:
        sooner = rules.red_takes_over_min.value
        yield message("understood.dispatch.takes_over", sooner=sooner)
    if rules.cover is not None:
        share, within = (
            _percent_of_share(rules.cover.least_share.value),
            rules.cover.within_min.value,
        )
        yellow = rules.cover.yellow_waits_at_most_min.value
        green = rules.cover.green_waits_at_most_min.value
        yield message(
            "understood.dispatch.cover", yellow=yellow, green=green, share=share, within=within
        )
    for posts in rules.stand_by:
        yield message("understood.dispatch.stand_by", free=posts.free, at=_joined_by_and(posts.at))
    if rules.half_way is not None:
        yield message(
            "understood.dispatch.half_way",
            longer=rules.half_way.longer_than_min.value,
            handover=rules.half_way.handover_min.value,
        )
    if rules.second_crew is not None:
        yield from _second_crew_sentences(rules.second_crew)
    yield from _long_journey_sentences(organisation)
    for hospital, handover in organisation.handovers.items():
        yield message("understood.handover", hospital=hospital, value=handover.places.value)
        for period in handover.by_hour.values():
            yield message(
                "understood.handover_then",
                hospital=hospital,
                period=_period_text(period),
                value=period.places.value,
            )


def _long_journey_sentences(organisation: Organisation) -> Iterator[str]:
    """Say who goes on planned and long journeys, who rides along, and where births take place."""
    births, rules = organisation.births, organisation.dispatch
    if rules.transport_later_min is not None:
        later = rules.transport_later_min.value
        yield message("understood.dispatch.transport_later", later=later)
    if rules.back_from_afar == "at_station":
        yield message("understood.dispatch.at_station")
    if births is not None:
        where = message("understood.births.none")
        if births.wards:
            where = message("understood.births.wards", wards=_joined_by_and(births.wards))
        yield message(
            "understood.births.far",
            where=where,
            limit=births.escort_over_min.value,
            share=_percent_of_share(births.far_by_ambulance.value),
        )
    for name, escort in organisation.escorts.items():
        yield message(
            "understood.escorts.goes",
            name=name,
            journey=message(f"understood.escorts.{escort.goes_with}"),
            base=escort.base,
            limit=escort.max_drive_min.value,
            hours=joined_texts(map(_period_text, escort.on_duty.values()), "; "),
        )


def _other_care_sentences(organisation: Organisation) -> Iterator[str]:
    """Say which ways to care are on beside the phone, and where a doctor is on video."""
    if organisation.walk_ins is not None:
        share = _percent_of_share(organisation.walk_ins.share.value)
        yield message("understood.walk_ins", share=share)
    screen = organisation.e_consultation
    if screen is not None:
        who = screen.doctors or message("understood.net_doctor")
        hours = joined_texts(map(_period_text, screen.open.values()), "; ")
        yield message(
            "understood.on_screen",
            value=_percent_of_share(screen.share.value),
            who=who,
            hours=hours,
        )
    calls, video = organisation.emergency_calls, organisation.doctor_video
    if calls.doctor_conference is not None:
        yield message("understood.doctor_conference")
    if calls.triple_alert is not None:
        yield message("understood.triple_alert")
    if video.from_ambulance is not None:
        share = _percent_of_share(video.from_ambulance.share.value)
        yield message("understood.from_ambulance", share=share)
    if video.from_nursing_home is not None:
        share = _percent_of_share(video.from_nursing_home.share.value)
        yield message("understood.from_nursing_home", share=share)


def _call_out_sentences(organisation: Organisation) -> Iterator[str]:
    """Say how likely an alerted doctor is to go out, and what happens to the doctor's patients."""
    rule = organisation.call_outs
    odds = rule.odds
    if odds is not None:
        near = math.log(rule.goes.value / (1 - rule.goes.value)) + odds.offset.value
        chances = [
            message("understood.call_outs.near", near=_chance_of_log_odds(near)),
            message(
                "understood.call_outs.far",
                near=_chance_of_log_odds(near + odds.half_hour_farther.value),
            ),
            message(
                "understood.call_outs.others_wait",
                near=_chance_of_log_odds(near + odds.others_wait.value),
            ),
        ]
        if any(team.response_car for team in organisation.doctors.values()):
            chances.append(
                message(
                    "understood.call_outs.response_car",
                    near=_chance_of_log_odds(near + odds.response_car.value),
                )
            )
        alerted = _percent_of_share(rule.alerted.value)
        yield message("understood.call_outs.alerted", alerted=alerted, told=_joined_by_and(chances))
    if rule.leaves_for_red:
        yield message(
            "understood.call_outs.leaves",
            leaves_for_red=_joined_by_and(map(_urgency, rule.leaves_for_red)),
        )
    if rule.reaction is not None:
        day, night = rule.reaction.day_min.expected(), rule.reaction.night_min.expected()
        yield message("understood.call_outs.sets_out", day=day, night=night)
    if rule.turns_back:
        yield message("understood.call_outs.turns_back")


def _chance_of_log_odds(log_odds: float) -> str:
    """Return a chance in whole percent."""
    return message("understood.whole_percent", share=100 / (1 + math.exp(-log_odds)))


def _municipality_names(municipalities: tuple[str, ...]) -> str:
    """Return the names of municipalities; of more than three only how many they are."""
    if len(municipalities) > 3:
        return message("understood.municipalities", n=len(municipalities))
    return _joined_by_and(municipalities)


def _or(rules: Sequence[str]) -> str:
    """Join texts by the language's word for or."""
    return reduce(lambda one, other: message("understood.or", one=one, other=other), rules)


def _number(number: str) -> str:
    """Return a telephone number in words: only the alarm has a name."""
    return message("understood.number.alarm") if number == "alarm" else number


def _urgency(urgency: str) -> str:
    """Return the name of an urgency."""
    return message(f"understood.urgency.{urgency}")


def _joined_by_and(words: Iterable[str]) -> str:
    """Join words by commas and, before the last, the language's word for and."""
    *first, last = words
    return message("understood.and", first=joined_texts(first), last=last) if first else last


def _period_text(period: Period) -> str:
    """Return days and hours of a period."""
    return days_text(period.days) + f" {period.hours}"


def _percent_of_share(share: float) -> str:
    """Return a share as percent, with the digits that it has."""
    return message("understood.percent", share=100 * share)
