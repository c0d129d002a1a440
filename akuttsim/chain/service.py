"""The service of one run: control rooms, clinics and doctors, as an organisation sets them up."""

from __future__ import annotations

from dataclasses import dataclass, field

from akuttsim.chain.clock import Clock
from akuttsim.chain.plan import Plan
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.staff import Change, Person, Team, roster
from akuttsim.records import CONFERENCE, GREEN, RED


@dataclass(slots=True)
class Room:
    """A control room: operators who answer, and dispatchers who send ambulances.

    `holding` are operators who wait with a caller for another room's answer, and the patient.
    """

    index: int
    menu_s: float
    operators: Team
    dispatchers: Team
    holding: list[tuple[Person, int]] = field(default_factory=list)

    def lets_go(self) -> None:
        """Take the operator who has held a caller longest; the caller goes on waiting alone."""
        operator, patient = self.holding.pop(0)
        self.operators.release(operator, CONFERENCE, patient)


@dataclass(slots=True)
class Doctors:
    """A team of doctors on duty, based at a place."""

    team: Team
    place: int
    home_visits: bool
    call_outs: bool


@dataclass(slots=True)
class Site:
    """A clinic: a GP office, a legevakt, or a satellite whose doctor is on video."""

    index: int
    place: int
    is_satellite: bool
    nurses: Team | None
    doctors: Doctors

    def opens_door(self) -> None:
        """Note a patient inside, for whom the staff will stay."""
        self.doctors.team.expects()
        if self.nurses is not None:
            self.nurses.expects()

    def closes_door(self) -> None:
        """Note that a patient has left."""
        self.doctors.team.expects_no_more()
        if self.nurses is not None:
            self.nurses.expects_no_more()


@dataclass(slots=True)
class Service:
    """Everybody who may be asked for help, found by municipality.

    `serving` gives the sites that are ever open for a municipality; `answering_116117` and
    `answering_113` give the room of each municipality; `outside_113` that of each neighbour
    district (None where no room here answers for it).
    """

    rooms: list[Room]
    sites: list[Site]
    serving: list[list[Site]]
    answering_116117: list[Room]
    answering_113: list[Room]
    outside_113: list[Room | None]


def staffed(plan: Plan, clock: Clock, recorder: Recorder) -> Service:
    """Set up the service and start its rosters."""
    teams = _teams(plan, clock, recorder)
    nobody = Team(clock, recorder, range(0))
    rooms = {
        name: Room(
            index,
            room.menu_s.value,
            teams["operator", name],
            teams.get(("dispatcher", name), nobody),
        )
        for index, (name, room) in enumerate(plan.organisation.control_rooms.items())
    }
    sites = _sites(plan, teams)
    return Service(
        rooms=list(rooms.values()),
        sites=sites,
        serving=_serving(plan, sites),
        answering_116117=_answering(plan, rooms, "116117"),
        answering_113=_answering(plan, rooms, "113"),
        outside_113=_answering_outside(plan, rooms),
    )


def _teams(plan: Plan, clock: Clock, recorder: Recorder) -> dict[tuple[str, str], Team]:
    teams, first = {}, 0
    for key, seats in plan.teams.items():
        team = teams[key] = Team(clock, recorder, range(first, first + len(seats)))
        first += len(seats)
        changes = [
            change
            for position, seat in enumerate(seats)
            for start, end in seat.spans
            for change in ((start, position, True), (end, position, False))
        ]
        clock.start(roster(clock, team, sorted(changes, key=_arrivals_first)))
    return teams


def _arrivals_first(change: Change) -> tuple[float, bool, int]:
    """Order by time; at a change of shift the new people come on before the old go off."""
    at, position, comes = change
    return (at, not comes, position)


def _sites(plan: Plan, teams: dict[tuple[str, str], Team]) -> list[Site]:
    organisation = plan.organisation
    doctors = {
        name: Doctors(
            teams["doctor", name], plan.place_index[team.place], team.home_visits, team.call_outs
        )
        for name, team in organisation.doctors.items()
    }
    return [
        Site(
            index,
            plan.place_index[clinic.place],
            clinic.kind == "satellite",
            teams.get(("nurse", name)),
            doctors[clinic.doctors],
        )
        for index, (name, clinic) in enumerate(organisation.clinics.items())
    ]


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


def _answering(plan: Plan, rooms: dict[str, Room], number: str) -> list[Room]:
    by_municipality = {
        municipality: rooms[name]
        for name, room in plan.organisation.control_rooms.items()
        if room.number == number
        for municipality in room.municipalities
    }
    return [by_municipality[name] for name in plan.region.municipalities]


def _answering_outside(plan: Plan, rooms: dict[str, Room]) -> list[Room | None]:
    by_district = {
        district: rooms[name]
        for name, room in plan.organisation.control_rooms.items()
        for district in room.outside
    }
    return [by_district.get(name) for name in plan.region.outside]


def takes_at_satellite(urgency: int) -> bool:
    """Tell whether a satellite may take a patient: low urgency only (Pilot legevakt, 2023)."""
    return RED < urgency <= GREEN
