"""Part of the page: the people who work, their load, nights and rest."""

from __future__ import annotations

from markupsafe import Markup

from akuttsim.report.compared import Line, parted, whole
from akuttsim.report.figures import load
from akuttsim.report.figures.style import Look, Size
from akuttsim.report.foremost import foremost
from akuttsim.report.parts.common import drawn_only, numbers, picked
from akuttsim.report.picture import Drawing, Part, Picture
from akuttsim.report.tables import Table, groups_table
from akuttsim.report.words import Words

_NIGHTS = ("doctor_woken_share", "doctor_woken_thrice_share", "back_up_wakings_a_week",
           "came_in_from_home_a_week")  # fmt: skip
_BY_ROLE = ("night_calls_per_shift", "longest_rest_h", "overtime_h_a_week")
_NEEDED = ("doctor_collisions_a_week", "doctors_needed")
_ROTATION = (
    "rotation_doctors",
    "rotation_duty_h_a_week",
    "rotation_work_h_a_week",
    "rotation_tasks_a_week",
    "rotation_wakings_a_week",
    "rotation_nights_in_a_row",
    "rotation_longest_duty_h",
    "rotation_longest_without_rest_h",
)


def people_part(words: Words, models: list[Look]) -> Part:
    """Return the part: load over the day, then nights, rest, collisions and overtime."""
    found = (_load(words, models),) if load.roles(words) else ()
    told = numbers(words, words.text("people.numbers"), _lines(words))
    said = (words.text("people.intro"),) if told else ()
    return Part("people", words.text("people.title"), said, found, told)


def _lines(words: Words) -> list[Line]:
    lines = whole(words, _NIGHTS)
    for indicator in _BY_ROLE:
        title = words.labels.indicator(indicator)
        lines += parted(words, indicator, "role", f"{title}: {{group}}")
    return [*lines, *whole(words, _NEEDED), *whole(words, _ROTATION)]


def _load(words: Words, models: list[Look]) -> Picture:
    count = len(load.roles(words))
    names = foremost(words.chosen, load.INDICATOR, "role_hour")
    shown = picked(models, names)
    narrow = Size(370, 60 + 20 * len(shown) + 175 * count, narrow=True)
    drawing = Drawing(
        Markup(load.load(words, shown, Size(960, 80 + 230 * ((count + 1) // 2)))),
        Markup(load.load(words, shown, narrow)),
    )
    tables = tuple(_load_table(words, role) for role in load.roles(words))
    told = (words.text("load.caption"), *drawn_only(words, names))
    return Picture("load", words.text("load.title"), (drawing,), told, tables)


def _load_table(words: Words, role: str) -> Table:
    hours = [f"{hour:02d}" for hour in range(24)]
    rows = [(hour, load.INDICATOR, "role_hour", f"{role} {hour}") for hour in hours]
    caption = f"{words.text(f'role.{role}')}: {words.text('load.axis')}"
    return groups_table(words, caption, rows, words.text("figures.hour"))
