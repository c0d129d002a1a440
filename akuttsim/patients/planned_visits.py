"""Planned visits of home nursing, as they fall due: drawn before a run from who lives where."""

from __future__ import annotations

import numpy as np

from akuttsim.config.schema.home_nursing import PlannedHomeCare
from akuttsim.config.schema.region import Region
from akuttsim.patients.arrivals import ArrivalRates, draw_arrivals
from akuttsim.patients.call_rates import (
    HOURS_A_YEAR,
    day_shapes,
    days_of_hours,
    free_days,
    people_by_place,
)
from akuttsim.records import DueVisits, Floats


def draw_due_visits(
    region: Region, planned: PlannedHomeCare, days: int, seed: int, replication: int
) -> DueVisits:
    """Return the planned visits of a replication.

    A visit's numbers hang on whose it is: more people, or more visits for each, add some and change
    no other.

    Args:
        region: The region, in the year that is asked for.
        planned: How many visits people have, and when.
        days: Days of the run.
        seed: Seed of all numbers.
        replication: The replication's number.
    """
    hours = region.calendar.calendar().hours(days * 24)
    of_days, day_of_hour = days_of_hours(hours)
    shapes = np.array(day_shapes(planned.hours))
    relative: Floats = shapes[free_days(of_days)[day_of_hour], [local.hour for local in hours]]
    a_year = people_by_place(region) * np.array(planned.per_person_year.as_tuple())
    rates = ArrivalRates("planned_visit", region.place_ids, a_year / HOURS_A_YEAR, relative)
    due = draw_arrivals(rates, seed, replication)
    order = np.argsort(due.time_s, kind="stable")
    people = due.persons.take(order)
    return DueVisits(
        due.time_s[order],
        due.home[order],
        people.uniform("planned_visit"),
        people.uniform("u_local_drive"),
    )
