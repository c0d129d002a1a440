"""The fall of use with distance: who falls ill at all, before any organisation is known.

The published rates hold at a reference distance, where some who would come with a clinic next door
ring and get advice instead. So more people need a consultation than the published rate says, and
fewer need no more than advice; distance then decides who comes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.care_needs import Needs
from akuttsim.config.schema.demand import DistanceDecay
from akuttsim.config.schema.region import Region
from akuttsim.patients.needs import ways_of_contacts
from akuttsim.records import (
    ADVICE,
    CLINIC,
    DOCTOR_PHONE,
    GREEN,
    HOME_VISIT,
    LINE_116117,
    LINE_HEALTH,
    OUTCOMES,
    RED,
    YELLOW,
    Codes,
    Flags,
    Floats,
)


def highest_factor(decay: DistanceDecay) -> float:
    """Return the factor on contacts at the steepest of the rates: so many candidates are drawn."""
    rates = (decay.consultation_per_km, decay.home_visit_per_km, decay.red_per_km)
    return math.exp(max(rate.value for rate in rates) * decay.reference_km.value)


def falls_ill(region: Region, people: Mapping[str, NDArray[Any]]) -> Flags:
    """Return which candidates fall ill: everybody but some contacts of the region with 116117.

    Of these so many are kept, by `u_present`, that with every clinic at the reference distance use
    is as published: consultations, home visits, red, advice and the doctor's phone.
    """
    decay = region.demand.distance_decay
    if decay is None:
        return np.ones(len(people["time_s"]), dtype=np.bool_)
    factor = need_factors(region, decay, people["urgency"], people["u_need"])
    kept: Flags = people["u_present"] * highest_factor(decay) < factor
    return kept | ~seeks_care(people["place"], people["line"], people["is_contact"])


def seeks_care(place: NDArray[Any], line: Codes, is_contact: Flags) -> Flags:
    """Return the region's contacts with 116117: those whom distance may keep away."""
    asks: Flags = (place >= 0) & is_contact & np.isin(line, (LINE_116117, LINE_HEALTH))
    return asks


def need_factors(region: Region, decay: DistanceDecay, urgency: Codes, u_need: Floats) -> Floats:
    """Return how many there are of what each contact truly needs, over the published rate."""
    needs = region.care.needs
    table = np.ones((3, len(OUTCOMES)))
    table[RED] = _at_the_door(decay.red_per_km.value, decay)
    for code, each in ((YELLOW, needs.yellow), (GREEN, needs.green)):
        table[code, CLINIC] = _at_the_door(decay.consultation_per_km.value, decay)
        table[code, HOME_VISIT] = _at_the_door(decay.home_visit_per_km.value, decay)
        table[code, ADVICE], table[code, DOCTOR_PHONE] = _phone_factors(each, decay)
    factors: Floats = table[urgency, ways_of_contacts(needs, urgency, u_need)]
    return factors


def _at_the_door(per_km: float, decay: DistanceDecay) -> float:
    return math.exp(per_km * decay.reference_km.value)


def _phone_factors(needs: Needs, decay: DistanceDecay) -> tuple[float, float]:
    """Return how many need advice, or the doctor's phone, over how many get it as published.

    The others who get it at the reference distance are those who would come if care were near.
    """
    kept_away = sum(
        share * (_at_the_door(rate.value, decay) - 1)
        for share, rate in (
            (needs.clinic, decay.consultation_per_km),
            (needs.home_visit, decay.home_visit_per_km),
        )
    )
    instead = decay.instead
    on_phone = 0.0 if instead is None else instead.doctor_phone.value
    advised = 1.0 if instead is None else 1.0 - on_phone - instead.without.value
    return (
        _left_over(needs.advice, advised * kept_away),
        _left_over(needs.doctor_phone, on_phone * kept_away),
    )


def _left_over(published: float, taken: float) -> float:
    return max(0.0, 1 - taken / published) if published else 1.0
