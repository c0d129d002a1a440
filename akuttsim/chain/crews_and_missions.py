"""Crews and the missions they go on: where a vehicle is, and who waits for it."""

from __future__ import annotations

from collections.abc import Callable

from akuttsim.chain.clock import Delay
from akuttsim.chain.queues import Waiting
from akuttsim.chain.recorder import Departure
from akuttsim.records import GREEN, MISSION, RED, RETURN, TRANSPORT
from akuttsim.roads.travel import Route

AMBULANCE_KIND, TRANSPORT_KIND = "ambulance", "transport"


class Mission:
    """A patient who needs a vehicle: waiting for one, with one on its way, or under care.

    Attributes:
        patient: Row of the patient, who is at `place` and `local_km` by road from there.
        urgency: As judged; a planned transport waits behind everybody else.
        u_neighbour: Uniform that decides whether a neighbour's crew is available.
        kind: Kind of the crew's activity in the record.
        may_leave_uncovered: Whether it has waited so long that preparedness holds it no longer.
        completed: Nobody need come any more: somebody has the patient.
        crew: The crew that is on its way or with the patient.
        waiting: The wait for a crew, while there is one.
        doctor_on_way: The drive of a doctor who turns back if called off.
    """

    __slots__ = (
        "completed",
        "crew",
        "doctor_on_way",
        "kind",
        "local_km",
        "may_leave_uncovered",
        "patient",
        "place",
        "u_neighbour",
        "urgency",
        "waiting",
    )  # fmt: skip

    def __init__(
        self, patient: int, place: int, urgency: int, u_neighbour: float = 1.0,
        kind: int = MISSION,
    ) -> None:  # fmt: skip
        """Ask for a vehicle to a place, on a kind of activity."""
        self.patient = patient
        self.place = place
        self.urgency = urgency
        self.u_neighbour = u_neighbour
        self.kind = kind
        self.may_leave_uncovered = False
        self.completed = False
        self.crew: VehicleCrew | None = None
        self.waiting: Waiting | None = None
        self.doctor_on_way: Delay | None = None
        self.local_km = 0.0

    @property
    def priority(self) -> int:
        """Return the place in the queue: by urgency, planned transports last."""
        return GREEN + 1 if self.kind == TRANSPORT else self.urgency


class VehicleCrew:
    """A vehicle with its crew: at its station or a post, on a mission, or driving without patient.

    Attributes:
        index: Position in the fleet; `unit` is the row in the record's table of units.
        station: Its own place; with home duty the crew sleeps there (`at_home`).
        place: Where it stands, or where it is driving to by `route`.
        leaves_s: When it rolls; ahead of now while it mobilises.
        departed_s: When it passes the first place of its route; ahead of now while it mobilises.
        local_km: At a patient's door, how far by road from `place` it stands.
        local_out_s: How long the drive goes on from the end of its route to the patient's door.
        arrival: The wait until it stands at its patient, which may be called off.
        drive_kind: The kind of a drive without mission.
        trip: The drive under way as the record will have it; None where it stands.
        on_back_at_station: Called when a crew that staffs a satellite is free at its station.
        is_awaited: Whether patients wait for it at the satellite that it staffs.
        since_s: When its mission began; `worked_s` how long it was on missions before.
    """

    __slots__ = (
        "arrival",
        "at_home",
        "departed_s",
        "drive_kind",
        "index",
        "is_awaited",
        "kind",
        "leaves_s",
        "local_km",
        "local_out_s",
        "mission",
        "on_back_at_station",
        "on_duty",
        "place",
        "resting",
        "route",
        "since_s",
        "station",
        "trip",
        "unit",
        "worked_s",
    )

    def __init__(self, index: int, unit: int, station: int, kind: str = AMBULANCE_KIND) -> None:
        """Make a crew off duty at its station; `index` is its position in the fleet."""
        self.index = index
        self.unit = unit
        self.station = station
        self.kind = kind
        self.on_duty = False
        self.resting = False
        self.at_home = False
        self.place = station
        self.route: Route | None = None
        self.leaves_s = 0.0
        self.departed_s = 0.0
        self.local_km = 0.0
        self.local_out_s = 0.0
        self.drive_kind = RETURN
        self.trip: Departure | None = None
        self.since_s = 0.0
        self.worked_s = 0.0
        self.mission: Mission | None = None
        self.arrival: Delay | None = None
        self.on_back_at_station: Callable[[], None] | None = None
        self.is_awaited = False

    def is_standing(self, now: float) -> bool:
        """Tell whether a crew without mission stands at its station or post, or is still out."""
        route = self.route
        return route is None or now >= self.departed_s + route.reached_s[-1] + self.local_out_s

    @property
    def is_available(self) -> bool:
        """Tell whether a crew without mission may be given one."""
        return self.on_duty and not self.resting

    @property
    def may_be_called_off(self) -> bool:
        """Tell whether it is on its way to somebody less urgent than red, with nobody aboard."""
        if self.arrival is None or self.mission is None or self.kind != AMBULANCE_KIND:
            return False
        return self.mission.urgency > RED
