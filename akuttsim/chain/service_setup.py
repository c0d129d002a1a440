"""Builds the service of a run from its plan, and starts the rosters of staff and of crews.

Crews that have worked much at night rest after it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from akuttsim.chain.clock_and_queues import Clock, LimitedPlaces, Pathway
from akuttsim.chain.crews import VehicleCrew
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.run_plan import AFTER_DAYS, SPEAK, Plan, Seat
from akuttsim.chain.service import (
    AcuteBedUnit,
    AcuteTeamRule,
    BedNursingRule,
    CallerHolding,
    CareSite,
    ControlRoomState,
    DoctorsOnDuty,
    EscortUnit,
    HomeNursingTeam,
    NurseCallOutRule,
    OverflowRoom,
    ResponderGroup,
    RunService,
    SupportUnit,
    TrainingRule,
)
from akuttsim.chain.staff_queues import (
    OnCallDoctors,
    RosterChange,
    StaffQueue,
    Team,
    run_on_call_roster,
    run_roster,
)
from akuttsim.config.schema.calendar import parse_hours
from akuttsim.config.schema.clinic import (
    CLINIC_URGENCIES,
    AcuteTeam,
    Clinic,
    clinic_sees,
    has_doctor,
)
from akuttsim.config.schema.fleet import Handover, RestRule
from akuttsim.config.schema.fleet import Support as SupportConfig
from akuttsim.config.schema.roster import Span, unroll
from akuttsim.config.schema.values import URGENCIES, Number
from akuttsim.records import LINE_BIRTH, LINE_PSYCHIATRY, Condition
from akuttsim.roads.travel import StraightLineTimes
from akuttsim.units import HOUR_S, MINUTE_S, tick

FLIES = ("helicopter", "rescue_helicopter")

TeamsByKey = dict[tuple[str, str], Team]
"""Teams of staff by role and name."""


def has_co_responders(plan: Plan) -> bool:
    """Tell whether anybody but doctor and ambulance is ever alerted."""
    organisation = plan.organisation
    nurses = any(clinic.nurse_call_out for clinic in organisation.clinics.values())
    return bool(organisation.supports or organisation.first_responders or nurses)


def build_supports(plan: Plan) -> list[SupportUnit]:
    """Return the supports, each at its base."""
    first_unit = plan.first_vehicle + len(plan.crews)
    return [
        _build_support(plan, index, first_unit + index, name)
        for index, name in enumerate(plan.organisation.supports)
    ]


def build_escorts(plan: Plan) -> list[EscortUnit]:
    """Return who rides along on long journeys, each at the base."""
    first_unit = plan.first_vehicle + len(plan.crews) + len(plan.supports)
    return [
        EscortUnit(
            index=index,
            unit=first_unit + index,
            base=plan.place_index[config.base],
            line=LINE_BIRTH if config.goes_with == "births" else LINE_PSYCHIATRY,
            duty_starts=[start for start, _ in plan.escorts[name]],
            duty_ends=[end for _, end in plan.escorts[name]],
            farthest_s=config.max_drive_min.value * MINUTE_S,
        )
        for index, (name, config) in enumerate(plan.organisation.escorts.items())
    ]


def _build_support(plan: Plan, index: int, unit: int, name: str) -> SupportUnit:
    """Return a helicopter, boat or single responder at its base."""
    config, spans = plan.organisation.supports[name], plan.supports[name]
    reach = config.reaches_within_min
    return SupportUnit(
        index=index,
        unit=unit,
        base=plan.place_index[config.base],
        duty_starts=[start for start, _ in spans],
        duty_ends=[end for _, end in spans],
        needs_weather=config.kind in FLIES,
        sent=config.sent.as_tuple(),
        expected_reaction_s=config.reaction_min.expected() * MINUTE_S,
        farthest_s=math.inf if reach is None else reach.value * MINUTE_S,
        straight=None if config.speed_kmh is None else _straight_line_times(plan, config),
        conveys=0.0 if config.conveys is None else config.conveys.value,
    )


def _straight_line_times(plan: Plan, config: SupportConfig) -> StraightLineTimes:
    """Return the ways of what flies or sails, which has a speed.

    A boat goes only between its base, the places that it reaches, and hospitals.
    """
    assert config.speed_kmh is not None
    places = list(plan.region.places.values())
    allowed = frozenset(range(len(places)))
    if config.reaches:
        hospitals = (hospital.place for hospital in plan.region.hospitals.values())
        named = (config.base, *config.reaches, *hospitals)
        allowed = frozenset(plan.place_index[name] for name in named)
    return StraightLineTimes(places, HOUR_S / config.speed_kmh.value, allowed)


def build_responders(plan: Plan) -> list[ResponderGroup]:
    """Return the groups of first responders."""
    return [
        ResponderGroup(
            plan.place_index[group.place],
            group.max_drive_min.value * MINUTE_S,
            group.reaction_min.expected() * MINUTE_S,
            _limit_above_s(group.ahead_min),
            _limit_above_s(group.ambulance_later_than_min),
        )
        for group in plan.organisation.first_responders.values()
    ]


def _limit_above_s(minutes: Number | None) -> float:
    """Return a limit in seconds that something must be above; without one everything is."""
    return -math.inf if minutes is None else minutes.value * MINUTE_S


def build_acute_beds(plan: Plan, clock: Clock) -> list[AcuteBedUnit]:
    """Return the municipal acute beds."""
    municipality = {name: index for index, name in enumerate(plan.region.municipalities)}
    return [
        AcuteBedUnit(
            index,
            plan.place_index[unit.place],
            frozenset(municipality[name] for name in unit.municipalities),
            unit.takes.as_tuple(),
            (0.0, 0.0, 0.0) if unit.by_ambulance is None else unit.by_ambulance.as_tuple(),
            LimitedPlaces(clock, unit.beds.value),
        )
        for index, unit in enumerate(plan.organisation.acute_beds.values())
    ]


def build_home_nursing(plan: Plan, teams: TeamsByKey) -> list[HomeNursingTeam]:
    """Return the teams of home nursing, all at their bases."""
    nursing = plan.organisation.home_nursing
    if nursing is None:
        return []
    passes_on_after_s = nursing.passes_on_after_min.value * MINUTE_S
    built = []
    for index, (name, config) in enumerate(nursing.teams.items()):
        alarms, planned = teams["home_nurse", name].queues
        place = plan.place_index[config.place]
        built.append(HomeNursingTeam(index, place, alarms, planned, passes_on_after_s))
    return built


def _home_nursing_by_place(
    plan: Plan, teams: list[HomeNursingTeam]
) -> dict[int, list[HomeNursingTeam]]:
    """Return the teams that visit each place, in the order of the organisation."""
    nursing = plan.organisation.home_nursing
    visiting: dict[int, list[HomeNursingTeam]] = {}
    for team, config in zip(teams, nursing.teams.values() if nursing else (), strict=True):
        for index, (name, place) in enumerate(plan.region.places.items()):
            if place.municipality in config.municipalities and name in (config.places or (name,)):
                visiting.setdefault(index, []).append(team)
    return visiting


def build_hospital_doors(plan: Plan, clock: Clock) -> dict[int, LimitedPlaces]:
    """Return the places at the door of each hospital that has few, by the hospital's place."""
    doors = {}
    for name, handover in plan.organisation.handovers.items():
        changes = _places_by_time(plan, handover)
        door = LimitedPlaces(clock, changes[0][1])
        doors[plan.place_index[plan.region.hospitals[name].place]] = door
        if len(changes) > 1:
            clock.start(run_door_hours(clock, door, changes))
    return doors


def _places_by_time(plan: Plan, handover: Handover) -> list[tuple[float, int]]:
    """Return from when on an emergency department takes over from how many; the first from 0."""
    calendar, days = plan.region.calendar.calendar(), plan.days + AFTER_DAYS
    periods = [
        (unroll(period, calendar, days), period.places.value)
        for period in handover.by_hour.values()
    ]
    bounds = {0.0} | {at for spans, _ in periods for span in spans for at in span}
    return [
        (
            at,
            next(
                (places for spans, places in periods if any(a <= at < b for a, b in spans)),
                handover.places.value,
            ),
        )
        for at in sorted(bounds)
    ]


def run_door_hours(
    clock: Clock, door: LimitedPlaces, changes: Sequence[tuple[float, int]]
) -> Pathway:
    """Open and close places at an emergency department's door, in order of time."""
    for (_, before), (at, places) in pairwise(changes):
        yield clock.wait(at - clock._now)
        door.open_more(places - before)


UnitRows = dict[tuple[str, str], range]
"""The rows of each team's people in the table of units."""


def build_service(plan: Plan, clock: Clock, recorder: Recorder) -> RunService:
    """Set up the service and start its rosters.

    Args:
        plan: Region and organisation, unrolled.
        clock: The clock of the run.
        recorder: Where staff log their work.

    Returns:
        Everybody who may be asked for help, all off duty until the clock runs.
    """
    units, first_row = UnitRows(), 0
    for key, seats in plan.teams.items():
        units[key] = range(first_row, first_row + len(seats))
        first_row += len(seats)
    teams = _build_teams(plan, clock, recorder, units)
    doctors = _build_doctor_teams(plan, clock, teams, units)
    rooms = _build_control_rooms(plan, teams, doctors)
    for name, spans in plan.down.items():
        clock.start(run_outages(clock, rooms[name], spans))
    clinics = plan.organisation.clinics
    sites = [
        _build_site(
            plan, index, name, _nurse_queue(plan, teams, name, clinic), doctors[clinic.doctors]
        )
        for index, (name, clinic) in enumerate(clinics.items())
    ]
    e_consultation = plan.organisation.e_consultation
    in_order = list(rooms.values())
    home_nursing = build_home_nursing(plan, teams)
    return RunService(
        teams=teams,
        rooms=in_order,
        sites=sites,
        teams_of_doctors=[doctor.queue.team for doctor in doctors.values()],
        serving=_sites_by_municipality(plan, sites),
        outside={
            number: [in_order[index] if index >= 0 else None for index in answering]
            for number, answering in plan.outside.items()
        },
        e_consulting=doctors.get(str(e_consultation and e_consultation.doctors)),
        supports=build_supports(plan),
        escorts=build_escorts(plan),
        responders=build_responders(plan),
        acute_beds=build_acute_beds(plan, clock),
        doors=build_hospital_doors(plan, clock),
        alerts_others=has_co_responders(plan),
        has_acute_teams=any(team.acute_team for team in plan.organisation.doctors.values()),
        home_nursing=home_nursing,
        home_nursing_by_place=_home_nursing_by_place(plan, home_nursing),
    )


def run_outages(clock: Clock, room: ControlRoomState, spans: Sequence[Span]) -> Pathway:
    """Let a room be down in some spans; its back-up takes its calls."""
    for start, end in spans:
        yield clock.wait(start - clock._now)
        room.go_down()
        yield clock.wait(end - start)
        room.is_down = False


def _build_teams(plan: Plan, clock: Clock, recorder: Recorder, units: UnitRows) -> TeamsByKey:
    """Return the teams by role and name, on call left out, and start their rosters."""
    teams = {}
    for key, seats in plan.teams.items():
        if key[0] == "back_up_doctor":
            continue
        works = plan.works[key]
        trained = [
            tuple(position for position, work in enumerate(works) if seat.may_do(work))
            for seat in seats
        ]
        keeps_free = [work.keeps_free for work in works]
        team = teams[key] = Team(clock, recorder, units[key], keeps_free, trained)
        for person, seat in zip(team.people, seats, strict=True):
            person.home_duty = person.at_home = seat.at_home
        clock.start(run_roster(clock, team, _roster_changes(seats)))
    return teams


def _roster_changes(seats: Sequence[Seat]) -> list[RosterChange]:
    """Return when people come and go, in order; the new come before the old go."""
    changes = [
        change
        for position, seat in enumerate(seats)
        for start, end in seat.spans
        for change in ((start, position, True), (end, position, False))
    ]
    # at a change of shift the new people come on before the old go off
    return sorted(changes, key=lambda change: (change[0], not change[2], change[1]))


def _build_doctor_teams(
    plan: Plan, clock: Clock, teams: TeamsByKey, units: UnitRows
) -> dict[str, DoctorsOnDuty]:
    """Return the doctors on duty by team, each with its doctor on call."""
    doctors = {}
    for index, (name, team) in enumerate(plan.organisation.doctors.items()):
        on_duty, key = teams["doctor", name], ("back_up_doctor", name)
        back_up, place = None, plan.place_index[team.place]
        if team.back_up is not None:
            rule = team.back_up
            longer_than = (
                rule.queue_longer_than.value if rule.queue_longer_than is not None else None
            )
            comes_after_s = rule.comes_after_min.value * MINUTE_S
            back_up = OnCallDoctors(
                clock, on_duty, units[key], comes_after_s, longer_than, rule.when_all_are_out
            )
            back_up.place = place
            clock.start(run_on_call_roster(clock, back_up, _roster_changes(plan.teams[key])))
        queue = on_duty.queues[0]
        doctors[name] = DoctorsOnDuty(
            queue, place, team.home_visits, team.call_outs, back_up, team.response_car,
            team.home_duty is not None and team.home_duty.called == "when_sent",
            index, _build_acute_team(plan, team.acute_team, teams),
            _build_training_rule(plan, name, units),
        )  # fmt: skip
    return doctors


def _build_training_rule(plan: Plan, name: str, units: UnitRows) -> TrainingRule | None:
    """Return how doctors in training of a team ask the one on call; None where nobody is."""
    back_up, key = plan.organisation.doctors[name].back_up, ("doctor", name)
    if back_up is None or back_up.training is None:
        return None
    seats = zip(units[key], plan.teams[key], strict=True)
    in_training = frozenset(unit for unit, seat in seats if seat.in_training)
    help_asked = back_up.training
    return TrainingRule(help_asked.asks.as_tuple(), help_asked.comes.value, in_training)


def _build_acute_team(
    plan: Plan, team: AcuteTeam | None, teams: TeamsByKey
) -> AcuteTeamRule | None:
    """Return the rule of doctors who go out as an acute team, or None."""
    if team is None:
        return None
    nurses, place = None, -1
    if team.nurses_of is not None:
        nurses = teams["nurse", team.nurses_of].queues[0]
        place = plan.place_index[plan.organisation.clinics[team.nurses_of].place]
    return AcuteTeamRule(
        nurses=nurses,
        nurses_place=place,
        nurses_stay=0 if team.nurses_stay is None else team.nurses_stay.value,
        rides_together=team.travels == "together",
        alerted=team.alerted.value,
        causes=frozenset(Condition[name.upper()].value for name in team.causes),
        farthest_s=team.max_drive_min.value * MINUTE_S,
        rides_along=team.rides_along.value,
        lift_after_s=team.lift_after_min.value * MINUTE_S,
        closes_clinic=team.clinic == "closes",
    )


def _build_control_rooms(
    plan: Plan, teams: TeamsByKey, doctors: dict[str, DoctorsOnDuty]
) -> dict[str, ControlRoomState]:
    """Return the control rooms by name, with their back-ups and overflow."""
    configs = plan.organisation.control_rooms
    rooms = {
        name: _build_control_room(plan, index, name, teams, doctors)
        for index, name in enumerate(configs)
    }
    _share_caller_holding(rooms.values())
    for name, room in configs.items():
        if room.back_up is not None:
            rooms[name].back_up = rooms[room.back_up]
        if room.overflow is not None:
            after_s, longer = room.overflow.after_s, room.overflow.queue_longer_than
            rooms[name].overflow = OverflowRoom(
                rooms[room.overflow.to],
                None if after_s is None else after_s.value,
                None if longer is None else longer.value,
            )
    return rooms


def _share_caller_holding(rooms: Collection[ControlRoomState]) -> None:
    """Let those who hold callers be told whenever somebody waits for any work of their team.

    What is done last beside calls waits until they are done.
    """
    of_team: dict[Team, CallerHolding] = {}
    for room in rooms:
        team = room.operators.team
        room.holding = of_team.setdefault(team, room.holding)
        for queue in team.queues:
            if not any(queue is other.other_tasks for other in rooms):
                queue.on_growth = room.holding.let_go_for


def _build_control_room(
    plan: Plan, index: int, name: str, teams: TeamsByKey, doctors: dict[str, DoctorsOnDuty]
) -> ControlRoomState:
    """Return a control room with the queues of its operators and dispatchers."""
    room = plan.organisation.control_rooms[name]
    return ControlRoomState(
        index=index,
        number=room.number,
        menu_s=room.menu_s.value,
        operators=_queue_of_work(plan, teams, "answer", name),
        dispatching=(  # the dispatchers', or the operators' where there are none
            teams["dispatcher", name].queues[0]
            if room.dispatchers
            else _queue_of_work(plan, teams, "dispatch" if room.number == "113" else "answer", name)
        ),
        callback_longer_than=(
            room.callback.queue_longer_than.value if room.callback is not None else None
        ),
        doctors=doctors[room.doctor.team] if room.doctor is not None else None,
        other_tasks=_queue_of_work(plan, teams, "other_task", name) if room.other_tasks else None,
        interpreting=room.interpreting,
        speaking=_speaking_queues(plan, teams, name),
    )


def _speaking_queues(plan: Plan, teams: TeamsByKey, name: str) -> dict[int, StaffQueue]:
    """Return the queues for those who speak a language in a room, by the callers' code for it."""
    codes = {name: code for code, name in enumerate(plan.region.demand.languages, start=1)}
    return {
        codes[work.training]: teams[key].queues[position]
        for key, works in plan.works.items()
        for position, work in enumerate(works)
        if work.kind == SPEAK and work.of == name and work.training in codes
    }


def _queue_of_work(plan: Plan, teams: TeamsByKey, kind: str, name: str) -> StaffQueue:
    """Return the queue before operators for one kind of work of one room or clinic."""
    for key, works in plan.works.items():
        for position, work in enumerate(works):
            if (work.kind, work.of) == (kind, name):
                return teams[key].queues[position]
    raise KeyError(f"no team does {kind} for {name}")


def _nurse_queue(plan: Plan, teams: TeamsByKey, name: str, clinic: Clinic) -> StaffQueue | None:
    """Return the queue before a clinic's nurses, operators who receive there, or None."""
    if clinic.nurses_of is not None:
        return _queue_of_work(plan, teams, "receive", name)
    team = teams.get(("nurse", name))
    return team.queues[0] if team is not None else None


def _build_site(
    plan: Plan, index: int, name: str, nurses: StaffQueue | None, doctors: DoctorsOnDuty
) -> CareSite:
    """Return a clinic or satellite with those who receive there and what it offers."""
    clinic = plan.organisation.clinics[name]
    booking = plan.organisation.clinic_care.booking if "booking" in clinic.care else None
    call_out = clinic.nurse_call_out
    return CareSite(
        index=index,
        place=plan.place_index[clinic.place],
        is_satellite=not has_doctor(clinic),
        nurses=nurses,
        doctors=doctors,
        takes=frozenset(
            code for code, urgency in enumerate(CLINIC_URGENCIES) if clinic_sees(clinic, urgency)
        ),
        door_triage="door_triage" in clinic.care and nurses is not None,
        tests="tests" in clinic.care,
        free_beds=clinic.observation_beds.value if clinic.observation_beds is not None else 0,
        books=frozenset(
            URGENCIES.index(urgency) for urgency in (booking.urgencies if booking else ())
        ),
        slot_s=booking.slot_min.value * MINUTE_S if booking else 0.0,
        sends_on=clinic.at_closing == "sends_on",
        bed_nursing=_bed_nursing(plan) if "observation" in clinic.care else None,
        call_out=(
            None
            if call_out is None
            else NurseCallOutRule(call_out.goes.value, call_out.max_drive_min.value * MINUTE_S)
        ),
    )


def _bed_nursing(plan: Plan) -> BedNursingRule | None:
    """Return what patients in observation beds need of nurses, or None."""
    observation = plan.organisation.clinic_care.observation
    if observation is None or observation.nursing is None:
        return None
    nursing = observation.nursing
    return BedNursingRule(
        tick(nursing.every_min.value * MINUTE_S),
        tick(nursing.look_min.value * MINUTE_S),
        None if nursing.beds_per_nurse is None else nursing.beds_per_nurse.value,
    )


def _sites_by_municipality(plan: Plan, sites: list[CareSite]) -> list[list[CareSite]]:
    """Return the clinics that ever serve each municipality."""
    clinics = plan.organisation.clinics.values()
    return [
        [
            site
            for site, clinic in zip(sites, clinics, strict=True)
            if any(municipality in period.municipalities for period in clinic.open.values())
        ]
        for municipality in plan.region.municipalities
    ]


CrewDuty = tuple[float, VehicleCrew, bool, bool]
"""A time, a crew, whether it is on duty from then, and whether that is home duty."""


def crew_duties(plan: Plan, fleet: Fleet) -> list[CrewDuty]:
    """Return when each crew's duty begins, changes or ends, in order of time.

    Args:
        plan: The plan with each crew's spans.
        fleet: The fleet with the same crews.
    """
    changes: list[CrewDuty] = []
    for crew, spans in zip(fleet.crews, plan.crews.values(), strict=True):
        for number, ((start, end), at_home) in enumerate(spans):
            changes.append((start, crew, True, at_home))
            goes_on = number + 1 < len(spans) and spans[number + 1][0][0] == end
            if not goes_on:
                changes.append((end, crew, False, False))
    return sorted(changes, key=lambda duty: (duty[0], not duty[2], duty[1].index))


def run_crew_duties(clock: Clock, fleet: Fleet, duties: list[CrewDuty]) -> Pathway:
    """Bring crews on and off duty, in order of time."""
    for at, crew, on_duty, at_home in duties:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        fleet.change_duty(crew, on_duty, at_home)


RestNight = tuple[float, float, float, float]
"""Start and end of a night, how much work makes a rest, and how long that is; in seconds."""


def crews_with_rest(plan: Plan, fleet: Fleet) -> Iterator[tuple[VehicleCrew, list[RestNight]]]:
    """Yield the crews that rest after nights, each with its nights."""
    for crew, config in zip(fleet.crews, plan.organisation.ambulances.values(), strict=True):
        if config.rest is not None:
            yield crew, _rest_nights(plan, config.rest)


def _rest_nights(plan: Plan, rest: RestRule) -> list[RestNight]:
    calendar = plan.region.calendar.calendar()
    first, last = parse_hours(rest.night)
    limit_s, rest_s = rest.worked_more_than_h.value * HOUR_S, rest.rests_h.value * HOUR_S
    days = (calendar.start + timedelta(days=offset) for offset in range(plan.days))
    return [
        (calendar.seconds(day, first), calendar.seconds(day, last), limit_s, rest_s) for day in days
    ]


def run_post_shift_rest(
    clock: Clock, fleet: Fleet, crew: VehicleCrew, of_crew: list[RestNight]
) -> Pathway:
    """Follow a crew through its nights; work in hand at the end of the night is finished first.

    Args:
        clock: The clock of the run.
        fleet: The fleet, which sends nobody who rests.
        crew: The crew.
        of_crew: Its nights in order of time.
    """
    for start_s, end_s, limit_s, rest_s in of_crew:
        if start_s < clock._now:
            continue
        yield clock.wait(start_s - clock._now)
        before_s = crew_worked_s(crew, clock._now)
        yield clock.wait(end_s - start_s)
        if crew_worked_s(crew, clock._now) - before_s > limit_s:
            fleet.set_rest(crew, True)
            yield clock.wait(rest_s)
            fleet.set_rest(crew, False)


def crew_worked_s(crew: VehicleCrew, now: float) -> float:
    """Return how long a crew has been on missions so far, in seconds."""
    return crew.worked_s + (now - crew.since_s if crew.mission is not None else 0.0)
