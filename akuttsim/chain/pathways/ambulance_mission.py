"""The ambulance mission, and who else is alerted to its patient.

The ambulance is dispatched, on the way, with the patient, has delivered, and is free again.
Co-responders beside it are first responders, a satellite's nurse, and supports: a helicopter, a
boat or a single responder.
"""

from __future__ import annotations

from collections.abc import Callable

from simpy.events import Event

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.crews import Mission, VehicleCrew
from akuttsim.chain.pathways.acute_team import is_team_alerted, send_acute_team
from akuttsim.chain.pathways.care_and_transport import (
    attend_clinic,
    deliver_to_hospital,
    discharge_from_clinic,
)
from akuttsim.chain.pathways.duty_doctor import call_out_doctor, find_doctor_within
from akuttsim.chain.pathways.second_crew import is_second_crew_wanted, send_second_crew
from akuttsim.chain.patient_view import HOME, Conveyed
from akuttsim.chain.run_state import Call, Run, Way
from akuttsim.chain.service import CareSite, ResponderGroup, SupportUnit
from akuttsim.records import (
    AMBULANCE,
    AVOIDED_CONVEYANCE,
    DISPATCH,
    NURSE_OUT,
    OUTSIDE,
    RED,
    STRAIGHT,
    SUPPORT,
    TO_PATIENT,
    TO_STATION,
    VIDEO,
    WITH_PATIENT,
    complete_table,
)
from akuttsim.units import MINUTE_S


def choose_support(
    run: Run, call: Call, supports: list[SupportUnit], ambulance_s: float
) -> SupportUnit | None:
    """Return the support that is expected first, if that is before the ambulance.

    Args:
        run: The run.
        call: The patient's call.
        supports: Those that may go.
        ambulance_s: In how many seconds an ambulance that is free now is expected; infinite for
            none.

    Returns:
        A helicopter, boat or single responder; None where none would be sooner.
    """
    best, soonest_s = None, ambulance_s
    for support in supports:
        way_s = support_way_out(run, support, call).seconds
        expected_s = support.expected_reaction_s + way_s
        if way_s <= support.farthest_s and expected_s < soonest_s:
            best, soonest_s = support, expected_s
    return best


def support_may_go(run: Run, call: Call, support: SupportUnit) -> bool:
    """Tell whether a support is asked for, free, on duty and, where it flies, has the weather."""
    if support.is_out or run.optional.u_support[call.patient] >= support.sent[call.urgency]:
        return False
    if support.needs_weather and not run.optional.flyable[call.patient]:
        return False
    return support.is_on_duty(run.clock._now)


def support_way(
    run: Run, support: SupportUnit, start: int, end: int, start_km: float = 0.0, end_km: float = 0.0
) -> Way:
    """Return the way from one place to another, by road with blue light or straight.

    By road also the kilometres about both ends; what flies lands near, what sails is met there.

    Args:
        run: The run.
        support: The support that goes.
        start: Index of the place where it leaves.
        end: Index of the place where it goes.
        start_km: Kilometres from a patient's door to the first place.
        end_km: Kilometres from the last place to a patient's door.
    """
    if support.straight is None:
        return run.way(start, end, "blue", start_km, end_km)
    return Way(start, end, STRAIGHT, -1, support.straight.seconds(start, end))


def support_way_out(run: Run, support: SupportUnit, call: Call) -> Way:
    """Return the way from base to the patient."""
    return support_way(run, support, support.base, call.place, 0.0, call.local_km)


def send_support(run: Run, call: Call, mission: Mission, support: SupportUnit) -> Pathway:
    """Go to the patient, help, perhaps take the patient along, and return to base.

    Args:
        run: The run.
        call: The patient's call.
        mission: The ambulance's mission to the same patient; it is over if the support takes over.
        support: The support, out until it is back at its base.
    """
    patient, since_s = call.patient, run.clock._now
    support.is_out = True
    reaction_s = run.optional.support_s[support.index][patient]
    out = support_way_out(run, support, call)
    way_s = run.record_drive(out, TO_PATIENT, support.unit, patient, after_s=reaction_s)
    yield run.wait(reaction_s + way_s)
    leaves_from = mission.place
    if not mission.completed:
        run.recorder.support[patient] = support.index
        run.recorder.support_s[patient] = run.clock._now
        run.note_first_help(call)
        yield run.wait(run.patients.on_scene_s[patient])
        leaves_from = yield from take_patient_along(run, call, mission, support)
    home = support_way(run, support, leaves_from, support.base, call.local_km)
    yield run.wait(run.record_drive(home, TO_STATION, support.unit, patient))
    run.recorder.log_activity(support.unit, SUPPORT, since_s, run.clock._now, patient)
    support.is_out = False


def take_patient_along(run: Run, call: Call, mission: Mission, support: SupportUnit) -> Pathway:
    """Take the patient to hospital, or settle it at home, if the ambulance has not.

    The ambulance, if it is still on its way, turns back.

    Args:
        run: The run.
        call: The patient's call.
        mission: The ambulance's mission to the same patient.
        support: The support that is with the patient.

    Returns:
        The place where the support is then.
    """
    patient, place = call.patient, mission.place
    stays = run.patients.conveyed[patient] == HOME
    conveys = run.optional.u_support_conveys[patient] < support.conveys and not stays
    settles = stays and support.straight is None
    if mission.completed or not (conveys or settles):
        return place
    run.recorder.left_scene_s[patient] = run.clock._now
    if mission.second is not None:  # else the first, once free, would be sent in its place
        mission.second.completed = True
    run.fleet.complete_mission(mission)
    run.note_departure(call, mission, to_hospital=False)
    if stays:
        run.close_course(call, AMBULANCE)
        return place
    hospital = run.hospital_for(place)
    way = support_way(run, support, place, hospital)
    yield run.wait(run.record_drive(way, WITH_PATIENT, support.unit, patient))
    run.recorder.at_hospital_s[patient] = run.clock._now
    run.close_course(call, AMBULANCE)
    yield run.wait(run.patients.hospital_handover_s[patient])
    return hospital


def alert_co_responders(run: Run, call: Call, mission: Mission) -> None:
    """Alert all who come beside the ambulance; each goes its own way.

    A support to any urgency; first responders and a satellite's nurse to red alone. When the
    ambulance is expected need be known only where one of the first two may go.

    Args:
        run: The run.
        call: The patient's call.
        mission: The ambulance's mission.
    """
    supports = [each for each in run.service.supports if support_may_go(run, call, each)]
    groups = answering_groups(run, call) if call.urgency == RED else []
    if supports or groups:
        ambulance_s = run.fleet.soonest_s(mission)
        support = choose_support(run, call, supports, ambulance_s)
        if support is not None:
            run.clock.start(send_support(run, call, mission, support))
        alert_first_responders(run, call, mission, groups, ambulance_s)
    if call.urgency == RED:
        for site in run.service.serving[call.municipality]:
            if site.call_out is not None:
                run.clock.start(call_out_nurse(run, call, mission, site))


Answering = tuple[ResponderGroup, float]
"""First responders who answer an alarm, and in how many seconds they are on their way."""


def answering_groups(run: Run, call: Call) -> list[Answering]:
    """Return the first responders who would answer an alarm about a patient."""
    groups = zip(run.service.responders, run.optional.responder_s, strict=True)
    answers = ((group, reaction_s[call.patient]) for group, reaction_s in groups)
    return [(group, reaction_s) for group, reaction_s in answers if reaction_s]


def alert_first_responders(
    run: Run, call: Call, mission: Mission, groups: list[Answering], ambulance_s: float
) -> None:
    """Alert the nearest first responders who answer; they stay until the ambulance has come.

    Args:
        run: The run.
        call: A red patient's call.
        mission: The ambulance's mission.
        groups: Those who answer.
        ambulance_s: In how many seconds the ambulance is expected.
    """
    patient, nearest_s = call.patient, float("inf")
    nearest: tuple[Way, float] | None = None
    for group, reaction_s in groups:
        way = run.way_to(call, group.place)
        comes = is_group_alerted(group, way.seconds, ambulance_s)
        if comes and reaction_s + way.seconds < nearest_s:
            nearest, nearest_s = (way, reaction_s), reaction_s + way.seconds
    if nearest is not None:
        run.record_drive(nearest[0], TO_PATIENT, -1, patient, after_s=nearest[1])
        run.clock.later(nearest_s, note_responder_arrival, run, call, mission)


def is_group_alerted(group: ResponderGroup, drive_s: float, ambulance_s: float) -> bool:
    """Tell whether they are near enough, well before the ambulance, and that is late enough.

    Args:
        group: The group with its rules.
        drive_s: How long its drive to the patient takes, in seconds.
        ambulance_s: In how many seconds the ambulance is expected.
    """
    expected_s = group.expected_reaction_s + drive_s
    if drive_s > group.max_drive_s or ambulance_s <= group.ambulance_later_than_s:
        return False
    return expected_s + group.ahead_s <= ambulance_s


def note_responder_arrival(run: Run, call: Call, mission: Mission) -> None:
    """Note when first responders stand at the patient, unless others have left with the patient."""
    if not mission.completed:
        run.recorder.responder_s[call.patient] = run.clock._now
        run.note_first_help(call)


def call_out_nurse(run: Run, call: Call, mission: Mission, site: CareSite) -> Pathway:
    """The satellite's nurse goes out to a red incident nearby, if not with somebody.

    While she is out nobody receives at the satellite's door, unless it has more nurses.

    Args:
        run: The run.
        call: A red patient's call.
        mission: The ambulance's mission.
        site: The satellite.
    """
    assert site.call_out is not None and site.nurses is not None
    way = run.way_to(call, site.place)
    goes = run.optional.u_nurse_goes[call.patient] < site.call_out.share
    if not goes or way.seconds > site.call_out.max_drive_s:
        return
    nurse = site.nurses.take_free()
    if nurse is None:
        return
    yield run.wait(run.record_drive(way, TO_PATIENT, nurse.unit, call.patient))
    if not mission.completed:
        run.recorder.nurse_on_scene_s[call.patient] = run.clock._now
        run.note_first_help(call)
        yield run.wait(run.patients.doctor_on_scene_s[call.patient])
    yield run.wait(run.record_drive(way.back, TO_STATION, nurse.unit, call.patient))
    nurse.finish(NURSE_OUT, call.patient)


def send_ambulance(run: Run, call: Call) -> Pathway:
    """Send an ambulance to a patient, and follow both until the patient is delivered.

    A neighbour district's mission ends with the dispatch: its ambulances are not in the model.

    Args:
        run: The run.
        call: The patient's call, with the urgency that was judged.
    """
    yield from dispatch_mission(run, call)
    if call.municipality < 0 or run.calls_alone:
        run.close_course(call, OUTSIDE)
        return
    mission = run.mission_to(call)
    if call.urgency == RED:
        if run.service.has_acute_teams and is_team_alerted(run, call):
            run.clock.start(send_acute_team(run, call, mission))
        elif run.patients.doctor_alerted[call.patient]:
            run.clock.start(call_out_doctor(run, call, mission))
        if run.fleet.rules.second_crew is not None and is_second_crew_wanted(run, call):
            run.clock.start(send_second_crew(run, call, mission))
    if run.service.alerts_others:
        alert_co_responders(run, call, mission)
    crew = yield from wait_at_scene(run, call, mission)
    if crew is not None:
        yield from care_on_scene(run, call, mission, crew)


def dispatch_mission(run: Run, call: Call) -> Pathway:
    """A dispatcher of the room that has the call takes the mission, by urgency.

    Args:
        run: The run.
        call: The patient's call; `requested_s` of the course is when it comes to the dispatchers.
    """
    assert call.room is not None
    missions = call.room.dispatching
    run.recorder.requested_s[call.patient] = run.clock._now
    dispatcher = yield from missions.acquire(priority=call.urgency)
    yield run.wait(run.patients.dispatch_s[call.patient])
    dispatcher.finish(DISPATCH, call.patient)


def wait_at_scene(run: Run, call: Call, mission: Mission) -> Pathway:
    """Wait for a crew, and until it stands at the patient.

    On its way it may be sent to somebody graver, and the patient waits for another; or another
    takes over who is there much sooner.

    Args:
        run: The run.
        call: The patient's call; it becomes red where the crew finds out that it is.
        mission: The mission.

    Returns:
        The crew at the patient; None if nobody need come any more.
    """
    worse_s = run.until_worse_s(call)
    if worse_s is not None:
        run.clock.later(worse_s, find_out_before_crew, run, call, mission)
    while not mission.completed:
        crew = yield from run.fleet.acquire(mission)
        if crew is None:
            break
        called_off = yield alert_crew(run, call, crew)
        if called_off is None:
            note_crew_arrival(run, call, crew)
            return crew
        if mission.completed:
            run.recorder.free_s[call.patient] = run.clock._now
        elif mission.crew is None:
            run.recorder.taken_over[call.patient] += 1
    return None


def find_out_before_crew(run: Run, call: Call, mission: Mission) -> None:
    """Let a mission go before others whose patient has got worse before a crew stands there.

    A crew on its way drives on as it did, and finds it out on scene.
    """
    on_scene_s = run.recorder.on_scene_s[call.patient]
    if not mission.completed and on_scene_s != on_scene_s:
        run.find_out_worse(call)
        run.fleet.raise_urgency(mission, call.urgency)


def note_crew_arrival(run: Run, call: Call, crew: VehicleCrew) -> None:
    """Note that a crew stands at its patient, whom it may find to be red after all."""
    run.fleet.note_arrival(crew)
    run.recorder.on_scene_s[call.patient] = run.clock._now
    run.note_first_help(call)
    if call.team is not None:
        call.team.note_crew()
    if run.patients.corrected_on_scene[call.patient]:
        call.urgency = RED
    if call.urgency == RED:
        run.note_recognised_red(call)


def alert_crew(run: Run, call: Call, crew: VehicleCrew) -> Event:
    """Alert the crew; mobilisation and drive begin.

    Args:
        run: The run.
        call: The patient's call.
        crew: The crew that was chosen.

    Returns:
        An event that ends when it stands at the patient, or is called off.
    """
    recorder, patient, now = run.recorder, call.patient, run.clock._now
    mobilisation_s, arrival = run.send_crew(crew)
    recorder.crew[patient] = crew.index
    recorder.alerted_s[patient] = now
    recorder.rolling_s[patient] = now + mobilisation_s
    return arrival


def care_on_scene(run: Run, call: Call, mission: Mission, crew: VehicleCrew) -> Pathway:
    """Care on scene; then home, legevakt or hospital, unless others have taken the patient.

    Args:
        run: The run.
        call: The patient's call.
        mission: The mission, which is completed when the crew leaves the scene.
        crew: The crew at the patient.
    """
    patients, patient = run.patients, call.patient
    yield run.wait(patients.on_scene_s[patient])
    to = patients.conveyed[patient]
    if run.optional.crew_video_s[patient] and call.urgency != RED and to != HOME:
        stays = yield from show_to_doctor(run, call)
        to = HOME if stays else to
    if mission.completed:
        run.release_crew(crew, at=call.place, patient=patient, local_km=call.local_km)
        return
    mission.completed = True
    run.note_departure(call, mission, to == Conveyed.HOSPITAL)
    run.recorder.left_scene_s[patient] = run.clock._now
    if to == HOME:
        run.close_course(call, AMBULANCE)
        run.release_crew(crew, at=call.place, patient=patient, local_km=call.local_km)
    else:
        yield from DELIVERY[to](run, call, crew)


def show_to_doctor(run: Run, call: Call) -> Pathway:
    """The crew shows the patient to the doctor on video, if free soon.

    Args:
        run: The run.
        call: A call about a patient who is not red and would be taken along.

    Returns:
        Whether the patient stays at home.
    """
    video = run.plan.organisation.doctor_video.from_ambulance
    assert video is not None
    patient = call.patient
    doctor = yield from find_doctor_within(run, call, video.waits_at_most_min.value * MINUTE_S)
    if doctor is None:
        return False
    yield run.wait(run.optional.crew_video_s[patient])
    doctor.finish(VIDEO, patient)
    if run.optional.stays_home[patient]:
        run.recorder.avoided[patient] = AVOIDED_CONVEYANCE
    return run.optional.stays_home[patient]


def deliver_to_legevakt(run: Run, call: Call, crew: VehicleCrew) -> Pathway:
    """Drive to the nearest clinic with a doctor, hand over, and let the patient be seen there.

    Args:
        run: The run.
        call: The patient's call.
        crew: The crew, which is free again after the hand-over while the patient waits.
    """
    site = run.clinic_for(call, 0.0, with_doctor=True)
    run.tell_doctor_at_home(call, site.doctors)
    way = run.way_from(call, site.place)
    yield run.wait(run.record_drive(way, WITH_PATIENT, crew.unit, call.patient))
    handover_s = run.patients.legevakt_handover_s[call.patient]
    run.clock.later(handover_s, run.release_crew, crew, site.place, call.patient)
    last_site = yield from attend_clinic(run, call, site)
    yield from discharge_from_clinic(run, call, last_site)


DELIVERY: dict[int, Callable[[Run, Call, VehicleCrew], Pathway]] = complete_table(
    {Conveyed.LEGEVAKT: deliver_to_legevakt, Conveyed.HOSPITAL: deliver_to_hospital},
    Conveyed,
    other={Conveyed.HOME},
)
"""How a crew delivers its patient, by where to; who stays at home is not conveyed."""
