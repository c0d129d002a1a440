"""A second crew to the same patient: sent to some red missions, and free when the patient leaves.

It is sent when the first has been, if one more is free and near enough, and nobody waits for it. It
helps until the patient leaves the scene or stays at home: neither crew is free before its part is
done. It turns back when that is before it comes. Where it is sent for its skill (a paramedic or a
nurse), it goes only to whom the first crew lacks it.
"""

from __future__ import annotations

from akuttsim.chain.clock_and_queues import Pathway, Waiting
from akuttsim.chain.crews import Mission
from akuttsim.chain.run_state import Call, Run
from akuttsim.records import RED


def is_second_crew_wanted(run: Run, call: Call) -> bool:
    """Tell whether a red patient is of the share, and has one of the causes, of a second crew."""
    rule = run.fleet.rules.second_crew
    assert rule is not None
    if run.optional.u_second_crew[call.patient] >= rule.share:
        return False
    return not rule.causes or run.optional.condition[call.patient] in rule.causes


def send_second_crew(run: Run, call: Call, mission: Mission) -> Pathway:
    """Send one more free crew, which helps until the patient leaves the scene.

    Args:
        run: The run.
        call: A red patient's call.
        mission: The first crew's mission, whose end is the second's too.
    """
    yield run.wait(0.0)
    rule = run.fleet.rules.second_crew
    assert rule is not None
    if mission.completed or mission.crew is None or not rule.is_sent_after(mission.crew):
        return
    helping = Mission(call.patient, call.place, RED)
    helping.local_km, helping.assists = call.local_km, True
    crew = run.fleet.take_second_crew(helping)
    mission.second = helping
    while crew is not None:
        _, arrival = run.send_crew(crew)
        called_off = yield arrival
        if called_off is None:
            break
        crew = helping.crew
    if crew is None:
        return
    run.fleet.note_arrival(crew)
    run.note_first_help(call)
    place, local_km = helping.place, helping.local_km
    if not helping.completed:
        helping.waiting = Waiting(run.clock)
        yield helping.waiting
    run.fleet.release(crew, place, call.patient, local_km)
