"""Which crews reach whom in time in each part of an ordinary week of half-hours.

The limit runs from 113 being notified, as the official response time does: interview and dispatch,
mobilisation (from the station or from home, longer by night) and the drive with blue light. How
long the first parts take differs from call to call; three equally likely cases stand for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import Calendar, public_holidays
from akuttsim.config.schema.fleet import Crew
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import CrewShift, Period, unroll
from akuttsim.optimisation.siting.siting_question import SitingWorld
from akuttsim.patients.call_rates import relative_rates
from akuttsim.patients.urgency import expected_red_incidents
from akuttsim.records import Flags, Floats, Mode
from akuttsim.roads.travel import Travel
from akuttsim.theory.rostered_coverage import CoveragePeriod
from akuttsim.units import MINUTE_S

HALF_HOURS = 48
WEEKS_LOOKED_AT = 12
MIDDLE_MIN = 15
"""Half-hours are judged by their middle."""


@dataclass(frozen=True)
class OrdinaryWeek:
    """Half-hours of the first week of a run without a public holiday, Monday to Sunday.

    Attributes:
        calendar: The region's calendar.
        days: Days of the run that have to be unrolled to reach the end of the week.
        at_s: Middle of each of the 336 half-hours, in seconds of the run.
        hour: Hour of the day of each, local time.
        calls_113: Share of the week's calls to 113 in each half-hour; the sum is 1.
        calls_116117: The same of calls to 116117.
    """

    calendar: Calendar
    days: int
    at_s: Floats
    hour: NDArray[np.int64]
    calls_113: Floats
    calls_116117: Floats

    def during(self, periods: Iterable[Period]) -> Flags:
        """Tell in which half-hours at least one of the periods runs."""
        runs = np.zeros(len(self.at_s), dtype=bool)
        for period in periods:
            for start, end in unroll(period, self.calendar, self.days):
                runs |= (self.at_s >= start) & (self.at_s < end)
        return runs


def ordinary_week(region: Region) -> OrdinaryWeek:
    """Return the week of a region by which sites are judged; the first if all have holidays."""
    calendar = region.calendar.calendar()
    start = calendar.day(0)
    monday = start + timedelta(days=-start.weekday() % 7)
    weeks = [
        [monday + timedelta(weeks=number, days=offset) for offset in range(7)]
        for number in range(WEEKS_LOOKED_AT)
    ]
    has_holiday = [any(day in public_holidays(day.year) for day in week) for week in weeks]
    days = weeks[has_holiday.index(False) if False in has_holiday else 0]
    clock = [(day, half * 30 + MIDDLE_MIN) for day in days for half in range(HALF_HOURS)]
    local = [datetime.combine(day, time(*divmod(minute, 60))) for day, minute in clock]
    return OrdinaryWeek(
        calendar=calendar,
        days=(days[-1] - calendar.day(0)).days + 2,
        at_s=np.array([calendar.seconds(day, minute) for day, minute in clock]),
        hour=np.array([moment.hour for moment in local]),
        calls_113=_normalised_shares(relative_rates(region, local, True)),
        calls_116117=_normalised_shares(relative_rates(region, local, False)),
    )


def _normalised_shares(rates: Floats) -> Floats:
    shares: Floats = rates / rates.sum()
    return shares


def mean_seconds(times: Travel, mode: Mode, hours: NDArray[np.int64], weights: Floats) -> Floats:
    """Return mean travel seconds [from, to] over hours of an ordinary working day.

    Args:
        times: Travel times by mode and condition of the roads.
        mode: By car, or with blue light.
        hours: Hours of the day, 0 to 23, one for each weight.
        weights: How often somebody drives at that hour, on any scale.
    """
    by_condition: dict[int, float] = {}
    for hour, weight in zip(hours.tolist(), weights.tolist(), strict=True):
        condition = times.condition_of_hour[hour]
        by_condition[condition] = by_condition.get(condition, 0.0) + weight
    total = sum(by_condition.values())
    parts = [times.seconds[mode][road] * (share / total) for road, share in by_condition.items()]
    mean: Floats = np.sum(parts, axis=0)
    return mean


DENSE_MIN, SPARSE_MIN = 12.0, 25.0
"""Official goals for red incidents in dense (tettbygd) and sparse (grisgrendt) areas."""

START_QUANTILES = np.array([1 / 6, 3 / 6, 5 / 6])
"""A quick, a middling and a slow start, each standing for a third of the calls: all its parts are
quick or slow together."""

OFF, STATION, HOME = 0, 1, 2

Roster = tuple[CrewShift, ...]


@dataclass(frozen=True)
class WeekPart:
    """A part of the week in which every group of crews has one duty.

    Attributes:
        duty: Off, at the station or at home, of each group of crews.
        is_night: Whether crews start more slowly, as at night.
        half_hours: Indices of its half-hours in the `OrdinaryWeek`.
    """

    duty: tuple[int, ...]
    is_night: bool
    half_hours: NDArray[np.intp]


@dataclass(frozen=True)
class CrewCoverage:
    """What an MEXCLP of crews is made of: rosters, sites, limits, and how busy crews are.

    Attributes:
        world: The organisation in its region.
        rosters: The distinct rosters, one for each group of crews.
        sites: Indices of the places where crews may stand.
        within_s: Limit of each place, seconds from 113 being notified.
        busy: Share of the time on duty that crews are at work, by hour of the day (24).
    """

    world: SitingWorld
    rosters: tuple[Roster, ...]
    sites: tuple[int, ...]
    within_s: Floats
    busy: Floats

    def periods(self) -> list[CoveragePeriod]:
        """Return the periods of the MEXCLP: parts of the week by quick, middling and slow starts.

        Each holds the red incidents a year of its part, the busy share, and which site reaches
        which place in time, as [roster, site, place]; the atoms are the region's places.

        Source: MEXCLP, Daskin 1983, Transportation Science 17(1), 48-70.
        """
        week, incidents = (
            ordinary_week(self.world.region),
            expected_red_incidents(self.world.region),
        )
        return [
            period
            for part in _week_parts(week, self.world, self.rosters)
            for period in self._cases(week, part, incidents)
        ]

    def _cases(
        self, week: OrdinaryWeek, part: WeekPart, incidents: Floats
    ) -> Iterator[CoveragePeriod]:
        """Yield a part of the week as three equally likely periods, by how quickly crews start."""
        weights = week.calls_113[part.half_hours]
        hours = week.hour[part.half_hours]
        drive_s = mean_seconds(self.world.travel, "blue", hours, weights)[list(self.sites)]
        busy = float(weights @ self.busy[hours] / weights.sum())
        for case in range(len(START_QUANTILES)):
            starts = [self._start_s(duty, part.is_night, case) for duty in part.duty]
            reach = np.array([drive_s + start_s <= self.within_s for start_s in starts])
            yield CoveragePeriod(incidents * (weights.sum() / len(START_QUANTILES)), busy, reach)

    def _start_s(self, duty: int, is_night: bool, case: int) -> float:
        """Return the seconds from 113 being notified until a crew rolls; infinite off duty."""
        if duty == OFF:
            return float("inf")
        rolls = self.world.organisation.mobilisation
        parts = [rolls.station_s.red.quantile(START_QUANTILES)[case]]
        parts += [rolls.night_extra_s.quantile(START_QUANTILES)[case]] if is_night else []
        parts += [rolls.home_extra_s.quantile(START_QUANTILES)[case]] if duty == HOME else []
        return float(alert_delay_s(self.world)[case] + sum(parts))


def alert_delay_s(world: SitingWorld) -> Floats:
    """Return seconds from 113 notified to a crew alerted, one for each of `START_QUANTILES`."""
    care = world.region.care
    seconds: Floats = care.interview_113_s.red.quantile(START_QUANTILES) + care.dispatch_s.quantile(
        START_QUANTILES
    )
    return seconds


def limits_s(world: SitingWorld, within_min: float | None) -> Floats:
    """Return each place's limit in seconds from 113 being notified.

    Args:
        world: The region whose places are dense (12 min) or sparse (25 min).
        within_min: One limit for all places, in minutes; None for the official goals.
    """
    region = world.region
    goals = [DENSE_MIN if region.is_dense(place) else SPARSE_MIN for place in region.place_ids]
    minutes = np.array(goals) if within_min is None else np.full(len(goals), within_min)
    seconds: Floats = minutes * MINUTE_S
    return seconds


def ambulances_of(world: SitingWorld) -> dict[str, Crew]:
    """Return the organisation's own ambulances."""
    crews = world.organisation.ambulances
    return {name: crew for name, crew in crews.items() if crew.kind == "ambulance"}


def rosters_of(crews: Mapping[str, Crew]) -> tuple[Roster, ...]:
    """Return the distinct rosters, in the order in which they first appear."""
    return tuple(dict.fromkeys(crew.shifts for crew in crews.values()))


def _week_parts(
    week: OrdinaryWeek, world: SitingWorld, rosters: Sequence[Roster]
) -> list[WeekPart]:
    """Divide the week by the duty of every group and by night."""
    night = week.during([Period(days="daily", hours=world.organisation.mobilisation.night_hours)])
    duties = []
    for roster in rosters:
        at_station = week.during([shift for shift in roster if shift.duty == "station"])
        at_home = week.during([shift for shift in roster if shift.duty == "home"])
        duties.append(np.select([at_station, at_home], [STATION, HOME], OFF))
    states = np.array([*duties, night.astype(int)])
    kinds, which = np.unique(states, axis=1, return_inverse=True)
    return [
        WeekPart(tuple(kind[:-1].tolist()), bool(kind[-1]), np.flatnonzero(which.ravel() == number))
        for number, kind in enumerate(kinds.T)
    ]
