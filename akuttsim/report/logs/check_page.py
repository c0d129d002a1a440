"""The page of a checked log."""

from __future__ import annotations

import numpy as np

from akuttsim.calllog.logged_calls import CallLog
from akuttsim.config.schema.log_format import CODED, STAGES
from akuttsim.report.figures.style import COLOURS
from akuttsim.report.logs import figures, findings
from akuttsim.report.logs.document import LogWords, Page, Picture, Section, rendered
from akuttsim.statistics.call_log_fit import LogSummary, summarise_log
from akuttsim.texts import Lang


def check_page(log: CallLog, lang: Lang) -> str:
    """Return the page of a log: what was found, what it tells, when its calls come."""
    words, seen = LogWords(lang), summarise_log(log)
    return rendered(
        Page(
            title=words("check.title", file=log.file),
            eyebrow=words("check.eyebrow", format=log.name),
            answer=[*summary(log, seen, words), words("check.private")],
            sections=[_found(log, words), _hours(seen, words), _columns(log, seen, words)],
        ),
        words,
    )


def summary(log: CallLog, seen: LogSummary, words: LogWords) -> list[str]:
    """Return what a log comes to, in two sentences."""
    stops = len(log.stops)
    counts = {"calls": words.number(len(log)), "rows": words.number(log.rows)}
    return [
        words("check.lead", **counts, first=words.day(seen.first), last=words.day(seen.last)),
        _verdict(stops, words),
    ]


def _verdict(stops: int, words: LogWords) -> str:
    if not stops:
        return words("check.good")
    return words("check.bad_one") if stops == 1 else words("check.bad", n=stops)


def _found(log: CallLog, words: LogWords) -> Section:
    if not log.findings:
        return Section(words("check.findings"), [words("check.no_findings")])
    return Section(words("check.findings"), tables=[findings.table(log.findings, words)])


def _hours(seen: LogSummary, words: LogWords) -> Section:
    hours = np.arange(24.0)
    series = [
        figures.Line(words(f"check.{name}"), hours, values, colour=colour)
        for name, values, colour in (
            ("working", seen.working, COLOURS[1]),
            ("free", seen.free, COLOURS[2]),
        )
        if not np.isnan(values).any()
    ]
    every = np.nan_to_num(seen.working) + np.nan_to_num(seen.free)
    ends = {"most": f"{int(every.argmax()):02d}", "fewest": f"{int(every.argmin()):02d}"}
    axis = figures.Axis(words("hour_axis"), words("check.calls_axis"), words.number)
    alt = words("check.hours_alt", **ends)
    by_hour = figures.by_hour("hours", alt, axis, series)
    axis = figures.Axis(words("day_axis"), words("check.day_calls_axis"), words.number)
    alt = words("check.days_alt", low=int(seen.of_day.min()), high=int(seen.of_day.max()))
    by_day = figures.days("days", alt, axis, seen.days, seen.of_day)
    return Section(
        words("check.hours"),
        pictures=[
            Picture(by_hour, words("check.hours_caption")),
            Picture(by_day, words("check.days_caption")),
        ],
    )


def _columns(log: CallLog, seen: LogSummary, words: LogWords) -> Section:
    rows = []
    for name in ("time", *CODED, *STAGES):
        theirs = log.columns.get(name)
        filled = words.share(seen.filled[name] / len(log)) if theirs else words("none")
        given = ", ".join(theirs) if theirs else words("check.not_given")
        rows.append([words(f"column.{name}"), given, filled])
    heads = ("ours", "theirs", "filled")
    return Section(words("check.columns"), tables=[words.table("check.column_heads", heads, rows)])
