"""JSON Schema of the kinds of file, made from the models that read them.

An editor, a form or another program learns from it which keys there are, what they mean, in what
unit, what they may be and what is usual. Nothing of that is written a second time: types, limits,
choices and defaults are those of the models in `config.schema`, English descriptions are the
models' `Attributes:`, and other languages have theirs in text/keys-LANG.yaml. The draft is 07,
which every editor's YAML server reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from akuttsim.config.docstrings import class_docs
from akuttsim.config.region_tables import TABLES
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import KEYS_OF, NAME_OF, Bilingual, Model
from akuttsim.config.validator import split_unit
from akuttsim.config.walk import ConfigValue, config_parts, join_key
from akuttsim.texts import ENGLISH, Lang, in_words, message, read_texts

DRAFT = "http://json-schema.org/draft-07/schema#"

KnownNames = Mapping[str, Sequence[str]]
"""Names that a value may have, by what it names: indicator, organisation, region and so on."""

CLOSED = ("indicator", "division")
"""What only the names that are known can be; others may be paths to files of one's own."""

UNIT = "x-unit"
"""Keyword of a property's unit: s, min, h, km, kmh, nok, per_h or share."""

_IS_VARIANT = "-change"
"""Ending of the definition of a model's part: what a variant writes of it."""


@dataclass(frozen=True)
class KeyWords:
    """What keys and models are called and what they mean, in one language.

    Attributes:
        lang: The language.
    """

    lang: Lang

    def of_key(self, model: type[BaseModel], name: str, key: str) -> tuple[str, str]:
        """Return the title and the description of a key.

        Args:
            model: The model that has it.
            name: Its field.
            key: The field as the file calls it.
        """
        declared = next((each for each in _documented(model) if name in class_docs(each)[1]), None)
        if declared is None:
            return self._title_of_key(key), ""
        english = class_docs(declared)[1][name]
        return self._words(f"{declared.__name__}.{name}", self._title_of_key(key), english)

    def of_model(self, model: type[BaseModel]) -> tuple[str, str]:
        """Return the title and the description of a model."""
        return self._words(f"{model.__name__}.model", _spaced(model.__name__), class_docs(model)[0])

    def _title_of_key(self, key: str) -> str:
        """Return a key as words, with the unit that it ends in."""
        stem, unit = split_unit(key)
        title = stem.replace("_", " ").replace("-", " ").strip() or key
        words = f"{title[:1].upper()}{title[1:]}"
        if not unit:
            return words
        return f"{words} ({in_words(message(f'configs.units.{unit[1:]}'), self.lang)})"

    def _words(self, key: str, title: str, description: str) -> tuple[str, str]:
        """Return a title and a description: the English ones, or those of the catalogue."""
        if self.lang == ENGLISH:
            return title, description
        own = read_texts("akuttsim", f"keys-{self.lang}").get(key)
        if own is None:
            return title, description
        first, sign, rest = own.partition(" | ")
        return first, rest if sign else first


def _documented(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield a model and the models that it builds on, itself first."""
    return (each for each in model.__mro__ if issubclass(each, BaseModel) and each is not BaseModel)


def _spaced(name: str) -> str:
    """Return the name of a class as words: IndicatorTargets is Indicator targets."""
    words = "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()
    return f"{words[:1].upper()}{words[1:]}"


Examples = Mapping[tuple[str, str], Any]
"""A value of keys as shipped files have it, by the names of the model and of its field."""

LONGEST_EXAMPLE = 160
"""Letters of a value as JSON that is still shown as an example."""


def examples_of(configs: Iterable[Model]) -> Examples:
    """Return a value of each key that some configs have, the first that is short enough.

    Args:
        configs: Checked configs of any kind.
    """
    found: dict[tuple[str, str], Any] = {}
    waiting: list[object] = list(reversed([*configs]))
    while waiting:
        value = waiting.pop()
        if isinstance(value, Model):
            written = value.model_dump(mode="json", by_alias=True, exclude_none=True)
            for name, field in type(value).model_fields.items():
                shown = written.get(field.alias or name)
                if shown not in (None, {}, []) and len(json.dumps(shown)) <= LONGEST_EXAMPLE:
                    found.setdefault((type(value).__name__, name), shown)
        parts = config_parts(ConfigValue("", value))
        inner = [part.value for part in parts.values()] if parts else value
        waiting += reversed([*inner]) if isinstance(inner, list | tuple) else ()
    return found


class _ModelSchema(GenerateJsonSchema):
    """Pydantic's schema of a model, each key with its title, description and unit."""

    words: KeyWords
    examples: Examples

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Make no titles of the names of fields: keys have their own."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a model with its words."""
        found = super().model_schema(schema)
        model = schema["cls"]
        found["title"], found["description"] = self.words.of_model(model)
        for name, field in model.model_fields.items():
            key = field.alias or name
            part = found["properties"][key]
            title, description = self.words.of_key(model, name, key)
            section = _section_of(field.annotation)
            more = self.words.of_model(section)[1] if section else ""
            if not more.startswith(description):
                more = f"{description} {more}".strip()
            part |= {"title": title, "description": more}
            unit = split_unit(key)[1]
            part.update({UNIT: unit[1:]} if unit else {})
            example = self.examples.get((model.__name__, name))
            part.update({"examples": [example]} if example is not None else {})
        return found


@dataclass(frozen=True)
class SchemaWriter:
    """Makes the schema of kinds of file, in one language.

    Attributes:
        words: What keys are called.
        names: The names that are known.
        examples: A value of keys by model and field, as shipped files have it.
    """

    words: KeyWords
    names: KnownNames
    examples: Examples

    def whole(self, model: type[Model]) -> JsonSchemaValue:
        """Return the schema of a file that has all keys itself.

        Args:
            model: The model that reads it.
        """
        top, definitions = self._parts(model)
        return _document(top, definitions)

    def whole_or_variant(self, model: type[Model], kind: str) -> JsonSchemaValue:
        """Return the schema of a file that has all keys itself, or changes a base.

        Args:
            model: The model that reads it.
            kind: The kind of file, by whose names bases are known.
        """
        top, definitions = self._parts(model)
        changes, parts = self._changes(top, definitions, kind)
        name = model.__name__
        every = {name: top, f"{name}{_IS_VARIANT}": changes, **definitions, **parts}
        choice = {
            "if": {"required": ["extends"]},
            "then": {"$ref": f"#/definitions/{name}{_IS_VARIANT}"},
            "else": {"$ref": f"#/definitions/{name}"},
        }
        return _document({**_about(top), "type": "object", **choice}, every)

    def variant(self, models: Mapping[str, type[Model]]) -> JsonSchemaValue:
        """Return the schema of a file that changes a base of one of several kinds.

        Args:
            models: The models by kind of file.
        """
        every: JsonSchemaValue = {}
        for kind, model in models.items():
            top, definitions = self._parts(model)
            changes, parts = self._changes(top, definitions, kind)
            every |= {f"{model.__name__}{_IS_VARIANT}": changes, **definitions, **parts}
        title, description = self.words.of_model(Variant)
        choices = [
            {"$ref": f"#/definitions/{model.__name__}{_IS_VARIANT}"} for model in models.values()
        ]
        return _document({"title": title, "description": description, "anyOf": choices}, every)

    def _parts(self, model: type[Model]) -> tuple[JsonSchemaValue, JsonSchemaValue]:
        """Return the schema of a model itself and of all that it consists of, by name."""
        maker = _ModelSchema(by_alias=True, ref_template="#/definitions/{model}")
        maker.words, maker.examples = self.words, self.examples
        found = maker.generate(model.__pydantic_core_schema__, mode="validation")
        definitions = found.pop("$defs", {})
        if model is Region:  # what stands in tables beside the file
            found["properties"] = {
                key: part for key, part in found["properties"].items() if key not in TABLES
            }
            found["required"] = [key for key in found["required"] if key not in TABLES]
        words = {name: _take_words(each) for name, each in definitions.items()}

        def ready(schema: JsonSchemaValue) -> JsonSchemaValue:
            return _each_schema(schema, partial(self._as_draft_07, words))

        return ready(found), {name: ready(each) for name, each in definitions.items()}

    def _changes(
        self, top: JsonSchemaValue, definitions: JsonSchemaValue, kind: str
    ) -> tuple[JsonSchemaValue, JsonSchemaValue]:
        """Return the schema of a variant, and of the parts that it may write."""
        keys = _part_of(top)
        variant, own = self._parts(Variant)
        change, name = own.pop("Change"), kind.replace(" ", "-")
        what_is_set = change["properties"]["set"]
        change["properties"]["set"] = {
            **_about(what_is_set),
            "allOf": [{"$ref": f"#/definitions/{name}-keys"}],
        }
        changes = variant["properties"]["changes"]
        changes["additionalProperties"] |= {
            "allOf": [{"$ref": f"#/definitions/{name}-named-change"}]
        }
        extends = self._named({**variant["properties"]["extends"], NAME_OF: kind})
        written = {"extends": extends, **keys["properties"], "changes": changes}
        parts = {f"{each}{_IS_VARIANT}": _or_nothing(part) for each, part in definitions.items()}
        only_keys = {key: value for key, value in keys.items() if key not in _WORDS}
        named = {f"{name}-keys": only_keys, f"{name}-named-change": change}
        return {**keys, "properties": written, "required": ["extends"]}, {**own, **parts, **named}

    def _as_draft_07(
        self, words: Mapping[str, JsonSchemaValue], schema: JsonSchemaValue
    ) -> JsonSchemaValue:
        """Return a schema of pydantic's, whose parts are ready, as draft 07, with known names.

        Args:
            words: Title and description of each definition, which editors are told where it is an
                entry of a mapping or list; what has a key of its own is described by that.
            schema: The schema.
        """
        for inner in _entries(schema):
            name = next(_references(inner), "")
            inner.update(words.get(name, {}) if "title" not in inner else {})
            _set_beside_reference(inner)
        schema.pop("discriminator", None)
        if schema.get("default", "") is None:
            del schema["default"]
        if "prefixItems" in schema:
            schema |= {"items": schema.pop("prefixItems"), "additionalItems": False}
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
        _set_beside_reference(schema)
        if KEYS_OF in schema:
            schema["propertyNames"] = {"enum": [*self.names[schema[KEYS_OF]]]}
        if NAME_OF in schema:
            return self._named(schema)
        return schema

    def _named(self, schema: JsonSchemaValue) -> JsonSchemaValue:
        """Return the schema of a name: one of those known, or also one of the user's own."""
        kind = schema[NAME_OF]
        known = {"enum": [*self.names[kind]]}
        kept = {key: value for key, value in schema.items() if key not in ("type", "anyOf")}
        if kind in CLOSED:
            return {**kept, "type": "string", **known}
        return {**kept, "anyOf": [known, {"type": "string"}]}


class Change(Model):
    """A named change that a variant makes to its base.

    Attributes:
        why: One sentence that says why it is made; a plain sentence stands for both languages.
        set: Keys that are laid over the base: sections key by key, lists and values whole; null
            takes a key away.
        remove: Dotted keys of the base that are taken away, such as clinics.roervik.
    """

    why: Bilingual
    set: dict[str, Any] = Field(default_factory=dict)
    remove: tuple[str, ...] = Field(default=(), strict=False)


class Variant(Model):
    """A config that builds on another one of its kind and says only what differs.

    Attributes:
        extends: The base: a shipped name, or a path from the folder of this file.
        changes: Named changes, each with its reason; they are made in the order written.
    """

    extends: str
    changes: dict[str, Change] = Field(default_factory=dict)


_WORDS = ("title", "description")


def _section_of(annotation: object) -> type[Model] | None:
    """Return the model that a field is, if it is one with keys of its own; None for values."""
    members = [each for each in get_args(annotation) or (annotation,) if each is not NoneType]
    (one, *others) = members
    is_section = isinstance(one, type) and issubclass(one, Model) and not others
    return one if is_section and one.__module__ != Model.__module__ else None


def _take_words(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Take title and description off a definition and return them."""
    return {key: schema.pop(key) for key in _WORDS if key in schema}


def _entries(schema: JsonSchemaValue) -> Iterator[JsonSchemaValue]:
    """Yield the schemas of what stands in a mapping under any key, or in a list."""
    for key in ("additionalProperties", "items"):
        if isinstance(schema.get(key), dict):
            yield schema[key]
    yield from schema.get("patternProperties", {}).values()


def _set_beside_reference(schema: JsonSchemaValue) -> None:
    """Let what stands beside a reference count: draft 07 reads nothing there."""
    if "$ref" in schema and len(schema) > 1:
        schema["allOf"] = [{"$ref": schema.pop("$ref")}]


def keys_of_schema(document: JsonSchemaValue) -> Iterator[tuple[str, JsonSchemaValue]]:
    """Yield the dotted keys of a kind of file with their schemas, down to values with a source.

    Args:
        document: The schema of the kind. NAME stands for an entry's own name, N for a place in a
            list.
    """
    definitions = document["definitions"]
    top = definitions[document["else"]["$ref"].rpartition("/")[2]]
    return _keys_below(top, definitions, "")


def _keys_below(
    schema: JsonSchemaValue, definitions: JsonSchemaValue, above: str
) -> Iterator[tuple[str, JsonSchemaValue]]:
    """Yield the keys below a schema, those of each key after itself."""
    for key, part in schema.get("properties", {}).items():
        yield join_key(above, key), part
        yield from _keys_inside(part, definitions, join_key(above, key))


def _keys_inside(
    part: JsonSchemaValue, definitions: JsonSchemaValue, at: str
) -> Iterator[tuple[str, JsonSchemaValue]]:
    """Yield the keys of a section, of a mapping's entries or of a list's items."""
    for each in (part, *part.get("anyOf", ()), *part.get("allOf", ())):
        if "$ref" in each:
            section = definitions[each["$ref"].rpartition("/")[2]]
            if not {"grade", "nb"} & set(section.get("properties", ())):
                yield from _keys_below(section, definitions, at)
        for entry, name in ((_entries(each), "N" if "items" in each else "NAME"),):
            for inner in entry:
                yield from _keys_inside(inner, definitions, join_key(at, name))


def _document(top: JsonSchemaValue, definitions: JsonSchemaValue) -> JsonSchemaValue:
    """Return a schema that stands by itself, with the definitions that it uses."""
    used: JsonSchemaValue = {}
    waiting = [top]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in used:
                used[name] = definitions[name]
                waiting.append(definitions[name])
    return {"$schema": DRAFT, **top, "definitions": dict(sorted(used.items()))}


def _references(schema: object) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for each in schema.values():
            yield from _references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _references(each)


def _about(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return the title and description of a schema."""
    return {key: schema[key] for key in _WORDS if key in schema}


_BY_NAME = ("properties", "patternProperties", "definitions")
_ONE = ("additionalProperties", "propertyNames", "not")
_SEVERAL = ("anyOf", "oneOf", "allOf")


def _each_schema(
    schema: JsonSchemaValue, change: Callable[[JsonSchemaValue], JsonSchemaValue]
) -> JsonSchemaValue:
    """Return a schema with itself and all schemas in it changed, the innermost first."""
    made = dict(schema)
    for key, value in schema.items():
        if key in _BY_NAME:
            made[key] = {name: _each_schema(each, change) for name, each in value.items()}
        elif key in _ONE and isinstance(value, dict):
            made[key] = _each_schema(value, change)
        elif key in _SEVERAL or (key in ("items", "prefixItems") and isinstance(value, list)):
            made[key] = [_each_schema(each, change) for each in value]
        elif key == "items":
            made[key] = _each_schema(value, change)
    return change(made)


def _part_of(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return what a variant may write of a model: any of its keys, null to take one away."""
    part = {key: value for key, value in schema.items() if key not in ("required", "default")}
    for key in ("properties", "patternProperties"):
        if key in part:
            part[key] = {name: _or_nothing(each) for name, each in part[key].items()}
    if isinstance(part.get("additionalProperties"), dict):
        part["additionalProperties"] = _or_nothing(part["additionalProperties"])
    for key in _SEVERAL:
        if key in part:
            part[key] = [_part_of(each) for each in part[key]]
    if "$ref" in part:
        part["$ref"] += _IS_VARIANT
    return part


_NOTHING = {"type": "null"}


def _or_nothing(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema of a key in a variant, where null takes the key away.

    Definitions of parts take null themselves, so that a reference need not say it.
    """
    choices = [each for each in schema.get("anyOf", ()) if each != _NOTHING]
    if len(choices) == 1:
        alone = {key: value for key, value in schema.items() if key != "anyOf"} | choices[0]
        _set_beside_reference(alone)
        return _or_nothing(alone)
    part = _part_of(schema)
    if choices:
        part["anyOf"] = [*map(_part_of, choices), _NOTHING]
    if isinstance(part.get("type"), str):
        part["type"] = [part["type"], "null"]
    if "enum" in part:
        part["enum"] = [*part["enum"], None]
    return part
