"""Where the ambulances of an organisation should stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.experiment.placing.crews import Asked, Crews, asked
from akuttsim.experiment.placing.promises import (
    counted,
    cover_promise,
    drive_min,
    drive_promise,
    reach_of,
    shared_by,
)
from akuttsim.experiment.placing.proposal import Proposal, Site
from akuttsim.experiment.placing.question import Question, World, refuse
from akuttsim.experiment.placing.reach import Reach
from akuttsim.patients.urgency import expected_red_incidents
from akuttsim.theory.location_models import best_medians
from akuttsim.theory.rostered_coverage import (
    CoverageFloors,
    NoPlacement,
    RosteredCrews,
    best_stations,
    covered_by_atom,
)

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Flags = NDArray[np.bool_]

MAIN = (
    "ambulance_within_12_min",
    "ambulance_within_25_min",
    "ambulance_response_median_min",
    "ambulance_response_p90_min",
    "first_help_median_min",
    "hours_without_ambulance",
    "km_driven_a_week",
)


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


def _by_cover(world: World, question: Question, what: Asked, busy: Array) -> dict[str, str]:
    """Return each crew's place by MEXCLP, or MCLP, where nobody is ever busy."""
    crews = what.crews
    busy = shared_by(busy, crews.today, what.count)
    reach = reach_of(world, question, what.sites, busy)
    fleet = RosteredCrews(
        today=counted(reach.rosters, what.sites, crews, None),
        kept=counted(reach.rosters, what.sites, crews, True),
        most=np.array([len(crews.of(roster)) for roster in reach.rosters]),
        total=what.count,
    )
    units = _solved(question, reach, fleet) - fleet.kept
    chosen = {name: crews.stations[name] or "" for name in crews.kept}
    for roster, row in zip(reach.rosters, units, strict=True):
        places = [at for at, number in zip(what.sites, row, strict=True) for _ in range(number)]
        chosen |= _matched(world, {n: crews.stations[n] for n in crews.of(roster, False)}, places)
    return chosen


def _solved(question: Question, reach: Reach, fleet: RosteredCrews) -> IntArray:
    """Return the best stations that let no municipality, and nobody's first minutes, fall behind.

    With no fewer crews than today, as many must be reached in half the limit as today: else the
    limit would be met by standing half-way between those who are near now.
    """
    periods = reach.periods()
    kept = _areas(reach.world, covered_by_atom(periods, fleet.today), question.may_lose)
    floors = [CoverageFloors(kept)]
    if fleet.total >= fleet.today.sum():
        sooner = tuple(replace(reach, within_s=reach.within_s / 2).periods())
        everywhere = np.ones(len(reach.within_s), dtype=bool)
        floors.append(
            CoverageFloors(
                ((everywhere, float(covered_by_atom(sooner, fleet.today).sum())),), sooner
            )
        )
    try:
        return best_stations(periods, fleet, question.least_gain, floors)
    except NoPlacement:
        told = f"no {fleet.total} ambulances keep every municipality so near today; allow more"
        raise refuse("--may-lose", told) from None


def _areas(world: World, covered: Array, may_lose: float) -> tuple[tuple[Flags, float], ...]:
    """Return the places of each municipality and how much of its demand must stay covered."""
    home = np.array([place.municipality for place in world.region.places.values()])
    incidents = expected_red_incidents(world.region)
    areas = [home == name for name in world.region.municipality_ids]
    return tuple(
        (area, max(0.0, float(covered[area].sum() - may_lose * incidents[area].sum())))
        for area in areas
    )


def _by_median(world: World, crews: Crews, sites: tuple[str, ...], count: int) -> dict[str, str]:
    """Return each crew's place by p-median: one crew a place, whatever its roster."""
    stay = {name: station for name in crews.kept if (station := crews.stations[name])}
    kept = sorted({sites.index(station) for station in stay.values()})
    free = count - len(stay)
    if len(kept) + free > len(sites):
        raise refuse("--n", f"more than the {len(sites)} places there are; lower --least-people")
    if not free:
        return dict(stay)
    drive = drive_min(world)[[world.number(site) for site in sites]]
    found = best_medians(drive, expected_red_incidents(world.region), len(kept) + free, kept=kept)
    places = [sites[site] for site in found.sites if site not in kept]
    rest = {name: at for name, at in crews.stations.items() if name not in stay}
    return stay | _matched(world, rest, places)


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
    world: World, question: Question, crews: Crews, found: tuple[dict[str, str], Array]
) -> Proposal:
    chosen, busy = found
    sites = tuple(
        Site(name, at, chosen[name]) for name, at in crews.stations.items() if name in chosen
    )
    gone = [name for name in crews.stations if name not in chosen]
    promises = [cover_promise(world, question, crews, (chosen, busy))]
    if question.by == "pmedian":
        promises.insert(0, drive_promise(world, crews, chosen))
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


def _notes(world: World, crews: Crews, gone: list[str]) -> tuple[str, ...]:
    staffing = {each.nurses_of_crew for each in world.organisation.clinics.values()} & crews.kept
    notes = [
        f"{name} stays: it staffs a satellite at its station" for name in sorted(staffing, key=str)
    ]
    notes += [f"{name} is taken away" for name in gone]
    if crews.like:
        notes.append(f"new ambulances are on duty as {crews.like} is")
    return tuple(notes)


def _written(world: World, question: Question, crews: Crews, site: Site) -> dict[str, Any]:
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
