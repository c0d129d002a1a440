"""The report as one self-contained HTML page from a results folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from akuttsim.experiments.files import write_whole
from akuttsim.experiments.manifest import ChangeEntry
from akuttsim.experiments.results import Results
from akuttsim.report import document
from akuttsim.report.answer import answer
from akuttsim.report.context import SYMBOLS, Catalogue, ResultsView, Words
from akuttsim.report.exporters.html_templates import render_template
from akuttsim.report.municipality_data import Border
from akuttsim.report.page_figures import figure_set
from akuttsim.report.page_scripts import script_hash
from akuttsim.report.replay_map import map_script, replay_map
from akuttsim.report.sections.answer_drivers import answer_drivers
from akuttsim.report.sections.case_comparison import case_section, effects_section
from akuttsim.report.sections.method_and_limits import (
    differing_keys,
    model_limits,
    parts_table,
    repeat_command,
    stress_form,
)
from akuttsim.report.sections.patients_affected import noticing_tables, outcome_tables
from akuttsim.report.sections.subject_sections import subject_sections
from akuttsim.report.sections.tradeoff import tradeoff_section
from akuttsim.report.sentences import (
    model_summary,
    overload_clauses,
    replication_count,
    unfinished_sentences,
)
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import Lang

BEFORE_MAP = frozenset({"answering", "ambulance"})
"""Parts of the page that stand above the map; the others stand below the replay."""


def write_report(results: Results, lang: Lang, out: Path, borders: Sequence[Border] = ()) -> None:
    """Write the report of some results as one HTML page in Norwegian (nb) or English (en).

    The same results give the same bytes. Raises OSError where `out` cannot be written.
    """
    write_whole(out, report_page(results, lang, borders).encode("utf-8"))


def report_page(results: Results, lang: Lang, borders: Sequence[Border] = ()) -> str:
    """Return the page; it holds everything that it shows and asks for nothing from outside.

    Args:
        results: The results of an experiment or a run, also of one that is not finished.
        lang: The language of the page.
        borders: Municipalities' outlines for the map, if the user has some.

    Returns:
        The page as HTML. The same results give the same text.
    """
    words = Words(Catalogue(lang), ResultsView(results))
    return render_template(
        "report.html.j2",
        t=words.text,
        live=replay_map(words, results.folder, borders),
        map_hash=script_hash(map_script()),
        figures=figure_set(words),
        **_page_head(words),
        **_page_body(words),
    )


TemplateValues = dict[str, Any]
"""What a template is filled with, by the names that stand in it."""


def _page_head(words: Words) -> TemplateValues:
    manifest = words.chosen.manifest
    region = words.text.both(manifest.region["title"])
    model = words.labels.organisation(words.chosen.base)
    question = manifest.question
    one = words.text("page.one_question", model=model, region=region)
    return {
        "lang": words.text.lang,
        "region": region,
        "question": words.text.both(question) if question else one,
        "hypothesis": words.text.both(manifest.hypothesis) if manifest.hypothesis else "",
        "manifest": manifest,
        "interrupted": unfinished_sentences(words),
        "replications": replication_count(words),
        "print_head": css_string(f"akuttsim – {region}"),
        "base": model,
        "has_others": bool(words.chosen.others),
        "models": [_model_entry(words, name) for name in words.chosen.organisations],
    }


def css_string(words: str) -> Markup:
    """Return words as a string of CSS in which no letter can end the string, or the style."""
    short = " ".join(words.split())[:_LONGEST_HEAD]
    letters = (
        letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} "
        for letter in short
    )
    return Markup(f'"{"".join(letters)}"')


_LONGEST_HEAD = 90


def _model_entry(words: Words, name: str) -> TemplateValues:
    organisation = words.chosen.manifest.organisations[name]
    changes = words.chosen.manifest.changes.get(name, [])
    return {
        "title": words.labels.organisation(name),
        "description": words.text.both(organisation.get("description") or ""),
        "told": model_summary(words, name),
        "is_base": name == words.chosen.base,
        "changes": [_change_entry(words, change) for change in changes],
    }


def _change_entry(words: Words, change: ChangeEntry) -> TemplateValues:
    """Return a named change; its reason may be in both languages or in English alone."""
    why = change.why
    lang = words.text.lang if isinstance(why, dict) else "en"
    return {"name": change.name, "why": words.text.both(why), "lang": lang}


def _page_body(words: Words) -> TemplateValues:
    manifest = words.chosen.manifest
    assumed = sum(entry.grade == "C" for entry in manifest.assumptions)
    return {
        "answer": answer(words),
        "overloads": overload_clauses(words),
        "many": _many_models_note(words),
        "cases": case_section(words),
        "trade_off": tradeoff_section(words),
        "moved": answer_drivers(words),
        "limits": model_limits(manifest.region, manifest.organisations.values()),
        "targets": document.models_against_targets(words),
        "differences": document.differences_from_base(words) if words.chosen.others else None,
        "who_notices": [*noticing_tables(words), *outcome_tables(words)],
        "effects": effects_section(words),
        "subject_sections": subject_sections(words),
        "before_map": BEFORE_MAP,
        "contacts": _contacts_entry(words),
        "assumed": assumed,
        "sections": document.assumption_sections(words),
        "grades": document.source_grades(words),
        "map_sources": document.map_sources(words),
        "everything": document.all_indicators(words),
        "definitions": _indicator_definitions(words),
        "verdicts": _verdict_key(words),
        "counts": parts_table(words),
        "differing": differing_keys(words),
        "stress": stress_form(words),
        "command": repeat_command(words),
        "terms": [key.split(".")[2] for key in words.text.texts if key.endswith(".term")],
    }


def _many_models_note(words: Words) -> str:
    """Say that intervals are widened for many models; nothing where they are not."""
    many = words.chosen.compared_at_once
    if many is None:
        return ""
    count, confidence = many
    base = words.labels.organisation(words.chosen.base)
    level = words.numbers.amount(confidence, "share", 1)
    return words.text("sure.many", count=count, base=base, level=level)


def _contacts_entry(words: Words) -> str:
    level = words.chosen.level(words.chosen.base, "contacts_a_week")
    return words.numbers.plain(level.mean) if level is not None and level.is_known else ""


def _indicator_definitions(words: Words) -> list[dict[str, str]]:
    definitions = []
    for name in words.chosen.manifest.definitions:
        definition, lang = words.labels.definition(name)
        entry = {"key": name, "name": words.labels.indicator(name), "lang": lang}
        definitions.append({**entry, "text": definition})
    return definitions


def _verdict_key(words: Words) -> list[tuple[str, str, str, str]]:
    """Return the verdicts with sign, word and meaning, for the line below the tables."""
    alone = (Verdict.BETTER, Verdict.WORSE, Verdict.DIFFERS, Verdict.WITHIN_MARGIN)
    verdicts = {*(change.verdict for change in words.chosen.changes.values()),
             *words.chosen.results.effects["verdict"]}  # fmt: skip
    has_changes = words.chosen.others or len(words.chosen.cases) > 1
    omitted = {Verdict.FEWER_CAME} - verdicts | (set() if has_changes else set(alone))
    names = [name for name in SYMBOLS if f"verdict_help.{name}" in words.text.texts]
    shown = [name for name in names if name not in omitted]
    return [
        (
            name.replace(" ", "-"),
            SYMBOLS[name],
            words.text(f"verdict.{name}"),
            words.text(f"verdict_help.{name}"),
        )
        for name in shown
    ]
