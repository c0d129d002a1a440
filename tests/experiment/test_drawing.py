from __future__ import annotations

import json
from dataclasses import replace

from akuttsim.experiments.results import read_page_data
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.run_worker import page_data, write_run_page_data
from akuttsim.experiments.runner import run_study
from akuttsim.experiments.study import study_of_experiment
from tests.small import EXPERIMENT, organisation, world


def kept(folder):
    small = world(organisation())
    patients = small.sample()
    run = RunId("small", 0, "0123456789abcdef")
    write_run_page_data(folder, run, page_data(small.observed(patients, small.meets(patients))))
    return {each.parent.name: each.read_bytes() for each in folder.rglob("*.json")}


def test_the_same_run_leaves_the_same_small_files(tmp_path):
    one, two = kept(tmp_path / "one"), kept(tmp_path / "two")
    assert one == two and set(one) == {"replay", "map"}
    assert max(map(len, one.values())) < 400_000


def test_all_of_it_is_whole_numbers_and_names(tmp_path):
    kept(tmp_path)

    def parts(value):
        if isinstance(value, list):
            return [part for each in value for part in parts(each)]
        if isinstance(value, dict):
            return [part for each in value.values() for part in parts(each)]
        return [value]

    for kind in ("replay", "map"):
        found = {type(part) for part in parts(read_page_data(tmp_path, kind, "small"))}
        assert found <= {int, str, type(None)}


def test_times_count_from_midnight_of_the_day(tmp_path):
    data = json.loads(kept(tmp_path)["replay"])
    rings = data["codes"]["events"].index("rings")
    rang = [at for person in data["people"] for code, at, _ in person[-1] if code == rings]
    assert sum(0 <= at < data["length_s"] for at in rang) >= data["contacts"] * 0.5


def test_a_study_keeps_the_first_replication_of_each_organisation(tmp_path):
    study = replace(study_of_experiment(str(EXPERIMENT)), replications=2)
    run_study(study, tmp_path / "results")
    for kind in ("replay", "map"):
        found = {each.stem for each in (tmp_path / "results" / kind).iterdir()}
        assert found == set(study.organisations)
