"""The patients of a replication, drawn whole: where, how old, how urgent, how long all takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.alarms import alarm_callers
from akuttsim.patients.arrivals import HOURS_A_YEAR, Source, draw_times, rates_of_run, spread
from akuttsim.patients.decay import falls_ill, highest_factor
from akuttsim.patients.durations import durations
from akuttsim.patients.incidents import incident_people
from akuttsim.patients.neighbours import calls_113, calls_116117
from akuttsim.patients.rates import (
    callers_113,
    callers_116117,
    homes,
    people_by_place,
    use_by_place,
)
from akuttsim.patients.same_incident import expected_further, further_callers
from akuttsim.patients.streams import Stream, stream
from akuttsim.patients.surges import Addition, Surging
from akuttsim.patients.transports import planned_transports
from akuttsim.patients.urgency import red_share_113, urgency_codes
from akuttsim.patients.weather import flyable_hours
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Codes, Flags, Indices, Patients
from akuttsim.scenario.demand import Demand, SameIncident
from akuttsim.scenario.distributions import Duration
from akuttsim.scenario.incidents import Incident
from akuttsim.scenario.region import Region
from akuttsim.units import DAY_S, HOUR_S, to_ticks

Array = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]

UNIFORMS = tuple(name for name in Patients.columns() if name.startswith("u_"))


def sample_patients(
    region: Region, days: int, seed: int, replication: int, neighbours: Collection[str] = ()
) -> Patients:
    """Return the people who call in the first `days` days of a run, in order of time.

    `neighbours` are the neighbour districts whose calls to 116117 are drawn too. An organisation
    whose rooms answer none of them never hears of them, and need not have them drawn.

    Every quantity has its own stream and is drawn for everybody, so that the same seed and
    replication give the same people to whatever organisation they meet. Each group but the region's
    own callers has streams of its own, and so has the weather: with or without neighbours, alarms,
    planned transports or a named incident the other people are the same. A longer run begins with
    the people of the shorter.
    """
    run = _Run(region, days, seed, replication, tuple(sorted(neighbours)))
    drawn = list(_groups(run))
    columns = {name: np.concatenate([each[name] for each in drawn]) for name in drawn[0]}
    if region.weather is not None:
        flyable = flyable_hours(region, region.weather, days, run.draw("weather."))
        columns["flyable"] = flyable[(columns["time_s"] // HOUR_S).astype(np.intp)]
    order = np.argsort(columns["time_s"], kind="stable")
    order = order[falls_ill(region, columns)[order]]
    return Patients(**{name: column[order] for name, column in columns.items()})


def section(region: Region, days: int, seed: int, replication: int, name: str) -> Columns:
    """Return the people whom one section of the region's demand brings, one of `SECTIONS`.

    The same seed and replication give the same people as among those of `sample_patients`.
    """
    drawn: Columns = SECTIONS[name](_Run(region, days, seed, replication, ()), region.demand)
    return drawn


@dataclass(frozen=True)
class _Run:
    """What is drawn for: a region over so many days, with the seed of all streams."""

    region: Region
    days: int
    seed: int
    replication: int
    neighbours: tuple[str, ...]

    def draw(self, prefix: str = "") -> partial[Stream]:
        """Return the streams of a group of people by the quantity's name."""
        return partial(_named, self.seed, self.replication, prefix)


def _named(seed: int, replication: int, prefix: str, name: str) -> Stream:
    return stream(seed, replication, prefix + name)


def _groups(run: _Run) -> Iterator[Columns]:
    """Yield the region's callers, then neighbours, then what its optional sections bring."""
    sources = _sources(run.region)
    times = draw_times(run.region, sources, run.days, run.seed, run.replication)
    own = _called(run, *_in_order(times, tuple(range(TO_113 + 1))), run.draw())
    ringing = _with_additions(run, own, sources)
    yield from (each.who_ring() for each in ringing)
    for neighbour in range(TO_113 + 1, len(sources)):
        draw = run.draw(f"{sources[neighbour].name}.")
        yield _called(run, *_in_order(times, (neighbour,)), draw)
    yield from (_neighbours_at_116117(run, district) for district in run.neighbours)
    yield from _of_sections(run, ringing)


def _neighbours_at_116117(run: _Run, district: str) -> Columns:
    """Return people of a neighbour district who ring 116117; they are as old as the region's."""
    region, draw = run.region, run.draw(f"outside.{district}.116117.")
    sources = calls_116117(region, district)
    times = draw_times(region, sources, run.days, run.seed, run.replication)
    people = _called(run, *_in_order(times, (CONTACT, OTHER)), draw)
    where = {"place": -1, "outside": tuple(region.outside).index(district)}
    return people | {name: np.full_like(people[name], code) for name, code in where.items()}


@dataclass(frozen=True)
class _Ringing:
    """A group of the region's people, the start of their streams' names, and who of them ring."""

    prefix: str
    people: Columns
    kept: Flags

    def who_ring(self) -> Columns:
        if self.kept.all():
            return self.people
        return {name: column[self.kept] for name, column in self.people.items()}


def _with_additions(run: _Run, own: Columns, sources: list[Source]) -> list[_Ringing]:
    """Return the region's own callers, then those whom surges and visitors bring."""
    hours = run.region.calendar.calendar().hours(int(run.days * DAY_S / HOUR_S))
    surging = Surging(run.region, hours)
    groups = {"": own}
    for position, addition in enumerate(surging.additions):
        groups[f"{addition.name}."] = _added(run, surging, position, sources)
    return [
        _Ringing(prefix, people, surging.is_kept(people, _uniforms(run, f"{prefix}rings", people)))
        for prefix, people in groups.items()
    ]


def _added(run: _Run, surging: Surging, position: int, sources: list[Source]) -> Columns:
    """Return the people whom one surge, or visitors, bring on top of all others."""
    addition, region = surging.additions[position], run.region
    draw = run.draw(f"{addition.name}.")
    rates = rates_of_run(region, run.days, run.seed, run.replication)
    times = []
    for source in sources[: TO_113 + 1]:
        weighed = callers_113(region) if source.line_113 else callers_116117(region)
        share = float((weighed * addition.cells).sum() / weighed.sum())
        per_hour = rates[source.line_113] * (share * source.per_year / HOURS_A_YEAR)
        expected = per_hour * surging.extra(position, source.line_113)
        times.append(spread(expected, draw(f"count.{source.name}"), draw(f"time.{source.name}")))
    people = _called(run, *_in_order(times, tuple(range(TO_113 + 1))), draw, addition)
    extra = surging.is_extra(position, people, draw("extra").random(len(people["time_s"])))
    return {name: column[extra] for name, column in people.items()}


def _uniforms(run: _Run, name: str, people: Columns) -> Array:
    return run.draw()(name).random(len(people["time_s"]))


def _of_sections(run: _Run, ringing: list[_Ringing]) -> Iterator[Columns]:
    """Yield safety alarms, further callers, planned transports and who is at named incidents."""
    demand = run.region.demand
    if demand.safety_alarms is not None:
        yield _alarms(run, demand)
    if demand.same_incident is not None:
        yield from (_further(run, each, demand.same_incident) for each in ringing)
    if demand.planned_transports is not None:
        yield _transports(run, demand)
    for name, incident in demand.incidents.items():
        begins_s = incident.begins_s(run.region.calendar.calendar())
        if 0 <= begins_s < run.days * DAY_S:
            yield _incident(run, incident, begins_s, run.draw(f"incident.{name}."))


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
    return own + [calls_113(region, district) for district in region.outside]


CONTACT, OTHER, TO_113 = 0, 1, 2
"""Positions of the region's own sources; neighbours follow."""


def _calls_an_incident(region: Region) -> float:
    """Return the expected calls to 113 about what one of them is about."""
    same = region.demand.same_incident
    return 1.0 if same is None else 1 + red_share_113(region) * expected_further(same)


def _called(
    run: _Run,
    time_s: Array,
    source: NDArray[np.intp],
    draw: partial[Stream],
    addition: Addition | None = None,
) -> Columns:
    """Return people who ring 116117 or 113: any of the region's, or those of an addition."""
    region, count = run.region, len(time_s)
    cells = np.ones(1, dtype=bool) if addition is None else addition.cells
    place, age_group = _homes(region, source, draw("home").random(count), cells)
    from_health = addition is None or addition.has_health_line
    health_share = region.demand.health_line_share.value if from_health else 0.0
    line = _lines(source, health_share, draw("line").random(count))
    who = {
        "time_s": time_s,
        "line": line,
        "is_contact": source != OTHER,
        "place": place,
        "outside": np.where(source > TO_113, source - TO_113 - 1, -1).astype(np.int8),
        "age_group": age_group,
        "urgency": urgency_codes(region, line, age_group, time_s, draw("urgency").random(count)),
    }
    return filled(region, who, draw)


def _alarms(run: _Run, demand: Demand) -> Columns:
    """Return people who press a safety alarm."""
    alarms = demand.safety_alarms
    assert alarms is not None
    hours = run.region.calendar.calendar().hours(int(run.days * DAY_S / HOUR_S))
    draw = run.draw("alarm.")
    return filled(run.region, alarm_callers(run.region, alarms, hours, draw), draw)


def _further(run: _Run, ringing: _Ringing, same: SameIncident) -> Columns:
    """Return further callers about red incidents, other than those who ring after the run."""
    draw = run.draw(f"{ringing.prefix}same_incident.")
    further = further_callers(ringing.people, same, draw)
    about = further.pop("about")
    rows = _with_short_talk(filled(run.region, further, draw), same.talk_s, draw)
    return _in_time(run, {name: column[ringing.kept[about]] for name, column in rows.items()})


def _with_short_talk(rows: Columns, talk_s: Duration, draw: partial[Stream]) -> Columns:
    """Return rows in which further callers about an incident talk as long as `talk_s` says."""
    talk = talk_s.quantile(draw("talk_same_incident").random(len(rows["time_s"])))
    short = np.where(rows["same_incident"], to_ticks(talk), rows["talk_113_s"])
    return {**rows, "talk_113_s": short}


def _in_time(run: _Run, rows: Columns) -> Columns:
    in_time = rows["time_s"] < run.days * DAY_S
    return {name: column[in_time] for name, column in rows.items()}


def _transports(run: _Run, demand: Demand) -> Columns:
    """Return planned transports."""
    planned = demand.planned_transports
    assert planned is not None
    hours = run.region.calendar.calendar().hours(int(run.days * DAY_S / HOUR_S))
    draw = run.draw("transport.")
    return filled(run.region, planned_transports(run.region, planned, hours, draw), draw)


SECTIONS = {"safety_alarms": _alarms, "planned_transports": _transports}
"""Sections of the demand whose people can be drawn alone, by their key."""


def _incident(run: _Run, incident: Incident, begins_s: float, draw: partial[Stream]) -> Columns:
    """Return callers and patients of an incident, other than those who come after the run."""
    rows = filled(run.region, incident_people(run.region, incident, begins_s, draw), draw)
    return _in_time(run, _with_short_talk(rows, incident.talk_s, draw))


def filled(region: Region, who: Columns, draw: partial[Stream]) -> Columns:
    """Return all columns of `Patients` of people with time, line, home and urgency."""
    count, urgency = len(who["time_s"]), who["urgency"]
    pressed = np.array(region.care.urgent_button.as_tuple())[urgency]
    button = draw("urgent_button").random(count) < pressed
    nothing = np.zeros(count)
    known: Columns = {
        "outside": np.full(count, -1, dtype=np.int8),
        "same_incident": np.zeros(count, dtype=bool),
        "flyable": np.ones(count, dtype=bool),
        "transport_to": np.full(count, -1, dtype=np.int32),
        "away_s": nothing,
        **{f"{name}_s": nothing for name in ("alarm_talk", "alarm_handover", "home_nursing")},
        **who,
    }
    return {
        **known,
        "urgent_button": who["is_contact"] & button,
        **durations(region, urgency, who["line"], who["is_contact"], draw),
        **{name: draw(name).random(count) for name in UNIFORMS if name not in known},
    }


def _homes(
    region: Region, source: NDArray[np.intp], u: Array, cells: Flags
) -> tuple[Indices, Codes]:
    """Return place and age group: by people and by how often each age rings that number."""
    place = np.empty(len(source), dtype=np.int32)
    age_group = np.empty(len(source), dtype=np.int8)
    for weighed, mine in (
        (callers_116117(region), source < TO_113),
        (callers_113(region), source >= TO_113),
    ):
        place[mine], age_group[mine] = homes(weighed * cells, u[mine])
    place[source > TO_113] = -1
    return place, age_group


def _lines(source: NDArray[np.intp], health_share: float, u: Array) -> Codes:
    line = np.where((source == CONTACT) & (u < health_share), LINE_HEALTH, LINE_116117)
    return np.where(source >= TO_113, LINE_113, line).astype(np.int8)
