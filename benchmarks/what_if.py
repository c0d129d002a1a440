"""What the what-if page costs from its start to the first numbers, in process seconds.

The page is started as a planner starts it, in a process of its own, and asked over HTTP as the
browser asks. Everything that its processes spend is counted: server, workers, and what starts them.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

BASE = "namdal-today"
ROSTER = "control_rooms.legevaktsentral-namdal.operators"
NIGHT = (*range(8), 23)
PAIRS = 3
IDLE_S = 1.0
"""After so long without work by any process the page is idle."""

TICK_S = 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01


@dataclass
class ServedPage:
    """A page that was started, and how a browser asks it.

    Attributes:
        process: The command.
        port: Where it is served.
        cookie: What opens it.
    """

    process: subprocess.Popen[str]
    port: int
    cookie: str = ""

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask as the page does; JSON comes back as values, a page as text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}",
                   "Content-Type": "application/json"}  # fmt: skip
        content = None if method == "GET" else json.dumps(body or {})
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.getheader("set-cookie"):
            self.cookie = str(answer.getheader("set-cookie")).partition(";")[0]
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
        kind = answer.getheader("content-type", "")
        return json.loads(text) if "json" in kind else text

    def seconds(self) -> float:
        """Return the process seconds of the command and of all that it has started."""
        tree, found = [self.process.pid], 0.0
        parents = _parents()
        for pid in tree:
            tree += [child for child, parent in parents.items() if parent == pid]
            found += _spent(pid)
        return found

    def rest(self) -> float:
        """Wait until no process works, and return the process seconds until then."""
        spent = -1.0
        while (now := self.seconds()) - spent > 0.02:
            spent = now
            time.sleep(IDLE_S)
        return now


def _parents() -> dict[int, int]:
    return {
        int(path.parent.name): int(fields[1])
        for path in Path("/proc").glob("[0-9]*/stat")
        if (fields := _stat(path))
    }


def _stat(path: Path) -> list[str]:
    """Return what the system tells of a process behind its name; nothing of one that is gone."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _spent(pid: int) -> float:
    """Return the seconds of a process and of its children that have ended."""
    return sum(map(int, _stat(Path(f"/proc/{pid}/stat"))[11:15])) * TICK_S


@contextmanager
def served_page(folder: str) -> Iterator[ServedPage]:
    """Start the page of a folder, and stop it afterwards."""
    command = [sys.executable, "-m", "akuttsim", "app", folder, "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = re.search(r"127\.0\.0\.1:(\d+)(\S+)", process.stdout.readline())
        assert address is not None
        page = ServedPage(process, int(address[1]))
        page.ask("GET", address[2])
        yield page
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def steps() -> dict[str, float]:
    """Return the process seconds of each step of a planner's first question."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, served_page(folder) as page:
        page.ask("GET", "/")
        found["start to the first page"] = page.seconds()
        draft = page.ask("POST", "/api/drafts", {"organisation": BASE})["id"]
        page.ask("GET", f"/q/{draft}")
        path = f"/api/drafts/{draft}"
        for part in ("map", "reach?what=care&hour=mon-20", "estimates"):
            page.ask("GET", f"{path}/{part}")
        before = found["start to the first page"]
        found["question opened, until it rests"] = page.rest() - before
        began = page.seconds()
        week = _week_with_one_more(page.ask("GET", path))
        page.ask("POST", f"{path}/changes", {"set": {ROSTER: {"week": week}}})
        found["a change to a checked state"] = page.seconds() - began
        page.ask("GET", f"{path}/map")
        page.ask("GET", f"{path}/reach?what=care&hour=mon-20")
        page.ask("GET", f"{path}/estimates")
        began = page.seconds()
        page.ask("POST", f"{path}/run", {"replications": 12})
        for pairs, name in ((1, "first numbers"), (PAIRS, f"{PAIRS} pairs")):
            _wait_for(page, path, pairs)
            found[name] = page.seconds() - began
        page.ask("POST", f"{path}/stop")
    return found


def _week_with_one_more(state: Any) -> list[list[int]]:
    """Return the week of the 116117 room with one more at night."""
    fields = (field for group in state["form"]["groups"] for unit in group["units"]
              for field in unit["fields"])  # fmt: skip
    week = next(field["value"]["week"] for field in fields if field["key"] == ROSTER)
    return [[n + (hour in NIGHT) for hour, n in enumerate(day)] for day in week]


def _wait_for(page: ServedPage, path: str, pairs: int) -> None:
    """Listen until so many pairs of runs are finished."""
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=120)
    connection.request("GET", f"{path}/events", headers={"Cookie": page.cookie})
    answer = connection.getresponse()
    while line := answer.readline().decode():
        if line.startswith("data: "):
            study = json.loads(line.removeprefix("data: "))
            if study["done"] >= pairs:
                break
            if study["state"] in ("failed", "done"):
                raise RuntimeError(study["message"])
    connection.close()


def bare_run() -> float:
    """Return the process seconds of one run on the command line, of which nothing is kept."""
    command = [sys.executable, "-m", "akuttsim", "run", BASE, "--only", f"plain/{BASE}/0"]
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def what_if(rounds: int) -> None:
    """Print what each step of a planner's first question costs, beside a bare run, turn by turn."""
    bare: list[float] = []
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        bare.append(bare_run())
        for name, spent in steps().items():
            found.setdefault(name, []).append(spent)
    print(f"\nA bare run of {BASE}, four weeks: {min(bare):.1f} process seconds")
    print("\n| what-if page | process seconds | ratio to a bare run |\n|---|---|---|")
    for name, each in found.items():
        ratio = median(one / other for one, other in zip(each, bare, strict=True))
        print(f"| {name} | {min(each):.2f} | {ratio:.2f} |")
