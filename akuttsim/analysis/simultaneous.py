"""Indicators of demands that collide: who is asked for while everybody is busy with others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.doctor import BACK_UP_DOCTOR
from akuttsim.analysis.groupings import by_hour, by_room
from akuttsim.analysis.observed import Grouping, Observed, Row, rates
from akuttsim.records import (
    BUSY,
    CALL_OUT,
    CONSULTATION,
    DOCTOR_CONFERENCE,
    E_CONSULT,
    KINDS,
    PHONE,
    RESULT,
    REVIEW,
    VIDEO,
    VISIT,
    WAY_IN,
    Floats,
)

ASKED_FOR = ("consultation", "phone", "video", "home_visit", "call_out")
_FOR = {CONSULTATION: 0, PHONE: 1, VIDEO: 2, VISIT: 3}
_CALL_OUT = 4

DOCTORS_DO = (CONSULTATION, RESULT, PHONE, VIDEO, REVIEW, DOCTOR_CONFERENCE, E_CONSULT, VISIT,
              CALL_OUT, WAY_IN)  # fmt: skip
"""What a doctor may be busy with."""

_CODE = np.array([DOCTORS_DO.index(k) if k in DOCTORS_DO else -1 for k in range(len(KINDS))])

Ints = NDArray[np.intp]


def doctor_collisions_a_week(seen: Observed) -> Iterator[Row]:
    """Times that a doctor is asked for while every doctor of the team is busy, in a mean week.

    What it counts: the last time in each course of the measured span that a patient asks for a
    doctor (at a clinic, on the phone, on video at a satellite, for a home visit) who could not come
    at once because the doctors of the team that then came were all with others (that nobody is on
    duty is no collision); and red call-outs that a doctor would have gone to, but all were busy.
    Reviews, conferences, second looks after tests and those whom no doctor had come to at the end
    are left out. Unit: times a week. By what was asked for, by team, and by what they were doing
    (of several doctors, the one who was free first); the last two without call-outs, for which it
    is not logged.
    Source: akuttsim's own definition.
    """
    team, asked_for, asked_s = _asked(seen)
    doing = _doing(seen, team, asked_s)
    collided = doing >= 0
    call_outs = int((seen.residents & (seen.record.courses.doctor_call_out == BUSY)).sum())
    wanted = np.append(asked_for[collided], np.full(call_outs, _CALL_OUT))
    groups = [
        Grouping("asked_for", wanted, ASKED_FOR),
        Grouping("team", team[collided], tuple(seen.organisation.doctors)),
        Grouping("doing", _CODE[doing[collided]], tuple(KINDS[kind] for kind in DOCTORS_DO)),
    ]
    yield from rates("doctor_collisions_a_week", seen.per_week, len(wanted), groups)


def calls_found_all_busy_a_week(seen: Observed) -> Iterator[Row]:
    """Calls to 116117 that no operator was free for when they rang, in a mean week.

    What it counts: calls for which nobody reached for the phone at once: all operators on duty
    busy, or those left kept free for what goes first. Those given up or called back are in it. Left
    out: calls on other numbers, and those of neighbour districts, so that rooms that answer for
    more people can be compared. Unit: calls a week. By room (the one that should answer) and hour
    of the day.
    Source: akuttsim's own definition.
    """
    calls = seen.record.calls
    ours = seen.municipality[calls.patient] >= 0
    mask = ours & seen.calls_to("116117") & ~(calls.found_s <= calls.rang_s)
    groups = [by_room(seen, mask), by_hour(seen, calls.rang_s[mask])]
    yield from rates("calls_found_all_busy_a_week", seen.per_week, int(mask.sum()), groups)


def _asked(seen: Observed) -> tuple[Ints, Ints, Floats]:
    """Return of those who waited for a doctor the team that came, for what, and when they asked."""
    did, units = seen.record.activities, seen.record.units
    asked_s = seen.record.courses.doctor_asked_s
    wanted = np.array([_FOR.get(kind, -1) for kind in range(len(KINDS))], dtype=np.intp)[did.kind]
    rows = np.flatnonzero(_is_doctor(seen)[did.unit] & (wanted >= 0) & (did.patient >= 0))
    patient = did.patient[rows]
    waited = seen.residents[patient] & (did.start_s[rows] > asked_s[patient])
    rows = rows[waited]
    rows = rows[np.argsort(did.start_s[rows], kind="stable")]
    patient, first = np.unique(did.patient[rows], return_index=True)
    rows = rows[first]
    teams = tuple(seen.organisation.doctors)
    team_of_unit = [teams.index(unit.team) if unit.team in teams else -1 for unit in units]
    return np.array(team_of_unit, dtype=np.intp)[did.unit[rows]], wanted[rows], asked_s[patient]


def _doing(seen: Observed, team: Ints, asked_s: Floats) -> Ints:
    """Return what the doctor of the team who was free first was doing at each time; -1: nothing."""
    did, first = seen.by_unit
    doing, free_s = np.full(len(team), -1, dtype=np.intp), np.full(len(team), np.inf)
    teams = tuple(seen.organisation.doctors)
    for index in np.flatnonzero(_is_doctor(seen)).tolist():
        asked = np.flatnonzero(team == teams.index(seen.record.units[index].team))
        mine = slice(first[index], first[index + 1])
        if not len(asked) or mine.start == mine.stop:
            continue
        at = np.searchsorted(did.start_s[mine], asked_s[asked], side="right") - 1
        end_s = np.where(at >= 0, did.end_s[mine][at], -np.inf)
        is_at = (end_s > asked_s[asked]) & (end_s < free_s[asked])
        doing[asked[is_at]] = did.kind[mine][at[is_at]]
        free_s[asked[is_at]] = end_s[is_at]
    return doing


def _is_doctor(seen: Observed) -> NDArray[np.bool_]:
    roles = [unit.role in ("doctor", BACK_UP_DOCTOR) for unit in seen.record.units]
    return np.array(roles, dtype=np.bool_)
