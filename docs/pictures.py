"""Make the pictures of the report that README shows: python docs/pictures.py [REPORT].

REPORT is a page in English; without one, that of results/demo (`akuttsim demo`). Needs the test
extra and a Chromium (Debian's package, or the browser that AKUTTSIM_BROWSER names).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WIDTH = 1040
SHOWN = {
    "answer-curve": "#figure-answering-hour",
    "map": "section.live >> nth=0",
    "replay": "section.live >> nth=1",
}
"""The pictures by name, and the part of the page that each shows."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main(report: Path, folder: Path) -> None:
    """Write each picture into the folder."""
    browser = os.environ.get("AKUTTSIM_BROWSER") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            profile,
            executable_path=browser,
            args=FLAGS,
            offline=True,
            viewport={"width": WIDTH, "height": 900},
        )
        page = context.pages[0]
        page.goto(report.resolve().as_uri(), timeout=120_000)
        page.wait_for_timeout(2000)
        for name, part in SHOWN.items():
            shoot(page, part, folder / f"{name}.png")
        context.close()


def shoot(page: Page, part: str, path: Path) -> None:
    """Write one part of the page as a picture."""
    box = page.locator(part).first.bounding_box()
    assert box is not None, f"the page has no {part}"
    scrolled = page.evaluate("window.scrollY")
    clip = {**box, "y": box["y"] + scrolled}
    page.screenshot(path=path, clip=clip, full_page=True, timeout=120_000)
    print(path)


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("results/demo/report-en.html")
    main(given, Path(__file__).parent / "pictures")
