"""JSON Schemas: made from the models, so that an editor says of a file what `check` says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from akuttsim.cli.own_files import SCHEMA_KINDS, write_schemas
from akuttsim.config import json_schema, shipped
from akuttsim.config.json_schema import KeyWords, SchemaWriter, Variant
from akuttsim.config.loader import MODELS_BY_KIND
from akuttsim.config.yaml_document import plain_values, read_text_as_yaml, read_yaml
from akuttsim.experiments.file_schemas import known_names
from akuttsim.regionbuilder.spec import RegionSpec
from akuttsim.texts import read_texts
from tests.cli.yaml_server import server_command, yaml_server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all schemas, as `akuttsim schema` writes them."""
    made = tmp_path_factory.mktemp("own") / shipped.SCHEMA_FOLDER
    write_schemas(made, SCHEMA_KINDS)
    return made


def schema(folder: Path, kind: str) -> Any:
    return json.loads((folder / f"{kind}.json").read_text("utf-8"))


def properties(schema: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every property of a schema and of all that is in it, with where it stands."""
    if isinstance(schema, dict):
        own = schema.get("properties", {})
        yield from ((f"{at}.{key}", each) for key, each in own.items())
        for key, each in schema.items():
            yield from properties(each, f"{at}/{key}")
    elif isinstance(schema, list):
        for each in schema:
            yield from properties(each, at)


def test_every_property_of_every_kind_has_a_title_and_a_description(folder: Path) -> None:
    known = {
        f"{kind}{at}": each
        for kind in SCHEMA_KINDS
        for at, each in properties(schema(folder, kind))
    }
    assert len(known) > 1500
    assert [at for at, each in known.items() if not each.get("description")] == []
    assert [at for at, each in known.items() if not each.get("title")] == []


def test_every_key_has_its_norwegian_words_and_none_is_left_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written, used = read_texts("akuttsim", "keys-nb"), set()

    class Recorder(dict[str, str]):
        def get(self, key: str, default: object = None) -> Any:
            used.add(key)
            return written.get(key)

    monkeypatch.setattr(json_schema, "read_texts", lambda *_: Recorder())
    models = [*(model for _, model in MODELS_BY_KIND.values()), RegionSpec, Variant]
    nb, en = (
        [
            each["description"]
            for model in models
            for _, each in properties(SchemaWriter(KeyWords(lang), known_names(), {}).whole(model))
        ]
        for lang in ("nb", "en")
    )
    same = [one for one, other in zip(nb, en, strict=True) if one == other]
    assert len(nb) > 900 and [each for each in same if not each.startswith("`")] == []
    assert written.keys() <= used
    assert [each for each in written.values() if " | " not in each or each[-1] not in ".)"] == []


def test_every_shipped_file_names_its_schema_and_is_valid_by_it(folder: Path) -> None:
    """Also of the packed package: the way leads from a file to .schema beside configs."""
    checked, wrong = 0, []
    for kind in shipped.KINDS:
        valid = Draft7Validator(schema(folder, kind.replace(" ", "-")))
        for name in shipped.config_names(kind):
            path = shipped.find_config(kind, name)
            way = "../" * (len(path.relative_to(shipped.project_root()).parts) - 1)
            with path.open(encoding="utf-8") as text:
                assert next(text) == shipped.schema_line(kind, way), path
            found = valid.iter_errors(plain_values(read_yaml(path)))
            wrong += [(path.name, [*each.absolute_path], each.message) for each in found]
            checked += 1
    assert wrong == [] and checked > 50


TODAY = "experiment: mine\nquestion: a\nhypothesis: b\nregion: namdal\norganisations: [phonebank]\n"
LENGTH = "weeks: 4\nwarmup_days: 2\nreplications: 4\nseed: 1\ntargets: norway\n"
EXPERIMENT = f"{TODAY}{LENGTH}main_indicators: [answered_116117_within_120_s]\n"
NIGHT = '{days: daily, hours: "23:00-08:00", on_duty: 2, source: "own", grade: B}'
VARIANT = f"""extends: namdal-today
organisation: mine
title: Mine
changes:
  second-nurse:
    why: A second night nurse.
    set: {{control_rooms: {{legevaktsentral-namdal: {{operators: {{night: {NIGHT}}}}}}}}}
"""


@pytest.mark.parametrize(
    ("kind", "right", "good", "wrong"),
    [
        ("experiment", EXPERIMENT, "region:", "regoin:"),
        ("experiment", EXPERIMENT, "weeks: 4", "weeks: four"),
        ("experiment", EXPERIMENT, "weeks: 4", "weeks: 0"),
        ("experiment", EXPERIMENT, "answered_116117", "answred_116117"),
        ("experiment", EXPERIMENT, "question: a\n", ""),
        ("experiment", EXPERIMENT, "seed: 1\n", "seed: 1\ndesign: sobel\n"),
        ("organisation", VARIANT, "night:", "Night shift:"),
        ("organisation", VARIANT, "hours:", "hour:"),
        ("organisation", VARIANT, "grade: B", "grade: E"),
        ("organisation", VARIANT, "on_duty: 2", "on_duty: two"),
        ("organisation", VARIANT, "23:00", "23.00"),
        ("organisation", VARIANT, "days: daily", "days: dayly"),
        ("organisation", VARIANT, "why:", "because:"),
        ("organisation", VARIANT, "extends: namdal-today\n", ""),
        ("variant", VARIANT, "control_rooms", "control_room"),
    ],
)
def test_what_is_wrong_in_a_file_is_wrong_by_its_schema(
    folder: Path, kind: str, right: str, good: str, wrong: str
) -> None:
    valid = Draft7Validator(schema(folder, kind))

    def is_valid(text: str) -> bool:
        return valid.is_valid(plain_values(read_text_as_yaml(text.encode(), "mine.yaml")))

    assert is_valid(right) and good in right
    assert not is_valid(right.replace(good, wrong))


def test_null_takes_a_key_away_in_a_variant_alone(folder: Path) -> None:
    region = Draft7Validator(schema(folder, "region"))
    assert region.is_valid({"extends": "namdal", "region": "mine", "hospitals": {"namsos": None}})
    assert not region.is_valid({"region": "mine", "hospitals": {"namsos": None}})


def test_descriptions_are_there_without_docstrings_in_memory() -> None:
    """With -OO python forgets docstrings; they are read from the source."""
    code = (
        "from akuttsim.config.json_schema import KeyWords, SchemaWriter, Variant\n"
        "from akuttsim.config.schema.fleet import Mobilisation as model\n"
        "made = SchemaWriter(KeyWords('en'), {}, {}).whole(model)\n"
        "print([each['description'] for each in made['properties'].values()])"
    )
    done = subprocess.run(
        [sys.executable, "-OO", "-c", code], capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 100 and "''" not in done.stdout


@pytest.mark.skipif(server_command() is None, reason="npm's yaml-language-server is not there")
def test_the_yaml_server_of_editors_explains_and_refuses(folder: Path) -> None:
    right, wrong = folder.parent / "right.yaml", folder.parent / "wrong.yaml"
    text = shipped.schema_line("organisation") + VARIANT
    right.write_text(text, "utf-8")
    wrong.write_text(text.replace("days: daily", "days: dayly").replace("hours:", "hour:"), "utf-8")
    with yaml_server(folder.parent) as server:
        assert server.opened(right) == []
        line = text.splitlines().index("changes:")
        assert "Named changes" in str(server.at("hover", right, line, 3))
        assert any("hour" in each for each in server.opened(wrong))
