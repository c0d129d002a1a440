"""Write the pages of the site that come from the code, and copies of those of the root.

Keys of files, indicators and commands, in both languages. They go into `docs/reference`, which is
not checked in; `docs/conf.py` has them written before each build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import click
from click.testing import CliRunner

from akuttsim.cli import COMMANDS, app
from akuttsim.config.json_schema import UNIT, keys_of_schema
from akuttsim.experiments.file_schemas import file_schema
from akuttsim.indicators.registry import INDICATORS
from akuttsim.report.context import Catalogue, translated_definitions
from akuttsim.texts import Lang

DOCS = Path(__file__).parent
ROOT_PAGES = ("ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "GLOSSARY", "SECURITY")
KINDS = ("organisation", "region", "experiment", "calibration", "log-format")


@dataclass(frozen=True)
class PageWords:
    """What a generated page says around what it lists, in one language."""

    keys: str
    keys_intro: str
    kinds: tuple[str, ...]
    indicators: str
    indicators_intro: str
    facts: str
    better: dict[str, str]
    commands: str
    commands_intro: str


WORDS: dict[Lang, PageWords] = {
    "en": PageWords(
        keys="Keys of the files",
        keys_intro="Every key that a file may have, from the models that read the files. NAME "
        "stands for a name of your own, N for a place in a list. An editor shows the same as you "
        "type.",
        kinds=("An organisation", "A region", "An experiment", "A calibration",
               "The format of a call log"),
        indicators="Indicators",
        indicators_intro="What is measured, as each is defined where it is worked out.",
        facts="Unit: {unit}. {better} Told by: {by}.",
        better={"higher": "More is better.", "lower": "Less is better.",
                "neither": "Neither way is good by itself."},
        commands="Commands",
        commands_intro="What each command says of itself with `--help`.",
    ),
    "nb": PageWords(
        keys="Nøklene i filene",
        keys_intro="Alle nøkler en fil kan ha, hentet fra modellene som leser filene. NAME står "
        "for et navn du velger selv, N for en plass i en liste. Et redigeringsprogram viser det "
        "samme mens du skriver.",
        kinds=("En organisering", "Et område", "Et eksperiment", "En kalibrering",
               "Formatet til en samtalelogg"),
        indicators="Indikatorer",
        indicators_intro="Det som måles, slik hver indikator er definert der den regnes ut.",
        facts="Enhet: {unit}. {better} Fordelt på: {by}.",
        better={"higher": "Mer er bedre.", "lower": "Mindre er bedre.",
                "neither": "Ingen av veiene er god i seg selv."},
        commands="Kommandoer",
        commands_intro="Det hver kommando sier om seg selv med `--help`.",
    ),
}  # fmt: skip


def keys_page(lang: Lang) -> Iterator[str]:
    """Yield the lines of the page of keys: those of each kind of file, by the key at the top."""
    words = WORDS[lang]
    yield from (f"# {words.keys}", "", words.keys_intro, "")
    for kind, title in zip(KINDS, words.kinds, strict=True):
        yield from (f"## {title}", "")
        keys = keys_of_schema(file_schema(kind, lang, with_examples=False))
        for top, below in groupby(keys, key=lambda entry: entry[0].partition(".")[0]):
            entries = list(below)
            yield from (f"### {top}", "") if len(entries) > 1 else ()
            for key, schema in entries:
                unit = f" ({schema[UNIT]})" if schema.get(UNIT) else ""
                yield f"- `{key}`{unit}: {as_it_stands(schema['description'])}"
            yield ""


def as_it_stands(text: str) -> str:
    """Return a text on one line, of which no sign is taken for Markdown."""
    return re.sub(r"([\\|<>*_\[\]`$])", r"\\\1", " ".join(text.split()))


def indicators_page(lang: Lang) -> Iterator[str]:
    """Yield the lines of the page of indicators, in the order of the results."""
    words, text = WORDS[lang], Catalogue(lang)
    definitions = translated_definitions(lang)
    yield from (f"# {words.indicators}", "", words.indicators_intro, "")
    for each in INDICATORS:
        better = words.better.get(each.better, each.better)
        facts = words.facts.format(unit=each.unit, better=better, by=", ".join(each.by))
        definition = definitions.get(each.name, each.definition)
        yield from (f"## {as_it_stands(text.indicator(each.name))}", "", f"`{each.name}`", "")
        yield from (as_it_stands(part) + "\n" for part in definition.split("\n\n"))
        yield from (as_it_stands(facts), "")


def commands_page(lang: Lang) -> Iterator[str]:
    """Yield the lines of the page of commands: the help of each, and of those inside a group."""
    words = WORDS[lang]
    yield from (f"# {words.commands}", "", words.commands_intro, "")
    for path in command_paths():
        shown = CliRunner().invoke(app, [*path, "--help", "--lang", lang], terminal_width=90)
        level = "#" * (1 + len(path))
        yield from (f"{level} akuttsim {' '.join(path)}", "", "```text", shown.output.rstrip())
        yield from ("```", "")


def command_paths() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, those of a group after it."""
    context = click.Context(app)
    for name in COMMANDS:
        yield (name,)
        command = app.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((name, inner) for inner in command.list_commands(context))


def root_page(name: str) -> Iterator[str]:
    """Yield a page of the root, its links as seen from the copy; those out of docs are text."""
    text = (DOCS.parent / f"{name}.md").read_text("utf-8")
    text = re.sub(r"\]\(docs/", "](../../", text)
    yield re.sub(r"\[([^\]]*)\]\((?!\.\./|[A-Z]+\.md|https?:|#)[^)]*\)", r"\1", text)


def write_pages(folder: Path) -> None:
    """Write all generated pages into a folder; what has not changed keeps its time."""
    made: dict[Path, Iterable[str]] = {
        folder / lang / f"{name}.md": lines(lang)
        for lang in WORDS
        for name, lines in (
            ("keys", keys_page), ("indicators", indicators_page), ("commands", commands_page)
        )
    }  # fmt: skip
    made |= {folder / "project" / f"{name}.md": root_page(name) for name in ROOT_PAGES}
    for path, lines in made.items():
        text = "\n".join(lines) + "\n"
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
