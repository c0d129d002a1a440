"""The what-if page served to a real Chromium, on a folder of its own and with short studies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from akuttsim.app import drafts as app_drafts
from akuttsim.app.draft_pages import draft_routes
from akuttsim.app.drafts import Bases, Drafts
from akuttsim.app.guard import Door
from akuttsim.app.live_study import Studies
from akuttsim.app.server import AppSettings, Workshop, create_app, listen, serve
from akuttsim.cli.what_if import results_writers
from tests.nightly import by_night

READY_MS = 45_000


class Served:
    """A served folder, and a page of a browser that looks at it.

    Attributes:
        folder: The folder.
        page: The page.
        complaints: What the console said.
        outside: What was asked of anybody else.
    """

    def __init__(self, folder: Path, door: Door, page: Any) -> None:
        self.folder, self.door, self.page = folder, door, page
        self.complaints: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        page.set_default_timeout(READY_MS)

    def _asked(self, url: str) -> None:
        if not url.startswith((f"http://127.0.0.1:{self.door.port}/", "data:", "blob:")):
            self.outside.append(url)

    def open(self, path: str = "/") -> None:
        """Go to a path of the page, with the token the first time, and wait until it is ready."""
        self.page.goto(self.door.address() if path == "/" else self.address(path))
        self.ready()

    def address(self, path: str) -> str:
        """Return the address of a path of the page, without the token."""
        return f"http://127.0.0.1:{self.door.port}{path}"

    def ready(self) -> None:
        """Wait until the page's modules have begun."""
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")

    def begin(self, organisation: str = "namdal-today") -> None:
        """Begin a question from a shipped organisation, as by a click on the start page."""
        self.open()
        chosen = self.page.locator(f"select:has(option[value={organisation}])").first
        chosen.select_option(organisation)
        name = chosen.get_attribute("id")
        self.page.click(f"[data-from={name}]")
        self.page.wait_for_url("**/q/**")
        self.ready()

    def group(self, name: str) -> Any:
        """Return a group of the form, opened."""
        group = self.page.locator(f"[data-group={name}]")
        if group.get_attribute("open") is None:
            group.locator("> summary").click()
        return group

    def changed(self) -> list[str]:
        """Wait until something is changed, and return the sentences that say what."""
        self.page.wait_for_selector(".changes li")
        told: list[str] = self.page.locator(".changes b").all_inner_texts()
        return told


@pytest.fixture(scope="session")
def served_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Door]]:
    """A folder with the page on it, its studies one week long by day."""
    folder = tmp_path_factory.mktemp("asked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_drafts, "WEEKS", by_night(1, 4))
        listening = listen(0)
        door = Door(listening.getsockname()[1])
        drafts = Drafts(folder, Bases(folder))
        studies = Studies(drafts, 1, results_writers())
        app = create_app(
            AppSettings(folder, door, "nb"), lambda: Workshop(drafts, studies, draft_routes)
        )
        threading.Thread(target=serve, args=(app, listening), daemon=True).start()
        yield folder, door
        studies.close()


@pytest.fixture
def served(chromium: Any, served_folder: tuple[Path, Door]) -> Iterator[Served]:
    """A page of the served folder; it must say nothing in the console and ask nobody outside."""
    chromium.set_offline(False)
    chromium.clear_cookies(name="akuttsim-lang")  # what another test chose to read
    page = chromium.new_page()
    page.set_viewport_size({"width": 1366, "height": 900})
    found = Served(*served_folder, page)
    yield found
    stop = page.locator("#stop:enabled")
    if stop.count():  # the next question need not wait for the rest of this one's runs
        stop.click()
    page.close()
    chromium.set_offline(True)
    assert (found.complaints, found.outside) == ([], [])
