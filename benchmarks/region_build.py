"""Build time and memory of large regions: python -m benchmarks.region_build [DATA].

The made-up city of 54,289 junctions and, where DATA (../shared/data) is there, two real regions.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from subprocess import run
from typing import Any

import yaml

from tests.building.city import write_city
from tests.building.oslo import AKERSHUS, EAST

BUILD = """
import resource, sys
from pathlib import Path
from akuttsim.regionbuilder.region_folder import make_region
made = make_region(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(len(made.built.places), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def measured(spec: dict[str, Any], data: Path, out: Path) -> None:
    path = out / "spec.yaml"
    path.write_text(yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8")
    began = time.perf_counter()
    command = [sys.executable, "-c", BUILD, str(path), str(out), str(data)]
    done = run(command, capture_output=True, text=True, check=True)
    places, processor_s, megabytes = done.stdout.split()
    print(f"{spec['build']:15s} {places:>5s} places  {time.perf_counter() - began:6.1f} s  "
          f"{float(processor_s):6.1f} s processor  {float(megabytes):6.0f} MB")  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measured(write_city(Path(folder)), Path(folder), Path(folder))
        data = Path(sys.argv[1]) if len(sys.argv) > 1 else None
        for spec in (AKERSHUS, EAST) if data else ():
            measured(spec, data, Path(folder))


if __name__ == "__main__":
    main()
