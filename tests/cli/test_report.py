"""akuttsim report and figures as a user meets them, on finished results and on stopped ones."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from akuttsim.cli import report
from akuttsim.experiments.run_files import RunFiles
from akuttsim.experiments.runner import run_study
from akuttsim.experiments.study import study_of_experiment
from akuttsim.report.exporters.pdf import CHOICE
from tests import small
from tests.cli.conftest import Runs


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "results"
    study = replace(study_of_experiment(str(small.EXPERIMENT)), replications=2)
    run_study(study, folder)
    return folder


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep stopped by Ctrl-C as it was about to keep its fourth run."""
    folder = tmp_path_factory.mktemp("stopped") / "results"
    keep, kept = RunFiles.keep, []

    def keeps(self: RunFiles, *args: object) -> None:
        if len(kept) == 3:
            raise KeyboardInterrupt
        keep(self, *args)  # type: ignore[arg-type]
        kept.append(1)

    study = replace(study_of_experiment(str(small.EXPERIMENT)), replications=2)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(RunFiles, "keep", keeps)
        run_study(study, folder)
    return folder


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("form", "lang", "made"),
    [("html", "nb", "report.html"), ("xlsx", "nb", "report.xlsx"), ("xlsx", "en", "report-en.xlsx"),
     ("csv", "nb", "report-csv"), ("csv", "en", "report-en-csv")],
)  # fmt: skip
def test_each_form_is_made_where_it_is_said(
    akuttsim: Runs, finished: Path, form: str, lang: str, made: str
) -> None:
    code, out, err = akuttsim("report", str(finished), "--format", form, "--lang", lang)
    assert (code, err) == (0, "")
    said = {"nb": "Rapport", "en": "Report"}[lang]
    assert out == f"{said}: {finished / made}\n" and (finished / made).exists()


@pytest.mark.usefixtures("undrawn")
def test_without_a_browser_a_pdf_is_one_line_and_exit_code_2(
    akuttsim: Runs, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CHOICE, "not-there")
    code, out, err = akuttsim("report", str(finished), "--format", "pdf-page")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1 and "install Chromium" in err and CHOICE in err


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("form", ["html", "xlsx", "csv"])
def test_a_stopped_sweep_is_told_with_a_warning(akuttsim: Runs, stopped: Path, form: str) -> None:
    code, out, err = akuttsim("report", str(stopped), "--format", form, "--lang", "en")
    assert code == 0 and out.startswith("Report: ")
    assert err.startswith("! This study is not finished: 3 of 4 runs") and "--resume" in err
    if form == "html":
        assert "3 of 4 runs" in (stopped / "report-en.html").read_text("utf-8")


def test_figures_of_a_stopped_sweep(akuttsim: Runs, stopped: Path) -> None:
    code, out, err = akuttsim("figures", str(stopped), "--out", str(stopped / "f"), "--lang", "en")
    assert code == 0 and "3 of 4 runs" in err
    assert "index.md" in out and (stopped / "f" / "answering.png").is_file()
    assert "3 of 4 runs" in (stopped / "f" / "index.md").read_text("utf-8")


@pytest.mark.parametrize("command", ["report", "figures"])
def test_no_results_are_one_line(akuttsim: Runs, tmp_path: Path, command: str) -> None:
    code, out, err = akuttsim(command, str(tmp_path / "nowhere"))
    assert (code, out) == (2, "") and len(err.splitlines()) == 1
    assert not (tmp_path / "nowhere").exists()


def test_it_is_opened_only_before_a_screen(
    akuttsim: Runs, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(report.webbrowser, "open", lambda uri: opened.append(uri) or True)
    monkeypatch.setenv("CI", "true")
    _, out, _ = akuttsim("report", str(finished), "--format", "csv", "--open")
    assert not opened and str((finished / "report-csv").resolve()) in out.splitlines()[1]
    monkeypatch.delenv("CI")
    monkeypatch.setenv("DISPLAY", ":0")
    _, out, _ = akuttsim("report", str(finished), "--format", "csv", "--open")
    assert opened == [(finished / "report-csv").resolve().as_uri()]
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize(
    ("environment", "platform", "has"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "CI": "1"}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"CI": "1"}, "win32", False),
    ],
)
def test_who_has_a_screen(environment: dict[str, str], platform: str, has: bool) -> None:
    assert report.has_screen(environment, platform) is has


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("form", ["html", "xlsx", "csv"])
def test_a_report_goes_where_it_is_asked_for(
    akuttsim: Runs, finished: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "elsewhere" / f"mine.{form}"
    code, said, _ = akuttsim("report", str(finished), "--format", form, "--out", str(out))
    assert (code, said) == (0, f"Report: {out}\n")
    assert out.is_dir() if form == "csv" else out.stat().st_size > 1000
    if form != "csv":
        code, _, err = akuttsim("report", str(finished), "--format", form, "--out", str(tmp_path))
        assert code == 2 and "is a folder; give a file in it" in err


def test_results_that_may_not_be_written_are_reported_elsewhere(
    akuttsim: Runs, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(results: object, lang: str, out: Path, borders: object) -> None:
        path = out.with_name(f".{out.name}.unfinished-1")
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("akuttsim.report.exporters.html_page.write_report", refused)
    assert akuttsim("report", str(finished)) == (
        3,
        "",
        "Write it elsewhere: --out report.html\n"
        f"Cannot write report.html in {finished}: Permission denied\n",
    )
