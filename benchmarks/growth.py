"""What a run costs as it grows: over people, places, crews and years, as one figure and a table.

python -m benchmarks.growth [--rounds 3] [--years 0.5 1 2 4 10] [--out docs/pictures]

Process time of the chain for an event of made-up districts, over that of Namdal by the same rules
in the same round; and the most memory of one whole run of Namdal, in a process of its own, above
what its imports take (Linux). Where AKUTTSIM_DATA or ../shared/data has Oslo and Akershus, they are
told too.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time

import matplotlib as mpl
import yaml

from akuttsim.chain.run_plan import make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.experiments.study import study_of_run
from akuttsim.regionbuilder.region_folder import make_region
from akuttsim.roads.travel import travel_of_region
from benchmarks.made_up_district import District, write_district
from benchmarks.plain_rules import plain, plain_region
from benchmarks.run import Setting, _people, with_crews
from tests.building.oslo import AKERSHUS
from validation.reality_study import real_data_folder

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "akuttsim", "svg.fonttype": "none", "font.size": 9})

from matplotlib import pyplot as plt  # noqa: E402

PEOPLE = (30_000, 100_000, 300_000, 1_000_000)
PLACES = (50, 200, 500, 1_000, 2_000, 4_000)
CREWS = (12, 50, 90, 200, 500)
PATIENTS = 12_000
"""So many patients or more in each run, whole weeks."""

Costs = dict[str, float]
"""Times Namdal's cost an event, by the name of what was run."""

MEMORY = """
import sys
from pathlib import Path
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.experiments.study import study_of_run
def most_kb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
study = study_of_run(["namdal-today"], None, (), (int(sys.argv[1]), 1, 1))
prepared, run = PreparedStudy(study, False), study.runs()[0]
prepared.plan_of(study.case(run.case), run.organisation)
imports = most_kb()
prepared.measured(run)
print(most_kb() / 1024, (most_kb() - imports) / 1024)
"""


def plain_setting(organisation: str, weeks: int, seed: int) -> Setting:
    """Return everybody who rings in so many weeks, and an organisation by the plainest rules."""
    study = study_of_run([organisation], None, (), (weeks, 1, seed))
    (first,) = study.organisations.values()
    region = plain_region(study.region)
    prepared = make_plan(region, plain(first), travel_of_region(region), weeks, study.warmup_days)
    return Setting(prepared, _people(prepared, seed), seed)


def long_enough(organisation: str, seed: int) -> Setting:
    """Return a setting with enough patients, in as few weeks as have them."""
    one = plain_setting(organisation, 1, seed)
    weeks = -(-PATIENTS // len(one.patients))
    return one if weeks == 1 else plain_setting(organisation, weeks, seed)


def event_costs(settings: dict[str, Setting], base: Setting, rounds: int) -> Costs:
    """Return the median over rounds of each one's time an event, over the base's."""
    ratios: dict[str, list[float]] = {name: [] for name in settings}
    for _ in range(rounds):
        usual = seconds_an_event(base)
        for name, each in settings.items():
            ratios[name].append(seconds_an_event(each) / usual)
    return {name: median(values) for name, values in ratios.items()}


def seconds_an_event(each: Setting) -> float:
    """Return the process seconds of the chain for each of its events."""
    gc.collect()
    began = process_time()
    record = simulate(each.plan, each.patients)
    return (process_time() - began) / record.events


def districts(
    of_size: Callable[[int], District], sizes: Sequence[int], seed: int
) -> dict[str, Setting]:
    """Return a setting for each size."""
    settings = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            organisation = write_district(of_size(size), Path(folder))
            settings[f"{size:,}"] = long_enough(str(organisation), seed)
    return settings


def capital(seed: int) -> dict[str, Setting]:
    """Return Oslo and Akershus, built from real data, where these are there."""
    data = real_data_folder()
    if data is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spec.yaml"
        path.write_text(yaml.safe_dump(AKERSHUS, allow_unicode=True), encoding="utf-8")
        setting = plain_setting(str(make_region(path, Path(folder), data).organisation), 1, seed)
        crews = len(setting.plan.crews)
        simulate(
            setting.plan, setting.patients
        )  # reads the table of travel times while it is there
        return {f"{crews} crews": setting, "500 crews": with_crews(setting, 500, 1)}


def memory_mb(years: float) -> tuple[float, float]:
    """Return the most memory of a run of Namdal, and how much of it is above the imports."""
    command = [sys.executable, "-c", MEMORY, str(round(years * 52))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    most, above = done.stdout.split()
    return float(most), float(above)


def draw(costs: dict[str, Costs], memory: dict[float, tuple[float, float]], path: Path) -> None:
    """Draw all curves into one figure; the same numbers give the same bytes."""
    figure, axes = plt.subplots(1, 4, figsize=(10.5, 2.7), layout="constrained")
    for ax, (what, by_size) in zip(axes, costs.items(), strict=False):
        sizes = [int(size.replace(",", "")) for size in by_size]
        ax.plot(sizes, list(by_size.values()), "o-", color="#2a5fa2", ms=4)
        ax.axhline(1.0, color="#777777", lw=0.8, ls=":")
        ax.set(xscale="log", ylim=(0, 2.5), xlabel=what)
    axes[0].set_ylabel("Cost of an event, Namdal's is 1")
    years = list(memory)
    axes[3].plot(years, [most for most, _ in memory.values()], "o-", color="#a23b2a", ms=4)
    axes[3].set(ylim=(0, 1050), xlabel="Years of Namdal in one run", ylabel="Most memory, MB")
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, print the tables and write the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=float, nargs="+", default=[0.5, 1, 2, 4, 10])
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    given = parser.parse_args()
    base = long_enough("namdal-today", given.seed)
    weeks = 8
    made_up = {
        "People, in 500 places": districts(
            lambda n: District("people", n, 500, 4), PEOPLE, given.seed
        ),
        "Places, of 100,000 people": districts(
            lambda n: District("places", 100_000, n, 4), PLACES, given.seed
        ),
        "Crews in Namdal": {
            str(n): with_crews(plain_setting("namdal-today", weeks, given.seed), n, weeks)
            for n in CREWS
        },
    }  # fmt: skip
    print(f"{given.rounds} rounds, load average {os.getloadavg()[0]:.0f}\n")
    costs = {}
    for what, settings in (*made_up.items(), ("Oslo and Akershus", capital(given.seed))):
        costs[what] = event_costs(settings, base, given.rounds)
        print(f"| {what} | patients | events a patient | times Namdal's cost an event |")
        print("|---|---|---|---|", flush=True)
        for name, times in costs[what].items():
            each = settings[name]
            events = simulate(each.plan, each.patients).events / len(each.patients)
            print(f"| {name} | {len(each.patients):,} | {events:.2f} | {times:.2f} |", flush=True)
        print(f"load average {os.getloadavg()[0]:.0f}\n", flush=True)
    memory = {years: memory_mb(years) for years in given.years}
    print("| years of Namdal | most memory, MB | above its imports |\n|---|---|---|")
    for years, (most, above) in memory.items():
        print(f"| {years:g} | {most:.0f} | {above:.0f} |")
    draw(costs, memory, given.out / "growth.svg")


if __name__ == "__main__":
    main()
