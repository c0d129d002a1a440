"""Write what the commands of the tutorials print into them: `python docs/tutorials.py`."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner

from akuttsim.cli import app

DOCS = Path(__file__).parent
TUTORIALS = {"en": DOCS / "tutorial.md", "nb": DOCS / "nb" / "tutorial.md"}
"""The tutorial in each language."""

BLOCK = re.compile(r"^```(\w+)\n(.*?)```\n", re.DOTALL | re.MULTILINE)


def with_output(page: str, lang: str, folder: Path) -> str:
    """Return a tutorial with what its commands print now.

    Args:
        page: Its text: a `sh` block is run, a `yaml` block is saved under the name in its first
            line, and a `text` block is what the command above it prints.
        lang: The language that the commands speak.
        folder: An empty folder, as its reader works in.

    Raises:
        RuntimeError: A command fails.
    """
    printed = ""

    def block(found: re.Match[str]) -> str:
        nonlocal printed
        kind, text = found.groups()
        if kind == "sh":
            printed = "".join(_run(line, {"AKUTTSIM_LANG": lang}) for line in text.splitlines())
        elif kind == "yaml":
            name = text.partition("\n")[0].removeprefix("# ")
            Path(name).write_text(text, "utf-8")
        return f"```text\n{printed}```\n" if kind == "text" else found.group()

    with chdir(folder):
        return BLOCK.sub(block, page)


def _run(line: str, spoken: Mapping[str, str]) -> str:
    """Return what a command prints. Raises RuntimeError where it fails."""
    program, *words = shlex.split(line)
    ended = CliRunner().invoke(app, words, prog_name=program, env={"CI": "true", **spoken})
    if ended.exit_code:
        raise RuntimeError(f"{line}: {ended.output}")
    return ended.stdout


def commands(page: str) -> list[str]:
    """Return the commands of a tutorial, without titles and reasons in its own language."""
    lines = "".join(text for kind, text in BLOCK.findall(page) if kind == "sh").splitlines()
    return [re.sub(r'"[^"]*"', '""', line) for line in lines]


if __name__ == "__main__":
    for lang, path in TUTORIALS.items():
        with tempfile.TemporaryDirectory() as folder:
            text = with_output(path.read_text("utf-8"), lang, Path(folder))
        path.write_text(text, "utf-8")
