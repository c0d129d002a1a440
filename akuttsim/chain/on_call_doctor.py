"""The second doctor on call (bakvakt): asleep at home until a rule wakes, then at work."""

from __future__ import annotations

from functools import partial

from simpy.events import Event

from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.recorder import Departure
from akuttsim.chain.staff_queues import RosterChange, StaffMember, StaffQueue, Team
from akuttsim.records import BY_UNKNOWN_WAY, WAY_IN, WAY_IN_TRIP


def wakes_on_call_doctor(waiting: int, longer_than: int | None, all_out: bool) -> bool:
    """Tell whether a rule wakes the back-up: too many wait, or every doctor on duty is out."""
    return all_out or (longer_than is not None and waiting > longer_than)


class OnCallDoctors:
    """Doctors on call behind a team on duty; they join it when woken, until nobody waits.

    `longer_than` patients may wait before one is woken; `when_all_are_out` wakes one when the last
    doctor on duty drives out. `place` is where they come to (-1: told nowhere); nobody knows where
    they live.
    """

    __slots__ = ("_asleep", "_awake", "_clock", "_comes_after_s", "_longer_than", "_on_call",
                 "_out", "_team", "_when_all_are_out", "people", "place")  # fmt: skip

    def __init__(
        self, clock: Clock, team: Team, units: range, comes_after_s: float,
        longer_than: int | None, when_all_are_out: bool,
    ) -> None:  # fmt: skip
        """Make doctors who are not on call yet, one for each row of the table of units."""
        self.people = [team.add_member(unit) for unit in units]
        self.place = -1
        self._clock = clock
        self._team = team
        self._comes_after_s = comes_after_s
        self._longer_than = longer_than
        self._when_all_are_out = when_all_are_out
        self._on_call: list[StaffMember] = []
        self._asleep: list[StaffMember] = []
        self._awake: list[StaffMember] = []
        self._out: list[StaffMember] = []
        for queue in team.queues:
            queue.on_growth = self.wake_if_needed
        team.on_quiet = self.send_home_if_quiet

    def wake_if_needed(self, queue: StaffQueue) -> None:
        """Wake a doctor if the rule says so for those who wait now."""
        asleep = [each for each in self._asleep if not each.at_work]
        if asleep and wakes_on_call_doctor(queue.waiting, self._longer_than, self._all_are_out()):
            person = asleep[0]
            self._asleep.remove(person)
            self._awake.append(person)
            woken_s = self._clock._now
            self._clock.later(self._comes_after_s, partial(self._arrives, person, woken_s))

    def _all_are_out(self) -> bool:
        if not self._when_all_are_out:
            return False
        people = self._team.people
        on_duty = [person for person in people if person.on_duty and person not in self._awake]
        return bool(on_duty) and all(person in self._out for person in on_duty)

    def _arrives(self, person: StaffMember, woken_s: float, _: Event) -> None:
        now, recorder = self._clock._now, self._team.recorder
        recorder.log_activity(person.unit, WAY_IN, woken_s, now, -1)
        way_in = Departure(
            person.unit, WAY_IN_TRIP, -1, -1, -1, 0.0, self.place, BY_UNKNOWN_WAY, -1,
            woken_s, woken_s, now,
        )  # fmt: skip
        recorder.log_trip(way_in, now, True)
        self._team.begin_shift(person)
        self.send_home_if_quiet()

    def send_home_if_quiet(self) -> None:
        """Send home those who find nobody waiting, unless they stand in for doctors who are out."""
        if self._awake and not self._all_are_out():
            for person in [
                idle_person
                for idle_person in self._awake
                if idle_person.on_duty and not idle_person.at_work
            ]:
                self._awake.remove(person)
                self._team.end_shift(person)
                if person in self._on_call:
                    self._asleep.append(person)

    def note_departure(self, person: StaffMember) -> None:
        """Note that a doctor of the team drives out, which may wake a back-up."""
        self._out.append(person)
        self.wake_if_needed(self._team.queues[0])

    def note_return(self, person: StaffMember) -> None:
        """Note that a doctor of the team is back; who stood in may go."""
        self._out.remove(person)
        self.send_home_if_quiet()

    def change_duty(self, person: StaffMember, on_call: bool) -> None:
        """Begin or end a doctor's hours on call; who has been woken goes on until quiet."""
        if not on_call:
            self._on_call.remove(person)
            if person in self._asleep:
                self._asleep.remove(person)
        else:
            self._on_call.append(person)
            if person not in self._awake:
                self._asleep.append(person)


def run_on_call_roster(
    clock: Clock, back_up: OnCallDoctors, changes: list[RosterChange]
) -> Pathway:
    """Begin and end the doctors' hours on call, in order of time."""
    for at, position, begins in changes:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        back_up.change_duty(back_up.people[position], begins)
