"""A page of the small district in a real Chromium, where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from akuttsim.experiments.results import read_results
from akuttsim.experiments.runner import run_study
from akuttsim.experiments.study import study_of_experiment
from akuttsim.municipality_borders import Border
from akuttsim.report.exporters.html_page import write_report
from tests.small import EXPERIMENT, region

BAD_NAME = "<script>document.title='run'</script>"
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"
BORDER = Border("Upper", (((11.5, 64.1), (12.5, 64.1), (12.5, 64.4), (11.5, 64.4)),))


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a study of the small district, with a bad name and a border."""
    study = replace(study_of_experiment(str(EXPERIMENT)), replications=2)
    study = replace(study, region=region({"places": {"upper": {"name": BAD_NAME}}}))
    folder = tmp_path_factory.mktemp("browser") / "results"
    run_study(study, folder)
    write_report(read_results(folder), "en", folder / "report.html", [BORDER])
    return folder / "report.html"


class Opened:
    """A page with what it complained of and what it asked for outside."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type != "log" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith(("file:", "data:")):
            self.asked.append(url)

    def choose(self, name: str, value: str) -> None:
        """Choose in a list of the map."""
        self.page.select_option(f'[data-choose="{name}"]', value)

    def ink(self, canvas: str) -> str:
        """Return what a canvas shows, as text that differs where the picture does."""
        found: str = self.page.eval_on_selector(canvas, "each => each.toDataURL()")
        return found


@pytest.fixture
def opened(chromium: Any, report: Path) -> Iterator[Callable[..., Opened]]:
    """Return what opens the report in a window of a size, with its folds or without them."""
    pages = []

    def open_in(
        width: int = 1100,
        height: int = 900,
        motion: str = "no-preference",
        unfolded: bool = True,
    ) -> Opened:
        page = chromium.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(reduced_motion=motion)
        found = Opened(page)
        page.goto(report.as_uri())
        page.wait_for_function("document.documentElement.dataset.live === 'ready'", timeout=10_000)
        if unfolded:
            page.evaluate(UNFOLD)
        return found

    yield open_in
    for page in pages:
        page.close()
