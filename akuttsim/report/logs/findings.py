"""What was found in a log, in sentences."""

from __future__ import annotations

from akuttsim.calllog.logged_calls import LogFinding
from akuttsim.report.logs.document import LogWords, Table

SURE_OF = {
    "shifted_column": "clock",
    "clock_change": "clock",
    "shifted_hours": "clock",
    "swapped_all": "dates",
    "swapped_some": "dates",
    "strange_words": "words",
}
"""What the author of a format may be sure of although it was found."""


def sentence(found: LogFinding, words: LogWords) -> str:
    """Return a finding as a sentence without a full stop."""
    details = dict(found.details)
    if "stage" in details:
        details["stage"] = words(f"column.{details['stage']}")
    key = (
        "finding_of_one"
        if found.n == 1 and words.has(f"finding_of_one.{found.kind}")
        else "finding"
    )
    return words(f"{key}.{found.kind}", n=words.number(found.n), **details)


def advice(found: LogFinding, words: LogWords) -> str:
    """Return what to do if the log is right all the same; "" where there is nothing to do."""
    if found.weight != "stops" or found.kind not in SURE_OF:
        return ""
    return words("sure", what=SURE_OF[found.kind])


def where(found: LogFinding, words: LogWords) -> str:
    """Return the column and the first lines of a finding."""
    column = words(f"column.{found.column}") if found.column else ""
    return ": ".join(part for part in (column, lines(found, words)) if part) or words("none")


def lines(found: LogFinding, words: LogWords) -> str:
    """Return the first lines of a finding, with dots where there are more."""
    if not found.lines:
        return ""
    shown = ", ".join(str(line) for line in found.lines)
    more = " …" if found.n > len(found.lines) else ""
    return words("line" if len(found.lines) == 1 else "lines", lines=shown + more)


def table(findings: tuple[LogFinding, ...], words: LogWords) -> Table:
    """Return all findings as a table, gravest first."""
    rows = []
    for each in findings:
        said = [f"{sentence(each, words)}.", advice(each, words)]
        what = " ".join(part for part in said if part)
        rows.append([words(f"weight.{each.weight}"), what, where(each, words)])
    return words.table("check.heads", ("weight", "what", "where"), rows)
