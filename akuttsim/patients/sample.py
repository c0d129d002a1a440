"""The patients of a replication, drawn whole: where, how old, how urgent, how long all takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.alarms import alarm_callers
from akuttsim.patients.arrivals import Source, draw_times
from akuttsim.patients.decay import highest_factor
from akuttsim.patients.durations import durations
from akuttsim.patients.rates import (
    callers_113,
    callers_116117,
    homes,
    people_by_place,
    use_by_place,
)
from akuttsim.patients.same_incident import expected_further, further_callers
from akuttsim.patients.streams import Stream, stream
from akuttsim.patients.urgency import red_share_113, urgency_codes
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Codes, Indices, Patients
from akuttsim.scenario.demand import SafetyAlarms, SameIncident
from akuttsim.scenario.region import Region
from akuttsim.units import DAY_S, HOUR_S, to_ticks

Array = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]

UNIFORMS = tuple(name for name in Patients.columns() if name.startswith("u_"))


def sample_patients(region: Region, days: int, seed: int, replication: int) -> Patients:
    """Return the people who call in the first `days` days of a run, in order of time.

    Every quantity has its own stream and is drawn for everybody, so that the same seed and
    replication give the same people to whatever organisation they meet. Neighbours, safety alarms
    and further callers about an incident have streams of their own: with or without neighbours and
    alarms the other people are the same. A longer run begins with the people of the shorter.
    """
    drawn = list(_groups(_Run(region, days, seed, replication)))
    columns = {name: np.concatenate([each[name] for each in drawn]) for name in drawn[0]}
    order = np.argsort(columns["time_s"], kind="stable")
    return Patients(**{name: column[order] for name, column in columns.items()})


@dataclass(frozen=True)
class _Run:
    """What is drawn for: a region over so many days, with the seed of all streams."""

    region: Region
    days: int
    seed: int
    replication: int

    def draw(self, prefix: str = "") -> partial[Stream]:
        """Return the streams of a group of people by the quantity's name."""
        return partial(_named, self.seed, self.replication, prefix)


def _named(seed: int, replication: int, prefix: str, name: str) -> Stream:
    return stream(seed, replication, prefix + name)


def _groups(run: _Run) -> Iterator[Columns]:
    """Yield the region's callers, then neighbours, safety alarms and further callers."""
    sources = _sources(run.region)
    times = draw_times(run.region, sources, run.days, run.seed, run.replication)
    own = _called(run, *_in_order(times, tuple(range(TO_113 + 1))), run.draw())
    yield own
    for neighbour in range(TO_113 + 1, len(sources)):
        draw = run.draw(f"{sources[neighbour].name}.")
        yield _called(run, *_in_order(times, (neighbour,)), draw)
    demand = run.region.demand
    if demand.safety_alarms is not None:
        yield _alarms(run, demand.safety_alarms)
    if demand.same_incident is not None:
        yield _further(run, own, demand.same_incident)


def _in_order(times: list[Array], group: tuple[int, ...]) -> tuple[Array, NDArray[np.intp]]:
    """Return the call times of some sources together, in order, and the source of each."""
    time_s = np.concatenate([times[source] for source in group])
    source = np.repeat(np.array(group), [len(times[source]) for source in group])
    order = np.argsort(time_s, kind="stable")
    return time_s[order], source[order]


def _sources(region: Region) -> list[Source]:
    """Return contacts, other calls and 113 calls of the region, then 113 calls of neighbours.

    Contacts are drawn for the shortest way to a clinic. Further callers about an incident are
    among the published calls to 113, so that so many fewer are the first.
    """
    demand, people = region.demand, people_by_place(region)
    by_place = people @ np.array(demand.age_factor_116117.as_tuple())
    to_116117 = float((by_place * use_by_place(region)).sum())
    to_113 = float((people @ np.array(demand.age_factor_113.as_tuple())).sum())
    per_person = demand.calls_113_per_person_year.value
    contacts = to_116117 * demand.contacts_per_person_year.value
    decay = demand.distance_decay
    own = [
        Source("contact", contacts if decay is None else contacts * highest_factor(decay), False),
        Source("other", to_116117 * demand.other_calls_per_person_year.value, False),
        Source("113", to_113 * per_person / _calls_an_incident(region), True),
    ]
    neighbours = [
        Source(f"outside.{name}", outside.people * per_person, True)
        for name, outside in region.outside.items()
    ]
    return own + neighbours


CONTACT, OTHER, TO_113 = 0, 1, 2
"""Positions of the region's own sources; neighbours follow."""


def _calls_an_incident(region: Region) -> float:
    """Return the expected calls to 113 about what one of them is about."""
    same = region.demand.same_incident
    return 1.0 if same is None else 1 + red_share_113(region) * expected_further(same)


def _called(run: _Run, time_s: Array, source: NDArray[np.intp], draw: partial[Stream]) -> Columns:
    """Return people who ring 116117 or 113."""
    region, count = run.region, len(time_s)
    place, age_group = _homes(region, source, draw("home").random(count))
    line = _lines(source, region.demand.health_line_share.value, draw("line").random(count))
    who = {
        "time_s": time_s,
        "line": line,
        "is_contact": source != OTHER,
        "place": place,
        "outside": np.where(source > TO_113, source - TO_113 - 1, -1).astype(np.int8),
        "age_group": age_group,
        "urgency": urgency_codes(region, line, age_group, time_s, draw("urgency").random(count)),
    }
    return _filled(region, who, draw)


def _alarms(run: _Run, alarms: SafetyAlarms) -> Columns:
    """Return people who press a safety alarm."""
    hours = run.region.calendar.calendar().hours(int(run.days * DAY_S / HOUR_S))
    draw = run.draw("alarm.")
    return _filled(run.region, alarm_callers(run.region, alarms, hours, draw), draw)


def _further(run: _Run, own: Columns, same: SameIncident) -> Columns:
    """Return further callers about red incidents, other than those who ring after the run."""
    draw = run.draw("same_incident.")
    rows = _filled(run.region, further_callers(own, same, draw), draw)
    talk = same.talk_s.quantile(draw("talk_same_incident").random(len(rows["time_s"])))
    rows["talk_113_s"] = to_ticks(talk)
    in_time = rows["time_s"] < run.days * DAY_S
    return {name: column[in_time] for name, column in rows.items()}


def _filled(region: Region, who: Columns, draw: partial[Stream]) -> Columns:
    """Return all columns of `Patients` of people with time, line, home and urgency."""
    count, urgency = len(who["time_s"]), who["urgency"]
    pressed = np.array(region.care.urgent_button.as_tuple())[urgency]
    button = draw("urgent_button").random(count) < pressed
    nothing = np.zeros(count)
    known: Columns = {
        "outside": np.full(count, -1, dtype=np.int8),
        "same_incident": np.zeros(count, dtype=bool),
        **{f"{name}_s": nothing for name in ("alarm_talk", "alarm_handover", "home_nursing")},
        **who,
    }
    return {
        **known,
        "urgent_button": who["is_contact"] & button,
        **durations(region, urgency, who["line"], who["is_contact"], draw),
        **{name: draw(name).random(count) for name in UNIFORMS if name not in known},
    }


def _homes(region: Region, source: NDArray[np.intp], u: Array) -> tuple[Indices, Codes]:
    """Return place and age group: by people and by how often each age rings that number."""
    place = np.empty(len(source), dtype=np.int32)
    age_group = np.empty(len(source), dtype=np.int8)
    for weighed, mine in (
        (callers_116117(region), source < TO_113),
        (callers_113(region), source >= TO_113),
    ):
        place[mine], age_group[mine] = homes(weighed, u[mine])
    place[source > TO_113] = -1
    return place, age_group


def _lines(source: NDArray[np.intp], health_share: float, u: Array) -> Codes:
    line = np.where((source == CONTACT) & (u < health_share), LINE_HEALTH, LINE_116117)
    return np.where(source >= TO_113, LINE_113, line).astype(np.int8)
