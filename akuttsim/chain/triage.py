"""Triage rules, for all patients at once: what is judged on the phone, and where it leads.

This is where the truth of a `Patient` becomes what an operator knows: a `Call` carries the judged
urgency and the way onward, never the truth.
"""

from __future__ import annotations

import numpy as np

from akuttsim.config.schema.care_needs import Mistriage
from akuttsim.config.schema.region import Region
from akuttsim.patients.needs import ways_of_113_calls, ways_of_contacts
from akuttsim.records import ADVICE, GREEN, RED, Codes, Flags, Floats, Patients


def calls_by_video(patients: Patients, video_share: Floats) -> Flags:
    """Return which calls are turned into video: the hardest to judge first, of real contacts."""
    return patients.is_contact & (patients.u_hard < video_share)


def judged_by_voice(patients: Patients, misjudged: Mistriage) -> Codes:
    """Return the urgency as judged at 116117 by voice: one level off in some calls."""
    is_hard = patients.u_hard < misjudged.hard_share.value
    under, over = (
        np.where(is_hard, hard.value, _of_easy_calls(everyone.value, hard.value, misjudged))
        for everyone, hard in (
            (misjudged.under, misjudged.hard_under),
            (misjudged.over, misjudged.hard_over),
        )
    )
    return _moved(patients.urgency, patients.u_misjudged, under, over)


def _of_easy_calls(everyone: float, hard: float, misjudged: Mistriage) -> float:
    """Return the rate in easy calls that makes the rate over all calls what is published."""
    share = misjudged.hard_share.value
    return (everyone - share * hard) / (1 - share) if share < 1 else 0.0


def judged_113(patients: Patients, misjudged: Mistriage) -> Codes:
    """Return the urgency as judged at 113."""
    under = np.full(len(patients), misjudged.under.value)
    over = np.full(len(patients), misjudged.over.value)
    return _moved(patients.urgency, patients.u_misjudged_113, under, over)


def _moved(urgency: Codes, u: Floats, under: Floats, over: Floats) -> Codes:
    """Return the urgency one level down where u < under, one level up where u > 1 - over."""
    step = np.where(u < under, 1, np.where(u > 1 - over, -1, 0))
    return np.clip(urgency + step, RED, GREEN).astype(np.int8)


def ways_from_116117(region: Region, patients: Patients, judged: Codes) -> Codes:
    """Return where each call leads. Red goes to 113 by rule; calls that are no contact end."""
    way = ways_of_contacts(region.care.needs, judged, patients.u_need)
    return np.where(patients.is_contact, way, ADVICE).astype(np.int8)


def ways_from_113(region: Region, patients: Patients, judged: Codes) -> Codes:
    """Return where each 113 call leads: an ambulance, 116117 or advice."""
    return ways_of_113_calls(region.care.needs_113, judged, patients.u_need_113)
