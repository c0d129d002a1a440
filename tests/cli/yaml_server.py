"""The YAML server that editors run, asked what it says of a file: diagnostics and hovers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

PLACES = [Path(os.environ.get("AKUTTSIM_NODE", "")), Path(__file__).parents[2] / ".ci" / "node"]
"""Below which of these `npm install --prefix .ci/node yaml-language-server` puts it."""


def server_command() -> list[str] | None:
    """Return how to start the server; None where it is not installed."""
    node = shutil.which("node")
    scripts = (
        place / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
        for place in PLACES
    )
    script = next((each for each in scripts if each.is_file()), None)
    return [node, str(script), "--stdio"] if node and script else None


class YamlServer:
    """A running server."""

    def __init__(self, out: BinaryIO, into: BinaryIO) -> None:
        self.out, self.into, self.number = out, into, 0

    def send(self, method: str, params: Any, is_request: bool = True) -> int:
        self.number += is_request
        about = {"id": self.number} if is_request else {}
        self._write({"jsonrpc": "2.0", "method": method, "params": params, **about})
        return self.number

    def _write(self, content: Any) -> None:
        text = json.dumps(content).encode()
        self.into.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.into.flush()

    def messages(self) -> Iterator[Any]:
        """Yield what the server says; what it asks is answered with nothing."""
        while True:
            length = 0
            while (line := self.out.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            content = json.loads(self.out.read(length))
            if "method" in content and "id" in content:
                asked = content["params"].get("items", []) if content["params"] else []
                result = [{} for _ in asked] or None
                self._write({"jsonrpc": "2.0", "id": content["id"], "result": result})
            else:
                yield content

    def answer(self, method: str, params: Any) -> Any:
        number = self.send(method, params)
        return next(each["result"] for each in self.messages() if each.get("id") == number)

    def opened(self, path: Path) -> list[str]:
        """Open a file and return what is wrong in it: line and message."""
        uri = path.resolve().as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": path.read_text("utf-8")}
        self.send("textDocument/didOpen", {"textDocument": document}, is_request=False)
        found = next(
            each["params"]["diagnostics"]
            for each in self.messages()
            if each.get("method") == "textDocument/publishDiagnostics"
            and each["params"]["uri"] == uri
        )
        return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in found]

    def at(self, method: str, path: Path, line: int, character: int) -> Any:
        """Ask for the hover or the completion at a place, counted from 0."""
        place = {"line": line, "character": character}
        document = {"uri": path.resolve().as_uri()}
        return self.answer(f"textDocument/{method}", {"textDocument": document, "position": place})


@contextmanager
def yaml_server(folder: Path) -> Iterator[YamlServer]:
    """Run the server with a folder as its workspace; it fetches nothing."""
    command = server_command()
    assert command is not None
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdin is not None
    server = YamlServer(process.stdout, process.stdin)
    try:
        root = folder.resolve().as_uri()
        server.answer("initialize", {"processId": None, "rootUri": root, "capabilities": {}})
        server.send("initialized", {}, is_request=False)
        settings = {"yaml": {"validate": True, "hover": True, "schemaStore": {"enable": False}}}
        server.send("workspace/didChangeConfiguration", {"settings": settings}, False)
        yield server
    finally:
        process.kill()
        process.wait()
