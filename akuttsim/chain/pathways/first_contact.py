"""First contact: 116117, 113, the door, e-consultation or safety alarm, and where it leads.

In the order of the file: the nurse at 116117, the operator at 113, the caller who rings 116117
(menu, queue, hanging up, ringing again), calls that come later or instead (113 instead of a
legevakt far away, the next morning, once more after getting worse), walk-ins, e-consultations on
screen, and safety alarms (trygghetsalarm) as the user and the response centre's operator live them.
"""

from __future__ import annotations

from collections.abc import Callable

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.pathways.ambulance_mission import send_ambulance
from akuttsim.chain.pathways.care_and_transport import (
    attend_clinic,
    come_to_clinic,
    discharge_from_clinic,
    drive_home,
    enter_clinic,
    leave_clinic,
    make_home_visit,
    triage_at_door,
)
from akuttsim.chain.pathways.duty_doctor import (
    ask_doctor_first,
    find_doctor_within,
    speak_with_doctor,
)
from akuttsim.chain.pathways.home_nursing import home_nursing_at, visit_after_alarm
from akuttsim.chain.pathways.languages import talk_in_other_language
from akuttsim.chain.pathways.operators import (
    FIRST_IN_LINE,
    IN_TURN,
    hand_over_call,
    ring_back_from_113,
    ring_room,
)
from akuttsim.chain.patient_view import RINGS_113, RINGS_AGAIN
from akuttsim.chain.run_state import Call, Run, attend_patient
from akuttsim.chain.service import CareSite, ControlRoomState
from akuttsim.chain.staff_queues import StaffMember
from akuttsim.patients.alarms_and_transports import AlarmWay
from akuttsim.records import (
    ADVICE,
    ALARM,
    ALARM_CLOSED,
    AMBULANCE,
    AVOIDED_AMBULANCE,
    CAME,
    CONFERENCE,
    DOCTOR_CONFERENCE,
    DOCTOR_PHONE,
    E_CONSULT,
    E_CONSULTATION,
    HOME_NURSING,
    LINE_113,
    LINE_116117,
    LINE_HEALTH,
    LOST,
    NEXT_DAY,
    OUTSIDE,
    RANG_113_INSTEAD,
    RED,
    TALK,
    TO_CARE,
    TRIPLE_ALERT,
    WAITED_TILL_MORNING,
    Instead,
    Triage,
    Triage113,
    complete_table,
)
from akuttsim.units import tick


def talk_with_nurse(run: Run, call: Call, nurse: StaffMember) -> Pathway:
    """The nurse judges the urgency, by voice or video, and sends the caller on.

    Red is recognised before all has been said: the rest of her talk comes after the conference.
    What she writes down afterwards keeps her from the next call, and the caller does not wait for
    it.

    Args:
        run: The run.
        call: The caller; its urgency becomes the one that is judged here.
        nurse: Who has answered; she is released by this pathway or by the conference.
    """
    patients, recorder, patient = run.patients, run.recorder, call.patient
    call.urgency = recorder.judged[patient] = patients.judged[patient]
    recorder.video[patient] = patients.video[patient]
    recorder.video_moved[patient] = patients.video_moved[patient]
    if patients.language[patient]:
        nurse = yield from talk_in_other_language(run, call, nurse)
    else:
        yield run.wait_while_speaking(call, patients.talk_s[patient])
    if call.urgency == RED:
        run.note_recognised_red(call)
    way = patients.way[patient]
    if call.municipality < 0:
        yield from send_to_own_district(run, call, nurse)
        return
    if way == AMBULANCE:
        yield from hold_conference_with_113(run, call, nurse)
        return
    run.clock.later(patients.after_call_s[patient], nurse.finish, TALK, patient)
    if way == ADVICE or run.calls_alone:
        run.send_home(call, ADVICE, patients.worsens_s[patient] if way == ADVICE else 0.0)
        return
    yield from send_on(run, call, way)


def send_on(run: Run, call: Call, way: int) -> Pathway:
    """Send the caller to where the nurse has judged, unless a doctor spares it or it is too far.

    Args:
        run: The run.
        call: The caller, who has talked with the nurse.
        way: Where to, a `Triage`.
    """
    instead = run.patients.instead[call.patient]
    if run.optional.asks_doctor[call.patient]:
        spared = yield from ask_doctor_first(run, call)
        if spared:
            return
    if instead in OUTCOME_OF_STAYING_AWAY:
        yield from stay_away(run, call, instead)
    else:
        yield from PATHWAY_ONWARD[way](run, call)


PATHWAY_ONWARD: dict[int, Callable[[Run, Call], Pathway]] = complete_table(
    {
        Triage.HOME_VISIT: make_home_visit,
        Triage.CLINIC: come_to_clinic,
        Triage.DOCTOR_PHONE: speak_with_doctor,
    },
    Triage,
    other={Triage.AMBULANCE, Triage.ADVICE},
)
"""Where 116117 sends a caller on; an ambulance goes through 113, and advice ends the call."""


def stay_away(run: Run, call: Call, instead: int) -> Pathway:
    """Care is too far away: the caller settles for advice, the doctor's phone or another day.

    Args:
        run: The run.
        call: The caller, who has talked with the nurse.
        instead: What the caller does instead of coming, a code of `Instead`.
    """
    run.recorder.instead[call.patient] = instead
    outcome = OUTCOME_OF_STAYING_AWAY[instead]
    if outcome == DOCTOR_PHONE:
        yield from speak_with_doctor(run, call)
    else:
        run.send_home(call, outcome, run.patients.worsens_s[call.patient])


OUTCOME_OF_STAYING_AWAY: dict[int, int] = complete_table(
    {
        Instead.ADVICE: ADVICE,
        Instead.DOCTOR_PHONE: DOCTOR_PHONE,
        Instead.NEXT_DAY: NEXT_DAY,
        Instead.WORSE_LATER: ADVICE,
        Instead.WITHOUT: ADVICE,
    },
    Instead,
    other={Instead.CAME, Instead.RANG_113, Instead.WAITED},
)
"""How 116117 ends a call whose caller does not come. Who would go without care never rings, unless
sent on after an e-consultation."""


def send_to_own_district(run: Run, call: Call, nurse: StaffMember) -> Pathway:
    """A neighbour district's caller is sent on to care that is outside the model.

    With red the nurse stays on the line for as long as a conference with 113 takes. 113's own part
    of it is left out, as it is in organisations in which another room answers for the district.
    """
    patients, patient, did = run.patients, call.patient, TALK
    if patients.way[patient] == AMBULANCE:
        did = CONFERENCE
        yield run.wait(patients.conference_s[patient])
    rest_s = patients.rest_of_talk_s[patient] + patients.after_call_s[patient]
    run.clock.later(rest_s, nurse.finish, did, patient)
    run.close_course(call, OUTSIDE)


def hold_conference_with_113(run: Run, call: Call, nurse: StaffMember) -> Pathway:
    """The nurse stays on the line until 113 answers and both have spoken; 113 takes over.

    What was left of her talk when she recognised red she does then, with her notes. Where she
    answers 113 herself, she goes on alone. The ambulance is sent while they speak.

    Args:
        run: The run.
        call: The caller; from now on it counts as health personnel's, first in line at 113.
        nurse: The nurse; she is released after the conference and her notes.
    """
    patients, patient = run.patients, call.patient
    rest_s = patients.rest_of_talk_s[patient]
    amk = run.room_113(call)
    run.recorder.notified_s[patient] = run.clock._now
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    taker = nurse
    if run.answers_herself(nurse, amk):
        call.room = amk.in_service()
    else:
        taker = yield from ring_room(run, call, amk, None)
        yield run.wait_while_speaking(call, patients.conference_s[patient])
        after_s, rest_s = rest_s + patients.after_call_s[patient], 0.0
        run.clock.later(after_s, nurse.finish, CONFERENCE, patient)
    run.clock.start(send_ambulance(run, call))
    yield run.wait(patients.interview_113_s[patient] + rest_s)
    taker.finish(TALK, patient)


def ring_113(run: Run, call: Call) -> Pathway:
    """Ring 113, and be answered, or hang up and perhaps be rung back.

    Nobody rings 113 a second time of their own accord: who is not reached is lost.

    Args:
        run: The run.
        call: The caller; `notified_s` of the course is when it rings.
    """
    call.line, call.priority = LINE_113, IN_TURN
    run.recorder.notified_s[call.patient] = run.clock._now
    patience_s, room = run.patients.patience_113_s[call.patient], run.room_113(call)
    taker = yield from ring_room(run, call, room, patience_s)
    if taker is None:
        taker = yield from ring_back_from_113(run, call, room)
    if taker is None:
        run.close_course(call, LOST)
    else:
        yield from talk_with_113(run, call, taker)


def talk_with_113(run: Run, call: Call, taker: StaffMember) -> Pathway:
    """The operator interviews: an ambulance, advice, 116117, or an incident known already.

    Args:
        run: The run.
        call: The caller; its urgency becomes the one that is judged at 113.
        taker: The operator who has answered; the pathway that follows releases them.
    """
    patients, patient = run.patients, call.patient
    call.urgency = run.recorder.judged[patient] = patients.judged_113[patient]
    yield from PATHWAY_FROM_113[patients.way_113[patient]](run, call, taker)


def end_at_113(run: Run, call: Call, taker: StaffMember) -> Pathway:
    """The operator gives advice, or 113 knows the incident already: nobody is sent."""
    patients, patient = run.patients, call.patient
    yield run.wait_while_speaking(call, patients.talk_113_s[patient])
    taker.finish(TALK, patient)
    if call.urgency == RED:
        run.note_recognised_red(call)
    run.send_home(call, patients.way_113[patient], patients.worsens_113_s[patient])


def interview_at_113(run: Run, call: Call, taker: StaffMember) -> Pathway:
    """Find out enough to send an ambulance, then stay on the line and alert other services.

    The ambulance is sent as soon as the interview is over; the rest of the talk goes on meanwhile.

    Args:
        run: The run.
        call: The caller.
        taker: The operator, busy until the talk and any triple alert are over.
    """
    patients, patient = run.patients, call.patient
    interview_s = patients.interview_113_s[patient]
    yield run.wait_while_speaking(call, interview_s)
    if call.urgency == RED:
        run.note_recognised_red(call)
    if run.optional.doctor_conference_s[patient]:
        spared = yield from let_doctor_join(run, call)
        if spared:
            taker.finish(TALK, patient)
            run.close_course(call, DOCTOR_PHONE)
            return
    run.clock.start(send_ambulance(run, call))
    rest_s = patients.talk_113_s[patient] - interview_s
    if rest_s > 0:
        yield run.wait(rest_s)
    if run.optional.triple_alert_s[patient]:
        taker.switch_work(TALK, patient)
        yield run.wait(run.optional.triple_alert_s[patient])
        taker.finish(TRIPLE_ALERT, patient)
    else:
        taker.finish(TALK, patient)


def let_doctor_join(run: Run, call: Call) -> Pathway:
    """The doctor on duty joins the call if free soon.

    Args:
        run: The run.
        call: The caller, with whom the operator stays.

    Returns:
        Whether no ambulance is needed after that; False too where no doctor was free in time.
    """
    conference = run.plan.organisation.emergency_calls.doctor_conference
    assert conference is not None
    patient = call.patient
    doctor = yield from find_doctor_within(run, call, conference.waits_at_most_s.value)
    if doctor is None:
        return False
    run.recorder.doctor_s[patient] = run.clock._now
    yield run.wait(run.optional.doctor_conference_s[patient])
    doctor.finish(DOCTOR_CONFERENCE, patient)
    if run.optional.spared[patient]:
        run.recorder.avoided[patient] = AVOIDED_AMBULANCE
    return run.optional.spared[patient]


def pass_on_from_113(run: Run, call: Call, taker: StaffMember) -> Pathway:
    """The call belongs at 116117, the region's or a neighbour district's."""
    yield run.wait_while_speaking(call, run.patients.talk_113_s[call.patient])
    pass_on = pass_to_116117 if call.municipality >= 0 else pass_neighbour_to_116117
    yield from pass_on(run, call, taker)


PATHWAY_FROM_113: dict[int, Callable[[Run, Call, StaffMember], Pathway]] = complete_table(
    {
        Triage113.AMBULANCE: interview_at_113,
        Triage113.TO_116117: pass_on_from_113,
        Triage113.ADVICE: end_at_113,
        Triage113.SAME_INCIDENT: end_at_113,
    },
    Triage113,
)
"""What the operator at 113 does, by the outcome of triage there."""


def pass_to_116117(run: Run, call: Call, taker: StaffMember) -> Pathway:
    """The call belongs at 116117: the operator waits until a nurse answers, and hands it over.

    Where the operator is a nurse of 116117 as well, she goes on with it herself.

    Args:
        run: The run.
        call: A caller of the region.
        taker: The operator at 113, who is released once both have spoken with the nurse.
    """
    room = run.room_116117(call)
    overlap_s = run.patients.conference_s[call.patient]
    nurse = yield from hand_over_call(run, call, taker, room, overlap_s)
    yield from talk_with_nurse(run, call, nurse)


def pass_neighbour_to_116117(run: Run, call: Call, taker: StaffMember) -> Pathway:
    """A neighbour district's call belongs at 116117: here, if a room answers for the district.

    The operator lets go at once wherever that is, so that 113 has as much to do with neighbours in
    every organisation.
    """
    taker.finish(TALK, call.patient)
    room = run.room_outside(call, "116117")
    if room is None:
        run.close_course(call, ADVICE)
        return
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    nurse = yield from ring_room(run, call, room, None)
    yield from talk_with_nurse(run, call, nurse)


def lie_at_incident(run: Run, call: Call) -> Pathway:
    """Lie at an incident that 113 knows: nobody rings again, and an ambulance is asked for."""
    patient = call.patient
    call.urgency = run.recorder.judged[patient] = run.patients.judged_113[patient]
    call.room = run.room_113(call).in_service()
    run.recorder.notified_s[patient] = run.clock._now
    yield from send_ambulance(run, call)


def ring_116117(run: Run, call: Call) -> Pathway:
    """Ring 116117: menu, queue, perhaps hang up and ring again, until a nurse answers.

    There are as many attempts as a patient has patience columns (three). After the last, or when
    the caller gives up earlier, the course ends as lost; who turns to 113 goes on there.

    Args:
        run: The run.
        call: The caller; each attempt is a row in the log of calls, but for those who hang up in
            the recorded message.
    """
    patient = call.patient
    for attempt, patience_s in enumerate(run.patients.patience_s):
        room = run.room_116117(call)
        stays_s: float | None = patience_s[patient]
        if room.menu_s and call.line == LINE_116117:
            stays_s = yield from hear_menu(run, call, room.menu_s, patience_s[patient])
        nurse = None
        if stays_s is not None:
            nurse = yield from ring_room(run, call, room, stays_s)
        if nurse is not None:
            yield from talk_with_nurse(run, call, nurse)
            return
        step = run.patients.after_hanging_up[attempt][patient]
        if step == RINGS_113:
            yield from turn_to_113(run, call)
            return
        if step != RINGS_AGAIN:
            break
        yield run.wait(run.patients.again_after_s[patient])
    run.close_course(call, LOST)


def hear_menu(run: Run, call: Call, menu_s: float, patience_s: float) -> Pathway:
    """Hear the recorded message.

    Args:
        run: The run.
        call: The caller.
        menu_s: How long the message is, in seconds.
        patience_s: How long the caller would wait at this attempt, in seconds.

    Returns:
        The patience left for the queue, in seconds; None for who has hung up in the message.
    """
    counts = run.patients.menu_counts
    if patience_s < counts * menu_s:
        yield run.wait(tick(patience_s / counts))
        run.recorder.left_in_menu[call.patient] += 1
        return None
    yield run.wait(menu_s)
    return patience_s - counts * menu_s


def turn_to_113(run: Run, call: Call) -> Pathway:
    """Ring 113 instead; a neighbour district's caller may be answered outside the model."""
    if call.municipality < 0 and run.room_outside(call, "113") is None:
        run.close_course(call, OUTSIDE)
    else:
        yield from ring_113(run, call)


def ring_113_instead(run: Run, call: Call) -> Pathway:
    """Somebody truly red rings 113 rather than the legevakt far away."""
    run.recorder.instead[call.patient] = RANG_113_INSTEAD
    yield from ring_113(run, call)


def wait_till_morning(run: Run, call: Call) -> Pathway:
    """Somebody truly red waits till the morning, and then rings 116117."""
    run.recorder.instead[call.patient] = WAITED_TILL_MORNING
    yield run.wait(run.patients.until_morning_s[call.patient])
    yield from ring_116117(run, call)


def ask_again(run: Run, call: Call) -> Pathway:
    """Somebody sent home has got worse and rings again: 113 if it is taken for red by now.

    This time nobody stays away, however far it is, and nobody is sent home to get worse once more.
    The patient's columns `judged`, `way` and `instead` are written anew for it; durations stay.

    Args:
        run: The run.
        call: The first contact, whose urgency is what was judged then.
    """
    patient, patients = call.patient, run.patients
    assert patients.second_contact is not None
    run.recorder.note_second_contact(patient, run.clock._now)
    judged = patients.second_contact.judged(patient, call.urgency)
    patients.judged[patient] = patients.judged_113[patient] = judged
    patients.way[patient] = patients.second_contact.way[judged][patient]
    patients.way_113[patient] = patients.second_contact.way_113[judged][patient]
    patients.instead[patient] = CAME
    patients.worsens_s[patient] = patients.worsens_113_s[patient] = 0.0
    once_more = Call(patient, patients)
    if once_more.line != LINE_HEALTH:
        once_more.line = LINE_116117
    yield from (ring_113 if judged == RED else ring_116117)(run, once_more)


def walk_in(run: Run, call: Call) -> Pathway:
    """Drive to the nearest clinic with a doctor; if none is open now, ring 116117 instead.

    Args:
        run: The run.
        call: Somebody who does not ring first; with triage at the door some get advice there.
    """
    patient, recorder = call.patient, run.recorder
    if not run.is_open_for(call):
        yield from ring_116117(run, call)
        return
    if run.calls_alone:
        return
    site = run.clinic_for(call, 0.0, with_doctor=True)
    drive_s = run.record_drive(run.way_from(call, site.place), TO_CARE, -1, patient)
    recorder.walk_in[patient] = True
    recorder.left_home_s[patient] = run.clock._now
    recorder.travel_s[patient] = drive_s
    yield run.wait(drive_s)
    call.urgency = recorder.judged[patient] = run.optional.judged_at_door[patient]
    if site.door_triage and run.patients.way[patient] == ADVICE:
        yield from advise_at_door(run, call, site)
        return
    site = yield from attend_clinic(run, call, site)
    yield from discharge_from_clinic(run, call, site)


def advise_at_door(run: Run, call: Call, site: CareSite) -> Pathway:
    """The nurse at the door gives advice; no doctor is needed."""
    enter_clinic(run, call, site)
    yield from triage_at_door(run, call, site)
    leave_clinic(run, call, site)
    run.close_course(call, ADVICE)
    drive_home(run, call, site)


def hold_e_consultation(run: Run, call: Call) -> Pathway:
    """See a doctor on screen; some must ring 116117 all the same.

    A net doctor is outside the chain and always free; the organisation's own doctors are waited
    for.

    Args:
        run: The run.
        call: A green contact that begins on screen.
    """
    doctors, patient = run.service.e_consulting, call.patient
    if doctors is None:
        yield run.wait(run.optional.e_consultation_s[patient])
    else:
        queue = doctors.queue
        doctor = yield from queue.acquire(priority=call.urgency)
        run.recorder.doctor_s[patient] = run.clock._now
        work = (E_CONSULT, run.optional.e_consultation_s[patient])
        doctor = yield from attend_patient(run, call, queue, doctor, work)
        doctor.finish(E_CONSULT, patient)
    if run.optional.e_sent_on[patient]:
        yield from ring_116117(run, call)
    else:
        run.close_course(call, E_CONSULTATION)


def press_alarm(run: Run, call: Call) -> Pathway:
    """Press the alarm; the response centre's operator closes it, or passes it on.

    The user never hangs up. Answering takes the time of the centre's queue.

    Args:
        run: The run.
        call: The user of the alarm.
    """
    patients, patient = run.patients, call.patient
    centre = run.room_for(call, run.answering_alarms)
    operator = yield from ring_room(run, call, centre, None)
    yield run.wait_while_speaking(call, patients.alarm_talk_s[patient])
    yield from PATHWAY_OF_ALARM[patients.alarm_way[patient]](run, call, operator)


def close_alarm(run: Run, call: Call, operator: StaffMember) -> Pathway:
    """The operator closes the alarm: pressed by mistake, or help is at hand."""
    operator.finish(ALARM, call.patient)
    run.close_course(call, ALARM_CLOSED)
    yield from ()


def send_home_nursing(run: Run, call: Call, operator: StaffMember) -> Pathway:
    """The operator tells home nursing (hjemmetjenesten), who come when they can.

    Where home nursing is people on duty and nobody can set out in time, the alarm goes on.
    """
    patients, patient = run.patients, call.patient
    yield run.wait(patients.alarm_handover_s[patient])
    operator.finish(ALARM, patient)
    team = None if run.calls_alone else home_nursing_at(run, call.place)
    if team is None:
        yield run.wait(patients.home_nursing_s[patient])
        run.close_course(call, HOME_NURSING)
        return
    helped = yield from visit_after_alarm(run, call, team)
    if not helped:
        yield from pass_on_unhelped_alarm(run, call)


def pass_on_unhelped_alarm(run: Run, call: Call) -> Pathway:
    """Nobody of home nursing could set out: 113 goes on with red, 116117 with all others.

    The alarm is put through to them, first in line; the response centre was done with it.
    """
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    if call.urgency == RED:
        run.recorder.notified_s[call.patient] = run.clock._now
        taker = yield from ring_room(run, call, run.room_113(call), None)
        yield from talk_with_113(run, call, taker)
    else:
        nurse = yield from ring_room(run, call, run.room_116117(call), None)
        yield from talk_with_nurse(run, call, nurse)


def pass_alarm_to_113(run: Run, call: Call, operator: StaffMember) -> Pathway:
    """The operator rings 113 and hands the user over."""
    run.recorder.notified_s[call.patient] = run.clock._now
    taker = yield from hand_over_alarm(run, call, operator, run.room_113(call))
    yield from talk_with_113(run, call, taker)


def pass_alarm_to_116117(run: Run, call: Call, operator: StaffMember) -> Pathway:
    """The operator rings 116117 and hands the user over."""
    room = run.room_116117(call)
    nurse = yield from hand_over_alarm(run, call, operator, room)
    yield from talk_with_nurse(run, call, nurse)


def hand_over_alarm(run: Run, call: Call, operator: StaffMember, room: ControlRoomState) -> Pathway:
    """Hand a user over to another room.

    Args:
        run: The run.
        call: The user of the alarm.
        operator: The response centre's operator, who stays until both have spoken.
        room: The room that is to go on.

    Returns:
        Who goes on there: the same operator, without a hand-over, if she answers that number as
            well.
    """
    operator.switch_work(ALARM, call.patient)
    handover_s = run.patients.alarm_handover_s[call.patient]
    return (yield from hand_over_call(run, call, operator, room, handover_s))


PATHWAY_OF_ALARM: dict[int, Callable[[Run, Call, StaffMember], Pathway]] = complete_table(
    {
        AlarmWay.TO_113: pass_alarm_to_113,
        AlarmWay.TO_116117: pass_alarm_to_116117,
        AlarmWay.HOME_NURSING: send_home_nursing,
        AlarmWay.CLOSED: close_alarm,
    },
    AlarmWay,
)
"""What the response centre's operator does with an alarm."""
