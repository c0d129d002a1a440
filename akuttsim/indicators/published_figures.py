"""Indicators with a published counterpart: how far the model is from the world."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import numpy as np

from akuttsim.config.schema.region import municipality_populations
from akuttsim.indicators.access_to_care import ACCESS_HOURS, care_journeys_at, hours_of_ordinary_day
from akuttsim.indicators.ambulance import ambulance_response_min, measured_red_incidents
from akuttsim.indicators.declaration import (
    TIMES_OF_DAY,
    Observations,
    by_goal,
    by_municipality,
    indicator,
)
from akuttsim.indicators.driving import km_by_traveller
from akuttsim.indicators.measured_run import (
    GroupValue,
    Mask,
    MeasuredRun,
    is_in_spans,
    median,
    p90,
    rate_rows,
    share,
    spans_as_rows,
    statistic_rows,
)
from akuttsim.indicators.utilisation import (
    is_contact,
    is_examined_by_doctor,
    missions_per_1000_a_year,
)
from akuttsim.patients.call_rates import people_by_place
from akuttsim.records import RED, Floats
from akuttsim.units import HOUR_S, MINUTE_S, WEEKS_A_YEAR

NEAREST_CREW_TOLERANCE_MIN = 5.0
"""A crew that drove so much farther than the nearest on duty would was not the nearest."""

_SECONDS_TO_DOCTOR_CACHE: WeakKeyDictionary[MeasuredRun, dict[str, Floats]] = WeakKeyDictionary()
"""Of each run how far its places are from a doctor: two indicators ask."""

OFFICE_HOURS = (8.0, 15.5)
"""Hours of working days at which the municipality's GP offices have the duty."""


@indicator(unit="share", better="neither", after="red_share")
def weekend_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the contacts with the legevakt that come at weekends and on holidays.

    Numerator: contacts that began to ring (or set out, or wrote) on a Saturday, Sunday or public
    holiday. Denominator: contacts of `contacts_per_1000_a_year`, which says who is left out. Unit:
    share of 1.
    Source: counterpart of the Watchtowers (NKLM 06.2024).
    """
    free = (run.weekday(run.patients.time_s[is_contact(run)]) >= 5).astype(np.float64)
    yield from statistic_rows(free, share, [])


@indicator(unit="share", better="neither")
def office_hours_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the consultations that are in office hours of working days, 8 to 15:30.

    Numerator: patients of `consultations_per_1000_a_year` who came to the clinic then. Denominator:
    all of them. Left out: whom only a nurse saw, home visits, phone and screen. Unit: share of 1.
    Source: counterpart of quarterly counts of Helsedirektoratet (10.6 % in 2019).
    """
    came_s = run.record.courses.at_clinic_s[run.residents & is_examined_by_doctor(run)]
    hour = run.hour(came_s) + came_s % HOUR_S / HOUR_S
    in_hours = (hour >= OFFICE_HOURS[0]) & (hour < OFFICE_HOURS[1]) & (run.weekday(came_s) < 5)
    yield from statistic_rows(in_hours.astype(np.float64), share, [])


@indicator(unit="share", better="neither")
def red_to_legevakt_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of red patients taken along by an ambulance who were taken to a legevakt.

    Numerator: those who came to a clinic from the scene. Denominator: these and those who were
    taken to hospital. Left out: who stayed where they were, and whom a helicopter or boat took.
    Unit: share of 1.
    Source: counterpart of BMC Emerg Med 2010;10:5 (28 % in 2007).
    """
    courses = run.record.courses
    departed = run.measured & (courses.judged == RED) & ~np.isnan(courses.left_scene_s)
    to_clinic = departed & (courses.at_clinic_s >= courses.left_scene_s)
    to_hospital = departed & ~to_clinic & ~np.isnan(courses.at_hospital_s)
    conveyed = to_clinic | to_hospital
    values = to_clinic[conveyed].astype(np.float64)
    yield from statistic_rows(values, share, [])


@indicator(unit="share", better="lower", by=("all", "time_of_day"))
def far_from_legevakt_40_min_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the people with more than 40 minutes to the nearest open clinic with a doctor.

    Whom it counts: all inhabitants, by ordinary car on an ordinary working day (the map's), to the
    nearest that is open for their municipality then. Left out: satellites. Unit: share of 1. By
    time of day: by day at 10, in the evening at 18, at night at 3; for all of these together, in
    the evening.
    Source: counterpart of Norway 2022 (5.2 % of people) and Raknes et al., Tidsskr 2014.
    """
    yield from _share_of_people_beyond(run, 40)


@indicator(unit="share", better="lower", by=("all", "time_of_day"))
def far_from_legevakt_60_min_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the people with more than 60 minutes to the nearest open clinic with a doctor.

    Whom it counts: as `far_from_legevakt_40_min_share`, which says how and when, and who is left
    out. Unit: share of 1. By time of day.
    Source: counterpart of Norway 2022 (1.5 % of people) and Raknes et al., Tidsskr 2014.
    """
    yield from _share_of_people_beyond(run, 60)


def _share_of_people_beyond(run: MeasuredRun, minutes: float) -> Iterator[GroupValue]:
    """Yield the share of inhabitants who have farther than so many minutes to a doctor.

    By day, in the evening and at night of the ordinary day; `all` is the evening.
    """
    people = people_by_place(run.region).sum(axis=1)
    values = {
        name: float(people @ (seconds > minutes * MINUTE_S)) / float(people.sum())
        for name, seconds in _seconds_to_doctor(run).items()
    }
    n = int(people.sum())
    yield GroupValue("all", "all", values["evening"], n)
    for name, value in values.items():
        yield GroupValue("time_of_day", name, value, n)


def _seconds_to_doctor(run: MeasuredRun) -> dict[str, Floats]:
    """Return how far each place is from an open clinic with a doctor, by time of day."""
    seconds = _SECONDS_TO_DOCTOR_CACHE.get(run)
    if seconds is None:
        moments = dict(zip(ACCESS_HOURS, hours_of_ordinary_day(run), strict=True))
        seconds = _SECONDS_TO_DOCTOR_CACHE[run] = {
            name: care_journeys_at(run, *moments[hour]).doctor_s
            for name, hour in zip(TIMES_OF_DAY, (10, 18, 3), strict=True)
        }
    return seconds


@indicator(unit="share", better="higher", by=("all", "municipality"))
def nearest_crew_share(run: MeasuredRun) -> Observations:
    """Share of red incidents whose ambulance was the nearest on duty, or nearly.

    Numerator: incidents whose first ambulance drove at most 5 minutes longer than the nearest
    ambulance of ours that was on duty would from its station, by the roads of that hour, with blue
    light; the way about the place is in the drive of the one that came alone, so that the share is
    a little too low. Denominator: red incidents as in the official response time
    (`ambulance_within_12_min`, which says who is left out). Unit: share of 1. By municipality.
    Source: akuttsim's own definition.
    """
    mask = measured_red_incidents(run)
    drove_s = (run.record.courses.on_scene_s - run.record.courses.rolling_s)[mask]
    nearest_s = _nearest_on_duty_s(run, mask)
    near = (drove_s <= nearest_s + NEAREST_CREW_TOLERANCE_MIN * MINUTE_S).astype(np.float64)
    groups, who = [by_municipality(run, mask)], np.flatnonzero(mask)
    return Observations(near, share, groups, who)


def _nearest_on_duty_s(run: MeasuredRun, mask: Mask) -> Floats:
    """Return the drive with blue light from the nearest station with our crew on duty then."""
    alerted_s = run.record.courses.alerted_s[mask]
    place, hour = run.patients.place[mask], run.hour(alerted_s)
    condition = np.array(run.travel.condition_of_hour)[hour]
    blue_s = {code: run.travel.seconds["blue"][code] for code in np.unique(condition).tolist()}
    nearest = np.full(len(alerted_s), np.inf)
    ids, units = run.region.place_ids, {unit.name: unit for unit in run.record.units}
    for name, crew in run.organisation.ambulances.items():
        if crew.kind != "ambulance":
            continue
        on_duty = is_in_spans(alerted_s, spans_as_rows(units[name].on_duty))
        station = ids.index(crew.station)
        for code, seconds in blue_s.items():
            drive_s = seconds[station, place]
            is_eligible = on_duty & (condition == code)
            nearest = np.where(is_eligible, np.minimum(nearest, drive_s), nearest)
    return nearest


@indicator(unit="times", better="neither", by=("all", "goal_area", "municipality_goal"))
def ambulance_response_p90_over_median(run: MeasuredRun) -> Iterator[GroupValue]:
    """How many times the median the response time is that nine in ten red incidents stay below.

    Whom it counts: red incidents as in the official response time (`ambulance_within_12_min`, which
    says who is left out). Unit: times. By goal area, and by the goal of the municipality.
    Source: akuttsim's own definition; counterpart of 31.1 minutes (2013) over 15.1 (2020) in sparse
    municipalities of Norway (Helsedirektoratet).
    """
    mask = measured_red_incidents(run)
    minutes = ambulance_response_min(run)[mask]
    groups = by_goal(run, mask)

    def p90_over_median(values: Floats) -> float:
        return p90(values) / median(values) if len(values) else float("nan")

    yield from statistic_rows(minutes, p90_over_median, groups)


@indicator(unit="per car and day", better="neither")
def missions_a_car_day(run: MeasuredRun) -> Iterator[GroupValue]:
    """Missions of a mean vehicle of ours on a day: ambulances and transport vehicles.

    Numerator: patients whom one of them was sent to, patients fetched at a clinic, and planned
    transports. Denominator: vehicles times days, whatever their hours on duty. Left out: crews of
    neighbours, and crews that met another on the way. Unit: missions a day.
    Source: counterpart of missions and cars by trust (Statistics Norway in Ambulanseforum, 2014).
    """
    cars = sum(crew.kind != "neighbour" for crew in run.organisation.ambulances.values())
    yield from rate_rows(max(cars, 1) * 7 * run.weeks, _own_missions(run), [])


@indicator(unit="km", better="neither")
def km_a_mission(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kilometres by road of crews and transport vehicles for each mission.

    Numerator: kilometres of `km_driven_a_week` of our crews and transport vehicles: there, with the
    patient, and back. Denominator: missions of `missions_a_car_day`. Left out: neighbours' crews,
    whose missions are not counted there either; what flies or sails. Unit: kilometres a mission.
    Source: counterpart of Statistics Norway's ambulances by county, 2001.
    """
    driven, sent = km_by_traveller(run), _own_missions(run)
    km = sum(driven[who][0] for who in ("crews", "transport_vehicles") if who in driven)
    yield GroupValue("all", "all", km / sent if sent else float("nan"), sent)


def _own_missions(run: MeasuredRun) -> int:
    """Return missions of our own vehicles: to patients, fetching at clinics, planned transports."""
    whole = next(iter(missions_per_1000_a_year(run)))
    return whole.n


@indicator(unit="per 10000 per year", better="neither")
def helicopter_missions_per_10000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients whom a helicopter was sent to, for each 10,000 inhabitants a year.

    Numerator: patients of the region whom an ambulance or rescue helicopter stood at, or was on its
    way to. Denominator: inhabitants of the region, times the time simulated in years. Left out:
    transfers between hospitals, which are not simulated. Unit: per 10,000 a year.
    Source: counterpart of Air Med J 2015;34:98-103 and BMC Emerg Med 2020 (00377-0).
    """
    kinds = [support.kind for support in run.organisation.supports.values()]
    flies = np.array([kind in ("helicopter", "rescue_helicopter") for kind in kinds] + [False])
    sent = int((run.residents & flies[run.record.courses.support]).sum())
    yield from rate_rows(_rate_per_inhabitants(run, 10_000), sent, [])


@indicator(unit="per 1000 per year", better="neither", by=("all", "municipality"))
def responders_per_1000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients whom first responders stood at, for each 1,000 inhabitants a year.

    Numerator: patients of the region with a first responder there before they were taken away.
    Denominator: inhabitants of the region, times the time simulated in years. Left out: alarms that
    nobody was free to answer, and responders who came when the patient was gone; empty where the
    organisation has no first responders at all. Unit: per 1,000 a year. By municipality (per 1,000
    of its own people).
    Source: counterpart of 6,505 health missions of fire services in 2018 (NRK 2019).
    """
    came = run.residents & ~np.isnan(run.record.courses.responder_s)
    counts = np.bincount(run.municipality[came], minlength=len(run.region.municipalities))
    has_any = bool(run.organisation.first_responders)
    per = _rate_per_inhabitants(run, 1000) if has_any else float("nan")
    yield from rate_rows(per, int(came.sum()), [])
    years = run.weeks / WEEKS_A_YEAR
    for name, count in zip(run.region.municipality_ids, counts.tolist(), strict=True):
        people = sum(municipality_populations(run.region)[name])
        value = count / years / people * 1000 if people and has_any else float("nan")
        yield GroupValue("municipality", name, value, count)


def _rate_per_inhabitants(run: MeasuredRun, of: int) -> float:
    """Return the inhabitants, in this many, times the years measured."""
    people = sum(sum(ages) for ages in municipality_populations(run.region).values())
    return people / of * run.weeks / WEEKS_A_YEAR
