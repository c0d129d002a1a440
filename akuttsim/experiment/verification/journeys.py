"""Travel times against a plain method: NetworkX's Dijkstra, stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Region
from akuttsim.experiment.laboratory import Length, city_plan
from akuttsim.experiment.verification.cities import city
from akuttsim.experiment.verification.form import Form
from akuttsim.experiment.verification.pool import Task
from akuttsim.roads.road_network import MODES, Mode, mean_waits, sailings
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.units import HOUR_S, MINUTE_S, TICKS_PER_S

Array = NDArray[np.float64]

GRAPH_CREWS = 30
"""A random graph has twice as many places."""

BATCH = 10


def tasks(form: Form) -> Iterator[Task]:
    """Return pieces of work: random graphs by tens, and Namdal."""
    for first in range(0, form.graphs, BATCH):
        yield partial(random_graphs, first, min(first + BATCH, form.graphs))
    yield namdal


def random_graphs(first: int, last: int) -> pd.DataFrame:
    """Return one row for each random graph."""
    made = [city(600 + number, GRAPH_CREWS, 0.5) for number in range(first, last)]
    plans = [city_plan(each, Length(1.0, 0.0, 1, 0)) for each in made]
    rows = [_compared("random graph", each.region, each.travel) for each in plans]
    return pd.DataFrame(rows)


def namdal() -> pd.DataFrame:
    """Return one row for Namdal: every pair of places, hour and mode."""
    region = load_region("namdal").value
    return pd.DataFrame([_compared("Namdal", region, travel_of_region(region))])


def _compared(network: str, region: Region, times: Travel) -> dict[str, object]:
    largest, pairs, longest = 0.0, 0, 0
    distinct = sorted({c: hour for hour, c in enumerate(times.condition_of_hour)}.items())
    for condition, hour in distinct:
        for mode in MODES:
            plain, stretches = shortest(region, mode, hour)
            found = times.seconds[mode][condition]
            largest = max(largest, float(np.abs(found - plain).max()))
            pairs, longest = pairs + plain.size, max(longest, stretches)
    return {
        "network": network,
        "places": len(region.places),
        "pairs": pairs,
        "largest_s": largest,
        "rounding_s": (longest + 1) / 2 / TICKS_PER_S,
    }


def shortest(region: Region, mode: Mode, hour: int) -> tuple[Array, int]:
    """Return seconds between all places by NetworkX, and the most stretches on one way."""
    graph = plain_graph(region, mode, hour)
    index = {name: number for number, name in enumerate(region.places)}
    seconds = np.full((len(index), len(index)), np.inf)
    stretches = 0
    for start, (lengths, ways) in nx.all_pairs_dijkstra(graph):
        for end, length in lengths.items():
            seconds[index[start], index[end]] = length
            stretches = max(stretches, len(ways[end]) - 1)
    return seconds, stretches


def plain_graph(region: Region, mode: Mode, hour: int) -> nx.MultiGraph[str]:
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
        seconds = mean_waits(sailings(ferry), most_s)[hour] + ferry.crossing_min * MINUTE_S
        graph.add_edge(ferry.start, ferry.end, weight=seconds)
    return graph


def tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
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
