"""A made-up country of a year: 5.6 million people, 96 rooms for 116117, 16 AMK centres.

python -m benchmarks.country [--areas 16] [--weeks 52] [--workers 2] [--cluster ADDRESS]

Each AMK centre's area is a region of its own, with 350,000 people, six 116117 rooms, its clinics
and its crews, all simulated together; areas are divided among processes, or a cluster's workers.
What crosses between areas (a neighbour's crew, a room for several areas) is not simulated. A small
form (`--areas 1 --weeks 4`) tells what one area costs.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import replace
from math import ceil
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from akuttsim.config.schema.organisation import Organisation
from akuttsim.experiments.executor import Job, Lost, open_executor
from akuttsim.experiments.run_worker import PreparedStudy
from akuttsim.indicators import registry
from benchmarks.made_up_district import District, study_of_district

PEOPLE, AREAS, ROOMS_AN_AREA = 5_600_000, 16, 6


class AreaRun(NamedTuple):
    """What one area took.

    Attributes:
        patients: Rows of its table of patients.
        calls: Calls that rang.
        indicators: Rows of indicators.
        cpu_s: Process seconds, from building the region to its indicators.
        peak_mb: Most memory of the process by then.
    """

    patients: int
    calls: int
    indicators: int
    cpu_s: float
    peak_mb: float


def with_rooms(organisation: Organisation) -> Organisation:
    """Return an organisation whose 116117 room is divided: each municipality has its own."""
    rooms = dict(organisation.control_rooms)
    (name,) = [name for name, room in rooms.items() if room.number == "116117"]
    one = rooms.pop(name)
    for municipality in one.municipalities:
        people = {
            key: row.model_copy(update={"on_duty": ceil(row.on_duty / len(one.municipalities)) + 1})
            for key, row in one.operators.items()
        }
        update = {"municipalities": (municipality,), "operators": people}
        rooms[f"{name}-{municipality}"] = one.model_copy(update=update)
    return organisation.model_copy(update={"control_rooms": rooms})


def run_area(size: tuple[int, int], number: int) -> AreaRun:
    """Build, draw, simulate and measure one area.

    Args:
        size: Places of each area, and weeks.
        number: The area's number, which is its seed.
    """
    places, weeks = size
    began = process_time()
    district = District(f"area-{number}", PEOPLE // AREAS, places, ROOMS_AN_AREA)
    with tempfile.TemporaryDirectory() as folder:
        study = study_of_district(district, Path(folder), weeks, number)
        (name,) = study.organisations
        study = replace(study, organisations={name: with_rooms(study.organisations[name])})
        prepared, run = PreparedStudy(study, keep_records=False), study.runs()[0]
        measured = prepared.simulated(run)
        rows = len(registry.measure_indicators(measured))
    lines = Path("/proc/self/status").read_text().splitlines()
    peak_mb = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    patients, calls = len(measured.patients), len(measured.record.calls.patient)
    return AreaRun(patients, calls, rows, process_time() - began, peak_mb)


def same(*size: int) -> tuple[int, ...]:
    """Return what areas share: their size."""
    return size


def main() -> None:
    """Run the areas and print what each took, and all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=AREAS)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--places", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cluster")
    given = parser.parse_args()
    began = perf_counter()
    job = Job(run_area, same, (given.places, given.weeks))
    print("| area | patients | calls | process seconds | most memory of its process, MB |")
    print("|---|---|---|---|---|")
    done: list[AreaRun] = []
    with open_executor(job, given.workers, given.cluster) as executor:
        for number, area in executor.as_finished([[n] for n in range(1, given.areas + 1)]):
            if isinstance(area, Lost):
                raise SystemExit(area.reason)
            done.append(area)
            cells = f"{area.patients:,} | {area.calls:,} | {area.cpu_s:.0f} | {area.peak_mb:.0f}"
            print(f"| {number} | {cells} |", flush=True)
    patients, cpu_s = sum(area.patients for area in done), sum(area.cpu_s for area in done)
    print(
        f"\n{len(done)} areas, {given.weeks} weeks, {patients:,} patients, {given.workers} workers:"
    )
    print(f"{cpu_s / 60:.1f} CPU minutes, {(perf_counter() - began) / 60:.1f} on the clock,")
    print(f"most memory of a process {max(area.peak_mb for area in done):.0f} MB, ", end="")
    print(f"load average {os.getloadavg()[0]:.0f}")


if __name__ == "__main__":
    main()
