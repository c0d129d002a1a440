"""The patients of a replication, drawn whole: where, how old, how urgent, how long all takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.demand import Demand, Incident, SameIncident
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Duration
from akuttsim.patients import thinning
from akuttsim.patients.alarms import alarm_callers, alarm_rates
from akuttsim.patients.arrivals import HOURS_A_YEAR, rates_of_run
from akuttsim.patients.decay import falls_ill, highest_factor
from akuttsim.patients.durations import durations
from akuttsim.patients.incidents import at_incident, incident_people
from akuttsim.patients.neighbours import calls_113, calls_116117
from akuttsim.patients.rates import callers_113, callers_116117
from akuttsim.patients.same_incident import expected_further, further_callers
from akuttsim.patients.streams import Ids, Persons, Stream, stream, together
from akuttsim.patients.surges import Surging
from akuttsim.patients.thinning import Arrivals, Rates
from akuttsim.patients.transports import planned_transports, transport_rates
from akuttsim.patients.urgency import red_share_113, urgency_codes
from akuttsim.patients.weather import flyable_hours
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Codes, Patients
from akuttsim.units import DAY_S, HOUR_S, to_ticks

Array = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
Group = tuple[Persons, Columns]

UNIFORMS = tuple(name for name in Patients.columns() if name.startswith("u_"))


def sample_patients(
    region: Region, days: int, seed: int, replication: int, neighbours: Collection[str] = ()
) -> Patients:
    """Return the people who call in the first `days` days of a run, in order of time.

    `neighbours` are the neighbour districts whose calls to 116117 are drawn too. An organisation
    whose rooms answer none of them never hears of them, and need not have them drawn.

    Each person's numbers hang on who that is (home, age, what befalls them and their number there)
    and on seed and replication. So the same seed and replication give the same people to whatever
    organisation they meet; a change of one municipality, one rate or one year adds or removes
    people there and leaves all others as they are; with or without neighbours, alarms, planned
    transports, visitors or a named incident the others are the same; and a longer run begins with
    the people of the shorter.
    """
    return identified_patients(region, days, seed, replication, neighbours)[0]


def identified_patients(
    region: Region, days: int, seed: int, replication: int, neighbours: Collection[str] = ()
) -> tuple[Patients, Ids]:
    """Return the people of `sample_patients`, and who each of them is.

    Whoever is in two runs of one seed and replication has one id in both, whatever was changed.
    """
    run = _Run(region, days, seed, replication, tuple(sorted(neighbours)))
    groups = list(_groups(run))
    drawn = [columns for _, columns in groups]
    columns = {name: np.concatenate([each[name] for each in drawn]) for name in drawn[0]}
    if region.weather is not None:
        flyable = flyable_hours(region, region.weather, days, partial(_weather, run))
        columns["flyable"] = flyable[(columns["time_s"] // HOUR_S).astype(np.intp)]
    order = np.argsort(columns["time_s"], kind="stable")
    order = order[falls_ill(region, columns)[order]]
    ids = together([persons for persons, _ in groups]).ids[order]
    return Patients(**{name: column[order] for name, column in columns.items()}), ids


def section(region: Region, days: int, seed: int, replication: int, name: str) -> Columns:
    """Return the people whom one section of the region's demand brings, one of `SECTIONS`.

    The same seed and replication give the same people as among those of `sample_patients`.
    """
    return SECTIONS[name](_Run(region, days, seed, replication, ()), region.demand)[1]


@dataclass(frozen=True)
class _Run:
    """What is drawn for: a region over so many days, with the seed of all numbers."""

    region: Region
    days: int
    seed: int
    replication: int
    neighbours: tuple[str, ...]

    def hours(self) -> list[datetime]:
        """Return the local time of each hour of the run."""
        return self.region.calendar.calendar().hours(self.days * 24)

    def arrivals(self, rates: Rates) -> Arrivals:
        """Return whom something befalls so often."""
        return thinning.arrivals(rates, self.seed, self.replication)


def _weather(run: _Run, name: str) -> Stream:
    return stream(run.seed, run.replication, f"weather.{name}")


def _groups(run: _Run) -> Iterator[Group]:
    """Yield everybody who rings one of the numbers, then what the region's sections bring."""
    people, who = _callers(run)
    callers = people, filled(run.region, who, people)
    yield callers
    yield from _of_sections(run, callers)


def _of_sections(run: _Run, callers: Group) -> Iterator[Group]:
    """Yield safety alarms, further callers, planned transports and who is at named incidents."""
    demand = run.region.demand
    if demand.safety_alarms is not None:
        yield _alarms(run, demand)
    if demand.same_incident is not None:
        yield _further(run, callers, demand.same_incident)
    if demand.planned_transports is not None:
        yield _transports(run, demand)
    for name, incident in demand.incidents.items():
        begins_s = incident.begins_s(run.region.calendar.calendar())
        if 0 <= begins_s < run.days * DAY_S:
            yield _incident(run, name, incident, begins_s)


CONTACT, OTHER, TO_113 = 0, 1, 2
"""What people ring about and which number: contacts and other calls to 116117, calls to 113."""


@dataclass(frozen=True)
class _Ringing:
    """People who ring for one reason.

    Attributes:
        rates: How often they do.
        reason: `CONTACT`, `OTHER` or `TO_113`.
        outside: The position of their neighbour district, or -1 for those of the region.
        is_visitors: Whether they are visitors, of whom none is health personnel.
    """

    rates: Rates
    reason: int
    outside: int = -1
    is_visitors: bool = False


def _callers(run: _Run) -> tuple[Persons, Columns]:
    """Return who rings 116117 or 113, with time, line, home, age and urgency."""
    relative = rates_of_run(run.region, run.days, run.seed, run.replication)
    ringing = [*_of_region(run, relative), *_of_neighbours(run, relative)]
    drawn = [run.arrivals(each.rates) for each in ringing]
    people = together([each.persons for each in drawn])
    sizes = [len(each) for each in drawn]
    outside = np.repeat(np.array([each.outside for each in ringing], dtype=np.int8), sizes)
    home = np.concatenate([each.home for each in drawn])
    who = {
        "time_s": np.concatenate([each.time_s for each in drawn]),
        "line": _lines(run.region, ringing, sizes, people.uniform("line")),
        "is_contact": np.repeat([each.reason != OTHER for each in ringing], sizes),
        "place": np.where(outside < 0, home, -1).astype(np.int32),
        "outside": outside,
        "age_group": np.concatenate([each.age_group for each in drawn]),
    }
    u = people.uniform("urgency")
    urgency = urgency_codes(run.region, who["line"], who["age_group"], who["time_s"], u)
    return people, {**who, "urgency": urgency}


def _lines(region: Region, ringing: list[_Ringing], sizes: list[int], u: Array) -> Codes:
    """Return the line of each: of contacts a share are health personnel, other than visitors."""
    health_share = region.demand.health_line_share.value
    shares = [
        health_share if each.reason == CONTACT and not each.is_visitors else 0.0 for each in ringing
    ]
    number = [LINE_113 if each.reason == TO_113 else LINE_116117 for each in ringing]
    is_health = u < np.repeat(shares, sizes)
    return np.where(is_health, LINE_HEALTH, np.repeat(number, sizes)).astype(np.int8)


def _of_region(run: _Run, relative: dict[bool, Array]) -> Iterator[_Ringing]:
    """Yield those who live in the region, then its visitors."""
    surging = Surging(run.region, run.hours())
    visiting = [n for n, addition in enumerate(surging.additions) if addition.is_visitors]
    for reason, an_hour in enumerate(_calls_an_hour(run.region)):
        name, line_113 = REASONS[reason], reason == TO_113
        rates = Rates(name, run.region.place_ids, an_hour, relative[line_113],
                      surging.of_residents(line_113))  # fmt: skip
        yield _Ringing(rates, reason)
        for position in visiting:
            addition = surging.additions[position]
            visitors = replace(rates, source=f"{addition.name}.{name}",
                               usual=an_hour * addition.cells,
                               changes=surging.of_visitors(position, line_113))  # fmt: skip
            yield _Ringing(visitors, reason, is_visitors=True)


REASONS = ("contact", "other", "113")
"""The words of `CONTACT`, `OTHER` and `TO_113`: part of who people are."""


def _of_neighbours(run: _Run, relative: dict[bool, Array]) -> Iterator[_Ringing]:
    """Yield those of neighbour districts who ring 113, and 116117 where that is asked for."""
    districts = tuple(run.region.outside)
    for position, district in enumerate(districts):
        a_year = calls_113(run.region, district)
        yield _of_neighbour(district, position, TO_113, a_year, relative)
    for district in run.neighbours:
        for reason, a_year in enumerate(calls_116117(run.region, district)):
            yield _of_neighbour(district, districts.index(district), reason, a_year, relative)


def _of_neighbour(
    district: str, position: int, reason: int, a_year: Array, relative: dict[bool, Array]
) -> _Ringing:
    usual, homes = a_year / HOURS_A_YEAR, (f"outside.{district}",)
    return _Ringing(Rates(REASONS[reason], homes, usual, relative[reason == TO_113]), reason,
                    position)  # fmt: skip


def _calls_an_hour(region: Region) -> tuple[Array, Array, Array]:
    """Return contacts, other calls and first calls to 113 in a mean hour, as [place, age group].

    Contacts are drawn for the shortest way to a clinic. Further callers about an incident are
    among the published calls to 113, so that so many fewer are the first.
    """
    demand = region.demand
    to_116117, to_113 = callers_116117(region), callers_113(region)
    decay = demand.distance_decay
    nearest = 1.0 if decay is None else highest_factor(decay)
    return (
        to_116117 * (demand.contacts_per_person_year.value * nearest / HOURS_A_YEAR),
        to_116117 * (demand.other_calls_per_person_year.value / HOURS_A_YEAR),
        to_113 * (demand.calls_113_per_person_year.value / _calls_an_incident(region)
                  / HOURS_A_YEAR),
    )  # fmt: skip


def _calls_an_incident(region: Region) -> float:
    """Return the expected calls to 113 about what one of them is about."""
    same = region.demand.same_incident
    return 1.0 if same is None else 1 + red_share_113(region) * expected_further(same)


def _alarms(run: _Run, demand: Demand) -> Group:
    """Return people who press a safety alarm."""
    alarms = demand.safety_alarms
    assert alarms is not None
    pressed = run.arrivals(alarm_rates(run.region, alarms, run.hours()))
    who = alarm_callers(run.region, alarms, pressed)
    return pressed.persons, filled(run.region, who, pressed.persons)


def _further(run: _Run, callers: Group, same: SameIncident) -> Group:
    """Return further callers about red incidents, other than those who ring after the run."""
    people, rows = callers
    own = np.flatnonzero(rows["outside"] < 0)
    needed = ("time_s", "line", "place", "age_group", "urgency")
    first = {name: rows[name][own] for name in needed}
    further, who = further_callers(first, people.take(own), same)
    return _in_time(run, further, _with_short_talk(run, who, further, same.talk_s))


def _with_short_talk(run: _Run, who: Columns, people: Persons, talk_s: Duration) -> Columns:
    """Return all columns, in which further callers about an incident talk as `talk_s` says."""
    rows = filled(run.region, who, people)
    talk = talk_s.quantile(people.uniform("talk_same_incident"))
    short = np.where(rows["same_incident"], to_ticks(talk), rows["talk_113_s"])
    return {**rows, "talk_113_s": short}


def _in_time(run: _Run, people: Persons, rows: Columns) -> Group:
    """Return the people and columns without those who ring after the run."""
    in_time = rows["time_s"] < run.days * DAY_S
    return people.take(in_time), {name: column[in_time] for name, column in rows.items()}


def _transports(run: _Run, demand: Demand) -> Group:
    """Return planned transports."""
    planned = demand.planned_transports
    assert planned is not None
    due = run.arrivals(transport_rates(run.region, planned, run.hours()))
    who = planned_transports(run.region, planned, due)
    return due.persons, filled(run.region, who, due.persons)


SECTIONS = {"safety_alarms": _alarms, "planned_transports": _transports}
"""Sections of the demand whose people can be drawn alone, by their key."""


def _incident(run: _Run, name: str, incident: Incident, begins_s: float) -> Group:
    """Return callers and patients of an incident, other than those who come after the run."""
    people = at_incident(name, incident, run.seed, run.replication)
    who = incident_people(run.region, incident, begins_s, people)
    return _in_time(run, people, _with_short_talk(run, who, people, incident.talk_s))


def filled(region: Region, who: Columns, people: Persons) -> Columns:
    """Return all columns of `Patients` of people with time, line, home and urgency."""
    count, urgency = len(who["time_s"]), who["urgency"]
    pressed = np.array(region.care.urgent_button.as_tuple())[urgency]
    button = people.uniform("urgent_button") < pressed
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
        **durations(region, urgency, who["line"], who["is_contact"], people.uniform),
        **{name: people.uniform(name) for name in UNIFORMS if name not in known},
    }
