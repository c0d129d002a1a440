"""Crews and the missions they go on: where a vehicle is, and who waits for it."""

from __future__ import annotations

from collections.abc import Callable

from simpy.events import Event

from akuttsim.chain.clock import Delay
from akuttsim.chain.recorder import Departure
from akuttsim.records import GREEN, MISSION, RED, RETURN, TRANSPORT
from akuttsim.roads.travel import Route

AMBULANCE_KIND, TRANSPORT_KIND = "ambulance", "transport"


class Mission:
    """A patient who needs a vehicle: waiting for one, with one on its way, or under care.

    `urgency` is as judged; a planned transport waits behind everybody else. `kind` is that of the
    crew's activity, `local_km` how far by road the patient is from the place. `doctor_on_way` is
    the wait of a doctor who turns if called off, `waiting` the wait for a crew while there is one.
    `may_leave_uncovered` once it has waited long enough for that. `is_over` when nobody need come
    any more: somebody else has taken the patient.
    """

    __slots__ = ("crew", "doctor_on_way", "is_over", "kind", "local_km", "may_leave_uncovered",
                 "patient", "place", "u_neighbour", "urgency", "waiting")  # fmt: skip

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
        self.is_over = False
        self.crew: VehicleCrew | None = None
        self.waiting: Event | None = None
        self.doctor_on_way: Delay | None = None
        self.local_km = 0.0

    @property
    def priority(self) -> int:
        """Return the place in the queue: by urgency, planned transports last."""
        return GREEN + 1 if self.kind == TRANSPORT else self.urgency


class VehicleCrew:
    """A vehicle with its crew: at its station or a post, on a mission, or driving without patient.

    `place` is where it stands, or where it is driving to by `route`; it rolls from `leaves_s` and
    passes the first place of the route at `departed_s`, which both lie ahead while it mobilises.
    At a patient's door it stands `local_km` by road from the place; `local_out_s` is how long the
    drive under way goes on from the end of its route to the patient's door.
    `arrival` is the wait until it stands at its patient, which may be called off. `drives` is the
    kind of a drive without mission, and `trip` the drive under way as the record will have it (None
    where it stands); `receives` is told when a crew that staffs a satellite is free
    at its station, and `is_awaited` tells whether patients wait there for it.
    """

    __slots__ = (
        "arrival",
        "at_home",
        "departed_s",
        "drives",
        "index",
        "is_awaited",
        "kind",
        "leaves_s",
        "local_km",
        "local_out_s",
        "mission",
        "on_duty",
        "place",
        "receives",
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
        self.drives = RETURN
        self.trip: Departure | None = None
        self.since_s = 0.0
        self.worked_s = 0.0
        self.mission: Mission | None = None
        self.arrival: Delay | None = None
        self.receives: Callable[[], None] | None = None
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
