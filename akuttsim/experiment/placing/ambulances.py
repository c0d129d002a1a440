"""Where the ambulances of an organisation should stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.errors import did_you_mean
from akuttsim.experiment.placing.proposal import Promise, Proposal, Site, by_municipality
from akuttsim.experiment.placing.question import Question, World, candidates, count_of, refuse
from akuttsim.experiment.placing.reach import (
    Reach,
    Roster,
    ambulances_of,
    limits_s,
    rosters_of,
)
from akuttsim.experiment.placing.week import mean_seconds, ordinary_week
from akuttsim.patients.expected import red_incidents
from akuttsim.scenario.fleet import Crew
from akuttsim.theory.median import best_medians, mean_cost
from akuttsim.theory.rostered import Fleet, Floors, NoWay, best_stations, covered_by_atom
from akuttsim.units import MINUTE_S

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST = 60
NEW = "placed-ambulance"
MAIN = (
    "ambulance_within_12_min",
    "ambulance_within_25_min",
    "ambulance_response_median_min",
    "ambulance_response_p90_min",
    "first_help_median_min",
    "hours_without_ambulance",
    "km_driven_a_week",
)


@dataclass(frozen=True)
class _Crews:
    """Crews by name, new ones with no station of their own, and which of them stay."""

    stations: dict[str, str | None]
    rosters: dict[str, Roster]
    kept: frozenset[str]
    like: str | None

    def of(self, roster: Roster, stays: bool | None = None) -> list[str]:
        return [
            name for name, own in self.rosters.items()
            if own == roster and (stays is None or (name in self.kept) == stays)
        ]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked of the ambulances: which there are to be, where, how many."""

    crews: _Crews
    sites: tuple[str, ...]
    count: int


def asked(world: World, question: Question) -> Asked:
    """Return what is asked. Raises InputError for options that cannot be met."""
    crews = ambulances_of(world)
    count = count_of(question, 1, MOST, len(crews))
    kept = _kept(world, question, crews)
    if len(kept) > count:
        raise refuse("--n", f"{len(kept)} ambulances are kept where they are; ask for as many")
    sites = candidates(world, question, [crew.station for crew in crews.values()])
    return Asked(_with_new(crews, kept, count, question.like), sites, count)


def proposed(world: World, question: Question, busy: Array) -> Proposal:
    """Return where ambulances should stand; `busy` is today's crews' by hour of the day.

    Raises InputError for options that cannot be met.
    """
    what = asked(world, question)
    if question.by == "pmedian":
        chosen = _by_median(world, what.crews, what.sites, what.count)
    else:
        chosen = _by_cover(world, question, what, busy)
    return _proposal(world, question, what.crews, (chosen, busy))


def _kept(world: World, question: Question, crews: Mapping[str, Crew]) -> frozenset[str]:
    """Return the crews that stay: named, at a station or in a municipality that is named."""
    home = {name: place.municipality for name, place in world.region.places.items()}
    labels = {name: {name, crew.station, home[crew.station]} for name, crew in crews.items()}
    known = set().union(*labels.values())
    for name in question.keep:
        if name not in known:
            what = f"no ambulance is, or stands at, {name!r}{did_you_mean(name, sorted(known))}"
            raise refuse("--keep", what)
    staffing = {each.nurses_of_crew for each in world.organisation.clinics.values()}
    return frozenset(
        name for name in crews if labels[name] & set(question.keep) or name in staffing
    )


def _with_new(
    crews: Mapping[str, Crew], kept: frozenset[str], count: int, like: str | None
) -> _Crews:
    """Return the crews to place; those beyond today's have the roster of the one they are like."""
    stations: dict[str, str | None] = {name: crew.station for name, crew in crews.items()}
    rosters = {name: crew.shifts for name, crew in crews.items()}
    if like is not None and like not in crews:
        raise refuse("--like", f"no ambulance {like!r}{did_you_mean(like, crews)}")
    model = like or next(iter(crews))
    for number in range(1, count - len(crews) + 1):
        stations[f"{NEW}-{number}"] = None
        rosters[f"{NEW}-{number}"] = crews[model].shifts
    return _Crews(stations, rosters, kept, model if count > len(crews) else None)


def _reach(world: World, question: Question, sites: tuple[str, ...], busy: Array) -> Reach:
    rosters = rosters_of(ambulances_of(world))
    places = tuple(map(world.number, sites))
    return Reach(world, rosters, places, limits_s(world, question.within_min), busy)


def _by_cover(world: World, question: Question, what: Asked, busy: Array) -> dict[str, str]:
    """Return each crew's place by MEXCLP, or MCLP, where nobody is ever busy."""
    crews = what.crews
    reach = _reach(world, question, what.sites, busy if question.by == "mexclp" else busy * 0)
    fleet = Fleet(
        today=_counted(reach.rosters, what.sites, crews, None),
        kept=_counted(reach.rosters, what.sites, crews, True),
        most=np.array([len(crews.of(roster)) for roster in reach.rosters]),
        total=what.count,
    )
    units = _solved(question, reach, fleet) - fleet.kept
    chosen = {name: crews.stations[name] or "" for name in crews.kept}
    for roster, row in zip(reach.rosters, units, strict=True):
        places = [at for at, number in zip(what.sites, row, strict=True) for _ in range(number)]
        chosen |= _matched(world, {n: crews.stations[n] for n in crews.of(roster, False)}, places)
    return chosen


def _solved(question: Question, reach: Reach, fleet: Fleet) -> IntArray:
    """Return the best stations that let no municipality, and nobody's first minutes, fall behind.

    With no fewer crews than today, as many must be reached in half the limit as today: else the
    limit would be met by standing half-way between those who are near now.
    """
    periods = reach.periods()
    kept = _areas(reach.world, covered_by_atom(periods, fleet.today), question.may_lose)
    floors = [Floors(kept)]
    if fleet.total >= fleet.today.sum():
        sooner = tuple(replace(reach, within_s=reach.within_s / 2).periods())
        everywhere = np.ones(len(reach.within_s), dtype=bool)
        floors.append(
            Floors(((everywhere, float(covered_by_atom(sooner, fleet.today).sum())),), sooner)
        )
    try:
        return best_stations(periods, fleet, question.least_gain, floors)
    except NoWay:
        told = f"no {fleet.total} ambulances keep every municipality so near today; allow more"
        raise refuse("--may-lose", told) from None


def _areas(world: World, covered: Array, may_lose: float) -> tuple[tuple[Flags, float], ...]:
    """Return the places of each municipality and how much of its demand must stay covered."""
    home = np.array([place.municipality for place in world.region.places.values()])
    incidents = red_incidents(world.region)
    areas = [home == name for name in world.region.municipality_ids]
    return tuple(
        (area, max(0.0, float(covered[area].sum() - may_lose * incidents[area].sum())))
        for area in areas
    )


def _counted(
    rosters: tuple[Roster, ...], sites: tuple[str, ...], crews: _Crews, stays: bool | None
) -> IntArray:
    counts = np.zeros((len(rosters), len(sites)), dtype=np.int64)
    for group, roster in enumerate(rosters):
        for name in crews.of(roster, stays):
            station = crews.stations[name]
            if station is not None:
                counts[group, sites.index(station)] += 1
    return counts


def _by_median(world: World, crews: _Crews, sites: tuple[str, ...], count: int) -> dict[str, str]:
    """Return each crew's place by p-median: one crew a place, whatever its roster."""
    stay = {name: station for name in crews.kept if (station := crews.stations[name])}
    kept = sorted({sites.index(station) for station in stay.values()})
    free = count - len(stay)
    if len(kept) + free > len(sites):
        raise refuse("--n", f"more than the {len(sites)} places there are; lower --least-people")
    if not free:
        return dict(stay)
    drive = _drive_min(world)[[world.number(site) for site in sites]]
    found = best_medians(drive, red_incidents(world.region), len(kept) + free, kept=kept)
    places = [sites[site] for site in found.sites if site not in kept]
    rest = {name: at for name, at in crews.stations.items() if name not in stay}
    return stay | _matched(world, rest, places)


def _drive_min(world: World) -> Array:
    week = ordinary_week(world.region)
    minutes: Array = mean_seconds(world.travel, "blue", week.hour, week.calls_113) / MINUTE_S
    return minutes


def _matched(world: World, stations: Mapping[str, str | None], places: list[str]) -> dict[str, str]:
    """Return a place for each crew, as many as there are, by least drive from today's stations.

    Who can stay stays. New crews have no drive; crews left over are not in the answer.
    """
    from scipy.optimize import linear_sum_assignment

    names, seconds = list(stations), world.travel.seconds["car"][world.travel.noon]
    drive_s = np.array([
        [_move_s(seconds, world, stations[name], place) for place in places] for name in names
    ]).reshape(len(names), len(places))  # fmt: skip
    rows, columns = linear_sum_assignment(drive_s)
    return {names[row]: places[column] for row, column in zip(rows, columns, strict=True)}


A_MOVE_S = 60.0


def _move_s(seconds: Array, world: World, station: str | None, place: str) -> float:
    if station is None or station == place:
        return 0.0
    return A_MOVE_S + float(seconds[world.number(station), world.number(place)])


def _proposal(
    world: World, question: Question, crews: _Crews, found: tuple[dict[str, str], Array]
) -> Proposal:
    chosen, busy = found
    sites = tuple(
        Site(name, at, chosen[name]) for name, at in crews.stations.items() if name in chosen
    )
    gone = [name for name in crews.stations if name not in chosen]
    promises = [_cover_promise(world, question, crews, (chosen, busy))]
    if question.by == "pmedian":
        promises.insert(0, _drive_promise(world, crews, chosen))
    return Proposal(
        change="placed-ambulances",
        sites=sites,
        set={
            "ambulances": {
                s.name: _written(world, question, crews, s) for s in sites if s.today != s.place
            }
        },
        remove=tuple(f"ambulances.{name}" for name in gone),
        promises=tuple(promises),
        main_indicators=MAIN,
        notes=_notes(world, crews, gone),
    )


def _notes(world: World, crews: _Crews, gone: list[str]) -> tuple[str, ...]:
    staffing = {each.nurses_of_crew for each in world.organisation.clinics.values()} & crews.kept
    notes = [
        f"{name} stays: it staffs a satellite at its station" for name in sorted(staffing, key=str)
    ]
    notes += [f"{name} is taken away" for name in gone]
    if crews.like:
        notes.append(f"new ambulances are on duty as {crews.like} is")
    return tuple(notes)


def _written(world: World, question: Question, crews: _Crews, site: Site) -> dict[str, Any]:
    """Return what the change says of one ambulance that moves or is new."""
    told = {"station": site.place, "grade": "C", "range": [0, 1]}
    if site.today is not None:
        source = f"Station found by {question.said}; shifts and vehicle as today"
        return told | {"source": source}
    like = world.organisation.ambulances[crews.like or ""]
    rest = like.model_dump(mode="json", exclude_none=True, include={"shifts", "rest"})
    source = f"New; station found by {question.said}, shifts as {crews.like}"
    name = world.region.places[site.place].name
    title = {"nb": f"Ny ambulanse, {name}", "en": f"New ambulance, {name}"}
    return {"title": title, **told, **rest, "source": source}


def _cover_promise(
    world: World, question: Question, crews: _Crews, found: tuple[dict[str, str], Array]
) -> Promise:
    """Return the share of red incidents that an idle crew reaches in time, by MEXCLP."""
    chosen, busy = found
    today = {name: at for name, at in crews.stations.items() if at is not None}
    sites = tuple(dict.fromkeys([*today.values(), *chosen.values()]))
    more = busy * min(1.0, len(today) / len(chosen)) if question.by != "mclp" else busy * 0
    fewer = np.minimum(more * max(1.0, len(today) / len(chosen)), 0.95)
    before = _covered(
        _reach(world, question, sites, busy if question.by != "mclp" else more), crews, today
    )
    after = _covered(_reach(world, question, sites, fewer), crews, chosen)
    incidents = red_incidents(world.region)
    return Promise(
        what="red incidents reached in time by a free ambulance",
        unit="share",
        today=float(before.sum() / incidents.sum()),
        proposed=float(after.sum() / incidents.sum()),
        by_municipality=by_municipality(world.region, (before, after), incidents),
        indicators=("ambulance_within_12_min", "ambulance_within_25_min"),
    )


def _covered(asked: Reach, crews: _Crews, chosen: Mapping[str, str]) -> Array:
    places = tuple(asked.world.region.place_ids[site] for site in asked.sites)
    there = replace(crews, stations=dict(chosen), rosters={n: crews.rosters[n] for n in chosen})
    return covered_by_atom(asked.periods(), _counted(asked.rosters, places, there, None))


def _drive_promise(world: World, crews: _Crews, chosen: dict[str, str]) -> Promise:
    """Return the mean minutes of driving to red incidents from the nearest station."""
    drive, incidents = _drive_min(world), red_incidents(world.region)
    today = [world.number(at) for at in crews.stations.values() if at is not None]
    there = [world.number(at) for at in chosen.values()]
    pair = tuple(drive[sites].min(axis=0) * incidents for sites in (today, there))
    return Promise(
        what="drive with blue light from the nearest station",
        unit="min",
        today=mean_cost(drive, incidents, today),
        proposed=mean_cost(drive, incidents, there),
        by_municipality=by_municipality(world.region, (pair[0], pair[1]), incidents),
        indicators=("ambulance_response_median_min",),
    )
