"""Part of the page: the ambulance and first help."""

from __future__ import annotations

from markupsafe import Markup

from akuttsim.report.compared import Line, compared, group_name, parted, whole
from akuttsim.report.figures import curves, response
from akuttsim.report.figures.stacked import Bar, Stack, stacked
from akuttsim.report.figures.style import Look
from akuttsim.report.figures.week import cover, hours
from akuttsim.report.foremost import foremost
from akuttsim.report.parts.common import (
    curve_picture,
    drawn_only,
    in_panels,
    numbers,
    picked,
    week_picture,
)
from akuttsim.report.picture import Drawing, Part, Picture
from akuttsim.report.tables import Table, groups_table
from akuttsim.report.words import Words

_PARTS = "ambulance_response_parts_min"
_NUMBERS = (
    "ambulance_within_12_min",
    "ambulance_within_25_min",
    "ambulance_response_median_min",
    "ambulance_response_p90_min",
    "first_help_median_min",
    "first_help_p90_min",
    "first_help_within_12_min",
    "hours_without_ambulance",
)


def ambulance_part(words: Words, models: list[Look]) -> Part:
    """Return the part: the curve, municipalities, where the time goes, cover, and the numbers."""
    found = []
    if curves.points(words, words.chosen.base, curves.REACHED):
        found.append(curve_picture(words, models, curves.REACHED))
    if response.municipalities(words):
        found.append(_response(words, models))
    if words.chosen.groups(_PARTS, "part"):
        found.append(_time_split(words))
    if hours(words, words.chosen.base, "ambulances_free"):
        names = in_panels(words, "ambulances_free")
        found.append(week_picture(words, models, names, cover(words, names)))
    lines = [*whole(words, _NUMBERS), *_helpers(words)]
    told = numbers(words, words.text("ambulance.numbers"), lines)
    return Part("ambulance", words.text("ambulance.title"), (), tuple(found), told)


def _helpers(words: Words) -> list[Line]:
    """Return who is first with red patients, as lines of a table."""
    title = words.labels.indicator("first_help_by_a_week")
    return parted(words, "first_help_by_a_week", "who", f"{title}: {{group}}")


def _response(words: Words, models: list[Look]) -> Picture:
    names = foremost(words.chosen, response.MEDIAN, "municipality")
    shown = picked(models, names)
    wide, narrow = (Markup(response.response(words, shown, each)) for each in (False, True))
    base = words.labels.organisation(words.chosen.base)
    captions = (
        words.text("response.caption", base=base),
        words.text("figures.interval"),
        *drawn_only(words, names),
    )
    tables = tuple(_response_table(words, each) for each in (response.MEDIAN, response.P90))
    return Picture(
        "response", words.text("response.title"), (Drawing(wide, narrow),), captions, tables
    )


def _response_table(words: Words, indicator: str) -> Table:
    names = response.municipalities(words)
    rows = [(words.labels.municipality(name), indicator, "municipality", name) for name in names]
    rows.append((words.text("figures.whole_region"), indicator, "all", "all"))
    caption = words.labels.indicator(indicator)
    return groups_table(words, caption, rows, words.text("travel.municipality"))


def _time_split(words: Words) -> Picture:
    groups = words.chosen.groups(_PARTS, "part")
    bars = tuple(_split_bar(words, name, groups) for name in words.chosen.organisations)
    parts = tuple(group_name(words, each) for each in groups)
    alt = words.text("split.alt", told="; ".join(_split_told(words, bar, parts) for bar in bars))
    of = Stack("split", parts, bars, words.text("split.axis"), alt, words.numbers.plain)
    drawing = Drawing(*(Markup(stacked(of, narrow)) for narrow in (False, True)))
    lines = parted(words, _PARTS, "part")
    table = compared(words, words.labels.indicator(_PARTS), words.text("split.part"), lines)
    captions = (words.text("split.caption"),)
    return Picture("split", words.text("split.title"), (drawing,), captions, (table,))


def _split_bar(words: Words, name: str, groups: list[str]) -> Bar:
    levels = [words.chosen.level(name, _PARTS, "part", each) for each in groups]
    sizes = tuple(each.mean if each is not None and each.is_known else 0.0 for each in levels)
    title = words.labels.organisation(name)
    return Bar(title, sizes, words.numbers.amount(sum(sizes), "min"))


def _split_told(words: Words, bar: Bar, parts: tuple[str, ...]) -> str:
    sizes = zip(parts, bar.sizes, strict=True)
    told = ", ".join(f"{part} {words.numbers.amount(size, 'min')}" for part, size in sizes)
    return f"{bar.title}: {told}"
