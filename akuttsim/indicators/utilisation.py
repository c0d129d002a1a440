"""Indicators of utilisation: contacts and care per inhabitant, case mix, distance decay."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np

from akuttsim.config.schema.clinic import has_doctor
from akuttsim.config.schema.region import municipality_populations
from akuttsim.indicators.declaration import (
    TIMES_OF_DAY,
    add_municipality_gap,
    by_municipality,
    by_time_of_day,
    by_urgency,
    indicator,
)
from akuttsim.indicators.measured_run import (
    Grouping,
    GroupValue,
    Mask,
    MeasuredRun,
    is_in_spans,
    is_one_of,
    opening_span_rows,
    rate_rows,
    share,
    statistic_rows,
)
from akuttsim.records import (
    ADVICE,
    CLINIC,
    CONSULTATION,
    HOME_VISIT,
    LINE_116117,
    LINE_HEALTH,
    LINE_TRANSPORT,
    LONG_JOURNEYS,
    LOST,
    RED,
    UNFINISHED,
    VIDEO,
    WITH_PATIENT,
    Floats,
)
from akuttsim.units import WEEKS_A_YEAR

INHABITANTS = 1000

MISSION_KINDS = ("to a patient", "from a clinic", "planned transport", "long journey")
"""Why an ambulance drives."""

DECAY_DISTANCE_KM = 50.0

NEWTON_STEPS = 25


@indicator(
    unit="per 1000 per year",
    better="neither",
    by=("all", "municipality", "gap"),
    after="observation_beds_in_use",
)
def contacts_per_1000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Contacts with the legevakt for each 1,000 inhabitants a year.

    Numerator: contacts of the region's inhabitants with 116117: on the public's or health
    personnel's line, by coming without ringing, or by e-consultation; those who hung up included.
    Left out: calls that are no contact (wrong number, silence), and those who begin at 113 or with
    a safety alarm. Denominator: inhabitants of the municipality. Unit: per 1,000 a year. By
    municipality, with the highest and lowest of them and the gap between these two.
    Source: counterpart of the Watchtowers' contacts (Hansen et al., BMC HSR 2009;9:123; Eikeland et
    al., NORCE 2020).
    """
    contacts = _yearly_rate_per_1000(run, is_contact(run))
    yield from add_municipality_gap(contacts, "highest", "lowest")


@indicator(unit="per 1000 per year", better="neither", by=("all", "municipality"))
def consultations_per_1000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients seen by a doctor at a clinic or satellite for each 1,000 inhabitants a year.

    Numerator: patients of the region whom a doctor examined at a clinic, or by video at a
    satellite, however they came there; each once. Denominator: inhabitants of the municipality.
    Left out: patients whom only a nurse saw, home visits, and consultations on phone or screen. By
    municipality. Unit: per 1,000 a year.
    Source: counterpart of Helsedirektoratet, Allmennlegetjenesten, årsrapport 2023, ch. 9.3.
    """
    by_doctor = run.residents & is_examined_by_doctor(run)
    yield from _yearly_rate_per_1000(run, by_doctor)


def is_examined_by_doctor(run: MeasuredRun) -> Mask:
    """Return which patients a doctor examined at a clinic, or by video at a satellite."""
    did, arrived_s = run.record.activities, run.record.courses.at_clinic_s
    examined = is_one_of(did.kind, (CONSULTATION, VIDEO)) & (did.patient >= 0)
    patient, start_s = did.patient[examined], did.start_s[examined]
    by_doctor: Mask = np.zeros(len(run.patients), dtype=np.bool_)
    by_doctor[patient[start_s >= arrived_s[patient]]] = True
    return by_doctor


@indicator(unit="share", better="neither")
def consultations_50_km_away(run: MeasuredRun) -> Iterator[GroupValue]:
    """Consultations 50 kilometres by road from the nearest doctor, over those next door.

    Numerator: the share of contacts that are seen at a clinic or satellite, 50 km from the nearest
    clinic with a doctor that was open when they fell ill. Denominator: the same at 0 km. Both from
    a curve exp(a - b x km) fitted to all contacts of the region's inhabitants with 116117, by
    maximum likelihood (Poisson). Left out: red, who go by ambulance, and those for whom no clinic
    was open. Nobody's distance keeps a person from being a contact here: who stays away and never
    rings counts. Unit: share of 1.
    Source: counterpart of Raknes et al., Tidsskr Nor Legeforen 2014 (48 % fewer at 50 km).
    """
    km = _nearest_doctor_km(run)
    patients = run.patients
    contact = run.measured & patients.is_contact & (patients.urgency > 0)
    contact &= is_one_of(patients.line, (LINE_116117, LINE_HEALTH)) & np.isfinite(km)
    examined = (run.record.courses.outcome == CLINIC)[contact].astype(np.float64)
    value = exp(DECAY_DISTANCE_KM * _log_rate_slope(km[contact], examined))
    yield GroupValue("all", "all", value, int(contact.sum()))


def _nearest_doctor_km(run: MeasuredRun) -> Floats:
    """Return how far each patient is from the nearest doctor on site; infinite where none is."""
    time_s, place = run.patients.time_s, run.patients.place
    km = np.full(len(time_s), np.inf)
    index = {name: number for number, name in enumerate(run.region.municipalities)}
    for clinic in run.organisation.clinics.values():
        if has_doctor(clinic):
            towards = run.travel.km_to(run.region.place_ids.index(clinic.place))
            for service in clinic.open.values():
                is_served = np.zeros(len(index) + 1, dtype=np.bool_)
                is_served[[index[municipality] for municipality in service.municipalities]] = True
                mine = np.flatnonzero(is_served[run.municipality])
                mine = mine[is_in_spans(time_s[mine], opening_span_rows(run, [service]))]
                km[mine] = np.minimum(km[mine], towards[place[mine]])
    return km


def _log_rate_slope(km: Floats, happened: Floats) -> float:
    """Return the slope of the log rate by maximum likelihood; NaN where nothing tells one."""
    if not happened.any() or np.ptp(km) == 0:
        return float("nan")
    design = np.column_stack([np.ones(len(km)), km])
    coefficients = np.array([np.log(happened.mean()), 0.0])
    for _ in range(NEWTON_STEPS):
        rate = np.exp(design @ coefficients)
        information = design.T @ (design * rate[:, None])
        coefficients = coefficients + np.linalg.solve(information, design.T @ (happened - rate))
    return float(coefficients[1])


@indicator(unit="per 1000 per year", better="neither", by=("all", "municipality"))
def home_visits_per_1000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Home visits (sykebesøk) of the doctor on duty for each 1,000 inhabitants a year.

    Numerator: patients of the region whom the doctor visited at home. Call-outs to red incidents
    are left out, and so are those asked to come to the clinic instead, who live too far away.
    Denominator: inhabitants of the municipality. Unit: per 1,000 a year. By municipality.
    Source: counterpart of Helsedirektoratet, Allmennlegetjenesten, årsrapport 2023, ch. 9.3.
    """
    visited = run.residents & (run.record.courses.outcome == HOME_VISIT)
    yield from _yearly_rate_per_1000(run, visited)


def _yearly_rate_per_1000(run: MeasuredRun, mask: Mask) -> Iterator[GroupValue]:
    """Yield how many of these patients there are a year for each 1,000 inhabitants."""
    municipalities = municipality_populations(run.region)
    counts = np.bincount(run.municipality[mask], minlength=len(municipalities)).tolist()
    people = [sum(ages) for ages in municipalities.values()]
    names = [("all", "all"), *(("municipality", name) for name in municipalities)]
    every = zip([sum(counts), *counts], [sum(people), *people], names, strict=True)
    for count, inhabitants, name in every:
        a_year = count / run.weeks * WEEKS_A_YEAR
        value = a_year / inhabitants * INHABITANTS if inhabitants else float("nan")
        yield GroupValue(*name, value, count)


@indicator(unit="per 1000 per year", better="neither", by=("all", "kind", "urgency"))
def missions_per_1000_a_year(run: MeasuredRun) -> Iterator[GroupValue]:
    """Ambulance missions for each 1,000 inhabitants a year.

    Numerator: patients of the region whom an ambulance was sent to; patients taken from a clinic
    who were admitted; and planned transports and long journeys that a vehicle has come to. A
    patient fetched at home and later at a clinic is two. Helicopters, boats and single responders
    are left out, and so are crews that met another on the way. Denominator: inhabitants of the
    region. Unit: per 1,000 a year. By kind, and those to patients by urgency.
    Source: counterpart of Statistics Norway's ambulance missions (Flere ambulanseoppdrag i 2021).
    """
    is_planned = run.patients.line == LINE_TRANSPORT
    is_journey = is_one_of(run.patients.line, LONG_JOURNEYS)
    sent = run.residents & (run.record.courses.crew >= 0)
    trips = run.record.trips
    with_patient = run.measured_trips & (trips.unit >= 0) & (trips.kind == WITH_PATIENT)
    left_clinic_s = run.record.courses.left_clinic_s[trips.patient]
    fetched = int((with_patient & (trips.departed_s >= left_clinic_s)).sum())
    to_patients = sent & ~is_planned & ~is_journey
    counts = [int(group.sum()) for group in (to_patients, sent & is_planned, sent & is_journey)]
    counts.insert(1, fetched)
    kinds = Grouping("kind", np.repeat(np.arange(len(counts)), counts), MISSION_KINDS)
    groups = [kinds, by_urgency(run, to_patients)]
    people = sum(sum(ages) for ages in municipality_populations(run.region).values())
    per = people / INHABITANTS * run.weeks / WEEKS_A_YEAR
    yield from rate_rows(per, sum(counts), groups)


@indicator(unit="share", better="neither", by=("all", "municipality"))
def night_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the contacts with the legevakt that come at night, 23 to 8.

    Numerator: contacts that began to ring (or set out, or wrote) between 23 and 8, local time.
    Denominator: contacts of `contacts_per_1000_a_year`, which says who is left out. Unit: share of
    1. By municipality.
    Source: counterpart of BMC HSR 2009;9:123, table 3.
    """
    mask = is_contact(run)
    time_of_day = by_time_of_day(run, run.patients.time_s[mask]).codes
    at_night = (time_of_day == TIMES_OF_DAY.index("night")).astype(np.float64)
    yield from statistic_rows(at_night, share, [by_municipality(run, mask)])


@indicator(unit="share", better="neither", by=("all", "time_of_day"))
def nurse_alone_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the contacts with the legevakt that a nurse settles alone, with advice.

    Numerator: contacts that end with advice, on the phone or at the door. Denominator: contacts of
    `contacts_per_1000_a_year`. Left out: those who hung up, and those not finished when the run
    ended. Unit: share of 1. By time of day: day 8-15:30, evening 15:30-23, night 23-8.
    Source: counterpart of BMC HSR 2009;9:123, table 3.
    """
    outcome = run.record.courses.outcome
    mask = is_contact(run) & (outcome != LOST) & (outcome != UNFINISHED)
    alone = (outcome[mask] == ADVICE).astype(np.float64)
    yield from statistic_rows(alone, share, [by_time_of_day(run, run.patients.time_s[mask])])


@indicator(unit="share", better="neither", by=("all", "time_of_day"))
def red_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the contacts with the legevakt that are judged red.

    Numerator: contacts judged red by who answered (or at the clinic's door). Denominator: contacts
    of `contacts_per_1000_a_year` that somebody judged; those who hung up are left out. Unit: share
    of 1. By time of day: day 8-15:30, evening 15:30-23, night 23-8.
    Source: counterpart of BMC HSR 2009;9:123, table 3.
    """
    judged = run.record.courses.judged
    mask = is_contact(run) & (judged >= 0)
    red = (judged[mask] == RED).astype(np.float64)
    yield from statistic_rows(red, share, [by_time_of_day(run, run.patients.time_s[mask])])


def is_contact(run: MeasuredRun) -> Mask:
    """Return which patients are contacts of the region's inhabitants with 116117."""
    lines = is_one_of(run.patients.line, (LINE_116117, LINE_HEALTH))
    contacts: Mask = run.residents & run.patients.is_contact & lines
    return contacts
