"""The report as one self-contained HTML page from a results folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from akuttsim.experiments.files import write_whole
from akuttsim.experiments.manifest import ChangeEntry
from akuttsim.experiments.results import Results
from akuttsim.municipality_borders import Border
from akuttsim.report import document
from akuttsim.report.context import SYMBOLS, Catalogue, ResultsView, Words
from akuttsim.report.decision import decision
from akuttsim.report.document import Section
from akuttsim.report.exporters.html_templates import render_template
from akuttsim.report.figure_views import Block, PageFigure
from akuttsim.report.first_screen import (
    MOST_GAINS,
    NOTICED,
    OUTCOMES,
    FirstScreen,
    first_screen,
)
from akuttsim.report.page_figures import FigureSet, figure_set
from akuttsim.report.page_scripts import joined_script, script_hash, static_file
from akuttsim.report.replay_map import map_script, replay_map
from akuttsim.report.sections.answer_drivers import answer_drivers
from akuttsim.report.sections.case_comparison import case_section, effects_section
from akuttsim.report.sections.findings import doubts_finding, map_finding, map_layer
from akuttsim.report.sections.method_and_limits import (
    differing_keys,
    model_limits,
    parts_table,
    repeat_command,
    stress_form,
)
from akuttsim.report.sections.municipality_pages import municipality_pages
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

SUBJECTS = {
    "places": ("equity",),
    "hours": ("answering", "ambulance", "people"),
    "cost": ("cost", "trade-off"),
    "health": ("health",),
}
"""The parts of the analysis, and the subjects whose numbers each has."""

BLOCKS: dict[str, Block] = {"places": "place", "hours": "hour", "cost": "cost"}
"""The figures of each part; health has none."""

ON_PAPER = ("places", "hours")
"""Parts whose first figure stands on the second printed page."""


@dataclass(frozen=True)
class AnalysisPart:
    """A part of the analysis: the figure that answers stands open, the rest is folded.

    Attributes:
        key: Its name within the page.
        name: What it is called in the contents.
        figures: Its figures, the one that answers first; the title of that is the heading.
        subjects: Its numbers, subject by subject.
        on_paper: Whether its first figure stands on the second printed page.
    """

    key: str
    name: str
    figures: tuple[PageFigure, ...]
    subjects: tuple[Section, ...]
    on_paper: bool


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
    told = decision(words)
    screen = first_screen(words, told)
    live = replay_map(words, results.folder, borders)
    figures = figure_set(words)
    has_room = sum(row.is_shown for row in told.rows) <= MOST_ROWS_WITH_FIGURES
    analysis = _analysis_parts(words, figures, has_room)
    scripts = _scripts(figures, has_map=live is not None)
    return render_template(
        "report.html.j2",
        "report.css",
        t=words.text,
        live=live,
        figures=figures,
        scripts=scripts,
        hashes=[script_hash(script) for script in scripts],
        screen=screen,
        analysis=analysis,
        municipalities=municipality_pages(words, results.folder),
        municipality_style=Markup(static_file("page/municipalities.css")),
        map_title=map_finding(words),
        map_layer=map_layer(words),
        doubts=_doubts(words),
        cases=case_section(words),
        contents=_contents(words, analysis, has_map=live is not None),
        annex=_annex(words),
        **_page_head(words),
        **_screen_values(words, screen),
    )


TemplateValues = dict[str, Any]
"""What a template is filled with, by the names that stand in it."""


def _page_head(words: Words) -> TemplateValues:
    region = words.text.both(words.chosen.manifest.region["title"])
    return {
        "lang": words.text.lang,
        "region": region,
        "manifest": words.chosen.manifest,
        "replications": replication_count(words),
        "print_head": css_string(f"akuttsim – {region}"),
        "base": words.labels.organisation(words.chosen.base),
        "has_others": bool(words.chosen.others),
        "models": [_model_entry(words, name) for name in words.chosen.organisations],
    }


def _screen_values(words: Words, screen: FirstScreen) -> TemplateValues:
    """Return what the template of the first screen needs beside it."""
    outcomes = {claim.outcome for claim in screen.decision.hypothesis}
    [whole] = outcomes if len(outcomes) == 1 else ["partly"]
    return {
        "interrupted": unfinished_sentences(words),
        "overloads": overload_clauses(words),
        "hypothesis_title": words.text(f"screen.hypothesis.title.{whole}"),
        "outcomes": OUTCOMES,
        "noticed": NOTICED,
        "most_gains": MOST_GAINS,
        "lost_needs_words": any(of.of.lost or of.of.gained for of in screen.noticing),
        "has_intervals": any(cell.axis for row in screen.shown for cell in row.cells),
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
    """Return what a model is; a variant that says nothing itself has not the base's words again."""
    manifest, base = words.chosen.manifest, words.chosen.base
    told = {n: manifest.organisations[n].get("description") or "" for n in (name, base)}
    is_inherited = name != base and told[name] == told[base]
    changes = manifest.changes.get(name, [])
    return {
        "title": words.labels.organisation(name),
        "description": "" if is_inherited else words.text.both(told[name]),
        "changed": [words.text.both(each) for each in manifest.change_sentences.get(name, [])],
        "told": model_summary(words, name),
        "is_base": name == words.chosen.base,
        "changes": [_change_entry(words, change) for change in changes],
    }


def _change_entry(words: Words, change: ChangeEntry) -> TemplateValues:
    """Return a named change; its reason may be in both languages or in English alone."""
    why = change.why
    lang = words.text.lang if isinstance(why, dict) else "en"
    return {"name": change.name, "why": words.text.both(why), "lang": lang}


SCRIPTS = ("intervals.js", "contents.js", "printing.js", "municipalities.js")
"""What the page itself does, in the order in which it is joined."""


def _scripts(figures: FigureSet, has_map: bool) -> list[Markup]:
    """Return the scripts of the page: its own, that of the figures, and that of the map."""
    scripts = [joined_script("page", SCRIPTS)]
    scripts += [figures.script] if figures.all else []
    return [*scripts, map_script()] if has_map else scripts


MOST_ROWS_WITH_FIGURES = 3
"""Models on the first screen, the base among them, beside which two printed pages hold figures."""


def _analysis_parts(words: Words, figures: FigureSet, has_room: bool) -> list[AnalysisPart]:
    """Return the parts of the analysis that the results have something for, in their order.

    Args:
        words: Results in one language.
        figures: The figures of the page.
        has_room: Whether the second printed page has room for some of them.
    """
    sections = {section.key: section for section in subject_sections(words)}
    trade_off = tradeoff_section(words)
    if trade_off is not None:
        sections[trade_off.key] = trade_off
    parts = [
        AnalysisPart(
            key,
            words.text(f"screen.nav.{key}"),
            tuple(figures.of(BLOCKS[key])) if key in BLOCKS else (),
            tuple(sections[subject] for subject in subjects if subject in sections),
            has_room and key in ON_PAPER,
        )
        for key, subjects in SUBJECTS.items()
    ]
    return [part for part in parts if part.figures or part.subjects]


def _contents(
    words: Words, analysis: Sequence[AnalysisPart], has_map: bool
) -> list[tuple[str, str]]:
    """Return the keys and the short names of the parts of the page, for the bar above it."""
    first, *others = ["decision", *(part.key for part in analysis)]
    keys = [first, *others[:1], *(["map"] if has_map else []), *others[1:], "sure", "annex"]
    return [(key, words.text(f"screen.nav.{key}")) for key in keys]


def _doubts(words: Words) -> TemplateValues:
    """Return how sure the answer is: what was run, what could turn it, and what is left out."""
    manifest = words.chosen.manifest
    drivers = answer_drivers(words)
    return {
        "finding": doubts_finding(words, drivers),
        "runs": _runs_in_words(words),
        "drivers": drivers,
        "limits": model_limits(manifest.region, manifest.organisations.values()),
    }


def _runs_in_words(words: Words) -> str:
    """Say what was run, what is compared with what, and what the intervals mean."""
    manifest = words.chosen.manifest
    contacts = _contacts_entry(words)
    runs = words.text(
        "sure.runs" if contacts else "sure.runs_short",
        replications=replication_count(words),
        weeks=manifest.weeks,
        warmup=manifest.warmup_days,
        **({"contacts": contacts} if contacts else {}),
    )
    paired = words.text("sure.paired") if words.chosen.others else ""
    interval = words.text("sure.interval" if manifest.replications > 1 else "sure.one_replication")
    return " ".join(filter(None, (runs, paired, _many_models_note(words), interval)))


def _annex(words: Words) -> TemplateValues:
    """Return all that is needed to check the answer, each table once."""
    manifest = words.chosen.manifest
    return {
        "everything": document.all_indicators(words),
        "differences": document.differences_from_base(words) if words.chosen.others else None,
        "who_notices": [*noticing_tables(words), *outcome_tables(words)],
        "effects": effects_section(words),
        "assumed": manifest.inputs_by_grade()["C"],
        "sections": document.assumption_sections(words),
        "grades": document.source_grades(words),
        "map_sources": document.map_sources(words),
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


def _verdict_key(words: Words) -> list[tuple[str, str, str]]:
    """Return the verdicts with sign, word and meaning, for the line below the tables."""
    alone = (Verdict.BETTER, Verdict.WORSE, Verdict.DIFFERS, Verdict.WITHIN_MARGIN)
    verdicts = {*(change.verdict for change in words.chosen.changes.values()),
             *words.chosen.results.effects["verdict"]}  # fmt: skip
    has_changes = words.chosen.others or len(words.chosen.cases) > 1
    omitted = {Verdict.FEWER_CAME} - verdicts | (set() if has_changes else set(alone))
    names = [name for name in SYMBOLS if f"verdict_help.{name}" in words.text.texts]
    return [
        (SYMBOLS[name], words.text(f"verdict.{name}"), words.text(f"verdict_help.{name}"))
        for name in names
        if name not in omitted
    ]
