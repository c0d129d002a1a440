"""A results folder in which anything was damaged or lost comes right by `--resume`, to the byte."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from akuttsim.experiments.results import read_results
from akuttsim.experiments.run_files import IN_USE
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.runner import RunOptions, run_study
from akuttsim.experiments.study import study_of_experiment
from tests import small
from tests.fuzz.kinds import finished_results
from tests.fuzz.mutations import changed_bytes, cut
from tests.nightly import by_night

TRIALS = by_night(1, 250)


def contents(folder: Path) -> dict[str, bytes]:
    """Return what each file of a results folder holds; not of the manifest, which has times."""
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in (IN_USE, "manifest.json")}  # fmt: skip


def damaged(folder: Path, rng: random.Random) -> Path:
    """Damage, empty, remove or exchange one of a folder's files, or remove a folder."""
    path = rng.choice([each for each in sorted(folder.rglob("*")) if each.stat().st_size])
    content = path.read_bytes() if path.is_file() else b""
    way = rng.choice(["bits", "bits", "cut", "gone", "empty", "exchanged"])
    if path.is_dir():
        shutil.rmtree(path)
        return path
    others = [each for each in sorted(folder.rglob(f"*{path.suffix}")) if each != path]
    path.unlink()
    if way == "exchanged" and others:
        shutil.copy(rng.choice(others), path)
    elif way != "gone":
        mutated = {"bits": changed_bytes, "cut": cut}.get(way, lambda *_: None)(rng, content)
        path.write_bytes(mutated.content if mutated else b"")
    return path


@pytest.mark.nightly
def test_resuming_makes_a_damaged_folder_what_it_was(tmp_path: Path) -> None:
    study = study_of_experiment(str(small.QUIET_EXPERIMENT))
    whole = contents(finished_results())
    for seed in range(TRIALS):
        folder = tmp_path / str(seed)
        shutil.copytree(finished_results(), folder)
        path = damaged(folder, random.Random(seed))
        named: list[RunId] = []
        run_study(study, folder, RunOptions(1, resume=True, found_damaged=named.extend))
        assert contents(folder) == whole, (seed, path)
        assert read_results(folder).is_verified
        shutil.rmtree(folder)
