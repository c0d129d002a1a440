"""Sheets that explain the others: what the results are, what columns and indicators mean."""

from __future__ import annotations

from collections.abc import Sequence

from akuttsim.report.answer import answer
from akuttsim.report.interrupted import interrupted, replications_told
from akuttsim.report.overloads import overloads
from akuttsim.report.sheets.grid import Cell, Grid, columns, grid, unit_name
from akuttsim.report.sheets.judged import unit_of
from akuttsim.report.words import Words


def front(words: Words) -> Grid:
    """Return the first sheet: the question, the answer, how it was run and how to repeat it."""
    asked, answered = _asked(words), _answered(words)
    rows = [*asked, *answered, *_run(words)]
    return grid(words, "front", columns(words, "fact contents"), rows, frozen=0)


def _asked(words: Words) -> list[tuple[Cell, ...]]:
    manifest, text = words.chosen.manifest, words.text
    model, region = words.labels.organisation(words.chosen.base), manifest["region"]["title"]
    one = text("page.one_question", model=model, region=text.both(region))
    question = text.both(manifest["question"]) if manifest["question"] else one
    rows: list[tuple[Cell, ...]] = [(text("sheets.question"), question)]
    if manifest["hypothesis"]:
        rows.append((text("page.hypothesis"), text.both(manifest["hypothesis"])))
    rows += [(text("sheets.unfinished"), line) for line in interrupted(words)]
    return rows


def _answered(words: Words) -> list[tuple[Cell, ...]]:
    warnings: list[tuple[Cell, ...]] = [
        (words.text("overload.title"), f"{line}.") for line in overloads(words)
    ]
    return [*warnings, *((words.text("answer.title"), each.line) for each in answer(words))]


def _run(words: Words) -> list[tuple[Cell, ...]]:
    """Return the run: models, length, seed, versions, times, how to repeat it, checksums."""
    manifest, text = words.chosen.manifest, words.text
    models: list[tuple[Cell, ...]] = [
        (text("models.title"), words.labels.organisation(name))
        for name in words.chosen.organisations
    ]
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    facts: list[tuple[Cell, ...]] = [
        (text("appendix.study"), manifest["study"]),
        (text("appendix.seed"), manifest["seed"]),
        (text("appendix.weeks"), manifest["weeks"]),
        (text("appendix.warmup"), manifest["warmup_days"]),
        (text("appendix.replications"), replications_told(words)),
        (text("appendix.program"), manifest["akuttsim"]),
        (text("appendix.model_version"), str(manifest["model_version"])),
        (text("appendix.began"), manifest["times"]["began"]),
        (text("appendix.ended"), manifest["times"]["ended"]),
        (text("appendix.versions"), versions),
        (text("appendix.repeat"), text("sheets.repeat")),
    ]
    sums = [
        (text("appendix.checksum", name=name), value)
        for name, value in manifest["checksums"].items()
    ]
    return [*models, *facts, *sums]


def contents(words: Words, others: Sequence[Grid]) -> Grid:
    """Return what the other sheets are about, to stand on the first."""
    rows = [(each.title, each.about, f"{each.key}.csv") for each in others]
    return grid(words, "contents", columns(words, "sheet contents file"), rows)


def explained(words: Words, others: Sequence[Grid]) -> Grid:
    """Return what each column of the other sheets means."""
    rows = [(each.title, head.heading, head.meaning) for each in others for head in each.columns]
    return grid(words, "columns", columns(words, "sheet column meaning"), rows)


def indicators(words: Words) -> Grid:
    """Return what each indicator is: its unit, which way is good, and its whole definition."""
    manifest = words.chosen.manifest
    good = manifest.get("directions", {})
    rows = []
    for name in manifest["definitions"]:
        text, _ = words.labels.definition(name)
        unit = unit_name(words, unit_of_any(words, name))
        way = words.text(f"sheets.direction.{good[name]}") if name in good else ""
        rows.append((words.labels.indicator(name), unit, way, text, name))
    heads = columns(words, "indicator unit direction definition key")
    return grid(words, "indicators", heads, rows)


def unit_of_any(words: Words, indicator: str) -> str:
    """Return the unit of an indicator in whatever group it is measured; "" where it is not."""
    whole = unit_of(words, indicator)
    units = (each.unit for key, each in words.chosen.levels.items() if key[1] == indicator)
    return whole or next(units, "")
