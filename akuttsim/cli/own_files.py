"""Commands for files of one's own: schema for the editor, list, copy and new."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, with_json
from akuttsim.config.shipped import SCHEMA_COMMENT, SCHEMA_FOLDER
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.texts import Lang, language, message, say

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

BUILD = "build"
"""The specification of a region to build, which is never a variant."""

SCHEMA_KINDS = (
    "region organisation variant experiment targets margins outcomes published calibration "
    f"figure-mapping log-format {BUILD}"
).split()


@click.command(short_help="Write JSON Schemas that editors check files by.")
@click.argument("kind", required=False, type=click.Choice(SCHEMA_KINDS))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the schemas. Default: .schema, or with KIND to print it.",
)
def schema_command(kind: str | None, out: Path | None) -> None:
    """Write the JSON Schema of a KIND of file, or of all kinds, in the language that is spoken.

    Editors with YAML support (VS Code with the extension YAML, and others with
    yaml-language-server) then tell keys, units and what is wrong while a file is written: its first
    line names the schema.
    """
    if kind is not None and out is None:
        click.echo(_schema_text(_schema_of_kind(kind, language())), nl=False)
        return
    folder = Path(SCHEMA_FOLDER) if out is None else out
    for path in write_schemas(folder, [kind] if kind else SCHEMA_KINDS):
        click.echo(say("commands.written", path=path))


def write_schemas(folder: Path, kinds: Iterable[str]) -> list[Path]:
    """Write the schemas of some kinds into a folder, and return the files.

    Args:
        folder: Where editors look for them: `.schema` beside a file.
        kinds: Kinds of file, of `SCHEMA_KINDS`.
    """
    from akuttsim.experiments.files import write_whole

    written = []
    for kind in kinds:
        written.append(folder / f"{kind}.json")
        write_whole(written[-1], _schema_text(_schema_of_kind(kind, language())).encode("utf-8"))
    return written


def write_schemas_beside(paths: Iterable[Path]) -> None:
    """Write the schemas that the first lines of some configs name, where they say.

    Args:
        paths: Files that were written, and folders, of which all YAML files; those that name no
            schema are passed over.
    """
    named = set()
    for path in paths:
        for file in path.glob("*.yaml") if path.is_dir() else [path]:
            first = file.read_text("utf-8").partition("\n")[0]
            if first.startswith(SCHEMA_COMMENT):
                named.add((file.parent / first.removeprefix(SCHEMA_COMMENT)).resolve())
    for schema in sorted(named):
        write_schemas(schema.parent, [schema.stem])


def _schema_of_kind(kind: str, lang: Lang) -> JsonSchemaValue:
    """Return the schema of a kind of file."""
    from akuttsim.experiments.file_schemas import file_schema, schema_writer
    from akuttsim.regionbuilder.spec import RegionSpec

    if kind == BUILD:
        return schema_writer(lang).whole(RegionSpec)
    return file_schema(kind, lang)


def _schema_text(schema: JsonSchemaValue) -> str:
    """Return a schema as text, the same for the same schema."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Listed:
    """One thing that there is.

    Attributes:
        name: As commands and files call it.
        title: What it is, in words.
        unit: Its unit, of an indicator, a margin or a key.
        more: What else is told, for programs.
    """

    name: str
    title: str
    unit: str = ""
    more: Mapping[str, Any] | None = None


@click.command(short_help="List what there is to run, copy and write.")
@click.argument("subject", required=False, type=click.Choice(
    ["organisations", "regions", "experiments", "indicators", "targets", "margins", "keys"]
))  # fmt: skip
@click.argument("word", required=False)
@with_json
def list_command(subject: str | None, word: str | None) -> Answer:
    """List shipped organisations, regions and experiments, or indicators, targets, margins or keys.

    With WORD only those whose name or title has it. Keys are those of organisations, regions and
    experiments, with NAME for a name of one's own.
    """
    lists = {subject: LISTS[subject]} if subject else {name: LISTS[name] for name in SHIPPED_LISTS}
    found = {
        name: [each for each in make() if _has_word(each, word)] for name, make in lists.items()
    }
    for name, listed in found.items():
        if subject is None:
            click.echo(f"{name}:")
        _print_listed(listed, "" if subject else "  ")
    return Answer(lambda: [
        Figure(each.name, each.title, each.unit, name, each.more or {})
        for name, listed in found.items()
        for each in listed
    ])  # fmt: skip


def _has_word(listed: Listed, word: str | None) -> bool:
    """Tell whether a name or title has a word, whatever its case."""
    return word is None or word.lower() in f"{listed.name} {listed.title}".lower()


def _print_listed(listed: Sequence[Listed], indent: str) -> None:
    """Print names with their units and titles, a line each."""
    width = max((len(each.name) for each in listed), default=0)
    units = max((len(each.unit) for each in listed), default=0)
    for each in listed:
        unit = f"{each.unit.ljust(units)}  " if units else ""
        click.echo(f"{indent}{each.name.ljust(width)}  {unit}{each.title}".rstrip())


def _shipped_files(kind: str) -> Iterator[Listed]:
    """Yield the shipped files of a kind with their titles, or with what an experiment asks."""
    from akuttsim.config import shipped
    from akuttsim.config.yaml_document import node_at, plain_values, read_yaml

    for name in shipped.config_names(kind):
        tree = read_yaml(shipped.find_config(kind, name))
        node = node_at(tree, ("title",)) or node_at(tree, ("question",))
        yield Listed(name, _in_language(plain_values(node)) if node else "")


def _in_language(title: object) -> str:
    """Return a title as it is written in a file, in the language that is spoken."""
    both = title if isinstance(title, dict) else {}
    return str(both.get(language(), both.get("en", title)))


def _indicators() -> Iterator[Listed]:
    from akuttsim.indicators.registry import INDICATORS
    from akuttsim.report.context import Catalogue

    text = Catalogue(language())
    for each in INDICATORS:
        more = {"better": each.better, "group_by": ", ".join(each.by)}
        yield Listed(each.name, text.indicator(each.name), each.unit, more)


def _targets() -> Iterator[Listed]:
    from akuttsim.config import shipped
    from akuttsim.config.loader import load_targets

    for file in shipped.config_names("targets"):
        for name, target in load_targets(file).value.targets.items():
            goal = {"indicator": target.indicator, target.side: target.value, "file": file}
            yield Listed(f"{file}.{name}", target.title.in_language(language()), more=goal)


def _margins() -> Iterator[Listed]:
    from akuttsim.config import shipped
    from akuttsim.config.loader import load_margins
    from akuttsim.report.context import Catalogue

    text = Catalogue(language())
    for file in shipped.config_names("margins"):
        loaded = load_margins(file).value
        for name, margin in loaded.margins.items():
            sizes = {"region": margin.margin, "place": margin.margin_place, "file": file}
            why = loaded.reasons[margin.reason].in_language(language())
            title = say(
                "commands.list.margin",
                title=text.indicator(name),
                region=margin.margin,
                place=margin.margin_place,
            )
            yield Listed(name, title, margin.unit, {**sizes, "why": why})


def _keys() -> Iterator[Listed]:
    """Yield the keys of organisations, regions and experiments, without those of a value."""
    from akuttsim.config.json_schema import UNIT, keys_of_schema
    from akuttsim.experiments.file_schemas import file_schema

    for kind in ("organisation", "region", "experiment"):
        for key, schema in keys_of_schema(file_schema(kind, language(), with_examples=False)):
            more = {"kind": kind, "title": schema["title"]}
            yield Listed(f"{kind}: {key}", schema["description"], schema.get(UNIT, ""), more)


LISTS: dict[str, Callable[[], Iterable[Listed]]] = {
    "organisations": lambda: _shipped_files("organisation"),
    "regions": lambda: _shipped_files("region"),
    "experiments": lambda: _shipped_files("experiment"),
    "indicators": _indicators,
    "targets": _targets,
    "margins": _margins,
    "keys": _keys,
}
"""What is listed, by what it is called."""

SHIPPED_LISTS = ("organisations", "regions", "experiments")
"""What is listed where nothing is asked for in particular."""

COPIED_KINDS = (
    "organisation experiment region targets margins outcomes published calibration figure-mapping "
    "log-format"
).split()


@click.command(short_help="Copy a shipped file to change it.")
@click.argument("name", shell_complete=terminal.names_of("organisation", "experiment", "region"))
@click.option("--kind", type=click.Choice(COPIED_KINDS), help="Of which kind, where two have NAME.")
@click.option(
    "--to", type=click.Path(path_type=Path), help="File, or folder of a region. Default: NAME.yaml."
)
def copy_command(name: str, kind: str | None, to: Path | None) -> None:
    """Copy the shipped file NAME with its comments, to change it and give the path to commands.

    Of a region the whole folder is copied. Nothing is overwritten. The schema that editors check
    the copy by is written beside it.
    """
    from akuttsim.config import shipped
    from akuttsim.experiments.files import write_whole
    from akuttsim.regionbuilder.region_folder import refuse_to_replace

    found = _kind_of_name(name, kind)
    source = shipped.find_config(found, name)
    target = to or Path(name if found == "region" else f"{name}.yaml")
    refuse_to_replace(target, "--to")
    if found == "region":
        shutil.copytree(source.parent, target, copy_function=shutil.copyfile)
        target = target / "region.yaml"
    text = source.read_text("utf-8").partition("\n")[2]
    way = "../" if found == "region" else ""  # one folder of schemas beside a region's own
    write_whole(target, (shipped.schema_line(found, way) + text).encode("utf-8"))
    write_schemas_beside([target])
    click.echo(say("commands.written", path=target))
    click.echo(say("commands.copy.next", path=target, key=found))


def _kind_of_name(name: str, kind: str | None) -> str:
    """Return the kind of shipped file that a name stands for. Raises InputError for none or two."""
    from akuttsim.config import shipped

    kinds = [each.replace("-", " ") for each in ([kind] if kind else COPIED_KINDS)]
    found = [each for each in kinds if name in shipped.config_names(each)]
    if len(found) == 1:
        return found[0]
    if found:
        one_of = ", ".join(f"--kind {each.replace(' ', '-')}" for each in found)
        what = message("commands.copy.several", one_of=one_of)
        raise InputError([Problem("", 0, name, what)])
    names = [known for each in kinds for known in shipped.config_names(each)]
    what = message("commands.copy.none", near=did_you_mean(name, names))
    raise InputError([Problem("", 0, name, what)])


@click.group(cls=terminal.SuggestingGroup, short_help="Begin a file of one's own.")
def new_command() -> None:
    """Begin an organisation or an experiment of one's own: a file with comments that works.

    What no option says is asked for at a terminal; elsewhere the usual is taken.
    """


TO_OPTION = click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="File. Default: NAME.yaml."
)


def _ask(option: str, said: str | None, usual: str) -> str:
    """Return what an option says; else what is answered at a terminal, else the usual."""
    if said is not None or not sys.stdin.isatty():
        return usual if said is None else said
    answer: str = click.prompt(say(f"commands.new.ask.{option}"), default=usual, err=True)
    return answer


@new_command.command("organisation")
@click.argument("name")
@click.option(
    "--extends",
    shell_complete=terminal.names_of("organisation"),
    help="The organisation that it changes: a shipped name or a path. Default: namdal-today.",
)
@click.option("--title", help="What people call it.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change one value.")
@click.option("--why", help="Why it is changed, in a sentence.")
@TO_OPTION
def new_organisation(
    name: str,
    extends: str | None,
    title: str | None,
    sets: tuple[str, ...],
    why: str | None,
    to: Path | None,
) -> None:
    """Begin the organisation NAME, which says only what differs from another one."""
    from akuttsim.config.variant_writer import config_reference, set_at_key
    from akuttsim.config.yaml_document import plain_values, read_yaml_value

    path = to or Path(f"{name}.yaml")
    base = _ask("extends", extends, "namdal-today")
    title = _ask("title", title, name.replace("-", " ").capitalize())
    settings: dict[str, Any] = {}
    for setting in sets:
        key, _, value = setting.partition("=")
        set_at_key(settings, key, plain_values(read_yaml_value(value, "--set")))
    why = _ask("why", why, say("commands.new.why")) if sets else ""
    parts: list[tuple[str, dict[str, Any]]] = [
        ("extends", {"extends": config_reference("organisation", base, path.parent)}),
        ("name", {"organisation": name, "title": {"nb": title, "en": title}}),
        ("changes", {"changes": {"change-1": {"why": why, "set": settings}}} if sets else {}),
    ]
    _write_new(path, "organisation", parts)


@new_command.command("experiment")
@click.argument("name")
@click.option(
    "--organisations",
    shell_complete=terminal.names_of("organisation"),
    help="What is compared, as a,b,c: names or paths; the first is the base.",
)
@click.option("--question", help="What is asked.")
@click.option("--weeks", type=click.IntRange(1, 520), default=13, show_default=True)
@click.option("--replications", type=click.IntRange(2, 10_000), default=12, show_default=True)
@terminal.seed_option
@click.option("--indicators", help="What it is judged by, as a,b,c. Default: answers and response.")
@TO_OPTION
def new_experiment(
    name: str,
    organisations: str | None,
    question: str | None,
    weeks: int,
    replications: int,
    seed: int,
    indicators: str | None,
    to: Path | None,
) -> None:
    """Begin the experiment NAME, which compares organisations of one region."""
    from akuttsim.config.loader import load_organisation
    from akuttsim.config.variant_writer import config_reference

    path = to or Path(f"{name}.yaml")
    names = _ask("organisations", organisations, "namdal-today,namdal-satellites").split(",")
    named = [config_reference("organisation", each.strip(), path.parent) for each in names]
    asked = _ask("question", question, say("commands.new.question"))
    judged = _ask("indicators", indicators, ",".join(USUAL_INDICATORS)).split(",")
    length = {"weeks": weeks, "warmup_days": 2, "replications": replications, "seed": seed}
    parts: list[tuple[str, dict[str, Any]]] = [
        ("experiment", {"experiment": name, "question": asked}),
        ("hypothesis", {"hypothesis": say("commands.new.hypothesis")}),
        ("organisations", {"region": load_organisation(names[0].strip()).value.region,
                           "organisations": named}),
        ("length", length),
        ("judged", {"main_indicators": [each.strip() for each in judged], "targets": "norway"}),
    ]  # fmt: skip
    _write_new(path, "experiment", parts)


USUAL_INDICATORS = (
    "answered_116117_within_120_s",
    "travel_to_care_min",
    "ambulance_response_median_min",
)
"""What a new experiment is judged by where nothing is said."""


def _write_new(path: Path, kind: str, parts: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Write a new config part by part, each below a comment, and check it.

    Raises InputError where the file is there already, or what was answered does not hold.
    """
    from akuttsim.config import shipped
    from akuttsim.config.variant_writer import config_yaml
    from akuttsim.regionbuilder.region_folder import refuse_to_replace

    refuse_to_replace(path, "--to")
    texts = []
    for name, part in parts:
        comment = say(f"commands.new.{kind}.{name}", path=path)
        about = "".join(f"# {line}\n" for line in comment.splitlines())
        texts.append(about + (config_yaml(part).decode("utf-8") if part else ""))
    whole = shipped.schema_line(kind) + "\n".join(texts)
    write_checked(path, whole.encode("utf-8"), "--set" if kind == "organisation" else "")
    command = "run" if kind == "organisation" else "sweep"
    click.echo(say("commands.new.next", path=path, command=command))


def write_checked(path: Path, content: bytes, came_from: str) -> None:
    """Write a new config with its schema beside it, and check it; what does not hold is taken away.

    Args:
        path: The file; none is there.
        content: What it holds.
        came_from: The option or file that what is wrong came from, for errors; "" for none.

    Raises:
        InputError: What does not hold, without lines of the file that is gone.
    """
    from akuttsim.cli.check import check_file
    from akuttsim.config import shipped
    from akuttsim.experiments.files import write_whole

    write_whole(path, content)
    try:
        check_file(str(path))
    except InputError as error:
        path.unlink()
        raise InputError(
            Problem(came_from, 0, problem.key, problem.what)
            if problem.file == shipped.display_path(path) else problem
            for problem in error.problems
        ) from None  # fmt: skip
    write_schemas_beside([path])
    click.echo(say("commands.written", path=path))
