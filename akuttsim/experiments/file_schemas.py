"""The JSON Schema of each kind of file, with the names that are known and values as examples."""

from __future__ import annotations

from functools import cache

from pydantic.json_schema import JsonSchemaValue

from akuttsim.config import shipped
from akuttsim.config.json_schema import (
    Examples,
    KeyWords,
    KnownNames,
    SchemaWriter,
    examples_of,
)
from akuttsim.config.loader import MODELS_BY_KIND, load_organisation, load_region, load_small_config
from akuttsim.indicators.registry import INDICATORS
from akuttsim.texts import Lang

VARIANT = "variant"

_EXAMPLE_REGIONS = (
    "namdal",
    "namdal-bus-accident",
    "namdal-easter-visitors",
    "namdal-influenza",
    "namdal-timetables",
)
_EXAMPLE_ORGANISATION = "namdal-all-links"
"""Shipped files that have most keys between them."""


def file_schema(kind: str, lang: Lang, with_examples: bool = True) -> JsonSchemaValue:
    """Return the JSON Schema of a kind of file.

    Args:
        kind: A kind of `shipped.KINDS` with hyphens for blanks, or `variant`.
        lang: The language of titles and descriptions.
        with_examples: Whether to read shipped files for a value of each key, which takes a second.
    """
    writer = schema_writer(lang, with_examples)
    models = {known.replace(" ", "-"): model for known, (_, model) in MODELS_BY_KIND.items()}
    if kind == VARIANT:
        return writer.variant({each: models[each] for each in ("organisation", "region")})
    return writer.whole_or_variant(models[kind], kind.replace("-", " "))


def schema_writer(lang: Lang, with_examples: bool = True) -> SchemaWriter:
    """Return what makes schemas of models, with names and examples of the shipped files.

    Args:
        lang: The language of titles and descriptions.
        with_examples: Whether to read shipped files for a value of each key.
    """
    return SchemaWriter(KeyWords(lang), known_names(), shipped_examples() if with_examples else {})


@cache
def known_names() -> KnownNames:
    """Return the names that values may have: of shipped files, indicators and their divisions."""
    divisions = dict.fromkeys(name for each in INDICATORS for name in ("all", *each.by))
    return {
        **{kind: shipped.config_names(kind) for kind in shipped.KINDS},
        "indicator": [each.name for each in INDICATORS],
        "division": [*divisions],
    }


@cache
def shipped_examples() -> Examples:
    """Return a value of each key that the shipped files have between them."""
    small = (
        load_small_config(kind, name)
        for kind in shipped.KINDS
        if kind not in ("region", "organisation")
        for name in shipped.config_names(kind)
    )
    return examples_of([
        *(load_region(name).value for name in _EXAMPLE_REGIONS),
        load_organisation(_EXAMPLE_ORGANISATION).value,
        *small,
    ])  # fmt: skip
