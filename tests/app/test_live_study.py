"""Studies of drafts: the same bytes as on the command line, whatever happens in between."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from akuttsim.app import drafts as drafts_module
from akuttsim.app import live_study
from akuttsim.app.drafts import Bases, CheckedDraft, Drafts, with_change
from akuttsim.app.live_study import Studies
from akuttsim.app.live_table import Levels, RunPair, StudyTable
from akuttsim.cli.what_if import results_writers
from akuttsim.config.schema.experiment import JudgedIndicator
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.study import study_of_experiment
from akuttsim.statistics.verdicts import Verdict
from tests import small, stopped
from tests.app.open_page import open_page
from tests.nightly import IS_NIGHTLY

TABLES = (
    "indicators.parquet", "summary.csv", "differences.csv", "effects.csv", "cases.csv",
    "overloads.csv", "places.csv", "who_notices.csv", "replay/small-today.json",
    "replay/what-if-1.json", "map/what-if-1.json", "replay/what-if-2.json",
)  # fmt: skip
MORE = {"set": {"doctors.gps.home_visits": False}}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A week of a district in which next to nobody rings, judged by what it has."""
    monkeypatch.setattr(drafts_module, "WEEKS", 1)
    judged = ("answered_116117_within_120_s", "travel_to_care_min")
    monkeypatch.setattr(drafts_module, "JUDGED", judged)


def folder_with_district(folder: Path) -> Drafts:
    folder.mkdir(exist_ok=True)
    shutil.copytree(small.DATA / "small", folder / "small", dirs_exist_ok=True)
    shutil.copy(small.DATA / "quiet.yaml", folder / "quiet.yaml")
    text = small.TODAY.read_text("utf-8").replace("region: small\n", "region: quiet\n")
    (folder / "small-today.yaml").write_text(text, "utf-8")
    return Drafts(folder, Bases(folder))


def begun(drafts: Drafts, asked: dict[str, Any] = MORE) -> CheckedDraft:
    checked = drafts.begin("small-today.yaml")
    checked = drafts.change(checked.draft.id, None, with_change(asked, checked.base))
    assert checked.problems == ()
    return checked


@pytest.fixture
def studies(tmp_path: Path) -> Iterator[tuple[Drafts, Studies]]:
    drafts = folder_with_district(tmp_path / "mine")
    running = Studies(drafts, 1, {})
    yield drafts, running
    running.close()


def ended(studies: Studies, checked: CheckedDraft, *states: str) -> dict[str, Any]:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        study = studies.study(checked, "en")
        if study["state"] in states:
            return study
        time.sleep(0.05)
    raise AssertionError(study)


def swept(drafts: Drafts, checked: CheckedDraft, out: Path) -> Path:
    """Run a draft's experiment on the command line, into a folder of its own."""
    experiment = drafts.place(checked.draft.id) / "experiment.yaml"
    stopped.finished(["sweep", str(experiment), "--out", str(out), "--workers", "1", "--no-report"])
    return out


def assert_same(one: Path, other: Path) -> None:
    for name in TABLES:
        if (one / name).exists() or (other / name).exists():
            assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert (one / "differences.csv").stat().st_size > 1000


def test_runs_of_the_base_are_borrowed_only_where_all_inputs_are_the_same(
    studies: tuple[Drafts, Studies], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    drafts, running = studies
    first = begun(drafts)
    running.start(first, 2)
    ended(running, drafts.get(first.draft.id), "done")
    more = (*drafts_module.JUDGED, "unmet_need_a_week")  # what it is judged by is no input of a run
    monkeypatch.setattr(drafts_module, "JUDGED", more)
    second = begun(drafts)
    study = study_of_experiment(str(drafts.place(second.draft.id) / "experiment.yaml"))
    folder = drafts.results(second.draft.id)
    for unlike in (replace(study, seed=2), replace(study, weeks=2)):
        live_study.borrow_base_runs(unlike, folder)
        assert not (folder / "runs").exists()
    live_study.borrow_base_runs(study, folder)
    mine = ResultsFolder(folder)
    of_base = [study.run(study.cases[0], study.base, n) for n in range(3)]
    assert [mine.has(run) for run in of_base] == [True, True, False]
    running.start(second, 2)  # with what was borrowed it comes to the same
    ended(running, drafts.get(second.draft.id), "done")
    assert_same(folder, swept(drafts, drafts.get(second.draft.id), tmp_path / "swept"))


def test_the_page_and_the_command_line_give_the_same_bytes(tmp_path: Path):
    """Also where the base was run while nothing was asked yet; the decision is there as PDF."""
    drafts = folder_with_district(tmp_path / "mine")
    running = Studies(drafts, 2, results_writers())
    try:
        checked = drafts.with_replications(drafts.begin("small-today.yaml").draft.id, 3)
        running.prepare(checked)
        asked = study_of_experiment(str(drafts.place(checked.draft.id) / "experiment.yaml"))
        mine = ResultsFolder(drafts.results(checked.draft.id))
        of_base = [asked.run(asked.cases[0], asked.base, n) for n in range(3)]
        until = time.monotonic() + 60
        while not all(mine.has(run) for run in of_base) and time.monotonic() < until:
            time.sleep(0.05)
        assert running.study(checked, "en")["state"] == "none"
        checked = drafts.change(checked.draft.id, None, with_change(MORE, checked.base))
        made = [mine.run_file(run).stat().st_mtime_ns for run in of_base]
        running.start(checked, 3)
        study = ended(running, drafts.get(checked.draft.id), "done", "failed")
        assert (study["state"], study["done"], study["of"]) == ("done", 3, 3), study
        assert all(row["mid"] is not None for row in study["rows"])
        assert made == [mine.run_file(run).stat().st_mtime_ns for run in of_base]
        pdf = running.export(drafts.get(checked.draft.id), "pdf", "nb")
        content = pdf.read_bytes()
        assert content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
    finally:
        running.close()
    assert_same(mine.folder, swept(drafts, drafts.get(checked.draft.id), tmp_path / "swept"))


def test_a_base_that_had_to_wait_for_a_study_is_prepared_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Also one that was left half done when the study was asked for."""
    drafts = folder_with_district(tmp_path / "mine")
    running = Studies(drafts, 2, {})
    order: list[str] = []
    asked, other = begun(drafts), begun(drafts)

    def half_done(table: StudyTable, *_: object) -> bool:
        order.append(table.results.folder.name)
        if len(order) == 1:
            running.start(asked, 2)
        return len(order) > 1

    monkeypatch.setattr(live_study, "run_base", half_done)
    monkeypatch.setattr(live_study, "rehearse", lambda *_: order.append("rehearsed"))
    monkeypatch.setattr(Studies, "_run", lambda self, live: order.append("study"))
    running.prepare(other)
    until = time.monotonic() + 30
    while "rehearsed" not in order and time.monotonic() < until:
        time.sleep(0.01)
    running.close()
    assert order == [other.draft.id, "study", other.draft.id, "rehearsed"]


def test_a_stop_keeps_what_is_finished_and_a_change_makes_it_stale(
    studies: tuple[Drafts, Studies], monkeypatch: pytest.MonkeyPatch
):
    drafts, running = studies
    checked = begun(drafts)
    real = live_study.StudyTable.take_finished

    def stopping(table: StudyTable) -> None:
        real(table)
        if len(table.pairs) == 2:
            running.stop(checked.draft.id)

    with monkeypatch.context() as patch:
        patch.setattr(live_study.StudyTable, "take_finished", stopping)
        running.start(checked, 6)
        ending = ended(running, drafts.get(checked.draft.id), "stopped", "done")
        assert ending["state"] == "stopped"
        assert running.study(drafts.get(checked.draft.id), "en")["done"] == 2
    later = Studies(drafts, 1, {})  # the program was closed and started again
    assert later.study(drafts.get(checked.draft.id), "en")["state"] == "stopped"
    later.start(drafts.get(checked.draft.id), 6)
    assert ended(later, drafts.get(checked.draft.id), "done")["done"] == 6
    asked = with_change({"set": {"doctors.gps.call_outs": False}}, checked.base)
    changed = drafts.change(checked.draft.id, None, asked)
    assert later.study(changed, "en")["state"] == "stale"
    later.close()


def test_a_full_disk_is_told_and_nothing_is_lost(
    studies: tuple[Drafts, Studies], monkeypatch: pytest.MonkeyPatch
):
    drafts, running = studies
    checked = begun(drafts)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(live_study, "run_study", full)
        running.start(checked, 2)
        study = ended(running, drafts.get(checked.draft.id), "failed", "done")
        assert study["state"] == "failed" and "No space left" in study["message"]
        disk.setattr(drafts_module, "write_whole", full)
        with pytest.raises(OSError):
            asked = with_change({"set": {"doctors.gps.call_outs": False}}, checked.base)
            drafts.change(checked.draft.id, None, asked)
    fresh = Drafts(drafts.folder, Bases(drafts.folder)).get(checked.draft.id)
    assert fresh.draft.changes == checked.draft.changes
    assert drafts.get(checked.draft.id).draft.changes == checked.draft.changes
    running.start(fresh, 2)
    assert ended(running, fresh, "done")["done"] == 2


@pytest.mark.nightly
@pytest.mark.skipif(not IS_NIGHTLY, reason="by night; by day a sweep is killed so")
@stopped.NEEDS_PROC
def test_killed_in_the_middle_it_goes_on_to_the_same_bytes(tmp_path: Path):
    folder = tmp_path / "mine"
    drafts = folder_with_district(folder)
    checked = begun(drafts)
    words = ["app", str(folder), "--no-browser", "--workers", "2"]
    code = stopped.COMMAND.replace(
        "main()", "from akuttsim.app import drafts; drafts.WEEKS = 1; "
        "drafts.JUDGED = ('answered_116117_within_120_s', 'travel_to_care_min'); main()",
    )  # fmt: skip
    process = stopped.started(folder, words, code=code)
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    root = address.partition("/?")[0]
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    headers = {"Origin": root, "Content-Type": "application/json"}
    start = urllib.request.Request(
        f"{root}/api/drafts/{checked.draft.id}/run", b'{"replications": 8}', headers
    )
    try:
        opener.open(address).close()
        opener.open(start).close()
        stopped.wait_for_runs(process, drafts.results(checked.draft.id), 3)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert stopped.gone(folder)
    later = Studies(Drafts(folder, Bases(folder)), 1, {})
    checked = drafts.get(checked.draft.id)
    study = later.study(checked, "en")
    assert study["state"] == "stopped" and study["done"] < 8
    later.start(checked, 8)
    assert ended(later, drafts.get(checked.draft.id), "done", "failed")["done"] == 8
    later.close()
    fresh = drafts.with_replications(checked.draft.id, 8)
    assert_same(drafts.results(checked.draft.id), swept(drafts, fresh, tmp_path / "swept"))


def test_a_page_hears_each_replication_and_two_pages_do_not_overwrite_each_other(tmp_path: Path):
    folder_with_district(tmp_path)
    with open_page(tmp_path) as page:
        status, state, _ = page.ask("POST", "/api/drafts", {"file": "small-today.yaml"})
        assert status == 201
        way = f"/api/drafts/{state['id']}"
        seen = {"version": state["version"]}
        assert page.ask("POST", f"{way}/changes", {**MORE, **seen})[0] == 200
        status, told, _ = page.ask("POST", f"{way}/undo", seen)  # of a page that has not seen it
        assert status == 409 and told["problems"][0]["what"]
        assert page.ask("POST", f"{way}/run", {"replications": 100_000})[0] == 422
        assert page.ask("POST", f"{way}/run", {"replications": 3})[0] == 202
        request = urllib.request.Request(
            f"http://127.0.0.1:{page.port}{way}/events", headers={"Cookie": page.cookie}
        )
        with urllib.request.urlopen(request, timeout=120) as events:
            done = []
            for line in events:
                if line.startswith(b"data:"):
                    study = json.loads(line[5:])
                    done.append(study["done"])
                    if study["state"] in ("done", "failed"):
                        break
        assert study["state"] == "done" and done[-1] == 3 and done == sorted(done)
        assert page.ask("POST", f"{way}/more", {"replications": 1})[0] == 202
        assert page.ask("GET", f"/api/compare?of={state['id']}")[1]["models"]
        assert page.ask("GET", "/api/compare?of=" + ",".join(["what-if-1"] * 9))[0] == 200
        assert page.ask("GET", "/api/compare?of=a,b,c,d,e")[0] == 422


def test_a_page_that_listens_when_the_program_is_stopped_leaves_no_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    folder_with_district(tmp_path)
    with open_page(tmp_path) as page:
        _, state, _ = page.ask("POST", "/api/drafts", {"file": "small-today.yaml"})
        request = urllib.request.Request(
            f"http://127.0.0.1:{page.port}/api/drafts/{state['id']}/events",
            headers={"Cookie": page.cookie},
        )
        events = urllib.request.urlopen(request, timeout=60)
        assert events.readline().startswith(b"event: study")
    assert events.read().endswith(b"\n\n")  # the answer ends, and is not broken off
    assert [each for each in caplog.records if each.exc_info or "ASGI" in each.message] == []


def test_files_of_a_draft_may_be_wanted_by_several_at_once(tmp_path: Path):
    """A page that is opened again reads its study while the runs of the base are looked after."""
    drafts = folder_with_district(tmp_path / "mine")
    checked = begun(drafts)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(drafts.experiment_file, [checked] * 24))
    assert study_of_experiment(str(made[0])).base == "small-today"


def test_the_queue_is_short(studies: tuple[Drafts, Studies], monkeypatch: pytest.MonkeyPatch):
    drafts, running = studies
    monkeypatch.setattr(live_study, "MOST_WAITING", 1)
    monkeypatch.setattr(Studies, "_run", lambda self, live: live.stopping.wait(60))
    checked = [begun(drafts) for _ in range(3)]
    running.start(checked[0], 2)
    until = time.monotonic() + 20
    while running._waiting and time.monotonic() < until:
        time.sleep(0.01)
    running.start(checked[1], 2)
    with pytest.raises(drafts_module.InputError):
        running.start(checked[2], 2)


# --- verdicts -------------------------------------------------------------------------------------


def pair(change: float, other_people: bool = True) -> RunPair:
    name = "answered_116117_within_120_s"
    levels = {(name, "all", "all"): Levels(0.8, 0.8 + change)}
    return RunPair(levels, {name: "share"}, other_people)


@pytest.fixture(scope="module")
def table() -> StudyTable:
    study = study_of_experiment(str(small.EXPERIMENT))
    judged = (JudgedIndicator(indicator="answered_116117_within_120_s"),)
    return StudyTable(replace(study, main_judged=judged), ResultsFolder(Path("nowhere")))


def jitter(number: int) -> float:
    return 0.001 * (number % 3)


def test_better_waits_for_the_run_in_which_all_come(table: StudyTable):
    table.pairs = {n: pair(0.05 + jitter(n)) for n in range(8)}
    table.again = {}
    [row] = table.rows(False)
    assert row.verdict == Verdict.CANNOT_TELL and row.awaits
    table.again = {n: pair(0.05 + jitter(n)) for n in range(8)}
    assert table.rows(False)[0].verdict == Verdict.BETTER
    table.again = {n: pair(jitter(n) / 100) for n in range(8)}
    assert table.rows(False)[0].verdict == Verdict.FEWER_CAME
    table.again = {n: pair(0.05 * (n % 2)) for n in range(8)}  # not sure
    assert table.rows(False)[0].awaits and not table.rows(True)[0].awaits
    assert table.rows(True)[0].verdict == Verdict.FEWER_CAME
    table.pairs = {n: pair(0.05 + jitter(n), other_people=False) for n in range(8)}
    table.again = {}
    assert table.rows(False)[0].verdict == Verdict.BETTER  # nobody else comes


def test_replications_count_in_the_order_of_their_numbers(table: StudyTable):
    """What is quickly done may be unlike the rest: after a gap nothing is looked at yet."""
    table.again = {}
    table.pairs = {n: pair(0.05, False) for n in (0, 1, 3, 4, 5)}
    assert (table.told(False), table.told(True)) == (2, 5)
    assert table.rows(False)[0].verdict == Verdict.CANNOT_TELL
    table.pairs[2] = pair(0.05, False)
    assert table.told(False) == 6
