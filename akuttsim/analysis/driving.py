"""Indicator of driving: the hours that crews, doctors and nurses spend on the road."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.doctor import BACK_UP_DOCTOR
from akuttsim.analysis.legs import legs, vehicles
from akuttsim.analysis.observed import Observed, Row
from akuttsim.records import CALL_OUT, NURSE_OUT, RETURN, STAND_BY, TRANSPORT, VISIT, Floats
from akuttsim.units import HOUR_S, MINUTE_S

DRIVERS = ("crew", "transport_vehicle", "neighbour_crew", "doctor", "nurse")


def hours_driven_a_week(seen: Observed) -> Iterator[Row]:
    """Hours a week that crews, doctors and nurses drive.

    What it counts: of work begun in the measured span: crews to patients, with them to hospital or
    clinic, home, and to stand-by posts; doctors (back-ups included) and satellite nurses on home
    visits and call-outs, there and back, less the time with the patient. Where nothing tells the
    parts, all but the known handovers counts as driving: a crew called off before it came, one that
    fetches an admitted patient at a clinic, one that comes to meet another, and a transport out of
    the region. A back-up doctor's way in, helicopters, boats and single responders are left out.
    Unit: hours a week. By role and by vehicle.
    Source: akuttsim's own definition.
    """
    hours, units = _driven_s(seen) / HOUR_S / seen.weeks, seen.record.units
    did, of_unit = seen.record.activities, vehicles(seen)
    names = tuple(seen.organisation.ambulances)
    role_of_unit = np.array(
        [DRIVERS.index("doctor" if unit.role == BACK_UP_DOCTOR else unit.role)
         if unit.role in (*DRIVERS, BACK_UP_DOCTOR) else -1 for unit in units], dtype=np.intp
    )  # fmt: skip
    drove = hours > 0
    yield Row(
        "hours_driven_a_week", "all", "all", float(hours.sum()), "h per week", int(drove.sum())
    )
    for group_by, groups, codes in (
        ("role", DRIVERS, role_of_unit[did.unit]),
        ("crew", names, of_unit[did.unit]),
    ):
        mine = drove & (codes >= 0)
        total = np.bincount(codes[mine], weights=hours[mine], minlength=len(groups)).tolist()
        count = np.bincount(codes[mine], minlength=len(groups)).tolist()
        for name, value, n in zip(groups, total, count, strict=True):
            yield Row("hours_driven_a_week", group_by, name, value, "h per week", n)


def _driven_s(seen: Observed) -> Floats:
    """Return the seconds of driving in each activity that began in the measured span."""
    did, people, course = seen.record.activities, seen.patients, seen.record.courses
    driven = np.zeros(len(did.unit))
    with_patient_s = {
        VISIT: people.home_visit_s,
        CALL_OUT: people.doctor_on_scene_s,
        NURSE_OUT: np.where(np.isnan(course.nurse_on_scene_s), 0.0, people.doctor_on_scene_s),
    }
    for kind in (RETURN, STAND_BY, *with_patient_s):
        mine = seen.began(kind)
        driven[mine] = (did.end_s - did.start_s)[mine]
        if kind in with_patient_s:
            driven[mine] -= with_patient_s[kind][did.patient[mine]]
    mine = seen.began(TRANSPORT)
    driven[mine] = _transported_s(seen, np.flatnonzero(mine))
    _add_missions(seen, driven)
    return np.maximum(driven, 0.0)


def _transported_s(seen: Observed, row: np.ndarray) -> Floats:
    """Return the seconds of driving in planned transports: all but care and handover."""
    did, people = seen.record.activities, seen.patients
    patient = did.patient[row]
    handover_s = np.where(
        people.transport_to[patient] < 0, 0.0, people.hospital_handover_s[patient]
    )
    is_whole = seen.record.courses.free_s[patient] == did.end_s[row]
    standing_s = np.where(is_whole, people.on_scene_s[patient] + handover_s, 0.0)
    seconds: Floats = did.end_s[row] - did.start_s[row] - standing_s
    return seconds


def _add_missions(seen: Observed, driven: Floats) -> None:
    """Put in the seconds of driving in missions: to the patient and on, or what is not handover."""
    did, people, course = seen.record.activities, seen.patients, seen.record.courses
    each = legs(seen)
    p, end_s = each.patient, did.end_s[each.row]
    half_way = seen.organisation.dispatch.half_way
    half_way_s = half_way.handover_min.value * MINUTE_S if half_way else 0.0
    left_s, handover_s = course.left_scene_s[p], people.legevakt_handover_s[p]
    on_s = np.select(
        [each.is_main & course.met_halfway[p], each.to_hospital, each.to_clinic],
        [
            end_s - left_s - half_way_s,
            course.at_hospital_s[p] - left_s,
            end_s - left_s - handover_s,
        ],
    )
    out_s = np.fmax(np.fmin(course.on_scene_s[p], end_s) - course.rolling_s[p], 0.0)
    standing_s = np.select(
        [each.is_transfer, each.is_relief],
        [handover_s + people.hospital_handover_s[p], end_s - course.at_hospital_s[p] + half_way_s],
    )
    other_s = end_s - did.start_s[each.row] - np.nan_to_num(standing_s)
    driven[each.row] = np.where(each.is_main, out_s + on_s, other_s)
