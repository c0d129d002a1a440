"""Setting up the service of a run from its plan, and starting its rosters."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from akuttsim.chain.back_up import BackUp, on_call
from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.plan import Plan, Seat, Work
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.resources import acute_beds, alerts_others, doors, responders, supports
from akuttsim.chain.service import CallOut, Doctors, Holding, Overflow, Room, Service, Site
from akuttsim.chain.staff import Change, Queue, Team, roster
from akuttsim.config.schema.clinic import (
    CLINIC_URGENCIES,
    BackUpDoctor,
    Clinic,
    clinic_sees,
    has_doctor,
)
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.roster import Span
from akuttsim.config.schema.values import URGENCIES
from akuttsim.units import MINUTE_S

Teams = dict[tuple[str, str], Team]
Units = dict[tuple[str, str], range]


def staffed(plan: Plan, clock: Clock, recorder: Recorder) -> Service:
    """Set up the service and start its rosters."""
    units = _units(plan)
    teams = _teams(plan, clock, recorder, units)
    doctors = _doctors(plan, clock, teams, units)
    rooms = _rooms(plan, teams, doctors)
    for name, spans in plan.down.items():
        clock.start(outages(clock, rooms[name], spans))
    sites = _sites(plan, teams, doctors)
    e_consultation = plan.organisation.e_consultation
    return Service(
        teams=teams,
        rooms=list(rooms.values()),
        sites=sites,
        teams_of_doctors=[each.queue.team for each in doctors.values()],
        serving=_serving(plan, sites),
        outside=_answering_outside(plan, list(rooms.values())),
        e_consulting=doctors.get(str(e_consultation and e_consultation.doctors)),
        supports=supports(plan),
        responders=responders(plan),
        acute_beds=acute_beds(plan, clock),
        doors=doors(plan, clock),
        alerts_others=alerts_others(plan),
    )


def outages(clock: Clock, room: Room, spans: Sequence[Span]) -> Pathway:
    """Let a room be down in some spans; its back-up takes its calls."""
    for start, end in spans:
        yield clock.wait(start - clock._now)
        room.goes_down()
        yield clock.wait(end - start)
        room.is_down = False


def _units(plan: Plan) -> Units:
    """Return the rows of each team's people in the table of units."""
    rows, first = {}, 0
    for key, seats in plan.teams.items():
        rows[key] = range(first, first + len(seats))
        first += len(seats)
    return rows


def _teams(plan: Plan, clock: Clock, recorder: Recorder, units: Units) -> Teams:
    teams = {}
    for key, seats in plan.teams.items():
        if key[0] == "back_up_doctor":
            continue
        works = plan.works[key]
        trained = [_trained(seat, works) for seat in seats]
        keeps_free = [work.keeps_free for work in works]
        team = teams[key] = Team(clock, recorder, units[key], keeps_free, trained)
        for person, seat in zip(team.people, seats, strict=True):
            person.home_duty = person.at_home = seat.at_home
        clock.start(roster(clock, team, _changes(seats)))
    return teams


def _trained(seat: Seat, works: Sequence[Work]) -> tuple[int, ...]:
    """Return the positions of the works that somebody on a seat may do."""
    return tuple(
        position
        for position, work in enumerate(works)
        if seat.answers is None or work.training in seat.answers
    )


def _changes(seats: Sequence[Seat]) -> list[Change]:
    changes = [
        change
        for position, seat in enumerate(seats)
        for start, end in seat.spans
        for change in ((start, position, True), (end, position, False))
    ]
    return sorted(changes, key=_arrivals_first)


def _arrivals_first(change: Change) -> tuple[float, bool, int]:
    """Order by time; at a change of shift the new people come on before the old go off."""
    at, position, comes = change
    return (at, not comes, position)


def _doctors(plan: Plan, clock: Clock, teams: Teams, units: Units) -> dict[str, Doctors]:
    doctors = {}
    for name, team in plan.organisation.doctors.items():
        on_duty, key = teams["doctor", name], ("back_up_doctor", name)
        back_up, place = None, plan.place_index[team.place]
        if team.back_up is not None:
            back_up = _back_up(clock, on_duty, units[key], team.back_up)
            back_up.place = place
            clock.start(on_call(clock, back_up, _changes(plan.teams[key])))
        queue = on_duty.queues[0]
        doctors[name] = Doctors(
            queue, place, team.home_visits, team.call_outs, back_up, team.response_car,
            team.home_duty is not None and team.home_duty.called == "when_sent",
        )  # fmt: skip
    return doctors


def _back_up(clock: Clock, team: Team, units: range, rule: BackUpDoctor) -> BackUp:
    longer_than = rule.queue_longer_than.value if rule.queue_longer_than is not None else None
    comes_after_s = rule.comes_after_min.value * MINUTE_S
    return BackUp(clock, team, units, comes_after_s, longer_than, rule.when_all_are_out)


def _rooms(plan: Plan, teams: Teams, doctors: dict[str, Doctors]) -> dict[str, Room]:
    configs = plan.organisation.control_rooms
    rooms = {name: _room(plan, index, name, teams, doctors) for index, name in enumerate(configs)}
    _hold_callers_together(rooms.values())
    for name, room in configs.items():
        if room.back_up is not None:
            rooms[name].back_up = rooms[room.back_up]
        if room.overflow is not None:
            after_s, longer = room.overflow.after_s, room.overflow.queue_longer_than
            rooms[name].overflow = Overflow(
                rooms[room.overflow.to],
                None if after_s is None else after_s.value,
                None if longer is None else longer.value,
            )
    return rooms


def _hold_callers_together(rooms: Collection[Room]) -> None:
    """Let those who hold callers be told whenever somebody waits for any work of their team.

    What is done last beside calls waits until they are done.
    """
    of_team: dict[Team, Holding] = {}
    for room in rooms:
        team = room.operators.team
        room.holding = of_team.setdefault(team, room.holding)
        for queue in team.queues:
            if not any(queue is each.other_tasks for each in rooms):
                queue.on_growth = room.holding.is_wanted


def _room(plan: Plan, index: int, name: str, teams: Teams, doctors: dict[str, Doctors]) -> Room:
    room = plan.organisation.control_rooms[name]
    return Room(
        index=index,
        number=room.number,
        menu_s=room.menu_s.value,
        operators=_queue(plan, teams, "answer", name),
        dispatching=_dispatching(plan, teams, name, room),
        callback_longer_than=(
            room.callback.queue_longer_than.value if room.callback is not None else None
        ),
        doctors=doctors[room.doctor.team] if room.doctor is not None else None,
        other_tasks=_queue(plan, teams, "other_task", name) if room.other_tasks else None,
    )


def _dispatching(plan: Plan, teams: Teams, name: str, room: ControlRoom) -> Queue:
    """Return the queue of missions: the dispatchers', or the operators' where there are none."""
    if room.dispatchers:
        return teams["dispatcher", name].queues[0]
    return _queue(plan, teams, "dispatch" if room.number == "113" else "answer", name)


def _queue(plan: Plan, teams: Teams, kind: str, name: str) -> Queue:
    """Return the queue before operators for one kind of work of one room or clinic."""
    for key, works in plan.works.items():
        for position, work in enumerate(works):
            if (work.kind, work.of) == (kind, name):
                return teams[key].queues[position]
    raise KeyError(f"no team does {kind} for {name}")


def _sites(plan: Plan, teams: Teams, doctors: dict[str, Doctors]) -> list[Site]:
    clinics = plan.organisation.clinics
    return [
        _site(plan, index, name, _nurses(plan, teams, name, clinic), doctors[clinic.doctors])
        for index, (name, clinic) in enumerate(clinics.items())
    ]


def _nurses(plan: Plan, teams: Teams, name: str, clinic: Clinic) -> Queue | None:
    if clinic.nurses_of is not None:
        return _queue(plan, teams, "receive", name)
    team = teams.get(("nurse", name))
    return team.queues[0] if team is not None else None


def _site(plan: Plan, index: int, name: str, nurses: Queue | None, doctors: Doctors) -> Site:
    clinic = plan.organisation.clinics[name]
    booking = plan.organisation.clinic_care.booking if "booking" in clinic.care else None
    return Site(
        index=index,
        place=plan.place_index[clinic.place],
        is_satellite=not has_doctor(clinic),
        nurses=nurses,
        doctors=doctors,
        takes=frozenset(
            code for code, each in enumerate(CLINIC_URGENCIES) if clinic_sees(clinic, each)
        ),
        door_triage="door_triage" in clinic.care and nurses is not None,
        tests="tests" in clinic.care,
        free_beds=clinic.observation_beds.value if clinic.observation_beds is not None else 0,
        books=frozenset(URGENCIES.index(each) for each in (booking.urgencies if booking else ())),
        slot_s=booking.slot_min.value * MINUTE_S if booking else 0.0,
        sends_on=clinic.at_closing == "sends_on",
        call_out=_call_out(clinic),
    )


def _call_out(clinic: Clinic) -> CallOut | None:
    rule = clinic.nurse_call_out
    if rule is None:
        return None
    return CallOut(rule.goes.value, rule.max_drive_min.value * MINUTE_S)


def _serving(plan: Plan, sites: list[Site]) -> list[list[Site]]:
    clinics = plan.organisation.clinics.values()
    return [
        [
            site
            for site, clinic in zip(sites, clinics, strict=True)
            if any(municipality in each.municipalities for each in clinic.open.values())
        ]
        for municipality in plan.region.municipalities
    ]


def _answering_outside(plan: Plan, rooms: Sequence[Room]) -> dict[str, list[Room | None]]:
    return {
        number: [rooms[index] if index >= 0 else None for index in answering]
        for number, answering in plan.outside.items()
    }
