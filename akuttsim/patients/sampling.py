"""The patients of a replication, drawn whole: where, how old, how urgent, how long all takes.

The weather of a run, the hours in which a helicopter can fly, is drawn with them, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import daylight_hours
from akuttsim.config.schema.geography import Weather
from akuttsim.config.schema.region import Demand, Incident, Region
from akuttsim.config.schema.values import Duration
from akuttsim.long_columns import LongColumns, let_go_of_pages, pieces
from akuttsim.patients.alarms_and_transports import (
    alarm_callers,
    alarm_rates,
    transport_columns,
    transport_rates,
)
from akuttsim.patients.arrivals import (
    ArrivalRates,
    Arrivals,
    SurgesOfRun,
    draw_arrivals,
    expected_further,
    further_callers,
    incident_people,
    persons_at_incident,
)
from akuttsim.patients.call_rates import (
    HOURS_A_YEAR,
    callers_113,
    callers_116117,
    neighbour_calls_113,
    neighbour_calls_116117,
    rates_of_run,
)
from akuttsim.patients.long_journeys import long_journeys
from akuttsim.patients.needs import falls_ill, highest_factor, patient_durations
from akuttsim.patients.streams import Ids, Persons, Stream, join_persons, stream
from akuttsim.patients.urgency import red_share_113, urgency_codes
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH, Codes, Flags, Floats, Patients
from akuttsim.units import DAY_S, HOUR_S, to_ticks

WeatherStream = Callable[[str], Stream]


def flyable_hours(region: Region, weather: Weather, days: int, draw: WeatherStream) -> Flags:
    """Return whether a helicopter can fly, for each hour of so many days of the run.

    The weather has a badness, uniform from 0 to 1, that holds until it changes; an hour is flyable
    where its share of flyable hours is above the badness. So each hour has exactly its share, what
    can be flown in the dark can be flown in daylight, and with one share good and bad weather
    alternate in geometric spells, of which the bad last `unflyable_spell_h` on average.
    """
    share = flyable_shares(region, weather, days)
    hours = np.arange(len(share))
    changes = draw("change").random(len(hours)) * weather.unflyable_spell_h.value * share < 1
    badness = draw("badness").random(len(hours))
    since = np.maximum.accumulate(np.where(changes, hours, 0))
    flyable: Flags = badness[since] < share
    return flyable


def flyable_shares(region: Region, weather: Weather, days: int) -> Floats:
    """Return the share of each hour of the run: by quarter, and by daylight in its middle.

    Args:
        region: The region; daylight is that of its first hospital.
        weather: Shares of hours that can be flown.
        days: Days of the run.

    Returns:
        Shape (hours,), from 0 to 1.
    """
    local = region.calendar.calendar().hours(int(days * DAY_S / HOUR_S))
    quarter = np.array([(hour.month - 1) // 3 for hour in local], dtype=np.intp)
    shares = np.array([weather.flyable.dark, weather.flyable.daylight])
    place = region.places[next(iter(region.hospitals.values())).place]
    middle = (np.arange(int(days * DAY_S / HOUR_S)) + 0.5) * HOUR_S
    spans = daylight_hours(place.lat, place.lon, region.calendar.calendar(), days)
    ends = np.array(spans, dtype=np.float64).ravel()
    inside: Flags = np.searchsorted(ends, middle, side="right") % 2 == 1
    by_hour: Floats = shares[inside.astype(np.intp), quarter]
    return by_hour


PersonFloats = NDArray[np.float64]
PatientColumns = dict[str, NDArray[Any]]


class PeopleBefallen(NamedTuple):
    """People whom something of one kind befalls, not in order.

    Attributes:
        persons: Who they are.
        who: What is known of each before all is drawn: time, line, home, age, urgency.
        complete: Returns all columns of some of them, from what is known and who they are.
    """

    persons: Persons
    who: PatientColumns
    complete: Callable[[PatientColumns, Persons], PatientColumns]


UNIFORMS = tuple(name for name in Patients.columns() if name.startswith("u_"))


def sample_patients(
    region: Region, days: int, seed: int, replication: int, neighbours: Collection[str] = ()
) -> Patients:
    """Return the people who call in the first days of a run, in order of time.

    Each person's numbers hang on who that is (home, age, what befalls them and their number there)
    and on seed and replication. So the same seed and replication give the same people to whatever
    organisation they meet; a change of one municipality, one rate or one year adds or removes
    people there and leaves all others as they are; with or without neighbours, alarms, planned
    transports, visitors or a named incident the others are the same; and a longer run begins with
    the people of the shorter.

    Args:
        region: The region, in the year that is asked for.
        days: Days of the run.
        seed: Seed of all numbers.
        replication: The replication's number.
        neighbours: Neighbour districts whose calls to 116117 are drawn too. An organisation whose
            rooms answer none of them never hears of them, and need not have them drawn.
    """
    return identified_patients(region, days, seed, replication, neighbours)[0]


def identified_patients(
    region: Region, days: int, seed: int, replication: int, neighbours: Collection[str] = ()
) -> tuple[Patients, Ids]:
    """Return the people of `sample_patients`, and who each of them is.

    Whoever is in two runs of one seed and replication has one id in both, whatever was changed.
    """
    run = _Replication(region, days, seed, replication, tuple(sorted(neighbours)))
    groups = [_who_fall_ill(region, group) for group in _people_befallen(run)]
    order = np.argsort(np.concatenate([g.who["time_s"] for g in groups]), kind="stable")
    flyable = _flyable_by_hour(run)
    table, columns = LongColumns(len(order)), PatientColumns()
    for part in pieces(len(order)):
        piece = _completed(groups, order[part])
        if flyable is not None:
            piece["flyable"] = flyable[(piece["time_s"] // HOUR_S).astype(np.intp)]
        if not table.is_long:
            columns = piece
            break
        columns = columns or {name: table.empty(values.dtype) for name, values in piece.items()}
        for name in list(piece):
            columns[name][part] = piece.pop(name)
        let_go_of_pages()
    ids = join_persons([group.persons for group in groups]).ids[order]
    return Patients(**columns), ids


def _who_fall_ill(region: Region, group: PeopleBefallen) -> PeopleBefallen:
    """Return those of a group who fall ill, with what is known of each."""
    needs = {name: group.persons.uniform(name) for name in ("u_need", "u_present")}
    who = {**needs, **group.who}
    ill = falls_ill(region, who)
    if ill.all():
        return group._replace(who=who)
    who = {name: column[ill] for name, column in who.items()}
    return group._replace(persons=group.persons.take(ill), who=who)


def _completed(groups: list[PeopleBefallen], rows: NDArray[np.intp]) -> PatientColumns:
    """Return all columns of some people, who are known by their row if all groups were joined."""
    completed, places, first = [], [], 0
    for group in groups:
        place = np.flatnonzero((rows >= first) & (rows < first + len(group.persons)))
        mine = rows[place] - first
        who = {name: column[mine] for name, column in group.who.items()}
        completed.append(group.complete(who, group.persons.take(mine)))
        places.append(place)
        first += len(group.persons)
    back = np.argsort(np.concatenate(places), kind="stable")
    return {  # each is forgotten where it comes from, so that they are never there twice
        name: np.concatenate([columns.pop(name) for columns in completed])[back]
        for name in list(completed[0])
    }


def _flyable_by_hour(run: _Replication) -> Flags | None:
    """Return whether a helicopter can fly in each hour; None where weather is nothing to it."""
    if run.region.weather is None:
        return None

    def weather_stream(name: str) -> Stream:
        return stream(run.seed, run.replication, f"weather.{name}")

    return flyable_hours(run.region, run.region.weather, run.days, weather_stream)


def section_columns(
    region: Region, days: int, seed: int, replication: int, name: str
) -> PatientColumns:
    """Return the people whom one section of the region's demand brings.

    The same seed and replication give the same people as among those of `sample_patients`.

    Args:
        region: The region.
        days: Days of the run.
        seed: Seed of all numbers.
        replication: The replication's number.
        name: The section, one of `SECTIONS`.
    """
    due = SECTIONS[name](_Replication(region, days, seed, replication, ()), region.demand)
    return due.complete(due.who, due.persons)


@dataclass(frozen=True)
class _Replication:
    """What is drawn for.

    Attributes:
        region: The region.
        days: Days of the run.
        seed: Seed of all numbers.
        replication: The replication's number.
        neighbours: Neighbour districts whose calls to 116117 are drawn, sorted.
    """

    region: Region
    days: int
    seed: int
    replication: int
    neighbours: tuple[str, ...]

    def hours(self) -> list[datetime]:
        """Return the local time of each hour of the run."""
        return self.region.calendar.calendar().hours(self.days * 24)

    def arrivals(self, rates: ArrivalRates) -> Arrivals:
        """Return whom something befalls so often."""
        return draw_arrivals(rates, self.seed, self.replication)


def _people_befallen(run: _Replication) -> Iterator[PeopleBefallen]:
    """Yield everybody who rings one of the numbers, then what the region's sections bring."""
    callers = _in_full(run, *_draw_callers(run))
    yield callers
    yield from _section_groups(run, callers)


def _in_full(run: _Replication, persons: Persons, who: PatientColumns) -> PeopleBefallen:
    """Return people whose columns are all drawn in the usual way."""
    return PeopleBefallen(persons, who, partial(complete_columns, run.region))


def _section_groups(run: _Replication, callers: PeopleBefallen) -> Iterator[PeopleBefallen]:
    """Yield safety alarms, further callers, ordered journeys and who is at named incidents."""
    demand = run.region.demand
    if demand.safety_alarms is not None:
        yield _alarm_group(run, demand)
    if demand.same_incident is not None:
        own = np.flatnonzero(callers.who["outside"] < 0)
        needed = ("time_s", "line", "place", "age_group", "urgency")
        first = {name: callers.who[name][own] for name in needed}
        further = further_callers(first, callers.persons.take(own), demand.same_incident)
        yield _with_short_talk(run, *further, demand.same_incident.talk_s)
    if demand.planned_transports is not None:
        yield _transport_group(run, demand)
    for rates, columns in long_journeys(run.region, run.hours()):
        due = run.arrivals(rates)
        yield _in_full(run, due.persons, columns(due))
    for name, incident in demand.incidents.items():
        begins_s = incident.begins_s(run.region.calendar.calendar())
        if 0 <= begins_s < run.days * DAY_S:
            yield _incident_group(run, name, incident, begins_s)


CONTACT, OTHER, TO_113 = 0, 1, 2
"""What people ring about and which number: contacts and other calls to 116117, calls to 113."""


@dataclass(frozen=True)
class _CallerSource:
    """People who ring for one reason.

    Attributes:
        rates: How often they do.
        reason: `CONTACT`, `OTHER` or `TO_113`.
        outside: The position of their neighbour district, or -1 for those of the region.
        is_visitors: Whether they are visitors, of whom none is health personnel.
    """

    rates: ArrivalRates
    reason: int
    outside: int = -1
    is_visitors: bool = False


def _draw_callers(run: _Replication) -> tuple[Persons, PatientColumns]:
    """Return who rings 116117 or 113, with time, line, home, age and urgency."""
    relative = rates_of_run(run.region, run.days, run.seed, run.replication)
    sources = [*_region_sources(run, relative), *_neighbour_sources(run, relative)]
    arrivals = [run.arrivals(source.rates) for source in sources]
    people = join_persons([source.persons for source in arrivals])
    sizes = [len(source) for source in arrivals]
    outside = np.repeat(np.array([source.outside for source in sources], dtype=np.int8), sizes)
    home = np.concatenate([source.home for source in arrivals])
    who = {
        "time_s": np.concatenate([source.time_s for source in arrivals]),
        "line": _lines_of_callers(run.region, sources, sizes, people.uniform("line")),
        "is_contact": np.repeat([source.reason != OTHER for source in sources], sizes),
        "place": np.where(outside < 0, home, -1).astype(np.int32),
        "outside": outside,
        "age_group": np.concatenate([source.age_group for source in arrivals]),
    }
    u = people.uniform("urgency")
    urgency = urgency_codes(run.region, who["line"], who["age_group"], who["time_s"], u)
    return people, {**who, "urgency": urgency, **_ways_of_talking(run.region, who, people)}


def _ways_of_talking(region: Region, who: PatientColumns, people: Persons) -> PatientColumns:
    """Return whose talk is in another language, and whose is about mental illness.

    Of the region's own callers on the public's line to 116117.
    """
    columns: PatientColumns = {}
    public = (who["line"] == LINE_116117) & (who["outside"] < 0)
    psychiatric, languages = region.demand.psychiatric_callers, region.demand.languages
    if psychiatric is not None:
        theirs = people.uniform("psychiatric") < psychiatric.share.value
        columns["psychiatric"] = public & who["is_contact"] & theirs
    if languages:
        u, begins = people.uniform("language"), np.zeros(len(region.places) + 1)
        language = np.zeros(len(public), dtype=np.int8)
        for number, spoken in enumerate(languages.values(), start=1):
            here = [
                not spoken.municipalities or place.municipality in spoken.municipalities
                for place in region.places.values()
            ]
            ends = begins + np.array([*here, False]) * spoken.share.value
            speaks = public & (begins[who["place"]] <= u) & (u < ends[who["place"]])
            language[speaks], begins = number, ends
        columns["language"] = language
    return columns


def _lines_of_callers(
    region: Region, sources: list[_CallerSource], sizes: list[int], u: PersonFloats
) -> Codes:
    """Return the line of each: of contacts a share are health personnel, other than visitors."""
    health_share = region.demand.health_line_share.value
    shares = [
        health_share if source.reason == CONTACT and not source.is_visitors else 0.0
        for source in sources
    ]
    number = [LINE_113 if source.reason == TO_113 else LINE_116117 for source in sources]
    is_health = u < np.repeat(shares, sizes)
    return np.where(is_health, LINE_HEALTH, np.repeat(number, sizes)).astype(np.int8)


def _region_sources(
    run: _Replication, relative: dict[bool, PersonFloats]
) -> Iterator[_CallerSource]:
    """Yield those who live in the region, then its visitors."""
    surging = SurgesOfRun(run.region, run.hours())
    visiting = [n for n, addition in enumerate(surging.additions) if addition.is_visitors]
    for reason, an_hour in enumerate(_calls_an_hour(run.region)):
        name, line_113 = REASONS[reason], reason == TO_113
        rates = ArrivalRates(name, run.region.place_ids, an_hour, relative[line_113],
                      surging.of_residents(line_113))  # fmt: skip
        yield _CallerSource(rates, reason)
        for position in visiting:
            addition = surging.additions[position]
            visitors = replace(rates, source=f"{addition.name}.{name}",
                               usual=an_hour * addition.cells,
                               changes=surging.of_visitors(position, line_113))  # fmt: skip
            yield _CallerSource(visitors, reason, is_visitors=True)


REASONS = ("contact", "other", "113")
"""The words of `CONTACT`, `OTHER` and `TO_113`: part of who people are."""


def _neighbour_sources(
    run: _Replication, relative: dict[bool, PersonFloats]
) -> Iterator[_CallerSource]:
    """Yield those of neighbour districts who ring 113, and 116117 where that is asked for."""
    districts = tuple(run.region.outside)
    for position, district in enumerate(districts):
        a_year = neighbour_calls_113(run.region, district)
        yield _neighbour_source(district, position, TO_113, a_year, relative)
    for district in run.neighbours:
        for reason, a_year in enumerate(neighbour_calls_116117(run.region, district)):
            yield _neighbour_source(district, districts.index(district), reason, a_year, relative)


def _neighbour_source(
    district: str,
    position: int,
    reason: int,
    a_year: PersonFloats,
    relative: dict[bool, PersonFloats],
) -> _CallerSource:
    """Return the callers of a neighbour district for one reason, who all live in one home."""
    usual, homes = a_year / HOURS_A_YEAR, (f"outside.{district}",)
    rates = ArrivalRates(REASONS[reason], homes, usual, relative[reason == TO_113])
    return _CallerSource(rates, reason, position)


def _calls_an_hour(region: Region) -> tuple[PersonFloats, PersonFloats, PersonFloats]:
    """Return contacts, other calls and first calls to 113 in a mean hour, as [place, age group].

    Contacts are drawn for the shortest way to a clinic. Further callers about an incident are
    among the published calls to 113, so that so many fewer are the first.
    """
    demand = region.demand
    to_116117, to_113 = callers_116117(region), callers_113(region)
    decay = demand.distance_decay
    nearest = 1.0 if decay is None else highest_factor(decay)
    same = demand.same_incident
    calls_an_incident = 1.0 if same is None else 1 + red_share_113(region) * expected_further(same)
    return (
        to_116117 * (demand.contacts_per_person_year.value * nearest / HOURS_A_YEAR),
        to_116117 * (demand.other_calls_per_person_year.value / HOURS_A_YEAR),
        to_113 * (demand.calls_113_per_person_year.value / calls_an_incident
                  / HOURS_A_YEAR),
    )  # fmt: skip


def _alarm_group(run: _Replication, demand: Demand) -> PeopleBefallen:
    """Return people who press a safety alarm."""
    alarms = demand.safety_alarms
    assert alarms is not None
    pressed = run.arrivals(alarm_rates(run.region, alarms, run.hours()))
    return _in_full(run, pressed.persons, alarm_callers(run.region, alarms, pressed))


def _with_short_talk(
    run: _Replication, people: Persons, who: PatientColumns, talk_s: Duration
) -> PeopleBefallen:
    """Return those who ring within the run; further callers of them talk as `talk_s` says."""
    in_time = who["time_s"] < run.days * DAY_S

    def complete(who: PatientColumns, people: Persons) -> PatientColumns:
        rows = complete_columns(run.region, who, people)
        again, talk = rows["same_incident"], rows["talk_113_s"].copy()
        talk[again] = to_ticks(talk_s.quantile(people.uniform("talk_same_incident")[again]))
        return {**rows, "talk_113_s": talk}

    within = {name: column[in_time] for name, column in who.items()}
    return PeopleBefallen(people.take(in_time), within, complete)


def _transport_group(run: _Replication, demand: Demand) -> PeopleBefallen:
    """Return planned transports."""
    planned = demand.planned_transports
    assert planned is not None
    due = run.arrivals(transport_rates(run.region, planned, run.hours()))
    return _in_full(run, due.persons, transport_columns(run.region, planned, due))


SECTIONS = {"safety_alarms": _alarm_group, "planned_transports": _transport_group}
"""Sections of the demand whose people can be drawn alone, by their key."""


def _incident_group(
    run: _Replication, name: str, incident: Incident, begins_s: float
) -> PeopleBefallen:
    """Return callers and patients of an incident, other than those who come after the run."""
    people = persons_at_incident(name, incident, run.seed, run.replication)
    who = incident_people(run.region, incident, begins_s, people)
    return _with_short_talk(run, people, who, incident.talk_s)


def complete_columns(region: Region, who: PatientColumns, people: Persons) -> PatientColumns:
    """Return all columns of `Patients`.

    Args:
        region: The region, whose durations and buttons are drawn.
        who: Columns with time, line, home and urgency; further ones stay as they are.
        people: Who they are, for their uniforms.
    """
    count, urgency = len(who["time_s"]), who["urgency"]
    pressed = np.array(region.care.urgent_button.as_tuple())[urgency]
    button = people.uniform("urgent_button") < pressed
    nothing = np.zeros(count)
    known: PatientColumns = {
        "outside": np.full(count, -1, dtype=np.int8),
        "same_incident": np.zeros(count, dtype=bool),
        "flyable": np.ones(count, dtype=bool),
        "transport_to": np.full(count, -1, dtype=np.int32),
        **{f"{name}_s": nothing for name in ("away", "birth_after", "escort_after")},
        "language": np.zeros(count, dtype=np.int8),
        "psychiatric": np.zeros(count, dtype=bool),
        **{f"{name}_s": nothing for name in ("alarm_talk", "alarm_handover", "home_nursing")},
        **who,
    }
    durations = patient_durations(region, urgency, who["line"], who["is_contact"], people.uniform)
    longer = region.demand.psychiatric_callers
    if longer is not None:
        factor = np.where(known["psychiatric"], longer.talk_factor.value, 1.0)
        durations["talk_s"] = to_ticks(durations["talk_s"] * factor)
    return {
        **known,
        "urgent_button": who["is_contact"] & button,
        **durations,
        **{name: people.uniform(name) for name in UNIFORMS if name not in known},
    }
