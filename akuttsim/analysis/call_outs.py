"""Indicators of the doctor's call-outs to red incidents, and of whom a doctor left for them."""

from __future__ import annotations

import numpy as np

from akuttsim.analysis.groupings import by_municipality, by_urgency
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import Observed, mean, share
from akuttsim.records import BUSY, LEFT_PATIENT, NOT_ALERTED, WENT_OUT
from akuttsim.units import MINUTE_S

WENT = (WENT_OUT, LEFT_PATIENT)
"""What became of a call-out that the doctor set out on."""


def doctor_went_out(seen: Observed) -> Observations:
    """Share of red incidents with the doctor alerted in which the doctor went out (utrykning).

    Numerator: incidents that the doctor on duty set out to, also where the doctor turned because
    the patient had been taken away. Denominator: red incidents of the region that the doctor was
    alerted to, those refused as too far away or of little benefit, and those with the doctor busy,
    included. Left out: red incidents that nobody alerted the doctor to. Unit: share of 1. By
    municipality.
    Source: Zakariassen & Hunskår, BMC Emerg Med 2010;10:5 (42 % of alerted doctors went out).
    """
    answer = seen.record.courses.doctor_call_out
    alerted = seen.measured & (answer != NOT_ALERTED)
    went = np.isin(answer[alerted], WENT).astype(np.float64)
    groups, who = [by_municipality(seen, alerted)], np.flatnonzero(alerted)
    return Observations("doctor_went_out", "share", went, share, groups, who)


def doctor_was_busy(seen: Observed) -> Observations:
    """Share of red incidents where a doctor willing to go out could not (samtidighetskonflikt).

    Numerator: incidents that the doctor would have gone to, but every doctor of the team was with a
    patient who may not be left. Denominator: these and the incidents that a doctor went to. Left
    out: incidents that the doctor was not alerted to, too far away, or of little benefit. Where
    doctors leave green and yellow patients for red, those busy with red remain; where they leave
    nobody, any patient counts. Unit: share of 1.
    Source: akuttsim's own definition.
    """
    answer = seen.record.courses.doctor_call_out
    willing = seen.measured & np.isin(answer, (*WENT, BUSY))
    busy = (answer[willing] == BUSY).astype(np.float64)
    return Observations("doctor_was_busy", "share", busy, share, [], np.flatnonzero(willing))


def doctor_left_patient(seen: Observed) -> Observations:
    """Share of call-outs for which the doctor left another patient.

    Numerator: call-outs to red incidents for which a doctor left a patient in the middle of a
    consultation, call or visit, or on the way to a visit. Denominator: call-outs that a doctor set
    out on. Left out: doctors taken on their drive home, whom nobody waits for. Unit: share of 1. By
    municipality of the incident. How long those who were left waited is `left_patient_wait_min`.
    Source: akuttsim's own definition.
    """
    answer = seen.record.courses.doctor_call_out
    out = seen.measured & np.isin(answer, WENT)
    left = (answer[out] == LEFT_PATIENT).astype(np.float64)
    groups, who = [by_municipality(seen, out)], np.flatnonzero(out)
    return Observations("doctor_left_patient", "share", left, share, groups, who)


def left_patient_wait_min(seen: Observed) -> Observations:
    """How long patients whom the doctor left for a red incident waited for the rest, mean.

    Whom it counts: patients whom a doctor left at least once for a red incident, and for whom a
    doctor has gone on. What it counts: minutes from when the doctor left until somebody went on, in
    all if that happened more than once; how much longer the drive to a home visit then takes is not
    in it. Left out: those still waiting when the run ended. Unit: minutes. By urgency as judged.
    Source: akuttsim's own definition.
    """
    waited_s = seen.record.courses.interrupted_s
    mask = seen.measured & ~np.isnan(waited_s)
    waited_min = waited_s[mask] / MINUTE_S
    groups, who = [by_urgency(seen, mask)], np.flatnonzero(mask)
    return Observations("left_patient_wait_min", "min", waited_min, mean, groups, who)
