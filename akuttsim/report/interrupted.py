"""What a report says of a study that is not finished: how far it is, and what that means."""

from __future__ import annotations

from akuttsim.experiments.results import Results
from akuttsim.report.catalogue import Catalogue
from akuttsim.report.selection import Selection
from akuttsim.report.words import Words
from akuttsim.texts import Lang


def interrupted_lines(results: Results, lang: Lang) -> list[str]:
    """Return the sentences about a study that is not finished; none where it is."""
    return interrupted(Words(Catalogue(lang), Selection(results)))


def interrupted(words: Words) -> list[str]:
    """Return how many runs are done, of which models, and what may not be concluded."""
    so_far = words.chosen.manifest.get("interrupted")
    if so_far is None:
        return []
    text = words.text
    is_open = words.chosen.manifest.get("until") or words.chosen.manifest.get("best")
    key = "interrupted.runs_at_least" if is_open else "interrupted.runs"
    lines = [text(key, done=so_far["done"], planned=so_far["planned"])]
    counts = [
        text("interrupted.count", model=words.labels.organisation(name), count=count)
        for name, count in words.chosen.manifest["runs"].items()
    ]
    lines.append(text("interrupted.counts", counts=text.listed(counts)))
    if so_far["without"]:
        models = text.listed([text.both(title) for title in so_far["without"]])
        lines.append(text("interrupted.without", models=models))
    if so_far["failed"]:
        lines.append(text("interrupted.failed", count=so_far["failed"]))
    return [*lines, text("interrupted.meaning")]


def replications_told(words: Words) -> str:
    """Return how many replications the models have: a number, or the fewest and the most."""
    manifest = words.chosen.manifest
    counts = set(manifest.get("runs", {}).values()) or {manifest["replications"]}
    low, high = min(counts), max(counts)
    return str(low) if low == high else words.text("number.range", low=low, high=high)
