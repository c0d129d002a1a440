"""Indicators of unmet need: people who needed care and did not get it, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from akuttsim.analysis.groupings import by_age, by_municipality, by_true_urgency
from akuttsim.analysis.observed import Grouping, Mask, Observed, Row, rates
from akuttsim.records import (
    ADVICE_INSTEAD,
    DOCTOR_PHONE_INSTEAD,
    LOST,
    NEXT_DAY_INSTEAD,
    RANG_113_INSTEAD,
    WAITED_TILL_MORNING,
    WITHOUT,
    WORSE_LATER,
)

BECAME = (
    "got_worse_far_away",
    "got_worse_judged_too_low",
    "red_waited_till_morning",
    "went_without",
    "gave_up_on_phone",
)
"""What became of people whose need was not met."""

GOT_INSTEAD = ("advice", "doctor_phone", "next_day", "rang_113")
"""What people got instead of coming, care being far away."""


def unmet_need_a_week(seen: Observed) -> Iterator[Row]:
    """People of the region whose need was not met, in a mean week, by what became of them.

    Whom it counts: those who got worse and asked again, because care was too far away to come or
    because they were judged less urgent than they were; those truly red who waited till the
    morning; those who went without, because care was too far away; and those who hung up and never
    asked again. Left out: those who got advice, the doctor's phone or another day instead
    (`care_instead_a_week`), and neighbours. Unit: people a week. By what became of them, urgency
    (as it truly was), municipality and age.
    Source: akuttsim's own definition.
    """
    courses = seen.record.courses
    again = ~np.isnan(courses.again_s)
    far = courses.instead == WORSE_LATER
    gave_up = seen.patients.is_contact & (courses.outcome == LOST)
    parts = (
        again & far,
        again & ~far,
        courses.instead == WAITED_TILL_MORNING,
        courses.instead == WITHOUT,
        gave_up,
    )
    yield from _by_what(seen, "unmet_need_a_week", BECAME, parts)


def care_instead_a_week(seen: Observed) -> Iterator[Row]:
    """People of the region who got other care than they would have come for, in a mean week.

    Whom it counts: those who would have come to a clinic, or been visited at home, with care next
    door, and did not come because it was far away; by what they got instead. Left out: those of
    `unmet_need_a_week`. Whether it was as good is not known, and it is not judged. Unit: people a
    week. By what they got, urgency (as it truly was), municipality and age.
    Source: akuttsim's own definition.
    """
    instead = seen.record.courses.instead
    codes = (ADVICE_INSTEAD, DOCTOR_PHONE_INSTEAD, NEXT_DAY_INSTEAD, RANG_113_INSTEAD)
    parts = [instead == code for code in codes]
    yield from _by_what(seen, "care_instead_a_week", GOT_INSTEAD, parts)


def _by_what(
    seen: Observed, indicator: str, names: Sequence[str], parts: Sequence[Mask]
) -> Iterator[Row]:
    """Yield how many a week there were of some parts; who is in several is in the first."""
    ours = seen.measured & (seen.municipality >= 0)
    codes = np.select(list(parts), range(len(parts)), -1)
    mask = ours & (codes >= 0)
    groups = [Grouping("became", codes[mask], names), by_true_urgency(seen, mask)]
    groups += [by_municipality(seen, mask), by_age(seen, mask)]
    yield from rates(indicator, seen.per_week, int(mask.sum()), groups)
