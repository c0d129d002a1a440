"""Part of the page: how 116117 answers."""

from __future__ import annotations

from markupsafe import Markup

from akuttsim.report.broken_hours import broken_lines
from akuttsim.report.compared import whole
from akuttsim.report.figures import answering, curves
from akuttsim.report.figures.style import Look, Size
from akuttsim.report.figures.week import ANSWERING, hours
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
from akuttsim.report.tables import groups_table
from akuttsim.report.words import Words

_NUMBERS = (
    "answered_116117_within_120_s",
    "answered_116117_after_dialling",
    "hung_up_116117",
    "hung_up_in_menu_116117",
    "hung_up_113",
    "answered_113_within_10_s",
    "answered_113_within_20_s",
    "calls_found_all_busy_a_week",
    "answer_time_116117_median_s",
    "answer_time_116117_p90_s",
    "called_back_share",
    "answered_elsewhere_share",
    "gave_up_and_rang_113_a_week",
    "calls_116117_a_day",
    "operators_on_duty_116117",
)


def answering_part(words: Words, models: list[Look]) -> Part:
    """Return the part: when it breaks, the curve, the day, the week, and the numbers."""
    found = []
    if curves.points(words, words.chosen.base, curves.ANSWERED):
        found.append(curve_picture(words, models, curves.ANSWERED))
    if answering.by_hour(words, words.chosen.base):
        found.append(_by_hour(words, models))
    weekly = bool(hours(words, words.chosen.base, ANSWERING.indicator))
    if weekly:
        names = in_panels(words, ANSWERING.indicator)
        found.append(week_picture(words, models, names, ANSWERING))
    said = tuple(broken_lines(words)) if weekly else ()
    told = numbers(words, words.text("answered.numbers"), whole(words, _NUMBERS))
    return Part("answering", words.text("answering.title"), said, tuple(found), told)


def _by_hour(words: Words, models: list[Look]) -> Picture:
    names = foremost(words.chosen, answering.INDICATOR, "hour")
    shown = picked(models, names)
    drawing = Drawing(
        Markup(answering.answering(words, shown, Size(960, 380))),
        Markup(answering.answering(words, shown, Size(370, 320 + 20 * len(shown), narrow=True))),
    )
    captions = [words.text("answering.caption"), words.text("figures.interval")]
    if answering.is_alike(words):
        captions.append(words.text("answering.same"))
    rows = [
        (f"{int(hour):02d}", answering.INDICATOR, "hour", hour)
        for hour in words.chosen.groups(answering.INDICATOR, "hour")
    ]
    caption = words.labels.indicator(answering.INDICATOR)
    table = groups_table(words, caption, rows, words.text("figures.hour"))
    title = words.text("answering.by_hour")
    told = (*captions, *drawn_only(words, names))
    return Picture("answering-hour", title, (drawing,), told, (table,))
