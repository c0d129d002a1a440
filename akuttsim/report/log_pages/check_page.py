"""The page of a checked call log, and what was found in it, in sentences."""

from __future__ import annotations

import numpy as np

from akuttsim.calllog.logged_calls import CallLog, LogFinding
from akuttsim.config.schema.log_format import LogColumns
from akuttsim.report.context import LogWords
from akuttsim.report.document import Page, Section, Table, headed_table, single_figure
from akuttsim.report.exporters.html_templates import render_page
from akuttsim.report.figures.style import COLOURS
from akuttsim.report.log_pages import log_figures
from akuttsim.statistics.call_log_fit import LogSummary, summarise_log
from akuttsim.texts import Lang

SURE_OF = {
    "shifted_column": "clock",
    "clock_change": "clock",
    "shifted_hours": "clock",
    "swapped_all": "dates",
    "swapped_some": "dates",
    "strange_words": "words",
    "shared": "calls",
}
"""What the author of a format may be sure of although it was found."""


def finding_sentence(finding: LogFinding, words: LogWords) -> str:
    """Return a finding as a sentence without a full stop.

    Args:
        finding: What was found in the log.
        words: Texts in one language.
    """
    details = dict(finding.details)
    if "stage" in details:
        details["stage"] = words(f"column.{details['stage']}")
    if "like" in details:
        details["like"] = words(f"persons.{details['like'].replace(' ', '_')}")
    key = (
        "finding_of_one"
        if finding.n == 1 and words.has(f"finding_of_one.{finding.kind}")
        else "finding"
    )
    return words(f"{key}.{finding.kind}", n=words.number(finding.n), **details)


def finding_advice(finding: LogFinding, words: LogWords) -> str:
    """Return what to do if the log is right all the same; "" where there is nothing to do.

    Args:
        finding: What was found in the log.
        words: Texts in one language.
    """
    if finding.weight != "stops" or finding.kind not in SURE_OF:
        return ""
    return words("sure", what=SURE_OF[finding.kind])


def finding_place(finding: LogFinding, words: LogWords) -> str:
    """Return the column and the first lines of a finding.

    Args:
        finding: What was found in the log.
        words: Texts in one language.
    """
    column = words(f"column.{finding.column}") if finding.column else ""
    return ": ".join(part for part in (column, finding_lines(finding, words)) if part) or words(
        "none"
    )


def finding_lines(finding: LogFinding, words: LogWords) -> str:
    """Return the first lines of a finding, with dots where there are more."""
    if not finding.lines:
        return ""
    shown = ", ".join(str(line) for line in finding.lines)
    more = " …" if finding.n > len(finding.lines) else ""
    return words("line" if len(finding.lines) == 1 else "lines", lines=shown + more)


def findings_table(findings: tuple[LogFinding, ...], words: LogWords) -> Table:
    """Return all findings as a table, gravest first."""
    rows = []
    for finding in findings:
        sentences = [f"{finding_sentence(finding, words)}.", finding_advice(finding, words)]
        what = " ".join(part for part in sentences if part)
        rows.append([words(f"weight.{finding.weight}"), what, finding_place(finding, words)])
    return headed_table(words, "check.heads", ("weight", "what", "where"), rows)


def check_page(log: CallLog, lang: Lang) -> str:
    """Return the page of a log: what was found, what it tells, when its calls come.

    Args:
        log: The log, as read and understood.
        lang: The language.
    """
    words, summary = LogWords(lang), summarise_log(log)
    return render_page(
        Page(
            title=words("check.title", file=log.file),
            eyebrow=words("check.eyebrow", format=log.name),
            answer=(*log_summary(log, summary, words), words("check.private")),
            sections=(
                _findings_section(log, words),
                _hours_section(summary, words),
                _columns_section(log, summary, words),
            ),
        ),
        words,
    )


def log_summary(log: CallLog, summary: LogSummary, words: LogWords) -> list[str]:
    """Return what a log comes to, in two sentences."""
    stops = len(log.stops)
    counts = {"calls": words.number(len(log)), "rows": words.number(log.rows)}
    return [
        words("check.lead", **counts, first=words.day(summary.first), last=words.day(summary.last)),
        _log_verdict(stops, words),
    ]


def _log_verdict(stops: int, words: LogWords) -> str:
    if not stops:
        return words("check.good")
    return words("check.bad_one") if stops == 1 else words("check.bad", n=stops)


def _findings_section(log: CallLog, words: LogWords) -> Section:
    title = words("check.findings")
    if not log.findings:
        return Section("findings", title, (words("check.no_findings"),))
    return Section("findings", title, tables=(findings_table(log.findings, words),))


def _hours_section(summary: LogSummary, words: LogWords) -> Section:
    hours = np.arange(24.0)
    series = [
        log_figures.Series(words(f"check.{name}"), hours, values, colour=colour)
        for name, values, colour in (
            ("working", summary.working, COLOURS[1]),
            ("free", summary.free, COLOURS[2]),
        )
        if not np.isnan(values).any()
    ]
    every = np.nan_to_num(summary.working) + np.nan_to_num(summary.free)
    ends = {"most": f"{int(every.argmax()):02d}", "fewest": f"{int(every.argmin()):02d}"}
    axis = log_figures.AxisTexts(words("hour_axis"), words("check.calls_axis"), words.number)
    alt = words("check.hours_alt", **ends)
    by_hour = log_figures.hours_figure("hours", alt, axis, series)
    axis = log_figures.AxisTexts(words("day_axis"), words("check.day_calls_axis"), words.number)
    alt = words("check.days_alt", low=int(summary.of_day.min()), high=int(summary.of_day.max()))
    by_day = log_figures.days_figure("days", alt, axis, summary.days, summary.of_day)
    return Section(
        "hours",
        words("check.hours"),
        figures=(
            single_figure("hours", by_hour, words("check.hours_caption")),
            single_figure("days", by_day, words("check.days_caption")),
        ),
    )


def _columns_section(log: CallLog, summary: LogSummary, words: LogWords) -> Section:
    rows = []
    for name in LogColumns.model_fields:
        theirs = log.columns.get(name)
        n = summary.filled.get(name)
        filled = words.nothing if n is None else words.share(n / len(log))
        columns = ", ".join(theirs) if theirs else words("check.not_given")
        rows.append([words(f"column.{name}"), columns, filled])
    heads = ("ours", "theirs", "filled")
    return Section(
        "columns",
        words("check.columns"),
        tables=(headed_table(words, "check.column_heads", heads, rows),),
    )
