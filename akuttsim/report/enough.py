"""Whether there were replications enough, in words: the best of many, precision, how many more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from akuttsim.report.effects import told_effects
from akuttsim.report.gains import Sentence
from akuttsim.report.numbers import shown
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

MOST_TOLD = 1000
"""More replications than this are not counted: what they would tell is hardly worth them."""


def enough(words: Words) -> list[Sentence]:
    """Say what a search for the best found, how wide intervals became, and what more would tell.

    Before that, whose calls were met where they are real ones. No sentence of what was not asked
    for, nor where nothing is open.
    """
    manifest = words.chosen.manifest
    told = [
        _logged(words, manifest.get("log")),
        _best(words, manifest.get("ranking") or []),
        _precision(words, manifest.get("until")),
        _more(words),
    ]
    return [Sentence(each) for each in told if each]


def _logged(words: Words, log: dict[str, Any] | None) -> str:
    """Return whose calls were met, where they are a log's, and what intervals then tell."""
    if log is None:
        return ""
    first, last = (words.numbers.day(log[end]) for end in ("first", "last"))
    calls = words.numbers.plain(log["calls"])
    return words.text("enough.logged", file=log["file"], first=first, last=last, calls=calls)


def _best(words: Words, ranking: list[dict[str, Any]]) -> str:
    """Return the best of many, or those left, those that it cannot be told from, who was let go."""
    if not ranking:
        return ""
    left = [each for each in ranking if not each["let_go_after"]]
    near = [each for each in ranking if each["let_go_after"] and each["is_among_best"]]
    gone = [_let_go(words, each) for each in ranking if each["let_go_after"]]
    parts = [_left(words, left)]
    parts += [words.text("enough.near", models=_models(words, near))] if near else []
    parts += [words.text("enough.gone", models=words.text.listed(gone))] if gone else []
    return "; ".join(parts)


def _left(words: Words, left: list[dict[str, Any]]) -> str:
    asked = words.chosen.manifest["best"]
    level = words.chosen.level(left[0]["organisation"], asked["indicator"])
    return words.text(
        "enough.best" if len(left) == 1 else "enough.several",
        label=words.labels.short(asked["indicator"]),
        models=_models(words, left),
        margin=words.numbers.amount(asked["margin"], level.unit if level else ""),
        certainty=words.numbers.amount(asked["confidence"], "share", 0),
        runs=left[0]["replications"],
    )


def _models(words: Words, ranked: list[dict[str, Any]]) -> str:
    return words.models([each["organisation"] for each in ranked])


def _let_go(words: Words, ranked: dict[str, Any]) -> str:
    model = words.labels.organisation(ranked["organisation"])
    return words.text("enough.let_go", model=model, runs=ranked["let_go_after"])


def _precision(words: Words, until: dict[str, Any] | None) -> str:
    """Return whether intervals became as narrow as was asked for."""
    if until is None:
        return ""
    indicator = until["indicator"]
    found = [each for each in _judged(words, indicator) if each.has_interval]
    if not found:
        return ""
    widest = max(found, key=_half_width)
    runs = max(words.chosen.manifest["runs"].values())
    unit = words.text.get(f"unit_of_change.{widest.unit}", f"{{n}} {widest.unit}")
    asked, reached = (
        unit.format(n=words.numbers.plain(shown(value, widest.unit), 2))
        for value in (until["half_width"], _half_width(widest))
    )
    key = "enough.narrow" if _half_width(widest) <= until["half_width"] else "enough.wide"
    label = words.labels.short(indicator)
    return words.text(key, label=label, asked=asked, reached=reached, runs=runs)


def _judged(words: Words, indicator: str) -> Iterator[Estimate]:
    """Yield the differences of an indicator, or of one model alone its value."""
    for name in words.chosen.others:
        change = words.chosen.change(name, indicator)
        if change is not None:
            yield change
    level = words.chosen.level(words.chosen.base, indicator)
    if not words.chosen.others and level is not None:
        yield level


def _half_width(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2


def _more(words: Words) -> str:
    """Return how many more replications would tell what is open; nothing where nothing is."""
    known = sorted(int(each) for each in _open(words) if not math.isnan(each))
    if not known:
        return ""
    never = sum(map(math.isnan, _open(words)))
    least, most = (_replications(words, each) for each in (known[0], known[-1]))
    far = "_far" if known[-1] > MOST_TOLD else ""
    only = "more" if known[0] == known[-1] or known[0] > MOST_TOLD else "more_between"
    limit = words.numbers.plain(MOST_TOLD)
    told = words.text(f"enough.{only}{far}", least=least, most=most, limit=limit)
    return f"{told}; {words.text('enough.never', count=never)}" if never else told


def _replications(words: Words, count: int) -> str:
    """Return a number of replications; a large one in two digits, for it is a guess."""
    told = count if count < 100 else float(f"{count:.2g}")
    return words.text.counted("enough.replications", count, words.numbers.plain(told))


def _open(words: Words) -> Iterator[float]:
    """Yield how many more replications each open question needs, NaN where none would do."""
    targets = words.chosen.targets()
    for indicator in words.chosen.judged_by():
        names = words.chosen.organisations if indicator in targets else []
        levels = [words.chosen.level(name, indicator) for name in names]
        changes = [words.chosen.change(name, indicator) for name in words.chosen.others]
        yield from (each.more_runs for each in (*levels, *changes) if each and _is_open(each))
    changes_of_cases = (each for told in told_effects(words) for each in told.changes.values())
    yield from (each.more_runs for each in changes_of_cases if _is_open(each))


def _is_open(estimate: Estimate) -> bool:
    is_told = estimate.has_interval and not estimate.is_nil
    return is_told and estimate.verdict == "cannot tell"
