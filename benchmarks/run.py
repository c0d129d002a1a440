"""Process time of the chain against stock SimPy and a bare heap loop, all in one run.

python -m benchmarks.run [--weeks 26] [--rounds 5] [--seed 1]
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import cycle
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from akuttsim.chain.patient_view import view_patients
from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.errors import InputError
from akuttsim.experiments.patient_source import (
    due_visits_of_run,
    other_tasks_of_run,
    plan_of_run,
)
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
from benchmarks.what_if import what_if

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
        of_run = (self.plan, self.seed, 0)
        tasks, visits = other_tasks_of_run(*of_run), due_visits_of_run(*of_run)
        return simulate(plan_of_run(*of_run), self.patients, tasks, due_visits=visits)

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


@dataclass(frozen=True)
class Times:
    """Process seconds of several works, a list of rounds each; all share the weather."""

    seconds: dict[str, list[float]]

    def least(self, name: str) -> float:
        """Return the least of all rounds, in seconds."""
        return min(self.seconds[name])

    def ratio(self, name: str, to: str = HEAP) -> float:
        """Return the median, over the rounds, of how many times as long as another it took."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return median(one / other for one, other in pairs)


def timed(works: dict[str, Work], rounds: int) -> Times:
    """Do several works turn by turn, so many times."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            began = process_time()
            work()
            seconds[name].append(process_time() - began)
    return Times(seconds)


def versions(each: Setting, everything: Setting | None, rounds: int) -> None:
    works: dict[str, Work] = {
        "stock SimPy, draws inside": each.stock_with_draws,
        "stock SimPy over the table": each.stock,
        "akuttsim's chain": each.chain,
        HEAP: each.heap,
    }
    events = {
        "stock SimPy, draws inside": each.stock_with_draws().events(),
        "stock SimPy over the table": each.stock().events(),
        "akuttsim's chain": each.chain().events,
        HEAP: each.heap().number,
    }
    if everything is not None:
        works[ALL_ON] = everything.chain
        events[ALL_ON] = everything.chain().events
    times, people = timed(works, rounds), len(each.patients)
    print("| version | µs a patient | ratio to the heap loop | events a patient |")
    print("|---|---|---|---|")
    for name in works:
        columns = f"{times.least(name) / people * 1e6:.1f} | {times.ratio(name):.2f}"
        print(f"| {name} | {columns} | {events[name] / people:.2f} |")


def parts(each: Setting, rounds: int) -> None:
    """Print what each stage of a run costs, and all together."""
    record = each.chain()

    def whole() -> None:
        each.sample()
        each.measure(each.chain())

    works: dict[str, Work] = {
        HEAP: each.heap,
        "sampling the patients": each.sample,
        "simulate": each.chain,
        "of which preparing cases": partial(view_patients, each.plan, each.patients),
        "measuring indicators": partial(each.measure, record),
        "sampling, simulating and measuring": whole,
    }
    times = timed(works, rounds)
    print("\n| stage of a run | µs a patient | ratio to the heap loop |\n|---|---|---|")
    for name in works:
        each_us = times.least(name) / len(each.patients) * 1e6
        print(f"| {name} | {each_us:.1f} | {times.ratio(name):.2f} |")


def commands() -> None:
    """Print the process seconds of commands, each in a process of its own, imports included."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out")
        length = ["--weeks", "1", "--replications", "2", "--workers", "1"]
        lines = {
            "check namdal-today": ["check", ORGANISATION],
            "run namdal-today, 2 runs of a week, both pages": [
                "run", ORGANISATION, *length, "--out", out,
            ],
            "report, one page": ["report", out],
        }  # fmt: skip
        print("\n| command | process seconds |\n|---|---|")
        for name, arguments in lines.items():
            before = children_seconds()
            command = [sys.executable, "-m", "akuttsim", *arguments]
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            print(f"| {name} | {children_seconds() - before:.1f} |")


def children_seconds() -> float:
    """Return the process seconds of all child processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def crews(weeks: int, rounds: int, seed: int) -> None:
    """Print what a patient costs with more and more crews at the same stations."""
    each = setting(weeks, seed)
    works: dict[str, Work] = {HEAP: each.heap}
    for count in (len(each.plan.crews), 90, 500):
        works[str(count)] = with_crews(each, count, weeks).chain
    times = timed(works, rounds)
    print("\n| crews | ratio to the heap loop with today's crews |\n|---|---|")
    for name in works:
        if name != HEAP:
            print(f"| {name} | {times.ratio(name):.2f} |")


def with_crews(each: Setting, count: int, weeks: int) -> Setting:
    """Return a setting with so many crews: each ambulance several times."""
    organisation = each.plan.organisation
    ambulances = dict(organisation.ambulances)
    for number, name in zip(range(count - len(ambulances)), cycle(organisation.ambulances)):
        ambulances[f"{name}-copy{number}"] = organisation.ambulances[name]
    more = organisation.model_copy(update={"ambulances": ambulances})
    plan = make_plan(each.plan.region, more, each.plan.travel, weeks, 0)
    people = sample_patients(plan.region, plan.days, each.seed, 0, plan.neighbours)
    return Setting(plan, people, each.seed)


def growth(weeks: int, rounds: int, seed: int) -> None:
    sizes = [setting(length, seed) for length in (max(weeks // 2, 1), weeks, 2 * weeks)]
    times = timed({str(len(size.patients)): size.chain for size in sizes}, rounds)
    print("\n| patients in the run | µs a patient | bytes a patient at the peak |\n|---|---|---|")
    for each in sizes:
        people = len(each.patients)
        spent = times.least(str(people))
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
    print(f"process time, the least and the median ratio of {given.rounds} interleaved rounds,")
    print(f"load average {os.getloadavg()[0]:.0f}\n")
    versions(each, with_everything(given.weeks, given.seed), given.rounds)
    parts(each, given.rounds)
    growth(given.weeks, given.rounds, given.seed)
    crews(max(given.weeks // 4, 1), given.rounds, given.seed)
    commands()
    what_if(min(given.rounds, 3))


if __name__ == "__main__":
    main()
