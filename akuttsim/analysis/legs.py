"""What vehicles did for patients: each stretch of a mission, told apart by what it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.observed import Mask, Observed
from akuttsim.records import MISSION

Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Legs:
    """The missions that began in the measured span, one row a vehicle's stretch of one.

    `row` is that of the activities. `is_main` marks the crew that the course tells of, the others
    are those that came to meet it (`is_relief`), that took somebody admitted from a clinic
    (`is_transfer`), or that were called off. Of the main ones, `to_hospital` and `to_clinic` mark
    where they took the patient.
    """

    row: Ints
    patient: Ints
    vehicle: Ints
    is_main: Mask
    is_relief: Mask
    is_transfer: Mask
    to_hospital: Mask
    to_clinic: Mask


def legs(seen: Observed) -> Legs:
    """Return the missions that began in the measured span."""
    did, course = seen.record.activities, seen.record.courses
    row = np.flatnonzero(seen.began(MISSION))
    patient = did.patient[row].astype(np.intp)
    vehicle = vehicles(seen)[did.unit[row]]
    left_s = course.left_scene_s[patient]
    is_main = (course.crew[patient] == vehicle) & (course.free_s[patient] == did.end_s[row])
    is_late = did.start_s[row] >= left_s
    is_transfer = ~is_main & (did.start_s[row] >= course.left_clinic_s[patient])
    is_relief = ~is_main & ~is_transfer & course.met_halfway[patient] & is_late
    handed = ~np.isnan(course.handover_began_s[patient])
    at_clinic = np.isnan(course.at_hospital_s[patient]) & (course.at_clinic_s[patient] > left_s)
    return Legs(row, patient, vehicle, is_main, is_relief, is_transfer,
                is_main & handed, is_main & at_clinic)  # fmt: skip


def vehicles(seen: Observed) -> Ints:
    """Return which of the organisation's ambulances each unit is; -1 for none."""
    index = {name: number for number, name in enumerate(seen.organisation.ambulances)}
    return np.array([index.get(unit.name, -1) for unit in seen.record.units], dtype=np.intp)
