"""The test bench for crews: a small city in which only missions take time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from akuttsim.chain.run_plan import Plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.geography import Place, Road
from akuttsim.experiments.test_bench import BenchLength, bench_configs, bench_plan
from akuttsim.patients.queue_patients import draw_queue_incidents
from akuttsim.records import Floats


@dataclass(frozen=True)
class City:
    """Places along roads, stations with one crew each, and red calls at each place.

    Attributes:
        kilometres: Roads: the places at both ends, and the length between them in km.
        stations: The place of each crew's station.
        calls_per_h: Red calls an hour at each place.
        mission_s: How long a crew is away, in seconds.
    """

    kilometres: tuple[tuple[int, int, float], ...]
    stations: tuple[int, ...]
    calls_per_h: tuple[float, ...]
    mission_s: float


@dataclass(frozen=True)
class SimulatedCity:
    """What one replication of a city shows.

    Attributes:
        workload: Share of the measured time that each crew was busy.
        serves: `[crew, place]`: share of a place's calls that a crew served.
        waits: Share of calls for which no crew was free.
        wait_mean_s: Mean wait for a crew over all calls, in seconds.
    """

    workload: Floats
    serves: Floats
    waits: float
    wait_mean_s: float


def city_plan(city: City, length: BenchLength) -> Plan:
    """Return the plan of a small city, with roads of metres: only missions take time."""
    region, organisation = bench_configs()
    template = region.places["edge"]
    places = {f"place-{n}": _city_place(template, n) for n in range(len(city.calls_per_h))}
    roads = tuple(_city_road(*link) for link in city.kilometres)
    hospital = next(iter(region.hospitals.values())).model_copy(update={"place": "place-0"})
    city_region = region.model_copy(
        update={"places": places, "roads": roads, "hospitals": {"laboratory": hospital}}
    )
    crew = organisation.ambulances["crew-1"]
    crews = {
        f"crew-{n}": crew.model_copy(update={"station": f"place-{station}"})
        for n, station in enumerate(city.stations)
    }
    at = {"place": "place-0"}
    staffed = organisation.model_copy(
        update={
            "ambulances": crews,
            "clinics": {k: v.model_copy(update=at) for k, v in organisation.clinics.items()},
            "doctors": {k: v.model_copy(update=at) for k, v in organisation.doctors.items()},
        }
    )
    return bench_plan(city_region, staffed, length)


def _city_place(template: Place, number: int) -> Place:
    return template.model_copy(update={"name": f"Place {number}"})


def _city_road(start: int, end: int, km: float) -> Road:
    return Road.model_validate(
        {
            "from": f"place-{start}",
            "to": f"place-{end}",
            "road": "made up",
            "km": km / 1000,
            "kmh": 60.0,
            "source": "made up",
            "grade": "C",
        }
    )


def simulate_cities(city: City, length: BenchLength) -> list[SimulatedCity]:
    """Run the city; one result for each replication."""
    prepared = city_plan(city, length)
    return [
        _simulate_city(city, prepared, length, replication)
        for replication in range(length.replications)
    ]


def _simulate_city(
    city: City, prepared: Plan, length: BenchLength, replication: int
) -> SimulatedCity:
    hours, seed = length.ringing_h, length.seed
    patients = draw_queue_incidents(city.calls_per_h, city.mission_s, hours, seed, replication)
    record = simulate(prepared, patients)
    start, end = record.measured
    mine = (patients.time_s >= start) & (patients.time_s < end)
    crews, places = len(city.stations), len(city.calls_per_h)
    pairs = record.courses.crew[mine] * places + patients.place[mine]
    served = np.bincount(pairs, minlength=crews * places).reshape(crews, places)
    calls_by_place = np.bincount(patients.place[mine], minlength=places)
    wait_s = record.courses.alerted_s[mine] - patients.time_s[mine]
    first = len(record.units) - crews
    activities = record.activities
    worked = np.clip(activities.end_s, start, end) - np.clip(activities.start_s, start, end)
    busy = np.bincount(activities.unit, weights=worked, minlength=len(record.units))[first:]
    return SimulatedCity(
        workload=busy / (end - start),
        serves=served / calls_by_place,
        waits=float(np.mean(wait_s > 0)),
        wait_mean_s=float(np.mean(wait_s)),
    )
