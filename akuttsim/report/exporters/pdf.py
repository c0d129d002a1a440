"""The page as PDF, printed by a browser that is installed already and asks nothing of a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from akuttsim.errors import InputError, Problem
from akuttsim.experiments.files import write_whole
from akuttsim.texts import message

LONGEST_S = 180
"""How long a browser may take before it is stopped."""

CHOICE = "AKUTTSIM_BROWSER"
"""The environment variable that names the browser to print with."""

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
)
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Brave Browser.app/Contents/MacOS/Brave Browser",
)
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
)
_WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--virtual-time-budget=15000",
)
"""No name is looked up, so that nothing can be asked of a network."""


def write_pdf(html: str, out: Path, browser: Path | None = None) -> None:
    """Print a page as PDF with a browser.

    The browser is given no network, and is stopped after `LONGEST_S` seconds.

    Args:
        html: The page, which needs no other file.
        out: The file.
        browser: The browser's program; None for the first that is found.

    Raises:
        InputError: There is no browser, or it fails.
        OSError: `out` cannot be written.
    """
    used = browser or find_browser(os.environ, sys.platform)
    if used is None:
        what = message("files.pdf.no_browser", choice=CHOICE)
        raise InputError([Problem("", 0, "--format pdf-page", what)])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        write_whole(out, _print_pdf(html, Path(folder), used))


def _print_pdf(html: str, folder: Path, browser: Path) -> bytes:
    """Return the PDF that a browser makes of a page within a folder of its own."""
    page, pdf = folder / "page.html", folder / "page.pdf"
    page.write_bytes(html.encode("utf-8"))
    flags = (*_FLAGS, *_sandbox(), f"--user-data-dir={folder / 'profile'}")
    command = [str(browser), *flags, f"--print-to-pdf={pdf}", page.as_uri()]
    try:
        subprocess.run(command, capture_output=True, timeout=LONGEST_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _pdf_error(browser, error) from None
    if not pdf.is_file() or not pdf.read_bytes().startswith(b"%PDF"):
        raise _pdf_error(browser, None)
    return pdf.read_bytes()


def _pdf_error(browser: Path, error: Exception | None) -> InputError:
    why = f" ({' '.join(str(error).split())[:200]})" if error else ""
    what = message("files.pdf.no_pdf", browser=browser, why=why, choice=CHOICE)
    return InputError([Problem("", 0, "--format pdf-page", what)])


def _sandbox() -> tuple[str, ...]:
    """Return the flag without which Chromium refuses to be run by root, as in a container."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ("--no-sandbox",) if is_root else ()


def find_browser(environment: Mapping[str, str], platform: str) -> Path | None:
    """Return the browser that the user names, or the first found where such are installed.

    Args:
        environment: Environment variables; `AKUTTSIM_BROWSER` names a browser.
        platform: The system as Python calls it: linux, darwin or win32.

    Returns:
        Its program; None where there is none, or the one that is named does not exist.
    """
    named = environment.get(CHOICE)
    if named:
        path = shutil.which(named, path=environment.get("PATH"))
        return Path(path) if path else None
    return next(
        (
            candidate
            for candidate in _browser_candidates(environment, platform)
            if candidate.is_file()
        ),
        None,
    )


def _browser_candidates(environment: Mapping[str, str], platform: str) -> Iterator[Path]:
    for name in _NAMES:
        path = shutil.which(name, path=environment.get("PATH"))
        if path:
            yield Path(path)
    if platform == "darwin":
        home = environment.get("HOME", "")
        yield from (Path(f"{root}/Applications/{app}") for root in ("", home) for app in _MAC)
    if platform == "win32":
        roots = [environment[name] for name in _WINDOWS_ROOTS if name in environment]
        yield from (Path(root) / program for root in roots for program in _WINDOWS)
