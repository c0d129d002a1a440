"""How far care and ambulance are from each place at some hours of an ordinary working day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import numpy as np

from akuttsim.analysis.care_journeys import CareJourneys
from akuttsim.analysis.observed import Observed
from akuttsim.analysis.rosters import open_spans
from akuttsim.config.schema.calendar import is_free_day, parse_hours
from akuttsim.config.schema.fleet import Crew
from akuttsim.config.schema.roster import CrewShift, Period
from akuttsim.patients.urgency import expected_clinic_visits
from akuttsim.records import RED, Floats

HOURS = (3, 10, 18, 22)
"""Hours of the day that stand for night, office hours, evening and late evening."""


def reach(seen: Observed) -> dict[str, Any]:
    """Return the seconds from each place to care, and of the nearest ambulance to it, hour by hour.

    `care[hour][place]`: expected ordinary drive of those who visit a clinic, yellow and green in
    their shares: each to the nearest clinic or satellite that is open for the place's municipality
    and sees that urgency, and on to a doctor in the share that a satellite sends on.
    `doctor[hour][place]`: drive to the nearest that has a doctor on site.
    `ambulance[hour][place]`: mean mobilisation of the crew (red, by night and from home where it is
    so) and drive with blue light from its station, of our own crew on duty that is soonest; all of
    them free. Whole seconds, None where nothing is open or can come. The day is the first Tuesday
    to Thursday of the measured weeks that is no holiday; the roads are as at that hour.
    `open[hour]` and `on_duty[hour]` are the positions of clinics and crews that are.
    """
    looked_at = moments(seen)
    journeys = [care_at(seen, *each) for each in looked_at]
    visits = expected_clinic_visits(seen.region)
    return {
        "date": ordinary_day(seen).isoformat(),
        "hours": list(HOURS),
        "care": [_whole(each.mean_s(visits)) for each in journeys],
        "doctor": [_whole(each.doctor_s) for each in journeys],
        "ambulance": [
            _ambulance(seen, at, condition, hour)
            for (at, condition), hour in zip(looked_at, HOURS, strict=True)
        ],
        "open": [_open_now(seen, at) for at, _ in looked_at],
        "on_duty": [_on_duty(seen, at) for at, _ in looked_at],
    }


def moments(seen: Observed) -> list[tuple[float, int]]:
    """Return the time, and the roads' condition, of each of `HOURS` on the ordinary day."""
    day = ordinary_day(seen)
    times = [_at(seen, day, hour) for hour in HOURS]
    return list(zip(times, _conditions(seen, times), strict=True))


def ordinary_day(seen: Observed) -> date:
    """Return the first Tuesday, Wednesday or Thursday of the measured span that is no holiday."""
    first = seen.region.calendar.calendar().local(seen.record.measured[0]).date()
    days = (date.fromordinal(first.toordinal() + after) for after in range(60))
    return next(day for day in days if day.weekday() in (1, 2, 3) and not is_free_day(day))


def _at(seen: Observed, day: date, hour: int) -> float:
    return seen.region.calendar.calendar().seconds(day, 60 * hour)


def _conditions(seen: Observed, moments: list[float]) -> tuple[int, ...]:
    calendar = seen.region.calendar.calendar()
    local: list[datetime] = [calendar.local(at) for at in moments]
    return seen.travel.conditions(local)


def _soonest(times: Iterable[float]) -> int | None:
    soonest = min(times, default=float("inf"))
    return None if soonest == float("inf") else round(soonest)


def care_at(seen: Observed, at: float, condition: int) -> CareJourneys:
    """Return the journeys to care at a time, with the roads as they are then."""
    clinics = seen.organisation.clinics
    services = [service for clinic in clinics.values() for service in clinic.open.values()]
    running = {id(service) for service in services if _covers(seen, service, at)}
    return CareJourneys(
        region=seen.region,
        clinics=clinics,
        is_open=lambda service: id(service) in running,
        drive_s=lambda place: np.asarray(seen.travel.to("car", condition, place)),
    )


def _whole(seconds: Floats) -> list[int | None]:
    return [_soonest([each]) for each in seconds.tolist()]


def _open_now(seen: Observed, at: float) -> list[int]:
    clinics = enumerate(seen.organisation.clinics.values())
    return [
        number
        for number, clinic in clinics
        if any(_covers(seen, service, at) for service in clinic.open.values())
    ]


def _on_duty(seen: Observed, at: float) -> list[int]:
    crews = enumerate(seen.organisation.ambulances.values())
    return [
        number for number, crew in crews if any(_covers(seen, shift, at) for shift in crew.shifts)
    ]


def _covers(seen: Observed, period: Period, at: float) -> bool:
    return any(start <= at < end for start, end in open_spans(seen, [period]))


def _ambulance(seen: Observed, at: float, condition: int, hour: int) -> list[int | None]:
    on_duty = [
        (_mobilisation_s(seen, shift, hour), _times_from(seen, crew, condition))
        for crew in seen.organisation.ambulances.values()
        if crew.kind == "ambulance"
        for shift in crew.shifts
        if _covers(seen, shift, at)
    ]
    places = range(len(seen.region.places))
    return [_soonest(ready_s + times[place] for ready_s, times in on_duty) for place in places]


def _times_from(seen: Observed, crew: Crew, condition: int) -> list[float]:
    station = seen.region.place_ids.index(crew.station)
    times: list[float] = seen.travel.seconds["blue"][condition][station].tolist()
    return times


def _mobilisation_s(seen: Observed, shift: CrewShift, hour: int) -> float:
    """Return the mean mobilisation to a red patient."""
    rules = seen.organisation.mobilisation
    start, end = parse_hours(rules.night_hours)
    is_night = (60 * hour - start) % 1440 < end - start
    ready_s = rules.station_s.each()[RED].expected()
    ready_s += rules.night_extra_s.expected() if is_night else 0.0
    return ready_s + (rules.home_extra_s.expected() if shift.duty == "home" else 0.0)
