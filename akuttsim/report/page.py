"""The report: one self-contained page from a results folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from akuttsim.experiments.files import write_whole
from akuttsim.experiments.results import Results
from akuttsim.indicators.comparison import FEWER_CAME, THE_SAME
from akuttsim.report import tables
from akuttsim.report.answer import answer
from akuttsim.report.apart import counts_table, differing
from akuttsim.report.borders import Border
from akuttsim.report.cases import several
from akuttsim.report.catalogue import Catalogue
from akuttsim.report.effects_part import effects_part
from akuttsim.report.interrupted import interrupted, replications_told
from akuttsim.report.labels import SYMBOLS
from akuttsim.report.limits import limits
from akuttsim.report.live import live, script_hash
from akuttsim.report.many import told_of
from akuttsim.report.moved import moved
from akuttsim.report.noticed import became, who_notices
from akuttsim.report.overloads import overloads
from akuttsim.report.pictures import parts
from akuttsim.report.repeat import command
from akuttsim.report.selection import WITHIN_MARGIN, Selection
from akuttsim.report.stress import stress
from akuttsim.report.tradeoff import trade_off
from akuttsim.report.words import Words
from akuttsim.texts import Lang

BEFORE_MAP = frozenset({"answering", "ambulance"})
"""Parts of the page that stand above the map; the others stand below the replay."""


def write_report(results: Results, lang: Lang, out: Path, borders: Sequence[Border] = ()) -> None:
    """Write the report of some results as one HTML page in Norwegian (nb) or English (en).

    The same results give the same bytes. Raises OSError where `out` cannot be written.
    """
    write_whole(out, page(results, lang, borders).encode("utf-8"))


def page(results: Results, lang: Lang, borders: Sequence[Border] = ()) -> str:
    """Return the page; it holds everything that it shows and asks for nothing from outside.

    `borders` are municipalities' outlines for the map, if the user has some.
    """
    words = Words(Catalogue(lang), Selection(results))
    template = _template(_resource("report.html.j2"))
    style = Markup(_resource("style.css"))
    drawn = live(words, results.folder, borders)
    return str(
        template.render(
            t=words.text, style=style, live=drawn, script_hash=script_hash(),
            **_head(words), **_body(words),
        )
    )  # fmt: skip


@cache
def _resource(name: str) -> str:
    return (files("akuttsim.report") / "templates" / name).read_text("utf-8")


def _template_source(name: str) -> str | None:
    """Return a template's source; None where there is none, which an include may ignore."""
    return _resource(name) if (files("akuttsim.report") / "templates" / name).is_file() else None


@cache
def _template(source: str) -> Any:
    settings = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_template_source),
    )
    return settings.from_string(source)


def _head(words: Words) -> dict[str, Any]:
    manifest = words.chosen.manifest
    region = words.text.both(manifest["region"]["title"])
    model = words.labels.organisation(words.chosen.base)
    question = manifest["question"]
    one = words.text("page.one_question", model=model, region=region)
    return {
        "lang": words.text.lang,
        "region": region,
        "question": words.text.both(question) if question else one,
        "hypothesis": words.text.both(manifest["hypothesis"]) if manifest["hypothesis"] else "",
        "manifest": manifest,
        "interrupted": interrupted(words),
        "replications": replications_told(words),
        "print_head": css_string(f"akuttsim – {region}"),
        "base": model,
        "has_others": bool(words.chosen.others),
        "models": [_model(words, name) for name in words.chosen.organisations],
    }


def css_string(words: str) -> Markup:
    """Return words as a string of CSS in which no letter can end the string, or the style."""
    short = " ".join(words.split())[:_LONGEST_HEAD]
    letters = (each if each.isascii() and each.isalnum() else f"\\{ord(each):x} " for each in short)
    return Markup(f'"{"".join(letters)}"')


_LONGEST_HEAD = 90


def _model(words: Words, name: str) -> dict[str, Any]:
    organisation = words.chosen.manifest["organisations"][name]
    changes = words.chosen.manifest["changes"].get(name, [])
    return {
        "title": words.labels.organisation(name),
        "description": words.text.both(organisation.get("description") or ""),
        "told": told_of(words, name),
        "is_base": name == words.chosen.base,
        "changes": [_change(words, each) for each in changes],
    }


def _change(words: Words, change: dict[str, Any]) -> dict[str, Any]:
    """Return a named change; its reason may be in both languages or in English alone."""
    why = change["why"]
    lang = words.text.lang if isinstance(why, dict) else "en"
    return {"name": change["name"], "why": words.text.both(why), "lang": lang}


def _body(words: Words) -> dict[str, Any]:
    assumed = sum(entry["grade"] == "C" for entry in words.chosen.manifest["assumptions"])
    return {
        "answer": answer(words),
        "overloads": overloads(words),
        "many": _many(words),
        "cases": several(words),
        "trade_off": trade_off(words),
        "moved": moved(words),
        "limits": limits(words.chosen.manifest),
        "targets": tables.models_against_targets(words),
        "differences": tables.differences_from_base(words) if words.chosen.others else None,
        "who_notices": [*who_notices(words), *became(words)],
        "effects": effects_part(words),
        "parts": parts(words),
        "before_map": BEFORE_MAP,
        "contacts": _contacts(words),
        "assumed": assumed,
        "sections": tables.assumption_sections(words),
        "grades": tables.grades(words),
        "map_sources": tables.map_sources(words),
        "everything": tables.all_indicators(words),
        "definitions": _definitions(words),
        "verdicts": _verdict_key(words),
        "counts": counts_table(words),
        "differing": differing(words),
        "stress": stress(words),
        "command": command(words),
        "terms": [key.split(".")[2] for key in words.text.texts if key.endswith(".term")],
    }


def _many(words: Words) -> str:
    """Say that intervals are widened for many models; nothing where they are not."""
    many = words.chosen.compared_at_once
    if many is None:
        return ""
    count, confidence = many
    base = words.labels.organisation(words.chosen.base)
    level = words.numbers.amount(confidence, "share", 1)
    return words.text("sure.many", count=count, base=base, level=level)


def _contacts(words: Words) -> str:
    level = words.chosen.level(words.chosen.base, "contacts_a_week")
    return words.numbers.plain(level.mean) if level is not None and level.is_known else ""


def _definitions(words: Words) -> list[dict[str, str]]:
    found = []
    for name in words.chosen.manifest["definitions"]:
        definition, lang = words.labels.definition(name)
        entry = {"key": name, "name": words.labels.indicator(name), "lang": lang}
        found.append({**entry, "text": definition})
    return found


def _verdict_key(words: Words) -> list[tuple[str, str, str, str]]:
    """Return the verdicts with sign, word and meaning, for the line below the tables."""
    alone = ("better", "worse", "differs", THE_SAME)
    given = {*(change.verdict for change in words.chosen.changes.values()),
             *words.chosen.results.effects["verdict"]}  # fmt: skip
    has_changes = words.chosen.others or len(words.chosen.cases) > 1
    left_out = {WITHIN_MARGIN, FEWER_CAME} - given | (set() if has_changes else set(alone))
    names = [name for name in SYMBOLS if f"verdict_help.{name}" in words.text.texts]
    shown = [name for name in names if name not in left_out]
    return [
        (
            name.replace(" ", "-"),
            SYMBOLS[name],
            words.text(f"verdict.{name}"),
            words.text(f"verdict_help.{name}"),
        )
        for name in shown
    ]
