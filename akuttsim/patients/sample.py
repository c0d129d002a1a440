"""The patients of a replication, drawn whole: where, how old, how urgent, how long all takes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.arrivals import Source, draw_times
from akuttsim.patients.durations import durations
from akuttsim.patients.streams import Stream, stream
from akuttsim.patients.urgency import urgency_codes
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Codes, Indices, Patients
from akuttsim.scenario.fields import AGE_GROUPS
from akuttsim.scenario.region import Region

Array = NDArray[np.float64]

UNIFORMS = tuple(name for name in Patients.columns() if name.startswith("u_"))


def sample_patients(region: Region, days: int, seed: int, replication: int) -> Patients:
    """Return the people who call in the first `days` days of a run, in order of time.

    Every quantity has its own stream and is drawn for everybody, so that the same seed and
    replication give the same people to whatever organisation they meet. Neighbours have streams of
    their own: with or without them the region's people are the same. A longer run begins with the
    people of the shorter.
    """
    sources = _sources(region)
    times = draw_times(region, sources, days, seed, replication)
    own = (*range(TO_113 + 1),)
    groups = [own, *((neighbour,) for neighbour in range(TO_113 + 1, len(sources)))]
    drawn = []
    for group in groups:
        prefix = "" if group is own else f"{sources[group[0]].name}."
        draw = partial(_named, seed, replication, prefix)
        drawn.append(_people(region, *_in_order(times, group), draw))
    columns = {name: np.concatenate([each[name] for each in drawn]) for name in drawn[0]}
    order = np.argsort(columns["time_s"], kind="stable")
    return Patients(**{name: column[order] for name, column in columns.items()})


def _named(seed: int, replication: int, prefix: str, name: str) -> Stream:
    return stream(seed, replication, prefix + name)


def _in_order(times: list[Array], group: tuple[int, ...]) -> tuple[Array, NDArray[np.intp]]:
    """Return the call times of some sources together, in order, and the source of each."""
    time_s = np.concatenate([times[source] for source in group])
    source = np.repeat(np.array(group), [len(times[source]) for source in group])
    order = np.argsort(time_s, kind="stable")
    return time_s[order], source[order]


def _sources(region: Region) -> list[Source]:
    """Return contacts, other calls and 113 calls of the region, then 113 calls of neighbours."""
    demand, weights = region.demand, people_by_place(region)
    to_116117 = float((weights @ np.array(demand.age_factor_116117.as_tuple())).sum())
    to_113 = float((weights @ np.array(demand.age_factor_113.as_tuple())).sum())
    own = [
        Source("contact", to_116117 * demand.contacts_per_person_year.value, False),
        Source("other", to_116117 * demand.other_calls_per_person_year.value, False),
        Source("113", to_113 * demand.calls_113_per_person_year.value, True),
    ]
    per_person = demand.calls_113_per_person_year.value
    neighbours = [
        Source(f"outside.{name}", outside.people * per_person, True)
        for name, outside in region.outside.items()
    ]
    return own + neighbours


CONTACT, OTHER, TO_113 = 0, 1, 2
"""Positions of the region's own sources; neighbours follow."""


def people_by_place(region: Region) -> Array:
    """Return inhabitants as [place, age group]."""
    return np.array([place.people for place in region.places.values()], dtype=np.float64)


def _people(
    region: Region,
    time_s: Array,
    source: NDArray[np.intp],
    draw: partial[Stream],
) -> dict[str, NDArray[Any]]:
    """Return the columns of `Patients`."""
    count = len(time_s)
    uniform = {name: draw(name).random(count) for name in UNIFORMS}
    place, age_group = _homes(region, source, draw("home").random(count))
    line = _lines(source, region.demand.health_line_share.value, draw("line").random(count))
    urgency = urgency_codes(region, line, age_group, time_s, draw("urgency").random(count))
    pressed = np.array(region.care.urgent_button.as_tuple())[urgency]
    is_contact = source != OTHER
    return {
        "time_s": time_s,
        "line": line,
        "is_contact": is_contact,
        "place": place,
        "outside": np.where(source > TO_113, source - TO_113 - 1, -1).astype(np.int8),
        "age_group": age_group,
        "urgency": urgency,
        "urgent_button": is_contact & (draw("urgent_button").random(count) < pressed),
        **durations(region, urgency, line, is_contact, draw),
        **uniform,
    }


def _homes(region: Region, source: NDArray[np.intp], u: Array) -> tuple[Indices, Codes]:
    """Return place and age group: by people and by how often each age rings that number."""
    people = people_by_place(region)
    demand = region.demand
    cell = np.zeros(len(source), dtype=np.int64)
    for factor, mine in (
        (demand.age_factor_116117, source < TO_113),
        (demand.age_factor_113, source >= TO_113),
    ):
        cumulative = np.cumsum((people * np.array(factor.as_tuple())).ravel())
        cell[mine] = np.searchsorted(cumulative, u[mine] * cumulative[-1], side="right")
    place = np.where(source > TO_113, -1, cell // len(AGE_GROUPS))
    return place.astype(np.int32), (cell % len(AGE_GROUPS)).astype(np.int8)


def _lines(source: NDArray[np.intp], health_share: float, u: Array) -> Codes:
    line = np.where((source == CONTACT) & (u < health_share), LINE_HEALTH, LINE_116117)
    return np.where(source >= TO_113, LINE_113, line).astype(np.int8)
