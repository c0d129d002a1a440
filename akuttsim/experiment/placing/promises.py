"""What the formulas promise of ambulances at their stations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from akuttsim.experiment.placing.crews import Crews
from akuttsim.experiment.placing.proposal import Promise, by_municipality
from akuttsim.experiment.placing.question import Question, World
from akuttsim.experiment.placing.reach import Reach, Roster, ambulances_of, limits_s, rosters_of
from akuttsim.experiment.placing.week import mean_seconds, ordinary_week
from akuttsim.patients.urgency import expected_red_incidents
from akuttsim.theory.location_models import mean_median_cost
from akuttsim.theory.rostered_coverage import covered_by_atom
from akuttsim.units import MINUTE_S

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


def reach_of(world: World, question: Question, sites: tuple[str, ...], busy: Array) -> Reach:
    """Return what is asked of the ambulances at these sites; by mclp nobody is ever busy."""
    rosters = rosters_of(ambulances_of(world))
    places = tuple(map(world.number, sites))
    return Reach(
        world, rosters, places, limits_s(world, question.within_min), busy * (question.by != "mclp")
    )


def counted(
    rosters: tuple[Roster, ...], sites: tuple[str, ...], crews: Crews, stays: bool | None
) -> IntArray:
    """Return how many crews of each roster stand at each site: all, or those that stay or not."""
    counts = np.zeros((len(rosters), len(sites)), dtype=np.int64)
    for group, roster in enumerate(rosters):
        for name in crews.of(roster, stays):
            station = crews.stations[name]
            if station is not None:
                counts[group, sites.index(station)] += 1
    return counts


def drive_min(world: World) -> Array:
    """Return mean minutes with blue light [from, to], over the hours at which 113 is rung."""
    week = ordinary_week(world.region)
    minutes: Array = mean_seconds(world.travel, "blue", week.hour, week.calls_113) / MINUTE_S
    return minutes


def shared_by(busy: Array, before: int, after: int) -> Array:
    """Return how busy so many crews are with the work of those before."""
    shares: Array = np.minimum(busy * (before / after), MOST_BUSY)
    return shares


MOST_BUSY = 0.95


def cover_promise(
    world: World, question: Question, crews: Crews, found: tuple[dict[str, str], Array]
) -> Promise:
    """Return the share of red incidents that an idle crew reaches in time, by MEXCLP."""
    chosen, busy = found
    today = {name: at for name, at in crews.stations.items() if at is not None}
    sites = tuple(dict.fromkeys([*today.values(), *chosen.values()]))
    then = shared_by(busy, len(today), len(chosen))
    before = _covered(reach_of(world, question, sites, busy), crews, today)
    after = _covered(reach_of(world, question, sites, then), crews, chosen)
    incidents = expected_red_incidents(world.region)
    return Promise(
        what="red incidents reached in time by a free ambulance",
        unit="share",
        today=float(before.sum() / incidents.sum()),
        proposed=float(after.sum() / incidents.sum()),
        by_municipality=by_municipality(world.region, (before, after), incidents),
        indicators=("ambulance_within_12_min", "ambulance_within_25_min"),
    )


def _covered(asked: Reach, crews: Crews, chosen: Mapping[str, str]) -> Array:
    places = tuple(asked.world.region.place_ids[site] for site in asked.sites)
    there = replace(crews, stations=dict(chosen), rosters={n: crews.rosters[n] for n in chosen})
    return covered_by_atom(asked.periods(), counted(asked.rosters, places, there, None))


def drive_promise(world: World, crews: Crews, chosen: dict[str, str]) -> Promise:
    """Return the mean minutes of driving to red incidents from the nearest station."""
    drive, incidents = drive_min(world), expected_red_incidents(world.region)
    today = [world.number(at) for at in crews.stations.values() if at is not None]
    there = [world.number(at) for at in chosen.values()]
    pair = tuple(drive[sites].min(axis=0) * incidents for sites in (today, there))
    return Promise(
        what="drive with blue light from the nearest station",
        unit="min",
        today=mean_median_cost(drive, incidents, today),
        proposed=mean_median_cost(drive, incidents, there),
        by_municipality=by_municipality(world.region, (pair[0], pair[1]), incidents),
        indicators=("ambulance_response_median_min",),
    )
