"""A what-if page on a socket of its own, for tests that ask it as a browser or an attacker does."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from akuttsim.app.draft_pages import draft_routes
from akuttsim.app.drafts import Bases, Drafts
from akuttsim.app.guard import Door
from akuttsim.app.live_study import Studies
from akuttsim.app.server import AppSettings, Workshop, config_of, create_app, listen


@dataclass
class Page:
    """A page that is served.

    Attributes:
        port: Its port on 127.0.0.1.
        door: What opens it.
        studies: What runs its studies.
    """

    port: int
    door: Door
    studies: Studies

    @property
    def cookie(self) -> str:
        return f"{self.door.cookie}={self.door.session}"

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> tuple[int, Any, dict[str, str]]:
        """Ask as the page does; `headers` go before those, "" leaves one out."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        given = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie}
        if method != "GET":
            given |= {"Origin": f"http://127.0.0.1:{self.port}",
                      "Content-Type": "application/json",
                      "Content-Length": str(len(content))}  # fmt: skip
        given |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                if value:
                    connection.putheader(name, value)
            connection.endheaders(content if method != "GET" else None)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        told = {name.lower(): value for name, value in answer.getheaders()}
        is_json = told.get("content-type", "").startswith("application/json")
        return answer.status, json.loads(text) if is_json else text, told


@contextmanager
def open_page(folder: Path, read_only: bool = False) -> Iterator[Page]:
    """Serve the page of a folder in a thread of this process."""
    listening = listen(0)
    door = Door(listening.getsockname()[1], read_only)
    drafts = Drafts(folder, Bases(folder))
    studies = Studies(drafts, 1, {})
    server = uvicorn.Server(
        config_of(
            create_app(
                AppSettings(folder, door, "en"), lambda: Workshop(drafts, studies, draft_routes)
            )
        )
    )
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    try:
        yield Page(door.port, door, studies)
    finally:
        studies.close()
        server.should_exit = True
        thread.join(10)
        listening.close()
