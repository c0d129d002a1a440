"""From a tree to checked values. What is wrong is said in plain words, each with file and line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from akuttsim.config.yaml_document import (
    Node,
    Scalar,
    child_node,
    nearest_node,
    plain_scalar,
    plain_values,
)
from akuttsim.errors import InputError, Problem, did_you_mean, nearest, quote_value
from akuttsim.texts import Message, message, said_by

M = TypeVar("M", bound=BaseModel)
Loc = tuple[str | int, ...]
Schema = Mapping[str, Any]

UNITS = ("_per_h", "_share", "_kmh", "_min", "_nok", "_km", "_s", "_h")
"""The units that a key can end in, the longer endings first."""

_SECONDS = {"_s": 1, "_min": 60, "_h": 3600}

_NOUNS = {
    "float_type": "a_number",
    "int_type": "a_whole_number",
    "int_from_float": "a_whole_number",
    "int_parsing": "a_whole_number",
    "int_parsing_size": "a_whole_number",
    "float_parsing": "a_number",
    "bool_parsing": "true_or_false",
    "none_required": "nothing",
    "string_unicode": "text",
    "date_from_datetime_inexact": "a_date",
    "bool_type": "true_or_false",
    "string_type": "text",
    "list_type": "a_list",
    "tuple_type": "a_list",
    "set_type": "a_list",
    "frozen_set_type": "a_list",
    "dict_type": "a_mapping",
    "mapping_type": "a_mapping",
    "model_type": "a_mapping",
    "dataclass_type": "a_mapping",
    "date_type": "a_date",
    "date_parsing": "a_date",
    "date_from_datetime_parsing": "a_date",
    "time_type": "a_time",
    "time_parsing": "a_time",
}
"""What a value must be, by the error of pydantic: a message of configs.must."""

_SENTENCES = frozenset(
    "greater_than greater_than_equal less_than less_than_equal multiple_of finite_number "
    "string_pattern_mismatch string_too_short string_too_long too_short too_long any_of "
    "literal_error union_tag_invalid union_tag_not_found".split()
)
"""Errors of pydantic that are messages of configs.must, with the same values."""

_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "configs.must.pattern_of_names",
    r"^\d{4}$": "configs.must.pattern_of_numbers",
}
"""Patterns of the models in words; any other is shown as it is."""


@dataclass(frozen=True)
class _ModelError:
    """An error of pydantic; `is_key` tells which parts of its loc are keys in the tree."""

    loc: Loc
    is_key: tuple[bool, ...]
    detail: ErrorDetails

    def without(self, place: int) -> _ModelError:
        """Return the error with one part of its path left out."""
        others = [i for i in range(len(self.loc)) if i != place]
        loc = tuple(self.loc[i] for i in others)
        return _ModelError(loc, tuple(self.is_key[i] for i in others), self.detail)


def validate(tree: Node, model: type[M], top_key: str = "") -> M:
    """Return a tree as a model.

    The values are checked as JSON, so that a strict model takes a list for a tuple and text for a
    date.

    Args:
        tree: The config as written.
        model: What it should be.
        top_key: Dotted path of the tree itself, for errors; "" for a whole file.

    Raises:
        InputError: With every error: file, line, key, what is wrong, and what was probably meant.
    """
    try:
        return model.model_validate_json(json.dumps(plain_values(tree)))
    except ValidationError as error:
        details = error.errors(include_url=False)
    errors = _without_echoes(_collapse_unions([_locate_error(tree, detail) for detail in details]))
    errors = _with_near_entries(tree, errors, model)
    misspelt = _misspelt_keys(tree, errors, model)
    told = (
        error
        for error in errors
        if not (error.detail["type"] == "missing" and error.loc in misspelt)
    )
    raise InputError(_problem_of_error(tree, error, model, top_key) for error in told)


def _misspelt_keys(tree: Node, errors: Iterable[_ModelError], model: type[BaseModel]) -> set[Loc]:
    """Return the keys that unknown ones were probably meant to be: told there, not as missing."""
    keys: set[Loc] = set()
    for error in errors:
        if error.detail["type"] == "extra_forbidden":
            around, (*above, name) = nearest_node(tree, error.loc[:-1]), error.loc
            meant = _intended_field(str(name), _fields_at(model, error.loc[:-1], around))
            keys.update([(*above, meant)] if meant else [])
    return keys


def _with_near_entries(
    tree: Node, errors: list[_ModelError], model: type[BaseModel]
) -> list[_ModelError]:
    """Say once of an entry that lacks most of its keys which sibling its name was meant to be."""
    lacking: dict[Loc, list[_ModelError]] = {}
    for error in errors:
        if error.detail["type"] == "missing" and len(error.loc) > 2:
            lacking.setdefault(error.loc[:-1], []).append(error)
    for entry, missing in lacking.items():
        written, around = nearest_node(tree, entry), nearest_node(tree, entry[:-1])
        if not isinstance(written.value, dict) or not isinstance(around.value, dict):
            continue
        siblings = [name for name in around.value if (*entry[:-1], name) not in lacking]
        near = nearest(str(entry[-1]), siblings)
        is_entry = near and near not in _fields_at(model, entry[:-1], around)
        if is_entry and len(missing) > len(written.value):
            fields = ", ".join(str(error.loc[-1]) for error in missing)
            ctx = {"fields": fields, "hint": message("configs.did_you_mean", near=near)}
            detail: ErrorDetails = {**missing[0].detail, "type": "incomplete_entry", "ctx": ctx}
            told = _ModelError(entry, missing[0].is_key[:-1], detail)
            errors = [
                error
                for error in errors
                if error.detail["type"] != "missing" or error.loc[: len(entry)] != entry
            ] + [told]
    return errors


def _without_echoes(errors: list[_ModelError]) -> list[_ModelError]:
    """Leave out that a list is too short where one of its items is wrong, and so not counted."""

    def is_echo(error: _ModelError) -> bool:
        inside = (e for e in errors if e is not error and e.loc[: len(error.loc)] == error.loc)
        return error.detail["type"] == "too_short" and any(inside)

    return [error for error in errors if not is_echo(error)]


def _locate_error(tree: Node, detail: ErrorDetails) -> _ModelError:
    """Return an error of pydantic with the parts of its path that are keys."""
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    discriminator = str(detail.get("ctx", {}).get("discriminator", ""))
    if not discriminator.startswith("'"):  # none, or a function, which names no key
        return _ModelError(loc, _loc_keys(tree, loc, detail["type"] == "missing"), detail)
    if detail["type"] == "union_tag_not_found":
        detail = {**detail, "type": "missing"}
    loc = (*loc, discriminator.strip("'"))
    return _ModelError(loc, _loc_keys(tree, loc, True), detail)


def _loc_keys(node: Node, loc: Loc, ends_in_key: bool) -> tuple[bool, ...]:
    """Tell which parts of a loc are keys: the others are names of union members and validators.

    A union member may be called like a key, so the reading with the most keys is the right one,
    and of two such the one with the keys further in.
    """
    if not loc or (len(loc) == 1 and ends_in_key):
        return (True,) * len(loc)
    child = child_node(node, loc[0])
    readings = []
    if child is not None:
        readings.append((True, *_loc_keys(child, loc[1:], ends_in_key)))
        if all(readings[0]):
            return readings[0]
    readings.append((False, *_loc_keys(node, loc[1:], ends_in_key)))
    return max(readings, key=lambda reading: (sum(reading), reading[::-1]))


def _collapse_unions(errors: Iterable[_ModelError]) -> list[_ModelError]:
    """Keep, where a union failed, only the errors of the member that was most likely meant."""
    collapsed: list[_ModelError] = []
    unions: dict[Loc, dict[str | int, list[_ModelError]]] = {}
    for error in errors:
        if all(error.is_key):
            collapsed.append(error)
            continue
        place = error.is_key.index(False)
        members = unions.setdefault(error.loc[:place], {})
        members.setdefault(error.loc[place], []).append(error.without(place))
    for loc, members in unions.items():
        collapsed += _likeliest_branch(
            [_collapse_unions(member) for member in members.values()], len(loc)
        )
    return collapsed


def _likeliest_branch(members: list[list[_ModelError]], depth: int) -> list[_ModelError]:
    """Choose a union member by its errors; `depth` is that of the union itself."""
    if len(members) == 1:
        return members[0]
    entered = [member for member in members if _deepest_errors(member) > depth]
    if entered:
        return max(entered, key=_branch_likelihood)
    flat = [error for member in members for error in member]
    right_type = [error for error in flat if error.detail["type"] not in _NOUNS]
    return right_type[:1] or [_any_of_message(flat)]


def _deepest_errors(member: list[_ModelError]) -> int:
    """Return how far in the deepest error of a union's member lies."""
    return max(len(error.loc) for error in member)


def _branch_likelihood(member: list[_ModelError]) -> tuple[int, int, int]:
    """Return how likely a member was meant: its kind, how far it fits, how little is wrong."""
    other_kind = sum(error.detail["type"] == "literal_error" for error in member)
    return -other_kind, _deepest_errors(member), -len(member)


def _any_of_message(errors: list[_ModelError]) -> _ModelError:
    """Return one error for several members: a value must be one of their nouns."""
    nouns = dict.fromkeys(_NOUNS[error.detail["type"]] for error in errors)
    first = errors[0]
    either = reduce(
        lambda one, other: message("configs.must.either", one=one, other=other),
        [message(f"configs.must.{noun}") for noun in nouns],
    )
    detail: ErrorDetails = {**first.detail, "type": "any_of", "ctx": {"nouns": either}}
    return _ModelError(first.loc, first.is_key, detail)


def _problem_of_error(
    tree: Node, error: _ModelError, model: type[BaseModel], top_key: str
) -> Problem:
    """Return an error as a problem with file, line and key."""
    node = around = tree
    for part in error.loc:
        node, around = child_node(node, part) or node, node
    key = ".".join(str(part) for part in (top_key, *error.loc) if part != "")
    what = _explain_error(error, model, node, around)
    if not isinstance(what, Message):
        what = " ".join(what.split()).rstrip(".")
    return Problem(node.file, node.line, key, what)


def _explain_error(error: _ModelError, model: type[BaseModel], node: Node, around: Node) -> str:
    """Say what is wrong: a key that is missing or unknown, or a value that does not fit."""
    detail, kind = error.detail, error.detail["type"]
    if kind == "missing":
        field = str(error.loc[-1])
        unit = split_unit(field)[1]
        if field in ("grade", "source"):
            return message(f"configs.keys.missing_{field}")
        if not unit:
            return message("configs.keys.missing", field=field)
        return message("configs.keys.missing_in", field=field, unit=_unit_name(unit))
    if kind == "extra_forbidden":
        if error.loc[-3::2] == ("control_rooms", "place"):
            return message("configs.keys.place_of_room")
        return unknown_key(str(error.loc[-1]), _fields_at(model, error.loc[:-1], around))
    if kind == "incomplete_entry":
        return message("configs.keys.incomplete", **detail["ctx"])
    if kind == "model_type" and _is_graded(model, error.loc, node):
        value = detail["input"]
        how = "in_setting" if node.file == "--set" else "in_file"
        shown = quote_value(value)
        return message(f"configs.must.graded_{how}", value=shown, key=".".join(map(str, error.loc)))
    value = plain_values(node) if kind == "union_tag_invalid" else detail["input"]
    what = _wrong_value(detail, value)
    is_of_key = detail["loc"][-1:] == ("[key]",)
    return message("configs.must.of_key", what=what) if is_of_key else what


def _is_graded(model: type[BaseModel], loc: Loc, node: Node) -> bool:
    """Tell whether a number stands where a value with its grade and source is expected."""
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return is_number and {"value", "grade", "source"} <= set(_fields_at(model, loc, node))


def _wrong_value(detail: ErrorDetails, value: object) -> str:
    """Say what a value must be, what it is, and what was probably meant."""
    kind, given = detail["type"], detail.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        return said_by(given["error"])
    ctx: dict[str, str] = {name: _tidy_number(part) for name, part in given.items()}
    if kind in _NOUNS:
        kind, ctx = "any_of", {"nouns": message(f"configs.must.{_NOUNS[kind]}")}
    if kind not in _SENTENCES:
        said = f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"
        return message("configs.must.other", said=said, value=quote_value(value))
    if "pattern" in ctx:
        pattern = ctx["pattern"]
        known = _PATTERNS.get(pattern)
        ctx["pattern"] = (
            message(known) if known else message("configs.must.pattern", pattern=pattern)
        )
    if ctx.get("min_length") == "1":
        return message("configs.must.not_be_empty")
    got = message("configs.must.got", value=quote_value(value))
    hint = _value_hint(value, " ".join(ctx.values()))
    return message(f"configs.must.{kind}", **ctx, hint=hint, got=got)


def _tidy_number(part: object) -> str:
    """Return a value as text, whole numbers without a decimal point."""
    if isinstance(part, Message):
        return part
    return str(int(part)) if isinstance(part, float) and part.is_integer() else str(part)


def _unit_name(unit: str) -> Message:
    """Return the name of a unit by the ending of its keys, such as `_min`."""
    return message(f"configs.units.{unit[1:]}")


def _value_hint(value: object, expected: str) -> str:
    """Say what was probably meant by a value that is not as `expected`."""
    if isinstance(value, str):
        wants_number = "a number" in expected or "a whole number" in expected
        whole = "a number" not in expected
        return (
            _number_hint(value, whole)
            if wants_number
            else did_you_mean(value, re.findall(r"'([^']*)'", expected))
        )
    if isinstance(value, int | float) and (
        "text" in expected or f"'{_tidy_number(value)}'" in expected
    ):
        return message("configs.must.quote")
    return ""


def _number_hint(text: str, whole: bool) -> str:
    """Return how to write a number that stands as text, or has a decimal comma."""
    point = re.sub(r"\s", "", text).replace(",", ".")
    if not _reads_as_number(point) or (whole and "." in point):
        return ""
    if "," in text:
        return message("configs.must.point", point=point)
    how = "configs.must.no_quotes" if point == text else "configs.must.write"
    return message(how, point=point)


def _reads_as_number(text: str) -> bool:
    """Tell whether YAML would read a text as a number."""
    try:
        value: Scalar = plain_scalar(text)
    except ValueError:
        return False
    return isinstance(value, int | float) and not isinstance(value, bool)


def unknown_key(name: str, fields: Iterable[str]) -> str:
    """Say what to write instead of an unknown key, where one of `fields` is near it.

    Args:
        name: The key as written.
        fields: The keys that there are; one in another unit is proposed with how the units relate.
    """
    fields = [field for field in fields if field != name]
    other = _in_another_unit(name, fields)
    if other:
        return _other_unit(other, split_unit(name)[1], split_unit(other)[1])
    if name.isdecimal():  # what {value: 1,5} makes of the digits after a decimal comma
        return message("configs.keys.decimal_comma")
    known = "configs.keys.one_of" if fields else "configs.keys.leave_out"
    hint = did_you_mean(name, fields) or message(known, known=", ".join(fields))
    return message("configs.keys.unknown", hint=hint)


def _in_another_unit(name: str, fields: Iterable[str]) -> str:
    """Return the field that only its unit tells from a name; "" where there is none."""
    stem, unit = split_unit(name)
    of_stem = (
        field for field in fields if split_unit(field)[0] == stem and split_unit(field)[1] != unit
    )
    return next(of_stem, "")


def _intended_field(name: str, fields: Iterable[str]) -> str:
    """Return the field that `unknown_key` proposes for a name; "" where it proposes none."""
    fields = [field for field in fields if field != name]
    return _in_another_unit(name, fields) or nearest(name, fields)


def _other_unit(field: str, unit: str, field_unit: str) -> str:
    """Say that a key is there with another unit, with what one is of the other."""
    if not unit:
        return message("configs.keys.missing_unit", field=field, unit=_unit_name(field_unit))
    if not field_unit:
        return message("configs.keys.no_unit", field=field)
    factor = _unit_factor(unit, field_unit)
    return message(
        "configs.keys.other_unit", field=field, unit=_unit_name(field_unit), factor=factor
    )


def _unit_factor(unit: str, field_unit: str) -> str:
    """Return how many of one unit of time make one of the other; nothing for other units."""
    if unit not in _SECONDS or field_unit not in _SECONDS:
        return ""
    small, large = sorted((unit, field_unit), key=_SECONDS.__getitem__)
    return f"; 1 {large[1:]} = {_SECONDS[large] // _SECONDS[small]} {small[1:]}"


def split_unit(name: str) -> tuple[str, str]:
    """Return a key's name without its unit, and the unit's ending.

    Args:
        name: The last part of a key, such as max_drive_min.

    Returns:
        Such as max_drive and _min; the whole name and "" where it ends in no unit.
    """
    unit = next((unit for unit in UNITS if name.endswith(unit)), "")
    return name.removesuffix(unit), unit


@cache
def _schema_of(model: type[BaseModel]) -> Schema:
    """Return the JSON Schema of a model, made once: a quarter of a second for a region."""
    return model.model_json_schema()


def _fields_at(model: type[BaseModel], loc: Loc, mapping: Node) -> list[str]:
    """Return the keys that `model` takes in the `mapping` at `loc`, as its JSON Schema has them."""
    schema = _schema_of(model)
    forms = list(_schema_forms(schema, schema))
    for part in loc:
        forms = [
            inner
            for form in forms
            for child in _inner_schemas(form, part)
            for inner in _schema_forms(child, schema)
        ]
    meant = [form for form in forms if _matches_form(form, mapping)]
    return list(dict.fromkeys(name for form in meant for name in form.get("properties", ())))


def _matches_form(form: Schema, mapping: Node) -> bool:
    """Tell whether a mapping has the constants that tell this form from others."""
    properties: Schema = form.get("properties", {})
    children = {
        name: child_node(mapping, name) for name in properties if "const" in properties[name]
    }
    return all(
        node is None or node.value == properties[name]["const"] for name, node in children.items()
    )


def _schema_forms(schema: Schema, top: Schema) -> Iterator[Schema]:
    """Yield a schema with its reference followed and the members of its unions."""
    if "$ref" in schema:
        yield from _schema_forms(top["$defs"][schema["$ref"].removeprefix("#/$defs/")], top)
    for how in ("anyOf", "oneOf", "allOf"):
        for member in schema.get(how, ()):
            yield from _schema_forms(member, top)
    yield schema


def _inner_schemas(form: Schema, part: str | int) -> list[Schema]:
    """Return the schemas that a form gives for one key or place."""
    if isinstance(part, int):
        inner = [*form.get("prefixItems", ())[part : part + 1], form.get("items")]
    elif part in form.get("properties", ()):
        inner = [form["properties"][part]]
    else:
        inner = [form.get("additionalProperties"), *form.get("patternProperties", {}).values()]
    return [schema for schema in inner if isinstance(schema, dict)]
