"""How far care and ambulance are from each place at some hours of an ordinary day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import is_free_day, parse_hours
from akuttsim.config.schema.clinic import (
    CLINIC_URGENCIES,
    Clinic,
    Need,
    clinics_in_reach,
    has_doctor,
)
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import CrewShift, Period, ServiceHours
from akuttsim.indicators.measured_run import MeasuredRun, opening_spans
from akuttsim.patients.urgency import expected_clinic_visits
from akuttsim.records import RED, Floats


@dataclass(frozen=True)
class CareJourneys:
    """Journeys to care from every place of a region, at one moment.

    Each goes to the nearest that sees the need (`care_in_reach`); who is seen at a satellite drives
    on to the nearest doctor in the share that is sent on.

    Attributes:
        region: The places, and the share of a satellite's patients that is sent on.
        clinics: Clinics and satellites of the organisation, by name.
        is_open: Tells whether a service runs at this moment.
        drive_s: Seconds from every place to the place of this index.
    """

    region: Region
    clinics: Mapping[str, Clinic]
    is_open: Callable[[ServiceHours], bool]
    drive_s: Callable[[int], Floats]

    @cached_property
    def doctor_s(self) -> Floats:
        """Return the seconds from each place to a doctor on site; infinite where none is open."""
        return self.journey_s("doctor")

    def journey_s(self, need: Need) -> Floats:
        """Return the expected seconds on the way from each place until the need is seen to."""
        journey = np.full(len(self._home), np.inf)
        for municipality in self.region.municipalities:
            mine = self._home == municipality
            for name in clinics_in_reach(self.clinics, need, municipality, self.is_open):
                journey[mine] = np.minimum(journey[mine], self._to(name)[mine])
            journey[mine] += self._way_on_s(need, municipality, journey[mine], mine)
        return journey

    def nearest(self, need: Need, place: str) -> tuple[str, float] | None:
        """Return the nearest that sees a need from a place, and the seconds to it.

        Of two as near the one with a doctor on site; None where none is open for the municipality.
        """
        municipality = self.region.places[place].municipality
        at = self.region.place_ids.index(place)
        in_reach = clinics_in_reach(self.clinics, need, municipality, self.is_open)
        if not in_reach:
            return None
        seconds = {name: float(self._to(name)[at]) for name in in_reach}
        name = min(seconds, key=lambda name: (seconds[name], not has_doctor(self.clinics[name])))
        return name, seconds[name]

    def mean_s(self, visits: Floats) -> Floats:
        """Return the mean over the visits of each place, given as [place, urgency]."""
        shares = visits / np.maximum(visits.sum(axis=1, keepdims=True), 1e-12)
        total = np.zeros(len(shares))
        for urgency, name in enumerate(CLINIC_URGENCIES):
            if (share := shares[:, urgency]).any():
                total += share * np.where(share > 0, self.journey_s(name), 0.0)
        return np.where(visits.any(axis=1), total, self.doctor_s)

    def _way_on_s(
        self, need: Need, municipality: str, nearest_s: Floats, mine: NDArray[np.bool_]
    ) -> Floats:
        """Return the seconds on from the nearest satellite, in the share that is sent on."""
        sent_on = self.region.care.satellite_sent_on.value
        clinics = clinics_in_reach(self.clinics, need, municipality, self.is_open)
        doctors = clinics_in_reach(self.clinics, "doctor", municipality, self.is_open)
        on_s = np.zeros(len(nearest_s))
        for name in clinics:
            if not has_doctor(self.clinics[name]) and doctors:
                satellite = self.region.place_ids.index(self.clinics[name].place)
                further_s = min(float(self._to(doctor)[satellite]) for doctor in doctors)
                is_nearest = self._to(name)[mine] == nearest_s
                on_s[is_nearest] = sent_on * further_s
        return on_s

    def _to(self, clinic: str) -> Floats:
        """Return the seconds from each place to a clinic, looked up once: many needs ask."""
        if clinic not in self._drives:
            place = self.region.place_ids.index(self.clinics[clinic].place)
            self._drives[clinic] = self.drive_s(place)
        return self._drives[clinic]

    @cached_property
    def _drives(self) -> dict[str, Floats]:
        return {}

    @cached_property
    def _home(self) -> NDArray[np.str_]:
        return np.array([place.municipality for place in self.region.places.values()])


ACCESS_HOURS = (3, 10, 18, 22)
"""Hours of the day that stand for night, office hours, evening and late evening."""


class AccessByHour(TypedDict):
    """How far care and the nearest ambulance are from each place, hour by hour; written as JSON.

    Seconds are whole, None where nothing is open or can come.

    Attributes:
        date: The day, ISO 8601: the first Tuesday to Thursday of the measured weeks that is no
            holiday; the roads are as at each hour.
        hours: The hours of the day, as `ACCESS_HOURS`.
        care: `care[hour][place]`: expected ordinary drive of those who visit a clinic, yellow and
            green in their shares: each to the nearest clinic or satellite that is open for the
            place's municipality and sees that urgency, and on to a doctor in the share that a
            satellite sends on.
        doctor: `doctor[hour][place]`: drive to the nearest that has a doctor on site.
        ambulance: `ambulance[hour][place]`: mean mobilisation of the crew (red, by night and from
            home where it is so) and drive with blue light from its station, of our own crew on duty
            that is soonest; all of them free.
        open: `open[hour]`: the positions of the clinics that are open.
        on_duty: `on_duty[hour]`: the positions of the crews that are on duty.
    """

    date: str
    hours: list[int]
    care: list[list[int | None]]
    doctor: list[list[int | None]]
    ambulance: list[list[int | None]]
    open: list[list[int]]
    on_duty: list[list[int]]


def access_by_hour(run: MeasuredRun) -> AccessByHour:
    """Return the seconds from each place to care, and of the nearest ambulance to it."""
    moments = hours_of_ordinary_day(run)
    journeys = [care_journeys_at(run, *moment) for moment in moments]
    visits = expected_clinic_visits(run.region)
    opening = [clinic.open.values() for clinic in run.organisation.clinics.values()]
    shifts = [crew.shifts for crew in run.organisation.ambulances.values()]
    return AccessByHour(
        date=ordinary_day(run).isoformat(),
        hours=list(ACCESS_HOURS),
        care=[_whole_seconds(journey.mean_s(visits)) for journey in journeys],
        doctor=[_whole_seconds(journey.doctor_s) for journey in journeys],
        ambulance=[
            _nearest_ambulance_s(run, at, condition, hour)
            for (at, condition), hour in zip(moments, ACCESS_HOURS, strict=True)
        ],
        open=[_covering(run, opening, at) for at, _ in moments],
        on_duty=[_covering(run, shifts, at) for at, _ in moments],
    )


def hours_of_ordinary_day(run: MeasuredRun) -> list[tuple[float, int]]:
    """Return the time, and the roads' condition, of each of `ACCESS_HOURS` on the ordinary day."""
    calendar, day = run.region.calendar.calendar(), ordinary_day(run)
    times_s = [calendar.seconds(day, 60 * hour) for hour in ACCESS_HOURS]
    local = [calendar.local(time_s) for time_s in times_s]
    return list(zip(times_s, run.travel.conditions(local), strict=True))


def ordinary_day(run: MeasuredRun) -> date:
    """Return the first Tuesday, Wednesday or Thursday of the measured span that is no holiday."""
    first = run.region.calendar.calendar().local(run.record.measured[0]).date()
    days = (date.fromordinal(first.toordinal() + after) for after in range(60))
    return next(day for day in days if day.weekday() in (1, 2, 3) and not is_free_day(day))


def _soonest_s(times: Iterable[float]) -> int | None:
    """Return the least of some times in whole seconds; None where none is finite."""
    soonest = min(times, default=float("inf"))
    return None if soonest == float("inf") else round(soonest)


def care_journeys_at(run: MeasuredRun, at: float, condition: int) -> CareJourneys:
    """Return the journeys to care at a time, with the roads as they are then."""
    clinics = run.organisation.clinics
    services = [service for clinic in clinics.values() for service in clinic.open.values()]
    running = {id(service) for service in services if _covers_time(run, service, at)}
    return CareJourneys(
        region=run.region,
        clinics=clinics,
        is_open=lambda service: id(service) in running,
        drive_s=lambda place: np.asarray(run.travel.to("car", condition, place)),
    )


def _whole_seconds(seconds: Floats) -> list[int | None]:
    """Return the seconds of each place as whole ones, None where they are infinite."""
    return [_soonest_s([second]) for second in seconds.tolist()]


def _covering(run: MeasuredRun, periods: Sequence[Iterable[Period]], at: float) -> list[int]:
    """Return the positions of those of whose periods one holds a time."""
    return [
        number
        for number, of_one in enumerate(periods)
        if any(_covers_time(run, period, at) for period in of_one)
    ]


def _covers_time(run: MeasuredRun, period: Period, at: float) -> bool:
    """Tell whether a period of a roster or of opening hours holds a time of the run."""
    return any(start <= at < end for start, end in opening_spans(run, [period]))


def _nearest_ambulance_s(
    run: MeasuredRun, at: float, condition: int, hour: int
) -> list[int | None]:
    """Return of each place how soon our nearest ambulance on duty is there, whole seconds.

    Mobilisation to a red patient and the drive with blue light, of crews that are all free; None
    where nobody is on duty.
    """
    blue_s = run.travel.seconds["blue"][condition]
    on_duty = [
        (_mobilisation_s(run, shift, hour), blue_s[run.region.place_ids.index(crew.station)])
        for crew in run.organisation.ambulances.values()
        if crew.kind == "ambulance"
        for shift in crew.shifts
        if _covers_time(run, shift, at)
    ]
    places = range(len(run.region.places))
    return [
        _soonest_s(ready_s + float(drive_s[place]) for ready_s, drive_s in on_duty)
        for place in places
    ]


def _mobilisation_s(run: MeasuredRun, shift: CrewShift, hour: int) -> float:
    """Return the mean mobilisation to a red patient."""
    rules = run.organisation.mobilisation
    start, end = parse_hours(rules.night_hours)
    is_night = (60 * hour - start) % 1440 < end - start
    ready_s = rules.station_s.each()[RED].expected()
    ready_s += rules.night_extra_s.expected() if is_night else 0.0
    return ready_s + (rules.home_extra_s.expected() if shift.duty == "home" else 0.0)
