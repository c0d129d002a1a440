"""Process time of one queue for operators in simulators of today, on the same calls.

python -m benchmarks.peers [--calls 20000] [--rounds 5] [--seed 1]

Ciw and salabim are no dependencies: those that are not installed are left out. Each gets the very
times of ringing and of talking that akuttsim has drawn, and none draws anything. The waits of all
calls together must be the same, or nothing is told.
"""

from __future__ import annotations

import argparse
import gc
import heapq
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from math import inf
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import simpy

from akuttsim.chain.run_plan import Plan
from akuttsim.chain.simulation import simulate
from akuttsim.experiments.test_bench import BenchLength, queue_plan
from akuttsim.patients.queue_patients import CallerProcess, draw_queue_callers
from akuttsim.records import Floats, Patients

OPERATORS, CALLS_PER_H, TALK_S = 5, 40.0, 360.0
"""Four of five operators are busy on average."""

HEAP = "bare heap loop"


@dataclass(frozen=True)
class Calls:
    """The calls of one room: as patients of akuttsim, and as lists of seconds."""

    plan: Plan
    patients: Patients
    rings_s: list[float]
    talks_s: list[float]

    def heap(self) -> Floats:
        """Return the waits, each from the earliest time at which an operator is free."""
        free, waits = [0.0] * OPERATORS, []
        for rings, talks in zip(self.rings_s, self.talks_s, strict=True):
            starts = max(rings, free[0])
            waits.append(starts - rings)
            heapq.heapreplace(free, starts + talks)
        return np.array(waits)

    def chain(self) -> Floats:
        """Return the waits in akuttsim's whole chain, in which little else happens."""
        calls = simulate(self.plan, self.patients).calls
        waits: Floats = calls.answered_s - calls.rang_s
        return waits

    def simpy(self) -> Floats:
        """Return the waits in SimPy, written the usual way: a process a call, a resource."""
        env, waits = simpy.Environment(), []
        operators = simpy.Resource(env, OPERATORS)

        def call(talks: float) -> Iterator[Any]:
            rang = env.now
            with operators.request() as request:
                yield request
                waits.append(env.now - rang)
                yield env.timeout(talks)

        def ring() -> Iterator[Any]:
            for rings, talks in zip(self.rings_s, self.talks_s, strict=True):
                yield env.timeout(rings - env.now)
                env.process(call(talks))

        env.process(ring())
        env.run()
        return np.array(waits)

    def ciw(self) -> Floats:
        """Return the waits in Ciw: one node, with arrivals and services in sequence."""
        ciw = import_module("ciw")
        gaps = np.diff(self.rings_s, prepend=0.0).tolist()
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Sequential([*gaps, inf])],
            service_distributions=[ciw.dists.Sequential(self.talks_s)],
            number_of_servers=[OPERATORS],
        )
        queue = ciw.Simulation(network)
        queue.simulate_until_max_customers(len(self.rings_s))
        return np.array([record.waiting_time for record in queue.get_all_records()])

    def salabim(self) -> Floats:
        """Return the waits in salabim: a component a call, a resource."""
        salabim = import_module("salabim")
        env = salabim.Environment(trace=False, yieldless=False)
        operators = salabim.Resource("operators", OPERATORS)
        waits = []

        class Call(salabim.Component):  # type: ignore[misc, name-defined]
            def process(self, talks: float) -> Iterator[Any]:
                rang = env.now()
                yield self.request(operators)
                waits.append(env.now() - rang)
                yield self.hold(talks)

        for rings, talks in zip(self.rings_s, self.talks_s, strict=True):
            Call(at=rings, talks=talks)
        env.run()
        return np.array(waits)


def calls_of(count: int, seed: int) -> Calls:
    """Return so many calls, nearly, and the room that answers them."""
    length = BenchLength(count / CALLS_PER_H, 0.0, 1, seed)
    who = CallerProcess(CALLS_PER_H, TALK_S, inf, 0.0)
    patients = draw_queue_callers(who, length.ringing_h, seed, 0)
    rings, talks = patients.time_s.tolist(), patients.talk_s.tolist()
    return Calls(queue_plan(OPERATORS, length), patients, rings, talks)


def main() -> None:
    """Print what a call costs in each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    calls = calls_of(given.calls, given.seed)
    works: dict[str, Callable[[], Floats]] = {
        HEAP: calls.heap,
        "akuttsim's chain": calls.chain,
        f"SimPy {version('simpy')}, the usual way": calls.simpy,
    }
    for name, work in (("ciw", calls.ciw), ("salabim", calls.salabim)):
        if find_spec(name) is not None:
            works[f"{name} {version(name)}"] = work
    expected = float(calls.heap().sum())
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(given.rounds):
        for name, work in works.items():
            gc.collect()
            began = process_time()
            waits = work()
            seconds[name].append(process_time() - began)
            if not np.isclose(waits.sum(), expected, rtol=1e-6):
                raise SystemExit(f"{name}: {waits.sum()} s waited in all, not {expected}")
    print(f"{len(calls.rings_s)} calls, {OPERATORS} operators, seed {given.seed};")
    print(f"CPython {platform.python_version()}, {given.rounds} interleaved rounds\n")
    print("| simulator | µs a call, least | ratio to the heap loop, median |\n|---|---|---|")
    for name, times in seconds.items():
        ratio = median(mine / heap for mine, heap in zip(times, seconds[HEAP], strict=True))
        print(f"| {name} | {min(times) / len(calls.rings_s) * 1e6:.1f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
