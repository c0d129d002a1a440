"""The command line as a user meets it: exit codes, one line an error, an empty folder."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from akuttsim import cli
from akuttsim.cli import ALGEBRA_THREADS, calculate_in_one_thread, terminal
from akuttsim.experiments.results import read_results
from tests import small
from tests.cli.conftest import Runs


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from akuttsim.cli import main; main()", *arguments]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=120)


def test_a_process_calculates_in_one_thread_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    calculate_in_one_thread()
    assert [os.environ[name] for name in ALGEBRA_THREADS[:2]] == ["3", "1"]


DRAWING = "pandas scipy simpy pyarrow networkx matplotlib jinja2 numpy.random babel"


@pytest.mark.parametrize(
    ("arguments", "said", "heavy"),
    [
        (["--help"], "Usage: akuttsim", f"{DRAWING} numpy pydantic yaml rich"),
        (["check", "namdal-today"], "namdal-today", f"{DRAWING} akuttsim.indicators"),
    ],
)
def test_nothing_heavy_is_imported(arguments: list[str], said: str, heavy: str) -> None:
    """These are quick because nothing that they do not need is imported: counted, not timed."""
    code = (
        f"import sys\nfrom akuttsim.cli import main\nsys.argv = ['akuttsim', *{arguments!r}]\n"
        "try:\n    main()\nfinally:\n"
        f"    print(sorted(set(sys.modules) & set({heavy.split()!r})), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and said in done.stdout
    assert done.stderr.strip() == "[]"


def test_help_names_every_command_with_its_help(akuttsim: Runs) -> None:
    code, out, _ = akuttsim("--help")
    assert code == 0
    for name in cli.COMMANDS:
        assert f"\n  {name} " in out
        code, text, _ = akuttsim(name, "--help")
        assert code == 0 and text.startswith(f"Usage: akuttsim {name}")


def test_version(akuttsim: Runs) -> None:
    code, out, _ = akuttsim("--version")
    assert code == 0 and "akuttsim" in out


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("run",), ("run", "namdal-today", "--weeks", "0"), ("sweep", "--such"),
     ("run", "namdal-today", "--replications", "1"), ("report", "x", "--lang", "fr")],
)  # fmt: skip
def test_wrong_usage_is_told_without_a_traceback(akuttsim: Runs, arguments: tuple[str]) -> None:
    code, out, err = akuttsim(*arguments)
    assert code == 2 and not out
    assert err.count("\n") == 1 and err.startswith("akuttsim") and err.endswith(" --help)\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("swep", "akuttsim: no such command: 'swep'; did you mean 'sweep'? (help: "
         "akuttsim --help)"),
        ("swep --lang nb", "akuttsim: kommandoen 'swep' finnes ikke; mente du 'sweep'? (hjelp: "
         "akuttsim --help)"),
        ("region nww", "akuttsim region: no such command: 'nww'; did you mean 'new'? (help: "
         "akuttsim region --help)"),
    ],
)  # fmt: skip
def test_a_misspelt_command_is_told_with_the_nearest(
    akuttsim: Runs, arguments: str, told: str
) -> None:
    assert akuttsim(*arguments.split()) == (2, "", told + "\n")


def test_a_misspelt_option_is_told_with_the_nearest(akuttsim: Runs) -> None:
    code, _, err = akuttsim("run", "namdal-today", "--wekes", "4")
    assert code == 2 and "'--weeks'" in err and err.count("\n") == 1


def test_it_runs_as_a_module_too() -> None:
    command = [sys.executable, "-m", "akuttsim", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "akuttsim" in done.stdout


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("akuttsim swe", "sweep"),
        ("akuttsim run namdal-to", "namdal-today"),
        ("akuttsim sweep 01", "01-first-look"),
        ("akuttsim run namdal-today --region namdal-win", "namdal-winter"),
        ("akuttsim run ./own", "file"),
    ],
)
def test_a_shell_completes_commands_and_shipped_names(words: str, wanted: str) -> None:
    place = {"_AKUTTSIM_COMPLETE": "bash_complete", "COMP_WORDS": words}
    done = in_a_process(**place, COMP_CWORD=str(len(words.split()) - 1))
    assert wanted in done.stdout.replace(",", "\n").split()


def test_check_says_what_was_understood(akuttsim: Runs) -> None:
    code, out, err = akuttsim("check", str(small.TODAY))
    assert (code, err) == (0, "")
    assert "15 610 people in 3 municipalities and 6 places" in out
    assert "lvs (116117)" in out and "Island" in out


@pytest.mark.parametrize("name", ["namdal", "namdal-satellites", "01-first-look"])
def test_check_of_shipped_files_from_an_empty_folder(akuttsim: Runs, name: str) -> None:
    code, out, err = akuttsim("check", name)
    assert (code, err) == (0, "")
    assert "Region namdal" in out
    assert list(Path().iterdir()) == [], "nothing is written"


BAD = {
    "empty.yaml": b"",
    "binary.yaml": bytes(range(256)) * 4,
    "list.yaml": b"- a\n- b\n",
    "broken.yaml": b"organisation: [a\n",
    "double.yaml": b"organisation: a\norganisation: b\n",
    "bomb.yaml": b"organisation: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "kind.yaml": b"a: 1\n",
    "unknown.yaml": b"extends: namdal-today\norganisation: x\nclinicz: {}\n",
    "overlay.yaml": b"extends: nowhere\norganisation: x\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line_an_error_and_exit_code_2(akuttsim: Runs, name: str) -> None:
    Path(name).write_bytes(BAD[name])
    code, out, err = akuttsim("check", name)
    lines = err.splitlines()
    assert code == 2 and not out
    assert lines and "Traceback" not in err
    assert all(line.startswith(name) or "nowhere" in line for line in lines), lines


def test_all_errors_of_all_files_at_once(akuttsim: Runs) -> None:
    Path("a.yaml").write_bytes(b"a: 1\n")
    code, _, err = akuttsim("check", "a.yaml", "no-such-file", str(small.TODAY), "namdal-todai")
    lines = err.splitlines()
    assert code == 2 and len(lines) == 3
    assert any("namdal-today" in line for line in lines if line.startswith("namdal-todai"))


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("clinicz.a=1", "clinics"),
        ("home_visits.max_drive_min.value=-1", "home_visits.max_drive_min.value"),
        ("home_visits.max_drive_min.valu=1", "valu"),
        ("home_visits", "KEY=VALUE"),
        ("control_rooms.lvs.operators.always.hours=08:00-20:00", "nobody answers 116117"),
    ],
)
def test_a_bad_setting_is_told(akuttsim: Runs, setting: str, told: str) -> None:
    code, out, err = akuttsim("run", str(small.TODAY), "--set", setting)
    assert code == 2 and not out
    assert told in err and "Traceback" not in err
    assert not Path("results").exists()


def test_run_with_settings_keeps_what_was_run(akuttsim: Runs) -> None:
    setting = "home_visits.max_drive_min.value=5"
    arguments = ("run", str(small.TODAY), "--weeks", "1", "--replications", "2", "--seed", "3")
    code, out, err = akuttsim(*arguments, "--set", setting, "--workers", "1")
    assert (code, err) == (0, "")
    assert "116117 answered within 2 minutes" in out and "Results: results/small-today" in out
    manifest = read_results(Path("results/small-today")).manifest
    kept = manifest.organisations["small-today"]["home_visits"]["max_drive_min"]["value"]
    assert (kept, manifest.seed, manifest.replications, manifest.weeks) == (5, 3, 2, 1)


@pytest.mark.usefixtures("undrawn")
def test_sweep_stops_at_a_used_folder_and_goes_on_with_resume(
    akuttsim: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from akuttsim.cli import study_runs

    answers: list[Path] = []
    monkeypatch.setattr(study_runs, "print_answer", lambda folder, lang: answers.append(folder))
    arguments = ("sweep", str(small.EXPERIMENT), "--out", "out", "--workers", "1")
    assert akuttsim(*arguments)[0] == 0
    table = Path("out/summary.csv").read_bytes()
    code, out, err = akuttsim(*arguments)
    assert (code, out) == (2, "") and "--resume" in err and len(err.splitlines()) == 1
    removed = next(Path("out/runs/plain/small-today").glob("*.parquet"))
    removed.unlink()
    code, out, _ = akuttsim(*arguments, "--resume", "--json")
    figures = json.loads(out)["figures"]
    assert code == 0 and all(each["unit"] for each in figures)
    assert {each["of"] for each in figures if "against" in each} == {"small-satellite"}
    assert removed.exists() and Path("out/summary.csv").read_bytes() == table
    assert answers == [Path("out")] * 2


@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_report_of_no_results(akuttsim: Runs, kind: str) -> None:
    if kind == "empty":
        Path(kind).mkdir()
    elif kind == "file":
        Path(kind).write_text("")
    code, out, err = akuttsim("report", kind)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1 and "give one that run, sweep or demo has made" in err


def test_ctrl_c_says_how_to_go_on(akuttsim: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    from akuttsim.experiments.run_files import RunFiles

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(RunFiles, "keep", stop)
    code, _, err = akuttsim("sweep", str(small.EXPERIMENT), "--out", "out", "--workers", "1")
    assert code == 130 and "--resume" in err and "Traceback" not in err


def test_a_full_disk_is_told(akuttsim: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    from akuttsim.experiments.results import ResultsFolder

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "out/runs/x")

    monkeypatch.setattr(ResultsFolder, "keep", full)
    code, _, err = akuttsim("sweep", str(small.EXPERIMENT), "--out", "out", "--workers", "1")
    assert code == 3 and "No space left" in err and len(err.splitlines()) == 2
    assert "Finished runs are kept. Make room first. Go on with:" in err and "--resume" in err


@pytest.mark.parametrize(
    ("path", "told"),
    [("out/.report.html.unfinished-20499", "report.html in out"), ("x/y.csv", "y.csv in x"),
     (".fjord.unfinished", "fjord in ."), ("file", "file in .")],
)  # fmt: skip
def test_a_folder_that_may_not_be_written_is_told_by_the_names_asked_for(
    akuttsim: Runs, monkeypatch: pytest.MonkeyPatch, path: str, told: str
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr("akuttsim.regionbuilder.region_folder.write_folder", refused)
    assert akuttsim("region", "new", "fjord") == (
        3,
        "",
        f"Cannot write {told}: Permission denied\n",
    )


def test_a_sweep_that_may_not_write_says_so_and_not_that_there_is_no_room(
    akuttsim: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from akuttsim.experiments.results import ResultsFolder

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "out/runs/x")

    monkeypatch.setattr(ResultsFolder, "keep", refused)
    code, _, err = akuttsim("sweep", str(small.EXPERIMENT), "--out", "out", "--workers", "1")
    assert code == 3 and "Make the folder writable first. Go on with:" in err
    assert err.endswith("Cannot write x in out/runs: Permission denied\n")


def test_an_error_of_ours_is_not_hidden(akuttsim: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect shows its traceback: only what the user can mend becomes a line."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(click.Group, "invoke", broken)
    with pytest.raises(ZeroDivisionError):
        akuttsim("check", "namdal")


def test_a_closed_pipe_ends_quietly() -> None:
    code = "from akuttsim.cli import main; main()"
    command = f"{sys.executable} -c '{code}' check namdal-today namdal-satellites | head -1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0 and done.stderr == ""


def test_no_progress_bar_where_there_is_no_terminal() -> None:
    done = in_a_process("check", str(small.TODAY))
    assert done.returncode == 0 and done.stderr == ""


WORLDS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "LANG": "nb_NO"},
)


def test_hash_seed_time_zone_and_locale_change_nothing() -> None:
    """The same sweep in two processes with other surroundings: the same bytes."""
    tables = []
    for number, surroundings in enumerate(WORLDS):
        arguments = ("sweep", str(small.QUIET_EXPERIMENT), "--no-report")
        done = in_a_process(*arguments, "--workers", "1", "--out", f"out-{number}", **surroundings)
        assert done.returncode == 0, done.stderr
        names = ("indicators.parquet", "summary.csv", "indicators.csv", "differences.csv")
        tables.append([(Path(f"out-{number}") / name).read_bytes() for name in names])
    assert tables[0] == tables[1]


def test_compare_refuses_with_a_line_for_each_reason(akuttsim: Runs) -> None:
    code, out, err = akuttsim("compare", "one", "two", "--out", "new")
    assert code == 2 and out == "" and not Path("new").exists()
    assert [line.partition(":")[0] for line in err.splitlines()] == ["one", "two"]
    code, _, err = akuttsim("compare", "one")
    assert code == 2 and "name two results folders" in err


@pytest.mark.usefixtures("undrawn")
def test_compare_prints_the_answer_and_writes_the_report(akuttsim: Runs) -> None:
    text = small.EXPERIMENT.read_text("utf-8").replace("replications: 4", "replications: 2")
    for each in small.DATA.iterdir():
        Path(each.name).symlink_to(each)
    for name in ("small-today", "small-satellite"):
        alone = text.replace("[small-today, small-satellite]", f"[{name}]")
        Path(f"{name}-alone.yaml").write_text(alone, "utf-8")
        code, _, err = akuttsim(
            "sweep", f"{name}-alone.yaml", "--out", f"in-{name}", "--workers", "1"
        )
        assert code == 0, err
    code, out, err = akuttsim("compare", "in-small-today", "in-small-satellite", "--out", "new")
    assert code == 0, err
    assert "Satellite against Today, before → after" in " ".join(out.split())
    assert Path("new/report.html").exists()
    assert read_results(Path("new")).manifest.base == "small-today"


def test_a_console_that_lacks_a_letter_shows_a_question_mark() -> None:
    code = "from akuttsim.cli import main; main()"
    env = {**os.environ, "PYTHONIOENCODING": "cp437"}
    command = [sys.executable, "-c", code, "--help", "--lang", "nb"]
    done = subprocess.run(command, capture_output=True, env=env, timeout=60)
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    assert "måter å organisere".encode("cp437") in done.stdout  # å is there, ø is not
    assert b"Kj?r" in done.stdout


def test_hints_are_quoted_as_the_system_s_shell_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["akuttsim", "sweep", "my study.yaml"]
    assert terminal.shell_words(words) == "akuttsim sweep 'my study.yaml'"
    monkeypatch.setattr("os.name", "nt")
    assert terminal.shell_words(words) == 'akuttsim sweep "my study.yaml"'
