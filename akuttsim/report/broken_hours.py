"""In which hours of the week a target is surely missed, in words."""

from __future__ import annotations

from itertools import groupby

from akuttsim.report.figures.week import ANSWERING, hours
from akuttsim.report.words import Words

_MOST_TOLD = 4
"""Groups of days that can be told one by one; of more only the count is told."""

Spans = tuple[tuple[int, int], ...]
"""Hours of a day, as first hour and the one after the last."""


def broken_lines(words: Words) -> list[str]:
    """Return in which hours 116117 misses its target, models with the same hours in one sentence.

    An hour of the week counts only when its whole interval is below the target.
    """
    by_hours: dict[frozenset[tuple[int, int]], list[str]] = {}
    for name in words.chosen.organisations:
        by_hours.setdefault(_missed(words, name), []).append(name)
    return [_line(words, names, missed) for missed, names in by_hours.items()]


def _missed(words: Words, name: str) -> frozenset[tuple[int, int]]:
    levels = hours(words, name, ANSWERING.indicator)
    return frozenset(cell for cell, level in levels.items() if level.verdict == "not met")


def _line(words: Words, names: list[str], missed: frozenset[tuple[int, int]]) -> str:
    models = _models(words, names)
    if not missed:
        return words.text("broken.nowhere", models=models)
    days = in_days(missed)
    told = "; ".join(_days(words, *each) for each in days)
    key = "broken.hours" if len(days) <= _MOST_TOLD else "broken.many"
    return words.text(key, models=models, count=len(missed), hours=told, most=_worst(words, missed))


def _models(words: Words, names: list[str]) -> str:
    if len(names) == len(words.chosen.organisations) > 1:
        return words.text("broken.all")
    return words.models(names)


def in_days(cells: frozenset[tuple[int, int]]) -> list[tuple[tuple[int, ...], Spans]]:
    """Return days that have the same hours, with these as spans, in the order of the week."""
    found: dict[Spans, list[int]] = {}
    for day in sorted({day for day, _ in cells}):
        found.setdefault(_spans(sorted(h for d, h in cells if d == day)), []).append(day)
    return [(tuple(days), spans) for spans, days in found.items()]


def _spans(clock: list[int]) -> Spans:
    runs = groupby(enumerate(clock), key=lambda pair: pair[1] - pair[0])
    grouped = [[hour for _, hour in run] for _, run in runs]
    return tuple((each[0], each[-1] + 1) for each in grouped)


def _days(words: Words, days: tuple[int, ...], spans: Spans) -> str:
    names = words.text("week.days_long").split()
    runs = _spans(list(days))
    told = [names[a] if b - a == 1 else f"{names[a]}–{names[b - 1]}" for a, b in runs]
    clock = [f"{first:02d}–{last:02d}" for first, last in spans]
    return words.text("broken.day", days=words.text.listed(told), clock=words.text.listed(clock))


def _worst(words: Words, cells: frozenset[tuple[int, int]]) -> str:
    """Return the hours of the day that are missed on most days, at most three."""
    counts = {hour: sum(h == hour for _, h in cells) for hour in {h for _, h in cells}}
    often = sorted(sorted(counts, key=lambda hour: (-counts[hour], hour))[:3])
    return words.text.listed([f"{a:02d}–{b:02d}" for a, b in _spans(often)])
