"""Triage and care seeking, for all patients at once: where a call leads, and who comes at all.

This is where the truth of a `Patient` becomes what an operator knows: a `Call` carries the judged
urgency and the way onward, never the truth. The same rules tell who gets worse after being sent
home: those judged less urgent than they are, and those who stayed away because care was far. They
are then a level more urgent than they were judged before.

Patients are the same for every organisation, and nobody vanishes: whoever would come if care were
near, and does not come at this organisation's distance, does something else. Neighbours and alarms
that nobody here answers are outside the model.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain.run_plan import OpeningTable, Plan
from akuttsim.config.schema.care_needs import Mistriage
from akuttsim.config.schema.clinic import CLINIC_URGENCIES, clinic_sees, has_doctor
from akuttsim.config.schema.region import DistanceDecay, Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.patients.needs import (
    highest_factor,
    need_factors,
    seeks_care,
    ways_of_113_calls,
    ways_of_contacts,
)
from akuttsim.records import (
    ADVICE,
    ADVICE_INSTEAD,
    CLINIC,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_ALARM,
    RANG_113_INSTEAD,
    RED,
    WAITED_TILL_MORNING,
    Codes,
    Flags,
    Floats,
    Instead,
    Patients,
)
from akuttsim.units import HOUR_S, TICKS_PER_S, to_ticks


def calls_by_video(patients: Patients, video_share: Floats) -> Flags:
    """Return which calls are turned into video: the hardest to judge first, of real contacts.

    Args:
        patients: The patients as drawn.
        video_share: The share of calls on video in each patient's room, shape (patients,).
    """
    return patients.is_contact & (patients.u_hard < video_share)


def judged_by_voice(patients: Patients, misjudged: Mistriage) -> Codes:
    """Return the urgency as judged at 116117 by voice: one level off in some calls.

    Args:
        patients: The patients with their true urgency.
        misjudged: How often it is judged too low and too high, of all calls and of the hard ones.

    Returns:
        Codes of urgency, shape (patients,).
    """
    is_hard = patients.u_hard < misjudged.hard_share.value
    under, over = (
        np.where(is_hard, hard.value, _rate_of_easy_calls(everyone.value, hard.value, misjudged))
        for everyone, hard in (
            (misjudged.under, misjudged.hard_under),
            (misjudged.over, misjudged.hard_over),
        )
    )
    return _shift_level(patients.urgency, patients.u_misjudged, under, over)


def _rate_of_easy_calls(everyone: float, hard: float, misjudged: Mistriage) -> float:
    """Return the rate in easy calls that makes the rate over all calls what is published."""
    share = misjudged.hard_share.value
    return (everyone - share * hard) / (1 - share) if share < 1 else 0.0


def judged_113(patients: Patients, misjudged: Mistriage) -> Codes:
    """Return the urgency as judged at 113."""
    under = np.full(len(patients), misjudged.under.value)
    over = np.full(len(patients), misjudged.over.value)
    return _shift_level(patients.urgency, patients.u_misjudged_113, under, over)


def _shift_level(urgency: Codes, u: Floats, under: Floats, over: Floats) -> Codes:
    """Return the urgency one level down where u < under, one level up where u > 1 - over."""
    step = np.where(u < under, 1, np.where(u > 1 - over, -1, 0))
    return np.clip(urgency + step, RED, GREEN).astype(np.int8)


def ways_from_116117(region: Region, patients: Patients, judged: Codes) -> Codes:
    """Return where each call leads. Red goes to 113 by rule; calls that are no contact end.

    Args:
        region: What each judged urgency leads to.
        patients: The patients as drawn.
        judged: Urgency as judged, shape (patients,).

    Returns:
        Codes of `Triage`, shape (patients,).
    """
    way = ways_of_contacts(region.care.needs, judged, patients.u_need)
    return np.where(patients.is_contact, way, ADVICE).astype(np.int8)


def ways_from_113(region: Region, patients: Patients, judged: Codes) -> Codes:
    """Return where each 113 call leads: an ambulance, 116117 or advice."""
    return ways_of_113_calls(region.care.needs_113, judged, patients.u_need_113)


@dataclass(frozen=True, slots=True)
class SecondContact:
    """How those are met who ask again: whether it is found out, and where each urgency leads.

    Attributes:
        recognised: By patient, whether it is found out that they have got worse.
        way: By urgency a list of the patients: where 116117 sends them if judged so.
        way_113: By urgency a list of the patients: where 113 sends them.
    """

    recognised: list[bool]
    way: tuple[list[int], ...]
    way_113: tuple[list[int], ...]

    def judged(self, patient: int, before: int) -> int:
        """Return how urgent a patient is judged to be who has got worse.

        Args:
            patient: Row of the patient.
            before: What was judged at the first contact.
        """
        return max(before - 1, RED) if self.recognised[patient] else before


def second_contacts(region: Region, patients: Patients) -> SecondContact | None:
    """Return how those are met who ask again; None where nobody gets worse."""
    if region.worsening is None:
        return None
    recognised = patients.u_recognised < region.worsening.recognised.value
    levels = [np.full(len(patients), code, dtype=np.int8) for code in range(len(URGENCIES))]
    return SecondContact(
        recognised.tolist(),
        tuple(ways_from_116117(region, patients, level).tolist() for level in levels),
        tuple(ways_from_113(region, patients, level).tolist() for level in levels),
    )


def worsens_after_s(
    region: Region, patients: Patients, too_low: Flags, stayed_away: Flags
) -> Floats:
    """Return after how long each gets worse who is sent home; 0 for who does not.

    A share of those judged too low, and all who stayed away and get worse later.

    Args:
        region: Who gets worse, and after how long.
        patients: The patients as drawn.
        too_low: Who is judged less urgent than they are.
        stayed_away: Who stays away, care being far, and gets worse later.

    Returns:
        Seconds, shape (patients,), in whole ticks.
    """
    after_s = np.zeros(len(patients))
    worsening = region.worsening
    if worsening is None:
        return after_s
    share = np.array(worsening.judged_too_low.as_tuple())[patients.urgency]
    ours = patients.is_contact & (patients.place >= 0) & ~patients.same_incident
    worse = ours & ((too_low & (patients.u_worsens < share)) | stayed_away)
    hours = worsening.after_h.quantile(patients.u_worsens_after[worse], patients.urgency[worse])
    after_s[worse] = np.maximum(to_ticks(hours * HOUR_S), 1 / TICKS_PER_S)
    return after_s


def worse_at_s(
    region: Region, patients: Patients, too_low: Flags, worsens_s: Floats
) -> NDArray[np.float64]:
    """Return when each gets worse who waits for care till then, in seconds of the run; inf: never.

    Counted from the first ring. Those truly yellow or green have the same chance in each hour, but
    those judged too low, who get worse as late as when they are sent home.

    Args:
        region: Who gets worse while waiting; nobody, where it does not say.
        patients: The patients as drawn.
        too_low: Who is judged less urgent than they are.
        worsens_s: After how long those get worse who are judged too low; 0 for never.

    Returns:
        Seconds, shape (patients,), in whole ticks after the first ring.
    """
    never = np.full(len(patients), np.inf)
    if region.worsening is None or region.worsening.while_waiting is None:
        return never
    rule = region.worsening.while_waiting
    share = np.array([0.0, rule.yellow.value, rule.green.value])[patients.urgency]
    ours = patients.is_contact & (patients.place >= 0) & ~patients.same_incident
    waits = ours & ~too_low & (share > 0)
    with np.errstate(divide="ignore"):
        hours = np.log1p(-patients.u_worsens[waits]) / np.log1p(-share[waits])
    after_s = np.where(too_low & (worsens_s > 0), worsens_s, never)
    after_s[waits] = np.maximum(to_ticks(hours * HOUR_S), 1 / TICKS_PER_S)
    return patients.time_s + after_s


WORST_FIRST = (
    Instead.WITHOUT,
    Instead.WORSE_LATER,
    Instead.NEXT_DAY,
    Instead.DOCTOR_PHONE,
    Instead.ADVICE,
)
"""What those do instead of coming who are not red; all but the last are keys of the config."""

MORNING = 8
"""The hour at which those ring who have waited till the morning."""


def within_model(plan: Plan, patients: Patients, municipality: NDArray[np.intp]) -> Flags:
    """Return all but neighbours and alarms that nobody here answers."""
    to_113, to_116117 = (
        np.array([*(room >= 0 for room in plan.outside[number]), True])
        for number in ("113", "116117")
    )
    rings_113 = patients.line == LINE_113
    is_served = np.where(rings_113, to_113[patients.outside], to_116117[patients.outside])
    is_alarm = patients.line == LINE_ALARM
    if is_alarm.any():
        room = plan.answering["alarm"].first_at(patients.time_s, municipality)
        is_served &= ~is_alarm | (room >= 0)
    return is_served


def instead_of_coming(plan: Plan, patients: Patients, judged: Codes, way: Codes) -> Codes:
    """Return what each does instead of coming, care being far away.

    Whether somebody comes goes by where the nurse would send them: seen by a doctor, or visited at
    home; the phone does not fall. Those truly red decide before they ring.

    Args:
        plan: Region and organisation, with the distances to its clinics.
        patients: The patients as drawn.
        judged: Urgency as 116117 would judge it.
        way: Where 116117 would send them, a code of `Triage`.

    Returns:
        Codes of `Instead`, shape (patients,).
    """
    decay = plan.region.demand.distance_decay
    nobody = np.zeros(len(patients), dtype=np.int8)
    if decay is None or decay.everybody_comes:
        return nobody
    is_red = patients.urgency == RED
    asks = seeks_care(patients.place, patients.line, patients.is_contact)
    decides_as = np.where(is_red, np.int8(RED), judged)
    comes = _share_who_come(plan, patients, decides_as, way)
    red_share = 1.0 if decay.instead is None else decay.instead.red_rings_113.value
    rings_113 = patients.u_beyond_reach < red_share
    # from 0 (comes from anywhere) to 1, among those with the same need
    factor = need_factors(plan.region, decay, patients.urgency, patients.u_need)
    candidate = patients.u_present * highest_factor(decay)
    reluctance = np.divide(candidate, factor, out=np.zeros(len(candidate)), where=factor > 0)
    far = asks & (comes < 1) & (reluctance >= comes)
    return np.select(
        [~far, is_red],
        [nobody, np.where(rings_113, RANG_113_INSTEAD, WAITED_TILL_MORNING).astype(np.int8)],
        _instead_of_others(decay, patients),
    )


def _share_who_come(plan: Plan, patients: Patients, urgency: Codes, way: Codes) -> Floats:
    """Return the share who come, of those who would with care next door: exp(-rate x km)."""
    decay = plan.region.demand.distance_decay
    assert decay is not None
    is_red = patients.urgency == RED
    per_km = np.select(
        [is_red, way == CLINIC, way == HOME_VISIT],
        [decay.red_per_km.value, decay.consultation_per_km.value, decay.home_visit_per_km.value],
        0.0,
    )
    km = distance_km(plan, patients)
    comes = _exact_exp(-per_km * km)
    counts = 0.0 if decay.satellite_counts is None else decay.satellite_counts.value
    if not counts:
        return comes
    nearer = np.minimum(km, satellite_km(plan, patients, urgency))
    at_clinic = is_red | (way == CLINIC)
    near = np.where(at_clinic, _exact_exp(-per_km * nearer), comes)
    return comes + counts * (near - comes)


def _exact_exp(exponents: Floats) -> Floats:
    """Return exp of each: unlike NumPy's, it gives the same bits on every CPU."""
    values = exponents.tolist()
    return np.fromiter(map(math.exp, values), dtype=np.float64, count=len(values))


def _instead_of_others(decay: DistanceDecay, patients: Patients) -> Codes:
    """Return the choice by comparing each uniform with the cumulated shares, the worst first."""
    instead = decay.instead
    if instead is None:
        return np.full(len(patients), ADVICE_INSTEAD, dtype=np.int8)
    *worse, _ = WORST_FIRST
    limits = np.cumsum([getattr(instead, choice_code.name.lower()).value for choice_code in worse])
    choice = np.searchsorted(limits, patients.u_beyond_reach, side="right")
    return np.array(WORST_FIRST, dtype=np.int8)[choice]


def until_morning_s(plan: Plan, patients: Patients) -> Floats:
    """Return how long it is from when each falls ill until the next morning at eight, in seconds.

    Args:
        plan: The plan of the run.
        patients: The patients as drawn.
    """
    count = len(plan.is_night_hour)
    hours = plan.region.calendar.calendar().hours(count)
    mornings = np.flatnonzero([hour.hour == MORNING for hour in hours]) * HOUR_S
    after = np.searchsorted(mornings, patients.time_s, side="right")
    until: Floats = mornings[np.minimum(after, len(mornings) - 1)] - patients.time_s
    return np.maximum(until, 0.0)


def distance_km(plan: Plan, patients: Patients) -> Floats:
    """Return how far each patient is by road from the nearest clinic with a doctor open then."""
    clinics = plan.organisation.clinics.values()
    staffed = {index for index, clinic in enumerate(clinics) if has_doctor(clinic)}
    return _nearest_km(plan, patients, staffed, of_none=0.0)


def satellite_km(plan: Plan, patients: Patients, urgency: Codes) -> Floats:
    """Return how far the nearest satellite is that is open then and takes each one's urgency."""
    km = np.full(len(patients), np.inf)
    for code, name in enumerate(CLINIC_URGENCIES):
        takes = {
            index
            for index, clinic in enumerate(plan.organisation.clinics.values())
            if not has_doctor(clinic) and clinic_sees(clinic, name)
        }
        if takes:
            mine = urgency == code
            km[mine] = _nearest_km(plan, patients, takes, of_none=np.inf)[mine]
    return km


def _nearest_km(plan: Plan, patients: Patients, clinics: Collection[int], of_none: float) -> Floats:
    """Return kilometres to the nearest of some clinics that is open for each patient then."""
    tables, table = plan.openings.table_at(patients.time_s)
    km = np.array([_km_by_place(plan, open_now, clinics, of_none) for open_now in tables])
    return km[table, patients.place]


def _km_by_place(
    plan: Plan, open_now: OpeningTable, clinics: Collection[int], of_none: float
) -> Floats:
    """Return the distance of each place (last: neighbours) to the nearest of some clinics."""
    places = [plan.place_index[clinic.place] for clinic in plan.organisation.clinics.values()]
    km = np.full(len(plan.municipality_of_place) + 1, of_none)
    home = np.array(plan.municipality_of_place)
    for municipality, open_for in open_now.items():
        columns = [plan.travel.km_to(places[index]) for index in open_for if index in clinics]
        if columns:
            residents = np.flatnonzero(home == municipality)
            km[residents] = np.min(columns, axis=0)[residents]
    return km
