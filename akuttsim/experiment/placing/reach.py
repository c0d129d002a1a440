"""Which crews reach whom in time, in each part of an ordinary week.

The limit runs from 113 being notified, as the official response time does: interview and dispatch,
mobilisation (from the station or from home, longer by night) and the drive with blue light. How
long the first parts take differs from call to call; three equally likely cases stand for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.fleet import Crew
from akuttsim.config.schema.roster import CrewShift
from akuttsim.config.schema.roster import Period as Hours
from akuttsim.experiment.placing.question import World
from akuttsim.experiment.placing.week import Week, mean_seconds, ordinary_week
from akuttsim.patients.urgency import expected_red_incidents
from akuttsim.theory.rostered_coverage import CoveragePeriod
from akuttsim.units import MINUTE_S

Array = NDArray[np.float64]

DENSE_MIN, SPARSE_MIN = 12.0, 25.0
"""Official goals for red incidents in dense (tettbygd) and sparse (grisgrendt) areas."""

CASES = np.array([1 / 6, 3 / 6, 5 / 6])
"""A quick, a middling and a slow start, each standing for a third of the calls: all its parts are
quick or slow together."""

OFF, STATION, HOME = 0, 1, 2

Roster = tuple[CrewShift, ...]


@dataclass(frozen=True)
class Part:
    """A part of the week with one duty for each group of crews: `half_hours` of the `Week`."""

    duty: tuple[int, ...]
    is_night: bool
    half_hours: NDArray[np.intp]


@dataclass(frozen=True)
class Reach:
    """What is asked of crews: rosters by group, where they may stand, limits, how busy they are.

    `within_s[place]` from 113 being notified; `busy[hour of day]` shares of the time on duty.
    """

    world: World
    rosters: tuple[Roster, ...]
    sites: tuple[int, ...]
    within_s: Array
    busy: Array

    def periods(self) -> list[CoveragePeriod]:
        """Return the periods of an MEXCLP; atoms are the region's places."""
        week, incidents = (
            ordinary_week(self.world.region),
            expected_red_incidents(self.world.region),
        )
        return [
            period
            for part in _parts(week, self.world, self.rosters)
            for period in self._cases(week, part, incidents)
        ]

    def _cases(self, week: Week, part: Part, incidents: Array) -> Iterator[CoveragePeriod]:
        weights = week.calls_113[part.half_hours]
        hours = week.hour[part.half_hours]
        drive_s = mean_seconds(self.world.travel, "blue", hours, weights)[list(self.sites)]
        busy = float(weights @ self.busy[hours] / weights.sum())
        for case in range(len(CASES)):
            starts = [self._start_s(duty, part.is_night, case) for duty in part.duty]
            reach = np.array([drive_s + start_s <= self.within_s for start_s in starts])
            yield CoveragePeriod(incidents * (weights.sum() / len(CASES)), busy, reach)

    def _start_s(self, duty: int, is_night: bool, case: int) -> float:
        """Return the seconds from 113 being notified until a crew rolls; infinite off duty."""
        if duty == OFF:
            return float("inf")
        rolls = self.world.organisation.mobilisation
        parts = [rolls.station_s.red.quantile(CASES)[case]]
        parts += [rolls.night_extra_s.quantile(CASES)[case]] if is_night else []
        parts += [rolls.home_extra_s.quantile(CASES)[case]] if duty == HOME else []
        return float(call_s(self.world)[case] + sum(parts))


def call_s(world: World) -> Array:
    """Return the seconds from 113 being notified until a crew is alerted, in each of `CASES`."""
    care = world.region.care
    seconds: Array = care.interview_113_s.red.quantile(CASES) + care.dispatch_s.quantile(CASES)
    return seconds


def limits_s(world: World, within_min: float | None) -> Array:
    """Return each place's limit: as asked for, or the official goal of incidents there."""
    region = world.region
    goals = [DENSE_MIN if region.is_dense(place) else SPARSE_MIN for place in region.place_ids]
    minutes = np.array(goals) if within_min is None else np.full(len(goals), within_min)
    seconds: Array = minutes * MINUTE_S
    return seconds


def ambulances_of(world: World) -> dict[str, Crew]:
    """Return the organisation's own ambulances."""
    crews = world.organisation.ambulances
    return {name: crew for name, crew in crews.items() if crew.kind == "ambulance"}


def rosters_of(crews: Mapping[str, Crew]) -> tuple[Roster, ...]:
    """Return the distinct rosters, in the order in which they first appear."""
    return tuple(dict.fromkeys(crew.shifts for crew in crews.values()))


def _parts(week: Week, world: World, rosters: Sequence[Roster]) -> list[Part]:
    """Divide the week by the duty of every group and by night."""
    night = week.during([Hours(days="daily", hours=world.organisation.mobilisation.night_hours)])
    states = np.array([*(_duty(week, roster) for roster in rosters), night.astype(int)])
    kinds, which = np.unique(states, axis=1, return_inverse=True)
    return [
        Part(tuple(kind[:-1].tolist()), bool(kind[-1]), np.flatnonzero(which.ravel() == number))
        for number, kind in enumerate(kinds.T)
    ]


def _duty(week: Week, roster: Roster) -> NDArray[np.int64]:
    """Return what a crew does in each half-hour."""
    at_station = week.during([shift for shift in roster if shift.duty == "station"])
    at_home = week.during([shift for shift in roster if shift.duty == "home"])
    return np.select([at_station, at_home], [STATION, HOME], OFF)
