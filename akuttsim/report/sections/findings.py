"""Headings that say what the results show, where they say it in a few words."""

from __future__ import annotations

from akuttsim.report.context import Estimate, Words
from akuttsim.report.sections.answer_drivers import AnswerDrivers

FAR = "far_from_legevakt_60_min_share"


def doubts_finding(words: Words, drivers: AnswerDrivers | None) -> str:
    """Return how sure the answer is, as a heading."""
    if drivers is not None and drivers.turned:
        return words.text.counted("screen.finding.sure.turned", len(drivers.turned))
    inputs = words.chosen.manifest.assumptions
    assumed = sum(entry.grade == "C" for entry in inputs)
    if not assumed:
        return words.text("sure.title")
    return words.text("screen.finding.sure.assumed", assumed=assumed, inputs=len(inputs))


def distance_finding(words: Words) -> str:
    """Say how many live far from a doctor on duty, and in which model they are most."""
    before = words.chosen.level(words.chosen.base, FAR)
    if before is None or not before.is_known:
        return ""
    share = _whole_share(words, before)
    after = {name: words.chosen.level(name, FAR) for name in words.chosen.others}
    known = {name: level.mean for name, level in after.items() if level and level.is_known}
    farthest = max(known, key=lambda name: abs(known[name] - before.mean), default="")
    if not farthest or _whole_share(words, after[farthest]) == share:
        return words.text("screen.finding.map.level", share=share)
    return words.text(
        "screen.finding.map.change",
        before=share,
        after=_whole_share(words, after[farthest]),
        model=words.labels.organisation(farthest),
    )


def _whole_share(words: Words, level: Estimate | None) -> str:
    return words.numbers.amount(level.mean, "share", 0) if level else ""
