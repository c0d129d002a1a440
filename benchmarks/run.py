"""Process time of the chain against stock SimPy and a bare heap loop, all in one run.

python -m benchmarks.run [--weeks 26] [--rounds 5] [--seed 1]
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from time import process_time
from typing import Any

from akuttsim.chain.patient_view import view_patients
from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.errors import InputError
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.experiments.study import study_of_run
from akuttsim.indicators import registry
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import Patients, Record
from akuttsim.roads.travel import travel_of_region
from benchmarks.heap_loop import HeapLoop
from benchmarks.plain_rules import plain, plain_region
from benchmarks.stock_chain import StockChain
from benchmarks.stock_parts import drawn_inside

ORGANISATION = "namdal-today"
EVERYTHING = "namdal-all-links"
"""The same region with every part of the chain switched on."""
HEAP = "bare heap loop"
ALL_ON = f"akuttsim's chain, {EVERYTHING}"
Work = Callable[[], Any]


@dataclass(frozen=True)
class Setting:
    """Everybody who rings in so many weeks, and the organisation they meet."""

    plan: Plan
    patients: Patients
    seed: int

    def sample(self) -> Patients:
        return _people(self.plan, self.seed)

    def chain(self) -> Record:
        return simulate(self.plan, self.patients, other_tasks_of_run(self.plan, self.seed, 0))

    def stock(self) -> StockChain:
        return StockChain(self.plan, view_patients(self.plan, self.patients)).run()

    def stock_with_draws(self) -> StockChain:
        table = view_patients(self.plan, self.patients)
        return StockChain(self.plan, table, partial(drawn_inside, seed=self.seed)).run()

    def heap(self) -> HeapLoop:
        return HeapLoop(self.plan, view_patients(self.plan, self.patients)).run()

    def measure(self, record: Record) -> Any:
        region, organisation = self.plan.region, self.plan.organisation
        return registry.measure_indicators(
            MeasuredRun(region, organisation, self.plan.travel, self.patients, record)
        )


def _people(prepared: Plan, seed: int) -> Patients:
    return sample_patients(prepared.region, prepared.days, seed, 0, prepared.neighbours)


def setting(weeks: int, seed: int, name: str = ORGANISATION) -> Setting:
    study = study_of_run([name], None, (), (weeks, 1, seed))
    organisation = study.organisations[name]
    region = study.region
    if name == ORGANISATION:
        organisation, region = plain(organisation), plain_region(region)
    prepared = make_plan(region, organisation, travel_of_region(region), weeks, study.warmup_days)
    return Setting(prepared, _people(prepared, seed), seed)


def with_everything(weeks: int, seed: int) -> Setting | None:
    """The setting with every part switched on, if such an organisation is shipped."""
    try:
        return setting(weeks, seed, EVERYTHING)
    except InputError as error:
        print(f"without {EVERYTHING}: {error}")
        return None


def best(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """Least process seconds of each over several rounds; interleaved, so all share the weather."""
    seconds = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            began = process_time()
            work()
            seconds[name] = min(seconds[name], process_time() - began)
    return seconds


def versions(each: Setting, everything: Setting | None, rounds: int) -> None:
    works: dict[str, Work] = {
        "stock SimPy, draws inside": each.stock_with_draws,
        "stock SimPy over the table": each.stock,
        "akuttsim's chain": each.chain,
        HEAP: each.heap,
    }
    if everything is not None:
        works[ALL_ON] = everything.chain
    events = {
        "stock SimPy, draws inside": each.stock_with_draws().events(),
        "stock SimPy over the table": each.stock().events(),
        "akuttsim's chain": each.chain().events,
        HEAP: each.heap().number,
    }
    if everything is not None:
        events[ALL_ON] = everything.chain().events
    seconds, people = best(works, rounds), len(each.patients)
    print("| version | µs a patient | ratio to the heap loop | events a patient |")
    print("|---|---|---|---|")
    for name, spent in seconds.items():
        columns = f"{spent / people * 1e6:.1f} | {spent / seconds[HEAP]:.1f}"
        print(f"| {name} | {columns} | {events[name] / people:.2f} |")


def parts(each: Setting, rounds: int) -> None:
    record = each.chain()
    works: dict[str, Work] = {
        "sampling the patients": each.sample,
        "simulate": each.chain,
        "of which preparing cases": partial(view_patients, each.plan, each.patients),
        "measuring indicators": partial(each.measure, record),
    }
    print("\n| part | µs a patient |\n|---|---|")
    for name, spent in best(works, rounds).items():
        print(f"| {name} | {spent / len(each.patients) * 1e6:.1f} |")


def growth(weeks: int, rounds: int, seed: int) -> None:
    sizes = [setting(length, seed) for length in (max(weeks // 2, 1), weeks, 2 * weeks)]
    seconds = best({str(len(size.patients)): size.chain for size in sizes}, rounds)
    print("\n| patients in the run | µs a patient | bytes a patient at the peak |\n|---|---|---|")
    for each, spent in zip(sizes, seconds.values(), strict=True):
        people = len(each.patients)
        print(f"| {people} | {spent / people * 1e6:.1f} | {peak_bytes(each) / people:.0f} |")


def peak_bytes(each: Setting) -> int:
    """Most memory that the chain holds at once, its record included; the patients not."""
    gc.collect()
    tracemalloc.start()
    each.chain()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    each = setting(given.weeks, given.seed)
    machine = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{machine}, SimPy {version('simpy')}, {platform.machine()}, {os.cpu_count()} CPUs;")
    print(f"{ORGANISATION}, {given.weeks} weeks, {len(each.patients)} patients, seed {given.seed};")
    print(f"process time, best of {given.rounds} interleaved rounds\n")
    versions(each, with_everything(given.weeks, given.seed), given.rounds)
    parts(each, given.rounds)
    growth(given.weeks, given.rounds, given.seed)


if __name__ == "__main__":
    main()
