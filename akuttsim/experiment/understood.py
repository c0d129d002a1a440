"""What was understood of a region and an organisation, worked out without running anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.arrivals import relative_rates
from akuttsim.patients.sample import people_by_place
from akuttsim.roads.travel import Travel, travel
from akuttsim.scenario.organisation import ControlRoom, Organisation
from akuttsim.scenario.region import Region
from akuttsim.scenario.roster import Staffing, unroll
from akuttsim.units import HOUR_S, MINUTE_S

Array = NDArray[np.float64]

WEEKS = 52
BANDS = {"weekday 11": (2, 11), "weekday 19": (2, 19), "weekday 02": (2, 2), "Sunday 14": (6, 14)}
"""Hours of the week at which drive times are shown: working day, evening, night, weekend."""


@dataclass(frozen=True)
class Demand:
    """Expected calls a day of a mean week: contacts and other calls to 116117, and to 113."""

    people: int
    contacts: float
    other_calls: float
    calls_113: float
    outside_113: float


def demand(region: Region) -> Demand:
    """Return the expected calls a day."""
    rates, people = region.demand, people_by_place(region)
    to_116117 = float((people @ np.array(rates.age_factor_116117.as_tuple())).sum()) / 365.25
    to_113 = float((people @ np.array(rates.age_factor_113.as_tuple())).sum()) / 365.25
    outside = sum(each.people for each in region.outside.values()) / 365.25
    per_113 = rates.calls_113_per_person_year.value
    return Demand(
        people=region.people(),
        contacts=to_116117 * rates.contacts_per_person_year.value,
        other_calls=to_116117 * rates.other_calls_per_person_year.value,
        calls_113=to_113 * per_113,
        outside_113=outside * per_113,
    )


@dataclass(frozen=True)
class RoomLoad:
    """A control room over the hours of the day: operators on duty and at work, both as means."""

    room: str
    number: str
    on_duty: Array
    at_work: Array


def loads(region: Region, organisation: Organisation) -> list[RoomLoad]:
    """Return each room's expected load by hour of the day, over a year of days."""
    return [_load(name, room, region) for name, room in organisation.control_rooms.items()]


def _load(name: str, room: ControlRoom, region: Region) -> RoomLoad:
    hours = region.calendar.calendar().hours(WEEKS * 7 * 24)
    local = np.array([hour.hour for hour in hours])
    calls = demand(region)
    care = region.care
    after = care.after_call_s.expected()
    if room.number == "116117":
        work_s = calls.contacts * (care.talk_s.expected() + after)
        work_s += calls.other_calls * (care.other_call_s.expected() + after)
    else:
        both = calls.calls_113 + (calls.outside_113 if room.outside else 0.0)
        work_s = both * care.talk_113_s.expected()
    served = _share_served(room, region)
    rates = relative_rates(region, hours, room.number == "113") * work_s * served / 24 / HOUR_S
    return RoomLoad(
        room=name,
        number=room.number,
        on_duty=_by_hour(_on_duty(room.operators, region, len(hours)), local),
        at_work=_by_hour(rates, local),
    )


def _share_served(room: ControlRoom, region: Region) -> float:
    mine = sum(sum(region.municipalities[name].people) for name in room.municipalities)
    return mine / region.people()


def _on_duty(roster: dict[str, Staffing], region: Region, hours: int) -> Array:
    """Return how many are on duty in each elapsed hour, as a mean over the hour."""
    edges = np.arange(hours + 1) * HOUR_S
    count = np.zeros(hours)
    for staffing in roster.values():
        for start, end in unroll(staffing, region.calendar.calendar(), WEEKS * 7):
            inside = np.clip(edges[1:], start, end) - np.clip(edges[:-1], start, end)
            count += inside / HOUR_S * staffing.on_duty
    return count


def _by_hour(values: Array, local: NDArray[np.int64]) -> Array:
    means: Array = np.bincount(local, weights=values, minlength=24) / np.bincount(local)
    return means


@dataclass(frozen=True)
class Drives:
    """Minutes from a municipality's largest place: to care at some hours, and from an ambulance."""

    municipality: str
    people: int
    to_care: tuple[float, ...]
    from_ambulance: float


def drives(region: Region, organisation: Organisation) -> list[Drives]:
    """Return drive times of each municipality: to the nearest open clinic, from the nearest crew.

    Care at the hours of `BANDS` in an ordinary week; the ambulance with blue light, at noon,
    without mobilisation, from the nearest station with a crew at any hour.
    """
    times = travel(region)
    return [_drives(name, region, organisation, times) for name in region.municipality_ids]


def _drives(name: str, region: Region, organisation: Organisation, times: Travel) -> Drives:
    ids = region.place_ids
    own = [place for place in ids if region.places[place].municipality == name]
    largest = ids.index(max(own, key=lambda place: sum(region.places[place].people)))
    noon = times.condition_of_hour[12]
    stations = [ids.index(crew.station) for crew in organisation.ambulances.values()]
    blue = times.to("blue", noon, largest)
    return Drives(
        municipality=region.municipalities[name].name,
        people=sum(region.municipalities[name].people),
        to_care=tuple(
            _to_care(name, largest, band, (region, organisation, times)) for band in BANDS.values()
        ),
        from_ambulance=min(blue[station] for station in stations) / MINUTE_S,
    )


def _to_care(
    municipality: str,
    start: int,
    band: tuple[int, int],
    world: tuple[Region, Organisation, Travel],
) -> float:
    region, organisation, times = world
    weekday, hour = band
    calendar = region.calendar.calendar()
    day = next(d for d in range(14, 21) if calendar.day(d).weekday() == weekday)
    at = calendar.seconds(calendar.day(day), hour * 60)
    condition = times.condition_of_hour[hour]
    minutes = [
        times.to("car", condition, region.place_ids.index(clinic.place))[start] / MINUTE_S
        for clinic in organisation.clinics.values()
        for service in clinic.open.values()
        if municipality in service.municipalities
        and any(first <= at < last for first, last in unroll(service, calendar, 22))
    ]
    return min(minutes, default=float("nan"))
