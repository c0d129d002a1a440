"""Calls from people, as the Norwegian staffing tool for legevaktsentraler does.

Source: G. Raknes, T. Morken, S. Hunskaar (2017), "Legevaktsentralar - bemanning og folketal",
Tidsskrift for Den norske legeforening 137(22), 1785-9, abstract: the smallest sensible catchment
of a legevaktsentral is 29,134 inhabitants, where the chance of at least 10 contacts in a weekend
night shift is one half. Grades used below: A read in the source, B from memory, D arithmetic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import gammainc, gammaincinv

from akuttsim.theory import inputs

Band = Literal["day", "evening", "night"]
SMALLEST_CATCHMENT = 29_134
CONTACTS_THERE = 10


@dataclass(frozen=True)
class BandProfile:
    """``share`` of a day's contacts and ``hours`` of the band."""

    share: float
    hours: float


BANDS: dict[Band, BandProfile] = {
    "day": BandProfile(share=0.41, hours=7.5),
    "evening": BandProfile(share=0.45, hours=7.5),
    "night": BandProfile(share=0.135, hours=9.0),
}
"""Shares of contacts (grade D: back-solved from table 3 of Hansen, Zakariassen and Hunskaar, BMC
Health Services Research 2009;9:123; spans 35-47, 38-53 and 12-15 %) and the bands 08-15:30,
15:30-23 and 23-08 of the Watchtower project (grade B)."""


def night_contacts_per_inhabitant() -> float:
    """Contacts per inhabitant in one weekend night shift (grade D): about 3.3 per 10,000.

    The Poisson mean with P(at least 10) = 1/2, 9.67, over the published 29,134 inhabitants.
    """
    return float(gammaincinv(CONTACTS_THERE, 0.5)) / SMALLEST_CATCHMENT


def contacts_in_shift(inhabitants: float, band: Band) -> float:
    """Return the expected contacts of a weekend shift in ``band`` for ``inhabitants`` people.

    Night as in Raknes et al. (2017); day and evening scaled by the shares in ``BANDS``, which are
    shares over all days (grade D). A weekend night of this size is about twice what the yearly
    Watchtower rate of 0.36 contacts an inhabitant would give, so it is a planning figure for a
    busy shift and not a mean over the year. ValueError on wrong input.
    """
    people = inputs.non_negative("inhabitants", inhabitants)
    relative = _profile(band).share / BANDS["night"].share
    return people * night_contacts_per_inhabitant() * relative


def contacts_per_h(inhabitants: float, band: Band, calls_per_contact: float = 1.0) -> float:
    """Contacts per hour of a weekend shift, times ``calls_per_contact``.

    1 as in the staffing tool; about 1.6 counts repeats, unanswered and information calls too
    (grade D: 0.58 calls over 0.36 contacts an inhabitant and year, Helsedirektoratet 2023 and
    Midtboe, Raknes and Hunskaar, BMC Family Practice 2017;18:84).
    """
    factor = inputs.positive("calls_per_contact", calls_per_contact)
    return contacts_in_shift(inhabitants, band) / _profile(band).hours * factor


def chance_of_contacts(inhabitants: float, band: Band, at_least: int = CONTACTS_THERE) -> float:
    """P(at least ``at_least`` contacts in a weekend shift), contacts being Poisson."""
    least = inputs.count("at_least", at_least, least=1)
    return float(gammainc(least, contacts_in_shift(inhabitants, band)))


def smallest_catchment(
    at_least: int = CONTACTS_THERE, chance: float = 0.5, band: Band = "night"
) -> int:
    """Fewest inhabitants with P(at least ``at_least`` contacts in a weekend shift) >= ``chance``.

    The defaults give the published 29,134. Source: Raknes et al. (2017). ValueError on wrong input.
    """
    least = inputs.count("at_least", at_least, least=1)
    mean = float(gammaincinv(least, inputs.open_share("chance", chance)))
    # a hair less than the exact quotient, or rounding would ask for one person too many
    return math.ceil(mean / contacts_in_shift(1.0, band) * (1 - 1e-12))


def _profile(band: Band) -> BandProfile:
    if band not in BANDS:
        raise ValueError(f"hour must be one of {', '.join(BANDS)} (got {band!r})")
    return BANDS[band]
