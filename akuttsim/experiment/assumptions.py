"""The table of assumptions: every sourced value of a study with its grade and range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from akuttsim.config.schema.values import Model, Sourced
from akuttsim.experiment.study import Study


def assumptions(study: Study) -> list[dict[str, Any]]:
    """Return one entry for each sourced value: where it stands, value, source, grade, range.

    Values that an organisation shares with the base are listed once, under the base.
    """
    entries = [{"of": "region", **entry} for entry in _sourced(study.region, "")]
    known = set()
    for name, organisation in study.organisations.items():
        for entry in _sourced(organisation, ""):
            key = (entry["key"], entry["value"], entry["source"])
            if key not in known:
                known.add(key)
                entries.append({"of": name, **entry})
    return entries


def _sourced(value: object, key: str) -> Iterator[dict[str, Any]]:
    """Yield the sourced values below a config value, in the order in which they are written."""
    if isinstance(value, Sourced):
        yield {
            "key": key,
            "value": _in_words(value),
            "source": value.source,
            "grade": value.grade,
            "range": list(value.range) if value.range else None,
        }
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from _sourced(getattr(value, name), f"{key}.{name}" if key else name)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _sourced(part, f"{key}.{name}" if key else str(name))


def _in_words(value: Sourced) -> str:
    """Return a value as its config has it, without source, grade and range."""
    plain = value.model_dump(mode="json", exclude_none=True)
    apart = {*Sourced.model_fields, "title"}
    parts = {name: part for name, part in plain.items() if name not in apart}
    if set(parts) == {"value"}:
        return f"{parts['value']:g}"
    return ", ".join(f"{name} {_flat(part)}" for name, part in parts.items())


def _flat(part: object) -> str:
    if isinstance(part, dict):
        return "(" + ", ".join(f"{name} {_flat(each)}" for name, each in part.items()) + ")"
    if isinstance(part, list):
        return "[" + ", ".join(_flat(each) for each in part) + "]"
    return f"{part:g}" if isinstance(part, float) else str(part)
