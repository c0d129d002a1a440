"""Small cities with crews that help each other out, against the hypercube model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.test_bench import BenchLength
from akuttsim.patients.streams import stream
from akuttsim.records import Floats
from akuttsim.theory.hypercube import (
    Hypercube,
    preferences_by_travel,
    solve_approximate,
    solve_exact,
)
from akuttsim.units import HOUR_S
from validation.city_bench import City, city_plan, simulate_cities
from validation.coverage_criteria import LEAST_EVENTS, interval_rows
from validation.study_size import RUNS_PER_REPEAT, ExactStudySize

CITY_SIZES = ((3, 0.3), (3, 0.6), (4, 0.5), (5, 0.7), (6, 0.4), (7, 0.6), (8, 0.5), (10, 0.7))
"""Crews of each city and the share of their time that is asked for."""

SHORT_ORDER = (1, 4, 7, 0, 2, 3, 5, 6)
LARGE_CITY = (30, 0.6)
MISSION_S = 2_400.0
CITY_CALLS = 4_000
WARMUP_MISSIONS = 20


def random_city(number: int, crews: int, load: float) -> City:
    """Return a made-up city: places strewn over 20 km, half of them with a station."""
    draw = stream(4_000_000, number, "city")
    count = 2 * crews
    at = draw.uniform(0.0, 20.0, (count, 2))
    demand = draw.uniform(0.2, 1.0, count)
    rates = demand / demand.sum() * load * crews * HOUR_S / MISSION_S
    return City(_city_links(at), tuple(range(crews)), tuple(rates.tolist()), MISSION_S)


def _city_links(at: Floats) -> tuple[tuple[int, int, float], ...]:
    """Join each place to the nearest that came before it, and to its three nearest of all."""
    far = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))
    links = {(int(np.argmin(far[k, :k])), k) for k in range(1, len(at))}
    for k, row in enumerate(far):
        links |= {(min(k, int(n)), max(k, int(n))) for n in np.argsort(row)[1:4]}
    return tuple((a, b, float(far[a, b])) for a, b in sorted(links))


def travel_s(city: City) -> Floats:
    """Return the chain's blue-light seconds from each crew's station to each place."""
    times = city_plan(city, BenchLength(1.0, 0.0, 1, 0)).travel.seconds["blue"][0]
    return np.asarray(times[np.array(city.stations)], dtype=np.float64)


def city_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each city and repeat, and one for each run of the large one."""
    for number in sorted(SHORT_ORDER[: form.cities]):
        for repeat in range(form.repeats):
            yield partial(
                city_runs, number, *CITY_SIZES[number], 4_000_000 + 1_000 * number + repeat
            )
    for repeat in range(form.repeats_long):
        yield partial(city_runs, len(CITY_SIZES), *LARGE_CITY, 4_500_000 + repeat)


def city_runs(number: int, crews: int, load: float, seed: int) -> pd.DataFrame:
    """Return one row for each run: workloads, who served whom, waits."""
    made = random_city(number, crews, load)
    hours = CITY_CALLS / sum(made.calls_per_h)
    length = BenchLength(hours, WARMUP_MISSIONS * MISSION_S / HOUR_S, RUNS_PER_REPEAT, seed)
    rows = [
        city_figures_by_name(city.workload, city.serves, city.waits, city.wait_mean_s)
        for city in simulate_cities(made, length)
    ]
    return pd.DataFrame(rows).assign(city=number, crews=crews, load=load, seed=seed)


def city_figures_by_name(
    workload: Floats, serves: Floats, waits: float, wait_mean_s: float
) -> dict[str, float]:
    """Return the figures of a city by name."""
    crews, places = serves.shape
    figures = {f"workload {n}": float(workload[n]) for n in range(crews)}
    figures |= {f"serves {n} {k}": float(serves[n, k]) for n in range(crews) for k in range(places)}
    return figures | {"waits": waits, "wait_mean_s": wait_mean_s}


def exact_city_figures(city: City, number: int) -> dict[str, float]:
    """Return the hypercube's figures; Larson's approximation for the large city."""
    order = preferences_by_travel(travel_s(city))
    hypercube: Hypercube = (solve_approximate if number == len(CITY_SIZES) else solve_exact)(
        city.calls_per_h, order, city.mission_s
    )
    return city_figures_by_name(
        hypercube.workload, hypercube.serves, hypercube.waits, hypercube.wait_mean_s
    )


def city_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `cities` and `large_city` over all runs, and `cities_intervals`, repeat by repeat."""
    every: list[dict[str, object]] = []
    repeats: list[dict[str, object]] = []
    for _, of_city in runs.groupby("city", sort=False):
        number, crews, load = of_city[["city", "crews", "load"]].iloc[0].tolist()
        number, crews = int(number), int(crews)
        city = random_city(number, crews, load)
        truth = exact_city_figures(city, number)
        heads = {"city": number, "crews": crews, "load": load, "runs": len(of_city)}
        every += _with_city_events(
            interval_rows(_figure_values(of_city, truth), truth, heads), city
        )
        for repeat, (_, each) in enumerate(of_city.groupby("seed")):
            heads = {"city": number, "crews": crews, "load": load, "repeat": repeat}
            repeats += _with_city_events(
                interval_rows(_figure_values(each, truth), truth, heads), city
            )
    large = pd.DataFrame(every)["city"] == len(CITY_SIZES)
    small = [row for row in repeats if row["city"] != len(CITY_SIZES)]
    return {
        "cities": pd.DataFrame(every)[~large],
        "large_city": pd.DataFrame(every)[large],
        "cities_intervals": pd.DataFrame(small),
    }


def _figure_values(runs: pd.DataFrame, truth: dict[str, float]) -> Floats:
    return runs[list(truth)].to_numpy(dtype=np.float64)


def _with_city_events(rows: list[dict[str, object]], city: City) -> list[dict[str, object]]:
    """Split the names of figures, and mark those whose events are many enough in a run."""
    calls = CITY_CALLS * np.array(city.calls_per_h) / sum(city.calls_per_h)
    for row in rows:
        kind, _, which = str(row["figure"]).partition(" ")
        truth = float(str(row["exact"]))
        events = (
            CITY_CALLS * float(str(rows[-2]["exact"]))
            if kind.startswith("wait")
            else float(CITY_CALLS)
        )
        if kind == "serves":
            events = calls[int(which.split()[1])] * min(truth, 1 - truth)
        row |= {"figure": kind, "which": which, "counted": events >= LEAST_EVENTS}
    return rows


def independent_intervals(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return one interval of each kind from each repeat: crews and places take turns.

    Intervals of the same runs hang together; one from each repeat are independent.
    """
    counted = intervals[intervals["counted"]]
    turns = [
        group.iloc[[int(str(repeat)) * 7 % len(group)]]
        for (_, repeat, _), group in counted.groupby(["city", "repeat", "figure"], sort=False)
    ]
    return pd.concat(turns)
