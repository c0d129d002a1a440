"""Triage rules, for all patients at once: what is judged on the phone, and where it leads.

This is where the truth of a `Patient` becomes what an operator knows: a `Call` carries the judged
urgency and the way onward, never the truth. The same rules tell who gets worse after being sent
home.

One rule for all: those judged less urgent than they are, and those who stayed away because care was
far. They are then a level more urgent than they were judged before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from akuttsim.config.schema.care_needs import Mistriage
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.patients.needs import ways_of_113_calls, ways_of_contacts
from akuttsim.records import ADVICE, GREEN, RED, Codes, Flags, Floats, Patients
from akuttsim.units import HOUR_S, TICKS_PER_S, to_ticks


def calls_by_video(patients: Patients, video_share: Floats) -> Flags:
    """Return which calls are turned into video: the hardest to judge first, of real contacts."""
    return patients.is_contact & (patients.u_hard < video_share)


def judged_by_voice(patients: Patients, misjudged: Mistriage) -> Codes:
    """Return the urgency as judged at 116117 by voice: one level off in some calls."""
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
    """Return where each call leads. Red goes to 113 by rule; calls that are no contact end."""
    way = ways_of_contacts(region.care.needs, judged, patients.u_need)
    return np.where(patients.is_contact, way, ADVICE).astype(np.int8)


def ways_from_113(region: Region, patients: Patients, judged: Codes) -> Codes:
    """Return where each 113 call leads: an ambulance, 116117 or advice."""
    return ways_of_113_calls(region.care.needs_113, judged, patients.u_need_113)


@dataclass(frozen=True, slots=True)
class SecondContact:
    """How those are met who ask again: whether it is found out, and where each urgency leads.

    `way` and `way_113` have a list of the patients for each urgency.
    """

    recognised: list[bool]
    way: tuple[list[int], ...]
    way_113: tuple[list[int], ...]

    def judged(self, patient: int, before: int) -> int:
        """Return how urgent a patient is judged to be who has got worse."""
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
