"""Commands for files of one's own: schema for the editor, list, copy and new."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akuttsim.texts import Lang, language, say

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

BUILD = "build"
"""The specification of a region to build, which is never a variant."""

SCHEMA_KINDS = (
    "region organisation variant experiment targets margins published calibration figure-mapping "
    f"log-format {BUILD}"
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
    folder = Path(".schema") if out is None else out
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
    """Write the schemas that the first lines of some configs name, beside each.

    Args:
        paths: Files that were written; those that name no schema are passed over.
    """
    from akuttsim.config.shipped import SCHEMA_COMMENT, SCHEMA_FOLDER

    for path in paths:
        first = path.read_text("utf-8").partition("\n")[0]
        if first.startswith(f"{SCHEMA_COMMENT}{SCHEMA_FOLDER}/"):
            write_schemas(path.parent / SCHEMA_FOLDER, [Path(first.rpartition("/")[2]).stem])


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
