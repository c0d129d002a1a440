"""Part of the page: who gains and who loses, by municipality, distance and age."""

from __future__ import annotations

from markupsafe import Markup

from akuttsim.report.compared import Line, compared, parted
from akuttsim.report.figures import region_map
from akuttsim.report.figures.pairs import pairs, places
from akuttsim.report.foremost import foremost
from akuttsim.report.gains import FOR_WHOM
from akuttsim.report.parts.common import drawn_only
from akuttsim.report.picture import Drawing, Part, Picture
from akuttsim.report.tables import Table, by_municipality, groups_table
from akuttsim.report.words import Words

_GAPS = ("travel_to_care_min", "ring_to_doctor_min", "first_help_median_min")


def equity_part(words: Words) -> Part:
    """Return the part: before and after by municipality, maps, best and worst, age and distance."""
    found = []
    if words.chosen.others:
        found += [_pairs(words, each) for each in FOR_WHOM if places(words, each)]
    if region_map.is_drawable(words):
        found.append(_map(words))
    said = (words.text("travel.intro"),) if words.chosen.others else ()
    return Part("equity", words.text("equity.title"), said, tuple(found), tuple(_tables(words)))


def _tables(words: Words) -> list[Table]:
    told = [
        by_municipality(words, name)
        for name in FOR_WHOM
        if words.chosen.groups(name, "municipality")
    ]
    told += [_gaps(words), _by_distance(words), _by_age(words)]
    return [each for each in told if each.rows]


def _gaps(words: Words) -> Table:
    """Return the best and the worst municipality of each model, and what lies between them."""
    lines: list[Line] = []
    for indicator in _GAPS:
        title = words.labels.indicator(indicator)
        lines += parted(words, indicator, "gap", f"{title}: {{group}}")
    return compared(words, words.text("equity.gap"), words.text("targets.indicator"), lines)


def _by_distance(words: Words) -> Table:
    """Return levels alone: how far people live is counted to each model's own clinics."""
    rows = [
        (f"{words.labels.indicator(indicator)}: {group}", indicator, "distance", group)
        for indicator in ("ring_to_doctor_min", "first_help_median_min")
        for group in words.chosen.groups(indicator, "distance")
    ]
    first = words.text("targets.indicator")
    return groups_table(words, words.text("equity.distance"), rows, first)


def _by_age(words: Words) -> Table:
    title = words.labels.indicator("ring_to_doctor_min")
    lines = parted(words, "ring_to_doctor_min", "age", f"{title}: {{group}}")
    return compared(words, words.text("equity.age"), words.text("targets.indicator"), lines)


def _pairs(words: Words, indicator: str) -> Picture:
    names = foremost(words.chosen, indicator, "municipality")
    others = [name for name in names if name != words.chosen.base]
    drawing = Drawing(*(Markup(pairs(words, others, indicator, each)) for each in (False, True)))
    base, label = words.labels.organisation(words.chosen.base), words.labels.indicator(indicator)
    told = (words.text("pairs.caption", base=base), *drawn_only(words, names))
    title = words.text("pairs.title", label=label)
    return Picture(f"pairs-{indicator}", title, (drawing,), told, ())


def _map(words: Words) -> Picture:
    base = words.chosen.base
    title = words.labels.organisation(base)
    drawings = [
        Drawing(
            Markup(region_map.response_map(words, base, region_map.map_size(words, 960))),
            Markup(region_map.response_map(words, base, region_map.map_size(words, 370))),
            words.text("map.response", model=title),
        )
    ]
    names = foremost(words.chosen, "travel_to_care_min", "municipality")
    drawings += [_change_map(words, name) for name in names if name != base]
    captions = [words.text("map.caption")]
    if words.chosen.others:
        captions.append(words.text("map.change_caption", base=title))
    captions += drawn_only(words, names)
    return Picture("map", words.text("map.title"), tuple(drawings), tuple(captions), ())


def _change_map(words: Words, name: str) -> Drawing:
    svg = Markup(region_map.change_map(words, name, region_map.map_size(words, 470)))
    return Drawing(svg, None, words.text("map.change", model=words.labels.organisation(name)))
