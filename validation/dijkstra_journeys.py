"""Travel times against a plain method: NetworkX's Dijkstra, stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import networkx as nx
import numpy as np
import pandas as pd

from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Region
from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.test_bench import BenchLength
from akuttsim.records import MODES, Floats, Mode
from akuttsim.roads.road_network import mean_waits, sailings
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.units import HOUR_S, MINUTE_S, TICKS_PER_S
from validation.city_bench import city_plan
from validation.hypercube_cities import random_city
from validation.study_size import ExactStudySize

GRAPH_CREWS = 30
"""A random graph has twice as many places."""

GRAPHS_PER_TASK = 10


def journey_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return pieces of work: random graphs by tens, and Namdal."""
    for first in range(0, form.graphs, GRAPHS_PER_TASK):
        yield partial(random_graph_journeys, first, min(first + GRAPHS_PER_TASK, form.graphs))
    yield namdal_journeys


def random_graph_journeys(first: int, last: int) -> pd.DataFrame:
    """Return one row for each random graph."""
    cities = [random_city(600 + number, GRAPH_CREWS, 0.5) for number in range(first, last)]
    plans = [city_plan(each, BenchLength(1.0, 0.0, 1, 0)) for each in cities]
    rows = [_journey_differences("random graph", plan.region, plan.travel) for plan in plans]
    return pd.DataFrame(rows)


def namdal_journeys() -> pd.DataFrame:
    """Return one row for Namdal: every pair of places, hour and mode."""
    region = load_region("namdal").value
    return pd.DataFrame([_journey_differences("Namdal", region, travel_of_region(region))])


def _journey_differences(network: str, region: Region, times: Travel) -> dict[str, object]:
    largest, pairs, longest = 0.0, 0, 0
    distinct = sorted({c: hour for hour, c in enumerate(times.condition_of_hour)}.items())
    for condition, hour in distinct:
        for mode in MODES:
            plain, stretches = networkx_seconds(region, mode, hour)
            computed_s = times.seconds[mode][condition]
            largest = max(largest, float(np.abs(computed_s - plain).max()))
            pairs, longest = pairs + plain.size, max(longest, stretches)
    return {
        "network": network,
        "places": len(region.places),
        "pairs": pairs,
        "largest_s": largest,
        "rounding_s": (longest + 1) / 2 / TICKS_PER_S,
    }


def networkx_seconds(region: Region, mode: Mode, hour: int) -> tuple[Floats, int]:
    """Return seconds between all places by NetworkX, and the most stretches on one way."""
    graph = quickest_stretches(networkx_graph(region, mode, hour))
    index = {name: number for number, name in enumerate(region.places)}
    seconds = np.full((len(index), len(index)), np.inf)
    stretches = 0
    for start, (lengths, ways) in nx.all_pairs_dijkstra(graph):
        for end, length in lengths.items():
            seconds[index[start], index[end]] = length
            stretches = max(stretches, len(ways[end]) - 1)
    return seconds, stretches


def quickest_stretches(graph: nx.MultiGraph[str]) -> nx.Graph[str]:
    """Return the graph with the quickest of the stretches between two places alone."""
    quickest: nx.Graph[str] = nx.Graph()
    quickest.add_nodes_from(graph)
    stretches: list[tuple[str, str, float]] = list(graph.edges(data="weight"))
    for start, end, seconds in sorted(stretches, key=lambda stretch: -stretch[2]):
        quickest.add_edge(start, end, weight=seconds)
    return quickest


def networkx_graph(region: Region, mode: Mode, hour: int) -> nx.MultiGraph[str]:
    """Return the roads and ferries with the seconds of each, in floating point as it comes."""
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.add_nodes_from(region.places)
    driving = region.driving
    for road in region.roads:
        in_town = road.kmh < driving.town_below_kmh.value
        faster = (driving.blue_light_town if in_town else driving.blue_light_rural).value
        kmh = road.kmh * (faster if mode == "blue" else 1.0)
        graph.add_edge(road.start, road.end, weight=road.km / kmh * HOUR_S)
    for ferry in region.ferries:
        on_call = ferry.on_call_min if mode == "blue" else None
        most_s = np.inf if on_call is None else on_call * MINUTE_S
        wait_s = mean_waits(np.array(sailings(ferry)), most_s)[hour]
        seconds = wait_s + ferry.crossing_min * MINUTE_S
        graph.add_edge(ferry.start, ferry.end, weight=seconds)
    return graph


def journey_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `journeys`: graphs of a kind together, with the largest difference of all."""
    grouped = runs.groupby("network", sort=False)
    table = grouped.agg(
        networks=("places", "size"),
        places=("places", "max"),
        pairs=("pairs", "sum"),
        largest_s=("largest_s", "max"),
        rounding_s=("rounding_s", "max"),
    )
    return {"journeys": table.reset_index()}
