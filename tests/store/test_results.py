"""A results folder: runs as they finish, tables, the manifest."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from akuttsim.errors import InputError
from akuttsim.experiments import results
from akuttsim.experiments.files import SEAL
from akuttsim.experiments.manifest import Manifest, RunTimes
from akuttsim.experiments.results import (
    TABLES,
    ResultsFolder,
    read_results,
    write_page_data,
)
from akuttsim.experiments.run_files import (
    OVERLOADS,
    people_file,
    read_overloads,
    write_people,
)
from akuttsim.experiments.run_identity import RunId, digest
from akuttsim.indicators.driving import trip_km
from akuttsim.records import Courses, Patients, PersonValues, Trips
from tests import small

MANIFEST_OF_NOTHING = Manifest(
    akuttsim="0",
    study="nothing",
    question=None,
    hypothesis=None,
    base="today",
    weeks=1,
    warmup_days=0,
    replications=1,
    seed=1,
    main_indicators=[],
    cases=["plain"],
    targets=[],
    region={},
    organisations={},
    changes={},
    assumptions=[],
    definitions={},
    versions={},
    times=RunTimes(began="", ended=""),
)

RUN = RunId("today", 3, "0123456789abcdef")
ROWS = [
    ("travel_to_care_min", "all", "all", 12.5, "min", 40),
    ("busy_share", "hour", "07", math.nan, "share", 0),
]


@pytest.fixture
def folder(tmp_path: Path) -> ResultsFolder:
    made = ResultsFolder(tmp_path / "results")
    with made.filling(resume=False):
        return made


def test_a_kept_run_is_there_and_another_is_not(folder: ResultsFolder) -> None:
    assert not folder.has(RUN)
    folder.keep(RUN, ROWS)
    assert folder.has(RUN)
    assert not folder.has(RUN._replace(replication=4))
    assert not folder.has(RUN._replace(digest="f" * 16)), "another config is another run"
    assert not folder.has(RUN._replace(organisation="other"))


def test_a_broken_run_is_removed_and_done_again(folder: ResultsFolder) -> None:
    folder.keep(RUN, ROWS)
    path = folder.run_file(RUN)
    path.write_bytes(path.read_bytes()[:-10])
    assert not folder.has(RUN)
    assert not path.exists()


def test_a_used_folder_is_refused_unless_resumed(folder: ResultsFolder) -> None:
    folder.keep(RUN, ROWS)
    with pytest.raises(InputError, match="--resume"), folder.filling(resume=False):
        pass
    with folder.filling(resume=True):
        assert folder.has(RUN)


def test_a_folder_that_another_process_fills_is_refused_until_that_ends(tmp_path: Path) -> None:
    """Killed without warning, it lets go all the same."""
    folder = ResultsFolder(tmp_path / "results")
    code = (
        "import pathlib, sys, time\n"
        "from akuttsim.experiments.results import ResultsFolder\n"
        "with ResultsFolder(pathlib.Path(sys.argv[1])).filling(resume=False):\n"
        "    print('fills', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(folder.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "fills\n"
        left = folder.folder / "runs" / ".00003-x.parquet.unfinished-4711"
        left.write_bytes(b"half")
        refused = pytest.raises(InputError, match="another process works in it")
        with refused, folder.filling(resume=True):
            pass
        assert left.exists(), "what the other one is writing is left alone"
        other.kill()
    with folder.filling(resume=True):
        assert not left.exists()


def test_what_a_killed_process_left_unfinished_is_cleared(folder: ResultsFolder) -> None:
    left = folder.folder / "runs" / "today" / ".00003-x.parquet.unfinished-4711"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    with folder.filling(resume=True):
        assert not left.exists()


def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = ResultsFolder(tmp_path / "file" / "results")
    with pytest.raises(InputError, match="--out"), made.filling(resume=False):
        pass


def test_gathered_runs_keep_the_order_asked_for(folder: ResultsFolder) -> None:
    other = RUN._replace(organisation="b", replication=0)
    folder.keep(RUN, ROWS)
    folder.keep(other, ROWS[:1])
    folder.gather([other, RUN])
    frame = pd.read_csv(folder.folder / "indicators.csv", dtype={"group": str})
    assert frame.organisation.tolist() == ["b", "today", "today"]
    assert frame.replication.tolist() == [0, 3, 3]
    assert frame.group.tolist() == ["all", "all", "07"]
    again = pq.read_table(folder.folder / "indicators.parquet").to_pandas()
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)


def conclude(folder: ResultsFolder) -> None:
    folder.keep(RUN, ROWS)
    folder.gather([RUN])
    folder.gather_overloads([RUN])
    head = ["case", "organisation", "indicator", "group_by", "group", "mean", "ci_low", "ci_high"]
    summary = pd.DataFrame(
        [
            (
                "plain",
                "today",
                "busy_share",
                "hour",
                "07",
                0.5,
                math.nan,
                math.nan,
                "share",
                None,
                "",
            )
        ],
        columns=[*head, "unit", "target", "verdict"],
    )
    cases = pd.DataFrame(columns=["case", "factor", "level"])
    none = pd.DataFrame(columns=[*head, "against", "unit", "verdict"])
    tables = {"differences.csv": none, "effects.csv": none, "cases.csv": cases}
    folder.conclude({"summary.csv": summary, **tables}, MANIFEST_OF_NOTHING)


def test_reading_back_gives_what_was_written(folder: ResultsFolder) -> None:
    conclude(folder)
    found = read_results(folder.folder)
    assert found.manifest.seed == 1
    assert found.summary.group.tolist() == ["07"], "hour 07 stays text"
    assert math.isnan(found.summary.ci_low[0]) and found.summary["mean"][0] == 0.5
    assert found.summary.verdict.tolist() == [""]
    assert len(found.indicators) == 2 and len(found.differences) == 0


def test_the_manifest_has_the_checksums(folder: ResultsFolder) -> None:
    conclude(folder)
    manifest = json.loads((folder.folder / "manifest.json").read_text("utf-8"))
    for name, checksum in manifest["checksums"].items():
        content = (folder.folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == checksum
    assert set(manifest["checksums"]) == {"indicators.parquet", *TABLES}


def test_the_manifest_of_an_older_version_is_refused_with_what_it_lacks(
    folder: ResultsFolder,
) -> None:
    conclude(folder)
    path = folder.folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["sha256"], manifest["seed"], manifest["times"]["ended"]
    path.write_text(json.dumps({**manifest, "weeks": "many"}), "utf-8")
    with pytest.raises(InputError) as caught:
        read_results(folder.folder)
    seed, ended, weeks = sorted(str(caught.value).splitlines())
    assert "has no entry seed: an older version wrote it" in seed
    assert "has no entry times.ended" in ended and "run the study again" in ended
    assert "its entry weeks is not what this version writes" in weeks


def test_entries_that_were_never_set_are_not_written_and_those_of_a_newer_version_passed_over(
    folder: ResultsFolder,
) -> None:
    conclude(folder)
    path = folder.folder / "manifest.json"
    written = json.loads(path.read_text("utf-8"))
    del written["sha256"]
    assert "log" not in written and "worlds" not in written and written["question"] is None
    path.write_text(json.dumps({**written, "new": 1}), "utf-8")
    assert read_results(folder.folder).manifest.as_json() == written


def test_unfinished_results_are_an_input_error(folder: ResultsFolder) -> None:
    conclude(folder)
    (folder.folder / "manifest.json").unlink()
    with pytest.raises(InputError, match="not finished; go on with the command"):
        read_results(folder.folder)


def test_every_file_that_is_not_as_it_was_written_is_named(folder: ResultsFolder) -> None:
    """One is cut at the end of a line, one has another digit, one is missing."""
    write_page_data(folder.folder, "map", "today", {"care": 1})
    conclude(folder)
    assert read_results(folder.folder).is_verified
    files = [folder.folder / name for name in ("summary.csv", "map/today.json", "cases.csv")]
    files[0].write_text(files[0].read_text().splitlines(keepends=True)[0])
    files[1].write_text(files[1].read_text().replace("1", "2"))
    files[2].unlink()
    with pytest.raises(InputError) as caught:
        read_results(folder.folder)
    how, *named = str(caught.value).splitlines()
    assert "--resume" in how and "from them" in how
    assert {line.split(": ")[0] for line in named} == {str(file) for file in files}


def test_results_without_digests_are_read_and_said_not_to_be_verified(
    folder: ResultsFolder,
) -> None:
    conclude(folder)
    path = folder.folder / "manifest.json"
    older = json.loads(path.read_text("utf-8"))
    del older["sha256"], older["checksums"]
    path.write_text(json.dumps(older), "utf-8")
    assert not read_results(folder.folder).is_verified


def test_a_run_of_a_version_without_seals_is_taken_where_it_can_be_read(
    folder: ResultsFolder,
) -> None:
    """As after an upgrade in the middle of a study."""
    folder.keep(RUN, ROWS)
    path = folder.run_file(RUN)
    sealed = path.read_bytes()
    at = sealed.index(SEAL)
    older = sealed[:at] + sealed[at + len(SEAL) + 64 :]
    path.write_bytes(older)
    assert folder.has(RUN) and folder.indicators(RUN).num_rows == len(ROWS)
    path.write_bytes(older[:-9])
    assert not folder.has(RUN)


def test_any_bit_of_a_run_that_is_flipped_is_noticed(folder: ResultsFolder) -> None:
    """In its file, its people, its queues that grew, and where its page data are another's."""
    since = datetime(2026, 1, 14, 10, 3, tzinfo=ZoneInfo("Europe/Oslo"))
    write_people(folder.folder, RUN, PersonValues({}, {}, {}, (), "someone"))
    folder.keep(RUN, ROWS, [("operator", "lvs", since, 412)])
    run, queues = folder.run_file(RUN), folder.overload_file(RUN)
    for path in (run, queues, people_file(folder.folder, RUN)):
        whole = path.read_bytes()
        for place in range(0, 8 * len(whole), 61):
            damaged = bytearray(whole)
            damaged[place // 8] ^= 1 << place % 8
            path.write_bytes(damaged)
            assert not folder._is_whole(RUN), (path, place)
        path.write_bytes(whole)
    assert folder.has(RUN) and not folder.damaged
    write_page_data(folder.folder, "map", "today", {}, inputs="f" * 16)
    assert not folder.has(RUN, [folder.folder / "map" / "today.json"])
    assert folder.damaged == [RUN] and not run.exists()


def test_queues_that_grew_are_gathered_from_the_runs_that_have_some(folder: ResultsFolder) -> None:
    """Local time is written to the minute; the names of teams stay text, though they are digits."""
    since = datetime(2026, 1, 14, 10, 3, 59, tzinfo=ZoneInfo("Europe/Oslo"))
    kept_up, other = RUN._replace(replication=4), RUN._replace(organisation="other")
    folder.keep(RUN, ROWS, [("operator", "007", since, 412), ("crew", "crew", since, 3)])
    folder.keep(kept_up, ROWS)
    folder.keep(other, ROWS, [("doctor", "duty", since, 5)])
    assert not folder.overload_file(kept_up).exists()
    folder.gather_overloads([other, kept_up, RUN])
    found = read_overloads(folder.folder / "overloads.csv")
    assert found.to_numpy().tolist() == [
        ["plain", "other", 3, "doctor", "duty", "2026-01-14 10:03", 5],
        ["plain", "today", 3, "operator", "007", "2026-01-14 10:03", 412],
        ["plain", "today", 3, "crew", "crew", "2026-01-14 10:03", 3],
    ]


def test_no_queue_grew(folder: ResultsFolder) -> None:
    conclude(folder)
    found = read_results(folder.folder).overloads
    assert len(found) == 0 and list(found.columns) == list(OVERLOADS)


def test_a_record_is_kept_with_names_of_units(folder: ResultsFolder) -> None:
    world = small.world()
    patients = small.people([small.at(12)], talk_s=60.0)
    record = world.meets(patients)
    folder.keep_record(RUN, patients, record, trip_km(world.observed(patients, record)))
    where = folder.folder / "records" / "today-00003"
    activities = pq.read_table(where / "activities.parquet").to_pylist()
    assert [(row["unit"], row["end_s"] - row["start_s"]) for row in activities] == [
        ("lvs/operator-1", 60.0)
    ]
    trips = pq.read_table(where / "trips.parquet")
    assert trips.column_names == [*Trips.columns(), "km"]
    table = pq.read_table(where / "patients.parquet")
    drawn = [f"drawn_{name}" for name in Patients.columns()]
    unasked = [name for name in drawn if name != "drawn_u_condition"]
    assert table.column_names == [*unasked, *Courses.__dataclass_fields__]
    km = trip_km(world.observed(patients, record))
    folder.keep_record(RUN, patients, record, km, np.zeros(len(patients), np.int8))
    asked_for = pq.read_table(where / "patients.parquet")
    assert asked_for.column_names == [*drawn, "drawn_condition", *Courses.__dataclass_fields__]


def test_digest_is_of_content_not_of_order() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest({"a": 1, "b": [1, 2]}) != digest({"a": 1, "b": [2, 1]})
    assert digest({"a": 1}) != digest({"a": 1.5})


@pytest.mark.filterwarnings("error")
def test_a_large_table_with_gaps_is_read_without_a_word(folder: ResultsFolder) -> None:
    """Pandas reads a large file in parts, and warns where a column has text in some of them."""
    table = pd.DataFrame({"case": "plain", "ci_low": [0.123456789] * 300_000})
    table.loc[290_000:, "ci_low"] = None
    path = folder.folder / "summary.csv"
    table.to_csv(path, index=False)
    assert results._read_csv(path)["ci_low"].isna().sum() == 10_000
