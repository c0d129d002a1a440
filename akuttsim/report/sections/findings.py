"""Headings that say what the results show, where they say it in a few words."""

from __future__ import annotations

from akuttsim.report.context import Estimate, Words
from akuttsim.report.sections.answer_drivers import AnswerDrivers
from akuttsim.statistics.verdicts import Verdict

FAR = "far_from_legevakt_60_min_share"


def doubts_finding(words: Words, drivers: AnswerDrivers | None) -> str:
    """Return how sure the answer is, as a heading."""
    if drivers is not None and drivers.count:
        return words.text.counted("screen.finding.sure.turned", drivers.count)
    grades = words.chosen.manifest.inputs_by_grade()
    assumed = grades["C"]
    if not assumed:
        return words.text("sure.title")
    return words.text("screen.finding.sure.assumed", assumed=assumed, inputs=grades.total())


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


_LAYERS = {"travel_to_care": "care", "ring_to_doctor": "doctor", "ambulance": "ambulance"}
"""Layers of the map, by how the names begin of the indicators that they show."""


def map_layer(words: Words) -> str:
    """Return the layer that the map opens with: what the question is judged by, where it differs.

    Of the things judged that the map can show, the first in which some model is better or worse;
    else the first. Where the heading tells of the way to a doctor on duty, that is the layer.
    """
    chosen = words.chosen
    asked = [each.indicator for each in chosen.manifest.judged_by]
    layers = {name: _LAYERS[start] for name in asked for start in _LAYERS if name.startswith(start)}
    changes = [(name, chosen.change(model, name)) for name in layers for model in chosen.others]
    clear = (Verdict.BETTER, Verdict.WORSE)
    differing = (name for name, change in changes if change and change.verdict in clear)
    layer = layers.get(next(differing, next(iter(layers), "")), "care")
    return layer if layer == "ambulance" or not distance_finding(words) else "doctor"


def map_finding(words: Words) -> str:
    """Return what the map's opening layer shows, as a heading."""
    told = distance_finding(words) if map_layer(words) != "ambulance" else ""
    return told or words.text("live.map.title")


def _whole_share(words: Words, level: Estimate | None) -> str:
    return words.numbers.amount(level.mean, "share", 0) if level else ""
