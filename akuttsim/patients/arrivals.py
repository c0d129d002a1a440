"""Who falls ill, and when, and who else rings about the same incident.

Surges and visitors change the rates: who rings on top of the others, and who does not ring after
all.

The candidates, of each home and age, do not hang on the rates. They are the points of a Poisson
process over time and height, and whoever lies below the rate of home, age and time is kept
(thinning, Lewis and Shedler 1979). So a rate that rises adds people there and then, one that falls
takes some away, and all others are the same people. Candidates are numbered within their home, age,
week of the run and layer of height, and that is who they are; a longer run begins with the people
of the shorter.

Where several hold at once their factors multiply. A factor above 1 adds people, one below 1 leaves
some out, and all others are the same. Visitors are people of their own.

About one incident several may ring: further callers about a red one, and all of a named one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import HOURS_A_WEEK
from akuttsim.config.schema.geography import SeasonHours
from akuttsim.config.schema.region import Incident, LocalAddition, Region, SameIncident
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.long_columns import pieces
from akuttsim.patients.call_rates import draw_homes, people_by_place
from akuttsim.patients.streams import (
    GOLDEN,
    Ids,
    Persons,
    hash_names,
    join_persons,
    member_ids,
    mix_bits,
    numbered_persons,
)
from akuttsim.records import LINE_113, LINE_VICTIM, RED, Codes, Flags, Floats, Indices
from akuttsim.units import HOUR_S, MINUTE_S, WEEK_S, to_ticks

LIKELY = 30
"""More candidates than so many are in no layer, of which the mean is one."""

POISSON_ONE = np.cumsum(1 / np.cumprod(np.arange(LIKELY).clip(1), dtype=np.float64)) / np.e
"""Shares of layers with at most 0, 1, 2 ... candidates: Poisson with mean one."""


@dataclass(frozen=True)
class RateFactor:
    """A factor on the rates of some homes and ages, hour by hour.

    Attributes:
        cells: Where it holds, as [home, age group].
        by_hour: The factor of each hour of the run; 1 where nothing changes.
    """

    cells: Flags
    by_hour: Floats


@dataclass(frozen=True)
class ArrivalRates:
    """How often something befalls people of each home and age in each hour of a run.

    Attributes:
        source: What befalls them, in a word: part of who they are.
        homes: The names of the homes: part of who they are.
        usual: How many an hour, as [home, age group], where `relative` is 1.
        relative: The factor of each hour of the run, on all.
        changes: Factors of some homes and ages; where several hold they multiply.
    """

    source: str
    homes: Sequence[str]
    usual: Floats
    relative: Floats
    changes: Sequence[RateFactor] = ()


@dataclass(frozen=True)
class Arrivals:
    """Whom something befalls, one row a person, not in order.

    Attributes:
        persons: Who they are.
        time_s: When, in whole ticks.
        home: The position of their home.
        age_group: The position of their age group.
    """

    persons: Persons
    time_s: Floats
    home: Indices
    age_group: Codes

    def __len__(self) -> int:
        """Return how many people these are."""
        return len(self.time_s)


def draw_arrivals(rates: ArrivalRates, seed: int, replication: int) -> Arrivals:
    """Return the people of a replication whom the rates keep.

    Everybody who might be befallen is a candidate with a height of their own; those below the rate
    of their home, age and hour are kept (thinning). So a higher rate adds people and changes no
    other.

    Args:
        rates: How often it befalls people of each home and age in each hour.
        seed: Seed of all numbers.
        replication: The replication's number.
    """
    cell, week, layer = _rate_layers(_most_in_a_week(rates))
    names = [f"{rates.source}|{home}|{age}" for home in rates.homes for age in AGE_GROUPS]
    sources, of_run = hash_names(names), (seed, replication)
    kept = [
        _arrivals_of_layers(rates, sources, (cell[part], week[part], layer[part]), of_run)
        for part in pieces(len(cell))
    ]
    return Arrivals(
        join_persons([each.persons for each in kept]),
        *(
            np.concatenate([getattr(each, name) for each in kept])
            for name in ("time_s", "home", "age_group")
        ),
    )


def _arrivals_of_layers(
    rates: ArrivalRates,
    sources: Ids,
    layers: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]],
    of_run: tuple[int, int],
) -> Arrivals:
    """Return those whom the rates keep of some layers.

    Args:
        rates: How often it befalls people.
        sources: What befalls whom, by home and age.
        layers: Home and age, week and number of each layer.
        of_run: Seed and replication.
    """
    cell, week, layer = layers
    weeks = mix_bits(sources[cell] + _counter_steps(week))
    ids = mix_bits(mix_bits(weeks + _counter_steps(layer)))
    u_count = Persons(ids, *of_run).uniform(f"candidates.{rates.source}")
    count = np.searchsorted(POISSON_ONE, u_count, side="right")
    group = np.repeat(np.arange(len(ids)), count)
    people = Persons(member_ids(ids, group), *of_run)
    time_s = to_ticks((week[group] + people.uniform("time")) * WEEK_S)
    height = layer[group] + people.uniform("height")
    home, age_group = np.divmod(cell[group], len(AGE_GROUPS))
    candidates = Arrivals(people, time_s, home.astype(np.int32), age_group.astype(np.int8))
    return _keep_below_rate(rates, candidates, height)


def _keep_below_rate(rates: ArrivalRates, candidates: Arrivals, height: Floats) -> Arrivals:
    """Return the candidates whose height lies below the rate of their home, age and hour."""
    hour = (candidates.time_s // HOUR_S).astype(np.intp)
    in_run = hour < len(rates.relative)
    where = candidates.home, candidates.age_group
    hour = np.where(in_run, hour, 0)
    rate = rates.usual[where] * rates.relative[hour] * HOURS_A_WEEK
    for change in rates.changes:
        rate *= np.where(change.cells[where], change.by_hour[hour], 1.0)
    is_below = in_run & (height < rate)
    people, time_s = candidates.persons.take(is_below), candidates.time_s[is_below]
    return Arrivals(people, time_s, candidates.home[is_below], candidates.age_group[is_below])


def _most_in_a_week(rates: ArrivalRates) -> Floats:
    """Return the highest rate of each week of the run, in calls a week, as [cell, week]."""
    most = np.outer(rates.usual.ravel() * HOURS_A_WEEK, _highest_of_weeks(rates.relative))
    for change in rates.changes:
        most = np.where(
            change.cells.ravel()[:, None], most * _highest_of_weeks(change.by_hour), most
        )
    return most


def _highest_of_weeks(by_hour: Floats) -> Floats:
    """Return the highest value of each week; the last may have begun only."""
    weeks = -(-len(by_hour) // HOURS_A_WEEK)
    filled = np.zeros(weeks * HOURS_A_WEEK)
    filled[: len(by_hour)] = by_hour
    highest: Floats = filled.reshape(weeks, HOURS_A_WEEK).max(axis=1)
    return highest


def _rate_layers(most: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return cell, week and number of the layers that the rates reach, lowest first.

    A layer holds one candidate on average, whatever the rates are.
    """
    layers = np.ceil(most).astype(np.intp).ravel()
    cell_week = np.repeat(np.arange(len(layers)), layers)
    begins = np.cumsum(layers) - layers
    layer = np.arange(len(cell_week)) - begins[cell_week]
    cell, week = np.divmod(cell_week, most.shape[1])
    return cell, week, layer


def _counter_steps(number: NDArray[np.intp]) -> Ids:
    steps: Ids = (number + 1).astype(np.uint64) * GOLDEN
    return steps


@dataclass(frozen=True)
class RateAddition:
    """A surge or visitors: a factor on the calls of some people for some time.

    Visitors are other people than those who live there, and no health personnel.

    Attributes:
        name: `surge.` or `visitors.` and its own; part of who visitors are.
        when: The season and hours in which it holds.
        cells: Whom it holds for, shape (places, age groups).
        factor_116117: On calls to 116117.
        factor_113: On calls to 113.
        is_visitors: Whether the people are visitors.
    """

    name: str
    when: SeasonHours
    cells: Flags
    factor_116117: float
    factor_113: float
    is_visitors: bool = False

    def factor(self, line_113: bool) -> float:
        """Return the factor on the calls to one of the numbers."""
        return self.factor_113 if line_113 else self.factor_116117


def rate_additions(region: Region) -> list[RateAddition]:
    """Return the visitors, then the surges of a region, in the order written."""
    every = AGE_GROUPS
    visitors = [
        RateAddition(f"visitors.{name}", section.when, _cells_of_area(region, section, every),
                 section.people_factor.value, section.people_factor.value, is_visitors=True)
        for name, section in region.demand.visitors.items()
    ]  # fmt: skip
    surges = [
        RateAddition(
            f"surge.{name}",
            section.when,
            _cells_of_area(region, section, section.ages or every),
            section.factor_116117.value if section.factor_116117 else 1.0,
            section.factor_113.value if section.factor_113 else 1.0,
        )
        for name, section in region.demand.surges.items()
    ]
    return visitors + surges


def _cells_of_area(region: Region, area: LocalAddition, ages: Sequence[str]) -> Flags:
    """Return which homes and ages an event holds for, as [home, age]."""
    in_area = [area.holds_at(name, place.municipality) for name, place in region.places.items()]
    return np.outer(in_area, np.isin(AGE_GROUPS, ages))


class SurgesOfRun:
    """The additions of a region over the hours of a run."""

    def __init__(self, region: Region, hours: Sequence[datetime]) -> None:
        """Work out in which hours each addition holds."""
        self.additions = rate_additions(region)
        self._holds = [np.array([a.when.covers(hour) for hour in hours]) for a in self.additions]

    def of_residents(self, line_113: bool) -> list[RateFactor]:
        """Return the factors on the rates of those who live here."""
        return [
            self._change(position, min(factor, 1.0) if addition.is_visitors else factor)
            for position, (addition, factor) in enumerate(self._by_addition(line_113))
        ]

    def of_visitors(self, position: int, line_113: bool) -> list[RateFactor]:
        """Return the factors on residents' rates that give those of an addition's visitors.

        Visitors before them lift them, as all that hold at once multiply.
        """
        own = max(self.additions[position].factor(line_113) - 1, 0.0)
        changes = [RateFactor(self.additions[position].cells, own * self._holds[position])]
        for other, (addition, factor) in enumerate(self._by_addition(line_113)):
            if addition.is_visitors and other >= position:
                factor = min(factor, 1.0)
            changes.append(self._change(other, factor))
        return changes

    def _by_addition(self, line_113: bool) -> Iterator[tuple[RateAddition, float]]:
        """Yield each addition with its factor on the calls to a number."""
        yield from ((each, each.factor(line_113)) for each in self.additions)

    def _change(self, position: int, factor: float) -> RateFactor:
        """Return the factor of an addition, hour by hour."""
        by_hour = np.where(self._holds[position], factor, 1.0)
        return RateFactor(self.additions[position].cells, by_hour)


MOST_FURTHER = 5
"""No more than so many ring after the first."""


def expected_further(same: SameIncident) -> float:
    """Return how many are expected to ring after the first about a red incident."""
    return sum(same.again.value**k for k in range(1, MOST_FURTHER + 1))


def further_callers(
    first: Mapping[str, NDArray[Any]], persons: Persons, same: SameIncident
) -> tuple[Persons, dict[str, NDArray[Any]]]:
    """Return further callers about the truly red 113 calls of some patients, by incident.

    Who they are hangs on the patient and on whether they are the first, second ... to ring again.
    They speak of the same patient: the same place, age and urgency.

    Args:
        first: Columns of those who may be rung about again.
        persons: Who these are.
        same: How often one more rings, and how soon.

    Returns:
        Who the further callers are, and their columns.
    """
    red = np.flatnonzero((first["line"] == LINE_113) & (first["urgency"] == RED))
    about = persons.take(red)
    might_ring = [about.others("rings_again", number) for number in range(MOST_FURTHER)]
    rings = [
        persons_again.uniform("rings_again") < same.again.value for persons_again in might_ring
    ]
    further = np.cumprod(rings, axis=0).T.astype(bool)
    incident = red[np.nonzero(further)[0]]
    people = join_persons(might_ring).take(_rows_by_incident(further))
    delays = same.after_min.quantile(people.uniform("after")) * MINUTE_S
    return people, {
        "time_s": first["time_s"][incident] + _since_first(to_ticks(delays), further.sum(axis=1)),
        "line": np.full(len(incident), LINE_113, dtype=np.int8),
        "is_contact": np.zeros(len(incident), dtype=bool),
        "same_incident": np.ones(len(incident), dtype=bool),
        **{name: first[name][incident] for name in ("place", "age_group", "urgency")},
    }


def _rows_by_incident(further: Flags) -> Indices:
    """Return the positions of those who ring, incident by incident, among first, second ..."""
    incident, number = np.nonzero(further)
    return (number * len(further) + incident).astype(np.int32)


def _since_first(delays: Floats, further: NDArray[np.int64]) -> Floats:
    """Return the sum of delays since each incident's first call; exact, in whole ticks."""
    passed = np.concatenate([[0.0], np.cumsum(delays)])
    begun = np.repeat(np.cumsum(further) - further, further)
    since: Floats = passed[1:] - passed[begun]
    return since


FOR_CERTAIN = 0.0
"""A uniform inside every share: the first call about an incident always leads to an ambulance."""

JUDGED_RIGHT = 0.5
"""A uniform outside the shares that are misjudged: everybody hears what has happened."""


def persons_at_incident(name: str, incident: Incident, seed: int, replication: int) -> Persons:
    """Return the callers about an incident, then the other patients, each by a number of its own.

    More callers, or more patients, leave the others the same.
    """
    kinds = {"ring": incident.callers.value, "hurt": incident.patients.value - 1}
    return join_persons([
        numbered_persons(seed, replication, f"incident.{name}.{kind}", count)
        for kind, count in kinds.items()
    ])  # fmt: skip


def incident_people(
    region: Region, incident: Incident, begins_s: float, people: Persons
) -> dict[str, NDArray[Any]]:
    """Return what befalls the people of `persons_at_incident`.

    The first caller's patient is red and is one of the patients; further callers speak of the same
    one. The others are as old as the region's people are, and nobody rings for them.
    """
    ring, count = incident.callers.value, len(people)
    row = np.arange(count)
    is_victim, is_further = row >= ring, (row > 0) & (row < ring)
    age_group = draw_homes(people_by_place(region).sum(axis=0)[None], people.uniform("home"))[1]
    shares = np.cumsum(incident.urgency.as_tuple())
    mixed = np.searchsorted(shares[:2], people.uniform("urgency") * shares[2], side="right")
    is_later = row > 0
    u = people.uniform("delay")
    discovery_min, call_min = incident.found_after_min.quantile(u), incident.after_min.quantile(u)
    minutes = np.where(is_victim, discovery_min, call_min)
    return {
        "time_s": begins_s + np.where(is_later, to_ticks(minutes * MINUTE_S), 0.0),
        "line": np.where(is_victim, LINE_VICTIM, LINE_113).astype(np.int8),
        "is_contact": ~is_victim & ~is_further,
        "same_incident": is_further,
        "place": np.full(count, tuple(region.places).index(incident.place), dtype=np.int32),
        "age_group": np.where(is_further, age_group[0], age_group).astype(np.int8),
        "urgency": np.where(is_victim, mixed, RED).astype(np.int8),
        "u_need_113": _with_first_uniform(people.uniform("u_need_113"), FOR_CERTAIN),
        "u_misjudged_113": _with_first_uniform(people.uniform("u_misjudged_113"), JUDGED_RIGHT),
    }


def _with_first_uniform(u: Floats, first: float) -> Floats:
    """Return the uniforms with that of the first call replaced."""
    u[0] = first
    return u
