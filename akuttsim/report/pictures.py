"""The figures of the page with their titles, captions and tables of numbers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from akuttsim.report.figures import answering, load, region_map, response
from akuttsim.report.figures.style import Look, Size, looks
from akuttsim.report.tables import Table, groups_table
from akuttsim.report.words import Words


@dataclass(frozen=True)
class Drawing:
    """One drawing for a wide page, and one for a phone where that must differ."""

    wide: Markup
    narrow: Markup | None = None
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure: title, drawings, captions and the tables of its numbers."""

    key: str
    title: str
    drawings: tuple[Drawing, ...]
    captions: tuple[str, ...]
    tables: tuple[Table, ...]


def pictures(words: Words) -> list[Picture]:
    """Return the figures that the results have numbers for."""
    models = looks({name: words.labels.organisation(name) for name in words.chosen.organisations})
    found = []
    if answering.by_hour(words, words.chosen.base):
        found.append(_answering(words, models))
    if response.municipalities(words):
        found.append(_response(words, models))
    if load.roles(words):
        found.append(_load(words, models))
    if region_map.is_drawable(words):
        found.append(_map(words))
    return found


def _answering(words: Words, models: list[Look]) -> Picture:
    drawing = Drawing(
        Markup(answering.answering(words, models, Size(960, 380))),
        Markup(answering.answering(words, models, Size(370, 320 + 20 * len(models), narrow=True))),
    )
    captions = [words.text("answering.caption"), words.text("figures.interval")]
    if answering.is_alike(words):
        captions.append(words.text("answering.same"))
    title = words.text("answering.title")
    rows = [
        (f"{int(hour):02d}", answering.INDICATOR, "hour", hour)
        for hour in words.chosen.groups(answering.INDICATOR, "hour")
    ]
    caption = words.labels.indicator(answering.INDICATOR)
    table = groups_table(words, caption, rows, words.text("figures.hour"))
    return Picture("answering", title, (drawing,), tuple(captions), (table,))


def _response(words: Words, models: list[Look]) -> Picture:
    wide, narrow = (Markup(response.response(words, models, each)) for each in (False, True))
    base = words.labels.organisation(words.chosen.base)
    captions = (words.text("response.caption", base=base), words.text("figures.interval"))
    title = words.text("response.title")
    tables = tuple(_response_table(words, each) for each in (response.MEDIAN, response.P90))
    return Picture("response", title, (Drawing(wide, narrow),), captions, tables)


def _response_table(words: Words, indicator: str) -> Table:
    names = response.municipalities(words)
    rows = [(words.labels.municipality(name), indicator, "municipality", name) for name in names]
    rows.append((words.text("figures.whole_region"), indicator, "all", "all"))
    caption = words.labels.indicator(indicator)
    return groups_table(words, caption, rows, words.text("travel.municipality"))


def _load(words: Words, models: list[Look]) -> Picture:
    count = len(load.roles(words))
    narrow = Size(370, 60 + 20 * len(models) + 175 * count, narrow=True)
    drawing = Drawing(
        Markup(load.load(words, models, Size(960, 80 + 230 * ((count + 1) // 2)))),
        Markup(load.load(words, models, narrow)),
    )
    tables = tuple(_load_table(words, role) for role in load.roles(words))
    title = words.text("load.title")
    return Picture("load", title, (drawing,), (words.text("load.caption"),), tables)


def _load_table(words: Words, role: str) -> Table:
    hours = [f"{hour:02d}" for hour in range(24)]
    rows = [(hour, load.INDICATOR, "role_hour", f"{role} {hour}") for hour in hours]
    caption = f"{words.text(f'role.{role}')}: {words.text('load.axis')}"
    return groups_table(words, caption, rows, words.text("figures.hour"))


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
    for name in words.chosen.others:
        model = words.labels.organisation(name)
        svg = Markup(region_map.change_map(words, name, region_map.map_size(words, 470)))
        drawings.append(Drawing(svg, None, words.text("map.change", model=model)))
    captions = [words.text("map.caption")]
    if words.chosen.others:
        captions.append(words.text("map.change_caption", base=title))
    return Picture("map", words.text("map.title"), tuple(drawings), tuple(captions), ())
